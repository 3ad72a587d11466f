/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ber.h"

#include <string.h>

/* Bytes of a long length that are read; real ones have 1 or 2. */
#define LENGTH_BYTES_MAX 4

/* ---- reading ----------------------------------------------------------------- */

int
ber_next_long(struct ber_reader *reader, uint8_t *ret_tag,
    struct ber_reader *ret_content)
{
	const uint8_t *at = reader->at;
	size_t len, n;

	if (ber_left(reader) < 2) {
		return COL_EPROTO;
	}
	len = at[1];
	at += 2;
	if (len & 0x80) {
		n = len & 0x7f;
		/* 0x80 is the indefinite form, which SNMP forbids. */
		if (n == 0 || n > LENGTH_BYTES_MAX ||
		    n > (size_t)(reader->end - at)) {
			return COL_EPROTO;
		}
		for (len = 0; n > 0; n--) {
			len = len << 8 | *at++;
		}
	}
	if (len > (size_t)(reader->end - at)) {
		return COL_EPROTO;
	}
	*ret_tag = reader->at[0];
	*ret_content = (struct ber_reader){at, at + len};
	reader->at = at + len;
	return 0;
}

int
ber_take(struct ber_reader *reader, uint8_t tag,
    struct ber_reader *ret_content)
{
	struct ber_reader before = *reader, content;
	uint8_t found;

	if (ber_next(reader, &found, &content) != 0) {
		return COL_EPROTO;
	}
	if (found != tag) {
		*reader = before;
		return COL_EPROTO;
	}
	*ret_content = content;
	return 0;
}

int
ber_take_integer(struct ber_reader *reader, int64_t *ret_n)
{
	struct ber_reader content;

	if (ber_take(reader, BER_INTEGER, &content) != 0) {
		return COL_EPROTO;
	}
	return ber_integer(content, ret_n);
}

/* One sub-identifier, seven bits a byte, the last without the high bit. */
static int
read_sub(struct ber_reader *content, uint32_t *ret_sub)
{
	uint32_t sub = 0;
	uint8_t byte;

	do {
		if (content->at == content->end || sub > UINT32_MAX >> 7) {
			return COL_EPROTO;
		}
		byte = *content->at++;
		sub = sub << 7 | (byte & 0x7f);
	} while (byte & 0x80);
	*ret_sub = sub;
	return 0;
}

int
ber_objid(struct ber_reader content, uint32_t *subs, unsigned max,
    unsigned *ret_n)
{
	uint32_t first;
	unsigned n = 2;

	if (max < 2) {
		return COL_ERANGE;
	}
	if (read_sub(&content, &first) != 0) {
		return COL_EPROTO;
	}
	/* Source: X.690 s.8.19.4: the first two arcs share one number. */
	subs[0] = first < 80 ? first / 40 : 2;
	subs[1] = first - subs[0] * 40;
	for (; content.at < content.end; n++) {
		if (n == max) {
			return COL_ERANGE;
		}
		if (*content.at < 0x80) {
			subs[n] = *content.at++;
		} else if (read_sub(&content, &subs[n]) != 0) {
			return COL_EPROTO;
		}
	}
	*ret_n = n;
	return 0;
}

/* ---- writing ------------------------------------------------------------------ */

static void
put_byte(struct ber_writer *writer, uint8_t byte)
{
	if (writer->at == writer->start) {
		writer->full = true;
		return;
	}
	*--writer->at = byte;
}

void
ber_put_bytes(struct ber_writer *writer, const uint8_t *bytes, size_t len)
{
	if (len > (size_t)(writer->at - writer->start)) {
		writer->full = true;
		return;
	}
	writer->at -= len;
	if (len > 0) {
		memcpy(writer->at, bytes, len);
	}
}

void
ber_put_header(struct ber_writer *writer, uint8_t tag, size_t len)
{
	uint8_t n = 0;

	if (len < 0x80) {
		put_byte(writer, (uint8_t)len);
	} else {
		for (; len > 0; len >>= 8, n++) {
			put_byte(writer, (uint8_t)(len & 0xff));
		}
		put_byte(writer, 0x80 | n);
	}
	put_byte(writer, tag);
}

void
ber_put_header_since(struct ber_writer *writer, uint8_t tag, size_t mark)
{
	ber_put_header(writer, tag, ber_written(writer) - mark);
}

void
ber_put_integer(struct ber_writer *writer, uint8_t tag, int64_t n)
{
	uint64_t rest = (uint64_t)n, sign = n < 0 ? UINT64_MAX : 0;
	size_t mark = ber_written(writer);
	uint8_t byte;

	do {
		byte = (uint8_t)(rest & 0xff);
		put_byte(writer, byte);
		rest = rest >> 8 | sign << 56;
	} while (rest != sign || (byte & 0x80) != (sign & 0x80));
	ber_put_header_since(writer, tag, mark);
}

void
ber_put_unsigned(struct ber_writer *writer, uint8_t tag, uint64_t n)
{
	size_t mark = ber_written(writer);
	uint8_t byte;

	do {
		byte = (uint8_t)(n & 0xff);
		put_byte(writer, byte);
		n >>= 8;
	} while (n > 0);
	/* A set high bit would read as a sign. */
	if (byte & 0x80) {
		put_byte(writer, 0);
	}
	ber_put_header_since(writer, tag, mark);
}

void
ber_put_octets(struct ber_writer *writer, uint8_t tag, const uint8_t *bytes,
    size_t len)
{
	ber_put_bytes(writer, bytes, len);
	ber_put_header(writer, tag, len);
}

static void
put_sub(struct ber_writer *writer, uint64_t sub)
{
	uint8_t more = 0;

	do {
		put_byte(writer, (uint8_t)(sub & 0x7f) | more);
		more = 0x80;
		sub >>= 7;
	} while (sub > 0);
}

void
ber_put_objid(struct ber_writer *writer, struct objref name)
{
	size_t mark = ber_written(writer);

	for (unsigned i = name.n; i > 2; i--) {
		put_sub(writer, name.sub[i - 1]);
	}
	put_sub(writer, name.n < 2 ? 0 :
	    (uint64_t)name.sub[0] * 40 + name.sub[1]);
	ber_put_header_since(writer, BER_OBJID, mark);
}

void
ber_put_null(struct ber_writer *writer, uint8_t tag)
{
	ber_put_header(writer, tag, 0);
}
