/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The info texts of one device (model, serial, firmware), packed into one
 * immutable block: there are many and they seldom change.
 *
 * Route: latest swaps sets, readers copy them.  Thread: made by FLOW, read by
 * any while latest keeps it.
 */
#ifndef FLOW_INFOSET_H
#define FLOW_INFOSET_H

#include <stdint.h>

#include "flow/latest.h"

struct infoset;

/*
 * Returns old (may be NULL) with one text set, as a new set.  NULL: nothing
 * to do, as the text is there already, LATEST_INFO_MAX is reached, or memory
 * is out.  Owns: the result is freed with free(); old stays.
 */
struct infoset *infoset_with(const struct infoset *old, const char *metric,
    const char *text);
/* Errors: COL_ENOMEM.  Owns: ret_info is freed with free(). */
int infoset_copy(const struct infoset *set, struct latest_info **ret_info,
    uint32_t *ret_n);

#endif
