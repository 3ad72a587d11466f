/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which sensors are read, what they are called, where power comes from. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/ipmi_kit.h"
#include "../plugin/ipmi_profiles.h"
#include "choose.h"
#include "quirk.h"

struct bench {
	struct fakehost fake;
	struct kit_profiles kit;
	struct set_table sets;
	struct plan_set plans;
	uint8_t records[8192];
	size_t n;
	uint8_t n_sensors;
	struct plan *plan;
};

static struct bench *
start(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	fakehost_init(&bench->fake);
	bench->plans.host = &bench->fake.host;
	assert_true(kit_profiles_load(&bench->kit, TOP_SRCDIR
	    "/conf/profiles", &bench->fake));
	return bench;
}

static void
stop(struct bench *bench)
{
	plan_unref(bench->plan);
	assert_int_equal(bench->plans.n, 0);
	assert_int_equal(bench->sets.n, 0);
	kit_profiles_free(&bench->kit);
	fakehost_done(&bench->fake);
	free(bench);
}

/* The record of one more sensor, to be changed. */
static uint8_t *
add(struct bench *bench, const char *name, const char *unit, uint8_t type)
{
	const struct kit_sensor sensor = {.name = name, .unit = unit,
	    .value = 10, .type = type, .number = ++bench->n_sensors,
	    .entity = 7, .entity_instance = 1};
	uint8_t *record = bench->records + bench->n, raw;

	bench->n += kit_record(&sensor, bench->n_sensors, record, &raw);
	return record;
}

static void
choose(struct bench *bench, const char *profile, uint32_t quirks, bool dcmi)
{
	struct plan_look look = {.quirks = quirks, .dcmi = dcmi,
	    .profile = profile_set_find(&bench->kit.set, profile)};
	struct col_error error;

	plan_unref(bench->plan);
	bench->plan = NULL;
	assert_non_null(look.profile);
	assert_int_equal(set_get(&bench->sets, bench->records, bench->n,
	    &look.set), 0);
	assert_int_equal(choose_plan(&bench->plans, &look, &bench->plan,
	    &error), 0);
	set_unref(look.set);
}

static const struct col_slot *
slot(const struct bench *bench, const char *metric, const char *instance)
{
	for (size_t i = 0; i < bench->plan->n_slots; i++) {
		const struct col_slot *at = &bench->plan->layout->slots[i];
		if (strcmp(at->metric, metric) == 0 &&
		    strcmp(at->instance, instance) == 0) {
			return at;
		}
	}
	return NULL;
}

static void
test_twins(void **state)
{
	struct bench *bench = start();

	(void)state;
	add(bench, "Rail", "Volts", 2)[9] = 1;
	add(bench, "Rail", "Volts", 2)[9] = 2;
	(void)add(bench, "Fan", "RPM", 4);
	(void)add(bench, "Fan", "RPM", 4);
	(void)add(bench, "Temp", "degrees C", 1);
	choose(bench, "ipmi", 0, false);
	assert_non_null(slot(bench, "voltage_v", "Rail 7.1"));
	assert_non_null(slot(bench, "voltage_v", "Rail 7.2"));
	assert_non_null(slot(bench, "fan_rpm", "Fan #03"));
	assert_non_null(slot(bench, "fan_rpm", "Fan #04"));
	/* one of its name keeps it */
	assert_non_null(slot(bench, "temperature_c", "Temp"));
	stop(bench);
}

/* The same number on two LUNs and a name that fills its place. */
static void
test_untold_twins(void **state)
{
	struct bench *bench = start();

	(void)state;
	(void)add(bench, "0123456789abcdef", "RPM", 4);
	add(bench, "0123456789abcdef", "RPM", 4)[6] = 1;
	bench->records[64 + 7] = 1;
	choose(bench, "ipmi", 0, false);
	assert_int_equal(bench->plan->n_asks, 2);
	assert_string_equal(bench->plan->layout->slots[2].source,
	    "0123456789abcdef (0x01, LUN 1)");
	stop(bench);
}

static void
test_inlet(void **state)
{
	struct bench *bench = start();

	(void)state;
	(void)add(bench, "Ambient Temp", "degrees C", 1);
	(void)add(bench, "M.2_Inlet_Temp", "degrees C", 1);
	(void)add(bench, "Sys Inlet Temp", "degrees C", 1);
	(void)add(bench, "Inlet Humidity", "percent", 0x0b);
	(void)add(bench, "DIMM 1 Temp", "discrete", 1);
	choose(bench, "ipmi", 0, false);
	/* by the order of rules, not of records */
	assert_string_equal(slot(bench, "temperature_c", "inlet")->source,
	    "Sys Inlet Temp (0x03)");
	assert_non_null(slot(bench, "temperature_c", "Ambient Temp"));
	assert_non_null(slot(bench, "temperature_c", "M.2_Inlet_Temp"));
	assert_null(slot(bench, "temperature_c", "DIMM 1 Temp"));
	/* it is read first */
	assert_int_equal(bench->plan->asks[0].sensor, 2);
	stop(bench);
}

static void
test_power(void **state)
{
	struct bench *bench = start();

	(void)state;
	(void)add(bench, "CPU_Power", "Watts", 0x0b);
	(void)add(bench, "PSU1_POUT", "Watts", 0x0b);
	choose(bench, "ipmi", 0, false);
	/* neither parts nor outputs: unknown, not a guess */
	assert_false(bench->plan->has_power);
	assert_null(slot(bench, "power_w", ""));
	(void)add(bench, "PSU1_PIN", "Watts", 0x0b);
	choose(bench, "ipmi", 0, false);
	assert_string_equal(slot(bench, "power_w", "")->source,
	    "PSU1_PIN (0x03)");
	(void)add(bench, "SYS_POWER", "Watts", 0x0b);
	choose(bench, "ipmi", 0, false);
	assert_string_equal(slot(bench, "power_w", "")->source,
	    "SYS_POWER (0x04)");
	choose(bench, "ipmi", 0, true);
	assert_string_equal(slot(bench, "power_w", "")->source, "dcmi");
	assert_string_equal(slot(bench, "power_w", "SYS_POWER")->source,
	    "SYS_POWER (0x04)");
	stop(bench);
}

/* Names as on Huawei's iBMC: "Power" is the machine, not "CPU Power". */
static void
test_huawei(void **state)
{
	struct bench *bench = start();

	(void)state;
	(void)add(bench, "CPU Power", "Watts", 0x0b);
	(void)add(bench, "MEM Power", "Watts", 0x0b);
	(void)add(bench, "Power", "Watts", 0x0b);
	(void)add(bench, "CPU1 Core Rem", "degrees C", 1);
	(void)add(bench, "CPU1 MEM Temp", "degrees C", 1);
	(void)add(bench, "Inlet Temp", "degrees C", 1);
	(void)add(bench, "Outlet Temp", "degrees C", 1);
	(void)add(bench, "FAN1 F Speed", "RPM", 4);
	choose(bench, "ipmi-huawei", 0, false);
	assert_string_equal(slot(bench, "power_w", "")->source,
	    "Power (0x03)");
	assert_string_equal(slot(bench, "temperature_c", "cpu 1")->source,
	    "CPU1 Core Rem (0x04)");
	assert_string_equal(slot(bench, "temperature_c", "inlet")->source,
	    "Inlet Temp (0x06)");
	assert_string_equal(slot(bench, "temperature_c", "outlet")->source,
	    "Outlet Temp (0x07)");
	assert_non_null(slot(bench, "temperature_c", "CPU1 MEM Temp"));
	assert_non_null(slot(bench, "fan_rpm", "FAN1 F Speed"));
	stop(bench);
}

/* A sensor without a name is not the machine itself. */
static void
test_nameless(void **state)
{
	struct bench *bench = start();

	(void)state;
	(void)add(bench, "", "Watts", 0x0b);
	(void)add(bench, "", "Volts", 2);
	choose(bench, "ipmi", 0, false);
	assert_false(bench->plan->has_power);
	assert_non_null(slot(bench, "power_w", "sensor 01"));
	assert_non_null(slot(bench, "voltage_v", "sensor 02"));
	stop(bench);
}

/* "Watts/hour": rate bits that are set wrongly. */
static void
test_wrong_rate(void **state)
{
	struct bench *bench = start();

	(void)state;
	add(bench, "Total_Power", "Watts", 0x0b)[20] |= 5 << 3;
	choose(bench, "ipmi", 0, false);
	assert_string_equal(slot(bench, "power_w", "")->unit, "W");
	stop(bench);
}

static void
test_quirks(void **state)
{
	struct bench *bench = start();

	(void)state;
	add(bench, "Other MC", "RPM", 4)[5] = 0x2c;
	add(bench, "Discrete", "Watts", 0x0b)[20] |= 0xc0;
	choose(bench, "ipmi", 0, false);
	assert_int_equal(bench->plan->n_asks, 0);
	choose(bench, "ipmi", QUIRK_ASSUMEBMCOWNER, false);
	assert_non_null(slot(bench, "fan_rpm", "Other MC"));
	choose(bench, "ipmi", QUIRK_DISCRETEREADING, false);
	assert_non_null(slot(bench, "power_w", "Discrete"));
	assert_int_equal(bench->plan->asks[0].format, SDR_UNSIGNED);
	stop(bench);
}

/* A number and states in one sensor: two slots, one command. */
static void
test_both(void **state)
{
	struct bench *bench = start();

	(void)state;
	add(bench, "Power Supply 1", "Watts", 8)[13] = 0x6f;
	choose(bench, "ipmi-hpe", 0, false);
	assert_int_equal(bench->plan->n_asks, 1);
	assert_non_null(slot(bench, "power_w", "psu 1 output"));
	assert_non_null(slot(bench, "state_psu", "Power Supply 1"));
	assert_true(bench->plan->asks[0].slot != PLAN_NO_SLOT);
	assert_true(bench->plan->asks[0].state_slot != PLAN_NO_SLOT);
	stop(bench);
}

static void
test_limit(void **state)
{
	struct bench *bench = start();

	(void)state;
	for (int i = 0; i < 140; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "F%d", i);
		(void)add(bench, name, "RPM", 4);
	}
	(void)add(bench, "Inlet", "degrees C", 1);
	choose(bench, "ipmi", 0, false);
	assert_int_equal(bench->plan->n_asks, 128);
	assert_int_equal(bench->plan->n_left_out, 13);
	assert_non_null(slot(bench, "temperature_c", "inlet"));
	stop(bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_twins),
	    cmocka_unit_test(test_untold_twins),
	    cmocka_unit_test(test_inlet),
	    cmocka_unit_test(test_power),
	    cmocka_unit_test(test_nameless),
	    cmocka_unit_test(test_wrong_rate),
	    cmocka_unit_test(test_huawei),
	    cmocka_unit_test(test_quirks),
	    cmocka_unit_test(test_both),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
