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

#include "delay.h"
#include "hash.h"

static void
the_earliest_comes_first(void **state)
{
	struct udp_packet to = {.local = 1};
	struct delay delay = {0};
	struct delay_item item;
	int64_t last = -1;

	(void)state;
	assert_int_equal(delay_wait(&delay, 0), -1);
	for (uint64_t i = 0; i < 500; i++) {
		uint8_t byte = (uint8_t)i;

		assert_int_equal(delay_put(&delay,
		    (int64_t)(hash_mix(1, i) % 1000), &to, &byte, 1), 0);
	}
	for (int i = 0; i < 500; i++) {
		assert_int_equal(delay_take(&delay, 1000, &item), 0);
		assert_true(item.due_ms >= last);
		assert_int_equal(item.to.len, 1);
		last = item.due_ms;
		free((void *)(uintptr_t)item.to.bytes);
	}
	assert_int_equal(delay_take(&delay, 1000, &item), -1);
	delay_done(&delay);
}

static void
nothing_leaves_early(void **state)
{
	struct udp_packet to = {.local = 1};
	struct delay delay = {0};
	struct delay_item item;
	uint8_t byte = 1;

	(void)state;
	assert_int_equal(delay_put(&delay, 50, &to, &byte, 1), 0);
	assert_int_equal(delay_take(&delay, 49, &item), -1);
	assert_int_equal(delay_wait(&delay, 20), 30);
	assert_int_equal(delay_wait(&delay, 70), 0);
	delay_done(&delay);
}

static void
it_is_bounded(void **state)
{
	struct udp_packet to = {.local = 1};
	struct delay delay = {0};
	uint8_t byte = 1;

	(void)state;
	for (int i = 0; i < DELAY_MAX; i++) {
		assert_int_equal(delay_put(&delay, i, &to, &byte, 1), 0);
	}
	assert_int_equal(delay_put(&delay, 1, &to, &byte, 1), -1);
	delay_done(&delay);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_earliest_comes_first),
		cmocka_unit_test(nothing_leaves_early),
		cmocka_unit_test(it_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
