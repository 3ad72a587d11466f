/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * latest: the newest values of every device, one block per device under a
 * sequence counter; FLOW writes, anyone copies one device and retries.
 *
 * A block keeps its layouts for life: when a device's layouts change, it gets
 * a new block and the old one is freed once no reader is inside.
 *
 * Route: flow writes; http, capacity read.  Thread: write FLOW, copy any.
 */
#ifndef FLOW_LATEST_H
#define FLOW_LATEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/batch.h"

#define LATEST_DEVICES_MAX (1u << 22)
#define LATEST_INFO_MAX 64

struct latest;

/* Errors: NULL when memory is out. */
struct latest *latest_new(void);
/* No reader may be inside; accepts NULL. */
void latest_free(struct latest *latest);
/*
 * Makes room for device ids below n.  Thread: FLOW (readers go on).
 * Errors: COL_ENOMEM, COL_EFULL past LATEST_DEVICES_MAX.
 */
int latest_reserve(struct latest *latest, uint32_t n_devices);

/* One part of a poll, normalised. */
struct latest_part {
	const struct col_layout *layout;
	const struct sample *samples;   /* layout->n_slots */
};
/*
 * Stores a poll; slot: its stamp.  complete: it brought all its parts, so
 * parts that are not among them are forgotten.  Values that are not good keep
 * the last good number with the new quality.
 * Errors: COL_ENOMEM, COL_ERANGE (no room reserved); nothing is stored then.
 */
int latest_put(struct latest *latest, uint32_t device,
    const struct latest_part *parts, uint32_t n_parts, struct wall slot,
    bool complete);
/* Forgets a device (removed from the inventory). */
void latest_clear(struct latest *latest, uint32_t device);
/* Sets one info text; at most LATEST_INFO_MAX are kept per device. */
void latest_put_info(struct latest *latest, uint32_t device, const char *metric,
    const char *text);

struct latest_value {
	const struct slot *slot;        /* lives as long as the run */
	double number;                  /* last good value, base unit */
	enum col_quality quality;       /* of the last poll */
	struct wall good_at;            /* slot of the last good value; 0: never */
};
struct latest_info { char metric[48]; char text[256]; };

/* A copy of one device. */
struct latest_copy {
	uint32_t n_values, n_info;
	struct wall slot;               /* of the last stored poll; 0: none */
	struct latest_value *values;    /* owned by the copy */
	struct latest_info *info;       /* owned by the copy */
};
/*
 * Errors: COL_ENOENT when nothing was stored; free with latest_copy_done.
 * Thread: any; never waits for the writer, retries while it writes.
 */
int latest_get(const struct latest *latest, uint32_t device,
    struct latest_copy *ret_copy);
void latest_copy_done(struct latest_copy *copy);

/* Samples count as fresh for this many intervals.  Source: domain.md 2.3 (19). */
#define LATEST_FRESH_INTERVALS 3

/* True while a stamp is less than three intervals old. */
static inline bool
latest_fresh(struct wall at, struct wall as_of, int64_t interval_ns)
{
	return at.ns != 0 && as_of.ns - at.ns < LATEST_FRESH_INTERVALS * interval_ns;
}

/* Quality as readers state it: good values turn stale by age alone. */
static inline enum col_quality
latest_quality(const struct latest_value *value, struct wall as_of,
    int64_t interval_ns)
{
	if (value->quality == COL_GOOD &&
	    !latest_fresh(value->good_at, as_of, interval_ns)) {
		return COL_STALE;
	}
	return value->quality;
}

#endif
