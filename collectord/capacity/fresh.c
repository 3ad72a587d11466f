/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/fresh.h"

const struct stock *
fresh_stock(const struct view *view, const struct reservations *reserved,
    const struct overlay *overlay)
{
	const struct reservations *known;
	const struct stock *stock, *own;
	struct stock_input input;

	if (view->stock == NULL) {
		return NULL;
	}
	input = view->stock->input;
	known = input.reserved;
	/* one that was made a moment ago counts, before the next view */
	if ((known != NULL ? known->number : 0) == (reserved != NULL ? reserved->number : 0)) {
		stock = stock_ref(view->stock);
	} else {
		input.reserved = reserved;
		stock = stock_new(&input, view->stock->number);
	}
	if (stock == NULL || overlay == NULL) {
		return stock;
	}
	own = stock_whatif(stock, overlay);
	stock_unref(stock);
	return own;
}
