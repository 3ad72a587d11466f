/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pipeline: the day on which planned racks carry a count past its
 * threshold, if all come when they are due.
 *
 * Shown beside the statistical forecast, never mixed with it.
 *
 * Route: outlook.  Thread: any, no state.
 * Source: domain.md 2.3 formula 23.
 */
#ifndef CAPACITY_PIPELINE_H
#define CAPACITY_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"

/* Planned racks that are there by the end of a day, in a basis. */
struct pipeline_step { int32_t day; double racks; };

/* All that is planned, in one basis. */
struct pipeline_plan {
	struct pipeline_step *steps; /* ascending days, each once, racks summed up */
	size_t n;
	uint32_t n_planned;        /* racks, all */
	uint32_t n_undated;        /* of them without due: in no step */
};

/*
 * Of the standard basis a rack counts design / standard_w.  What is overdue is
 * expected today.
 * Units: W of a standard rack; days since the epoch.
 * Owns: ret_plan, end with pipeline_done.  Errors: COL_ENOMEM.
 */
int pipeline_plan(const struct inventory *inventory, enum target_basis basis,
    double standard_w, int32_t today, struct pipeline_plan *ret_plan);
void pipeline_done(struct pipeline_plan *plan);

struct pipeline {
	bool reached;              /* day is valid */
	int32_t day;               /* today or later: what is overdue comes today */
	double left;               /* still missing when all have come; 0: none */
};

/*
 * Formula 23: the first day on which the plan has brought what is left of the
 * threshold, in the plan's basis.  Units: racks; days since the epoch.
 */
struct pipeline pipeline_of(const struct pipeline_plan *plan, double left, int32_t today);

#endif
