/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * folding: what the fold says of common causes becomes episodes on places and
 * nodes, and the episodes of what hangs below go under them.
 *
 * Route: ends of polls -> supply -> fold -> here -> episodes.  Thread: FLOW.
 * Source: docs/alerts.md, one cause, one alert.
 */
#ifndef ALERT_FOLDING_H
#define ALERT_FOLDING_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/thing.h"
#include "flow/reading.h"
#include "model/batch.h"

struct engine;
struct episode;
struct folding;

/* Borrows engine.  Errors: NULL when memory is out. */
struct folding *folding_new(struct engine *engine);
void folding_free(struct folding *folding);             /* NULL is fine */
/* engine has a new configuration. */
void folding_config(struct folding *folding);
/* The end of a poll: supply, reach, and the rules on feeds that are lost. */
void folding_polled(struct folding *folding, const struct batch *batch,
    const struct reading *reading);
/* Ends what is to end, moves episodes under others.  Returns when it wants to be
 * called again. */
struct mono folding_step(struct folding *folding);
/* The episode that one of a thing goes under now, 0: none.  folds: a bit per
 * enum fold_by.  NULL is fine. */
int64_t folding_under(const struct folding *folding, uint32_t folds, struct thing thing);
/* Takes an open episode of a run before this one, or of the configuration before,
 * if it is of a common cause.  False: it is not. */
bool folding_resume(struct folding *folding, struct episode *episode);

#endif
