/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is mounted in the racks: servers whose nameplates fit what the rack
 * draws, those of the BMCs among them, and a switch.
 *
 * Route:  province, values, bmc_hosts (models) -> gear -> inventory.
 * Thread: any (pure functions).
 */
#ifndef RACKSIM_GEAR_H
#define RACKSIM_GEAR_H

#include <stdio.h>

#include "province.h"

/*
 * Tells whether the racks of a hall are listed piece by piece. All are up to
 * GEAR_RACKS racks; of a larger province every n-th hall is.
 */
bool gear_covers(const struct province *p, uint32_t hall);

#define GEAR_RACKS 10000

/* Writes the pieces of a site's racks as CSV with a line of names. */
void gear_write(const struct province *p, const struct province_site *site,
    FILE *file);

#endif
