/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of a device that exists only in the configuration: what it tells
 * with every poll from a time on, again and again, as real logs do.
 *
 * Route: replay.c.  Thread: the POLL thread of its device.
 */
#ifndef REPLAY_HAPPENED_H
#define REPLAY_HAPPENED_H

#include <collectord/plugin.h>

struct happened;

/*
 * Reads a list of events (NULL: none); faults are reported through host.
 * Owns: free *ret_happened with happened_free; borrows the node's texts.
 * Errors: COL_ECONFIG after reporting, COL_ENOMEM.
 */
int happened_new(const struct col_host *host, const struct col_node *list,
    struct happened **ret_happened);
void happened_free(struct happened *happened); /* NULL is fine */
/* Tells what had happened by a time since the first poll. */
void happened_tell(const struct happened *happened, const struct col_host *host,
    const char *device, int64_t at_ns);

#endif
