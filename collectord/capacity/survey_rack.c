/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is read of a rack: 30 days of its power, and of that of its equipment. */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "model/metric.h"

#define STEP_S INT64_C(3600)
#define SLACK_S 120
enum { PART_POWER = 0, PART_DEVICES };

static void
put_device(struct survey *survey, const struct job_part *part)
{
	struct past_power **slot;

	if (part->strip == NULL || part->device >= survey->n_devices) {
		return;
	}
	slot = &survey->devices[part->device];
	if (*slot == NULL) {
		*slot = calloc(1, sizeof(**slot));
	}
	if (*slot != NULL) {
		(void)strip_power(part->strip, *slot);
	}
}

static void
power_done(struct survey *survey, struct job *job)
{
	struct past_rack *rack = job->entity.index < survey->n_racks ?
	    &survey->racks[job->entity.index] : NULL;

	if (rack == NULL) {
		return;
	}
	if (job->parts[PART_POWER].strip != NULL) {
		(void)strip_power(job->parts[PART_POWER].strip, &rack->power);
	}
	for (uint32_t i = PART_DEVICES; i < job->n; i++) {
		put_device(survey, &job->parts[i]);
	}
	survey->dirty = true;
}

uint32_t
rack_read(struct survey *survey, const struct rack *rack)
{
	const struct inventory *inventory = survey->config->inventory;
	const char *metric = metric_get(METRIC_POWER_W)->name;
	struct job_series series = { .entity = { ENTITY_RACK, rack->index },
	    .id = rack->id, .role = "", .metric = metric, .device = INVENTORY_NONE };
	struct job *job = job_new(survey, ROUND_RACKS, series.entity, power_done);
	int64_t now_s = clock_wall(survey->setup.clock).ns / NS_PER_S;
	uint32_t n;

	if (job == NULL) {
		return 0;
	}
	job->step_s = STEP_S;
	job->from_s = (now_s - PAST_MONTH_S + SLACK_S + STEP_S - 1) / STEP_S * STEP_S;
	job->to_s = now_s;
	(void)job_add(job, &series);
	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		const char *id = rack->equipment[i].device;
		const struct device *device = id == NULL ? NULL :
		    inventory_device(inventory, id);

		if (device != NULL) {
			(void)job_add_device(job, inventory, device, metric);
		}
	}
	n = job->n;
	job_start(job);
	return n;
}
