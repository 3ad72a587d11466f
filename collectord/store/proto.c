/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/proto.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/dict.h"

int64_t
proto_take(const void *data, size_t size, struct proto_frame *ret_frame)
{
	struct buf_reader r = { .data = data, .size = size };
	uint32_t body_size, type, request;

	if (size < PROTO_FRAME_HEAD) {
		return 0;
	}
	body_size = buf_get_u32(&r);
	type = buf_get_u32(&r);
	request = buf_get_u32(&r);
	if (body_size > PROTO_BODY_MAX || type < PROTO_HELLO || type >= PROTO_TYPE_N) {
		return COL_EPROTO;
	}
	if (size - PROTO_FRAME_HEAD < body_size) {
		return 0;
	}
	ret_frame->type = (enum proto_type)type;
	ret_frame->request = request;
	ret_frame->body = (const unsigned char *)data + PROTO_FRAME_HEAD;
	ret_frame->body_size = body_size;
	return PROTO_FRAME_HEAD + (int64_t)body_size;
}

size_t
proto_begin(struct buf *out, enum proto_type type, uint32_t request)
{
	size_t at = out->size;

	buf_u32(out, 0);
	buf_u32(out, type);
	buf_u32(out, request);
	return at;
}

void
proto_end(struct buf *out, size_t at)
{
	uint32_t size;

	if (out->failed) {
		return;
	}
	size = (uint32_t)(out->size - at - PROTO_FRAME_HEAD);
	assert(size <= PROTO_BODY_MAX);
	for (unsigned i = 0; i < 4; i++) {
		out->data[at + i] = (char)(size >> (8 * i));
	}
}

static struct buf_reader
reader_of(const struct proto_frame *frame)
{
	return (struct buf_reader){ .data = frame->body, .size = frame->body_size };
}

static bool
at_end(const struct buf_reader *r)
{
	return !r->failed && r->at == r->size;
}

/* DS names stand in templates and argument lists of librrd. */
static bool
name_valid(const char *name)
{
	for (const char *c = name; *c != '\0'; c++) {
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		    (*c >= '0' && *c <= '9') || *c == '_' || *c == '-')) {
			return false;
		}
	}
	return name[0] != '\0';
}

static bool
get_path(struct buf_reader *r, char path[SERIES_PATH_SIZE])
{
	return buf_get_str16(r, path, SERIES_PATH_SIZE) && dict_path_valid(path);
}

static bool
get_names(struct buf_reader *r, uint16_t *ret_n, char names[RING_DS_MAX][SERIES_NAME_SIZE])
{
	uint16_t n = buf_get_u16(r);

	if (n == 0 || n > RING_DS_MAX) {
		return false;
	}
	for (uint16_t i = 0; i < n; i++) {
		if (!buf_get_str16(r, names[i], SERIES_NAME_SIZE) ||
		    !name_valid(names[i])) {
			return false;
		}
	}
	*ret_n = n;
	return true;
}

void
proto_put_hello(struct buf *out, const struct proto_hello *hello)
{
	buf_u32(out, hello->n_restored);
	buf_u32(out, hello->n_damaged);
	buf_u32(out, hello->n_swept);
	buf_str16(out, hello->error);
	buf_u32(out, (uint32_t)hello->paths.size);
	if (hello->paths.size > 0) {
		buf_put(out, hello->paths.data, hello->paths.size);
	}
}

bool
proto_get_hello(const struct proto_frame *frame, struct proto_hello *ret_hello)
{
	struct buf_reader r = reader_of(frame);
	struct proto_hello hello = { 0 };
	uint32_t size;

	hello.n_restored = buf_get_u32(&r);
	hello.n_damaged = buf_get_u32(&r);
	hello.n_swept = buf_get_u32(&r);
	(void)buf_get_str16(&r, hello.error, sizeof(hello.error));
	size = buf_get_u32(&r);
	if (r.failed || size != r.size - r.at ||
	    (size > 0 && r.data[r.size - 1] != '\0')) {
		return false;
	}
	buf_init(&hello.paths, PROTO_BODY_MAX);
	buf_put(&hello.paths, r.data + r.at, size);
	*ret_hello = hello;
	return !hello.paths.failed;
}

void
proto_put_ensure(struct buf *out, const struct proto_ensure *ensure)
{
	const struct archive_plan *plan = &ensure->plan;

	buf_str16(out, ensure->path);
	buf_u64(out, (uint64_t)ensure->before_s);
	buf_u64(out, (uint64_t)ensure->cut_s);
	buf_u32(out, plan->step_s);
	buf_u16(out, (uint16_t)plan->n_archives);
	for (unsigned i = 0; i < plan->n_archives; i++) {
		buf_u32(out, plan->archives[i].step_s);
		buf_u32(out, plan->archives[i].rows);
		buf_u8(out, plan->archives[i].has_max);
	}
	buf_u16(out, ensure->n_ds);
	for (uint16_t i = 0; i < ensure->n_ds; i++) {
		buf_str16(out, ensure->names[i]);
	}
}

bool
proto_get_ensure(const struct proto_frame *frame, struct proto_ensure *ret_ensure)
{
	struct buf_reader r = reader_of(frame);
	struct archive_plan *plan = &ret_ensure->plan;

	if (!get_path(&r, ret_ensure->path)) {
		return false;
	}
	ret_ensure->before_s = (int64_t)buf_get_u64(&r);
	ret_ensure->cut_s = (int64_t)buf_get_u64(&r);
	plan->step_s = buf_get_u32(&r);
	plan->n_archives = buf_get_u16(&r);
	if (plan->step_s == 0 || plan->n_archives == 0 ||
	    plan->n_archives > ARCHIVE_MAX || ret_ensure->before_s <= 0 ||
	    ret_ensure->cut_s < 0) {
		return false;
	}
	for (unsigned i = 0; i < plan->n_archives; i++) {
		struct archive *archive = &plan->archives[i];

		archive->step_s = buf_get_u32(&r);
		archive->rows = buf_get_u32(&r);
		archive->has_max = buf_get_u8(&r) != 0;
		if (archive->step_s == 0 || archive->step_s % plan->step_s != 0 ||
		    archive->rows == 0 || archive->rows > 1u << 20) {
			return false;
		}
	}
	return get_names(&r, &ret_ensure->n_ds, ret_ensure->names) && at_end(&r);
}

void
proto_put_update(struct buf *out, const struct series_file *file, uint32_t first,
    uint32_t n_rows)
{
	const struct series_table *table = file->table;

	assert(n_rows <= PROTO_ROWS_MAX && first + n_rows <= file->ring.n_rows);
	buf_str16(out, file->path);
	buf_u32(out, file->step_s);
	buf_u16(out, table->n_ds);
	for (uint16_t i = 0; i < table->n_ds; i++) {
		buf_str16(out, table->ds[i].name);
	}
	buf_u32(out, n_rows);
	for (uint32_t i = 0; i < n_rows; i++) {
		const struct ring_row *row = file->ring.rows[first + i];

		buf_u64(out, (uint64_t)row->slot_s);
		buf_u64(out, row->known);
		for (uint16_t k = 0; k < row->n_ds; k++) {
			if (row->known >> k & 1) {
				buf_f64(out, row->values[k]);
			}
		}
	}
}

bool
proto_get_update(const struct proto_frame *frame, struct proto_update *ret_update)
{
	struct buf_reader r = reader_of(frame);
	struct proto_update update = { .rows = NULL };

	if (!get_path(&r, update.path)) {
		return false;
	}
	update.step_s = buf_get_u32(&r);
	if (update.step_s == 0 || !get_names(&r, &update.n_ds, update.names)) {
		return false;
	}
	update.n_rows = buf_get_u32(&r);
	if (r.failed || update.n_rows == 0 || update.n_rows > PROTO_ROWS_MAX) {
		return false;
	}
	update.rows = calloc(update.n_rows, sizeof(update.rows[0]));
	update.values = calloc((size_t)update.n_rows * update.n_ds, sizeof(double));
	assert(update.rows != NULL && update.values != NULL);
	for (uint32_t i = 0; i < update.n_rows; i++) {
		struct proto_row *row = &update.rows[i];
		double *values = update.values + (size_t)i * update.n_ds;

		row->slot_s = (int64_t)buf_get_u64(&r);
		row->known = buf_get_u64(&r);
		row->values = values;
		r.failed |= update.n_ds < 64 && row->known >> update.n_ds != 0;
		r.failed |= row->slot_s <= 0 || (i > 0 && row[-1].slot_s >= row->slot_s);
		for (uint16_t k = 0; k < update.n_ds && !r.failed; k++) {
			values[k] = row->known >> k & 1 ? buf_get_f64(&r) : 0.0;
		}
	}
	if (!at_end(&r)) {
		proto_update_done(&update);
		return false;
	}
	*ret_update = update;
	return true;
}

void
proto_update_done(struct proto_update *update)
{
	free(update->rows);
	free(update->values);
	update->rows = NULL;
	update->values = NULL;
}

void
proto_put_fetch(struct buf *out, const struct proto_fetch *fetch)
{
	buf_str16(out, fetch->path);
	buf_str16(out, fetch->name);
	buf_u64(out, (uint64_t)fetch->from_s);
	buf_u64(out, (uint64_t)fetch->to_s);
	buf_u32(out, fetch->step_s);
	buf_u32(out, fetch->base_s);
	buf_u8(out, fetch->has_max);
}

bool
proto_get_fetch(const struct proto_frame *frame, struct proto_fetch *ret_fetch)
{
	struct buf_reader r = reader_of(frame);

	if (!get_path(&r, ret_fetch->path) ||
	    !buf_get_str16(&r, ret_fetch->name, SERIES_NAME_SIZE) ||
	    !name_valid(ret_fetch->name)) {
		return false;
	}
	ret_fetch->from_s = (int64_t)buf_get_u64(&r);
	ret_fetch->to_s = (int64_t)buf_get_u64(&r);
	ret_fetch->step_s = buf_get_u32(&r);
	ret_fetch->base_s = buf_get_u32(&r);
	ret_fetch->has_max = buf_get_u8(&r) != 0;
	return at_end(&r) && ret_fetch->step_s > 0 && ret_fetch->base_s > 0 &&
	    ret_fetch->from_s >= 0 && ret_fetch->to_s >= ret_fetch->from_s &&
	    (ret_fetch->to_s - ret_fetch->from_s) / ret_fetch->step_s < PROTO_POINTS_MAX;
}

static void
put_column(struct buf *out, const struct proto_column *column)
{
	buf_u64(out, (uint64_t)column->first_s);
	buf_u32(out, column->step_s);
	buf_u32(out, column->n);
	for (uint32_t i = 0; i < column->n; i++) {
		buf_u8(out, column->known[i]);
		buf_f64(out, column->values[i]);
	}
}

static void
get_column(struct buf_reader *r, struct proto_column *column)
{
	column->first_s = (int64_t)buf_get_u64(r);
	column->step_s = buf_get_u32(r);
	column->n = buf_get_u32(r);
	if (r->failed || column->n > (r->size - r->at) / 9) {
		column->n = 0;
		r->failed = true;
		return;
	}
	column->known = calloc(column->n + 1, 1);
	column->values = calloc(column->n + 1, sizeof(double));
	assert(column->known != NULL && column->values != NULL);
	for (uint32_t i = 0; i < column->n; i++) {
		column->known[i] = buf_get_u8(r) != 0;
		column->values[i] = buf_get_f64(r);
	}
}

void
proto_put_reply(struct buf *out, const struct proto_reply *reply)
{
	buf_u32(out, (uint32_t)reply->code);
	buf_str16(out, reply->text);
	buf_u64(out, (uint64_t)reply->last_s);
	buf_u8(out, (uint8_t)reply->made);
	put_column(out, &reply->average);
	put_column(out, &reply->max);
	put_column(out, &reply->tail);
}

bool
proto_get_reply(const struct proto_frame *frame, struct proto_reply *ret_reply)
{
	struct buf_reader r = reader_of(frame);
	struct proto_reply reply = { 0 };
	unsigned made;

	reply.code = (int)buf_get_u32(&r);
	buf_get_str16(&r, reply.text, sizeof(reply.text));
	reply.last_s = (int64_t)buf_get_u64(&r);
	made = buf_get_u8(&r);
	r.failed |= made >= PROTO_MADE_N;
	reply.made = (enum proto_made)made;
	get_column(&r, &reply.average);
	get_column(&r, &reply.max);
	get_column(&r, &reply.tail);
	if (!at_end(&r)) {
		proto_reply_done(&reply);
		return false;
	}
	*ret_reply = reply;
	return true;
}

static void
column_done(struct proto_column *column)
{
	free(column->known);
	free(column->values);
	*column = (struct proto_column){ 0 };
}

void
proto_reply_done(struct proto_reply *reply)
{
	column_done(&reply->average);
	column_done(&reply->max);
	column_done(&reply->tail);
}
