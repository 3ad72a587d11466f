/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * latest: the newest values of every device, one block per device under a
 * sequence counter; FLOW writes, anyone copies one device and retries.
 *
 * Route: flow writes; http, capacity read.  Thread: write FLOW, copy any.
 */
#ifndef FLOW_LATEST_H
#define FLOW_LATEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/batch.h"

struct latest;

struct latest *latest_new(void);
void latest_free(struct latest *latest);
/* Makes room for device ids below n.  Thread: FLOW (readers go on). */
int latest_reserve(struct latest *latest, uint32_t n_devices);
/*
 * Stores one part of a poll.  received: when it arrived; slot: its stamp.
 * Slots that are not good keep the last good number with the new quality.
 */
void latest_put(struct latest *latest, uint32_t device, unsigned part,
    const struct col_layout *layout, const struct sample *samples, struct wall slot);
/* Forgets a device (removed from the inventory). */
void latest_clear(struct latest *latest, uint32_t device);
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
/* Errors: COL_ENOENT when nothing was stored; free with latest_copy_done. */
int latest_get(const struct latest *latest, uint32_t device,
    struct latest_copy *ret_copy);
void latest_copy_done(struct latest_copy *copy);

#endif
