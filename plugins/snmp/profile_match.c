/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Order: a longer sysObjectID prefix is a closer relative; among equals each
 * further condition makes a rule more special; then the host's order of
 * preference decides (a site's own profiles first), then a profile that extends
 * another comes before it, then the id: never the order of files.
 */
#include "profile_match.h"

#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "info.h"

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

bool
profile_set_varies(const struct profile_set *set, const char *id)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		n += strcmp(set->profiles[i]->id, id) == 0;
	}
	return n > 1;
}

static size_t
special(const struct profile_rule *rule)
{
	return (rule->sysdescr != NULL) + (rule->not_sysdescr != NULL) +
	    rule->n_probes + rule->n_absents + rule->n_whens;
}

static int
compare(const void *a, const void *b)
{
	const struct match_candidate *x = a, *y = b;

	if (x->rule->fallback != y->rule->fallback) {
		return x->rule->fallback ? 1 : -1;
	}
	if (x->rule->sysobjectid.n != y->rule->sysobjectid.n) {
		return x->rule->sysobjectid.n > y->rule->sysobjectid.n ? -1 : 1;
	}
	if (special(x->rule) != special(y->rule)) {
		return special(x->rule) > special(y->rule) ? -1 : 1;
	}
	if (x->profile->preference != y->profile->preference) {
		return x->profile->preference < y->profile->preference ? -1 : 1;
	}
	if (x->profile->is_overlay != y->profile->is_overlay) {
		return x->profile->is_overlay ? -1 : 1;
	}
	return strcmp(x->profile->id, y->profile->id);
}

static bool
holds(const struct profile_rule *rule, const struct match_device *device)
{
	if (rule->adds != device->adds) {
		return false;
	}
	if (rule->sysobjectid.n > 0 &&
	    !objid_under(rule->sysobjectid, device->sysobjectid)) {
		return false;
	}
	return (rule->sysdescr == NULL ||
	    regexec(rule->sysdescr, device->sysdescr, 0, NULL, 0) == 0) &&
	    (rule->not_sysdescr == NULL ||
	    regexec(rule->not_sysdescr, device->sysdescr, 0, NULL, 0) != 0);
}

size_t
match_candidates(const struct profile_set *set, const struct match_device *device,
    struct match_candidate *ret_candidates, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct profile *profile = set->profiles[i];
		if (device->id != NULL && strcmp(device->id, profile->id) != 0) {
			continue;
		}
		for (size_t k = 0; k < profile->n_rules && n < max; k++) {
			if (holds(&profile->rules[k], device)) {
				ret_candidates[n].profile = profile;
				ret_candidates[n++].rule = &profile->rules[k];
			}
		}
	}
	qsort(ret_candidates, n, sizeof(*ret_candidates), compare);
	for (size_t i = 0; i < n && !device->adds; i++) {
		/* What is worse than a certain one is never asked about. */
		if (!match_asks(ret_candidates[i].rule)) {
			return i + 1;
		}
	}
	return n;
}

bool
match_asks(const struct profile_rule *rule)
{
	return rule->n_probes + rule->n_absents + rule->n_whens > 0;
}

static void
want(struct match_wants *wants, bool is_get, struct objref oid)
{
	struct objref *list = is_get ? wants->gets : wants->columns;
	size_t *n = is_get ? &wants->n_gets : &wants->n_columns;

	for (size_t i = 0; i < *n; i++) {
		if (objid_compare(list[i], oid) == 0) {
			return;
		}
	}
	if (*n < MATCH_WANTS_MAX) {
		list[(*n)++] = oid;
	}
}

void
match_want(const struct match_candidate *candidates, size_t n,
    struct match_wants *wants)
{
	for (size_t i = 0; i < n; i++) {
		const struct profile_rule *rule = candidates[i].rule;
		for (size_t k = 0; k < rule->n_probes; k++) {
			want(wants, false, rule->probes[k]);
		}
		for (size_t k = 0; k < rule->n_absents; k++) {
			want(wants, false, rule->absents[k]);
		}
		for (size_t k = 0; k < rule->n_whens; k++) {
			const struct profile_info *info = &candidates[i].
			    profile->infos[rule->whens[k].info];
			for (size_t r = 0; r < info->n_refs; r++) {
				want(wants, info->refs[r].source ==
				    PROFILE_SCALAR, info->refs[r].oid);
			}
		}
	}
}

static bool
answers(const struct snapshot *snapshot, struct objref oid)
{
	const struct varbind *next;

	if (snapshot_get(snapshot, oid) != NULL) {
		return true;
	}
	next = snapshot_next(snapshot, oid);
	return next != NULL && objid_under(oid, next->name);
}

bool
match_holds(const struct match_candidate *candidate,
    const struct snapshot *snapshot)
{
	const struct profile_rule *rule = candidate->rule;
	char text[CONVERT_TEXT_SIZE];

	for (size_t i = 0; i < rule->n_probes; i++) {
		if (!answers(snapshot, rule->probes[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < rule->n_absents; i++) {
		if (answers(snapshot, rule->absents[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < rule->n_whens; i++) {
		const struct profile_info *info =
		    &candidate->profile->infos[rule->whens[i].info];
		if (!info_find(snapshot, info, text, sizeof(text)) ||
		    regexec(rule->whens[i].regex, text, 0, NULL, 0) != 0) {
			return false;
		}
	}
	return true;
}
