/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See feed.h. */
#include <config.h>

#include "http/feed.h"

#include <ctype.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/series.h"
#include "http/server.h"
#include "model/metric.h"

/* Devices of one phase call its current "" or "L1"; either is the feed's. */
#define TRIES 2

/* True when suffix is the feed's id in lower case. */
static bool
is_feed(const struct feed *feed, const char *suffix)
{
	size_t i;

	for (i = 0; feed->id[i] != '\0'; i++) {
		if (tolower((unsigned char)feed->id[i]) != suffix[i]) {
			return false;
		}
	}
	return suffix[i] == '\0';
}

struct feed_ref
feed_find(const struct inventory *inventory, const char *id)
{
	struct feed_ref ref = { NULL, 0 };
	char rack_id[QUERY_ID_SIZE];
	const struct rack *rack = NULL;
	char *dash;

	(void)str_copy(rack_id, sizeof(rack_id), id);
	dash = strrchr(rack_id, '-');
	if (dash != NULL) {
		*dash = '\0';
		rack = inventory_rack(inventory, rack_id);
	}
	for (unsigned i = 0; rack != NULL && i < rack->n_feeds; i++) {
		if (is_feed(&rack->feeds[i], dash + 1)) {
			ref = (struct feed_ref){ rack, i };
		}
	}
	return ref;
}

static bool
on_feed(const struct device *device, unsigned feed, const char *role)
{
	return device != NULL && device->feed == (int)feed &&
	    (role[0] == '\0' || strcmp(device->role, role) == 0);
}

bool
feed_has_role(const struct inventory *inventory, struct feed_ref ref, const char *role)
{
	for (uint32_t i = 0; i < ref.rack->n_devices; i++) {
		if (role[0] != '\0' && on_feed(inventory->devices[ref.rack->devices[i]],
		    ref.feed, role)) {
			return true;
		}
	}
	return false;
}

/* How many series may hold what is asked for, of one device. */
static unsigned
tries_of(const struct store_query *query, const struct feed *feed)
{
	return query->instance[0] == '\0' && feed->phases != 3 &&
	    strcmp(query->metric, metric_get(METRIC_CURRENT_A)->name) == 0 ? TRIES : 1;
}

static void
ask(struct request *request, const struct store_query *query, struct feed_ref ref,
    struct gather *gather)
{
	const struct inventory *inventory = request->view->config->inventory;
	unsigned tries = tries_of(query, &ref.rack->feeds[ref.feed]), n = 0;
	unsigned n_parts = gather->n;   /* gather is gone after the last answer */
	struct gather_part *parts = gather->parts;

	for (uint32_t i = 0; i < ref.rack->n_devices && n < n_parts; i++) {
		const struct device *device = inventory->devices[ref.rack->devices[i]];
		struct store_query one = *query;

		if (!on_feed(device, ref.feed, query->role)) {
			continue;
		}
		(void)str_copy(one.role, sizeof(one.role), device->role);
		for (unsigned k = 0; k < tries; k++) {
			if (k > 0) {
				(void)str_copy(one.instance, sizeof(one.instance), "L1");
			}
			store_read(request->http->setup.store, &one, series_to_part,
			    &parts[n++]);
		}
	}
}

int
feed_series_ask(struct request *request, const struct store_query *query,
    struct feed_ref ref)
{
	const struct inventory *inventory = request->view->config->inventory;
	unsigned tries = tries_of(query, &ref.rack->feeds[ref.feed]), n = 0;
	struct gather *gather;
	struct ticket *ticket;
	int rc;

	for (uint32_t i = 0; i < ref.rack->n_devices; i++) {
		n += on_feed(inventory->devices[ref.rack->devices[i]], ref.feed,
		    query->role);
	}
	n *= tries;
	if (n == 0 || n > GATHER_MAX) {
		return COL_ENOENT;
	}
	rc = pending_suspend(request, &ticket);
	if (rc != 0) {
		return rc;
	}
	gather = gather_new(ticket, n);
	if (gather == NULL) {
		pending_fill(ticket, COL_ENOMEM, NULL, NULL);
		return 0;
	}
	ask(request, query, ref, gather);
	return 0;
}

/* What two devices of a feed carry, the feed carries. */
static bool
is_additive(const char *name)
{
	static const enum metric_id ADDITIVE[] = { METRIC_POWER_W, METRIC_APPARENT_VA,
	    METRIC_REACTIVE_VAR, METRIC_CURRENT_A, METRIC_ENERGY_WH };

	for (size_t i = 0; i < sizeof(ADDITIVE) / sizeof(ADDITIVE[0]); i++) {
		if (strcmp(name, metric_get(ADDITIVE[i])->name) == 0) {
			return true;
		}
	}
	return false;
}

/* The answer of one device: the first of its tries that there is. */
static const struct gather_part *
answer_of(const struct gather_part *parts, unsigned tries)
{
	unsigned k = 0;

	while (k + 1 < tries && parts[k].code == COL_ENOENT) {
		k++;
	}
	return &parts[k];
}

int
feed_series_sum(const struct gather *gather, const struct store_query *query,
    struct feed_ref ref, struct store_series **ret_series)
{
	unsigned tries = tries_of(query, &ref.rack->feeds[ref.feed]);
	struct store_series *sum = NULL;

	for (unsigned i = 0; i + tries <= gather->n; i += tries) {
		const struct gather_part *part = answer_of(&gather->parts[i], tries);
		int rc = part->code;

		if (rc == COL_ENOENT) {
			continue;   /* this device does not measure it */
		}
		if (rc == 0 && sum == NULL) {
			sum = part->result;
			continue;
		}
		if (rc == 0) {
			rc = is_additive(query->metric) ? series_add(sum, part->result) :
			    COL_EEXIST;
		}
		if (rc != 0) {
			return rc;
		}
	}
	if (sum == NULL) {
		return COL_ENOENT;
	}
	*ret_series = sum;
	return 0;
}
