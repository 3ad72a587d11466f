/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operators have no archive of their own: what their sites drew at the same
 * time is added up.  Where one of the sites is unknown, so is the sum.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

#define SERIES 3u  /* of a site: power, known, expected */

/* Adds a strip to a sum of the same averages; false: they are not the same. */
static bool
add(struct strip *sum, const struct strip *strip)
{
	if (strip == NULL || strip->n != sum->n || strip->t0_s != sum->t0_s ||
	    strip->step_s != sum->step_s) {
		return false;
	}
	for (uint32_t i = 0; i < sum->n; i++) {
		sum->average[i] += strip->average[i];
		/* highs of sites need not have met: the sum's high is that of averages */
		sum->max[i] = sum->average[i];
		sum->share[i] = sum->share[i] < strip->share[i] ? sum->share[i] :
		    strip->share[i];
	}
	return true;
}

/* The sites' series of one kind, added to the first of them. */
static struct strip *
sum_of(struct job *job, uint32_t series)
{
	struct strip *sum = job->parts[series].strip;

	for (uint32_t i = 0; sum != NULL && i < sum->n; i++) {
		sum->max[i] = sum->average[i];
	}
	for (uint32_t i = series + SERIES; sum != NULL && i < job->n; i += SERIES) {
		if (!add(sum, job->parts[i].strip)) {
			return NULL;
		}
	}
	return sum;
}

static struct past_operator *
find(struct survey *survey, const struct job *job)
{
	const struct inventory *inventory = survey->config->inventory;
	const char *id = job->entity.index < inventory->n_operators ?
	    inventory->operators[job->entity.index].id : "";
	struct past_operator *more;

	for (uint32_t i = 0; i < survey->n_operators; i++) {
		if (strcmp(survey->operators[i].id, id) == 0) {
			return &survey->operators[i];
		}
	}
	more = id[0] == '\0' ? NULL : realloc(survey->operators,
	    (survey->n_operators + 1) * sizeof(*more));
	if (more == NULL) {
		return NULL;
	}
	survey->operators = more;
	memset(&more[survey->n_operators], 0, sizeof(*more));
	(void)str_copy(more[survey->n_operators].id, sizeof(more->id), id);
	return &more[survey->n_operators++];
}

static void
operator_done(struct survey *survey, struct job *job)
{
	struct past_operator *operator = find(survey, job);
	struct past_window window = { .known = false };
	struct strip_sums sums;

	for (uint32_t i = 0; i < job->n; i++) {
		if (job->parts[i].code != 0 && job->parts[i].code != COL_ENOENT) {
			return;
		}
	}
	sums = (struct strip_sums){ sum_of(job, 0), sum_of(job, 1), sum_of(job, 2) };
	if (operator == NULL || strip_window(&sums, 0, sums.power != NULL ? sums.power->n : 0,
	    &window) != 0) {
		return;
	}
	if (job->round == ROUND_DAY) {
		operator->day = window;
	} else {
		operator->month = window;
	}
	survey->dirty = true;
}

uint32_t
operator_read(struct survey *survey, enum round_kind round, uint32_t index)
{
	const struct inventory *inventory = survey->config->inventory;
	struct job *job = job_new(survey, round, (struct entity_ref){ ENTITY_KIND_N, index },
	    operator_done);
	uint32_t n;

	if (job == NULL) {
		return 0;
	}
	place_span(survey, job, round == ROUND_DAY);
	for (uint32_t i = 0; i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];

		if (site == NULL || site->n_racks == 0 ||
		    site->operator != &inventory->operators[index]) {
			continue;
		}
		if (job->n + SERIES > SURVEY_PARTS_MAX) {
			/* a sum without some of its sites would be none */
			job->n = 0;
			break;
		}
		place_add_sums(job, site);
	}
	n = job->n;
	if (n == 0) {
		job_free(job);
	} else {
		job_start(job);
	}
	return n;
}
