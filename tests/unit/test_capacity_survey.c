/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The walk over a store of the test's own: what it makes of known series, and
 * at which pace it asks.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/survey.h"
#include "fixture.h"

/* 2026-11-22T04:00:00Z, noon in Shanghai; its midnight was at 16:00 UTC. */
#define NOW_S INT64_C(1795320000)
#define MIDNIGHT_S (NOW_S - 12 * 3600)
#define WEEK_S INT64_C(604800)
#define TODAY 20779

#define PROVINCE \
    "province: {id: henan, timezone: Asia/Shanghai}\n" \
    "poll: {interval: 60s}\n" \
    "store: {dir: /tmp/none}\n" \
    "areas: [{id: a1}]\n" \
    "sites: [{id: s1, area: a1}]\n" \
    "halls: [{id: h1, site: s1, design_kw: 12}]\n" \
    "templates:\n" \
    "  std: {units: 42, design_kw: 6, feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}\n" \
    "rows:\n" \
    "  - {id: r1, hall: h1, template: std, state: in_service, racks: [A01..A%s],\n" \
    "     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n}}}}\n"

/* What the store holds and how it answers. */
static struct {
	double (*power)(int64_t at_s); /* of a place; NAN: unknown */
	double rack_w;
	double coverage;               /* known of expected parts, of all places */
	int code;
	bool holds;                    /* answers come later */
	unsigned n_asked, n_held;
	struct { store_read_fn *fn; void *arg; } held[400];
} store_now;

static double
value_at(const struct store_query *query, int64_t at_s)
{
	if (query->entity.kind == ENTITY_RACK) {
		return strcmp(query->metric, "power_w") == 0 ? store_now.rack_w : NAN;
	}
	return strcmp(query->metric, "power_w") == 0 ? store_now.power(at_s) :
	    strcmp(query->metric, "known") == 0 ? 10 * store_now.coverage : 10;
}

static void
answer(const struct store_query *query, store_read_fn *fn, void *arg)
{
	int64_t from_s = query->from.ns / NS_PER_S, to_s = query->to.ns / NS_PER_S;
	int64_t step_s = (to_s - from_s + query->max_points - 1) / query->max_points;
	struct store_series series = { .basis_s = 60 };
	uint32_t n;

	step_s = (step_s + 59) / 60 * 60;
	n = (uint32_t)((to_s - from_s + step_s - 1) / step_s);
	series.step_s = step_s;
	series.n = n;
	series.t = calloc(n, sizeof(*series.t));
	series.avg = calloc(n, sizeof(double));
	series.min = calloc(n, sizeof(double));
	series.max = calloc(n, sizeof(double));
	series.known = calloc(n, 1);
	series.share = calloc(n, sizeof(float));
	for (uint32_t i = 0; i < n; i++) {
		double value = value_at(query, from_s + (int64_t)i * step_s);

		series.t[i] = from_s + (int64_t)i * step_s;
		series.known[i] = isnan(value) ? 0 : 3;
		series.share[i] = isnan(value) ? 0 : 1;
		series.avg[i] = value;
		series.max[i] = value + 1;
	}
	fn(arg, 0, &series);
	free(series.t);
	free(series.avg);
	free(series.min);
	free(series.max);
	free(series.known);
	free(series.share);
}

void
store_read(struct store *store, const struct store_query *query, store_read_fn *fn, void *arg)
{
	(void)store;
	store_now.n_asked++;
	if (store_now.holds) {
		assert_in_range(store_now.n_held, 0, 399);
		store_now.held[store_now.n_held].fn = fn;
		store_now.held[store_now.n_held++].arg = arg;
	} else if (store_now.code != 0) {
		fn(arg, store_now.code, NULL);
	} else if (strcmp(query->metric, "energy_wh") == 0) {
		fn(arg, COL_ENOENT, NULL);
	} else {
		answer(query, fn, arg);
	}
}

struct world { struct clock *clock; struct ids *ids; const struct config *config;
	struct survey *survey; };

static void
start(struct world *world, const char *last_rack)
{
	struct survey_setup setup = { .clock = NULL };
	char yaml[2048];

	memset(&store_now, 0, sizeof(store_now));
	store_now.coverage = 1;
	store_now.rack_w = 2500;
	(void)str_format(yaml, sizeof(yaml), PROVINCE, last_rack);
	world->clock = clock_test_new((struct wall){ NOW_S * NS_PER_S },
	    (struct mono){ NS_PER_S });
	world->ids = ids_new();
	world->config = fixture_config(yaml, world->ids, 1);
	setup.clock = world->clock;
	world->survey = survey_new(&setup);
	survey_apply(world->survey, world->config);
}

static void
stop(struct world *world)
{
	survey_free(world->survey);
	config_unref(world->config);
	ids_free(world->ids);
	clock_free(world->clock);
}

/* Lets time pass, from one due step to the next. */
static void
pass(struct world *world, int64_t ns)
{
	int64_t end = clock_mono(world->clock).ns + ns;

	for (;;) {
		int64_t now = clock_mono(world->clock).ns;
		int64_t next = survey_step(world->survey).ns;

		if (next <= now) {
			continue;
		}
		if (now >= end) {
			return;
		}
		clock_test_advance(world->clock, (next < end ? next : end) - now);
	}
}

static double
growing(int64_t at_s)
{
	/* 168 W more each week, the same within it; the newest week has 9,000 W */
	int64_t weeks = (MIDNIGHT_S - 1 - at_s) / WEEK_S;

	return at_s >= MIDNIGHT_S ? 9000 : 9000 - 168.0 * (double)weeks;
}

static double
growing_with_a_gap(int64_t at_s)
{
	int64_t weeks = (MIDNIGHT_S - 1 - at_s) / WEEK_S;

	return at_s < MIDNIGHT_S && weeks == 12 ? NAN : growing(at_s);
}

static const struct past_place *
hall(const struct past *past)
{
	return past_place(past, ENTITY_HALL, 0);
}

/* 80 % of 12 kW are 600 W away, at 168 W a week: 3.5714 weeks, 25 days. */
static void
exhaustion_of_a_hall(void **state)
{
	struct world world;
	const struct past *past;

	(void)state;
	start(&world, "03");
	store_now.power = growing;
	pass(&world, 400 * NS_PER_S);
	past = survey_past(world.survey);
	assert_non_null(past);
	assert_true(hall(past)->exhaustion.asked);
	assert_int_equal(hall(past)->exhaustion.reason, FORECAST_OK);
	assert_int_equal(hall(past)->exhaustion.k, 25);
	assert_int_equal(hall(past)->exhaustion.day, TODAY + 25);
	assert_int_equal(hall(past)->exhaustion.latest, TODAY + 25);
	/* a site has no figure of its own: its hall's */
	assert_float_equal(past_place(past, ENTITY_SITE, 0)->exhaustion.limit_w, 12000, 1e-6);
	assert_false(past_place(past, ENTITY_AREA, 0)->exhaustion.asked);
	past_unref(past);
	stop(&world);
	/* only weeks without a gap: 12 of them, 11 increments */
	start(&world, "03");
	store_now.power = growing_with_a_gap;
	pass(&world, 400 * NS_PER_S);
	past = survey_past(world.survey);
	assert_int_equal(hall(past)->exhaustion.k, 11);
	past_unref(past);
	stop(&world);
}

static double
steady(int64_t at_s)
{
	/* an hour of 5,000 W every day at noon in Shanghai */
	return at_s % 86400 / 3600 == 4 ? 5000 : 3000;
}

static void
windows_and_racks(void **state)
{
	struct world world;
	const struct past *past;
	const struct past_rack *rack;

	(void)state;
	start(&world, "03");
	store_now.power = steady;
	pass(&world, 400 * NS_PER_S);
	past = survey_past(world.survey);
	assert_true(hall(past)->day.known);
	assert_int_equal(hall(past)->day.basis_s, 300);
	assert_float_equal(hall(past)->day.peak_w, 5000, 1e-6);
	assert_float_equal(hall(past)->day.p95_w, 3000, 1e-6);
	/* of rows of an hour the peak is their extreme, where they keep one */
	assert_int_equal(hall(past)->month.basis_s, 3600);
	assert_float_equal(hall(past)->month.peak_w, 5001, 1e-6);
	assert_float_equal(hall(past)->month.mean_w, 3000 + 2000 / 24.0, 10);
	assert_true(hall(past)->calendar.known);
	rack = past_rack(past, 1);
	assert_float_equal(rack->power.days, 30, 1e-9);
	assert_float_equal(rack->power.p95_w, 2500, 1e-6);
	/* 21.5 days of November by power; no meter */
	assert_int_equal(rack->energy.month, 2026 * 12 + 10);
	assert_float_equal(rack->energy.energy_wh, 2500 * rack->energy.known_s / 3600, 1e-3);
	assert_in_range((int)(rack->energy.known_s / 3600), 21 * 24 + 12, 21 * 24 + 13);
	assert_float_equal(rack->energy.metered_s, 0, 1e-9);
	assert_int_equal(past->racks_read, 3);
	past_unref(past);
	stop(&world);
}

static void
too_few_parts_are_unknown(void **state)
{
	struct world world;
	const struct past *past;

	(void)state;
	start(&world, "03");
	store_now.power = steady;
	store_now.coverage = 0.94;
	pass(&world, 400 * NS_PER_S);
	past = survey_past(world.survey);
	assert_false(hall(past)->day.known);
	assert_float_equal(hall(past)->day.coverage, 0, 1e-9);
	assert_int_equal(hall(past)->exhaustion.reason, FORECAST_NOT_ENOUGH);
	past_unref(past);
	stop(&world);
}

/* What was known stays when the store is too busy to say it again. */
static void
failures_change_nothing(void **state)
{
	struct world world;
	const struct past *past;

	(void)state;
	start(&world, "03");
	store_now.power = steady;
	pass(&world, 400 * NS_PER_S);
	store_now.code = COL_ETIMEOUT;
	pass(&world, 5000 * NS_PER_S);
	past = survey_past(world.survey);
	assert_true(hall(past)->day.known);
	assert_float_equal(hall(past)->month.peak_w, 5001, 1e-6);
	assert_float_equal(past_rack(past, 0)->power.p95_w, 2500, 1e-6);
	assert_float_equal(past_rack(past, 0)->power.days, 30, 1e-9);
	past_unref(past);
	stop(&world);
}

/* 99 racks: at most 100 series a second in the first round, 20 in later ones. */
static void
pace(void **state)
{
	struct world world;
	unsigned before;

	(void)state;
	start(&world, "99");
	store_now.power = steady;
	for (int i = 0; i < 180; i++) {
		before = store_now.n_asked;
		pass(&world, NS_PER_S);
		assert_in_range(store_now.n_asked - before, 0, 110);
	}
	/* first round: 99 racks of 3 series, and the places */
	assert_true(store_now.n_asked >= 3 * 99);
	/* the second begins ten minutes after the first, and is five times slower:
	 * 297 series in 15 seconds */
	pass(&world, 545 * NS_PER_S);
	before = store_now.n_asked;
	pass(&world, 5 * NS_PER_S);
	assert_in_range(store_now.n_asked - before, 50, 110);
	stop(&world);
}

/* A store that does not answer is not asked for more and more. */
static void
waits_for_answers(void **state)
{
	struct world world;
	unsigned asked;

	(void)state;
	start(&world, "99");
	store_now.power = steady;
	store_now.holds = true;
	pass(&world, 200 * NS_PER_S);
	asked = store_now.n_asked;
	assert_in_range(asked, 1, 30);
	pass(&world, 2000 * NS_PER_S);
	assert_int_equal(store_now.n_asked, asked);
	assert_true(survey_asked(world.survey) > 0);
	/* the store ends: all of its readers hear of it */
	for (unsigned i = 0; i < store_now.n_held; i++) {
		store_now.held[i].fn(store_now.held[i].arg, COL_ECANCELED, NULL);
	}
	stop(&world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exhaustion_of_a_hall),
		cmocka_unit_test(windows_and_racks),
		cmocka_unit_test(too_few_parts_are_unknown),
		cmocka_unit_test(failures_change_nothing),
		cmocka_unit_test(pace),
		cmocka_unit_test(waits_for_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
