/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of an inventory: racks and devices by id, racks by row, so that
 * lists page and halls open without sorting or scanning 90,000 of them.
 *
 * Route: made when a configuration is applied, read by lists.  Thread: MAIN
 * makes, HTTP reads; immutable but for the references.
 */
#ifndef HTTP_ORDER_H
#define HTTP_ORDER_H

#include <stdatomic.h>
#include <stdint.h>

#include "model/inventory.h"

struct order {
	_Atomic unsigned n_refs;
	const struct inventory *inventory;  /* one reference */
	uint32_t n_racks, n_devices;
	uint32_t *racks;                    /* dense ids, by id */
	uint32_t *rack_rank;                /* [inventory->n_racks]: place in racks */
	uint32_t *devices;                  /* dense ids, by id */
	uint32_t *row_start;                /* [n_places[ROW] + 1] into row_racks */
	uint32_t *row_racks;                /* dense ids, by row, then by id */
};

/* Returns one reference, or NULL when memory is out. */
struct order *order_new(const struct inventory *inventory);
struct order *order_ref(struct order *order);
void order_unref(struct order *order);   /* NULL is fine */
/* First place in racks (devices) whose id is > id; 0 for "". */
uint32_t order_rack_after(const struct order *order, const char *id);
uint32_t order_device_after(const struct order *order, const char *id);

#endif
