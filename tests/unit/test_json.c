/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/json.h"

static void
members_and_escapes(void **state)
{
	struct json json;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	json_init(&json, &out);
	json_map(&json, NULL);
	json_text(&json, "a\"b", "x\\y\n\x01郑");
	json_text(&json, "none", NULL);
	json_list(&json, "list");
	json_int(&json, NULL, -5);
	json_bool(&json, NULL, true);
	json_map(&json, NULL);
	json_map_end(&json);
	json_list_end(&json);
	json_wall(&json, "never", (struct wall){ 0 });
	json_raw(&json, "raw", "[1]");
	json_map_end(&json);
	assert_string_equal(out.data, "{\"a\\\"b\":\"x\\\\y\\u000a\\u0001郑\","
	    "\"none\":null,\"list\":[-5,true,{}],\"never\":null,\"raw\":[1]}");
	buf_done(&out);
}

/* Writes "path event text;" of all that a sink is told. */
static void
on_member(void *arg, const struct json *json, enum json_event event, const char *text)
{
	static const char *const EVENTS[] = { "(", ")", "=", "#", "?" };
	struct buf *log = arg;

	for (unsigned d = 1; d <= json->depth && event != JSON_CLOSE; d++) {
		buf_printf(log, "%s.", json->keys[d] != NULL ? json->keys[d] : "");
	}
	buf_printf(log, "%s%s ", EVENTS[event], text != NULL ? text : "");
}

static void
a_sink_takes_members(void **state)
{
	struct json json;
	struct buf out, log;

	(void)state;
	buf_init(&out, 0);
	buf_init(&log, 0);
	json_init_sink(&json, &out, on_member, &log);
	json_map(&json, NULL);
	json_text(&json, "a", "x\"y");
	json_list(&json, "items");
	json_map(&json, NULL);
	json_map(&json, "power");
	json_number(&json, "w", 1.5, 6);
	json_unknown(&json, "va");
	json_map_end(&json);
	json_bool(&json, "live", true);
	json_map_end(&json);
	json_list_end(&json);
	json_int(&json, "n", -3);
	json_text(&json, "none", NULL);
	json_map_end(&json);
	assert_string_equal(log.data, "( a.=x\"y items.( items..( items..power.( "
	    "items..power.w.#1.5 items..power.va.? ) items..live.#true ) ) n.#-3 none.? ) ");
	assert_int_equal(out.size, 0);
	buf_done(&out);
	buf_done(&log);
}

static void
numbers_are_short_and_exact(void **state)
{
	static const struct { double value; int digits; const char *text; } ROWS[] = {
		{ 0.1, 17, "0.1" }, { 220, 17, "220" }, { -0.0, 17, "0" },
		{ 1.0 / 3, 4, "0.3333" }, { 1e15, 17, "1e+15" },
		{ 123456.789, 17, "123456.789" }, { NAN, 17, "null" },
		{ INFINITY, 17, "null" }, { 71204, 6, "71204" },
	};
	struct json json;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		buf_reset(&out);
		json_init(&json, &out);
		json_number(&json, NULL, ROWS[i].value, ROWS[i].digits);
		assert_string_equal(out.data, ROWS[i].text);
	}
	buf_done(&out);
}

static void
bytes_that_are_no_text(void **state)
{
	struct json json;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	json_init(&json, &out);
	json_text(&json, NULL, "a\xff\xfe");
	assert_string_equal(out.data, "\"a\xc3\xbf\xc3\xbe\"");
	buf_done(&out);
}

static void
a_buffer_keeps_its_limit(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 8);
	buf_puts(&out, "12345678");
	assert_false(out.failed);
	buf_puts(&out, "9");
	assert_true(out.failed);
	assert_string_equal(out.data, "12345678");
	buf_done(&out);
}

static void
what_is_written_reads_back(void **state)
{
	struct buf_reader r;
	struct buf out;
	char text[4];

	(void)state;
	buf_init(&out, 0);
	buf_u8(&out, 200);
	buf_u16(&out, 60000);
	buf_u32(&out, 4000000000u);
	buf_u64(&out, UINT64_MAX);
	buf_f64(&out, -1.25);
	buf_str16(&out, "abc");
	buf_str16(&out, "abcd");
	r = (struct buf_reader){ (unsigned char *)out.data, out.size, 0, false };
	assert_int_equal(buf_get_u8(&r), 200);
	assert_int_equal(buf_get_u16(&r), 60000);
	assert_int_equal(buf_get_u32(&r), 4000000000u);
	assert_true(buf_get_u64(&r) == UINT64_MAX);
	assert_true(buf_get_f64(&r) == -1.25);
	assert_true(buf_get_str16(&r, text, sizeof(text)));
	assert_string_equal(text, "abc");
	assert_false(buf_get_str16(&r, text, sizeof(text))); /* too long */
	assert_true(r.failed);
	assert_int_equal(buf_get_u8(&r), 0);
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_and_escapes),
		cmocka_unit_test(a_sink_takes_members),
		cmocka_unit_test(numbers_are_short_and_exact),
		cmocka_unit_test(bytes_that_are_no_text),
		cmocka_unit_test(a_buffer_keeps_its_limit),
		cmocka_unit_test(what_is_written_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
