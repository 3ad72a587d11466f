/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/outlook.h"

#include <math.h>
#include <stdlib.h>

#include "capacity/target.h"

#define WEEK 7
/* The newest verified count may lie that far back: the machine was off. */
#define STALE_DAYS 31

const char *
outlook_of_text(enum outlook_of of)
{
	return of == OUTLOOK_DECLARED ? "declared" : "verified";
}

static int32_t
day_after(int32_t from, double weeks)
{
	double days = ceil(weeks * WEEK);

	return days > OUTLOOK_LATE_DAYS ? INT32_MAX : from + (int32_t)days;
}

/* Shape: counts a week apart, newest first, and how many there are. */
struct weeks { double counts[FORECAST_WEEKS_MAX + 1]; uint32_t n; };

static void
predict(struct outlook_line *line, const struct weeks *weeks, double left)
{
	double increments[FORECAST_WEEKS_MAX], oldest_first[FORECAST_WEEKS_MAX + 1];
	double slope;

	for (uint32_t i = 0; i + 1 < weeks->n; i++) {
		increments[i] = weeks->counts[i] - weeks->counts[i + 1];
	}
	for (uint32_t i = 0; i < weeks->n; i++) {
		oldest_first[i] = weeks->counts[weeks->n - 1 - i];
	}
	line->forecast = forecast_make(increments, weeks->n > 0 ? weeks->n - 1 : 0, left);
	if (line->forecast.reason == FORECAST_OK) {
		/* the date itself is told however far away it is */
		line->day = line->from + (int32_t)ceil(line->forecast.weeks * WEEK);
		line->earliest = line->from + (int32_t)ceil(line->forecast.early * WEEK);
		line->latest = day_after(line->from, line->forecast.late);
	}
	if (left > 0.0 && forecast_slope(oldest_first, weeks->n, &slope) && slope > 0.0) {
		line->slope_day = day_after(line->from, left / slope);
	}
}

/* Reads the weeks before line->from, whose count is line->now. */
static void
read_weeks(const struct outlook_line *line, const struct history *history,
    enum history_column column, struct weeks *weeks)
{
	double count = line->now;

	weeks->n = 0;
	do {
		weeks->counts[weeks->n++] = count;
	} while (weeks->n <= FORECAST_WEEKS_MAX && history_column(history, column,
	    line->from - WEEK * (int32_t)weeks->n, &count));
}

static struct outlook_line
line_declared(const struct target *target, const struct outlook_counts *counts,
    const struct history *history, int32_t today)
{
	bool standard = target->basis == TARGET_STANDARD;
	struct outlook_line line = { .now = standard ? counts->standard : counts->declared,
	    .from = today, .day = INT32_MIN, .earliest = INT32_MIN, .latest = INT32_MIN,
	    .slope_day = INT32_MIN };
	struct weeks weeks;

	read_weeks(&line, history, standard ? HISTORY_STANDARD : HISTORY_DECLARED, &weeks);
	predict(&line, &weeks, (double)target_threshold(target) - line.now);
	return line;
}

/*
 * Verified counts come and go with the minutes and are nothing after a start:
 * the days written down are what counts.
 */
static struct outlook_line
line_verified(const struct target *target, const struct history *history, int32_t today)
{
	struct outlook_line line = { .from = INT32_MIN, .day = INT32_MIN,
	    .earliest = INT32_MIN, .latest = INT32_MIN, .slope_day = INT32_MIN };
	struct weeks weeks = { .n = 0 };
	int32_t newest;

	/* days have no verified standard racks: of those nothing is foretold */
	if (target->basis == TARGET_PHYSICAL && history_newest(history, today, &newest) &&
	    today - newest <= STALE_DAYS &&
	    history_column(history, HISTORY_VERIFIED, newest, &line.now)) {
		line.from = newest;
		read_weeks(&line, history, HISTORY_VERIFIED, &weeks);
	}
	predict(&line, &weeks, (double)target_threshold(target) - line.now);
	return line;
}

/* Days that came later are not looked at, not even to fill a hole. */
static struct outlook_line
line_before(const struct target *target, const struct history *history, int32_t day)
{
	enum history_column column = target->basis == TARGET_STANDARD ?
	    HISTORY_STANDARD : HISTORY_DECLARED;
	struct history then = { .days = history->days, .n = history->n };
	struct outlook_line line = { .from = INT32_MIN, .day = INT32_MIN,
	    .earliest = INT32_MIN, .latest = INT32_MIN, .slope_day = INT32_MIN };
	struct weeks weeks = { .n = 0 };
	int32_t newest;

	while (then.n > 0 && then.days[then.n - 1].day > day) {
		then.n--;
	}
	if (history_newest(&then, day, &newest) && day - newest <= WEEK &&
	    history_column(&then, column, newest, &line.now)) {
		line.from = newest;
		read_weeks(&line, &then, column, &weeks);
	}
	predict(&line, &weeks, (double)target_threshold(target) - line.now);
	return line;
}

/* ---- the object ---------------------------------------------------------------- */

struct outlook *
outlook_ref(struct outlook *outlook)
{
	if (outlook != NULL) {
		atomic_fetch_add_explicit(&outlook->n_refs, 1, memory_order_relaxed);
	}
	return outlook;
}

void
outlook_unref(struct outlook *outlook)
{
	if (outlook == NULL || atomic_fetch_sub_explicit(&outlook->n_refs, 1,
	    memory_order_acq_rel) != 1) {
		return;
	}
	pipeline_done(&outlook->plans[TARGET_PHYSICAL]);
	pipeline_done(&outlook->plans[TARGET_STANDARD]);
	config_unref(outlook->config);
	free(outlook);
}

static bool
same_counts(const struct outlook *was, const struct outlook_counts *counts)
{
	const struct settings *settings = &was->config->settings;

	for (size_t i = 0; i < was->n_targets; i++) {
		double now = settings->targets[i].basis == TARGET_STANDARD ?
		    counts->standard : counts->declared;
		double before = was->targets[i].lines[OUTLOOK_DECLARED].now;

		if (now < before || now > before) {
			return false;
		}
	}
	return true;
}

static int
copy_plan(const struct pipeline_plan *from, struct pipeline_plan *to)
{
	*to = *from;
	to->steps = malloc((from->n + 1) * sizeof(to->steps[0]));
	for (size_t i = 0; to->steps != NULL && i < from->n; i++) {
		to->steps[i] = from->steps[i];
	}
	return to->steps != NULL ? 0 : COL_ENOMEM;
}

/* What is planned takes a look at every rack: not anew for each new count. */
static int
make_plans(struct outlook *outlook, const struct outlook *was)
{
	bool same = was != NULL && was->config == outlook->config &&
	    was->today == outlook->today;
	int rc = 0;

	for (int b = TARGET_PHYSICAL; b <= TARGET_STANDARD && rc == 0; b++) {
		rc = same ? copy_plan(&was->plans[b], &outlook->plans[b]) :
		    pipeline_plan(outlook->config->inventory, (enum target_basis)b,
		    outlook->config->settings.standard_rack_w, outlook->today,
		    &outlook->plans[b]);
	}
	return rc;
}

struct outlook *
outlook_make(struct outlook *was, const struct config *config,
    const struct outlook_counts *counts, const struct history *history, int32_t today)
{
	const struct settings *settings = &config->settings;
	struct outlook *outlook;

	if (was != NULL && was->config == config && was->today == today &&
	    was->history == history->version && same_counts(was, counts)) {
		return outlook_ref(was);
	}
	outlook = calloc(1, sizeof(*outlook) +
	    settings->n_targets * sizeof(outlook->targets[0]));
	if (outlook == NULL) {
		return NULL;
	}
	outlook->n_refs = 1;
	outlook->config = config_ref(config);
	outlook->today = today;
	outlook->history = history->version;
	outlook->n_targets = settings->n_targets;
	if (make_plans(outlook, was) != 0) {
		outlook_unref(outlook);
		return NULL;
	}
	for (size_t i = 0; i < settings->n_targets; i++) {
		const struct target *target = &settings->targets[i];
		struct outlook_target *to = &outlook->targets[i];

		to->lines[OUTLOOK_DECLARED] = line_declared(target, counts, history, today);
		to->lines[OUTLOOK_VERIFIED] = line_verified(target, history, today);
		to->before = line_before(target, history, today - OUTLOOK_SLIP_DAYS);
		to->left = (double)target_threshold(target) -
		    to->lines[OUTLOOK_DECLARED].now;
		to->pipeline = pipeline_of(&outlook->plans[target->basis], to->left, today);
	}
	return outlook;
}
