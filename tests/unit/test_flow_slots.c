/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"
#include "flow/slots.h"

#define INTERVAL (60 * NS_PER_S)
#define START (1800000000 * NS_PER_S)
/* A time in half intervals after the start of slot 0. */
#define HALF(n) ((struct wall){ START + (n) * INTERVAL / 2 })
#define SLOT(n) HALF(2 * (n))

static const struct fixture_rack RACKS[] = {
	{ 0, RACK_IN_SERVICE, "AB", 0, 0, 0, 0 }, { 0, RACK_IN_SERVICE, "A", 0, 0, 0, 0 },
};
static const struct reading GOOD = { .flags = READING_ENDED | READING_GOOD };
static const struct reading FAILED = { .flags = READING_ENDED };

static int
setup(void **state)
{
	static struct slots slots;

	slots_init(&slots);
	*state = &slots;
	return slots_apply(&slots, fixture_inventory(RACKS, 2, 1), INTERVAL);
}

static int
teardown(void **state)
{
	struct slots *slots = *state;

	inventory_unref(slots->inventory);
	slots_done(slots);
	return 0;
}

static void
end(struct slots *slots, struct wall at, uint32_t device, const struct reading *reading)
{
	struct slots_open *open = slots_find(slots, at, at);

	assert_non_null(open);
	slots_end(open, device, reading);
}

static void
a_slot_closes_when_all_polls_have_ended(void **state)
{
	struct slots *slots = *state;

	assert_true(slots_advance(slots, HALF(0)));
	end(slots, SLOT(0), 0, &GOOD);
	end(slots, SLOT(0), 0, &GOOD);
	end(slots, SLOT(0), 1, &FAILED);
	assert_null(slots_due(slots, HALF(1)));
	end(slots, SLOT(0), 2, &GOOD);
	assert_non_null(slots_due(slots, HALF(1)));
	assert_int_equal(slots_due(slots, HALF(1))->at.ns, SLOT(0).ns);
	slots_close(slots);
	assert_null(slots_find(slots, SLOT(0), HALF(1)));
}

static void
or_half_an_interval_after_its_end(void **state)
{
	struct slots *slots = *state;

	assert_true(slots_advance(slots, HALF(0)));
	end(slots, SLOT(0), 0, &GOOD);
	assert_null(slots_due(slots, HALF(2)));
	assert_int_equal(slots_deadline(slots).ns, HALF(3).ns);
	assert_null(slots_due(slots, (struct wall){ HALF(3).ns - 1 }));
	assert_non_null(slots_due(slots, HALF(3)));
}

static void
slots_close_in_order(void **state)
{
	struct slots *slots = *state;

	assert_true(slots_advance(slots, HALF(0)));
	assert_true(slots_advance(slots, HALF(2)));
	for (uint32_t d = 0; d < 3; d++) {
		end(slots, SLOT(1), d, &GOOD);
	}
	assert_null(slots_due(slots, (struct wall){ HALF(3).ns - 1 }));
	assert_int_equal(slots_due(slots, HALF(3))->at.ns, SLOT(0).ns);
	slots_close(slots);
	assert_int_equal(slots_due(slots, HALF(3))->at.ns, SLOT(1).ns);
}

static void
a_good_reading_is_kept(void **state)
{
	struct slots *slots = *state;
	struct slots_open *open = slots_find(slots, SLOT(0), HALF(0));

	slots_end(open, 0, &FAILED);
	slots_end(open, 0, &GOOD);
	slots_end(open, 0, &FAILED);
	assert_int_equal(open->readings[0].flags, GOOD.flags);
	assert_int_equal(open->n_waiting, 2);
}

static void
silent_slots_close_too(void **state)
{
	struct slots *slots = *state;
	int n = 0;

	assert_true(slots_advance(slots, HALF(0)));
	assert_true(slots_advance(slots, HALF(7)));
	while (slots_due(slots, HALF(7)) != NULL) {
		assert_int_equal(slots_due(slots, HALF(7))->at.ns, SLOT(n).ns);
		slots_close(slots);
		n++;
	}
	assert_int_equal(n, 3);
	assert_int_equal(slots->n_open, 1);
}

/* Wall time jumps by a year forwards, then back by a week. */
static void
jumps_are_survived(void **state)
{
	struct slots *slots = *state;
	int64_t year = 365 * 1440, week = 7 * 1440;
	int n = 0;

	assert_true(slots_advance(slots, HALF(0)));
	(void)slots_advance(slots, SLOT(year));
	while (slots_due(slots, SLOT(year)) != NULL) {
		slots_close(slots);
		(void)slots_advance(slots, SLOT(year));
		n++;
	}
	assert_int_equal(n, 1);
	assert_int_equal(slots->open[0].at.ns, SLOT(year).ns);
	assert_false(slots_jumped(slots, SLOT(year)));
	assert_true(slots_jumped(slots, SLOT(year - week)));
	slots_close(slots);
	slots_restart(slots);
	assert_non_null(slots_find(slots, SLOT(year - week), SLOT(year - week)));
	assert_int_equal(slots->n_open, 1);
}

static void
a_new_inventory_joins_open_slots(void **state)
{
	static const struct fixture_rack more[] = {
		{ 0, RACK_IN_SERVICE, "AB", 0, 0, 0, 0 }, { 0, RACK_IN_SERVICE, "A", 0, 0, 0, 0 },
		{ 0, RACK_IN_SERVICE, "AB", 0, 0, 0, 0 },
	};
	struct slots *slots = *state;
	const struct inventory *old = slots->inventory;

	end(slots, SLOT(0), 0, &GOOD);
	assert_int_equal(slots_apply(slots, fixture_inventory(more, 3, 1), INTERVAL), 0);
	inventory_unref(old);
	assert_int_equal(slots->open[0].n_waiting, 4);
	assert_int_equal(slots->open[0].readings[0].flags, GOOD.flags);
	end(slots, SLOT(0), 4, &GOOD);
	assert_int_equal(slots->open[0].n_waiting, 3);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_slot_closes_when_all_polls_have_ended),
		TEST(or_half_an_interval_after_its_end),
		TEST(slots_close_in_order),
		TEST(a_good_reading_is_kept),
		TEST(silent_slots_close_too),
		TEST(jumps_are_survived),
		TEST(a_new_inventory_joins_open_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
