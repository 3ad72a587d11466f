/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rule_body.h. */
#include <config.h>

#include "http/rule_body.h"

#include <stddef.h>

#include "base/str.h"
#include "http/body.h"
#include "model/alert.h"
#include "model/metric.h"
#include "model/states.h"

static void
write_texts(struct json *json, const char *key, const char *const *texts)
{
	if (texts == NULL) {
		json_unknown(json, key);
		return;
	}
	json_list(json, key);
	for (; *texts != NULL; texts++) {
		json_text(json, NULL, *texts);
	}
	json_list_end(json);
}

static void
write_limit(struct json *json, const char *key, const struct rule_limit *limit)
{
	bool has_low = limit->test == RULE_BELOW || limit->test == RULE_OUTSIDE ||
	    limit->test == RULE_INSIDE || (limit->test == RULE_EQUALS && limit->words == NULL);
	bool has_high = limit->test == RULE_ABOVE || limit->test == RULE_OUTSIDE ||
	    limit->test == RULE_INSIDE;

	json_map(json, key);
	json_text(json, "test", rule_test_text(limit->test));
	body_number(json, "low", has_low, limit->low);
	body_number(json, "high", has_high, limit->high);
	write_texts(json, "words", limit->test == RULE_EQUALS ? limit->words : NULL);
	body_text(json, "severity", limit->test == RULE_WORSE ?
	    states_severity((enum col_severity)limit->severity) : NULL);
	json_number(json, "for_s", (double)limit->for_ns / NS_PER_S, BODY_DIGITS);
	json_map_end(json);
}

static void
write_where(struct json *json, const struct inventory *inventory,
    const struct rule_where *where)
{
	json_map(json, "where");
	json_list(json, "places");
	for (size_t i = 0; i < where->n_places; i++) {
		const char *id = inventory_id(inventory, where->places[i]);
		char text[96];

		(void)str_format(text, sizeof(text), "%s:%s",
		    entity_kind_text(where->places[i].kind), id != NULL ? id : "");
		json_text(json, NULL, text);
	}
	json_list_end(json);
	json_list(json, "class");
	for (unsigned i = 0; i < RACK_CLASS_N; i++) {
		if ((where->classes & 1u << i) != 0) {
			json_text(json, NULL, rack_class_text((enum rack_class)i));
		}
	}
	json_list_end(json);
	write_texts(json, "profile", where->profiles);
	write_texts(json, "kind", where->kinds);
	write_texts(json, "role", where->roles);
	write_texts(json, "instance", where->instances);
	write_texts(json, "label", where->labels);
	write_texts(json, "target", where->targets);
	json_bool(json, "maintenance", where->maintained);
	json_map_end(json);
}

void
rule_members(struct json *json, const struct inventory *inventory, const struct rule *rule)
{
	const struct col_metric *metric = rule->is_gauge ? NULL : metric_get(rule->metric);
	const struct gauge_row *gauge = rule->is_gauge ? gauge_get(rule->gauge) : NULL;

	json_text(json, "id", rule->id);
	json_text(json, "on", level_text(rule->level));
	json_text(json, "metric", gauge != NULL ? gauge->name : metric->name);
	body_text(json, "unit", gauge != NULL ? gauge->unit : metric->unit);
	write_where(json, inventory, &rule->where);
	json_map(json, "take");
	json_text(json, "what", rule_take_text(rule->take));
	body_number(json, "over_s", rule->window_ns > 0, (double)rule->window_ns / NS_PER_S);
	json_map_end(json);
	write_limit(json, "fire", &rule->fire);
	write_limit(json, "clear", &rule->clear);
	json_number(json, "hold_s", (double)rule->hold_ns / NS_PER_S, BODY_DIGITS);
	body_number(json, "stale_s", rule->stale_ns > 0, (double)rule->stale_ns / NS_PER_S);
	json_text(json, "severity", severity_text(rule->severity));
	json_list(json, "folds");
	for (unsigned i = 0; i < FOLD_N; i++) {
		if ((rule->folds & 1u << i) != 0) {
			json_text(json, NULL, fold_text((enum fold_by)i));
		}
	}
	json_list_end(json);
	body_words(json, "summary", rule->summary);
	body_words(json, "advice", rule->advice);
	body_text(json, "file", rule->file);
	json_int(json, "line", rule->line);
}
