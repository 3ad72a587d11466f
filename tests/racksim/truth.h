/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `racksim value` and `racksim values`: what a correct collector should have
 * stored, without asking any network.
 *
 * Route:  command line -> truth -> kind -> values.
 * Thread: MAIN.
 */
#ifndef RACKSIM_TRUTH_H
#define RACKSIM_TRUTH_H

#include "options.h"

/* Answers `DEVICE METRIC INSTANCE TIME` of options->words. Returns the exit
 * status. */
int truth_value(const struct options *options,
    const struct province *province);

/*
 * Answers one query per line of stdin, one line per answer: the number, none,
 * or "error: ..."; N of them split by blanks when the time is FROM/STEP/N.
 * Returns the exit status: 1 if any line was an error.
 */
int truth_values(const struct options *options,
    const struct province *province);

#endif
