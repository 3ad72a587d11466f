/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "round_kit.h"

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

static int64_t
fixed_wall(void)
{
	return 1700000000 - 3600;
}

void
bench_end(void *arg, enum col_status status, const char *detail)
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

void
bench_round(struct bench *bench, const char *profile)
{
	const struct col_device device = {.size = sizeof(device), .id = "bmc-1",
	    .profile = profile, .interval_ns = 60 * SECOND};

	assert_int_equal(round_new(bench->readings, &bench->link, &device,
	    &bench->round), 0);
}

struct bench *
bench_start(bool on_disk)
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

void
bench_stop(struct bench *bench)
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

void
bench_restart(struct bench *bench)
{
	round_free(bench->round);
	readings_free(bench->readings);
	make_readings(bench);
	bench_round(bench, "auto");
}

void
bench_poll(struct bench *bench)
{
	unsigned before = bench->n_ends;

	fakehost_poll_clear(&bench->poll);
	bench->poll.fake = &bench->fake;
	round_start(bench->round, bench->fake.now_ns + 30 * SECOND,
	    &bench->poll, bench_end, bench);
	(void)fakelink_run(&bench->link, 100000);
	assert_int_equal(bench->n_ends, before + 1);
	bench->fake.now_ns += 60 * SECOND;
}

struct col_value
bench_value(const struct bench *bench, const char *metric, const char *instance)
{
	int slot = fakehost_slot(&bench->poll, metric, instance);

	if (slot < 0) {
		fail_msg("no %s '%s'", metric, instance);
	}
	return bench->poll.values[slot];
}

void
bench_assert_value(const struct bench *bench, const char *metric,
    const char *instance, double expected)
{
	struct col_value value = bench_value(bench, metric, instance);

	if (value.quality != COL_GOOD || fabs(value.number - expected) > 1e-9) {
		fail_msg("%s '%s' is %g (quality %d), not %g", metric,
		    instance, value.number, (int)value.quality, expected);
	}
}

void
bench_assert_source(const struct bench *bench, const char *metric,
    const char *instance, const char *source)
{
	int slot = fakehost_slot(&bench->poll, metric, instance);

	assert_true(slot >= 0);
	assert_string_equal(bench->poll.layout->slots[slot].source, source);
}

const char *
bench_info(const struct bench *bench, const char *metric)
{
	for (size_t i = 0; i < bench->poll.n_infos; i++) {
		if (strcmp(bench->poll.infos[i].metric, metric) == 0) {
			return bench->poll.infos[i].text;
		}
	}
	return "";
}

const struct kit_sensor bench_inlet = {.name = "Inlet_Temp",
    .unit = "degrees C", .value = 24, .type = 1, .entity = 7,
    .entity_instance = 1};
const struct kit_sensor bench_total = {.name = "Total_Power",
    .unit = "Watts", .value = 296, .type = 0x0b, .entity = 7};
const struct kit_sensor bench_supply = {.name = "PSU0_Status",
    .unit = "discrete", .value = 1, .type = 8, .entity = 10};
const struct kit_sensor bench_fan = {.name = "FAN0_F_Speed", .unit = "RPM",
    .value = 5760, .type = 4, .entity = 29};

void
bench_add_four(struct bench *bench)
{
	(void)fakebmc_add(&bench->bmc, &bench_inlet);
	(void)fakebmc_add(&bench->bmc, &bench_total);
	(void)fakebmc_add(&bench->bmc, &bench_supply);
	(void)fakebmc_add(&bench->bmc, &bench_fan);
}
