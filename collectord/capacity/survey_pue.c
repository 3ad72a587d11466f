/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PUE of sites: what the facility's meters have counted over what the racks
 * have drawn, over the longest of three windows for which both are known.
 *
 * The facility's meters are the devices of the site's utility nodes: all of
 * them, or it is partial, and then of what is metered: racks and cooling.
 * Source: domain.md 1.4; 2.3 formula 17.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <string.h>

#include "capacity/account.h"
#include "capacity/peaks.h"
#include "model/metric.h"

static const int32_t WINDOWS_D[] = { 365, 30, 1 };
#define N_WINDOWS (sizeof(WINDOWS_D) / sizeof(WINDOWS_D[0]))

/* ---- what is asked for ----------------------------------------------------------- */

static void
add_meter(struct job *job, const struct inventory *inventory, const struct device *device,
    enum part_use use)
{
	struct job_part *power = job_add_device(job, inventory, device,
	    metric_get(METRIC_POWER_W)->name);
	struct job_part *energy = job_add_device(job, inventory, device,
	    metric_get(METRIC_ENERGY_WH)->name);

	if (power == NULL || energy == NULL) {
		/* a sum that lacks some of its meters is none */
		job->lacks_meters = true;
		return;
	}
	power->use = use;
	energy->use = PART_ENERGY;
}

static bool
stands_in(const struct inventory *inventory, const struct device *device,
    const struct place *site)
{
	const struct place *place;
	struct entity_ref at = device->place;

	if (device->rack < inventory->n_racks) {
		return inventory->racks[device->rack] != NULL && inventory_above(inventory,
		    inventory->racks[device->rack], ENTITY_SITE) == site;
	}
	while (at.kind < ENTITY_PLACE_N && at.index < inventory->n_places[at.kind] &&
	    (place = inventory->places[at.kind][at.index]) != NULL) {
		if (place == site) {
			return true;
		}
		if (at.kind == ENTITY_PROVINCE) {
			break;
		}
		at = (struct entity_ref){ at.kind - 1, place->parent };
	}
	return false;
}

void
pue_add(struct survey *survey, struct job *job, const struct place *site)
{
	const struct inventory *inventory = survey->config->inventory;

	for (uint32_t i = 0; i < inventory->n_power; i++) {
		const struct power_node *node = &inventory->power[i];
		const struct device *device = node->device == NULL ? NULL :
		    inventory_device(inventory, node->device);

		if (node->site != site->index || node->kind != POWER_UTILITY) {
			continue;
		}
		job->n_utilities++;
		job->n_metered += device != NULL;
		if (device != NULL) {
			add_meter(job, inventory, device, PART_FACILITY);
		}
	}
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		const struct device *device = inventory->devices[i];

		if (device != NULL && device->kind != NULL &&
		    strcmp(device->kind, "cooling") == 0 &&
		    stands_in(inventory, device, site)) {
			add_meter(job, inventory, device, PART_COOLING);
		}
	}
}

/* ---- what it means ---------------------------------------------------------------- */

/* Energies and their coverage over one window. */
struct sums { double wh, coverage; unsigned n; };

static void
add_account(struct sums *sums, const struct account_input *input, const int64_t span_s[2])
{
	struct account found = account_make(input, span_s[0], span_s[1]);
	double coverage = found.known_s / (double)(span_s[1] - span_s[0]);

	sums->wh += found.energy_wh;
	sums->coverage = sums->n == 0 || coverage < sums->coverage ? coverage :
	    sums->coverage;
	sums->n++;
}

/* All meters of one use; a coverage is that of the worst. */
static struct sums
add_up(const struct job *job, enum part_use use, const int64_t span_s[2])
{
	struct sums sums = { .coverage = 0 };

	for (uint32_t i = 0; i + 1 < job->n; i++) {
		struct account_input input = { .power = job->parts[i].strip };

		if (job->parts[i].use != use) {
			continue;
		}
		if (job->parts[i + 1].strip != NULL) {
			input.meters[input.n_meters++] = job->parts[i + 1].strip;
		}
		add_account(&sums, &input, span_s);
	}
	return sums;
}

/* What the racks drew, where it is of them all: of parts it is not known. */
static struct sums
it_of(struct job *job, const struct strip_sums *parts, const int64_t span_s[2])
{
	struct strip *power = job->parts[0].strip;
	struct account_input input = { .power = power };
	struct sums sums = { .coverage = 0 };

	for (uint32_t i = 0; power != NULL && i < power->n; i++) {
		if (strip_coverage(parts, i) < PEAKS_COVERAGE_MIN) {
			power->share[i] = 0;
		}
	}
	add_account(&sums, &input, span_s);
	return sums;
}

struct site_energy
pue_over(struct job *job, const struct strip_sums *parts, int64_t from_s, int64_t to_s)
{
	const int64_t span_s[2] = { from_s, to_s };
	double days = (double)(to_s - from_s) / PAST_DAY_S;
	struct sums facility = add_up(job, PART_FACILITY, span_s);
	struct sums cooling = add_up(job, PART_COOLING, span_s);
	struct sums it = it_of(job, parts, span_s);
	struct pue_input input = { .days = days, .it_wh = it.wh, .it_coverage = it.coverage,
	    .has_facility = job->n_utilities > 0 && job->n_metered == job->n_utilities,
	    .facility_wh = facility.wh, .facility_coverage = facility.coverage };
	struct site_energy found = { .pue.asked = true };

	if (job->lacks_meters || (!input.has_facility && cooling.n == 0)) {
		return found;
	}
	input.parts_wh = it.wh + cooling.wh;
	input.parts_coverage = cooling.coverage < it.coverage ? cooling.coverage :
	    it.coverage;
	found.pue.pue = pue_of(&input);
	if (found.pue.pue.kind != PUE_UNKNOWN) {
		found.pue.days = days;
		found.it_w = it.wh / (24.0 * days);
		found.facility_w = found.it_w * found.pue.pue.value;
	}
	return found;
}

struct site_energy
pue_judge(struct job *job, const struct strip_sums *parts)
{
	struct site_energy found = { .pue.asked = true };

	for (size_t i = 0; i < N_WINDOWS && found.pue.pue.kind == PUE_UNKNOWN; i++) {
		found = pue_over(job, parts, job->to_s -
		    (int64_t)WINDOWS_D[i] * PAST_DAY_S, job->to_s);
	}
	return found;
}

/* Partial unless every site with racks is known whole; of the shortest window. */
void
pue_province(struct survey *survey)
{
	const struct inventory *inventory = survey->config->inventory;
	struct past_pue sum = { .asked = true };
	double facility_w = 0, it_w = 0;
	enum pue_kind kind = PUE_ANNUAL;

	for (uint32_t i = 0; i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];
		const struct site_energy *at = &survey->sites[i];

		if (site == NULL || site->n_racks == 0) {
			continue;
		}
		if (at->pue.pue.kind == PUE_UNKNOWN || at->pue.pue.kind == PUE_PARTIAL) {
			kind = PUE_PARTIAL;
		} else if (at->pue.pue.kind < kind) {
			kind = at->pue.pue.kind;
		}
		facility_w += at->facility_w;
		it_w += at->it_w;
		sum.days = at->it_w > 0 && (!(sum.days > 0) || at->pue.days < sum.days) ?
		    at->pue.days : sum.days;
	}
	if (it_w > 0) {
		sum.pue = (struct pue){ kind, facility_w / it_w };
	}
	for (uint32_t i = 0; i < inventory->n_places[ENTITY_PROVINCE]; i++) {
		if (inventory->places[ENTITY_PROVINCE][i] != NULL) {
			survey->places[ENTITY_PROVINCE][i].pue = sum;
		}
	}
}
