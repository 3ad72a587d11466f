/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "config/encoding.h"
#include "config/node.h"

#define PARTS_MAX 4          /* "feeds.A.breaker_a" has three */
#define ROWS_MAX 4000000u

/* One column's name, cut at its dots. */
struct column { const char *parts[PARTS_MAX]; unsigned n_parts; };

struct cell { const char *text; bool quoted; uint32_t line, column; };

struct reader {
	const char *at, *end;
	uint32_t line, column;        /* of at */
	const char *file;
	struct arena *arena;
	struct config_errors *errors;
	struct column columns[CSV_COLUMNS_MAX];
	struct cell cells[CSV_COLUMNS_MAX];
	unsigned n_columns, n_cells;
	struct buf cell;              /* text of the cell that is read */
	struct buf racks, devices, equipment; /* node pointers */
};

static int
refuse(struct reader *reader, uint32_t line, uint32_t column, const char *text)
{
	errors_at(reader->errors,
	    (struct errors_place){ reader->file, line, column }, "%s", text);
	return COL_EINVAL;
}

/* Takes one byte; columns count characters. */
static char
take(struct reader *reader)
{
	char c = *reader->at++;

	if (c == '\n') {
		reader->line++;
		reader->column = 1;
	} else if (((unsigned char)c & 0xc0) != 0x80) {
		reader->column++;
	}
	return c;
}

static bool
at_line_end(const struct reader *reader)
{
	const char *at = reader->at;

	return at == reader->end || *at == '\n' ||
	    (*at == '\r' && (at + 1 == reader->end || at[1] == '\n'));
}

static int
read_quoted(struct reader *reader, const struct cell *cell)
{
	take(reader);
	while (reader->at < reader->end) {
		char c = take(reader);

		if (c != '"') {
			buf_u8(&reader->cell, (uint8_t)c);
		} else if (reader->at < reader->end && *reader->at == '"') {
			buf_u8(&reader->cell, (uint8_t)take(reader));
		} else if (at_line_end(reader) || *reader->at == ',') {
			return COL_OK;
		} else {
			return refuse(reader, reader->line, reader->column,
			    "a closing '\"' must be followed by a comma; write "
			    "\"\" for a quote within a cell");
		}
	}
	return refuse(reader, cell->line, cell->column,
	    "this '\"' is never closed");
}

static bool
is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

static int
read_cell(struct reader *reader, struct cell *cell)
{
	const char *text;
	size_t len;
	int rc = COL_OK;

	cell->line = reader->line;
	cell->column = reader->column;
	cell->quoted = reader->at < reader->end && *reader->at == '"';
	buf_reset(&reader->cell);
	if (cell->quoted) {
		rc = read_quoted(reader, cell);
	}
	while (rc == COL_OK && !cell->quoted && !at_line_end(reader) &&
	    *reader->at != ',') {
		if (*reader->at == '"') {
			return refuse(reader, reader->line, reader->column,
			    "a '\"' within a cell needs quotes around the cell");
		}
		buf_u8(&reader->cell, (uint8_t)take(reader));
	}
	if (rc != COL_OK) {
		return rc;
	}
	text = reader->cell.size > 0 ? reader->cell.data : "";
	len = reader->cell.size;
	for (size_t i = 0; i < len; i++) {
		if (is_control((unsigned char)text[i])) {
			return refuse(reader, cell->line, cell->column,
			    "control characters are not allowed");
		}
	}
	while (!cell->quoted && len > 0 && strchr(" \t", text[len - 1]) != NULL) {
		len--;
	}
	while (!cell->quoted && len > 0 && strchr(" \t", *text) != NULL) {
		text++;
		len--;
	}
	cell->text = arena_copy_len(reader->arena, text, len);
	return COL_OK;
}

/* Reads one line into cells; skips its end. */
static int
read_row(struct reader *reader)
{
	reader->n_cells = 0;
	for (;;) {
		int rc;

		if (reader->n_cells == CSV_COLUMNS_MAX) {
			return refuse(reader, reader->line, reader->column,
			    "more than 64 columns");
		}
		rc = read_cell(reader, &reader->cells[reader->n_cells++]);
		if (rc != COL_OK) {
			return rc;
		}
		if (at_line_end(reader)) {
			break;
		}
		take(reader);
	}
	if (reader->at < reader->end && *reader->at == '\r') {
		take(reader);
	}
	if (reader->at < reader->end) {
		take(reader);
	}
	return COL_OK;
}

static int
split_name(struct reader *reader, const struct cell *cell,
    struct column *column)
{
	const char *at = cell->text;

	column->n_parts = 0;
	for (;;) {
		size_t len = strcspn(at, ".");

		if (len == 0 || column->n_parts == PARTS_MAX) {
			return refuse(reader, cell->line, cell->column,
			    cell->text[0] == '\0' ? "a column has no name" :
			    "a column name is a key or keys joined by dots");
		}
		column->parts[column->n_parts++] =
		    arena_copy_len(reader->arena, at, len);
		if (at[len] == '\0') {
			return COL_OK;
		}
		at += len + 1;
	}
}

/* True when one column is the other or a map that holds it. */
static bool
clash(const struct column *a, const struct column *b)
{
	unsigned n = a->n_parts < b->n_parts ? a->n_parts : b->n_parts;

	for (unsigned i = 0; i < n; i++) {
		if (strcmp(a->parts[i], b->parts[i]) != 0) {
			return false;
		}
	}
	return true;
}

static int
read_header(struct reader *reader)
{
	int rc = read_row(reader);

	if (rc != COL_OK) {
		return rc;
	}
	if (reader->n_cells == 1 && strchr(reader->cells[0].text, ';') != NULL) {
		return refuse(reader, 1, 1,
		    "columns must be separated by commas, not by semicolons");
	}
	reader->n_columns = reader->n_cells;
	for (unsigned i = 0; i < reader->n_columns && rc == COL_OK; i++) {
		rc = split_name(reader, &reader->cells[i], &reader->columns[i]);
		for (unsigned j = 0; j < i && rc == COL_OK; j++) {
			if (clash(&reader->columns[i], &reader->columns[j])) {
				rc = refuse(reader, reader->cells[i].line,
				    reader->cells[i].column,
				    "this column is there already");
			}
		}
	}
	return rc;
}

static struct col_node *
place(struct col_node *node, const struct cell *cell)
{
	node->line = cell->line;
	node->column = cell->column;
	node->quoted = cell->quoted;
	return node;
}

/* Keys whose cell may hold several words. */
static bool
holds_list(const char *key, const struct cell *cell)
{
	return (strcmp(key, "credential") == 0 || strcmp(key, "feeds") == 0) &&
	    strpbrk(cell->text, " ;") != NULL;
}

/* "pdu-v3 pdu-v2c" or "pdu-v3;pdu-v2c" as a list. */
static struct col_node *
make_words(struct reader *reader, const struct cell *cell)
{
	const char *at = cell->text + strspn(cell->text, " ;");
	const struct col_node **items;
	struct col_node *list;
	size_t n = 0;

	items = arena_alloc(reader->arena,
	    (strlen(cell->text) / 2 + 1) * sizeof(*items));
	while (*at != '\0') {
		size_t len = strcspn(at, " ;");

		items[n++] = place(node_scalar(reader->arena, reader->file, NULL,
		    arena_copy_len(reader->arena, at, len)), cell);
		at += len;
		at += strspn(at, " ;");
	}
	list = node_group(reader->arena, COL_NODE_LIST, reader->file, items, n);
	return place(list, cell);
}

/*
 * Makes the map of the cells whose names start with the first depth parts of
 * column first; used marks the cells that are in.
 */
static struct col_node *
make_map(struct reader *reader, unsigned first, unsigned depth, bool *used)
{
	const struct col_node *items[CSV_COLUMNS_MAX], **kept;
	struct col_node *node;
	size_t n = 0;

	for (unsigned i = first; i < reader->n_columns; i++) {
		const struct column *column = &reader->columns[i];
		const struct cell *cell = &reader->cells[i];
		struct column prefix = reader->columns[first];

		prefix.n_parts = depth;
		if (used[i] || (cell->text[0] == '\0' && !cell->quoted) ||
		    column->n_parts <= depth || !clash(&prefix, column)) {
			continue;
		}
		if (column->n_parts > depth + 1) {
			node = make_map(reader, i, depth + 1, used);
		} else if (holds_list(column->parts[depth], cell)) {
			node = make_words(reader, cell);
			used[i] = true;
		} else {
			node = place(node_scalar(reader->arena, reader->file, NULL,
			    cell->text), cell);
			used[i] = true;
		}
		node->key = column->parts[depth];
		items[n++] = node;
	}
	kept = arena_alloc(reader->arena, n * sizeof(*kept) + 1);
	memcpy(kept, items, n * sizeof(*kept));
	node = node_group(reader->arena, COL_NODE_MAP, reader->file, kept, n);
	return place(node, &reader->cells[first]);
}

static bool
has_any(const struct col_node *row, const char *const *keys)
{
	for (; *keys != NULL; keys++) {
		if (col_node_get(row, *keys) != NULL) {
			return true;
		}
	}
	return false;
}

/* The list that a row belongs to, by the keys that it has. */
static struct buf *
list_of(struct reader *reader, const struct col_node *row)
{
	static const char *const device[] = { "rack", "role", "plugin", "address",
	    NULL };
	static const char *const mounted[] = { "u", "height", "nameplate_w", "kg",
	    NULL };

	if (col_node_get(row, "rack") != NULL && has_any(row, mounted)) {
		return &reader->equipment;
	}
	return has_any(row, device) ? &reader->devices : &reader->racks;
}

static int
read_record(struct reader *reader)
{
	bool used[CSV_COLUMNS_MAX] = { false };
	const struct col_node *row;
	char text[96];
	int rc = read_row(reader);

	if (rc != COL_OK) {
		return rc;
	}
	if (reader->n_cells == 1 && reader->cells[0].text[0] == '\0') {
		return COL_OK;
	}
	if (reader->n_cells != reader->n_columns) {
		str_format(text, sizeof(text), "this row has %u cells, the header "
		    "has %u", reader->n_cells, reader->n_columns);
		return refuse(reader, reader->cells[0].line, 1, text);
	}
	row = make_map(reader, 0, 0, used);
	if (row->n_items > 0) {
		buf_put(list_of(reader, row), &row, sizeof(row));
	}
	return COL_OK;
}

static const struct col_node *
make_list(struct reader *reader, const struct buf *rows, const char *key)
{
	const struct col_node **items = arena_alloc(reader->arena, rows->size + 1);
	struct col_node *list;

	if (rows->size > 0) {
		memcpy(items, rows->data, rows->size);
	}
	list = node_group(reader->arena, COL_NODE_LIST, reader->file, items,
	    rows->size / sizeof(*items));
	list->key = key;
	list->line = list->column = 1;
	return list;
}

static const struct col_node *
make_root(struct reader *reader)
{
	const struct col_node **items = arena_alloc(reader->arena,
	    3 * sizeof(*items));
	struct col_node *root;

	items[0] = make_list(reader, &reader->racks, "racks");
	items[1] = make_list(reader, &reader->devices, "devices");
	items[2] = make_list(reader, &reader->equipment, "equipment");
	root = node_group(reader->arena, COL_NODE_MAP, reader->file, items, 3);
	root->line = root->column = 1;
	return root;
}

static const struct col_node *
read_text(struct reader *reader)
{
	const struct col_node *root = NULL;
	int rc;

	buf_init(&reader->cell, 0);
	buf_init(&reader->racks, ROWS_MAX * sizeof(void *));
	buf_init(&reader->devices, ROWS_MAX * sizeof(void *));
	buf_init(&reader->equipment, ROWS_MAX * sizeof(void *));
	rc = read_header(reader);
	while (rc == COL_OK && reader->at < reader->end) {
		rc = read_record(reader);
	}
	if (reader->racks.failed || reader->devices.failed ||
	    reader->equipment.failed || reader->cell.failed) {
		rc = refuse(reader, reader->line, 1, "too many rows; split the file");
	}
	if (rc == COL_OK) {
		root = make_root(reader);
	}
	buf_done(&reader->cell);
	buf_done(&reader->racks);
	buf_done(&reader->devices);
	buf_done(&reader->equipment);
	return root;
}

/* Place of the byte at which a conversion stopped, in bytes of its line. */
static struct errors_place
place_of_byte(const char *text, size_t bad, const char *file)
{
	struct errors_place at = { file, 1, 1 };

	for (size_t i = 0; i < bad; i++) {
		at.column = text[i] == '\n' ? 1 : at.column + 1;
		at.line += text[i] == '\n';
	}
	return at;
}

const struct col_node *
csv_parse(const char *text, size_t size, const char *file, struct arena *arena,
    struct config_errors *errors)
{
	struct reader reader = { .line = 1, .column = 1, .arena = arena,
	    .errors = errors };
	const struct col_node *root;
	size_t bad = 0, converted_size;
	char *converted = encoding_to_utf8(text, size, &converted_size, &bad);

	reader.file = arena_copy(arena, file);
	if (converted == NULL) {
		errors_at(errors, place_of_byte(text, bad, file),
		    "neither UTF-8 nor GBK; save the file as UTF-8");
		return NULL;
	}
	reader.at = converted;
	reader.end = converted + converted_size;
	root = read_text(&reader);
	free(converted);
	return root;
}
