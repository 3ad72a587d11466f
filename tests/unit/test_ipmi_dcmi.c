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
#include "dcmi.h"

static int
power(const char *hex, struct dcmi_power *ret_power)
{
	uint8_t bytes[32];
	size_t n = kit_bytes(hex, bytes, sizeof(bytes));
	uint8_t *copy = test_malloc(n + 1);
	int rc;

	memcpy(copy, bytes, n);
	rc = dcmi_power(copy, n, ret_power);
	test_free(copy);
	return rc;
}

/* The R730 of devices.md: 111, 13..371, average 110 W. */
#define R730 "dc 6f 00 0d 00 73 01 6e 00 00 00 00 00 e8 03 00 00 "

static void
test_power(void **state)
{
	struct dcmi_power read = {0};

	(void)state;
	assert_int_equal(power(R730 "40", &read), 0);
	assert_int_equal(read.watts, 111);
	assert_true(read.has_statistics && read.active);
	assert_int_equal(read.min_w, 13);
	assert_int_equal(read.max_w, 371);
	assert_int_equal(read.average_w, 110);
	assert_int_equal(read.period_ms, 1000);
}

static void
test_deviations(void **state)
{
	struct dcmi_power read = {.watts = 7};

	(void)state;
	/* "deactivated" beside valid watts */
	assert_int_equal(power(R730 "00", &read), 0);
	assert_int_equal(read.watts, 111);
	assert_false(read.active);
	/* cut short at any place that still has the watts */
	assert_int_equal(power("dc 6f 00", &read), 0);
	assert_int_equal(read.watts, 111);
	assert_false(read.has_statistics);
	assert_int_equal(power(R730, &read), 0);
	assert_true(read.has_statistics && read.active);
	/* nothing, half a number, another group: output untouched */
	read.watts = 7;
	assert_int_equal(power("", &read), COL_EPROTO);
	assert_int_equal(power("dc 6f", &read), COL_EPROTO);
	assert_int_equal(power("00 6f 00", &read), COL_EPROTO);
	assert_int_equal(read.watts, 7);
	/* 0 W is told as it is; what it means is decided elsewhere */
	assert_int_equal(power("dc 00 00 00 00 00 00 00 00", &read), 0);
	assert_int_equal(read.watts, 0);
}

static void
test_capabilities(void **state)
{
	uint8_t bytes[16];
	struct dcmi_capabilities read;
	size_t n = kit_bytes("dc 01 05 02 00 01 07", bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(dcmi_capabilities(bytes, n, &read), 0);
	assert_int_equal(read.major, 1);
	assert_int_equal(read.minor, 5);
	assert_true(read.power);
	bytes[5] = 0;
	assert_int_equal(dcmi_capabilities(bytes, n, &read), 0);
	assert_false(read.power);
	assert_int_equal(dcmi_capabilities(bytes, 5, &read), COL_EPROTO);
}

static void
test_asset(void **state)
{
	const uint8_t bytes[] = {0xdc, 3, 'A', '1', '2'};
	const uint8_t *text = NULL;
	uint8_t total = 0;
	size_t n = 0;

	(void)state;
	assert_int_equal(dcmi_asset(bytes, 5, &total, &text, &n), 0);
	assert_int_equal(total, 3);
	assert_int_equal(n, 3);
	assert_memory_equal(text, "A12", 3);
	assert_int_equal(dcmi_asset(bytes, 1, &total, &text, &n), COL_EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_power),
	    cmocka_unit_test(test_deviations),
	    cmocka_unit_test(test_capabilities),
	    cmocka_unit_test(test_asset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
