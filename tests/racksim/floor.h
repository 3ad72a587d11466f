/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a hall is drawn: its size, its aisles, and where its rows stand.
 *
 * Route:  province -> floor -> inventory.
 * Thread: any (pure functions).
 * Source: cold and hot aisles by turns as GB 50174 advises; sizes are ours.
 */
#ifndef RACKSIM_FLOOR_H
#define RACKSIM_FLOOR_H

#include <stdio.h>

#include "province.h"

/* Writes a hall's size and aisles as keys of its entry. */
void floor_write_hall(const struct province *p, uint32_t hall, FILE *file);

/* Writes a row's place and aisles as keys of its entry. */
void floor_write_row(const struct province *p, uint32_t row, FILE *file);

#endif
