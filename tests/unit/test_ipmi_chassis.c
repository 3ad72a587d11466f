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
#include "chassis.h"

static void
test_device_id(void **state)
{
	uint8_t bytes[32];
	struct device_id id = {0};
	char text[16];
	size_t n = kit_bytes("20 81 02 15 02 df a2 02 f0 00 01 00 0f 02 03",
	    bytes, sizeof(bytes));

	(void)state;
	assert_int_equal(chassis_device_id(bytes, n, &id), 0);
	assert_int_equal(id.manufacturer, 674);   /* reserved bits cut off */
	assert_int_equal(id.product, 0x0100);
	assert_true(id.device_sdrs && id.repository && id.sel && id.fru);
	assert_false(id.updating);
	assert_int_equal(id.aux[3], 3);
	chassis_firmware(&id, text);
	assert_string_equal(text, "2.15");
	assert_string_equal(chassis_maker(id.manufacturer), "Dell");
	assert_null(chassis_maker(123456));
	bytes[2] = 0x82;
	assert_int_equal(chassis_device_id(bytes, 11, &id), 0);
	assert_true(id.updating);
	assert_int_equal(id.aux[3], 0);
	assert_int_equal(chassis_device_id(bytes, 10, &id), COL_EPROTO);
}

static void
test_status(void **state)
{
	const uint8_t bytes[] = {0x09, 0x00, 0x0d};
	struct chassis_status status;

	(void)state;
	assert_int_equal(chassis_status(bytes, 3, &status), 0);
	assert_true(status.on && status.fault && status.intrusion);
	assert_true(status.drive_fault && status.fan_fault);
	assert_false(status.overload || status.control_fault);
	assert_int_equal(chassis_status(bytes, 2, &status), COL_EPROTO);
}

static void
test_reading(void **state)
{
	const uint8_t bytes[] = {146, 0xc0, 0x12, 0x81};
	struct sensor_reading reading;

	(void)state;
	assert_int_equal(chassis_reading(bytes, 4, &reading), 0);
	assert_int_equal(reading.raw, 146);
	assert_true(reading.scanning && !reading.unavailable);
	assert_int_equal(reading.states, 0x0112); /* the top bit is reserved */
	assert_int_equal(chassis_reading(bytes, 2, &reading), 0);
	assert_false(reading.has_states);
	assert_int_equal(chassis_reading((const uint8_t[]){0, 0x20}, 2,
	    &reading), 0);
	assert_true(reading.unavailable && !reading.scanning);
	assert_int_equal(chassis_reading(bytes, 1, &reading), COL_EPROTO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_device_id),
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
