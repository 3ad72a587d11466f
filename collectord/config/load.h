/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One load of a configuration: what its stages share.
 *
 * Route: config.c makes it; settings, catalog, draft and link fill it.
 * Thread: the loader's.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "config/schema.h"

struct drafts;
struct alerts_ref;

/* The sections that an inventory file may have; NULL: not there. */
struct inventory_nodes {
	const struct col_node *areas, *sites, *halls, *rows, *racks, *devices;
	const struct col_node *templates, *operators, *feed_tree, *equipment;
};

/* collectord.yaml as read, before the files that it names are. */
struct settings_file {
	struct settings settings;       /* first: tables point into it */
	struct inventory_nodes inventory;
	struct schema_texts inventory_globs, profile_globs, history_globs;
	const char *profile_dir;        /* of the shipped profiles */
	const struct col_node *targets, *credentials, *alerts, *receivers;
};

struct load {
	struct schema_context kept;     /* arena that lives with the config */
	struct schema_context scratch;  /* arena that ends with the load */
	const struct plugins *plugins;  /* NULL: forms only */
	struct config *config;
	struct settings_file file;
	struct drafts *drafts;
	struct alerts_ref *alerts_refs; /* places of rules, not numbered yet */
	const char *alerts_shipped;     /* file of the shipped rules; NULL: not read */
	bool incomplete;   /* a file could not be read: do not judge references */
	size_t n_racks_max;
	const char **files;/* that were read, see struct config */
	size_t n_files, files_room;
	const struct config_overlay *overlays;
	size_t n_overlays;
	const char *alerts_file;   /* as in load_request */
	unsigned n_guesses;/* candidates that "did you mean" may still look at */
};

/* What one load is asked for; all borrowed. */
struct load_request {
	const char *file;               /* name of the main file */
	const struct plugins *plugins;  /* may be NULL */
	struct ids *ids;
	uint64_t version;
	struct wall now;
	const struct config *running;   /* of a reload; NULL: all is taken as written */
	bool no_files;                  /* leave globs and secrets alone */
	const struct config_overlay *overlays; /* read instead of files */
	size_t n_overlays;
	const char *alerts_file;        /* instead of what `alerts` names, or NULL */
	size_t n_racks_max;             /* 0: DRAFT_RACKS_MAX */
	struct config_errors *errors;
};

/* Loads a main file that is in memory.  Errors and ownership: config_load. */
int load_text(const char *text, size_t size,
    const struct load_request *request, const struct config **ret_config);

/* Remembers path as one of the configuration's files. */
void load_note_file(struct load *load, const char *path);

/* Reports "unknown KIND 'id'" at node with the nearest of the tried ones. */
void load_unknown(struct load *load, const struct col_node *at,
    const char *kind, const struct errors_guess *guess);

/* Finds a plugin that can be used at node; reports. NULL: unknown or no list. */
const struct col_plugin *load_plugin(struct load *load,
    const struct col_node *at, const char *name);

#endif
