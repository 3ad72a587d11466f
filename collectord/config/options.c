/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The option tables of plugins, read by the same engine as our own: a row of
 * struct col_option becomes a row of the schema.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/node.h"
#include "config/schema.h"

static const enum schema_type types[COL_OPT_TYPE_N] = {
	[COL_OPT_TEXT] = SCHEMA_TEXT,
	[COL_OPT_INTEGER] = SCHEMA_INTEGER,
	[COL_OPT_NUMBER] = SCHEMA_NUMBER,
	[COL_OPT_BOOL] = SCHEMA_BOOL,
	[COL_OPT_DURATION] = SCHEMA_DURATION,
	[COL_OPT_SIZE] = SCHEMA_SIZE,
	[COL_OPT_CHOICE] = SCHEMA_CHOICE,
	[COL_OPT_SECRET] = SCHEMA_SECRET,
	[COL_OPT_NODE] = SCHEMA_NODE,
};

static void
fill(const struct schema_value *from, struct col_option_value *to)
{
	to->text = from->text;
	to->integer = from->integer;
	to->number = from->number;
	to->truth = from->truth;
	to->node = from->node;
}

static int
read_option(const struct schema_context *context,
    const struct col_option *option, const struct col_node *node,
    struct col_option_value *value)
{
	struct schema_field field = { .key = option->name,
	    .fallback = option->fallback, .min = option->min,
	    .max = option->max, .choices = option->choices };
	struct schema_value parsed = { .text = NULL };
	int rc = COL_OK;

	memset(value, 0, sizeof(*value));
	if ((unsigned)option->type >= COL_OPT_TYPE_N) {
		return COL_EINVAL;
	}
	field.type = types[option->type];
	if (node != NULL) {
		rc = schema_value(context, &field, node, &parsed);
		value->given = rc == COL_OK;
	} else if (option->fallback != NULL && option->type != COL_OPT_NODE &&
	    option->type != COL_OPT_SECRET) {
		/* A plugin is not us: its bad default is an error, not a bug. */
		struct col_node text = { .kind = COL_NODE_SCALAR, .quoted = true,
		    .key = option->name, .text = option->fallback,
		    .file = "default of a plugin" };

		rc = schema_value(context, &field, &text, &parsed);
		parsed.node = NULL;
	}
	if (rc == COL_OK) {
		fill(&parsed, value);
	}
	return rc;
}

static bool
is_listed(const char *const *also, const char *key)
{
	for (; also != NULL && *also != NULL; also++) {
		if (strcmp(*also, key) == 0) {
			return true;
		}
	}
	return false;
}

static bool
has_option(const struct col_option *table, const char *key)
{
	for (; table != NULL && table->name != NULL; table++) {
		if (strcmp(table->name, key) == 0) {
			return true;
		}
	}
	return false;
}

static void
report_unknown(const struct col_option *table, const struct col_node *item,
    const char *const *also, struct config_errors *errors)
{
	struct errors_guess guess;
	char hint[ERRORS_HINT_SIZE];

	errors_guess_init(&guess, item->key);
	for (; table != NULL && table->name != NULL; table++) {
		errors_guess_try(&guess, table->name);
	}
	for (; also != NULL && *also != NULL; also++) {
		errors_guess_try(&guess, *also);
	}
	config_errors_add(errors, item, "unknown option '%s'%s", item->key,
	    errors_hint(&guess, hint));
}

int
config_options(const struct col_option *table, const struct col_node *node,
    const char *const *also, struct config_errors *errors, struct arena *arena,
    struct col_option_value *ret_values)
{
	struct schema_context context = { .errors = errors, .arena = arena };
	size_t i = 0;
	int rc = COL_OK;

	if (node != NULL && node_is_null(node)) {
		node = NULL;
	}
	if (node != NULL && node->kind != COL_NODE_MAP) {
		config_errors_add(errors, node, "%s must be a map of options, "
		    "not %s", node->key != NULL ? node->key : "this",
		    node_kind_text(node));
		return COL_ECONFIG;
	}
	for (const struct col_option *o = table; o != NULL && o->name != NULL;
	    o++) {
		if (read_option(&context, o, col_node_get(node, o->name),
		    &ret_values[i++]) != COL_OK) {
			rc = COL_ECONFIG;
		}
	}
	for (size_t k = 0; node != NULL && k < node->n_items; k++) {
		const char *key = node->items[k]->key;

		if (!has_option(table, key) && !is_listed(also, key)) {
			report_unknown(table, node->items[k], also, errors);
			rc = COL_ECONFIG;
		}
	}
	return rc;
}
