/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile.h"

#include <string.h>

struct profile *
profile_set_find(const struct profile_set *set, const char *id)
{
	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->profiles[i]->id, id) == 0) {
			return set->profiles[i];
		}
	}
	return NULL;
}

/* 0: it is not for this one; the more special, the more. */
static unsigned
closeness(const struct profile_match *match, uint32_t manufacturer,
    uint16_t product)
{
	if (match->any) {
		return 1;
	}
	if (match->manufacturer != manufacturer) {
		return 0;
	}
	for (size_t i = 0; i < match->products.n; i++) {
		if (match->products.values[i] == product) {
			return 3;
		}
	}
	return match->products.n == 0 ? 2 : 0;
}

static bool
is_better(const struct profile *a, const struct profile *b)
{
	if (a->is_overlay != b->is_overlay) {
		return a->is_overlay;
	}
	return strcmp(a->id, b->id) < 0;
}

struct profile *
profile_set_match(const struct profile_set *set, uint32_t manufacturer,
    uint16_t product)
{
	struct profile *best = NULL;
	unsigned best_closeness = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct profile *profile = set->profiles[i];
		for (size_t k = 0; k < profile->n_matches; k++) {
			unsigned c = closeness(&profile->matches[k],
			    manufacturer, product);
			if (c > best_closeness || (c > 0 && c ==
			    best_closeness && is_better(profile, best))) {
				best = profile;
				best_closeness = c;
			}
		}
	}
	return best;
}
