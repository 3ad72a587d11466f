/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A Chinese text in GBK is hardly ever valid UTF-8: its two-byte characters
 * would have to fall into the pattern of UTF-8 all along.  So validity decides.
 */
#include <config.h>

#include "config/encoding.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* No character of GB 18030 or UTF-16 takes more than twice its bytes. */
#define GROWTH 2

static const struct { const char *mark; size_t len; const char *name; } MARKS[] = {
	{ "\xef\xbb\xbf", 3, NULL },
	{ "\xff\xfe", 2, "UTF-16LE" },
	{ "\xfe\xff", 2, "UTF-16BE" },
};

static char *
convert(const char *name, const char *text, size_t size, size_t *ret_size,
    size_t *ret_bad)
{
	iconv_t handle = iconv_open("UTF-8", name);
	/* Source: iconv(3): inbuf is not written to, for all that it lacks const. */
	char *in = (char *)(uintptr_t)text, *out, *at;
	size_t left = size, room = size * GROWTH + 4;
	bool ok;

	if (ret_bad != NULL) {
		*ret_bad = 0;
	}
	if (handle == (iconv_t)-1) {
		return NULL;
	}
	out = at = malloc(room + 1);
	ok = out != NULL && iconv(handle, &in, &left, &at, &room) != (size_t)-1 &&
	    left == 0;
	(void)iconv_close(handle);
	if (!ok) {
		if (ret_bad != NULL) {
			*ret_bad = size - left;
		}
		free(out);
		return NULL;
	}
	*at = '\0';
	*ret_size = (size_t)(at - out);
	return out;
}

static char *
copy(const char *text, size_t size, size_t *ret_size)
{
	char *out = malloc(size + 1);

	if (out != NULL) {
		memcpy(out, text, size);
		out[size] = '\0';
		*ret_size = size;
	}
	return out;
}

char *
encoding_to_utf8(const char *text, size_t size, size_t *ret_size, size_t *ret_bad)
{
	for (size_t i = 0; i < sizeof(MARKS) / sizeof(MARKS[0]); i++) {
		size_t len = MARKS[i].len;

		if (size < len || memcmp(text, MARKS[i].mark, len) != 0) {
			continue;
		}
		if (MARKS[i].name != NULL) {
			return convert(MARKS[i].name, text + len, size - len, ret_size,
			    ret_bad);
		}
		text += len;
		size -= len;
		break;
	}
	if (str_is_utf8(text, size)) {
		return copy(text, size, ret_size);
	}
	return convert("GB18030", text, size, ret_size, ret_bad);
}
