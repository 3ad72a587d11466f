/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jansson parses; before it does, the depth is looked at, since it would
 * follow thousands of levels.
 */
#include <config.h>

#include "http/input.h"

#include <math.h>
#include <string.h>

#include <collectord/err.h>
#include <jansson.h>

#include "base/clock.h"
#include "base/str.h"

/* Name of what is looked at, for the fault: "add.kw". */
struct where { const struct where *up; const char *name; };

static int
refuse(struct query_fault *fault, const char *code, const char *name, const char *what)
{
	fault->code = code;
	str_clean(fault->name, sizeof(fault->name), name, strlen(name));
	(void)str_format(fault->detail, sizeof(fault->detail), "body%s%s%s: %s",
	    fault->name[0] != '\0' ? ", member '" : "", fault->name,
	    fault->name[0] != '\0' ? "'" : "", what);
	return COL_EINVAL;
}

static int
refuse_at(struct query_fault *fault, const char *code, const struct where *where,
    const char *what)
{
	char name[2 * sizeof(fault->name)];

	(void)str_format(name, sizeof(name), "%s%s%s",
	    where->up != NULL ? where->up->name : "", where->up != NULL ? "." : "",
	    where->name);
	return refuse(fault, code, name, what);
}

/* Deepest nesting outside of strings; unbalanced text is jansson's to refuse. */
static unsigned
depth_of(const char *data, size_t size)
{
	unsigned depth = 0, deepest = 0;
	bool quoted = false;

	for (size_t i = 0; i < size; i++) {
		char c = data[i];

		if (quoted) {
			i += c == '\\' ? 1 : 0;
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == '{' || c == '[') {
			deepest = ++depth > deepest ? depth : deepest;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return deepest;
}

static int
parse(const char *data, size_t size, json_t **ret_root, struct query_fault *fault)
{
	json_error_t error;
	char text[JSON_ERROR_TEXT_LENGTH], what[200];
	json_t *root;

	if (size == 0) {
		return refuse(fault, "body_missing", "", "a JSON object is needed");
	}
	if (depth_of(data, size) > INPUT_DEPTH_MAX) {
		return refuse(fault, "bad_json", "", "nested too deeply");
	}
	root = json_loadb(data, size, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL) {
		bool twice = json_error_code(&error) == json_error_duplicate_key;

		str_clean(text, sizeof(text), error.text, strlen(error.text));
		(void)str_format(what, sizeof(what), "line %d, column %d: %s",
		    error.line, error.column, text);
		return refuse(fault, twice ? "double_member" : "bad_json", "", what);
	}
	if (!json_is_object(root)) {
		json_decref(root);
		return refuse(fault, "bad_json", "", "a JSON object is needed");
	}
	*ret_root = root;
	return 0;
}

static bool
is_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) {
			return false;
		}
	}
	return true;
}

static bool
text_fits(const struct member *member, const char *text, size_t len)
{
	char id[QUERY_ID_SIZE];
	enum entity_kind kind;
	struct wall at;

	switch (member->type) {
	case MEMBER_TEXT:
		return (double)len >= member->min && (double)len <= member->max &&
		    is_plain(text, len);
	case MEMBER_ID:
		return str_is_id(text);
	case MEMBER_ENTITY:
		return query_entity(text, &kind, id) == 0;
	case MEMBER_CHOICE:
		return query_is_choice(member->choices, text);
	case MEMBER_TIME:
		return clock_parse(text, &at) == 0;
	case MEMBER_INT:
	case MEMBER_NUMBER:
	case MEMBER_BOOL:
	case MEMBER_IDS:
	case MEMBER_MAP:
	case MEMBER_TYPE_N:
		break;
	}
	return false;
}

static const char *
type_wanted(enum member_type type)
{
	static const char *const texts[MEMBER_TYPE_N] = {
		[MEMBER_TEXT] = "a text without control characters, not too long",
		[MEMBER_ID] = "an id", [MEMBER_ENTITY] = "kind:id",
		[MEMBER_CHOICE] = "one of its words", [MEMBER_TIME] = "an RFC 3339 time",
		[MEMBER_INT] = "a whole number within its range",
		[MEMBER_NUMBER] = "a number within its range",
		[MEMBER_BOOL] = "true or false",
		[MEMBER_IDS] = "a list of ids, not empty, not too long",
		[MEMBER_MAP] = "an object",
	};

	return texts[type];
}

static bool
ids_fit(const struct member *member, const json_t *value)
{
	size_t n = json_array_size(value);

	if (!json_is_array(value) || n == 0 || (double)n > member->max) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const char *id = json_string_value(json_array_get(value, i));

		if (id == NULL || !str_is_id(id)) {
			return false;
		}
	}
	return true;
}

static bool
value_fits(const struct member *member, const json_t *value)
{
	double number = json_number_value(value);

	switch (member->type) {
	case MEMBER_TEXT:
	case MEMBER_ID:
	case MEMBER_ENTITY:
	case MEMBER_CHOICE:
	case MEMBER_TIME:
		return json_is_string(value) && text_fits(member,
		    json_string_value(value), json_string_length(value));
	case MEMBER_INT:
		return json_is_integer(value) && number >= member->min &&
		    number <= member->max;
	case MEMBER_NUMBER:
		return json_is_number(value) && number >= member->min &&
		    number <= member->max;
	case MEMBER_BOOL:
		return json_is_boolean(value);
	case MEMBER_IDS:
		return ids_fit(member, value);
	case MEMBER_MAP:
		return json_is_object(value);
	case MEMBER_TYPE_N:
		break;
	}
	return false;
}

static const struct member *
row_of(const struct member *table, const char *name)
{
	for (; table != NULL && table->name != NULL; table++) {
		if (strcmp(table->name, name) == 0) {
			return table;
		}
	}
	return NULL;
}

/* A body's tables nest twice at most: a map of a map is a table's mistake. */
static int
check(json_t *map, const struct member *table, const struct where *up,
    struct query_fault *fault)
{
	const char *name;
	json_t *value;

	json_object_foreach(map, name, value) {
		const struct member *member = row_of(table, name);
		struct where where = {up, name};
		int code = 0;

		if (member == NULL) {
			return refuse_at(fault, "unknown_member", &where, "unknown here");
		}
		if (json_is_null(value)) {
			continue;
		}
		if (!value_fits(member, value)) {
			char what[160];

			(void)str_format(what, sizeof(what), "%s is needed",
			    type_wanted(member->type));
			return refuse_at(fault, "bad_member", &where, what);
		}
		if (member->type == MEMBER_MAP) {
			code = check(value, member->members, &where, fault);
		}
		if (code != 0) {
			return code;
		}
	}
	for (; table != NULL && table->name != NULL; table++) {
		struct where where = {up, table->name};

		if (table->required && input_get(map, table->name) == NULL) {
			return refuse_at(fault, "missing_member", &where, "missing");
		}
	}
	return 0;
}

int
input_parse(const char *data, size_t size, const struct member *table,
    struct json_t **ret_root, struct query_fault *fault)
{
	json_t *root = NULL;
	int code = parse(data, size, &root, fault);

	if (code == 0) {
		code = check(root, table, NULL, fault);
	}
	if (code != 0) {
		json_decref(root);
		return code;
	}
	*ret_root = root;
	return 0;
}

size_t
input_table_size(const struct member *table)
{
	size_t n = 0;

	while (table != NULL && table[n].name != NULL) {
		n++;
	}
	return n;
}

const struct json_t *
input_get(const struct json_t *map, const char *name)
{
	const json_t *value = json_object_get(map, name);

	return json_is_null(value) ? NULL : value;
}

const char *
input_text(const struct json_t *map, const char *name)
{
	return json_string_value(input_get(map, name));
}

double
input_number(const struct json_t *map, const char *name, double fallback)
{
	const json_t *value = input_get(map, name);

	return value != NULL ? json_number_value(value) : fallback;
}

int64_t
input_int(const struct json_t *map, const char *name, int64_t fallback)
{
	const json_t *value = input_get(map, name);

	return value != NULL ? (int64_t)json_integer_value(value) : fallback;
}

bool
input_bool(const struct json_t *map, const char *name, bool fallback)
{
	const json_t *value = input_get(map, name);

	return value != NULL ? json_is_true(value) : fallback;
}

size_t
input_count(const struct json_t *map, const char *name)
{
	return json_array_size(input_get(map, name));
}

const char *
input_id_at(const struct json_t *map, const char *name, size_t index)
{
	return json_string_value(json_array_get(input_get(map, name), index));
}
