/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a target is passed: by what is declared, by what is verified, by plan. */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "capacity/outlook.h"
#include "compare.h"
#include "run.h"

static void
compare_day(struct run *run, const struct col_node *map, const char *key, int32_t day)
{
	char text[CLOCK_RFC3339_SIZE];
	bool known = day != INT32_MIN && day != INT32_MAX;

	if (known) {
		clock_day_text(day, text);
	}
	compare_text(run, map, key, known ? text : NULL);
}

static void
compare_line(struct run *run, const struct col_node *map, const struct outlook_line *found)
{
	bool ok = found->forecast.reason == FORECAST_OK;

	if (map == NULL || !compare_keys(run, map,
	    "reason k from count mean date earliest latest later slope_date")) {
		return;
	}
	compare_text(run, map, "reason", forecast_reason_code(found->forecast.reason));
	compare_number(run, map, "k", FOUND(true, found->forecast.k));
	compare_number(run, map, "mean", FOUND(found->forecast.k >= 2,
	    found->forecast.mean));
	compare_number(run, map, "count", FOUND(found->from != INT32_MIN, found->now));
	compare_day(run, map, "from", found->from);
	compare_day(run, map, "date", ok ? found->day : INT32_MIN);
	compare_day(run, map, "earliest", ok ? found->earliest : INT32_MIN);
	compare_day(run, map, "latest", ok ? found->latest : INT32_MIN);
	compare_bool(run, map, "later", ok && found->latest == INT32_MAX);
	compare_day(run, map, "slope_date", found->slope_day);
}

static void
compare_pipeline(struct run *run, const struct col_node *map,
    const struct outlook_target *found, const struct pipeline_plan *plan)
{
	bool dated = found->pipeline.reached && found->left > 0;

	if (map == NULL || !compare_keys(run, map, "date planned undated left steps")) {
		return;
	}
	compare_day(run, map, "date", dated ? found->pipeline.day : INT32_MIN);
	compare_number(run, map, "planned", FOUND(true, plan->n_planned));
	compare_number(run, map, "undated", FOUND(true, plan->n_undated));
	compare_number(run, map, "steps", FOUND(true, plan->n));
	compare_number(run, map, "left", FOUND(true, found->left > 0 ?
	    found->pipeline.left : 0));
}

bool
expect_outlook(struct run *run, const struct col_node *map)
{
	const char *id = compare_text_of(run, map, "target", NULL);
	const struct view *view = capacity_view(daemon_capacity(run->daemon));
	const struct outlook *outlook = view != NULL ? view->outlook : NULL;
	size_t i = 0;

	while (id != NULL && outlook != NULL && i < outlook->n_targets &&
	    strcmp(view->targets[i].target->id, id) != 0) {
		i++;
	}
	if (outlook == NULL || id == NULL || i == outlook->n_targets) {
		run_fail(run, map, "there is no such target, or nothing is foretold yet");
	} else if (compare_keys(run, map, "target declared verified pipeline")) {
		const struct outlook_target *found = &outlook->targets[i];

		compare_line(run, col_node_get(map, "declared"),
		    &found->lines[OUTLOOK_DECLARED]);
		compare_line(run, col_node_get(map, "verified"),
		    &found->lines[OUTLOOK_VERIFIED]);
		compare_pipeline(run, col_node_get(map, "pipeline"), found,
		    &outlook->plans[view->targets[i].target->basis]);
	}
	view_unref(view);
	return true;
}
