/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See parse.h. */
#include <config.h>

#include "http/parse.h"

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

const char *
parse_at(const struct parsed *parsed, const char *path)
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
	return text_of(at);
}
