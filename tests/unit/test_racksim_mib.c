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

#include "mib.h"

static struct ber_in
name_of(const char *oid, uint8_t *room, size_t size)
{
	uint32_t arcs[BER_OID_MAX];
	size_t n, len;

	assert_int_equal(mib_parse(oid, arcs, &n), 0);
	assert_int_equal(ber_oid_encode(arcs, n, room, size, &len), 0);
	return (struct ber_in){room, room + len};
}

static void
add(struct mib *mib, const char *oid, uint16_t what)
{
	struct mib_entry entry = {.tag = BER_INTEGER, .what = what};
	uint32_t arcs[BER_OID_MAX];
	size_t n;

	assert_int_equal(mib_parse(oid, arcs, &n), 0);
	assert_int_equal(mib_add(mib, arcs, n, &entry), 0);
}

static int
setup(void **state)
{
	struct mib *mib = calloc(1, sizeof(*mib));

	assert_non_null(mib);
	mib_init(mib);
	/* Arcs compare as numbers, not as the octets that encode them. */
	add(mib, "1.3.6.1.9.1.300", 3);
	add(mib, "1.3.6.1.9.1.2", 1);
	add(mib, "1.3.6.1.9.1.127", 2);
	add(mib, "1.3.6.1.9.1.300.1", 4);
	add(mib, "1.3.6.1.9.2.4294967295", 5);
	assert_int_equal(mib_seal(mib), 0);
	*state = mib;
	return 0;
}

static int
teardown(void **state)
{
	mib_done(*state);
	free(*state);
	return 0;
}

static void
next_goes_through_all_in_order(void **state)
{
	const struct mib *mib = *state;
	uint8_t room[BER_OID_MAX * 5];
	struct ber_in name = name_of("1.3", room, sizeof(room));
	const struct mib_entry *entry;
	int bad = 0;

	for (uint16_t what = 1; what <= 5; what++) {
		entry = mib_next(mib, name, &bad);
		assert_non_null(entry);
		assert_int_equal(entry->what, what);
		name.p = mib->bers + entry->ber_at;
		name.end = name.p + entry->ber_len;
		assert_ptr_equal(mib_find(mib, name), entry);
	}
	assert_null(mib_next(mib, name, &bad));
	assert_int_equal(bad, 0);
	name = (struct ber_in){(const uint8_t *)"\x2b\x80", NULL};
	name.end = name.p + 2;
	assert_null(mib_next(mib, name, &bad));
	assert_int_equal(bad, 1);
}

static void
objects_are_what_has_instances(void **state)
{
	static const struct { const char *oid; int found, object; } cases[] = {
		{"1.3.6.1.9.1.2", 1, 1},
		{"1.3.6.1.9.1.3", 0, 1},
		{"1.3.6.1.9.1.300.1", 1, 1},
		{"1.3.6.1.9.1.300.7", 0, 1},
		{"1.3.6.1.9.3.1", 0, 0},
		{"1.3.6.1.9.2.4294967294", 0, 1},
		{"2.999.3", 0, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t room[BER_OID_MAX * 5];
		struct ber_in name = name_of(cases[i].oid, room, sizeof(room));

		assert_int_equal(mib_find(*state, name) != NULL,
		    cases[i].found);
		assert_int_equal(mib_has_object(*state, name),
		    cases[i].object);
	}
}

static void
a_name_may_stand_once(void **state)
{
	struct mib mib;

	(void)state;
	mib_init(&mib);
	add(&mib, "1.3.6.1.1", 1);
	add(&mib, "1.3.6.1.1", 2);
	assert_int_equal(mib_seal(&mib), -1);
	mib_done(&mib);
}

static void
only_dotted_numbers_are_names(void **state)
{
	static const char *const bad[] = {
		"", ".", "1", "1.", "1..3", "1.3.", "1.3.x", "1.3.4294967296",
		"1.3 ", "-1.3", "iso.3",
	};
	uint32_t arcs[BER_OID_MAX];
	char longest[3 * BER_OID_MAX + 8] = "1";
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(mib_parse(bad[i], arcs, &n), -1);
	}
	assert_int_equal(mib_parse(".1.3.6.4294967295", arcs, &n), 0);
	assert_int_equal(n, 4);
	assert_true(arcs[3] == UINT32_MAX);
	for (size_t i = 1; i < BER_OID_MAX; i++) {
		(void)strncat(longest, ".1", 3);
	}
	assert_int_equal(mib_parse(longest, arcs, &n), 0);
	(void)strncat(longest, ".1", 3);
	assert_int_equal(mib_parse(longest, arcs, &n), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_goes_through_all_in_order),
		cmocka_unit_test(objects_are_what_has_instances),
		cmocka_unit_test(a_name_may_stand_once),
		cmocka_unit_test(only_dotted_numbers_are_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
