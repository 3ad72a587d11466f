/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * silent: rules that time decides: devices that do not answer, and what others
 * of the collector's threads have said of themselves.
 *
 * Route: ends of polls, alert_own -> silent -> engine.  Thread: FLOW.
 */
#ifndef ALERT_SILENT_H
#define ALERT_SILENT_H

#include "alert/engine.h"
#include "model/batch.h"

/* Values that others say of the collector. */
#define SILENT_OWN_MAX 512

struct silent;

/* Errors: NULL when memory is out. */
struct silent *silent_new(void);
void silent_free(struct silent *silent);         /* NULL is fine */
/* engine has a new configuration.  Errors: COL_ENOMEM. */
int silent_config(struct silent *silent, const struct engine *engine);
/* The end of a poll: good: it brought a good value. */
void silent_polled(struct silent *silent, struct engine *engine,
    const struct batch *batch, bool good);
/* A value of the collector's own; NAN: unknown. */
void silent_own(struct silent *silent, struct engine *engine, enum gauge gauge,
    const char *instance, double value);
/* Looks at some of the devices, all within a quarter of an interval.  Returns
 * when it wants to be called again. */
struct mono silent_step(struct silent *silent, struct engine *engine);

#endif
