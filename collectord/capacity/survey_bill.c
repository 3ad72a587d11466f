/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Months that have ended: all places and racks are walked once more, over the
 * whole month, and what they used is written down.  A walk that could not read
 * something is repeated; only a whole one ends the month.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/log.h"
#include "base/str.h"
#include "capacity/account.h"
#include "model/metric.h"

/* What comes late into the month's last row is there by then. */
#define WAIT_S INT64_C(7200)
#define STEP_S INT64_C(3600)
#define ROWS_MAX 500

static void
flush_rows(struct survey *survey)
{
	struct bill *bill = &survey->bill;

	if (bill->n_rows > 0) {
		state_put_energy(survey->setup.state, bill->month, bill->rows, bill->n_rows);
	}
	bill->rows = NULL;
	bill->n_rows = 0;
}

/* The month to be walked; 0: none is due. */
static int32_t
due_month(const struct survey *survey)
{
	const char *zone = survey->config->settings.timezone;
	struct wall now = clock_wall(survey->setup.clock);
	int32_t last = account_month(zone, now) - 1;
	int32_t next = survey->bill.ended > 0 ? survey->bill.ended + 1 : last;

	if (survey->setup.state == NULL || next > last ||
	    now.ns / NS_PER_S < account_month_start(zone, next + 1) + WAIT_S) {
		return 0;
	}
	return next;
}

bool
bill_begin(struct survey *survey)
{
	struct bill *bill = &survey->bill;
	const char *zone = survey->config->settings.timezone;

	bill->month = due_month(survey);
	if (bill->month == 0) {
		return false;
	}
	bill->from_s = account_month_start(zone, bill->month);
	bill->to_s = account_month_start(zone, bill->month + 1);
	bill->failed = bill->walked = false;
	bill->n_kept = 0;
	bill->n_places = 0;
	free(bill->places);
	bill->places = NULL;
	return true;
}

static bool
is_answered(const struct job *job)
{
	for (uint32_t i = 0; i < job->n; i++) {
		if (job->parts[i].code != 0 && job->parts[i].code != COL_ENOENT) {
			return false;
		}
	}
	return true;
}

static struct job *
start_job(struct survey *survey, struct entity_ref entity, job_done_fn *done)
{
	struct bill *bill = &survey->bill;
	struct job *job = job_new(survey, ROUND_BILL, entity, done);

	if (job == NULL) {
		bill->failed = true;
		return NULL;
	}
	job->step_s = STEP_S;
	/* a row before and one behind: meters' readings at both ends */
	job->from_s = bill->from_s - STEP_S;
	job->to_s = bill->to_s + STEP_S;
	bill->n_jobs++;
	return job;
}

/* ---- places ------------------------------------------------------------------------- */

static void
place_done(struct survey *survey, struct job *job)
{
	struct bill *bill = &survey->bill;
	const struct inventory *inventory = survey->config->inventory;
	const struct place *place = job->entity.index <
	    inventory->n_places[job->entity.kind] ?
	    inventory->places[job->entity.kind][job->entity.index] : NULL;
	struct energy_place *more, *at;
	struct past_window window = { .known = false };
	struct strip_sums sums = place_sums(job);
	struct site_energy pue = { .pue.asked = false };

	bill->n_jobs--;
	if (!is_answered(job) || place == NULL) {
		bill->failed = bill->failed || place != NULL;
		return;
	}
	more = realloc(bill->places, (bill->n_places + 1) * sizeof(*more));
	if (more == NULL) {
		bill->failed = true;
		return;
	}
	bill->places = more;
	(void)strip_window(&sums, strip_find(sums.power, bill->from_s),
	    strip_find(sums.power, bill->to_s - 1) + 1, &window);
	if (place->kind == ENTITY_SITE) {
		pue = pue_over(job, &sums, bill->from_s, bill->to_s);
	}
	at = &more[bill->n_places++];
	*at = (struct energy_place){ .kind = place->kind, .has_peak = window.known,
	    .peak_w = window.peak_w, .pue_kind = pue.pue.asked ? (int)pue.pue.pue.kind : -1,
	    .pue = pue.pue.pue.value, .pue_days = pue.pue.days };
	(void)str_copy(at->id, sizeof(at->id), place->id);
}

uint32_t
bill_place(struct survey *survey, const struct place *place)
{
	struct job *job = start_job(survey, (struct entity_ref){ place->kind, place->index },
	    place_done);
	uint32_t n;

	if (job == NULL) {
		return 0;
	}
	place_add_sums(job, place);
	if (place->kind == ENTITY_SITE) {
		pue_add(survey, job, place);
	}
	n = job->n;
	job_start(job);
	return n;
}

/* ---- racks --------------------------------------------------------------------------- */

static void
copy_id(char to[ENERGY_ID_SIZE], const struct place *place)
{
	(void)str_copy(to, ENERGY_ID_SIZE, place != NULL ? place->id : "");
}

static void
add_row(struct survey *survey, const struct rack *rack, const char *tenant,
    const struct energy_used *used)
{
	const struct inventory *inventory = survey->config->inventory;
	struct bill *bill = &survey->bill;
	struct energy_row *row;

	if (bill->rows == NULL) {
		bill->rows = calloc(ROWS_MAX, sizeof(*bill->rows));
	}
	if (bill->rows == NULL) {
		bill->failed = true;
		return;
	}
	row = &bill->rows[bill->n_rows++];
	(void)str_copy(row->rack, sizeof(row->rack), rack->id);
	(void)str_copy(row->tenant, sizeof(row->tenant), tenant);
	copy_id(row->hall, inventory_above(inventory, rack, ENTITY_HALL));
	copy_id(row->site, inventory_above(inventory, rack, ENTITY_SITE));
	copy_id(row->area, inventory_above(inventory, rack, ENTITY_AREA));
	row->used = *used;
	bill->n_kept++;
	if (bill->n_rows == ROWS_MAX) {
		flush_rows(survey);
	}
}

static struct energy_used
used_in(const struct account_input *input, int64_t from_s, int64_t to_s)
{
	struct account found = account_make(input, from_s, to_s);

	return (struct energy_used){ .from_s = from_s, .to_s = to_s,
	    .energy_wh = found.energy_wh, .known_s = found.known_s,
	    .metered_s = found.metered_s, .peak_w = found.peak_w,
	    .has_peak = found.has_peak };
}

/* Rows of one rack; input may be of nothing. */
static void
add_rack(struct survey *survey, const struct rack *rack, const struct account_input *input)
{
	struct bill *bill = &survey->bill;
	struct tenure_part parts[TENURE_PARTS_MAX];
	uint32_t n = tenure_parts(survey, rack, bill->from_s, bill->to_s, parts);
	struct energy_used whole = used_in(input, bill->from_s, bill->to_s);

	/* of the time before the first month nobody has to be named as missing */
	if (!(whole.known_s > 0) && (bill->ended == 0 || !rack_is_declared(rack->state))) {
		return;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct energy_used used = n == 1 ? whole :
		    used_in(input, parts[i].from_s, parts[i].to_s);

		add_row(survey, rack, parts[i].tenant, &used);
	}
}

static void
rack_done(struct survey *survey, struct job *job)
{
	const struct inventory *inventory = survey->config->inventory;
	const struct rack *rack = job->entity.index < inventory->n_racks ?
	    inventory->racks[job->entity.index] : NULL;
	struct account_input input = { .power = NULL };

	survey->bill.n_jobs--;
	if (rack == NULL) {
		return;
	}
	if (!is_answered(job)) {
		survey->bill.failed = true;
		return;
	}
	rack_input(job, inventory, rack, &input);
	add_rack(survey, rack, &input);
}

uint32_t
bill_rack(struct survey *survey, const struct rack *rack)
{
	const struct account_input nothing = { .power = NULL };
	struct job *job;
	uint32_t n;

	if (rack->n_devices == 0) {
		add_rack(survey, rack, &nothing);
		return 0;
	}
	job = start_job(survey, (struct entity_ref){ ENTITY_RACK, rack->index }, rack_done);
	if (job == NULL) {
		return 0;
	}
	rack_add_energy(job, survey->config->inventory, rack);
	n = job->n;
	job_start(job);
	return n;
}

/* Racks that left the inventory: what was read of them last is their account. */
void
bill_gone(struct survey *survey, const struct inventory *inventory)
{
	const struct inventory *before = survey->config != NULL ?
	    survey->config->inventory : NULL;
	int32_t month;

	if (before == NULL || survey->setup.state == NULL || survey->bill.walking) {
		return;
	}
	month = account_month(survey->config->settings.timezone,
	    clock_wall(survey->setup.clock));
	for (uint32_t r = 0; r < before->n_racks; r++) {
		const struct rack *rack = before->racks[r];
		const struct past_energy *energy = &survey->racks[r].energy;
		struct energy_used used = { .energy_wh = energy->energy_wh,
		    .known_s = energy->known_s, .metered_s = energy->metered_s,
		    .peak_w = energy->peak_w, .has_peak = energy->known_s > 0,
		    .to_s = energy->until.ns / NS_PER_S };

		if (rack == NULL || energy->month != month || !(energy->known_s > 0) ||
		    (r < inventory->n_racks && inventory->racks[r] != NULL)) {
			continue;
		}
		survey->bill.month = month;
		used.from_s = account_month_start(survey->config->settings.timezone, month);
		add_row(survey, rack, rack->life.tenant != NULL ? rack->life.tenant : "",
		    &used);
	}
	flush_rows(survey);
}

/* ---- the end -------------------------------------------------------------------------- */

void
bill_step(struct survey *survey)
{
	struct bill *bill = &survey->bill;
	char text[ACCOUNT_MONTH_SIZE];

	if (!bill->walking || !bill->walked || bill->n_jobs > 0) {
		return;
	}
	bill->walking = false;
	flush_rows(survey);
	account_month_text(bill->month, text);
	if (bill->failed) {
		LOG_WARN("survey", "month", text, "the energy of the month could not be read "
		    "of all racks; it is tried again");
		return;
	}
	state_end_energy(survey->setup.state, bill->month, bill->places, bill->n_places);
	bill->places = NULL;
	bill->n_places = 0;
	bill->ended = bill->month;
	LOG_INFO("survey", "month", text, "the month has ended, its energy is written down: "
	    "%zu rows", bill->n_kept);
}

void
bill_free(struct survey *survey)
{
	free(survey->bill.rows);
	free(survey->bill.places);
}
