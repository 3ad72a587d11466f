/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One rack: what is committed, what is available, how many servers fit.
 *
 * Committed (formula 9) is the largest of three: the budgets of what is listed,
 * the P95 of the whole rack * 1.1 once there are 30 days of it, and what it
 * draws now.  A rack measured as a whole does not tell which of its equipment
 * was running, so it can only raise the sum, never lower it; equipment that has
 * a device of its own is budgeted by that, and then does.
 */
#include <config.h>

#include <string.h>

#include "capacity/budget.h"
#include "capacity/past.h"
#include "capacity/stock_inner.h"
#include "flow/rollup.h"
#include "model/reservation.h"

static struct reserved
reserved_in(const struct stock_work *work, const struct rack *rack)
{
	const struct overlay_change *change = overlay_of(work->overlay, rack->index);

	/* nearly all are not: then nothing of the rack need be looked at */
	if ((change != NULL && change->released) ||
	    (!work->plan->frames[rack->index].reserved &&
	    (work->input->reserved == NULL || work->input->reserved->n == 0))) {
		return (struct reserved){ 0 };
	}
	return reserved_of(work->input->reserved, rack, work->input->as_of,
	    work->overlay != NULL ? work->overlay->tenant : NULL);
}

/* ---- committed ------------------------------------------------------------------ */

struct base { bool known; double watts; };

/* Formula 9 per piece of equipment, where a device speaks for one of them. */
static struct base
measured_list(const struct stock_work *work, const struct stock_frame *frame,
    const struct rack *rack)
{
	struct base base = { frame->listed, 0.0 };

	for (uint32_t i = 0; i < rack->n_equipment; i++) {
		const struct equipment *e = &rack->equipment[i];
		uint32_t device = work->plan->devices[frame->first_device + i];
		const struct past_power *power = past_device(work->input->past, device);
		double watts = 0.0;

		base.known = (budget_device_w(stock_measured_days(power), power->p95_w,
		    e->nameplate_w, &watts) || e->feeds == 0) && base.known;
		base.watts += watts;
	}
	return base;
}

static struct base
listed_w(const struct stock_work *work, const struct stock_frame *frame,
    const struct rack *rack)
{
	if (frame->has_device && work->input->past != NULL &&
	    work->input->past->n_devices > 0) {
		return measured_list(work, frame, rack);
	}
	return (struct base){ frame->listed && frame->n_unknown == 0,
	    frame->nameplate_w };
}

static struct base
base_of(const struct stock_work *work, const struct rack *rack)
{
	const struct stock_frame *frame = &work->plan->frames[rack->index];
	const struct rollup *rollup = work->input->rollup;
	struct base base = listed_w(work, frame, rack);
	const struct past_power *whole = &past_rack(work->input->past, rack->index)->power;
	double measured_w;

	if (budget_device_w(stock_measured_days(whole), whole->p95_w, 0.0, &measured_w)) {
		base = (struct base){ true, stock_most(base.watts, measured_w) };
	}
	if (rollup != NULL && rack->index < rollup->inventory->n_racks &&
	    rollup->racks[rack->index].sum.n_power > 0) {
		base.watts = stock_most(base.watts, rollup->racks[rack->index].sum.power_w);
	}
	return base;
}

static double
added_w(const struct overlay_change *change)
{
	return change == NULL || change->n_added == 0 ? 0.0 :
	    change->n_added * change->server->need[SPACE_POWER];
}

/* What a rack that is reserved as a whole is kept with: all that it may draw. */
static double
reserved_w(const struct stock_rack *out, const struct reserved *kept)
{
	double limit_w = out->design_w;

	if (out->failover_w >= 0.0 && (limit_w < 0.0 || out->failover_w < limit_w)) {
		limit_w = out->failover_w;
	}
	return kept->whole ? stock_most(kept->power_w, limit_w - out->committed_w) :
	    kept->power_w;
}

static uint32_t
lost_of(const struct stock_work *work, const struct rack *rack)
{
	const struct overlay_change *change = overlay_of(work->overlay, rack->index);
	uint32_t group = work->tree->group_of[rack->index];

	return (change != NULL ? change->feeds_lost : 0) |
	    tree_lost(work->tree, &work->tree->groups[group], work->overlay);
}

static void
commit(struct stock_work *work, const struct rack *rack)
{
	const struct overlay_change *change = overlay_of(work->overlay, rack->index);
	struct stock_rack *out = &work->racks[rack->index];
	struct reserved kept = reserved_in(work, rack);
	struct base base = base_of(work, rack);
	uint32_t lost = work->overlay != NULL ? lost_of(work, rack) : 0;

	out->counted = work->plan->frames[rack->index].counted;
	out->design_w = rack->design_w > 0.0 ? rack->design_w : -1.0;
	out->failover_w = stock_feeds_w(rack, lost, lost == 0 ?
	    work->plan->frames[rack->index].failover_va :
	    stock_plan_feeds_va(rack, lost), work->input->rollup);
	out->has_committed = base.known;
	out->committed_w = base.watts + added_w(change);
	out->reserved_w = stock_most(0.0, reserved_w(out, &kept));
	out->committed_w += out->reserved_w;
}

void
stock_rack_commit(struct stock_work *work)
{
	for (uint32_t r = 0; r < work->inventory->n_racks; r++) {
		const struct rack *rack = work->inventory->racks[r];
		const struct overlay_change *change = overlay_of(work->overlay, r);
		struct stock_rack *out = &work->racks[r];
		struct stock_group *group;

		out->binding = STOCK_BY_NOTHING;
		out->short_of = SPACE_KIND_N;
		if (rack == NULL || (change != NULL && change->removed)) {
			continue;
		}
		commit(work, rack);
		if (out->counted) {
			group = &work->groups[work->tree->group_of[r]];
			group->committed_w += out->committed_w;
			group->n_committed += out->has_committed;
			group->n_racks++;
		}
	}
}

/* ---- available ------------------------------------------------------------------ */

/* Which of the rack's own limits holds when it is the feeds'. */
static int32_t
feeds_binding(const struct stock_work *work, const struct rack *rack)
{
	uint32_t lost = work->overlay != NULL ? lost_of(work, rack) : 0;
	unsigned n = 0;

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		n += (lost & 1u << f) == 0;
	}
	return n > 1 ? STOCK_BY_FAILOVER : STOCK_BY_FEED;
}

static void
find_available(const struct stock_work *work, const struct rack *rack,
    struct stock_rack *out)
{
	const struct stock_group *group =
	    &work->groups[work->tree->group_of[rack->index]];
	struct budget_node above = { .limit_w = group->least_w };
	struct budget budget;

	out->has_available = out->has_committed && budget_available(out->design_w,
	    out->failover_w, out->committed_w, &above, group->has_least, &budget);
	if (!out->has_available) {
		return;
	}
	out->available_w = budget.available_w;
	out->binding = budget.binding == BUDGET_DESIGN ? STOCK_BY_DESIGN :
	    budget.binding == BUDGET_FAILOVER ? feeds_binding(work, rack) : group->least;
}

/* ---- space and servers ---------------------------------------------------------- */

/* From the frame where nothing is kept or added; else unit by unit. */
static void
find_space(const struct stock_work *work, const struct rack *rack, bool quick,
    struct space *space)
{
	const struct stock_frame *frame = &work->plan->frames[rack->index];
	const struct overlay_change *change = overlay_of(work->overlay, rack->index);
	struct reserved kept = reserved_in(work, rack);

	if (!quick || kept.whole || kept.units > 0 || (change != NULL && change->n_added > 0)) {
		*space = space_of(rack, kept.whole ? SPACE_UNITS_MAX : kept.units);
		if (change != NULL && change->n_added > 0) {
			(void)space_take(space, change->server->height,
			    change->n_added, NULL);
		}
		return;
	}
	space->units = frame->units;
	space->occupied = frame->occupied;
	space->reserved = 0;
	space->largest_gap = 0;
	space->n_gaps = frame->n_gaps;
	for (unsigned i = 0; i < frame->n_gaps; i++) {
		space->gaps[i] = work->plan->gaps[frame->first_gap + i];
		space->largest_gap = space->gaps[i] > space->largest_gap ?
		    space->gaps[i] : space->largest_gap;
	}
}

/* Outlets, weight, ports. */
static void
find_free(const struct stock_work *work, const struct rack *rack,
    struct space_stock *free)
{
	const struct stock_frame *frame = &work->plan->frames[rack->index];
	const struct overlay_change *change = overlay_of(work->overlay, rack->index);
	uint32_t lost = work->overlay != NULL ? lost_of(work, rack) : 0;

	for (unsigned k = SPACE_OUTLETS_A; k < SPACE_COOLING; k++) {
		free[k] = (struct space_stock){ (frame->known_free & 1u << k) != 0,
		    (double)frame->free[k] };
		if (change != NULL && change->n_added > 0) {
			free[k].available -= change->n_added * change->server->need[k];
		}
	}
	for (unsigned side = 0; side < 2; side++) {
		if ((lost & 1u << side) != 0) {
			free[SPACE_OUTLETS_A + side] = (struct space_stock){ true, 0.0 };
		}
	}
}

bool
stock_rack_free(const struct stock_work *work, uint32_t index, bool quick,
    struct space *ret_space, struct space_stock *ret_free)
{
	const struct rack *rack = work->inventory->racks[index];
	const struct stock_frame *frame = &work->plan->frames[index];
	const struct stock_rack *in = &work->racks[index];
	uint32_t hall = work->tree->groups[work->tree->group_of[index]].hall;

	ret_free[SPACE_U] = (struct space_stock){ false, 0.0 };
	ret_free[SPACE_POWER] = (struct space_stock){ in->has_available, in->available_w };
	find_free(work, rack, ret_free);
	ret_free[SPACE_COOLING] = (struct space_stock){ hall != TREE_NONE &&
	    work->halls[hall].has_cooling, hall != TREE_NONE ?
	    work->halls[hall].cooling_w : 0.0 };
	find_space(work, rack, quick, ret_space);
	return in->has_available && frame->known && frame->takes;
}

static void
fit(const struct stock_work *work, uint32_t index)
{
	struct stock_rack *out = &work->racks[index];
	struct space_stock available[SPACE_KIND_N];
	struct space space;
	struct space_fit found;

	out->has_n = stock_rack_free(work, index, true, &space, available);
	out->has_space = work->plan->frames[index].known;
	out->units = (uint8_t)space.units;
	out->occupied = (uint8_t)space.occupied;
	out->reserved = (uint8_t)space.reserved;
	out->largest_gap = (uint8_t)space.largest_gap;
	if (!out->has_n) {
		return;
	}
	found = space_fit(&space, available, work->need);
	out->n = (uint16_t)found.n;
	out->short_of = (uint8_t)found.binding;
	out->known = 1u << SPACE_U;
	for (unsigned k = 0; k < SPACE_KIND_N; k++) {
		out->stranded[k] = (float)found.stranded[k];
		out->known |= (uint8_t)(available[k].known << k);
	}
}

void
stock_rack_fit(struct stock_work *work)
{
	for (uint32_t r = 0; r < work->inventory->n_racks; r++) {
		const struct rack *rack = work->inventory->racks[r];
		const struct overlay_change *change = overlay_of(work->overlay, r);
		struct stock_rack *out = &work->racks[r];

		if (rack == NULL || (change != NULL && change->removed)) {
			continue;
		}
		find_available(work, rack, out);
		fit(work, r);
		if (out->counted && out->has_available) {
			work->groups[work->tree->group_of[r]].wanted_w +=
			    stock_most(0.0, out->available_w);
		}
	}
}
