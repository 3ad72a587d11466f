/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The credentials of one POLL thread: each loaded once, however many devices
 * name it, and wiped when the last of them is gone.
 *
 * Route: devices of snmp and ipmi -> here -> the plugin's loader.
 * Thread: one POLL thread.
 */
#ifndef PLUGIN_CREDENTIAL_SET_H
#define PLUGIN_CREDENTIAL_SET_H

#include <stddef.h>

#include <collectord/plugin.h>

struct credential_set;

/*
 * Fills the plugin's own struct, which is zeroed and in memory that is kept out
 * of core dumps.  May block for a file read.  Returns 0, or COL_E* with error.
 */
typedef int credential_load_fn(const struct col_host *host,
    const struct col_credential *from, void *ret_credential,
    struct col_error *error);

/*
 * Units: size of the plugin's struct, bytes; at most CREDENTIAL_MAX.
 * Errors: NULL when out of memory.
 */
#define CREDENTIAL_MAX 896
struct credential_set *credential_set_new(const struct col_host *host,
    size_t size, credential_load_fn *load);
void credential_set_free(struct credential_set *set); /* accepts NULL */
/*
 * Returns a counted reference to the plugin's struct, also to one that could
 * not be loaded: that is logged once and kept, so that thousands of devices do
 * not try it again.
 * Owns: from->node must live until the last put.
 * Errors: NULL when out of memory.
 */
const void *credential_set_get(struct credential_set *set,
    const struct col_credential *from);
void credential_set_put(struct credential_set *set,
    const void *credential); /* accepts NULL */
/* Why it cannot be used, NULL: it can.  Borrowed with the reference. */
const char *credential_set_fault(const void *credential);

#endif
