/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the devices of the feed tree's nodes say that goes through them, to
 * stand beside the sums of the feeds below.
 *
 * Route: latest -> stock.  Thread: FLOW.  Source: domain.md 2.3 formula 3.
 */
#ifndef CAPACITY_METERED_H
#define CAPACITY_METERED_H

#include <stdbool.h>

#include "flow/latest.h"
#include "model/inventory.h"

struct metered {
	bool known;
	double power_w;            /* valid if known */
};

/*
 * The newest good power of each node that has a device: the device's total,
 * else its output, else the sum of its phases when all are good.
 * Owns: an array of n_power (at least one), free with free; NULL: no memory.
 */
struct metered *metered_nodes(const struct inventory *inventory,
    const struct latest *latest, struct wall as_of, int64_t interval_ns);

#endif
