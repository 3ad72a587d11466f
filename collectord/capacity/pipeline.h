/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pipeline: the day on which planned racks carry a count past its
 * threshold, if all come when they are due.
 *
 * Shown beside the statistical forecast, never mixed with it.
 *
 * Route: target.  Thread: any, no state.
 * Source: domain.md 2.3 formula 23.
 */
#ifndef CAPACITY_PIPELINE_H
#define CAPACITY_PIPELINE_H

#include <stdbool.h>

#include "config/config.h"

struct pipeline {
	bool reached;              /* day is valid */
	int32_t day;               /* today or later: what is overdue comes today */
	uint32_t n_planned;        /* racks, all */
	uint32_t n_undated;        /* of them without due: in no sum */
	double left;               /* still missing when all have come; 0: none */
};

/*
 * Formula 23.  left is what is missing of the threshold, in the basis; of the
 * standard one a rack counts design / standard_w.
 * Units: racks; W of a standard rack; days since the epoch.
 * Errors: COL_ENOMEM; *ret_pipeline untouched.
 */
int pipeline_of(const struct inventory *inventory, enum target_basis basis,
    double standard_w, double left, int32_t today, struct pipeline *ret_pipeline);

#endif
