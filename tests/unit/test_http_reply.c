/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Content negotiation, entity tags, compression, problems. */
#include <config.h>

#include "http/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "http/problem.h"

static void
test_encodings(void **state)
{
	(void)state;
	assert_true(reply_takes_gzip("gzip"));
	assert_true(reply_takes_gzip("gzip, deflate, br"));
	assert_true(reply_takes_gzip("br,GZIP;q=0.5"));
	assert_false(reply_takes_gzip(NULL));
	assert_false(reply_takes_gzip(""));
	assert_false(reply_takes_gzip("identity"));
	assert_false(reply_takes_gzip("gzip;q=0"));
	assert_false(reply_takes_gzip("gzip; q=0.000, br"));
	assert_false(reply_takes_gzip("xgzip, gzipped"));
	assert_false(reply_takes_gzip(",,,;=;,"));
}

static void
test_tags(void **state)
{
	(void)state;
	assert_true(reply_matches("\"7\"", "\"7\""));
	assert_true(reply_matches("W/\"7\"", "\"7\""));
	assert_true(reply_matches("\"6\", W/\"7\" , \"8\"", "\"7\""));
	assert_true(reply_matches("*", "\"7\""));
	assert_false(reply_matches("\"77\"", "\"7\""));
	assert_false(reply_matches("7", "\"7\""));
	assert_false(reply_matches("", "\"7\""));
	assert_false(reply_matches(NULL, "\"7\""));
	assert_false(reply_matches(", ,W/", "\"7\""));
}

static void
test_gzip(void **state)
{
	struct buf in, out;
	char back[10001];
	z_stream z = {0};

	(void)state;
	buf_init(&in, 0);
	buf_init(&out, 0);
	for (int i = 0; i < 1000; i++) {
		buf_puts(&in, "0123456789");
	}
	assert_int_equal(0, reply_gzip(&in, &out));
	assert_true(out.size < 200);
	assert_int_equal(Z_OK, inflateInit2(&z, 15 + 16));
	z.next_in = (Bytef *)out.data;
	z.avail_in = (uInt)out.size;
	z.next_out = (Bytef *)back;
	z.avail_out = sizeof(back);
	assert_int_equal(Z_STREAM_END, inflate(&z, Z_FINISH));
	assert_int_equal(10000, z.total_out);
	assert_memory_equal(in.data, back, 10000);
	(void)inflateEnd(&z);
	buf_done(&in);
	buf_done(&out);
}

static void
test_gzip_of_noise(void **state)
{
	struct buf in, out;
	uint32_t x = 1;

	(void)state;
	buf_init(&in, 0);
	buf_init(&out, 0);
	for (int i = 0; i < 2000; i++) {
		x = x * 1664525 + 1013904223;
		buf_u8(&in, (uint8_t)(x >> 24));
	}
	assert_int_not_equal(0, reply_gzip(&in, &out));   /* not smaller: as it is */
	assert_int_equal(0, out.size);
	buf_done(&in);
	buf_done(&out);
}

static void
test_problem(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	problem_write(&out, 404, "no_such_rack", "no rack 'x'",
	    (struct problem_param){"id", "x\"\n"});
	assert_string_equal("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
	    "\"detail\":\"no rack 'x'\",\"code\":\"no_such_rack\","
	    "\"params\":{\"id\":\"x\\\"\\u000a\"}}\n", out.data);
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encodings), cmocka_unit_test(test_tags),
		cmocka_unit_test(test_gzip), cmocka_unit_test(test_gzip_of_noise),
		cmocka_unit_test(test_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
