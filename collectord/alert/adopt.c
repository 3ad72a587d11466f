/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new configuration: conditions and episodes find their rule by its id and
 * hash, and their thing by the name that it has outside, for numbers of feeds,
 * nodes and targets are of one version only.
 */
#include <config.h>

#include "alert/engine.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/folding.h"
#include "alert/sensor.h"
#include "base/log.h"

/* What engine_adopt makes before it changes anything. */
struct adoption {
	const struct config *old;       /* NULL: the first */
	uint32_t *old_feeds, *feeds;
	struct take **takes;
};

bool
engine_selects_device(const struct engine *engine, const struct rule *rule,
    uint32_t device)
{
	const struct inventory *inventory = engine->config->inventory;

	return where_device(inventory, &rule->where, inventory->devices[device],
	    sensor_profile(engine->sensor, device));
}

bool
engine_selects(const struct engine *engine, const struct rule *rule,
    struct thing thing, const char *instance)
{
	const struct inventory *inventory = engine->config->inventory;
	const struct rule_where *where = &rule->where;
	const struct rack *rack;
	unsigned feed;

	switch (thing.level) {
	case LEVEL_PROVINCE:
	case LEVEL_AREA:
	case LEVEL_SITE:
	case LEVEL_HALL:
	case LEVEL_ROW:
		return where_place(inventory, where,
		    (struct entity_ref){ (enum entity_kind)thing.level, thing.index });
	case LEVEL_RACK:
		return where_rack(inventory, where, inventory->racks[thing.index]);
	case LEVEL_FEED:
		return thing_feed(inventory, engine->feeds, thing.index, &rack, &feed) &&
		    where_rack(inventory, where, rack) &&
		    where_glob(where->instances, instance);
	case LEVEL_NODE:
		return where_node(inventory, where, &inventory->power[thing.index]);
	case LEVEL_DEVICE:
	case LEVEL_SENSOR:
		/* the profile may be known only when it is polled */
		return where_glob(where->instances, instance);
	case LEVEL_TARGET:
		return where_target(where, engine->config->settings.targets[thing.index].id);
	case LEVEL_COLLECTOR:
		return where_glob(where->instances, instance);
	case LEVEL_N:
		break;
	}
	return false;
}

/* The rule of the configuration in force that is the same, or UINT32_MAX. */
static uint32_t
same_rule(const struct config *config, const char *id, uint64_t hash)
{
	const struct alerting *alerting = &config->alerting;

	for (size_t r = 0; r < alerting->n_rules; r++) {
		if (alerting->rules[r].hash == hash &&
		    strcmp(alerting->rules[r].id, id) == 0) {
			return (uint32_t)r;
		}
	}
	return UINT32_MAX;
}

/* Numbers of these survive a reload. */
static bool
is_dense(enum level level)
{
	return level <= LEVEL_RACK || level == LEVEL_DEVICE || level == LEVEL_SENSOR ||
	    level == LEVEL_COLLECTOR;
}

/* Windows go on where rule and numbers are the same; the others begin anew. */
static int
make_takes(struct engine *engine, const struct config *config, struct take ***ret_takes)
{
	const struct alerting *alerting = &config->alerting;
	struct take **takes = calloc(alerting->n_rules + 1, sizeof(takes[0]));

	if (takes == NULL) {
		return COL_ENOMEM;
	}
	for (size_t r = 0; r < alerting->n_rules; r++) {
		const struct rule *rule = &alerting->rules[r];
		uint32_t old = engine->config == NULL ? UINT32_MAX :
		    same_rule(engine->config, rule->id, rule->hash);

		if (!take_wanted(rule)) {
			continue;
		}
		if (old != UINT32_MAX && is_dense(rule->level) &&
		    engine->takes[old] != NULL) {
			takes[r] = engine->takes[old];
			engine->takes[old] = NULL;
			take_rebase(takes[r], rule);
		} else if ((takes[r] = take_new(rule)) == NULL) {
			LOG_ERROR("alert", "rule", rule->id, "out of memory: not looked at");
		}
	}
	*ret_takes = takes;
	return 0;
}

static void
end(struct engine *engine, struct episode *episode, enum alert_end why)
{
	episodes_end(&engine->episodes, episode, why, clock_wall(engine->clock));
}

/* The receiver that an own alert is about is there no more. */
static bool
lacks_receiver(const struct engine *engine, const struct rule *rule, const char *name)
{
	const struct alerting *alerting = &engine->config->alerting;

	if (!rule->is_gauge || rule->gauge != GAUGE_RECEIVER_SILENT_S) {
		return false;
	}
	for (size_t i = 0; i < alerting->n_receivers; i++) {
		if (strcmp(alerting->receivers[i].name, name) == 0) {
			return false;
		}
	}
	return true;
}

/* Finds rule and thing of an entity and instance; why it is gone otherwise. */
static enum alert_end
find_again(const struct engine *engine, const char *id, uint64_t hash,
    const char *entity, const char *instance, struct conditions_key *ret_key)
{
	uint32_t number = same_rule(engine->config, id, hash);
	const struct rule *rule;
	struct thing thing;

	if (number == UINT32_MAX) {
		return ALERT_END_RULE_GONE;
	}
	rule = engine_rule(engine, number);
	if (thing_find(engine->config, engine->feeds, rule->level, entity, &thing) != 0 ||
	    lacks_receiver(engine, rule, instance)) {
		return ALERT_END_ENTITY_GONE;
	}
	if (!engine_selects(engine, rule, thing, instance)) {
		return ALERT_END_RULE_GONE;
	}
	*ret_key = (struct conditions_key){ number, thing.index,
	    instances_number(engine->instances, instance) };
	return ALERT_END_NONE;
}

/* Puts a condition back under its new key. */
static void
keep(struct engine *engine, const struct conditions_item *old, struct conditions_key key)
{
	const struct rule *rule = engine_rule(engine, key.rule);
	struct conditions_item *item = conditions_add(&engine->conditions, key,
	    engine_device(rule->level, key.index));

	if (item == NULL) {
		if (old->episode != NULL) {
			end(engine, old->episode, ALERT_END_RULE_GONE);
		}
		return;
	}
	item->condition = old->condition;
	item->episode = old->episode;
	if (item->episode != NULL) {
		item->episode->item = item;
		engine_place(engine, item->episode, key.rule,
		    (struct thing){ rule->level, key.index });
	}
}

static void
move(struct engine *engine, const struct adoption *adoption, struct conditions_item *item)
{
	const struct rule *rule = &adoption->old->alerting.rules[item->key.rule];
	char entity[ALERT_ENTITY_SIZE] = "";
	struct conditions_key key;
	enum alert_end why;

	(void)thing_entity(adoption->old, adoption->old_feeds,
	    (struct thing){ rule->level, item->key.index }, entity);
	why = find_again(engine, rule->id, rule->hash, entity,
	    instances_text(engine->instances, item->key.part), &key);
	if (why == ALERT_END_NONE) {
		keep(engine, item, key);
	} else if (item->episode != NULL) {
		end(engine, item->episode, why);
	}
	free(item);
}

/* An episode of a run before this one. */
static void
resume(struct engine *engine, struct episode *episode)
{
	const struct alert *alert = &episode->alert;
	struct conditions_item old = { .episode = episode };
	struct conditions_key key;
	enum alert_end why;

	if (folding_resume(engine->folding, episode)) {
		return;
	}
	why = find_again(engine, alert->rule, alert->rule_hash, alert->entity,
	    alert->instance, &key);
	if (why != ALERT_END_NONE) {
		end(engine, episode, why);
		return;
	}
	machine_resume(&old.condition, alert,
	    clock_to_mono(engine->clock, alert->fired), clock_mono(engine->clock));
	if (conditions_find(&engine->conditions, key) != NULL) {
		end(engine, episode, ALERT_END_RULE_GONE); /* two of the same: one is enough */
		return;
	}
	keep(engine, &old, key);
}

static void
resume_all(struct engine *engine)
{
	struct episode *episode;

	for (size_t i = 0; i < engine->n_loaded; i++) {
		if (engine->loaded[i].id <= 0) {
			continue;
		}
		episode = episodes_load(&engine->episodes, &engine->loaded[i]);
		if (episode != NULL) {
			resume(engine, episode);
		}
	}
	free(engine->loaded);
	engine->loaded = NULL;
	engine->n_loaded = 0;
}

static void
put_in_force(struct engine *engine, const struct config *config,
    struct adoption *adoption)
{
	const struct alerting *alerting = &config->alerting;

	for (size_t r = 0; adoption->old != NULL && r < adoption->old->alerting.n_rules;
	    r++) {
		take_free(engine->takes[r]);
	}
	free(engine->takes);
	engine->takes = adoption->takes;
	engine->config = config_ref(config);
	engine->feeds = adoption->feeds;
	engine->machine = (struct machine){ config->settings.interval_ns,
	    alerting->flap_changes, alerting->flap_window_ns };
}

int
engine_adopt(struct engine *engine, const struct config *config)
{
	struct adoption adoption = { .old = engine->config, .old_feeds = engine->feeds };
	struct conditions_item *item, *next;

	adoption.feeds = thing_feeds(config->inventory);
	if (adoption.feeds == NULL || make_takes(engine, config, &adoption.takes) != 0) {
		free(adoption.feeds);
		return COL_ENOMEM;
	}
	item = conditions_take_all(&engine->conditions);
	if (conditions_resize(&engine->conditions, (uint32_t)config->alerting.n_rules,
	    config->inventory->n_devices) != 0) {
		LOG_ERROR("alert", NULL, NULL, "out of memory: rules begin anew");
	}
	put_in_force(engine, config, &adoption);
	for (; item != NULL; item = next) {
		next = item->next;
		move(engine, &adoption, item);
	}
	folding_config(engine->folding);
	resume_all(engine);
	if (adoption.old != NULL) {
		config_unref(adoption.old);
	}
	free(adoption.old_feeds);
	return 0;
}
