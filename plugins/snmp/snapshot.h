/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sorted set of varbinds in memory: what a device showed while its rows are
 * learned, or a whole recorded agent.
 *
 * Route: filled by reader (from fetch) or capture, read by plan and
 * engine_file.  Thread: that of its owner.
 */
#ifndef SNMP_SNAPSHOT_H
#define SNMP_SNAPSHOT_H

#include <stddef.h>

#include "varbind.h"

struct snapshot;

struct snapshot *snapshot_new(void);       /* NULL: out of memory */
void snapshot_free(struct snapshot *snapshot); /* accepts NULL */
/* Copies with all that it points to.  Errors: COL_ENOMEM. */
int snapshot_add(struct snapshot *snapshot, const struct varbind *vb);
/* Sorts; of equal names the first added stays.  Needed before any reading. */
void snapshot_sort(struct snapshot *snapshot);
size_t snapshot_count(const struct snapshot *snapshot);

/* NULL when there is none of that name. */
const struct varbind *snapshot_get(const struct snapshot *snapshot,
    struct objref name);
/* The first one after name, NULL at the end. */
const struct varbind *snapshot_next(const struct snapshot *snapshot,
    struct objref name);

#endif
