/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A month that has ended comes from STATE, as it was written down. */
#include <config.h>

#include "http/report.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/pending.h"
#include "http/server.h"

static void *
copy_of(const void *items, size_t n, size_t size)
{
	void *copy = malloc(n * size + 1);

	if (copy != NULL && n > 0) {
		memcpy(copy, items, n * size);
	}
	return copy;
}

static void
page_free(void *arg)
{
	struct energy_page *page = arg;

	if (page != NULL) {
		free(page->rows);
		free(page->sites);
		free(page->tenants);
		free(page);
	}
}

/* state_energy_fn, on STATE. */
static void
on_page(void *ticket, int code, const struct energy_page *page)
{
	struct energy_page *copy = malloc(sizeof(*copy));

	if (copy != NULL) {
		*copy = *page;
		copy->rows = copy_of(page->rows, page->n_rows, sizeof(*page->rows));
		copy->sites = copy_of(page->sites, page->n_sites, sizeof(*page->sites));
		copy->tenants = copy_of(page->tenants, page->n_tenants,
		    sizeof(*page->tenants));
		if (copy->rows == NULL || copy->sites == NULL || copy->tenants == NULL) {
			page_free(copy);
			copy = NULL;
		}
	}
	pending_fill(ticket, code != 0 || copy != NULL ? code : COL_ENOMEM, copy, page_free);
}

/* The day that a local midnight begins. */
static int32_t
day_of(const char *zone, int64_t at_s)
{
	return clock_day(zone, (struct wall){ at_s * NS_PER_S });
}

int
report_ask(struct request *request, const struct report *report, const char *after,
    size_t limit)
{
	struct energy_query query = { .month = report->month, .kind = report->kind,
	    .limit = limit, .wants_sums = report->has_sums,
	    .first_day = day_of(report->zone, report->from_s),
	    .last_day = day_of(report->zone, report->to_s - 1) };
	struct ticket *ticket;
	int rc = pending_suspend(request, &ticket);

	if (rc != 0) {
		return rc;
	}
	memcpy(query.place, report->place, sizeof(query.place));
	(void)str_copy(query.after, sizeof(query.after), after);
	state_get_energy(request->http->setup.state, &query, on_page, ticket);
	return 0;
}

bool
report_take(struct report *report, void *result)
{
	struct energy_page *page = result;

	if (page == NULL || !page->ended) {
		return false;
	}
	report->closed = true;
	report->rows = page->rows;
	report->n_rows = page->n_rows;
	report->more = page->more;
	report->total = page->total;
	report->sites = page->sites;
	report->n_sites = page->n_sites;
	report->tenants = page->tenants;
	report->n_tenants = page->n_tenants;
	report->has_peak = page->place.has_peak;
	report->peak_w = page->place.peak_w;
	report->pue.asked = page->place.pue_kind >= 0;
	report->pue.pue.kind = report->pue.asked ? (enum pue_kind)page->place.pue_kind :
	    PUE_UNKNOWN;
	report->pue.pue.value = page->place.pue;
	report->pue.days = page->place.pue_days;
	report->has_verified = page->has_verified;
	report->verified = page->verified;
	/* the report owns them now */
	page->rows = NULL;
	page->sites = page->tenants = NULL;
	return true;
}
