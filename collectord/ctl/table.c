/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ctl/table.h"

#include <string.h>

#include "base/str.h"

#define COLUMNS_MAX 16
#define CELL_SIZE 512

const json_t *
table_at(const json_t *object, const char *path)
{
	char key[64];
	size_t len;

	for (; object != NULL && path != NULL; path = path[len] == '.'
	    ? path + len + 1 : NULL) {
		len = strcspn(path, ".");
		if (len >= sizeof(key)) {
			return NULL;
		}
		memcpy(key, path, len);
		key[len] = '\0';
		object = json_object_get(object, key);
	}
	return object;
}

static void
cell(const json_t *item, const struct table_column *column, char text[CELL_SIZE])
{
	const json_t *value = table_at(item, column->path);

	if (json_is_string(value)) {
		(void)str_copy(text, CELL_SIZE, json_string_value(value));
	} else if (json_is_number(value)) {
		(void)str_format(text, CELL_SIZE, "%.*f",
		    column->digits > 0 ? column->digits : 0, json_number_value(value));
	} else if (json_is_boolean(value)) {
		(void)str_copy(text, CELL_SIZE, json_is_true(value) ? "yes" : "no");
	} else {
		(void)str_copy(text, CELL_SIZE, "-");
	}
}

/* Columns on a terminal: CJK characters take two. */
static size_t
width(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = 0;

	for (; *p != '\0'; p++) {
		n += (*p & 0xc0) != 0x80;          /* one per character */
		n += *p >= 0xe3 && *p <= 0xed;     /* U+3000..U+DFFF: one more */
	}
	return n;
}

static void
pad(FILE *out, const char *text, size_t to, int right)
{
	int blanks = (int)(to - width(text));

	if (right) {
		(void)fprintf(out, "%*s%s", blanks, "", text);
	} else {
		(void)fprintf(out, "%s%*s", text, blanks, "");
	}
}

void
table_print(FILE *out, const json_t *items, const struct table_column *columns)
{
	size_t widths[COLUMNS_MAX] = { 0 }, n = 0, i;
	char text[CELL_SIZE];
	const json_t *item;

	for (; n < COLUMNS_MAX && columns[n].title != NULL; n++) {
		widths[n] = width(columns[n].title);
		json_array_foreach((json_t *)items, i, item) {
			cell(item, &columns[n], text);
			widths[n] = width(text) > widths[n] ? width(text) : widths[n];
		}
	}
	for (i = 0; i < n; i++) {
		pad(out, columns[i].title, widths[i], columns[i].digits >= 0);
		(void)fputs(i + 1 < n ? "  " : "\n", out);
	}
	json_array_foreach((json_t *)items, i, item) {
		for (size_t c = 0; c < n; c++) {
			cell(item, &columns[c], text);
			pad(out, text, widths[c], columns[c].digits >= 0);
			(void)fputs(c + 1 < n ? "  " : "\n", out);
		}
	}
}
