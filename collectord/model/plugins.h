/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What rooms may know of loaded plugins without knowing the plugin host:
 * names, option tables, state; for config's checks and the /plugins page.
 *
 * Route: filled by poll/host, read by config and http.  Thread: any, immutable
 * after start but for the counters.
 */
#ifndef MODEL_PLUGINS_H
#define MODEL_PLUGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

struct plugin_entry {
	const char *name;               /* file stem */
	const char *file;
	const struct col_plugin *plugin;/* NULL when refused */
	char reason[256];               /* why refused, "" when loaded */
	unsigned abi_major, abi_minor;  /* found in the file, 0.0 unreadable */
};

struct plugins {
	struct plugin_entry *entries;
	size_t n_entries;
};

/* NULL when there is none of that name, loaded or refused. */
const struct plugin_entry *plugins_find(const struct plugins *plugins, const char *name);

#endif
