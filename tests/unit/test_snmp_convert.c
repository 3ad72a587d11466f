/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "convert.h"
#include "objid.h"
#include "peek.h"

static struct varbind
integer(int64_t n)
{
	return (struct varbind){.type = VARBIND_INTEGER, .integer = n};
}

static struct varbind
octets(const char *text)
{
	return (struct varbind){.type = VARBIND_OCTETS,
	    .bytes = (const uint8_t *)text, .len = strlen(text)};
}

static struct col_value
convert(const struct profile_metric *metric, double multiplier,
    const struct varbind *vb)
{
	struct col_value value;

	convert_value(metric, convert_factor(multiplier), vb, &value);
	return value;
}

static void
test_scale_is_exact(void **state)
{
	static const struct {
		int64_t raw;
		double multiplier, want;
	} cases[] = {
	    {27, 10, 270}, {7467, 0.001, 7.467}, {98, 0.01, 0.98},
	    {231, 0.1, 23.1}, {-55, 0.1, -5.5}, {3, 1, 3}, {19677, 100, 1967700},
	    {1, 0.3, 0.3},
	};
	const struct profile_metric metric = {.metric = "power_w"};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct varbind vb = integer(cases[i].raw);
		struct col_value value = convert(&metric, cases[i].multiplier,
		    &vb);
		assert_int_equal(value.quality, COL_GOOD);
		assert_true(value.number == cases[i].want);
	}
}

static void
test_sentinels_are_exact(void **state)
{
	static const char *const words[] = {"-1", "65535", "N/A"};
	const struct profile_metric metric = {.metric = "temperature_c",
	    .n_sentinels = 3, .sentinels = words};
	struct varbind vb;

	(void)state;
	vb = integer(-1);
	assert_int_equal(convert(&metric, 0.1, &vb).quality, COL_UNAVAILABLE);
	vb = integer(-10);
	assert_int_equal(convert(&metric, 0.1, &vb).quality, COL_GOOD);
	vb = octets("-1.0");
	assert_int_equal(convert(&metric, 1, &vb).quality, COL_UNAVAILABLE);
	vb = octets("N/A");
	assert_int_equal(convert(&metric, 1, &vb).quality, COL_UNAVAILABLE);
	vb = octets("n/a");
	assert_int_equal(convert(&metric, 1, &vb).quality, COL_ERROR);
}

static void
test_wrong_types_are_errors_or_absent(void **state)
{
	const struct profile_metric metric = {.metric = "power_w"};
	static const struct {
		enum varbind_type type;
		enum col_quality want;
	} cases[] = {
	    {VARBIND_NULL, COL_UNAVAILABLE}, {VARBIND_NO_OBJECT, COL_ERROR},
	    {VARBIND_NO_INSTANCE, COL_ERROR}, {VARBIND_END, COL_ERROR},
	    {VARBIND_OBJID, COL_ERROR}, {VARBIND_ADDRESS, COL_ERROR},
	    {VARBIND_OTHER, COL_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct varbind vb = {.type = cases[i].type};
		assert_int_equal(convert(&metric, 1, &vb).quality,
		    cases[i].want);
	}
	assert_int_equal(convert(&metric, 1, NULL).quality, COL_ERROR);
	struct varbind text = octets("0x10");
	assert_int_equal(convert(&metric, 1, &text).quality, COL_ERROR);
	text = octets(" 8100.000 ");
	assert_true(convert(&metric, 1, &text).number == 8100);
}

static void
test_counters_stay_counts(void **state)
{
	const struct profile_metric metric = {.metric = "octets_in",
	    .counter = true};
	struct varbind vb = {.type = VARBIND_COUNTER64,
	    .counter = UINT64_MAX - 1};
	struct col_value value = convert(&metric, 1, &vb);

	(void)state;
	assert_int_equal(value.quality, COL_GOOD);
	assert_true(value.counter == UINT64_MAX - 1);
	vb = integer(5);
	assert_int_equal(convert(&metric, 1, &vb).quality, COL_ERROR);
}

static void
test_text_is_made_harmless(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *want;
	} cases[] = {
	    {"  plain ", 8, "plain"}, {"a\x1b[31mb", 7, "a [31mb"},
	    {"ends\0here", 9, "ends"}, {"\xff\xfe", 2, "??"},
	    {"\xe6\x9c\xba", 3, "\xe6\x9c\xba"}, {"\xe6\x9c", 2, "??"},
	    {"\xed\xa0\x80", 3, "???"}, {"x\xc2\x85y", 4, "x y"},
	};
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct varbind vb = {.type = VARBIND_OCTETS,
		    .bytes = (const uint8_t *)cases[i].bytes,
		    .len = cases[i].len};
		(void)convert_text(&vb, text, sizeof(text));
		assert_string_equal(text, cases[i].want);
	}
	struct varbind longer = octets("0123456789abcdefghij");
	assert_int_equal(convert_text(&longer, text, sizeof(text)), 15);
}

static void
test_positions(void **state)
{
	(void)state;
	assert_string_equal(convert_position("R03 Inlet Temperature"), "inlet");
	assert_string_equal(convert_position("Rack TOP"), "top");
	assert_string_equal(convert_position("机柜顶部"), "top");
	assert_string_equal(convert_position("middle-2"), "middle");
	assert_null(convert_position("Emergency stop"));
	assert_null(convert_position("Laptop"));
	assert_null(convert_position(""));
}

static void
test_objids(void **state)
{
	struct objid id, prefix;
	char text[OBJID_TEXT_SIZE];

	(void)state;
	assert_int_equal(objid_parse(".1.3.6.1.4294967295", &id), 0);
	assert_string_equal(objid_format(objid_ref(&id), text, sizeof(text)),
	    "1.3.6.1.4294967295");
	assert_int_equal(objid_encoded(objid_ref(&id)), 2 + 1 + 1 + 1 + 5);
	assert_int_equal(objid_parse("1.3.4294967296", &id), COL_EINVAL);
	assert_int_equal(objid_parse("1..3", &id), COL_EINVAL);
	assert_int_equal(objid_parse("1.3.", &id), COL_EINVAL);
	assert_int_equal(objid_parse("", &id), COL_EINVAL);
	assert_int_equal(objid_parse("1.3.6", &prefix), 0);
	assert_int_equal(objid_parse("1.3.60", &id), 0);
	assert_false(objid_under(objid_ref(&prefix), objid_ref(&id)));
	assert_int_equal(objid_compare(objid_ref(&prefix), objid_ref(&id)), -1);
}

static void
test_peek(void **state)
{
	static const uint8_t v2c[] = {0x30, 0x1a, 0x02, 0x01, 0x01, 0x04, 0x06,
	    'p', 'u', 'b', 'l', 'i', 'c', 0xa2, 0x0d, 0x02, 0x04, 0x12, 0x34,
	    0x56, 0x78, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30};
	struct peek peek;

	(void)state;
	assert_int_equal(peek_message(v2c, sizeof(v2c), &peek), 0);
	assert_int_equal(peek.id, 0x12345678);
	assert_int_equal(peek.version, 1);
	assert_int_equal(peek.community_len, 6);
	/* Every truncation is refused, none is read past its end. */
	for (size_t n = 0; n < sizeof(v2c); n++) {
		uint8_t *exact = test_malloc(n + 1);
		memcpy(exact, v2c, n);
		assert_int_equal(peek_message(exact, n, &peek), COL_EPROTO);
		test_free(exact);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_scale_is_exact),
	    cmocka_unit_test(test_sentinels_are_exact),
	    cmocka_unit_test(test_wrong_types_are_errors_or_absent),
	    cmocka_unit_test(test_counters_stay_counts),
	    cmocka_unit_test(test_text_is_made_harmless),
	    cmocka_unit_test(test_positions),
	    cmocka_unit_test(test_objids),
	    cmocka_unit_test(test_peek),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
