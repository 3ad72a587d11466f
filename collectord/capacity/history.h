/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daily counts as pace and forecast need them: one number for any day.
 *
 * Route: state's days -> capacity -> target, forecast.  Thread: FLOW.
 */
#ifndef CAPACITY_HISTORY_H
#define CAPACITY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "state/state.h"

struct history {
	struct daily *days;        /* ascending by day, each once */
	size_t n;
	uint64_t version;          /* rises with every change */
};

/* Replaces all; days may come in any order.  Errors: COL_ENOMEM. */
int history_set(struct history *history, const struct daily *days, size_t n);
void history_done(struct history *history);
/* Writes or replaces one day.  Errors: COL_ENOMEM. */
int history_put(struct history *history, const struct daily *day);
/*
 * The declared count of a day in a basis; days that are missing are
 * interpolated over at most HISTORY_GAP_DAYS.  False: not known.
 */
#define HISTORY_GAP_DAYS 31
enum history_column { HISTORY_DECLARED = 0, HISTORY_VERIFIED, HISTORY_STANDARD };
bool history_column(const struct history *history, enum history_column column,
    int32_t day, double *ret_count);
/* The newest day up to today; false: there is none. */
bool history_newest(const struct history *history, int32_t today, int32_t *ret_day);
/* The declared column of a basis. */
bool history_count(const struct history *history, enum target_basis basis,
    int32_t day, double *ret_count);

#endif
