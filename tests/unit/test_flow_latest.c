/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "flow/latest.h"

#define INTERVAL (60 * NS_PER_S)
#define AT(n) ((struct wall){ (1800000000 + (n) * INT64_C(60)) * NS_PER_S })
#define N_WIDE 40

static const struct col_layout *
layout_of(const char *instance, size_t n)
{
	struct col_slot slots[N_WIDE];
	char names[N_WIDE][32];
	struct col_error error;

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%s%zu", instance, i);
		slots[i] = (struct col_slot){ "current_a", names[i], "A", "", 0, 0, 0 };
	}
	return layout_intern(slots, n, &error);
}

static void
values_keep_their_last_good_number(void **state)
{
	const struct col_layout *layout = layout_of("x", 2);
	struct sample samples[2] = { { 1, COL_GOOD }, { 0, COL_ERROR } };
	struct latest_part part = { layout, samples };
	struct latest *latest = latest_new();
	struct latest_copy copy;

	(void)state;
	assert_int_equal(latest_put(latest, 3, &part, 1, AT(0), true), COL_ERANGE);
	assert_int_equal(latest_reserve(latest, 4), 0);
	assert_int_equal(latest_get(latest, 3, &copy), COL_ENOENT);
	assert_int_equal(latest_put(latest, 3, &part, 1, AT(0), true), 0);
	samples[0] = (struct sample){ 999, COL_IMPLAUSIBLE };
	assert_int_equal(latest_put(latest, 3, &part, 1, AT(1), true), 0);
	assert_int_equal(latest_get(latest, 3, &copy), 0);
	assert_int_equal(copy.n_values, 2);
	assert_int_equal(copy.slot.ns, AT(1).ns);
	assert_true(copy.values[0].number > 0.9 && copy.values[0].number < 1.1);
	assert_int_equal(copy.values[0].quality, COL_IMPLAUSIBLE);
	assert_int_equal(copy.values[0].good_at.ns, AT(0).ns);
	assert_int_equal(copy.values[1].quality, COL_ERROR);
	assert_int_equal(copy.values[1].good_at.ns, 0);
	assert_string_equal(copy.values[1].slot->instance, "x1");
	latest_copy_done(&copy);
	latest_clear(latest, 3);
	assert_int_equal(latest_get(latest, 3, &copy), COL_ENOENT);
	latest_free(latest);
}

static void
good_values_turn_stale_by_age(void **state)
{
	static const struct { enum col_quality from; int64_t s; enum col_quality to; } ROWS[] = {
		{ COL_GOOD, 0, COL_GOOD }, { COL_GOOD, 179, COL_GOOD },
		{ COL_GOOD, 181, COL_STALE }, { COL_ERROR, 1000, COL_ERROR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct latest_value value = { .quality = ROWS[i].from, .good_at = AT(0) };
		struct wall as_of = { AT(0).ns + ROWS[i].s * NS_PER_S };

		assert_int_equal(latest_quality(&value, as_of, INTERVAL), ROWS[i].to);
	}
}

/* A part that a complete poll lacks is forgotten, one that a partial poll
 * lacks is kept. */
static void
layouts_come_and_go(void **state)
{
	const struct col_layout *a = layout_of("a", 2), *b = layout_of("b", 3);
	struct sample samples[3] = { { 5, COL_GOOD }, { 6, COL_GOOD }, { 7, COL_GOOD } };
	struct latest_part both[2] = { { a, samples }, { b, samples } };
	struct latest *latest = latest_new();
	struct latest_copy copy;

	(void)state;
	assert_int_equal(latest_reserve(latest, 1), 0);
	assert_int_equal(latest_put(latest, 0, both, 1, AT(0), true), 0);
	assert_int_equal(latest_put(latest, 0, both + 1, 1, AT(1), false), 0);
	assert_int_equal(latest_get(latest, 0, &copy), 0);
	assert_int_equal(copy.n_values, 5);
	assert_int_equal(copy.values[0].good_at.ns, AT(1).ns);
	assert_int_equal(copy.values[4].good_at.ns, AT(0).ns);
	latest_copy_done(&copy);
	assert_int_equal(latest_put(latest, 0, both + 1, 1, AT(2), true), 0);
	assert_int_equal(latest_get(latest, 0, &copy), 0);
	assert_int_equal(copy.n_values, 3);
	assert_string_equal(copy.values[2].slot->instance, "b2");
	latest_copy_done(&copy);
	latest_free(latest);
}

static void
info_texts_are_replaced(void **state)
{
	struct latest *latest = latest_new();
	struct latest_copy copy;

	(void)state;
	assert_int_equal(latest_reserve(latest, 1), 0);
	latest_put_info(latest, 0, "info_model", "AP8853");
	latest_put_info(latest, 0, "info_serial", "1");
	latest_put_info(latest, 0, "info_model", "AP8853B");
	assert_int_equal(latest_get(latest, 0, &copy), 0);
	assert_int_equal(copy.n_info, 2);
	assert_string_equal(copy.info[0].metric, "info_model");
	assert_string_equal(copy.info[0].text, "AP8853B");
	assert_string_equal(copy.info[1].text, "1");
	assert_int_equal(copy.n_values, 0);
	latest_copy_done(&copy);
	for (int i = 0; i < 2 * LATEST_INFO_MAX; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "info_%d", i);
		latest_put_info(latest, 0, name, "x");
	}
	assert_int_equal(latest_get(latest, 0, &copy), 0);
	assert_int_equal(copy.n_info, LATEST_INFO_MAX);
	latest_copy_done(&copy);
	latest_free(latest);
}

/* ---- readers beside the writer ------------------------------------------------ */

struct race {
	struct latest *latest;
	_Atomic bool stop;
	_Atomic uint32_t n_copies, n_torn;
};

/* The writer gives all values of a poll the same number, and its slot. */
static void *
read_always(void *arg)
{
	struct race *race = arg;

	while (!atomic_load(&race->stop)) {
		struct latest_copy copy;

		if (latest_get(race->latest, 0, &copy) < 0) {
			continue;
		}
		for (uint32_t i = 1; i < copy.n_values; i++) {
			if (copy.values[i].number < copy.values[0].number ||
			    copy.values[i].number > copy.values[0].number ||
			    copy.values[i].good_at.ns != copy.slot.ns) {
				atomic_fetch_add(&race->n_torn, 1);
			}
		}
		atomic_fetch_add(&race->n_copies, 1);
		latest_copy_done(&copy);
	}
	return NULL;
}

static void
readers_never_see_half_a_poll(void **state)
{
	const struct col_layout *layouts[2] = { layout_of("p", N_WIDE),
	    layout_of("q", N_WIDE / 2) };
	struct race race = { .latest = latest_new() };
	pthread_t readers[2];
	uint32_t polls = 0;

	(void)state;
	assert_int_equal(latest_reserve(race.latest, 1), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_create(&readers[i], NULL, read_always, &race), 0);
	}
	while (atomic_load(&race.n_copies) < 2000 || polls < 2000) {
		struct sample samples[N_WIDE];
		struct latest_part part = { layouts[polls / 50 % 2], samples };

		polls++;
		for (int i = 0; i < N_WIDE; i++) {
			samples[i] = (struct sample){ polls, COL_GOOD };
		}
		assert_int_equal(latest_put(race.latest, 0, &part, 1, AT(polls), true), 0);
		latest_put_info(race.latest, 0, "info_x", polls % 2 == 0 ? "even" : "odd");
		assert_int_equal(latest_reserve(race.latest, polls % 4000), 0);
	}
	atomic_store(&race.stop, true);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(readers[i], NULL), 0);
	}
	assert_int_equal(atomic_load(&race.n_torn), 0);
	latest_free(race.latest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_keep_their_last_good_number),
		cmocka_unit_test(good_values_turn_stale_by_age),
		cmocka_unit_test(layouts_come_and_go),
		cmocka_unit_test(info_texts_are_replaced),
		cmocka_unit_test(readers_never_see_half_a_poll),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	layout_reset();
	return failed;
}
