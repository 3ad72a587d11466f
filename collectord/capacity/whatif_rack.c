/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One rack with some of its feeds lost: formula 5 for a loss that happened, and
 * once more for the next one.  What a lost feed carried is taken to move to the
 * others, phase by phase, as long as nobody says that it has one cord only.
 */
#include <config.h>

#include <math.h>

#include "capacity/electric.h"
#include "capacity/failover.h"
#include "capacity/redundancy.h"
#include "capacity/whatif.h"

/* A rack while it is worked out. */
struct work {
	const struct rack *rack;
	const struct overlay_change *change;
	struct failover_view now;
	uint32_t lost;                     /* bits of feeds */
	unsigned n_left, n_phases;
	bool known;                        /* currents and ratings of all feeds */
	struct redundancy_feed left[INVENTORY_FEEDS_MAX]; /* [n_left] */
};

static enum whatif_load
load_of(double ratio)
{
	return ratio > 1.0 ? WHATIF_OVERLOAD :
	    ratio > ELECTRIC_DERATE ? WHATIF_AT_RISK : WHATIF_OK;
}

static double
volts_of(const struct feed *feed)
{
	return feed->volts > 0.0 ? feed->volts : ELECTRIC_VOLTS;
}

/* Formula 8: the least that a feed of the rack says. */
static double
factor_of(const struct work *work)
{
	double factor = 1.0;

	for (unsigned f = 0; f < work->rack->n_feeds; f++) {
		if (work->now.feeds[f].has_factor && work->now.feeds[f].factor > 0.0) {
			factor = fmin(factor, work->now.feeds[f].factor);
		}
	}
	return factor;
}

/* Servers that are put in draw alike from all feeds and phases. */
static double
added_a(const struct work *work, const struct feed *feed)
{
	const struct overlay_change *change = work->change;

	return change == NULL || change->n_added == 0 ? 0.0 :
	    change->n_added * change->server->need[SPACE_POWER] /
	    (work->rack->n_feeds * work->n_phases * volts_of(feed) * factor_of(work));
}

static void
sum_currents(struct work *work)
{
	double moved_a[ELECTRIC_PHASES] = { 0.0 };
	unsigned i = 0;

	for (unsigned f = 0; f < work->rack->n_feeds; f++) {
		const struct feed *feed = &work->rack->feeds[f];
		const struct feed_load *load = &work->now.feeds[f];
		struct redundancy_feed one = { .n_phases = work->n_phases,
		    .rated_a = load->rating_a, .volts = volts_of(feed) };
		bool lost = (work->lost & 1u << f) != 0;

		work->known = work->known && load->phase_mask == (1u << work->n_phases) - 1 &&
		    (load->has_rating || lost);
		for (unsigned p = 0; p < work->n_phases; p++) {
			one.current_a[p] = load->current_a[p] + added_a(work, feed);
			moved_a[p] += lost ? one.current_a[p] : 0.0;
		}
		if (!lost) {
			work->left[i++] = one;
		}
	}
	for (i = 0; i < work->n_left; i++) {
		for (unsigned p = 0; p < work->n_phases; p++) {
			work->left[i].current_a[p] += moved_a[p] / work->n_left;
		}
	}
}

/* The fullest phase; a lower bound where not all is known. */
static void
judge_load(const struct work *work, struct whatif_rack *out)
{
	out->has_limit = true;
	for (unsigned i = 0; i < work->n_left; i++) {
		const struct redundancy_feed *feed = &work->left[i];

		if (!(feed->rated_a > 0.0)) {
			out->has_limit = false;
			continue;
		}
		out->limit_w += electric_derated(electric_rated_va(feed->n_phases,
		    feed->volts, feed->rated_a)) * factor_of(work);
		for (unsigned p = 0; p < work->n_phases; p++) {
			out->ratio = fmax(out->ratio, feed->current_a[p] / feed->rated_a);
		}
	}
	/* what is known already may be too much */
	out->has_ratio = work->known || out->ratio > ELECTRIC_DERATE;
	out->load = out->has_ratio ? load_of(out->ratio) : WHATIF_UNKNOWN;
}

static void
judge_next(const struct work *work, struct whatif_rack *out)
{
	if (work->n_left == 1) {
		out->failover = FAILOVER_SINGLE;
	} else if (work->known) {
		out->failover = redundancy_judge(work->left, work->n_left,
		    factor_of(work)).state;
	}
}

static uint32_t
dark_equipment(const struct work *work)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < work->rack->n_equipment; i++) {
		uint32_t feeds = work->rack->equipment[i].feeds;

		n += feeds != 0 && (feeds & ~work->lost) == 0;
	}
	return n;
}

static void
take_power(const struct work *work, const struct rollup *rollup, struct whatif_rack *out)
{
	const struct part_sum *sum = rollup == NULL ||
	    work->rack->index >= rollup->inventory->n_racks ? NULL :
	    &rollup->racks[work->rack->index].sum;

	out->has_load = sum != NULL && sum->n_power > 0;
	out->load_w = out->has_load ? sum->power_w : 0.0;
	if (work->change != NULL && work->change->n_added > 0) {
		out->load_w += work->change->n_added *
		    work->change->server->need[SPACE_POWER];
	}
}

struct whatif_rack
whatif_rack(const struct rack *rack, const struct rollup *rollup,
    const struct tree *tree, const struct overlay *overlay)
{
	struct work work = { .rack = rack, .change = overlay_of(overlay, rack->index),
	    .now = failover_judge(rack, rollup), .known = true };
	struct whatif_rack out = { .load = WHATIF_UNKNOWN, .failover = FAILOVER_UNKNOWN };

	if (overlay != NULL) {
		work.lost = tree_lost(tree, &tree->groups[tree->group_of[rack->index]],
		    overlay) | (work.change != NULL ? work.change->feeds_lost : 0);
	}
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		work.n_left += (work.lost & 1u << f) == 0;
		work.known = work.known && (rack->feeds[f].phases == 3) ==
		    (rack->feeds[0].phases == 3);
	}
	out.n_equipment = work.lost != 0 ? dark_equipment(&work) : 0;
	if (rack->n_feeds == 0) {
		return out;
	}
	if (work.n_left == 0) {
		out.load = WHATIF_DARK;
		out.failover = FAILOVER_NO_REDUNDANCY;
		return out;
	}
	work.n_phases = rack->feeds[0].phases == 3 ? 3 : 1;
	take_power(&work, rollup, &out);
	sum_currents(&work);
	judge_load(&work, &out);
	judge_next(&work, &out);
	if (out.n_equipment > 0 && out.load < WHATIF_PARTLY_DARK) {
		out.load = WHATIF_PARTLY_DARK;
	}
	return out;
}
