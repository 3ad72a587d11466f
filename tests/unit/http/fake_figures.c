/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What capacity computes of feeds and air, as fake.h answers it. */
#include <config.h>

#include "http/fake.h"

#include <assert.h>
#include <stdlib.h>

#include "capacity/capacity.h"
#include "capacity/failover.h"
#include "capacity/figures.h"
#include "capacity/frames.h"

static struct figures figures;
static struct rack_figures *racks;
static struct frames *frames;
static struct place_figures *places[ENTITY_PLACE_N], operators[1];

static void
fill_place(struct place_figures *place, uint32_t n_racks)
{
	*place = (struct place_figures){ .worst_rack = 0, .worst_ratio = 0.9f,
	    .imbalance_rack = INVENTORY_NONE, .real_w = 950, .apparent_va = 1000,
	    .power_factor = 0.95, .time = { 80000, 86400, 86400 }, .n_inlets = 3,
	    .n_inlets_expected = 4, .n_indexed = 3, .inlet_sum_c = 66,
	    .inlet_max_c = 24.5f, .over_index_pct = 100, .under_index_pct = 100,
	    .airflow_m3h = 500, .delta_t_k = 11, .n_dew_points = 1, .dew_min_c = 9,
	    .dew_max_c = 10 };
	place->n_failover[FAILOVER_OK] = n_racks;
}

/* Rack r draws 1,000 + r W in the running frame and the one before the last. */
static void
fill_frames(const struct inventory *inventory)
{
	struct frames_sample sample = { .known = 1u << FRAMES_POWER |
	    1u << FRAMES_INLET | 1u << FRAMES_DELTA_T };

	frames = frames_new();
	assert(frames != NULL && frames_reserve(frames, inventory->n_racks) == 0);
	for (int k = 2; k >= 0; k -= 2) {
		struct wall at = { (FAKE_NOW_S - k * FRAMES_STEP_S) * NS_PER_S };

		for (uint32_t r = 0; r < inventory->n_racks; r++) {
			sample.values[FRAMES_POWER] = 1000 + r % 1000;
			sample.values[FRAMES_INLET] = r % 2 == 0 ? 24.5 : 20;
			sample.values[FRAMES_DELTA_T] = r % 2 == 0 ? -0.05 : 0;
			frames_put(frames, r, at, &sample);
		}
	}
}

struct frames *
capacity_frames(struct capacity *capacity)
{
	(void)capacity;
	return frames;
}

const struct figures *
fake_figures(const struct inventory *inventory)
{
	racks = calloc(inventory->n_racks, sizeof(*racks));
	assert(racks != NULL);
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		racks[i] = (struct rack_figures){ .failover = i % 10 == 0 ?
		    FAILOVER_UNKNOWN : i % 7 == 0 ? FAILOVER_AT_RISK : FAILOVER_OK,
		    .flags = i % 10 == 0 ? 0 : FIGURE_RATIO | FIGURE_DELTA_T |
		    FIGURE_INLET | FIGURE_IN_RANGE,
		    .ratio = i % 7 == 0 ? 0.9f : 0.5f, .delta_t_k = 11.5f,
		    .inlet_c = 24.5f, .in_range = 0.9f, .in_range_s = 86400 };
	}
	figures.inventory = inventory;
	figures.racks = racks;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		places[k] = calloc(inventory->n_places[k], sizeof(*places[k]));
		for (uint32_t i = 0; i < inventory->n_places[k]; i++) {
			fill_place(&places[k][i], inventory->n_racks /
			    inventory->n_places[k]);
		}
		figures.places[k] = places[k];
	}
	fill_place(&operators[0], inventory->n_racks);
	figures.operators = operators;
	fill_frames(inventory);
	return &figures;
}

void
fake_figures_done(void)
{
	free(racks);
	frames_free(frames);
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(places[k]);
	}
}

struct failover_view
failover_judge(const struct rack *rack, const struct rollup *rollup)
{
	struct failover_view f = { .state = FAILOVER_OK, .has_ratio = true, .ratio = 0.5,
	    .worst_ratio = 0.5, .survivor = 1, .current_a = 16, .rating_a = 32,
	    .n_phases = 1, .n_feeds = rack->n_feeds };

	(void)rollup;
	f.feeds[0] = (struct feed_load){ .phase_mask = 1, .current_a = { 8 },
	    .has_load = true, .load_ratio = 0.25 };
	return f;
}

const char *
failover_text(enum failover failover)
{
	static const char *const texts[] = { "unknown", "ok", "at_risk",
	    "no_redundancy", "single" };

	return texts[failover];
}
