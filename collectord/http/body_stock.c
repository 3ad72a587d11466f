/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See body_stock.h. */
#include <config.h>

#include "http/body_stock.h"

#include "capacity/past.h"
#include "http/body.h"

/* The keys of stranded resources, each with its unit. */
static const char *const STRANDED_KEYS[SPACE_KIND_N] = {
	[SPACE_U] = "units", [SPACE_POWER] = "power_w", [SPACE_OUTLETS_A] = "outlets_a",
	[SPACE_OUTLETS_B] = "outlets_b", [SPACE_WEIGHT] = "weight_kg",
	[SPACE_PORTS] = "ports", [SPACE_COOLING] = "cooling_w",
};

const struct stock_place *
body_stock_place(const struct view *view, const struct place *place)
{
	static const struct stock_place nothing;
	const struct stock *stock = view->stock;

	return stock != NULL && stock->places[place->kind] != NULL &&
	    place->index < stock->inventory->n_places[place->kind] ?
	    &stock->places[place->kind][place->index] : &nothing;
}

const struct stock_place *
body_stock_operator(const struct view *view, uint32_t index)
{
	static const struct stock_place nothing;
	const struct stock *stock = view->stock;

	return stock != NULL && stock->operators != NULL &&
	    index < stock->inventory->n_operators ? &stock->operators[index] : &nothing;
}

const struct stock_rack *
body_stock_rack(const struct view *view, uint32_t rack)
{
	static const struct stock_rack nothing = { .binding = STOCK_BY_NOTHING,
	    .short_of = SPACE_KIND_N };
	const struct stock *stock = view->stock;

	return stock != NULL && rack < stock->inventory->n_racks ? &stock->racks[rack] :
	    &nothing;
}

/* ---- places --------------------------------------------------------------------- */

static void
write_reference(struct json *json)
{
	json_map(json, "reference");
	json_int(json, "u", space_reference.height);
	json_number(json, "power_w", space_reference.need[SPACE_POWER], BODY_DIGITS);
	json_number(json, "kg", space_reference.need[SPACE_WEIGHT], BODY_DIGITS);
	json_number(json, "outlets", space_reference.need[SPACE_OUTLETS_A], BODY_DIGITS);
	json_number(json, "ports", space_reference.need[SPACE_PORTS], BODY_DIGITS);
	json_map_end(json);
}

static void
write_deployable(struct json *json, const struct stock_place *stock)
{
	bool known = stock->n_deployable > 0;

	json_map(json, "deployable");
	body_number(json, "n", known, (double)stock->n);
	json_int(json, "racks", stock->n_deployable);
	json_map(json, "binding");
	for (unsigned k = 0; k < SPACE_KIND_N; k++) {
		json_int(json, space_kind_text((enum space_kind)k), stock->short_of[k]);
	}
	json_map_end(json);
	json_map(json, "stranded");
	for (unsigned k = 0; k < SPACE_KIND_N; k++) {
		body_number(json, STRANDED_KEYS[k], stock->n_stranded[k] > 0,
		    stock->stranded[k]);
	}
	json_map_end(json);
	write_reference(json);
	json_map_end(json);
}

void
body_stock(struct json *json, const struct stock_place *stock)
{
	bool known = stock->n_budget > 0;

	json_map(json, "space");
	body_number(json, "units", stock->n_racks > 0, stock->units);
	body_number(json, "occupied", stock->n_racks > 0, stock->occupied);
	body_number(json, "reserved", stock->n_racks > 0, stock->reserved);
	body_ratio(json, "ratio", (double)stock->occupied + stock->reserved, stock->units);
	json_int(json, "racks", stock->n_racks);
	json_map_end(json);
	json_map(json, "budget");
	body_number(json, "design_w", known && stock->design_w > 0, stock->design_w);
	body_number(json, "committed_w", known, stock->committed_w);
	body_number(json, "available_w", stock->n_available > 0, stock->available_w);
	body_number(json, "reserved_w", known, stock->reserved_w);
	json_int(json, "racks_known", stock->n_budget);
	json_int(json, "overcommitted", stock->n_over);
	json_map_end(json);
	write_deployable(json, stock);
}

/* ---- racks ---------------------------------------------------------------------- */

void
body_stock_cell(struct json *json, const struct stock_rack *stock)
{
	unsigned taken = (unsigned)stock->occupied + stock->reserved;

	body_number(json, "free_u", stock->has_space, stock->units - taken);
	if (stock->has_space) {
		body_ratio(json, "space", taken, stock->units);
	} else {
		json_unknown(json, "space");
	}
	body_number(json, "deployable", stock->has_n, stock->n);
}

static void
write_rack_deployable(struct json *json, const struct stock_rack *stock)
{
	json_map(json, "deployable");
	body_number(json, "n", stock->has_n, stock->n);
	json_text(json, "binding", stock->has_n && stock->short_of < SPACE_KIND_N ?
	    space_kind_text((enum space_kind)stock->short_of) : NULL);
	json_map(json, "stranded");
	for (unsigned k = 0; k < SPACE_KIND_N; k++) {
		body_number(json, STRANDED_KEYS[k], stock->has_n &&
		    (stock->known & 1u << k) != 0, (double)stock->stranded[k]);
	}
	json_map_end(json);
	json_map_end(json);
}

void
body_stock_budget(struct json *json, const struct view *view, const struct rack *rack)
{
	const struct stock_rack *stock = body_stock_rack(view, rack->index);
	const struct past_power *power = &past_rack(view->past, rack->index)->power;

	json_map(json, "budget");
	body_number(json, "design_w", rack->design_w > 0, rack->design_w);
	body_number(json, "failover_limit_w", stock->failover_w > 0, stock->failover_w);
	body_number(json, "committed_w", stock->has_committed, stock->committed_w);
	body_number(json, "reserved_w", stock->has_committed, stock->reserved_w);
	body_number(json, "available_w", stock->has_available, stock->available_w);
	json_text(json, "binding", stock->has_available ?
	    stock_binding_text(view->stock, stock->binding) : NULL);
	body_number(json, "p95_w", power->days > 0, power->p95_w);
	body_number(json, "measured_days", power->days > 0, power->days);
	body_number(json, "basis_s", power->days > 0 && power->basis_s > 0, power->basis_s);
	json_map_end(json);
	write_rack_deployable(json, stock);
}

/* ---- why ------------------------------------------------------------------------ */

static void
write_limit(struct json *json, const char *by, double limit_w, double left_w)
{
	json_map(json, NULL);
	json_text(json, "by", by);
	json_number(json, "limit_w", limit_w, BODY_DIGITS);
	json_number(json, "committed_w", limit_w - left_w, BODY_DIGITS);
	json_number(json, "left_w", left_w, BODY_DIGITS);
	json_map_end(json);
}

static void
write_nodes(struct json *json, const struct stock *stock, const struct tree_group *group)
{
	for (uint32_t i = 0; i < group->n_above; i++) {
		uint32_t n = stock->tree->above[group->first_above + i].node;
		const struct stock_node *node = &stock->nodes[n];

		if (node->limit_w > 0) {
			write_limit(json, stock->inventory->power[n].id, node->limit_w,
			    node->limit_w - node->committed_w);
		}
	}
}

void
body_stock_limits(struct json *json, const struct view *view, const struct rack *rack)
{
	const struct stock_rack *found = body_stock_rack(view, rack->index);
	const struct stock *stock = view->stock;
	const struct tree_group *group = stock == NULL || stock->tree == NULL ? NULL :
	    &stock->tree->groups[stock->tree->group_of[rack->index]];

	json_list(json, "limits");
	if (group != NULL && found->has_committed) {
		if (found->design_w > 0) {
			write_limit(json, "design", found->design_w,
			    found->design_w - found->committed_w);
		}
		if (found->failover_w > 0) {
			write_limit(json, rack->n_feeds > 1 ? "failover" : "feed",
			    found->failover_w, found->failover_w - found->committed_w);
		}
		if (group->hall != TREE_NONE && stock->halls != NULL &&
		    stock->halls[group->hall].has_design) {
			write_limit(json, "hall", view->config->inventory->places
			    [ENTITY_HALL][group->hall]->design_w,
			    stock->halls[group->hall].design_w);
		}
		write_nodes(json, stock, group);
	}
	json_list_end(json);
}
