/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/failover.h"

#include <string.h>

#include "capacity/redundancy.h"
#include "model/metric.h"

/* What the devices of one feed say, by where they say it. */
struct found {
	bool has_total, has_phase[FAILOVER_PHASES], has_inlet;
	double total_a, phase_a[FAILOVER_PHASES], inlet_a;
	bool has_factor, has_rating;
	double factor, rating_a;
};

static void
take_current(struct found *found, const char *instance, double amps)
{
	if (instance[0] == '\0') {
		found->has_total = true;
		found->total_a += amps;
	} else if (instance[0] == 'L' && instance[1] >= '1' &&
	    instance[1] <= '3' && instance[2] == '\0') {
		found->has_phase[instance[1] - '1'] = true;
		found->phase_a[instance[1] - '1'] += amps;
	} else if (strncmp(instance, "inlet ", 6) == 0 &&
	    strchr(instance + 6, ' ') == NULL) {
		found->has_inlet = true;
		found->inlet_a += amps;
	}
}

static void
take_value(struct found *found, const struct latest_value *value)
{
	const char *instance = value->slot->instance;

	if (value->slot->metric == METRIC_CURRENT_A) {
		take_current(found, instance, value->number);
	} else if (instance[0] != '\0') {
		return;
	} else if (value->slot->metric == METRIC_POWER_FACTOR) {
		found->has_factor = value->number > 0.0;
		found->factor = value->number;
	} else if (value->slot->metric == METRIC_RATED_CURRENT_A) {
		found->has_rating = value->number > 0.0;
		found->rating_a = value->number;
	}
}

static void
take_device(struct found *found, const struct latest *latest, uint32_t device,
    struct wall as_of, int64_t interval_ns)
{
	struct latest_copy copy;

	if (latest_get(latest, device, &copy) < 0) {
		return;
	}
	for (uint32_t i = 0; i < copy.n_values; i++) {
		const struct latest_value *value = &copy.values[i];

		if (latest_quality(value, as_of, interval_ns) == COL_GOOD) {
			take_value(found, value);
		}
	}
	latest_copy_done(&copy);
}

/* One phase: the device's own current, else its only phase, else its inlets. */
static void
set_single(struct feed_load *load, const struct found *found)
{
	load->phase_mask = 1;
	if (found->has_total) {
		load->current_a[0] = found->total_a;
	} else if (found->has_phase[0]) {
		load->current_a[0] = found->phase_a[0];
	} else if (found->has_inlet) {
		load->current_a[0] = found->inlet_a;
	} else {
		load->phase_mask = 0;
	}
}

static void
set_load(struct feed_load *load, const struct found *found, const struct feed *feed)
{
	double highest = 0.0;

	if (feed->phases != 3) {
		set_single(load, found);
	}
	for (unsigned p = 0; feed->phases == 3 && p < FAILOVER_PHASES; p++) {
		if (found->has_phase[p]) {
			load->phase_mask |= (uint8_t)(1u << p);
			load->current_a[p] = found->phase_a[p];
		}
	}
	load->has_rating = feed->breaker_a > 0.0 || found->has_rating;
	load->rating_a = feed->breaker_a > 0.0 ? feed->breaker_a : found->rating_a;
	for (unsigned p = 0; p < FAILOVER_PHASES; p++) {
		highest = load->current_a[p] > highest ? load->current_a[p] : highest;
	}
	load->has_load = load->phase_mask != 0 && load->has_rating;
	load->load_ratio = load->has_load ? highest / load->rating_a : 0.0;
}

static double
volts_of(const struct feed *feed)
{
	return feed->volts > 0.0 ? feed->volts : ELECTRIC_VOLTS;
}

/* All phases of a feed are known. */
static bool
complete(const struct feed_load *load, const struct feed *feed)
{
	return load->has_rating &&
	    load->phase_mask == (feed->phases == 3 ? 7 : 1);
}

static void
judge(struct failover_view *view, const struct rack *rack, double factor)
{
	struct redundancy_feed feeds[INVENTORY_FEEDS_MAX];
	struct redundancy found;

	for (unsigned f = 0; f < rack->n_feeds; f++) {
		feeds[f] = (struct redundancy_feed){
			.n_phases = rack->feeds[f].phases == 3 ? 3 : 1,
			.rated_a = view->feeds[f].rating_a,
			.volts = volts_of(&rack->feeds[f]) };
		memcpy(feeds[f].current_a, view->feeds[f].current_a,
		    sizeof(feeds[f].current_a));
	}
	found = redundancy_judge(feeds, rack->n_feeds, factor);
	view->has_ratio = true;
	view->ratio = found.ratio;
	view->has_headroom = true;
	view->headroom_w = found.headroom_w;
	view->state = found.state;
}

struct failover_view
failover_of(const struct inventory *inventory, const struct rack *rack,
    const struct latest *latest, struct wall as_of, int64_t interval_ns)
{
	struct failover_view view = { .n_feeds = rack->n_feeds };
	struct found found[INVENTORY_FEEDS_MAX];
	double factor = 1.0;
	bool known = rack->n_feeds > 1;

	memset(found, 0, sizeof(found));
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = inventory->devices[rack->devices[i]];

		if (device->feed >= 0 && (unsigned)device->feed < rack->n_feeds) {
			take_device(&found[device->feed], latest, device->index, as_of,
			    interval_ns);
		}
	}
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		set_load(&view.feeds[f], &found[f], &rack->feeds[f]);
		known = known && complete(&view.feeds[f], &rack->feeds[f]) &&
		    rack->feeds[f].phases == rack->feeds[0].phases;
		if (found[f].has_factor && found[f].factor < factor) {
			factor = found[f].factor;
		}
	}
	if (rack->n_feeds == 1) {
		view.state = FAILOVER_SINGLE;
	} else if (known) {
		judge(&view, rack, factor);
	}
	return view;
}
