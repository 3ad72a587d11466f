/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layouts: what the places of a batch mean; interned, shared by all devices
 * that look alike, never freed within a run.
 *
 * Route: made when a plugin first sees a device's rows; read by flow, store,
 * http.  Thread: any (one lock inside layout_intern; layouts are immutable).
 */
#ifndef MODEL_LAYOUT_H
#define MODEL_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define LAYOUT_SLOTS_MAX 4096

struct slot {
	uint32_t metric;        /* index in the metric table */
	const char *instance;   /* "" for the device itself */
	const char *source;     /* OID or sensor name */
	double factor, offset;  /* to the base unit */
	double min, max;        /* plausible range in the base unit, rating
				 * included; min > max: none */
	bool archived;
	bool wide;              /* 64-bit counter */
	enum col_kind kind;
	uint16_t states;        /* of a state metric: see states.h; 0: not named */
};

struct col_layout {
	uint32_t id;            /* dense */
	uint32_t n_slots;
	uint64_t hash;
	const struct slot *slots;
};

/* Interns.  Errors: NULL and error; see col_host.layout. */
const struct col_layout *layout_intern(const struct col_slot *slots,
    size_t n_slots, struct col_error *error);
/* By dense id; NULL when there is none. */
const struct col_layout *layout_get(uint32_t id);
/* Frees all; only at the end of a process or test, no other thread running. */
void layout_reset(void);

#endif
