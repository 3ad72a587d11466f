/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * normalise: raw values of one part to samples in base units with a quality.
 *
 * Route: flow calls it per part; latest, records and readings take the
 * samples.  Thread: FLOW.  Source: DESIGN.md section 2 (quality), 4.4.
 */
#ifndef FLOW_NORMALISE_H
#define FLOW_NORMALISE_H

#include <stdint.h>

#include "flow/counter.h"
#include "flow/digest.h"
#include "model/batch.h"

/* When a part was read. */
struct normalise_time {
	struct wall slot;
	int64_t interval_ns;
};

/*
 * Writes one sample per slot of part's layout.  sets: the device's counters,
 * may grow.  Returns how many were implausible.
 * Units: part as its layout says, samples in base units, counters per second.
 * Shape: samples has part->layout->n_slots places.
 */
uint32_t normalise_part(const struct batch_part *part,
    const struct digest *digest, const struct normalise_time *when,
    struct counter_set **sets, struct sample *samples);

/*
 * One value by itself: base unit, plausible range, quality; a counter as it
 * was read.  For those who look at one poll alone (collectorctl).  Thread: any.
 */
struct sample normalise_value(const struct slot *slot, const struct col_value *value);

#endif
