/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `racksim inventory`: the province as collectord's configuration files.
 *
 * Route:  province -> inventory -> DIR/inventory/ and DIR/ledger.csv.
 * Thread: MAIN.
 * Source: DESIGN section 4.3 (the shape of inventory files).
 */
#ifndef RACKSIM_INVENTORY_H
#define RACKSIM_INVENTORY_H

#include "options.h"

/* Writes all files under options->out. Returns the exit status. */
int inventory_run(const struct options *options,
    const struct province *province);

#endif
