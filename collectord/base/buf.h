/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing run of bytes, bounded by a limit given at the start.
 *
 * Route: JSON, journal, store messages.  Thread: the owner's.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;     /* NUL behind size is kept, so text may be printed */
	size_t size;    /* bytes used */
	size_t room;    /* bytes allocated */
	size_t limit;   /* never grows beyond; 0: 1 GiB */
	bool failed;    /* out of memory or limit: all later writes are no-ops */
};

void buf_init(struct buf *buf, size_t limit);
void buf_done(struct buf *buf);
void buf_reset(struct buf *buf);                 /* keeps the memory */
void buf_put(struct buf *buf, const void *data, size_t size);
void buf_puts(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Little-endian fixed sizes. */
void buf_u8(struct buf *buf, uint8_t value);
void buf_u16(struct buf *buf, uint16_t value);
void buf_u32(struct buf *buf, uint32_t value);
void buf_u64(struct buf *buf, uint64_t value);
void buf_f64(struct buf *buf, double value);
void buf_str16(struct buf *buf, const char *text); /* u16 length + bytes */

/* Reads back; every getter returns 0/""/false and sets failed past the end. */
struct buf_reader {
	const unsigned char *data;
	size_t size, at;
	bool failed;
};
uint8_t buf_get_u8(struct buf_reader *r);
uint16_t buf_get_u16(struct buf_reader *r);
uint32_t buf_get_u32(struct buf_reader *r);
uint64_t buf_get_u64(struct buf_reader *r);
double buf_get_f64(struct buf_reader *r);
/* Shape: copies a u16-prefixed text into to, NUL-terminated; too long fails. */
bool buf_get_str16(struct buf_reader *r, char *to, size_t to_size);

#endif
