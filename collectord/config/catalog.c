/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "config/check.h"
#include "config/extend.h"
#include "config/files.h"
#include "config/node.h"

#define PROFILES_MAX 4096

struct envelope { const char *plugin, *extends; struct name summary; int kind; };

const char catalog_kinds[] = "pdu|ups|bmc|sensor|cooling|switch";

const struct schema_field catalog_profile_fields[] = {
	{ .key = "plugin", .type = SCHEMA_ID, SCHEMA_AT(struct envelope, plugin),
	  .required = true, .help = "The plugin that polls by this profile." },
	{ .key = "summary", .type = SCHEMA_NAME,
	  SCHEMA_AT(struct envelope, summary),
	  .help = "What it is for, in both languages." },
	{ .key = "kind", .type = SCHEMA_CHOICE, SCHEMA_AT(struct envelope, kind),
	  .choices = catalog_kinds, .help = "What kind of device it describes." },
	{ .key = "extends", .type = SCHEMA_ID, SCHEMA_AT(struct envelope, extends),
	  .help = "The profile that this one changes: it is laid over it." },
	SCHEMA_END
};

/* Id of a profile: the file's name without folder and ending. */
static const char *
stem(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return arena_copy_len(arena, name,
	    dot != NULL ? (size_t)(dot - name) : strlen(name));
}

static void
check_profile(struct load *load, const struct profile *profile)
{
	const struct plugin_entry *entry = plugins_find(load->plugins,
	    profile->plugin);
	struct errors_guess guess;

	if (entry != NULL && entry->plugin != NULL) {
		check_profile_inside(load, entry->plugin, profile);
		return;
	}
	/*
	 * A profile of a plugin that was not built lies idle; a word that is
	 * nearly the name of one that was is a slip.
	 */
	errors_guess_init(&guess, profile->plugin);
	for (size_t i = 0; load->plugins != NULL && entry == NULL &&
	    i < load->plugins->n_entries; i++) {
		errors_guess_try(&guess, load->plugins->entries[i].name);
	}
	if (guess.best != NULL) {
		load_unknown(load, col_node_get(profile->node, "plugin"),
		    "plugin", &guess);
	}
}

static const struct profile *
find_profile(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_profiles; i++) {
		if (strcmp(config->profiles[i].id, id) == 0) {
			return &config->profiles[i];
		}
	}
	return NULL;
}

/* Where the next profile goes: over a shipped one of its name, or behind. */
static struct profile *
slot(struct load *load, struct profile *profiles, const char *path,
    const char *id, size_t n_shipped)
{
	const struct profile *old = find_profile(load->config, id);
	size_t i = old != NULL ? (size_t)(old - profiles) : 0;

	if (old != NULL && i < n_shipped) {
		struct profile *hidden = arena_alloc(load->kept.arena,
		    sizeof(*hidden));

		*hidden = profiles[i];
		profiles[i].shipped = hidden;
		return &profiles[i];
	}
	if (old != NULL) {
		if (strcmp(old->node->file, path) != 0) {
			errors_at(load->kept.errors,
			    (struct errors_place){ path, 0, 0 }, "profile '%s' "
			    "is there already in %s; rename one", id,
			    old->node->file);
		}
		return NULL;
	}
	if (load->config->n_profiles == PROFILES_MAX) {
		errors_at(load->kept.errors, (struct errors_place){ path, 0, 0 },
		    "more than %d profiles", PROFILES_MAX);
		return NULL;
	}
	return &profiles[load->config->n_profiles++];
}

static void
read_profile(struct load *load, struct profile *profiles, const char *path,
    struct errors_place at, size_t n_shipped)
{
	struct envelope envelope = { .kind = -1 };
	struct profile profile = { .id = stem(load->kept.arena, path) };
	struct profile *to;
	size_t size;
	char *text;

	if (!str_is_id(profile.id)) {
		errors_at(load->kept.errors, (struct errors_place){ path, 0, 0 },
		    "a profile's file name must be an id (a-z, 0-9, '-', '_') "
		    "and .yaml");
		return;
	}
	text = files_read(path, at, load->kept.errors, &size);
	if (text == NULL) {
		return;
	}
	/* Shipped ones are named by no line of the configuration. */
	profile.own = at.line > 0;
	profile.hash = hash64(text, size);
	profile.node = config_parse_yaml(text, size, path, load->kept.arena,
	    load->kept.errors);
	free(text);
	if (profile.node == NULL || schema_read_known(&load->kept, "a profile",
	    catalog_profile_fields, profile.node, &envelope) != COL_OK) {
		load->incomplete = true;
		return;
	}
	profile.plugin = envelope.plugin;
	profile.summary = envelope.summary;
	to = slot(load, profiles, path, profile.id, n_shipped);
	if (to != NULL) {
		profile.shipped = to->shipped;
		*to = profile;
	}
}

/* The profiles that serve beside this one must be there. */
static void
check_also(struct load *load, const struct profile *profile)
{
	const struct col_node *also = col_node_get(profile->node, "also");
	bool is_list = also != NULL && also->kind == COL_NODE_LIST;
	size_t n = is_list ? also->n_items : also != NULL;

	for (size_t i = 0; i < n; i++) {
		const struct col_node *at = is_list ? also->items[i] : also;

		if (at->kind == COL_NODE_SCALAR) {
			catalog_check_profile(load, at, at->text, profile->plugin);
		}
	}
}

static void
finish_profiles(struct load *load, struct profile *profiles)
{
	for (size_t i = 0; i < load->config->n_profiles; i++) {
		if (extend_profile(load, &profiles[i], 1)) {
			check_profile(load, &profiles[i]);
			check_also(load, &profiles[i]);
		} else {
			load->incomplete = true;
		}
	}
}

void
catalog_read_profiles(struct load *load)
{
	const struct schema_texts *globs = &load->file.profile_globs;
	struct profile *profiles = arena_alloc(load->kept.arena,
	    PROFILES_MAX * sizeof(*profiles));
	const char *const *paths;
	size_t n, n_shipped;

	load->config->profiles = profiles;
	if (load->kept.no_files) {
		return;
	}
	n = files_glob(load->kept.arena, NULL, arena_format(load->kept.arena,
	    "%s/*.yaml", load->file.profile_dir), &paths);
	for (size_t i = 0; i < n; i++) {
		read_profile(load, profiles, paths[i],
		    (struct errors_place){ paths[i], 0, 0 }, 0);
	}
	n_shipped = load->config->n_profiles;
	for (size_t g = 0; g < globs->n; g++) {
		const struct col_node *node = globs->nodes[g];

		n = files_glob(load->kept.arena, node->file, globs->items[g],
		    &paths);
		if (n == 0) {
			config_errors_add(load->kept.errors, node,
			    "profiles '%s' matches no file", globs->items[g]);
		}
		for (size_t i = 0; i < n; i++) {
			load_note_file(load, paths[i]);
			read_profile(load, profiles, paths[i],
			    (struct errors_place){ node->file, node->line,
			    node->column }, n_shipped);
		}
	}
	finish_profiles(load, profiles);
}

/* Of a map only; what is no map has been reported. */
static void
read_credential(struct load *load, const struct col_node *node,
    struct credential *credential)
{
	uint64_t *secrets;

	*credential = (struct credential){ .id = node->key, .node = node };
	if (!str_is_id(node->key)) {
		config_errors_add(load->kept.errors, node, "credential '%.64s' must "
		    "be an id: 1 to 63 of a-z, 0-9, '-', '_'", node->key);
	}
	if (node->kind != COL_NODE_MAP || node->n_items == 0) {
		config_errors_add(load->kept.errors, node, "credential '%.64s' must "
		    "be a map of plugin names, such as {snmp: {…}}", node->key);
		return;
	}
	secrets = arena_alloc(load->kept.arena,
	    node->n_items * sizeof(*secrets));
	credential->secrets = secrets;
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *part = node->items[i];
		const struct plugin_entry *entry = plugins_find(load->plugins,
		    part->key);
		size_t before = load->kept.errors->n_total;

		secrets[i] = 0;
		check_secrets(load, part, &secrets[i]);
		if (load->plugins != NULL && entry == NULL) {
			(void)load_plugin(load, part, part->key);
		} else if (entry != NULL && entry->plugin != NULL &&
		    load->kept.errors->n_total == before) {
			check_credential_inside(load, entry->plugin, part);
		}
	}
}

void
catalog_read_credentials(struct load *load)
{
	const struct col_node *map = load->file.credentials;
	struct credential *credentials;

	if (map == NULL) {
		return;
	}
	credentials = arena_alloc(load->kept.arena,
	    (map->n_items + 1) * sizeof(*credentials));
	for (size_t i = 0; i < map->n_items; i++) {
		read_credential(load, map->items[i], &credentials[i]);
	}
	load->config->credentials = credentials;
	load->config->n_credentials = map->n_items;
}

void
catalog_check_profile(struct load *load, const struct col_node *at,
    const char *id, const char *plugin)
{
	const struct profile *profile = find_profile(load->config, id);
	struct errors_guess guess;

	if (strcmp(id, "auto") == 0 || load->incomplete || load->kept.no_files) {
		return;
	}
	if (profile == NULL) {
		errors_guess_init(&guess, id);
		for (size_t i = 0; i < load->config->n_profiles; i++) {
			errors_guess_try(&guess, load->config->profiles[i].id);
		}
		load_unknown(load, at, "profile", &guess);
	} else if (strcmp(profile->plugin, plugin) != 0) {
		config_errors_add(load->kept.errors, at, "profile '%s' is for the "
		    "plugin %s, not %s", id, profile->plugin, plugin);
	}
}

void
catalog_check_credential(struct load *load, const struct col_node *at,
    const char *id, const char *plugin)
{
	const struct credential *credential = config_credential(load->config, id);
	struct errors_guess guess;

	if (credential == NULL) {
		errors_guess_init(&guess, id);
		for (size_t i = 0; i < load->config->n_credentials; i++) {
			errors_guess_try(&guess, load->config->credentials[i].id);
		}
		load_unknown(load, at, "credential", &guess);
	} else if (credential->node->kind == COL_NODE_MAP &&
	    col_node_get(credential->node, plugin) == NULL) {
		config_errors_add(load->kept.errors, at, "credential '%s' has no "
		    "part for the plugin %s; add '%s: {…}' to it", id, plugin,
		    plugin);
	}
}
