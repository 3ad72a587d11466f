/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which things a rule selects, as the engine does it. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/where.h"
#include "base/str.h"
#include "ctl/ask.h"
#include "ctl/client.h"
#include "ctl/replay.h"
#include "model/metric.h"

#define CAN "; those on a rack's power_w, load_pct, failover_pct, inlet_c, inlet_over_k and " \
    "inlet_beyond_k can, those on a feed's power_w, current_a and load_pct, on power_w of " \
    "places, and on any number of a device (on: sensor) that is archived"

/* ---- what can be ------------------------------------------------------------------- */

static bool
is_archived(const struct rule *rule)
{
	switch (rule->level) {
	case LEVEL_PROVINCE:
	case LEVEL_AREA:
	case LEVEL_SITE:
	case LEVEL_HALL:
	case LEVEL_ROW:
		return rule->gauge == GAUGE_POWER_W;
	case LEVEL_RACK:
		return rule->gauge == GAUGE_POWER_W || rule->gauge == GAUGE_LOAD_PCT ||
		    rule->gauge == GAUGE_FAILOVER_PCT || rule->gauge == GAUGE_INLET_C ||
		    rule->gauge == GAUGE_INLET_OVER_K || rule->gauge == GAUGE_INLET_BEYOND_K;
	case LEVEL_FEED:
		return rule->gauge == GAUGE_POWER_W || rule->gauge == GAUGE_CURRENT_A ||
		    rule->gauge == GAUGE_LOAD_PCT;
	default:
		return false;
	}
}

static const char *
refuse_metric(const struct col_metric *metric)
{
	switch (metric->kind) {
	case COL_STATE:
	case COL_INFO:
		return "states are words, of which the archive keeps no averages" CAN;
	case COL_COUNTER:
		return "counters are archived as their rate, while the rule looks at the count"
		    CAN;
	case COL_GAUGE:
	case COL_METER:
	case COL_KIND_N:
		break;
	}
	return NULL;
}

const char *
replay_refusal(const struct rule *rule)
{
	if (!rule->is_gauge) {
		return refuse_metric(metric_get(rule->metric));
	}
	if (rule->gauge == GAUGE_SILENT_S || rule->gauge == GAUGE_SUPPLY_LOST) {
		return "silence and supply are judged by single polls, which are not archived" CAN;
	}
	if (rule->level == LEVEL_COLLECTOR || rule->level == LEVEL_TARGET) {
		return "figures of the collector and of targets are not archived" CAN;
	}
	return is_archived(rule) ? NULL :
	    "this figure is made of many others in the moment and is not archived" CAN;
}

/* ---- where ------------------------------------------------------------------------- */

/* "hall:zz1-h1" of one of the places above, or the thing itself. */
static bool
is_at(const struct replay_task *task, struct thing thing)
{
	char entity[ALERT_ENTITY_SIZE];
	struct thing_where where;
	struct alert alert = { .id = 0 };
	const struct { const char *kind, *id; } above[] = {
		{ "area:", alert.area }, { "site:", alert.site }, { "hall:", alert.hall },
		{ "row:", alert.row }, { "rack:", alert.rack },
	};

	if (task->at == NULL || str_starts(task->at, "province:")) {
		return true;
	}
	if (thing_entity(task->config, task->feeds, thing, entity) == 0 &&
	    strcmp(entity, task->at) == 0) {
		return true;
	}
	thing_where(task->config, task->feeds, thing, &where);
	thing_above(task->config, &where, &alert);
	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++) {
		size_t len = strlen(above[i].kind);

		if (strncmp(task->at, above[i].kind, len) == 0 && above[i].id[0] != '\0' &&
		    strcmp(task->at + len, above[i].id) == 0) {
			return true;
		}
	}
	return false;
}

static bool
exists_at(const struct replay_task *task)
{
	struct thing thing;

	for (int level = LEVEL_PROVINCE; task->at != NULL && level <= LEVEL_DEVICE; level++) {
		if (thing_find(task->config, task->feeds, (enum level)level, task->at,
		    &thing) == 0) {
			return true;
		}
	}
	return task->at == NULL;
}

static int
add(struct replay_subjects *subjects, struct thing thing, const char *instance,
    unsigned phase)
{
	struct replay_subject *items = subjects->items;

	if (subjects->n == subjects->room) {
		subjects->room = subjects->room * 2 + 64;
		items = realloc(items, subjects->room * sizeof(*items));
		if (items == NULL) {
			return ctl_fail("out of memory");
		}
		subjects->items = items;
	}
	items[subjects->n] = (struct replay_subject){ .thing = thing, .phase = phase };
	(void)str_copy(items[subjects->n++].instance, sizeof(items->instance), instance);
	return CTL_OK;
}

static int
select_places(const struct replay_task *task, struct replay_subjects *subjects)
{
	const struct inventory *inventory = task->config->inventory;
	enum entity_kind kind = (enum entity_kind)task->rule->level;
	int status = CTL_OK;

	for (uint32_t i = 0; i < inventory->n_places[kind] && status == CTL_OK; i++) {
		struct thing thing = { task->rule->level, i };

		if (inventory->places[kind][i] != NULL && is_at(task, thing) &&
		    where_place(inventory, &task->rule->where,
		    (struct entity_ref){ kind, i })) {
			status = add(subjects, thing, "", 0);
		}
	}
	return status;
}

static int
select_feed(const struct replay_task *task, struct replay_subjects *subjects,
    struct thing thing, const struct feed *feed)
{
	static const char *const NAMES[LEVEL_PHASES] = { "L1", "L2", "L3" };
	bool phases = gauge_has_phases(task->rule->gauge, LEVEL_FEED) && feed->phases == 3;
	int status = CTL_OK;

	for (unsigned p = 0; p < (phases ? LEVEL_PHASES : 1) && status == CTL_OK; p++) {
		const char *instance = phases ? NAMES[p] : "";

		if (where_glob(task->rule->where.instances, instance)) {
			status = add(subjects, thing, instance, p);
		}
	}
	return status;
}

static int
select_racks(const struct replay_task *task, struct replay_subjects *subjects)
{
	const struct inventory *inventory = task->config->inventory;
	int status = CTL_OK;

	for (uint32_t r = 0; r < inventory->n_racks && status == CTL_OK; r++) {
		const struct rack *rack = inventory->racks[r];

		if (rack == NULL || !where_rack(inventory, &task->rule->where, rack)) {
			continue;
		}
		if (task->rule->level == LEVEL_RACK) {
			struct thing thing = { LEVEL_RACK, r };

			status = is_at(task, thing) ? add(subjects, thing, "", 0) : CTL_OK;
			continue;
		}
		for (unsigned f = 0; f < rack->n_feeds && status == CTL_OK; f++) {
			struct thing thing = { LEVEL_FEED, task->feeds[r] + f };

			status = is_at(task, thing) ? select_feed(task, subjects, thing,
			    &rack->feeds[f]) : CTL_OK;
		}
	}
	return status;
}

/* ---- sensors ------------------------------------------------------------------------ */

/* Profiles as polled, by id of the device; NULL: the rule does not ask. */
static int
ask_profiles(const struct replay_task *task, json_t **ret_profiles)
{
	json_t *body = NULL, *item;
	size_t i;
	int status;

	*ret_profiles = NULL;
	if (task->rule->where.profiles == NULL) {
		return CTL_OK;
	}
	status = ask_items(task->args, "/api/v1/devices", true, &body);
	*ret_profiles = json_object();
	json_array_foreach(json_object_get(body, "items"), i, item) {
		(void)json_object_set(*ret_profiles, ask_text(item, "id"),
		    json_object_get(item, "profile"));
	}
	json_decref(body);
	return status;
}

/* The instances of the metric that are archived of the device. */
static int
select_instances(const struct replay_task *task, struct replay_subjects *subjects,
    struct thing thing, const struct device *device)
{
	const char *metric = metric_get(task->rule->metric)->name;
	char path[ASK_PATH_SIZE] = "/api/v1/series/list", entity[ALERT_ENTITY_SIZE];
	json_t *body = NULL, *item;
	size_t i;
	int status;

	(void)str_format(entity, sizeof(entity), "device:%s", device->id);
	if (client_query(path, sizeof(path), "entity", entity) != 0) {
		return ctl_fail("arguments too long");
	}
	status = ask_get(task->args, path, &body);
	json_array_foreach(json_object_get(body, "items"), i, item) {
		const char *instance = json_string_value(json_object_get(item, "instance"));

		instance = instance != NULL ? instance : "";
		if (status == CTL_OK && strcmp(ask_text(item, "metric"), metric) == 0 &&
		    where_glob(task->rule->where.instances, instance)) {
			status = add(subjects, thing, instance, 0);
		}
	}
	json_decref(body);
	return status;
}

static int
select_sensors(const struct replay_task *task, struct replay_subjects *subjects)
{
	const struct inventory *inventory = task->config->inventory;
	json_t *profiles;
	int status = ask_profiles(task, &profiles);

	for (uint32_t d = 0; d < inventory->n_devices && status == CTL_OK; d++) {
		const struct device *device = inventory->devices[d];
		struct thing thing = { LEVEL_SENSOR, d };

		if (device != NULL && is_at(task, thing) &&
		    where_device(inventory, &task->rule->where, device,
		    json_string_value(json_object_get(profiles, device->id)))) {
			status = select_instances(task, subjects, thing, device);
		}
	}
	json_decref(profiles);
	return status;
}

int
replay_select(const struct replay_task *task, struct replay_subjects *ret_subjects)
{
	*ret_subjects = (struct replay_subjects){ .items = NULL };
	if (!exists_at(task)) {
		return ctl_fail("there is no '%s' in the configuration", task->at);
	}
	switch (task->rule->level) {
	case LEVEL_RACK:
	case LEVEL_FEED:
		return select_racks(task, ret_subjects);
	case LEVEL_SENSOR:
		return select_sensors(task, ret_subjects);
	default:
		return select_places(task, ret_subjects);
	}
}
