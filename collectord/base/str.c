/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/str.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/clock.h"

int
str_to_uint(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (*text == '\0') {
		return COL_EINVAL;
	}
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9') {
			return COL_EINVAL;
		}
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value)) {
			return COL_ERANGE;
		}
	}
	if (value < min || value > max) {
		return COL_ERANGE;
	}
	*ret_value = value;
	return 0;
}

int
str_to_int(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
	bool negative = *text == '-';
	uint64_t magnitude;
	int64_t value;
	int rc = str_to_uint(text + negative, 0,
	    (uint64_t)INT64_MAX + negative, &magnitude);

	if (rc != 0) {
		return rc;
	}
	value = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
	if (value < min || value > max) {
		return COL_ERANGE;
	}
	*ret_value = value;
	return 0;
}

/*
 * strtod follows the locale; the daemon never calls setlocale, so its point is
 * the C locale's.  The characters are checked first, to keep out hex and inf.
 */
int
str_to_number(const char *text, double *ret_value)
{
	size_t len = strspn(text, "+-.0123456789eE");
	char *end;
	double value;

	if (len == 0 || text[len] != '\0' || len > 64) {
		return COL_EINVAL;
	}
	errno = 0;
	value = strtod(text, &end);
	if (*end != '\0') {
		return COL_EINVAL;
	}
	if (!isfinite(value)) {
		return COL_ERANGE;
	}
	*ret_value = value;
	return 0;
}

void
str_from_number(char *to, double value, int digits)
{
	if (value == 0) { /* no "-0" */
		value = 0;
	}
	for (int n = digits < 6 ? digits : 6; n <= digits; n++) {
		(void)str_format(to, STR_NUMBER_SIZE, "%.*g", n, value);
		if (strtod(to, NULL) == value) {
			break;
		}
	}
	/* a large whole number is read better without an exponent */
	if (fabs(value) < 1e15 && strchr(to, 'e') != NULL &&
	    value == (double)(int64_t)value) {
		(void)str_format(to, STR_NUMBER_SIZE, "%.0f", value);
	}
}

int
str_to_bool(const char *text, bool *ret_value)
{
	static const struct { const char *text; bool value; } WORDS[] = {
		{ "true", true }, { "yes", true }, { "on", true },
		{ "false", false }, { "no", false }, { "off", false },
	};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		if (strcmp(text, WORDS[i].text) == 0) {
			*ret_value = WORDS[i].value;
			return 0;
		}
	}
	return COL_EINVAL;
}

struct suffix { const char *text; uint64_t factor; };

/* A whole number and one of the suffixes of a table that ends with NULL. */
static int
scaled(const char *text, const struct suffix *table, uint64_t max, uint64_t *ret)
{
	size_t len = strspn(text, "0123456789");
	char number[24];
	uint64_t value;
	int rc;

	if (len == 0 || len >= sizeof(number)) {
		return COL_EINVAL;
	}
	memcpy(number, text, len);
	number[len] = '\0';
	for (; table->text != NULL; table++) {
		if (strcmp(text + len, table->text) == 0) {
			rc = str_to_uint(number, 0, UINT64_MAX, &value);
			if (rc == 0 && (__builtin_mul_overflow(value,
			    table->factor, &value) || value > max)) {
				rc = COL_ERANGE;
			}
			if (rc == 0) {
				*ret = value;
			}
			return rc;
		}
	}
	return COL_EINVAL;
}

int
str_to_duration(const char *text, int64_t *ret_ns)
{
	static const struct suffix UNITS[] = {
		{ "ms", 1000000 }, { "s", NS_PER_S }, { "m", 60 * NS_PER_S },
		{ "h", 3600 * NS_PER_S }, { "d", 86400 * NS_PER_S },
		{ "w", 7 * 86400 * NS_PER_S }, { "y", 365 * 86400 * NS_PER_S },
		{ NULL, 0 },
	};
	uint64_t value;
	int rc = scaled(text, UNITS, INT64_MAX, &value);

	if (rc == 0) {
		*ret_ns = (int64_t)value;
	}
	return rc;
}

int
str_to_size(const char *text, uint64_t *ret_bytes)
{
	static const struct suffix UNITS[] = {
		{ "", 1 }, { "B", 1 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 },
		{ "GiB", 1 << 30 }, { "TiB", UINT64_C(1) << 40 },
		{ "kB", 1000 }, { "MB", 1000000 }, { "GB", 1000000000 },
		{ NULL, 0 },
	};

	return scaled(text, UNITS, INT64_MAX, ret_bytes);
}

/* Length of text that fits max bytes without cutting a character. */
static size_t
whole_chars(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	if (len <= max) {
		return len;
	}
	for (len = max; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--) {
	}
	return len;
}

size_t
str_copy(char *to, size_t to_size, const char *from)
{
	size_t len = whole_chars(from, to_size - 1);

	memmove(to, from, len);
	to[len] = '\0';
	return len + strlen(from + len);
}

size_t
str_format(char *to, size_t to_size, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(to, to_size, format, args);
	va_end(args);
	assert(len >= 0);
	if ((size_t)len >= to_size && to_size > 0) {
		size_t cut = to_size - 1;

		/* step back over a character that was cut in two */
		while (cut > 0 && ((unsigned char)to[cut - 1] & 0xc0) == 0x80) {
			cut--;
		}
		if (cut > 0 && ((unsigned char)to[cut - 1] & 0x80) != 0 &&
		    !str_is_utf8(to + cut - 1, to_size - cut)) {
			to[cut - 1] = '\0';
		}
	}
	return (size_t)len;
}

bool
str_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The character after this one; the end stays the end. */
static const char *
next_character(const char *at)
{
	do {
		at++;
	} while (((unsigned char)*at & 0xc0) == 0x80);
	return at;
}

bool
str_glob(const char *glob, const char *text)
{
	/* only the last star is ever taken back: no glob takes long */
	const char *star = NULL, *from = NULL;

	while (*text != '\0') {
		if (*glob == '*') {
			star = ++glob;
			from = text;
		} else if (*glob == '?') {
			glob++;
			text = next_character(text);
		} else if (*glob == *text) {
			glob++;
			text++;
		} else if (star != NULL) {
			glob = star;
			from = next_character(from);
			text = from;
		} else {
			return false;
		}
	}
	while (*glob == '*') {
		glob++;
	}
	return *glob == '\0';
}

bool
str_is_id(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return text[len] == '\0' && len >= 1 && len <= 63 &&
	    text[0] != '_' && text[0] != '-';
}

/* Bytes of the UTF-8 character at p, 0 when invalid.  Source: RFC 3629. */
static size_t
utf8_char(const unsigned char *p, size_t len)
{
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 :
	    (p[0] & 0xf0) == 0xe0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;

	if (n == 0 || n > len) {
		return 0;
	}
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)) {
		return 0;
	}
	return n;
}

bool
str_is_utf8(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t n; len > 0; p += n, len -= n) {
		n = utf8_char(p, len);
		if (n == 0) {
			return false;
		}
	}
	return true;
}

void
str_clean(char *to, size_t to_size, const char *from, size_t from_len)
{
	const unsigned char *p = (const unsigned char *)from, *end = p + from_len;
	bool utf8;
	size_t at = 0, n;

	from_len = strnlen(from, from_len);
	end = p + from_len;
	utf8 = str_is_utf8(from, from_len);
	while (p < end && *p <= ' ') {
		p++;
	}
	for (; p < end; p += n) {
		unsigned char two[2] = { 0xc0 | *p >> 6, 0x80 | (*p & 0x3f) };
		const unsigned char *put = p;

		n = utf8 ? utf8_char(p, (size_t)(end - p)) : 1;
		size_t len = n;
		if (*p < 0x20 || *p == 0x7f ||
		    (utf8 && n == 2 && p[0] == 0xc2 && p[1] < 0xa0)) {
			put = (const unsigned char *)" ";
			len = 1;
		} else if (!utf8 && *p >= 0x80) {
			put = *p >= 0xa0 ? two : (const unsigned char *)"?";
			len = *p >= 0xa0 ? 2 : 1;
		}
		if (at + len >= to_size) {
			break;
		}
		memcpy(to + at, put, len);
		at += len;
	}
	while (at > 0 && to[at - 1] == ' ') {
		at--;
	}
	to[at] = '\0';
}

/* Damerau-Levenshtein, restricted; only short words are compared. */
unsigned
str_distance(const char *a, const char *b, unsigned limit)
{
	enum { MAX = 64 };
	unsigned row[3][MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > MAX || lb > MAX) {
		return limit + 1;
	}
	for (size_t j = 0; j <= lb; j++) {
		row[0][j] = (unsigned)j;
	}
	for (size_t i = 1; i <= la; i++) {
		unsigned *now = row[i % 3], *last = row[(i + 2) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = last[j] + 1 < best ? last[j] + 1 : best;
			best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1]) {
				unsigned swap = row[(i + 1) % 3][j - 2] + 1;

				best = swap < best ? swap : best;
			}
			now[j] = best;
		}
	}
	return row[la % 3][lb] <= limit ? row[la % 3][lb] : limit + 1;
}
