/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/pue.h"

/* Source: formula 17. */
#define COVERAGE_MIN 0.95
#define YEAR_DAYS 365.0

/* Source: GB 40879-2021, grades 1 to 3, by domain.md 1.4. */
static const double GRADES[] = { 1.20, 1.30, 1.50 };

static const char *const KINDS[PUE_KIND_N] = {
	[PUE_UNKNOWN] = "unknown", [PUE_PARTIAL] = "partial",
	[PUE_INTERVAL] = "interval", [PUE_ANNUAL] = "annual",
};

const char *
pue_kind_text(enum pue_kind kind)
{
	return KINDS[kind];
}

struct pue
pue_of(const struct pue_input *input)
{
	double total_wh = input->has_facility ? input->facility_wh : input->parts_wh;
	double coverage = input->has_facility ? input->facility_coverage :
	    input->parts_coverage;
	struct pue pue = { PUE_UNKNOWN, 0.0 };

	/* less than the IT itself draws is a fault of metering, not a feat */
	if (!(input->it_wh > 0.0) || input->it_coverage < COVERAGE_MIN ||
	    coverage < COVERAGE_MIN || total_wh < input->it_wh) {
		return pue;
	}
	pue.value = total_wh / input->it_wh;
	pue.kind = !input->has_facility ? PUE_PARTIAL :
	    input->days < YEAR_DAYS ? PUE_INTERVAL : PUE_ANNUAL;
	return pue;
}

unsigned
pue_grade(const struct pue *pue)
{
	for (unsigned i = 0; i < sizeof(GRADES) / sizeof(GRADES[0]); i++) {
		if (pue->kind == PUE_ANNUAL && pue->value <= GRADES[i]) {
			return i + 1;
		}
	}
	return 0;
}
