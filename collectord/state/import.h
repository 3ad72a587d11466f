/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a CSV of daily counts whole, or says where it is wrong.
 *
 * Route: state_import_daily.  Thread: MAIN at start.
 */
#ifndef STATE_IMPORT_H
#define STATE_IMPORT_H

#include <stddef.h>

#include "state/state.h"

#define IMPORT_DAYS_MAX 40000

struct import { struct daily *days; size_t n; };

/* Owns: free(ret_import->days).  Errors: COL_EIO, COL_EINVAL and COL_EFULL with
 * file:line:column. */
int import_read(const char *file, struct import *ret_import, struct col_error *error);

#endif
