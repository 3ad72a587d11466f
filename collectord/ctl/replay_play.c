/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The archived series of a thing, put together moment by moment with the
 * daemon's own formulas, and played.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "alert/where.h"
#include "base/str.h"
#include "capacity/environment.h"
#include "capacity/redundancy.h"
#include "ctl/ask.h"
#include "ctl/client.h"
#include "ctl/replay.h"
#include "flow/air.h"
#include "model/metric.h"

/* Points of one answer; a few less than the most that the API gives, so that
 * they are rows of the finest archive. */
#define POINTS_MAX 10000
#define PAGE_ROWS 9000
/* As boards have it: figures are compared with limits written as decimals. */
#define TIDY 1e4
#define COVERAGE_PCT 95

/* ---- values --------------------------------------------------------------------------- */

static const struct rack *
rack_of(const struct replay_task *task, const struct replay_subject *subject,
    unsigned *ret_feed)
{
	const struct rack *rack = NULL;

	*ret_feed = 0;
	if (subject->thing.level == LEVEL_RACK) {
		return task->config->inventory->racks[subject->thing.index];
	}
	return thing_feed(task->config->inventory, task->feeds, subject->thing.index, &rack,
	    ret_feed) ? rack : NULL;
}

static double
value_plain(const struct replay_task *task, const struct replay_subject *subject,
    const double *values)
{
	(void)task, (void)subject;
	return values[0];
}

static double
value_design(const struct replay_task *task, const struct replay_subject *subject,
    const double *values)
{
	unsigned feed;

	return 100.0 * values[0] / rack_of(task, subject, &feed)->design_w;
}

static double
value_breaker(const struct replay_task *task, const struct replay_subject *subject,
    const double *values)
{
	unsigned feed;
	const struct rack *rack = rack_of(task, subject, &feed);

	return 100.0 * values[0] / electric_derated(rack->feeds[feed].breaker_a);
}

/* The hottest that is known; of fewer probes the rest is NAN. */
static double
value_inlet(const struct replay_task *task, const struct replay_subject *subject,
    const double *values)
{
	unsigned feed;
	struct environment_band band =
	    environment_band(rack_of(task, subject, &feed)->class);
	double hottest = NAN;

	for (unsigned k = 0; k < REPLAY_SERIES_MAX; k++) {
		hottest = fmax(hottest, values[k]);
	}
	return task->rule->gauge == GAUGE_INLET_OVER_K ? hottest - band.recommended_high :
	    task->rule->gauge == GAUGE_INLET_BEYOND_K ? hottest - band.allowable_high :
	    hottest;
}

/* Power, racks known, racks expected. */
static double
value_place(const struct replay_task *task, const struct replay_subject *subject,
    const double *values)
{
	(void)task, (void)subject;
	return values[1] > 0 && values[1] * 100.0 >= values[2] * COVERAGE_PCT ?
	    values[0] : NAN;
}

/* Currents of all feeds, phase by phase; NAN in one makes it unknown. */
static double
value_failover(const struct replay_task *task, const struct replay_subject *subject,
    const double *values)
{
	struct redundancy_feed feeds[INVENTORY_FEEDS_MAX];
	unsigned feed, n = 0;
	const struct rack *rack = rack_of(task, subject, &feed);

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		const struct feed *of = &rack->feeds[f];

		feeds[f] = (struct redundancy_feed){ .n_phases = of->phases == 3 ? 3 : 1,
		    .rated_a = of->breaker_a,
		    .volts = of->volts > 0.0 ? of->volts : ELECTRIC_VOLTS };
		for (unsigned p = 0; p < feeds[f].n_phases; p++) {
			if (isnan(values[n])) {
				return NAN;
			}
			feeds[f].current_a[p] = values[n++];
		}
	}
	return 100.0 * redundancy_judge(feeds, rack->n_feeds, 1.0).ratio;
}

/* ---- recipes -------------------------------------------------------------------------- */

static void
add(struct replay_recipe *recipe, const char *entity, const char *metric,
    const char *instance)
{
	struct replay_series *series = &recipe->series[recipe->n++];

	(void)str_copy(series->entity, sizeof(series->entity), entity);
	(void)str_copy(series->metric, sizeof(series->metric), metric);
	(void)str_copy(series->instance, sizeof(series->instance), instance);
}

static void
add_failover(const struct replay_task *task, const struct rack *rack,
    struct replay_recipe *recipe)
{
	static const char *const NAMES[LEVEL_PHASES] = { "L1", "L2", "L3" };
	char entity[ALERT_ENTITY_SIZE];

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		bool three = rack->feeds[f].phases == 3;
		struct thing thing = { LEVEL_FEED, task->feeds[rack->index] + f };

		if (rack->n_feeds < 2 || rack->feeds[f].breaker_a <= 0.0 ||
		    three != (rack->feeds[0].phases == 3) ||
		    thing_entity(task->config, task->feeds, thing, entity) != 0) {
			recipe->n = 0;
			return;
		}
		for (unsigned p = 0; p < (three ? LEVEL_PHASES : 1); p++) {
			add(recipe, entity, "current_a", three ? NAMES[p] : "");
		}
	}
	recipe->value = value_failover;
}

/* As the flow sees it: PDUs and sensors measure the rack's air without saying where;
 * of others only what is called an inlet is. */
static bool
is_probe(const struct device *device)
{
	return device->kind == NULL || strcmp(device->kind, "pdu") == 0 ||
	    strcmp(device->kind, "sensor") == 0;
}

static const struct device *
find_role(const struct replay_task *task, const struct rack *rack, const char *role)
{
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device =
		    task->config->inventory->devices[rack->devices[i]];

		if (device != NULL && strcmp(device->role, role) == 0) {
			return device;
		}
	}
	return NULL;
}

/* Adds the inlets of probes, or of the others, among what is archived of a rack. */
static void
add_inlets(const struct replay_task *task, const struct rack *rack, const json_t *list,
    bool probes, struct replay_recipe *recipe)
{
	char entity[ALERT_ENTITY_SIZE];
	const json_t *item;
	size_t i;

	json_array_foreach((json_t *)list, i, item) {
		const char *instance = json_string_value(json_object_get(item, "instance"));
		const struct device *device = find_role(task, rack, ask_text(item, "role"));
		enum air_place place = air_place_of(instance != NULL ? instance : "");

		if (recipe->n >= REPLAY_SERIES_MAX || device == NULL ||
		    is_probe(device) != probes || place == AIR_OUTLET || place == AIR_NONE ||
		    strcmp(ask_text(item, "metric"), "temperature_c") != 0 ||
		    (!probes && !air_is_strict(instance != NULL ? instance : ""))) {
			continue;
		}
		(void)str_format(entity, sizeof(entity), "device:%s", device->id);
		add(recipe, entity, "temperature_c", instance != NULL ? instance : "");
	}
}

static int
recipe_inlets(const struct replay_task *task, const struct rack *rack, const char *entity,
    struct replay_recipe *recipe)
{
	char path[ASK_PATH_SIZE] = "/api/v1/series/list";
	json_t *body = NULL;
	int status;

	if (client_query(path, sizeof(path), "entity", entity) != 0) {
		return ctl_fail("arguments too long");
	}
	status = ask_get(task->args, path, &body);
	if (status == CTL_OK) {
		add_inlets(task, rack, json_object_get(body, "items"), true, recipe);
	}
	if (status == CTL_OK && recipe->n == 0) {
		add_inlets(task, rack, json_object_get(body, "items"), false, recipe);
	}
	recipe->value = value_inlet;
	json_decref(body);
	return status;
}

static int
recipe_rack(const struct replay_task *task, const struct replay_subject *subject,
    const char *entity, struct replay_recipe *recipe)
{
	unsigned feed;
	const struct rack *rack = rack_of(task, subject, &feed);

	switch (task->rule->gauge) {
	case GAUGE_FAILOVER_PCT:
		add_failover(task, rack, recipe);
		return CTL_OK;
	case GAUGE_INLET_C:
	case GAUGE_INLET_OVER_K:
	case GAUGE_INLET_BEYOND_K:
		return recipe_inlets(task, rack, entity, recipe);
	case GAUGE_LOAD_PCT:
		if (rack->design_w > 0.0) {
			add(recipe, entity, "power_w", "");
			recipe->value = value_design;
		}
		return CTL_OK;
	default:
		add(recipe, entity, "power_w", "");
		return CTL_OK;
	}
}

static void
recipe_feed(const struct replay_task *task, const struct replay_subject *subject,
    const char *entity, struct replay_recipe *recipe)
{
	unsigned feed;
	const struct rack *rack = rack_of(task, subject, &feed);

	if (task->rule->gauge == GAUGE_POWER_W) {
		add(recipe, entity, "power_w", "");
	} else if (task->rule->gauge == GAUGE_CURRENT_A) {
		add(recipe, entity, "current_a", subject->instance);
	} else if (rack != NULL && rack->feeds[feed].breaker_a > 0.0) {
		add(recipe, entity, "current_a", subject->instance);
		recipe->value = value_breaker;
	}
}

int
replay_recipe(const struct replay_task *task, const struct replay_subject *subject,
    struct replay_recipe *ret_recipe)
{
	char entity[ALERT_ENTITY_SIZE];

	ret_recipe->n = 0;
	ret_recipe->value = value_plain;
	if (thing_entity(task->config, task->feeds, subject->thing, entity) != 0) {
		return CTL_OK;
	}
	if (!task->rule->is_gauge) {
		add(ret_recipe, entity, metric_get(task->rule->metric)->name,
		    subject->instance);
	} else if (task->rule->level == LEVEL_RACK) {
		return recipe_rack(task, subject, entity, ret_recipe);
	} else if (task->rule->level == LEVEL_FEED) {
		recipe_feed(task, subject, entity, ret_recipe);
	} else {
		add(ret_recipe, entity, "power_w", "");
		add(ret_recipe, entity, "known", "");
		add(ret_recipe, entity, "expected", "");
		ret_recipe->value = value_place;
	}
	return CTL_OK;
}

/* ---- pages ---------------------------------------------------------------------------- */

static int64_t
page_s(const struct replay_task *task)
{
	int64_t interval_s = task->config->settings.interval_ns / NS_PER_S;

	return PAGE_ROWS * (interval_s > 0 ? interval_s : 1);
}

uint64_t
replay_cost(const struct replay_task *task, const struct replay_subjects *subjects)
{
	uint64_t pages = (uint64_t)((task->to.ns - task->from.ns) / NS_PER_S /
	    page_s(task)) + 1;
	struct replay_recipe recipe = { .n = 0 };

	if (subjects->n > 0) {
		(void)replay_recipe(task, &subjects->items[0], &recipe);
	}
	return pages * subjects->n * (recipe.n > 0 ? recipe.n : 1);
}

/* *ret_body NULL: there is no such series. */
static int
ask_page(const struct replay_task *task, const struct replay_series *series, int64_t from_s,
    int64_t to_s, json_t **ret_body)
{
	char path[ASK_PATH_SIZE], number[32];
	struct col_error error;
	int rc;

	*ret_body = NULL;
	(void)str_format(path, sizeof(path), "/api/v1/series?max_points=%d", POINTS_MAX);
	rc = client_query(path, sizeof(path), "entity", series->entity);
	rc = rc != 0 ? rc : client_query(path, sizeof(path), "metric", series->metric);
	if (series->instance[0] != '\0') {
		rc = rc != 0 ? rc : client_query(path, sizeof(path), "instance",
		    series->instance);
	}
	(void)str_format(number, sizeof(number), "%lld", (long long)from_s);
	rc = rc != 0 ? rc : client_query(path, sizeof(path), "from", number);
	(void)str_format(number, sizeof(number), "%lld", (long long)to_s);
	rc = rc != 0 ? rc : client_query(path, sizeof(path), "to", number);
	if (rc != 0) {
		return ctl_fail("arguments too long");
	}
	rc = client_get(task->args->url, path, ret_body, &error);
	return rc == 0 || rc == COL_ENOENT ? CTL_OK : ctl_fail("%s", error.text);
}

/* All series of one page, side by side. */
struct page { json_t *bodies[REPLAY_SERIES_MAX]; size_t at[REPLAY_SERIES_MAX]; };

static void
page_done(struct page *page)
{
	for (unsigned k = 0; k < REPLAY_SERIES_MAX; k++) {
		json_decref(page->bodies[k]);
	}
}

/* The value of series k at a time; rows of one file have the same times. */
static double
value_at(struct page *page, unsigned k, json_int_t t)
{
	const json_t *times = json_object_get(page->bodies[k], "t"), *value;

	while (page->at[k] < json_array_size(times) &&
	    json_integer_value(json_array_get(times, page->at[k])) < t) {
		page->at[k]++;
	}
	if (json_integer_value(json_array_get(times, page->at[k])) != t) {
		return NAN;
	}
	value = json_array_get(json_object_get(page->bodies[k], "avg"), page->at[k]);
	return json_is_number(value) ? json_number_value(value) : NAN;
}

static bool
is_muted(const struct replay_task *task, const struct replay_subject *subject, struct wall at)
{
	struct thing_where where;

	if (subject->thing.level < LEVEL_RACK) {
		return false;
	}
	thing_where(task->config, task->feeds, subject->thing, &where);
	return where_muted(task->config->inventory, &task->rule->where, where.rack, at);
}

static void
play_page(const struct replay_task *task, const struct replay_subject *subject,
    const struct replay_recipe *recipe, struct page *page, struct replay *replay)
{
	const json_t *times = json_object_get(page->bodies[0], "t");
	int64_t step_s = json_integer_value(json_object_get(page->bodies[0], "step_s"));
	double values[REPLAY_SERIES_MAX];

	for (size_t i = 0; i < json_array_size(times); i++) {
		json_int_t t = json_integer_value(json_array_get(times, i));
		struct replay_point point = { .at = { t * NS_PER_S },
		    .step_ns = (step_s > 0 ? step_s : 1) * NS_PER_S };

		for (unsigned k = 0; k < REPLAY_SERIES_MAX; k++) {
			values[k] = k < recipe->n ? value_at(page, k, t) : NAN;
		}
		if (point.at.ns < task->from.ns || point.at.ns >= task->to.ns) {
			continue;
		}
		point.value = rint(recipe->value(task, subject, values) * TIDY) / TIDY;
		point.muted = is_muted(task, subject, point.at);
		replay_put(replay, &point);
	}
}

static void
note_basis(const struct page *page, struct replay_basis *basis)
{
	int64_t step_s = json_integer_value(json_object_get(page->bodies[0], "step_s"));
	const json_t *avg = json_object_get(page->bodies[0], "avg"), *value;
	size_t i;

	basis->finest_s = basis->finest_s == 0 || step_s < basis->finest_s ? step_s :
	    basis->finest_s;
	basis->coarsest_s = step_s > basis->coarsest_s ? step_s : basis->coarsest_s;
	json_array_foreach((json_t *)avg, i, value) {
		basis->n_points++;
		basis->n_known += json_is_number(value);
	}
}

int
replay_play(const struct replay_task *task, const struct replay_subject *subject,
    struct replay *replay, struct replay_basis *basis, bool *ret_data)
{
	int64_t from_s = task->from.ns / NS_PER_S, end_s = task->to.ns / NS_PER_S;
	struct replay_recipe recipe;
	int status;

	*ret_data = false;
	status = replay_recipe(task, subject, &recipe);
	while (recipe.n > 0 && from_s < end_s && status == CTL_OK) {
		int64_t to_s = from_s + page_s(task) < end_s ? from_s + page_s(task) : end_s;
		struct page page = { .bodies = { NULL } };
		bool whole = true;

		for (unsigned k = 0; k < recipe.n && status == CTL_OK && whole; k++) {
			status = ask_page(task, &recipe.series[k], from_s, to_s,
			    &page.bodies[k]);
			whole = page.bodies[k] != NULL;
		}
		if (status == CTL_OK && whole) {
			*ret_data = true;
			play_page(task, subject, &recipe, &page, replay);
			note_basis(&page, basis);
		}
		page_done(&page);
		from_s = whole ? to_s : end_s;
	}
	return status;
}
