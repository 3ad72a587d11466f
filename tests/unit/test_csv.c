/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/csv.h"

#define BOM "\xef\xbb\xbf"

static void
cells(void **state)
{
	static const struct { const char *text, *cell; } ROWS[] = {
		{ "A01", "A01" }, { "", "" }, { "郑州", "郑州" },
		{ "a,b", "\"a,b\"" }, { "say \"hi\"", "\"say \"\"hi\"\"\"" },
		{ "\"", "\"\"\"\"" }, { "two\nlines", "\"two\nlines\"" },
		{ "a\rb", "\"a\rb\"" }, { " a", "\" a\"" }, { "a ", "\"a \"" },
		/* what a spreadsheet would calculate */
		{ "=1+1", "'=1+1" }, { "+49", "'+49" }, { "-5", "'-5" }, { "@a", "'@a" },
		{ "=A1,B1", "\"'=A1,B1\"" }, { "\t=1", "'\t=1" }, { "\r=1", "\"'\r=1\"" },
		{ "=\"a\"", "\"'=\"\"a\"\"\"" }, { "a=1", "a=1" }, { "2026-11-22", "2026-11-22" },
	};
	struct csv csv;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		buf_reset(&out);
		csv_resume(&csv, &out);
		csv_text(&csv, ROWS[i].text, strlen(ROWS[i].text));
		assert_string_equal(out.data != NULL ? out.data : "", ROWS[i].cell);
	}
	buf_done(&out);
}

static void
lines(void **state)
{
	struct csv csv;
	struct buf out;

	(void)state;
	buf_init(&out, 0);
	csv_begin(&csv, &out);
	csv_text(&csv, "id", 2);
	csv_text(&csv, "power", 5);
	csv_end_line(&csv);
	csv_unknown(&csv);
	csv_plain(&csv, "-1.5", 4);
	csv_unknown(&csv);
	csv_end_line(&csv);
	csv_resume(&csv, &out);
	csv_plain(&csv, "true", 4);
	csv_end_line(&csv);
	assert_string_equal(out.data, BOM "id,power\r\n,-1.5,\r\ntrue\r\n");
	buf_done(&out);
}

/* A full buffer fails, and what was written before stays. */
static void
limit(void **state)
{
	struct csv csv;
	struct buf out;

	(void)state;
	buf_init(&out, 8);
	csv_begin(&csv, &out);
	csv_text(&csv, "a,b,c,d,e,f", 11);
	assert_true(out.failed);
	assert_true(out.size <= 8);
	buf_done(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells), cmocka_unit_test(lines), cmocka_unit_test(limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
