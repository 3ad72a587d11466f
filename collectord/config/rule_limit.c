/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits: numbers with or without a unit, words of states; and whether they can
 * be met at all and do not contradict each other.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "config/alerts.h"
#include "config/node.h"
#include "model/states.h"
#include "model/unit.h"

#define NUMBER_SIZE 32
#define UNITS_SIZE 128

/* Which of the keys of a limit was written. */
struct written { const char *key; const struct col_node *node; enum rule_test test; };

static bool
refuse_unit(struct load *load, const struct alerts_rule *rule, const char *key,
    const struct col_node *node, const char *unit)
{
	char names[UNITS_SIZE];

	unit_names(rule->unit, names, sizeof(names));
	if (rule->unit[0] == '\0') {
		config_errors_add(load->kept.errors, node, "%s: %s has no unit, so '%.32s' "
		    "means nothing; write the number alone", key, rule->metric, unit);
	} else {
		config_errors_add(load->kept.errors, node, "%s: %s is in %s; '%.32s' is "
		    "none of %s", key, rule->metric, rule->unit, unit,
		    names[0] != '\0' ? names : rule->unit);
	}
	return false;
}

/* Rates are per hour, and offsets of units do not count in them. */
static bool
convert(struct load *load, const struct alerts_rule *rule, const char *key,
    const struct col_node *node, const char *unit, double *number)
{
	const struct unit *found;
	bool is_rate = rule->take == RULE_RATE;
	size_t len = strlen(unit);

	if (is_rate && len > 2 && strcmp(unit + len - 2, "/h") == 0 &&
	    strcmp(unit, rule->unit) != 0) {
		unit = arena_copy_len(load->scratch.arena, unit, len - 2);
	}
	if (unit[0] == '\0' || strcmp(unit, rule->unit) == 0) {
		return true;
	}
	found = unit_find(unit);
	/* "K" and "d" are units of differences and days: nothing is like them. */
	if (found == NULL || !unit_fits(found, rule->unit)) {
		return refuse_unit(load, rule, key, node, unit);
	}
	*number = *number * found->factor + (is_rate ? 0 : found->offset);
	return true;
}

/* Of what has them: "10m" and "3 intervals" as durations, "2GiB" as sizes. */
static bool
read_own_form(const struct load *load, const struct alerts_rule *rule, const char *text,
    double *ret_number)
{
	uint64_t bytes;
	int64_t ns;

	if (strcmp(rule->unit, "s") == 0 && (str_to_duration(text, &ns) == COL_OK ||
	    schema_intervals(&load->kept, text, &ns))) {
		*ret_number = (double)ns / (double)NS_PER_S;
		return true;
	}
	if (strcmp(rule->unit, "octets") == 0 && str_to_size(text, &bytes) == COL_OK) {
		*ret_number = (double)bytes;
		return true;
	}
	return str_to_number(text, ret_number) == COL_OK;
}

/* Length of the number that text begins with. */
static size_t
number_len(const char *text)
{
	size_t len = strspn(text, "+-.0123456789"), sign;

	if (len > 0 && (text[len] == 'e' || text[len] == 'E')) {
		sign = text[len + 1] == '-' || text[len + 1] == '+';
		if (strspn(text + len + 1 + sign, "0123456789") > 0) {
			len += 1 + sign;
			len += strspn(text + len, "0123456789");
		}
	}
	return len;
}

/* "4.2 kW", "4.2kW", "27". */
static bool
read_number(struct load *load, const struct alerts_rule *rule, const char *key,
    const struct col_node *node, double *ret_number)
{
	size_t len;
	char text[NUMBER_SIZE];
	double number;

	if (node->kind != COL_NODE_SCALAR || node_is_null(node)) {
		config_errors_add(load->kept.errors, node, "%s must be a number such as 27 "
		    "or 4.2 kW, not %s", key, node_is_null(node) ? "empty" :
		    node_kind_text(node));
		return false;
	}
	if (read_own_form(load, rule, node->text, ret_number)) {
		return true;
	}
	len = number_len(node->text);
	(void)str_format(text, sizeof(text), "%.*s", (int)(len < sizeof(text) ? len : 0),
	    node->text);
	if (str_to_number(text, &number) != COL_OK) {
		config_errors_add(load->kept.errors, node, "%s must be a number such as 27 "
		    "or 4.2 kW, not '%.64s'", key, node->text);
		return false;
	}
	len += strspn(node->text + len, " ");
	if (!convert(load, rule, key, node, node->text + len, &number)) {
		return false;
	}
	*ret_number = number;
	return true;
}

static bool
read_pair(struct load *load, const struct alerts_rule *rule, const char *key,
    const struct col_node *node, struct rule_limit *limit)
{
	if (node->kind != COL_NODE_LIST || node->n_items != 2) {
		config_errors_add(load->kept.errors, node, "%s must be two numbers such as "
		    "[18, 27]", key);
		return false;
	}
	if (!read_number(load, rule, key, node->items[0], &limit->low) ||
	    !read_number(load, rule, key, node->items[1], &limit->high)) {
		return false;
	}
	if (limit->low > limit->high) {
		config_errors_add(load->kept.errors, node, "%s: the lower number comes "
		    "first, as in [%s, %s]", key, node->items[1]->text,
		    node->items[0]->text);
		return false;
	}
	return true;
}

static bool
read_words(struct load *load, const struct alerts_rule *rule, const char *key,
    const struct col_node *node, struct rule_limit *limit)
{
	struct schema_field field = { .key = key, .type = SCHEMA_TEXTS };
	struct schema_value value;

	if (schema_value(&load->kept, &field, node, &value) != COL_OK) {
		return false;
	}
	if (value.texts.n == 0 || value.texts.n > RULE_TEXTS_MAX) {
		config_errors_add(load->kept.errors, node, "%s must be 1 to %d words", key,
		    RULE_TEXTS_MAX);
		return false;
	}
	for (size_t i = 0; i < value.texts.n; i++) {
		size_t len = strlen(value.texts.items[i]);

		if (len == 0 || len >= STATES_WORD_SIZE) {
			config_errors_add(load->kept.errors, value.texts.nodes[i], "%s: a "
			    "state is a word of 1 to %d bytes", key, STATES_WORD_SIZE - 1);
			return false;
		}
		if (!alerts_word_check(load, value.texts.nodes[i], rule->metric)) {
			return false;
		}
	}
	limit->words = value.texts.items;
	return true;
}

/* ---- one limit ----------------------------------------------------------------- */

static size_t
find_written(const struct alerts_limit *read, struct written found[8])
{
	const struct written all[] = {
		{ "above", read->above, RULE_ABOVE }, { "below", read->below, RULE_BELOW },
		{ "outside", read->outside, RULE_OUTSIDE },
		{ "inside", read->inside, RULE_INSIDE },
		{ "equals", read->equals, RULE_EQUALS },
	};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].node != NULL) {
			found[n++] = all[i];
		}
	}
	if (read->worse >= 0) {
		found[n++] = (struct written){ "worse", NULL, RULE_WORSE };
	}
	if (read->changes) {
		found[n++] = (struct written){ "changes", NULL, RULE_CHANGES };
	}
	if (read->missing) {
		found[n++] = (struct written){ "missing", NULL, RULE_MISSING };
	}
	return n;
}

/* A limit that lies at or beyond the end of what there can be. */
static bool
check_possible(struct load *load, const struct alerts_rule *rule,
    const struct written *written, const struct rule_limit *limit)
{
	bool above = written->test == RULE_ABOVE, below = written->test == RULE_BELOW;
	double low = above ? limit->high : limit->low;
	double high = below ? limit->low : limit->high;
	bool good = low >= rule->min && high <= rule->max;

	if (rule->min >= rule->max || rule->take == RULE_RATE) {
		return true;
	}
	if (above) {
		good = good && high < rule->max;
	} else if (below) {
		good = good && low > rule->min;
	}
	if (!good) {
		config_errors_add(load->kept.errors, written->node, "%s: %s is always "
		    "within %.10g .. %.10g%s%s, so that this can never change; correct the "
		    "number or its unit", written->key, rule->metric, rule->min, rule->max,
		    rule->unit[0] != '\0' ? " " : "", rule->unit);
	}
	return good;
}

static bool
check_kind(struct load *load, const struct alerts_rule *rule,
    const struct written *written, const struct col_node *section)
{
	const struct col_node *at = col_node_get(section, written->key);

	if (rule->is_state && written->test != RULE_EQUALS &&
	    written->test != RULE_WORSE && written->test != RULE_CHANGES &&
	    written->test != RULE_MISSING) {
		config_errors_add(load->kept.errors, at, "%s is a state: write worse: "
		    "warning, or equals: [words], not %s", rule->metric, written->key);
		return false;
	}
	if (!rule->is_state && written->test == RULE_WORSE) {
		config_errors_add(load->kept.errors, at, "%s is a number, not a state: "
		    "write above, below, outside or equals, not worse", rule->metric);
		return false;
	}
	return true;
}

static bool
read_value(struct load *load, const struct alerts_rule *rule,
    const struct written *written, struct rule_limit *limit)
{
	switch (written->test) {
	case RULE_ABOVE:
		return read_number(load, rule, "above", written->node, &limit->high);
	case RULE_BELOW:
		return read_number(load, rule, "below", written->node, &limit->low);
	case RULE_OUTSIDE:
	case RULE_INSIDE:
		return read_pair(load, rule, written->key, written->node, limit);
	case RULE_EQUALS:
		if (rule->is_state) {
			return read_words(load, rule, "equals", written->node, limit);
		}
		if (!read_number(load, rule, "equals", written->node, &limit->low)) {
			return false;
		}
		limit->high = limit->low;
		return true;
	case RULE_NEVER:
	case RULE_WORSE:
	case RULE_CHANGES:
	case RULE_MISSING:
	case RULE_TEST_N:
		break;
	}
	return true;
}

static bool
read_limit(struct load *load, const struct alerts_rule *rule, const char *section,
    const struct alerts_limit *read, struct rule_limit *limit)
{
	const struct col_node *node = col_node_get(rule->node, section);
	struct written found[8];
	size_t n = find_written(read, found);

	limit->for_ns = read->for_ns;
	if (n > 1) {
		config_errors_add(load->kept.errors, node, "%s has both %s and %s; a rule "
		    "has one limit", section, found[0].key, found[1].key);
		return false;
	}
	if (n == 0) {
		return true;
	}
	if (!check_kind(load, rule, &found[0], node) ||
	    !read_value(load, rule, &found[0], limit)) {
		return false;
	}
	limit->test = found[0].test;
	if (limit->test == RULE_WORSE) {
		limit->severity = COL_SEVERITY_INFO + read->worse;
	}
	return found[0].node == NULL || limit->words != NULL ||
	    check_possible(load, rule, &found[0], limit);
}

/* ---- both ---------------------------------------------------------------------- */

static bool
share_word(const char *const *a, const char *const *b)
{
	for (; a != NULL && *a != NULL; a++) {
		for (const char *const *word = b; word != NULL && *word != NULL; word++) {
			if (strcmp(*a, *word) == 0) {
				return true;
			}
		}
	}
	return false;
}

/* True when some value meets both. */
static bool
overlap(const struct rule_limit *fire, const struct rule_limit *clear)
{
	switch (fire->test) {
	case RULE_ABOVE:
		return clear->low > fire->high;
	case RULE_BELOW:
		return clear->high < fire->low;
	case RULE_OUTSIDE:
		return clear->low < fire->low || clear->high > fire->high;
	case RULE_EQUALS:
		if (fire->words != NULL) {
			return share_word(fire->words, clear->words);
		}
		return clear->test == RULE_ABOVE ? clear->high < fire->low :
		    clear->test == RULE_BELOW ? clear->low > fire->low :
		    !(clear->low < fire->low || clear->low > fire->low);
	case RULE_NEVER:
	case RULE_INSIDE:
	case RULE_WORSE:
	case RULE_CHANGES:
	case RULE_MISSING:
	case RULE_TEST_N:
		break;
	}
	return false;
}

static bool
fits(const struct rule_limit *fire, const struct rule_limit *clear)
{
	switch (fire->test) {
	case RULE_ABOVE:
		return clear->test == RULE_BELOW;
	case RULE_BELOW:
		return clear->test == RULE_ABOVE;
	case RULE_OUTSIDE:
		return clear->test == RULE_INSIDE;
	case RULE_EQUALS:
		return clear->test == RULE_EQUALS || (fire->words == NULL &&
		    clear->test != RULE_INSIDE);
	case RULE_NEVER:
	case RULE_INSIDE:
	case RULE_WORSE:
	case RULE_CHANGES:
	case RULE_MISSING:
	case RULE_TEST_N:
		break;
	}
	return false;
}

static bool
check_both(struct load *load, const struct alerts_rule *rule)
{
	static const char *const remedies[RULE_TEST_N] = {
		[RULE_ABOVE] = "below", [RULE_BELOW] = "above", [RULE_OUTSIDE] = "inside",
		[RULE_EQUALS] = "equals",
	};
	const struct rule_limit *fire = &rule->rule.fire, *clear = &rule->rule.clear;
	const struct col_node *node = col_node_get(rule->node, "clear");
	const char *remedy = remedies[fire->test];

	if (clear->test == RULE_NEVER) {
		return true;
	}
	if (!fits(fire, clear)) {
		config_errors_add(load->kept.errors, node, "what fires by %s cannot clear "
		    "by %s; %s%s", rule_test_text(fire->test), rule_test_text(clear->test),
		    remedy != NULL ? "write " : "leave all but for out",
		    remedy != NULL ? remedy : "");
		return false;
	}
	if (overlap(fire, clear)) {
		config_errors_add(load->kept.errors, node, "clear: the same value would "
		    "fire and clear; leave room between them, or leave the limit out");
		return false;
	}
	return true;
}

bool
alerts_limits_read(struct load *load, struct alerts_rule *rule)
{
	const struct col_node *fire = col_node_get(rule->node, "fire");
	bool good = read_limit(load, rule, "fire", &rule->fire, &rule->rule.fire);

	if (good && rule->rule.fire.test == RULE_NEVER) {
		config_errors_add(load->kept.errors, fire, "fire needs one of above, below, "
		    "outside, equals, worse, changes, missing");
		good = false;
	}
	if (rule->rule.fire.test == RULE_CHANGES && rule->rule.fire.for_ns > 0) {
		config_errors_add(load->kept.errors, col_node_get(fire, "for"), "a change "
		    "lasts no time; write hold to let it be seen for longer");
		good = false;
	}
	return read_limit(load, rule, "clear", &rule->clear, &rule->rule.clear) && good &&
	    check_both(load, rule);
}
