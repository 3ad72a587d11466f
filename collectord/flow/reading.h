/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reading: what one poll says of its device as a whole; all that the sums
 * of a slot need, small enough to keep for every device.
 *
 * Route: flow gathers it from normalised parts, slots keep it, rollup adds.
 * Thread: FLOW.  Source: domain.md 2.3 formula 3; DESIGN.md 4.6.
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
};

struct reading {
	double power_w;        /* the device's total */
	float voltage_v;       /* the feed's, see reading_finish */
	float temperature_c;   /* the highest */
	uint32_t flags;        /* enum reading_flags; 0: no poll has ended */
	float inlet_c;         /* the highest of its inlets */
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
};

/* Adds the samples of one part. */
void reading_add(struct reading_gather *gather, const struct digest *digest,
    const struct sample *samples);

/*
 * Makes the reading.  marks_known: bits of the power and temperature marks that
 * this device is known to have, updated; complete: the poll brought all its parts.  A total
 * that is missing or not good makes power unknown: other marks do not fill in.
 * Phases 3: every phase must have voltage; else the best reading counts.
 */
struct reading reading_finish(const struct reading_gather *gather,
    bool complete, unsigned phases, uint8_t *marks_known);

#endif
