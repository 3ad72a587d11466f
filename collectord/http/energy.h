/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Energy per month from a series of power: what was known, and how much of
 * the month that is; nothing is filled in.
 *
 * Route: store -> energy -> /racks/{id}.  Thread: any.
 */
#ifndef HTTP_ENERGY_H
#define HTTP_ENERGY_H

#include <stdint.h>

#include "base/clock.h"
#include "store/store.h"

#define ENERGY_MONTHS 13    /* this one and the twelve before */

struct energy_month {
	int year;
	unsigned month;         /* 1..12 */
	double energy_wh;       /* of the known time */
	double known_s;         /* 0: energy is not known */
	double elapsed_s;       /* of the month, up to now */
};

/* Start of the oldest of the months that end with now's, in a zone. */
struct wall energy_from(const char *zone, struct wall now);
/*
 * Shape: ret_months[ENERGY_MONTHS], oldest first; begins with the first month
 * of which anything is known.  Returns how many; 0: nothing is known.
 */
unsigned energy_months(const struct store_series *power, const char *zone,
    struct wall now, struct energy_month *ret_months);

#endif
