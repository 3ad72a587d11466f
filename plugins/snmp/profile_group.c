/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile_group.h"

#include <string.h>

bool
profile_group_add(struct profile_group *group, struct profile *profile)
{
	for (unsigned i = 0; i < group->n; i++) {
		if (strcmp(group->profiles[i]->id, profile->id) == 0) {
			return false;
		}
	}
	if (group->n == PROFILE_GROUP_MAX) {
		return false;
	}
	group->profiles[group->n++] = profile_ref(profile);
	return true;
}

void
profile_group_done(struct profile_group *group)
{
	for (unsigned i = 0; i < group->n; i++) {
		profile_unref(group->profiles[i]);
	}
	group->n = 0;
}

bool
profile_group_same(const struct profile_group *a, const struct profile_group *b)
{
	return a->n == b->n && memcmp(a->profiles, b->profiles,
	    a->n * sizeof(a->profiles[0])) == 0;
}
