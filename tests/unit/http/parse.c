/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See parse.h. */
#include <config.h>

#include "http/parse.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/str.h"

struct parsed *
parse_json(const char *text)
{
	return (struct parsed *)json_loads(text, JSON_REJECT_DUPLICATES, NULL);
}

void
parse_done(struct parsed *parsed)
{
	json_decref((json_t *)parsed);
}

static const char *
text_of(const json_t *value)
{
	static char text[64];

	if (json_is_string(value)) {
		return json_string_value(value);
	}
	if (json_is_number(value)) {
		(void)str_format(text, sizeof(text), "%.15g", json_number_value(value));
		return text;
	}
	if (json_is_object(value) || json_is_array(value)) {
		(void)str_format(text, sizeof(text), json_is_object(value) ? "{%zu}" : "[%zu]",
		    json_is_object(value) ? json_object_size(value) : json_array_size(value));
		return text;
	}
	return json_is_true(value) ? "true" : json_is_false(value) ? "false" :
	    json_is_null(value) ? "null" : "(none)";
}

static const json_t *
value_at(const struct parsed *parsed, const char *path)
{
	const json_t *at = (const json_t *)parsed;

	while (*path != '\0' && at != NULL) {
		char key[256];
		size_t n = strcspn(path, " ");
		int64_t index;

		(void)str_format(key, sizeof(key), "%.*s", (int)n, path);
		at = json_is_array(at) && str_to_int(key, 0, INT32_MAX, &index) == 0 ?
		    json_array_get(at, (size_t)index) : json_object_get(at, key);
		path += n + (path[n] == ' ' ? 1 : 0);
	}
	return at;
}

const char *
parse_at(const struct parsed *parsed, const char *path)
{
	return text_of(value_at(parsed, path));
}

static void
visit(json_t *value, const char *path, parse_leaf_fn *fn, void *arg)
{
	const char *key;
	json_t *member;
	char below[256];

	if (json_is_object(value)) {
		json_object_foreach(value, key, member) {
			(void)str_format(below, sizeof(below), "%s%s%s", path,
			    path[0] != '\0' ? "." : "", key);
			visit(member, below, fn, arg);
		}
	} else if (!json_is_array(value) || (json_array_size(value) > 0 &&
	    !json_is_object(json_array_get(value, 0)))) {
		fn(arg, path);
	}
}

void
parse_leaves(const struct parsed *parsed, const char *path, parse_leaf_fn *fn, void *arg)
{
	visit((json_t *)(uintptr_t)value_at(parsed, path), "", fn, arg);
}
