/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outlook: when each target will be passed, by the statistics of what was
 * declared, of what was verified, and by what is planned.  It changes with the
 * day, the history, the counts and the configuration, not with each view: one
 * object, shared by the views until then.
 *
 * Route: history + inventory -> outlook -> view, http.  Thread: made by FLOW,
 * read by any; immutable but for the references.
 * Source: domain.md 2.3 (formulas 21-23) and 2.4.
 */
#ifndef CAPACITY_OUTLOOK_H
#define CAPACITY_OUTLOOK_H

#include <stdatomic.h>

#include "capacity/forecast.h"
#include "capacity/history.h"
#include "capacity/pipeline.h"

/* What the statistics are run on. */
enum outlook_of { OUTLOOK_DECLARED = 0, OUTLOOK_VERIFIED, OUTLOOK_OF_N };
const char *outlook_of_text(enum outlook_of of);   /* "declared" */

/* Day numbers: INT32_MIN none; INT32_MAX more than 20 years away. */
struct outlook_line {
	struct forecast forecast;
	double now;                /* the count that it starts from */
	int32_t from;              /* day of that count; INT32_MIN: none is known */
	int32_t day, earliest, latest;
	int32_t slope_day;         /* by Theil-Sen */
};

struct outlook_target {
	struct outlook_line lines[OUTLOOK_OF_N];
	/* what was said of the declared ones that many days before, by what was known
	 * then; from INT32_MIN: the days do not reach back */
	struct outlook_line before;
	struct pipeline pipeline;
	double left;               /* of the threshold, by what is declared */
};

struct outlook {
	_Atomic uint32_t n_refs;
	/* what it was made of */
	const struct config *config; /* one reference */
	int32_t today;
	uint64_t history;          /* its version */
	/* what came of it */
	struct pipeline_plan plans[TARGET_STANDARD + 1]; /* by basis */
	size_t n_targets;
	struct outlook_target targets[]; /* config's order */
};

/* The counts of today that targets are measured by; see target_judge. */
struct outlook_counts { double declared, standard; };

/*
 * The outlook for today: was, with one more reference, where nothing that it
 * was made of has changed, else a new one.  was may be NULL.
 * Errors: NULL when memory is out.
 */
struct outlook *outlook_make(struct outlook *was, const struct config *config,
    const struct outlook_counts *counts, const struct history *history, int32_t today);
struct outlook *outlook_ref(struct outlook *outlook);
void outlook_unref(struct outlook *outlook);   /* NULL is fine */

/* How long a date is watched for its slipping: as long as a pace is measured. */
#define OUTLOOK_SLIP_DAYS 28
/* Days farther away than this are only "later than".  Source: domain.md 2.4. */
#define OUTLOOK_LATE_DAYS 7305

#endif
