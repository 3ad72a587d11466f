/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is kept: through store_read(), with what has not reached RRD laid over,
 * and through `rrdtool fetch` of the file itself, which asks nobody.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "compare.h"
#include "fetch.h"
#include "run.h"

#define POINTS_MAX 10000
#define KEYS "entity role metric instance from to step values"

struct wanted {
	struct store_query query;
	const char *kind;            /* "rack" */
};

static bool
index_of(const struct inventory *inventory, struct store_query *query)
{
	const struct rack *rack;
	const struct device *device;
	const struct place *place;

	if (query->entity.kind == ENTITY_RACK) {
		rack = inventory_rack(inventory, query->entity_id);
		query->entity.index = rack != NULL ? rack->index : INVENTORY_NONE;
	} else if (query->entity.kind == ENTITY_DEVICE) {
		device = inventory_device(inventory, query->entity_id);
		query->entity.index = device != NULL ? device->index : INVENTORY_NONE;
	} else if (query->entity.kind < ENTITY_PLACE_N) {
		place = inventory_place(inventory, query->entity.kind, query->entity_id);
		query->entity.index = place != NULL ? place->index : INVENTORY_NONE;
	}
	return query->entity.index != INVENTORY_NONE;
}

/* Reads what both expectations share. */
static bool
read_wanted(struct run *run, const struct col_node *map, struct wanted *wanted)
{
	struct store_query *query = &wanted->query;
	const char *entity, *id, *metric;
	char kind[32];

	memset(wanted, 0, sizeof(*wanted));
	if (!compare_keys(run, map, KEYS) ||
	    (entity = compare_text_of(run, map, "entity", NULL)) == NULL ||
	    (metric = compare_text_of(run, map, "metric", NULL)) == NULL ||
	    !compare_time_of(run, map, "from", &query->from) ||
	    !compare_time_of(run, map, "to", &query->to)) {
		return false;
	}
	id = strchr(entity, ':');
	str_copy(kind, sizeof(kind), entity);
	kind[strcspn(kind, ":")] = '\0';
	if (id == NULL || entity_kind_find(kind, &query->entity.kind) != 0) {
		run_fail(run, map, "entity: kind:id is wanted, not '%s'", entity);
		return false;
	}
	wanted->kind = entity_kind_text(query->entity.kind);
	str_copy(query->entity_id, sizeof(query->entity_id), id + 1);
	str_copy(query->metric, sizeof(query->metric), metric);
	str_copy(query->role, sizeof(query->role),
	    compare_text_of(run, map, "role", ""));
	str_copy(query->instance, sizeof(query->instance),
	    compare_text_of(run, map, "instance", ""));
	query->max_points = POINTS_MAX;
	return true;
}

/* ---- store_read ---------------------------------------------------------------- */

struct answer {
	bool done;
	int code;
	int64_t step_s;
	uint32_t n;
	struct found points[POINTS_MAX];
};

static void
on_series(void *arg, int code, const struct store_series *series)
{
	struct answer *answer = arg;

	answer->done = true;
	answer->code = code;
	if (code != 0) {
		return;
	}
	answer->step_s = series->step_s;
	answer->n = series->n < POINTS_MAX ? series->n : POINTS_MAX;
	for (uint32_t i = 0; i < answer->n; i++) {
		answer->points[i] = FOUND(series->known[i] & 1, series->avg[i]);
	}
}

bool
expect_series(struct run *run, const struct col_node *map)
{
	struct wanted wanted;
	struct answer *answer;

	if (!read_wanted(run, map, &wanted)) {
		return true;
	}
	if (!index_of(daemon_config(run->daemon)->inventory, &wanted.query)) {
		run_fail(run, map, "there is no such entity");
		return true;
	}
	answer = arena_alloc(run->arena, sizeof(*answer));
	memset(answer, 0, sizeof(*answer));
	store_read(daemon_store(run->daemon), &wanted.query, on_series, answer);
	if (!act_wait(run, &answer->done)) {
		run_fail(run, map, "the store does not answer");
		return true;
	}
	if (answer->code != 0) {
		/* "values: null" expects that there is no such series. */
		compare_text(run, map, "values", answer->code == COL_ENOENT ? NULL :
		    "failed");
		return true;
	}
	compare_number(run, map, "step", FOUND(true, answer->step_s));
	compare_numbers(run, map, "values", answer->points, answer->n);
	return true;
}

/* ---- rrdtool fetch --------------------------------------------------------------- */

bool
expect_archive(struct run *run, const struct col_node *map)
{
	const struct settings *settings = &daemon_config(run->daemon)->settings;
	struct found points[FETCH_ROWS_MAX];
	struct fetch fetch = { .dir = settings->store_dir };
	struct wanted wanted;
	char text[256];
	int64_t step;

	if (!read_wanted(run, map, &wanted)) {
		return true;
	}
	if (str_to_duration(compare_text_of(run, map, "step", "0s"), &step) != 0) {
		run_fail(run, map, "step: a duration is wanted");
		return true;
	}
	fetch.step_s = (step > 0 ? step : settings->interval_ns) / NS_PER_S;
	fetch.kind = wanted.kind;
	fetch.id = wanted.query.entity_id;
	fetch.role = wanted.query.role;
	fetch.metric = wanted.query.metric;
	fetch.instance = wanted.query.instance;
	fetch.from_s = wanted.query.from.ns / NS_PER_S;
	fetch.to_s = wanted.query.to.ns / NS_PER_S;
	if (!fetch_rows(&fetch, points, text)) {
		/* "values: null" expects that there is no such source. */
		compare_text(run, map, "values", fetch.absent ? NULL : text);
		return true;
	}
	compare_numbers(run, map, "values", points, fetch.n_rows);
	return true;
}
