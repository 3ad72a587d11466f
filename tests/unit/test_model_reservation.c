/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept of a rack: states over time, sums, whose they are. */
#include <config.h>

#include "model/reservation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static struct reservation
make(int64_t id, const char *rack, const char *tenant, int64_t until_ns)
{
	struct reservation item = { .id = id, .created = { 10 }, .until = { until_ns } };

	(void)str_copy(item.rack, sizeof(item.rack), rack);
	(void)str_copy(item.tenant, sizeof(item.tenant), tenant);
	return item;
}

static const struct reservations *
snapshot(const struct reservation *items, size_t n)
{
	struct reservation *copy = calloc(n + 1, sizeof(*copy));

	assert_non_null(copy);
	memcpy(copy, items, n * sizeof(*items));
	return reservations_new(7, copy, n);
}

static void
test_states(void **state)
{
	struct reservation item = make(1, "a", "t", 100);

	(void)state;
	assert_int_equal(RESERVATION_ACTIVE, reservation_state(&item, (struct wall){99}));
	assert_int_equal(RESERVATION_EXPIRED, reservation_state(&item, (struct wall){100}));
	item.released.ns = 50;
	assert_int_equal(RESERVATION_RELEASED, reservation_state(&item, (struct wall){60}));
	assert_int_equal(RESERVATION_RELEASED, reservation_state(&item, (struct wall){200}));
	item.released.ns = 150;
	assert_int_equal(RESERVATION_EXPIRED, reservation_state(&item, (struct wall){200}));
	assert_string_equal("released", reservation_state_text(RESERVATION_RELEASED));
	assert_true(reservation_is_whole(&item));
	item.units = 1;
	assert_false(reservation_is_whole(&item));
}

static void
test_of_rack(void **state)
{
	const struct reservation items[] = { make(3, "b", "t", 9), make(1, "b", "t", 9),
		make(2, "a", "t", 9), make(4, "c-1", "t", 9) };
	const struct reservations *all = snapshot(items, 4), *none = snapshot(items, 0);
	const struct reservation *found;
	size_t n;

	(void)state;
	found = reservations_of(all, "b", &n);
	assert_int_equal(2, n);
	assert_int_equal(1, found[0].id);
	assert_int_equal(3, found[1].id);
	assert_non_null(reservations_of(all, "a", &n));
	assert_int_equal(1, n);
	assert_non_null(reservations_of(all, "c-1", &n));
	assert_int_equal(1, n);
	assert_null(reservations_of(all, "c", &n));
	assert_null(reservations_of(none, "a", &n));
	assert_null(reservations_of(NULL, "a", &n));
	assert_int_equal(0, n);
	reservations_unref(reservations_ref(all));
	reservations_unref(all);
	reservations_unref(none);
	reservations_unref(NULL);
}

static void
test_sums(void **state)
{
	struct reservation items[5];
	struct rack rack = { .id = "a", .units = 42 };
	const struct reservations *all;
	struct reserved r;

	(void)state;
	items[0] = make(1, "a", "bank", 100);
	items[0].units = 4;
	items[0].power_w = 1000;
	items[1] = make(2, "a", "shop", 200);
	items[1].units = 6;
	items[2] = make(3, "a", "gone", 20);          /* expired at 50 */
	items[3] = make(4, "a", "bank", 300);
	items[3].released.ns = 40;
	items[4] = make(5, "b", "bank", 100);
	all = snapshot(items, 5);

	r = reserved_of(all, &rack, (struct wall){50}, NULL);
	assert_false(r.whole);
	assert_int_equal(10, r.units);
	assert_true(r.power_w == 1000.0);
	assert_string_equal("shop", r.tenant);         /* ends last */
	assert_int_equal(200, r.until.ns);
	r = reserved_of(all, &rack, (struct wall){50}, "shop");
	assert_int_equal(4, r.units);
	assert_string_equal("bank", r.tenant);
	r = reserved_of(all, &rack, (struct wall){500}, NULL);
	assert_null(r.tenant);

	/* the inventory's own: the whole rack, open end */
	rack.life.reserved_for = "shop";
	r = reserved_of(all, &rack, (struct wall){50}, NULL);
	assert_true(r.whole);
	assert_int_equal(0, r.until.ns);
	assert_string_equal("shop", r.tenant);
	r = reserved_of(all, &rack, (struct wall){50}, "shop");
	assert_false(r.whole);
	rack.life.reserved_until.ns = 45;
	assert_false(reserved_of(all, &rack, (struct wall){50}, NULL).whole);
	rack.id = "b";
	r = reserved_of(all, &rack, (struct wall){50}, NULL);
	assert_true(r.whole);
	reservations_unref(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states), cmocka_unit_test(test_of_rack),
		cmocka_unit_test(test_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
