/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/schema.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "config/node.h"

const struct schema_field *
schema_find(const struct schema_field *fields, const char *key)
{
	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		if (strcmp(f->key, key) == 0) {
			return f;
		}
	}
	return NULL;
}

/* The member may have any width; a table row knows it. */
static void
store_integer(void *member, size_t size, int64_t value)
{
	switch (size) {
	case 2:
		*(uint16_t *)member = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)member = (uint32_t)value;
		break;
	case 8:
		*(uint64_t *)member = (uint64_t)value;
		break;
	default:
		assert(!"an integer of 2, 4 or 8 bytes");
	}
}

static void
store(const struct schema_field *field, const struct schema_value *value,
    void *to)
{
	void *member = (char *)to + field->offset;

	switch (field->type) {
	case SCHEMA_TEXT:
	case SCHEMA_ID:
	case SCHEMA_PATH:
		*(const char **)member = value->text;
		break;
	case SCHEMA_INTEGER:
	case SCHEMA_DURATION:
	case SCHEMA_SPAN:
	case SCHEMA_SIZE:
	case SCHEMA_CHOICE:
	case SCHEMA_DAY:
		store_integer(member, field->size, value->integer);
		break;
	case SCHEMA_NUMBER:
		*(double *)member = value->number *
		    (field->scale > 0 ? field->scale : 1);
		break;
	case SCHEMA_BOOL:
		*(bool *)member = value->truth;
		break;
	case SCHEMA_NAME:
		*(struct name *)member = value->name;
		break;
	case SCHEMA_TIME:
		((struct wall *)member)->ns = value->integer;
		break;
	case SCHEMA_TEXTS:
		*(struct schema_texts *)member = value->texts;
		break;
	case SCHEMA_SECRET:
	case SCHEMA_NODE:
	case SCHEMA_LIST:
	case SCHEMA_MAP:
		*(const struct col_node **)member = value->node;
		break;
	case SCHEMA_SECTION:
	case SCHEMA_TYPE_N:
		break;
	}
}

static bool
same_text(const char *a, const char *b)
{
	return str_equal(a, b);
}

bool
schema_equal(const struct schema_field *field, const void *a, const void *b)
{
	const void *x = (const char *)a + field->offset;
	const void *y = (const char *)b + field->offset;

	switch (field->type) {
	case SCHEMA_TEXT:
	case SCHEMA_ID:
	case SCHEMA_PATH:
		return same_text(*(const char *const *)x, *(const char *const *)y);
	case SCHEMA_NAME:
		return same_text(((const struct name *)x)->en,
		    ((const struct name *)y)->en) &&
		    same_text(((const struct name *)x)->zh,
		    ((const struct name *)y)->zh);
	case SCHEMA_SECRET:
	case SCHEMA_NODE:
	case SCHEMA_LIST:
	case SCHEMA_MAP:
		return node_hash(*(const struct col_node *const *)x, 0) ==
		    node_hash(*(const struct col_node *const *)y, 0);
	case SCHEMA_INTEGER:
	case SCHEMA_NUMBER:
	case SCHEMA_BOOL:
	case SCHEMA_DURATION:
	case SCHEMA_SPAN:
	case SCHEMA_SIZE:
	case SCHEMA_CHOICE:
	case SCHEMA_DAY:
	case SCHEMA_TIME:
		return memcmp(x, y, field->size) == 0;
	case SCHEMA_TEXTS:
	case SCHEMA_SECTION:
	case SCHEMA_TYPE_N:
		break;
	}
	return true;
}

static void
set_defaults(const struct schema_context *context,
    const struct schema_field *fields, void *to)
{
	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		struct schema_value value;

		if (f->type == SCHEMA_SECTION) {
			set_defaults(context, f->fields, to);
		} else if (f->fallback != NULL) {
			schema_fallback(context, f, &value);
			store(f, &value, to);
		}
	}
}

static int
report_unknown(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *item)
{
	struct errors_guess guess;
	char hint[ERRORS_HINT_SIZE];

	errors_guess_init(&guess, item->key);
	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		errors_guess_try(&guess, f->key);
	}
	config_errors_add(context->errors, item, "unknown key '%s' in %s%s",
	    item->key, where, errors_hint(&guess, hint));
	return COL_ECONFIG;
}

static int read_map(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node, void *to,
    bool known_only);

static int
read_item(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *item, void *to)
{
	struct schema_value value;
	int rc;

	if (field->type == SCHEMA_SECTION) {
		return read_map(context, field->key, field->fields, item, to,
		    false);
	}
	rc = schema_value(context, field, item, &value);
	if (rc == COL_OK) {
		store(field, &value, to);
	}
	return rc;
}

static int
check_required(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node)
{
	int rc = COL_OK;

	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		if (f->required && col_node_get(node, f->key) == NULL) {
			config_errors_add(context->errors, node,
			    "%s needs the key '%s'", where, f->key);
			rc = COL_ECONFIG;
		}
	}
	return rc;
}

static int
read_map(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node, void *to,
    bool known_only)
{
	int rc = COL_OK;

	if (node->kind != COL_NODE_MAP) {
		config_errors_add(context->errors, node,
		    "%s must be a map of keys, not %s", where,
		    node_is_null(node) ? "empty" : node_kind_text(node));
		return COL_ECONFIG;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *item = node->items[i];
		const struct schema_field *field = schema_find(fields, item->key);
		int one = COL_OK;

		if (field != NULL) {
			one = read_item(context, field, item, to);
		} else if (!known_only) {
			one = report_unknown(context, where, fields, item);
		}
		if (one != COL_OK) {
			rc = one;
		}
	}
	if (check_required(context, where, fields, node) != COL_OK) {
		rc = COL_ECONFIG;
	}
	return rc;
}

int
schema_read(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node, void *to)
{
	set_defaults(context, fields, to);
	return read_map(context, where, fields, node, to, false);
}

int
schema_read_known(const struct schema_context *context, const char *where,
    const struct schema_field *fields, const struct col_node *node, void *to)
{
	set_defaults(context, fields, to);
	return read_map(context, where, fields, node, to, true);
}
