/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/power.h"

#include <stddef.h>

static const char *const KINDS[POWER_KIND_N] = {
	[POWER_UTILITY] = "utility", [POWER_GENERATOR] = "generator",
	[POWER_UPS] = "ups", [POWER_DISTRIBUTION] = "distribution",
	[POWER_BUSWAY] = "busway", [POWER_BREAKER] = "breaker",
};

const char *
power_kind_text(enum power_kind kind)
{
	return KINDS[kind];
}

double
power_rated_va(const struct power_node *node)
{
	double by_current = node->rated_a * node->volts * node->phases;

	if (by_current > 0.0 && node->rated_va > 0.0) {
		return by_current < node->rated_va ? by_current : node->rated_va;
	}
	return by_current > 0.0 ? by_current : node->rated_va;
}
