/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/target.h"

/* Source: DESIGN.md 4.5. */
#define PACE_DAYS 28

int64_t
target_threshold(const struct target *target)
{
	return target->racks + (target->reach == TARGET_ABOVE);
}

static void
take_outlook(struct target_view *view, const struct outlook_target *outlook)
{
	const struct outlook_line *line = &outlook->lines[OUTLOOK_DECLARED];

	view->forecast_reason = line->forecast.reason;
	view->forecast_k = line->forecast.k;
	if (line->forecast.reason == FORECAST_OK) {
		view->day = line->day;
		view->earliest = line->earliest;
		view->latest = line->latest;
	}
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
		/* Formula 22.  On the last day all that is missing is due within it. */
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
    const struct history *history, const struct outlook_target *outlook, int32_t today)
{
	struct target_view view = { .target = target,
	    .forecast_reason = FORECAST_NOT_ENOUGH };
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
		/* formula 21 */
		view.progress = (double)view.count / (double)target->racks;
	}
	rates(&view, history, today, left);
	view.status = status_of(&view, left);
	if (outlook != NULL) {
		take_outlook(&view, outlook);
	}
	return view;
}
