/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/failover.h"

#include <math.h>
#include <string.h>

#include "capacity/redundancy.h"

static double
volts_of(const struct feed *feed)
{
	return feed->volts > 0.0 ? feed->volts : ELECTRIC_VOLTS;
}

static unsigned
phases_of(const struct feed *feed)
{
	return feed->phases == 3 ? 3 : 1;
}

/* Formula 8: power over apparent power of one slot, else what a device states. */
static void
set_factor(struct feed_load *load, const struct feed_slot *slot, const double *power_w)
{
	load->has_apparent = (slot->flags & FEED_APPARENT) != 0;
	load->apparent_va = (double)slot->apparent_va;
	if (load->has_apparent && power_w != NULL) {
		load->has_factor = electric_power_factor(*power_w, load->apparent_va,
		    &load->factor);
	}
	if (!load->has_factor && (slot->flags & FEED_FACTOR) != 0) {
		load->has_factor = true;
		load->factor = (double)slot->power_factor;
	}
}

static void
set_rating(struct feed_load *load, const struct feed_slot *slot, const struct feed *feed)
{
	if (feed->breaker_a > 0.0) {
		load->rating_a = feed->breaker_a;
	} else if (slot != NULL && (slot->flags & FEED_RATED) != 0) {
		load->rating_a = (double)slot->rated_a;
	}
	load->has_rating = load->rating_a > 0.0;
	load->rated_va = electric_rated_va(phases_of(feed), volts_of(feed),
	    load->rating_a);
	load->derated_va = electric_derated(load->rated_va);
}

struct feed_load
failover_feed(const struct feed *feed, const struct feed_slot *slot, const double *power_w)
{
	struct feed_load load = { .phase_mask = 0 };
	struct electric_phases phases = { 0 };

	set_rating(&load, slot, feed);
	if (slot == NULL) {
		return load;
	}
	/* what was measured as three phases is no reading of one */
	phases.mask = phases_of(feed) == 3 ? slot->phase_mask : slot->phase_mask & 1;
	for (unsigned p = 0; p < FAILOVER_PHASES; p++) {
		phases.current_a[p] = (phases.mask & 1u << p) != 0 ?
		    slot->current_ma[p] / 1e3 : 0.0;
	}
	load.phase_mask = phases.mask;
	memcpy(load.current_a, phases.current_a, sizeof(load.current_a));
	load.has_load = electric_load_ratio(&phases, load.rating_a, &load.load_ratio);
	load.has_imbalance = electric_imbalance(&phases, load.rating_a,
	    &load.imbalance);
	set_factor(&load, slot, power_w);
	return load;
}

/* Rating and all phases are known. */
static bool
complete(const struct feed_load *load, const struct feed *feed)
{
	return load->has_rating &&
	    load->phase_mask == (phases_of(feed) == 3 ? 7 : 1);
}

static void
judge(struct failover_view *view, const struct rack *rack, double factor)
{
	struct redundancy_feed feeds[INVENTORY_FEEDS_MAX];
	struct redundancy found;

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		feeds[f] = (struct redundancy_feed){
			.n_phases = phases_of(&rack->feeds[f]),
			.rated_a = view->feeds[f].rating_a,
			.volts = volts_of(&rack->feeds[f]) };
		memcpy(feeds[f].current_a, view->feeds[f].current_a,
		    sizeof(feeds[f].current_a));
	}
	found = redundancy_judge(feeds, rack->n_feeds, factor);
	view->has_ratio = true;
	view->ratio = found.ratio;
	view->worst_ratio = found.worst_ratio;
	view->headroom_w = found.headroom_w;
	view->headroom_a = found.headroom_a;
	view->arc_va = found.arc_va;
	view->lost = found.lost;
	view->survivor = found.survivor;
	view->phase = found.phase;
	view->rating_a = feeds[found.survivor].rated_a;
	view->current_a = found.ratio * view->rating_a;
	view->state = found.state;
}

struct failover_view
failover_judge(const struct rack *rack, const struct rollup *rollup)
{
	struct failover_view view = { .n_feeds = rack->n_feeds };
	const struct feed_slot *slots;
	unsigned n_slots;
	double factor = 1.0;
	bool known = rack->n_feeds > 1;

	slots = rollup_feeds(rollup, rack->index, &n_slots);
	/* a reload gave the rack other feeds: the next slot will tell */
	slots = n_slots == rack->n_feeds ? slots : NULL;
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		const struct rack_slot *sums = slots == NULL ? NULL :
		    &rollup->racks[rack->index];
		const double *power_w = sums != NULL && (sums->feed_mask & 1u << f) != 0 ?
		    &sums->feed_power_w[f] : NULL;

		view.feeds[f] = failover_feed(&rack->feeds[f],
		    slots != NULL ? &slots[f] : NULL, power_w);
		known = known && complete(&view.feeds[f], &rack->feeds[f]) &&
		    phases_of(&rack->feeds[f]) == phases_of(&rack->feeds[0]);
		if (view.feeds[f].has_factor) {
			factor = fmin(factor, view.feeds[f].factor);
		}
	}
	view.n_phases = rack->n_feeds > 0 ? phases_of(&rack->feeds[0]) : 0;
	if (rack->n_feeds == 1) {
		view.state = FAILOVER_SINGLE;
	} else if (known) {
		judge(&view, rack, factor);
	}
	return view;
}
