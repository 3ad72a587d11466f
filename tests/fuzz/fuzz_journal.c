/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the store reads back: a journal segment, or with a first byte of 1 the
 * messages between daemon and store process.  The CRC of a record is mended
 * first, so that the bytes behind it are reached.
 */
#include <config.h>

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/proto.h"
#include "store/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES 64

struct seen { uint16_t n_ds[FILES]; };

static int
on_file(void *arg, uint32_t number, const struct series_described *as,
    const struct series_ds *ds, uint16_t n_ds)
{
	struct seen *seen = arg;

	assert(n_ds > 0 && n_ds <= RING_DS_MAX && as->step_s > 0);
	assert(memchr(as->path, '\0', sizeof(as->path)) != NULL);
	for (uint16_t i = 0; i < n_ds; i++) {
		assert(strlen(ds[i].name) < SERIES_NAME_SIZE && strlen(ds[i].role) < 64);
	}
	if (number >= FILES) {
		return COL_EPROTO;
	}
	seen->n_ds[number] = n_ds;
	return 0;
}

static int
on_row(void *arg, uint32_t number, const struct segment_row *row)
{
	struct seen *seen = arg;

	assert(number < FILES && seen->n_ds[number] > 0 && row->known != 0);
	assert(seen->n_ds[number] == 64 || row->known >> seen->n_ds[number] == 0);
	return 0;
}

static void
mend(uint8_t *data, size_t size)
{
	size_t at = SEGMENT_HEADER_SIZE;

	while (at + SEGMENT_RECORD_HEAD <= size) {
		uint8_t *head = data + at;
		uint32_t body = head[0] | (uint32_t)head[1] << 8, crc;

		head[2] = head[3] = 0;
		if (body > size - at - SEGMENT_RECORD_HEAD) {
			return;
		}
		crc = hash_crc32c(hash_crc32c(0, head, 8), head + SEGMENT_RECORD_HEAD, body);
		for (unsigned i = 0; i < 4; i++) {
			head[8 + i] = (uint8_t)(crc >> (8 * i));
		}
		at += SEGMENT_RECORD_HEAD + body;
	}
}

static void
read_journal(const uint8_t *data, size_t size)
{
	struct seen seen = { 0 };
	const struct segment_events events = { .file = on_file, .row = on_row,
	    .arg = &seen };
	uint8_t *copy = malloc(size + 1);
	uint64_t number;
	size_t good;

	assert(copy != NULL);
	memcpy(copy, data, size);
	for (int round = 0; round < 2; round++) {
		if (segment_read(copy, size, &events, &number, &good) == 0) {
			assert(good <= size && good >= SEGMENT_HEADER_SIZE);
		}
		mend(copy, size);
	}
	free(copy);
}

static void
read_frame(const struct proto_frame *frame)
{
	struct proto_ensure ensure;
	struct proto_update update;
	struct proto_fetch fetch;
	struct proto_reply reply;

	if (proto_get_ensure(frame, &ensure)) {
		assert(ensure.n_ds > 0 && ensure.n_ds <= RING_DS_MAX);
	}
	if (proto_get_update(frame, &update)) {
		assert(update.n_rows > 0 && update.n_rows <= PROTO_ROWS_MAX);
		proto_update_done(&update);
	}
	if (proto_get_fetch(frame, &fetch)) {
		assert(fetch.to_s >= fetch.from_s);
	}
	if (proto_get_reply(frame, &reply)) {
		proto_reply_done(&reply);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proto_frame frame;
	size_t at = 1;
	int64_t n = 1;

	if (size == 0) {
		return 0;
	}
	if (data[0] != 1) {
		read_journal(data + 1, size - 1);
		return 0;
	}
	while (at < size && n > 0) {
		n = proto_take(data + at, size - at, &frame);
		assert(n <= (int64_t)(size - at));
		if (n > 0) {
			read_frame(&frame);
			at += (size_t)n;
		}
	}
	return 0;
}
