/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What readers of a stock ask for beside it. */
#include <config.h>

#include <math.h>

#include "capacity/budget.h"
#include "capacity/past.h"
#include "capacity/stock.h"

double
stock_measured_days(const struct past_power *power)
{
	/* a month with a few lost slots is a month */
	return power->days >= TREE_COVERAGE * BUDGET_DAYS_MIN ?
	    fmax(power->days, BUDGET_DAYS_MIN) : power->days;
}

const char *
stock_binding_text(const struct stock *stock, int32_t binding)
{
	switch (binding) {
	case STOCK_BY_NOTHING:
		return NULL;
	case STOCK_BY_DESIGN:
		return "design";
	case STOCK_BY_FAILOVER:
		return "failover";
	case STOCK_BY_FEED:
		return "feed";
	case STOCK_BY_HALL:
		return "hall";
	default:
		return stock->inventory->power[binding].id;
	}
}
