/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/silent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

#define PASSES_PER_INTERVAL 4
#define PASS_MIN_NS NS_PER_S
#define DEVICES_PER_STEP 16384

struct own {
	enum gauge gauge;
	char instance[ALERT_INSTANCE_SIZE];
	double value;
};

struct silent {
	uint32_t *rules;        /* [n_rules] on devices: number in the configuration */
	uint32_t n_rules;
	struct mono *good;      /* [n_devices] since when it has not answered; 0: it is
				 * not in the inventory, or in a rack that need not be there */
	bool *heard;            /* [n_devices] it has answered in this run */
	uint32_t n_devices;
	uint32_t at;            /* device that the pass has come to */
	struct mono next_pass;
	struct own own[SILENT_OWN_MAX];
	unsigned n_own;
};

struct silent *
silent_new(void)
{
	return calloc(1, sizeof(struct silent));
}

void
silent_free(struct silent *silent)
{
	if (silent != NULL) {
		free(silent->rules);
		free(silent->good);
		free(silent->heard);
		free(silent);
	}
}

static int
grow(struct silent *silent, uint32_t n)
{
	struct mono *good = realloc(silent->good, n * sizeof(good[0]));
	bool *heard;

	if (good == NULL) {
		return COL_ENOMEM;
	}
	silent->good = good;
	heard = realloc(silent->heard, n * sizeof(heard[0]));
	if (heard == NULL) {
		return COL_ENOMEM;
	}
	silent->heard = heard;
	memset(good + silent->n_devices, 0, (n - silent->n_devices) * sizeof(good[0]));
	memset(heard + silent->n_devices, 0, (n - silent->n_devices) * sizeof(heard[0]));
	silent->n_devices = n;
	return 0;
}

static bool
is_expected(const struct inventory *inventory, uint32_t index)
{
	const struct device *device = index < inventory->n_devices ?
	    inventory->devices[index] : NULL;

	return device != NULL && (device->rack == INVENTORY_NONE ||
	    rack_is_declared(inventory->racks[device->rack]->state));
}

/* A device that is new counts from now. */
static int
note_devices(struct silent *silent, const struct engine *engine)
{
	const struct inventory *inventory = engine->config->inventory;
	struct mono now = clock_mono(engine->clock);

	if (inventory->n_devices > silent->n_devices &&
	    grow(silent, inventory->n_devices) != 0) {
		return COL_ENOMEM;
	}
	for (uint32_t d = 0; d < silent->n_devices; d++) {
		if (!is_expected(inventory, d)) {
			silent->good[d].ns = 0;
			silent->heard[d] = false;
		} else if (silent->good[d].ns == 0) {
			silent->good[d] = now;
		}
	}
	return 0;
}

int
silent_config(struct silent *silent, const struct engine *engine)
{
	const struct alerting *alerting = &engine->config->alerting;

	free(silent->rules);
	silent->n_rules = 0;
	silent->at = 0;
	silent->rules = calloc(alerting->n_rules + 1, sizeof(silent->rules[0]));
	if (silent->rules == NULL || note_devices(silent, engine) != 0) {
		return COL_ENOMEM;
	}
	for (size_t r = 0; r < alerting->n_rules; r++) {
		const struct rule *rule = &alerting->rules[r];

		if (rule->level == LEVEL_DEVICE && rule->is_gauge &&
		    rule->gauge == GAUGE_SILENT_S) {
			silent->rules[silent->n_rules++] = (uint32_t)r;
		}
	}
	return 0;
}

/* ---- devices ------------------------------------------------------------------------- */

/*
 * What has not answered since the start may have been silent for longer than is
 * known: that does not clear, nor is it stale.
 */
static void
wait_for_it(struct engine *engine, uint32_t rule, uint32_t device, struct mono now)
{
	struct conditions_item *item = conditions_find(&engine->conditions,
	    (struct conditions_key){ rule, device, 0 });

	if (item != NULL) {
		item->condition.good = now;
	}
}

static void
look_at_device(const struct silent *silent, struct engine *engine, uint32_t device,
    struct mono now)
{
	double silent_s = (double)(now.ns - silent->good[device].ns) / (double)NS_PER_S;

	for (uint32_t i = 0; i < silent->n_rules; i++) {
		const struct rule *rule = engine_rule(engine, silent->rules[i]);
		struct look look = { silent->rules[i], device, 0, judge_number(silent_s),
		    clock_wall(engine->clock) };
		bool fires = judge_meets(&rule->fire, &look.value);

		engine->n_evaluated++;
		if (!fires && !conditions_any_on(&engine->conditions, device)) {
			continue;
		}
		if (!fires && !silent->heard[device]) {
			wait_for_it(engine, look.rule, device, now);
		} else if (engine_selects_device(engine, rule, device)) {
			engine_look(engine, &look);
		}
	}
}

void
silent_polled(struct silent *silent, struct engine *engine,
    const struct batch *batch, bool good)
{
	struct mono now = clock_mono(engine->clock);

	if (!good || batch->device >= silent->n_devices ||
	    silent->good[batch->device].ns == 0) {
		return;
	}
	silent->good[batch->device] = now;
	silent->heard[batch->device] = true;
	if (conditions_any_on(&engine->conditions, batch->device)) {
		look_at_device(silent, engine, batch->device, now);
	}
}

/* ---- own values ------------------------------------------------------------------------ */

static void
look_at_own(struct engine *engine, const struct own *own)
{
	const struct alerting *alerting = &engine->config->alerting;

	for (size_t r = 0; r < alerting->n_rules; r++) {
		const struct rule *rule = &alerting->rules[r];
		struct look look = { (uint32_t)r, 0,
		    instances_number(engine->instances, own->instance),
		    judge_number(own->value), clock_wall(engine->clock) };

		if (rule->level == LEVEL_COLLECTOR && rule->is_gauge &&
		    rule->gauge == own->gauge &&
		    where_glob(rule->where.instances, own->instance)) {
			engine_look(engine, &look);
		}
	}
}

void
silent_own(struct silent *silent, struct engine *engine, enum gauge gauge,
    const char *instance, double value)
{
	unsigned i;

	for (i = 0; i < silent->n_own; i++) {
		if (silent->own[i].gauge == gauge &&
		    strcmp(silent->own[i].instance, instance) == 0) {
			break;
		}
	}
	if (i == SILENT_OWN_MAX) {
		return;
	}
	if (i == silent->n_own) {
		silent->n_own++;
		silent->own[i].gauge = gauge;
		(void)str_copy(silent->own[i].instance, sizeof(silent->own[i].instance),
		    instance);
	}
	silent->own[i].value = value;
	if (engine->config != NULL) {
		look_at_own(engine, &silent->own[i]);
	}
}

/* ---- passes ---------------------------------------------------------------------------- */

static void
begin_pass(struct silent *silent, struct engine *engine, struct mono now)
{
	int64_t pass_ns = engine->machine.interval_ns / PASSES_PER_INTERVAL;

	silent->at = 0;
	silent->next_pass.ns = now.ns + (pass_ns > PASS_MIN_NS ? pass_ns : PASS_MIN_NS);
	for (unsigned i = 0; i < silent->n_own; i++) {
		look_at_own(engine, &silent->own[i]);
	}
}

struct mono
silent_step(struct silent *silent, struct engine *engine)
{
	struct mono now = clock_mono(engine->clock);
	uint32_t to;

	if (silent->n_rules == 0 && silent->n_own == 0) {
		return (struct mono){ INT64_MAX };
	}
	if (now.ns >= silent->next_pass.ns && (silent->at >= silent->n_devices ||
	    silent->next_pass.ns == 0)) {
		begin_pass(silent, engine, now);
	}
	to = silent->n_devices - silent->at < DEVICES_PER_STEP ? silent->n_devices :
	    silent->at + DEVICES_PER_STEP;
	for (; silent->at < to; silent->at++) {
		if (silent->n_rules > 0 && silent->good[silent->at].ns != 0) {
			look_at_device(silent, engine, silent->at, now);
		}
	}
	return silent->at < silent->n_devices ? now : silent->next_pass;
}
