/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the archives say of the fake province: rack i has used i + 1 kWh of the
 * open month, which is known by meter for half of its time; each tenth was not
 * read.
 */
#include <config.h>

#include "capacity/past.h"

#include <stddef.h>

#include "http/fake.h"
#include "state/energy.h"

const struct past *
fake_past(const struct inventory *inventory)
{
	static const struct past *past;
	struct past_draft draft;

	if (past != NULL && past->n_racks == inventory->n_racks) {
		return past;
	}
	past_unref(past);
	past = NULL;
	if (past_new(inventory->n_places, inventory->n_racks, 0, &draft) != 0) {
		return NULL;
	}
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		struct past_energy *energy = &draft.racks[i].energy;

		if (i % 10 != 0) {
			double span_s = (double)(FAKE_NOW_S - FAKE_MONTH_S);

			*energy = (struct past_energy){ .month = 2026 * 12 + 10,
			    .energy_wh = 1000.0 * (i + 1), .known_s = span_s / 2,
			    .metered_s = span_s / 2, .peak_w = 3000 + i,
			    .until = { FAKE_NOW_S * NS_PER_S } };
		}
	}
	past = draft.past;
	return past;
}

/* October was written down: one rack, 1,234.5 kWh; September was not. */
void
state_get_energy(struct state *state, const struct energy_query *query,
    state_energy_fn *fn, void *arg)
{
	struct energy_row row = { .rack = "gone", .tenant = "b&b <x>", .site = "s0",
	    .used = { .to_s = 3600, .energy_wh = 1234500, .known_s = 3600,
	    .metered_s = 1800, .peak_w = 5000, .has_peak = true } };
	struct energy_sum sum = { .id = "s0", .energy_wh = 1234500, .known_s = 3600,
	    .metered_s = 1800, .span_s = 3600, .n_racks = 1 };
	struct energy_page page = { .ended = query->month == 2026 * 12 + 9, .rows = &row,
	    .n_rows = query->after[0] == '\0', .total = sum, .sites = &sum, .n_sites = 1,
	    .tenants = &sum, .n_tenants = 1, .has_verified = true, .verified = 1,
	    .place = { .has_peak = true, .peak_w = 5000, .pue_kind = PUE_INTERVAL,
	    .pue = 1.25, .pue_days = 31 } };

	(void)state;
	fn(arg, 0, &page);
}
