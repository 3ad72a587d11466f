/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters to rates: what the last poll read, and whether the difference to
 * this one means anything.
 *
 * Route: normalise keeps one set per device and layout.  Thread: FLOW.
 * Source: engine.md section 9 row "counters"; RFC 2578 7.1.6, 7.1.10.
 */
#ifndef FLOW_COUNTER_H
#define FLOW_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/batch.h"
#include "model/layout.h"

struct counter_last {
	uint64_t count;
	bool known;                /* false: not read in the last poll */
};

/* The counters of one layout of one device; held in a list. */
struct counter_set {
	struct counter_set *next;
	const struct col_layout *layout;
	struct wall slot;          /* of the last poll; 0: none yet */
	uint64_t uptime_ms;        /* of the last poll or COL_UPTIME_UNKNOWN */
	uint32_t n;                /* counters of the layout, in slot order */
	struct counter_last last[];
};

/* What lies between two polls of a set. */
struct counter_step {
	double seconds;            /* > 0 when usable */
	bool usable;               /* neither first reading, gap nor reboot */
	bool no_reboot;            /* both uptimes known, and they say so */
	bool keep;                 /* the same slot again: leave the set alone */
};

/*
 * Finds the set of layout in the list *sets, or adds one of n counters.
 * Owns: the list; free with counter_free.  Errors: NULL when memory is out.
 */
struct counter_set *counter_get(struct counter_set **sets,
    const struct col_layout *layout, uint32_t n);
void counter_free(struct counter_set *sets);

/* Judges the way from the set's last poll to this one. */
struct counter_step counter_begin(const struct counter_set *set,
    struct wall slot, uint64_t uptime_ms, int64_t interval_ns);
/*
 * Makes the rate of one counter and remembers its count.
 * Units: sample in base units per second.
 */
struct sample counter_rate(const struct counter_step *step,
    struct counter_last *last, const struct slot *slot,
    const struct col_value *value);
/* Remembers the poll as the last one. */
void counter_end(struct counter_set *set, const struct counter_step *step,
    struct wall slot, uint64_t uptime_ms);

#endif
