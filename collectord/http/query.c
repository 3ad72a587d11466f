/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See query.h. */
#include <config.h>

#include "http/query.h"

#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

/* Source: DESIGN.md 4.7: nothing is older than the longest archive. */
#define TIME_MAX_S INT64_C(253402300799)   /* 9999-12-31T23:59:59Z */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
query_decode(const char *raw, size_t len, char *to, size_t to_size)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = raw[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int hi = i + 2 < len ? hex_digit(raw[i + 1]) : -1;
			int lo = i + 2 < len ? hex_digit(raw[i + 2]) : -1;

			if (hi < 0 || lo < 0) {
				return COL_EINVAL;
			}
			c = (char)(hi * 16 + lo);
			i += 2;
		}
		if ((unsigned char)c < 0x20 || c == 0x7f) {
			return COL_EINVAL;
		}
		if (n + 1 >= to_size) {
			return COL_ERANGE;
		}
		to[n++] = c;
	}
	to[n] = '\0';
	return str_is_utf8(to, n) ? 0 : COL_EINVAL;
}

size_t
query_table_size(const struct param *table)
{
	size_t n = 0;

	while (table != NULL && table[n].name != NULL) {
		n++;
	}
	return n;
}

int
query_time(const char *text, struct wall now, struct wall *ret_at)
{
	int64_t number;

	if (strcmp(text, "now") == 0) {
		*ret_at = now;
		return 0;
	}
	if (str_to_int(text, 0, TIME_MAX_S, &number) == 0) {
		if (number > INT64_MAX / NS_PER_S) {
			return COL_EINVAL;
		}
		ret_at->ns = number * NS_PER_S;
		return 0;
	}
	if (text[0] == '-' && str_to_duration(text + 1, &number) == 0) {
		ret_at->ns = number < now.ns ? now.ns - number : 0;
		return 0;
	}
	return clock_parse(text, ret_at) == 0 ? 0 : COL_EINVAL;
}

int
query_entity(const char *text, enum entity_kind *ret_kind, char id[QUERY_ID_SIZE])
{
	char kind[16];
	enum entity_kind found;
	const char *colon = strchr(text, ':');

	if (colon == NULL || (size_t)(colon - text) >= sizeof(kind)) {
		return COL_EINVAL;
	}
	memcpy(kind, text, (size_t)(colon - text));
	kind[colon - text] = '\0';
	if (entity_kind_find(kind, &found) != 0 || !str_is_id(colon + 1)) {
		return COL_EINVAL;
	}
	*ret_kind = found;
	(void)str_copy(id, QUERY_ID_SIZE, colon + 1);
	return 0;
}

/* True when [word, len) is one of the words of list, separated by sep. */
static bool
list_has(const char *list, char sep, const char *word, size_t len)
{
	while (*list != '\0') {
		const char *end = strchr(list, sep);
		size_t n = end != NULL ? (size_t)(end - list) : strlen(list);

		if (n == len && memcmp(list, word, len) == 0) {
			return true;
		}
		list += n + (end != NULL ? 1 : 0);
	}
	return false;
}

bool
query_in_set(const char *set, const char *word)
{
	return set == NULL ||
	    (word != NULL && list_has(set, ',', word, strlen(word)));
}

bool
query_is_choice(const char *choices, const char *word)
{
	return list_has(choices, '|', word, strlen(word));
}

static bool
set_fits(const char *choices, const char *value)
{
	for (;;) {
		const char *end = strchr(value, ',');
		size_t n = end != NULL ? (size_t)(end - value) : strlen(value);

		if (n == 0 || !list_has(choices, '|', value, n)) {
			return false;
		}
		if (end == NULL) {
			return true;
		}
		value = end + 1;
	}
}

static bool
value_fits(const struct param *param, const char *value)
{
	char id[QUERY_ID_SIZE];
	enum entity_kind kind;
	struct wall at;
	int64_t number;
	double real;

	switch (param->type) {
	case PARAM_TEXT:
		return true;
	case PARAM_ID:
		return str_is_id(value);
	case PARAM_INT:
		return str_to_int(value, param->min, param->max, &number) == 0;
	case PARAM_NUMBER:
		return str_to_number(value, &real) == 0 && real >= (double)param->min &&
		    real <= (double)param->max;
	case PARAM_CHOICE:
		return query_is_choice(param->choices, value);
	case PARAM_SET:
		return set_fits(param->choices, value);
	case PARAM_TIME:
		return query_time(value, (struct wall){0}, &at) == 0;
	case PARAM_ENTITY:
		return query_entity(value, &kind, id) == 0;
	case PARAM_TYPE_N:
		break;
	}
	return false;
}

static int
refuse(struct query_fault *fault, const char *code, const char *name, const char *what)
{
	fault->code = code;
	str_clean(fault->name, sizeof(fault->name), name, strlen(name));
	(void)str_format(fault->detail, sizeof(fault->detail), "parameter '%s': %s",
	    fault->name, what);
	return COL_EINVAL;
}

/* Takes one "name=value" of the query. */
static int
take(const char *raw, size_t len, const struct param *table, struct query *query,
    size_t *used, struct query_fault *fault)
{
	char name[64];
	size_t n = query_table_size(table), i;
	const char *equals = memchr(raw, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - raw) : len;
	char *value = query->text + *used;

	if (query_decode(raw, name_len, name, sizeof(name)) != 0) {
		return refuse(fault, "bad_query", "", "the name cannot be decoded");
	}
	for (i = 0; i < n && strcmp(table[i].name, name) != 0; i++) {
	}
	if (i == n) {
		return refuse(fault, "unknown_parameter", name, "unknown here");
	}
	if (query->values[i] != NULL) {
		return refuse(fault, "double_parameter", name, "given twice");
	}
	if (equals == NULL || name_len + 1 == len) {
		return 0;
	}
	if (query_decode(equals + 1, len - name_len - 1, value,
	    sizeof(query->text) - *used) != 0 || strlen(value) > QUERY_VALUE_MAX) {
		return refuse(fault, "bad_parameter", name,
		    "the value is too long or cannot be decoded");
	}
	if (!value_fits(&table[i], value)) {
		return refuse(fault, "bad_parameter", name, "the value is not allowed");
	}
	query->values[i] = value;
	*used += strlen(value) + 1;
	return 0;
}

int
query_parse(const char *raw, const struct param *table, struct query *ret_query,
    struct query_fault *fault)
{
	size_t used = 0;

	memset(ret_query, 0, sizeof(*ret_query));
	while (*raw != '\0') {
		const char *end = strchr(raw, '&');
		size_t len = end != NULL ? (size_t)(end - raw) : strlen(raw);
		int code = len > 0 ?
		    take(raw, len, table, ret_query, &used, fault) : 0;

		if (code != 0) {
			return code;
		}
		raw += len + (end != NULL ? 1 : 0);
	}
	for (size_t i = 0; table != NULL && table[i].name != NULL; i++) {
		if (table[i].required && ret_query->values[i] == NULL) {
			return refuse(fault, "missing_parameter", table[i].name,
			    "missing");
		}
	}
	return 0;
}
