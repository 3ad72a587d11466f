/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers of 10 ms in objects of the caller's: set, dropped and taken at a
 * price that does not grow with their number.
 *
 * Route: engine of ipmi.  Thread: one.
 */
#ifndef PLUGIN_AGENDA_H
#define PLUGIN_AGENDA_H

#include <stdint.h>

#define AGENDA_RING 512

/* Zeroed: not set. */
struct agenda_item {
	struct agenda_item *prev, *next;
	int64_t due_ns;
	uint16_t list;             /* 1-based; 0: none */
};

struct agenda {
	int64_t step;              /* lists up to this one are worked off */
	struct agenda_item *lists[AGENDA_RING + 1]; /* the last: due ones */
};

void agenda_init(struct agenda *agenda, int64_t now_ns);
/* Sets or moves an item; it is never due early. */
void agenda_set(struct agenda *agenda, struct agenda_item *item,
    int64_t due_ns);
void agenda_drop(struct agenda *agenda, struct agenda_item *item);
/* Takes one item whose time has come; NULL: none is left. */
struct agenda_item *agenda_due(struct agenda *agenda, int64_t now_ns);

#endif
