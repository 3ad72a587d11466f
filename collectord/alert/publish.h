/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * publish: makes the list of what is open, with the sums that pages show, and
 * hands it out.
 *
 * Route: engine -> publish -> http.  Thread: FLOW, but for publish_get (any).
 */
#ifndef ALERT_PUBLISH_H
#define ALERT_PUBLISH_H

#include "alert/alert.h"
#include "alert/engine.h"

struct publish;

/* Errors: NULL when memory is out. */
struct publish *publish_new(const struct alert_setup *setup);
void publish_free(struct publish *publish);      /* NULL is fine */
/* Publishes when something has changed, at most once a second.  Returns when it
 * wants to be called again. */
struct mono publish_step(struct publish *publish, const struct engine *engine,
    uint32_t n_evaluated);
/* With a reference; never NULL.  Thread: any. */
const struct alert_list *publish_get(struct publish *publish);

#endif
