/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reservations: room and power of racks that are kept for somebody until a day;
 * those made by the API as one immutable, reference-counted snapshot, and what
 * they and the inventory's own (reserved_for) come to for one rack.
 *
 * Route: state publishes a snapshot after every change -> capacity (budgets,
 * room), planner, http.  Thread: any.
 * Source: domain.md 2.2 (overlay reserved{tenant, until, kW, U}), 2.3 formulas
 * 9 and 10.
 */
#ifndef MODEL_RESERVATION_H
#define MODEL_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/inventory.h"

#define RESERVATION_TENANT_SIZE 96
#define RESERVATION_TEXT_SIZE 256

enum reservation_state { RESERVATION_ACTIVE = 0, RESERVATION_EXPIRED,
	RESERVATION_RELEASED, RESERVATION_N };
const char *reservation_state_text(enum reservation_state state);   /* "active" */

/* Neither power nor units: the whole rack. */
struct reservation {
	int64_t id;                /* rises, never used again */
	char rack[64];
	char tenant[RESERVATION_TENANT_SIZE];
	char reason[RESERVATION_TEXT_SIZE]; /* "": none given */
	char actor[64];            /* who made it */
	struct wall created, until;
	struct wall released;      /* 0: nobody did */
	double power_w;            /* 0: not given */
	unsigned units;            /* 0: not given */
};

/* They expire by themselves. */
enum reservation_state reservation_state(const struct reservation *reservation,
    struct wall now);
bool reservation_is_whole(const struct reservation *reservation);

struct reservations {
	uint64_t number;           /* rises with every snapshot */
	size_t n;
	const struct reservation *items; /* [n], by rack, then by id */
};

/*
 * Takes items, which free() frees, and sorts them.  One reference; NULL when
 * memory is out: items are freed then too.
 */
const struct reservations *reservations_new(uint64_t number,
    struct reservation *items, size_t n);
const struct reservations *reservations_ref(const struct reservations *reservations);
void reservations_unref(const struct reservations *reservations); /* NULL is fine */
/* Those of one rack, all states.  NULL: none (also of a NULL snapshot). */
const struct reservation *reservations_of(const struct reservations *reservations,
    const char *rack, size_t *ret_n);

/* What of a rack is kept at one moment. */
struct reserved {
	bool whole;                /* all that is free */
	double power_w;            /* of those that say how much */
	unsigned units;
	const char *tenant;        /* of the one that ends last; NULL: not reserved */
	struct wall until;         /* of the same; 0: open */
};

/*
 * Adds up what is kept in a rack for others than tenant (NULL: for anybody), by
 * the API and by the inventory.  Owns: tenant is borrowed from both.
 */
struct reserved reserved_of(const struct reservations *reservations,
    const struct rack *rack, struct wall now, const char *tenant);

#endif
