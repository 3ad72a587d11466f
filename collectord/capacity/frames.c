/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every rack has a ring of its own with the number of its newest frame, so that
 * a new quarter of an hour costs nothing for racks that are silent.
 */
#include <config.h>

#include "capacity/frames.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#define UNKNOWN UINT16_MAX
/* A power is 13 bits times a power of two: exact to 8 kW, then to 0.02 %. */
#define POWER_BITS 13
#define POWER_MAX ((1u << POWER_BITS) - 1)
#define POWER_SHIFT_MAX 7
/* Ratios in 0.0001, temperatures in 0.01 around the middle. */
#define RATIO_SCALE 1e4
#define DEGREE_SCALE 1e2
#define MIDDLE 32768.0
/* Racks that are credited under one lock: a reader waits well below 1 ms. */
#define CHUNK 1000

struct frames_rack {
	int64_t newest;                          /* number of its newest frame */
	float sum[FRAMES_LAYER_N];               /* of that one */
	uint16_t n[FRAMES_LAYER_N];
	uint16_t cells[FRAMES_LAYER_N][FRAMES_N]; /* by number, mod */
};

struct frames {
	pthread_mutex_t lock;                    /* of all */
	uint32_t n_racks, n_used;
	struct frames_rack **racks;              /* [n_racks]; NULL: never heard */
	int64_t newest;
};

const char *
frames_layer_text(enum frames_layer layer)
{
	static const char *const TEXTS[FRAMES_LAYER_N] = { "power", "failover", "inlet",
	    "delta_t" };

	return TEXTS[layer];
}

struct frames *
frames_new(void)
{
	struct frames *frames = calloc(1, sizeof(*frames));

	if (frames != NULL) {
		pthread_mutex_init(&frames->lock, NULL);
	}
	return frames;
}

void
frames_free(struct frames *frames)
{
	if (frames == NULL) {
		return;
	}
	for (uint32_t r = 0; r < frames->n_racks; r++) {
		free(frames->racks[r]);
	}
	free(frames->racks);
	pthread_mutex_destroy(&frames->lock);
	free(frames);
}

int
frames_reserve(struct frames *frames, uint32_t n_racks)
{
	struct frames_rack **racks;

	pthread_mutex_lock(&frames->lock);
	racks = n_racks <= frames->n_racks ? frames->racks :
	    realloc(frames->racks, n_racks * sizeof(*racks));
	if (n_racks > frames->n_racks && racks != NULL) {
		memset(racks + frames->n_racks, 0,
		    (n_racks - frames->n_racks) * sizeof(*racks));
		frames->racks = racks;
		frames->n_racks = n_racks;
	}
	pthread_mutex_unlock(&frames->lock);
	return n_racks > frames->n_racks ? COL_ENOMEM : 0;
}

/* ---- cells --------------------------------------------------------------------- */

static uint16_t
power_cell(double power_w)
{
	unsigned shift = 0;

	while (power_w / (double)(1u << shift) > POWER_MAX - 0.5 &&
	    shift < POWER_SHIFT_MAX) {
		shift++;
	}
	power_w = fmax(0.0, fmin(POWER_MAX - 1, power_w / (double)(1u << shift)));
	return (uint16_t)(shift << POWER_BITS | (unsigned)lround(power_w));
}

static uint16_t
cell_of(enum frames_layer layer, double value)
{
	switch (layer) {
	case FRAMES_POWER:
		return power_cell(value);
	case FRAMES_FAILOVER:
		return (uint16_t)lround(fmax(0.0, fmin(UNKNOWN - 1.0,
		    value * RATIO_SCALE)));
	case FRAMES_INLET:
	case FRAMES_DELTA_T:
		return (uint16_t)lround(fmax(0.0, fmin(UNKNOWN - 1.0,
		    value * DEGREE_SCALE + MIDDLE)));
	case FRAMES_LAYER_N:
		break;
	}
	return UNKNOWN;
}

bool
frames_value(enum frames_layer layer, uint16_t cell, double *ret_value)
{
	if (cell == UNKNOWN) {
		return false;
	}
	switch (layer) {
	case FRAMES_POWER:
		*ret_value = (double)((cell & POWER_MAX) << (cell >> POWER_BITS));
		break;
	case FRAMES_FAILOVER:
		*ret_value = cell / RATIO_SCALE;
		break;
	case FRAMES_INLET:
	case FRAMES_DELTA_T:
		*ret_value = (cell - MIDDLE) / DEGREE_SCALE;
		break;
	case FRAMES_LAYER_N:
		return false;
	}
	return true;
}

/* ---- writing ------------------------------------------------------------------- */

static void
empty(struct frames_rack *rack, int64_t from, int64_t to)
{
	if (to - from >= FRAMES_N) {
		from = to - FRAMES_N + 1;
	}
	for (; from <= to; from++) {
		for (unsigned l = 0; l < FRAMES_LAYER_N; l++) {
			rack->cells[l][from % FRAMES_N] = UNKNOWN;
		}
	}
}

/* The quarters that were left out are holes; those ahead never were. */
static void
move_to(struct frames_rack *rack, int64_t number)
{
	if (number > rack->newest) {
		empty(rack, rack->newest + 1, number);
	} else {
		empty(rack, number, rack->newest);
	}
	rack->newest = number;
	memset(rack->sum, 0, sizeof(rack->sum));
	memset(rack->n, 0, sizeof(rack->n));
}

static struct frames_rack *
rack_of(struct frames *frames, uint32_t index, int64_t number)
{
	struct frames_rack *rack = frames->racks[index];

	if (rack != NULL) {
		return rack;
	}
	rack = calloc(1, sizeof(*rack));
	if (rack != NULL) {
		empty(rack, number - FRAMES_N + 1, number);
		rack->newest = number;
		frames->racks[index] = rack;
		frames->n_used++;
	}
	return rack;
}

/* Racks that are silent would show their future once it has come. */
static void
go_back(struct frames *frames, int64_t number)
{
	for (uint32_t r = 0; r < frames->n_racks; r++) {
		if (frames->racks[r] != NULL && frames->racks[r]->newest > number) {
			move_to(frames->racks[r], number);
		}
	}
}

static void
put(struct frames *frames, uint32_t index, int64_t number,
    const struct frames_sample *sample)
{
	struct frames_rack *rack;

	if (index >= frames->n_racks || number < FRAMES_N) {
		return;
	}
	if (number < frames->newest) {
		go_back(frames, number);
	}
	frames->newest = number;
	if (sample->known == 0 || (rack = rack_of(frames, index, number)) == NULL) {
		return;
	}
	if (number != rack->newest) {
		move_to(rack, number);
	}
	for (unsigned l = 0; l < FRAMES_LAYER_N; l++) {
		if ((sample->known & 1u << l) == 0 || rack->n[l] == UINT16_MAX) {
			continue;
		}
		rack->sum[l] += (float)sample->values[l];
		rack->n[l]++;
		rack->cells[l][number % FRAMES_N] = cell_of((enum frames_layer)l,
		    (double)rack->sum[l] / rack->n[l]);
	}
}

void
frames_put(struct frames *frames, uint32_t rack, struct wall slot,
    const struct frames_sample *sample)
{
	pthread_mutex_lock(&frames->lock);
	put(frames, rack, frames_number(slot), sample);
	pthread_mutex_unlock(&frames->lock);
}

static void
sample_add(struct frames_sample *sample, enum frames_layer layer, bool known,
    double value)
{
	if (known) {
		sample->known |= 1u << layer;
		sample->values[layer] = value;
	}
}

/* The power of a rack that lacks a feed is no mean of anything. */
static struct frames_sample
sample_of(const struct rack_slot *slot, const struct rack_figures *figures)
{
	struct frames_sample sample = { 0 };

	sample_add(&sample, FRAMES_POWER, slot->power_whole, slot->sum.power_w);
	sample_add(&sample, FRAMES_FAILOVER, (figures->flags & FIGURE_RATIO) != 0,
	    (double)figures->ratio);
	sample_add(&sample, FRAMES_INLET, (figures->flags & FIGURE_INLET) != 0,
	    (double)figures->inlet_c);
	sample_add(&sample, FRAMES_DELTA_T, (figures->flags & FIGURE_DELTA_T) != 0,
	    (double)figures->delta_t_k);
	return sample;
}

void
frames_credit(struct frames *frames, const struct rollup *rollup,
    const struct figures *figures)
{
	uint32_t n = rollup->inventory->n_racks;

	n = n < figures->inventory->n_racks ? n : figures->inventory->n_racks;
	for (uint32_t first = 0; first < n; first += CHUNK) {
		uint32_t end = first + CHUNK < n ? first + CHUNK : n;

		pthread_mutex_lock(&frames->lock);
		for (uint32_t r = first; r < end; r++) {
			struct frames_sample sample = sample_of(&rollup->racks[r],
			    &figures->racks[r]);

			put(frames, r, frames_number(rollup->slot), &sample);
		}
		pthread_mutex_unlock(&frames->lock);
	}
}

/* ---- reading ------------------------------------------------------------------- */

int64_t
frames_newest(struct frames *frames)
{
	int64_t newest;

	pthread_mutex_lock(&frames->lock);
	newest = frames->newest;
	pthread_mutex_unlock(&frames->lock);
	return newest;
}

static uint16_t
cell_at(const struct frames *frames, uint32_t index, enum frames_layer layer,
    int64_t number)
{
	const struct frames_rack *rack = index < frames->n_racks ?
	    frames->racks[index] : NULL;

	/* what lies ahead of a clock that was set back is not to be seen */
	if (rack == NULL || number > rack->newest || number > frames->newest ||
	    number <= rack->newest - FRAMES_N) {
		return UNKNOWN;
	}
	return rack->cells[layer][number % FRAMES_N];
}

void
frames_read(struct frames *frames, enum frames_layer layer, int64_t first,
    unsigned n_frames, const uint32_t *racks, size_t n_racks, uint16_t *cells)
{
	for (size_t from = 0; from < n_racks; from += CHUNK) {
		size_t end = from + CHUNK < n_racks ? from + CHUNK : n_racks;

		pthread_mutex_lock(&frames->lock);
		for (size_t r = from; r < end; r++) {
			for (unsigned f = 0; f < n_frames; f++) {
				cells[f * n_racks + r] = cell_at(frames, racks[r],
				    layer, first + f);
			}
		}
		pthread_mutex_unlock(&frames->lock);
	}
}

size_t
frames_bytes(struct frames *frames)
{
	size_t bytes;

	pthread_mutex_lock(&frames->lock);
	bytes = sizeof(*frames) + frames->n_racks * sizeof(frames->racks[0]) +
	    frames->n_used * sizeof(struct frames_rack);
	pthread_mutex_unlock(&frames->lock);
	return bytes;
}
