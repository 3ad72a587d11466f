/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fold tells which nodes are lost; a `cause` is such a node with its
 * episode.  Who goes under which episode is asked of the fold anew, for all open
 * episodes, whenever it has said something: that is a walk over what is open,
 * and needs no bookkeeping that could be wrong.
 */
#include <config.h>

#include "alert/folding.h"

#include <stdlib.h>
#include <string.h>

#include "alert/folding_inner.h"
#include "alert/texts.h"
#include "base/log.h"
#include "base/str.h"

/* Of alerts on what lies behind a switch: the switch has its own silence. */
#define THROUGH "through"
/* Counts are kept, and told on, no more often. */
#define COUNT_NS (10 * NS_PER_S)

static fold_verdict_fn hear;

struct folding *
folding_new(struct engine *engine)
{
	struct folding *folding = calloc(1, sizeof(*folding));

	if (folding == NULL) {
		return NULL;
	}
	folding->engine = engine;
	folding->fold = fold_new(hear, folding);
	folding->supply = folding->fold != NULL ? supply_new(folding->fold) : NULL;
	if (folding->supply == NULL) {
		folding_free(folding);
		return NULL;
	}
	return folding;
}

static void
forget(struct folding *folding, struct cause *cause)
{
	HASH_DEL(folding->causes, cause);
	free(cause);
}

void
folding_free(struct folding *folding)
{
	struct cause *cause, *next;

	if (folding == NULL) {
		return;
	}
	HASH_ITER(hh, folding->causes, cause, next) {
		forget(folding, cause);
	}
	supply_free(folding->supply);
	fold_free(folding->fold);
	free(folding->feed_rules);
	free(folding);
}

struct cause *
folding_cause(const struct folding *folding, enum fold_by by, uint32_t node)
{
	struct cause_key key = { by, node };
	struct cause *cause;

	HASH_FIND(hh, folding->causes, &key, sizeof(key), cause);
	return cause;
}

static struct cause *
add(struct folding *folding, enum fold_by by, uint32_t node)
{
	struct cause *cause = calloc(1, sizeof(*cause));

	if (cause != NULL) {
		cause->key = (struct cause_key){ by, node };
		HASH_ADD(hh, folding->causes, key, sizeof(cause->key), cause);
	}
	return cause;
}

/* ---- rules and things of nodes -------------------------------------------------- */

static struct thing
thing_of(const struct topology_node *node)
{
	struct thing thing = { LEVEL_NODE, node->index };

	if (node->kind == TOPOLOGY_LETTER || node->kind == TOPOLOGY_PLACE) {
		thing.level = (enum level)node->place;
	} else if (node->kind == TOPOLOGY_THROUGH) {
		thing.level = LEVEL_DEVICE;
	}
	return thing;
}

static bool
is_on(const struct folding *folding, const struct rule *rule,
    const struct topology_node *node)
{
	struct thing thing = thing_of(node);

	if (thing.level == LEVEL_DEVICE) {
		return engine_selects_device(folding->engine, rule, node->index);
	}
	return engine_selects(folding->engine, rule, thing, node->instance);
}

/* The rule that speaks for a node: of its own level, else, where the feed tree
 * is not written, the one of nodes.  UINT32_MAX: none does. */
static uint32_t
rule_for(const struct folding *folding, enum fold_by by, const struct topology_node *node)
{
	const struct alerting *alerting = &folding->engine->config->alerting;
	enum gauge gauge = by == FOLD_SUPPLY ? GAUGE_SUPPLY_LOST : GAUGE_SILENT_S;
	enum level levels[2] = { thing_of(node).level, LEVEL_NODE };

	for (unsigned i = 0; i < (node->kind == TOPOLOGY_LETTER ? 2 : 1); i++) {
		for (size_t r = 0; r < alerting->n_rules; r++) {
			const struct rule *rule = &alerting->rules[r];

			if (rule->is_gauge && rule->gauge == gauge &&
			    rule->level == levels[i] && is_on(folding, rule, node)) {
				return (uint32_t)r;
			}
		}
	}
	return UINT32_MAX;
}

static const char *
instance_of(const struct topology_node *node)
{
	return node->kind == TOPOLOGY_THROUGH ? THROUGH : node->instance;
}

/* ---- episodes of causes ------------------------------------------------------------- */

static struct episode *
episode_of(const struct folding *folding, const struct cause *cause)
{
	return episodes_find(&folding->engine->episodes, cause->episode);
}

/* Value, count and texts as they are now. */
static void
state_count(struct folding *folding, struct cause *cause, struct episode *episode)
{
	struct engine *engine = folding->engine;
	const struct rule *rule = engine_rule(engine, episode->rule);
	struct alert *alert = &episode->alert;

	alert->count = cause->n_lost > 0 ? cause->n_lost : alert->count;
	alert->value = cause->key.by == FOLD_SUPPLY ? 1 :
	    (double)((clock_wall(engine->clock).ns - cause->since.ns) / NS_PER_S);
	alert->limit = judge_limit(&rule->fire, alert->value);
	texts_fill(engine->config, rule, engine->feeds, episode->thing, alert);
	cause->has_news = false;
	cause->counted = clock_mono(engine->clock);
}

/* Fires; where no rule speaks for the node its members speak themselves. */
static void
begin(struct folding *folding, struct cause *cause)
{
	struct engine *engine = folding->engine;
	const struct topology_node *node = &fold_topology(folding->fold)->
	    graphs[cause->key.by].nodes[cause->key.node];
	uint32_t number = rule_for(folding, (enum fold_by)cause->key.by, node);
	struct episode *episode, draft;

	if (number == UINT32_MAX || engine_draft(engine, engine_rule(engine, number),
	    thing_of(node), instance_of(node), &draft.alert) != 0) {
		return;
	}
	draft.rule = number;
	draft.thing = thing_of(node);
	draft.alert.since = cause->since;
	draft.alert.fired = clock_wall(engine->clock);
	draft.alert.changed = draft.alert.fired;
	state_count(folding, cause, &draft);
	episode = episodes_begin(&engine->episodes, &draft.alert);
	if (episode != NULL) {
		cause->episode = episode->alert.id;
		engine_place(engine, episode, number, draft.thing);
	}
}

static void
end(struct folding *folding, struct cause *cause, enum alert_end why)
{
	struct engine *engine = folding->engine;
	struct episode *episode = episode_of(folding, cause);

	if (episode != NULL) {
		state_count(folding, cause, episode);
		episodes_end(&engine->episodes, episode, why, clock_wall(engine->clock));
	}
}

static void
hear(void *arg, const struct fold_verdict *verdict)
{
	struct folding *folding = arg;
	struct cause *cause = folding_cause(folding, verdict->by, verdict->node);

	/* a count alone moves nothing, and there are as many as there are racks */
	folding->is_moved = folding->is_moved || verdict->kind != FOLD_NODE_COUNT;
	if (cause == NULL && verdict->kind == FOLD_NODE_LOST) {
		cause = add(folding, verdict->by, verdict->node);
	}
	if (cause == NULL) {
		return;
	}
	switch (verdict->kind) {
	case FOLD_NODE_LOST:
		cause->n_lost = verdict->n_lost;
		cause->since = verdict->since;
		if (episode_of(folding, cause) == NULL) {
			begin(folding, cause);
		}
		break;
	case FOLD_NODE_COUNT:
		cause->has_news = cause->has_news || cause->n_lost != verdict->n_lost;
		cause->n_lost = verdict->n_lost;
		break;
	case FOLD_NODE_MOVED:
		break;
	case FOLD_NODE_OVER:
		cause->n_lost = verdict->n_most;
		end(folding, cause, verdict->gone ? ALERT_END_ENTITY_GONE :
		    ALERT_END_CLEARED);
		if (verdict->gone) {
			forget(folding, cause);
		}
		break;
	case FOLD_NODE_LET_GO:
		forget(folding, cause);
		break;
	case FOLD_VERDICT_N:
		break;
	}
}

/* ---- a new configuration ---------------------------------------------------------------- */

/* The node that an episode is on, under the topology in force. */
static bool
node_of(const struct folding *folding, const struct alert *alert, enum fold_by by,
    uint32_t *ret_node)
{
	const char *instance = strcmp(alert->instance, THROUGH) == 0 ? "" : alert->instance;

	*ret_node = topology_find(fold_topology(folding->fold), by, alert->entity,
	    instance);
	return *ret_node != TOPOLOGY_NONE;
}

/* Rules whose gauge only the fold decides: which side they are of. */
static bool
side_of(const struct rule *rule, const struct alert *alert, enum fold_by *ret_by)
{
	if (!rule->is_gauge) {
		return false;
	}
	if (rule->gauge == GAUGE_SUPPLY_LOST && rule->level != LEVEL_FEED) {
		*ret_by = FOLD_SUPPLY;
		return true;
	}
	*ret_by = FOLD_REACH;
	return rule->gauge == GAUGE_SILENT_S && (rule->level != LEVEL_DEVICE ||
	    strcmp(alert->instance, THROUGH) == 0);
}

/* Gives a cause the number that its node has now; what has no rule ends. */
static void
resettle(struct folding *folding, struct cause *cause)
{
	struct engine *engine = folding->engine;
	struct episode *episode = episode_of(folding, cause);
	const struct topology_node *node;
	uint32_t at, number;

	if (episode == NULL || !node_of(folding, &episode->alert,
	    (enum fold_by)cause->key.by, &at)) {
		end(folding, cause, ALERT_END_ENTITY_GONE);
		free(cause);
		return;
	}
	node = &fold_topology(folding->fold)->graphs[cause->key.by].nodes[at];
	number = rule_for(folding, (enum fold_by)cause->key.by, node);
	if (number == UINT32_MAX ||
	    engine_rule(engine, number)->hash != episode->alert.rule_hash) {
		episodes_end(&engine->episodes, episode, ALERT_END_RULE_GONE,
		    clock_wall(engine->clock));
		free(cause);
		return;
	}
	engine_place(engine, episode, number, thing_of(node));
	cause->key.node = at;
	HASH_ADD(hh, folding->causes, key, sizeof(cause->key), cause);
}

/* What is lost and has no episode, for its rule is new, begins one. */
static void
begin_missing(struct folding *folding)
{
	const struct topology *topology = fold_topology(folding->fold);

	for (unsigned by = 0; by < FOLD_N; by++) {
		for (uint32_t n = 0; n < topology->graphs[by].n_nodes; n++) {
			struct cause *cause;

			if (!fold_is_lost(folding->fold, (enum fold_by)by, n) ||
			    folding_cause(folding, (enum fold_by)by, n) != NULL) {
				continue;
			}
			cause = add(folding, (enum fold_by)by, n);
			if (cause != NULL) {
				cause->n_lost = fold_n_lost(folding->fold,
				    (enum fold_by)by, n);
				cause->since = clock_wall(folding->engine->clock);
				begin(folding, cause);
			}
		}
	}
}

static void
find_feed_rules(struct folding *folding)
{
	const struct alerting *alerting = &folding->engine->config->alerting;

	free(folding->feed_rules);
	folding->n_feed_rules = 0;
	folding->feed_rules = calloc(alerting->n_rules + 1, sizeof(folding->feed_rules[0]));
	for (size_t r = 0; folding->feed_rules != NULL && r < alerting->n_rules; r++) {
		const struct rule *rule = &alerting->rules[r];

		if (rule->is_gauge && rule->level == LEVEL_FEED &&
		    rule->gauge == GAUGE_SUPPLY_LOST) {
			folding->feed_rules[folding->n_feed_rules++] = (uint32_t)r;
		}
	}
}

void
folding_config(struct folding *folding)
{
	struct engine *engine = folding->engine;
	struct topology *topology = topology_new(engine->config->inventory);
	struct cause *cause, *next, *all = NULL;

	folding->is_moved = true;
	find_feed_rules(folding);
	if (topology == NULL || fold_apply(folding->fold, topology,
	    engine->config->settings.interval_ns, clock_mono(engine->clock)) != 0) {
		topology_free(topology);
		LOG_ERROR("alert", NULL, NULL, "out of memory: alerts of one cause are not "
		    "folded");
		return;
	}
	(void)supply_apply(folding->supply);
	HASH_ITER(hh, folding->causes, cause, next) {
		HASH_DEL(folding->causes, cause);
		cause->hh.next = all;
		all = cause;
	}
	for (cause = all; cause != NULL; cause = next) {
		next = cause->hh.next;
		resettle(folding, cause);
	}
	begin_missing(folding);
}

bool
folding_resume(struct folding *folding, struct episode *episode)
{
	struct engine *engine = folding->engine;
	const struct alert *alert = &episode->alert;
	const struct alerting *alerting = &engine->config->alerting;

	for (size_t r = 0; fold_topology(folding->fold) != NULL && r < alerting->n_rules;
	    r++) {
		const struct rule *rule = &alerting->rules[r];
		struct cause *cause;
		enum fold_by by;
		uint32_t at;

		if (strcmp(rule->id, alert->rule) != 0 || rule->hash != alert->rule_hash ||
		    !side_of(rule, alert, &by) || !node_of(folding, alert, by, &at) ||
		    folding_cause(folding, by, at) != NULL) {
			continue;
		}
		cause = add(folding, by, at);
		if (cause == NULL) {
			return false;
		}
		cause->episode = alert->id;
		cause->n_lost = alert->count;
		cause->since = alert->since;
		engine_place(engine, episode, (uint32_t)r, thing_of(&fold_topology(
		    folding->fold)->graphs[by].nodes[at]));
		fold_restore(folding->fold, by, at, alert->count, alert->since);
		folding->is_moved = true;
		return true;
	}
	return false;
}

/* ---- polls -------------------------------------------------------------------------------- */

/* Rules on feeds of a rack that are lost, for all of its feeds: what one device
 * says may decide about the feed of another. */
static void
look_at_feeds(struct folding *folding, const struct rack *rack, struct wall at)
{
	struct engine *engine = folding->engine;
	uint32_t first = engine->feeds[rack->index];

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		double lost = supply_feed(folding->supply, rack->index, f);

		for (uint32_t i = 0; i < folding->n_feed_rules; i++) {
			struct look look = { folding->feed_rules[i], first + f, 0,
			    judge_number(lost), at };
			const struct rule *rule = engine_rule(engine, look.rule);

			if (where_rack(engine->config->inventory, &rule->where, rack)) {
				engine_look(engine, &look);
			}
		}
	}
}

void
folding_polled(struct folding *folding, const struct batch *batch,
    const struct reading *reading)
{
	struct engine *engine = folding->engine;
	const struct inventory *inventory = engine->config->inventory;
	const struct device *device = batch->device < inventory->n_devices ?
	    inventory->devices[batch->device] : NULL;

	if (device == NULL || fold_topology(folding->fold) == NULL) {
		return;
	}
	supply_polled(folding->supply, batch, reading, clock_wall(engine->clock),
	    clock_mono(engine->clock));
	if (device->rack != INVENTORY_NONE && folding->n_feed_rules > 0) {
		look_at_feeds(folding, inventory->racks[device->rack], batch->slot);
	}
}

/* ---- what is under what ------------------------------------------------------------------- */

static void
put_under(struct folding *folding, struct episode *episode, int64_t under)
{
	struct engine *engine = folding->engine;

	if (under != episode->alert.under && under != episode->alert.id) {
		episode->alert.under = under;
		episodes_change(&engine->episodes, episode,
		    under != 0 ? CHANGE_FOLDED : CHANGE_UNFOLDED, clock_wall(engine->clock));
	}
}

/* Its cause is gone, and its own limit to clear holds already, if not for long
 * enough: told now, it would only be told to be over next. */
static bool
gets_well(const struct episode *episode, int64_t under)
{
	const struct condition *condition = &episode->item->condition;

	return under == 0 && episode->alert.under != 0 && !condition->flapping &&
	    condition->raw == ALERT_FIRING && condition->last == JUDGED_CLEAR;
}

static void
move_all(struct folding *folding, struct mono now)
{
	struct engine *engine = folding->engine;
	struct episode *episode, *next;
	struct cause *cause;

	folding->again.ns = 0;
	HASH_ITER(hh, engine->episodes.open, episode, next) {
		int64_t under;

		if (episode->item == NULL) {
			continue;
		}
		under = folding_under(folding, engine_rule(engine, episode->rule)->folds,
		    episode->thing);
		if (gets_well(episode, under)) {
			folding->again.ns = now.ns + engine->machine.interval_ns / 4;
		} else {
			put_under(folding, episode, under);
		}
	}
	for (cause = folding->causes; cause != NULL; cause = cause->hh.next) {
		episode = episode_of(folding, cause);
		if (episode != NULL) {
			put_under(folding, episode, folding_found(folding, 1u << cause->key.by,
			    FOLD_OF_NODE, cause->key.node));
		}
	}
	folding->is_moved = false;
}

static struct mono
keep_counts(struct folding *folding, struct mono now)
{
	struct mono next = { INT64_MAX };

	for (struct cause *cause = folding->causes; cause != NULL;
	    cause = cause->hh.next) {
		struct episode *episode = cause->has_news ? episode_of(folding, cause) : NULL;

		if (episode == NULL) {
			continue;
		}
		if (now.ns >= cause->counted.ns + COUNT_NS) {
			state_count(folding, cause, episode);
			episodes_change(&folding->engine->episodes, episode, CHANGE_COUNT,
			    clock_wall(folding->engine->clock));
		} else if (cause->counted.ns + COUNT_NS < next.ns) {
			next.ns = cause->counted.ns + COUNT_NS;
		}
	}
	return next;
}

struct mono
folding_step(struct folding *folding)
{
	struct mono now = clock_mono(folding->engine->clock), next, due;

	if (fold_topology(folding->fold) == NULL) {
		return (struct mono){ INT64_MAX };
	}
	due = fold_step(folding->fold, now);
	if (folding->is_moved || (folding->again.ns != 0 && now.ns >= folding->again.ns)) {
		move_all(folding, now);
	}
	next = keep_counts(folding, now);
	next.ns = folding->again.ns != 0 && folding->again.ns < next.ns ?
	    folding->again.ns : next.ns;
	return due.ns != 0 && due.ns < next.ns ? due : next;
}
