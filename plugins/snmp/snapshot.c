/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#define BLOCK_SIZE 32768

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

struct snapshot {
	struct varbind **rows;
	size_t n, room;
	struct block *blocks;
};

struct snapshot *
snapshot_new(void)
{
	return calloc(1, sizeof(struct snapshot));
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL) {
		return;
	}
	while (snapshot->blocks != NULL) {
		struct block *next = snapshot->blocks->next;
		free(snapshot->blocks);
		snapshot->blocks = next;
	}
	free(snapshot->rows);
	free(snapshot);
}

static void *
take(struct snapshot *snapshot, size_t size)
{
	struct block *block = snapshot->blocks;

	size = (size + 15) & ~(size_t)15;
	if (block == NULL || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		block = malloc(sizeof(*block) + room);
		if (block == NULL) {
			return NULL;
		}
		block->used = 0;
		block->size = room;
		block->next = snapshot->blocks;
		snapshot->blocks = block;
	}
	block->used += size;
	return block->bytes + block->used - size;
}

static const uint32_t *
copy_name(uint32_t *to, struct objref from)
{
	if (from.n > 0) {
		memcpy(to, from.sub, from.n * sizeof(*to));
	}
	return to;
}

int
snapshot_add(struct snapshot *snapshot, const struct varbind *vb)
{
	size_t n_subs = vb->name.n + vb->objid.n;
	struct varbind *row, **rows;
	uint32_t *subs;

	if (snapshot->n == snapshot->room) {
		size_t room = snapshot->room == 0 ? 128 : snapshot->room * 2;
		rows = realloc(snapshot->rows, room * sizeof(*rows));
		if (rows == NULL) {
			return COL_ENOMEM;
		}
		snapshot->rows = rows;
		snapshot->room = room;
	}
	row = take(snapshot, sizeof(*row) + n_subs * sizeof(*subs) + vb->len);
	if (row == NULL) {
		return COL_ENOMEM;
	}
	*row = *vb;
	subs = (uint32_t *)(row + 1);
	row->name.sub = copy_name(subs, vb->name);
	row->objid.sub = copy_name(subs + vb->name.n, vb->objid);
	row->bytes = (uint8_t *)(subs + n_subs);
	if (vb->len > 0) {
		memcpy(subs + n_subs, vb->bytes, vb->len);
	}
	snapshot->rows[snapshot->n++] = row;
	return 0;
}

struct keyed {
	struct varbind *row;
	size_t at;   /* order of arrival */
};

static int
compare(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = objid_compare(x->row->name, y->row->name);

	return order != 0 ? order : x->at < y->at ? -1 : x->at > y->at;
}

void
snapshot_sort(struct snapshot *snapshot)
{
	struct keyed *keyed;
	size_t n = 0, sorted = 1;

	/* Walks and captures come in order as a rule. */
	while (sorted < snapshot->n && objid_compare(
	    snapshot->rows[sorted - 1]->name,
	    snapshot->rows[sorted]->name) < 0) {
		sorted++;
	}
	if (sorted >= snapshot->n) {
		return;
	}
	keyed = malloc(snapshot->n * sizeof(*keyed));
	if (keyed == NULL) {
		snapshot->n = sorted;
		return;
	}
	for (size_t i = 0; i < snapshot->n; i++) {
		keyed[i] = (struct keyed){snapshot->rows[i], i};
	}
	qsort(keyed, snapshot->n, sizeof(*keyed), compare);
	for (size_t i = 0; i < snapshot->n; i++) {
		if (n == 0 || objid_compare(snapshot->rows[n - 1]->name,
		    keyed[i].row->name) != 0) {
			snapshot->rows[n++] = keyed[i].row;
		}
	}
	snapshot->n = n;
	free(keyed);
}

size_t
snapshot_count(const struct snapshot *snapshot)
{
	return snapshot->n;
}

/* Index of the first row at or after name. */
static size_t
search(const struct snapshot *snapshot, struct objref name)
{
	size_t low = 0, high = snapshot->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (objid_compare(snapshot->rows[middle]->name, name) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

const struct varbind *
snapshot_get(const struct snapshot *snapshot, struct objref name)
{
	size_t i = search(snapshot, name);

	return i < snapshot->n && objid_compare(snapshot->rows[i]->name,
	    name) == 0 ? snapshot->rows[i] : NULL;
}

const struct varbind *
snapshot_next(const struct snapshot *snapshot, struct objref name)
{
	size_t i = search(snapshot, name);

	if (i < snapshot->n && objid_compare(snapshot->rows[i]->name,
	    name) == 0) {
		i++;
	}
	return i < snapshot->n ? snapshot->rows[i] : NULL;
}
