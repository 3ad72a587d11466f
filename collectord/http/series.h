/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Copies of the series that the store lends, and sums of them.
 *
 * Route: store_read's callbacks -> series -> handlers.  Thread: any.
 */
#ifndef HTTP_SERIES_H
#define HTTP_SERIES_H

#include "http/gather.h"
#include "store/store.h"

/* A copy on the heap; NULL when memory is out. */
struct store_series *series_copy_of(const struct store_series *from);
void series_copy_free(void *series);       /* ticket_drop_fn; NULL is fine */

/* store_read_fn: fills a ticket, or a part of a gather, with a copy. */
void series_to_ticket(void *ticket, int code, const struct store_series *series);
void series_to_part(void *part, int code, const struct store_series *series);

/*
 * Adds a series of the same points to sum.  A point is known when both are;
 * extremes of sums are not known when a point is more than one row.
 * Errors: COL_EBUSY when the points differ: between the two reads a window
 * moved on.
 */
int series_add(struct store_series *sum, const struct store_series *other);

#endif
