/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list FOLDER: says of each plugin file there whether this host takes it. */
#include <config.h>

#include <stdio.h>

#include "base/log.h"
#include "poll/load.h"

int
main(int argc, char **argv)
{
	struct plugins *plugins = NULL;
	struct col_error error = { 0 };

	if (argc != 2) {
		fprintf(stderr, "usage: list FOLDER\n");
		return 2;
	}
	if (load_plugins(argv[1], &plugins, &error) != 0) {
		fprintf(stderr, "%s\n", error.text);
		return 1;
	}
	for (size_t i = 0; i < plugins->n_entries; i++) {
		const struct plugin_entry *entry = &plugins->entries[i];
		if (entry->plugin != NULL) {
			printf("%s: loaded: %s\n", entry->name, entry->plugin->summary);
		} else {
			printf("%s: refused: %s\n", entry->name, entry->reason);
		}
	}
	load_free(plugins);
	return 0;
}
