/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts and designs are added from rack to row and upwards; what is floored
 * or divided is so once per place, after the sums.
 */
#include <config.h>

#include "capacity/kpi.h"

#include <math.h>
#include <stdlib.h>

/* Design figures are sums of decimal kilowatts: 2.4999999999 is 2.5. */
#define FLOOR_SLACK 1e-6

/* What is summed but not shown as it is. */
struct sums {
	double declared_w, verified_w;  /* design of the racks, for standard racks */
	double design_w;                /* own figures where there are some */
};

static void
oldest(struct wall *oldest_good, struct wall at)
{
	if (at.ns != 0 && (oldest_good->ns == 0 || at.ns < oldest_good->ns)) {
		*oldest_good = at;
	}
}

/* What racks are judged by. */
struct measure {
	uint32_t min_live_s;
	struct wall now;
};

static enum fresh
fresh_of(const struct rack_view *view, struct wall now)
{
	int64_t age_s = (now.ns - view->last_good.ns) / NS_PER_S;

	if (view->last_good.ns == 0) {
		return FRESH_NEVER;
	}
	return view->live ? FRESH_LIVE : age_s <= 3600 ? FRESH_HOUR :
	    age_s <= 86400 ? FRESH_DAY : FRESH_OLDER;
}

static void
add_rack(struct place_view *place, struct sums *sums, const struct rack *rack,
    const struct rack_view *view, const struct measure *by)
{
	place->n_planned += rack->state == RACK_PLANNED;
	place->n_live += view->live;
	place->n_discrepancies += view->discrepancy;
	if (view->good_s > 0) {
		oldest(&place->oldest_good, view->last_good);
	}
	if (!rack_is_declared(rack->state)) {
		return;
	}
	/* Formula 18; the four kinds of evidence add up to it: formula 20. */
	place->n_declared++;
	place->n_evidence[view->evidence]++;
	place->n_fresh[fresh_of(view, by->now)]++;
	place->n_monitored += rack->n_devices > 0;
	place->n_available++;
	/* Occupied by declaration, or by what the meters show. */
	place->n_occupied += rack->state == RACK_IN_SERVICE ||
	    (view->power_s > 0 && view->power_s >= by->min_live_s);
	sums->declared_w += rack->design_w;
	sums->design_w += rack->design_w;
	if (view->evidence == EVIDENCE_VERIFIED) {
		sums->verified_w += rack->design_w;
	}
}

static void
add_place(struct place_view *to, struct sums *to_sums,
    const struct place_view *from, const struct sums *from_sums)
{
	to->n_declared += from->n_declared;
	for (unsigned e = 0; e < EVIDENCE_N; e++) {
		to->n_evidence[e] += from->n_evidence[e];
	}
	for (unsigned f = 0; f < FRESH_N; f++) {
		to->n_fresh[f] += from->n_fresh[f];
	}
	to->n_planned += from->n_planned;
	to->n_live += from->n_live;
	to->n_monitored += from->n_monitored;
	to->n_discrepancies += from->n_discrepancies;
	to->n_occupied += from->n_occupied;
	to->n_available += from->n_available;
	oldest(&to->oldest_good, from->oldest_good);
	to_sums->declared_w += from_sums->declared_w;
	to_sums->verified_w += from_sums->verified_w;
	to_sums->design_w += from_sums->design_w;
}

static double
standard_racks(double design_w, double standard_w)
{
	return standard_w > 0.0 ? floor(design_w / standard_w + FLOOR_SLACK) : 0.0;
}

/* Own design figures replace the sum from below, also for those above. */
static void
finish_place(struct place_view *view, struct sums *sums,
    const struct place *place, double standard_w)
{
	if (place->design_w > 0.0) {
		sums->design_w = place->design_w;
	}
	view->design_w = sums->design_w;
	view->standard_declared = standard_racks(sums->declared_w, standard_w);
	view->standard_verified = standard_racks(sums->verified_w, standard_w);
	if (view->sum.n_power > 0 && view->design_w > 0.0) {
		view->occupancy_power = view->sum.power_w / view->design_w;
	}
}

static void
take_sums(struct view_draft *draft, enum entity_kind kind, uint32_t n)
{
	const struct rollup *rollup = draft->view->rollup;

	for (uint32_t i = 0; rollup != NULL && i < n &&
	    i < rollup->inventory->n_places[kind]; i++) {
		draft->places[kind][i].sum = rollup->places[kind][i];
	}
}

static void
sum_racks(struct view_draft *draft, struct sums *rows)
{
	const struct config *config = draft->view->config;
	const struct inventory *inventory = config->inventory;
	const struct measure by = {
		.min_live_s = (uint32_t)(config->settings.min_live_ns / NS_PER_S),
		.now = draft->view->as_of,
	};

	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		const struct rack *rack = inventory->racks[r];

		if (rack != NULL) {
			add_rack(&draft->places[ENTITY_ROW][rack->row], &rows[rack->row],
			    rack, &draft->racks[r], &by);
		}
	}
}

static void
sum_kind(struct view_draft *draft, enum entity_kind kind, struct sums *sums,
    struct sums *above)
{
	const struct config *config = draft->view->config;
	const struct inventory *inventory = config->inventory;

	for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
		const struct place *place = inventory->places[kind][i];
		struct place_view *view = &draft->places[kind][i];

		if (place == NULL) {
			continue;
		}
		finish_place(view, &sums[i], place, config->settings.standard_rack_w);
		if (kind != ENTITY_PROVINCE && place->parent != INVENTORY_NONE) {
			add_place(&draft->places[kind - 1][place->parent],
			    &above[place->parent], view, &sums[i]);
		}
	}
}

static void
add_sum(struct part_sum *to, const struct part_sum *from)
{
	to->power_w += from->power_w;
	to->n_power += from->n_power;
	to->n_power_expected += from->n_power_expected;
	to->n_devices += from->n_devices;
	to->n_devices_expected += from->n_devices_expected;
	if (from->n_temperature > 0 && (to->n_temperature == 0 ||
	    from->temperature_max_c > to->temperature_max_c)) {
		to->temperature_max_c = from->temperature_max_c;
	}
	to->n_temperature += from->n_temperature;
}

/* An operator's racks are those of its sites. */
static void
sum_operators(struct view_draft *draft, const struct sums *sites)
{
	const struct config *config = draft->view->config;
	const struct inventory *inventory = config->inventory;
	static const struct place no_design;
	struct sums *sums = calloc((size_t)inventory->n_operators + 1, sizeof(*sums));

	for (uint32_t i = 0; sums != NULL && i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];
		size_t at;

		if (site != NULL && site->operator != NULL) {
			at = (size_t)(site->operator - inventory->operators);
			add_place(&draft->operators[at], &sums[at],
			    &draft->places[ENTITY_SITE][i], &sites[i]);
			add_sum(&draft->operators[at].sum,
			    &draft->places[ENTITY_SITE][i].sum);
		}
	}
	for (uint32_t i = 0; sums != NULL && i < inventory->n_operators; i++) {
		finish_place(&draft->operators[i], &sums[i], &no_design,
		    config->settings.standard_rack_w);
	}
	free(sums);
}

void
kpi_places(struct view_draft *draft)
{
	const struct inventory *inventory = draft->view->config->inventory;
	struct sums *sums[ENTITY_PLACE_N] = { NULL };
	bool ok = true;

	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		sums[k] = calloc((size_t)inventory->n_places[k] + 1, sizeof(*sums[k]));
		ok = ok && sums[k] != NULL;
		take_sums(draft, (enum entity_kind)k, inventory->n_places[k]);
	}
	if (ok) {
		sum_racks(draft, sums[ENTITY_ROW]);
		for (int k = ENTITY_ROW; k >= ENTITY_PROVINCE; k--) {
			sum_kind(draft, (enum entity_kind)k, sums[k],
			    k > ENTITY_PROVINCE ? sums[k - 1] : NULL);
		}
		sum_operators(draft, sums[ENTITY_SITE]);
	}
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(sums[k]);
	}
}
