/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Order: a longer sysObjectID prefix is a closer relative; among equals a
 * sysDescr and a probe make a rule more special; the id decides the rest, so
 * that the outcome never depends on the order of files.
 */
#include "profile_match.h"

#include <stdlib.h>
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

static int
special(const struct profile_rule *rule)
{
	return (rule->sysdescr != NULL) + (rule->probe.n > 0);
}

static int
compare(const void *a, const void *b)
{
	const struct match_candidate *x = a, *y = b;

	if (x->rule->sysobjectid.n != y->rule->sysobjectid.n) {
		return x->rule->sysobjectid.n > y->rule->sysobjectid.n ? -1 : 1;
	}
	if (special(x->rule) != special(y->rule)) {
		return special(x->rule) > special(y->rule) ? -1 : 1;
	}
	return strcmp(x->profile->id, y->profile->id);
}

static bool
holds(const struct profile_rule *rule, struct objref sysobjectid,
    const char *sysdescr)
{
	if (rule->sysobjectid.n > 0 &&
	    !objid_under(rule->sysobjectid, sysobjectid)) {
		return false;
	}
	return rule->sysdescr == NULL ||
	    regexec(rule->sysdescr, sysdescr, 0, NULL, 0) == 0;
}

size_t
match_candidates(const struct profile_set *set, struct objref sysobjectid,
    const char *sysdescr, struct match_candidate *ret_candidates, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct profile *profile = set->profiles[i];
		for (size_t k = 0; k < profile->n_rules && n < max; k++) {
			if (holds(&profile->rules[k], sysobjectid, sysdescr)) {
				ret_candidates[n].profile = profile;
				ret_candidates[n++].rule = &profile->rules[k];
			}
		}
	}
	qsort(ret_candidates, n, sizeof(*ret_candidates), compare);
	return n;
}
