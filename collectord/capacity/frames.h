/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Frames: means of 15 minutes of what the floor plan shows of each rack, over
 * the last 24 hours, in memory; a restart begins anew.
 *
 * A cell takes two bytes, a rack some 800, and only racks that were heard have
 * any: 72 MB for 90,000.  The newest frame is the one that runs.
 *
 * Route: capacity credits slots; http reads halls.  Thread: credit FLOW, read
 * any (own lock, held for some racks at a time).
 * Source: DESIGN.md 4.5 (/halls/{id}/frames); domain.md 2.3 formulas 3, 5, 15.
 */
#ifndef CAPACITY_FRAMES_H
#define CAPACITY_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capacity/figures.h"
#include "flow/rollup.h"

#define FRAMES_N 96
#define FRAMES_STEP_S 900

enum frames_layer { FRAMES_POWER = 0, FRAMES_FAILOVER, FRAMES_INLET, FRAMES_DELTA_T,
	FRAMES_LAYER_N };
#define FRAMES_LAYERS "power|failover|inlet|delta_t"
const char *frames_layer_text(enum frames_layer layer);

/* What one slot says of one rack; unknown where known has no bit. */
struct frames_sample {
	unsigned known;                    /* bits of enum frames_layer */
	double values[FRAMES_LAYER_N];     /* W, ratio, degC, K */
};

struct frames;

/* Errors: NULL when memory is out.  Owns: free with frames_free. */
struct frames *frames_new(void);
void frames_free(struct frames *frames);           /* NULL is fine */
/* Makes room for racks below n.  Errors: COL_ENOMEM.  Thread: FLOW. */
int frames_reserve(struct frames *frames, uint32_t n_racks);
/*
 * Adds a slot to the mean of its frame.  A slot of an earlier frame than the
 * newest means that the clock was set back: what is newer is forgotten.
 * Thread: FLOW.
 */
void frames_put(struct frames *frames, uint32_t rack, struct wall slot,
    const struct frames_sample *sample);
/* Puts all racks of a slot; figures are of the same slot.  Thread: FLOW. */
void frames_credit(struct frames *frames, const struct rollup *rollup,
    const struct figures *figures);

/* Number of a time's frame since the epoch. */
static inline int64_t
frames_number(struct wall at)
{
	return at.ns / (FRAMES_STEP_S * NS_PER_S);
}
/* The frame that runs; 0: none yet.  Thread: any. */
int64_t frames_newest(struct frames *frames);

/*
 * Copies the frames first.. of racks, cells[frame * n_racks + rack].  A cell is
 * made a value by frames_value, false: it is not known.
 * Shape: cells has n_frames * n_racks.  Thread: any.
 */
void frames_read(struct frames *frames, enum frames_layer layer, int64_t first,
    unsigned n_frames, const uint32_t *racks, size_t n_racks, uint16_t *cells);
bool frames_value(enum frames_layer layer, uint16_t cell, double *ret_value);
/* Bytes in use.  Thread: any. */
size_t frames_bytes(struct frames *frames);

#endif
