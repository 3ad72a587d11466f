/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The feed tree and what is free, of the newest view. */
#include <config.h>

#include <string.h>

#include "capacity/stock.h"
#include "compare.h"
#include "run.h"

static const struct view *
view_of(struct run *run, const struct col_node *at)
{
	const struct view *view = capacity_view(daemon_capacity(run->daemon));

	if (view == NULL || view->stock == NULL) {
		run_fail(run, at, "there is no stock yet");
		view_unref(view);
		return NULL;
	}
	return view;
}

static void
compare_node(struct run *run, const struct col_node *map, const struct stock *stock,
    const struct stock_node *node)
{
	const struct tree_load *load = &node->load;

	compare_number(run, map, "power_w", FOUND(load->n_known > 0, load->power_w));
	compare_number(run, map, "measured_w", FOUND(node->metered.known,
	    node->metered.power_w));
	compare_number(run, map, "apparent_va", FOUND(load->n_apparent > 0,
	    load->apparent_va));
	compare_number(run, map, "known", FOUND(true, load->n_known));
	compare_number(run, map, "expected", FOUND(true, load->n_expected));
	compare_number(run, map, "ratio", FOUND(load->has_ratio, load->ratio));
	compare_text(run, map, "failover", failover_text(load->state));
	compare_number(run, map, "failover_ratio", FOUND(load->has_failover,
	    load->failover_ratio));
	compare_text(run, map, "survivor", load->has_failover ?
	    stock->inventory->power[load->survivor].id : NULL);
	compare_number(run, map, "arc_va", FOUND(load->has_arc, load->arc_va));
	compare_number(run, map, "dark", FOUND(true, load->n_dark));
	compare_number(run, map, "limit_w", FOUND(node->limit_w >= 0, node->limit_w));
	compare_number(run, map, "committed_w", FOUND(node->n_committed > 0,
	    node->committed_w));
}

bool
expect_node(struct run *run, const struct col_node *map)
{
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct view *view = view_of(run, map);
	const struct power_node *node;

	if (view == NULL || id == NULL || !compare_keys(run, map, "id power_w measured_w apparent_va "
	    "known expected ratio failover failover_ratio survivor arc_va dark limit_w "
	    "committed_w")) {
		view_unref(view);
		return true;
	}
	node = inventory_power(view->config->inventory, id);
	if (node == NULL) {
		run_fail(run, map, "there is no node '%s'", id);
	} else {
		compare_node(run, map, view->stock, &view->stock->nodes[node->index]);
	}
	view_unref(view);
	return true;
}

static void
compare_rack(struct run *run, const struct col_node *map, const struct stock *stock,
    const struct stock_rack *rack)
{
	bool space = rack->has_space;

	if (!compare_keys(run, map, "kind id units occupied reserved largest_gap committed_w "
	    "reserved_w available_w binding n short_of stranded_w stranded_u failover_w")) {
		return;
	}
	compare_number(run, map, "units", FOUND(space, rack->units));
	compare_number(run, map, "occupied", FOUND(space, rack->occupied));
	compare_number(run, map, "reserved", FOUND(space, rack->reserved));
	compare_number(run, map, "largest_gap", FOUND(space, rack->largest_gap));
	compare_number(run, map, "committed_w", FOUND(rack->has_committed,
	    rack->committed_w));
	compare_number(run, map, "reserved_w", FOUND(rack->has_committed,
	    rack->reserved_w));
	compare_number(run, map, "available_w", FOUND(rack->has_available,
	    rack->available_w));
	compare_number(run, map, "failover_w", FOUND(rack->failover_w >= 0,
	    rack->failover_w));
	compare_text(run, map, "binding", rack->has_available ?
	    stock_binding_text(stock, rack->binding) : NULL);
	compare_number(run, map, "n", FOUND(rack->has_n, rack->n));
	compare_text(run, map, "short_of", rack->has_n && rack->short_of < SPACE_KIND_N ?
	    space_kind_text((enum space_kind)rack->short_of) : NULL);
	compare_number(run, map, "stranded_w", FOUND(rack->has_n,
	    rack->stranded[SPACE_POWER]));
	compare_number(run, map, "stranded_u", FOUND(rack->has_n, rack->stranded[SPACE_U]));
}

static void
compare_place(struct run *run, const struct col_node *map, const struct stock_place *place)
{
	if (!compare_keys(run, map, "kind id units occupied reserved racks racks_known "
	    "overcommitted committed_w reserved_w available_w n stranded_w stranded_u")) {
		return;
	}
	compare_number(run, map, "racks", FOUND(true, place->n_racks));
	compare_number(run, map, "units", FOUND(place->n_racks > 0, place->units));
	compare_number(run, map, "occupied", FOUND(place->n_racks > 0, place->occupied));
	compare_number(run, map, "reserved", FOUND(place->n_racks > 0, place->reserved));
	compare_number(run, map, "racks_known", FOUND(true, place->n_budget));
	compare_number(run, map, "overcommitted", FOUND(true, place->n_over));
	compare_number(run, map, "committed_w", FOUND(place->n_budget > 0,
	    place->committed_w));
	compare_number(run, map, "reserved_w", FOUND(place->n_budget > 0,
	    place->reserved_w));
	compare_number(run, map, "available_w", FOUND(place->n_available > 0,
	    place->available_w));
	compare_number(run, map, "n", FOUND(place->n_deployable > 0, place->n));
	compare_number(run, map, "stranded_w", FOUND(place->n_stranded[SPACE_POWER] > 0,
	    place->stranded[SPACE_POWER]));
	compare_number(run, map, "stranded_u", FOUND(place->n_stranded[SPACE_U] > 0,
	    place->stranded[SPACE_U]));
}

bool
expect_stock(struct run *run, const struct col_node *map)
{
	const char *kind_text = compare_text_of(run, map, "kind", "rack");
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct view *view = view_of(run, map);
	const struct rack *rack;
	const struct place *place;
	enum entity_kind kind;

	if (view == NULL || id == NULL) {
		view_unref(view);
		return true;
	}
	rack = strcmp(kind_text, "rack") == 0 ?
	    inventory_rack(view->config->inventory, id) : NULL;
	place = rack == NULL && entity_kind_find(kind_text, &kind) == 0 &&
	    kind < ENTITY_PLACE_N ? inventory_place(view->config->inventory, kind, id) : NULL;
	if (rack != NULL) {
		compare_rack(run, map, view->stock, &view->stock->racks[rack->index]);
	} else if (place != NULL) {
		compare_place(run, map, &view->stock->places[kind][place->index]);
	} else {
		run_fail(run, map, "there is no %s '%s'", kind_text, id);
	}
	view_unref(view);
	return true;
}
