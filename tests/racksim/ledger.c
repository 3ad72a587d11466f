/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Declared racks follow from the dates their rows were declared at, the same
 * that the inventory states as `since`. Verified ones lag by the racks that
 * are silent, idle or without devices, and by telemetry coming in late.
 */
#include <config.h>

#include "ledger.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "values.h"

#define DAYS 365
/* Source: domain section 1.2: a standard rack is 2.5 kW. */
#define STANDARD_KW 2.5

/* Counts what a telemetry daemon would call verified today. */
static uint32_t
verifiable(const struct province *p)
{
	uint32_t n = 0;

	for (uint32_t row = 0; row < p->n_rows; row++) {
		struct province_rack rack = {.row = row};

		for (rack.n = 1; !p->rows[row].planned &&
		    rack.n <= p->rows[row].n_polled; rack.n++) {
			enum province_flaw flaw = province_flaw(p, rack);

			n += flaw == PROVINCE_SOUND ||
			    flaw == PROVINCE_LOST_A || flaw == PROVINCE_LOST_B;
		}
	}
	return n;
}

/* Sums declared racks and their standard equivalents on one day. */
static void
count_day(const struct province *p, uint32_t days_ago, uint32_t *ret_declared,
    double *ret_standard)
{
	struct province_rack tight = p->parts[PROVINCE_TIGHT];

	*ret_declared = 0;
	*ret_standard = 0;
	for (uint32_t row = 0; row < p->n_rows; row++) {
		const struct province_row *r = &p->rows[row];
		struct province_rack first = {.row = row, .n = 1};

		if (!r->planned && r->age_days > days_ago) {
			*ret_declared += r->n_racks;
			*ret_standard += r->n_racks *
			    values_design_kw(p, first) / STANDARD_KW;
		}
	}
	/* The one rack that differs from its row. */
	if (tight.n > 0 && p->rows[tight.row].age_days > days_ago) {
		struct province_rack first = {.row = tight.row, .n = 1};

		*ret_standard += (values_design_kw(p, tight) -
		    values_design_kw(p, first)) / STANDARD_KW;
	}
}

void
ledger_write(const struct province *p, int64_t today, FILE *file)
{
	double share = (double)verifiable(p) / p->n_racks;

	(void)fprintf(file, "date,declared,verified,planned,standard\n");
	for (uint32_t ago = DAYS; ago >= 1; ago--) {
		time_t day = (time_t)(today - (int64_t)ago * 86400);
		/* A year ago a sixth of today's telemetry was missing. */
		double proven = share * (1 - 0.16 * ago / DAYS);
		uint32_t declared, planned;
		double standard;
		char text[16];
		struct tm tm;

		count_day(p, ago, &declared, &standard);
		planned = p->n_planned + (p->n_racks - declared) / 2;
		(void)strftime(text, sizeof(text), "%Y-%m-%d",
		    gmtime_r(&day, &tm));
		(void)fprintf(file, "%s,%u,%.0f,%u,%.0f\n", text, declared,
		    floor(proven * declared), planned, floor(standard));
	}
}
