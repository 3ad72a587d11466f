/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `racksim serve`: every device of the province behind one socket.
 *
 * Route:  loop -> serve -> agent -> kind -> values.
 * Thread: MAIN.
 */
#ifndef RACKSIM_SERVE_H
#define RACKSIM_SERVE_H

#include "options.h"

/* Serves until SIGINT or SIGTERM. Returns the exit status. */
int serve_run(const struct options *options, const struct province *province);

#endif
