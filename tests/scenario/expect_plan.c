/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans and what-ifs of the newest view. */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "capacity/whatif.h"
#include "compare.h"
#include "run.h"

/* The newest view, which has a stock and the place of the map in *ret_at; NULL
 * after a failure. */
static const struct view *
view_at(struct run *run, const struct col_node *map, struct entity_ref *ret_at)
{
	const char *id = compare_text_of(run, map, "at", "");
	const char *colon = strchr(id, ':');
	const struct view *view = capacity_view(daemon_capacity(run->daemon));
	enum entity_kind kind;
	char kind_text[16];
	const struct place *place;

	*ret_at = (struct entity_ref){ ENTITY_PROVINCE, 0 };
	if (view == NULL || view->stock == NULL) {
		run_fail(run, map, "there is no stock yet");
		view_unref(view);
		return NULL;
	}
	if (colon == NULL) {
		return view;
	}
	(void)str_format(kind_text, sizeof(kind_text), "%.*s", (int)(colon - id), id);
	place = entity_kind_find(kind_text, &kind) == 0 && kind < ENTITY_PLACE_N ?
	    inventory_place(view->config->inventory, kind, colon + 1) : NULL;
	if (place == NULL) {
		run_fail(run, map, "there is no %s", id);
		view_unref(view);
		return NULL;
	}
	*ret_at = (struct entity_ref){ kind, place->index };
	return view;
}

static struct planner_ask
ask_of(struct run *run, const struct col_node *map, struct entity_ref at)
{
	struct planner_ask ask = { .n = 1, .need = space_reference, .within = at };
	int64_t n;

	if (str_to_int(compare_text_of(run, map, "servers", "1"), 1,
	    PLANNER_SERVERS_MAX, &n) == 0) {
		ask.n = (unsigned)n;
	}
	return ask;
}

/* "r1-a01 x4, r1-a02 x1" */
bool
expect_plan(struct run *run, const struct col_node *map)
{
	struct entity_ref at;
	const struct view *view = view_at(run, map, &at);
	struct planner_ask ask = ask_of(run, map, at);
	struct planner_result result;
	char text[512] = "";
	size_t len = 0;

	if (view == NULL || !compare_keys(run, map, "at servers placed placements refused") ||
	    planner_find(view->stock, NULL, &ask, &result) != 0) {
		view_unref(view);
		return true;
	}
	for (size_t i = 0; i < result.n_places; i++) {
		len += str_format(text + len, sizeof(text) - len, "%s%s x%u",
		    i > 0 ? ", " : "",
		    view->config->inventory->racks[result.places[i].rack]->id,
		    result.places[i].n);
	}
	compare_number(run, map, "placed", FOUND(true, result.placed));
	compare_text(run, map, "placements", text);
	compare_text(run, map, "refused", result.refused == PLANNER_FITS ? NULL :
	    planner_code_text(result.refused));
	planner_done(&result);
	view_unref(view);
	return true;
}

/* False: it is no question. */
static bool
question(struct run *run, const struct col_node *map, const struct inventory *inventory,
    struct whatif_ask *ask)
{
	const char *feed = compare_text_of(run, map, "lose_feed", "");
	const char *lost = compare_text_of(run, map, "lose_node", "");
	const char *derated = compare_text_of(run, map, "derate_node", "");
	const char *removed = compare_text_of(run, map, "remove_rack", "");
	const struct power_node *node = inventory_power(inventory, lost[0] != '\0' ? lost :
	    derated);
	const struct rack *rack = inventory_rack(inventory, removed);

	ask->feed = feed;
	if (str_to_number(compare_text_of(run, map, "share", "1"), &ask->share) != 0) {
		return false;
	}
	ask->kind = feed[0] != '\0' ? WHATIF_LOSE_FEED : lost[0] != '\0' ? WHATIF_LOSE_NODE :
	    derated[0] != '\0' ? WHATIF_DERATE_NODE : WHATIF_REMOVE_RACK;
	ask->index = node != NULL ? node->index : rack != NULL ? rack->index : 0;
	return feed[0] != '\0' || node != NULL || rack != NULL;
}

/* "r1-a01 overload, ups-b at_risk": who is worse off, the worst first. */
bool
expect_whatif(struct run *run, const struct col_node *map)
{
	struct whatif_ask ask = { .kind = WHATIF_KIND_N };
	const struct view *view = view_at(run, map, &ask.at);
	struct whatif_result result;
	char text[512] = "";
	size_t len = 0;

	if (view == NULL || !compare_keys(run, map, "at lose_feed lose_node derate_node share "
	    "remove_rack broken declared power_w deployable available_w ok at_risk "
	    "no_redundancy single")) {
		view_unref(view);
		return true;
	}
	if (!question(run, map, view->config->inventory, &ask) ||
	    whatif_run(view, view->stock, &ask, &result) != 0) {
		run_fail(run, map, "this is no question");
		view_unref(view);
		return true;
	}
	for (size_t i = 0; i < result.n_broken; i++) {
		const struct whatif_broken *broken = &result.broken[i];

		len += str_format(text + len, sizeof(text) - len, "%s%s %s", i > 0 ? ", " : "",
		    broken->is_node ? view->config->inventory->power[broken->index].id :
		    view->config->inventory->racks[broken->index]->id,
		    whatif_load_text(broken->to));
	}
	compare_text(run, map, "broken", text);
	compare_number(run, map, "declared", FOUND(true, result.after.declared));
	compare_number(run, map, "power_w", FOUND(result.after.has_power,
	    result.after.verified_power_w));
	compare_number(run, map, "deployable", FOUND(true, result.after.deployable));
	compare_number(run, map, "available_w", FOUND(true, result.after.available_w));
	compare_number(run, map, "ok", FOUND(true, result.after.failover[FAILOVER_OK]));
	compare_number(run, map, "at_risk", FOUND(true,
	    result.after.failover[FAILOVER_AT_RISK]));
	compare_number(run, map, "no_redundancy", FOUND(true,
	    result.after.failover[FAILOVER_NO_REDUNDANCY]));
	compare_number(run, map, "single", FOUND(true,
	    result.after.failover[FAILOVER_SINGLE]));
	whatif_done(&result);
	view_unref(view);
	return true;
}
