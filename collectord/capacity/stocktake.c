/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See stocktake.h. */
#include <config.h>

#include "capacity/stocktake.h"

#include <stdlib.h>

#include "base/log.h"
#include "capacity/metered.h"
#include "capacity/past.h"
#include "capacity/stock.h"
#include "capacity/stock_plan.h"

/* Reservations end by the clock alone. */
#define OLD_NS (60 * NS_PER_S)

/* The plan of an inventory; NULL when memory is out. */
static struct stock_plan *
plan_of(struct stocktake *take, const struct inventory *inventory)
{
	if (take->plan == NULL || take->plan->inventory != inventory) {
		stock_plan_unref(take->plan);
		take->plan = stock_plan_new(inventory);
	}
	return take->plan;
}

static uint64_t
past_number(const struct past *past)
{
	return past != NULL ? past->number : 0;
}

static uint64_t
reserved_number(const struct reservations *reserved)
{
	return reserved != NULL ? reserved->number : 0;
}

static bool
is_same(const struct stock *stock, const struct stock_input *input)
{
	return stock != NULL && stock->input.plan == input->plan &&
	    stock->input.rollup == input->rollup &&
	    past_number(stock->input.past) == past_number(input->past) &&
	    reserved_number(stock->input.reserved) == reserved_number(input->reserved) &&
	    input->as_of.ns >= stock->input.as_of.ns &&
	    input->as_of.ns - stock->input.as_of.ns < OLD_NS;
}

void
stocktake_run(struct stocktake *take, struct view_draft *draft,
    const struct reservations *reserved)
{
	const struct inventory *inventory = draft->view->config->inventory;
	struct stock_input input = { .plan = plan_of(take, inventory),
	    .rollup = draft->view->rollup, .past = draft->view->past,
	    .reserved = reserved, .as_of = draft->view->as_of };

	if (input.plan != NULL && !is_same(take->stock, &input)) {
		struct metered *metered = metered_nodes(inventory, take->latest,
		    input.as_of, draft->view->config->settings.interval_ns);
		const struct stock *stock;

		input.metered = metered;
		stock = stock_new(&input, take->number + 1);
		free(metered);
		if (stock != NULL) {
			stock_unref(take->stock);
			take->stock = stock;
			take->number++;
		} else {
			LOG_ERROR("capacity", NULL, NULL, "no memory for a new stock");
		}
	}
	if (take->stock != NULL && take->stock->inventory == inventory) {
		draft->view->stock = stock_ref(take->stock);
	}
}

void
stocktake_done(struct stocktake *take)
{
	stock_unref(take->stock);
	stock_plan_unref(take->plan);
	*take = (struct stocktake){ 0 };
}
