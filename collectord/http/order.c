/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See order.h. */
#include <config.h>

#include "http/order.h"

#include <stdlib.h>
#include <string.h>

struct named { const char *id; uint32_t index; };

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

/* Writes the indexes of items sorted by id; files mostly bring them sorted. */
static void
sort_into(struct named *items, uint32_t n, uint32_t *to)
{
	bool sorted = true;

	for (uint32_t i = 1; i < n && sorted; i++) {
		sorted = strcmp(items[i - 1].id, items[i].id) < 0;
	}
	if (!sorted) {
		qsort(items, n, sizeof(*items), compare);
	}
	for (uint32_t i = 0; i < n; i++) {
		to[i] = items[i].index;
	}
}

static void
order_by_id(struct order *order, struct named *items)
{
	const struct inventory *inv = order->inventory;
	uint32_t n = 0;

	for (uint32_t i = 0; i < inv->n_racks; i++) {
		if (inv->racks[i] != NULL) {
			items[n++] = (struct named){inv->racks[i]->id, i};
		}
	}
	sort_into(items, n, order->racks);
	order->n_racks = n;
	for (uint32_t i = 0; i < n; i++) {
		order->rack_rank[order->racks[i]] = i;
	}
	n = 0;
	for (uint32_t i = 0; i < inv->n_devices; i++) {
		if (inv->devices[i] != NULL) {
			items[n++] = (struct named){inv->devices[i]->id, i};
		}
	}
	sort_into(items, n, order->devices);
	order->n_devices = n;
}

/* Counting sort by row; within a row the order by id stays. */
static void
order_by_row(struct order *order)
{
	const struct inventory *inv = order->inventory;
	uint32_t n_rows = inv->n_places[ENTITY_ROW];

	for (uint32_t i = 0; i < order->n_racks; i++) {
		uint32_t row = inv->racks[order->racks[i]]->row;

		if (row < n_rows) {
			order->row_start[row + 1]++;
		}
	}
	for (uint32_t r = 0; r < n_rows; r++) {
		order->row_start[r + 1] += order->row_start[r];
	}
	/* filling moves each start to its row's end: shifted back below */
	for (uint32_t i = 0; i < order->n_racks; i++) {
		uint32_t row = inv->racks[order->racks[i]]->row;

		if (row < n_rows) {
			order->row_racks[order->row_start[row]++] = order->racks[i];
		}
	}
	for (uint32_t r = n_rows; r > 0; r--) {
		order->row_start[r] = order->row_start[r - 1];
	}
	order->row_start[0] = 0;
}

struct order *
order_new(const struct inventory *inventory)
{
	struct order *order = calloc(1, sizeof(*order));
	size_t racks = inventory->n_racks, devices = inventory->n_devices;
	struct named *items = calloc((racks > devices ? racks : devices) + 1, sizeof(*items));

	if (order == NULL || items == NULL) {
		free(order);
		free(items);
		return NULL;
	}
	order->n_refs = 1;
	order->inventory = inventory_ref(inventory);
	order->racks = calloc(racks + 1, sizeof(uint32_t));
	order->rack_rank = calloc(racks + 1, sizeof(uint32_t));
	order->devices = calloc(devices + 1, sizeof(uint32_t));
	order->row_start = calloc((size_t)inventory->n_places[ENTITY_ROW] + 2,
	    sizeof(uint32_t));
	order->row_racks = calloc(racks + 1, sizeof(uint32_t));
	if (order->racks == NULL || order->rack_rank == NULL || order->devices == NULL ||
	    order->row_start == NULL || order->row_racks == NULL) {
		order_unref(order);
		free(items);
		return NULL;
	}
	order_by_id(order, items);
	order_by_row(order);
	free(items);
	return order;
}

struct order *
order_ref(struct order *order)
{
	atomic_fetch_add(&order->n_refs, 1);
	return order;
}

void
order_unref(struct order *order)
{
	if (order == NULL || atomic_fetch_sub(&order->n_refs, 1) != 1) {
		return;
	}
	inventory_unref(order->inventory);
	free(order->racks);
	free(order->rack_rank);
	free(order->devices);
	free(order->row_start);
	free(order->row_racks);
	free(order);
}

uint32_t
order_rack_after(const struct order *order, const char *id)
{
	uint32_t low = 0, high = order->n_racks;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (strcmp(order->inventory->racks[order->racks[mid]]->id, id) <= 0) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return low;
}

uint32_t
order_device_after(const struct order *order, const char *id)
{
	uint32_t low = 0, high = order->n_devices;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (strcmp(order->inventory->devices[order->devices[mid]]->id, id) <= 0) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	return low;
}
