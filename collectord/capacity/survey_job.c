/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs: several series asked of the store, and their answers together. */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/str.h"

/* Nobody waits for it: the store may be as busy as it likes. */
#define TIMEOUT_NS (60 * NS_PER_S)
#define POINTS_MAX 10000

struct job *
job_new(struct survey *survey, enum round_kind round, struct entity_ref entity,
    job_done_fn *done)
{
	struct job *job = calloc(1, sizeof(*job));

	if (job != NULL) {
		job->survey = survey;
		job->round = round;
		job->entity = entity;
		job->done = done;
	}
	return job;
}

void
job_free(struct job *job)
{
	for (uint32_t i = 0; job != NULL && i < job->n; i++) {
		strip_free(job->parts[i].strip);
	}
	free(job);
}

struct job_part *
job_add(struct job *job, const struct job_series *series)
{
	struct job_part *part = &job->parts[job->n];
	struct store_query *query = &part->query;
	int64_t points = (job->to_s - job->from_s + job->step_s - 1) / job->step_s;

	if (job->n == SURVEY_PARTS_MAX) {
		return NULL;
	}
	job->n++;
	part->job = job;
	part->device = series->device;
	query->entity = series->entity;
	(void)str_copy(query->entity_id, sizeof(query->entity_id), series->id);
	(void)str_copy(query->role, sizeof(query->role), series->role);
	(void)str_copy(query->metric, sizeof(query->metric), series->metric);
	query->from.ns = job->from_s * NS_PER_S;
	query->to.ns = job->to_s * NS_PER_S;
	query->max_points = points < 1 ? 1 : points > POINTS_MAX ? POINTS_MAX :
	    (uint32_t)points;
	query->timeout_ns = TIMEOUT_NS;
	return part;
}

struct job_part *
job_add_device(struct job *job, const struct inventory *inventory,
    const struct device *device, const char *metric)
{
	struct job_series series = { .entity = { ENTITY_DEVICE, device->index },
	    .id = device->id, .role = "", .metric = metric, .device = device->index };

	if (device->rack < inventory->n_racks && inventory->racks[device->rack] != NULL) {
		series.entity = (struct entity_ref){ ENTITY_RACK, device->rack };
		series.id = inventory->racks[device->rack]->id;
		series.role = device->role;
	}
	return job_add(job, &series);
}

/* Hands the job back when nothing of it is awaited any more. */
static void
release(struct job *job)
{
	struct survey *survey = job->survey;

	if (atomic_fetch_sub_explicit(&job->n_left, 1, memory_order_acq_rel) == 1) {
		/* there is room: never more than SURVEY_JOBS_MAX are under way */
		(void)queue_put(survey->answers, job);
	}
}

/* store_read_fn, on STORE: copies, no more. */
static void
on_series(void *arg, int code, const struct store_series *series)
{
	struct job_part *part = arg;

	part->code = code;
	if (code == 0 && series != NULL) {
		part->strip = strip_of(series);
		part->code = part->strip != NULL ? 0 : COL_ENOMEM;
	}
	release(part->job);
}

void
job_start(struct job *job)
{
	struct survey *survey = job->survey;

	survey->n_jobs++;
	/* one more, so that it is not handed back while it is still being asked */
	atomic_store(&job->n_left, job->n + 1);
	for (uint32_t i = 0; i < job->n; i++) {
		store_read(survey->setup.store, &job->parts[i].query, on_series,
		    &job->parts[i]);
	}
	release(job);
}
