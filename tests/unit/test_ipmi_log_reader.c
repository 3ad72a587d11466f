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

#include "../plugin/ipmi_fake.h"
#include "inventory.h"
#include "log_reader.h"

struct bench {
	struct fakebmc bmc;
	struct link link;
	int64_t clock_ns;
	struct log_reader log;
	unsigned n_told;
	uint16_t told[600];
	bool forgets;                /* the host has no room */
};

static void
on_log(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct bench *bench = arg;
	const struct task_answer answer = {completion, data, n};
	struct sel_entry entry;

	assert_int_equal(status, 0);
	if (log_take(&bench->log, &answer, &entry)) {
		bench->told[bench->n_told++ % 600] = entry.id;
	}
}

static unsigned
look(struct bench *bench, unsigned max)
{
	struct task_ask ask;
	unsigned n = 0;

	log_start(&bench->log);
	for (; n < max && log_next(&bench->log, &ask); n++) {
		const struct link_request request = {.netfn = ask.netfn,
		    .command = ask.command, .data = ask.data, .n = ask.n,
		    .deadline_ns = INT64_MAX, .fn = on_log, .arg = bench};
		assert_int_equal(link_ask(&bench->link, &request), 0);
		(void)fakelink_run(&bench->link, 1);
	}
	return n;
}

static void
add(struct bench *bench, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		fakebmc_log(&bench->bmc,
		    "00 00 02 00 f1 53 65 20 00 04 08 03 6f 03 ff ff");
	}
}

static struct bench *
start(unsigned n)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	fakebmc_init(&bench->bmc);
	fakelink_init(&bench->link, &bench->bmc, &bench->clock_ns);
	add(bench, n);
	return bench;
}

static void
test_newest_first(void **state)
{
	struct bench *bench = start(100);

	(void)state;
	/* information, time, and the newest of a hundred */
	assert_int_equal(look(bench, 1000), 2 + LOG_FIRST_MAX);
	assert_int_equal(bench->n_told, LOG_FIRST_MAX);
	assert_int_equal(bench->told[0], 100);
	assert_int_equal(bench->told[31], 69);
	assert_true(bench->log.has_time);
	assert_int_equal(bench->log.time_s, 1700000000);
	/* nothing new: one command */
	assert_int_equal(look(bench, 1000), 1);
	assert_int_equal(bench->n_told, LOG_FIRST_MAX);
	add(bench, 2);
	(void)look(bench, 1000);
	assert_int_equal(bench->n_told, LOG_FIRST_MAX + 2);
	assert_int_equal(bench->told[32], 101);
	assert_int_equal(bench->told[33], 102);
	free(bench);
}

/* Slices: one look may take many polls. */
static void
test_slices(void **state)
{
	struct bench *bench = start(10);

	(void)state;
	for (int i = 0; i < 6; i++) {
		(void)look(bench, 2);
	}
	assert_int_equal(bench->n_told, 10);
	assert_int_equal(bench->log.step, LOG_IDLE);
	add(bench, 30);
	for (int i = 0; i < 20; i++) {
		(void)look(bench, 2);
	}
	assert_int_equal(bench->n_told, 40);
	assert_int_equal(bench->told[39], 40);
	free(bench);
}

static void
test_cleared(void **state)
{
	struct bench *bench = start(5);

	(void)state;
	(void)look(bench, 1000);
	assert_int_equal(bench->n_told, 5);
	/* cleared, and filled beyond where it was */
	bench->bmc.n_log = 0;
	bench->bmc.log_erased = 1700000500;
	(void)look(bench, 1000);
	assert_int_equal(bench->log.position.id, 0);
	add(bench, 8);
	(void)look(bench, 1000);
	assert_int_equal(bench->n_told, 13);
	/* the same without telling so: the last one told is another now */
	memset(bench->bmc.log[7] + 3, 0x42, 4);
	bench->bmc.log_added++;
	(void)look(bench, 1000);
	assert_int_equal(bench->n_told, 21);
	free(bench);
}

static void
test_flood(void **state)
{
	struct bench *bench = start(1);

	(void)state;
	(void)look(bench, 10);
	add(bench, 400);
	(void)look(bench, 10000);
	assert_int_equal(bench->log.step, LOG_IDLE);
	/* so many in a row, then the newest */
	assert_int_equal(bench->n_told, 1 + LOG_NEW_MAX + LOG_FIRST_MAX);
	assert_int_equal(bench->told[1 + LOG_NEW_MAX], 401);
	assert_int_equal(bench->log.position.id, 401);
	free(bench);
}

static void
test_log_garbage(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (unsigned turn = 0; turn < 5000; turn++) {
		struct log_reader log = {.step = LOG_IDLE};
		struct sel_entry entry;
		struct task_ask ask;
		unsigned n = 0;
		log.position.known = turn & 1;
		log.position.id = 3;
		log_start(&log);
		while (log_next(&log, &ask)) {
			uint8_t bytes[32];
			struct task_answer answer = {.data = bytes};
			for (size_t i = 0; i < sizeof(bytes); i++) {
				seed = seed * 1664525 + 1013904223;
				bytes[i] = (uint8_t)(seed >> 24);
			}
			answer.n = 14 + bytes[31] % 8;
			answer.completion = bytes[30] & 0x70 ? 0 : 0xcb;
			(void)log_take(&log, &answer, &entry);
			assert_true(++n < 2000);
		}
	}
}

/* ---- inventory ----------------------------------------------------------------- */

static void
on_fru(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	const struct task_answer answer = {completion, data, n};

	assert_int_equal(status, 0);
	inventory_take(arg, &answer);
}

static unsigned
read_all(struct bench *bench, struct inventory *inventory)
{
	struct task_ask ask;
	unsigned n = 0;

	for (; inventory_next(inventory, &ask); n++) {
		const struct link_request request = {.netfn = ask.netfn,
		    .command = ask.command, .data = ask.data, .n = ask.n,
		    .deadline_ns = INT64_MAX, .fn = on_fru, .arg = inventory};
		assert_int_equal(link_ask(&bench->link, &request), 0);
		(void)fakelink_run(&bench->link, 1);
		assert_true(n < 200);
	}
	return n;
}

/* Chassis at 8, product at 32: "C1" | "Inspur", "NF5280M5", …, "SN7". */
static void
put_fru(struct fakebmc *bmc)
{
	static const char text[] = "01 00 01 00 04 00 00 fa"
	    " 01 03 17 c2 50 31 c2 43 31 c1 00 00 00 00 00 00"
	    " 00 00 00 00 00 00 00 00"
	    " 01 05 19 c6 49 6e 73 70 75 72 c8 4e 46 35 32 38 30 4d 35 c0 c0"
	    " c3 53 4e 37 c2 41 39 c1";
	uint8_t sum = 0;

	bmc->n_fru = 256;
	(void)kit_bytes(text, bmc->fru, sizeof(bmc->fru));
	for (size_t i = 8; i < 31; i++) {
		sum = (uint8_t)(sum + bmc->fru[i]);
	}
	bmc->fru[31] = (uint8_t)-sum;
	sum = 0;
	for (size_t i = 32; i < 71; i++) {
		sum = (uint8_t)(sum + bmc->fru[i]);
	}
	bmc->fru[71] = (uint8_t)-sum;
}

static void
test_inventory(void **state)
{
	struct bench *bench = start(0);
	struct inventory inventory;

	(void)state;
	put_fru(&bench->bmc);
	for (unsigned max = 0; max <= 24; max += 8) {
		bench->bmc.fru_max = (uint8_t)max;
		inventory_init(&inventory);
		(void)read_all(bench, &inventory);
		assert_string_equal(inventory.fru.maker, "Inspur");
		assert_string_equal(inventory.fru.product, "NF5280M5");
		assert_string_equal(inventory.fru.serial, "SN7");
		assert_string_equal(inventory.fru.asset, "A9");
		assert_string_equal(inventory.fru.chassis_serial, "C1");
		inventory_done(&inventory);
	}
	/* a checksum that is wrong costs its own area only */
	bench->bmc.fru[71]++;
	inventory_init(&inventory);
	(void)read_all(bench, &inventory);
	assert_string_equal(inventory.fru.maker, "");
	assert_string_equal(inventory.fru.chassis_serial, "C1");
	inventory_done(&inventory);
	/* an area that leads beyond the memory */
	bench->bmc.n_fru = 40;
	inventory_init(&inventory);
	(void)read_all(bench, &inventory);
	assert_string_equal(inventory.fru.chassis_serial, "C1");
	inventory_done(&inventory);
	/* none at all */
	bench->bmc.n_fru = 0;
	inventory_init(&inventory);
	assert_int_equal(read_all(bench, &inventory), 2);
	inventory_done(&inventory);
	free(bench);
}

static void
test_inventory_garbage(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (unsigned turn = 0; turn < 3000; turn++) {
		struct inventory inventory;
		struct task_ask ask;
		unsigned n = 0;
		inventory_init(&inventory);
		while (inventory_next(&inventory, &ask)) {
			uint8_t bytes[64];
			struct task_answer answer = {.data = bytes};
			for (size_t i = 0; i < sizeof(bytes); i++) {
				seed = seed * 1664525 + 1013904223;
				bytes[i] = (uint8_t)(seed >> 24);
			}
			answer.n = bytes[63] % 64;
			answer.completion = bytes[62] & 0x30 ? 0 : 0xc9;
			bytes[0] = turn & 1 ? 0xdc : bytes[0];
			inventory_take(&inventory, &answer);
			assert_true(++n < 1000);
		}
		inventory_done(&inventory);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_newest_first),
	    cmocka_unit_test(test_slices),
	    cmocka_unit_test(test_cleared),
	    cmocka_unit_test(test_flood),
	    cmocka_unit_test(test_log_garbage),
	    cmocka_unit_test(test_inventory),
	    cmocka_unit_test(test_inventory_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
