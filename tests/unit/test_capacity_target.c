/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "capacity/target.h"

#define TODAY 20779            /* 2026-11-22 */
#define NO_DAY INT32_MIN

struct row {
	const char *name;
	enum target_reach reach;
	int64_t racks;
	int32_t by_day;
	uint32_t count;
	double per_day;            /* the history's slope; 0: no history */
	enum target_status status;
	double required;           /* < 0: null */
};

static const struct row ROWS[] = {
	{ "above is not reached by the number itself", TARGET_ABOVE, 90000, TODAY + 100,
	    90000, 2, TARGET_ON_TRACK, 0.01 },
	{ "one more reaches it", TARGET_ABOVE, 90000, TODAY + 100, 90001, 2, TARGET_REACHED,
	    0 },
	{ "at least is reached by it", TARGET_AT_LEAST, 90000, TODAY + 100, 90000, 2,
	    TARGET_REACHED, 0 },
	{ "reached wins over overdue", TARGET_ABOVE, 90000, TODAY - 1000, 90001, 2,
	    TARGET_REACHED, 0 },
	{ "overdue", TARGET_ABOVE, 90000, TODAY - 1, 80000, 1e4, TARGET_OVERDUE, -1 },
	{ "its day is not over", TARGET_ABOVE, 90000, TODAY, 80000, 2, TARGET_BEHIND,
	    10001 },
	{ "pace just enough", TARGET_AT_LEAST, 1000, TODAY + 100, 800, 2, TARGET_ON_TRACK,
	    2 },
	{ "pace just too slow", TARGET_ABOVE, 1000, TODAY + 100, 800, 2, TARGET_BEHIND,
	    2.01 },
	{ "no history: no pace", TARGET_ABOVE, 1000, TODAY + 100, 999, 0, TARGET_BEHIND,
	    0.02 },
	{ "no day, growing", TARGET_ABOVE, 1000, NO_DAY, 800, 2, TARGET_ON_TRACK, -1 },
	{ "no day, no history", TARGET_ABOVE, 1000, NO_DAY, 800, 0, TARGET_BEHIND, -1 },
};

/* A year of days that grow by per_day up to count today. */
static struct history
make_history(double count, double per_day)
{
	struct history history = { .days = NULL };

	for (int32_t day = TODAY - 365; per_day > 0 && day <= TODAY; day++) {
		struct daily daily = { .day = day };

		daily.declared = llround(count - per_day * (TODAY - day));
		daily.standard = 3 * daily.declared;
		assert_int_equal(history_put(&history, &daily), 0);
	}
	return history;
}

static void
status_follows_the_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct row *row = &ROWS[i];
		struct target target = { .id = "t", .racks = row->racks,
		    .reach = row->reach, .by_day = row->by_day };
		struct place_view province = { .n_declared = row->count };
		struct history history = make_history(row->count, row->per_day);
		struct target_view view = target_judge(&target, &province, &history, NULL, TODAY);

		if (view.status != row->status || view.has_required != (row->required >= 0) ||
		    (row->required >= 0 &&
		    fabs(view.required_per_day - row->required) > 1e-9)) {
			fail_msg("%s: %s, required %g", row->name,
			    target_status_text(view.status), view.required_per_day);
		}
		assert_int_equal(view.has_pace, row->per_day > 0);
		if (view.has_pace) {
			assert_true(fabs(view.pace_per_day - row->per_day) < 0.05);
		}
		assert_int_equal(view.count, row->count);
		assert_true(fabs(view.progress - (double)row->count / (double)row->racks) <
		    1e-12);
		history_done(&history);
	}
}

static void
the_basis_decides_what_is_counted(void **state)
{
	struct target target = { .id = "t", .racks = 100, .basis = TARGET_STANDARD,
	    .by_day = TODAY + 10 };
	struct place_view province = { .n_declared = 40, .standard_declared = 90,
	    .standard_verified = 70 };
	struct history history = make_history(30, 0.5);
	struct target_view view = target_judge(&target, &province, &history, NULL, TODAY);

	(void)state;
	assert_int_equal(view.count, 90);
	assert_int_equal(view.verified, 70);
	assert_true(fabs(view.progress - 0.9) < 1e-12);
	assert_true(fabs(view.pace_per_day - 1.5) < 0.1);
	assert_int_equal(view.days_left, 10);
	history_done(&history);
}

static void
missing_days_are_interpolated_in_bounds(void **state)
{
	const struct daily days[] = {
		{ 130, 400, 0, 0, 4 }, { 100, 100, 0, 0, 1 }, { 110, 200, 0, 0, 2 },
		{ 110, 201, 0, 0, 2 }, { 200, 500, 0, 0, 5 },
	};
	struct history history = { .days = NULL };
	double count;
	int32_t day;

	(void)state;
	assert_int_equal(history_set(&history, days, 5), 0);
	assert_int_equal(history.n, 4);
	assert_true(history_column(&history, HISTORY_VERIFIED, 100, &count));
	assert_true(history_newest(&history, 150, &day));
	assert_int_equal(day, 130);
	assert_true(history_newest(&history, 130, &day));
	assert_int_equal(day, 130);
	assert_false(history_newest(&history, 99, &day));
	assert_false(history_count(&history, TARGET_PHYSICAL, 99, &count));
	assert_true(history_count(&history, TARGET_PHYSICAL, 100, &count));
	assert_true(fabs(count - 100) < 1e-9);
	assert_true(history_count(&history, TARGET_STANDARD, 120, &count));
	assert_true(fabs(count - 3) < 1e-9);
	assert_false(history_count(&history, TARGET_PHYSICAL, 150, &count));
	assert_true(history_count(&history, TARGET_PHYSICAL, 200, &count));
	assert_false(history_count(&history, TARGET_PHYSICAL, 201, &count));
	history_done(&history);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_follows_the_rules),
		cmocka_unit_test(the_basis_decides_what_is_counted),
		cmocka_unit_test(missing_days_are_interpolated_in_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
