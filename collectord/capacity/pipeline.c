/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/pipeline.h"

#include <stdlib.h>

#include <collectord/err.h>

/* Sums of design / 2.5 kW: what lacks a millionth of a rack is there. */
#define SLACK 1e-6

struct due { int32_t day; double racks; };

static int
compare(const void *a, const void *b)
{
	int32_t x = ((const struct due *)a)->day, y = ((const struct due *)b)->day;

	return (x > y) - (x < y);
}

int
pipeline_of(const struct inventory *inventory, enum target_basis basis,
    double standard_w, double left, int32_t today, struct pipeline *ret_pipeline)
{
	struct due *dues = malloc((inventory->n_racks + (size_t)1) * sizeof(*dues));
	struct pipeline pipeline = { .day = today };
	size_t n = 0;

	if (dues == NULL) {
		return COL_ENOMEM;
	}
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack == NULL || rack->state != RACK_PLANNED) {
			continue;
		}
		pipeline.n_planned++;
		pipeline.n_undated += rack->life.due == INT32_MIN;
		if (rack->life.due != INT32_MIN) {
			dues[n++] = (struct due){ rack->life.due < today ? today :
			    rack->life.due, basis == TARGET_STANDARD ?
			    rack->design_w / standard_w : 1.0 };
		}
	}
	qsort(dues, n, sizeof(dues[0]), compare);
	for (size_t i = 0; i < n && left > SLACK; i++) {
		left -= dues[i].racks;
		pipeline.day = dues[i].day;
	}
	pipeline.reached = left <= SLACK;
	pipeline.left = pipeline.reached ? 0.0 : left;
	free(dues);
	*ret_pipeline = pipeline;
	return 0;
}
