/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts: the energy of a rack, or of a site's meters, over a span of time.
 *
 * Meters count where they can be believed: they know what passed while nobody
 * asked.  Where one falls (reset, or gone round), leaps (another meter in its
 * place) or stands still under load, the integral of power counts instead; what
 * neither knows is not known, and nothing is invented for it.
 *
 * Route: survey -> account -> the month's bill.  Thread: any, no state.
 * Source: domain.md 2.3 formula 8.
 */
#ifndef CAPACITY_ACCOUNT_H
#define CAPACITY_ACCOUNT_H

#include "capacity/strip.h"

#define ACCOUNT_METERS_MAX 16

struct account_input {
	const struct strip *power; /* of the whole, or NULL */
	/* that together measure the whole; all on one grid; 0: there is none */
	unsigned n_meters;
	const struct strip *meters[ACCOUNT_METERS_MAX];
};

struct account {
	double energy_wh;          /* of the known time */
	double known_s, metered_s; /* by meter or power; of it by meter */
	double peak_w;             /* highest average of power that begins in the span */
	bool has_peak;
};

/* Units: unix seconds; ends before the input's averages count as unknown. */
struct account account_make(const struct account_input *input, int64_t from_s,
    int64_t to_s);

/*
 * Unix seconds of the first local midnight of a month (year * 12 + month - 1),
 * and the month that a time is in, in a zone.
 */
int64_t account_month_start(const char *zone, int32_t month);
int32_t account_month(const char *zone, struct wall at);
/* "2026-11" and back; errors: COL_EINVAL. */
#define ACCOUNT_MONTH_SIZE 16
void account_month_text(int32_t month, char text[ACCOUNT_MONTH_SIZE]);
int account_month_parse(const char *text, int32_t *ret_month);

#endif
