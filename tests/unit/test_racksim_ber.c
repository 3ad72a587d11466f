/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ber.h"

static void
integers_survive_the_round_trip(void **state)
{
	static const int32_t values[] = {
		0, 1, 127, 128, 255, 256, 32767, 32768, INT32_MAX,
		-1, -128, -129, -32768, -32769, INT32_MIN
	};
	uint8_t bytes[16];

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct ber_out out = {bytes, 0, sizeof(bytes), false};
		struct ber_in in;
		int32_t back;

		ber_put_int(&out, BER_INTEGER, values[i]);
		in.p = bytes;
		in.end = bytes + out.len;
		assert_int_equal(ber_take_int(&in, &back), 0);
		assert_int_equal(back, values[i]);
		assert_ptr_equal(in.p, in.end);
	}
}

/* Source: X.690 8.3 and 8.19 worked by hand. */
static void
known_encodings(void **state)
{
	static const uint8_t minus[] = {0x02, 0x01, 0xff};
	static const uint8_t high[] = {0x42, 0x05, 0x00, 0xff, 0xff, 0xff, 0xff};
	static const uint8_t big[] = {
		0x46, 0x09, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	static const uint32_t arcs[] = {1, 3, 6, 1, 4, 1, 318, 4294967295U};
	static const uint8_t oid[] = {
		0x2b, 6, 1, 4, 1, 0x82, 0x3e, 0x8f, 0xff, 0xff, 0xff, 0x7f
	};
	uint8_t bytes[64];
	struct ber_out out = {bytes, 0, sizeof(bytes), false};
	size_t len;

	(void)state;
	ber_put_int(&out, BER_INTEGER, -1);
	assert_int_equal(out.len, sizeof(minus));
	assert_memory_equal(bytes, minus, sizeof(minus));
	out.len = 0;
	ber_put_int(&out, BER_GAUGE32, 4294967295LL);
	assert_int_equal(out.len, sizeof(high));
	assert_memory_equal(bytes, high, sizeof(high));
	out.len = 0;
	ber_put_uint(&out, BER_COUNTER64, UINT64_MAX);
	assert_int_equal(out.len, sizeof(big));
	assert_memory_equal(bytes, big, sizeof(big));
	assert_int_equal(ber_oid_encode(arcs, 8, bytes, sizeof(bytes), &len), 0);
	assert_int_equal(len, sizeof(oid));
	assert_memory_equal(bytes, oid, sizeof(oid));
}

static void
oids_survive_the_round_trip(void **state)
{
	static const uint32_t names[][4] = {
		{0, 0, 0, 1}, {1, 39, 127, 128}, {2, 999, 16383, 16384},
		{2, 47, 2097151, 2097152}
	};
	uint32_t back[BER_OID_MAX];
	uint8_t bytes[32];
	size_t len, n;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(ber_oid_encode(names[i], 4, bytes,
		    sizeof(bytes), &len), 0);
		assert_int_equal(ber_oid_decode((struct ber_in){bytes,
		    bytes + len}, back, &n), 0);
		assert_int_equal(n, 4);
		assert_memory_equal(back, names[i], sizeof(names[i]));
	}
	assert_int_equal(ber_oid_encode(names[3], 4, bytes, 5, &len), -1);
}

static void
bad_oids_are_refused(void **state)
{
	static const uint8_t padded[] = {0x2b, 0x80, 0x01};
	static const uint8_t cut[] = {0x2b, 0x81};
	static const uint8_t wide[] = {0x2b, 0x90, 0x80, 0x80, 0x80, 0x00};
	uint8_t many[BER_OID_MAX];
	uint32_t arcs[BER_OID_MAX];
	size_t n;

	(void)state;
	memset(many, 1, sizeof(many));
	assert_int_equal(ber_oid_decode((struct ber_in){padded, padded + 3},
	    arcs, &n), -1);
	assert_int_equal(ber_oid_decode((struct ber_in){cut, cut + 2}, arcs,
	    &n), -1);
	assert_int_equal(ber_oid_decode((struct ber_in){wide, wide + 6}, arcs,
	    &n), -1);
	assert_int_equal(ber_oid_decode((struct ber_in){many,
	    many + sizeof(many)}, arcs, &n), -1);
	assert_int_equal(ber_oid_decode((struct ber_in){many,
	    many + sizeof(many) - 1}, arcs, &n), 0);
	assert_int_equal(n, BER_OID_MAX);
}

static void
frames_are_kept(void **state)
{
	static const uint8_t indefinite[] = {0x30, 0x80, 0, 0};
	static const uint8_t over[] = {0x30, 0x03, 0, 0};
	static const uint8_t huge[] = {0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0};
	static const uint8_t five[] = {0x30, 0x85, 0, 0, 0, 0, 0};
	static const struct { const uint8_t *p; size_t len; } bad[] = {
		{indefinite, 4}, {over, 4}, {huge, 7}, {five, 7}, {over, 1},
		{over, 0}
	};
	struct ber_in body;
	uint8_t tag;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ber_in in = {bad[i].p, bad[i].p + bad[i].len};

		assert_int_equal(ber_take(&in, &tag, &body), -1);
		assert_ptr_equal(in.p, bad[i].p);
	}
}

static void
a_full_writer_keeps_what_it_has(void **state)
{
	uint8_t bytes[4];
	struct ber_out out = {bytes, 0, sizeof(bytes), false};

	(void)state;
	ber_put_int(&out, BER_INTEGER, 5);
	ber_put_int(&out, BER_INTEGER, 5);
	assert_true(out.full);
	assert_int_equal(out.len, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_survive_the_round_trip),
		cmocka_unit_test(known_encodings),
		cmocka_unit_test(oids_survive_the_round_trip),
		cmocka_unit_test(bad_oids_are_refused),
		cmocka_unit_test(frames_are_kept),
		cmocka_unit_test(a_full_writer_keeps_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
