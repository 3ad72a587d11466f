/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peek.h"

#include "ber.h"

int
peek_message(const uint8_t *bytes, size_t size, struct peek *ret_peek)
{
	struct ber_reader reader = ber_reader(bytes, size), message, inner;
	struct peek peek = {0};
	int64_t version, id;

	if (ber_take(&reader, BER_SEQUENCE, &message) != 0 ||
	    ber_take_integer(&message, &version) != 0) {
		return COL_EPROTO;
	}
	if (version == 3) {
		/* msgGlobalData opens with msgID. */
		if (ber_take(&message, BER_SEQUENCE, &inner) != 0) {
			return COL_EPROTO;
		}
	} else if (version == 0 || version == 1) {
		if (ber_take(&message, BER_OCTETS, &inner) != 0) {
			return COL_EPROTO;
		}
		peek.community = inner.at;
		peek.community_len = ber_left(&inner);
		if (ber_next(&message, &peek.pdu, &inner) != 0) {
			return COL_EPROTO;
		}
	} else {
		return COL_EPROTO;
	}
	if (ber_take_integer(&inner, &id) != 0) {
		return COL_EPROTO;
	}
	peek.version = (int)version;
	peek.id = (uint32_t)id;
	*ret_peek = peek;
	return 0;
}
