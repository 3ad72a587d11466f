/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "mib.h"

#include <stdlib.h>
#include <string.h>

void
mib_init(struct mib *mib)
{
	memset(mib, 0, sizeof(*mib));
}

void
mib_done(struct mib *mib)
{
	free(mib->entries);
	free(mib->arcs);
	free(mib->bers);
	free(mib->slots);
	memset(mib, 0, sizeof(*mib));
}

/* Makes room for `more` further items of `item` bytes. */
static void *
grow(void *items, size_t used, size_t more, size_t *size, size_t item)
{
	size_t want = *size ? *size : 256;
	void *grown;

	if (used + more <= *size) {
		return items;
	}
	while (want < used + more) {
		want *= 2;
	}
	grown = realloc(items, want * item);
	if (grown != NULL) {
		*size = want;
	}
	return grown;
}

int
mib_add(struct mib *mib, const uint32_t *arcs, size_t n,
    const struct mib_entry *like)
{
	struct mib_entry *entry;
	void *grown;

	if (n < 2 || n > BER_OID_MAX) {
		return -1;
	}
	grown = grow(mib->entries, mib->n_entries, 1, &mib->entries_size,
	    sizeof(*mib->entries));
	if (grown == NULL) {
		return -1;
	}
	mib->entries = grown;
	grown = grow(mib->arcs, mib->n_arcs, n, &mib->arcs_size,
	    sizeof(*mib->arcs));
	if (grown == NULL) {
		return -1;
	}
	mib->arcs = grown;
	entry = &mib->entries[mib->n_entries++];
	*entry = *like;
	entry->arcs_at = (uint32_t)mib->n_arcs;
	entry->n_arcs = (uint8_t)n;
	memcpy(mib->arcs + mib->n_arcs, arcs, n * sizeof(*arcs));
	mib->n_arcs += n;
	return 0;
}

static int
by_name(const void *a, const void *b, void *arcs)
{
	const struct mib_entry *x = a, *y = b;
	const uint32_t *pool = arcs;

	return ber_oid_compare(pool + x->arcs_at, x->n_arcs,
	    pool + y->arcs_at, y->n_arcs);
}

/* FNV-1a: short keys, and the table is built from our own names only. */
static uint32_t
hash_name(const uint8_t *name, size_t len)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ name[i]) * 16777619U;
	}
	return hash ^ hash >> 15;
}

static int
encode_all(struct mib *mib)
{
	size_t len = 0;

	mib->bers = malloc(mib->n_arcs * 5 + 1);
	if (mib->bers == NULL) {
		return -1;
	}
	for (size_t i = 0; i < mib->n_entries; i++) {
		struct mib_entry *entry = &mib->entries[i];
		size_t one;

		if (ber_oid_encode(mib->arcs + entry->arcs_at, entry->n_arcs,
		    mib->bers + len, mib->n_arcs * 5 - len, &one) != 0) {
			return -1;
		}
		entry->ber_at = (uint32_t)len;
		entry->ber_len = (uint16_t)one;
		len += one;
	}
	return 0;
}

static int
index_all(struct mib *mib)
{
	mib->n_slots = 16;
	while (mib->n_slots < mib->n_entries * 2) {
		mib->n_slots *= 2;
	}
	mib->slots = calloc(mib->n_slots, sizeof(*mib->slots));
	if (mib->slots == NULL) {
		return -1;
	}
	for (size_t i = 0; i < mib->n_entries; i++) {
		const struct mib_entry *entry = &mib->entries[i];
		size_t at = hash_name(mib->bers + entry->ber_at,
		    entry->ber_len);

		while (mib->slots[at & (mib->n_slots - 1)] != 0) {
			at++;
		}
		mib->slots[at & (mib->n_slots - 1)] = (uint32_t)i + 1;
	}
	return 0;
}

int
mib_seal(struct mib *mib)
{
	if (mib->n_entries == 0) {
		return index_all(mib);
	}
	qsort_r(mib->entries, mib->n_entries, sizeof(*mib->entries), by_name,
	    mib->arcs);
	for (size_t i = 1; i < mib->n_entries; i++) {
		if (by_name(&mib->entries[i - 1], &mib->entries[i],
		    mib->arcs) == 0) {
			return -1;
		}
	}
	return encode_all(mib) != 0 ? -1 : index_all(mib);
}

const struct mib_entry *
mib_find(const struct mib *mib, struct ber_in name)
{
	size_t len = (size_t)(name.end - name.p);
	size_t at = hash_name(name.p, len);
	uint32_t slot;

	while ((slot = mib->slots[at & (mib->n_slots - 1)]) != 0) {
		const struct mib_entry *entry = &mib->entries[slot - 1];

		if (entry->ber_len == len &&
		    memcmp(mib->bers + entry->ber_at, name.p, len) == 0) {
			return entry;
		}
		at++;
	}
	return NULL;
}

/* Finds the first entry whose name is greater than the given arcs. */
static size_t
upper_bound(const struct mib *mib, const uint32_t *arcs, size_t n)
{
	size_t lo = 0, hi = mib->n_entries;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct mib_entry *entry = &mib->entries[mid];

		if (ber_oid_compare(mib->arcs + entry->arcs_at, entry->n_arcs,
		    arcs, n) <= 0) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return lo;
}

const struct mib_entry *
mib_next(const struct mib *mib, struct ber_in name, int *ret_bad)
{
	uint32_t arcs[BER_OID_MAX];
	const struct mib_entry *entry = mib_find(mib, name);
	size_t n, at;

	/* Walks ask for the successor of a name we gave: the usual case. */
	if (entry != NULL) {
		at = (size_t)(entry - mib->entries) + 1;
	} else if (ber_oid_decode(name, arcs, &n) != 0) {
		*ret_bad = 1;
		return NULL;
	} else {
		at = upper_bound(mib, arcs, n);
	}
	return at < mib->n_entries ? &mib->entries[at] : NULL;
}

/* Drops index arcs from the end: a name's longest prefix with instances. */
int
mib_has_object(const struct mib *mib, struct ber_in name)
{
	uint32_t arcs[BER_OID_MAX];
	const struct mib_entry *entry;
	size_t n, at;

	if (ber_oid_decode(name, arcs, &n) != 0 || n < 3) {
		return 0;
	}
	at = upper_bound(mib, arcs, n);
	/* A neighbour under the same column has all but the index in common. */
	for (int side = 0; side < 2; side++) {
		if (at < (size_t)side || at - (size_t)side >= mib->n_entries) {
			continue;
		}
		entry = &mib->entries[at - (size_t)side];
		if (entry->n_arcs >= n && ber_oid_compare(
		    mib->arcs + entry->arcs_at, n - 1, arcs, n - 1) == 0) {
			return 1;
		}
	}
	return 0;
}

int
mib_parse(const char *s, uint32_t *ret_arcs, size_t *ret_n)
{
	size_t n = 0;

	if (*s == '.') {
		s++;
	}
	while (*s != '\0') {
		uint64_t arc = 0;

		if (n == BER_OID_MAX || *s < '0' || *s > '9') {
			return -1;
		}
		for (; *s >= '0' && *s <= '9'; s++) {
			arc = arc * 10 + (uint64_t)(*s - '0');
			if (arc > UINT32_MAX) {
				return -1;
			}
		}
		ret_arcs[n++] = (uint32_t)arc;
		if (*s == '.' && s[1] != '\0') {
			s++;
		} else if (*s != '\0') {
			return -1;
		}
	}
	*ret_n = n;
	return n >= 2 ? 0 : -1;
}
