/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How boards are filled: one pass per level; of each thing the gauges that are
 * wanted are asked one after the other, by a function each.
 *
 * Route: within board_of_view.  Thread: any, no state.
 */
#ifndef CAPACITY_BOARD_INNER_H
#define CAPACITY_BOARD_INNER_H

#include <math.h>

#include "capacity/board.h"

/* Below it a sum of known parts says too little.  Source: DESIGN.md 3 "Time". */
#define BOARD_COVERAGE_PCT 95

/* Makes one gauge's value of a thing; NAN: not known. */
typedef double board_fn(const void *look);

/* The columns of one level that are wanted. */
struct board_picks {
	unsigned n;
	struct { board_fn *fn; double *column; } items[GAUGE_N];
};
/* Shape: fns by gauge, NULL where the level has none by itself. */
void board_pick(const struct board *board, enum level level,
    board_fn *const fns[GAUGE_N], struct board_picks *ret_picks);
/* Fills row i of all picked columns. */
void board_put(const struct board_picks *picks, uint32_t i, const void *look);

static inline bool
board_covers(uint32_t n_known, uint32_t n_expected)
{
	return n_known > 0 &&
	    (uint64_t)n_known * 100 >= (uint64_t)n_expected * BOARD_COVERAGE_PCT;
}

/*
 * To four decimals: figures are kept as floats, limits are written as decimals,
 * and 80 must not be above 80.
 */
static inline double
board_tidy(double value)
{
	return rint(value * 1e4) / 1e4;
}

/* The parts; each does nothing when none of its columns is wanted. */
void board_racks(struct board *board, const struct view *view);
void board_feeds(struct board *board, const struct view *view);
void board_nodes(struct board *board, const struct view *view);
void board_places(struct board *board, const struct view *view);
void board_targets(struct board *board, const struct view *view);

#endif
