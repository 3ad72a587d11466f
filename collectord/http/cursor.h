/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cursors: where a list goes on, as sort value + id, and sort values as
 * numbers that compare like what they stand for.
 *
 * Route: lists of the API.  Thread: any.  Source: DESIGN.md 4.5 (lists).
 */
#ifndef HTTP_CURSOR_H
#define HTTP_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "http/query.h"

#define CURSOR_SIZE 96
/* The sort value of what is unknown: last in either direction. */
#define CURSOR_UNKNOWN UINT64_MAX

struct cursor {
	uint64_t key;
	char id[QUERY_ID_SIZE];
};

/* Writes "0123456789abcdef.id". */
void cursor_encode(uint64_t key, const char *id, char text[CURSOR_SIZE]);
/* Errors: COL_EINVAL. */
int cursor_decode(const char *text, struct cursor *ret_cursor);
/* Keeps order: a < b gives key(a) < key(b); descending turns it round. */
uint64_t cursor_key_number(double value, bool descending);
uint64_t cursor_key_uint(uint64_t value, bool descending);

#endif
