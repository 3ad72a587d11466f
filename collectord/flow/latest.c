/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two protections, both free of locks.  Inside a block a sequence counter: odd
 * while FLOW writes, and every cell is atomic, so a torn copy is seen and made
 * again.  For the blocks themselves a count of readers: FLOW swaps a pointer
 * first and frees the old block only after it has seen the count at 0; a
 * reader that comes later can only find the new one.
 */
#include <config.h>

#include "flow/latest.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "flow/infoset.h"

/* Entries live in chunks that never move: readers index them while FLOW adds
 * room for more devices. */
#define CHUNK_DEVICES 1024u
#define CHUNKS_MAX (LATEST_DEVICES_MAX / CHUNK_DEVICES)

/* good_at in ms << 3 | quality: half the memory of two fields. */
#define QUALITY_BITS 3
#define QUALITY_MASK 7

struct cell {
	_Atomic uint64_t number;   /* bits of the double */
	_Atomic int64_t state;
};

struct block_part {
	const struct col_layout *layout;
	uint32_t first;            /* its first cell */
};

struct block {
	_Atomic uint32_t sequence; /* odd: FLOW is writing */
	uint32_t n_parts, n_cells;
	_Atomic int64_t slot_ns;
	struct block_part parts[BATCH_PARTS_MAX];
	struct cell cells[];
};

struct entry {
	_Atomic(struct block *) block;
	_Atomic(struct infoset *) info;
};

struct retired {
	struct retired *next;
	void *memory;
};

struct latest {
	_Atomic(struct entry *) chunks[CHUNKS_MAX];
	_Atomic uint32_t n_devices;
	_Atomic uint32_t n_readers;
	struct retired *retired;   /* FLOW's */
};

struct latest *
latest_new(void)
{
	return calloc(1, sizeof(struct latest));
}

/*
 * Frees what was retired when no reader is inside.  A reader that enters after
 * the count was seen at 0 loads its pointers later than FLOW swapped them.
 */
static void
collect(struct latest *latest)
{
	if (latest->retired == NULL || atomic_load(&latest->n_readers) != 0) {
		return;
	}
	while (latest->retired != NULL) {
		struct retired *next = latest->retired->next;

		free(latest->retired->memory);
		free(latest->retired);
		latest->retired = next;
	}
}

/* Frees memory that readers may still hold; without a node it is leaked
 * rather than freed under them. */
static void
retire(struct latest *latest, void *memory)
{
	struct retired *retired;

	if (memory == NULL) {
		return;
	}
	retired = malloc(sizeof(*retired));
	if (retired != NULL) {
		retired->memory = memory;
		retired->next = latest->retired;
		latest->retired = retired;
	}
	collect(latest);
}

void
latest_free(struct latest *latest)
{
	if (latest == NULL) {
		return;
	}
	collect(latest);
	for (uint32_t c = 0; c < CHUNKS_MAX; c++) {
		struct entry *chunk = atomic_load(&latest->chunks[c]);

		for (uint32_t i = 0; chunk != NULL && i < CHUNK_DEVICES; i++) {
			free(atomic_load(&chunk[i].block));
			free(atomic_load(&chunk[i].info));
		}
		free(chunk);
	}
	free(latest);
}

int
latest_reserve(struct latest *latest, uint32_t n_devices)
{
	if (n_devices > LATEST_DEVICES_MAX) {
		return COL_EFULL;
	}
	for (uint32_t c = 0; c * CHUNK_DEVICES < n_devices; c++) {
		struct entry *chunk;

		if (atomic_load(&latest->chunks[c]) != NULL) {
			continue;
		}
		chunk = calloc(CHUNK_DEVICES, sizeof(*chunk));
		if (chunk == NULL) {
			return COL_ENOMEM;
		}
		atomic_store(&latest->chunks[c], chunk);
	}
	if (n_devices > atomic_load(&latest->n_devices)) {
		atomic_store(&latest->n_devices, n_devices);
	}
	return 0;
}

static struct entry *
entry_of(const struct latest *latest, uint32_t device)
{
	if (device >= atomic_load(&latest->n_devices)) {
		return NULL;
	}
	return atomic_load(&latest->chunks[device / CHUNK_DEVICES]) +
	    device % CHUNK_DEVICES;
}

static const struct block_part *
part_find(const struct block *block, const struct col_layout *layout)
{
	for (uint32_t i = 0; block != NULL && i < block->n_parts; i++) {
		if (block->parts[i].layout == layout) {
			return &block->parts[i];
		}
	}
	return NULL;
}

/* True when the block has a place for all parts, and for no others when the
 * poll was complete. */
static bool
block_fits(const struct block *block, const struct latest_part *parts,
    uint32_t n_parts, bool complete)
{
	uint32_t n_found = 0;

	for (uint32_t i = 0; i < n_parts; i++) {
		if (part_find(block, parts[i].layout) == NULL) {
			return false;
		}
	}
	for (uint32_t b = 0; block != NULL && b < block->n_parts; b++) {
		for (uint32_t i = 0; i < n_parts; i++) {
			if (parts[i].layout == block->parts[b].layout) {
				n_found++;
				break;
			}
		}
	}
	return block != NULL && (!complete || n_found == block->n_parts);
}

/* Between blocks of which only one is published: no order is needed. */
static void
cell_copy(struct cell *to, const struct cell *from)
{
	atomic_store_explicit(&to->number, atomic_load_explicit(&from->number,
	    memory_order_relaxed), memory_order_relaxed);
	atomic_store_explicit(&to->state, atomic_load_explicit(&from->state,
	    memory_order_relaxed), memory_order_relaxed);
}

static bool
layouts_add(const struct col_layout **layouts, uint32_t *n,
    const struct col_layout *layout)
{
	for (uint32_t i = 0; i < *n; i++) {
		if (layouts[i] == layout) {
			return true;
		}
	}
	if (*n == BATCH_PARTS_MAX) {
		return false;
	}
	layouts[(*n)++] = layout;
	return true;
}

/* Lays out a block for layouts and takes over what old has of them. */
static struct block *
block_new(const struct col_layout *const *layouts, uint32_t n_layouts,
    const struct block *old)
{
	struct block *block;
	size_t n_cells = 0;

	for (uint32_t i = 0; i < n_layouts; i++) {
		n_cells += layouts[i]->n_slots;
	}
	block = calloc(1, sizeof(*block) + n_cells * sizeof(block->cells[0]));
	if (block == NULL) {
		return NULL;
	}
	block->n_parts = n_layouts;
	for (uint32_t i = 0; i < n_layouts; i++) {
		struct block_part *part = &block->parts[i];
		/* Layouts are interned: the same pointer has the same slots. */
		const struct block_part *was = part_find(old, layouts[i]);

		part->layout = layouts[i];
		part->first = block->n_cells;
		block->n_cells += layouts[i]->n_slots;
		for (uint32_t s = 0; s < layouts[i]->n_slots; s++) {
			struct cell *cell = &block->cells[part->first + s];

			atomic_store_explicit(&cell->state, COL_UNAVAILABLE,
			    memory_order_relaxed);
			if (was != NULL) {
				cell_copy(cell, &old->cells[was->first + s]);
			}
		}
	}
	return block;
}

/* Replaces the entry's block by one that has room for parts. */
static struct block *
block_replace(struct latest *latest, struct entry *entry,
    const struct latest_part *parts, uint32_t n_parts, bool complete)
{
	const struct col_layout *layouts[BATCH_PARTS_MAX];
	struct block *old = atomic_load(&entry->block);
	struct block *block;
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_parts; i++) {
		(void)layouts_add(layouts, &n, parts[i].layout);
	}
	for (uint32_t i = 0; !complete && old != NULL && i < old->n_parts; i++) {
		(void)layouts_add(layouts, &n, old->parts[i].layout);
	}
	block = block_new(layouts, n, old);
	if (block == NULL) {
		return NULL;
	}
	atomic_store(&entry->block, block);
	retire(latest, old);
	return block;
}

/* Release stores: who sees a new cell also sees the odd sequence before it. */
static void
cells_put(struct cell *cells, const struct latest_part *part, struct wall slot)
{
	int64_t good = (slot.ns / NS_PER_MS) << QUALITY_BITS | COL_GOOD;

	for (uint32_t i = 0; i < part->layout->n_slots; i++) {
		const struct sample *sample = &part->samples[i];
		int64_t state = good;
		uint64_t bits;

		if (sample->quality == COL_GOOD) {
			memcpy(&bits, &sample->number, sizeof(bits));
			atomic_store_explicit(&cells[i].number, bits,
			    memory_order_release);
		} else {
			/* The last good number and its stamp stay. */
			state = atomic_load_explicit(&cells[i].state,
			    memory_order_relaxed);
			state = (state & ~(int64_t)QUALITY_MASK) | sample->quality;
		}
		atomic_store_explicit(&cells[i].state, state, memory_order_release);
	}
}

int
latest_put(struct latest *latest, uint32_t device, const struct latest_part *parts,
    uint32_t n_parts, struct wall slot, bool complete)
{
	struct entry *entry = entry_of(latest, device);
	struct block *block;
	uint32_t sequence;

	if (entry == NULL) {
		return COL_ERANGE;
	}
	collect(latest);
	block = atomic_load_explicit(&entry->block, memory_order_relaxed);
	if (!block_fits(block, parts, n_parts, complete)) {
		block = block_replace(latest, entry, parts, n_parts, complete);
		if (block == NULL) {
			return COL_ENOMEM;
		}
	}
	sequence = atomic_load_explicit(&block->sequence, memory_order_relaxed);
	atomic_store_explicit(&block->sequence, sequence + 1, memory_order_relaxed);
	for (uint32_t i = 0; i < n_parts; i++) {
		const struct block_part *at = part_find(block, parts[i].layout);

		cells_put(&block->cells[at->first], &parts[i], slot);
	}
	atomic_store_explicit(&block->slot_ns, slot.ns, memory_order_release);
	atomic_store_explicit(&block->sequence, sequence + 2, memory_order_release);
	return 0;
}

void
latest_clear(struct latest *latest, uint32_t device)
{
	struct entry *entry = entry_of(latest, device);

	if (entry != NULL) {
		retire(latest, atomic_exchange(&entry->block, NULL));
		retire(latest, atomic_exchange(&entry->info, NULL));
	}
}

void
latest_put_info(struct latest *latest, uint32_t device, const char *metric,
    const char *text)
{
	struct entry *entry = entry_of(latest, device);
	struct infoset *old, *set;

	if (entry == NULL) {
		return;
	}
	/* Texts seldom change: nearly every call ends in the comparison. */
	old = atomic_load(&entry->info);
	set = infoset_with(old, metric, text);
	if (set != NULL) {
		atomic_store(&entry->info, set);
		retire(latest, old);
	}
}

static void
copy_cells(const struct block *block, struct latest_copy *copy)
{
	struct latest_value *value = copy->values;

	for (uint32_t p = 0; p < block->n_parts; p++) {
		const struct block_part *part = &block->parts[p];

		for (uint32_t s = 0; s < part->layout->n_slots; s++, value++) {
			const struct cell *cell = &block->cells[part->first + s];
			uint64_t bits = atomic_load_explicit(&cell->number,
			    memory_order_acquire);
			int64_t state = atomic_load_explicit(&cell->state,
			    memory_order_acquire);

			memcpy(&value->number, &bits, sizeof(bits));
			value->slot = &part->layout->slots[s];
			value->quality = (enum col_quality)(state & QUALITY_MASK);
			value->good_at.ns = (state >> QUALITY_BITS) * NS_PER_MS;
		}
	}
	copy->slot.ns = atomic_load_explicit(&block->slot_ns, memory_order_acquire);
}

/*
 * The block cannot grow, so room is made once and only the copy is repeated.
 * FLOW writes a device once per interval: a second try is rare.
 */
static int
get_block(const struct block *block, struct latest_copy *copy)
{
	uint32_t before, after;

	copy->values = calloc((size_t)block->n_cells + 1, sizeof(copy->values[0]));
	if (copy->values == NULL) {
		return COL_ENOMEM;
	}
	copy->n_values = block->n_cells;
	do {
		before = atomic_load_explicit(&block->sequence,
		    memory_order_acquire);
		copy_cells(block, copy);
		after = atomic_load_explicit(&block->sequence,
		    memory_order_relaxed);
	} while (before != after || (before & 1) != 0);
	return 0;
}

int
latest_get(const struct latest *latest, uint32_t device,
    struct latest_copy *ret_copy)
{
	/* The count of readers is the one thing a reader changes. */
	struct latest *counted = (struct latest *)(uintptr_t)latest;
	const struct entry *entry = entry_of(latest, device);
	struct latest_copy copy = { 0 };
	const struct block *block;
	const struct infoset *info;
	int code = COL_ENOENT;

	if (entry == NULL) {
		return COL_ENOENT;
	}
	atomic_fetch_add(&counted->n_readers, 1);
	block = atomic_load(&entry->block);
	info = atomic_load(&entry->info);
	if (block != NULL) {
		code = get_block(block, &copy);
	}
	if (info != NULL && code != COL_ENOMEM) {
		code = infoset_copy(info, &copy.info, &copy.n_info);
	}
	atomic_fetch_sub(&counted->n_readers, 1);
	if (code < 0) {
		latest_copy_done(&copy);
		return code;
	}
	*ret_copy = copy;
	return 0;
}

void
latest_copy_done(struct latest_copy *copy)
{
	free(copy->values);
	free(copy->info);
	copy->values = NULL;
	copy->info = NULL;
	copy->n_values = 0;
	copy->n_info = 0;
}
