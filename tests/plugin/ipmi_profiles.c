/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "ipmi_profiles.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/extend.h"
#include "snmp_yaml.h"

static int
is_ours(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return strncmp(entry->d_name, "ipmi", 4) == 0 && dot != NULL &&
	    strcmp(dot, ".yaml") == 0;
}

static void
on_fault(void *arg, const struct col_node *at, const char *text)
{
	(void)arg;
	fprintf(stderr, "%s:%u: %s\n", at->file, at->line, text);
}

static const struct col_node *
lay(const struct kit_profiles *kit, const struct col_node *node)
{
	const struct extend extend = {kit->arena, on_fault, NULL};
	const struct col_node *at = col_node_get(node, "extends");

	for (size_t i = 0; at != NULL && i < kit->n; i++) {
		if (strcmp(kit->files[i].id, at->text) == 0) {
			return extend_merge(&extend, lay(kit,
			    kit->files[i].node), node);
		}
	}
	return node;
}

bool
kit_profiles_read(struct kit_profiles *kit, const char *dir)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, is_ours, alphasort);

	memset(kit, 0, sizeof(*kit));
	kit->arena = arena_new();
	for (int i = 0; i < n; i++) {
		char path[4096];
		struct col_node *node;
		(void)snprintf(path, sizeof(path), "%s/%s", dir,
		    names[i]->d_name);
		node = kit->n < KIT_PROFILES_MAX ? yamltree_load(path) : NULL;
		if (node != NULL) {
			kit->files[kit->n].node = node;
			kit->files[kit->n++].id = strndup(names[i]->d_name,
			    strlen(names[i]->d_name) - 5);
		}
		free(names[i]);
	}
	free(names);
	for (size_t i = 0; i < kit->n; i++) {
		kit->laid[i].id = kit->files[i].id;
		kit->laid[i].node = lay(kit, kit->files[i].node);
	}
	return kit->n > 0;
}

bool
kit_profiles_load(struct kit_profiles *kit, const char *dir,
    struct fakehost *fake)
{
	bool good = kit_profiles_read(kit, dir);

	kit->set.profiles = calloc(kit->n + 1, sizeof(*kit->set.profiles));
	for (size_t i = 0; i < kit->n; i++) {
		if (profile_read(&fake->host, &kit->laid[i],
		    &kit->set.profiles[kit->set.n]) == 0) {
			kit->set.n++;
		} else {
			good = false;
		}
	}
	return good;
}

void
kit_profiles_free(struct kit_profiles *kit)
{
	for (size_t i = 0; i < kit->set.n; i++) {
		profile_unref(kit->set.profiles[i]);
	}
	free(kit->set.profiles);
	for (size_t i = 0; i < kit->n; i++) {
		yamltree_free((struct col_node *)(uintptr_t)kit->files[i].node);
		free((char *)(uintptr_t)kit->files[i].id);
	}
	arena_free(kit->arena);
}
