/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int
text_u64(const char *s, uint64_t max, uint64_t *ret_value)
{
	char *end = NULL;
	unsigned long long value;

	/* strtoull alone would take blanks, signs and "-1". */
	if (s == NULL || !isdigit((unsigned char)s[0])) {
		return -1;
	}
	errno = 0;
	value = strtoull(s, &end, 10);
	if (errno != 0 || *end != '\0' || value > max) {
		return -1;
	}
	*ret_value = value;
	return 0;
}

int
text_i64(const char *s, int64_t *ret_value)
{
	char *end = NULL;
	long long value;

	if (s == NULL || (!isdigit((unsigned char)s[0]) &&
	    !(s[0] == '-' && isdigit((unsigned char)s[1])))) {
		return -1;
	}
	errno = 0;
	value = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0') {
		return -1;
	}
	*ret_value = value;
	return 0;
}

/* Reads `n` digits at *s and steps over them. */
static int
digits(const char **s, int n, int *ret_value)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)**s)) {
			return -1;
		}
		value = value * 10 + (**s - '0');
		(*s)++;
	}
	*ret_value = value;
	return 0;
}

static int
expect(const char **s, const char *any_of)
{
	if (**s == '\0' || strchr(any_of, **s) == NULL) {
		return -1;
	}
	(*s)++;
	return 0;
}

/* Reads "Z" or "+hh:mm" up to the end of the string. */
static int
offset(const char *s, int *ret_seconds)
{
	int sign, hours, minutes;

	if ((*s == 'Z' || *s == 'z') && s[1] == '\0') {
		*ret_seconds = 0;
		return 0;
	}
	sign = *s == '-' ? -1 : 1;
	if (expect(&s, "+-") != 0 || digits(&s, 2, &hours) != 0 ||
	    expect(&s, ":") != 0 || digits(&s, 2, &minutes) != 0 ||
	    *s != '\0' || hours > 23 || minutes > 59) {
		return -1;
	}
	*ret_seconds = sign * (hours * 3600 + minutes * 60);
	return 0;
}

static int
rfc3339(const char *s, int64_t *ret_seconds)
{
	struct tm tm = {0};
	int away, day;
	time_t seconds;

	if (digits(&s, 4, &tm.tm_year) != 0 || expect(&s, "-") != 0 ||
	    digits(&s, 2, &tm.tm_mon) != 0 || expect(&s, "-") != 0 ||
	    digits(&s, 2, &tm.tm_mday) != 0 || expect(&s, "Tt ") != 0 ||
	    digits(&s, 2, &tm.tm_hour) != 0 || expect(&s, ":") != 0 ||
	    digits(&s, 2, &tm.tm_min) != 0 || expect(&s, ":") != 0 ||
	    digits(&s, 2, &tm.tm_sec) != 0) {
		return -1;
	}
	if (*s == '.') {
		do {
			s++;
		} while (isdigit((unsigned char)*s));
	}
	if (offset(s, &away) != 0 || tm.tm_mon < 1 || tm.tm_mon > 12 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 ||
	    tm.tm_min > 59 || tm.tm_sec > 59 || tm.tm_year < 1970) {
		return -1;
	}
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	day = tm.tm_mday;
	seconds = timegm(&tm);
	/* timegm turns the 30th of February into the 2nd of March. */
	if (tm.tm_mday != day) {
		return -1;
	}
	*ret_seconds = (int64_t)seconds - away;
	return 0;
}

int
text_time(const char *s, int64_t *ret_seconds)
{
	uint64_t seconds;

	/* Four digits and a dash can only be a date. */
	if (s != NULL && strlen(s) > 4 && s[4] == '-') {
		return rfc3339(s, ret_seconds);
	}
	if (text_u64(s, (uint64_t)1 << 40, &seconds) != 0) {
		return -1;
	}
	*ret_seconds = (int64_t)seconds;
	return 0;
}

int
text_ipv4(const char *s, uint32_t *ret_address)
{
	struct in_addr address;

	if (s == NULL || inet_pton(AF_INET, s, &address) != 1) {
		return -1;
	}
	*ret_address = ntohl(address.s_addr);
	return 0;
}

char *
text_word(char **cursor)
{
	char *word = *cursor + strspn(*cursor, " \t\r\n");
	char *end = word + strcspn(word, " \t\r\n");

	if (*word == '\0') {
		return NULL;
	}
	*cursor = *end == '\0' ? end : end + 1;
	*end = '\0';
	return word;
}
