/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/budget.h"

bool
budget_device_w(double measured_days, double p95_w, double nameplate_w, double *ret_w)
{
	if (measured_days >= BUDGET_DAYS_MIN) {
		*ret_w = BUDGET_MEASURED * p95_w;
		return true;
	}
	if (nameplate_w > 0.0) {
		*ret_w = BUDGET_NAMEPLATE * nameplate_w;
		return true;
	}
	return false;
}

static void
limit(struct budget *budget, bool *known, double available_w, int binding)
{
	if (!*known || available_w < budget->available_w) {
		*budget = (struct budget){ available_w, binding };
	}
	*known = true;
}

bool
budget_available(double design_w, double failover_w, double committed_w,
    const struct budget_node *above, size_t n_above, struct budget *ret_budget)
{
	struct budget budget = { 0.0, BUDGET_DESIGN };
	bool known = false;

	if (design_w >= 0.0) {
		limit(&budget, &known, design_w - committed_w, BUDGET_DESIGN);
	}
	if (failover_w >= 0.0) {
		limit(&budget, &known, failover_w - committed_w, BUDGET_FAILOVER);
	}
	for (size_t i = 0; i < n_above; i++) {
		limit(&budget, &known, above[i].limit_w - above[i].committed_w, (int)i);
	}
	if (known) {
		*ret_budget = budget;
	}
	return known;
}
