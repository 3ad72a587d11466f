/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict reading of text: the whole string, a range, a unit, or an error.
 *
 * Route: configuration, HTTP, plugins' texts.  Thread: any.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Errors of all: COL_EINVAL malformed, COL_ERANGE outside min..max. */
int str_to_int(const char *text, int64_t min, int64_t max, int64_t *ret_value);
int str_to_uint(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);
/* No hex, no inf, no nan; always the C locale's point. */
int str_to_number(const char *text, double *ret_value);
/* true/false, yes/no, on/off. */
int str_to_bool(const char *text, bool *ret_value);
/* "250ms", "60s", "5m", "24h", "7d", "2w", "1y".  Units: ns. */
int str_to_duration(const char *text, int64_t *ret_ns);
/* "512", "64KiB", "64MiB", "2GiB", also kB/MB/GB (powers of 1000). */
int str_to_size(const char *text, uint64_t *ret_bytes);

#define STR_NUMBER_SIZE 32
/* The shortest decimal of at most digits (1..17) that reads back the same;
 * value is finite.  Shape: to has STR_NUMBER_SIZE bytes. */
void str_from_number(char *to, double value, int digits);

/* Copies, cutting on a UTF-8 boundary; returns the length of the whole text. */
size_t str_copy(char *to, size_t to_size, const char *from);
/* snprintf that asserts a valid format and cuts on a UTF-8 boundary. */
size_t str_format(char *to, size_t to_size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool str_equal(const char *a, const char *b); /* NULL equals only NULL */
bool str_starts(const char *text, const char *prefix);
/* Whole text; '*' is any run of characters, '?' one character of UTF-8. */
bool str_glob(const char *glob, const char *text);

/* Matches ^[a-z0-9][a-z0-9_-]{0,62}$. */
bool str_is_id(const char *text);

/*
 * Cleans device text for people: control characters become spaces, invalid
 * UTF-8 is taken as Latin-1 when no other byte is invalid either, else '?',
 * leading and trailing blanks go.  Shape: to is NUL-terminated, cut at a
 * character boundary.
 */
void str_clean(char *to, size_t to_size, const char *from, size_t from_len);
bool str_is_utf8(const char *text, size_t len);

/* Edit distance up to limit (limit + 1 when more), for "did you mean". */
unsigned str_distance(const char *a, const char *b, unsigned limit);

#endif
