/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Evidence: how long, within a sliding window, each rack's own telemetry has
 * shown it live, and what follows from that.
 *
 * The window slides in 96 buckets.  Seconds are credited when a slot closes,
 * one interval per slot; a rack that is not heard earns nothing.
 *
 * Route: capacity credits rollups and judges for each view.  Thread: FLOW.
 * Source: DESIGN.md 4.6.
 */
#ifndef CAPACITY_WINDOW_H
#define CAPACITY_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "capacity/view.h"
#include "config/config.h"
#include "flow/rollup.h"
#include "state/state.h"

#define WINDOW_BUCKETS 96

/* Seconds of one bucket, or of the whole window. */
struct window_cell { uint16_t good_s, power_s, below_s, voltage_s; };
struct window_total { uint32_t good_s, power_s, below_s, voltage_s; };

struct window {
	int64_t window_ns, width_ns;       /* width: of a bucket */
	double min_power_w;
	uint32_t n_racks;
	int64_t newest;                    /* number of the newest bucket since the
					    * epoch; 0: none yet */
	struct wall now;                   /* of the last window_advance */
	struct wall last_slot;             /* newest credited slot */
	struct window_cell *cells[WINDOW_BUCKETS]; /* [n_racks], by number mod */
	struct window_total *totals;     /* [n_racks]: sums of the cells */
	struct wall *last_good;            /* [n_racks] */
};

void window_init(struct window *window);
void window_done(struct window *window);
/*
 * Takes the settings and makes room for the racks; what was credited is kept,
 * spread anew when the window has changed.  Errors: COL_ENOMEM.
 */
int window_apply(struct window *window, const struct config *config);
/* Lets buckets fall out of the window; call it before crediting. */
void window_advance(struct window *window, struct wall now);
/* Credits one slot; a slot is credited once. */
void window_credit(struct window *window, const struct rollup *rollup);
/* Notes a good sample of a rack. */
void window_good(struct window *window, uint32_t rack, struct wall slot);

/* Fills evidence, reason, the seconds and discrepancy of view. */
void window_judge(const struct window *window, const struct rack *rack,
    const struct settings *settings, struct rack_view *view);
/* A good sample within the last three intervals; view->last_good is filled. */
bool window_live(const struct rack_view *view, struct wall as_of,
    int64_t interval_ns);

/*
 * Writes the evidence of every rack that has any as text.
 * Owns: returns rows, free with free(); NULL with *ret_n 0 when there is none.
 */
struct evidence_row *window_save(const struct window *window,
    const struct inventory *inventory, size_t *ret_n);

/*
 * The same in pieces, so that FLOW is not held up by a province: begin, then
 * some until it is true.  Racks may gain evidence in between: each row is of
 * the moment at which it was written.  begin: false when there is nothing.
 * Owns: rows is the caller's when all is done, else free it with free().
 */
struct window_save {
	struct evidence_row *rows;
	size_t n;
	uint32_t next;              /* rack */
};
bool window_save_begin(struct window_save *save, const struct window *window);
bool window_save_some(struct window_save *save, const struct window *window,
    const struct inventory *inventory, uint32_t n_racks);
/* Adds saved rows; unknown racks and malformed rows are left out.  Returns how
 * many were taken. */
size_t window_load(struct window *window, const struct inventory *inventory,
    const struct evidence_row *rows, size_t n_rows);

#endif
