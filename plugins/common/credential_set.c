/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "credential_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "vault.h"

struct entry {
	const struct col_node *node;  /* key; alive while referenced */
	char *fault;                  /* NULL: loaded */
	unsigned n_refs;
	UT_hash_handle hh;
	_Alignas(max_align_t) unsigned char credential[];
};

_Static_assert(sizeof(struct entry) + CREDENTIAL_MAX <= VAULT_MAX,
    "an entry fits the vault");

struct credential_set {
	const struct col_host *host;
	credential_load_fn *load;
	struct vault *vault;          /* holds the entries */
	size_t entry_size;
	struct entry *entries;
};

static struct entry *
entry_of(const void *credential)
{
	return (struct entry *)((uintptr_t)credential -
	    offsetof(struct entry, credential));
}

struct credential_set *
credential_set_new(const struct col_host *host, size_t size,
    credential_load_fn *load)
{
	struct credential_set *set = calloc(1, sizeof(*set));

	assert(size <= CREDENTIAL_MAX);
	if (set == NULL || (set->vault = vault_new()) == NULL) {
		free(set);
		return NULL;
	}
	set->host = host;
	set->load = load;
	set->entry_size = sizeof(struct entry) + size;
	return set;
}

static void
drop(struct credential_set *set, struct entry *entry)
{
	HASH_DEL(set->entries, entry);
	free(entry->fault);
	vault_give(set->vault, entry, set->entry_size);
}

void
credential_set_free(struct credential_set *set)
{
	struct entry *entry, *next;

	if (set == NULL) {
		return;
	}
	HASH_ITER(hh, set->entries, entry, next) {
		drop(set, entry);
	}
	vault_free(set->vault);
	free(set);
}

static struct entry *
add(struct credential_set *set, const struct col_credential *from)
{
	struct entry *entry = vault_take(set->vault, set->entry_size);
	struct col_error error = {.code = 0};

	if (entry == NULL) {
		return NULL;
	}
	if (set->load(set->host, from, entry->credential, &error) != 0) {
		entry->fault = strdup(error.text);
		if (entry->fault == NULL) {
			vault_give(set->vault, entry, set->entry_size);
			return NULL;
		}
		set->host->log(set->host, COL_LOG_WARN, NULL,
		    "credential %s: %s", from->id, error.text);
	}
	entry->node = from->node;
	HASH_ADD_PTR(set->entries, node, entry);
	return entry;
}

const void *
credential_set_get(struct credential_set *set,
    const struct col_credential *from)
{
	struct entry *entry;

	HASH_FIND_PTR(set->entries, &from->node, entry);
	if (entry == NULL) {
		entry = add(set, from);
	}
	if (entry == NULL) {
		return NULL;
	}
	entry->n_refs++;
	return entry->credential;
}

void
credential_set_put(struct credential_set *set, const void *credential)
{
	struct entry *entry;

	if (credential == NULL) {
		return;
	}
	entry = entry_of(credential);
	if (--entry->n_refs == 0) {
		drop(set, entry);
	}
}

const char *
credential_set_fault(const void *credential)
{
	return entry_of(credential)->fault;
}
