/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/layout.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "model/metric.h"
#include "model/states.h"
#include "model/unit.h"

#define LAYOUTS_MAX 65536

struct entry {
	struct col_layout layout;   /* first: a layout is its entry */
	UT_hash_handle hh;
	struct entry *same_hash;    /* chain of equal hashes */
};

static struct {
	pthread_mutex_t lock;
	struct arena *arena;
	struct entry *by_hash;
	_Atomic uint32_t n;
	struct entry *by_id[LAYOUTS_MAX];
} table = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* Fills one slot but for its texts, which are only borrowed. */
static int
resolve(const struct col_slot *from, struct slot *to, struct col_error *error)
{
	const struct unit *unit = unit_find(from->unit);
	const struct col_metric *metric;
	double low, high;
	char units[64];
	int rc = metric_find(from->metric, &to->metric);

	if (rc != 0) {
		return err_set(error, rc, "no metric '%s'", from->metric);
	}
	metric = metric_get(to->metric);
	if (unit == NULL || !unit_fits(unit, metric->unit)) {
		unit_names(metric->unit, units, sizeof(units));
		return err_set(error, COL_EINVAL, "metric '%s' is in '%s': unit '%s' "
		    "does not fit, these do: %s", metric->name, metric->unit,
		    from->unit, units);
	}
	*to = (struct slot){ .metric = to->metric, .instance = from->instance,
	    .source = from->source, .factor = unit->factor,
	    .offset = unit->offset, .min = 1, .max = 0, .kind = metric->kind,
	    .wide = (from->flags & COL_SLOT_WIDE) != 0,
	    .states = metric->kind == COL_STATE ? (uint16_t)(from->flags >> 16) : 0,
	    .archived = (from->flags & COL_SLOT_ARCHIVE) != 0 ||
	    (metric->archived && (from->flags & COL_SLOT_NO_ARCHIVE) == 0) };
	if (metric->min != 0 || metric->max != 0) {
		to->min = metric->min;
		to->max = metric->max;
	}
	if (from->min < from->max) {
		low = from->min * unit->factor + unit->offset;
		high = from->max * unit->factor + unit->offset;
		if (to->min > to->max || low > to->min) {
			to->min = low;
		}
		if (to->max == 0 || high < to->max || to->min > to->max) {
			to->max = high;
		}
	}
	return 0;
}

static uint64_t
hash_slots(const struct slot *slots, size_t n)
{
	uint64_t h = n;

	for (size_t i = 0; i < n; i++) {
		const struct slot *s = &slots[i];
		uint64_t part[8] = { h, s->metric, hash64_text(s->instance),
		    hash64_text(s->source), s->archived, s->wide, s->states };
		double numbers[4] = { s->factor, s->offset, s->min, s->max };

		h = hash64(part, sizeof(part));
		h ^= hash64(numbers, sizeof(numbers)) * 3;
	}
	return h;
}

static bool
equal_slots(const struct slot *a, const struct slot *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i].metric != b[i].metric || a[i].factor != b[i].factor ||
		    a[i].offset != b[i].offset || a[i].min != b[i].min ||
		    a[i].max != b[i].max || a[i].archived != b[i].archived ||
		    a[i].wide != b[i].wide || a[i].states != b[i].states ||
		    strcmp(a[i].instance, b[i].instance) != 0 ||
		    strcmp(a[i].source, b[i].source) != 0) {
			return false;
		}
	}
	return true;
}

/* Called with the lock held; copies slots and their texts. */
static const struct col_layout *
insert(struct slot *slots, size_t n, uint64_t hash, struct entry *chain)
{
	uint32_t id = atomic_load(&table.n);
	struct entry *entry;
	struct slot *copy;

	if (table.arena == NULL) {
		table.arena = arena_new();
	}
	entry = arena_alloc(table.arena, sizeof(*entry));
	copy = arena_alloc(table.arena, n * sizeof(*copy));
	for (size_t i = 0; i < n; i++) {
		copy[i] = slots[i];
		copy[i].instance = arena_copy(table.arena, slots[i].instance);
		copy[i].source = arena_copy(table.arena, slots[i].source);
	}
	entry->layout = (struct col_layout){ .id = id, .n_slots = (uint32_t)n,
	    .hash = hash, .slots = copy };
	if (chain != NULL) {
		entry->same_hash = chain->same_hash;
		chain->same_hash = entry;
	} else {
		HASH_ADD(hh, table.by_hash, layout.hash, sizeof(hash), entry);
	}
	table.by_id[id] = entry;
	atomic_store(&table.n, id + 1);
	return &entry->layout;
}

static const struct col_layout *
find_or_insert(struct slot *slots, size_t n, struct col_error *error)
{
	uint64_t hash = hash_slots(slots, n);
	struct entry *first, *entry;

	HASH_FIND(hh, table.by_hash, &hash, sizeof(hash), first);
	for (entry = first; entry != NULL; entry = entry->same_hash) {
		if (entry->layout.n_slots == n &&
		    equal_slots(entry->layout.slots, slots, n)) {
			return &entry->layout;
		}
	}
	if (atomic_load(&table.n) == LAYOUTS_MAX) {
		(void)err_set(error, COL_EFULL, "more than %d different layouts",
		    LAYOUTS_MAX);
		return NULL;
	}
	return insert(slots, n, hash, first);
}

const struct col_layout *
layout_intern(const struct col_slot *slots, size_t n_slots, struct col_error *error)
{
	const struct col_layout *layout = NULL;
	struct slot *resolved;
	size_t i;

	if (n_slots == 0 || n_slots > LAYOUT_SLOTS_MAX) {
		(void)err_set(error, COL_ERANGE, "a layout has 1 to %d slots, not %zu",
		    LAYOUT_SLOTS_MAX, n_slots);
		return NULL;
	}
	resolved = calloc(n_slots, sizeof(*resolved));
	if (resolved == NULL) {
		(void)err_set(error, COL_ENOMEM, "out of memory");
		return NULL;
	}
	for (i = 0; i < n_slots; i++) {
		if (resolve(&slots[i], &resolved[i], error) != 0) {
			break;
		}
	}
	if (i == n_slots) {
		pthread_mutex_lock(&table.lock);
		layout = find_or_insert(resolved, n_slots, error);
		pthread_mutex_unlock(&table.lock);
	}
	free(resolved);
	return layout;
}

const struct col_layout *
layout_get(uint32_t id)
{
	return id < atomic_load(&table.n) ? &table.by_id[id]->layout : NULL;
}

void
layout_reset(void)
{
	pthread_mutex_lock(&table.lock);
	HASH_CLEAR(hh, table.by_hash);
	arena_free(table.arena);
	table.arena = NULL;
	atomic_store(&table.n, 0);
	pthread_mutex_unlock(&table.lock);
	states_reset();
}
