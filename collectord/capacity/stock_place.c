/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sums of places.
 *
 * What racks share must not be given away once per rack.  Where the racks below
 * a limit together want more than it has left ("tight"), it is given to them in
 * their order until nothing is left; this is done for each row, hall and site by
 * itself, as if only that place were filled.  No limit spans sites, so areas and
 * the province are sums of these.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>

#include <collectord/err.h>

#include "capacity/stock_inner.h"

/* Sums of decimal kilowatts: 1.9999999 of 0.5 is four. */
#define FLOOR_SLACK 1e-9

/* What limits have left while one place is filled; old until its place is. */
struct share_out {
	struct left { uint32_t place; double power_w, servers_w; } *left;
	struct stock_place *sums[ENTITY_PLACE_N];  /* of tight racks alone */
};

/* ---- one rack ------------------------------------------------------------------- */

static double
wants_w(const struct stock_rack *rack)
{
	return rack->has_available ? stock_most(0.0, rack->available_w) : 0.0;
}

/* What the rack gets of what is shared; a server less leaves its things unused. */
static void
add_given(struct stock_place *to, const struct stock_rack *rack,
    const struct space_need *need, double power_w, unsigned n)
{
	to->available_w += power_w;
	if (!rack->has_n) {
		return;
	}
	to->n += n;
	to->stranded[SPACE_POWER] += stock_most(0.0,
	    wants_w(rack) - n * need->need[SPACE_POWER]);
	for (unsigned k = SPACE_U; n < rack->n && k < SPACE_COOLING; k++) {
		double per_server = k == SPACE_U ? need->height : need->need[k];

		if (k != SPACE_POWER && (rack->known & 1u << k) != 0) {
			to->stranded[k] += (rack->n - n) * per_server;
		}
	}
}

static void
add_rack(struct stock_place *to, const struct stock_rack *rack)
{
	if (rack->has_space) {
		to->n_racks++;
		to->units += rack->units;
		to->occupied += rack->occupied;
		to->reserved += rack->reserved;
	}
	if (rack->has_committed) {
		to->n_budget++;
		to->n_available += rack->has_available;
		to->n_over += rack->has_available && rack->available_w < 0.0;
		to->design_w += stock_most(0.0, rack->design_w);
		to->committed_w += rack->committed_w;
		to->reserved_w += rack->reserved_w;
	}
	if (rack->has_n) {
		to->n_deployable++;
		to->short_of[rack->short_of]++;
		for (unsigned k = 0; k < SPACE_KIND_N; k++) {
			bool known = (rack->known & 1u << k) != 0;

			to->n_stranded[k] += known;
			to->stranded[k] += k == SPACE_POWER || k == SPACE_COOLING ||
			    !known ? 0.0 : stock_most(0.0, (double)rack->stranded[k]);
		}
	}
}

/* ---- shared limits -------------------------------------------------------------- */

/* Of every tight limit above a rack the least that is left, for it. */
static void
find_left(const struct stock_work *work, struct share_out *out, uint32_t place,
    const struct stock_group *group, double ret_left[2])
{
	uint32_t cooling = stock_limit_cooling(work, 0);

	ret_left[0] = ret_left[1] = INFINITY;
	for (uint32_t i = 0; i < group->n_tight; i++) {
		const struct stock_above *above = &work->above[group->first_above + i];
		struct left *left = &out->left[above->limit];

		if (left->place != place) {
			left->place = place;
			left->power_w = stock_most(0.0, work->limits[above->limit].left_w);
			left->servers_w = left->power_w;
		}
		/* cooling holds servers back (formula 11), not power (9) */
		if (above->limit < cooling) {
			ret_left[0] = stock_least(ret_left[0],
			    left->power_w * above->per_share);
		}
		ret_left[1] = stock_least(ret_left[1],
		    left->servers_w * above->per_share);
	}
}

static void
give_rack(const struct stock_work *work, struct share_out *out,
    struct stock_place *sums, uint32_t place, uint32_t index)
{
	const struct stock_rack *rack = &work->racks[index];
	const struct stock_group *group = &work->groups[work->tree->group_of[index]];
	double need_w = work->need->need[SPACE_POWER], left[2], power_w;
	unsigned servers = rack->has_n ? rack->n : 0;

	find_left(work, out, place, group, left);
	power_w = stock_least(wants_w(rack), left[0]);
	if (servers * need_w > left[1] + FLOOR_SLACK) {
		servers = (unsigned)(left[1] / need_w + FLOOR_SLACK);
	}
	for (uint32_t i = 0; i < group->n_tight; i++) {
		const struct stock_above *above = &work->above[group->first_above + i];

		out->left[above->limit].power_w -= above->share * power_w;
		out->left[above->limit].servers_w -= above->share * servers * need_w;
	}
	add_given(&sums[place], rack, work->need, power_w, servers);
}

static uint32_t
place_of(const struct stock_work *work, enum entity_kind kind, uint32_t rack)
{
	uint32_t hall = work->tree->groups[work->tree->group_of[rack]].hall;

	if (kind == ENTITY_ROW) {
		return work->plan->frames[rack].row;
	}
	return kind == ENTITY_HALL || hall == TREE_NONE ? hall :
	    work->inventory->places[ENTITY_HALL][hall]->parent;
}

/* The places of one kind, one after the other: the order keeps them together. */
static void
give(const struct stock_work *work, struct share_out *out, enum entity_kind kind)
{
	for (uint32_t i = 0; i < work->n_limits; i++) {
		out->left[i].place = UINT32_MAX;
	}
	for (uint32_t i = 0; i < work->plan->n_order; i++) {
		uint32_t r = work->plan->order[i], place;

		if (!work->racks[r].counted ||
		    work->groups[work->tree->group_of[r]].n_tight == 0) {
			continue;
		}
		place = place_of(work, kind, r);
		if (place < work->inventory->n_places[kind]) {
			give_rack(work, out, out->sums[kind], place, r);
		}
	}
}

/* ---- places --------------------------------------------------------------------- */

static void
add_place(struct stock_place *to, const struct stock_place *from)
{
	to->n_racks += from->n_racks;
	to->units += from->units;
	to->occupied += from->occupied;
	to->reserved += from->reserved;
	to->n_budget += from->n_budget;
	to->n_available += from->n_available;
	to->n_over += from->n_over;
	to->design_w += from->design_w;
	to->committed_w += from->committed_w;
	to->reserved_w += from->reserved_w;
	to->available_w += from->available_w;
	to->n_deployable += from->n_deployable;
	to->n += from->n;
	for (unsigned k = 0; k <= SPACE_KIND_N; k++) {
		to->short_of[k] += from->short_of[k];
	}
	for (unsigned k = 0; k < SPACE_KIND_N; k++) {
		to->n_stranded[k] += from->n_stranded[k];
		to->stranded[k] += from->stranded[k];
	}
}

static void
sum_up(const struct stock_work *work, struct stock_place *const *places,
    enum entity_kind from)
{
	for (enum entity_kind kind = from; kind > ENTITY_PROVINCE; kind--) {
		for (uint32_t i = 0; i < work->inventory->n_places[kind]; i++) {
			const struct place *place = work->inventory->places[kind][i];

			if (place != NULL && place->parent <
			    work->inventory->n_places[kind - 1]) {
				add_place(&places[kind - 1][place->parent],
				    &places[kind][i]);
			}
		}
	}
}

/* Of a row that of its hall; of a hall its own; above, the sum of the halls. */
static void
sum_cooling(struct stock_work *work)
{
	double need_w = work->need->need[SPACE_COOLING];

	for (enum entity_kind kind = ENTITY_ROW; kind >= ENTITY_HALL; kind--) {
		for (uint32_t i = 0; i < work->inventory->n_places[kind]; i++) {
			const struct place *place = work->inventory->places[kind][i];
			struct stock_place *to = &work->places[kind][i];
			uint32_t hall = place == NULL ? 0 :
			    kind == ENTITY_HALL ? i : place->parent;

			if (place != NULL && work->halls[hall].has_cooling) {
				to->stranded[SPACE_COOLING] = stock_most(0.0,
				    work->halls[hall].cooling_w - (double)to->n * need_w);
			}
		}
	}
	for (enum entity_kind kind = ENTITY_HALL; kind > ENTITY_PROVINCE; kind--) {
		for (uint32_t i = 0; i < work->inventory->n_places[kind]; i++) {
			const struct place *place = work->inventory->places[kind][i];

			if (place != NULL && place->parent <
			    work->inventory->n_places[kind - 1]) {
				work->places[kind - 1][place->parent]
				    .stranded[SPACE_COOLING] +=
				    work->places[kind][i].stranded[SPACE_COOLING];
			}
		}
	}
}

/* What its racks could not use must be there: of 3 kW with 5 servers of 500 W in
 * them 500 W are left over, however much more each rack by itself has. */
static void
cut_stranded(const struct stock_work *work, struct stock_place *places, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct stock_place *place = &places[i];
		double left_w = place->available_w -
		    (double)place->n * work->need->need[SPACE_POWER];

		place->stranded[SPACE_POWER] = stock_least(place->stranded[SPACE_POWER],
		    stock_most(0.0, left_w));
	}
}

static void
add_tight(struct stock_work *work, struct share_out *out)
{
	for (enum entity_kind kind = ENTITY_ROW; kind >= ENTITY_SITE; kind--) {
		give(work, out, kind);
		cut_stranded(work, out->sums[kind], work->inventory->n_places[kind]);
	}
	sum_up(work, out->sums, ENTITY_SITE);
	for (enum entity_kind kind = ENTITY_PROVINCE; kind <= ENTITY_ROW; kind++) {
		for (uint32_t i = 0; i < work->inventory->n_places[kind]; i++) {
			add_place(&work->places[kind][i], &out->sums[kind][i]);
		}
	}
}

static void
sum_operators(struct stock_work *work)
{
	const struct inventory *inventory = work->inventory;

	for (uint32_t i = 0; i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];

		if (site != NULL && site->operator != NULL) {
			add_place(&work->operators[site->operator - inventory->operators],
			    &work->places[ENTITY_SITE][i]);
		}
	}
}

int
stock_place_sum(struct stock_work *work)
{
	struct share_out out = { NULL, { NULL } };
	bool ok;

	out.left = calloc((size_t)work->n_limits + 1, sizeof(*out.left));
	ok = out.left != NULL;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		out.sums[k] = calloc((size_t)work->inventory->n_places[k] + 1,
		    sizeof(struct stock_place));
		ok = ok && out.sums[k] != NULL;
	}
	for (uint32_t r = 0; ok && r < work->inventory->n_racks; r++) {
		const struct stock_rack *rack = &work->racks[r];
		struct stock_place *row;

		if (!rack->counted) {
			continue;
		}
		row = &work->places[ENTITY_ROW][work->plan->frames[r].row];
		add_rack(row, rack);
		if (work->groups[work->tree->group_of[r]].n_tight == 0) {
			add_given(row, rack, work->need, wants_w(rack), rack->n);
		}
	}
	if (ok) {
		sum_up(work, work->places, ENTITY_ROW);
		add_tight(work, &out);
		sum_cooling(work);
		sum_operators(work);
	}
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(out.sums[k]);
	}
	free(out.left);
	return ok ? 0 : COL_ENOMEM;
}
