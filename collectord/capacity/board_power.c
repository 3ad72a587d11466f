/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Power on its way to the racks: the feeds of racks by phase, and the nodes of
 * the feed tree above them.
 */
#include <config.h>

#include <math.h>

#include "capacity/board_inner.h"
#include "capacity/electric.h"
#include "capacity/failover.h"
#include "capacity/stock.h"

/* ---- feeds of racks ------------------------------------------------------------ */

/* The columns of feeds; NULL where not wanted. */
struct feed_columns { double *power_w, *load_pct, *current_a; };

/* By the limit that failover is judged by: 80 % of the breaker, or of the
 * device's own rating where no breaker is given. */
static void
put_phases(const struct feed_columns *to, uint32_t at, const struct feed_load *load)
{
	double limit_a = electric_derated(load->rating_a);

	for (unsigned p = 0; p < LEVEL_PHASES; p++) {
		if ((load->phase_mask & 1u << p) == 0) {
			continue;
		}
		if (to->current_a != NULL) {
			to->current_a[at * LEVEL_PHASES + p] =
			    board_tidy(load->current_a[p]);
		}
		if (to->load_pct != NULL && load->has_rating) {
			to->load_pct[at * LEVEL_PHASES + p] =
			    board_tidy(100.0 * load->current_a[p] / limit_a);
		}
	}
}

static void
put_rack(const struct feed_columns *to, uint32_t first, const struct rack *rack,
    const struct rollup *rollup)
{
	unsigned n_slots;
	const struct feed_slot *slots = rollup_feeds(rollup, rack->index, &n_slots);

	/* a reload gave the rack other feeds: the next slot will tell */
	if (slots == NULL || n_slots != rack->n_feeds) {
		return;
	}
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		const struct rack_slot *sums = &rollup->racks[rack->index];

		if (to->power_w != NULL && (sums->feed_mask & 1u << f) != 0) {
			to->power_w[first + f] = board_tidy(sums->feed_power_w[f]);
		}
		if (slots[f].phase_mask != 0) {
			struct feed_load load = failover_feed(&rack->feeds[f],
			    &slots[f], NULL);

			put_phases(to, first + f, &load);
		}
	}
}

void
board_feeds(struct board *board, const struct view *view)
{
	double *const *columns = board->columns[LEVEL_FEED];
	const struct feed_columns to = { columns[GAUGE_POWER_W],
	    columns[GAUGE_LOAD_PCT], columns[GAUGE_CURRENT_A] };
	uint32_t first = 0;

	if (to.power_w == NULL && to.load_pct == NULL && to.current_a == NULL) {
		return;
	}
	for (uint32_t r = 0; r < board->inventory->n_racks; r++) {
		const struct rack *rack = board->inventory->racks[r];

		if (rack != NULL) {
			put_rack(&to, first, rack, view->rollup);
			first += rack->n_feeds;
		}
	}
}

/* ---- nodes of the feed tree ---------------------------------------------------- */

struct look { const struct stock_node *nodes, *node; };

static bool
is_summed(const struct tree_load *load)
{
	return board_covers(load->n_known, load->n_expected);
}

/* The racks below by their own meters, else what the node's device says. */
static double
node_power_w(const void *arg)
{
	const struct stock_node *node = ((const struct look *)arg)->node;

	return is_summed(&node->load) ? node->load.power_w :
	    node->metered.known ? node->metered.power_w : NAN;
}

static double
node_load_pct(const void *arg)
{
	const struct stock_node *node = ((const struct look *)arg)->node;

	if (is_summed(&node->load)) {
		return node->load.has_ratio ? 100.0 * node->load.ratio : NAN;
	}
	return node->metered.known && node->limit_w > 0.0 ? 100.0 *
	    node->metered.power_w * ELECTRIC_DERATE / node->limit_w : NAN;
}

/* A lower bound is told only when it is too high already. */
static double
node_failover_pct(const void *arg)
{
	const struct look *look = arg;
	const struct tree_load *load = &look->node->load;

	if (!load->has_failover || load->state == FAILOVER_UNKNOWN ||
	    (load->state == FAILOVER_OK && !(is_summed(load) &&
	    is_summed(&look->nodes[load->survivor].load)))) {
		return NAN;
	}
	return 100.0 * load->failover_ratio;
}

static double
node_committed_pct(const void *arg)
{
	const struct stock_node *node = ((const struct look *)arg)->node;

	return node->limit_w > 0.0 && board_covers(node->n_committed, node->n_racks) ?
	    100.0 * node->committed_w / node->limit_w : NAN;
}

static board_fn *const FNS[GAUGE_N] = {
	[GAUGE_POWER_W] = node_power_w, [GAUGE_LOAD_PCT] = node_load_pct,
	[GAUGE_FAILOVER_PCT] = node_failover_pct,
	[GAUGE_COMMITTED_PCT] = node_committed_pct,
};

void
board_nodes(struct board *board, const struct view *view)
{
	struct board_picks picks;

	board_pick(board, LEVEL_NODE, FNS, &picks);
	for (uint32_t i = 0; picks.n > 0 && view->stock != NULL &&
	    i < board->n[LEVEL_NODE]; i++) {
		const struct look look = { view->stock->nodes, &view->stock->nodes[i] };

		board_put(&picks, i, &look);
	}
}
