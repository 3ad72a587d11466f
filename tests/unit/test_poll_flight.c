/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/stats.h"
#include "model/layout.h"
#include "poll/flight.h"

static struct flights *table;
static struct batch *ended;
static unsigned n_ended;

static void
on_end(void *arg, struct batch *batch)
{
	assert_ptr_equal(arg, &table);
	batch_free(ended);
	ended = batch;
	n_ended++;
}

static int
set_up(void **state)
{
	(void)state;
	table = flights_new();
	flights_enter(table);
	n_ended = 0;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	flights_enter(NULL);
	flights_free(table);
	batch_free(ended);
	ended = NULL;
	layout_reset();
	return 0;
}

static struct col_poll *
open_one(void)
{
	struct batch *batch = batch_new(7, (struct wall){ 1 }, (struct mono){ 1 });
	struct col_poll *poll = flight_open(table, batch, on_end, &table);
	assert_non_null(poll);
	return poll;
}

static int64_t
late(void)
{
	return stats_get(STATS_POLL_LATE_CALLS);
}

static void
done_ends_once(void **state)
{
	struct col_poll *poll = open_one();
	int64_t before = late();

	(void)state;
	flight_done(poll, COL_POLL_AUTH, "a\x01\x1b[31m\xff" "b");
	assert_int_equal(n_ended, 1);
	assert_int_equal(ended->status, COL_POLL_AUTH);
	for (const char *at = ended->detail; *at != '\0'; at++) {
		assert_true((unsigned char)*at >= 0x20);
	}
	flight_done(poll, COL_POLL_OK, NULL);
	flight_emit(poll, NULL, NULL, 0);
	flight_info(poll, "info_x", "y");
	flight_identify(poll, NULL);
	assert_int_equal(n_ended, 1);
	assert_int_equal(late(), before + 4);
	assert_null(flight_close(table, poll));
}

static void
handles_are_never_the_same(void **state)
{
	static struct col_poll *seen[2000];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		seen[i] = open_one();
		for (size_t j = i > 300 ? i - 300 : 0; j < i; j++) {
			assert_ptr_not_equal(seen[i], seen[j]);
		}
		flight_done(seen[i], COL_POLL_OK, NULL);
	}
	int64_t before = late();
	for (size_t i = 0; i < 2000; i++) {
		assert_false(flight_is_open(table, seen[i]));
		flight_done(seen[i], COL_POLL_OK, NULL);
	}
	assert_int_equal(late(), before + 2000);
	assert_int_equal(n_ended, 2000);
}

static void
wild_pointers_are_counted(void **state)
{
	static const uintptr_t wild[] = { 0, 1, 2, 0xffffff, 0xdeadbeef,
		UINTPTR_MAX, UINTPTR_MAX << 24 };
	struct col_poll *poll = open_one();
	int64_t before = late();

	(void)state;
	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		flight_done((struct col_poll *)wild[i], COL_POLL_OK, NULL);
	}
	flight_done((struct col_poll *)&before, COL_POLL_OK, NULL);
	assert_int_equal(late(), before + 8);
	assert_int_equal(n_ended, 0);
	/* Another thread's table, and no table at all. */
	struct flights *other = flights_new();
	flights_enter(other);
	flight_done(poll, COL_POLL_OK, NULL);
	flights_enter(NULL);
	flight_done(poll, COL_POLL_OK, NULL);
	assert_int_equal(n_ended, 0);
	flights_enter(table);
	flights_free(other);
	flight_done(poll, COL_POLL_OK, NULL);
	assert_int_equal(n_ended, 1);
}

static void
what_does_not_fit_makes_it_partial(void **state)
{
	static const struct col_slot slot = { .metric = "power_w", .instance = "",
		.unit = "W", .source = "x" };
	struct col_value value = { .number = 1, .quality = COL_GOOD };
	struct col_error error;
	const struct col_layout *layout = layout_intern(&slot, 1, &error);

	(void)state;
	struct col_poll *poll = open_one();
	for (int i = 0; i <= BATCH_PARTS_MAX; i++) {
		flight_emit(poll, layout, &value, COL_UPTIME_UNKNOWN);
	}
	flight_done(poll, COL_POLL_OK, NULL);
	assert_int_equal(ended->status, COL_POLL_PARTIAL);
	assert_int_equal(ended->n_parts, BATCH_PARTS_MAX);
	assert_true(ended->detail[0] != '\0');

	poll = open_one();
	flight_emit(poll, NULL, &value, 0);
	flight_done(poll, COL_POLL_OK, NULL);
	assert_int_equal(ended->status, COL_POLL_PARTIAL);

	poll = open_one();
	flight_done(poll, (enum col_status)99, NULL);
	assert_int_equal(ended->status, COL_POLL_INTERNAL);
}

static void
texts_are_cleaned_and_cut(void **state)
{
	char text[2000];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	struct col_poll *poll = open_one();
	struct col_identity identity = { .profile = text, .credential = "c1" };
	flight_identify(poll, &identity);
	identity = (struct col_identity){ .profile = NULL, .credential = NULL };
	flight_identify(poll, &identity);   /* unchanged */
	flight_info(poll, "info_model", text);
	flight_info(poll, "info_serial", "\x02 A\tB ");
	flight_info(poll, "power_w", "no info");
	flight_done(poll, COL_POLL_OK, text);
	assert_int_equal(strlen(ended->profile), sizeof(ended->profile) - 1);
	assert_string_equal(ended->credential, "c1");
	assert_int_equal(strlen(ended->info->text), 255);
	assert_string_equal(ended->info->next->text, "A B");
	assert_null(ended->info->next->next);
	assert_int_equal(ended->status, COL_POLL_PARTIAL); /* of the wrong info */
}

static void
open_ones_are_freed_with_the_table(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		(void)open_one();
	}
	assert_int_equal(n_ended, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(done_ends_once),
		TEST(handles_are_never_the_same),
		TEST(wild_pointers_are_counted),
		TEST(what_does_not_fit_makes_it_partial),
		TEST(texts_are_cleaned_and_cut),
		TEST(open_ones_are_freed_with_the_table),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
