/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A BMC over many polls: learned, lost, learned anew, its log, its keepalive. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "round_kit.h"

static void
test_dead_bmc(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench->link.answer_ns = 100 * SECOND;     /* after every deadline */
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_TIMEOUT);
	assert_string_equal(bench->detail, "no answer");
	assert_int_equal(bench->poll.n_emits, 0);
	bench->link.answer_ns = 1000000;
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	bench_stop(bench);
}

/* Too slow for one poll: power and air with each, the others in turn. */
static void
test_deadline(void **state)
{
	struct bench *bench = bench_start(false);
	unsigned seen[40] = {0};

	(void)state;
	(void)fakebmc_add(&bench->bmc, &bench_inlet);
	for (int i = 0; i < 40; i++) {
		struct kit_sensor one = bench_fan;
		char name[16];
		(void)snprintf(name, sizeof(name), "FAN%d", i);
		one.name = name;
		(void)fakebmc_add(&bench->bmc, &one);
	}
	bench_round(bench, "auto");
	bench_poll(bench);
	bench->link.answer_ns = 2 * SECOND;       /* 15 of 43 commands */
	for (int turn = 0; turn < 8; turn++) {
		bench_poll(bench);
		assert_int_equal(bench->status, COL_POLL_PARTIAL);
		bench_assert_value(bench, "power_w", "", 300);
		bench_assert_value(bench, "temperature_c", "inlet", 24);
		for (int i = 0; i < 40; i++) {
			char name[16];
			(void)snprintf(name, sizeof(name), "FAN%d", i);
			seen[i] += bench_value(bench, "fan_rpm", name).quality ==
			    COL_GOOD;
		}
	}
	for (int i = 0; i < 40; i++) {
		assert_true(seen[i] > 0);
	}
	bench_stop(bench);
}

/* A load that takes several polls; power is told from the first one on. */
static void
test_slow_load(void **state)
{
	struct bench *bench = bench_start(false);
	unsigned n = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct kit_sensor one = bench_fan;
		char name[16];
		(void)snprintf(name, sizeof(name), "FAN%d", i);
		one.name = name;
		(void)fakebmc_add(&bench->bmc, &one);
	}
	bench->link.answer_ns = SECOND;
	bench->bmc.max_read = 48;                 /* two pieces a record */
	bench_round(bench, "auto");
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_PARTIAL);
	assert_non_null(strstr(bench->detail, "being learned"));
	bench_assert_value(bench, "power_w", "", 300);
	while (fakehost_slot(&bench->poll, "fan_rpm", "FAN59") < 0) {
		bench->bmc.reservation++;         /* another session */
		bench_poll(bench);
		assert_true(++n < 16);
	}
	assert_int_equal(bench->readings->n_loading, 0);
	bench_stop(bench);
}

/* No turn to learn: values that are known are told, and learning goes on. */
static void
test_no_turn(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench->link.is_crowded = true;
	bench_round(bench, "auto");
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_PARTIAL);
	assert_non_null(strstr(bench->detail, "being learned"));
	bench_assert_value(bench, "power_w", "", 300);
	assert_int_equal(bench->bmc.n_gets, 0);
	assert_int_equal(bench->readings->n_loading, 1);
	bench->link.is_crowded = false;
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* Nor does it cost a poll what is read beside its values. */
	bench->link.is_crowded = true;
	bench->fake.now_ns += 24 * HOUR;
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

/* A repository that cannot be read is said, and power is there all the same. */
static void
test_bad_repository(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench->bmc.endless = true;
	bench_round(bench, "auto");
	for (int i = 0; i < 3; i++) {
		bench_poll(bench);
	}
	assert_int_equal(bench->status, COL_POLL_PARTIAL);
	assert_non_null(strstr(bench->detail, "has no end"));
	bench_assert_value(bench, "power_w", "", 300);
	bench->bmc.endless = false;
	bench->fake.now_ns += HOUR;
	bench_poll(bench);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

/* A restart reads no record again; a change of firmware or repository does. */
static void
test_cache(void **state)
{
	struct bench *bench = bench_start(true);
	unsigned gets;

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	gets = bench->bmc.n_gets;
	assert_true(gets >= 4);
	bench_restart(bench);
	bench_poll(bench);
	assert_int_equal(bench->bmc.n_gets, gets);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* the repository has changed: seen within the hour */
	bench->bmc.added++;
	(void)fakebmc_add(&bench->bmc, &(struct kit_sensor){.name = "FAN1",
	    .unit = "RPM", .value = 4000, .type = 4});
	bench_poll(bench);
	assert_int_equal(fakehost_slot(&bench->poll, "fan_rpm", "FAN1"), -1);
	bench->fake.now_ns += HOUR;
	bench_poll(bench);
	bench_assert_value(bench, "fan_rpm", "FAN1", 4000);
	/* other firmware while the daemon was away */
	gets = bench->bmc.n_gets;
	bench->bmc.device_id[3] = 0x22;
	bench_restart(bench);
	bench_poll(bench);
	assert_true(bench->bmc.n_gets > gets);
	bench_assert_value(bench, "fan_rpm", "FAN1", 4000);
	bench_stop(bench);
}

/* Equal models share one set and one plan; each has its own values. */
static void
test_shared_sets(void **state)
{
	struct bench *bench = bench_start(false);
	struct round *other;
	struct link link;
	struct fakebmc *bmc = calloc(1, sizeof(*bmc));

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	other = bench->round;
	link = bench->link;
	*bmc = bench->bmc;
	link.bmc = bmc;
	bmc->guid[0] ^= 1;
	assert_int_equal(round_new(bench->readings, &link,
	    &(struct col_device){.id = "bmc-2", .profile = "auto"},
	    &bench->round), 0);
	round_start(bench->round, bench->fake.now_ns + 30 * SECOND,
	    &bench->poll, bench_end, bench);
	(void)fakelink_run(&link, 1000);
	assert_int_equal(bench->readings->sets.n, 1);
	assert_ptr_equal(bench->round->set, other->set);
	assert_ptr_equal(bench->round->plan, other->plan);
	round_free(other);
	free(bmc);
	bench_stop(bench);
}

static void
test_keepalive(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	bench_poll(bench);
	bench->bmc.watts = 400;
	assert_int_equal(round_keepalive(bench->round, bench->fake.now_ns +
	    SECOND), 0);
	(void)fakelink_run(&bench->link, 1);
	bench->bmc.watts = 200;
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 300);
	bench_poll(bench);
	bench_assert_value(bench, "power_w", "", 200);
	/* one in flight gives way to the poll */
	assert_int_equal(round_keepalive(bench->round, bench->fake.now_ns +
	    SECOND), 0);
	bench_poll(bench);
	assert_int_equal(bench->link.n_cancelled, 1);
	bench_assert_value(bench, "power_w", "", 200);
	bench_stop(bench);
}

static void
test_cancel(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "auto");
	for (unsigned n = 0; n < 24; n++) {
		fakehost_poll_clear(&bench->poll);
		bench->poll.fake = &bench->fake;
		round_start(bench->round, bench->fake.now_ns + 30 * SECOND,
		    &bench->poll, bench_end, bench);
		(void)fakelink_run(&bench->link, n);
		round_cancel(bench->round);
		assert_false(bench->link.busy);
	}
	bench_poll(bench);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

static void
test_profiles(void **state)
{
	struct bench *bench = bench_start(false);
	struct col_error error;

	(void)state;
	bench_add_four(bench);
	bench_round(bench, "ipmi");
	bench_poll(bench);
	assert_string_equal(bench->poll.profile, "ipmi");
	/* new profiles: chosen anew at the next poll, values as before */
	assert_int_equal(readings_profiles(bench->readings, bench->kit.laid,
	    bench->kit.n, &error), 0);
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	bench_assert_value(bench, "temperature_c", "inlet", 24);
	bench_stop(bench);

	bench = bench_start(false);
	bench_round(bench, "no-such");
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_PROFILE);
	assert_non_null(strstr(bench->detail, "'no-such'"));
	bench_stop(bench);
}

static void
test_events(void **state)
{
	struct bench *bench = bench_start(true);

	(void)state;
	bench_add_four(bench);
	fakebmc_log(&bench->bmc, "00 00 02 00 f1 53 65 20 00 04 08 03 6f 03 ff ff");
	fakebmc_log(&bench->bmc, "00 00 02 05 f1 53 65 20 00 04 01 01 01 57 10 0f");
	bench_round(bench, "auto");
	bench_poll(bench);
	assert_int_equal(bench->fake.n_events, 2);
	/* newest first */
	assert_string_equal(bench->fake.events[0], "bmc-1 2 3"
	    " temperature_above_upper_warning Inlet_Temp temperature: above"
	    " upper warning (raw reading 16, threshold 15)");
	assert_string_equal(bench->fake.events[1], "bmc-1 1 4"
	    " power_supply_input_lost PSU0_Status power supply: input lost");
	assert_string_equal(bench_info(bench, "info_clock_skew"), "+3600 s");
	bench_poll(bench);
	assert_int_equal(bench->fake.n_events, 2);
	fakebmc_log(&bench->bmc, "00 00 02 09 f1 53 65 20 00 04 08 03 ef 03 ff ff");
	bench_poll(bench);
	assert_int_equal(bench->fake.n_events, 3);
	/* after a restart nothing is told twice */
	bench_restart(bench);
	bench_poll(bench);
	assert_int_equal(bench->fake.n_events, 3);
	bench_stop(bench);
}

/* Factors that change with the reading are asked for each reading. */
static void
test_non_linear(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench->bmc.records[0][23] = 0x70;
	bench_round(bench, "auto");
	bench_poll(bench);
	bench_assert_value(bench, "temperature_c", "inlet",
	    2.0 * bench->bmc.sensors[1].raw);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

static void
test_device_sdrs(void **state)
{
	struct bench *bench = bench_start(false);

	(void)state;
	bench_add_four(bench);
	bench->bmc.device_id[1] |= 0x80;
	bench->bmc.device_id[5] &= 0xfd;
	bench->bmc.device_sdrs = true;
	bench_round(bench, "auto");
	bench_poll(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	bench_assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	bench_stop(bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dead_bmc),
	    cmocka_unit_test(test_deadline),
	    cmocka_unit_test(test_slow_load),
	    cmocka_unit_test(test_bad_repository),
	    cmocka_unit_test(test_no_turn),
	    cmocka_unit_test(test_cache),
	    cmocka_unit_test(test_shared_sets),
	    cmocka_unit_test(test_keepalive),
	    cmocka_unit_test(test_cancel),
	    cmocka_unit_test(test_profiles),
	    cmocka_unit_test(test_events),
	    cmocka_unit_test(test_non_linear),
	    cmocka_unit_test(test_device_sdrs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
