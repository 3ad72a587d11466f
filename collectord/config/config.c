/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/config.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/str.h"
#include "config/alerts.h"
#include "config/catalog.h"
#include "config/draft.h"
#include "config/files.h"
#include "config/link.h"
#include "config/settings.h"

/* Words that "did you mean" may compare in one load: about a second. */
#define GUESSES_MAX 2000000u

/* What a caller sees comes first. */
struct owned {
	struct config config;
	_Atomic unsigned refs;
};

static void
drop_arena(void *arena)
{
	arena_free(arena);
}

void
load_unknown(struct load *load, const struct col_node *at, const char *kind,
    const struct errors_guess *guess)
{
	char hint[ERRORS_HINT_SIZE];

	/* The file that holds it may be the one that could not be read. */
	if (!load->incomplete || strcmp(kind, "plugin") == 0) {
		config_errors_add(load->kept.errors, at, "unknown %s '%.64s'%s",
		    kind, guess->word, errors_hint(guess, hint));
	}
}

const struct col_plugin *
load_plugin(struct load *load, const struct col_node *at, const char *name)
{
	const struct plugin_entry *entry = plugins_find(load->plugins, name);
	struct errors_guess guess;

	if (load->plugins == NULL) {
		return NULL;
	}
	if (entry == NULL) {
		errors_guess_init(&guess, name);
		for (size_t i = 0; i < load->plugins->n_entries; i++) {
			errors_guess_try(&guess, load->plugins->entries[i].name);
		}
		load_unknown(load, at, "plugin", &guess);
		return NULL;
	}
	if (entry->plugin == NULL) {
		config_errors_add(load->kept.errors, at,
		    "plugin '%s' cannot be used: %s", name, entry->reason);
	}
	return entry->plugin;
}

void
load_note_file(struct load *load, const char *path)
{
	if (load->n_files == load->files_room) {
		size_t room = load->files_room == 0 ? 16 : 2 * load->files_room;
		const char **files = arena_alloc(load->kept.arena, room * sizeof(*files));

		if (load->n_files > 0) {
			memcpy(files, load->files, load->n_files * sizeof(*files));
		}
		load->files = files;
		load->files_room = room;
	}
	load->files[load->n_files++] = files_absolute(load->kept.arena, NULL, path);
}

static void
note_history(struct load *load)
{
	const struct settings *settings = &load->file.settings;

	for (size_t i = 0; i < settings->n_history; i++) {
		load_note_file(load, settings->history[i]);
	}
}

/* Fingerprints of secrets are compared within one run of the daemon only. */
static void
make_secret_key(struct config *config, const struct config *running)
{
	if (running != NULL) {
		memcpy(config->secret_key, running->secret_key,
		    sizeof(config->secret_key));
		return;
	}
	ssize_t n = getrandom(config->secret_key, sizeof(config->secret_key), 0);
	assert(n == (ssize_t)sizeof(config->secret_key));
}

/* Reads everything; the result counts only when no error was reported. */
static void
read_all(struct load *load, const struct col_node *root,
    struct inventory *inventory, const struct config *running)
{
	make_secret_key(load->config, running);
	settings_read(load, root);
	if (running != NULL) {
		load->config->n_waiting = settings_keep(&load->file.settings,
		    &running->settings, load->kept.arena, &load->config->waiting);
	}
	load->config->settings = load->file.settings;
	load_note_file(load, load->config->file);
	note_history(load);
	catalog_read_profiles(load);
	catalog_read_credentials(load);
	draft_files(load);
	draft_read(load);
	link_models(load, inventory);
	alerts_read(load);
	load->config->files = load->files;
	load->config->n_files = load->n_files;
	if (running != NULL) {
		draft_life_forward(load, running->inventory);
	}
}

static int
finish(struct load *load, struct inventory *inventory,
    const struct load_request *request)
{
	if (load->kept.errors->n_total > 0) {
		inventory_unref(inventory);
		return COL_ECONFIG;
	}
	inventory->version = request->version;
	link_numbers(load, inventory, request->ids);
	inventory_seal(inventory);
	alerts_number(load, inventory);
	load->config->inventory = inventory;
	load->config->version = request->version;
	load->config->loaded = request->now;
	return COL_OK;
}

static int
load_root(const struct col_node *root, struct arena *arena,
    const struct load_request *request, const struct config **ret_config)
{
	struct owned *owned = calloc(1, sizeof(*owned));
	struct inventory *inventory = inventory_new();
	struct drafts drafts = { .n_parts = 0 };
	struct load load = { .plugins = request->plugins, .drafts = &drafts,
	    .overlays = request->overlays, .n_overlays = request->n_overlays,
	    .alerts_file = request->alerts_file,
	    .n_guesses = GUESSES_MAX, .n_racks_max = request->n_racks_max };
	int rc;

	assert(owned != NULL);
	atomic_init(&owned->refs, 1);
	/* The trees go when the inventory goes, and settings with them. */
	inventory_keep(inventory, arena, drop_arena);
	drafts.last_free = &drafts.free;
	if (load.n_racks_max == 0) {
		load.n_racks_max = DRAFT_RACKS_MAX;
	}
	load.kept = (struct schema_context){ request->errors, arena,
	    request->no_files, 0 };
	load.scratch = (struct schema_context){ request->errors, arena_new(),
	    request->no_files, 0 };
	load.config = &owned->config;
	load.config->file = arena_copy(arena, request->file);
	read_all(&load, root, inventory, request->running);
	errors_sort(request->errors);
	rc = finish(&load, inventory, request);
	draft_done(&drafts);
	arena_free(load.scratch.arena);
	if (rc != COL_OK) {
		free(owned);
		return rc;
	}
	*ret_config = &owned->config;
	return COL_OK;
}

int
load_text(const char *text, size_t size, const struct load_request *request,
    const struct config **ret_config)
{
	struct arena *arena = arena_new();
	const struct col_node *root = config_parse_yaml(text, size,
	    request->file, arena, request->errors);

	if (root == NULL) {
		arena_free(arena);
		errors_sort(request->errors);
		return COL_ECONFIG;
	}
	return load_root(root, arena, request, ret_config);
}

static int
load_file(const struct load_request *request, const struct config **ret_config)
{
	size_t size;
	char *text = files_read(request->file,
	    (struct errors_place){ request->file, 0, 0 }, request->errors, &size);
	int rc;

	if (text == NULL) {
		return COL_EIO;
	}
	rc = load_text(text, size, request, ret_config);
	free(text);
	return rc;
}

int
config_load(const char *file, const struct plugins *plugins, struct ids *ids,
    uint64_t version, struct wall now, struct config_errors *errors,
    const struct config **ret_config)
{
	struct load_request request = { .file = file, .plugins = plugins,
	    .ids = ids, .version = version, .now = now, .errors = errors };

	return load_file(&request, ret_config);
}

int
config_reload(const struct config *running, const struct plugins *plugins,
    struct ids *ids, uint64_t version, struct wall now,
    struct config_errors *errors, const struct config **ret_config)
{
	struct load_request request = { .file = running->file, .plugins = plugins,
	    .ids = ids, .version = version, .now = now, .errors = errors,
	    .running = running };

	return load_file(&request, ret_config);
}

int
config_try(const struct config_trial *trial, struct wall now,
    struct config_errors *errors, const struct config **ret_config)
{
	struct load_request request = { .file = trial->file,
	    .plugins = trial->plugins, .ids = trial->ids, .version = 1, .now = now,
	    .errors = errors, .overlays = trial->overlays,
	    .n_overlays = trial->n_overlays, .alerts_file = trial->alerts_file };

	return load_file(&request, ret_config);
}

const struct config *
config_ref(const struct config *config)
{
	struct owned *owned = (struct owned *)(void *)config;

	atomic_fetch_add(&owned->refs, 1);
	return config;
}

void
config_unref(const struct config *config)
{
	struct owned *owned = (struct owned *)(void *)config;

	if (owned == NULL || atomic_fetch_sub(&owned->refs, 1) != 1) {
		return;
	}
	inventory_unref(config->inventory);
	free(owned);
}

const struct credential *
config_credential(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_credentials; i++) {
		if (strcmp(config->credentials[i].id, id) == 0) {
			return &config->credentials[i];
		}
	}
	return NULL;
}

uint64_t
config_credential_secrets(const struct credential *credential,
    const char *plugin)
{
	for (size_t i = 0; credential != NULL && credential->secrets != NULL &&
	    i < credential->node->n_items; i++) {
		if (strcmp(credential->node->items[i]->key, plugin) == 0) {
			return credential->secrets[i];
		}
	}
	return 0;
}

const struct profile *
config_profile(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_profiles; i++) {
		if (strcmp(config->profiles[i].id, id) == 0) {
			return &config->profiles[i];
		}
	}
	return NULL;
}
