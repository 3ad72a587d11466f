/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Energy of months that have ended, by rack and tenant: written once, so that a
 * bill can be printed again as it was; and who held which rack since when.
 *
 * A month may be written again and again until it is ended; from then on the
 * database refuses every change to it.
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

/* What a place showed as a whole. */
struct energy_place {
	enum entity_kind kind;
	char id[ENERGY_ID_SIZE];
	bool has_peak;
	double peak_w;             /* of simultaneous sums */
	int pue_kind;              /* enum pue_kind of capacity, < 0: not asked */
	double pue, pue_days;
};

/* month: year * 12 + month - 1.  Owns: take rows and places, which free() frees. */
void state_put_energy(struct state *state, int32_t month, struct energy_row *rows,
    size_t n_rows);
void state_end_energy(struct state *state, int32_t month, struct energy_place *places,
    size_t n_places);
/* The newest month that has ended; 0: none.  Thread: MAIN at start; blocks. */
int32_t state_energy_ended(struct state *state);

struct energy_query {
	int32_t month;
	enum entity_kind kind;     /* province, area, site, hall or rack */
	char place[ENERGY_ID_SIZE], after[ENERGY_ID_SIZE]; /* racks behind that id */
	size_t limit;              /* of rows; the rows of one rack stay together */
	bool wants_sums;
	int32_t first_day, last_day; /* of the month, for counts of racks */
};
struct energy_page {
	bool ended;                /* else nothing below is filled */
	struct energy_row *rows;
	size_t n_rows;
	bool more;
	struct energy_sum total, *sites, *tenants;
	size_t n_sites, n_tenants;
	struct energy_place place;
	bool has_verified;
	int64_t verified;
};
typedef void state_energy_fn(void *arg, int code, const struct energy_page *page);
/* fn once, on STATE, borrows page. */
void state_get_energy(struct state *state, const struct energy_query *query,
    state_energy_fn *fn, void *arg);

/* Who holds a rack from a time on; "": nobody. */
struct tenancy { char rack[ENERGY_ID_SIZE], tenant[ENERGY_ID_SIZE]; int64_t at_s; };
/* Owns: takes items, which free() frees. */
void state_put_tenancy(struct state *state, struct tenancy *items, size_t n);
typedef void state_tenancy_fn(void *arg, const struct tenancy *item);
/* All of it, by rack and time.  Thread: MAIN at start; blocks. */
void state_load_tenancy(struct state *state, state_tenancy_fn *fn, void *arg);

#endif
