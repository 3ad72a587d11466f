/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Budgets: how much power a device is planned with, and what of a rack's is
 * still to be given away.
 *
 * Route: planner.  Thread: any, no state.
 * Source: domain.md 2.3 formula 9; 2.1 (nameplate overstates by 40-60 %).
 */
#ifndef CAPACITY_BUDGET_H
#define CAPACITY_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

/* Of a measured peak, and of a nameplate.  Source: formula 9. */
#define BUDGET_MEASURED 1.1
#define BUDGET_NAMEPLATE 0.6
#define BUDGET_DAYS_MIN 30

/*
 * Formula 9: P95 of 30 days * 1.1 when so much was measured, else nameplate * 0.6.
 * Units: days, W, W -> W.  False: neither is known.
 */
bool budget_device_w(double measured_days, double p95_w, double nameplate_w,
    double *ret_w);

/* A node above a rack: its limit and all that is committed below it. */
struct budget_node { double limit_w, committed_w; };

struct budget {
	double available_w;        /* < 0: committed beyond the limit */
	int binding;               /* what is short: BUDGET_DESIGN, BUDGET_FAILOVER,
				    * or the index of a node */
};
#define BUDGET_DESIGN (-1)
#define BUDGET_FAILOVER (-2)

/*
 * Formula 9: min(design - committed, failover limit - committed, for each node
 * above: its limit - what is committed below it).
 * Units: W; a design or failover limit that is not known is < 0.
 * False: no limit is known at all.
 */
bool budget_available(double design_w, double failover_w, double committed_w,
    const struct budget_node *above, size_t n_above, struct budget *ret_budget);

#endif
