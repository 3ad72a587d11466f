/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the inlets of each rack were inside the recommended band in the last
 * 24 hours, in memory; a restart begins anew.
 *
 * Seconds of sensors are credited when a slot closes, one interval per inlet
 * that is known in it, in buckets of an hour: a silent probe earns nothing.
 *
 * Route: capacity credits rollups, figures read.  Thread: FLOW.
 * Source: domain.md 2.3 formula 13, 1.5 (bands by class).
 */
#ifndef CAPACITY_INRANGE_H
#define CAPACITY_INRANGE_H

#include <stdint.h>

#include "flow/rollup.h"
#include "model/inventory.h"

#define INRANGE_HOURS 24

struct inrange_time {
	uint64_t inside_s, known_s;   /* seconds times inlets */
	uint32_t covered_s;           /* seconds in which some inlet was known */
};

struct inrange_rack;

struct inrange {
	uint32_t n_racks;
	struct inrange_rack **racks;  /* [n_racks]; NULL: no inlet was heard */
	int64_t hour;                 /* newest, since the epoch; 0: none yet */
	struct wall last_slot;        /* newest credited */
};

void inrange_init(struct inrange *inrange);
void inrange_done(struct inrange *inrange);
/* Makes room for the racks; forgets those that are gone.  Errors: COL_ENOMEM. */
int inrange_apply(struct inrange *inrange, const struct inventory *inventory);
/*
 * Credits one slot, each once.  A slot that lies before those that were
 * credited means that the clock was set back: what is newer is dropped.
 */
void inrange_credit(struct inrange *inrange, const struct rollup *rollup);
/* Zeros for a rack of which nothing is known. */
struct inrange_time inrange_get(const struct inrange *inrange, uint32_t rack);

#endif
