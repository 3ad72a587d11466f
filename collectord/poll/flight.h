/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Polls in flight: what a plugin's `struct col_poll *` stands for.
 *
 * The pointer is a handle, not an address: place in the thread's table, number
 * of the table, and a generation that changes when the poll ends.  A call with
 * an old handle, from a wrong thread or from none of ours finds nothing, is
 * counted (STATS_POLL_LATE_CALLS) and ignored.
 *
 * Route: plugin -> host.c -> flight -> poller.c or pool.c.
 * Thread: a table belongs to one thread (a POLL thread or a pool worker).
 * Source: plugin.h ("late and double calls are counted and ignored").
 */
#ifndef POLL_FLIGHT_H
#define POLL_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "model/batch.h"

#define FLIGHT_MAX (1u << 24)   /* per table */

struct flights;

/*
 * A poll has ended by its plugin's done().  Takes batch, whose status and
 * detail are set; the handle is dead already.
 */
typedef void flight_end_fn(void *arg, struct batch *batch);

struct flights *flights_new(void);
void flights_free(struct flights *flights);  /* frees open batches, too */

/*
 * Makes this thread the one whose table plugin calls are looked up in;
 * returns what was set before (NULL: none).
 */
struct flights *flights_enter(struct flights *flights);

/*
 * Opens a poll that collects into batch.
 * Owns: takes batch; it comes back by end() or flight_close().
 * Errors: NULL when FLIGHT_MAX are open or memory is out; batch stays yours.
 */
struct col_poll *flight_open(struct flights *flights, struct batch *batch,
    flight_end_fn *end, void *arg);
/* Ends a poll from the host's side: returns its batch, NULL when it has ended. */
struct batch *flight_close(struct flights *flights, struct col_poll *poll);
bool flight_is_open(const struct flights *flights, const struct col_poll *poll);

/* The four services of struct col_host that take a poll. */
void flight_emit(struct col_poll *poll, const struct col_layout *layout,
    const struct col_value *values, uint64_t uptime_ms);
void flight_info(struct col_poll *poll, const char *metric, const char *text);
void flight_identify(struct col_poll *poll, const struct col_identity *identity);
void flight_done(struct col_poll *poll, enum col_status status, const char *detail);

#endif
