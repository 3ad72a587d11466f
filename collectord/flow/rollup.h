/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rollups: what one slot says of every rack and every place above it; one
 * immutable, reference-counted object per closed slot.
 *
 * A sum above the rack is the sum of its known parts and travels with the
 * counts of known and expected parts; unknown is never 0.
 *
 * Route: flow closes slots -> capacity, store, http.  Thread: made by FLOW,
 * read by any.  Source: DESIGN.md section 3 "Time"; domain.md 2.3 formulas 3, 5-8, 13-16.
 */
#ifndef FLOW_ROLLUP_H
#define FLOW_ROLLUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "flow/air.h"
#include "model/inventory.h"

/* What a slot says of a rack or a place.  Power parts are feeds (devices that
 * measure a feed's power), or a rack's BMCs where it has no such feed; device
 * counts are all devices below. */
struct part_sum {
	double power_w;             /* of the known parts; unknown if n_power == 0 */
	uint32_t n_power, n_power_expected;
	uint32_t n_devices, n_devices_expected; /* answered with a good value */
	double temperature_max_c;   /* valid if n_temperature */
	uint32_t n_temperature;
};

/*
 * Who says what a rack draws: its feeds, if a device on one of them measures
 * power or might, else its BMCs.  Never both: they see the same watts.
 */
enum power_source { POWER_SOURCE_NONE = 0, POWER_SOURCE_PDU, POWER_SOURCE_IPMI,
	POWER_SOURCE_N };

/* "pdu", "ipmi"; NULL for none. */
static inline const char *
power_source_text(enum power_source source)
{
	return source == POWER_SOURCE_PDU ? "pdu" :
	    source == POWER_SOURCE_IPMI ? "ipmi" : NULL;
}

/* What one source says; n_expected 0: the rack has no such source. */
struct source_sum {
	double power_w;             /* of the known parts */
	uint16_t n_known, n_expected; /* feeds, or BMCs */
};

struct rack_slot {
	struct part_sum sum;        /* its power is that of source */
	enum power_source source;
	struct source_sum by_source[POWER_SOURCE_N];
	bool inlet_by_bmc;          /* no probe: the temperature is a BMC's inlet */
	bool any_good;              /* at least one good sample */
	bool voltage_ok;            /* every feed known and >= 80 % of nominal */
	bool has_voltage;           /* at least one feed's voltage is known */
	float voltage_min_v;        /* the lowest feed; valid if has_voltage */
	bool power_whole;           /* the power of every part is known */
	uint8_t n_feeds_known;
	double feed_power_w[INVENTORY_FEEDS_MAX]; /* valid if bit in feed_mask */
	uint8_t feed_mask;
	struct air air;             /* of its probes, else of its BMCs */
};

enum feed_flags { FEED_APPARENT = 1u << 0, FEED_FACTOR = 1u << 1, FEED_RATED = 1u << 2 };

/* What the devices on one feed of a rack say of it in one slot: good values
 * of all of them, or nothing. */
struct feed_slot {
	int32_t current_ma[3];      /* mA, valid by phase_mask */
	float apparent_va;          /* valid by flags as what follows */
	float power_factor;         /* the lowest that a device states */
	float rated_a;              /* of the devices' own ratings the lowest */
	uint8_t phase_mask;         /* bit 0: L1; of one phase only bit 0 */
	uint8_t flags;              /* enum feed_flags */
};

struct rollup {
	struct wall slot;           /* start of the slot */
	int64_t interval_ns;
	const struct inventory *inventory;  /* one reference */
	const struct rack_slot *racks;      /* [inventory->n_racks] */
	const struct part_sum *places[ENTITY_PLACE_N]; /* [n_places[kind]] */
	const struct feed_slot *feeds;      /* of all racks, see rollup_feeds */
	const uint32_t *first_feed;         /* [inventory->n_racks + 1] */
};

/* The feeds of a rack in the rack's order, *ret_n 0 for a rack that the rollup
 * does not know. */
static inline const struct feed_slot *
rollup_feeds(const struct rollup *rollup, uint32_t rack, unsigned *ret_n)
{
	*ret_n = 0;
	if (rollup == NULL || rollup->first_feed == NULL ||
	    rack >= rollup->inventory->n_racks) {
		return NULL;
	}
	*ret_n = rollup->first_feed[rack + 1] - rollup->first_feed[rack];
	return &rollup->feeds[rollup->first_feed[rack]];
}

/* Thread: any. */
const struct rollup *rollup_ref(const struct rollup *rollup);
/* Frees with the last reference; accepts NULL.  Thread: any. */
void rollup_unref(const struct rollup *rollup);

/* ---- making them; Thread: FLOW ------------------------------------------- */

struct reading;

/* A device of a rack, as the sums need it. */
struct rollup_member {
	uint32_t device;            /* dense id */
	int8_t feed;                /* index in the rack's feeds, -1: none */
	bool is_bmc;
	float voltage_low_v;        /* 80 % of the feed's nominal voltage */
};

/* Who adds to what, flat, made once per inventory. */
struct rollup_plan {
	const struct inventory *inventory;  /* one reference */
	uint32_t *first;            /* [n_racks + 1]: first member of each rack */
	uint32_t *first_feed;       /* [n_racks + 1]: feeds of the racks before it */
	struct rollup_member *members;
	uint32_t *loose;            /* devices that stand in no rack */
	uint32_t n_loose;
};

/* Errors: NULL when memory is out.  Owns: free with rollup_plan_free. */
struct rollup_plan *rollup_plan_new(const struct inventory *inventory);
void rollup_plan_free(struct rollup_plan *plan);

/*
 * Sums one slot.  readings: by dense id, at least inventory->n_devices.
 * Owns: one reference.  Errors: NULL when memory is out.
 */
const struct rollup *rollup_new(const struct rollup_plan *plan,
    const struct reading *readings, struct wall slot, int64_t interval_ns);

#endif
