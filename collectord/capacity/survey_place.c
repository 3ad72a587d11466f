/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read of a place: the last day, the last 30 days, the weeks of half a
 * year, and, for a site, a year of what its meters say.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <math.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/account.h"
#include "capacity/forecast.h"
#include "capacity/peaks.h"
#include "model/metric.h"

#define STEP_DAY_S INT64_C(300)
#define STEP_LONG_S INT64_C(3600)
#define WEEKS 26
#define WEEK_S INT64_C(604800)
#define YEAR_S (365 * INT64_C(86400))
/* Farther than this a date is only "later than".  Source: domain.md 2.4. */
#define LATE_WEEKS (20.0 * 365.25 / 7.0)
/* The store's clock goes on while a read waits for its turn: without it a window
 * of exactly an archive's length would be read from a coarser one. */
#define SLACK_S 120
enum { PART_POWER = 0, PART_KNOWN, PART_EXPECTED, PART_METERS };

static int64_t
round_up(int64_t value, int64_t step)
{
	return (value + step - 1) / step * step;
}

static int64_t
now_s(const struct survey *survey)
{
	return clock_wall(survey->setup.clock).ns / NS_PER_S;
}

/* Averages that are whole by now: the newest slot has closed. */
static int64_t
end_s(const struct survey *survey, int64_t step_s)
{
	int64_t interval_s = survey->config->settings.interval_ns / NS_PER_S;

	return (now_s(survey) - interval_s - 1) / step_s * step_s;
}

void
place_add_sums(struct job *job, const struct place *place)
{
	struct job_series series = { .entity = { place->kind, place->index },
	    .id = place->id, .role = "", .device = INVENTORY_NONE };
	const uint32_t metrics[] = { METRIC_POWER_W, METRIC_KNOWN, METRIC_EXPECTED };

	for (unsigned i = 0; i < PART_METERS; i++) {
		series.metric = metric_get(metrics[i])->name;
		(void)job_add(job, &series);
	}
}

struct strip_sums
place_sums(const struct job *job)
{
	return (struct strip_sums){ job->parts[PART_POWER].strip,
	    job->parts[PART_KNOWN].strip, job->parts[PART_EXPECTED].strip };
}

static struct past_place *
place_of(struct survey *survey, const struct job *job)
{
	return job->entity.index < survey->n_places[job->entity.kind] ?
	    &survey->places[job->entity.kind][job->entity.index] : NULL;
}

/* True when what was asked for is there, or is known not to be. */
static bool
is_answered(const struct job *job)
{
	for (uint32_t i = 0; i < job->n; i++) {
		if (job->parts[i].code != 0 && job->parts[i].code != COL_ENOENT) {
			return false;
		}
	}
	return true;
}

/* Start of the last 30 days, and of the month of the province's zone. */
static int64_t
since_s(const struct survey *survey)
{
	return round_up(now_s(survey) - PAST_MONTH_S + SLACK_S, STEP_LONG_S);
}

static int64_t
month_s(const struct survey *survey)
{
	const char *zone = survey->config->settings.timezone;

	return account_month_start(zone,
	    account_month(zone, clock_wall(survey->setup.clock)));
}

/* ---- the last day and the last 30 days ----------------------------------------- */

static void
put_window(struct survey *survey, const struct job *job, struct past_window *window)
{
	struct strip_sums sums = place_sums(job);

	/* what could not be read keeps its last answer */
	if (is_answered(job) && strip_window(&sums, 0,
	    sums.power != NULL ? sums.power->n : 0, window) == 0) {
		survey->dirty = true;
	}
}

static void
day_done(struct survey *survey, struct job *job)
{
	struct past_place *place = place_of(survey, job);

	if (place != NULL) {
		put_window(survey, job, &place->day);
	}
}

static void
month_done(struct survey *survey, struct job *job)
{
	struct past_place *place = place_of(survey, job);
	struct strip_sums sums = place_sums(job);
	uint32_t n = sums.power != NULL ? sums.power->n : 0;

	if (place == NULL || !is_answered(job)) {
		return;
	}
	(void)strip_window(&sums, strip_find(sums.power, since_s(survey)), n, &place->month);
	(void)strip_window(&sums, strip_find(sums.power, month_s(survey)), n,
	    &place->calendar);
	survey->dirty = true;
}

static uint32_t
start(struct survey *survey, struct job *job)
{
	uint32_t n = job->n;

	(void)survey;
	job_start(job);
	return n;
}

void
place_span(const struct survey *survey, struct job *job, bool is_day)
{
	job->step_s = is_day ? STEP_DAY_S : STEP_LONG_S;
	job->from_s = is_day ? round_up(now_s(survey) - PAST_DAY_S + SLACK_S, STEP_DAY_S) :
	    since_s(survey);
	job->to_s = end_s(survey, job->step_s);
}

uint32_t
place_day(struct survey *survey, const struct place *place)
{
	struct job *job = job_new(survey, ROUND_DAY,
	    (struct entity_ref){ place->kind, place->index }, day_done);

	if (job == NULL) {
		return 0;
	}
	place_span(survey, job, true);
	place_add_sums(job, place);
	return start(survey, job);
}

uint32_t
place_month(struct survey *survey, const struct place *place)
{
	struct job *job = job_new(survey, ROUND_MONTH,
	    (struct entity_ref){ place->kind, place->index }, month_done);

	if (job == NULL) {
		return 0;
	}
	place_span(survey, job, false);
	if (place->kind <= ENTITY_HALL && month_s(survey) < job->from_s) {
		job->from_s = month_s(survey);
	}
	place_add_sums(job, place);
	return start(survey, job);
}

/* ---- the weeks ------------------------------------------------------------------ */

/* What the place may draw: its own figure, else the design of its racks. */
static double
limit_of(const struct inventory *inventory, const struct place *place)
{
	double sum_w = 0;

	if (place->design_w > 0) {
		return place->design_w;
	}
	if (place->kind == ENTITY_SITE) {
		for (uint32_t i = 0; i < inventory->n_places[ENTITY_HALL]; i++) {
			const struct place *hall = inventory->places[ENTITY_HALL][i];

			if (hall != NULL && hall->parent == place->index) {
				sum_w += limit_of(inventory, hall);
			}
		}
		return sum_w;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		const struct rack *rack = inventory->racks[r];

		if (rack != NULL && rack_is_declared(rack->state) &&
		    inventory_above(inventory, rack, place->kind) == place) {
			sum_w += rack->design_w;
		}
	}
	return sum_w;
}

/* Weekly P95 of the newest weeks without a gap, oldest first; returns how many. */
static uint32_t
weekly(const struct strip_sums *sums, int64_t end, double p95_w[WEEKS])
{
	double newest_first[WEEKS];
	uint32_t n = 0;

	while (n < WEEKS) {
		int64_t week_s = end - (int64_t)(n + 1) * WEEK_S;
		uint32_t from = strip_find(sums->power, week_s), to;
		struct past_window window = { .known = false };

		/* a week that the strip does not hold to its end is none */
		to = strip_find(sums->power, week_s + WEEK_S - 1);
		if (sums->power == NULL || from >= sums->power->n ||
		    to >= sums->power->n ||
		    strip_window(sums, from, to + 1, &window) != 0 || !window.known) {
			break;
		}
		newest_first[n++] = window.p95_w;
	}
	for (uint32_t i = 0; i < n; i++) {
		p95_w[i] = newest_first[n - 1 - i];
	}
	return n;
}

static void
put_exhaustion(struct survey *survey, const struct job *job, struct past_place *place,
    double limit_w)
{
	const char *zone = survey->config->settings.timezone;
	int32_t today = clock_day(zone, clock_wall(survey->setup.clock));
	struct past_exhaustion found = { .asked = limit_w > 0, .limit_w = limit_w };
	struct strip_sums sums = place_sums(job);
	double p95_w[WEEKS];
	uint32_t n = weekly(&sums, job->to_s, p95_w);
	struct forecast forecast = forecast_exhaustion(p95_w, n, limit_w);

	found.reason = forecast.reason;
	found.k = forecast.k;
	if (forecast.reason == FORECAST_OK) {
		found.day = today + (int32_t)ceil(forecast.weeks * 7.0);
		found.earliest = today + (int32_t)ceil(forecast.early * 7.0);
		found.latest = forecast.late > LATE_WEEKS ? INT32_MAX :
		    today + (int32_t)ceil(forecast.late * 7.0);
	}
	place->exhaustion = found;
}

static void
long_done(struct survey *survey, struct job *job)
{
	const struct inventory *inventory = survey->config->inventory;
	struct past_place *past = place_of(survey, job);
	const struct place *place = job->entity.index <
	    inventory->n_places[job->entity.kind] ?
	    inventory->places[job->entity.kind][job->entity.index] : NULL;

	struct strip_sums sums = place_sums(job);

	if (past == NULL || place == NULL || !is_answered(job)) {
		return;
	}
	put_exhaustion(survey, job, past, limit_of(inventory, place));
	if (place->kind == ENTITY_SITE) {
		survey->sites[place->index] = pue_judge(job, &sums);
		past->pue = survey->sites[place->index].pue;
		pue_province(survey);
	}
	survey->dirty = true;
}

/* Start of today in the province's zone. */
static int64_t
midnight(const struct survey *survey)
{
	struct wall now = clock_wall(survey->setup.clock);
	int64_t offset_s = clock_zone_offset(survey->config->settings.timezone, now);
	int64_t local_s = now.ns / NS_PER_S + offset_s;

	return local_s - local_s % PAST_DAY_S - offset_s;
}

uint32_t
place_long(struct survey *survey, const struct place *place)
{
	struct job *job = job_new(survey, ROUND_LONG,
	    (struct entity_ref){ place->kind, place->index }, long_done);

	if (job == NULL) {
		return 0;
	}
	job->step_s = STEP_LONG_S;
	job->to_s = midnight(survey);
	job->from_s = job->to_s - WEEKS * WEEK_S;
	if (place->kind == ENTITY_SITE) {
		job->from_s = job->to_s - YEAR_S;
	}
	place_add_sums(job, place);
	if (place->kind == ENTITY_SITE) {
		pue_add(survey, job, place);
	}
	return start(survey, job);
}
