/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See body_figures.h. */
#include <config.h>

#include "http/body_figures.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "capacity/environment.h"
#include "http/body.h"

/* Digits that a float holds. */
#define DIGITS 6

static const struct place_figures NO_PLACE = { .worst_rack = INVENTORY_NONE,
    .imbalance_rack = INVENTORY_NONE };
static const struct rack_figures NO_RACK;

const struct place_figures *
body_place_figures(const struct view *view, const struct place *place)
{
	const struct figures *figures = view->figures;

	return figures != NULL && figures->places[place->kind] != NULL &&
	    place->index < figures->inventory->n_places[place->kind] ?
	    &figures->places[place->kind][place->index] : &NO_PLACE;
}

const struct place_figures *
body_operator_figures(const struct view *view, uint32_t index)
{
	const struct figures *figures = view->figures;

	return figures != NULL && figures->operators != NULL &&
	    index < figures->inventory->n_operators ?
	    &figures->operators[index] : &NO_PLACE;
}

const struct rack_figures *
body_rack_figures(const struct view *view, uint32_t rack)
{
	const struct figures *figures = view->figures;

	return figures != NULL && figures->racks != NULL &&
	    rack < figures->inventory->n_racks ? &figures->racks[rack] : &NO_RACK;
}

static void
write_float(struct json *json, const char *key, bool known, double value)
{
	if (known) {
		json_number(json, key, value, DIGITS);
	} else {
		json_unknown(json, key);
	}
}

/* ---- places -------------------------------------------------------------------- */

static const struct rack *
rack_of(const struct view *view, uint32_t index)
{
	const struct inventory *inventory = view->config->inventory;

	return index < inventory->n_racks ? inventory->racks[index] : NULL;
}

static void
write_failovers(struct json *json, const struct view *view,
    const struct place_figures *f)
{
	const struct rack *worst = rack_of(view, f->worst_rack);

	json_map(json, "failover");
	json_int(json, "ok", f->n_failover[FAILOVER_OK]);
	json_int(json, "at_risk", f->n_failover[FAILOVER_AT_RISK]);
	json_int(json, "no_redundancy", f->n_failover[FAILOVER_NO_REDUNDANCY]);
	json_int(json, "single", f->n_failover[FAILOVER_SINGLE]);
	json_int(json, "unknown", f->n_failover[FAILOVER_UNKNOWN]);
	if (worst != NULL) {
		json_map(json, "worst");
		json_text(json, "rack", worst->id);
		write_float(json, "ratio", true, (double)f->worst_ratio);
		json_map_end(json);
	} else {
		json_unknown(json, "worst");
	}
	json_int(json, "negative_arc", f->n_negative_arc);
	json_map_end(json);
}

/* The id of a rack's feed, as in /feeds/{id}: "a01-b". */
static void
write_feed_id(struct json *json, const char *key, const struct rack *rack,
    unsigned feed)
{
	char id[160];
	size_t at;

	if (rack == NULL || feed >= rack->n_feeds) {
		json_unknown(json, key);
		return;
	}
	(void)str_format(id, sizeof(id), "%s-%s", rack->id, rack->feeds[feed].id);
	for (at = strlen(rack->id); id[at] != '\0'; at++) {
		id[at] = (char)tolower((unsigned char)id[at]);
	}
	json_text(json, key, id);
}

static void
write_imbalance(struct json *json, const struct view *view,
    const struct place_figures *f)
{
	const struct rack *worst = rack_of(view, f->imbalance_rack);

	json_map(json, "imbalance");
	write_float(json, "worst", worst != NULL, (double)f->imbalance);
	write_feed_id(json, "feed", worst, f->imbalance_feed);
	json_int(json, "over_20_pct", f->n_imbalance_over);
	json_map_end(json);
}

static void
write_inlets(struct json *json, const struct place_figures *f)
{
	json_map(json, "inlets");
	json_int(json, "known", f->n_inlets);
	json_int(json, "expected", f->n_inlets_expected);
	write_float(json, "max_c", f->n_indexed > 0, (double)f->inlet_max_c);
	write_float(json, "mean_c", f->n_indexed > 0, f->n_indexed > 0 ?
	    f->inlet_sum_c / f->n_indexed : 0);
	json_map_end(json);
}

static void
write_environment(struct json *json, const struct place_figures *f)
{
	json_map(json, "environment");
	body_ratio(json, "in_range", (double)f->time.inside_s, (double)f->time.known_s);
	json_int(json, "in_range_s", f->time.covered_s);
	write_float(json, "over_index_pct", f->n_indexed > 0, f->over_index_pct);
	write_float(json, "under_index_pct", f->n_indexed > 0, f->under_index_pct);
	write_inlets(json, f);
	write_float(json, "delta_t_k", f->airflow_m3h > 0, f->delta_t_k);
	write_float(json, "airflow_m3h", f->airflow_m3h > 0, f->airflow_m3h);
	json_map(json, "dew_point_c");
	write_float(json, "min", f->n_dew_points > 0, (double)f->dew_min_c);
	write_float(json, "max", f->n_dew_points > 0, (double)f->dew_max_c);
	json_map_end(json);
	json_map_end(json);
}

void
body_figures(struct json *json, const struct view *view,
    const struct place_figures *figures)
{
	write_failovers(json, view, figures);
	write_imbalance(json, view, figures);
	write_float(json, "power_factor", figures->apparent_va > 0,
	    figures->power_factor);
	write_environment(json, figures);
}

/* ---- racks --------------------------------------------------------------------- */

void
body_rack_short(struct json *json, const struct rack_figures *figures)
{
	json_text(json, "failover", failover_text((enum failover)figures->failover));
	write_float(json, "failover_ratio", (figures->flags & FIGURE_RATIO) != 0,
	    (double)figures->ratio);
	write_float(json, "delta_t_k", (figures->flags & FIGURE_DELTA_T) != 0,
	    (double)figures->delta_t_k);
}

void
body_failover(struct json *json, const struct rack *rack,
    const struct failover_view *failover)
{
	bool known = failover->has_ratio;
	char phase[3] = "L1";

	phase[1] = (char)('1' + failover->phase);
	json_map(json, "failover");
	json_text(json, "state", failover_text(failover->state));
	write_float(json, "ratio", known, failover->ratio);
	write_float(json, "worst_ratio", known, failover->worst_ratio);
	write_float(json, "headroom_w", known, failover->headroom_w);
	write_float(json, "headroom_a", known, failover->headroom_a);
	write_float(json, "arc_va", known, failover->arc_va);
	json_text(json, "lost", known ? rack->feeds[failover->lost].id : NULL);
	json_text(json, "survivor", known ? rack->feeds[failover->survivor].id : NULL);
	/* of one phase nobody says which of the mains it is */
	json_text(json, "phase", known && failover->n_phases == FAILOVER_PHASES ?
	    phase : NULL);
	write_float(json, "current_a", known, failover->current_a);
	write_float(json, "rating_a", known, failover->rating_a);
	json_map_end(json);
}

static void
write_heights(struct json *json, const struct air *air)
{
	static const char *const HEIGHTS[AIR_HEIGHTS] = { "bottom", "middle", "top" };

	json_map(json, "inlet_c");
	for (unsigned i = 0; i < AIR_HEIGHTS; i++) {
		write_float(json, HEIGHTS[i], (air->inlet_mask & 1u << i) != 0,
		    air_value(air->inlets[i]));
	}
	json_map_end(json);
}

static void
write_band(struct json *json, const struct environment_band *band)
{
	json_map(json, "band");
	json_list(json, "recommended");
	json_number(json, NULL, band->recommended_low, DIGITS);
	json_number(json, NULL, band->recommended_high, DIGITS);
	json_list_end(json);
	json_list(json, "allowable");
	json_number(json, NULL, band->allowable_low, DIGITS);
	json_number(json, NULL, band->allowable_high, DIGITS);
	json_list_end(json);
	json_map_end(json);
}

void
body_air(struct json *json, const struct view *view, const struct rack *rack)
{
	const struct rack_figures *f = body_rack_figures(view, rack->index);
	const struct air *air = &view->racks[rack->index].slot.air;
	struct environment_band band = environment_band(rack->class);

	json_map(json, "environment_summary");
	write_heights(json, air);
	write_float(json, "inlet_max_c", (f->flags & FIGURE_INLET) != 0,
	    (double)f->inlet_c);
	write_float(json, "outlet_c", air->n_outlets > 0, air_value(air->outlet));
	write_float(json, "delta_t_k", (f->flags & FIGURE_DELTA_T) != 0,
	    (double)f->delta_t_k);
	write_float(json, "airflow_m3h", (f->flags & FIGURE_AIRFLOW) != 0,
	    (double)f->airflow_m3h);
	write_float(json, "dew_point_c", (f->flags & FIGURE_DEW_POINT) != 0,
	    (double)f->dew_point_c);
	write_band(json, &band);
	write_float(json, "in_range", (f->flags & FIGURE_IN_RANGE) != 0,
	    (double)f->in_range);
	json_int(json, "in_range_s", f->in_range_s);
	json_map_end(json);
}
