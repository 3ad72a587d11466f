/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/csv.h"

#include <string.h>

#define MARK "\xef\xbb\xbf"

void
csv_begin(struct csv *csv, struct buf *out)
{
	csv_resume(csv, out);
	buf_puts(out, MARK);
}

void
csv_resume(struct csv *csv, struct buf *out)
{
	*csv = (struct csv){ .out = out };
}

static void
next_cell(struct csv *csv)
{
	if (csv->comma) {
		buf_put(csv->out, ",", 1);
	}
	csv->comma = true;
}

/* True when a spreadsheet would take the cell for a formula or a command. */
static bool
is_formula(const char *text, size_t len)
{
	return len > 0 && memchr("=+-@\t\r\n", text[0], 7) != NULL;
}

static bool
needs_quotes(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (memchr(",\"\r\n", text[i], 4) != NULL) {
			return true;
		}
	}
	/* blanks at the ends belong to the cell, but some readers trim them */
	return len > 0 && (text[0] == ' ' || text[len - 1] == ' ');
}

void
csv_text(struct csv *csv, const char *text, size_t len)
{
	bool formula = is_formula(text, len), quotes = needs_quotes(text, len);
	const char *end = text + len;

	next_cell(csv);
	if (quotes) {
		buf_put(csv->out, "\"", 1);
	}
	if (formula) {
		buf_put(csv->out, "'", 1);
	}
	while (quotes && text < end) {
		const char *quote = memchr(text, '"', (size_t)(end - text));
		size_t run = quote != NULL ? (size_t)(quote + 1 - text) :
		    (size_t)(end - text);

		buf_put(csv->out, text, run);
		if (quote != NULL) {
			buf_put(csv->out, "\"", 1);
		}
		text += run;
	}
	buf_put(csv->out, text, (size_t)(end - text));
	if (quotes) {
		buf_put(csv->out, "\"", 1);
	}
}

void
csv_plain(struct csv *csv, const char *text, size_t len)
{
	next_cell(csv);
	buf_put(csv->out, text, len);
}

void
csv_unknown(struct csv *csv)
{
	next_cell(csv);
}

void
csv_end_line(struct csv *csv)
{
	buf_put(csv->out, "\r\n", 2);
	csv->comma = false;
}
