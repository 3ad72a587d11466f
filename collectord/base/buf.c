/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT_DEFAULT (UINT64_C(1) << 30)

void
buf_init(struct buf *buf, size_t limit)
{
	*buf = (struct buf){ .limit = limit != 0 ? limit : LIMIT_DEFAULT };
}

void
buf_done(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){ .limit = buf->limit };
}

void
buf_reset(struct buf *buf)
{
	buf->size = 0;
	buf->failed = false;
	if (buf->data != NULL) {
		buf->data[0] = '\0';
	}
}

/* Makes room for size more bytes and the NUL. */
static bool
grow(struct buf *buf, size_t size)
{
	size_t room = buf->room != 0 ? buf->room : 256;
	char *data;

	if (buf->failed || size > buf->limit || buf->size > buf->limit - size) {
		buf->failed = true;
		return false;
	}
	while (room < buf->size + size + 1) {
		room *= 2;
	}
	if (room != buf->room) {
		data = realloc(buf->data, room);
		if (data == NULL) {
			buf->failed = true;
			return false;
		}
		buf->data = data;
		buf->room = room;
	}
	return true;
}

void
buf_put(struct buf *buf, const void *data, size_t size)
{
	if (grow(buf, size)) {
		memcpy(buf->data + buf->size, data, size);
		buf->size += size;
		buf->data[buf->size] = '\0';
	}
}

void
buf_puts(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0 || !grow(buf, (size_t)len)) {
		buf->failed = true;
		return;
	}
	va_start(args, format);
	(void)vsnprintf(buf->data + buf->size, (size_t)len + 1, format, args);
	va_end(args);
	buf->size += (size_t)len;
}

static void
put_le(struct buf *buf, uint64_t value, unsigned n)
{
	unsigned char bytes[8];

	for (unsigned i = 0; i < n; i++) {
		bytes[i] = (unsigned char)(value >> (8 * i));
	}
	buf_put(buf, bytes, n);
}

void
buf_u8(struct buf *buf, uint8_t value)
{
	put_le(buf, value, 1);
}

void
buf_u16(struct buf *buf, uint16_t value)
{
	put_le(buf, value, 2);
}

void
buf_u32(struct buf *buf, uint32_t value)
{
	put_le(buf, value, 4);
}

void
buf_u64(struct buf *buf, uint64_t value)
{
	put_le(buf, value, 8);
}

void
buf_f64(struct buf *buf, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	put_le(buf, bits, 8);
}

void
buf_str16(struct buf *buf, const char *text)
{
	size_t len = strlen(text);

	if (len > UINT16_MAX) {
		buf->failed = true;
		return;
	}
	buf_u16(buf, (uint16_t)len);
	buf_put(buf, text, len);
}

static uint64_t
get_le(struct buf_reader *r, unsigned n)
{
	uint64_t value = 0;

	if (r->failed || r->size - r->at < n) {
		r->failed = true;
		return 0;
	}
	for (unsigned i = 0; i < n; i++) {
		value |= (uint64_t)r->data[r->at + i] << (8 * i);
	}
	r->at += n;
	return value;
}

uint8_t
buf_get_u8(struct buf_reader *r)
{
	return (uint8_t)get_le(r, 1);
}

uint16_t
buf_get_u16(struct buf_reader *r)
{
	return (uint16_t)get_le(r, 2);
}

uint32_t
buf_get_u32(struct buf_reader *r)
{
	return (uint32_t)get_le(r, 4);
}

uint64_t
buf_get_u64(struct buf_reader *r)
{
	return get_le(r, 8);
}

double
buf_get_f64(struct buf_reader *r)
{
	uint64_t bits = get_le(r, 8);
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

bool
buf_get_str16(struct buf_reader *r, char *to, size_t to_size)
{
	size_t len = buf_get_u16(r);

	to[0] = '\0';
	if (r->failed || len >= to_size || r->size - r->at < len) {
		r->failed = true;
		return false;
	}
	memcpy(to, r->data + r->at, len);
	to[len] = '\0';
	r->at += len;
	return true;
}
