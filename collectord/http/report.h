/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of a month: energy by rack, tenant and site, with how much of it
 * is known; what is not measured is named, and is no 0.
 *
 * Route: the view's past, or STATE's months -> report -> JSON, CSV, HTML.
 * Thread: HTTP.  Source: domain.md 2.3 formula 8, 3.1 no. 10.
 */
#ifndef HTTP_REPORT_H
#define HTTP_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "capacity/past.h"
#include "http/request.h"
#include "state/energy.h"

/* A printed page lists so many racks; more are for a file. */
#define REPORT_ROWS_MAX 2000

struct report {
	int32_t month;             /* year * 12 + month - 1 */
	bool closed;               /* it has ended and is written down */
	const char *zone;          /* borrowed from the configuration */
	enum entity_kind kind;     /* of the place */
	char place[ENERGY_ID_SIZE];
	int64_t from_s, to_s;      /* of the month, up to now */
	bool has_sums;             /* else of a later page: racks only */
	struct energy_sum total, *sites, *tenants;
	size_t n_sites, n_tenants;
	bool has_verified, has_peak;
	int64_t verified;
	double peak_w;
	struct past_pue pue;
	struct energy_row *rows;   /* by rack */
	size_t n_rows;
	bool more;                 /* racks come after them */
};

/* Frees what it holds. */
void report_done(struct report *report);
/* Adds what was used to the sum of that id, made if need be; false: no memory. */
bool report_sum(struct energy_sum **sums, size_t *n, const char *id,
    const struct energy_used *used);
void report_add(struct energy_sum *sum, const struct energy_used *used);
/*
 * Fills it with the open month, of the request's view: racks after an id, at
 * most limit.  Errors: COL_ENOMEM.
 */
int report_open(struct request *request, struct report *report, const char *after,
    size_t limit);
/*
 * Asks STATE for a month that has ended: the request waits.  Errors: those of
 * pending_suspend.
 */
int report_ask(struct request *request, const struct report *report, const char *after,
    size_t limit);
/* Takes what the ticket holds; false: the month is not written down. */
bool report_take(struct report *report, void *result);
/* Writes the members of the body. */
void report_json(struct request *request, const struct report *report);
/* Writes a page to be printed, in the language of the request. */
void report_html(struct request *request, const struct report *report);

#endif
