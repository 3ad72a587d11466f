/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "credential_set.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "../common/vault.h"

struct entry {
	struct credential credential; /* first: references point here */
	const struct col_node *node;  /* key; alive while referenced */
	char *fault;                  /* NULL: loaded */
	unsigned n_refs;
	UT_hash_handle hh;
};

_Static_assert(sizeof(struct entry) <= VAULT_MAX, "an entry fits the vault");

struct credential_set {
	const struct col_host *host;
	struct vault *vault;          /* holds the entries */
	struct entry *entries;
};

struct credential_set *
credential_set_new(const struct col_host *host)
{
	struct credential_set *set = calloc(1, sizeof(*set));

	if (set == NULL || (set->vault = vault_new()) == NULL) {
		free(set);
		return NULL;
	}
	set->host = host;
	return set;
}

static void
drop(struct credential_set *set, struct entry *entry)
{
	HASH_DEL(set->entries, entry);
	free(entry->fault);
	vault_give(set->vault, entry, sizeof(*entry));
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
	struct entry *entry = vault_take(set->vault, sizeof(*entry));
	struct col_error error = {.code = 0};

	if (entry == NULL) {
		return NULL;
	}
	if (credential_load(set->host, from->id, from->node,
	    &entry->credential, &error) != 0) {
		entry->fault = strdup(error.text);
		if (entry->fault == NULL) {
			vault_give(set->vault, entry, sizeof(*entry));
			return NULL;
		}
		set->host->log(set->host, COL_LOG_WARN, NULL,
		    "credential %s: %s", from->id, error.text);
	}
	entry->node = from->node;
	HASH_ADD_PTR(set->entries, node, entry);
	return entry;
}

const struct credential *
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
	return &entry->credential;
}

void
credential_set_put(struct credential_set *set,
    const struct credential *credential)
{
	struct entry *entry = (struct entry *)(uintptr_t)credential;

	if (entry != NULL && --entry->n_refs == 0) {
		drop(set, entry);
	}
}

const char *
credential_set_fault(const struct credential *credential)
{
	return ((const struct entry *)(const void *)credential)->fault;
}
