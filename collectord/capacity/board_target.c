/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Targets.  A date that never comes at the present rate is GAUGE_FAR_D away, so
 * that a rule on lateness does not fall silent when growth stops.
 */
#include <config.h>

#include <math.h>

#include "capacity/board_inner.h"
#include "capacity/outlook.h"

struct look {
	const struct target_view *view;
	const struct outlook_target *outlook;   /* or NULL */
};

static double
within_far(double days)
{
	return fmax(fmin(days, GAUGE_FAR_D), -GAUGE_FAR_D);
}

static double
reached(const void *arg)
{
	return ((const struct look *)arg)->view->status == TARGET_REACHED;
}

static double
progress_pct(const void *arg)
{
	const struct target_view *view = ((const struct look *)arg)->view;

	return view->target->racks > 0 ? 100.0 * view->progress : NAN;
}

static double
late_d(const void *arg)
{
	const struct target_view *view = ((const struct look *)arg)->view;

	if (view->target->by_day == INT32_MIN) {
		return NAN;
	}
	switch (view->forecast_reason) {
	case FORECAST_OK:
		return within_far((double)view->day - view->target->by_day);
	case FORECAST_REACHED:
		return 0.0;
	case FORECAST_NOT_AT_RATE:
		return GAUGE_FAR_D;
	case FORECAST_NOT_ENOUGH:
		break;
	}
	return NAN;
}

static double
slip_d(const void *arg)
{
	const struct look *look = arg;
	const struct outlook_line *before;

	if (look->view->forecast_reason == FORECAST_REACHED) {
		return 0.0;
	}
	if (look->outlook == NULL) {
		return NAN;
	}
	before = &look->outlook->before;
	if (before->from == INT32_MIN || before->forecast.reason != FORECAST_OK) {
		return NAN;
	}
	switch (look->view->forecast_reason) {
	case FORECAST_OK:
		return within_far((double)look->view->day - before->day);
	case FORECAST_NOT_AT_RATE:
		return GAUGE_FAR_D;
	case FORECAST_REACHED:
	case FORECAST_NOT_ENOUGH:
		break;
	}
	return NAN;
}

static board_fn *const FNS[GAUGE_N] = {
	[GAUGE_TARGET_REACHED] = reached, [GAUGE_TARGET_PROGRESS_PCT] = progress_pct,
	[GAUGE_TARGET_LATE_D] = late_d, [GAUGE_TARGET_SLIP_D] = slip_d,
};

void
board_targets(struct board *board, const struct view *view)
{
	const struct outlook *outlook = view->outlook;
	struct board_picks picks;

	board_pick(board, LEVEL_TARGET, FNS, &picks);
	for (uint32_t i = 0; picks.n > 0 && i < board->n[LEVEL_TARGET]; i++) {
		const struct look look = { .view = &view->targets[i],
		    .outlook = outlook != NULL && i < outlook->n_targets ?
		    &outlook->targets[i] : NULL };

		board_put(&picks, i, &look);
	}
}
