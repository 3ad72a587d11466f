/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slots: the machine's power, its power state and health first, then one for
 * each number and state of a sensor, in the order of the rules, which is that
 * of importance.  Which source gives the power is decided here, once, so that
 * it never changes from poll to poll without a new layout that says so.
 */
#include "choose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "quirk.h"
#include "states.h"
#include "units.h"

#define OWN_SLOTS 3              /* power, power state, health */
#define SUM_SOURCE_SIZE 256

static const struct col_state power_states[] = {
    {0, "off", COL_SEVERITY_INFO}, {1, "on", COL_SEVERITY_OK}};
static const struct col_state health_states[] = {
    {PLAN_HEALTH_OK, "normal", COL_SEVERITY_OK},
    {PLAN_HEALTH_WARNING, "warning", COL_SEVERITY_WARNING},
    {PLAN_HEALTH_CRITICAL, "critical", COL_SEVERITY_CRITICAL}};

/* A plan under construction. */
struct making {
	struct draft draft;
	struct plan *plan;
	const struct col_host *host;
	struct col_slot *slots;
	char (*sources)[DRAFT_SOURCE_SIZE];
	char sum_source[SUM_SOURCE_SIZE];
	struct col_error *error;
};

static const struct profile_rule *
rule_of(const struct draft *draft, size_t i)
{
	return &draft->look->profile->rules[draft->items[i].rule];
}

static bool
is_power(const struct draft *draft, size_t i)
{
	return strcmp(rule_of(draft, i)->metric, "power_w") == 0 &&
	    draft->items[i].instance[0] == '\0';
}

/* ---- the source of power ------------------------------------------------------- */

static bool
has_source(const struct draft *draft, enum profile_power power)
{
	for (size_t i = 0; i < draft->n; i++) {
		if (power == PROFILE_POWER_SENSOR ? is_power(draft, i) :
		    rule_of(draft, i)->total) {
			return true;
		}
	}
	return false;
}

static void
choose_power(struct plan *plan, const struct draft *draft)
{
	const struct profile *profile = plan->look.profile;

	for (size_t i = 0; i < profile->n_powers && !plan->has_power; i++) {
		plan->power = profile->powers[i];
		plan->has_power = plan->power == PROFILE_POWER_DCMI ?
		    plan->look.dcmi : has_source(draft, plan->power);
	}
}

/* The machine's power sensor where that is not what is shown as its power. */
static void
rename_power(struct draft *draft, const struct plan *plan)
{
	for (size_t i = 0; i < draft->n; i++) {
		const struct sdr_sensor *sensor =
		    &plan->look.set->sensors[draft->items[i].sensor];
		if (is_power(draft, i) && (!plan->has_power ||
		    plan->power != PROFILE_POWER_SENSOR)) {
			(void)snprintf(draft->items[i].instance,
			    PLAN_INSTANCE_SIZE, "%.60s", sensor->name[0] ==
			    '\0' ? "sensor" : sensor->name);
			draft->items[i].fixed = false;
		}
	}
}

/* "PS1 Input (0x54) + PS2 Input (0x55)", cut with dots. */
static void
sum_source(struct making *making)
{
	const struct draft *draft = &making->draft;
	size_t n = 0;

	for (size_t i = 0; i < draft->n; i++) {
		char one[DRAFT_SOURCE_SIZE];
		if (!rule_of(draft, i)->total) {
			continue;
		}
		draft_source(&draft->look->set->sensors[draft->items[i].sensor],
		    one);
		if (n + strlen(one) + 8 > SUM_SOURCE_SIZE) {
			(void)snprintf(making->sum_source + n,
			    SUM_SOURCE_SIZE - n, " + …");
			return;
		}
		n += (size_t)snprintf(making->sum_source + n,
		    SUM_SOURCE_SIZE - n, "%s%s", n == 0 ? "" : " + ", one);
	}
}

/* ---- slots ------------------------------------------------------------------------ */

static uint32_t
states_flag(struct making *making, const struct col_state *states, size_t n)
{
	int number = n == 0 || making->host->states == NULL ? 0 :
	    making->host->states(making->host, states, n, making->error);

	return number > 0 ? COL_SLOT_STATES(number) : 0;
}

static uint16_t
add_slot(struct making *making, const struct col_slot *slot)
{
	making->slots[making->plan->n_slots] = *slot;
	return (uint16_t)making->plan->n_slots++;
}

static void
add_own_slots(struct making *making)
{
	struct plan *plan = making->plan;

	plan->power_slot = plan->chassis_slot = plan->health_slot =
	    PLAN_NO_SLOT;
	if (plan->has_power && plan->power != PROFILE_POWER_SENSOR) {
		if (plan->power == PROFILE_POWER_INPUTS) {
			sum_source(making);
		}
		plan->power_slot = add_slot(making, &(struct col_slot){
		    .metric = "power_w", .instance = "", .unit = "W",
		    .source = plan->power == PROFILE_POWER_DCMI ? "dcmi" :
		    making->sum_source});
	}
	if (plan->look.chassis) {
		plan->chassis_slot = add_slot(making, &(struct col_slot){
		    .metric = "state_power", .instance = "", .unit = "",
		    .source = "chassis status", .flags = states_flag(making,
		    power_states, 2)});
	}
	if (making->draft.n > 0) {
		plan->health_slot = add_slot(making, &(struct col_slot){
		    .metric = "state_health", .instance = "", .unit = "",
		    .source = "sensors", .flags = states_flag(making,
		    health_states, 3)});
	}
}

static uint32_t
state_flag(struct making *making, const struct profile_rule *rule,
    const struct sdr_sensor *sensor)
{
	struct col_state table[STATES_CODES];

	if (rule->n_states > 0) {
		return states_flag(making, rule->states, rule->n_states);
	}
	return states_flag(making, table, states_table(sensor->type,
	    sensor->reading_type, table));
}

static uint16_t
add_item_slot(struct making *making, size_t i)
{
	const struct draft_item *item = &making->draft.items[i];
	const struct profile_rule *rule = rule_of(&making->draft, i);
	const struct sdr_sensor *sensor =
	    &making->plan->look.set->sensors[item->sensor];

	draft_source(sensor, making->sources[i]);
	return add_slot(making, &(struct col_slot){.metric = rule->metric,
	    .instance = item->instance, .source = making->sources[i],
	    .unit = rule->is_state ? "" : rule->as != NULL ? rule->as :
	    units_of(sensor), .flags = rule->flags | (rule->is_state ?
	    state_flag(making, rule, sensor) : 0), .min = rule->min,
	    .max = rule->max});
}

/* The ask for a sensor; one that has a number and states is asked once. */
static struct plan_ask *
ask_for(struct plan *plan, uint16_t sensor)
{
	struct plan_ask *ask;

	for (size_t i = 0; i < plan->n_asks; i++) {
		if (plan->asks[i].sensor == sensor) {
			return &plan->asks[i];
		}
	}
	if (plan->n_asks >= plan->look.profile->max_sensors) {
		return NULL;
	}
	ask = &plan->asks[plan->n_asks++];
	*ask = (struct plan_ask){.sensor = sensor, .slot = PLAN_NO_SLOT,
	    .state_slot = PLAN_NO_SLOT, .scale = 1,
	    .format = plan->look.set->sensors[sensor].factors.format};
	/* Only a quirk gets this far with a format that says "no number". */
	if (ask->format == SDR_NO_ANALOG) {
		ask->format = SDR_UNSIGNED;
	}
	return ask;
}

static void
add_items(struct making *making)
{
	const struct draft *draft = &making->draft;
	struct plan *plan = making->plan;

	for (size_t i = 0; i < draft->n; i++) {
		const struct profile_rule *rule = rule_of(draft, i);
		struct plan_ask *ask = ask_for(plan, draft->items[i].sensor);
		uint16_t slot;
		if (ask == NULL) {
			plan->n_left_out++;
			continue;
		}
		slot = add_item_slot(making, i);
		if (rule->is_state) {
			ask->state_slot = slot;
			continue;
		}
		ask->slot = slot;
		ask->scale = rule->scale;
		ask->total = rule->total && plan->has_power &&
		    plan->power == PROFILE_POWER_INPUTS;
		if (is_power(draft, i)) {
			plan->power_slot = slot;
		}
	}
}

static int
make(struct making *making)
{
	struct plan *plan = making->plan;
	int rc = draft_items(&making->draft);

	if (rc != 0) {
		return rc;
	}
	draft_words(&making->draft);
	choose_power(plan, &making->draft);
	rename_power(&making->draft, plan);
	draft_names(&making->draft);
	making->slots = calloc(making->draft.n + OWN_SLOTS,
	    sizeof(*making->slots));
	making->sources = calloc(making->draft.n + 1,
	    sizeof(*making->sources));
	plan->asks = calloc(making->draft.n + 1, sizeof(*plan->asks));
	if (making->slots == NULL || making->sources == NULL ||
	    plan->asks == NULL) {
		return COL_ENOMEM;
	}
	add_own_slots(making);
	add_items(making);
	if (plan->n_slots > 0) {
		plan->layout = making->host->layout(making->host,
		    making->slots, plan->n_slots, making->error);
	}
	return plan->n_slots > 0 && plan->layout == NULL ? COL_ECONFIG : 0;
}

/* ---- plans ------------------------------------------------------------------------ */

static bool
same_look(const struct plan_look *a, const struct plan_look *b)
{
	return a->set == b->set && a->profile == b->profile &&
	    a->quirks == b->quirks && a->dcmi == b->dcmi &&
	    a->chassis == b->chassis;
}

static void
plan_free(struct plan *plan)
{
	set_unref(plan->look.set);
	profile_unref(plan->look.profile);
	free(plan->asks);
	free(plan);
}

int
choose_plan(struct plan_set *set, const struct plan_look *look,
    struct plan **ret_plan, struct col_error *error)
{
	struct making making = {.host = set->host, .error = error};
	struct plan *plan;
	int rc;

	for (plan = set->plans; plan != NULL; plan = plan->next) {
		if (same_look(&plan->look, look)) {
			plan->n_refs++;
			*ret_plan = plan;
			return 0;
		}
	}
	plan = calloc(1, sizeof(*plan));
	if (plan == NULL) {
		return COL_ENOMEM;
	}
	plan->n_refs = 1;
	plan->look = *look;
	plan->owner = set;
	if (look->set != NULL) {
		look->set->n_refs++;
	}
	look->profile->n_refs++;
	making.plan = plan;
	making.draft.look = &plan->look;
	rc = make(&making);
	free(making.draft.items);
	free(making.slots);
	free(making.sources);
	if (rc != 0) {
		plan_free(plan);
		return rc;
	}
	plan->next = set->plans;
	set->plans = plan;
	set->n++;
	*ret_plan = plan;
	return 0;
}

void
plan_unref(struct plan *plan)
{
	struct plan **at;

	if (plan == NULL || --plan->n_refs > 0) {
		return;
	}
	for (at = &plan->owner->plans; *at != plan; at = &(*at)->next) {
		continue;
	}
	*at = plan->next;
	plan->owner->n--;
	plan_free(plan);
}
