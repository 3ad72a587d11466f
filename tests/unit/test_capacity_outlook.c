/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "capacity/outlook.h"
#include "fixture.h"

#define TODAY 20779            /* 2026-11-22 */

static const char YAML[] =
    "province: {id: henan, name: {en: Henan}, timezone: Asia/Shanghai}\n"
    "store: {dir: /nonexistent}\n"
    "standard_rack_kw: 2.5\n"
    "areas: [{id: \"410100\", name: {en: Zhengzhou}}]\n"
    "sites: [{id: zz1, area: \"410100\", name: {en: Site}}]\n"
    "halls: [{id: h1, site: zz1}]\n"
    "rows:\n"
    "  - {id: r1, hall: h1, state: planned, due: 2026-12-22, template: std, racks: [A01, A02]}\n"
    "  - {id: r2, hall: h1, state: planned, due: 2027-01-22, template: std, racks: [B01]}\n"
    "  - {id: r3, hall: h1, state: planned, template: std, racks: [C01]}\n"
    "templates: {std: {units: 42, design_kw: 5}}\n"
    "targets:\n"
    "  - {id: near, name: {en: N}, racks: 861, reach: above, basis: physical}\n"
    "  - {id: far, name: {en: F}, racks: 90000, reach: above, basis: physical}\n"
    "  - {id: standard, name: {en: S}, racks: 2650, reach: at_least, basis: standard}\n"
    "  - {id: there, name: {en: T}, racks: 859, reach: at_least, basis: physical}\n";
enum { NEAR = 0, FAR, STANDARD, THERE };

static struct ids *ids;
static const struct config *config;
static struct history history;

static int
set_up(void **state)
{
	(void)state;
	ids = ids_new();
	config = fixture_config(YAML, ids, 1);
	history = (struct history){ .days = NULL };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	history_done(&history);
	config_unref(config);
	ids_free(ids);
	return 0;
}

/* A year of days that grow by 2 a day up to 859; of the verified ones by one, until
 * the day before. */
static void
fill(int32_t n_days)
{
	for (int32_t day = TODAY - n_days; day <= TODAY; day++) {
		struct daily daily = { .day = day, .declared = 859 - 2 * (TODAY - day),
		    .verified = 600 - (TODAY - day) };

		daily.standard = 3 * daily.declared;
		assert_int_equal(history_put(&history, &daily), 0);
	}
}

static struct outlook *
look(struct outlook *was, double declared, int32_t today)
{
	struct outlook_counts counts = { declared, 3 * declared };
	struct outlook *outlook = outlook_make(was, config, &counts, &history, today);

	assert_non_null(outlook);
	return outlook;
}

static void
dates(void **state)
{
	const struct outlook_line *line;
	struct outlook *outlook;

	(void)state;
	fill(365);
	outlook = look(NULL, 859, TODAY);
	line = &outlook->targets[NEAR].lines[OUTLOOK_DECLARED];
	/* 862 - 859 = 3 racks at 2 a day: 1.5 days, on the second */
	assert_int_equal(line->forecast.reason, FORECAST_OK);
	assert_int_equal(line->forecast.k, 52);
	assert_float_equal(line->forecast.mean, 14, 1e-9);
	assert_float_equal(line->forecast.sd, 0, 1e-9);
	assert_int_equal(line->day, TODAY + 2);
	assert_int_equal(line->earliest, TODAY + 2);
	assert_int_equal(line->latest, TODAY + 2);
	assert_int_equal(line->slope_day, TODAY + 2);
	/* what is verified has another pace and another distance */
	line = &outlook->targets[NEAR].lines[OUTLOOK_VERIFIED];
	assert_int_equal(line->from, TODAY);
	assert_float_equal(line->now, 600, 1e-9);
	assert_int_equal(line->day, TODAY + 262);
	/* beyond 20 years only the upper end is left open */
	line = &outlook->targets[FAR].lines[OUTLOOK_DECLARED];
	assert_int_equal(line->forecast.reason, FORECAST_OK);
	assert_int_equal(line->latest, INT32_MAX);
	assert_int_equal(line->slope_day, INT32_MAX);
	assert_int_equal(line->day, TODAY + (90001 - 859 + 1) / 2);
	/* 2,650 - 2,577 standard racks at 6 a day */
	line = &outlook->targets[STANDARD].lines[OUTLOOK_DECLARED];
	assert_int_equal(line->day, TODAY + 13);
	line = &outlook->targets[STANDARD].lines[OUTLOOK_VERIFIED];
	assert_int_equal(line->forecast.reason, FORECAST_NOT_ENOUGH);
	assert_int_equal(line->from, INT32_MIN);
	line = &outlook->targets[THERE].lines[OUTLOOK_DECLARED];
	assert_int_equal(line->forecast.reason, FORECAST_REACHED);
	assert_int_equal(line->day, INT32_MIN);
	assert_int_equal(line->slope_day, INT32_MIN);
	outlook_unref(outlook);
}

static void
history_decides(void **state)
{
	const struct outlook_line *line;
	struct outlook *outlook;

	(void)state;
	outlook = look(NULL, 859, TODAY);
	line = &outlook->targets[NEAR].lines[OUTLOOK_DECLARED];
	assert_int_equal(line->forecast.reason, FORECAST_NOT_ENOUGH);
	assert_int_equal(line->forecast.k, 0);
	outlook_unref(outlook);
	fill(55);
	outlook = look(NULL, 859, TODAY);
	line = &outlook->targets[NEAR].lines[OUTLOOK_DECLARED];
	assert_int_equal(line->forecast.reason, FORECAST_NOT_ENOUGH);
	assert_int_equal(line->forecast.k, 7);
	assert_int_equal(line->slope_day, INT32_MIN);
	outlook_unref(outlook);
	fill(56);
	outlook = look(NULL, 859, TODAY);
	line = &outlook->targets[NEAR].lines[OUTLOOK_DECLARED];
	assert_int_equal(line->forecast.reason, FORECAST_OK);
	assert_int_equal(line->forecast.k, 8);
	outlook_unref(outlook);
	/* verified: from the last day written down, unless it is too long ago */
	outlook = look(NULL, 859, TODAY + 3);
	line = &outlook->targets[NEAR].lines[OUTLOOK_VERIFIED];
	assert_int_equal(line->from, TODAY);
	assert_int_equal(line->forecast.reason, FORECAST_OK);
	outlook_unref(outlook);
	outlook = look(NULL, 859, TODAY + 32);
	line = &outlook->targets[NEAR].lines[OUTLOOK_VERIFIED];
	assert_int_equal(line->forecast.reason, FORECAST_NOT_ENOUGH);
	outlook_unref(outlook);
}

static void
what_is_planned(void **state)
{
	struct outlook *outlook = look(NULL, 859, TODAY);
	const struct pipeline *pipeline = &outlook->targets[NEAR].pipeline;

	(void)state;
	/* three are missing: two come in December, the third in January */
	assert_float_equal(outlook->targets[NEAR].left, 3, 1e-9);
	assert_true(pipeline->reached);
	assert_int_equal(pipeline->day, TODAY + 61);
	assert_int_equal(outlook->plans[TARGET_PHYSICAL].n_planned, 4);
	assert_int_equal(outlook->plans[TARGET_PHYSICAL].n_undated, 1);
	assert_int_equal(outlook->plans[TARGET_PHYSICAL].n, 2);
	/* 73 standard racks are missing, 6 are planned with a date */
	pipeline = &outlook->targets[STANDARD].pipeline;
	assert_false(pipeline->reached);
	assert_float_equal(pipeline->left, 67, 1e-9);
	assert_true(outlook->targets[THERE].pipeline.reached);
	outlook_unref(outlook);
}

/* 2 a day until a day, none since; days in a hole are not written down. */
static void
fill_until(int32_t last, int32_t hole_from, int32_t hole_to)
{
	history_done(&history);
	history = (struct history){ .days = NULL };
	for (int32_t day = TODAY - 365; day <= TODAY; day++) {
		int32_t grown = day < last ? day : last;
		struct daily daily = { .day = day, .declared = 859 - 2 * (TODAY - grown) };

		daily.standard = 3 * daily.declared;
		if (day < hole_from || day > hole_to) {
			assert_int_equal(history_put(&history, &daily), 0);
		}
	}
}

static void
what_was_said_before(void **state)
{
	const struct outlook_line *before;
	struct outlook *outlook;
	int32_t then = TODAY - OUTLOOK_SLIP_DAYS;

	(void)state;
	/* what came after that day changes nothing: 862 - 803 = 59 at 2 a day */
	fill_until(then, 0, 0);
	outlook = look(NULL, 803, TODAY);
	before = &outlook->targets[NEAR].before;
	assert_int_equal(before->forecast.reason, FORECAST_OK);
	assert_int_equal(before->from, then);
	assert_float_equal(before->now, 803, 1e-9);
	assert_int_equal(before->day, then + 30);
	assert_true(outlook->targets[NEAR].lines[OUTLOOK_DECLARED].day > before->day);
	/* 2,650 - 2,409 = 241 at 6 a day */
	assert_int_equal(outlook->targets[STANDARD].before.day, then + 41);
	outlook_unref(outlook);
	/* a day that is missing: the last one before it, at most a week back */
	fill_until(TODAY, then - 4, then + 2);
	outlook = look(NULL, 859, TODAY);
	before = &outlook->targets[NEAR].before;
	assert_int_equal(before->from, then - 5);
	assert_int_equal(before->day, then - 5 + 35);
	outlook_unref(outlook);
	fill_until(TODAY, then - 7, then);
	outlook = look(NULL, 859, TODAY);
	before = &outlook->targets[NEAR].before;
	assert_int_equal(before->from, INT32_MIN);
	assert_int_equal(before->forecast.reason, FORECAST_NOT_ENOUGH);
	outlook_unref(outlook);
}

/* The same object until something changes: not one per view. */
static void
made_once(void **state)
{
	struct outlook *first, *second;

	(void)state;
	fill(365);
	first = look(NULL, 859, TODAY);
	second = look(first, 859, TODAY);
	assert_ptr_equal(first, second);
	outlook_unref(second);
	second = look(first, 860, TODAY);
	assert_ptr_not_equal(first, second);
	assert_int_equal(second->plans[TARGET_PHYSICAL].n, 2);
	outlook_unref(first);
	first = look(second, 860, TODAY + 1);
	assert_ptr_not_equal(first, second);
	outlook_unref(second);
	fill(300);
	second = look(first, 860, TODAY + 1);
	assert_ptr_not_equal(first, second);
	outlook_unref(first);
	outlook_unref(second);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(dates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(history_decides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_planned, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_said_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(made_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
