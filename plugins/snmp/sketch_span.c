/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a table begins, when no MIB tells: SMI puts columns at TABLE.1.COLUMN
 * and the index behind, so every 1 in a cell's name may be the entry.  What
 * lies below the right one has columns of one type each, indexes of one length,
 * and rows that share columns; the place with most columns per row wins.
 */
#include "sketch_work.h"

#include <stdlib.h>

#define ENTERPRISES 6          /* sub-identifiers of 1.3.6.1.4.1 */
#define SAMPLE_MAX 20000       /* cells looked at to find an entry */

static struct objref
prefix_of(const struct varbind *cell, unsigned n)
{
	return (struct objref){.sub = cell->name.sub, .n = n};
}

/* A place where the entry may end. */
struct candidate {
	unsigned entry;
	size_t n_cells, n_rows, n_columns;
	uint32_t first_column;
	bool uniform;          /* else texts with their length */
};

static struct objref
tail_of(const struct varbind *cell, unsigned entry)
{
	return (struct objref){.sub = cell->name.sub + entry + 1,
	    .n = cell->name.n - entry - 1};
}

static int
compare_tails(const void *a, const void *b)
{
	return objid_compare(*(const struct objref *)a, *(const struct objref *)b);
}

static size_t
count_rows(const struct varbind *const *cells, size_t n, unsigned entry)
{
	struct objref *tails = calloc(n, sizeof(*tails));
	size_t n_rows = 0;

	if (tails == NULL) {
		return n;
	}
	for (size_t i = 0; i < n; i++) {
		tails[i] = tail_of(cells[i], entry);
	}
	qsort(tails, n, sizeof(*tails), compare_tails);
	for (size_t i = 0; i < n; i++) {
		n_rows += i == 0 || objid_compare(tails[i - 1], tails[i]) != 0;
	}
	free(tails);
	return n_rows;
}

/* False when what lies below is no table. */
static bool
examine(const struct varbind *const *cells, size_t n, struct candidate *ret)
{
	struct objref entry = prefix_of(cells[0], ret->entry);
	bool uniform = true, texts = true;
	uint32_t column = 0;
	enum varbind_type type = VARBIND_NULL;
	size_t i;

	for (i = 0; i < n && i < SAMPLE_MAX && objid_under(entry, cells[i]->name); i++) {
		const struct varbind *cell = cells[i];
		struct objref tail;

		if (cell->name.n < ret->entry + 2) {
			return false;
		}
		tail = tail_of(cell, ret->entry);
		uniform = uniform && cell->name.n == cells[0]->name.n;
		texts = texts && tail.sub[0] == tail.n - 1;
		if (!uniform && !texts) {
			return false;
		}
		if (i == 0 || cell->name.sub[ret->entry] != column) {
			column = cell->name.sub[ret->entry];
			type = cell->type;
			ret->n_columns++;
		} else if (cell->type != type) {
			return false;
		}
	}
	ret->n_cells = i;
	ret->uniform = uniform;
	ret->first_column = cells[0]->name.sub[ret->entry];
	ret->n_rows = count_rows(cells, i, ret->entry);
	return true;
}

/* Indexes are mostly not accessible, so a first column 1 speaks against. */
static bool
better(const struct candidate *a, const struct candidate *b)
{
	size_t x = a->n_cells * b->n_rows, y = b->n_cells * a->n_rows;

	if (b->entry == 0 || x != y) {
		return b->entry == 0 || x > y;
	}
	if ((a->first_column == 1) != (b->first_column == 1)) {
		return b->first_column == 1;
	}
	return a->first_column == 1;
}

/* A single 0 behind an object, and nothing else behind it. */
static bool
is_scalar(const struct varbind *const *cells, size_t n)
{
	struct objref name = cells[0]->name;

	return name.sub[name.n - 1] == 0 && (n == 1 ||
	    !objid_under(prefix_of(cells[0], name.n - 1), cells[1]->name));
}

static struct candidate
find_entry(const struct varbind *const *cells, size_t n)
{
	struct objref name = cells[0]->name;
	struct candidate best = {.entry = 0};

	/* The vendor, a branch and the table come before any entry. */
	for (unsigned p = ENTERPRISES + 3; p + 2 <= name.n; p++) {
		struct candidate candidate = {.entry = p};

		if (name.sub[p - 1] == 1 && examine(cells, n, &candidate) &&
		    better(&candidate, &best)) {
			best = candidate;
		}
	}
	/* No 1 anywhere: the last number may still be a row's. */
	if (best.entry == 0 && name.n >= ENTERPRISES + 4) {
		struct candidate candidate = {.entry = name.n - 2};

		if (examine(cells, n, &candidate)) {
			best = candidate;
		}
	}
	return best;
}

struct sketch_span
sketch_span_next(const struct varbind *const *cells, size_t n)
{
	struct sketch_span span = {.cells = cells, .n = 1};
	struct candidate found = {.entry = 0};
	struct sketch_object object;

	sketch_mib_find(cells[0]->name, &object);
	if (object.is_column && cells[0]->name.n > object.n) {
		found.entry = object.n - 1;
		found.uniform = true;
	} else if (object.n == 0 && !is_scalar(cells, n)) {
		found = find_entry(cells, n);
	}
	if (found.entry == 0) {
		return span;
	}
	span.entry = found.entry;
	span.n_parts = cells[0]->name.n - found.entry - 1;
	while (span.n < n && objid_under(prefix_of(cells[0], found.entry),
	    cells[span.n]->name)) {
		unsigned n_parts = cells[span.n]->name.n - found.entry - 1;

		found.uniform = found.uniform && n_parts == span.n_parts;
		span.n++;
	}
	span.is_text = !found.uniform && !object.is_column;
	if (!found.uniform || span.n_parts > SKETCH_PARTS_MAX) {
		span.n_parts = 0;
	}
	return span;
}

size_t
sketch_span_column(const struct varbind *const *cells, size_t n, unsigned entry)
{
	size_t i = 1;

	while (i < n && objid_under(prefix_of(cells[0], entry + 1), cells[i]->name)) {
		i++;
	}
	return i;
}
