/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outbox: changes of episodes on their way to the disk, in order; one job at a
 * time, what the disk does not take is put again until it does.
 *
 * Route: episodes -> outbox -> state -> (committed) notify.
 * Thread: FLOW, but for what state calls back.
 */
#ifndef ALERT_OUTBOX_H
#define ALERT_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>

#include "alert/alert.h"

/* Of one job, and of all that wait; rules rest while more do. */
#define OUTBOX_JOB 256
#define OUTBOX_MAX 40000

struct outbox;

/* Errors: NULL when memory is out. */
struct outbox *outbox_new(const struct alert_setup *setup);
/*
 * Posts all that waits and lets go: what is posted is kept or not by what
 * state does, and nobody is told of it any more.
 */
void outbox_close(struct outbox *outbox);
/* Copies.  Lost only when memory is out, which is logged. */
void outbox_put(struct outbox *outbox, enum alert_change_kind kind, struct wall at,
    const struct alert *alert);
/* Posts what is due; returns when it wants to be called again. */
struct mono outbox_step(struct outbox *outbox);
/* Changes that are not on the disk yet. */
size_t outbox_waiting(const struct outbox *outbox);
bool outbox_is_full(const struct outbox *outbox);

#endif
