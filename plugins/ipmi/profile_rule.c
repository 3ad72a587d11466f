/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sensors: which sensors, and what they become. */
#include "profile_work.h"

#include <stdio.h>
#include <string.h>

#include "states.h"
#include "units.h"

#define STATES_MAX 64
#define WORD_MAX 63

static const char *const severities[COL_SEVERITY_N] = {"none", "ok", "info",
    "warning", "critical"};

/* Words for event/reading types.  Source: IPMI v2.0 tables 42-1, 42-2. */
static const struct {
	const char *word;
	uint16_t code;
} reading_words[] = {{"threshold", 0x01}, {"usage", 0x02}, {"digital", 0x03},
    {"predictive", 0x04}, {"limit", 0x05}, {"performance", 0x06},
    {"severity", 0x07}, {"presence", 0x08}, {"enabled", 0x09},
    {"availability", 0x0a}, {"redundancy", 0x0b}, {"specific", 0x6f}};

#define READING_WORDS (sizeof(reading_words) / sizeof(reading_words[0]))

static const struct col_node *
item_of(const struct col_node *node, size_t i)
{
	return node->kind == COL_NODE_LIST ? node->items[i] : node;
}

static size_t
count_of(struct reading *reading, const struct col_node *node)
{
	size_t n = node->kind == COL_NODE_LIST ? node->n_items : 1;

	if (n == 0 || n > PROFILE_WORDS_MAX) {
		tree_report(&reading->tree, node, "must have 1 to %d values",
		    PROFILE_WORDS_MAX);
		return 0;
	}
	return n;
}

static void
read_units(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	static const char *const known[] = {"W", "C", "F", "V", "A", "rpm", "%",
	    "unspecified", "VA", "Hz", "CFM", "J"};
	size_t n = count_of(reading, node);
	const char **units = profile_alloc(reading->profile,
	    (n + 1) * sizeof(*units));

	for (size_t i = 0; units != NULL && i < n; i++) {
		const struct col_node *at = item_of(node, i);
		const char *text = tree_text(&reading->tree, at);
		if (text != NULL && !units_known(text)) {
			tree_report_words(&reading->tree, at, "unit", text,
			    known, sizeof(known) / sizeof(known[0]));
		}
		units[i] = text == NULL ? "" :
		    profile_text(reading->profile, text);
	}
	rule->units = units;
	rule->n_units = units == NULL ? 0 : n;
}

/* Names of states.h, or numbers for what makers define themselves. */
static void
read_types(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	size_t n = count_of(reading, node);

	for (size_t i = 0; i < n; i++) {
		const struct col_node *at = item_of(node, i);
		const char *text = tree_text(&reading->tree, at);
		int64_t number = text == NULL ? -1 : states_type_find(text);
		if (text != NULL && number < 0 && strspn(text, "0123456789") ==
		    strlen(text)) {
			(void)tree_integer(&reading->tree, at, 0, 255,
			    &number);
		} else if (text != NULL && number < 0) {
			tree_report(&reading->tree, at, "unknown sensor type"
			    " '%.60s': a name such as temperature, fan,"
			    " power_supply, or a number", text);
		}
		rule->types.values[i] = (uint16_t)number;
	}
	rule->types.n = n;
}

static void
read_readings(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	const char *words[READING_WORDS];
	size_t n = count_of(reading, node);

	for (size_t k = 0; k < READING_WORDS; k++) {
		words[k] = reading_words[k].word;
	}
	for (size_t i = 0; i < n; i++) {
		const struct col_node *at = item_of(node, i);
		const char *text = tree_text(&reading->tree, at);
		size_t k = 0;
		while (text != NULL && k < READING_WORDS &&
		    strcmp(words[k], text) != 0) {
			k++;
		}
		if (text != NULL && k == READING_WORDS) {
			tree_report_words(&reading->tree, at, "reading type",
			    text, words, READING_WORDS);
		} else if (text != NULL) {
			rule->readings.values[i] = reading_words[k].code;
		}
	}
	rule->readings.n = n;
}

static void
read_regex(struct reading *reading, const struct col_node *node,
    const regex_t **ret_regex)
{
	const char *text = tree_text(&reading->tree, node);
	char message[128] = "out of memory";

	if (text == NULL) {
		return;
	}
	*ret_regex = profile_regex(reading->profile, text, message,
	    sizeof(message));
	if (*ret_regex == NULL) {
		tree_report(&reading->tree, node, "bad regular expression: %s",
		    message);
	}
}

/* ---- states ---------------------------------------------------------------- */

/* A word, or {state: WORD, severity: WORD}. */
static bool
read_state(struct reading *reading, const struct col_node *node,
    struct col_state *state)
{
	static const char *const keys[] = {"state", "severity", NULL};
	const struct col_node *word = node, *severity;
	const char *text;

	if (node->kind != COL_NODE_SCALAR) {
		if (!tree_map(&reading->tree, node, keys)) {
			return false;
		}
		word = col_node_get(node, "state");
		severity = col_node_get(node, "severity");
		text = severity == NULL ? NULL :
		    tree_text(&reading->tree, severity);
		for (unsigned i = 0; text != NULL && i < COL_SEVERITY_N; i++) {
			if (strcmp(severities[i], text) == 0) {
				state->severity = (enum col_severity)i;
				text = NULL;
			}
		}
		if (text != NULL) {
			tree_report_words(&reading->tree, severity, "severity",
			    text, severities, COL_SEVERITY_N);
			return false;
		}
	}
	text = word == NULL ? NULL : word->text;
	if (text == NULL || text[0] == '\0' || strlen(text) > WORD_MAX) {
		tree_report(&reading->tree, node,
		    "needs 'state' with 1 to %d bytes", WORD_MAX);
		return false;
	}
	state->word = profile_text(reading->profile, text);
	return state->word != NULL;
}

/* {none: absent, 0: {state: present, severity: ok}}: keys are offsets. */
static void
read_states(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	struct col_state *states;

	if (node->kind != COL_NODE_MAP || node->n_items == 0 ||
	    node->n_items > STATES_CODES) {
		tree_report(&reading->tree, node, "must be a map such as"
		    " {none: absent, 0: {state: present, severity: ok}}");
		return;
	}
	states = profile_alloc(reading->profile, node->n_items *
	    sizeof(*states));
	if (states == NULL) {
		tree_report(&reading->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		struct col_node key = {.kind = COL_NODE_SCALAR,
		    .text = at->key, .line = at->line, .column = at->column,
		    .file = at->file};
		int64_t offset = -1;
		if (strcmp(at->key, "none") != 0 && !tree_integer(
		    &reading->tree, &key, 0, STATES_OFFSETS - 1, &offset)) {
			continue;
		}
		states[i].code = offset + 1;
		(void)read_state(reading, at, &states[i]);
	}
	rule->states = states;
	rule->n_states = node->n_items;
}

/* ---- one rule ---------------------------------------------------------------- */

static void
read_conditions(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	const struct col_node *at;

	if ((at = col_node_get(node, "unit")) != NULL) {
		read_units(reading, at, rule);
	}
	if ((at = col_node_get(node, "type")) != NULL) {
		read_types(reading, at, rule);
	}
	if ((at = col_node_get(node, "entity")) != NULL) {
		(void)read_numbers(reading, at, 255, &rule->entities);
	}
	if ((at = col_node_get(node, "reading")) != NULL) {
		read_readings(reading, at, rule);
	}
	if ((at = col_node_get(node, "matches")) != NULL) {
		read_regex(reading, at, &rule->matches);
	}
	if ((at = col_node_get(node, "unlike")) != NULL) {
		read_regex(reading, at, &rule->unlike);
	}
}

/* Names in braces: name, number, entity, entity_instance, 1 to 9. */
static void
check_instance(struct reading *reading, const struct col_node *node,
    const struct profile_rule *rule)
{
	static const char *const names[] = {"name", "number", "entity",
	    "entity_instance"};
	size_t groups = rule->matches == NULL ? 0 : rule->matches->re_nsub;

	for (const char *at = node->text; (at = strchr(at, '{')) != NULL;) {
		size_t len = strcspn(++at, "}");
		bool known = len == 1 && at[0] >= '1' && at[0] <= '9' &&
		    (size_t)(at[0] - '0') <= groups;
		for (size_t i = 0; i < 4; i++) {
			known |= len == strlen(names[i]) &&
			    strncmp(at, names[i], len) == 0;
		}
		if (!known || at[len] != '}') {
			tree_report(&reading->tree, node, "'{%.*s}' is no name"
			    " here: {name}, {number}, {entity},"
			    " {entity_instance}, {1} for what the first"
			    " parentheses of 'matches' match", (int)len, at);
			return;
		}
	}
}

static void
read_range(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	if (node->kind != COL_NODE_LIST || node->n_items != 2) {
		tree_report(&reading->tree, node, "must be [MIN, MAX]");
	} else if (tree_number(&reading->tree, node->items[0], &rule->min) &&
	    tree_number(&reading->tree, node->items[1], &rule->max) &&
	    rule->min >= rule->max) {
		tree_report(&reading->tree, node,
		    "the minimum must be below the maximum");
	}
}

static void
read_values(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	const struct col_node *at;
	bool archive = false;

	if ((at = col_node_get(node, "archive")) != NULL &&
	    tree_bool(&reading->tree, at, &archive)) {
		rule->flags = archive ? COL_SLOT_ARCHIVE : COL_SLOT_NO_ARCHIVE;
	}
	if ((at = col_node_get(node, "total")) != NULL) {
		(void)tree_bool(&reading->tree, at, &rule->total);
		if (rule->total && (rule->metric == NULL ||
		    strcmp(rule->metric, "power_w") != 0)) {
			tree_report(&reading->tree, at,
			    "'total' is for power_w");
		}
	}
	if ((at = col_node_get(node, "scale")) != NULL) {
		(void)tree_number(&reading->tree, at, &rule->scale);
	}
	if ((at = col_node_get(node, "range")) != NULL) {
		read_range(reading, at, rule);
	}
	if ((at = col_node_get(node, "states")) != NULL) {
		read_states(reading, at, rule);
		if (!rule->is_state) {
			tree_report(&reading->tree, at,
			    "belongs to metrics named state_…");
		}
	}
}

/* The host knows which metrics there are and which units they take. */
static void
check_metric(struct reading *reading, const struct col_node *node,
    const struct profile_rule *rule, const char *unit)
{
	const struct col_host *host = reading->tree.host;
	const struct col_slot slot = {.metric = rule->metric, .instance = "",
	    .unit = unit, .source = ""};
	struct col_error error = {.code = 0};

	if (host != NULL && host->layout != NULL &&
	    host->layout(host, &slot, 1, &error) == NULL) {
		tree_report(&reading->tree, node, "%s", error.text);
	}
}

/* A number's rule says which units it is for: they must fit its metric. */
static void
check_unit(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	const struct col_node *as = col_node_get(node, "as");

	if (as != NULL && tree_text(&reading->tree, as) != NULL) {
		rule->as = profile_text(reading->profile, as->text);
	}
	if (rule->metric == NULL) {
		return;
	}
	if (rule->is_state) {
		check_metric(reading, node, rule, "");
		return;
	}
	if (rule->n_units == 0) {
		tree_report(&reading->tree, node, "needs 'unit': which"
		    " sensors' numbers these are (W, C, V, A, rpm, %%, …)");
	}
	for (size_t i = 0; i < rule->n_units; i++) {
		if (rule->as == NULL && strcmp(rule->units[i],
		    "unspecified") == 0) {
			tree_report(&reading->tree, node,
			    "needs 'as': what the numbers of sensors without a"
			    " unit count in");
		} else if (rule->as == NULL || i == 0) {
			check_metric(reading, node, rule, rule->as != NULL ?
			    rule->as : rule->units[i]);
		}
	}
}

static void
read_rule(struct reading *reading, const struct col_node *node,
    struct profile_rule *rule)
{
	static const char *const keys[] = {"name", "unit", "type", "entity",
	    "reading", "matches", "unlike", "ignore", "metric", "instance",
	    "as", "archive", "total", "scale", "range", "states", NULL};
	const struct col_node *name = col_node_get(node, "name");
	const struct col_node *metric = col_node_get(node, "metric");
	const struct col_node *instance = col_node_get(node, "instance");
	const struct col_node *ignore = col_node_get(node, "ignore");

	if (!tree_map(&reading->tree, node, keys)) {
		return;
	}
	rule->scale = 1;
	if (name == NULL || name->text == NULL || name->text[0] == '\0') {
		tree_report(&reading->tree, node, "needs 'name': what this"
		    " rule is called, for profiles that extend this one");
	} else {
		rule->name = profile_text(reading->profile, name->text);
	}
	read_conditions(reading, node, rule);
	if (ignore != NULL) {
		(void)tree_bool(&reading->tree, ignore, &rule->ignore);
	}
	if ((metric != NULL && metric->text != NULL) == rule->ignore) {
		tree_report(&reading->tree, node,
		    "needs 'metric', or else 'ignore: true'");
		return;
	}
	if (metric != NULL) {
		rule->metric = profile_text(reading->profile, metric->text);
		rule->is_state = strncmp(metric->text, "state_", 6) == 0;
	}
	check_unit(reading, node, rule);
	rule->instance = "{name}";
	if (instance != NULL && tree_text(&reading->tree, instance) != NULL) {
		check_instance(reading, instance, rule);
		rule->instance = profile_text(reading->profile,
		    instance->text);
	}
	read_values(reading, node, rule);
}

void
read_rules(struct reading *reading, const struct col_node *node)
{
	struct profile_rule *rules;

	if (node->kind != COL_NODE_LIST || node->n_items == 0 ||
	    node->n_items > PROFILE_RULES_MAX) {
		tree_report(&reading->tree, node,
		    "must be a list of 1 to %d rules", PROFILE_RULES_MAX);
		return;
	}
	rules = profile_alloc(reading->profile, node->n_items *
	    sizeof(*rules));
	if (rules == NULL) {
		tree_report(&reading->tree, node, "out of memory");
		return;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		read_rule(reading, node->items[i], &rules[i]);
	}
	reading->profile->rules = rules;
	reading->profile->n_rules = node->n_items;
}
