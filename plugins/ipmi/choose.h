/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one kind of BMC is asked at each poll and what the answers are called:
 * the sensors of a set by the rules of a profile, the source of power and of
 * the inlet temperature, and their layout.  BMCs that look alike share a plan.
 *
 * Route: set + profile -> plan -> round.  Thread: one POLL thread, counted.
 */
#ifndef IPMI_CHOOSE_H
#define IPMI_CHOOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "profile.h"
#include "set.h"

#define PLAN_NO_SLOT UINT16_MAX
#define PLAN_INSTANCE_SIZE 64

/* One sensor that is read; asked in this order. */
struct plan_ask {
	uint16_t sensor;             /* in set->sensors */
	uint16_t slot;               /* of its number, or PLAN_NO_SLOT */
	uint16_t state_slot;         /* of its state, or PLAN_NO_SLOT */
	bool total;                  /* adds up to the power */
	uint8_t format;              /* sdr_format, quirks applied */
	double scale;
};

/* From what a plan is made; equal looks share one. */
struct plan_look {
	struct sensor_set *set;      /* NULL: not known yet */
	struct profile *profile;
	uint32_t quirks;             /* of profile and device */
	bool dcmi;                   /* gives power */
	bool chassis;                /* answers Get Chassis Status */
};

struct plan {
	unsigned n_refs;
	struct plan_look look;       /* with references */
	bool has_power;
	enum profile_power power;    /* where it comes from */
	const struct col_layout *layout; /* NULL: no slots */
	size_t n_slots;
	uint16_t power_slot, chassis_slot, health_slot;
	size_t n_asks;
	struct plan_ask *asks;
	size_t n_left_out;           /* beyond the profile's limit */
	struct plan_set *owner;
	struct plan *next;
};

/* The plans of one POLL thread. */
struct plan_set {
	const struct col_host *host;
	struct plan *plans;
	size_t n;
};

/* Codes of state_health. */
enum plan_health { PLAN_HEALTH_OK = 1, PLAN_HEALTH_WARNING,
	PLAN_HEALTH_CRITICAL };

/*
 * Finds or makes the plan.
 * Owns: returns a reference; plan_unref it.
 * Errors: COL_ECONFIG (the host refuses the layout, with its text),
 * COL_ENOMEM.
 */
int choose_plan(struct plan_set *set, const struct plan_look *look,
    struct plan **ret_plan, struct col_error *error);
void plan_unref(struct plan *plan); /* accepts NULL */

/* ---- choose_name.c: drafts of slots, within choose*.c and its tests ---- */

#define DRAFT_SOURCE_SIZE 64

/* A sensor and a rule that takes it. */
struct draft_item {
	uint16_t sensor, rule;
	bool first;                  /* power or inlet of the machine */
	bool fixed;                  /* keeps its instance whatever others say */
	char instance[PLAN_INSTANCE_SIZE];
};

struct draft {
	const struct plan_look *look;
	size_t n, size;
	struct draft_item *items;
};

/* The first rule that takes a sensor's number, or its state; NULL: none. */
const struct profile_rule *draft_rule(const struct plan_look *look,
    const struct sdr_sensor *sensor, bool state);
/* Finds items for all sensors, in the order of the rules.  COL_ENOMEM. */
int draft_items(struct draft *draft);
/* Gives each item the instance that its rule says, words to the first. */
void draft_words(struct draft *draft);
/* Tells apart the items of a metric that have one instance. */
void draft_names(struct draft *draft);
/* "Inlet Temp (0x04)".  Shape: DRAFT_SOURCE_SIZE bytes. */
void draft_source(const struct sdr_sensor *sensor, char *ret_source);

#endif
