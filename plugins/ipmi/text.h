/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts as BMCs store them: a type/length byte and packed characters, to UTF-8.
 *
 * Route: below sdr.c and fru.c.  Thread: any (pure).
 * Source: IPMI v2.0 rev 1.1 s.43.15 (type/length byte); FRU 1.0 s.13.
 */
#ifndef IPMI_TEXT_H
#define IPMI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum text_kind {
	TEXT_BINARY = 0,       /* FRU: binary; SDR: unicode */
	TEXT_BCD,              /* BCD plus */
	TEXT_PACKED,           /* 6-bit ASCII */
	TEXT_LATIN,            /* 8-bit ASCII + Latin 1 */
	TEXT_WIDE,             /* UTF-16, lower byte first */
};

/*
 * Decodes n bytes to UTF-8: control characters out, blanks at both ends cut.
 * Shape: ret_text is NUL-terminated and cut at a whole character.
 * Returns its length.
 */
size_t text_decode(enum text_kind kind, const uint8_t *bytes, size_t n,
    char *ret_text, size_t size);

/* Lower byte first, as everything in IPMI. */
static inline uint16_t
text_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t
text_u32(const uint8_t *bytes)
{
	return (uint32_t)text_u16(bytes) | (uint32_t)text_u16(bytes + 2) << 16;
}

#endif
