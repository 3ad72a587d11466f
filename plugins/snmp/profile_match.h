/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which profile fits a device: by sysObjectID (longest prefix first), then
 * sysDescr, then objects that answer.
 *
 * Route: reader, on the first poll and on discovery.  Thread: one POLL thread.
 */
#ifndef SNMP_PROFILE_MATCH_H
#define SNMP_PROFILE_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "objid.h"
#include "profile.h"

/* The compiled profiles of one configuration. */
struct profile_set {
	struct profile **profiles;
	size_t n;
};

/* NULL when there is none of that id. */
struct profile *profile_set_find(const struct profile_set *set, const char *id);

struct match_candidate {
	struct profile *profile;      /* borrowed from the set */
	const struct profile_rule *rule;
};

/*
 * Lists the rules that hold as far as these two answers tell, best first;
 * those that need a probe are among them.
 * Shape: sysobjectid may have n 0, sysdescr be "".  Returns how many, <= max.
 */
size_t match_candidates(const struct profile_set *set,
    struct objref sysobjectid, const char *sysdescr,
    struct match_candidate *ret_candidates, size_t max);

#endif
