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
#include "sdr.h"

/* An R730's inlet sensor as its BMC gives it, typed from the specification. */
static size_t
full(uint8_t *record)
{
	const struct kit_sensor inlet = {.name = "Inlet Temp",
	    .unit = "degrees C", .value = 18, .number = 4, .entity = 7,
	    .entity_instance = 1, .type = 1};
	uint8_t raw;

	return kit_record(&inlet, 3, record, &raw);
}

static void
test_full(void **state)
{
	uint8_t record[KIT_RECORD_MAX];
	struct sdr_sensor sensors[SDR_SHARED_MAX];
	size_t n = full(record), count = 0;

	(void)state;
	record[6] = 0x21;                /* channel 2, LUN 1 */
	record[25] |= 0x05;              /* tolerance */
	record[26] = 0xff;
	record[27] = 0xc0;               /* B = -1 */
	record[29] = 0x1e;               /* R 1, B -2 */
	assert_int_equal(sdr_sensors(record, n, sensors, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(sensors[0].kind, SDR_FULL);
	assert_string_equal(sensors[0].name, "Inlet Temp");
	assert_int_equal(sensors[0].number, 4);
	assert_int_equal(sensors[0].lun, 1);
	assert_int_equal(sensors[0].channel, 2);
	assert_int_equal(sensors[0].entity, 7);
	assert_int_equal(sensors[0].entity_instance, 1);
	assert_int_equal(sensors[0].unit, 1);
	assert_int_equal(sensors[0].factors.m, 1);
	assert_int_equal(sensors[0].factors.b, -1);
	assert_int_equal(sensors[0].factors.r_exp, 1);
	assert_int_equal(sensors[0].factors.b_exp, -2);
	assert_int_equal(sensors[0].factors.tolerance, 5);
	assert_true(sdr_is_analog(&sensors[0]));
}

static void
test_ten_bits(void **state)
{
	const uint8_t bytes[6] = {0x00, 0x80, 0xff, 0x40, 0, 0x8f};
	struct sdr_factors factors = {0};

	(void)state;
	sdr_factors(bytes, &factors);
	assert_int_equal(factors.m, -512);
	assert_int_equal(factors.b, 511);
	assert_int_equal(factors.r_exp, -8);
	assert_int_equal(factors.b_exp, -1);
}

/* Every length: never a byte beyond the end (the sanitizers look). */
static void
test_cut_anywhere(void **state)
{
	uint8_t record[KIT_RECORD_MAX];
	struct sdr_sensor sensors[SDR_SHARED_MAX];
	size_t whole = full(record);

	(void)state;
	for (size_t n = 0; n <= whole; n++) {
		uint8_t *copy = test_malloc(n + 1);
		size_t count = 99;
		int rc;
		memcpy(copy, record, n);
		rc = sdr_sensors(copy, n, sensors, &count);
		assert_int_equal(rc, n < 47 ? COL_EPROTO : 0);
		assert_int_equal(count, n < 47 ? 99 : 1);
		if (n == 50) {
			assert_string_equal(sensors[0].name, "In");
		}
		test_free(copy);
	}
}

static size_t
compact(uint8_t *record, uint8_t sharing, uint8_t modifier)
{
	const struct kit_sensor fan = {.name = "DIMM ", .unit = "discrete",
	    .number = 0x40, .entity = 32, .entity_instance = 1, .type = 12};
	uint8_t raw;
	size_t n = kit_record(&fan, 7, record, &raw);

	record[23] = sharing;
	record[24] = modifier;
	return n;
}

static void
test_shared(void **state)
{
	uint8_t record[KIT_RECORD_MAX];
	struct sdr_sensor sensors[SDR_SHARED_MAX];
	size_t n = compact(record, 3, 0x85), count = 0;

	(void)state;
	assert_int_equal(sdr_sensors(record, n, sensors, &count), 0);
	assert_int_equal(count, 3);
	assert_string_equal(sensors[0].name, "DIMM5");
	assert_string_equal(sensors[2].name, "DIMM7");
	assert_int_equal(sensors[2].number, 0x42);
	assert_int_equal(sensors[2].entity_instance, 3);
	n = compact(record, 0x1f, 25);       /* letters: Z, AA, … */
	assert_int_equal(sdr_sensors(record, n, sensors, &count), 0);
	assert_int_equal(count, 15);
	assert_string_equal(sensors[0].name, "DIMMZ");
	assert_string_equal(sensors[1].name, "DIMMAA");
	assert_int_equal(sensors[14].entity_instance, 1);
	assert_false(sdr_is_analog(&sensors[0]));
}

static void
test_event_only(void **state)
{
	uint8_t record[64];
	struct sdr_sensor sensors[SDR_SHARED_MAX];
	size_t count = 0, n = kit_bytes("05 00 51 03 10 20 00 72 07 01 10 6f 01"
	    " 00 00 00 c3 53 45 4c", record, sizeof(record));

	(void)state;
	assert_int_equal(sdr_sensors(record, n, sensors, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(sensors[0].name, "SEL");
	assert_int_equal(sensors[0].type, 0x10);
	assert_int_equal(sensors[0].reading_type, 0x6f);
	assert_false(sdr_is_analog(&sensors[0]));
	assert_int_equal(sdr_sensors(record, 15, sensors, &count), COL_EPROTO);
}

static void
test_locators(void **state)
{
	uint8_t record[64];
	struct sdr_locator locator = {0};
	struct sdr_sensor sensors[SDR_SHARED_MAX];
	size_t count, n = kit_bytes("09 00 51 11 0e 20 02 80 00 00 10 00 0a 01"
	    " 00 c4 50 53 55 31", record, sizeof(record));

	(void)state;
	assert_int_equal(sdr_locator(record, n, &locator), 0);
	assert_int_equal(locator.fru, 2);
	assert_true(locator.logical);
	assert_int_equal(locator.entity, 10);
	assert_string_equal(locator.name, "PSU1");
	assert_int_equal(sdr_sensors(record, n, sensors, &count), COL_ENOTSUP);
	assert_int_equal(sdr_locator(record, 14, &locator), COL_EPROTO);
	record[3] = SDR_MC_LOCATOR;
	assert_int_equal(sdr_locator(record, n, &locator), 0);
	assert_int_equal(locator.address, 0x20);
	record[3] = SDR_OEM;
	assert_int_equal(sdr_locator(record, n, &locator), COL_ENOTSUP);
	assert_string_equal(sdr_kind_name(SDR_OEM), "OEM record");
	assert_string_equal(sdr_kind_name(0x77), "unknown record");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_ten_bits),
	    cmocka_unit_test(test_cut_anywhere),
	    cmocka_unit_test(test_shared),
	    cmocka_unit_test(test_event_only),
	    cmocka_unit_test(test_locators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
