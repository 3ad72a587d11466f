/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"

#include <string.h>

/* A text under construction; what does not fit any more ends it. */
struct out {
	char *text;
	size_t n, size;
	bool full;
};

/* Source: RFC 3629; beyond the basic plane nobody names a sensor. */
static void
put(struct out *out, uint32_t c)
{
	char bytes[3];
	size_t n = 1;

	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000)) {
		return;
	}
	if (c < 0x80) {
		bytes[0] = (char)c;
	} else if (c < 0x800) {
		bytes[0] = (char)(0xc0 | c >> 6);
		bytes[1] = (char)(0x80 | (c & 0x3f));
		n = 2;
	} else {
		bytes[0] = (char)(0xe0 | c >> 12);
		bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
		bytes[2] = (char)(0x80 | (c & 0x3f));
		n = 3;
	}
	/* Blanks in front are dropped as they come. */
	if (out->full || out->n + n >= out->size) {
		out->full = true;
	} else if (out->n > 0 || c != ' ') {
		memcpy(out->text + out->n, bytes, n);
		out->n += n;
	}
}

/* Source: IPMI v2.0 s.43.15, BCD plus: digits, blank, dash, period. */
static void
decode_bcd(struct out *out, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789 -.:,_";

	for (size_t i = 0; i < n; i++) {
		put(out, (uint8_t)digits[bytes[i] >> 4]);
		put(out, (uint8_t)digits[bytes[i] & 15]);
	}
}

/* Four characters in three bytes, the first in the lowest bits. */
static void
decode_packed(struct out *out, const uint8_t *bytes, size_t n)
{
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (size_t i = 0; i < n; i++) {
		bits |= (uint32_t)bytes[i] << n_bits;
		n_bits += 8;
		while (n_bits >= 6) {
			put(out, 0x20 + (bits & 0x3f));
			bits >>= 6;
			n_bits -= 6;
		}
	}
}

static void
decode_hex(struct out *out, const uint8_t *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		put(out, (uint8_t)digits[bytes[i] >> 4]);
		put(out, (uint8_t)digits[bytes[i] & 15]);
	}
}

size_t
text_decode(enum text_kind kind, const uint8_t *bytes, size_t n,
    char *ret_text, size_t size)
{
	struct out out = {.text = ret_text, .size = size};

	switch (kind) {
	case TEXT_BINARY:
		decode_hex(&out, bytes, n);
		break;
	case TEXT_BCD:
		decode_bcd(&out, bytes, n);
		break;
	case TEXT_PACKED:
		decode_packed(&out, bytes, n);
		break;
	case TEXT_LATIN:
		/* Some pad with NUL or end with it. */
		for (size_t i = 0; i < n && bytes[i] != 0; i++) {
			put(&out, bytes[i]);
		}
		break;
	case TEXT_WIDE:
		for (size_t i = 0; i + 1 < n; i += 2) {
			put(&out, text_u16(bytes + i));
		}
		break;
	}
	while (out.n > 0 && ret_text[out.n - 1] == ' ') {
		out.n--;
	}
	if (size > 0) {
		ret_text[out.n] = '\0';
	}
	return out.n;
}
