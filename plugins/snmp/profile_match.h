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
#include "snapshot.h"

/* The compiled profiles of one configuration. */
struct profile_set {
	struct profile **profiles;
	size_t n;
};

/* NULL when there is none of that id. */
struct profile *profile_set_find(const struct profile_set *set, const char *id);
/* True when there are several of that id: one for each of its bases. */
bool profile_set_varies(const struct profile_set *set, const char *id);

/* What is known of a device before anything else is asked. */
struct match_device {
	struct objref sysobjectid;    /* n may be 0 */
	const char *sysdescr;         /* may be "" */
	const char *id;               /* only profiles of that id; NULL: all */
	bool adds;                    /* rules that add, else those that choose */
};

struct match_candidate {
	struct profile *profile;      /* borrowed from the set */
	const struct profile_rule *rule;
};

/*
 * Lists the rules that hold as far as these two answers tell, best first;
 * those that ask for more (match_asks) are among them.  Of rules that choose
 * the last one may be certain.
 * Shape: returns how many, <= max.
 */
size_t match_candidates(const struct profile_set *set,
    const struct match_device *device, struct match_candidate *ret_candidates,
    size_t max);
/* True when more of the device must be seen to judge the rule. */
bool match_asks(const struct profile_rule *rule);

#define MATCH_WANTS_MAX 256

/* What must be seen: objects, and the first row of columns. */
struct match_wants {
	struct objref gets[MATCH_WANTS_MAX], columns[MATCH_WANTS_MAX];
	size_t n_gets, n_columns;
};
/* Adds what the candidates ask for. */
void match_want(const struct match_candidate *candidates, size_t n,
    struct match_wants *wants);
/* Judges by what was seen. */
bool match_holds(const struct match_candidate *candidate,
    const struct snapshot *snapshot);

#endif
