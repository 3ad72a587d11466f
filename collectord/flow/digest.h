/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The digest of a layout: which of its slots flow itself must understand
 * (power, currents, voltage, air, counters), found once per layout.
 *
 * Route: normalise and reading use it for every batch.  Thread: FLOW.
 * Source: domain.md 2.3 formulas 3 (rack power from feeds), 5-8,
 * 13-16 (what they need).
 */
#ifndef FLOW_DIGEST_H
#define FLOW_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/air.h"
#include "model/layout.h"

/* What a slot tells of its device as a whole. */
enum digest_mark {
	DIGEST_POWER_TOTAL = 0, /* power_w of the device itself */
	DIGEST_POWER_INLET,     /* power_w of "inlet 1", "inlet 2", … */
	DIGEST_POWER_PHASE,     /* power_w of L1, L2, L3 */
	DIGEST_VOLTAGE,         /* voltage_v of the device, an inlet, a phase */
	DIGEST_TEMPERATURE,     /* temperature_c, every instance but the next */
	DIGEST_INLET,           /* temperature_c of "inlet", "inlet 2", … */
	DIGEST_CURRENT_TOTAL,   /* current_a as power_w above … */
	DIGEST_CURRENT_INLET,
	DIGEST_CURRENT_L1, DIGEST_CURRENT_L2, DIGEST_CURRENT_L3,
	DIGEST_APPARENT_TOTAL,  /* apparent_va, too */
	DIGEST_APPARENT_INLET,
	DIGEST_APPARENT_PHASE,
	DIGEST_FACTOR,          /* power_factor of the device itself */
	DIGEST_RATED,           /* rated_current_a of the device itself */
	DIGEST_HUMIDITY,        /* humidity_pct, not of the outlet */
	DIGEST_DEW_POINT,       /* dew_point_c, the same */
	DIGEST_MARK_N
};

struct digest_entry {
	uint32_t slot;          /* index in the layout */
	enum digest_mark mark;
	enum air_place air;     /* of temperatures */
	bool strict;            /* of temperatures, see air_is_strict */
	uint32_t beside;        /* humidity: the temperature of the same instance, or
				 * UINT32_MAX */
};

struct digest {
	const struct col_layout *layout;
	uint32_t n_counters;    /* slots of kind COL_COUNTER */
	uint32_t n_entries;
	struct digest_entry entries[];
};

/* One digest per layout id, made when it is first seen. */
struct digests {
	struct digest **items;  /* by layout id, NULL: not seen yet */
	uint32_t n_items;
};

void digests_init(struct digests *digests);
void digests_done(struct digests *digests);
/*
 * Returns the digest of layout, or NULL when memory is out.
 * Owns: borrowed until digests_done.
 */
const struct digest *digests_get(struct digests *digests,
    const struct col_layout *layout);

#endif
