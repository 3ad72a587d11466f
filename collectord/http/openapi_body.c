/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of a JSON body, as a schema and as lines of the reference. */
#include <config.h>

#include "http/openapi.h"

#include "base/str.h"

static void
write_text(struct json *json, const char *pattern)
{
	json_text(json, "type", "string");
	if (pattern != NULL) {
		json_text(json, "pattern", pattern);
	}
}

static void
write_number(struct json *json, const char *type, const struct member *member)
{
	json_text(json, "type", type);
	json_number(json, "minimum", member->min, 10);
	json_number(json, "maximum", member->max, 10);
}

static void
write_member(struct json *json, const struct member *member)
{
	json_map(json, member->name);
	json_text(json, "description", member->summary);
	switch (member->type) {
	case MEMBER_TEXT:
		write_text(json, NULL);
		json_number(json, "maxLength", member->max, 10);
		break;
	case MEMBER_ID:
		write_text(json, OPENAPI_ID);
		break;
	case MEMBER_ENTITY:
		write_text(json, OPENAPI_ENTITY);
		break;
	case MEMBER_CHOICE:
		write_text(json, NULL);
		openapi_words(json, member->choices);
		break;
	case MEMBER_TIME:
		write_text(json, NULL);
		json_text(json, "format", "date-time");
		break;
	case MEMBER_INT:
		write_number(json, "integer", member);
		break;
	case MEMBER_NUMBER:
		write_number(json, "number", member);
		break;
	case MEMBER_BOOL:
		json_text(json, "type", "boolean");
		break;
	case MEMBER_IDS:
		json_text(json, "type", "array");
		json_int(json, "minItems", 1);
		json_number(json, "maxItems", member->max, 10);
		json_map(json, "items");
		write_text(json, OPENAPI_ID);
		json_map_end(json);
		break;
	case MEMBER_MAP:
		openapi_members(json, member->members);
		break;
	case MEMBER_TYPE_N:
		break;
	}
	json_map_end(json);
}

void
openapi_members(struct json *json, const struct member *table)
{
	size_t n = input_table_size(table);

	json_text(json, "type", "object");
	json_bool(json, "additionalProperties", false);
	json_list(json, "required");
	for (size_t i = 0; i < n; i++) {
		if (table[i].required) {
			json_text(json, NULL, table[i].name);
		}
	}
	json_list_end(json);
	json_map(json, "properties");
	for (size_t i = 0; i < n; i++) {
		write_member(json, &table[i]);
	}
	json_map_end(json);
}

static void
describe_type(struct buf *out, const struct member *member)
{
	switch (member->type) {
	case MEMBER_TEXT:
		buf_printf(out, "text, at most %g bytes", member->max);
		break;
	case MEMBER_ID:
		buf_puts(out, "id");
		break;
	case MEMBER_ENTITY:
		buf_puts(out, "kind:id");
		break;
	case MEMBER_CHOICE:
		buf_puts(out, "one of");
		openapi_describe_words(out, member->choices);
		break;
	case MEMBER_TIME:
		buf_puts(out, "time (RFC 3339)");
		break;
	case MEMBER_INT:
		buf_printf(out, "number %.10g..%.10g", member->min, member->max);
		break;
	case MEMBER_NUMBER:
		buf_printf(out, "number, fractions allowed, %.10g..%.10g", member->min,
		    member->max);
		break;
	case MEMBER_BOOL:
		buf_puts(out, "true or false");
		break;
	case MEMBER_IDS:
		buf_printf(out, "list of 1..%g ids", member->max);
		break;
	case MEMBER_MAP:
		buf_puts(out, "object");
		break;
	case MEMBER_TYPE_N:
		break;
	}
}

void
openapi_describe_members(struct buf *out, const struct member *table, unsigned level)
{
	for (size_t i = 0; i < input_table_size(table); i++) {
		const struct member *member = &table[i];

		buf_printf(out, "%*s- `%s`%s: %s; ", (int)(2 * level), "", member->name,
		    member->required ? " (required)" : "", member->summary);
		describe_type(out, member);
		buf_puts(out, "\n");
		if (member->type == MEMBER_MAP) {
			openapi_describe_members(out, member->members, level + 1);
		}
	}
}
