/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The feed of a rack as an entity ("a01-a" is feed A of rack a01), and its
 * series: a feed has none of its own, its devices have them.
 *
 * Route: handlers -> store.  Thread: HTTP.
 */
#ifndef HTTP_FEED_H
#define HTTP_FEED_H

#include <stdbool.h>

#include "http/gather.h"
#include "http/request.h"
#include "model/inventory.h"
#include "store/store.h"

struct feed_ref {
	const struct rack *rack;        /* NULL: there is no such feed */
	unsigned feed;                  /* index in the rack's feeds */
};

struct feed_ref feed_find(const struct inventory *inventory, const char *id);
/* True when role is a device on that feed. */
bool feed_has_role(const struct inventory *inventory, struct feed_ref ref,
    const char *role);

/*
 * Asks the store for the series of every device of the feed (of one, if query
 * has a role) and suspends the request; feed_series_sum makes one of them.
 * Errors: COL_ENOENT (no device), else those of pending_suspend.
 */
int feed_series_ask(struct request *request, const struct store_query *query,
    struct feed_ref ref);
/*
 * Adds up what came of the same query; the sum stays the gather's.
 * Errors: COL_ENOENT (no device has such a series), COL_EEXIST (several have
 * and they cannot be added: a temperature), else the store's.
 */
int feed_series_sum(const struct gather *gather, const struct store_query *query,
    struct feed_ref ref, struct store_series **ret_series);

#endif
