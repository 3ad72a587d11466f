/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reading: what one poll says of its device as a whole; all that the sums
 * of a slot need, small enough to keep for every device.
 *
 * Route: flow gathers it from normalised parts, slots keep it, rollup adds.
 * Thread: FLOW.  Source: domain.md 2.3 formulas 3, 5-8, 13-16; DESIGN.md 4.6.
 */
#ifndef FLOW_READING_H
#define FLOW_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "flow/digest.h"
#include "model/batch.h"

enum reading_flags {
	READING_ENDED = 1u << 0,       /* its poll has ended */
	READING_GOOD = 1u << 1,        /* at least one good value */
	READING_POWER = 1u << 2,       /* power_w is known */
	READING_NO_POWER = 1u << 3,    /* it measures no power at all */
	READING_VOLTAGE = 1u << 4,     /* voltage_v is known */
	READING_TEMPERATURE = 1u << 5, /* temperature_c is known */
	READING_INLET = 1u << 6,       /* inlet_c is known */
	READING_PROBE = 1u << 7,       /* it measures temperatures, if not now */
	READING_APPARENT = 1u << 8,    /* apparent_va is known */
	READING_FACTOR = 1u << 9,      /* power_factor is known */
	READING_RATED = 1u << 10,      /* rated_a is known */
};

#define READING_PHASES 3
#define READING_CURRENT_MAX_A 100000.0

struct reading {
	double power_w;        /* the device's total */
	float voltage_v;       /* the feed's, see reading_finish */
	float temperature_c;   /* the highest */
	uint32_t flags;        /* enum reading_flags; 0: no poll has ended */
	float inlet_c;         /* the highest of its inlets */
	int32_t current_ma[READING_PHASES]; /* mA, valid by phase_mask: sums of decimals
				* stay decimals, limits are met exactly */
	float apparent_va;     /* the device's total, or by power and factor */
	float power_factor;    /* > 0 */
	float rated_a;         /* by its own word, > 0 */
	uint8_t phase_mask;    /* bit 0: L1; of one phase only bit 0 */
	struct air air;
};

/* Values of one mark. */
struct reading_mark {
	uint32_t n, n_good;
	double sum, low, high; /* of the good ones */
};

/* Where the parts of one poll are gathered; zeroed before the first. */
struct reading_gather {
	struct reading_mark marks[DIGEST_MARK_N];
	uint32_t n_good;       /* good samples of all kinds */
	bool is_probe;         /* plain temperatures are inlets; set before the first */
	struct air air;
};

/* What a device is known to have, learned from its polls. */
struct reading_known {
	uint8_t marks;         /* bits of its power and temperature marks */
	uint8_t n_inlets;
};

/* Adds the samples of one part. */
void reading_add(struct reading_gather *gather, const struct digest *digest,
    const struct sample *samples);

/*
 * Makes the reading.  known: what this device is known to have, updated;
 * complete: the poll brought all its parts.  A total that is missing or not good
 * makes power unknown: other marks do not fill in.
 * Phases 3: every phase must have voltage; else the best reading counts.
 */
struct reading reading_finish(const struct reading_gather *gather,
    bool complete, unsigned phases, struct reading_known *known);

#endif
