/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a due slot of a device ends: answered, cancelled, left out or skipped,
 * and always with exactly one batch to the sink.
 *
 * Route: poller and pool -> ending -> sink.  Thread: the device's POLL thread.
 * Source: engine.md section 9; DESIGN.md 4.4.
 */
#ifndef POLL_ENDING_H
#define POLL_ENDING_H

#include "poll/poller.h"

/* The plugin called done().  Owns: takes batch.  flight_done_fn. */
void ending_done(void *polled, struct batch *batch);
/* A poll that was in flight has its batch complete.  Owns: takes batch. */
void ending_poll(struct polled *polled, struct batch *batch);
/* Ends what poll_cancel() left open; values that came are kept as partial. */
void ending_close(struct polled *polled, enum col_status status, const char *detail);
/* Its time is up.  wheel_fn. */
void ending_deadline(void *polled);

/* A due slot passes without a poll. */
void ending_leave_out(struct polled *polled, struct wall slot,
    enum col_status status, const char *detail);
/* The same, and counted: it should have been polled. */
void ending_skip(struct polled *polled, struct wall slot, const char *why);
void ending_count_skipped(struct polled *polled, uint64_t n);

#endif
