/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Electrical and environmental KPIs of the newest view, and the frames. */
#include <config.h>

#include <string.h>

#include "capacity/failover.h"
#include "capacity/figures.h"
#include "capacity/frames.h"
#include "compare.h"
#include "run.h"

static const struct view *
view_of(struct run *run, const struct col_node *at)
{
	const struct view *view = capacity_view(daemon_capacity(run->daemon));

	if (view == NULL || view->figures == NULL) {
		run_fail(run, at, "nothing has been published yet");
		view_unref(view);
		return NULL;
	}
	return view;
}

/* ---- who is meant -------------------------------------------------------------- */

struct subject {
	const struct rack *rack;               /* NULL: a place or an operator */
	const struct place_figures *figures;
	uint32_t n_declared;
};

static void
find_operator(const struct view *view, const char *id, struct subject *subject)
{
	const struct inventory *inventory = view->config->inventory;

	for (uint32_t i = 0; i < inventory->n_operators; i++) {
		if (strcmp(inventory->operators[i].id, id) == 0) {
			subject->figures = &view->figures->operators[i];
			subject->n_declared = view->operators[i].n_declared;
		}
	}
}

static bool
find(struct run *run, const struct col_node *map, const struct view *view,
    struct subject *subject)
{
	const struct inventory *inventory = view->config->inventory;
	const char *kind_text = compare_text_of(run, map, "kind", "rack");
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct place *place;
	enum entity_kind kind;

	memset(subject, 0, sizeof(*subject));
	if (id == NULL) {
		return false;
	}
	if (strcmp(kind_text, "rack") == 0) {
		subject->rack = inventory_rack(inventory, id);
	} else if (strcmp(kind_text, "operator") == 0) {
		find_operator(view, id, subject);
	} else if (entity_kind_find(kind_text, &kind) == 0 && kind < ENTITY_PLACE_N &&
	    (place = inventory_place(inventory, kind, id)) != NULL) {
		subject->figures = &view->figures->places[kind][place->index];
		subject->n_declared = view->places[kind][place->index].n_declared;
	}
	if (subject->rack == NULL && subject->figures == NULL) {
		run_fail(run, map, "there is no %s '%s'", kind_text, id);
		return false;
	}
	return true;
}

static const char *
rack_id(const struct view *view, uint32_t index)
{
	return index == INVENTORY_NONE ? NULL : view->config->inventory->racks[index]->id;
}

/* ---- feeds --------------------------------------------------------------------- */

static void
compare_rack_failover(struct run *run, const struct col_node *map,
    const struct view *view, const struct rack *rack)
{
	struct failover_view found = failover_judge(rack, view->rollup);
	const struct rack_figures *listed = &view->figures->racks[rack->index];
	bool known = found.has_ratio;
	char phase[3] = "L1";

	if (!compare_keys(run, map, "kind id state ratio worst_ratio headroom_w headroom_a "
	    "arc_va lost survivor phase current_a rating_a imbalance power_factor")) {
		return;
	}
	phase[1] = (char)('1' + found.phase);
	compare_text(run, map, "state", failover_text(found.state));
	compare_number(run, map, "ratio", FOUND(known, found.ratio));
	compare_number(run, map, "worst_ratio", FOUND(known, found.worst_ratio));
	compare_number(run, map, "headroom_w", FOUND(known, found.headroom_w));
	compare_number(run, map, "headroom_a", FOUND(known, found.headroom_a));
	compare_number(run, map, "arc_va", FOUND(known, found.arc_va));
	compare_text(run, map, "lost", known ? rack->feeds[found.lost].id : NULL);
	compare_text(run, map, "survivor", known ? rack->feeds[found.survivor].id : NULL);
	compare_text(run, map, "phase", known && found.n_phases == 3 ? phase : NULL);
	compare_number(run, map, "current_a", FOUND(known, found.current_a));
	compare_number(run, map, "rating_a", FOUND(known, found.rating_a));
	compare_number(run, map, "imbalance", FOUND((listed->flags & FIGURE_IMBALANCE) != 0,
	    listed->imbalance));
	compare_number(run, map, "power_factor", FOUND((listed->flags & FIGURE_FACTOR) != 0,
	    listed->power_factor));
	/* lists and pages say the same */
	run_checked(run);
	if ((enum failover)listed->failover != found.state) {
		run_fail(run, map, "the list says %s, the page %s",
		    failover_text((enum failover)listed->failover),
		    failover_text(found.state));
	}
}

static void
compare_place_failover(struct run *run, const struct col_node *map,
    const struct view *view, const struct subject *subject)
{
	const struct place_figures *f = subject->figures;
	bool worst = f->worst_rack != INVENTORY_NONE;
	bool imbalance = f->imbalance_rack != INVENTORY_NONE;
	uint32_t sum = 0;

	if (!compare_keys(run, map, "kind id unknown ok at_risk no_redundancy single worst "
	    "worst_ratio negative_arc imbalance imbalance_rack imbalance_over "
	    "power_factor")) {
		return;
	}
	for (unsigned s = 0; s < FAILOVER_N; s++) {
		compare_number(run, map, failover_text((enum failover)s),
		    FOUND(true, f->n_failover[s]));
		sum += f->n_failover[s];
	}
	compare_text(run, map, "worst", rack_id(view, f->worst_rack));
	compare_number(run, map, "worst_ratio", FOUND(worst, f->worst_ratio));
	compare_number(run, map, "negative_arc", FOUND(true, f->n_negative_arc));
	compare_number(run, map, "imbalance", FOUND(imbalance, f->imbalance));
	compare_text(run, map, "imbalance_rack", rack_id(view, f->imbalance_rack));
	compare_number(run, map, "imbalance_over", FOUND(true, f->n_imbalance_over));
	compare_number(run, map, "power_factor", FOUND(f->apparent_va > 0,
	    f->power_factor));
	run_checked(run);
	if (sum != subject->n_declared) {
		run_fail(run, map, "failover adds up to %u of %u declared racks", sum,
		    subject->n_declared);
	}
}

bool
expect_failover(struct run *run, const struct col_node *map)
{
	const struct view *view = view_of(run, map);
	struct subject subject;

	if (view != NULL && find(run, map, view, &subject)) {
		if (subject.rack != NULL) {
			compare_rack_failover(run, map, view, subject.rack);
		} else {
			compare_place_failover(run, map, view, &subject);
		}
	}
	view_unref(view);
	return true;
}

/* ---- air ----------------------------------------------------------------------- */

static void
compare_rack_air(struct run *run, const struct col_node *map, const struct view *view,
    const struct rack *rack)
{
	static const char *const HEIGHTS[AIR_HEIGHTS] = { "bottom", "middle", "top" };
	const struct rack_figures *f = &view->figures->racks[rack->index];
	const struct air *air = &view->racks[rack->index].slot.air;

	if (!compare_keys(run, map, "kind id bottom middle top max outlet delta_t_k "
	    "airflow_m3h dew_point_c in_range in_range_s known expected")) {
		return;
	}
	for (unsigned i = 0; i < AIR_HEIGHTS; i++) {
		compare_number(run, map, HEIGHTS[i], FOUND((air->inlet_mask & 1u << i) != 0,
		    air_value(air->inlets[i])));
	}
	compare_number(run, map, "known", FOUND(true, air->n_inlets));
	compare_number(run, map, "expected", FOUND(true, air->n_expected));
	compare_number(run, map, "max", FOUND((f->flags & FIGURE_INLET) != 0, f->inlet_c));
	compare_number(run, map, "outlet", FOUND(air->n_outlets > 0,
	    air_value(air->outlet)));
	compare_number(run, map, "delta_t_k", FOUND((f->flags & FIGURE_DELTA_T) != 0,
	    f->delta_t_k));
	compare_number(run, map, "airflow_m3h", FOUND((f->flags & FIGURE_AIRFLOW) != 0,
	    f->airflow_m3h));
	compare_number(run, map, "dew_point_c", FOUND((f->flags & FIGURE_DEW_POINT) != 0,
	    f->dew_point_c));
	compare_number(run, map, "in_range", FOUND((f->flags & FIGURE_IN_RANGE) != 0,
	    f->in_range));
	compare_number(run, map, "in_range_s", FOUND(true, f->in_range_s));
}

static void
compare_place_air(struct run *run, const struct col_node *map,
    const struct place_figures *f)
{
	bool any = f->n_indexed > 0, dew = f->n_dew_points > 0;

	if (!compare_keys(run, map, "kind id in_range in_range_s over_index_pct "
	    "under_index_pct known expected max mean delta_t_k airflow_m3h dew_min dew_max")) {
		return;
	}
	compare_number(run, map, "in_range", FOUND(f->time.known_s > 0,
	    (double)f->time.inside_s / (double)f->time.known_s));
	compare_number(run, map, "in_range_s", FOUND(true, f->time.covered_s));
	compare_number(run, map, "over_index_pct", FOUND(any, f->over_index_pct));
	compare_number(run, map, "under_index_pct", FOUND(any, f->under_index_pct));
	compare_number(run, map, "known", FOUND(true, f->n_inlets));
	compare_number(run, map, "expected", FOUND(true, f->n_inlets_expected));
	compare_number(run, map, "max", FOUND(any, f->inlet_max_c));
	compare_number(run, map, "mean", FOUND(any, f->inlet_sum_c / f->n_indexed));
	compare_number(run, map, "delta_t_k", FOUND(f->airflow_m3h > 0, f->delta_t_k));
	compare_number(run, map, "airflow_m3h", FOUND(f->airflow_m3h > 0, f->airflow_m3h));
	compare_number(run, map, "dew_min", FOUND(dew, f->dew_min_c));
	compare_number(run, map, "dew_max", FOUND(dew, f->dew_max_c));
}

bool
expect_air(struct run *run, const struct col_node *map)
{
	const struct view *view = view_of(run, map);
	struct subject subject;

	if (view != NULL && find(run, map, view, &subject)) {
		if (subject.rack != NULL) {
			compare_rack_air(run, map, view, subject.rack);
		} else {
			compare_place_air(run, map, subject.figures);
		}
	}
	view_unref(view);
	return true;
}

/* ---- frames -------------------------------------------------------------------- */

static bool
find_layer(const char *text, enum frames_layer *ret_layer)
{
	for (unsigned l = 0; l < FRAMES_LAYER_N; l++) {
		if (strcmp(text, frames_layer_text((enum frames_layer)l)) == 0) {
			*ret_layer = (enum frames_layer)l;
			return true;
		}
	}
	return false;
}

bool
expect_frames(struct run *run, const struct col_node *map)
{
	const struct view *view = view_of(run, map);
	struct frames *frames = capacity_frames(daemon_capacity(run->daemon));
	const char *text = compare_text_of(run, map, "layer", "power");
	const struct col_node *values = col_node_get(map, "values");
	struct found found[FRAMES_N];
	uint16_t cells[FRAMES_N];
	enum frames_layer layer;
	struct subject subject;
	struct wall from;

	if (view == NULL || !compare_keys(run, map, "id layer from values") ||
	    !find(run, map, view, &subject) || subject.rack == NULL || values == NULL ||
	    !find_layer(text, &layer) || values->n_items > FRAMES_N ||
	    !compare_time_of(run, map, "from", &from)) {
		run_fail(run, map, "expect_frames wants id, layer, from, values");
		view_unref(view);
		return true;
	}
	frames_read(frames, layer, frames_number(from), (unsigned)values->n_items,
	    &subject.rack->index, 1, cells);
	for (size_t i = 0; i < values->n_items; i++) {
		found[i].known = frames_value(layer, cells[i], &found[i].number);
	}
	compare_numbers(run, map, "values", found, values->n_items);
	view_unref(view);
	return true;
}
