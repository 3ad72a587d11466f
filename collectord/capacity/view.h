/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The view: everything the capacity pages show, computed on FLOW and published
 * as one immutable, reference-counted object with a number.
 *
 * Route: flow (rollups) + inventory -> capacity -> http.  Thread: made by FLOW,
 * read by any.  Source: DESIGN.md 4.5, 4.6; domain.md 2.3 (formulas 2-5, 18-22).
 */
#ifndef CAPACITY_VIEW_H
#define CAPACITY_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "config/config.h"
#include "flow/rollup.h"

struct figures;

enum evidence {
	EVIDENCE_NONE = 0,         /* not declared: outside the partition */
	EVIDENCE_VERIFIED, EVIDENCE_CONTRADICTED, EVIDENCE_STALE,
	EVIDENCE_UNMONITORED, EVIDENCE_N
};
const char *evidence_text(enum evidence evidence);
int evidence_find(const char *text, enum evidence *ret_evidence);

enum reason {
	REASON_NOT_DECLARED = 0, REASON_NO_DEVICE, REASON_NO_GOOD_SAMPLE,
	REASON_POWER_SEEN, REASON_BELOW_MIN_POWER, REASON_ENERGISED_EMPTY,
	REASON_TOO_LITTLE, REASON_N
};
const char *reason_code(enum reason reason);      /* "power_seen" */

enum failover { FAILOVER_UNKNOWN = 0, FAILOVER_OK, FAILOVER_AT_RISK,
	FAILOVER_NO_REDUNDANCY, FAILOVER_SINGLE, FAILOVER_N };
const char *failover_text(enum failover failover);

struct rack_view {
	enum evidence evidence;
	enum reason reason;
	/* seconds within the window: any good sample, power >= min, all parts
	 * good and below, voltage good */
	uint32_t good_s, power_s, below_s, voltage_s;
	uint32_t reason_s;                 /* seconds that the reason speaks of */
	struct wall last_good;             /* slot of the newest good sample; 0: never */
	bool live;                         /* good sample in the last 3 intervals */
	bool discrepancy;                  /* planned or decommissioned, draws power */
	struct rack_slot slot;             /* of the last closed slot */
};

/* How long ago a declared rack gave its newest good sample; one of them each. */
enum fresh { FRESH_LIVE = 0, FRESH_HOUR, FRESH_DAY, FRESH_OLDER, FRESH_NEVER, FRESH_N };

struct place_view {
	uint32_t n_declared, n_evidence[EVIDENCE_N], n_planned, n_live;
	uint32_t n_fresh[FRESH_N];         /* declared racks by age of their data */
	uint32_t n_monitored;              /* declared racks with a device */
	double design_w;                   /* own figure, else of what is below: declared
					    * racks; 0: not given */
	double standard_declared, standard_verified; /* floor(sum / standard) */
	uint32_t n_discrepancies;          /* racks, see rack_view */
	uint32_t n_occupied, n_available;  /* for occupancy by count */
	double occupancy_power;            /* ratio, valid if power known and design > 0 */
	struct part_sum sum;               /* of the last closed slot */
	struct wall oldest_good;           /* the oldest last good sample of the racks
					    * heard within the window; 0: none */
};

enum target_status { TARGET_BEHIND = 0, TARGET_ON_TRACK, TARGET_OVERDUE, TARGET_REACHED };
const char *target_status_text(enum target_status status);

enum forecast_reason { FORECAST_OK = 0, FORECAST_NOT_ENOUGH, FORECAST_NOT_AT_RATE,
	FORECAST_REACHED };
/* "not_enough_history", "reached"; NULL when there is a date. */
const char *forecast_reason_code(enum forecast_reason reason);

struct target_view {
	const struct target *target;       /* borrowed from config */
	int64_t count, verified;
	double progress;                   /* ratio */
	enum target_status status;
	int32_t days_left;                 /* to the day, 0: today; < 0: past by as
					    * many; valid if the target has a day */
	bool has_required, has_pace;
	double required_per_day, pace_per_day;
	enum forecast_reason forecast_reason;
	uint32_t forecast_k;               /* weeks of history used */
	int32_t day, earliest, latest;     /* day numbers; valid if FORECAST_OK;
					    * latest INT32_MAX: more than 20 years */
};

struct past;
struct outlook;
struct stock;

struct view {
	uint64_t number;                   /* rises with every publication */
	struct wall as_of;
	const struct config *config;       /* one reference */
	const struct rollup *rollup;       /* one reference, or NULL before the first */
	const struct rack_view *racks;     /* [inventory->n_racks] */
	const struct place_view *places[ENTITY_PLACE_N];
	const struct target_view *targets; /* config's order */
	const struct past *past;           /* one reference, or NULL before the first */
	struct outlook *outlook;           /* one reference; its targets are in config's
					    * order; NULL: no memory for one */
	const struct place_view *operators; /* [inventory->n_operators] */
	const struct figures *figures;     /* one reference, see figures.h; NULL only
					    * when memory was out */
	const struct stock *stock;         /* what is free; one reference, or NULL */
};

/* Thread: any; unref frees with the last reference and accepts NULL. */
const struct view *view_ref(const struct view *view);
void view_unref(const struct view *view);

/* ---- making them; Thread: FLOW ------------------------------------------- */

/* The same object while it is filled. */
struct view_draft {
	struct view *view;                 /* arrays below are its own */
	struct rack_view *racks;
	struct place_view *places[ENTITY_PLACE_N];
	struct target_view *targets;
	struct place_view *operators;
};
/*
 * Makes an empty view of config with one reference to it, and to rollup (may
 * be NULL).  Owns: draft's view, one reference.  Errors: COL_ENOMEM.
 */
int view_new(const struct config *config, const struct rollup *rollup,
    struct view_draft *ret_draft);

#endif
