/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An archive's row of a rising meter is its reading half-way through the row.
 * Between two such readings lies a stretch; stretches that may be believed are
 * joined to runs, and a run as a whole is held against the integral of power:
 * a single hour may differ by the meter's register of a kilowatt-hour, a week
 * may not.
 */
#include <config.h>

#include "capacity/account.h"

#include <math.h>

#include <collectord/err.h>

#include "base/str.h"

/* The coarsest register that a meter is read by. */
#define REGISTER_WH 1000.0
/* How far meter and integral may be apart: over a run, and over one stretch. */
#define RUN_SHARE 0.15
#define STRETCH_SHARE 0.5
/* A row that is not whole yet has its mean elsewhere than in its middle. */
#define SHARE_MIN 0.95f
/* Across a gap a load may have been higher than any that was seen. */
#define GAP_FACTOR 3.0

/* Energy of [from, to) by the integral of power. */
static void
integrate(const struct strip *power, int64_t from_s, int64_t to_s, struct account *sum)
{
	uint32_t first, i;

	if (power == NULL || from_s >= to_s) {
		return;
	}
	first = from_s <= power->t0_s ? 0 : strip_find(power, from_s);
	for (i = first; i < power->n; i++) {
		int64_t start = power->t0_s + (int64_t)i * power->step_s;
		int64_t end = start + power->step_s;
		double known_s;

		if (start >= to_s) {
			break;
		}
		start = start > from_s ? start : from_s;
		end = end < to_s ? end : to_s;
		known_s = (double)power->share[i] * (double)(end - start);
		sum->known_s += known_s;
		sum->energy_wh += power->average[i] * known_s / 3600.0;
	}
}

/* All meters of a row together; false: one is unknown. */
static bool
reading(const struct account_input *input, uint32_t i, double *ret_wh)
{
	const struct strip *first = input->meters[0];
	double sum = 0;

	for (unsigned m = 0; m < input->n_meters; m++) {
		const struct strip *meter = input->meters[m];

		if (meter == NULL || meter->step_s != first->step_s ||
		    meter->t0_s != first->t0_s || i >= meter->n ||
		    meter->share[i] < SHARE_MIN) {
			return false;
		}
		sum += meter->average[i];
	}
	*ret_wh = sum;
	return true;
}

/* No meter is lower in row j than it was in row i. */
static bool
rises(const struct account_input *input, uint32_t i, uint32_t j)
{
	for (unsigned m = 0; m < input->n_meters; m++) {
		if (input->meters[m]->average[j] < input->meters[m]->average[i]) {
			return false;
		}
	}
	return true;
}

/* Stretches joined, by their rows' middles. */
struct run { int64_t from_s, to_s; double wh; bool open; };

/* What the walk over the meters knows and has added up. */
struct walk {
	const struct account_input *input;
	int64_t from_s, to_s;
	double mean_w;             /* of all known power; < 0: none is */
	double tolerance_wh;
	int64_t done_s;            /* accounted for up to here */
	struct run run;
	struct account account;
};

static int64_t
middle(const struct strip *meter, uint32_t i)
{
	return meter->t0_s + (int64_t)i * meter->step_s + meter->step_s / 2;
}

static bool
within(double wh, const struct account *power, int64_t span_s, double share, double slack_wh)
{
	double expected_wh;

	if (!(power->known_s > 0)) {
		return true;
	}
	expected_wh = power->energy_wh * (double)span_s / power->known_s;
	return fabs(wh - expected_wh) <= share * fabs(expected_wh) + slack_wh;
}

/* Adds the part of what is measured in [from, to) that lies in the span. */
static void
add_run(struct walk *walk, const struct run *run)
{
	int64_t from_s = run->from_s > walk->from_s ? run->from_s : walk->from_s;
	int64_t to_s = run->to_s < walk->to_s ? run->to_s : walk->to_s;

	if (from_s >= to_s) {
		return;
	}
	integrate(walk->input->power, walk->done_s, from_s, &walk->account);
	walk->account.energy_wh += run->wh;
	walk->account.known_s += (double)(to_s - from_s);
	walk->account.metered_s += (double)(to_s - from_s);
	walk->done_s = to_s;
}

static void
end_run(struct walk *walk)
{
	struct run *run = &walk->run;
	struct account power = { .energy_wh = 0 };

	if (!run->open) {
		return;
	}
	run->open = false;
	integrate(walk->input->power, run->from_s, run->to_s, &power);
	if (within(run->wh, &power, run->to_s - run->from_s, RUN_SHARE,
	    2 * walk->tolerance_wh)) {
		add_run(walk, run);
	}
}

/* One stretch, clipped to the span: a share of it by time. */
static void
take_stretch(struct walk *walk, uint32_t i, uint32_t j, double wh)
{
	const struct strip *meter = walk->input->meters[0];
	int64_t from_s = middle(meter, i), to_s = middle(meter, j);
	int64_t in_from = from_s > walk->from_s ? from_s : walk->from_s;
	int64_t in_to = to_s < walk->to_s ? to_s : walk->to_s;
	struct account power = { .energy_wh = 0 };
	bool ok;

	if (in_from >= in_to) {
		return;
	}
	integrate(walk->input->power, from_s, to_s, &power);
	ok = rises(walk->input, i, j) && within(wh, &power, to_s - from_s,
	    STRETCH_SHARE, walk->tolerance_wh);
	if (ok && !(power.known_s > 0) && walk->mean_w >= 0) {
		ok = wh <= GAP_FACTOR * walk->mean_w * (double)(to_s - from_s) / 3600.0 +
		    walk->tolerance_wh;
	}
	if (!ok) {
		end_run(walk);
		return;
	}
	if (!walk->run.open) {
		walk->run = (struct run){ in_from, in_from, 0, true };
	}
	walk->run.to_s = in_to;
	walk->run.wh += wh * (double)(in_to - in_from) / (double)(to_s - from_s);
}

static void
walk_meters(struct walk *walk)
{
	const struct account_input *input = walk->input;
	double before_wh = 0, wh;
	uint32_t before = UINT32_MAX;

	for (uint32_t i = 0; input->meters[0] != NULL && i < input->meters[0]->n; i++) {
		if (!reading(input, i, &wh)) {
			continue;
		}
		if (before != UINT32_MAX) {
			take_stretch(walk, before, i, wh - before_wh);
		}
		before = i;
		before_wh = wh;
	}
	end_run(walk);
}

static void
find_peak(const struct strip *power, int64_t from_s, int64_t to_s, struct account *account)
{
	for (uint32_t i = 0; power != NULL && i < power->n; i++) {
		int64_t start = power->t0_s + (int64_t)i * power->step_s;

		if (power->share[i] > 0 && start >= from_s && start < to_s) {
			account->peak_w = account->has_peak ?
			    fmax(account->peak_w, power->max[i]) : power->max[i];
			account->has_peak = true;
		}
	}
}

struct account
account_make(const struct account_input *input, int64_t from_s, int64_t to_s)
{
	struct walk walk = { .input = input, .from_s = from_s, .to_s = to_s,
	    .mean_w = -1, .tolerance_wh = REGISTER_WH * input->n_meters,
	    .done_s = from_s };
	struct account power = { .energy_wh = 0 };

	integrate(input->power, from_s, to_s, &power);
	if (power.known_s > 0) {
		walk.mean_w = power.energy_wh * 3600.0 / power.known_s;
	}
	if (input->n_meters > 0) {
		walk_meters(&walk);
	}
	integrate(input->power, walk.done_s, to_s, &walk.account);
	find_peak(input->power, from_s, to_s, &walk.account);
	return walk.account;
}

/* ---- months ------------------------------------------------------------------------ */

int64_t
account_month_start(const char *zone, int32_t month)
{
	char text[CLOCK_RFC3339_SIZE];
	struct wall midnight = { 0 };

	(void)str_format(text, sizeof(text), "%04d-%02d-01", month / 12, month % 12 + 1);
	(void)clock_parse(text, &midnight);
	/* the offset at that midnight, looked up near enough to it */
	midnight.ns -= clock_zone_offset(zone, midnight) * NS_PER_S;
	return midnight.ns / NS_PER_S;
}

int
account_month_parse(const char *text, int32_t *ret_month)
{
	char part[8];
	uint64_t year, month;

	/* "2026-11" */
	if (str_copy(part, sizeof(part), text) != 7 || part[4] != '-') {
		return COL_EINVAL;
	}
	part[4] = '\0';
	if (str_to_uint(part, 1970, 9999, &year) != 0 ||
	    str_to_uint(part + 5, 1, 12, &month) != 0) {
		return COL_EINVAL;
	}
	*ret_month = (int32_t)(year * 12 + month - 1);
	return 0;
}

int32_t
account_month(const char *zone, struct wall at)
{
	char text[CLOCK_RFC3339_SIZE];
	int32_t month = 0;

	clock_day_text(clock_day(zone, at), text);
	text[7] = '\0';
	(void)account_month_parse(text, &month);
	return month;
}

void
account_month_text(int32_t month, char text[ACCOUNT_MONTH_SIZE])
{
	(void)str_format(text, ACCOUNT_MONTH_SIZE, "%04d-%02d", month / 12 % 10000,
	    month % 12 + 1);
}
