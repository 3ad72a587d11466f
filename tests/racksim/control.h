/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `racksim fault`: changes the faults of a running `racksim serve`.
 *
 * Route:  command line -> control -> fault file + SIGHUP -> serve.
 * Thread: MAIN.
 */
#ifndef RACKSIM_CONTROL_H
#define RACKSIM_CONTROL_H

#include "options.h"

/*
 * Adds the line made of options->words to options->faults, or empties the file
 * for the single word "clear", then wakes the process of options->pidfile.
 * The line counts from now unless it says from= or at=. Returns the exit
 * status.
 */
int control_run(const struct options *options,
    const struct province *province);

#endif
