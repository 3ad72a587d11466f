/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What travels on the route: a batch (one poll, raw) from poll to flow, and a
 * record (normalised, base units) from flow to store and outputs.
 *
 * Thread: made by POLL, taken over by FLOW; a record is borrowed for a call.
 */
#ifndef MODEL_BATCH_H
#define MODEL_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/clock.h"
#include "model/inventory.h"
#include "model/layout.h"

#define BATCH_PARTS_MAX 16
#define BATCH_DETAIL_SIZE 160

/* The values of one emit(). */
struct batch_part {
	const struct col_layout *layout;
	uint64_t uptime_ms;               /* or COL_UPTIME_UNKNOWN */
	struct col_value *values;         /* layout->n_slots of them */
};

struct batch_info { char metric[48]; char text[256]; struct batch_info *next; };

/* The end of one poll, with all it brought; every poll sends exactly one. */
struct batch {
	struct batch *next;               /* for the holder's own lists */
	uint32_t device;                  /* dense id */
	struct wall slot;                 /* start of the slot of its due time */
	struct mono started, ended;
	enum col_status status;
	char detail[BATCH_DETAIL_SIZE];   /* for people, no secrets */
	char profile[64], credential[64]; /* "" when not known */
	uint32_t n_parts;
	struct batch_part parts[BATCH_PARTS_MAX];
	struct batch_info *info;          /* owned list */
};

struct batch *batch_new(uint32_t device, struct wall slot, struct mono started);
/* Copies values.  Errors: COL_EFULL past BATCH_PARTS_MAX, COL_ENOMEM. */
int batch_add(struct batch *batch, const struct col_layout *layout,
    const struct col_value *values, uint64_t uptime_ms);
int batch_add_info(struct batch *batch, const char *metric, const char *text);
void batch_free(struct batch *batch);

/* A normalised value in the base unit; number is meaningless unless good. */
struct sample {
	double number;
	enum col_quality quality;
};

/*
 * Normalised samples of one entity and slot.  For a device in a rack, entity
 * is the rack and device/role say which; derived records have device NONE.
 */
struct record {
	const struct inventory *inventory; /* borrowed: names of the ids */
	struct entity_ref entity;          /* rack, or device without a rack, or place */
	uint32_t device;                   /* dense id or INVENTORY_NONE */
	const char *role;                  /* "" for derived */
	struct wall slot;
	bool ended;                        /* derived record that closes the slot */
	const struct col_layout *layout;
	const struct sample *samples;      /* layout->n_slots */
};

/* Where records go: store, outputs; called on FLOW, borrows record. */
typedef void record_fn(void *arg, const struct record *record);
struct record_sink { record_fn *fn; void *arg; };

/* Where batches go: flow's queue; takes batch.  Thread: POLL. */
typedef void batch_fn(void *arg, struct batch *batch);
struct batch_sink { batch_fn *fn; void *arg; };

#endif
