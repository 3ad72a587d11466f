/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peek.h"

#include <collectord/err.h>

enum { TAG_INTEGER = 0x02, TAG_OCTETS = 0x04, TAG_SEQUENCE = 0x30 };

struct cursor {
	const uint8_t *at, *end;
};

/* Opens one element: leaves cursor on its content.  Source: X.690 s.8.1. */
static int
open_element(struct cursor *cursor, uint8_t *ret_tag, size_t *ret_len)
{
	size_t len;

	if (cursor->end - cursor->at < 2) {
		return COL_EPROTO;
	}
	*ret_tag = *cursor->at++;
	len = *cursor->at++;
	if (len & 0x80) {
		size_t n = len & 0x7f;
		if (n == 0 || n > 4 || (size_t)(cursor->end - cursor->at) < n) {
			return COL_EPROTO;
		}
		for (len = 0; n > 0; n--) {
			len = len << 8 | *cursor->at++;
		}
	}
	if (len > (size_t)(cursor->end - cursor->at)) {
		return COL_EPROTO;
	}
	*ret_len = len;
	return 0;
}

static int
read_integer(struct cursor *cursor, uint32_t *ret_n)
{
	uint8_t tag;
	size_t len;
	uint32_t n = 0;

	if (open_element(cursor, &tag, &len) != 0 || tag != TAG_INTEGER ||
	    len == 0 || len > 5) {
		return COL_EPROTO;
	}
	for (; len > 0; len--) {
		n = n << 8 | *cursor->at++;
	}
	*ret_n = n;
	return 0;
}

int
peek_message(const uint8_t *bytes, size_t size, struct peek *ret_peek)
{
	struct cursor cursor = {bytes, bytes + size};
	struct peek peek = {0};
	uint32_t version;
	uint8_t tag;
	size_t len;

	if (open_element(&cursor, &tag, &len) != 0 || tag != TAG_SEQUENCE ||
	    read_integer(&cursor, &version) != 0) {
		return COL_EPROTO;
	}
	peek.version = (int)version;
	if (version == 3) {
		/* msgGlobalData opens with msgID. */
		if (open_element(&cursor, &tag, &len) != 0 ||
		    tag != TAG_SEQUENCE) {
			return COL_EPROTO;
		}
	} else if (version <= 1) {
		if (open_element(&cursor, &tag, &len) != 0 ||
		    tag != TAG_OCTETS) {
			return COL_EPROTO;
		}
		peek.community = cursor.at;
		peek.community_len = len;
		cursor.at += len;
		if (open_element(&cursor, &peek.pdu, &len) != 0) {
			return COL_EPROTO;
		}
	} else {
		return COL_EPROTO;
	}
	if (read_integer(&cursor, &peek.id) != 0) {
		return COL_EPROTO;
	}
	*ret_peek = peek;
	return 0;
}
