/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/ids.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

struct entry {
	uint32_t number;
	UT_hash_handle hh;
	char id[];
};

struct ids {
	struct entry *entries[ENTITY_KIND_N];
	uint32_t n[ENTITY_KIND_N];
};

struct ids *
ids_new(void)
{
	struct ids *ids = calloc(1, sizeof(*ids));

	assert(ids != NULL);
	return ids;
}

void
ids_free(struct ids *ids)
{
	struct entry *entry, *next;

	if (ids == NULL) {
		return;
	}
	for (unsigned kind = 0; kind < ENTITY_KIND_N; kind++) {
		HASH_ITER(hh, ids->entries[kind], entry, next) {
			HASH_DEL(ids->entries[kind], entry);
			free(entry);
		}
	}
	free(ids);
}

static struct entry *
find(const struct ids *ids, enum entity_kind kind, const char *id)
{
	struct entry *entry;

	HASH_FIND(hh, ids->entries[kind], id, strlen(id), entry);
	return entry;
}

static void
add(struct ids *ids, enum entity_kind kind, const char *id, uint32_t number)
{
	size_t len = strlen(id);
	struct entry *entry = calloc(1, sizeof(*entry) + len + 1);

	assert(entry != NULL);
	memcpy(entry->id, id, len + 1);
	entry->number = number;
	HASH_ADD_KEYPTR(hh, ids->entries[kind], entry->id, len, entry);
}

uint32_t
ids_get(struct ids *ids, enum entity_kind kind, const char *id)
{
	struct entry *entry = find(ids, kind, id);

	if (entry != NULL) {
		return entry->number;
	}
	add(ids, kind, id, ids->n[kind]);
	return ids->n[kind]++;
}

void
ids_rename(struct ids *ids, enum entity_kind kind, const char *was, const char *id)
{
	struct entry *old = find(ids, kind, was);

	if (old == NULL || find(ids, kind, id) != NULL) {
		return;
	}
	add(ids, kind, id, old->number);
	HASH_DEL(ids->entries[kind], old);
	free(old);
}

uint32_t
ids_count(const struct ids *ids, enum entity_kind kind)
{
	return ids->n[kind];
}
