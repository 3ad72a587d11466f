/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One BMC's readings: what it is, what is asked of it at each poll, and what
 * the answers mean.
 *
 * Route: device (plugin.c) -> round -> link; back: host's emit, info, event.
 * Thread: the POLL thread of the device.
 *
 * A poll: [who are you, which sensors: once, and looked at each hour] -> DCMI
 * power -> chassis -> sensors, the important first -> emit -> if time is left
 * a slice of the event log, of FRU texts, of a repository that is being loaded
 * -> done.  Whatever is unfinished at the deadline goes on with the next poll.
 */
#ifndef IPMI_ROUND_H
#define IPMI_ROUND_H

#include <stdint.h>

#include <collectord/plugin.h>

#include "link.h"
#include "readings.h"

struct round;

/*
 * The end of a poll, called once, never from inside round_start.  detail may
 * be NULL and is borrowed for the call; with a status of the link's
 * (COL_POLL_TIMEOUT, _AUTH, _REPLY) it is link_fault()'s.  The round may be
 * freed from inside.
 */
typedef void round_done_fn(void *arg, enum col_status status,
    const char *detail);

/*
 * Makes the readings of one device; nothing is asked.
 * Owns: borrows readings and link until round_free; copies from device.
 * Errors: COL_ENOMEM.
 */
int round_new(struct readings *readings, struct link *link,
    const struct col_device *device, struct round **ret_round);
/* Cancels; accepts NULL. */
void round_free(struct round *round);

/* Starts one poll; a keepalive in flight is forgotten. */
void round_start(struct round *round, int64_t deadline_ns,
    struct col_poll *poll, round_done_fn *fn, void *arg);
/* Nothing of the poll in flight is said any more, fn is not called. */
void round_cancel(struct round *round);

/*
 * Reads power between two polls, which keeps the session alive; what comes is
 * averaged into the next poll's value.
 * Errors: COL_EBUSY (a poll is in flight), or link_ask's.
 */
int round_keepalive(struct round *round, int64_t deadline_ns);

/* Quirks that the device's profile asks for; 0 until one is known.  Applied
 * to the link by its owner: after round_new and after each poll. */
uint32_t round_quirks(const struct round *round);

#endif
