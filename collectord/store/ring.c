/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store/ring.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void
ring_done(struct ring *ring)
{
	ring_drop(ring, ring->n_rows);
	free(ring->rows);
	*ring = (struct ring){ 0 };
}

uint32_t
ring_find(const struct ring *ring, int64_t slot_s)
{
	uint32_t low = 0, high = ring->n_rows;

	/* nearly all samples belong to the newest row */
	if (high > 0 && ring->rows[high - 1]->slot_s < slot_s) {
		return high;
	}
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (ring->rows[middle]->slot_s < slot_s) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static size_t
row_bytes(uint16_t n_ds)
{
	/* the pointer to it too */
	return sizeof(struct ring_row) + n_ds * sizeof(double) + sizeof(void *);
}

static struct ring_row *
resize(struct ring *ring, struct ring_row *row, uint16_t n_ds)
{
	ring->bytes -= row != NULL ? row_bytes(row->n_ds) : 0;
	ring->bytes += row_bytes(n_ds);
	row = realloc(row, sizeof(*row) + n_ds * sizeof(row->values[0]));
	assert(row != NULL);
	row->n_ds = n_ds;
	return row;
}

struct ring_row *
ring_row(struct ring *ring, int64_t slot_s, uint16_t n_ds, bool *ret_new)
{
	uint32_t at = ring_find(ring, slot_s);
	struct ring_row *row;

	assert(n_ds <= RING_DS_MAX);
	*ret_new = at == ring->n_rows || ring->rows[at]->slot_s != slot_s;
	if (!*ret_new) {
		if (ring->rows[at]->n_ds < n_ds) {
			ring->rows[at] = resize(ring, ring->rows[at], n_ds);
		}
		return ring->rows[at];
	}
	if (ring->n_rows == RING_ROWS_MAX) {
		return NULL;
	}
	if (ring->n_rows == ring->room) {
		ring->room = ring->room == 0 ? 4 : 2 * ring->room;
		ring->rows = realloc(ring->rows, ring->room * sizeof(ring->rows[0]));
		assert(ring->rows != NULL);
	}
	row = resize(ring, NULL, n_ds);
	row->slot_s = slot_s;
	row->known = row->segment = row->position = 0;
	memmove(&ring->rows[at + 1], &ring->rows[at],
	    (ring->n_rows - at) * sizeof(ring->rows[0]));
	ring->rows[at] = row;
	ring->n_rows++;
	return row;
}

void
ring_drop(struct ring *ring, uint32_t n)
{
	assert(n <= ring->n_rows);
	for (uint32_t i = 0; i < n; i++) {
		ring->bytes -= row_bytes(ring->rows[i]->n_ds);
		free(ring->rows[i]);
	}
	ring->n_rows -= n;
	if (ring->n_rows > 0) {
		memmove(ring->rows, ring->rows + n, ring->n_rows * sizeof(ring->rows[0]));
	}
}
