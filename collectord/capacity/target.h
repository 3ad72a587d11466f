/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Targets: how far a count is from the number to reach, and whether the pace
 * is enough.
 *
 * Route: capacity fills a draft's targets from the province's counts.
 * Thread: FLOW.  Source: DESIGN.md 4.5 (status); domain.md 2.3 formulas 21-23.
 */
#ifndef CAPACITY_TARGET_H
#define CAPACITY_TARGET_H

#include "capacity/history.h"
#include "capacity/outlook.h"
#include "capacity/view.h"

/* The count that satisfies a target: "above 90,000" is 90,001. */
int64_t target_threshold(const struct target *target);
/* Judges one target on a day of the province; outlook may be NULL. */
struct target_view target_judge(const struct target *target,
    const struct place_view *province, const struct history *history,
    const struct outlook_target *outlook, int32_t today);

#endif
