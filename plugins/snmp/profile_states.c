/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * states: of a metric.  A key is what the agent sends, number or word.  The
 * number of a state is its `value`, else the key itself, else (a word) its
 * place in the list: what becomes of a key that is no such number is put into
 * the metric's map.
 */
#include "profile_parse.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATES_MAX 64
#define WORD_MAX 63

static const char *const severities[] = {"none", "ok", "info", "warning",
    "critical"};

static bool
read_severity(struct parse *parse, const struct col_node *node,
    enum col_severity *ret_severity)
{
	const char *text = tree_text(&parse->tree, node);

	for (unsigned i = 0; text != NULL && i < COL_SEVERITY_N; i++) {
		if (strcmp(severities[i], text) == 0) {
			*ret_severity = (enum col_severity)i;
			return true;
		}
	}
	if (text != NULL) {
		tree_report_words(&parse->tree, node, "severity", text,
		    severities, COL_SEVERITY_N);
	}
	return false;
}

static bool
read_word(struct parse *parse, const struct col_node *node,
    struct col_state *state)
{
	const char *text = tree_text(&parse->tree, node);

	if (text == NULL) {
		return false;
	}
	if (text[0] == '\0' || strlen(text) > WORD_MAX) {
		tree_report(&parse->tree, node, "must have 1 to %d bytes",
		    WORD_MAX);
		return false;
	}
	state->word = profile_text(parse->profile, text);
	return state->word != NULL || parse_no_memory(parse, node);
}

/* A word, or {state: WORD, severity: WORD, value: NUMBER}. */
static bool
read_state(struct parse *parse, const struct col_node *node,
    struct col_state *state)
{
	static const char *const keys[] = {"state", "severity", "value", NULL};
	const struct col_node *at;

	if (node->kind == COL_NODE_SCALAR) {
		return read_word(parse, node, state);
	}
	if (!tree_map(&parse->tree, node, keys)) {
		return false;
	}
	at = col_node_get(node, "state");
	if (at == NULL) {
		tree_report(&parse->tree, node, "needs 'state'");
		return false;
	}
	if (!read_word(parse, at, state)) {
		return false;
	}
	at = col_node_get(node, "severity");
	if (at != NULL && !read_severity(parse, at, &state->severity)) {
		return false;
	}
	at = col_node_get(node, "value");
	return at == NULL || tree_integer(&parse->tree, at, INT32_MIN,
	    INT32_MAX, &state->code);
}

static bool
whole_number(const char *text, int64_t *ret_n)
{
	char *end;

	errno = 0;
	*ret_n = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0';
}

/* Two keys may lead to one state, but not to two of one number. */
static bool
add_state(struct parse *parse, const struct col_node *at,
    const struct col_state *state, struct col_state *states, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		if (states[i].code != state->code) {
			continue;
		}
		if (strcmp(states[i].word, state->word) == 0 &&
		    states[i].severity == state->severity) {
			return true;
		}
		tree_report(&parse->tree, at, "the number %" PRId64
		    " is also '%.60s'", state->code, states[i].word);
		return false;
	}
	states[(*n)++] = *state;
	return true;
}

static bool
add_key(struct parse *parse, const struct col_node *at, int64_t code,
    const char **from, const char **to)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, code);
	*from = profile_text(parse->profile, at->key);
	*to = profile_text(parse->profile, text);
	return (*from != NULL && *to != NULL) || parse_no_memory(parse, at);
}

static bool
read_table(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	size_t size = node->n_items * sizeof(const char *);
	const char **from = profile_alloc(parse->profile, size);
	const char **to = profile_alloc(parse->profile, size);
	struct col_state *states = profile_alloc(parse->profile,
	    node->n_items * sizeof(*states));
	size_t n = 0, n_map = 0;

	if (from == NULL || to == NULL || states == NULL) {
		return parse_no_memory(parse, node);
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *at = node->items[i];
		bool is_number, has_value = col_node_get(at, "value") != NULL;
		struct col_state state = {.code = 0};
		int64_t key;
		if (!read_state(parse, at, &state)) {
			return false;
		}
		is_number = whole_number(at->key, &key);
		if (!has_value) {
			state.code = is_number ? key : (int64_t)i + 1;
		}
		if (!add_state(parse, at, &state, states, &n) ||
		    ((!is_number || key != state.code) && !add_key(parse, at,
		    state.code, &from[n_map], &to[n_map]))) {
			return false;
		}
		n_map += !is_number || key != state.code;
	}
	metric->states = states;
	metric->n_states = n;
	metric->map = (struct profile_map){n_map, (const char *const *)from,
	    (const char *const *)to};
	metric->map_is_open = true;
	return true;
}

/* {legend: COLUMN, words: {WORD: SEVERITY}} */
static bool
read_legend(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	static const char *const keys[] = {"legend", "words", NULL};
	const struct col_node *words = col_node_get(node, "words");
	enum col_severity severity;
	bool good = true;

	if (!tree_map(&parse->tree, node, keys) || !parse_ref(parse,
	    col_node_get(node, "legend"), &metric->legend) ||
	    (words != NULL && !parse_map(parse, words, &metric->words))) {
		return false;
	}
	for (size_t i = 0; words != NULL && i < words->n_items; i++) {
		good &= read_severity(parse, words->items[i], &severity);
	}
	return good;
}

bool
parse_states(struct parse *parse, const struct col_node *node,
    struct profile_metric *metric)
{
	if (strncmp(metric->metric, "state_", 6) != 0) {
		tree_report(&parse->tree, node,
		    "belongs to metrics named state_…");
		return false;
	}
	if (metric->map.n > 0) {
		tree_report(&parse->tree, node,
		    "'map' has no place beside 'states': give 'value'");
		return false;
	}
	if (node->kind == COL_NODE_SCALAR) {
		const struct col_node *named = col_node_get(parse->enums,
		    node->text);
		if (named == NULL) {
			tree_report(&parse->tree, node,
			    "'%.60s' is not a name under enums:", node->text);
			return false;
		}
		node = named;
	}
	if (col_node_get(node, "legend") != NULL) {
		return read_legend(parse, node, metric);
	}
	if (node->kind != COL_NODE_MAP || node->n_items == 0 ||
	    node->n_items > STATES_MAX) {
		tree_report(&parse->tree, node, "must be a map such as {1: off,"
		    " 2: {state: on, severity: ok}}, of at most %d",
		    STATES_MAX);
		return false;
	}
	return read_table(parse, node, metric);
}

/* Read once for its faults; each use reads its own copy. */
bool
parse_enums(struct parse *parse, const struct col_node *node)
{
	bool good = true;

	if (node->kind != COL_NODE_MAP) {
		tree_report(&parse->tree, node,
		    "must be a map of names and states");
		return false;
	}
	for (size_t i = 0; i < node->n_items; i++) {
		struct profile_metric metric = {.metric = "state_enum"};
		if (node->items[i]->kind == COL_NODE_SCALAR) {
			tree_report(&parse->tree, node->items[i],
			    "must be a map of states");
			good = false;
		} else {
			good &= parse_states(parse, node->items[i], &metric);
		}
	}
	parse->enums = node;
	return good;
}
