/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `racksim devices`: who exists where and what is wrong with whom, so that a
 * checker knows whom to expect what of.
 *
 * Route:  command line -> devices -> province, faults.
 * Thread: MAIN.
 */
#ifndef RACKSIM_DEVICES_H
#define RACKSIM_DEVICES_H

#include "options.h"

/*
 * Prints one line per device: id, address, kind, declared state (UPSes: -), and
 * the faults in force with commas, or -; split by tabs. Returns the exit status.
 */
int devices_run(const struct options *options,
    const struct province *province);

#endif
