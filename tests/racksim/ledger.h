/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A synthetic year of daily history that ends yesterday at today's counts.
 *
 * Route:  province -> ledger -> DIR/ledger.csv.
 * Thread: MAIN.
 * Source: DESIGN section 4.5 (/capacity/history).
 */
#ifndef RACKSIM_LEDGER_H
#define RACKSIM_LEDGER_H

#include <stdint.h>
#include <stdio.h>

#include "province.h"

/*
 * Writes date,declared,verified,planned,standard for 365 days.
 * Units:  today is unix seconds of a midnight UTC.
 */
void ledger_write(const struct province *province, int64_t today, FILE *file);

#endif
