/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread for the calls that wait for a disk: its owner goes on serving reads
 * while a sync takes its time, or hangs.
 *
 * Route: STORE hands it the journal's writes, the store process its own syncs.
 * Thread: all functions are the owner's; what is handed over runs on the
 * syncer's own thread, one at a time.
 */
#ifndef STORE_SYNCER_H
#define STORE_SYNCER_H

#include <stdbool.h>

#include <collectord/err.h>

struct syncer;
/* Writes and syncs; may block as long as the disk does. */
typedef int syncer_fn(void *arg, struct col_error *error);

/* wake is called on the syncer's thread whenever something is done; may be NULL. */
struct syncer *syncer_new(void (*wake)(void *arg), void *wake_arg);
/* Waits for what is under way; NULL is fine. */
void syncer_free(struct syncer *syncer);

/* Begins; nothing may be under way.  Owns: borrows arg until syncer_take. */
void syncer_start(struct syncer *syncer, syncer_fn *fn, void *arg);
/* Something was begun and its result not yet taken. */
bool syncer_busy(const struct syncer *syncer);
/* Descriptor that can be read when it is done. */
int syncer_fd(const struct syncer *syncer);
/* Waits for it.  Units: ms, -1: as long as it takes.  True: it is done. */
bool syncer_wait(struct syncer *syncer, int timeout_ms);
/* What fn returned; it must be done.  Error may be NULL. */
int syncer_take(struct syncer *syncer, struct col_error *error);

#endif
