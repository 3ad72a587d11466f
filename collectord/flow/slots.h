/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Open slots: the readings of the slots that have not closed yet, on the wall
 * grid of the interval.
 *
 * A slot closes when the polls of all devices have ended, at the latest half
 * an interval after its end; slots close in order.
 *
 * Route: flow puts readings in and takes closed slots out.  Thread: FLOW.
 * Source: DESIGN.md section 3 "Time".
 */
#ifndef FLOW_SLOTS_H
#define FLOW_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "flow/reading.h"
#include "model/inventory.h"

#define SLOTS_OPEN_MAX 4

struct slots_open {
	struct wall at;              /* start of the slot */
	uint32_t n_waiting;          /* devices whose poll has not ended */
	struct reading *readings;    /* [n_devices], by dense id */
};

struct slots {
	int64_t interval_ns;
	uint32_t n_devices;          /* length of readings, holes included */
	uint32_t count_devices;      /* devices that are to be polled */
	const struct inventory *inventory; /* borrowed */
	struct wall last_closed;     /* 0: none */
	uint32_t n_open;
	struct slots_open open[SLOTS_OPEN_MAX]; /* oldest first */
	struct reading *spare;       /* of a closed slot, used again; may be NULL */
};

void slots_init(struct slots *slots);
void slots_done(struct slots *slots);
/*
 * Takes an inventory; the open slots go on and wait for its devices.  The
 * interval must be the same while slots are open.  Errors: COL_ENOMEM.
 */
int slots_apply(struct slots *slots, const struct inventory *inventory,
    int64_t interval_ns);
/* Start of the slot that holds a time. */
struct wall slots_floor(const struct slots *slots, struct wall at);
/* Opens what now has reached.  Returns false when memory or room is out. */
bool slots_advance(struct slots *slots, struct wall now);
/*
 * True when wall time has left the grid by more than an interval backwards:
 * then all open slots are to be closed and slots_restart called.
 */
bool slots_jumped(const struct slots *slots, struct wall now);
void slots_restart(struct slots *slots);
/* The open slot that starts at, or NULL: it has closed, or is off the grid. */
struct slots_open *slots_find(struct slots *slots, struct wall at, struct wall now);
/* Notes the end of a device's poll; a good reading is not overwritten. */
void slots_end(struct slots_open *open, uint32_t device,
    const struct reading *reading);
/* The oldest open slot, when it is to be closed now; else NULL. */
const struct slots_open *slots_due(const struct slots *slots, struct wall now);
/* Drops the oldest open slot: it has closed. */
void slots_close(struct slots *slots);
/* When the oldest open slot closes at the latest; 0: none is open. */
struct wall slots_deadline(const struct slots *slots);

#endif
