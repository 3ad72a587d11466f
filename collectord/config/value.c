/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value at a time: text to number, duration, name, …, each with its range
 * and a message that says what would be right.
 */
#include <config.h>

#include <assert.h>
#include <float.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "config/files.h"
#include "config/node.h"
#include "config/schema.h"
#include "config/secret.h"

#ifndef COLLECTORD_DATADIR
#define COLLECTORD_DATADIR "/usr/local/share/collectord"
#endif
#ifndef COLLECTORD_PLUGINDIR
#define COLLECTORD_PLUGINDIR "/usr/local/lib/collectord/plugins"
#endif
#ifndef COLLECTORD_STATEDIR
#define COLLECTORD_STATEDIR "/usr/local/var/lib/collectord"
#endif

typedef int parse_fn(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value);

/* Reports "key must be WANTED, not 'text'". */
static int
refuse(const struct schema_context *context, const struct schema_field *field,
    const struct col_node *node, const char *wanted)
{
	if (node_is_null(node)) {
		config_errors_add(context->errors, node, "%s has no value; it "
		    "must be %s", field->key, wanted);
	} else if (node->kind == COL_NODE_SCALAR) {
		config_errors_add(context->errors, node, "%s must be %s, not "
		    "'%.64s'", field->key, wanted, node->text);
	} else {
		config_errors_add(context->errors, node, "%s must be %s, not %s",
		    field->key, wanted, node_kind_text(node));
	}
	return COL_ECONFIG;
}

static const char *
seconds_text(double seconds, char text[32])
{
	static const struct { double s; const char *unit; } units[] = {
		{ 365 * 86400.0, "y" }, { 86400, "d" }, { 3600, "h" },
		{ 60, "m" }, { 1, "s" },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		double n = seconds / units[i].s;

		if ((n >= 1 || units[i].s <= 1) && n == (double)(int64_t)n) {
			snprintf(text, 32, "%.0f%s", n, units[i].unit);
			return text;
		}
	}
	snprintf(text, 32, "%.0fms", seconds * 1000);
	return text;
}

static const char *
bytes_text(double bytes, char text[32])
{
	static const char *const units[] = { "", "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;

	while (bytes >= 1024 && unit < 4 &&
	    bytes / 1024 == (double)(int64_t)(bytes / 1024)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(text, 32, "%.0f%s", bytes, units[unit]);
	return text;
}

static const char *
bound_text(const struct schema_field *field, double bound, char text[32])
{
	if (field->type == SCHEMA_DURATION || field->type == SCHEMA_SPAN) {
		return seconds_text(bound, text);
	}
	if (field->type == SCHEMA_SIZE) {
		return bytes_text(bound, text);
	}
	snprintf(text, 32, "%.10g", bound);
	return text;
}

const char *
schema_limits(const struct schema_field *field, char text[SCHEMA_LIMIT_SIZE])
{
	char low[32], high[32];

	text[0] = '\0';
	if (field->min != 0 || field->max != 0) {
		str_format(text, SCHEMA_LIMIT_SIZE, "%s .. %s",
		    bound_text(field, field->min, low),
		    bound_text(field, field->max, high));
	}
	return text;
}

/* Checks number (in the unit of min and max) against the row's range. */
static int
check_range(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node, double number)
{
	char limits[SCHEMA_LIMIT_SIZE];

	if ((field->min == 0 && field->max == 0) ||
	    (number >= field->min && number <= field->max)) {
		return COL_OK;
	}
	config_errors_add(context->errors, node, "%s must be within %s, not '%.64s'",
	    field->key, schema_limits(field, limits), node->text);
	return COL_ECONFIG;
}

static bool
is_word(const struct col_node *node)
{
	return node->kind == COL_NODE_SCALAR && !node_is_null(node);
}

static int
parse_text(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	if (!is_word(node)) {
		return refuse(context, field, node, "a text");
	}
	value->text = node->text;
	return COL_OK;
}

static int
parse_id(const struct schema_context *context, const struct schema_field *field,
    const struct col_node *node, struct schema_value *value)
{
	if (!is_word(node)) {
		return refuse(context, field, node, "an id");
	}
	if (!str_is_id(node->text)) {
		return refuse(context, field, node, "an id: 1 to 63 of a-z, 0-9, "
		    "'-', '_', a letter or digit first");
	}
	value->text = node->text;
	return COL_OK;
}

static int
parse_path(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	if (!is_word(node) || node->text[0] == '\0') {
		return refuse(context, field, node, "a path");
	}
	value->text = files_absolute(context->arena, node->file, node->text);
	return COL_OK;
}

static int
parse_integer(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	if (!is_word(node) || str_to_int(node->text, INT64_MIN, INT64_MAX,
	    &value->integer) != COL_OK) {
		return refuse(context, field, node, "a whole number");
	}
	return check_range(context, field, node, (double)value->integer);
}

static int
parse_number(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	if (!is_word(node) ||
	    str_to_number(node->text, &value->number) != COL_OK) {
		return refuse(context, field, node, "a number");
	}
	return check_range(context, field, node, value->number);
}

static int
parse_bool(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	if (!is_word(node) || str_to_bool(node->text, &value->truth) != COL_OK) {
		return refuse(context, field, node, "true or false");
	}
	return COL_OK;
}

static int
parse_duration(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	if (!is_word(node) ||
	    str_to_duration(node->text, &value->integer) != COL_OK) {
		return refuse(context, field, node,
		    "a duration such as 60s, 5m, 24h or 7d");
	}
	return check_range(context, field, node,
	    (double)value->integer / (double)NS_PER_S);
}

bool
schema_intervals(const struct schema_context *context, const char *text,
    int64_t *ret_ns)
{
	size_t len = strcspn(text, " ");
	uint64_t n;
	char number[8];

	if (len == 0 || len >= sizeof(number) || (strcmp(text + len, " interval") != 0 &&
	    strcmp(text + len, " intervals") != 0)) {
		return false;
	}
	(void)str_format(number, sizeof(number), "%.*s", (int)len, text);
	if (str_to_uint(number, 1, 10000, &n) != COL_OK) {
		return false;
	}
	*ret_ns = (int64_t)n * context->interval_ns;
	return true;
}

static int
parse_span(const struct schema_context *context, const struct schema_field *field,
    const struct col_node *node, struct schema_value *value)
{
	if (!is_word(node) || (str_to_duration(node->text, &value->integer) != COL_OK &&
	    !schema_intervals(context, node->text, &value->integer))) {
		return refuse(context, field, node, "a duration such as 60s, 5m or "
		    "24h, or a number of polling intervals such as 2 intervals");
	}
	return check_range(context, field, node,
	    (double)value->integer / (double)NS_PER_S);
}

static int
parse_size(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	uint64_t bytes;

	if (!is_word(node) || str_to_size(node->text, &bytes) != COL_OK ||
	    bytes > INT64_MAX) {
		return refuse(context, field, node,
		    "a size such as 512KiB, 64MiB or 2GiB");
	}
	value->integer = (int64_t)bytes;
	return check_range(context, field, node, (double)bytes);
}

static int
parse_choice(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	struct errors_guess guess;
	char hint[ERRORS_HINT_SIZE];
	const char *at = field->choices;

	if (!is_word(node)) {
		return refuse(context, field, node, "one word");
	}
	for (int64_t i = 0; *at != '\0'; i++) {
		size_t len = strcspn(at, "|");

		if (strncmp(at, node->text, len) == 0 &&
		    node->text[len] == '\0') {
			value->text = node->text;
			value->integer = i;
			return COL_OK;
		}
		at += len + (at[len] == '|');
	}
	errors_guess_init(&guess, node->text);
	for (at = field->choices; *at != '\0';) {
		size_t len = strcspn(at, "|");

		errors_guess_try(&guess, arena_copy_len(context->arena, at, len));
		at += len + (at[len] == '|');
	}
	config_errors_add(context->errors, node,
	    "%s must be one of %s, not '%.64s'%s", field->key, field->choices,
	    node->text, errors_hint(&guess, hint));
	return COL_ECONFIG;
}

static int
parse_name(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	static const struct schema_field languages[] = {
		{ .key = "en", .type = SCHEMA_TEXT, SCHEMA_AT(struct name, en) },
		{ .key = "zh", .type = SCHEMA_TEXT, SCHEMA_AT(struct name, zh) },
		SCHEMA_END
	};

	value->name = (struct name){ NULL, NULL };
	if (node->kind == COL_NODE_MAP) {
		return schema_read(context, field->key, languages, node,
		    &value->name);
	}
	if (!is_word(node)) {
		return refuse(context, field, node, "{en: …, zh: …} or one text");
	}
	value->name.en = node->text;
	return COL_OK;
}

/* Dates are taken only in full, so that 2025-6-1 is not read as something. */
static int
parse_wall(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	struct wall wall;

	if (!is_word(node) || clock_parse(node->text, &wall) != COL_OK) {
		return refuse(context, field, node, field->type == SCHEMA_DAY ?
		    "a date such as 2025-06-01" : "a date such as 2025-06-01 "
		    "or a time such as 2025-06-01T08:00:00+08:00");
	}
	if (field->type == SCHEMA_DAY) {
		if (strlen(node->text) != strlen("2025-06-01")) {
			return refuse(context, field, node,
			    "a date such as 2025-06-01");
		}
		value->integer = clock_day("UTC", wall);
	} else {
		value->integer = wall.ns;
	}
	return COL_OK;
}

static int
parse_texts(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	const struct col_node **nodes;
	const char **items;
	size_t n = node->kind == COL_NODE_LIST ? node->n_items : 1;

	if (node->kind == COL_NODE_MAP || node_is_null(node)) {
		return refuse(context, field, node, "a text or a list of texts");
	}
	nodes = arena_alloc(context->arena, (n + 1) * sizeof(*nodes));
	items = arena_alloc(context->arena, (n + 1) * sizeof(*items));
	for (size_t i = 0; i < n; i++) {
		nodes[i] = node->kind == COL_NODE_LIST ? node->items[i] : node;
		if (!is_word(nodes[i])) {
			return refuse(context, field, nodes[i],
			    "a list of texts");
		}
		items[i] = nodes[i]->text;
	}
	value->texts = (struct schema_texts){ items, nodes, n };
	return COL_OK;
}

static int
parse_secret(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	(void)value;
	return secret_check(context, field->key, node);
}

static int
parse_node(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *value)
{
	(void)value;
	if (field->type == SCHEMA_LIST && node->kind != COL_NODE_LIST) {
		return refuse(context, field, node, "a list");
	}
	if (field->type == SCHEMA_MAP && node->kind != COL_NODE_MAP) {
		return refuse(context, field, node, "a map of keys");
	}
	return COL_OK;
}

static parse_fn *const parsers[SCHEMA_TYPE_N] = {
	[SCHEMA_TEXT] = parse_text,
	[SCHEMA_ID] = parse_id,
	[SCHEMA_PATH] = parse_path,
	[SCHEMA_INTEGER] = parse_integer,
	[SCHEMA_NUMBER] = parse_number,
	[SCHEMA_BOOL] = parse_bool,
	[SCHEMA_DURATION] = parse_duration,
	[SCHEMA_SPAN] = parse_span,
	[SCHEMA_SIZE] = parse_size,
	[SCHEMA_CHOICE] = parse_choice,
	[SCHEMA_NAME] = parse_name,
	[SCHEMA_DAY] = parse_wall,
	[SCHEMA_TIME] = parse_wall,
	[SCHEMA_TEXTS] = parse_texts,
	[SCHEMA_SECRET] = parse_secret,
	[SCHEMA_NODE] = parse_node,
	[SCHEMA_LIST] = parse_node,
	[SCHEMA_MAP] = parse_node,
};

int
schema_value(const struct schema_context *context,
    const struct schema_field *field, const struct col_node *node,
    struct schema_value *ret_value)
{
	struct schema_value value = { .node = node };
	int rc = parsers[field->type](context, field, node, &value);

	if (rc == COL_OK && field->check != NULL) {
		rc = field->check(context, field, node, &value);
	}
	if (rc == COL_OK) {
		*ret_value = value;
	}
	return rc;
}

void
schema_fallback(const struct schema_context *context,
    const struct schema_field *field, struct schema_value *ret_value)
{
	struct col_node node = { .kind = COL_NODE_SCALAR, .quoted = true,
	    .line = 1, .column = 1, .file = "default", .key = field->key };
	int rc;

	node.text = schema_expand(context->arena, field->fallback);
	rc = schema_value(context, field, &node, ret_value);
	assert(rc == COL_OK && "a default must pass its own checks");
	(void)rc;
	ret_value->node = NULL;
}

const char *
schema_expand(struct arena *arena, const char *text)
{
	static const struct { const char *name, *value; } places[] = {
		{ "${datadir}", COLLECTORD_DATADIR },
		{ "${plugindir}", COLLECTORD_PLUGINDIR },
		{ "${statedir}", COLLECTORD_STATEDIR },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (str_starts(text, places[i].name)) {
			return arena_format(arena, "%s%s", places[i].value,
			    text + strlen(places[i].name));
		}
	}
	return text;
}
