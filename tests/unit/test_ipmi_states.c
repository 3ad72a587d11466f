/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "states.h"

static void
test_worst_wins(void **state)
{
	(void)state;
	/* a supply: present; present and its input lost; not there */
	assert_int_equal(states_code(8, 0x6f, 0x01), 1);
	assert_int_equal(states_code(8, 0x6f, 0x09), 4);
	assert_int_equal(states_code(8, 0x6f, 0), 0);
	/* of two equally bad ones the first */
	assert_int_equal(states_code(8, 0x6f, 0x0a), 2);
	/* undefined ones count, but never above a defined bad one */
	assert_int_equal(states_code(8, 0x6f, 0x4000), 15);
	assert_int_equal(states_code(8, 0x6f, 0x4002), 2);
	assert_int_equal(states_code(0xc1, 0x6f, 0x0004), 3);
}

/* Tables that the host takes: codes once, words of a-z, 0-9 and _. */
static void
test_tables(void **state)
{
	struct col_state table[STATES_CODES];
	unsigned n_tables = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		for (unsigned reading = 0; reading < 0x70; reading++) {
			size_t n = states_table((uint8_t)type,
			    (uint8_t)reading, table);
			assert_true(n <= STATES_CODES);
			n_tables += n > 0;
			for (size_t i = 0; i < n; i++) {
				assert_int_equal(strspn(table[i].word,
				    "abcdefghijklmnopqrstuvwxyz0123456789_"),
				    strlen(table[i].word));
				assert_true(i == 0 ||
				    table[i].code > table[i - 1].code);
			}
		}
	}
	assert_true(n_tables > 256 * 10);
	assert_int_equal(states_table(8, 0x6f, table), 9);
	assert_string_equal(table[0].word, "absent");
	assert_string_equal(table[4].word, "input_lost");
	assert_int_equal(table[4].severity, COL_SEVERITY_CRITICAL);
	assert_int_equal(states_table(5, 0x6f, table), 8);
	assert_string_equal(table[0].word, "closed");
	assert_int_equal(states_table(8, 0x0b, table), 9);
	assert_string_equal(table[1].word, "redundant");
	assert_int_equal(states_table(0xc1, 0x6f, table), 0);
}

static void
test_names(void **state)
{
	(void)state;
	assert_string_equal(states_type_name(8), "power_supply");
	assert_string_equal(states_type_name(0xc8), "oem");
	assert_string_equal(states_type_name(0x70), "sensor");
	assert_int_equal(states_type_find("power_supply"), 8);
	assert_int_equal(states_type_find("battery"), SENSOR_BATTERY);
	assert_int_equal(states_type_find("watchdog"), 0x23);
	assert_int_equal(states_type_find("nothing"), -1);
	assert_string_equal(states_entity_name(10), "power supply");
	assert_null(states_entity_name(200));
	assert_null(states_word(35, 0x6f, 5));
	assert_null(states_word(8, 0x6f, 8));
	assert_int_equal(states_threshold(9), COL_SEVERITY_CRITICAL);
	assert_int_equal(states_threshold(7), COL_SEVERITY_WARNING);
	assert_int_equal(states_threshold(15), COL_SEVERITY_INFO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_worst_wins),
	    cmocka_unit_test(test_tables),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
