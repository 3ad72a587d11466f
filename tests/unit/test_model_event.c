/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plugin says of an event is cleaned, cut, or refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <collectord/err.h>

#include "model/event.h"

static const struct wall SEEN = { INT64_C(1767225600) * NS_PER_S };

static struct col_event
plain(void)
{
	return (struct col_event){ .size = sizeof(struct col_event), .id = 12,
		.time_ns = SEEN.ns - 5 * NS_PER_S, .skew_ns = -2 * NS_PER_S,
		.severity = COL_SEVERITY_CRITICAL, .code = "power_supply_failure",
		.sensor = "PSU1 Status", .instance = "power supply 1",
		.text = "Power supply 1 has failed", .source = "SEL 12" };
}

static void
all_of_it_is_copied(void **state)
{
	struct col_event from = plain();
	struct device_event event;

	(void)state;
	assert_int_equal(event_take(&event, "bmc-1", &from, SEEN), 0);
	assert_string_equal(event.device, "bmc-1");
	assert_int_equal(event.id, 12);
	assert_int_equal(event.time_ns, from.time_ns);
	assert_int_equal(event.skew_ns, from.skew_ns);
	assert_int_equal(event.seen.ns, SEEN.ns);
	assert_int_equal(event.severity, COL_SEVERITY_CRITICAL);
	assert_string_equal(event.code, "power_supply_failure");
	assert_string_equal(event.sensor, "PSU1 Status");
	assert_string_equal(event.instance, "power supply 1");
	assert_string_equal(event.text, "Power supply 1 has failed");
	assert_string_equal(event.source, "SEL 12");
}

static void
hostile_texts_are_cleaned_and_cut(void **state)
{
	char many[5000];
	struct col_event from = plain();
	struct device_event event;

	(void)state;
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	from.sensor = "Fan\x1b[31m\n1";
	from.text = many;
	from.instance = NULL;
	assert_int_equal(event_take(&event, "bmc-1", &from, SEEN), 0);
	assert_string_equal(event.sensor, "Fan [31m 1");
	assert_int_equal(strlen(event.text), sizeof(event.text) - 1);
	assert_string_equal(event.instance, "");
}

static void
times_that_no_clock_has_are_unknown(void **state)
{
	static const int64_t TIMES[] = { COL_TIME_UNKNOWN, -1, INT64_MAX };
	struct col_event from = plain();
	struct device_event event;

	(void)state;
	for (size_t i = 0; i < sizeof(TIMES) / sizeof(TIMES[0]); i++) {
		from.time_ns = TIMES[i];
		assert_int_equal(event_take(&event, "bmc-1", &from, SEEN), 0);
		assert_true(event.time_ns == COL_TIME_UNKNOWN);
	}
}

static void
what_is_no_event_is_refused(void **state)
{
	static const char *const CODES[] = { NULL, "", "Fan", "a b", "a-b", "a\n" };
	struct col_event from = plain();
	struct device_event event = { .id = 77 };

	(void)state;
	for (size_t i = 0; i < sizeof(CODES) / sizeof(CODES[0]); i++) {
		from.code = CODES[i];
		assert_int_equal(event_take(&event, "bmc-1", &from, SEEN), COL_EINVAL);
	}
	from = plain();
	assert_int_equal(event_take(&event, "BMC 1", &from, SEEN), COL_EINVAL);
	assert_int_equal(event_take(&event, NULL, &from, SEEN), COL_EINVAL);
	assert_int_equal(event_take(&event, "bmc-1", NULL, SEEN), COL_EINVAL);
	from.severity = COL_SEVERITY_N;
	assert_int_equal(event_take(&event, "bmc-1", &from, SEEN), COL_EINVAL);
	from = plain();
	from.size = sizeof(from) - 1;
	assert_int_equal(event_take(&event, "bmc-1", &from, SEEN), COL_EINVAL);
	assert_int_equal(event.id, 77);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_copied),
		cmocka_unit_test(hostile_texts_are_cleaned_and_cut),
		cmocka_unit_test(times_that_no_clock_has_are_unknown),
		cmocka_unit_test(what_is_no_event_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
