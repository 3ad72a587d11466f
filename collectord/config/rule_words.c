/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * States and their words: a rule that names one that no device ever sends would
 * never fire, and nobody would know.  What the profiles say is not all that there
 * is (plugins make names and words of their own), so only what is one slip away
 * from something known is refused.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/alerts.h"
#include "model/metric.h"

/* Shorter ones are too near to each other: "on", "ok". */
#define WORD_LEN_MIN 5

struct search {
	const char *metric;             /* NULL: names of metrics, not words */
	const struct col_node *enums;   /* of the profile that is looked through */
	struct errors_guess guess;
	bool found;
};

static void
try_word(struct search *search, const char *word)
{
	search->found = search->found || strcmp(word, search->guess.word) == 0;
	errors_guess_try(&search->guess, word);
}

/* {1: normal, 2: {state: low, severity: warning}}, {legend: …, words: {Low: …}} */
static void
try_states(struct search *search, const struct col_node *states)
{
	for (size_t i = 0; i < states->n_items; i++) {
		const struct col_node *item = states->items[i];
		const struct col_node *word = col_node_get(item, "state");

		if (word != NULL && word->kind == COL_NODE_SCALAR) {
			try_word(search, word->text);
		} else if (item->kind == COL_NODE_SCALAR) {
			try_word(search, item->text);
		} else if (item->key != NULL && strcmp(item->key, "words") == 0) {
			for (size_t k = 0; k < item->n_items; k++) {
				if (item->items[k]->key != NULL) {
					try_word(search, item->items[k]->key);
				}
			}
		}
	}
}

/* A metric of a profile, and its states. */
static void
try_metric(struct search *search, const char *metric, const struct col_node *states)
{
	if (search->metric == NULL) {
		try_word(search, metric);
	} else if (strcmp(metric, search->metric) == 0 && states != NULL) {
		states = states->kind == COL_NODE_SCALAR ?
		    col_node_get(search->enums, states->text) : states;
		if (states != NULL) {
			try_states(search, states);
		}
	}
}

/* Depth is bounded by the parser. */
static void
walk(struct search *search, const struct col_node *node)
{
	const struct col_node *metric = col_node_get(node, "metric");

	if (metric != NULL && metric->kind == COL_NODE_SCALAR &&
	    str_starts(metric->text, "state_")) {
		try_metric(search, metric->text, col_node_get(node, "states"));
	}
	for (size_t i = 0; i < node->n_items; i++) {
		walk(search, node->items[i]);
	}
}

/* Shipped rules are right by a test of ours; a site may do without their profiles. */
static bool
is_shipped(const struct load *load, const struct col_node *at)
{
	return load->alerts_shipped != NULL && str_equal(at->file, load->alerts_shipped);
}

/* True when word is known, or like nothing that is. */
static bool
is_no_slip(const struct load *load, struct search *search, const char *word)
{
	errors_guess_init(&search->guess, word);
	search->guess.distance = 2;
	for (uint32_t i = 0; search->metric == NULL && i < metric_count(); i++) {
		try_word(search, metric_get(i)->name);
	}
	for (size_t i = 0; i < load->config->n_profiles && !search->found; i++) {
		const struct profile *profile = &load->config->profiles[i];

		search->enums = col_node_get(profile->node, "enums");
		walk(search, profile->node);
	}
	return search->found || search->guess.best == NULL;
}

bool
alerts_state_check(struct load *load, const struct col_node *at)
{
	struct search search = { .metric = NULL };

	if (is_shipped(load, at) || is_no_slip(load, &search, at->text)) {
		return true;
	}
	load_unknown(load, at, "metric", &search.guess);
	return false;
}

bool
alerts_word_check(struct load *load, const struct col_node *at, const char *metric)
{
	struct search search = { .metric = metric };

	if (strlen(at->text) < WORD_LEN_MIN || is_shipped(load, at) ||
	    is_no_slip(load, &search, at->text)) {
		return true;
	}
	load_unknown(load, at, "state", &search.guess);
	return false;
}
