/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One rule: what it is on, what it says, and a hash of all that decides.
 */
#include <config.h>

#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "config/alerts.h"
#include "config/node.h"
#include "model/alert.h"
#include "model/metric.h"
#include "model/placeholder.h"

#define DAY 86400.0
#define FOR_MAX (7 * DAY)
#define WINDOW_MAX DAY
/* What is filled in needs room, too: ALERT_TEXT_SIZE. */
#define TEXT_MAX 300
#define STALE_INTERVALS 3
#define WINDOW_INTERVALS 4

#define RULE_AT(member) SCHEMA_AT(struct alerts_rule, member)

static const struct schema_field take_fields[] = {
	{ .key = "what", .type = SCHEMA_CHOICE, RULE_AT(take), .fallback = "last",
	  .choices = "last|mean|max|min|rate",
	  .help = "The last value, or the mean, greatest or smallest of a window, or how "
	    "fast it changes in it, per hour." },
	{ .key = "over", .type = SCHEMA_SPAN, RULE_AT(rule.window_ns), .min = 1,
	  .max = WINDOW_MAX, .help = "The window." },
	SCHEMA_END
};

#define NODE_ROW(KEY, MEMBER, HELP) \
	{ .key = KEY, .type = SCHEMA_NODE, RULE_AT(MEMBER), .help = HELP }
#define SPAN_ROW(MEMBER, HELP) \
	{ .key = "for", .type = SCHEMA_SPAN, RULE_AT(MEMBER), .fallback = "0s", \
	  .min = 0, .max = FOR_MAX, .help = HELP }

static const struct schema_field fire_fields[] = {
	NODE_ROW("above", fire.above, "A value above it. Units may be written: `4.2 kW`, "
	    "`27 C`, `90 s`; without one it is in the metric's own."),
	NODE_ROW("below", fire.below, "A value below it."),
	NODE_ROW("outside", fire.outside, "A value below the first or above the second: "
	    "`[18 C, 27 C]`."),
	NODE_ROW("equals", fire.equals, "This number; of a `state_…` metric one of these "
	    "words."),
	{ .key = "worse", .type = SCHEMA_CHOICE, RULE_AT(fire.worse),
	  .choices = "info|warning|critical",
	  .help = "A state of at least this severity, as the profile rates it." },
	{ .key = "changes", .type = SCHEMA_BOOL, RULE_AT(fire.changes),
	  .fallback = "false", .help = "Another value than the one before." },
	{ .key = "missing", .type = SCHEMA_BOOL, RULE_AT(fire.missing),
	  .fallback = "false", .help = "No good value." },
	SPAN_ROW(fire.for_ns, "How long without a break, by the times of the values."),
	SCHEMA_END
};

static const struct schema_field clear_fields[] = {
	NODE_ROW("below", clear.below, "Of `above`: a value below it."),
	NODE_ROW("above", clear.above, "Of `below`: a value above it."),
	NODE_ROW("inside", clear.inside, "Of `outside`: a value from the first to the "
	    "second."),
	NODE_ROW("equals", clear.equals, "Of `equals`: this number, or one of these "
	    "words."),
	SPAN_ROW(clear.for_ns, "How long without a break."),
	SCHEMA_END
};

const struct schema_field alerts_rule_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, RULE_AT(rule.id), .required = true,
	  .help = "Its id; alerts carry it." },
	{ .key = "on", .type = SCHEMA_CHOICE, RULE_AT(level),
	  .choices = "province|area|site|hall|row|rack|feed|node|device|sensor|target|"
	    "collector", .required = true,
	  .help = "What it looks at: places, racks, feeds of racks, nodes of the feed "
	    "tree, devices, single values of devices (sensor), targets, the collector." },
	{ .key = "metric", .type = SCHEMA_TEXT, RULE_AT(metric), .required = true,
	  .help = "A metric of devices on `sensor`, else a gauge; see the tables below." },
	{ .key = "where", .type = SCHEMA_MAP, RULE_AT(where),
	  .help = "Only these; without it all." },
	{ .key = "take", .type = SCHEMA_SECTION, .fields = take_fields,
	  .help = "What is made of the values before they are compared." },
	{ .key = "fire", .type = SCHEMA_SECTION, .fields = fire_fields, .required = true,
	  .help = "When it fires: one limit." },
	{ .key = "clear", .type = SCHEMA_SECTION, .fields = clear_fields,
	  .help = "When it is over; without a limit as soon as it would not fire. Between "
	    "the two limits nothing changes." },
	{ .key = "hold", .type = SCHEMA_SPAN, RULE_AT(rule.hold_ns), .fallback = "0s",
	  .min = 0, .max = FOR_MAX, .help = "It stays firing at least so long." },
	{ .key = "stale", .type = SCHEMA_SPAN, RULE_AT(rule.stale_ns),
	  .min = 1, .max = 30 * DAY,
	  .help = "Without a good value for so long it is stale: not known, not resolved. "
	    "3 intervals when it is left out." },
	{ .key = "severity", .type = SCHEMA_CHOICE, RULE_AT(severity),
	  .fallback = "warning", .choices = "info|warning|critical",
	  .help = "How bad it is." },
	{ .key = "folds", .type = SCHEMA_TEXTS, RULE_AT(folds),
	  .help = "`supply`, `reach`: it is not told by itself when it comes of a lost "
	    "supply, or of devices that nobody can reach, further up." },
	{ .key = "summary", .type = SCHEMA_NAME, RULE_AT(rule.summary),
	  .help = "One line, with placeholders such as {name} {value} {unit}." },
	{ .key = "advice", .type = SCHEMA_NAME, RULE_AT(rule.advice),
	  .help = "What to do." },
	{ .key = "off", .type = SCHEMA_BOOL, RULE_AT(off), .fallback = "false",
	  .help = "It does not run; for shipped rules." },
	SCHEMA_END
};

/* ---- metric -------------------------------------------------------------------- */

/* "rack, row" */
static const char *
level_names(struct load *load, uint32_t levels)
{
	const char *text = "";

	for (unsigned i = 0; i < LEVEL_N; i++) {
		if ((levels & LEVEL_BIT(i)) != 0) {
			text = arena_format(load->scratch.arena, "%s%s%s", text,
			    text[0] != '\0' ? ", " : "", level_text((enum level)i));
		}
	}
	return text;
}

static void
report_unknown(struct load *load, const struct alerts_rule *rule)
{
	const struct col_node *at = col_node_get(rule->node, "metric");
	struct errors_guess guess;
	char hint[ERRORS_HINT_SIZE];

	errors_guess_init(&guess, rule->metric);
	for (int i = 0; i < GAUGE_N && rule->level != LEVEL_SENSOR; i++) {
		const struct gauge_row *row = gauge_get((enum gauge)i);

		if ((row->levels & LEVEL_BIT((unsigned)rule->level)) != 0) {
			errors_guess_try(&guess, row->name);
		}
	}
	for (uint32_t i = 0; rule->level == LEVEL_SENSOR && i < metric_count(); i++) {
		errors_guess_try(&guess, metric_get(i)->name);
	}
	config_errors_add(load->kept.errors, at, "unknown metric '%.64s' on %s%s",
	    rule->metric, level_text((enum level)rule->level), errors_hint(&guess, hint));
}

static bool
find_gauge(struct load *load, struct alerts_rule *rule)
{
	const struct col_node *at = col_node_get(rule->node, "metric");
	const struct gauge_row *row;
	uint32_t index;

	if (gauge_find(rule->metric, &rule->rule.gauge) != COL_OK) {
		if (!str_starts(rule->metric, "state_") &&
		    metric_find(rule->metric, &index) != COL_OK) {
			report_unknown(load, rule);
		} else {
			config_errors_add(load->kept.errors, at, "%.64s is a metric of "
			    "devices; write on: sensor", rule->metric);
		}
		return false;
	}
	row = gauge_get(rule->rule.gauge);
	if ((row->levels & LEVEL_BIT((unsigned)rule->level)) == 0) {
		config_errors_add(load->kept.errors, at, "%s is not known of a %s, but on %s",
		    row->name, level_text((enum level)rule->level),
		    level_names(load, row->levels));
		return false;
	}
	rule->rule.is_gauge = true;
	rule->unit = row->unit;
	rule->min = row->min;
	rule->max = row->max;
	return true;
}

static bool
find_metric(struct load *load, struct alerts_rule *rule)
{
	const struct col_node *at = col_node_get(rule->node, "metric");
	const struct col_metric *metric;
	enum gauge gauge;
	int rc;

	if (str_starts(rule->metric, "info_")) {
		config_errors_add(load->kept.errors, at, "%.64s is a text; rules look at "
		    "numbers and states", rule->metric);
		return false;
	}
	if (str_starts(rule->metric, "state_") && !alerts_state_check(load, at)) {
		return false;
	}
	rc = metric_find(rule->metric, &rule->rule.metric);
	if (rc != COL_OK && gauge_find(rule->metric, &gauge) == COL_OK) {
		config_errors_add(load->kept.errors, at, "%s is not known of a sensor, but "
		    "on %s", rule->metric, level_names(load, gauge_get(gauge)->levels));
		return false;
	}
	if (rc != COL_OK) {
		report_unknown(load, rule);
		return false;
	}
	metric = metric_get(rule->rule.metric);
	rule->unit = metric->unit;
	rule->is_state = metric->kind == COL_STATE;
	rule->min = metric->min;
	rule->max = metric->max;
	return true;
}

/* A shipped window is as wide as a slow pace of polling needs it. */
static bool
widen(const struct load *load, const struct col_node *take, struct alerts_rule *rule)
{
	if (take == NULL || !str_equal(take->file, load->alerts_shipped)) {
		return false;
	}
	rule->rule.window_ns = WINDOW_INTERVALS * load->kept.interval_ns;
	return true;
}

static bool
check_take(struct load *load, struct alerts_rule *rule)
{
	const struct col_node *take = col_node_get(rule->node, "take");
	const char *what = rule_take_text((enum rule_take)rule->take);

	if (rule->take == RULE_LAST) {
		if (rule->rule.window_ns > 0) {
			config_errors_add(load->kept.errors, col_node_get(take, "over"),
			    "the last value has no window; write what: mean, max, min or "
			    "rate, or leave over out");
			return false;
		}
		return true;
	}
	if (rule->is_state) {
		config_errors_add(load->kept.errors, take, "states have no %s; leave take "
		    "out", what);
		return false;
	}
	if (rule->rule.window_ns < 2 * load->kept.interval_ns &&
	    !widen(load, take, rule)) {
		config_errors_add(load->kept.errors, take, "%s needs a window of at least 2 "
		    "intervals; write over: 15m", what);
		return false;
	}
	return true;
}

/* ---- texts --------------------------------------------------------------------- */

static bool
check_text(struct load *load, const struct alerts_rule *rule, const char *key,
    const char *language, const char *text)
{
	const struct col_node *at = col_node_get(rule->node, key);
	struct col_error error;

	if (text == NULL) {
		return true;
	}
	if (at->kind == COL_NODE_MAP && col_node_get(at, language) != NULL) {
		at = col_node_get(at, language);
	}
	if (strlen(text) > TEXT_MAX) {
		config_errors_add(load->kept.errors, at, "%s is longer than %d bytes", key,
		    TEXT_MAX);
		return false;
	}
	if (placeholder_check(text, PLACEHOLDERS_RULE, &error) != COL_OK) {
		config_errors_add(load->kept.errors, at, "%s: %s", key, error.text);
		return false;
	}
	return true;
}

static void
fill_languages(struct name *name)
{
	if (name->en == NULL) {
		name->en = name->zh;
	} else if (name->zh == NULL) {
		name->zh = name->en;
	}
}

/* What is said of a rule that says nothing. */
static struct name
plain_summary(struct load *load, const struct alerts_rule *rule)
{
	struct arena *arena = load->kept.arena;
	const char *en, *zh, *value = rule->is_state ? "{word}" : "{value} {unit}";

	if (rule->rule.is_gauge) {
		en = gauge_get(rule->rule.gauge)->en;
		zh = gauge_get(rule->rule.gauge)->zh;
	} else {
		en = metric_get(rule->rule.metric)->en;
		zh = metric_get(rule->rule.metric)->zh;
	}
	return (struct name){
		arena_format(arena, "{name} {instance}: %s: %s", en, value),
		arena_format(arena, "{name} {instance}：%s：%s", zh, value),
	};
}

static bool
read_texts(struct load *load, struct alerts_rule *rule)
{
	struct name *summary = &rule->rule.summary, *advice = &rule->rule.advice;
	bool good = check_text(load, rule, "summary", "en", summary->en);

	good = check_text(load, rule, "summary", "zh", summary->zh) && good;
	good = check_text(load, rule, "advice", "en", advice->en) && good;
	good = check_text(load, rule, "advice", "zh", advice->zh) && good;
	if (summary->en == NULL && summary->zh == NULL) {
		*summary = plain_summary(load, rule);
	}
	fill_languages(summary);
	fill_languages(advice);
	return good;
}

static bool
read_folds(struct load *load, struct alerts_rule *rule)
{
	bool good = true;

	for (size_t i = 0; i < rule->folds.n; i++) {
		const char *word = rule->folds.items[i];

		if (strcmp(word, "supply") == 0) {
			rule->rule.folds |= 1u << FOLD_SUPPLY;
		} else if (strcmp(word, "reach") == 0) {
			rule->rule.folds |= 1u << FOLD_REACH;
		} else {
			config_errors_add(load->kept.errors, rule->folds.nodes[i],
			    "folds must be of supply and reach, not '%.64s'", word);
			good = false;
		}
	}
	return good;
}

/* ---- hash ---------------------------------------------------------------------- */

static uint64_t
mix_number(uint64_t hash, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return node_mix(hash, bits);
}

static uint64_t
mix_limit(uint64_t hash, const struct rule_limit *limit)
{
	hash = node_mix(hash, (uint64_t)limit->test);
	hash = mix_number(hash, limit->low);
	hash = mix_number(hash, limit->high);
	hash = node_mix(hash, (uint64_t)(unsigned)limit->severity);
	hash = node_mix(hash, (uint64_t)limit->for_ns);
	for (size_t i = 0; limit->words != NULL && limit->words[i] != NULL; i++) {
		hash = node_mix(hash, hash64_text(limit->words[i]));
	}
	return hash;
}

/* By names and values, so that it is the same in the next run. */
static uint64_t
hash_of(const struct alerts_rule *read)
{
	const struct rule *rule = &read->rule;
	uint64_t hash = hash64_text(rule->id);

	hash = node_mix(hash, (uint64_t)rule->level);
	hash = node_mix(hash, hash64_text(read->metric));
	hash = node_hash(read->where, hash);
	hash = node_mix(hash, (uint64_t)rule->take);
	hash = node_mix(hash, (uint64_t)rule->window_ns);
	hash = mix_limit(hash, &rule->fire);
	hash = mix_limit(hash, &rule->clear);
	hash = node_mix(hash, (uint64_t)rule->hold_ns);
	hash = node_mix(hash, (uint64_t)rule->severity);
	return node_mix(hash, rule->folds);
}

/* ---- all of it ----------------------------------------------------------------- */

/* A change of a shipped rule that is not there would lack more than a key. */
static bool
is_change_of_none(struct load *load, const struct col_node *node)
{
	const struct col_node *id = col_node_get(node, "id");

	if (node->kind != COL_NODE_MAP || id == NULL || id->kind != COL_NODE_SCALAR ||
	    col_node_get(node, "on") != NULL || col_node_get(node, "metric") != NULL) {
		return false;
	}
	config_errors_add(load->kept.errors, node, "there is no shipped rule '%.64s' to "
	    "change; a rule of its own needs on and metric, a change of a shipped one "
	    "'shipped: true' in this file", id->text);
	return true;
}

bool
alerts_rule_read(struct load *load, const struct col_node *node,
    struct alerts_rule *rule)
{
	bool good;

	rule->fire.worse = rule->clear.worse = -1;
	if (is_change_of_none(load, node) || schema_read(&load->kept, "a rule",
	    alerts_rule_fields, node, rule) != COL_OK) {
		return false;
	}
	rule->node = node;
	rule->rule.level = (enum level)rule->level;
	rule->rule.severity = (enum severity)rule->severity;
	rule->rule.take = (enum rule_take)rule->take;
	rule->rule.file = node->file;
	rule->rule.line = node->line;
	if (rule->rule.stale_ns == 0) {
		rule->rule.stale_ns = STALE_INTERVALS * load->kept.interval_ns;
	}
	if (!(rule->level == LEVEL_SENSOR ? find_metric : find_gauge)(load, rule)) {
		return false;
	}
	good = check_take(load, rule);
	good = alerts_limits_read(load, rule) && good;
	good = alerts_where_read(load, rule) && good;
	good = read_folds(load, rule) && good;
	good = read_texts(load, rule) && good;
	rule->rule.hash = hash_of(rule);
	return good;
}
