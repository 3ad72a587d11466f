/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The part of BER that SNMP uses, read and written within bounds, without
 * allocation: definite lengths, one-byte tags, integers, octets, OIDs.
 *
 * Route: below pdu.c and the message formats of the native engine.
 * Thread: any.  Source: ITU-T X.690 s.8; RFC 3417 s.8 (what of it is allowed).
 *
 * Reading is lenient where agents are sloppy (lengths and integers longer than
 * needed) and never leaves the given bytes.  Writing runs backwards, so that a
 * length is known when its header is written: write the last element first.
 */
#ifndef SNMP_BER_H
#define SNMP_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/err.h>

#include "objid.h"

enum ber_tag {
	BER_INTEGER = 0x02, BER_OCTETS = 0x04, BER_NULL = 0x05,
	BER_OBJID = 0x06, BER_SEQUENCE = 0x30,
	/* Source: RFC 2578 s.3.1.6, RFC 3416 s.3. */
	BER_ADDRESS = 0x40, BER_COUNTER32 = 0x41, BER_UNSIGNED32 = 0x42,
	BER_TICKS = 0x43, BER_OPAQUE = 0x44, BER_COUNTER64 = 0x46,
	BER_NO_OBJECT = 0x80, BER_NO_INSTANCE = 0x81, BER_END_OF_VIEW = 0x82
};

/* ---- reading ----------------------------------------------------------------- */

/* Bytes still to be read; end is one past the last. */
struct ber_reader {
	const uint8_t *at, *end;
};

static inline struct ber_reader
ber_reader(const uint8_t *bytes, size_t size)
{
	return (struct ber_reader){.at = bytes, .end = bytes + size};
}

static inline size_t
ber_left(const struct ber_reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

/* ber_next for lengths of more than 127 bytes. */
int ber_next_long(struct ber_reader *reader, uint8_t *ret_tag,
    struct ber_reader *ret_content);

/*
 * Takes one element off: its tag and its content, which lies in the reader.
 * Errors: COL_EPROTO (nothing left, indefinite length, content beyond the end);
 * the reader is then where it was.
 */
static inline int
ber_next(struct ber_reader *reader, uint8_t *ret_tag,
    struct ber_reader *ret_content)
{
	const uint8_t *at = reader->at;

	if (ber_left(reader) < 2 || at[1] > ber_left(reader) - 2 ||
	    at[1] > 0x7f) {
		return ber_next_long(reader, ret_tag, ret_content);
	}
	*ret_tag = at[0];
	*ret_content = (struct ber_reader){at + 2, at + 2 + at[1]};
	reader->at = ret_content->end;
	return 0;
}

/* The same when it must have this tag. */
int ber_take(struct ber_reader *reader, uint8_t tag,
    struct ber_reader *ret_content);
/* Takes an INTEGER.  Errors: COL_EPROTO (1 to 8 bytes are read). */
int ber_take_integer(struct ber_reader *reader, int64_t *ret_n);

/*
 * Decodes content of 1 to 8 bytes, two's complement.  Errors: COL_EPROTO.
 */
static inline int
ber_integer(struct ber_reader content, int64_t *ret_n)
{
	size_t len = ber_left(&content);
	uint64_t n;

	if (len == 0 || len > 8) {
		return COL_EPROTO;
	}
	n = content.at[0] & 0x80 ? UINT64_MAX : 0;
	for (; content.at < content.end; content.at++) {
		n = n << 8 | *content.at;
	}
	*ret_n = (int64_t)n;
	return 0;
}

/* Decodes content of 1 to 9 bytes; a ninth must be a leading zero. */
static inline int
ber_unsigned(struct ber_reader content, uint64_t *ret_n)
{
	int64_t n;

	if (ber_left(&content) == 9 && content.at[0] == 0) {
		content.at++;
	}
	if (ber_integer(content, &n) != 0) {
		return COL_EPROTO;
	}
	*ret_n = (uint64_t)n;
	return 0;
}

/*
 * Decodes a name.
 * Shape: subs has room for max.  Errors: COL_EPROTO (empty, cut in the middle,
 * a sub-identifier over 32 bits), COL_ERANGE (longer than max); subs is then
 * spoilt.
 */
int ber_objid(struct ber_reader content, uint32_t *subs, unsigned max,
    unsigned *ret_n);

/* ---- writing ------------------------------------------------------------------ */

/* Fills a buffer from its end; at moves down to start. */
struct ber_writer {
	uint8_t *start, *at, *end;
	bool full;          /* something did not fit; the rest is void */
};

static inline struct ber_writer
ber_writer(uint8_t *buffer, size_t size)
{
	return (struct ber_writer){.start = buffer, .at = buffer + size,
	    .end = buffer + size};
}

/* Bytes written so far; also the mark for ber_put_header_since. */
static inline size_t
ber_written(const struct ber_writer *writer)
{
	return (size_t)(writer->end - writer->at);
}

/* Content goes before header: each puts itself in front of what is there. */
void ber_put_bytes(struct ber_writer *writer, const uint8_t *bytes,
    size_t len);
void ber_put_header(struct ber_writer *writer, uint8_t tag, size_t len);
/* Header of all that was written since ber_written() gave mark. */
void ber_put_header_since(struct ber_writer *writer, uint8_t tag,
    size_t mark);
void ber_put_integer(struct ber_writer *writer, uint8_t tag, int64_t n);
void ber_put_unsigned(struct ber_writer *writer, uint8_t tag, uint64_t n);
void ber_put_octets(struct ber_writer *writer, uint8_t tag,
    const uint8_t *bytes, size_t len);
/* Shape: at least two sub-identifiers, the first 0..2. */
void ber_put_objid(struct ber_writer *writer, struct objref name);
void ber_put_null(struct ber_writer *writer, uint8_t tag);

#endif
