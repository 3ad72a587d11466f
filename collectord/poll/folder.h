/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder that a plugin may keep its caches in.
 *
 * Route: host.c hands it out.  Thread: any; blocks for a moment.
 * Source: plugin.h, folder().
 */
#ifndef POLL_FOLDER_H
#define POLL_FOLDER_H

#include <stddef.h>

/*
 * Makes STORE_DIR/plugins/NAME, for us alone, unless it is there, and puts its
 * path.  Errors: COL_ERANGE (longer than size), COL_EIO (logged).
 */
int folder_make(const char *store_dir, const char *name, char *path, size_t size);

#endif
