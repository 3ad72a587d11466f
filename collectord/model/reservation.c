/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/reservation.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* What is handed out is the first member. */
struct snapshot {
	struct reservations public;
	atomic_uint n_refs;
	struct reservation *items;
};

const char *
reservation_state_text(enum reservation_state state)
{
	static const char *const texts[RESERVATION_N] = {"active", "expired", "released"};

	return texts[state];
}

enum reservation_state
reservation_state(const struct reservation *reservation, struct wall now)
{
	/* what had expired before it was released stays expired */
	if (reservation->released.ns != 0 &&
	    reservation->released.ns < reservation->until.ns) {
		return RESERVATION_RELEASED;
	}
	return reservation->until.ns <= now.ns ? RESERVATION_EXPIRED : RESERVATION_ACTIVE;
}

bool
reservation_is_whole(const struct reservation *reservation)
{
	return !(reservation->power_w > 0) && reservation->units == 0;
}

static int
compare(const void *a, const void *b)
{
	const struct reservation *left = a, *right = b;
	int by_rack = strcmp(left->rack, right->rack);

	return by_rack != 0 ? by_rack :
	    (left->id > right->id) - (left->id < right->id);
}

const struct reservations *
reservations_new(uint64_t number, struct reservation *items, size_t n)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (snapshot == NULL) {
		free(items);
		return NULL;
	}
	if (n > 0) {
		qsort(items, n, sizeof(*items), compare);
	}
	snapshot->items = items;
	snapshot->public = (struct reservations){number, n, items};
	atomic_init(&snapshot->n_refs, 1);
	return &snapshot->public;
}

const struct reservations *
reservations_ref(const struct reservations *reservations)
{
	if (reservations != NULL) {
		struct snapshot *snapshot = (struct snapshot *)(uintptr_t)reservations;

		(void)atomic_fetch_add(&snapshot->n_refs, 1);
	}
	return reservations;
}

void
reservations_unref(const struct reservations *reservations)
{
	struct snapshot *snapshot = (struct snapshot *)(uintptr_t)reservations;

	if (snapshot != NULL && atomic_fetch_sub(&snapshot->n_refs, 1) == 1) {
		free(snapshot->items);
		free(snapshot);
	}
}

const struct reservation *
reservations_of(const struct reservations *reservations, const char *rack, size_t *ret_n)
{
	size_t low = 0, high = reservations != NULL ? reservations->n : 0, end;

	*ret_n = 0;
	end = high;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(reservations->items[mid].rack, rack) < 0) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	while (low + *ret_n < end &&
	    strcmp(reservations->items[low + *ret_n].rack, rack) == 0) {
		++*ret_n;
	}
	return *ret_n > 0 ? &reservations->items[low] : NULL;
}

/* 0 ends after every day. */
static void
take_latest(struct reserved *reserved, const char *tenant, struct wall until)
{
	if (reserved->tenant == NULL || (reserved->until.ns != 0 &&
	    (until.ns == 0 || until.ns > reserved->until.ns))) {
		reserved->tenant = tenant;
		reserved->until = until;
	}
}

static bool
is_other(const char *theirs, const char *tenant)
{
	return tenant == NULL || strcmp(theirs, tenant) != 0;
}

struct reserved
reserved_of(const struct reservations *reservations, const struct rack *rack,
    struct wall now, const char *tenant)
{
	const struct rack_life *life = &rack->life;
	struct reserved reserved = {0};
	const struct reservation *items;
	size_t n;

	items = reservations_of(reservations, rack->id, &n);
	for (size_t i = 0; i < n; i++) {
		const struct reservation *item = &items[i];

		if (reservation_state(item, now) != RESERVATION_ACTIVE ||
		    !is_other(item->tenant, tenant)) {
			continue;
		}
		reserved.whole = reserved.whole || reservation_is_whole(item);
		reserved.power_w += item->power_w;
		reserved.units += item->units;
		take_latest(&reserved, item->tenant, item->until);
	}
	if (life->reserved_for != NULL && is_other(life->reserved_for, tenant) &&
	    (life->reserved_until.ns == 0 || life->reserved_until.ns > now.ns)) {
		reserved.whole = true;
		take_latest(&reserved, life->reserved_for, life->reserved_until);
	}
	return reserved;
}
