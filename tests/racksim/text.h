/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict text parsing: whole string, checked range, no guessing.
 *
 * Route:  used by the command line, fault files, plans and captures.
 * Thread: any (pure functions).
 * Source: RFC 3339 section 5.6 (timestamps).
 */
#ifndef RACKSIM_TEXT_H
#define RACKSIM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads a whole decimal number between 0 and `max`.
 * Errors: -1 for anything else; the output is untouched then.
 */
int text_u64(const char *s, uint64_t max, uint64_t *ret_value);

/*
 * Reads a whole decimal integer, sign allowed.
 * Errors: -1 for anything else; the output is untouched then.
 */
int text_i64(const char *s, int64_t *ret_value);

/*
 * Reads a point in time: unix seconds, or RFC 3339 with an offset or Z.
 * Units:  ret_seconds are whole seconds since the epoch, fractions cut off.
 * Errors: -1 for anything else; the output is untouched then.
 */
int text_time(const char *s, int64_t *ret_seconds);

/*
 * Reads a dotted IPv4 address into host byte order.
 * Errors: -1 for anything else; the output is untouched then.
 */
int text_ipv4(const char *s, uint32_t *ret_address);

/*
 * Cuts the next blank-separated word off `*cursor` in place.
 * Owns:   borrows the buffer; the word lies in it, NUL-terminated.
 * Errors: NULL at the end of the line.
 */
char *text_word(char **cursor);

#endif
