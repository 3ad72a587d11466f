/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the native engine by themselves: patience, slots, bodies. */
#include <config.h>

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "native_kit.h"

static void
test_session_is_small(void **state)
{
	(void)state;
	assert_true(sizeof(struct native_session) <= 104);
}

static void
test_rto(void **state)
{
	struct rto rto = {0};

	(void)state;
	assert_int_equal(rto_first(&rto, 700 * MS), 700 * MS);
	assert_int_equal(rto_first(&rto, 9000 * MS), 5000 * MS);
	rto_learn(&rto, 400 * MS);
	/* 400 + 4 x 200 */
	assert_int_equal(rto_first(&rto, 700 * MS), 1200 * MS);
	for (int i = 0; i < 100; i++) {
		rto_learn(&rto, 2 * MS);
	}
	assert_int_equal(rto_first(&rto, 700 * MS), 250 * MS);
	rto_learn(&rto, -5);
	rto_learn(&rto, INT64_MAX);
	assert_int_equal(rto_first(&rto, 700 * MS), 5000 * MS);
	assert_int_equal(rto_next(2000 * MS), 4000 * MS);
	assert_int_equal(rto_next(3000 * MS), 5000 * MS);
}

/* Ids of a slot: those of this request count, older ones are late. */
static void
test_slot_ids(void **state)
{
	struct fakehost fake;
	struct native_slots *slots;
	struct native_session owner;
	struct native_slot *slot;
	unsigned age;
	bool late;

	(void)state;
	fakehost_init(&fake);
	slots = native_slots_new(&fake.host, 300, 0);
	slot = native_slots_take(slots, &owner);
	/* Round the whole circle of generations. */
	for (int i = 0; i < 40000; i++) {
		uint32_t a = native_slots_new_id(slots, slot), b;
		assert_true(a >= 0x800000 && a <= 0x7fffffff);
		b = native_slots_new_id(slots, slot);
		assert_ptr_equal(native_slots_find(slots, a, &age, &late), slot);
		assert_int_equal(age, 1);
		assert_ptr_equal(native_slots_find(slots, b, &age, &late), slot);
		assert_int_equal(age, 0);
		native_slots_drop_ids(slot);
		assert_null(native_slots_find(slots, b, &age, &late));
		assert_true(late);
	}
	assert_null(native_slots_find(slots, 0x00800000 + 65535, &age, &late));
	assert_false(late);
	for (int i = 1; i < 300; i++) {
		assert_non_null(native_slots_take(slots, &owner));
	}
	assert_null(native_slots_take(slots, &owner));
	native_slots_give(slots, native_slots_at(slots, 17));
	assert_int_equal(native_slots_number(slots, native_slots_take(slots,
	    &owner)), 17);
	native_slots_free(slots);
	fakehost_done(&fake);
}

/* Never early, never more than one step late, whatever the order. */
static void
test_slot_timers(void **state)
{
	struct fakehost fake;
	struct native_slots *slots;
	struct native_session owner;
	struct native_slot *slot;
	int64_t now_ns = 123456789;
	int n_left = 200;

	(void)state;
	fakehost_init(&fake);
	slots = native_slots_new(&fake.host, 300, now_ns);
	for (int i = 0; i < n_left; i++) {
		slot = native_slots_take(slots, &owner);
		native_slots_arm(slots, slot, now_ns + (int64_t)
		    (fake.host.random(&fake.host) % 12000) * MS);
	}
	native_slots_give(slots, native_slots_at(slots, 5));
	n_left--;
	while (n_left > 0) {
		now_ns += 7 * MS;
		while ((slot = native_slots_due(slots, now_ns)) != NULL) {
			assert_true(slot->due_ns <= now_ns);
			assert_true(slot->due_ns > now_ns - 20 * MS);
			native_slots_give(slots, slot);
			n_left--;
		}
	}
	/* A clock that leaps fires all at once. */
	slot = native_slots_take(slots, &owner);
	native_slots_arm(slots, slot, now_ns + 3000 * MS);
	now_ns += INT64_C(86400000000000);
	assert_ptr_equal(native_slots_due(slots, now_ns), slot);
	assert_null(native_slots_due(slots, now_ns));
	native_slots_free(slots);
	fakehost_done(&fake);
}

/* What nobody has asked for ten minutes is forgotten. */
static void
test_bodies(void **state)
{
	struct native_bodies bodies = {.n_made = 0};
	struct objref names[2] = {objid_ref(&power), objid_ref(&uptime)};
	struct engine_request request = {.names = names, .n_names = 2,
	    .list = 5};
	struct native_body *a, *b;
	int64_t now_ns = 0;

	(void)state;
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &a), 0);
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &b), 0);
	assert_ptr_equal(a, b);
	request.verb = ENGINE_GETNEXT;
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &b), 0);
	assert_ptr_not_equal(a, b);
	native_bodies_put(&bodies, b);
	now_ns += 660 * 1000 * MS;
	native_bodies_sweep(&bodies, now_ns);
	assert_int_equal(HASH_COUNT(bodies.shared), 1);
	native_bodies_put(&bodies, a);
	native_bodies_put(&bodies, a);
	request.list = 0;
	assert_int_equal(native_bodies_get(&bodies, &request, now_ns, &b), 0);
	assert_int_equal(HASH_COUNT(bodies.shared), 1);
	native_bodies_put(&bodies, b);
	native_bodies_done(&bodies);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_session_is_small),
	    cmocka_unit_test(test_rto),
	    cmocka_unit_test(test_slot_ids),
	    cmocka_unit_test(test_slot_timers),
	    cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
