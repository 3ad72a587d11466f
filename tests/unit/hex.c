/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

size_t
hex_bytes(const char *text, uint8_t *ret_bytes)
{
	size_t n = 0;

	for (; text[2 * n] != '\0'; n++) {
		unsigned byte;

		assert_int_equal(sscanf(text + 2 * n, "%2x", &byte), 1);
		ret_bytes[n] = (uint8_t)byte;
	}
	return n;
}
