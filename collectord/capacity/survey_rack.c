/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read of a rack: 30 days of its power, and of that of its equipment;
 * power and meters of the month that is open.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/account.h"
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

/* ---- the month ---------------------------------------------------------------------- */

/* The meters of all feeds that have a device; none when one of them lacks. */
static void
take_meters(const struct job *job, const struct inventory *inventory,
    const struct rack *rack, struct account_input *input)
{
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		bool has_device = false;
		const struct strip *meter = NULL;

		for (uint32_t i = PART_DEVICES; i < job->n && meter == NULL; i++) {
			const struct device *device = job->parts[i].device <
			    inventory->n_devices ?
			    inventory->devices[job->parts[i].device] : NULL;

			if (device != NULL && device->feed == (int)f) {
				has_device = true;
				meter = job->parts[i].strip;
			}
		}
		if (has_device && (meter == NULL || input->n_meters == ACCOUNT_METERS_MAX)) {
			input->n_meters = 0;
			return;
		}
		if (meter != NULL) {
			input->meters[input->n_meters++] = meter;
		}
	}
}

void
rack_input(const struct job *job, const struct inventory *inventory,
    const struct rack *rack, struct account_input *ret_input)
{
	ret_input->power = job->parts[PART_POWER].strip;
	take_meters(job, inventory, rack, ret_input);
}

static struct past_energy
use(const struct account_input *input, int64_t from_s, int64_t to_s,
    const struct past_energy *of)
{
	struct account account = account_make(input, from_s, to_s);
	struct past_energy found = *of;

	found.energy_wh = account.energy_wh;
	found.known_s = account.known_s;
	found.metered_s = account.metered_s;
	found.peak_w = account.peak_w;
	return found;
}

/* A rack that changed hands in the month: each tenant's part; the last goes on. */
static void
put_parts(struct survey *survey, const struct rack *rack,
    const struct account_input *input, const int64_t span_s[2])
{
	const struct past_energy *whole = &survey->racks[rack->index].energy;
	int64_t until_s = whole->until.ns / NS_PER_S;
	struct tenure_part parts[TENURE_PARTS_MAX];
	uint32_t n = tenure_parts(survey, rack, span_s[0], until_s, parts);
	struct past_part *items = NULL;

	free(survey->parts[rack->index]);
	survey->parts[rack->index] = NULL;
	/* one more ends the list: it has no end of its own */
	if (n < 2 || (items = calloc(n + 1, sizeof(*items))) == NULL) {
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		items[i].rack = rack->index;
		items[i].from_s = parts[i].from_s;
		items[i].to_s = parts[i].to_s;
		(void)str_copy(items[i].tenant, sizeof(items[i].tenant), parts[i].tenant);
		items[i].energy = use(input, parts[i].from_s,
		    i + 1 < n ? parts[i].to_s : span_s[1], whole);
	}
	survey->parts[rack->index] = items;
}

static void
energy_done(struct survey *survey, struct job *job)
{
	const struct inventory *inventory = survey->config->inventory;
	const struct rack *rack = job->entity.index < inventory->n_racks ?
	    inventory->racks[job->entity.index] : NULL;
	const char *zone = survey->config->settings.timezone;
	struct account_input input = { .power = NULL };
	struct wall until = { job->to_s * NS_PER_S };
	struct past_energy found = { .month = account_month(zone, until), .until = until };
	int64_t from_s = account_month_start(zone, found.month), end_s = job->to_s;

	for (uint32_t i = 0; i < job->n; i++) {
		if (job->parts[i].code != 0 && job->parts[i].code != COL_ENOENT) {
			return;
		}
	}
	if (rack == NULL) {
		return;
	}
	rack_input(job, inventory, rack, &input);
	if (input.power != NULL) {
		/* the row that has begun is known by its share of the whole row */
		end_s = input.power->t0_s + (int64_t)input.power->n * input.power->step_s;
	}
	survey->racks[rack->index].energy = use(&input, from_s, end_s, &found);
	put_parts(survey, rack, &input, (int64_t[2]){ from_s, end_s });
	survey->dirty = true;
}

void
rack_add_energy(struct job *job, const struct inventory *inventory,
    const struct rack *rack)
{
	struct job_series series = { .entity = { ENTITY_RACK, rack->index },
	    .id = rack->id, .role = "", .metric = metric_get(METRIC_POWER_W)->name,
	    .device = INVENTORY_NONE };

	(void)job_add(job, &series);
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = rack->devices[i] < inventory->n_devices ?
		    inventory->devices[rack->devices[i]] : NULL;

		if (device != NULL && device->feed >= 0) {
			(void)job_add_device(job, inventory, device,
			    metric_get(METRIC_ENERGY_WH)->name);
		}
	}
}

uint32_t
rack_energy(struct survey *survey, const struct rack *rack)
{
	const char *zone = survey->config->settings.timezone;
	struct job *job = job_new(survey, ROUND_RACKS,
	    (struct entity_ref){ ENTITY_RACK, rack->index }, energy_done);
	struct wall now = clock_wall(survey->setup.clock);
	uint32_t n;

	if (job == NULL) {
		return 0;
	}
	job->step_s = STEP_S;
	/* a row before the month: a meter's reading at its start lies between two */
	job->from_s = account_month_start(zone, account_month(zone, now)) - STEP_S;
	job->to_s = now.ns / NS_PER_S;
	rack_add_energy(job, survey->config->inventory, rack);
	n = job->n;
	job_start(job);
	return n;
}
