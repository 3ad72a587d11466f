/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a poll of a BMC reads, and what becomes of it. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "quirk.h"
#include "round_kit.h"

static void
test_first_poll(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_string_equal(bench->poll.profile, "ipmi-inspur");
	bench_assert_value(bench, "power_w", "", 300);
	bench_assert_source(bench, "power_w", "", "dcmi");
	bench_assert_value(bench, "power_w", "Total_Power", 296);
	bench_assert_value(bench, "temperature_c", "inlet", 24);
	bench_assert_source(bench, "temperature_c", "inlet", "Inlet_Temp (0x01)");
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_assert_value(bench, "state_psu", "PSU0_Status", 1);
	bench_assert_value(bench, "state_power", "", 1);
	bench_assert_value(bench, "state_health", "", PLAN_HEALTH_OK);
	assert_string_equal(bench_info(bench, "info_vendor"), "Inspur");
	assert_string_equal(bench_info(bench, "info_firmware"), "4.21");
	bench_stop(bench);
}

/* Later polls ask for the values only: DCMI, chassis, one per sensor. */
static void
test_round_trips(void **state)
{
	struct bench *bench = bench_start(false);
	unsigned before;

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	before = bench->bmc.n_asks;
	bench_poll(bench);
	/* and a look whether the event log has moved */
	assert_int_equal(bench->bmc.n_asks - before, 2 + 4 + 1);
	bench_stop(bench);
}

/* Without DCMI: the sensor of the machine's power, then the supplies' sum. */
static void
test_power_sources(void **state)
{
	struct bench *bench = bench_start(false);
	struct kit_sensor in = {.name = "PSU0_PIN", .unit = "Watts",
	    .value = 150, .type = 8, .entity = 10};
	struct kit_sensor out = {.name = "PSU0_POUT", .unit = "Watts",
	    .value = 136, .type = 8, .entity = 10};

	(void)state;
	bench->bmc.dcmi_completion = 0xc1;
	(void)fakebmc_add(&bench->bmc, &in);
	in.name = "PSU1_PIN";
	in.value = 140;
	(void)fakebmc_add(&bench->bmc, &in);
	(void)fakebmc_add(&bench->bmc, &out);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 290);
	bench_assert_source(bench, "power_w", "",
	    "PSU0_PIN (0x01) + PSU1_PIN (0x02)");
	bench_assert_value(bench, "power_w", "psu 0", 150);
	bench_assert_value(bench, "power_w", "psu 0 output", 136);
	/* one that is not there adds nothing, one that fails spoils the sum */
	bench->bmc.sensors[2].unavailable = true;
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 150);
	bench->bmc.sensors[2] = (struct fake_sensor){.completion = 0xff};
	bench_poll(bench);
	assert_int_equal(bench_value(bench, "power_w", "").quality, COL_ERROR);
	bench_stop(bench);

	bench = bench_start(false);
	bench->bmc.dcmi_completion = 0xcc;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 296);
	bench_assert_source(bench, "power_w", "", "Total_Power (0x02)");
	bench_stop(bench);
}

static void
test_zero_watts(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench->bmc.watts = 0;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench_assert_source(bench, "power_w", "", "Total_Power (0x02)");
	bench_stop(bench);
	/* unless it is configured */
	bench = bench_start(false);
	bench->bmc.watts = 0;
	bench->link.quirks = QUIRK_ZEROWATTS;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 0);
	bench_stop(bench);
}

/* DCMI that fails for a while is unavailable; for long: another source. */
static void
test_dcmi_lost(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench->bmc.dcmi_completion = 0xff;
	for (int i = 0; i < 4; i++) {
		bench_poll(bench);
		assert_int_equal(bench_value(bench, "power_w", "").quality,
		    COL_UNAVAILABLE);
	}
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 296);
	bench->bmc.dcmi_completion = 0;
	bench->fake.now_ns += HOUR;
	bench_poll(bench);
	bench_assert_source(bench, "power_w", "", "dcmi");
	/* short data with the watts will do */
	bench->bmc.dcmi_n = 3;
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 300);
	bench_stop(bench);
}

/* Qualities, never values, never removals. */
static void
test_absent_sensors(void **state)
{
	struct bench *bench = bench_start(false);
	unsigned reads;

	(void)state;
	bench_add_four(bench);
	bench->bmc.sensors[4].unavailable = true;
	bench->bmc.sensors[3].completion = 0xcb;
	bench_round(bench, "auto");
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_int_equal(bench_value(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_UNAVAILABLE);
	assert_int_equal(bench_value(bench, "state_psu", "PSU0_Status").quality,
	    COL_UNAVAILABLE);
	/* left alone for an hour, and still told as unavailable */
	reads = bench->bmc.n_reads;
	bench_poll(bench);
	assert_int_equal(bench->bmc.n_reads - reads, 2);
	assert_int_equal(bench_value(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_UNAVAILABLE);
	bench->bmc.sensors[4].unavailable = false;
	for (int i = 0; i < 62; i++) {
		bench_poll(bench);
	}
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* busy: an error of this poll, read again with the next */
	bench->bmc.sensors[4].completion = 0xc0;
	bench_poll(bench);
	assert_int_equal(bench_value(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_ERROR);
	bench->bmc.sensors[4].completion = 0;
	bench_poll(bench);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* scanning disabled, with the quirk a value all the same */
	bench->bmc.sensors[4].not_scanning = true;
	bench_poll(bench);
	assert_int_equal(bench_value(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_UNAVAILABLE);
	bench->link.quirks = QUIRK_IGNORESCANNINGDISABLED;
	bench_poll(bench);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

/* Switched on: what was silent is asked again at once. */
static void
test_power_on(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench->bmc.chassis[0] = 0;
	bench->bmc.sensors[4].unavailable = true;
	bench_round(bench, "auto");
	bench_poll(bench);
	bench_poll(bench);
	bench_assert_value(bench, "state_power", "", 0);
	bench->bmc.chassis[0] = 1;
	bench->bmc.sensors[4].unavailable = false;
	bench_poll(bench);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

static void
test_health(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench->bmc.sensors[1].states = 0xc008;    /* above the warning limit */
	bench_poll(bench);
	bench_assert_value(bench, "state_health", "", PLAN_HEALTH_WARNING);
	bench->bmc.sensors[3].states = 0x0009;    /* supply: input lost */
	bench_poll(bench);
	bench_assert_value(bench, "state_psu", "PSU0_Status", 4);
	bench_assert_value(bench, "state_health", "", PLAN_HEALTH_CRITICAL);
	bench_stop(bench);
}

/* A sensor that never answers costs one poll a second, and not the others. */
static void
test_mute_sensor(void **state)
{
	struct bench *bench = bench_start(false);
	unsigned reads;

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench->link.mute_netfn = 0x04;
	bench->link.mute_command = 0x2d;
	bench->link.mute_sensor = 1;
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_int_equal(bench_value(bench, "temperature_c", "inlet").quality,
	    COL_ERROR);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	reads = bench->bmc.n_reads;
	bench_poll(bench);
	assert_int_equal(bench->bmc.n_reads - reads, 3);
	bench_stop(bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_first_poll),
	    cmocka_unit_test(test_round_trips),
	    cmocka_unit_test(test_power_sources),
	    cmocka_unit_test(test_zero_watts),
	    cmocka_unit_test(test_dcmi_lost),
	    cmocka_unit_test(test_absent_sensors),
	    cmocka_unit_test(test_power_on),
	    cmocka_unit_test(test_health),
	    cmocka_unit_test(test_mute_sensor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
