/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts with placeholders: what is refused and why, and what is filled in.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/placeholder.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void
good_texts_pass(void **state)
{
	static const char *const texts[] = { "", "nothing", "{name}: {value} {unit}",
	    "{{literal}}", "{{{value}}}", "进风 {value} 超过 {limit}", "}}{{" };
	struct col_error error;

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		assert_int_equal(placeholder_check(texts[i], PLACEHOLDERS_RULE,
		    &error), COL_OK);
	}
	assert_int_equal(placeholder_check("{n} {title}", PLACEHOLDERS_BODY, &error), COL_OK);
}

static void
bad_texts_are_named(void **state)
{
	static const struct { const char *text; enum placeholders where;
	    const char *said; } cases[] = {
		{ "{vlaue}", PLACEHOLDERS_RULE,
		    "unknown placeholder {vlaue} (did you mean {value}?)" },
		{ "{nonsense}", PLACEHOLDERS_RULE, "unknown placeholder {nonsense}" },
		{ "{title}", PLACEHOLDERS_RULE, "{title} is for bodies of receivers only" },
		{ "{name}", PLACEHOLDERS_BODY, "{name} is for texts of rules only" },
		{ "100 } more", PLACEHOLDERS_RULE, "a single '}' at '} more': write "
		    "{name} for a placeholder, {{ or }} for a brace" },
		{ "{value", PLACEHOLDERS_RULE, "a single '{' at '{value': write "
		    "{name} for a placeholder, {{ or }} for a brace" },
		{ "{}", PLACEHOLDERS_RULE, "a single '{' at '{}': write "
		    "{name} for a placeholder, {{ or }} for a brace" },
		{ "{Value}", PLACEHOLDERS_RULE, "a single '{' at '{Value}': write "
		    "{name} for a placeholder, {{ or }} for a brace" },
		{ "{aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}", PLACEHOLDERS_RULE,
		    "a single '{' at '{aaaaaaaaaaaaaaa': write {name} for a "
		    "placeholder, {{ or }} for a brace" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct col_error error = { .code = 0 };

		assert_int_equal(placeholder_check(cases[i].text, cases[i].where,
		    &error), COL_EINVAL);
		assert_string_equal(error.text, cases[i].said);
	}
}

static void
put_value(void *arg, enum placeholder placeholder, struct buf *out)
{
	unsigned *seen = arg;

	(*seen)++;
	if (placeholder == PLACEHOLDER_VALUE) {
		buf_puts(out, "{limit}");       /* a value is not looked at again */
	} else if (placeholder != PLACEHOLDER_INSTANCE) {
		buf_puts(out, placeholder_text(placeholder));
	}
}

static void
values_are_filled_in(void **state)
{
	static const struct { const char *text, *filled; unsigned n; } cases[] = {
		{ "", "", 0 },
		{ "{entity}", "entity", 1 },
		{ "a {value} b{instance}c {{{name}}}", "a {limit} bc {name}", 3 },
		{ "机柜 {rack}：{unit}", "机柜 rack：unit", 2 },
		/* unchecked texts stay as they are */
		{ "x{wrong}y{", "x{wrong}y{", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		unsigned n = 0;
		struct buf out;

		buf_init(&out, 0);
		placeholder_fill(cases[i].text, put_value, &n, &out);
		buf_puts(&out, "");
		assert_string_equal(out.data != NULL ? out.data : "", cases[i].filled);
		assert_int_equal(n, cases[i].n);
		buf_done(&out);
	}
}

static void
every_name_is_checked_and_filled(void **state)
{
	(void)state;
	for (int i = 0; i < PLACEHOLDER_N; i++) {
		char text[64];
		struct col_error error;
		unsigned n = 0;
		struct buf out;

		snprintf(text, sizeof(text), "{%s}", placeholder_text((enum placeholder)i));
		assert_true(placeholder_check(text, PLACEHOLDERS_RULE, &error) == COL_OK ||
		    placeholder_check(text, PLACEHOLDERS_BODY, &error) == COL_OK);
		buf_init(&out, 0);
		placeholder_fill(text, put_value, &n, &out);
		assert_int_equal(n, 1);
		buf_done(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_texts_pass),
		cmocka_unit_test(bad_texts_are_named),
		cmocka_unit_test(values_are_filled_in),
		cmocka_unit_test(every_name_is_checked_and_filled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
