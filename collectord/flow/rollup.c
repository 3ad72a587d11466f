/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Racks are summed from their members, rows from racks, and every place above
 * from the places below it: one pass, no place is visited twice.
 */
#include <config.h>

#include "flow/rollup.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "flow/reading.h"

/* Phase to neutral.  Source: domain.md 2.3 formula 1 (China: 220/380 V). */
#define NOMINAL_V 220.0
/* A feed is alive at 80 % of nominal.  Source: DESIGN.md 4.6. */
#define ALIVE_RATIO 0.8

struct rollup_box {
	struct rollup rollup;      /* first: what the callers see */
	_Atomic uint32_t n_refs;
	struct rack_slot *racks;
	struct part_sum *places[ENTITY_PLACE_N];
	struct feed_slot *feeds;
	uint32_t *first_feed;
};

const struct rollup *
rollup_ref(const struct rollup *rollup)
{
	struct rollup_box *box = (struct rollup_box *)(uintptr_t)rollup;

	if (box != NULL) {
		atomic_fetch_add_explicit(&box->n_refs, 1, memory_order_relaxed);
	}
	return rollup;
}

static void
box_free(struct rollup_box *box)
{
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		free(box->places[k]);
	}
	free(box->racks);
	free(box->feeds);
	free(box->first_feed);
	inventory_unref(box->rollup.inventory);
	free(box);
}

void
rollup_unref(const struct rollup *rollup)
{
	struct rollup_box *box = (struct rollup_box *)(uintptr_t)rollup;

	if (box != NULL && atomic_fetch_sub_explicit(&box->n_refs, 1,
	    memory_order_acq_rel) == 1) {
		box_free(box);
	}
}

static struct rollup_member
member_of(const struct rack *rack, const struct device *device)
{
	struct rollup_member member = { .device = device->index, .feed = -1 };
	double volts = NOMINAL_V;

	/* A server hangs on all feeds: what it draws is no feed's power. */
	member.is_bmc = device->kind != NULL && strcmp(device->kind, "bmc") == 0;
	if (!member.is_bmc && device->feed >= 0 && (unsigned)device->feed < rack->n_feeds) {
		member.feed = (int8_t)device->feed;
		if (rack->feeds[device->feed].volts > 0.0) {
			volts = rack->feeds[device->feed].volts;
		}
	}
	member.voltage_low_v = (float)(volts * ALIVE_RATIO);
	return member;
}

static void
plan_fill(struct rollup_plan *plan)
{
	const struct inventory *inventory = plan->inventory;
	uint32_t n = 0, n_feeds = 0;

	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		const struct rack *rack = inventory->racks[r];

		plan->first[r] = n;
		plan->first_feed[r] = n_feeds;
		n_feeds += rack != NULL ? rack->n_feeds : 0;
		for (uint32_t i = 0; rack != NULL && i < rack->n_devices; i++) {
			plan->members[n++] = member_of(rack,
			    inventory->devices[rack->devices[i]]);
		}
	}
	plan->first[inventory->n_racks] = n;
	plan->first_feed[inventory->n_racks] = n_feeds;
	for (uint32_t d = 0; d < inventory->n_devices; d++) {
		const struct device *device = inventory->devices[d];

		if (device != NULL && device->rack == INVENTORY_NONE) {
			plan->loose[plan->n_loose++] = d;
		}
	}
}

struct rollup_plan *
rollup_plan_new(const struct inventory *inventory)
{
	struct rollup_plan *plan = calloc(1, sizeof(*plan));
	size_t n_devices = (size_t)inventory->n_devices + 1;

	if (plan == NULL) {
		return NULL;
	}
	plan->inventory = inventory_ref(inventory);
	plan->first = calloc((size_t)inventory->n_racks + 1, sizeof(*plan->first));
	plan->first_feed = calloc((size_t)inventory->n_racks + 1,
	    sizeof(*plan->first_feed));
	plan->members = calloc(n_devices, sizeof(*plan->members));
	plan->loose = calloc(n_devices, sizeof(*plan->loose));
	if (plan->first == NULL || plan->first_feed == NULL || plan->members == NULL ||
	    plan->loose == NULL) {
		rollup_plan_free(plan);
		return NULL;
	}
	plan_fill(plan);
	return plan;
}

void
rollup_plan_free(struct rollup_plan *plan)
{
	if (plan == NULL) {
		return;
	}
	inventory_unref(plan->inventory);
	free(plan->first);
	free(plan->first_feed);
	free(plan->members);
	free(plan->loose);
	free(plan);
}

/* What the members of one feed say together. */
struct feed_sum {
	double power_w;
	uint8_t n_members, n_power, n_power_expected;
	bool has_voltage, voltage_ok;
	float voltage_v;
	uint8_t n_currents, n_apparent, n_electric; /* of n_electric devices */
	struct feed_slot slot;
};

/* Two devices on a feed share its load; what one lacks the feed lacks. */
static void
electric_add(struct feed_sum *feed, const struct reading *reading)
{
	struct feed_slot *slot = &feed->slot;

	/* who is silent may have currents; a sensor has neither these nor power */
	feed->n_electric += (reading->flags & READING_NO_POWER) == 0 ||
	    reading->phase_mask != 0;
	if (reading->phase_mask != 0) {
		slot->phase_mask = feed->n_currents == 0 ? reading->phase_mask :
		    slot->phase_mask & reading->phase_mask;
		feed->n_currents++;
		for (unsigned p = 0; p < READING_PHASES; p++) {
			slot->current_ma[p] += slot->current_ma[p] < INT32_MAX / 2 ?
			    reading->current_ma[p] : 0;
		}
	}
	if ((reading->flags & READING_APPARENT) != 0) {
		slot->apparent_va += reading->apparent_va;
		feed->n_apparent++;
	}
	if ((reading->flags & READING_FACTOR) != 0 && ((slot->flags & FEED_FACTOR) == 0 ||
	    reading->power_factor < slot->power_factor)) {
		slot->power_factor = reading->power_factor;
		slot->flags |= FEED_FACTOR;
	}
	if ((reading->flags & READING_RATED) != 0 && ((slot->flags & FEED_RATED) == 0 ||
	    reading->rated_a < slot->rated_a)) {
		slot->rated_a = reading->rated_a;
		slot->flags |= FEED_RATED;
	}
}

/* What one device of the feed does not tell now is not known of the feed. */
static struct feed_slot
electric_of(const struct feed_sum *feed)
{
	struct feed_slot slot = feed->slot;

	if (feed->n_currents < feed->n_electric) {
		slot.phase_mask = 0;
	}
	if (feed->n_apparent > 0 && feed->n_apparent >= feed->n_electric) {
		slot.flags |= FEED_APPARENT;
	}
	return slot;
}

/*
 * A device that is known to measure no power (a sensor on that feed) is not
 * waited for; one that has not answered is, as nobody knows what it would say.
 */
static void
feed_add(struct feed_sum *feed, const struct rollup_member *member,
    const struct reading *reading)
{
	feed->n_members++;
	electric_add(feed, reading);
	if ((reading->flags & READING_NO_POWER) == 0) {
		feed->n_power_expected++;
	}
	if ((reading->flags & READING_POWER) != 0) {
		feed->n_power++;
		feed->power_w += reading->power_w;
	}
	if ((reading->flags & READING_VOLTAGE) == 0) {
		return;
	}
	/* Of several devices on a feed the one behind the open breaker tells. */
	if (!feed->has_voltage || reading->voltage_v < feed->voltage_v) {
		feed->voltage_v = reading->voltage_v;
		feed->voltage_ok = reading->voltage_v >= member->voltage_low_v;
	}
	feed->has_voltage = true;
}

static void
device_add(struct part_sum *sum, const struct reading *reading)
{
	sum->n_devices_expected++;
	sum->n_devices += (reading->flags & READING_GOOD) != 0;
}

static void
temperature_add(struct part_sum *sum, double temperature_c, uint32_t n)
{
	if (n > 0 && (sum->n_temperature == 0 ||
	    temperature_c > sum->temperature_max_c)) {
		sum->temperature_max_c = temperature_c;
	}
	sum->n_temperature += n;
}

/* A BMC that has answered and has no watts to tell is not waited for. */
static void
bmc_add(struct source_sum *bmcs, const struct reading *reading)
{
	if ((reading->flags & READING_NO_POWER) == 0) {
		bmcs->n_expected++;
	}
	if ((reading->flags & READING_POWER) != 0) {
		bmcs->n_known++;
		bmcs->power_w += reading->power_w;
	}
}

static void
feed_voltage(struct rack_slot *slot, const struct feed_sum *feed)
{
	if (feed->has_voltage && (!slot->has_voltage ||
	    feed->voltage_v < slot->voltage_min_v)) {
		slot->has_voltage = true;
		slot->voltage_min_v = feed->voltage_v;
	}
}

/* Returns true when a device on some feed measures its power, or may. */
static bool
rack_feeds(struct rack_slot *slot, const struct feed_sum *feeds)
{
	struct source_sum *pdus = &slot->by_source[POWER_SOURCE_PDU];
	bool voltage_ok = true, measured = false;

	for (unsigned f = 0; f < INVENTORY_FEEDS_MAX; f++) {
		const struct feed_sum *feed = &feeds[f];

		if (feed->n_members == 0) {
			continue;
		}
		pdus->n_expected++;
		measured = measured || feed->n_power_expected > 0;
		voltage_ok = voltage_ok && feed->has_voltage && feed->voltage_ok;
		feed_voltage(slot, feed);
		if (feed->n_power > 0 && feed->n_power == feed->n_power_expected) {
			pdus->n_known++;
			pdus->power_w += feed->power_w;
			slot->feed_power_w[f] = feed->power_w;
			slot->feed_mask |= (uint8_t)(1u << f);
		}
	}
	slot->n_feeds_known = (uint8_t)pdus->n_known;
	slot->voltage_ok = voltage_ok && pdus->n_expected > 0;
	return measured;
}

/* One source alone makes the rack's power: the other sees the same watts. */
static void
choose_power(struct rack_slot *slot, bool feeds_measured)
{
	struct source_sum *pdus = &slot->by_source[POWER_SOURCE_PDU];
	const struct source_sum *chosen = pdus;

	if (!feeds_measured && slot->by_source[POWER_SOURCE_IPMI].n_expected > 0) {
		*pdus = (struct source_sum){ 0 };
		slot->source = POWER_SOURCE_IPMI;
		chosen = &slot->by_source[POWER_SOURCE_IPMI];
	} else if (pdus->n_expected > 0) {
		slot->source = POWER_SOURCE_PDU;
	}
	slot->sum.power_w = chosen->power_w;
	slot->sum.n_power = chosen->n_known;
	slot->sum.n_power_expected = chosen->n_expected;
	slot->power_whole = chosen->n_expected > 0 &&
	    chosen->n_known == chosen->n_expected;
}

/* What a rack's devices say of its air, probes and BMCs apart. */
struct air_sum {
	bool has_probe;            /* even when it is silent now */
	struct part_sum probes, inlets;
	struct air by_probes, by_bmcs;
};

static void
air_add(struct air_sum *air, const struct rollup_member *member,
    const struct reading *reading)
{
	air_merge(member->is_bmc ? &air->by_bmcs : &air->by_probes, &reading->air);
	if (member->is_bmc) {
		/* inside a server it is warm: only its inlet is the rack's air */
		if ((reading->flags & READING_INLET) != 0) {
			temperature_add(&air->inlets, (double)reading->inlet_c, 1);
		}
		return;
	}
	air->has_probe |= (reading->flags & (READING_PROBE | READING_TEMPERATURE)) != 0;
	if ((reading->flags & READING_TEMPERATURE) != 0) {
		temperature_add(&air->probes, (double)reading->temperature_c, 1);
	}
}

static void
choose_air(struct rack_slot *slot, const struct air_sum *air)
{
	slot->air = air->has_probe ? air->by_probes : air->by_bmcs;
	slot->inlet_by_bmc = !air->has_probe && air->inlets.n_temperature > 0;
	temperature_add(&slot->sum, slot->inlet_by_bmc ? air->inlets.temperature_max_c :
	    air->probes.temperature_max_c, slot->inlet_by_bmc ?
	    air->inlets.n_temperature : air->probes.n_temperature);
}

static void
rack_sum(struct rollup_box *box, const struct rollup_plan *plan, uint32_t rack,
    const struct reading *readings)
{
	const struct rollup_member *members = &plan->members[plan->first[rack]];
	uint32_t n_members = plan->first[rack + 1] - plan->first[rack];
	struct rack_slot *slot = &box->racks[rack];
	struct feed_sum feeds[INVENTORY_FEEDS_MAX] = { { 0 } };
	struct air_sum air = { 0 };

	for (uint32_t i = 0; i < n_members; i++) {
		const struct reading *reading = &readings[members[i].device];

		device_add(&slot->sum, reading);
		slot->any_good |= (reading->flags & READING_GOOD) != 0;
		air_add(&air, &members[i], reading);
		if (members[i].is_bmc) {
			bmc_add(&slot->by_source[POWER_SOURCE_IPMI], reading);
		} else if (members[i].feed >= 0) {
			feed_add(&feeds[members[i].feed], &members[i], reading);
		}
	}
	choose_power(slot, rack_feeds(slot, feeds));
	choose_air(slot, &air);
	for (uint32_t f = plan->first_feed[rack]; f < plan->first_feed[rack + 1]; f++) {
		box->feeds[f] = electric_of(&feeds[f - plan->first_feed[rack]]);
	}
}

static void
sum_add(struct part_sum *to, const struct part_sum *from)
{
	to->power_w += from->power_w;
	to->n_power += from->n_power;
	to->n_power_expected += from->n_power_expected;
	to->n_devices += from->n_devices;
	to->n_devices_expected += from->n_devices_expected;
	temperature_add(to, from->temperature_max_c, from->n_temperature);
}

static struct rollup_box *
box_new(const struct rollup_plan *plan)
{
	const struct inventory *inventory = plan->inventory;
	struct rollup_box *box = calloc(1, sizeof(*box));
	bool ok;

	if (box == NULL) {
		return NULL;
	}
	box->n_refs = 1;
	box->rollup.inventory = inventory_ref(inventory);
	box->racks = calloc((size_t)inventory->n_racks + 1, sizeof(*box->racks));
	box->rollup.racks = box->racks;
	box->feeds = calloc((size_t)plan->first_feed[inventory->n_racks] + 1,
	    sizeof(*box->feeds));
	box->rollup.feeds = box->feeds;
	box->first_feed = malloc(((size_t)inventory->n_racks + 1) *
	    sizeof(*box->first_feed));
	box->rollup.first_feed = box->first_feed;
	ok = box->racks != NULL && box->feeds != NULL && box->first_feed != NULL;
	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		box->places[k] = calloc((size_t)inventory->n_places[k] + 1,
		    sizeof(*box->places[k]));
		box->rollup.places[k] = box->places[k];
		ok = ok && box->places[k] != NULL;
	}
	if (!ok) {
		box_free(box);
		return NULL;
	}
	memcpy(box->first_feed, plan->first_feed,
	    ((size_t)inventory->n_racks + 1) * sizeof(*box->first_feed));
	return box;
}

/* From the rows upwards, so that every place is whole before it is added. */
static void
sum_places(struct rollup_box *box)
{
	const struct inventory *inventory = box->rollup.inventory;

	for (unsigned k = ENTITY_PLACE_N - 1; k > ENTITY_PROVINCE; k--) {
		for (uint32_t i = 0; i < inventory->n_places[k]; i++) {
			const struct place *place = inventory->places[k][i];

			if (place != NULL && place->parent != INVENTORY_NONE) {
				sum_add(&box->places[k - 1][place->parent],
				    &box->places[k][i]);
			}
		}
	}
}

/* Devices that stand in no rack count as devices of their place only. */
static void
sum_loose(struct rollup_box *box, const struct rollup_plan *plan,
    const struct reading *readings)
{
	for (uint32_t i = 0; i < plan->n_loose; i++) {
		const struct device *device =
		    plan->inventory->devices[plan->loose[i]];

		if (device->place.kind < ENTITY_PLACE_N &&
		    device->place.index < plan->inventory->n_places[device->place.kind]) {
			device_add(&box->places[device->place.kind][device->place.index],
			    &readings[device->index]);
		}
	}
}

const struct rollup *
rollup_new(const struct rollup_plan *plan, const struct reading *readings,
    struct wall slot, int64_t interval_ns)
{
	const struct inventory *inventory = plan->inventory;
	struct rollup_box *box = box_new(plan);

	if (box == NULL) {
		return NULL;
	}
	box->rollup.slot = slot;
	box->rollup.interval_ns = interval_ns;
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		if (inventory->racks[r] == NULL) {
			continue;
		}
		rack_sum(box, plan, r, readings);
		sum_add(&box->places[ENTITY_ROW][inventory->racks[r]->row],
		    &box->racks[r].sum);
	}
	sum_loose(box, plan, readings);
	sum_places(box);
	return &box->rollup;
}
