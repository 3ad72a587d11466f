/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "flow/counter.h"

#define INTERVAL (60 * NS_PER_S)
#define UNKNOWN COL_UPTIME_UNKNOWN
#define DAYS(n) ((uint64_t)(n) * 86400000u)
#define WRAP_MS (UINT64_C(10) << 32)

/* Two polls and what the second one must give. */
struct row {
	const char *name;
	bool wide;
	double max;                     /* rating per second; 0: none */
	uint64_t first, second;
	uint64_t first_up, second_up;   /* ms */
	int64_t distance_s;
	enum col_quality quality;
	double rate;
};

static const struct row ROWS[] = {
	{ "plain", false, 0, 1000, 7000, DAYS(1), DAYS(1) + 60000, 60, COL_GOOD, 100 },
	{ "no uptime", false, 0, 1000, 7000, UNKNOWN, UNKNOWN, 60, COL_GOOD, 100 },
	{ "agent's own time", false, 0, 0, 6600, DAYS(1), DAYS(1) + 66000, 60,
	    COL_GOOD, 100 },
	{ "agent's time is nonsense", false, 0, 0, 6000, DAYS(1), DAYS(1) + 1, 60,
	    COL_GOOD, 100 },
	{ "standing still", true, 0, 7, 7, DAYS(1), DAYS(1) + 60000, 60, COL_GOOD, 0 },
	{ "32 bit wrap", false, 0, UINT32_MAX - 999, 5000, DAYS(1), DAYS(1) + 60000, 60,
	    COL_GOOD, 100 },
	{ "32 bit wrap within the rating", false, 200, UINT32_MAX - 999, 5000,
	    UNKNOWN, UNKNOWN, 60, COL_GOOD, 100 },
	{ "32 bit fall beyond the rating", false, 200, 3000000000u, 10, DAYS(1),
	    DAYS(1) + 60000, 60, COL_UNAVAILABLE, 0 },
	{ "32 bit fall without rating and uptime", false, 0, UINT32_MAX - 999, 5000,
	    UNKNOWN, UNKNOWN, 60, COL_UNAVAILABLE, 0 },
	{ "32 bit fall of more than half", false, 0, 100000, 10, DAYS(1),
	    DAYS(1) + 60000, 60, COL_UNAVAILABLE, 0 },
	{ "64 bit never wraps", true, 0, UINT64_MAX - 999, 5000, DAYS(1),
	    DAYS(1) + 60000, 60, COL_UNAVAILABLE, 0 },
	{ "rise beyond the rating", true, 200, 0, 6000000, DAYS(1), DAYS(1) + 60000, 60,
	    COL_IMPLAUSIBLE, 100000 },
	{ "reboot", false, 0, UINT32_MAX - 999, 5000, DAYS(1), 20000, 60,
	    COL_UNAVAILABLE, 0 },
	{ "reboot, count higher than before", false, 0, 10, 50, DAYS(1), 20000, 60,
	    COL_UNAVAILABLE, 0 },
	{ "reboot soon after a reboot", false, 0, 10, 50, 5000, 40000, 60,
	    COL_UNAVAILABLE, 0 },
	{ "uptime 0 is unknown", false, 0, 1000, 7000, DAYS(1), 0, 60, COL_GOOD, 100 },
	{ "started since, first uptime unknown", false, 0, 10, 50, UNKNOWN, 20000, 60,
	    COL_UNAVAILABLE, 0 },
	{ "497 days", false, 0, 1000, 7000, WRAP_MS - 20000, 40000, 60, COL_GOOD, 100 },
	{ "497 days and a 32 bit wrap", false, 0, UINT32_MAX - 999, 5000,
	    WRAP_MS - 20000, 40000, 60, COL_GOOD, 100 },
	{ "reboot after 400 days", false, 0, 1000, 7000, DAYS(400), 40000, 60,
	    COL_UNAVAILABLE, 0 },
	{ "reboot near 497 days, long ago up", false, 0, 1000, 7000, WRAP_MS - 20000,
	    DAYS(2), 60, COL_UNAVAILABLE, 0 },
	{ "gap", true, 0, 1000, 7000, DAYS(1), DAYS(1) + 120000, 120, COL_UNAVAILABLE, 0 },
	{ "clock set back", true, 0, 1000, 7000, DAYS(1), DAYS(1) + 60000, -60,
	    COL_UNAVAILABLE, 0 },
	{ "same slot again", true, 0, 1000, 7000, DAYS(1), DAYS(1) + 60000, 0,
	    COL_UNAVAILABLE, 0 },
};

static struct sample
poll(struct counter_set *set, const struct slot *slot, struct wall at,
    uint64_t uptime_ms, uint64_t count)
{
	struct col_value value = { .counter = count, .quality = COL_GOOD };
	struct counter_step step = counter_begin(set, at, uptime_ms, INTERVAL);
	struct sample sample = counter_rate(&step, &set->last[0], slot, &value);

	counter_end(set, &step, at, uptime_ms);
	return sample;
}

static void
differences_are_rates_or_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const struct row *row = &ROWS[i];
		struct slot slot = { .factor = 1, .min = row->max > 0 ? 0 : 1,
		    .max = row->max, .wide = row->wide, .kind = COL_COUNTER };
		struct col_layout layout = { .n_slots = 1, .slots = &slot };
		struct wall at = { 1800000000 * NS_PER_S };
		struct counter_set *sets = NULL, *set;
		struct sample sample;

		set = counter_get(&sets, &layout, 1);
		assert_ptr_equal(set, counter_get(&sets, &layout, 1));
		sample = poll(set, &slot, at, row->first_up, row->first);
		assert_int_equal(sample.quality, COL_UNAVAILABLE);
		at.ns += row->distance_s * NS_PER_S;
		sample = poll(set, &slot, at, row->second_up, row->second);
		if (sample.quality != row->quality ||
		    (row->quality == COL_GOOD && fabs(sample.number - row->rate) > 1e-6)) {
			fail_msg("%s: quality %d, %g", row->name, sample.quality,
			    sample.number);
		}
		counter_free(sets);
	}
}

/* One interval after a hole the rate is back, from the reading after it. */
static void
a_hole_is_one_missing_rate(void **state)
{
	struct slot slot = { .factor = 8, .min = 1, .max = 0, .kind = COL_COUNTER };
	struct col_layout layout = { .n_slots = 1, .slots = &slot };
	struct col_value bad = { .counter = 5, .quality = COL_ERROR };
	struct wall at = { 1800000000 * NS_PER_S };
	struct counter_set *sets = NULL, *set = counter_get(&sets, &layout, 1);
	struct counter_step step;
	struct sample sample;

	(void)state;
	(void)poll(set, &slot, at, DAYS(1), 1000);
	at.ns += INTERVAL;
	step = counter_begin(set, at, DAYS(1) + 60000, INTERVAL);
	sample = counter_rate(&step, &set->last[0], &slot, &bad);
	counter_end(set, &step, at, DAYS(1) + 60000);
	assert_int_equal(sample.quality, COL_ERROR);
	at.ns += INTERVAL;
	assert_int_equal(poll(set, &slot, at, DAYS(1) + 120000, 9000).quality,
	    COL_UNAVAILABLE);
	at.ns += INTERVAL;
	sample = poll(set, &slot, at, DAYS(1) + 180000, 9600);
	assert_int_equal(sample.quality, COL_GOOD);
	assert_true(fabs(sample.number - 80) < 1e-9);
	counter_free(sets);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differences_are_rates_or_nothing),
		cmocka_unit_test(a_hole_is_one_missing_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
