/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/range.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

#define DIGITS_MAX 9

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the part before the last digits. */
static size_t
prefix_len(const char *label)
{
	size_t len = strlen(label);

	while (len > 0 && is_digit(label[len - 1])) {
		len--;
	}
	return len;
}

static int
check_label(const char *label, struct col_error *error)
{
	size_t len = strlen(label);

	if (len == 0 || len >= RANGE_LABEL_SIZE) {
		return err_set(error, COL_EINVAL,
		    "a rack label has 1 to %d characters", RANGE_LABEL_SIZE - 1);
	}
	for (size_t i = 0; i < len; i++) {
		char c = label[i];

		if (!is_digit(c) && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && c != '-' && c != '_') {
			return err_set(error, COL_EINVAL, "rack label '%.63s' may "
			    "hold only letters, digits, '-' and '_'", label);
		}
	}
	return COL_OK;
}

static int
parse_span(const char *text, const char *first, const char *last,
    struct range *range, struct col_error *error)
{
	size_t len = prefix_len(first), digits = strlen(first) - len;
	char end[RANGE_LABEL_SIZE];
	uint64_t from, to;

	if (digits == 0 || prefix_len(last) == strlen(last) ||
	    prefix_len(last) != len || strncmp(first, last, len) != 0) {
		return err_set(error, COL_EINVAL, "range '%.100s' must have the "
		    "form A01..A24: the same letters, then a number", text);
	}
	if (digits > DIGITS_MAX || strlen(last) - len > DIGITS_MAX ||
	    str_to_uint(first + len, 0, UINT32_MAX, &from) != COL_OK ||
	    str_to_uint(last + len, 0, UINT32_MAX, &to) != COL_OK) {
		return err_set(error, COL_EINVAL,
		    "range '%.100s' has a number that is too long", text);
	}
	if (to < from) {
		return err_set(error, COL_ERANGE, "range '%.100s' runs backwards; "
		    "write %.63s..%.63s", text, last, first);
	}
	if (to - from >= RANGE_ITEMS_MAX) {
		return err_set(error, COL_ERANGE, "range '%.100s' has more than "
		    "%d racks; split it", text, RANGE_ITEMS_MAX);
	}
	str_copy(range->prefix, sizeof(range->prefix), first);
	range->prefix[len] = '\0';
	range->first = (uint32_t)from;
	range->n_items = (uint32_t)(to - from + 1);
	range->width = (unsigned)digits;
	range_label(range, range->n_items - 1, end);
	if (strcmp(end, last) != 0) {
		return err_set(error, COL_EINVAL, "range '%.100s' would end with "
		    "%s; give both ends the same number of digits", text, end);
	}
	return COL_OK;
}

int
range_parse(const char *text, struct range *ret_range, struct col_error *error)
{
	struct range range = { .n_items = 1 };
	char first[RANGE_LABEL_SIZE];
	const char *dots = strstr(text, "..");
	int rc;

	if (dots == NULL) {
		rc = check_label(text, error);
		if (rc == COL_OK) {
			str_copy(range.prefix, sizeof(range.prefix), text);
			*ret_range = range;
		}
		return rc;
	}
	if ((size_t)(dots - text) >= sizeof(first)) {
		return err_set(error, COL_EINVAL, "a rack label has 1 to %d "
		    "characters", RANGE_LABEL_SIZE - 1);
	}
	str_format(first, sizeof(first), "%.*s", (int)(dots - text), text);
	rc = check_label(first, error);
	if (rc == COL_OK) {
		rc = check_label(dots + 2, error);
	}
	if (rc == COL_OK) {
		rc = parse_span(text, first, dots + 2, &range, error);
	}
	if (rc == COL_OK) {
		*ret_range = range;
	}
	return rc;
}

void
range_label(const struct range *range, uint32_t i, char label[RANGE_LABEL_SIZE])
{
	if (range->width == 0) {
		str_copy(label, RANGE_LABEL_SIZE, range->prefix);
		return;
	}
	str_format(label, RANGE_LABEL_SIZE, "%s%0*u", range->prefix,
	    (int)range->width, range->first + i);
}

/* Writes what the word of len characters after '{' stands for. */
static int
expand_word(const char *word, size_t len, const struct range_words *words,
    char out[RANGE_ADDRESS_SIZE], struct col_error *error)
{
	char text[32];
	int64_t offset = 0;

	str_format(text, sizeof(text), "%.*s", (int)len, word);
	if (words->rack == NULL) {
		return err_set(error, COL_EINVAL, "{%s} has a meaning only for "
		    "devices of racks; write the address out", text);
	}
	if (strcmp(text, "rack") == 0 || strcmp(text, "id") == 0) {
		str_copy(out, RANGE_ADDRESS_SIZE,
		    text[0] == 'r' ? words->rack : words->id);
		return COL_OK;
	}
	if (text[0] != 'n' || (text[1] != '\0' && (len >= sizeof(text) ||
	    (text[1] != '+' && text[1] != '-') || !is_digit(text[2]) ||
	    str_to_int(text + 2, 0, 1000000000, &offset) != COL_OK))) {
		return err_set(error, COL_EINVAL, "{%s} is not known in an "
		    "address; there are {n}, {n+10}, {n-1}, {rack} and {id}",
		    text);
	}
	offset = (int64_t)words->n + (text[1] == '-' ? -offset : offset);
	if (offset < 0) {
		return err_set(error, COL_ERANGE, "{%s} is below 0 here", text);
	}
	str_format(out, RANGE_ADDRESS_SIZE, "%lld", (long long)offset);
	return COL_OK;
}

static int
check_port(const char *address, const char *text, struct col_error *error)
{
	uint64_t port;

	if (str_to_uint(text, 1, 65535, &port) != COL_OK) {
		return err_set(error, COL_EINVAL, "address '%s' has no port of "
		    "1 .. 65535 behind its colon", address);
	}
	return COL_OK;
}

/* IPv4, [IPv6]:port or IPv6 when they look so; any other word is a name. */
static int
check_address(const char *address, struct col_error *error)
{
	unsigned char raw[16];
	char host[RANGE_ADDRESS_SIZE];
	size_t digits = strspn(address, "0123456789.");
	const char *end;

	for (const char *c = address; *c != '\0'; c++) {
		if ((unsigned char)*c <= ' ' || *c == '"' || *c == '\'') {
			return err_set(error, COL_EINVAL, "address '%s' holds a "
			    "blank or a quote", address);
		}
	}
	if (address[0] == '\0') {
		return err_set(error, COL_EINVAL, "address is empty");
	}
	if (address[0] == '[') {
		end = strchr(address, ']');
		str_format(host, sizeof(host), "%.*s", end == NULL ? 0 :
		    (int)(end - address - 1), address + 1);
		if (inet_pton(AF_INET6, host, raw) != 1) {
			return err_set(error, COL_EINVAL, "address '%s' is not an "
			    "IPv6 address in brackets", address);
		}
		return end[1] == '\0' ? COL_OK :
		    end[1] == ':' ? check_port(address, end + 2, error) :
		    err_set(error, COL_EINVAL, "address '%s' has more behind ']' "
		    "than a port", address);
	}
	if (address[digits] == '\0' || address[digits] == ':') {
		str_format(host, sizeof(host), "%.*s", (int)digits, address);
		if (inet_pton(AF_INET6, address, raw) == 1) {
			return COL_OK;
		}
		if (inet_pton(AF_INET, host, raw) != 1) {
			return err_set(error, COL_EINVAL, "address '%s' is not an "
			    "IPv4 address", address);
		}
		return address[digits] == '\0' ? COL_OK :
		    check_port(address, address + digits + 1, error);
	}
	return COL_OK;
}

/* Replaces the words in braces. */
static int
expand(const char *text, const struct range_words *words,
    char ret_text[RANGE_ADDRESS_SIZE], struct col_error *error)
{
	char part[RANGE_ADDRESS_SIZE];
	size_t len = 0;

	while (*text != '\0') {
		size_t run = strcspn(text, "{");

		if (run > 0) {
			str_format(part, sizeof(part), "%.*s", (int)run, text);
			text += run;
		} else {
			int rc;

			run = strcspn(text, "}");
			if (text[run] == '\0') {
				return err_set(error, COL_EINVAL,
				    "address has a '{' without '}'");
			}
			rc = expand_word(text + 1, run - 1, words, part, error);
			if (rc != COL_OK) {
				return rc;
			}
			text += run + 1;
		}
		run = run < sizeof(part) ? strlen(part) : sizeof(part);
		if (len + run >= RANGE_ADDRESS_SIZE) {
			return err_set(error, COL_ERANGE, "address is longer than "
			    "%d characters", RANGE_ADDRESS_SIZE - 1);
		}
		memcpy(ret_text + len, part, run);
		len += run;
	}
	ret_text[len] = '\0';
	return COL_OK;
}

int
range_address(const char *text, const struct range_words *words,
    char ret_address[RANGE_ADDRESS_SIZE], struct col_error *error)
{
	char address[RANGE_ADDRESS_SIZE];
	int rc = expand(text, words, address, error);

	if (rc == COL_OK) {
		rc = check_address(address, error);
	}
	if (rc == COL_OK) {
		memcpy(ret_address, address, strlen(address) + 1);
	}
	return rc;
}

int
range_id(const char *text, const struct range_words *words,
    char ret_id[RANGE_LABEL_SIZE], struct col_error *error)
{
	char id[RANGE_ADDRESS_SIZE];
	int rc = expand(text, words, id, error);

	if (rc == COL_OK && !str_is_id(id)) {
		rc = err_set(error, COL_EINVAL, "'%.80s' is no id of a device", id);
	}
	if (rc == COL_OK) {
		memcpy(ret_id, id, strlen(id) + 1);
	}
	return rc;
}
