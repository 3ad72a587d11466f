/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/engine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/folding.h"
#include "alert/texts.h"
#include "base/log.h"
#include "base/str.h"
#include "model/metric.h"
#include "model/states.h"

int
engine_init(struct engine *engine, const struct alert_setup *setup,
    const struct alerts_loaded *loaded, struct outbox *outbox)
{
	memset(engine, 0, sizeof(*engine));
	engine->clock = setup->clock;
	conditions_init(&engine->conditions);
	episodes_init(&engine->episodes, loaded->next_id, outbox);
	engine->instances = instances_new();
	if (engine->instances == NULL) {
		return COL_ENOMEM;
	}
	if (loaded->n_items > 0) {
		engine->loaded = malloc(loaded->n_items * sizeof(engine->loaded[0]));
		if (engine->loaded == NULL) {
			return COL_ENOMEM;
		}
		memcpy(engine->loaded, loaded->items,
		    loaded->n_items * sizeof(engine->loaded[0]));
		engine->n_loaded = loaded->n_items;
	}
	return 0;
}

void
engine_done(struct engine *engine)
{
	conditions_done(&engine->conditions);
	episodes_done(&engine->episodes);
	for (size_t r = 0; engine->takes != NULL &&
	    r < engine->config->alerting.n_rules; r++) {
		take_free(engine->takes[r]);
	}
	free(engine->takes);
	free(engine->feeds);
	free(engine->loaded);
	instances_free(engine->instances);
	if (engine->config != NULL) {
		config_unref(engine->config);
	}
}

uint32_t
engine_device(enum level level, uint32_t index)
{
	return level == LEVEL_DEVICE || level == LEVEL_SENSOR ? index : INVENTORY_NONE;
}

/* ---- from a condition to its episode ------------------------------------------ */

static const char *
unit_of(const struct rule *rule)
{
	return rule->is_gauge ? gauge_get(rule->gauge)->unit :
	    metric_get(rule->metric)->unit;
}

int
engine_draft(const struct engine *engine, const struct rule *rule, struct thing thing,
    const char *instance, struct alert *ret_alert)
{
	struct thing_where where;

	memset(ret_alert, 0, sizeof(*ret_alert));
	if (thing_entity(engine->config, engine->feeds, thing, ret_alert->entity) != 0) {
		return COL_ENOENT;
	}
	(void)str_copy(ret_alert->rule, sizeof(ret_alert->rule), rule->id);
	(void)str_copy(ret_alert->instance, sizeof(ret_alert->instance), instance);
	(void)str_copy(ret_alert->unit, sizeof(ret_alert->unit), unit_of(rule));
	ret_alert->rule_hash = rule->hash;
	ret_alert->severity = rule->severity;
	thing_where(engine->config, engine->feeds, thing, &where);
	thing_above(engine->config, &where, ret_alert);
	ret_alert->value = NAN;
	ret_alert->limit = NAN;
	return 0;
}

void
engine_place(const struct engine *engine, struct episode *episode, uint32_t rule,
    struct thing thing)
{
	episode->rule = rule;
	episode->thing = thing;
	thing_where(engine->config, engine->feeds, thing, &episode->where);
}

/* What the alert says of its value, and the texts made of it. */
static void
state_value(const struct engine *engine, const struct rule *rule,
    const struct conditions_item *item, const struct judge_value *value,
    struct alert *alert)
{
	struct thing thing = { rule->level, item->key.index };
	const struct col_state *state;

	if (value->known) {
		state = states_find(value->states, value->number);
		alert->value = value->number;
		(void)str_copy(alert->word, sizeof(alert->word),
		    state != NULL ? state->word : "");
	}
	alert->limit = judge_limit(&rule->fire, alert->value);
	texts_fill(engine->config, rule, engine->feeds, thing, alert);
}

static void
begin(struct engine *engine, struct conditions_item *item,
    const struct judge_value *value)
{
	const struct rule *rule = engine_rule(engine, item->key.rule);
	struct thing thing = { rule->level, item->key.index };
	struct alert alert;

	if (engine_draft(engine, rule, thing,
	    instances_text(engine->instances, item->key.part), &alert) != 0) {
		item->condition.raw = ALERT_OK;
		return;
	}
	alert.since = item->condition.since;
	alert.fired = clock_wall(engine->clock);
	alert.changed = alert.fired;
	state_value(engine, rule, item, value, &alert);
	alert.under = folding_under(engine->folding, rule->folds, thing);
	item->episode = episodes_begin(&engine->episodes, &alert);
	if (item->episode != NULL) {
		item->episode->item = item;
		engine_place(engine, item->episode, item->key.rule, thing);
	} else {
		item->condition.raw = ALERT_OK;
	}
}

/* Does what the machine has said. */
static void
act(struct engine *engine, struct conditions_item *item,
    const struct judge_value *value, const struct machine_events *events)
{
	const struct rule *rule = engine_rule(engine, item->key.rule);

	for (unsigned i = 0; i < events->n; i++) {
		struct episode *episode = item->episode;
		enum alert_change_kind kind = events->kinds[i];

		if (kind == CHANGE_FIRED) {
			begin(engine, item, value);
			continue;
		}
		if (episode == NULL) {
			continue;
		}
		state_value(engine, rule, item, value, &episode->alert);
		if (kind == CHANGE_RESOLVED) {
			item->episode = NULL;
			episodes_end(&engine->episodes, episode, ALERT_END_CLEARED,
			    clock_wall(engine->clock));
			continue;
		}
		episode->alert.state = machine_state(&item->condition);
		episode->alert.flapping = item->condition.flapping;
		episodes_change(&engine->episodes, episode, kind,
		    clock_wall(engine->clock));
	}
}

static bool
is_muted(const struct engine *engine, const struct rule *rule, uint32_t index)
{
	const struct inventory *inventory = engine->config->inventory;
	struct wall now = clock_wall(engine->clock);
	const struct rack *of;
	unsigned feed;

	if (rule->level == LEVEL_RACK) {
		return where_muted(inventory, &rule->where, index, now);
	}
	if (rule->level == LEVEL_FEED) {
		return thing_feed(inventory, engine->feeds, index, &of, &feed) &&
		    where_muted(inventory, &rule->where, of->index, now);
	}
	if (rule->level == LEVEL_DEVICE || rule->level == LEVEL_SENSOR) {
		return index < inventory->n_devices && inventory->devices[index] != NULL &&
		    where_muted(inventory, &rule->where, inventory->devices[index]->rack,
		    now);
	}
	return false;
}

static void
remove_if_over(struct engine *engine, struct conditions_item *item, struct mono now)
{
	const struct rule *rule = engine_rule(engine, item->key.rule);

	if (item->episode == NULL &&
	    machine_is_over(&engine->machine, &item->condition, now)) {
		conditions_remove(&engine->conditions, item,
		    engine_device(rule->level, item->key.index));
	}
}

void
engine_look_at(struct engine *engine, struct conditions_item *item,
    const struct look *look)
{
	const struct rule *rule = engine_rule(engine, look->rule);
	struct moment when = { look->at, clock_mono(engine->clock) };
	struct machine_events events;

	item->round = engine->round;
	if (item->episode == NULL) {
		/* what cannot be kept does not begin; it tries again with the next */
		if (!episodes_have_room(&engine->episodes)) {
			return;
		}
		if (is_muted(engine, rule, look->index)) {
			item->condition.raw = ALERT_OK;
			item->condition.last = JUDGED_UNKNOWN;
			remove_if_over(engine, item, when.now);
			return;
		}
	}
	machine_step(&engine->machine, rule, &item->condition, &look->value, when, &events);
	act(engine, item, &look->value, &events);
	remove_if_over(engine, item, when.now);
}

/* A window that fills anew is no lost data: nothing turns stale by it. */
static void
wait_for_window(struct engine *engine, struct conditions_key key)
{
	struct conditions_item *item = conditions_find(&engine->conditions, key);

	if (item != NULL) {
		item->round = engine->round;
		item->condition.good = clock_mono(engine->clock);
		item->condition.last = JUDGED_UNKNOWN;
	}
}

void
engine_look(struct engine *engine, const struct look *look)
{
	const struct rule *rule = engine_rule(engine, look->rule);
	struct conditions_key key = { look->rule, look->index, look->part };
	struct look taken = *look;
	struct conditions_item *item;

	engine->n_evaluated++;
	if (engine->takes[look->rule] != NULL) {
		take_put(engine->takes[look->rule], look->index, look->part, look->at,
		    &taken.value);
		if (look->value.known && !taken.value.known) {
			wait_for_window(engine, key);
			return;
		}
	}
	/* most rules have nothing in the table */
	item = engine->conditions.rules[look->rule] == NULL ? NULL :
	    conditions_find(&engine->conditions, key);
	if (item == NULL) {
		if (!judge_meets(&rule->fire, &taken.value) ||
		    is_muted(engine, rule, look->index)) {
			return;
		}
		item = conditions_add(&engine->conditions, key,
		    engine_device(rule->level, look->index));
	}
	if (item != NULL) {
		engine_look_at(engine, item, &taken);
	} else {
		LOG_WARN("alert", "rule", rule->id, "more than %d conditions are not ok; "
		    "what comes beyond is not looked at", CONDITIONS_MAX);
	}
}

/* ---- time passes ------------------------------------------------------------------- */

void
engine_idle(struct engine *engine)
{
	const struct judge_value none = { .known = false };
	struct mono now = clock_mono(engine->clock);
	struct conditions_item *item, *next;
	struct machine_events events;

	HASH_ITER(hh, engine->conditions.table, item, next) {
		machine_idle(&engine->machine, engine_rule(engine, item->key.rule),
		    &item->condition, now, &events);
		act(engine, item, &none, &events);
		remove_if_over(engine, item, now);
	}
}

uint32_t
engine_n_pending(const struct engine *engine)
{
	uint32_t n = 0;

	for (const struct conditions_item *item = engine->conditions.table; item != NULL;
	    item = item->hh.next) {
		n += item->condition.raw == ALERT_PENDING && item->episode == NULL ? 1 : 0;
	}
	return n;
}
