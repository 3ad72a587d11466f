/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The past: what the archives say of places, racks and devices, as one
 * immutable, reference-counted table.
 *
 * Whatever has not been read yet, or is covered too little, is not known.
 *
 * Route: survey makes it from the store's archives; a view holds the newest.
 * Thread: made by SURVEY, read by any.
 * Source: domain.md 2.3 formulas 4, 8, 9, 17, 21; 2.4 for the exhaustion.
 */
#ifndef CAPACITY_PAST_H
#define CAPACITY_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "capacity/pue.h"
#include "capacity/view.h"

#define PAST_DAY_S 86400
#define PAST_MONTH_S (30 * 86400)

/* Formula 4 over one window: of simultaneous sums, never sums of peaks. */
struct past_window {
	bool known;                /* coverage >= 0.95, else the powers are not valid */
	double peak_w, p95_w, mean_w;
	double coverage;           /* share of the window's averages that count, 0..1 */
	uint32_t basis_s;          /* length of these averages; 0: nothing is kept */
};

/* When weekly P95 passes the derated limit of a hall or site. */
struct past_exhaustion {
	bool asked;                /* false: the place has no limit, or is no such place */
	enum forecast_reason reason;
	uint32_t k;                /* weekly increments used */
	double limit_w;            /* before derating */
	int32_t day, earliest, latest; /* day numbers; valid if reason FORECAST_OK;
					* latest INT32_MAX: more than 20 years */
};

/* Formula 17 for a site, or for the province by its sites. */
struct past_pue {
	bool asked;                /* false: no site or province */
	struct pue pue;
	double days;               /* of the interval, 0: unknown */
};

struct past_place {
	struct past_window day, month;
	struct past_window calendar; /* the calendar month, so far */
	struct past_exhaustion exhaustion;
	struct past_pue pue;
};

/* What an operator's sites drew at the same time. */
struct past_operator { char id[64]; struct past_window day, month; };

/* Power of a rack or device over the last 30 days, as far as it is known. */
struct past_power {
	double peak_w, p95_w, mean_w; /* valid if days > 0 */
	double days;               /* measured: known time, 0: nothing */
	uint32_t basis_s;          /* length of the averages; 0: nothing is kept */
};

/* What a rack has used in a calendar month of the province's zone, so far. */
struct past_energy {
	int32_t month;             /* year * 12 + month - 1; 0: not read yet */
	double energy_wh;          /* of the known time; unknown if known_s is 0 */
	double known_s;            /* by meter or by power */
	double metered_s;          /* of it: by the racks' own meters */
	double peak_w;             /* highest average; unknown if known_s is 0 */
	struct wall until;         /* it reaches so far */
};

/* One of several tenants' parts of a rack's month. */
struct past_part {
	uint32_t rack;
	char tenant[64];           /* "": none */
	int64_t from_s, to_s;      /* unix seconds */
	struct past_energy energy;
};

struct past_rack {
	struct past_power power;
	struct past_energy energy;
};

struct past {
	uint64_t number;           /* rises with each publication */
	struct wall made;
	uint32_t n_places[ENTITY_PLACE_N];
	const struct past_place *places[ENTITY_PLACE_N]; /* by dense id */
	uint32_t n_racks;
	const struct past_rack *racks; /* by dense id */
	uint32_t n_devices;        /* of those that speak for equipment */
	const struct past_device { uint32_t device; struct past_power power; } *devices;
	uint32_t n_operators;
	const struct past_operator *operators;
	uint32_t n_parts;          /* of racks that changed hands, by rack and time */
	const struct past_part *parts;
	uint32_t racks_read;       /* of all racks, since the start */
};

/* Thread: any; unref frees with the last reference and accepts NULL. */
const struct past *past_ref(const struct past *past);
void past_unref(const struct past *past);

/*
 * What is known of a place, rack or device by its dense id; never NULL: of what
 * was not read all is unknown.  past may be NULL.
 */
const struct past_place *past_place(const struct past *past, enum entity_kind kind,
    uint32_t index);
const struct past_rack *past_rack(const struct past *past, uint32_t index);
const struct past_power *past_device(const struct past *past, uint32_t device);
/* The same of an operator by id. */
const struct past_operator *past_operator(const struct past *past, const char *id);
/* The parts of a rack's month; NULL and 0 when it has one tenant, or none. */
const struct past_part *past_parts(const struct past *past, uint32_t rack, uint32_t *ret_n);

/* The same object while it is filled.  Thread: SURVEY. */
struct past_draft {
	struct past *past;
	struct past_place *places[ENTITY_PLACE_N];
	struct past_rack *racks;
	struct past_device *devices;
	struct past_part *parts;   /* free() frees it; NULL at first */
};
/*
 * Makes a table of these sizes, all unknown, with one reference.
 * Errors: COL_ENOMEM.
 */
int past_new(const uint32_t n_places[ENTITY_PLACE_N], uint32_t n_racks,
    uint32_t n_devices, struct past_draft *ret_draft);
/* Gives the table its operators, its parts.  Owns: takes the array. */
void past_set_operators(struct past_draft *draft, struct past_operator *operators,
    uint32_t n_operators);
void past_set_parts(struct past_draft *draft, struct past_part *parts, uint32_t n_parts);

#endif
