/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/dict.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"

#define FIELDS_MAX (3 + 5 * RING_DS_MAX)
#define FIRST_LINE "collectord series 1\n"

struct dict {
	int fd;
	uint64_t size;          /* bytes that are in the file */
	struct buf writing;     /* lines that are being written behind them */
	struct buf pending;     /* lines for the next time */
	/* while reading: by number as written */
	const struct series_table **tables;
	uint32_t n_tables;
	uint32_t n_bad;
};

bool
dict_path_valid(const char *path)
{
	size_t len = strlen(path);
	unsigned slashes = 0;

	if (len < 5 || len >= SERIES_PATH_SIZE || strcmp(path + len - 4, ".rrd") != 0 ||
	    path[0] == '.' || path[0] == '/') {
		return false;
	}
	for (const char *c = path; *c != '\0'; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9');

		if (*c == '/') {
			slashes++;
		}
		if (!plain && strchr("/_-@.", *c) == NULL) {
			return false;
		}
		if ((*c == '/' || *c == '.') && (c[1] == '.' || c[1] == '/')) {
			return false;
		}
	}
	return slashes == 2;
}

/* Ends a line that began at start with its CRC. */
static void
seal(struct buf *out, size_t start)
{
	uint32_t crc = out->failed ? 0 :
	    hash_crc32c(0, out->data + start, out->size - start);

	buf_printf(out, "\t#%08x\n", crc);
}

void
dict_put_table(struct dict *dict, const struct series_table *table)
{
	size_t start;

	if (dict == NULL) {
		return;
	}
	start = dict->pending.size;
	buf_printf(&dict->pending, "T\t%u\t%u", table->number, table->n_ds);
	for (uint16_t i = 0; i < table->n_ds; i++) {
		const struct series_ds *ds = &table->ds[i];

		buf_printf(&dict->pending, "\t%s\t%s\t%s\t%s\t%s", ds->name, ds->role,
		    ds->metric, ds->instance, ds->unit);
	}
	seal(&dict->pending, start);
}

void
dict_put_file(struct dict *dict, const struct series_file *file)
{
	size_t start;

	if (dict == NULL) {
		return;
	}
	start = dict->pending.size;
	buf_printf(&dict->pending, "F\t%s\t%s\t%u\t%u\t%s\t%s\t%u",
	    entity_kind_text(file->entity->kind), strchr(file->entity->key, ':') + 1,
	    file->part, file->step_s, archive_class_text(file->class), file->path,
	    file->table->number);
	seal(&dict->pending, start);
}

/* Splits line at its tabs in place; returns the number of fields, 0: too many. */
static unsigned
split(char *line, char *fields[FIELDS_MAX])
{
	unsigned n = 0;

	for (char *at = line; at != NULL; n++) {
		char *tab = strchr(at, '\t');

		if (n == FIELDS_MAX) {
			return 0;
		}
		fields[n] = at;
		if (tab != NULL) {
			*tab++ = '\0';
		}
		at = tab;
	}
	return n;
}

static bool
take_table(struct dict *dict, struct series *series, char **fields, unsigned n)
{
	struct series_ds ds[RING_DS_MAX];
	uint64_t number, n_ds;

	if (n < 3 || str_to_uint(fields[1], 1, 1u << 24, &number) != 0 ||
	    str_to_uint(fields[2], 0, RING_DS_MAX, &n_ds) != 0 || n != 3 + 5 * n_ds) {
		return false;
	}
	for (uint64_t i = 0; i < n_ds; i++) {
		char **f = &fields[3 + 5 * i];

		ds[i] = (struct series_ds){ .role = f[1], .metric = f[2],
		    .instance = f[3], .unit = f[4] };
		if (str_copy(ds[i].name, SERIES_NAME_SIZE, f[0]) >= SERIES_NAME_SIZE) {
			return false;
		}
	}
	if (number >= dict->n_tables) {
		uint32_t room = (uint32_t)number + 64;

		dict->tables = realloc(dict->tables, room * sizeof(dict->tables[0]));
		assert(dict->tables != NULL);
		memset(dict->tables + dict->n_tables, 0,
		    (room - dict->n_tables) * sizeof(dict->tables[0]));
		dict->n_tables = room;
	}
	series_table_next(series, (uint32_t)number);
	dict->tables[number] = series_table_put(series, ds, (uint16_t)n_ds);
	return true;
}

static bool
find_class(const char *text, enum archive_class *ret_class)
{
	for (int c = 0; c < ARCHIVE_CLASS_N; c++) {
		if (strcmp(text, archive_class_text((enum archive_class)c)) == 0) {
			*ret_class = (enum archive_class)c;
			return true;
		}
	}
	return false;
}

static bool
take_file(struct dict *dict, struct series *series, char **fields, unsigned n)
{
	struct series_described as;
	uint64_t part, step_s, table;

	if (n != 8 || entity_kind_find(fields[1], &as.kind) != 0 ||
	    !str_is_id(fields[2]) || str_to_uint(fields[3], 0, 255, &part) != 0 ||
	    str_to_uint(fields[4], 1, 1u << 30, &step_s) != 0 ||
	    !find_class(fields[5], &as.class) || !dict_path_valid(fields[6]) ||
	    str_to_uint(fields[7], 1, UINT32_MAX, &table) != 0 ||
	    table >= dict->n_tables || dict->tables[table] == NULL) {
		return false;
	}
	as.part = (uint16_t)part;
	as.step_s = (uint32_t)step_s;
	str_copy(as.id, sizeof(as.id), fields[2]);
	str_copy(as.path, sizeof(as.path), fields[6]);
	return series_file_put(series, &as, dict->tables[table]) != NULL;
}

/* One line without its newline. */
static bool
take_line(struct dict *dict, struct series *series, char *line, size_t len)
{
	char *fields[FIELDS_MAX], crc[16];
	unsigned n;

	if (len < 11 || strlen(line) != len || line[len - 10] != '\t') {
		return false;
	}
	str_format(crc, sizeof(crc), "\t#%08x", hash_crc32c(0, line, len - 10));
	if (strcmp(crc, line + len - 10) != 0) {
		return false;
	}
	line[len - 10] = '\0';
	n = split(line, fields);
	if (n > 0 && strcmp(fields[0], "T") == 0) {
		return take_table(dict, series, fields, n);
	}
	return n > 0 && strcmp(fields[0], "F") == 0 &&
	    take_file(dict, series, fields, n);
}

/* Takes all whole lines; a bad one is passed over, the rest behind the last
 * newline is cut off by the caller. */
static void
take_all(struct dict *dict, struct series *series, char *text, size_t size)
{
	char *at = text, *end = text + size;

	while (at < end) {
		char *newline = memchr(at, '\n', (size_t)(end - at));

		if (newline == NULL) {
			break;
		}
		*newline = '\0';
		if (at == text) {
			dict->n_bad += strncmp(at, FIRST_LINE, sizeof(FIRST_LINE) - 2) != 0;
		} else if (!take_line(dict, series, at, (size_t)(newline - at))) {
			dict->n_bad++;
		}
		at = newline + 1;
		dict->size = (uint64_t)(at - text);
	}
}

static int
load(struct dict *dict, const char *path, struct series *series,
    struct col_error *error)
{
	struct stat st;
	char *text;
	size_t size, at = 0;

	if (fstat(dict->fd, &st) != 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	size = (size_t)st.st_size;
	text = malloc(size + 1);
	if (text == NULL) {
		return err_set(error, COL_ENOMEM, "%s: %zu bytes", path, size);
	}
	while (at < size) {
		ssize_t n = pread(dict->fd, text + at, size - at, (off_t)at);

		if (n <= 0) {
			free(text);
			return err_errno(error, COL_EIO, "%s", path);
		}
		at += (size_t)n;
	}
	text[size] = '\0';
	take_all(dict, series, text, size);
	free(text);
	if (dict->size < size && ftruncate(dict->fd, (off_t)dict->size) != 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	if (dict->size == 0) {
		buf_puts(&dict->pending, FIRST_LINE);
	}
	return 0;
}

int
dict_open(const char *path, struct series *series, struct dict **ret_dict,
    struct col_error *error)
{
	struct dict *dict = calloc(1, sizeof(*dict));
	int rc;

	assert(dict != NULL);
	buf_init(&dict->writing, 0);
	buf_init(&dict->pending, 0);
	dict->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	rc = dict->fd < 0 ? err_errno(error, COL_EIO, "%s", path) :
	    load(dict, path, series, error);
	free(dict->tables);
	dict->tables = NULL;
	if (rc != 0) {
		dict_free(dict);
		return rc;
	}
	*ret_dict = dict;
	return 0;
}

uint32_t
dict_damaged(const struct dict *dict)
{
	return dict->n_bad;
}

void
dict_free(struct dict *dict)
{
	if (dict == NULL) {
		return;
	}
	buf_done(&dict->writing);
	buf_done(&dict->pending);
	if (dict->fd >= 0) {
		close(dict->fd);
	}
	free(dict);
}

bool
dict_begin(struct dict *dict)
{
	/* what failed is tried again before anything is added to it */
	if (dict->writing.size == 0) {
		struct buf empty = dict->writing;

		dict->writing = dict->pending;
		dict->pending = empty;
	}
	return dict->writing.size > 0;
}

int
dict_write(struct dict *dict, struct col_error *error)
{
	size_t at = 0;

	/* at a fixed place, so that a second try overwrites half a first one */
	while (at < dict->writing.size) {
		ssize_t n = pwrite(dict->fd, dict->writing.data + at,
		    dict->writing.size - at, (off_t)(dict->size + at));

		if (n <= 0) {
			return err_errno(error, COL_EIO, "series.dict");
		}
		at += (size_t)n;
	}
	return at == 0 || fdatasync(dict->fd) == 0 ? 0 :
	    err_errno(error, COL_EIO, "series.dict");
}

void
dict_end(struct dict *dict, int rc)
{
	if (rc == 0) {
		dict->size += dict->writing.size;
		buf_reset(&dict->writing);
	}
}

bool
dict_waits(const struct dict *dict)
{
	return dict->writing.size + dict->pending.size > 0;
}
