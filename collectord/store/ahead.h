/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request of an operator to take rows of the future out of RRD files: a file
 * of that name in the store's folder, which the daemon finds within half a minute
 * or when it starts.
 *
 * Route: collectorctl store rewind asks, the store does it.  Thread: any.
 */
#ifndef STORE_AHEAD_H
#define STORE_AHEAD_H

#include <collectord/err.h>

/* Asks for it.  Errors: COL_EIO. */
int ahead_ask(const char *dir, struct col_error *error);

#endif
