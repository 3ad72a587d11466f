/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The device state machine: what the polls of one device say about it.
 *
 *   unknown --OK--> up <--> degraded --3 failures in a row--> down --OK--> up
 *
 * It owns the decision and so logs it: once per change, with the device as
 * key, the reason and what can be done about it.
 *
 * Route: fed by poller.c with each ended poll; read by poll_device_status().
 * Thread: the device's POLL thread writes, under the poller's lock.
 * Source: DESIGN.md 4.5 (status words); engine.md section 9 "down targets".
 */
#ifndef POLL_DEVICE_H
#define POLL_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/batch.h"
#include "poll/poll.h"

/* All texts are owned; NULL means "". */
struct device_health {
	enum device_state state;
	enum col_status last_status;
	bool was_up;                /* since the start: it is known what it has */
	uint32_t n_failures;        /* in a row */
	uint32_t pause;             /* due slots to leave out before the next poll */
	struct wall last_ok;        /* 0: never */
	struct wall down_since;     /* 0: not down */
	double rtt_ms;              /* of the last good poll; < 0: none */
	char *detail;               /* why the last poll was not good */
	char *profile, *credential; /* as the plugin said last */
	uint32_t n_layouts, n_slots;/* of the last good poll */
	uint64_t n_ok, n_failed, n_timeouts, n_late, n_skipped;
};

void device_init(struct device_health *health);
void device_done(struct device_health *health);

/* Which device, for the log and for the spread of the backoff. */
struct device_key { const char *id; uint64_t hash; };

/*
 * Takes in how a poll ended; a cancelled one changes nothing but the counts.
 * Fills the batch's profile and credential where the plugin said nothing new.
 * Returns true when the state changed.
 */
bool device_ended(struct device_health *health, struct device_key key,
    struct batch *batch, struct wall now);
/* Copies what is told to others; next_poll and phase_ns are left alone. */
void device_copy(const struct device_health *health,
    struct device_status *ret_status);
/* True for an ending that counts as a failed poll. */
bool device_is_failure(enum col_status status);

#endif
