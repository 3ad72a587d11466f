/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of one poll in the making: taken one by one as they are answered,
 * then put together to what the plan's layout wants.
 *
 * Route: fetch's answers -> here -> host's emit.  Thread: the POLL thread of
 * the device.
 */
#ifndef SNMP_PLAN_VALUES_H
#define SNMP_PLAN_VALUES_H

#include <stdbool.h>

#include "plan.h"

struct plan_values {
	struct col_value *values;  /* of the plan's slots */
	struct col_value *highs;   /* the same, upper halves; NULL: none */
	bool *unavailable;         /* said by another object */
};

/* All cells are errors until they are taken.  Errors: COL_ENOMEM. */
int plan_values_start(struct plan_values *values, const struct plan *plan);
void plan_values_free(struct plan_values *values);
/* Takes the answer to one request (vb may be NULL); false: it is missing. */
bool plan_values_take(struct plan_values *values, const struct plan *plan,
    size_t request, const struct varbind *vb);
/* Takes all from what a device showed. */
void plan_values_fill(struct plan_values *values, const struct plan *plan,
    const struct snapshot *snapshot);
/* Joins halves, drops what is unavailable, makes sums and percents. */
void plan_values_finish(struct plan_values *values, const struct plan *plan);

#endif
