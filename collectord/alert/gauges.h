/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gauges: rules on gauges, column by column: a linear pass over the values of a
 * board; what lies within the fire limit costs a comparison.
 *
 * Route: board -> gauges -> engine.  Thread: FLOW.
 */
#ifndef ALERT_GAUGES_H
#define ALERT_GAUGES_H

#include "alert/engine.h"
#include "model/gauge.h"

struct gauges;

/* Errors: NULL when memory is out. */
struct gauges *gauges_new(void);
void gauges_free(struct gauges *gauges);               /* NULL is fine */
/* Chooses what each rule is on; engine has the configuration.
 * Errors: COL_ENOMEM: no rule on gauges is looked at. */
int gauges_config(struct gauges *gauges, const struct engine *engine);
/* What boards must have. */
const struct board_want *gauges_want(const struct gauges *gauges);
/* Looks at all rules.  board is of the inventory in force. */
void gauges_board(const struct gauges *gauges, struct engine *engine, const struct board *board);

#endif
