/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ber.h"

static const int64_t integers[] = {0, 1, -1, 127, 128, -128, -129, 255, 256,
    32767, 32768, -32768, -32769, 0x7fffff, 0x800000, 2147483647,
    INT64_C(-2147483648), INT64_C(2147483648), INT64_MAX, INT64_MIN};

static void
test_integers_survive_the_round_trip(void **state)
{
	uint8_t buffer[16];

	(void)state;
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		struct ber_reader reader;
		int64_t n;
		ber_put_integer(&writer, BER_INTEGER, integers[i]);
		assert_false(writer.full);
		reader = ber_reader(writer.at, ber_written(&writer));
		assert_int_equal(ber_take_integer(&reader, &n), 0);
		assert_true(n == integers[i]);
		assert_int_equal(ber_left(&reader), 0);
	}
}

/* X.690 s.8.3.2: the first nine bits are neither all ones nor all zero. */
static void
test_integers_are_shortest(void **state)
{
	static const struct {
		int64_t n;
		size_t len;
	} table[] = {{0, 1}, {-1, 1}, {127, 1}, {128, 2}, {-128, 1},
	    {-129, 2}, {32767, 2}, {32768, 3}, {-32768, 2}, {INT64_MAX, 8}};
	uint8_t buffer[16];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		ber_put_integer(&writer, BER_INTEGER, table[i].n);
		assert_int_equal(ber_written(&writer), 2 + table[i].len);
	}
}

static void
test_unsigned_never_looks_negative(void **state)
{
	static const uint64_t table[] = {0, 127, 128, 255, 256, 0x7fffffff,
	    0x80000000, 0xffffffff, UINT64_MAX, UINT64_C(1) << 63};
	uint8_t buffer[16];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		struct ber_reader reader, content;
		uint64_t n;
		ber_put_unsigned(&writer, BER_COUNTER64, table[i]);
		reader = ber_reader(writer.at, ber_written(&writer));
		assert_int_equal(ber_take(&reader, BER_COUNTER64, &content), 0);
		assert_int_equal(content.at[0] & 0x80, 0);
		assert_int_equal(ber_unsigned(content, &n), 0);
		assert_true(n == table[i]);
	}
}

static void
test_names(void **state)
{
	static const struct objid table[] = {
	    {2, {0, 0}}, {2, {1, 3}}, {2, {2, 999}}, {2, {2, 47}},
	    {2, {2, 48}}, {2, {1, 39}},
	    {5, {1, 3, 127, 128, 16384}},
	    {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}},
	    {4, {1, 3, 4294967295, 0}}};
	uint8_t buffer[64];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		struct ber_reader reader, content;
		uint32_t subs[OBJID_MAX];
		unsigned n;
		ber_put_objid(&writer, objid_ref(&table[i]));
		reader = ber_reader(writer.at, ber_written(&writer));
		assert_int_equal(ber_take(&reader, BER_OBJID, &content), 0);
		assert_int_equal(ber_objid(content, subs, OBJID_MAX, &n), 0);
		assert_int_equal(objid_compare((struct objref){subs, n},
		    objid_ref(&table[i])), 0);
		assert_int_equal(ber_objid(content, subs, n, &n), 0);
		assert_int_equal(ber_objid(content, subs, n - 1, &n),
		    COL_ERANGE);
	}
}

static void
test_bad_names(void **state)
{
	static const struct {
		size_t len;
		uint8_t bytes[8];
	} table[] = {{0, {0}}, {1, {0x80}}, {3, {0x2b, 0x06, 0x81}},
	    {6, {0x2b, 0x90, 0x80, 0x80, 0x80, 0x00}},
	    {7, {0x2b, 0x8f, 0xff, 0xff, 0xff, 0xff, 0x7f}}};
	uint32_t subs[8];
	unsigned n = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(ber_objid(ber_reader(table[i].bytes,
		    table[i].len), subs, 8, &n), COL_EPROTO);
	}
	assert_int_equal(n, 77);
}

static void
test_lengths(void **state)
{
	static const size_t lens[] = {0, 1, 127, 128, 255, 256, 1400, 65000};
	static uint8_t buffer[65100], body[65000];

	(void)state;
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		struct ber_reader reader, content;
		ber_put_octets(&writer, BER_OCTETS, body, lens[i]);
		reader = ber_reader(writer.at, ber_written(&writer));
		assert_int_equal(ber_take(&reader, BER_OCTETS, &content), 0);
		assert_int_equal(ber_left(&content), lens[i]);
		assert_int_equal(ber_left(&reader), 0);
	}
}

static void
test_odd_lengths(void **state)
{
	static const struct {
		int rc;
		size_t size;
		uint8_t bytes[8];
	} table[] = {
	    {0, 3, {0x04, 0x01, 'x'}},
	    {0, 4, {0x04, 0x81, 0x01, 'x'}},       /* longer than needed */
	    {0, 5, {0x04, 0x82, 0x00, 0x01, 'x'}},
	    {0, 7, {0x04, 0x84, 0x00, 0x00, 0x00, 0x01, 'x'}},
	    {COL_EPROTO, 8, {0x04, 0x85, 0, 0, 0, 0, 0x01, 'x'}},
	    {COL_EPROTO, 5, {0x04, 0x80, 'x', 0x00, 0x00}}, /* indefinite */
	    {COL_EPROTO, 3, {0x04, 0x02, 'x'}},
	    {COL_EPROTO, 3, {0x04, 0x82, 0x00}},
	    {COL_EPROTO, 6, {0x04, 0x84, 0xff, 0xff, 0xff, 0xff}},
	    {COL_EPROTO, 1, {0x04}}, {COL_EPROTO, 0, {0}}};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct ber_reader reader = ber_reader(table[i].bytes,
		    table[i].size), content = {NULL, NULL};
		const uint8_t *before = reader.at;
		uint8_t tag;
		assert_int_equal(ber_next(&reader, &tag, &content),
		    table[i].rc);
		if (table[i].rc == 0) {
			assert_int_equal(tag, 0x04);
			assert_int_equal(ber_left(&content), 1);
			assert_int_equal(*content.at, 'x');
		} else {
			assert_ptr_equal(reader.at, before);
			assert_null(content.at);
		}
	}
}

static void
test_sloppy_integers(void **state)
{
	static const struct {
		int64_t n;
		size_t len;
		uint8_t bytes[10];
	} table[] = {{5, 4, {0, 0, 0, 5}}, {-2, 3, {0xff, 0xff, 0xfe}},
	    {4294967295, 5, {0, 0xff, 0xff, 0xff, 0xff}}};
	static const uint8_t nine[] = {1, 0, 0, 0, 0, 0, 0, 0, 0};
	int64_t n = 42;
	uint64_t u = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(ber_integer(ber_reader(table[i].bytes,
		    table[i].len), &n), 0);
		assert_true(n == table[i].n);
	}
	n = 42;
	assert_int_equal(ber_integer(ber_reader(nine, 0), &n), COL_EPROTO);
	assert_int_equal(ber_integer(ber_reader(nine, 9), &n), COL_EPROTO);
	assert_int_equal(ber_unsigned(ber_reader(nine, 9), &u), COL_EPROTO);
	assert_int_equal(ber_unsigned(ber_reader(nine, 0), &u), COL_EPROTO);
	assert_true(n == 42 && u == 42);
}

static void
write_sample(struct ber_writer *writer)
{
	static const struct objid name = {4, {1, 3, 6, 70000}};
	size_t mark = ber_written(writer);

	ber_put_null(writer, BER_NULL);
	ber_put_octets(writer, BER_OCTETS, (const uint8_t *)"public", 6);
	ber_put_objid(writer, objid_ref(&name));
	ber_put_unsigned(writer, BER_TICKS, 4000000000);
	ber_put_integer(writer, BER_INTEGER, -1000);
	ber_put_header_since(writer, BER_SEQUENCE, mark);
}

/* Whatever the room, nothing is written below start. */
static void
test_writer_stays_in_its_buffer(void **state)
{
	uint8_t buffer[64];

	(void)state;
	for (size_t size = 0; size <= 48; size++) {
		struct ber_writer writer;
		memset(buffer, 0xaa, sizeof(buffer));
		writer = ber_writer(buffer + 8, size);
		write_sample(&writer);
		for (size_t i = 0; i < 8; i++) {
			assert_int_equal(buffer[i], 0xaa);
		}
		assert_true(writer.full == (size < 30));
	}
}

/* Cut anywhere, the reader says so; bytes behind the cut are not looked at. */
static void
test_reader_stays_in_its_bytes(void **state)
{
	uint8_t buffer[64];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
	size_t whole;

	(void)state;
	write_sample(&writer);
	whole = ber_written(&writer);
	for (size_t size = 0; size < whole; size++) {
		struct ber_reader reader = ber_reader(writer.at, size);
		struct ber_reader content;
		assert_int_equal(ber_take(&reader, BER_SEQUENCE, &content),
		    COL_EPROTO);
		assert_int_equal(ber_take(&reader, BER_OCTETS, &content),
		    COL_EPROTO);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_integers_survive_the_round_trip),
	    cmocka_unit_test(test_integers_are_shortest),
	    cmocka_unit_test(test_unsigned_never_looks_negative),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_bad_names),
	    cmocka_unit_test(test_lengths),
	    cmocka_unit_test(test_odd_lengths),
	    cmocka_unit_test(test_sloppy_integers),
	    cmocka_unit_test(test_writer_stays_in_its_buffer),
	    cmocka_unit_test(test_reader_stays_in_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
