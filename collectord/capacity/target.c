/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/target.h"

#include <math.h>

#include "capacity/forecast.h"

/* Source: DESIGN.md 4.5. */
#define PACE_DAYS 28
/* Farther than this a date is only "later than".  Source: domain.md 2.4. */
#define LATE_WEEKS (20.0 * 365.25 / 7.0)

int64_t
target_threshold(const struct target *target)
{
	return target->racks + (target->reach == TARGET_ABOVE);
}

static int32_t
day_after(int32_t today, double weeks)
{
	return today + (int32_t)ceil(weeks * 7.0);
}

static void
predict(struct target_view *view, const struct history *history,
    int32_t today, double left)
{
	enum target_basis basis = view->target->basis;
	double increments[FORECAST_WEEKS_MAX];
	double newer = (double)view->count, older;
	struct forecast forecast;
	uint32_t k = 0;

	while (k < FORECAST_WEEKS_MAX && history_count(history, basis,
	    today - 7 * (int32_t)(k + 1), &older)) {
		increments[k++] = newer - older;
		newer = older;
	}
	forecast = forecast_make(increments, k, left);
	view->forecast_reason = forecast.reason;
	view->forecast_k = forecast.k;
	if (forecast.reason != FORECAST_OK) {
		return;
	}
	view->day = day_after(today, forecast.weeks);
	view->earliest = day_after(today, forecast.early);
	view->latest = forecast.late > LATE_WEEKS ? INT32_MAX :
	    day_after(today, forecast.late);
}

static void
rates(struct target_view *view, const struct history *history,
    int32_t today, double left)
{
	double before;

	if (history_count(history, view->target->basis, today - PACE_DAYS, &before)) {
		view->has_pace = true;
		view->pace_per_day = ((double)view->count - before) / PACE_DAYS;
	}
	if (view->target->by_day != INT32_MIN) {
		view->days_left = view->target->by_day - today;
		view->has_required = left <= 0.0 || view->days_left >= 0;
	}
	if (view->has_required && left > 0.0) {
		/* On the last day all that is missing is due within it. */
		view->required_per_day = left /
		    (view->days_left > 0 ? view->days_left : 1);
	}
}

/* Without a day there is nothing to be late for while the count still grows. */
static enum target_status
status_of(const struct target_view *view, double left)
{
	if (left <= 0.0) {
		return TARGET_REACHED;
	}
	if (view->target->by_day == INT32_MIN) {
		return view->has_pace && view->pace_per_day > 0.0 ? TARGET_ON_TRACK :
		    TARGET_BEHIND;
	}
	if (view->days_left < 0) {
		return TARGET_OVERDUE;
	}
	return view->has_pace && view->pace_per_day >= view->required_per_day ?
	    TARGET_ON_TRACK : TARGET_BEHIND;
}

struct target_view
target_judge(const struct target *target, const struct place_view *province,
    const struct history *history, int32_t today)
{
	struct target_view view = { .target = target };
	double left;

	if (target->basis == TARGET_STANDARD) {
		view.count = (int64_t)province->standard_declared;
		view.verified = (int64_t)province->standard_verified;
	} else {
		view.count = province->n_declared;
		view.verified = province->n_evidence[EVIDENCE_VERIFIED];
	}
	left = (double)(target_threshold(target) - view.count);
	if (target->racks > 0) {
		view.progress = (double)view.count / (double)target->racks;
	}
	rates(&view, history, today, left);
	view.status = status_of(&view, left);
	predict(&view, history, today, left);
	return view;
}
