/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one kind of device is asked at each poll: the cells of a profile that a
 * device of these rows has, with units and scales resolved, and their layout.
 * Devices that look alike share one plan.
 *
 * Route: profile + snapshot of a walk -> plan -> reader.
 * Thread: one POLL thread, counted.
 */
#ifndef SNMP_PLAN_H
#define SNMP_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "profile_group.h"
#include "snapshot.h"

#define PLAN_SLOTS_MAX 4096     /* plugin.h: bound of a layout */
#define PLAN_INSTANCE_SIZE 64   /* bytes of an instance with its NUL */
#define PLAN_MEMBERS_MAX 64     /* of one sum */

#define PLAN_BUCKETS 4096

enum plan_op { PLAN_CELL = 0, PLAN_SUM, PLAN_PERCENT };

/* One slot of the layout: a cell, or made of other slots. */
struct plan_slot {
	const struct profile_metric *metric;
	enum plan_op op;
	double factor;           /* see convert_value */
	uint32_t first_member;   /* in plan->members */
	uint32_t n_members;      /* 0: a cell */
};

enum plan_role {
	PLAN_VALUE = 0,
	PLAN_HIGH,               /* upper 32 bits of the value */
	PLAN_AVAILABLE,          /* says whether the value counts */
};

/* One object of each poll and what its value is for. */
struct plan_request {
	uint32_t slot;
	enum plan_role role;
};

/* Requests are in the order of their objects, but for those in two halves. */
struct plan {
	unsigned n_refs;
	uint64_t number;         /* of its set, never used again; not 0 */
	struct profile_group group; /* with references */
	const struct col_layout *layout;
	size_t n_slots, n_requests, n_members, n_highs;
	struct plan_slot *slots;
	struct plan_request *requests;
	struct objref *oids;     /* of the requests */
	uint16_t *sizes;         /* bytes of each in a packet */
	struct objref *befores;  /* names that come right before them */
	uint8_t *follows;        /* 1: the next row of the one before; or NULL */
	uint32_t *members;       /* slots of sums */
	uint32_t *subs;          /* memory of oids and befores */
	struct plan_set *set;
	struct plan *next;       /* of the set's bucket */
};

/* The plans of one POLL thread. */
struct plan_set {
	const struct col_host *host;
	struct plan *buckets[PLAN_BUCKETS]; /* by layout */
	size_t n;
	uint64_t n_made;
};

/* What a plan is made from. */
struct plan_look {
	const struct snapshot *snapshot; /* what the device showed */
	const struct plan *before;       /* its plan so far, or NULL */
};

/*
 * Finds or makes the plan for profiles and what a device showed.
 * Owns: returns a reference; plan_unref it.
 * Errors: COL_ENOENT (none of the profile's objects is there), COL_ECONFIG
 * (the host refuses the layout, with its text), COL_ENOMEM.
 */
int plan_get(struct plan_set *set, const struct profile_group *group,
    const struct plan_look *look, struct plan **ret_plan,
    struct col_error *error);
void plan_unref(struct plan *plan); /* accepts NULL */

#endif
