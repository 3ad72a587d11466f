/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See cursor.h. */
#include <config.h>

#include "http/cursor.h"

#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

#define KEY_DIGITS 16

void
cursor_encode(uint64_t key, const char *id, char text[CURSOR_SIZE])
{
	(void)str_format(text, CURSOR_SIZE, "%016llx.%s", (unsigned long long)key, id);
}

int
cursor_decode(const char *text, struct cursor *ret_cursor)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t key = 0;

	for (size_t i = 0; i < KEY_DIGITS; i++) {
		const char *at = strchr(digits, text[i]);

		if (text[i] == '\0' || at == NULL) {
			return COL_EINVAL;
		}
		key = key << 4 | (uint64_t)(at - digits);
	}
	if (text[KEY_DIGITS] != '.' || !str_is_id(text + KEY_DIGITS + 1)) {
		return COL_EINVAL;
	}
	ret_cursor->key = key;
	(void)str_copy(ret_cursor->id, sizeof(ret_cursor->id), text + KEY_DIGITS + 1);
	return 0;
}

uint64_t
cursor_key_uint(uint64_t value, bool descending)
{
	if (value == CURSOR_UNKNOWN) {
		value--;
	}
	return descending ? CURSOR_UNKNOWN - 1 - value : value;
}

uint64_t
cursor_key_number(double value, bool descending)
{
	uint64_t bits;

	if (value == 0) {
		value = 0;   /* -0 sorts as 0 */
	}
	memcpy(&bits, &value, sizeof(bits));
	/* IEEE 754 orders like sign and magnitude: turn it into plain order */
	bits = (bits >> 63) != 0 ? ~bits : bits | UINT64_C(1) << 63;
	return cursor_key_uint(bits, descending);
}
