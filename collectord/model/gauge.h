/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gauges: the KPIs that rules can be made on, and the board that carries their
 * values of one moment, a column per gauge.
 *
 * A device's own metrics are not here (model/metric.h): rules on those see each
 * sample.  A board holds only the columns that somebody wants; a value that is
 * not known is NAN, never 0.
 *
 * Route: capacity fills a board, alert reads it.  Thread: table any; a board
 * belongs to FLOW.  Source: DESIGN.md section 3 (KPIs travel with the batch),
 * domain.md 2.3.
 */
#ifndef MODEL_GAUGE_H
#define MODEL_GAUGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/inventory.h"

/* What a rule can be on.  Rack feeds and nodes of the feed tree are both
 * "feed:ID" to the outside. */
enum level {
	LEVEL_PROVINCE = 0, LEVEL_AREA, LEVEL_SITE, LEVEL_HALL, LEVEL_ROW, LEVEL_RACK,
	LEVEL_FEED,            /* feed of a rack */
	LEVEL_NODE,            /* node of the feed tree */
	LEVEL_DEVICE,
	LEVEL_SENSOR,          /* a value of a device: metrics, not gauges */
	LEVEL_TARGET, LEVEL_COLLECTOR, LEVEL_N
};
/* Levels that a board has columns of, by index as in the inventory; feeds
 * lie as rollup_feeds has them (first_feed[rack] + feed). */
#define LEVEL_BIT(level) (1u << (level))
#define LEVEL_PLACES 0x1fu                /* province .. row */
#define LEVEL_PHASES 3

/* What is not known is NAN: a sum of which less than 95 % of the parts are known,
 * a rack of which a feed is missing, a rack without telemetry. */
enum gauge {
	/* power */
	GAUGE_POWER_W = 0,     /* all of it is known; places, rack, rack feed, node */
	GAUGE_LOAD_PCT,        /* of the design power: places, rack; of the rating: node;
				* feed by phase: of the breaker's derated limit */
	GAUGE_CURRENT_A,       /* feed, by phase */
	GAUGE_VOLTAGE_V,       /* rack: the lowest of its feeds */
	GAUGE_FAILOVER_PCT,    /* formula 5: what the survivor would carry: rack, places
				* (the worst rack), node (its worst survivor) */
	GAUGE_IMBALANCE_PCT,   /* formula 7: rack, places (the worst) */
	GAUGE_POWER_FACTOR,    /* formula 8: rack, places; a ratio */
	GAUGE_AT_RISK,         /* racks without failover for their load: places */
	/* air */
	GAUGE_INLET_C,         /* the hottest that is known: rack, places */
	GAUGE_INLET_OVER_K,    /* above the class's recommended upper limit: rack */
	GAUGE_INLET_UNDER_K,   /* the coldest, below its lower one: rack */
	GAUGE_INLET_BEYOND_K,  /* above the allowable upper limit: rack */
	GAUGE_HUMIDITY_PCT,    /* rack */
	GAUGE_DEW_POINT_C,     /* formula 16: rack; places: the highest */
	GAUGE_DELTA_T_K,       /* formula 15: rack, places */
	GAUGE_IN_RANGE_PCT,    /* formula 13: rack, places; of 24 hours */
	GAUGE_OVER_INDEX_PCT,  /* formula 14: places */
	GAUGE_PUE,             /* site, province; of both meters, never partial */
	/* counts and evidence */
	GAUGE_DECLARED, GAUGE_VERIFIED, GAUGE_CONTRADICTED, GAUGE_STALE,
	GAUGE_UNMONITORED,
	GAUGE_LIVE_PCT,        /* of the declared racks with a device */
	GAUGE_COVERAGE_PCT,    /* devices that answered in the slot, of those expected */
	GAUGE_DISCREPANCIES,
	GAUGE_OCCUPANCY_PCT,   /* by count: places */
	GAUGE_OCCUPANCY_POWER_PCT, /* by measured power, of the design power: places */
	GAUGE_COMMITTED_PCT,   /* what is promised (formula 9): places: of the design
				* power; rack, node: of the limit that holds them back */
	GAUGE_FULL_IN_D,       /* forecast of power exhaustion, days: sites, halls;
				* GAUGE_FAR_D: not at the current rate */
	/* silence and supply; made by alert itself from polls, never on a board */
	GAUGE_SILENT_S,        /* since the last good answer: device, site, hall, row */
	GAUGE_SUPPLY_LOST,     /* 0 or 1: feed, node, row, hall */
	/* targets */
	GAUGE_TARGET_REACHED,  /* 0 or 1 */
	GAUGE_TARGET_PROGRESS_PCT,
	GAUGE_TARGET_LATE_D,   /* forecast's day after the target's day; GAUGE_FAR_D: not
				* at the current rate; 0 when it is reached */
	GAUGE_TARGET_SLIP_D,   /* forecast's day now less that of 28 days before */
	/* the collector itself; by daemon.c */
	GAUGE_LATENESS_S,      /* p99 of the polls of the last minute */
	GAUGE_DISK_FREE_PCT, GAUGE_JOURNAL_BYTES, GAUGE_JOURNAL_AGE_S,
	GAUGE_STORE_ERRORS_PM, GAUGE_POLLS_SKIPPED_PM, /* per minute */
	GAUGE_RECEIVER_SILENT_S, /* made by notify: a receiver that accepts nothing */
	GAUGE_N
};
/* A day that is this far away, or never comes.  Source: domain.md 2.4 (20 years). */
#define GAUGE_FAR_D 7305

struct gauge_row {
	const char *name;      /* "load_pct" */
	const char *unit;      /* of model/unit.h, or "K" of a difference, "d"; "" for
				* counts and ratios */
	uint32_t levels;       /* LEVEL_BIT of those that have it */
	bool phases;           /* at LEVEL_FEED it has a value per phase */
	double min, max;       /* what it can be: a limit beyond it is impossible */
	const char *en, *zh;
};
const struct gauge_row *gauge_get(enum gauge gauge);
/* Errors: COL_ENOENT. */
int gauge_find(const char *name, enum gauge *ret_gauge);
/* Its column has a value per phase: power and places have none. */
bool gauge_has_phases(enum gauge gauge, enum level level);
const char *level_text(enum level level);         /* "rack" */
int level_find(const char *text, enum level *ret_level);

/* Which columns are wanted: a bit per gauge, per level. */
struct board_want { uint64_t gauges[LEVEL_N]; };

/* The values of one moment. */
struct board {
	const struct inventory *inventory;  /* one reference */
	struct wall slot;                   /* that they are of; 0: before the first */
	struct wall as_of;
	/* NULL: not wanted, or no gauge of that level.  [n] by index of the level;
	 * where the gauge has phases [n * LEVEL_PHASES]. */
	double *columns[LEVEL_N][GAUGE_N];
	uint32_t n[LEVEL_N];
};
/*
 * All wanted columns, NAN everywhere.  Owns: a reference to the inventory; free
 * with board_free.  Shape: n: entries per level.  Errors: NULL: no memory.
 */
struct board *board_new(const struct inventory *inventory, const struct board_want *want,
    const uint32_t n[LEVEL_N]);
void board_free(struct board *board);               /* NULL is fine */

#endif
