/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strip: averages of one series over a window, copied from what the store
 * lends, and what can be said of it.
 *
 * Route: store_read's callbacks -> strip -> survey.  Thread: any, no state.
 * Source: domain.md 2.3 formulas 4 and 9.
 */
#ifndef CAPACITY_STRIP_H
#define CAPACITY_STRIP_H

#include <stdint.h>

#include "capacity/past.h"
#include "store/store.h"

struct strip {
	int64_t t0_s, step_s;      /* average i is of [t0 + i * step, + step) */
	int64_t basis_s;           /* rows of the archive that was read */
	uint32_t n;
	double *average, *max;
	float *share;              /* of the time that is known; 0: unknown */
};

/* A copy; NULL when memory is out.  Owns: free with strip_free (NULL is fine). */
struct strip *strip_of(const struct store_series *series);
void strip_free(struct strip *strip);

/* A place's three series over the same window; any may be NULL: not kept. */
struct strip_sums { const struct strip *power, *known, *expected; };
/*
 * Share of a place's parts and of the time that average i speaks of, 0..1; 0
 * when its power is not known.  Below 0.95 it is of parts, not of the whole.
 */
double strip_coverage(const struct strip_sums *sums, uint32_t i);
/* Index of power's average that holds a time; its n when none does. */
uint32_t strip_find(const struct strip *strip, int64_t at_s);

/*
 * Formula 4 over averages [from, to) of power.  In averages longer than 5
 * minutes the peak is their highest extreme where the archive keeps extremes.
 * Errors: COL_ENOMEM.
 */
int strip_window(const struct strip_sums *sums, uint32_t from, uint32_t to,
    struct past_window *ret_window);
/*
 * The power of a rack or device as far as it is known.  A window that is known
 * from end to end for 95 % counts in full.  Errors: COL_ENOMEM.
 */
int strip_power(const struct strip *power, struct past_power *ret_power);

#endif
