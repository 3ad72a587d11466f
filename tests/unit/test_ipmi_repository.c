/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "../plugin/ipmi_fake.h"
#include "repository.h"
#include "set.h"

struct bench {
	struct fakebmc bmc;
	struct link link;
	int64_t clock_ns;
	struct repository repository;
};

static void
on_answer(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	const struct task_answer answer = {completion, data, n};

	assert_int_equal(status, 0);
	repository_take(arg, &answer);
}

/* Commands until it ends; -1: more than max. */
static int
run(struct bench *bench, int max)
{
	struct task_ask ask;

	for (int i = 0; i <= max; i++) {
		struct link_request request = {.deadline_ns = INT64_MAX,
		    .fn = on_answer, .arg = &bench->repository};
		if (!repository_next(&bench->repository, &ask)) {
			return i;
		}
		request.netfn = ask.netfn;
		request.command = ask.command;
		request.data = ask.data;
		request.n = ask.n;
		assert_int_equal(link_ask(&bench->link, &request), 0);
		(void)fakelink_run(&bench->link, 1);
	}
	return -1;
}

static struct bench *
start(unsigned n_sensors, uint8_t chunk)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	fakebmc_init(&bench->bmc);
	fakelink_init(&bench->link, &bench->bmc, &bench->clock_ns);
	for (unsigned i = 0; i < n_sensors; i++) {
		char name[16];
		(void)snprintf(name, sizeof(name), "Sensor %u", i);
		(void)fakebmc_add(&bench->bmc, &(struct kit_sensor){
		    .name = name, .unit = i % 3 == 0 ? "discrete" : "Volts",
		    .value = i % 3 == 0 ? 1 : i * 0.25, .type = 2});
	}
	repository_init(&bench->repository, false, chunk);
	return bench;
}

static void
stop(struct bench *bench)
{
	repository_done(&bench->repository);
	free(bench);
}

static void
assert_whole(const struct bench *bench)
{
	size_t at = 0;

	assert_int_equal(bench->repository.step, REPOSITORY_DONE);
	assert_int_equal(bench->repository.n_records, bench->bmc.n_records);
	for (size_t i = 0; i < bench->bmc.n_records; i++) {
		assert_memory_equal(bench->repository.bytes + at,
		    bench->bmc.records[i], bench->bmc.sizes[i]);
		at += bench->bmc.sizes[i];
	}
	assert_int_equal(bench->repository.n_bytes, at);
}

static void
test_whole_records(void **state)
{
	struct bench *bench = start(20, 255);

	(void)state;
	/* engine.md section 6: 20 records, information, reservation */
	assert_int_equal(run(bench, 100), 22);
	assert_whole(bench);
	assert_int_equal(bench->repository.info.n_records, 20);
	assert_int_equal(bench->repository.info.added, 1600000000);
	stop(bench);
}

/* A BMC that gives 16 bytes at once, found out and kept to. */
static void
test_pieces(void **state)
{
	for (unsigned max = 8; max <= 40; max += 4) {
		struct bench *bench = start(12, 255);

		(void)state;
		bench->bmc.max_read = (uint8_t)max;
		assert_true(run(bench, 400) > 0);
		assert_whole(bench);
		assert_true(bench->repository.chunk <= max &&
		    bench->repository.chunk * 2 > max - max % 8);
		stop(bench);
	}
}

static void
test_known_chunk(void **state)
{
	struct bench *bench = start(12, 16);

	(void)state;
	bench->bmc.max_read = 16;
	assert_true(run(bench, 400) > 0);
	assert_whole(bench);
	assert_int_equal(bench->repository.n_tries, 0);
	stop(bench);
}

static void
test_refuses_all(void **state)
{
	struct bench *bench = start(3, 255);

	(void)state;
	bench->bmc.max_read = 4;
	assert_true(run(bench, 100) > 0);
	assert_int_equal(bench->repository.step, REPOSITORY_FAILED);
	assert_non_null(strstr(bench->repository.fault, "8 bytes"));
	stop(bench);
}

static void
test_lost_reservations(void **state)
{
	struct bench *bench = start(6, 16);

	(void)state;
	bench->bmc.lose_every = 7;
	assert_true(run(bench, 400) > 0);
	assert_whole(bench);
	assert_true(bench->repository.n_tries > 0);
	stop(bench);
	/* with each read: given up, not for ever */
	bench = start(6, 16);
	bench->bmc.lose_every = 1;
	assert_true(run(bench, 400) > 0);
	assert_int_equal(bench->repository.step, REPOSITORY_FAILED);
	assert_non_null(strstr(bench->repository.fault, "reservations"));
	stop(bench);
}

static void
test_endless(void **state)
{
	struct bench *bench = start(3, 255);

	(void)state;
	bench->bmc.endless = true;
	assert_true(run(bench, REPOSITORY_RECORDS_MAX + 10) > 0);
	assert_int_equal(bench->repository.step, REPOSITORY_FAILED);
	assert_non_null(strstr(bench->repository.fault, "no end"));
	stop(bench);
}

static void
test_empty(void **state)
{
	struct bench *bench = start(0, 255);

	(void)state;
	assert_int_equal(run(bench, 10), 3);
	assert_whole(bench);
	stop(bench);
}

static void
test_device_sdrs(void **state)
{
	struct bench *bench = start(5, 255);

	(void)state;
	bench->bmc.device_sdrs = true;
	repository_init(&bench->repository, true, 255);
	assert_int_equal(run(bench, 20), 7);
	assert_whole(bench);
	stop(bench);
}

static void
test_info_only(void **state)
{
	struct bench *bench = start(5, 255);

	(void)state;
	bench->repository.info_only = true;
	assert_int_equal(run(bench, 20), 1);
	assert_int_equal(bench->repository.info.n_records, 5);
	stop(bench);
}

/* Answers that are no answers: it ends, whatever comes. */
static void
test_garbage(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned turn = 0; turn < 2000; turn++) {
		struct repository repository;
		struct task_ask ask;
		unsigned n = 0;
		repository_init(&repository, turn & 1, turn & 2 ? 255 : 16);
		while (repository_next(&repository, &ask)) {
			uint8_t bytes[64];
			struct task_answer answer = {.data = bytes};
			for (size_t i = 0; i < sizeof(bytes); i++) {
				seed = seed * 1664525 + 1013904223;
				bytes[i] = (uint8_t)(seed >> 24);
			}
			answer.n = bytes[63] % 64;
			answer.completion = bytes[62] & 0x30 ? 0 : bytes[61];
			repository_take(&repository, &answer);
			assert_true(++n < 200000);
		}
		repository_done(&repository);
	}
}

/* ---- sets ---------------------------------------------------------------------- */

static void
test_sets(void **state)
{
	struct set_table table = {.n = 0};
	struct bench *bench = start(20, 255);
	struct sensor_set *a = NULL, *b = NULL;
	struct repository *read = &bench->repository;

	(void)state;
	(void)run(bench, 100);
	assert_int_equal(set_get(&table, read->bytes, read->n_bytes, &a), 0);
	assert_int_equal(set_get(&table, read->bytes, read->n_bytes, &b), 0);
	assert_ptr_equal(a, b);
	assert_int_equal(table.n, 1);
	assert_int_equal(a->n_sensors, 20);
	assert_ptr_equal(set_known(&table, a->hash, a->size), a);
	set_unref(a);
	assert_null(set_known(&table, a->hash, a->size + 1));
	assert_int_equal(a->n_records, 20);
	assert_string_equal(set_find(a, 4)->name, "Sensor 3");
	assert_null(set_find(a, 99));
	set_unref(b);
	read->bytes[read->n_bytes - 1] ^= 1;
	assert_int_equal(set_get(&table, read->bytes, read->n_bytes, &b), 0);
	assert_ptr_not_equal(a, b);
	set_unref(a);
	set_unref(b);
	assert_int_equal(table.n, 0);
	/* cut within a record */
	assert_int_equal(set_get(&table, read->bytes, read->n_bytes - 3, &a),
	    COL_EPROTO);
	assert_int_equal(table.n, 0);
	set_unref(NULL);
	stop(bench);
}

/* Of two records for one sensor number the one that can be read counts. */
static void
test_same_sensor(void **state)
{
	static const uint8_t event[] = {9, 0, 0x51, 3, 14, 0x20, 0, 2, 7, 1, 1,
	    0x6f, 1, 0, 0, 0, 0xc2, 'E', 'V'};
	struct set_table table = {.n = 0};
	struct bench *bench = start(3, 255);
	struct sensor_set *set = NULL;
	uint8_t bytes[1024];
	size_t n = sizeof(event);

	(void)state;
	(void)run(bench, 100);
	memcpy(bytes, event, n);
	memcpy(bytes + n, bench->repository.bytes, bench->repository.n_bytes);
	n += bench->repository.n_bytes;
	memcpy(bytes + n, event, sizeof(event));
	n += sizeof(event);
	assert_int_equal(set_get(&table, bytes, n, &set), 0);
	assert_int_equal(set->n_sensors, 3);
	assert_string_equal(set_find(set, 2)->name, "Sensor 1");
	set_unref(set);
	stop(bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole_records),
	    cmocka_unit_test(test_pieces),
	    cmocka_unit_test(test_known_chunk),
	    cmocka_unit_test(test_refuses_all),
	    cmocka_unit_test(test_lost_reservations),
	    cmocka_unit_test(test_endless),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_device_sdrs),
	    cmocka_unit_test(test_info_only),
	    cmocka_unit_test(test_garbage),
	    cmocka_unit_test(test_sets),
	    cmocka_unit_test(test_same_sensor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
