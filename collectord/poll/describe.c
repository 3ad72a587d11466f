/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A copy is one allocation: the same walk runs twice, first to measure, then
 * to fill, with every pointer inside the block.
 */
#include <config.h>

#include "poll/describe.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "config/node.h"

/* The part of a description that devices share. */
struct describe_shared {
	UT_hash_handle hh;
	uint64_t hash;
	size_t n_users;
	struct col_device col;       /* id and address are NULL */
};

struct describer {
	struct describe_shared *shared;  /* by hash */
};

/* ---- copying --------------------------------------------------------------- */

struct block {
	char *base;              /* NULL: only measure */
	size_t size;
	const char *file, *file_copy; /* one file name for a whole tree */
};

static void *
take(struct block *block, size_t size)
{
	size_t at = (block->size + 15) & ~(size_t)15;
	block->size = at + size;
	return block->base != NULL ? block->base + at : NULL;
}

static const char *
copy_text(struct block *block, const char *text)
{
	if (text == NULL) {
		return NULL;
	}
	size_t size = strlen(text) + 1;
	char *to = take(block, size);
	if (to != NULL) {
		memcpy(to, text, size);
	}
	return to;
}

static const struct col_node *
copy_node(struct block *block, const struct col_node *node)
{
	if (node == NULL) {
		return NULL;
	}
	struct col_node *to = take(block, sizeof(*to));
	const struct col_node **items = take(block,
	    node->n_items * sizeof(*items));
	const char *key = copy_text(block, node->key);
	const char *text = copy_text(block, node->text);
	if (node->file != block->file) {
		block->file_copy = copy_text(block, node->file);
		block->file = node->file;
	}
	const char *file = block->file_copy;
	for (size_t i = 0; i < node->n_items; i++) {
		const struct col_node *item = copy_node(block, node->items[i]);
		if (items != NULL) {
			items[i] = item;
		}
	}
	if (to != NULL) {
		*to = *node;
		to->key = key;
		to->text = text;
		to->file = file;
		to->items = items;
	}
	return to;
}

static size_t
count_options(const struct col_option *table)
{
	size_t n = 0;
	while (table != NULL && table[n].name != NULL) {
		n++;
	}
	return n;
}

/* ---- what devices share ----------------------------------------------------- */

static const struct col_credential *
copy_credentials(struct block *block, const struct col_device *from)
{
	struct col_credential *to = take(block,
	    from->n_credentials * sizeof(*to));
	for (size_t i = 0; i < from->n_credentials; i++) {
		struct col_credential one = {
			.id = copy_text(block, from->credentials[i].id),
			.node = copy_node(block, from->credentials[i].node),
		};
		if (to != NULL) {
			to[i] = one;
		}
	}
	return to;
}

static const struct col_option_value *
copy_options(struct block *block, const struct col_option_value *from, size_t n)
{
	struct col_option_value *to = take(block, n * sizeof(*to));
	for (size_t i = 0; i < n; i++) {
		struct col_option_value one = from[i];
		one.text = copy_text(block, from[i].text);
		one.node = copy_node(block, from[i].node);
		if (to != NULL) {
			to[i] = one;
		}
	}
	return to;
}

static struct describe_shared *
copy_shared(struct block *block, const struct col_device *from, size_t n_options)
{
	struct describe_shared *to = take(block, sizeof(*to));
	struct col_device col = *from;
	col.kind = copy_text(block, from->kind);
	col.profile = copy_text(block, from->profile);
	col.credentials = copy_credentials(block, from);
	col.options = copy_options(block, from->options, n_options);
	if (to != NULL) {
		*to = (struct describe_shared){ .col = col };
	}
	return to;
}

static uint64_t
mix_text(uint64_t hash, const char *text)
{
	return node_mix(hash, text != NULL ? hash64_text(text) : 0);
}

static uint64_t
hash_shared(const struct col_device *col, const char *plugin, size_t n_options)
{
	uint64_t hash = node_mix(hash64_text(plugin), (uint64_t)col->interval_ns);
	hash = mix_text(hash, col->kind);
	hash = mix_text(hash, col->profile);
	hash = node_mix(hash, col->n_credentials);
	for (size_t i = 0; i < col->n_credentials; i++) {
		hash = mix_text(hash, col->credentials[i].id);
		hash = node_hash(col->credentials[i].node, hash);
	}
	for (size_t i = 0; i < n_options; i++) {
		const struct col_option_value *o = &col->options[i];
		uint64_t bits;
		memcpy(&bits, &o->number, sizeof(bits));
		hash = node_mix(hash, (uint64_t)o->given << 1 | (uint64_t)o->truth);
		hash = node_mix(hash, (uint64_t)o->integer);
		hash = node_mix(hash, bits);
		hash = mix_text(hash, o->text);
		hash = node_hash(o->node, hash);
	}
	return hash;
}

static struct describe_shared *
share(struct describer *describer, const struct col_device *col, uint64_t hash,
    size_t n_options)
{
	struct describe_shared *shared;

	HASH_FIND(hh, describer->shared, &hash, sizeof(hash), shared);
	if (shared == NULL) {
		struct block block = { .base = NULL };
		(void)copy_shared(&block, col, n_options);
		block.base = calloc(1, block.size);
		if (block.base == NULL) {
			return NULL;
		}
		block.size = 0;
		block.file = NULL;
		shared = copy_shared(&block, col, n_options);
		shared->hash = hash;
		HASH_ADD(hh, describer->shared, hash, sizeof(hash), shared);
	}
	shared->n_users++;
	return shared;
}

/* ---- devices ------------------------------------------------------------------ */

struct describer *
describer_new(void)
{
	return calloc(1, sizeof(struct describer));
}

void
describer_free(struct describer *describer)
{
	if (describer != NULL) {
		assert(describer->shared == NULL);
		free(describer);
	}
}

static int
read_options(const struct col_option *table, const struct col_node *node,
    const char *const *also, struct arena *arena,
    const struct col_option_value **ret_values, struct col_error *error)
{
	size_t n = count_options(table);
	struct col_option_value *values = arena_alloc(arena,
	    (n + 1) * sizeof(*values));
	struct config_errors errors;

	config_errors_init(&errors);
	int rc = n == 0 ? 0 : config_options(table, node, also, &errors, arena,
	    values);
	if (rc != 0) {
		(void)err_set(error, rc, "%s",
		    errors.n_items > 0 ? errors.items[0].text : "bad options");
	}
	config_errors_done(&errors);
	*ret_values = values;
	return rc;
}

/* All keys that are there: config has told unknown ones from its own before. */
static const char *const *
keys_of(const struct col_node *node, struct arena *arena)
{
	size_t n = node != NULL ? node->n_items : 0;
	const char **keys = arena_alloc(arena, (n + 1) * sizeof(*keys));

	for (size_t i = 0; i < n; i++) {
		keys[i] = node->items[i]->key;
	}
	return keys;
}

static int
gather(const struct config *config, const struct device *device,
    const struct col_plugin *plugin, struct arena *arena, struct col_device *col,
    struct col_error *error)
{
	struct col_credential *credentials = arena_alloc(arena,
	    (device->n_credentials + 1) * sizeof(*credentials));

	for (size_t i = 0; i < device->n_credentials; i++) {
		const struct credential *c = config_credential(config,
		    device->credentials[i]);
		const struct col_node *part = c == NULL ? NULL :
		    col_node_get(c->node, plugin->name);
		if (part != NULL) {
			credentials[col->n_credentials++] =
			    (struct col_credential){ c->id, part };
		}
	}
	col->credentials = credentials;
	col->size = sizeof(*col);
	col->kind = device->kind != NULL ? device->kind : "";
	col->profile = device->profile != NULL ? device->profile : "auto";
	col->interval_ns = config->settings.interval_ns;
	return read_options(plugin->device_options, device->node,
	    keys_of(device->node, arena), arena, &col->options, error);
}

/* What has been rotated counts as changed, though its text is the same. */
static uint64_t
hash_secrets(const struct config *config, const struct device *device,
    const char *plugin, uint64_t hash)
{
	for (size_t i = 0; i < device->n_credentials; i++) {
		hash = node_mix(hash, config_credential_secrets(
		    config_credential(config, device->credentials[i]), plugin));
	}
	return hash;
}

static struct description *
make(struct describe_shared *shared, const struct device *device)
{
	const char *address = device->address != NULL ? device->address : "";
	size_t id_size = strlen(device->id) + 1;
	size_t address_size = strlen(address) + 1;
	struct description *d = calloc(1, sizeof(*d) + id_size + address_size);

	if (d != NULL) {
		memcpy(d->text, device->id, id_size);
		memcpy(d->text + id_size, address, address_size);
		d->col = shared->col;
		d->col.id = d->text;
		d->col.address = d->text + id_size;
		d->shared = shared;
		d->hash = node_mix(shared->hash, hash64_text(address));
	}
	return d;
}

static void
unshare(struct describer *describer, struct describe_shared *shared)
{
	if (--shared->n_users == 0) {
		HASH_DEL(describer->shared, shared);
		free(shared);
	}
}

int
describe_device(struct describer *describer, const struct config *config,
    const struct device *device, const struct col_plugin *plugin,
    struct description **ret_description, struct col_error *error)
{
	struct arena *arena = arena_new();
	struct col_device col = { 0 };

	int rc = gather(config, device, plugin, arena, &col, error);
	if (rc == 0) {
		size_t n = count_options(plugin->device_options);
		uint64_t hash = hash_secrets(config, device, plugin->name,
		    hash_shared(&col, plugin->name, n));
		struct describe_shared *shared = share(describer, &col, hash, n);
		struct description *made = shared != NULL ? make(shared, device)
		    : NULL;
		if (made != NULL) {
			*ret_description = made;
		} else {
			rc = err_set(error, COL_ENOMEM, "out of memory");
			if (shared != NULL) {
				unshare(describer, shared);
			}
		}
	}
	arena_free(arena);
	return rc;
}

void
describe_free(struct describer *describer, struct description *description)
{
	if (description != NULL) {
		unshare(describer, description->shared);
		free(description);
	}
}

/* ---- profiles, credentials, options -------------------------------------------- */

static int
by_preference(const void *a, const void *b)
{
	const struct profile *x = *(const struct profile *const *)a;
	const struct profile *y = *(const struct profile *const *)b;
	bool x_extends = col_node_get(x->node, "extends") != NULL;
	bool y_extends = col_node_get(y->node, "extends") != NULL;

	if (x->own != y->own) {
		return x->own ? -1 : 1;
	}
	if (x_extends != y_extends) {
		return x_extends ? -1 : 1;
	}
	return strcmp(x->id, y->id);
}

static struct describe_profiles *
copy_profiles(struct block *block, const struct profile *const *from, size_t n)
{
	struct describe_profiles *to = take(block,
	    sizeof(*to) + n * sizeof(to->items[0]));

	for (size_t i = 0; i < n; i++) {
		struct col_profile one = { .id = copy_text(block, from[i]->id),
			.node = copy_node(block, from[i]->node) };
		if (to != NULL) {
			to->items[i] = one;
			to->n_items = i + 1;
			to->hash = node_mix(mix_text(to->hash, from[i]->id),
			    from[i]->hash);
		}
	}
	return to;
}

struct describe_profiles *
describe_profiles(const struct config *config, const char *plugin)
{
	struct describe_profiles *copy = NULL;
	struct block block = { .base = NULL };
	const struct profile **from = calloc(config->n_profiles + 1,
	    sizeof(*from));
	size_t n = 0;

	for (size_t i = 0; from != NULL && i < config->n_profiles; i++) {
		if (strcmp(config->profiles[i].plugin, plugin) == 0) {
			from[n++] = &config->profiles[i];
		}
	}
	if (from != NULL) {
		qsort(from, n, sizeof(*from), by_preference);
		(void)copy_profiles(&block, from, n);
		block.base = calloc(1, block.size);
	}
	if (block.base != NULL) {
		block.size = 0;
		block.file = NULL;
		copy = copy_profiles(&block, from, n);
	}
	free(from);
	return copy;
}

struct col_credential *
describe_credentials(const struct config *config, const char *plugin,
    size_t *ret_n)
{
	struct col_credential *all = calloc(config->n_credentials + 1,
	    sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; all != NULL && i < config->n_credentials; i++) {
		const struct credential *c = &config->credentials[i];
		const struct col_node *part = col_node_get(c->node, plugin);
		if (part != NULL) {
			all[n++] = (struct col_credential){ c->id, part };
		}
	}
	*ret_n = n;
	return all;
}

int
describe_options(const struct config *config, const struct col_option *table,
    const char *plugin, struct arena *arena,
    const struct col_option_value **ret_values, struct col_error *error)
{
	return read_options(table, col_node_get(config->settings.plugins, plugin),
	    NULL, arena, ret_values, error);
}
