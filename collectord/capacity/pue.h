/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Power usage effectiveness, and what it may be called.
 *
 * Route: below sites' KPIs.  Thread: any, no state.
 * Source: domain.md 1.4, 2.3 formula 17; GB 40879-2021 (whole-year metering).
 */
#ifndef CAPACITY_PUE_H
#define CAPACITY_PUE_H

#include <stdbool.h>

enum pue_kind {
	PUE_UNKNOWN = 0,           /* no IT meter, or too few samples */
	PUE_PARTIAL,               /* no facility meter: parts of it only; never
				    * compared with a grade */
	PUE_INTERVAL,              /* shorter than 12 months: not compared either */
	PUE_ANNUAL,                /* rolling 12 months: compared with grades */
	PUE_KIND_N
};
const char *pue_kind_text(enum pue_kind kind);        /* "interval" */

/* Energies of one interval, and the share of samples that their meters gave. */
struct pue_input {
	double days;
	bool has_facility;         /* a meter of the whole site */
	double facility_wh, facility_coverage;
	/* without one: the sum of what is metered (IT, cooling, …) */
	double parts_wh, parts_coverage;
	double it_wh, it_coverage;
};
struct pue { enum pue_kind kind; double value; };     /* value unless UNKNOWN */

/* Formula 17: E_total / E_IT; both meters with 95 % of their samples. */
struct pue pue_of(const struct pue_input *input);
/* Grade 1..3 of GB 40879 (1.20, 1.30, 1.50); 0: worse, or not comparable. */
unsigned pue_grade(const struct pue *pue);

#endif
