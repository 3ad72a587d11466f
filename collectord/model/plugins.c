/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/plugins.h"

#include <string.h>

const struct plugin_entry *
plugins_find(const struct plugins *plugins, const char *name)
{
	for (size_t i = 0; plugins != NULL && i < plugins->n_entries; i++) {
		if (strcmp(plugins->entries[i].name, name) == 0) {
			return &plugins->entries[i];
		}
	}
	return NULL;
}
