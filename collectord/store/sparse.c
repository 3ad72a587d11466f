/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/sparse.h"

#include <assert.h>
#include <string.h>

#define WORD 8u
#define MASK_WORDS 64u

static uint64_t
word_at(const unsigned char *data, size_t i)
{
	uint64_t word;

	memcpy(&word, data + i * WORD, WORD);
	return word;
}

void
sparse_put(struct buf *out, const void *data, size_t size)
{
	size_t n = size / WORD;

	assert(size % WORD == 0 && size <= UINT32_MAX);
	buf_u32(out, (uint32_t)size);
	for (size_t at = 0; at < n; at += MASK_WORDS) {
		size_t end = at + MASK_WORDS < n ? at + MASK_WORDS : n;
		uint64_t mask = 0;

		for (size_t i = at; i < end; i++) {
			mask |= (uint64_t)(word_at(data, i) != 0) << (i - at);
		}
		buf_u64(out, mask);
		for (size_t i = at; i < end; i++) {
			if (mask >> (i - at) & 1) {
				/* as it lies in memory, whatever the order of bytes */
				buf_put(out, (const char *)data + i * WORD, WORD);
			}
		}
	}
}

static void
take_word(struct buf_reader *r, unsigned char *to)
{
	if (r->failed || r->size - r->at < WORD) {
		r->failed = true;
		return;
	}
	memcpy(to, r->data + r->at, WORD);
	r->at += WORD;
}

bool
sparse_get(struct buf_reader *r, void *data, size_t room, size_t *ret_size)
{
	size_t size = buf_get_u32(r), n = size / WORD;

	if (r->failed || size > room || size % WORD != 0) {
		return false;
	}
	for (size_t at = 0; at < n && !r->failed; at += MASK_WORDS) {
		uint64_t mask = buf_get_u64(r);

		for (size_t i = at; i < at + MASK_WORDS && i < n; i++) {
			unsigned char *to = (unsigned char *)data + i * WORD;

			memset(to, 0, WORD);
			if (mask >> (i - at) & 1) {
				take_word(r, to);
			}
		}
	}
	if (r->failed) {
		return false;
	}
	*ret_size = size;
	return true;
}
