/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Energy of months that have ended, by rack and tenant: written once, so that a
 * bill can be printed again as it was.
 *
 * Route: capacity posts -> STATE -> reports.  Thread: STATE; calls from any.
 * Source: domain.md 2.3 formula 8.
 */
#ifndef STATE_ENERGY_H
#define STATE_ENERGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "state/state.h"

#define ENERGY_ID_SIZE 64

/* What was used in a span of time. */
struct energy_used {
	int64_t from_s, to_s;      /* unix seconds */
	double energy_wh;          /* of the known time; unknown if known_s is 0 */
	double known_s, metered_s; /* of to - from; of it by meter */
	double peak_w;             /* valid if has_peak */
	bool has_peak;
};

/* What a rack used in a month, or in a tenant's part of it. */
struct energy_row {
	char rack[ENERGY_ID_SIZE], tenant[ENERGY_ID_SIZE]; /* "": of no tenant */
	char hall[ENERGY_ID_SIZE], site[ENERGY_ID_SIZE], area[ENERGY_ID_SIZE];
	struct energy_used used;
};

/* Several added up. */
struct energy_sum {
	char id[ENERGY_ID_SIZE];   /* of a site, a tenant ("": none), or "" */
	double energy_wh, known_s, metered_s, span_s;
	int64_t n_racks, n_missing; /* rows; those of which nothing is known */
};

#endif
