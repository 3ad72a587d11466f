/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/segment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/hash.h"
#include "base/str.h"

enum record_type { RECORD_TABLE = 1, RECORD_FILE, RECORD_ROW };

static const char MAGIC[8] = { 'C', 'O', 'L', 'J', 'S', 'E', 'G', '\n' };

/* A table as read: texts live behind it. */
struct table {
	uint32_t number;
	uint16_t n_ds;
	struct series_ds ds[RING_DS_MAX];
	char (*texts)[4][64];
	UT_hash_handle hh;
};

struct file {
	uint32_t number;
	uint16_t n_ds;
	UT_hash_handle hh;
};

struct reading {
	const struct segment_events *events;
	struct table *tables;
	struct file *files;
};

void
segment_put_header(struct buf *out, uint64_t number)
{
	buf_put(out, MAGIC, sizeof(MAGIC));
	buf_u32(out, SEGMENT_VERSION);
	buf_u32(out, 0);
	buf_u64(out, number);
}

/* Reserves a record's head; returns where it stands. */
static size_t
begin(struct buf *out)
{
	static const char ZEROS[SEGMENT_RECORD_HEAD];
	size_t at = out->size;

	buf_put(out, ZEROS, sizeof(ZEROS));
	return at;
}

static void
put_u32(char *to, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++) {
		to[i] = (char)(value >> (8 * i));
	}
}

static void
end(struct buf *out, size_t at, enum record_type type)
{
	size_t size;
	uint32_t crc;
	char *head;

	if (out->failed) {
		return;
	}
	head = out->data + at;
	size = out->size - at - SEGMENT_RECORD_HEAD;
	assert(size <= SEGMENT_BODY_MAX);
	put_u32(head, (uint32_t)size);
	head[4] = (char)type;
	crc = hash_crc32c(0, head, 8);
	put_u32(head + 8, hash_crc32c(crc, head + SEGMENT_RECORD_HEAD, size));
}

void
segment_put_table(struct buf *out, const struct series_table *table)
{
	size_t at = begin(out);

	buf_u32(out, table->number);
	buf_u16(out, table->n_ds);
	for (uint16_t i = 0; i < table->n_ds; i++) {
		buf_str16(out, table->ds[i].name);
		buf_str16(out, table->ds[i].role);
		buf_str16(out, table->ds[i].metric);
		buf_str16(out, table->ds[i].instance);
		buf_str16(out, table->ds[i].unit);
	}
	end(out, at, RECORD_TABLE);
}

void
segment_put_file(struct buf *out, const struct series_file *file)
{
	size_t at = begin(out);

	buf_u32(out, file->number);
	buf_u32(out, file->table->number);
	buf_u32(out, file->step_s);
	buf_u8(out, (uint8_t)file->entity->kind);
	buf_u8(out, (uint8_t)file->class);
	buf_u16(out, file->part);
	buf_str16(out, strchr(file->entity->key, ':') + 1);
	buf_str16(out, file->path);
	end(out, at, RECORD_FILE);
}

void
segment_put_row(struct buf *out, uint32_t file, const struct segment_row *row)
{
	size_t at = begin(out);
	unsigned n = (unsigned)__builtin_popcountll(row->known);

	buf_u32(out, file);
	buf_u64(out, (uint64_t)row->slot_s);
	buf_u64(out, row->known);
	for (unsigned i = 0; i < n; i++) {
		buf_f64(out, row->values[i]);
	}
	end(out, at, RECORD_ROW);
}

static int
take_table(struct reading *reading, struct buf_reader *r)
{
	struct table *table, *old;

	table = calloc(1, sizeof(*table));
	assert(table != NULL);
	table->number = buf_get_u32(r);
	table->n_ds = buf_get_u16(r);
	if (table->n_ds > RING_DS_MAX || table->n_ds == 0) {
		free(table);
		return COL_EPROTO;
	}
	table->texts = calloc(table->n_ds, sizeof(table->texts[0]));
	assert(table->texts != NULL);
	for (uint16_t i = 0; i < table->n_ds; i++) {
		buf_get_str16(r, table->ds[i].name, SERIES_NAME_SIZE);
		for (unsigned k = 0; k < 4; k++) {
			buf_get_str16(r, table->texts[i][k], sizeof(table->texts[i][k]));
		}
		table->ds[i].role = table->texts[i][0];
		table->ds[i].metric = table->texts[i][1];
		table->ds[i].instance = table->texts[i][2];
		table->ds[i].unit = table->texts[i][3];
	}
	HASH_FIND(hh, reading->tables, &table->number, sizeof(table->number), old);
	if (r->failed || old != NULL) {
		free(table->texts);
		free(table);
		return COL_EPROTO;
	}
	HASH_ADD(hh, reading->tables, number, sizeof(table->number), table);
	return 0;
}

static int
take_file(struct reading *reading, struct buf_reader *r)
{
	struct series_described as = { 0 };
	uint32_t number = buf_get_u32(r), table_number = buf_get_u32(r);
	unsigned kind, class;
	struct table *table;
	struct file *file;
	int rc;

	as.step_s = buf_get_u32(r);
	kind = buf_get_u8(r);
	class = buf_get_u8(r);
	as.part = buf_get_u16(r);
	buf_get_str16(r, as.id, sizeof(as.id));
	buf_get_str16(r, as.path, sizeof(as.path));
	HASH_FIND(hh, reading->tables, &table_number, sizeof(table_number), table);
	if (r->failed || kind >= ENTITY_KIND_N || class >= ARCHIVE_CLASS_N ||
	    as.step_s == 0 || table == NULL) {
		return COL_EPROTO;
	}
	as.kind = (enum entity_kind)kind;
	as.class = (enum archive_class)class;
	HASH_FIND(hh, reading->files, &number, sizeof(number), file);
	if (file == NULL) {
		file = calloc(1, sizeof(*file));
		assert(file != NULL);
		file->number = number;
		HASH_ADD(hh, reading->files, number, sizeof(number), file);
	}
	/* a file that cannot be taken must not have rows */
	file->n_ds = 0;
	rc = reading->events->file(reading->events->arg, number, &as, table->ds,
	    table->n_ds);
	file->n_ds = rc == 0 ? table->n_ds : 0;
	return rc;
}

static int
take_row(struct reading *reading, struct buf_reader *r)
{
	double values[RING_DS_MAX];
	struct segment_row row = { .values = values };
	uint32_t number = buf_get_u32(r);
	struct file *file;
	unsigned n;

	row.slot_s = (int64_t)buf_get_u64(r);
	row.known = buf_get_u64(r);
	n = (unsigned)__builtin_popcountll(row.known);
	for (unsigned i = 0; i < n; i++) {
		values[i] = buf_get_f64(r);
	}
	HASH_FIND(hh, reading->files, &number, sizeof(number), file);
	if (r->failed || file == NULL || row.known == 0 ||
	    (file->n_ds < 64 && row.known >> file->n_ds != 0)) {
		return COL_EPROTO;
	}
	return reading->events->row(reading->events->arg, number, &row);
}

/* Whether a whole record stands at data; its type and body. */
static bool
find_record(const unsigned char *data, size_t size, uint32_t *ret_type,
    struct buf_reader *ret_body)
{
	struct buf_reader head = { .data = data, .size = size };
	uint32_t body_size = buf_get_u32(&head), type = buf_get_u32(&head);
	uint32_t crc = buf_get_u32(&head);

	if (head.failed || body_size > SEGMENT_BODY_MAX || type < RECORD_TABLE ||
	    type > RECORD_ROW || body_size > size - SEGMENT_RECORD_HEAD ||
	    hash_crc32c(hash_crc32c(0, data, 8), data + SEGMENT_RECORD_HEAD,
	    body_size) != crc) {
		return false;
	}
	*ret_type = type;
	*ret_body = (struct buf_reader){ .data = data + SEGMENT_RECORD_HEAD,
	    .size = body_size };
	return true;
}

/* One record at *at; COL_EPROTO when it is torn or wrong. */
static int
take_record(struct reading *reading, const unsigned char *data, size_t size, size_t *at)
{
	struct buf_reader body;
	uint32_t type;
	int rc = COL_EPROTO;

	if (!find_record(data + *at, size - *at, &type, &body)) {
		return COL_EPROTO;
	}
	if (type == RECORD_TABLE) {
		rc = take_table(reading, &body);
	} else if (type == RECORD_FILE) {
		rc = take_file(reading, &body);
	} else if (type == RECORD_ROW) {
		rc = take_row(reading, &body);
	}
	if (rc == 0 && body.at != body.size) {
		rc = COL_EPROTO;
	}
	*at += rc == 0 ? SEGMENT_RECORD_HEAD + body.size : 0;
	return rc;
}

/* The next place behind at where a whole record stands; size: there is none. */
static size_t
next_record(const unsigned char *data, size_t size, size_t at)
{
	struct buf_reader body;
	uint32_t type;

	do {
		at++;
	} while (at < size && !find_record(data + at, size - at, &type, &body));
	return at;
}

/* Reads records; passes over damaged ones where that is wanted. */
static int
take_all(struct reading *reading, const unsigned char *data, size_t size, size_t *at)
{
	const struct segment_events *events = reading->events;
	int rc = 0;

	while (*at < size && rc == 0) {
		rc = take_record(reading, data, size, at);
		if (rc == COL_EPROTO && events->damaged != NULL) {
			size_t next = next_record(data, size, *at);

			if (next == size) {
				break;
			}
			events->damaged(events->arg, *at, next - *at);
			*at = next;
			rc = 0;
		}
	}
	return rc;
}

static void
reading_done(struct reading *reading)
{
	struct table *table, *next_table;
	struct file *file, *next_file;

	HASH_ITER(hh, reading->tables, table, next_table) {
		HASH_DEL(reading->tables, table);
		free(table->texts);
		free(table);
	}
	HASH_ITER(hh, reading->files, file, next_file) {
		HASH_DEL(reading->files, file);
		free(file);
	}
}

bool
segment_is_newer(const char header[SEGMENT_HEADER_SIZE])
{
	struct buf_reader r = { .data = (const unsigned char *)header,
	    .size = SEGMENT_HEADER_SIZE, .at = sizeof(MAGIC) };

	return memcmp(header, MAGIC, sizeof(MAGIC)) == 0 &&
	    buf_get_u32(&r) > SEGMENT_VERSION;
}

int
segment_read(const void *data, size_t size, const struct segment_events *events,
    uint64_t *ret_number, size_t *ret_good)
{
	struct reading reading = { .events = events };
	struct buf_reader r = { .data = data, .size = size, .at = sizeof(MAGIC) };
	size_t at = SEGMENT_HEADER_SIZE;
	int rc;

	if (size < SEGMENT_HEADER_SIZE || memcmp(data, MAGIC, sizeof(MAGIC)) != 0) {
		return COL_EPROTO;
	}
	if (buf_get_u32(&r) != SEGMENT_VERSION) {
		return COL_ENOTSUP;
	}
	(void)buf_get_u32(&r);
	*ret_number = buf_get_u64(&r);
	rc = take_all(&reading, data, size, &at);
	reading_done(&reading);
	*ret_good = at;
	return rc == COL_EPROTO ? 0 : rc;
}
