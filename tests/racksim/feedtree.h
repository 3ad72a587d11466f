/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the racks' feeds hang on: per feed a main of the site, a UPS and a
 * distribution board of the hall, a busway of the row.
 *
 * Route:  province, values (ratings of the UPSes) -> feedtree -> inventory.
 * Thread: any (pure functions).
 */
#ifndef RACKSIM_FEEDTREE_H
#define RACKSIM_FEEDTREE_H

#include <stdio.h>

#include "province.h"

/* Writes the nodes of a site: the list feed_tree. */
void feedtree_write(const struct province *p, const struct province_site *site,
    FILE *file);

/* Writes on what the feeds of a row hang, as a key of its entry. */
void feedtree_write_row(const struct province *p, uint32_t row, FILE *file);

#endif
