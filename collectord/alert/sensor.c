/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/sensor.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "model/layout.h"

#define PROFILE_SIZE 64
#define NO_LAYOUT UINT32_MAX

/* A rule on a slot of a layout. */
struct entry {
	uint32_t slot;
	uint32_t local;         /* among the rules on metrics */
	uint32_t part;
};

struct plan {
	bool made;
	uint32_t n;
	struct entry *entries;
};

/* What is known of a device. */
struct seen {
	char *profile;          /* as polled; NULL: not yet */
	bool chosen;            /* its words in `chosen` are right */
	uint32_t layout;        /* its newest; for rules on what is missing */
};

struct sensor {
	uint32_t *rules;        /* [n_rules]: number in the configuration */
	uint32_t n_rules, n_words;
	bool any_missing;
	struct plan *plans;     /* [n_plans] by id of the layout */
	uint32_t n_plans;
	struct seen *seen;      /* [n_devices] */
	uint64_t *chosen;       /* [n_devices * n_words] */
	uint32_t n_devices;
};

struct sensor *
sensor_new(void)
{
	return calloc(1, sizeof(struct sensor));
}

static void
clear_plans(struct sensor *sensor)
{
	for (uint32_t i = 0; i < sensor->n_plans; i++) {
		free(sensor->plans[i].entries);
	}
	free(sensor->plans);
	free(sensor->rules);
	free(sensor->chosen);
	sensor->plans = NULL;
	sensor->rules = NULL;
	sensor->chosen = NULL;
	sensor->n_plans = 0;
	sensor->n_rules = 0;
}

void
sensor_free(struct sensor *sensor)
{
	if (sensor == NULL) {
		return;
	}
	clear_plans(sensor);
	for (uint32_t d = 0; d < sensor->n_devices; d++) {
		free(sensor->seen[d].profile);
	}
	free(sensor->seen);
	free(sensor);
}

/* Profiles and layouts of devices stay known. */
static int
grow_seen(struct sensor *sensor, uint32_t n_devices)
{
	struct seen *seen;

	if (n_devices > sensor->n_devices) {
		seen = realloc(sensor->seen, n_devices * sizeof(seen[0]));
		if (seen == NULL) {
			return COL_ENOMEM;
		}
		for (uint32_t d = sensor->n_devices; d < n_devices; d++) {
			seen[d] = (struct seen){ NULL, false, NO_LAYOUT };
		}
		sensor->seen = seen;
		sensor->n_devices = n_devices;
	}
	for (uint32_t d = 0; d < sensor->n_devices; d++) {
		sensor->seen[d].chosen = false;
	}
	return 0;
}

int
sensor_config(struct sensor *sensor, const struct engine *engine)
{
	const struct alerting *alerting = &engine->config->alerting;

	clear_plans(sensor);
	sensor->any_missing = false;
	if (grow_seen(sensor, engine->config->inventory->n_devices) != 0) {
		return COL_ENOMEM;
	}
	sensor->rules = calloc(alerting->n_rules + 1, sizeof(sensor->rules[0]));
	if (sensor->rules == NULL) {
		return COL_ENOMEM;
	}
	for (size_t r = 0; r < alerting->n_rules; r++) {
		const struct rule *rule = &alerting->rules[r];

		if (rule->level == LEVEL_SENSOR && !rule->is_gauge) {
			sensor->rules[sensor->n_rules++] = (uint32_t)r;
			sensor->any_missing = sensor->any_missing ||
			    rule->fire.test == RULE_MISSING;
		}
	}
	sensor->n_words = sensor->n_rules / 64 + 1;
	sensor->chosen = calloc((size_t)sensor->n_devices * sensor->n_words + 1,
	    sizeof(sensor->chosen[0]));
	if (sensor->chosen == NULL) {
		sensor->n_rules = 0;
		return COL_ENOMEM;
	}
	return 0;
}

/* ---- which slots of a layout, which devices --------------------------------------- */

static int
grow_plans(struct sensor *sensor, uint32_t id)
{
	uint32_t n = id + 64;
	struct plan *plans = realloc(sensor->plans, n * sizeof(plans[0]));

	if (plans == NULL) {
		return COL_ENOMEM;
	}
	memset(plans + sensor->n_plans, 0, (n - sensor->n_plans) * sizeof(plans[0]));
	sensor->plans = plans;
	sensor->n_plans = n;
	return 0;
}

static bool
is_on(const struct rule *rule, const struct slot *slot)
{
	return rule->metric == slot->metric &&
	    where_glob(rule->where.instances, slot->instance);
}

/* Fills a plan; two rounds: count, then write. */
static int
make_plan(const struct sensor *sensor, struct engine *engine,
    const struct col_layout *layout, struct plan *plan)
{
	uint32_t n;

	for (unsigned round = 0; round < 2; round++) {
		n = 0;
		for (uint32_t s = 0; s < layout->n_slots; s++) {
			for (uint32_t r = 0; r < sensor->n_rules; r++) {
				const struct slot *slot = &layout->slots[s];

				if (!is_on(engine_rule(engine, sensor->rules[r]), slot)) {
					continue;
				}
				if (round == 1) {
					plan->entries[n] = (struct entry){ s, r,
					    instances_number(engine->instances,
					    slot->instance) };
				}
				n++;
			}
		}
		if (round == 0) {
			plan->entries = calloc(n + 1, sizeof(plan->entries[0]));
			if (plan->entries == NULL) {
				return COL_ENOMEM;
			}
		}
	}
	plan->n = n;
	plan->made = true;
	return 0;
}

static const struct plan *
plan_of(struct sensor *sensor, struct engine *engine, const struct col_layout *layout)
{
	if (layout->id >= sensor->n_plans && grow_plans(sensor, layout->id) != 0) {
		return NULL;
	}
	if (!sensor->plans[layout->id].made &&
	    make_plan(sensor, engine, layout, &sensor->plans[layout->id]) != 0) {
		return NULL;
	}
	return &sensor->plans[layout->id];
}

static const uint64_t *
chosen_of(struct sensor *sensor, const struct engine *engine, uint32_t device)
{
	const struct inventory *inventory = engine->config->inventory;
	uint64_t *words = sensor->chosen + (size_t)device * sensor->n_words;

	if (sensor->seen[device].chosen) {
		return words;
	}
	memset(words, 0, sensor->n_words * sizeof(words[0]));
	for (uint32_t r = 0; r < sensor->n_rules; r++) {
		const struct rule *rule = engine_rule(engine, sensor->rules[r]);

		if (where_device(inventory, &rule->where, inventory->devices[device],
		    sensor->seen[device].profile)) {
			words[r / 64] |= UINT64_C(1) << r % 64;
		}
	}
	sensor->seen[device].chosen = true;
	return words;
}

const char *
sensor_profile(const struct sensor *sensor, uint32_t device)
{
	return sensor != NULL && device < sensor->n_devices ?
	    sensor->seen[device].profile : NULL;
}

/* ---- samples ------------------------------------------------------------------------ */

/* samples NULL: all is missing. */
static void
look_at_all(struct sensor *sensor, struct engine *engine, uint32_t device,
    const struct col_layout *layout, const struct sample *samples, struct wall at)
{
	const struct plan *plan = plan_of(sensor, engine, layout);
	const uint64_t *words;

	if (plan == NULL || plan->n == 0) {
		return;
	}
	words = chosen_of(sensor, engine, device);
	for (uint32_t i = 0; i < plan->n; i++) {
		const struct entry *entry = &plan->entries[i];
		const struct slot *slot = &layout->slots[entry->slot];
		struct look look = { .rule = sensor->rules[entry->local], .index = device,
		    .part = entry->part, .at = at };
		const struct rule *rule = engine_rule(engine, look.rule);

		if ((words[entry->local / 64] >> entry->local % 64 & 1) == 0) {
			continue;
		}
		if (samples != NULL && samples[entry->slot].quality == COL_GOOD) {
			look.value.known = true;
			look.value.number = samples[entry->slot].number;
			look.value.states = slot->states;
		}
		/* most are quiet: nothing on the device is in the table, and this is not */
		if (!take_wanted(rule) && !conditions_any_on(&engine->conditions, device) &&
		    !judge_meets(&rule->fire, &look.value)) {
			engine->n_evaluated++;
			continue;
		}
		engine_look(engine, &look);
	}
}

static bool
is_known(const struct sensor *sensor, const struct engine *engine, uint32_t device)
{
	return device < sensor->n_devices && engine->config != NULL &&
	    device < engine->config->inventory->n_devices &&
	    engine->config->inventory->devices[device] != NULL;
}

void
sensor_record(struct sensor *sensor, struct engine *engine, const struct record *record)
{
	if (sensor->n_rules == 0 || !is_known(sensor, engine, record->device)) {
		return;
	}
	if (sensor->any_missing) {
		sensor->seen[record->device].layout = record->layout->id;
	}
	look_at_all(sensor, engine, record->device, record->layout, record->samples,
	    record->slot);
}

/* Conditions on what the device says no more go on without a value. */
static void
look_at_nothing(struct sensor *sensor, struct engine *engine, const struct batch *batch)
{
	const struct seen *seen = &sensor->seen[batch->device];
	const struct col_layout *layout = seen->layout == NO_LAYOUT ? NULL :
	    layout_get(seen->layout);

	if (layout != NULL) {
		look_at_all(sensor, engine, batch->device, layout, NULL, batch->slot);
	}
}

void
sensor_polled(struct sensor *sensor, struct engine *engine, const struct batch *batch)
{
	struct seen *seen;

	if (!is_known(sensor, engine, batch->device)) {
		return;
	}
	seen = &sensor->seen[batch->device];
	if (batch->profile[0] != '\0' && (seen->profile == NULL ||
	    strcmp(seen->profile, batch->profile) != 0)) {
		char *profile = strndup(batch->profile, PROFILE_SIZE);

		if (profile != NULL) {
			free(seen->profile);
			seen->profile = profile;
			seen->chosen = false;
		}
	}
	if (batch->n_parts == 0 && sensor->any_missing && sensor->n_rules > 0) {
		look_at_nothing(sensor, engine, batch);
	}
}
