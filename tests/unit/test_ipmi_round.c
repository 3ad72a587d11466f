/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Polls of a BMC made of tables, with the shipped profiles. */
#include <config.h>

#include <ftw.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../plugin/ipmi_fake.h"
#include "../plugin/ipmi_profiles.h"
#include "quirk.h"
#include "round_work.h"

#define SECOND INT64_C(1000000000)
#define HOUR (3600 * SECOND)

struct bench {
	struct fakehost fake;
	struct fakebmc bmc;
	struct link link;
	struct kit_profiles kit;
	struct readings *readings;
	struct round *round;
	struct col_poll poll;
	char folder[64];
	unsigned n_ends;
	enum col_status status;
	char detail[256];
};

static int64_t
fixed_wall(void)
{
	return 1700000000 - 3600;
}

static void
on_end(void *arg, enum col_status status, const char *detail)
{
	struct bench *bench = arg;

	bench->n_ends++;
	bench->status = status;
	(void)snprintf(bench->detail, sizeof(bench->detail), "%s",
	    detail == NULL ? "" : detail);
}

static void
make_readings(struct bench *bench)
{
	struct col_error error = {.code = 0};

	assert_int_equal(readings_new(&bench->fake.host, &bench->readings,
	    &error), 0);
	bench->readings->wall_s = fixed_wall;
	assert_int_equal(readings_profiles(bench->readings, bench->kit.laid,
	    bench->kit.n, &error), 0);
}

static void
make_round(struct bench *bench, const char *profile)
{
	const struct col_device device = {.size = sizeof(device), .id = "bmc-1",
	    .profile = profile, .interval_ns = 60 * SECOND};

	assert_int_equal(round_new(bench->readings, &bench->link, &device,
	    &bench->round), 0);
}

static struct bench *
start(bool on_disk)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	fakehost_init(&bench->fake);
	fakebmc_init(&bench->bmc);
	fakelink_init(&bench->link, &bench->bmc, &bench->fake.now_ns);
	bench->poll.fake = &bench->fake;
	if (on_disk) {
		strcpy(bench->folder, "/tmp/test_ipmi_round.XXXXXX");
		assert_non_null(mkdtemp(bench->folder));
		strcpy(bench->fake.folder, bench->folder);
	}
	assert_true(kit_profiles_read(&bench->kit, TOP_SRCDIR
	    "/conf/profiles"));
	make_readings(bench);
	return bench;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
stop(struct bench *bench)
{
	round_free(bench->round);
	/* Nothing of a device stays behind. */
	assert_int_equal(bench->readings->plans.n, 0);
	assert_int_equal(bench->readings->sets.n, 0);
	assert_int_equal(bench->readings->n_loading, 0);
	readings_free(bench->readings);
	kit_profiles_free(&bench->kit);
	fakehost_poll_clear(&bench->poll);
	fakehost_done(&bench->fake);
	if (bench->folder[0] != '\0') {
		(void)nftw(bench->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	}
	free(bench);
}

/* Restart: the same BMC, nothing in memory. */
static void
restart(struct bench *bench)
{
	round_free(bench->round);
	readings_free(bench->readings);
	make_readings(bench);
	make_round(bench, "auto");
}

static void
poll_once(struct bench *bench)
{
	unsigned before = bench->n_ends;

	fakehost_poll_clear(&bench->poll);
	bench->poll.fake = &bench->fake;
	round_start(bench->round, bench->fake.now_ns + 30 * SECOND,
	    &bench->poll, on_end, bench);
	(void)fakelink_run(&bench->link, 100000);
	assert_int_equal(bench->n_ends, before + 1);
	bench->fake.now_ns += 60 * SECOND;
}

static struct col_value
value_of(const struct bench *bench, const char *metric, const char *instance)
{
	int slot = fakehost_slot(&bench->poll, metric, instance);

	if (slot < 0) {
		fail_msg("no %s '%s'", metric, instance);
	}
	return bench->poll.values[slot];
}

static void
assert_value(const struct bench *bench, const char *metric,
    const char *instance, double expected)
{
	struct col_value value = value_of(bench, metric, instance);

	if (value.quality != COL_GOOD || fabs(value.number - expected) > 1e-9) {
		fail_msg("%s '%s' is %g (quality %d), not %g", metric,
		    instance, value.number, (int)value.quality, expected);
	}
}

static void
assert_source(const struct bench *bench, const char *metric,
    const char *instance, const char *source)
{
	int slot = fakehost_slot(&bench->poll, metric, instance);

	assert_true(slot >= 0);
	assert_string_equal(bench->poll.layout->slots[slot].source, source);
}

static const char *
info_of(const struct bench *bench, const char *metric)
{
	for (size_t i = 0; i < bench->poll.n_infos; i++) {
		if (strcmp(bench->poll.infos[i].metric, metric) == 0) {
			return bench->poll.infos[i].text;
		}
	}
	return "";
}

static const struct kit_sensor inlet = {.name = "Inlet_Temp",
    .unit = "degrees C", .value = 24, .type = 1, .entity = 7,
    .entity_instance = 1};
static const struct kit_sensor total = {.name = "Total_Power",
    .unit = "Watts", .value = 296, .type = 0x0b, .entity = 7};
static const struct kit_sensor supply = {.name = "PSU0_Status",
    .unit = "discrete", .value = 1, .type = 8, .entity = 10};
static const struct kit_sensor fan = {.name = "FAN0_F_Speed", .unit = "RPM",
    .value = 5760, .type = 4, .entity = 29};

static void
add_four(struct bench *bench)
{
	(void)fakebmc_add(&bench->bmc, &inlet);
	(void)fakebmc_add(&bench->bmc, &total);
	(void)fakebmc_add(&bench->bmc, &supply);
	(void)fakebmc_add(&bench->bmc, &fan);
}

static void
test_first_poll(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_string_equal(bench->poll.profile, "ipmi-inspur");
	assert_value(bench, "power_w", "", 300);
	assert_source(bench, "power_w", "", "dcmi");
	assert_value(bench, "power_w", "Total_Power", 296);
	assert_value(bench, "temperature_c", "inlet", 24);
	assert_source(bench, "temperature_c", "inlet", "Inlet_Temp (0x01)");
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	assert_value(bench, "state_psu", "PSU0_Status", 1);
	assert_value(bench, "state_power", "", 1);
	assert_value(bench, "state_health", "", PLAN_HEALTH_OK);
	assert_string_equal(info_of(bench, "info_vendor"), "Inspur");
	assert_string_equal(info_of(bench, "info_firmware"), "4.21");
	stop(bench);
}

/* Later polls ask for the values only: DCMI, chassis, one per sensor. */
static void
test_round_trips(void **state)
{
	struct bench *bench = start(false);
	unsigned before;

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	before = bench->bmc.n_asks;
	poll_once(bench);
	/* and a look whether the event log has moved */
	assert_int_equal(bench->bmc.n_asks - before, 2 + 4 + 1);
	stop(bench);
}

/* Without DCMI: the sensor of the machine's power, then the supplies' sum. */
static void
test_power_sources(void **state)
{
	struct bench *bench = start(false);
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
	make_round(bench, "auto");
	poll_once(bench);
	assert_value(bench, "power_w", "", 290);
	assert_source(bench, "power_w", "",
	    "PSU0_PIN (0x01) + PSU1_PIN (0x02)");
	assert_value(bench, "power_w", "psu 0", 150);
	assert_value(bench, "power_w", "psu 0 output", 136);
	/* one that is not there adds nothing, one that fails spoils the sum */
	bench->bmc.sensors[2].unavailable = true;
	poll_once(bench);
	assert_value(bench, "power_w", "", 150);
	bench->bmc.sensors[2] = (struct fake_sensor){.completion = 0xff};
	poll_once(bench);
	assert_int_equal(value_of(bench, "power_w", "").quality, COL_ERROR);
	stop(bench);

	bench = start(false);
	bench->bmc.dcmi_completion = 0xcc;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	assert_value(bench, "power_w", "", 296);
	assert_source(bench, "power_w", "", "Total_Power (0x02)");
	stop(bench);
}

static void
test_zero_watts(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	bench->bmc.watts = 0;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	assert_source(bench, "power_w", "", "Total_Power (0x02)");
	stop(bench);
	/* unless it is configured */
	bench = start(false);
	bench->bmc.watts = 0;
	bench->link.quirks = QUIRK_ZEROWATTS;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	assert_value(bench, "power_w", "", 0);
	stop(bench);
}

/* DCMI that fails for a while is unavailable; for long: another source. */
static void
test_dcmi_lost(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	bench->bmc.dcmi_completion = 0xff;
	for (int i = 0; i < 4; i++) {
		poll_once(bench);
		assert_int_equal(value_of(bench, "power_w", "").quality,
		    COL_UNAVAILABLE);
	}
	poll_once(bench);
	assert_value(bench, "power_w", "", 296);
	bench->bmc.dcmi_completion = 0;
	bench->fake.now_ns += HOUR;
	poll_once(bench);
	assert_source(bench, "power_w", "", "dcmi");
	/* short data with the watts will do */
	bench->bmc.dcmi_n = 3;
	poll_once(bench);
	assert_value(bench, "power_w", "", 300);
	stop(bench);
}

/* Qualities, never values, never removals. */
static void
test_absent_sensors(void **state)
{
	struct bench *bench = start(false);
	unsigned reads;

	(void)state;
	add_four(bench);
	bench->bmc.sensors[4].unavailable = true;
	bench->bmc.sensors[3].completion = 0xcb;
	make_round(bench, "auto");
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_int_equal(value_of(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_UNAVAILABLE);
	assert_int_equal(value_of(bench, "state_psu", "PSU0_Status").quality,
	    COL_UNAVAILABLE);
	/* left alone for an hour, and still told as unavailable */
	reads = bench->bmc.n_reads;
	poll_once(bench);
	assert_int_equal(bench->bmc.n_reads - reads, 2);
	assert_int_equal(value_of(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_UNAVAILABLE);
	bench->bmc.sensors[4].unavailable = false;
	for (int i = 0; i < 62; i++) {
		poll_once(bench);
	}
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* busy: an error of this poll, read again with the next */
	bench->bmc.sensors[4].completion = 0xc0;
	poll_once(bench);
	assert_int_equal(value_of(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_ERROR);
	bench->bmc.sensors[4].completion = 0;
	poll_once(bench);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* scanning disabled, with the quirk a value all the same */
	bench->bmc.sensors[4].not_scanning = true;
	poll_once(bench);
	assert_int_equal(value_of(bench, "fan_rpm", "FAN0_F_Speed").quality,
	    COL_UNAVAILABLE);
	bench->link.quirks = QUIRK_IGNORESCANNINGDISABLED;
	poll_once(bench);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	stop(bench);
}

/* Switched on: what was silent is asked again at once. */
static void
test_power_on(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	bench->bmc.chassis[0] = 0;
	bench->bmc.sensors[4].unavailable = true;
	make_round(bench, "auto");
	poll_once(bench);
	poll_once(bench);
	assert_value(bench, "state_power", "", 0);
	bench->bmc.chassis[0] = 1;
	bench->bmc.sensors[4].unavailable = false;
	poll_once(bench);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	stop(bench);
}

static void
test_health(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	bench->bmc.sensors[1].states = 0xc008;    /* above the warning limit */
	poll_once(bench);
	assert_value(bench, "state_health", "", PLAN_HEALTH_WARNING);
	bench->bmc.sensors[3].states = 0x0009;    /* supply: input lost */
	poll_once(bench);
	assert_value(bench, "state_psu", "PSU0_Status", 4);
	assert_value(bench, "state_health", "", PLAN_HEALTH_CRITICAL);
	stop(bench);
}

/* A sensor that never answers costs one poll a second, and not the others. */
static void
test_mute_sensor(void **state)
{
	struct bench *bench = start(false);
	unsigned reads;

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	bench->link.mute_netfn = 0x04;
	bench->link.mute_command = 0x2d;
	bench->link.mute_sensor = 1;
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_int_equal(value_of(bench, "temperature_c", "inlet").quality,
	    COL_ERROR);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	reads = bench->bmc.n_reads;
	poll_once(bench);
	assert_int_equal(bench->bmc.n_reads - reads, 3);
	stop(bench);
}

static void
test_dead_bmc(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	bench->link.answer_ns = 100 * SECOND;     /* after every deadline */
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_TIMEOUT);
	assert_string_equal(bench->detail, "no answer");
	assert_int_equal(bench->poll.n_emits, 0);
	bench->link.answer_ns = 1000000;
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	stop(bench);
}

/* Too slow for one poll: power and air with each, the others in turn. */
static void
test_deadline(void **state)
{
	struct bench *bench = start(false);
	unsigned seen[40] = {0};

	(void)state;
	(void)fakebmc_add(&bench->bmc, &inlet);
	for (int i = 0; i < 40; i++) {
		struct kit_sensor one = fan;
		char name[16];
		(void)snprintf(name, sizeof(name), "FAN%d", i);
		one.name = name;
		(void)fakebmc_add(&bench->bmc, &one);
	}
	make_round(bench, "auto");
	poll_once(bench);
	bench->link.answer_ns = 2 * SECOND;       /* 15 of 43 commands */
	for (int turn = 0; turn < 8; turn++) {
		poll_once(bench);
		assert_int_equal(bench->status, COL_POLL_PARTIAL);
		assert_value(bench, "power_w", "", 300);
		assert_value(bench, "temperature_c", "inlet", 24);
		for (int i = 0; i < 40; i++) {
			char name[16];
			(void)snprintf(name, sizeof(name), "FAN%d", i);
			seen[i] += value_of(bench, "fan_rpm", name).quality ==
			    COL_GOOD;
		}
	}
	for (int i = 0; i < 40; i++) {
		assert_true(seen[i] > 0);
	}
	stop(bench);
}

/* A load that takes several polls; power is told from the first one on. */
static void
test_slow_load(void **state)
{
	struct bench *bench = start(false);
	unsigned n = 0;

	(void)state;
	for (int i = 0; i < 60; i++) {
		struct kit_sensor one = fan;
		char name[16];
		(void)snprintf(name, sizeof(name), "FAN%d", i);
		one.name = name;
		(void)fakebmc_add(&bench->bmc, &one);
	}
	bench->link.answer_ns = SECOND;
	bench->bmc.max_read = 48;                 /* two pieces a record */
	make_round(bench, "auto");
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_PARTIAL);
	assert_non_null(strstr(bench->detail, "being learned"));
	assert_value(bench, "power_w", "", 300);
	while (fakehost_slot(&bench->poll, "fan_rpm", "FAN59") < 0) {
		bench->bmc.reservation++;         /* another session */
		poll_once(bench);
		assert_true(++n < 16);
	}
	assert_int_equal(bench->readings->n_loading, 0);
	stop(bench);
}

/* A repository that cannot be read is said, and power is there all the same. */
static void
test_bad_repository(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	bench->bmc.endless = true;
	make_round(bench, "auto");
	for (int i = 0; i < 3; i++) {
		poll_once(bench);
	}
	assert_int_equal(bench->status, COL_POLL_PARTIAL);
	assert_non_null(strstr(bench->detail, "has no end"));
	assert_value(bench, "power_w", "", 300);
	bench->bmc.endless = false;
	bench->fake.now_ns += HOUR;
	poll_once(bench);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	stop(bench);
}

/* A restart reads no record again; a change of firmware or repository does. */
static void
test_cache(void **state)
{
	struct bench *bench = start(true);
	unsigned gets;

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	gets = bench->bmc.n_gets;
	assert_true(gets >= 4);
	restart(bench);
	poll_once(bench);
	assert_int_equal(bench->bmc.n_gets, gets);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	/* the repository has changed: seen within the hour */
	bench->bmc.added++;
	(void)fakebmc_add(&bench->bmc, &(struct kit_sensor){.name = "FAN1",
	    .unit = "RPM", .value = 4000, .type = 4});
	poll_once(bench);
	assert_int_equal(fakehost_slot(&bench->poll, "fan_rpm", "FAN1"), -1);
	bench->fake.now_ns += HOUR;
	poll_once(bench);
	assert_value(bench, "fan_rpm", "FAN1", 4000);
	/* other firmware while the daemon was away */
	gets = bench->bmc.n_gets;
	bench->bmc.device_id[3] = 0x22;
	restart(bench);
	poll_once(bench);
	assert_true(bench->bmc.n_gets > gets);
	assert_value(bench, "fan_rpm", "FAN1", 4000);
	stop(bench);
}

/* Equal models share one set and one plan; each has its own values. */
static void
test_shared_sets(void **state)
{
	struct bench *bench = start(false);
	struct round *other;
	struct link link;
	struct fakebmc *bmc = calloc(1, sizeof(*bmc));

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	other = bench->round;
	link = bench->link;
	*bmc = bench->bmc;
	link.bmc = bmc;
	bmc->guid[0] ^= 1;
	assert_int_equal(round_new(bench->readings, &link,
	    &(struct col_device){.id = "bmc-2", .profile = "auto"},
	    &bench->round), 0);
	round_start(bench->round, bench->fake.now_ns + 30 * SECOND,
	    &bench->poll, on_end, bench);
	(void)fakelink_run(&link, 1000);
	assert_int_equal(bench->readings->sets.n, 1);
	assert_ptr_equal(bench->round->set, other->set);
	assert_ptr_equal(bench->round->plan, other->plan);
	round_free(other);
	free(bmc);
	stop(bench);
}

static void
test_keepalive(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	poll_once(bench);
	bench->bmc.watts = 400;
	assert_int_equal(round_keepalive(bench->round, bench->fake.now_ns +
	    SECOND), 0);
	(void)fakelink_run(&bench->link, 1);
	bench->bmc.watts = 200;
	poll_once(bench);
	assert_value(bench, "power_w", "", 300);
	poll_once(bench);
	assert_value(bench, "power_w", "", 200);
	/* one in flight gives way to the poll */
	assert_int_equal(round_keepalive(bench->round, bench->fake.now_ns +
	    SECOND), 0);
	poll_once(bench);
	assert_int_equal(bench->link.n_cancelled, 1);
	assert_value(bench, "power_w", "", 200);
	stop(bench);
}

static void
test_cancel(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	make_round(bench, "auto");
	for (unsigned n = 0; n < 24; n++) {
		fakehost_poll_clear(&bench->poll);
		bench->poll.fake = &bench->fake;
		round_start(bench->round, bench->fake.now_ns + 30 * SECOND,
		    &bench->poll, on_end, bench);
		(void)fakelink_run(&bench->link, n);
		round_cancel(bench->round);
		assert_false(bench->link.busy);
	}
	poll_once(bench);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	stop(bench);
}

static void
test_profiles(void **state)
{
	struct bench *bench = start(false);
	struct col_error error;

	(void)state;
	add_four(bench);
	make_round(bench, "ipmi");
	poll_once(bench);
	assert_string_equal(bench->poll.profile, "ipmi");
	/* new profiles: chosen anew at the next poll, values as before */
	assert_int_equal(readings_profiles(bench->readings, bench->kit.laid,
	    bench->kit.n, &error), 0);
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_value(bench, "temperature_c", "inlet", 24);
	stop(bench);

	bench = start(false);
	make_round(bench, "no-such");
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_PROFILE);
	assert_non_null(strstr(bench->detail, "'no-such'"));
	stop(bench);
}

static void
test_events(void **state)
{
	struct bench *bench = start(true);

	(void)state;
	add_four(bench);
	fakebmc_log(&bench->bmc, "00 00 02 00 f1 53 65 20 00 04 08 03 6f 03 ff ff");
	fakebmc_log(&bench->bmc, "00 00 02 05 f1 53 65 20 00 04 01 01 01 57 10 0f");
	make_round(bench, "auto");
	poll_once(bench);
	assert_int_equal(bench->fake.n_events, 2);
	/* newest first */
	assert_string_equal(bench->fake.events[0], "bmc-1 2 3"
	    " temperature_above_upper_warning Inlet_Temp temperature: above"
	    " upper warning (raw reading 16, threshold 15)");
	assert_string_equal(bench->fake.events[1], "bmc-1 1 4"
	    " power_supply_input_lost PSU0_Status power supply: input lost");
	assert_string_equal(info_of(bench, "info_clock_skew"), "+3600 s");
	poll_once(bench);
	assert_int_equal(bench->fake.n_events, 2);
	fakebmc_log(&bench->bmc, "00 00 02 09 f1 53 65 20 00 04 08 03 ef 03 ff ff");
	poll_once(bench);
	assert_int_equal(bench->fake.n_events, 3);
	/* after a restart nothing is told twice */
	restart(bench);
	poll_once(bench);
	assert_int_equal(bench->fake.n_events, 3);
	stop(bench);
}

/* Factors that change with the reading are asked for each reading. */
static void
test_non_linear(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	bench->bmc.records[0][23] = 0x70;
	make_round(bench, "auto");
	poll_once(bench);
	assert_value(bench, "temperature_c", "inlet",
	    2.0 * bench->bmc.sensors[1].raw);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	stop(bench);
}

static void
test_device_sdrs(void **state)
{
	struct bench *bench = start(false);

	(void)state;
	add_four(bench);
	bench->bmc.device_id[1] |= 0x80;
	bench->bmc.device_id[5] &= 0xfd;
	bench->bmc.device_sdrs = true;
	make_round(bench, "auto");
	poll_once(bench);
	assert_int_equal(bench->status, COL_POLL_OK);
	assert_value(bench, "fan_rpm", "FAN0_F_Speed", 5760);
	stop(bench);
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
	    cmocka_unit_test(test_dead_bmc),
	    cmocka_unit_test(test_deadline),
	    cmocka_unit_test(test_slow_load),
	    cmocka_unit_test(test_bad_repository),
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
