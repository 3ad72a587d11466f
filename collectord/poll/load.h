/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens plugin files and decides whether they fit this host.
 *
 * Route: poll_new -> load -> struct plugins.  Thread: MAIN.
 * Source: plugin.h; DESIGN.md 4.4.
 */
#ifndef POLL_LOAD_H
#define POLL_LOAD_H

#include "model/plugins.h"

/*
 * Opens every *.so of dir, in order of name, and adds the metrics of those
 * that fit to the metric table.  Files that do not fit are kept as refused
 * entries that say what was found and what is wanted.
 *
 * A loaded file is never closed: the metric table and the layouts name its
 * texts for as long as the process lives.
 *
 * Owns: returns *ret_plugins, free with load_free.
 * Errors: COL_EIO when dir cannot be read.
 */
int load_plugins(const char *dir, struct plugins **ret_plugins,
    struct col_error *error);
void load_free(struct plugins *plugins);

/*
 * Checks a descriptor against this host; name is the file's stem.
 * Errors: COL_EABI, COL_EINVAL; entry->reason says why, entry is else untouched
 * but for abi_major and abi_minor.
 */
int load_check(const struct col_plugin *plugin, const char *name,
    struct plugin_entry *entry);

#endif
