/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool
text_duration(const char *text, int64_t *ret_ns)
{
	static const struct {
		const char *suffix;
		double ns;
	} units[] = { { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "h", 3600e9 },
		{ "d", 86400e9 } };
	size_t digits = strspn(text, "0123456789");
	double value;
	char number[20];

	if (digits == 0 || digits >= sizeof(number)) {
		return false;
	}
	memcpy(number, text, digits);
	number[digits] = '\0';
	if (!text_number(number, &value)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(text + digits, units[i].suffix) == 0 &&
		    value * units[i].ns < 9e18) {
			*ret_ns = (int64_t)(value * units[i].ns);
			return true;
		}
	}
	return false;
}

bool
text_number(const char *text, double *ret_value)
{
	char *end;

	/* strtod alone would also take hex, inf and nan. */
	if (text[0] == '\0' || strspn(text, "+-.0123456789eE") != strlen(text)) {
		return false;
	}
	errno = 0;
	double value = strtod(text, &end);
	if (*end != '\0' || errno != 0 || !isfinite(value)) {
		return false;
	}
	*ret_value = value;
	return true;
}

bool
text_unsigned(const char *text, uint64_t *ret_value)
{
	char *end;

	if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text)) {
		return false;
	}
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	if (*end != '\0' || errno != 0) {
		return false;
	}
	*ret_value = value;
	return true;
}

bool
text_bool(const char *text, bool *ret_value)
{
	bool yes = strcmp(text, "true") == 0;

	if (!yes && strcmp(text, "false") != 0) {
		return false;
	}
	*ret_value = yes;
	return true;
}
