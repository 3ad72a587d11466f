/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "../plugin/ipmi_kit.h"
#include "sel.h"

static int
entry_of(const char *hex, uint16_t *ret_next, struct sel_entry *ret_entry)
{
	uint8_t bytes[32];
	size_t n = kit_bytes(hex, bytes, sizeof(bytes));

	return sel_entry(bytes, n, ret_next, ret_entry);
}

static void
test_system_event(void **state)
{
	struct sel_entry entry = {0};
	struct sel_words words;
	uint16_t next = 0;

	(void)state;
	/* PSU: power supply input lost, 2023-11-14 22:13:20 */
	assert_int_equal(entry_of("0d 00 0c 00 02 00 f1 53 65 20 00 04 08 51"
	    " 6f 03 ff ff", &next, &entry), 0);
	assert_int_equal(next, 13);
	assert_int_equal(entry.id, 12);
	assert_int_equal(entry.kind, SEL_SYSTEM);
	assert_int_equal(entry.time_s, 1700000000);
	assert_int_equal(entry.generator, 0x20);
	assert_int_equal(entry.sensor, 0x51);
	assert_true(entry.asserted);
	sel_words(&entry, &words);
	assert_string_equal(words.code, "power_supply_input_lost");
	assert_string_equal(words.text, "power supply: input lost");
	assert_string_equal(words.source,
	    "SEL 12: 02 00 f1 53 65 20 00 04 08 51 6f 03 ff ff");
	assert_int_equal(words.severity, COL_SEVERITY_CRITICAL);
	assert_false(words.cleared);
	entry.reading_type = 0x6f;
	entry.asserted = false;
	sel_words(&entry, &words);
	assert_true(words.cleared);
	assert_int_equal(words.severity, COL_SEVERITY_INFO);
	assert_string_equal(words.text, "power supply: input lost, no longer");
}

static void
test_threshold_event(void **state)
{
	struct sel_entry entry = {0};
	struct sel_words words;
	uint16_t next = 0;

	(void)state;
	/* temperature, upper critical going high, reading and threshold */
	assert_int_equal(entry_of("ff ff 0d 00 02 00 f1 53 65 20 00 04 01 04"
	    " 01 59 af aa", &next, &entry), 0);
	assert_int_equal(next, SEL_LAST);
	sel_words(&entry, &words);
	assert_string_equal(words.code, "temperature_above_upper_critical");
	assert_string_equal(words.text, "temperature: above upper critical"
	    " (raw reading 175, threshold 170)");
	assert_int_equal(words.severity, COL_SEVERITY_CRITICAL);
}

static void
test_unknown_words(void **state)
{
	struct sel_entry entry = {0};
	struct sel_words words;
	uint16_t next = 0;

	(void)state;
	assert_int_equal(entry_of("02 00 01 00 02 05 00 00 00 20 00 04 c5 51"
	    " 6f 0e ff ff", &next, &entry), 0);
	assert_int_equal(entry.time_s, SEL_TIME_UNKNOWN); /* since its start */
	sel_words(&entry, &words);
	assert_string_equal(words.code, "oem_event_14");
	assert_int_equal(words.severity, COL_SEVERITY_INFO);
}

static void
test_oem(void **state)
{
	struct sel_entry entry = {0};
	struct sel_words words;
	uint16_t next = 0;

	(void)state;
	assert_int_equal(entry_of("02 00 01 00 c1 00 f1 53 65 a2 02 00 01 02"
	    " 03 04 05 06", &next, &entry), 0);
	assert_int_equal(entry.kind, SEL_OEM_TIMED);
	assert_int_equal(entry.time_s, 1700000000);
	assert_int_equal(entry.manufacturer, 674);
	sel_words(&entry, &words);
	assert_string_equal(words.code, "oem_record_c1");
	assert_int_equal(entry_of("02 00 01 00 e0 00 f1 53 65 a2 02 00 01 02"
	    " 03 04 05 06", &next, &entry), 0);
	assert_int_equal(entry.kind, SEL_OEM_PLAIN);
	assert_int_equal(entry.time_s, SEL_TIME_UNKNOWN);
	sel_words(&entry, &words);
	assert_string_equal(words.text, "record E0h without a time");
}

static void
test_bad(void **state)
{
	struct sel_entry entry = {.id = 9};
	uint16_t next = 7;

	(void)state;
	assert_int_equal(entry_of("", &next, &entry), COL_EPROTO);
	assert_int_equal(entry_of("02 00 01 00 02 00 f1 53 65 20 00 04 08 51"
	    " 6f 03 ff", &next, &entry), COL_EPROTO);
	assert_int_equal(next, 7);
	assert_int_equal(entry.id, 9);
	/* a type that is not defined must not stop a log */
	assert_int_equal(entry_of("02 00 01 00 01 00 f1 53 65 20 00 04 08 51"
	    " 6f 03 ff ff", &next, &entry), 0);
	assert_int_equal(entry.kind, SEL_OEM_PLAIN);
}

static void
test_info(void **state)
{
	uint8_t bytes[32];
	struct sel_info info;
	uint32_t time_s = 0;
	size_t n = kit_bytes("51 2a 01 00 10 00 f1 53 65 01 00 00 00 8f",
	    bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(sel_info(bytes, n, &info), 0);
	assert_int_equal(info.n_entries, 298);
	assert_int_equal(info.added, 1700000000);
	assert_int_equal(info.erased, 1);
	assert_true(info.overflow);
	assert_int_equal(sel_info(bytes, 13, &info), COL_EPROTO);
	assert_int_equal(sel_time(bytes + 5, 4, &time_s), 0);
	assert_int_equal(time_s, 1700000000);
	assert_int_equal(sel_time(bytes, 3, &time_s), COL_EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_system_event),
	    cmocka_unit_test(test_threshold_event),
	    cmocka_unit_test(test_unknown_words),
	    cmocka_unit_test(test_oem),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_info),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
