/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/pipeline.h"

#include <stdlib.h>

#include <collectord/err.h>

/* Sums of design / 2.5 kW: what lacks a millionth of a rack is there. */
#define SLACK 1e-6

static int
compare(const void *a, const void *b)
{
	int32_t x = ((const struct pipeline_step *)a)->day;
	int32_t y = ((const struct pipeline_step *)b)->day;

	return (x > y) - (x < y);
}

/* One step for each day, with the racks of the days before. */
static size_t
sum_up(struct pipeline_step *steps, size_t n)
{
	size_t kept = 0;
	double racks = 0.0;

	for (size_t i = 0; i < n; i++) {
		racks += steps[i].racks;
		if (kept == 0 || steps[kept - 1].day != steps[i].day) {
			kept++;
		}
		steps[kept - 1] = (struct pipeline_step){ steps[i].day, racks };
	}
	return kept;
}

int
pipeline_plan(const struct inventory *inventory, enum target_basis basis,
    double standard_w, int32_t today, struct pipeline_plan *ret_plan)
{
	struct pipeline_plan plan = { NULL, 0, 0, 0 };

	plan.steps = malloc((inventory->n_racks + (size_t)1) * sizeof(*plan.steps));
	if (plan.steps == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack == NULL || rack->state != RACK_PLANNED) {
			continue;
		}
		plan.n_planned++;
		if (rack->life.due == INT32_MIN) {
			plan.n_undated++;
			continue;
		}
		plan.steps[plan.n++] = (struct pipeline_step){
		    rack->life.due < today ? today : rack->life.due,
		    basis == TARGET_STANDARD ? rack->design_w / standard_w : 1.0 };
	}
	qsort(plan.steps, plan.n, sizeof(plan.steps[0]), compare);
	plan.n = sum_up(plan.steps, plan.n);
	*ret_plan = plan;
	return 0;
}

void
pipeline_done(struct pipeline_plan *plan)
{
	free(plan->steps);
	*plan = (struct pipeline_plan){ NULL, 0, 0, 0 };
}

struct pipeline
pipeline_of(const struct pipeline_plan *plan, double left, int32_t today)
{
	struct pipeline pipeline = { .reached = left <= SLACK, .day = today };

	for (size_t i = 0; i < plan->n && !pipeline.reached; i++) {
		pipeline.reached = plan->steps[i].racks >= left - SLACK;
		pipeline.day = plan->steps[i].day;
	}
	if (!pipeline.reached) {
		pipeline.left = left - (plan->n > 0 ? plan->steps[plan->n - 1].racks : 0.0);
	}
	return pipeline;
}
