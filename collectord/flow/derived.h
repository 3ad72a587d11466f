/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Derived records: what a closed slot says of every rack and place, for the
 * archive and the outputs, in the same form as the samples of devices.
 *
 * Route: flow, after a slot has closed -> store, outputs.  Thread: FLOW.
 * Source: DESIGN.md section 3 (a partial rack's archive gets unknown), 4.7.
 */
#ifndef FLOW_DERIVED_H
#define FLOW_DERIVED_H

#include <stddef.h>

#include "flow/rollup.h"
#include "model/batch.h"

struct derived {
	const struct col_layout *rack;  /* power_w, temperature_c */
	const struct col_layout *place; /* the same, known, expected */
};

/* Errors: those of layout_intern. */
int derived_init(struct derived *derived, struct col_error *error);
/*
 * Gives sinks a record per rack and place that has devices below, the
 * province last and marked as the end of the slot.
 */
void derived_send(const struct derived *derived, const struct rollup *rollup,
    const struct record_sink *sinks, size_t n_sinks);

#endif
