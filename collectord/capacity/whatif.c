/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The question becomes an overlay: a handful of changes, and for each rack the
 * number of its own.  Racks that it does not touch are judged once, for both
 * sides of the answer.
 */
#include <config.h>

#include "capacity/whatif.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/electric.h"

/* Changes are told apart by the feed (index + 1), or the servers put in. */
#define CHANGES_MAX (SPACE_UNITS_MAX + 1)
#define CHANGE_ALL 0u      /* of one rack: all feeds lost, or removed */

struct run {
	const struct view *view;
	const struct stock *before, *after;
	const struct inventory *inventory;
	const struct whatif_ask *ask;
	struct overlay_change changes[CHANGES_MAX];
	uint32_t *of_rack;
	double *node_share;
	struct overlay overlay;
	struct whatif_result *result;
	size_t room;               /* of result->broken */
};

const char *
whatif_load_text(enum whatif_load load)
{
	static const char *const texts[WHATIF_LOAD_N] = {
		"unknown", "ok", "at_risk", "partly_dark", "overload", "dark",
	};

	return texts[load];
}

/* ---- the overlay -------------------------------------------------------------------- */

static int
make_overlay(struct run *run)
{
	const struct inventory *inventory = run->inventory;

	run->of_rack = calloc((size_t)inventory->n_racks + 1, sizeof(*run->of_rack));
	run->node_share = calloc((size_t)inventory->n_power + 1, sizeof(*run->node_share));
	if (run->of_rack == NULL || run->node_share == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		run->of_rack[r] = OVERLAY_NONE;
	}
	for (uint32_t i = 0; i < inventory->n_power; i++) {
		run->node_share[i] = 1.0;
	}
	run->overlay = (struct overlay){ run->changes, run->of_rack, run->node_share, NULL };
	return 0;
}

static bool
stands_at(const struct run *run, const struct rack *rack)
{
	const struct place *place;

	if (run->ask->at.kind == ENTITY_RACK) {
		return rack->index == run->ask->at.index;
	}
	place = inventory_above(run->inventory, rack, run->ask->at.kind);
	return place != NULL && place->index == run->ask->at.index;
}

/* A feed that no rack there has is a slip: "nobody breaks" would be no answer to it. */
static int
lose_feed(struct run *run)
{
	bool any = false;

	for (uint8_t f = 0; f < INVENTORY_FEEDS_MAX; f++) {
		run->changes[f].feeds_lost = (uint8_t)(1u << f);
	}
	for (uint32_t r = 0; r < run->inventory->n_racks; r++) {
		const struct rack *rack = run->inventory->racks[r];

		if (rack == NULL || !stands_at(run, rack)) {
			continue;
		}
		for (unsigned f = 0; f < rack->n_feeds; f++) {
			if (strcmp(rack->feeds[f].id, run->ask->feed) == 0) {
				run->of_rack[r] = f;
				any = true;
			}
		}
	}
	return any ? 0 : COL_ENOENT;
}

/* Nodes that a device measures are lost with it; a PDU is its rack's feed. */
static int
lose_device(struct run *run)
{
	const struct device *device = run->inventory->devices[run->ask->index];
	bool any = false;

	for (uint32_t i = 0; i < run->inventory->n_power; i++) {
		const char *id = run->inventory->power[i].device;

		if (id != NULL && strcmp(id, device->id) == 0) {
			run->node_share[i] = 0.0;
			any = true;
		}
	}
	if (device->rack != INVENTORY_NONE && device->feed >= 0) {
		run->changes[0].feeds_lost = (uint8_t)(1u << device->feed);
		run->of_rack[device->rack] = 0;
		any = true;
	}
	return any ? 0 : COL_ENOTSUP;
}

static int
add_servers(struct run *run)
{
	struct planner_result *plan = &run->result->plan;
	int rc = planner_find(run->before, NULL, &run->ask->add, plan);

	if (rc != 0) {
		return rc;
	}
	run->result->has_plan = true;
	for (unsigned n = 1; n < CHANGES_MAX; n++) {
		run->changes[n].n_added = (uint16_t)n;
		run->changes[n].server = &run->ask->add.need;
	}
	for (size_t i = 0; i < plan->n_places; i++) {
		run->of_rack[plan->places[i].rack] = plan->places[i].n;
	}
	return 0;
}

static int
fill_overlay(struct run *run)
{
	switch (run->ask->kind) {
	case WHATIF_LOSE_FEED:
		return lose_feed(run);
	case WHATIF_LOSE_DEVICE:
		return lose_device(run);
	case WHATIF_LOSE_NODE:
		run->node_share[run->ask->index] = 0.0;
		return 0;
	case WHATIF_DERATE_NODE:
		run->node_share[run->ask->index] = run->ask->share;
		return 0;
	case WHATIF_LOSE_RACK:
		run->changes[CHANGE_ALL].feeds_lost =
		    (uint8_t)((1u << INVENTORY_FEEDS_MAX) - 1);
		run->of_rack[run->ask->index] = CHANGE_ALL;
		return 0;
	case WHATIF_REMOVE_RACK:
		run->changes[CHANGE_ALL].removed = true;
		run->of_rack[run->ask->index] = CHANGE_ALL;
		return 0;
	case WHATIF_ADD:
		return add_servers(run);
	case WHATIF_KIND_N:
		break;
	}
	return COL_EINVAL;
}

/* ---- who breaks --------------------------------------------------------------------- */

static int
add_broken(struct run *run, const struct whatif_broken *broken)
{
	struct whatif_result *result = run->result;

	if (result->n_broken == run->room) {
		size_t room = run->room == 0 ? 64 : 2 * run->room;
		struct whatif_broken *list = realloc(result->broken, room * sizeof(*list));

		if (list == NULL) {
			return COL_ENOMEM;
		}
		result->broken = list;
		run->room = room;
	}
	result->broken[result->n_broken++] = *broken;
	return 0;
}

static void
add_sums(struct whatif_sums *sums, const struct rack_view *view,
    const struct whatif_rack *rack, bool declared)
{
	if (!declared) {
		return;
	}
	sums->declared++;
	sums->failover[rack->failover]++;
	if (view->evidence == EVIDENCE_VERIFIED && rack->load != WHATIF_DARK &&
	    view->slot.sum.n_power > 0) {
		sums->has_power = true;
		sums->verified_power_w += view->slot.sum.power_w;
	}
}

/* True when the overlay says anything about a rack. */
static bool
is_touched(const struct run *run, const struct rack *rack)
{
	const struct tree *tree = run->before->tree;

	return run->of_rack[rack->index] != OVERLAY_NONE ||
	    tree_lost(tree, &tree->groups[tree->group_of[rack->index]], &run->overlay) != 0;
}

static int
judge_rack(struct run *run, const struct rack *rack)
{
	const struct rack_view *view = &run->view->racks[rack->index];
	const struct rollup *rollup = run->view->rollup;
	const struct overlay_change *change = overlay_of(&run->overlay, rack->index);
	bool declared = rack_is_declared(rack->state);
	struct whatif_rack before = whatif_rack(rack, rollup, run->before->tree, NULL), after;
	struct whatif_broken broken;

	add_sums(&run->result->before, view, &before, declared);
	if (change != NULL && change->removed) {
		return 0;
	}
	after = before;
	if (is_touched(run, rack)) {
		after = whatif_rack(rack, rollup, run->before->tree, &run->overlay);
	}
	add_sums(&run->result->after, view, &after, declared);
	if (after.load <= before.load || after.load < WHATIF_AT_RISK) {
		return 0;
	}
	broken = (struct whatif_broken){ .index = rack->index, .from = before.load,
	    .to = after.load, .has_ratio = after.has_ratio, .ratio = after.ratio,
	    .has_limit = after.has_limit, .limit_w = after.limit_w,
	    .has_load = after.has_load, .load_w = after.load_w,
	    .n_equipment = after.n_equipment };
	return add_broken(run, &broken);
}

static enum whatif_load
node_load(const struct tree_load *load)
{
	if (!load->has_ratio) {
		return WHATIF_UNKNOWN;
	}
	/* a lower bound that is too high is too high */
	if (load->ratio > ELECTRIC_DERATE) {
		return load->ratio > 1.0 ? WHATIF_OVERLOAD : WHATIF_AT_RISK;
	}
	return load->n_known >= TREE_COVERAGE * load->n_expected ? WHATIF_OK :
	    WHATIF_UNKNOWN;
}

/* True when a node above it is lost. */
static bool
is_dark(const struct run *run, uint32_t node)
{
	uint32_t up = run->inventory->power[node].from;

	while (up != INVENTORY_NONE && run->node_share[up] > 0.0) {
		up = run->inventory->power[up].from;
	}
	return up != INVENTORY_NONE;
}

static int
judge_node(struct run *run, uint32_t node)
{
	const struct stock_node *before = &run->before->nodes[node];
	const struct stock_node *after = &run->after->nodes[node];
	struct whatif_broken broken = { .is_node = true, .index = node,
	    .from = node_load(&before->load), .to = node_load(&after->load),
	    .has_ratio = after->load.has_ratio, .ratio = after->load.ratio,
	    .has_limit = after->limit_w >= 0.0, .limit_w = after->limit_w,
	    .has_load = after->load.n_known > 0, .load_w = after->load.power_w };

	run->result->before.overloaded_nodes += broken.from == WHATIF_OVERLOAD;
	if (!(run->node_share[node] > 0.0)) {
		return 0;   /* asked for, not found out */
	}
	if (is_dark(run, node)) {
		broken.to = WHATIF_DARK;
		broken.has_ratio = false;
	}
	run->result->after.overloaded_nodes += broken.to == WHATIF_OVERLOAD;
	return broken.to <= broken.from || broken.to < WHATIF_AT_RISK ? 0 :
	    add_broken(run, &broken);
}

/* The worst first, nodes before racks, then by how far it is over, then by place. */
static int
compare(const void *a, const void *b)
{
	const struct whatif_broken *left = a, *right = b;

	if (left->to != right->to) {
		return left->to > right->to ? -1 : 1;
	}
	if (left->is_node != right->is_node) {
		return left->is_node ? -1 : 1;
	}
	if (left->ratio < right->ratio || left->ratio > right->ratio) {
		return left->ratio > right->ratio ? -1 : 1;
	}
	return (left->index > right->index) - (left->index < right->index);
}

/* ---- all of it ---------------------------------------------------------------------- */

static void
take_stock(struct whatif_sums *sums, const struct stock *stock)
{
	const struct stock_place *place = &stock->places[ENTITY_PROVINCE][0];

	sums->available_w = place->available_w;
	sums->deployable = place->n;
	sums->stranded_w = place->stranded[SPACE_POWER];
}

static int
compare_sides(struct run *run)
{
	struct whatif_result *result = run->result;
	int rc = 0;

	take_stock(&result->before, run->before);
	take_stock(&result->after, run->after);
	for (uint32_t r = 0; r < run->inventory->n_racks && rc == 0; r++) {
		if (run->inventory->racks[r] != NULL) {
			rc = judge_rack(run, run->inventory->racks[r]);
		}
	}
	for (uint32_t i = 0; i < run->inventory->n_power && rc == 0; i++) {
		rc = judge_node(run, i);
	}
	if (result->n_broken > 0) {
		qsort(result->broken, result->n_broken, sizeof(*result->broken), compare);
	}
	result->broken_total = result->n_broken;
	result->n_broken = result->n_broken < WHATIF_BROKEN_MAX ? result->n_broken :
	    WHATIF_BROKEN_MAX;
	return rc;
}

int
whatif_run(const struct view *view, const struct stock *stock,
    const struct whatif_ask *ask, struct whatif_result *ret_result)
{
	struct whatif_result result = { 0 };
	struct run run = { .view = view, .before = stock, .inventory = stock->inventory,
	    .ask = ask, .result = &result };
	int rc = make_overlay(&run);

	rc = rc != 0 ? rc : fill_overlay(&run);
	if (rc == 0) {
		run.after = stock_whatif(stock, &run.overlay);
		rc = run.after == NULL ? COL_ENOMEM : compare_sides(&run);
	}
	stock_unref(run.after);
	free(run.of_rack);
	free(run.node_share);
	if (rc == 0) {
		*ret_result = result;
	} else {
		whatif_done(&result);
	}
	return rc;
}

void
whatif_done(struct whatif_result *result)
{
	free(result->broken);
	result->broken = NULL;
	if (result->has_plan) {
		planner_done(&result->plan);
		result->has_plan = false;
	}
}
