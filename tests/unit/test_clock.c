/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <collectord/err.h>

#include "base/clock.h"

static void
rfc3339(void **state)
{
	static const struct { const char *from; int rc; const char *to; } ROWS[] = {
		{ "2026-11-22T04:04:30Z", 0, "2026-11-22T04:04:30Z" },
		{ "2026-11-22T12:04:30+08:00", 0, "2026-11-22T04:04:30Z" },
		{ "2026-11-22T04:04:30.250Z", 0, "2026-11-22T04:04:30.250Z" },
		{ "2024-02-29", 0, "2024-02-29T00:00:00Z" },
		{ "2026-02-29", COL_EINVAL, NULL }, { "2026-13-01", COL_EINVAL, NULL },
		{ "2026-11-22T24:00:00Z", COL_EINVAL, NULL },
		{ "2026-11-22T04:04:30", COL_EINVAL, NULL },
		{ "2026-11-22 x", COL_EINVAL, NULL }, { "", COL_EINVAL, NULL },
		{ "22.11.2026", COL_EINVAL, NULL },
	};
	char text[CLOCK_RFC3339_SIZE];
	struct wall wall;

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		assert_int_equal(clock_parse(ROWS[i].from, &wall), ROWS[i].rc);
		if (ROWS[i].rc == 0) {
			clock_rfc3339(wall, text);
			assert_string_equal(text, ROWS[i].to);
		}
	}
	clock_rfc3339((struct wall){ 0 }, text);
	assert_string_equal(text, "");
}

static void
days_of_the_province(void **state)
{
	char text[CLOCK_RFC3339_SIZE];
	struct wall wall;

	(void)state;
	assert_int_equal(clock_parse("2026-11-22T15:59:59Z", &wall), 0);
	clock_day_text(clock_day("Asia/Shanghai", wall), text);
	assert_string_equal(text, "2026-11-22");
	wall.ns += NS_PER_S;
	clock_day_text(clock_day("Asia/Shanghai", wall), text);
	assert_string_equal(text, "2026-11-23");
	assert_int_equal(clock_zone_offset("Asia/Shanghai", wall), 8 * 3600);
	assert_int_equal(clock_zone_offset("No/Where", wall), 0);
	assert_true(clock_zone_known("Asia/Shanghai"));
	assert_false(clock_zone_known("../../etc/passwd"));
	assert_false(clock_zone_known("No/Where"));
}

static void
a_test_clock_stands_still(void **state)
{
	struct clock *clock = clock_test_new((struct wall){ 1000 * NS_PER_S },
	    (struct mono){ 5 * NS_PER_S });

	(void)state;
	assert_true(clock_wall(clock).ns == 1000 * NS_PER_S);
	clock_test_advance(clock, NS_PER_S);
	assert_true(clock_mono(clock).ns == 6 * NS_PER_S);
	clock_test_jump(clock, -3600 * NS_PER_S);
	assert_true(clock_wall(clock).ns == (1001 - 3600) * NS_PER_S);
	assert_true(clock_mono(clock).ns == 6 * NS_PER_S);
	assert_true(clock_to_mono(clock, clock_wall(clock)).ns == 6 * NS_PER_S);
	assert_true(clock_to_wall(clock, (struct mono){ 7 * NS_PER_S }).ns ==
	    (1002 - 3600) * NS_PER_S);
	clock_free(clock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339),
		cmocka_unit_test(days_of_the_province),
		cmocka_unit_test(a_test_clock_stands_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
