/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The profiles that serve one device together, each with a reference.
 *
 * Route: reader_choose makes it, reader and plan keep it.  Thread: the POLL
 * thread of the device.
 */
#ifndef SNMP_PROFILE_GROUP_H
#define SNMP_PROFILE_GROUP_H

#include "profile.h"

#define PROFILE_GROUP_MAX 4

/* The profiles that serve one device: the chosen one first. */
struct profile_group {
	struct profile *profiles[PROFILE_GROUP_MAX];
	unsigned n;
};

/* Adds with a reference; false when it is there already or the group full. */
bool profile_group_add(struct profile_group *group, struct profile *profile);
void profile_group_done(struct profile_group *group);
bool profile_group_same(const struct profile_group *a,
    const struct profile_group *b);

#endif
