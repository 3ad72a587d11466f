/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/board.h"

#include "capacity/board_inner.h"

void
board_pick(const struct board *board, enum level level,
    board_fn *const fns[GAUGE_N], struct board_picks *ret_picks)
{
	ret_picks->n = 0;
	for (int g = 0; g < GAUGE_N; g++) {
		if (fns[g] != NULL && board->columns[level][g] != NULL) {
			ret_picks->items[ret_picks->n].fn = fns[g];
			ret_picks->items[ret_picks->n++].column =
			    board->columns[level][g];
		}
	}
}

void
board_put(const struct board_picks *picks, uint32_t i, const void *look)
{
	for (unsigned p = 0; p < picks->n; p++) {
		/* NAN stays NAN */
		picks->items[p].column[i] = board_tidy(picks->items[p].fn(look));
	}
}

static uint32_t
count_feeds(const struct inventory *inventory)
{
	uint32_t n = 0;

	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		n += inventory->racks[r] != NULL ? inventory->racks[r]->n_feeds : 0;
	}
	return n;
}

struct board *
board_of_view(const struct view *view, const struct board_want *want)
{
	const struct inventory *inventory = view->config->inventory;
	uint32_t n[LEVEL_N] = {
		[LEVEL_RACK] = inventory->n_racks, [LEVEL_FEED] = count_feeds(inventory),
		[LEVEL_NODE] = inventory->n_power, [LEVEL_DEVICE] = inventory->n_devices,
		[LEVEL_TARGET] = (uint32_t)view->config->settings.n_targets,
		[LEVEL_COLLECTOR] = 1,
	};
	struct board *board;

	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		n[k] = inventory->n_places[k];
	}
	board = board_new(inventory, want, n);
	if (board == NULL) {
		return NULL;
	}
	board->as_of = view->as_of;
	board->slot = view->rollup != NULL ? view->rollup->slot : (struct wall){ 0 };
	board_racks(board, view);
	board_feeds(board, view);
	board_nodes(board, view);
	board_places(board, view);
	board_targets(board, view);
	return board;
}
