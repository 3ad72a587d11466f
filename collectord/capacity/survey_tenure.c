/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who holds a rack: the inventory only says who does now, so each change is
 * noted with the time at which it was taken in.  A tenant's part of a month
 * begins and ends there; whom the first inventory names held it before.
 */
#include <config.h>

#include "capacity/survey_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static const char *
tenant_of(const struct rack *rack)
{
	return rack->life.tenant != NULL ? rack->life.tenant : "";
}

/* Adds a change to what is known of a rack; false: no memory. */
static bool
append(struct tenure **slot, int64_t at_s, const char *tenant)
{
	uint32_t n = *slot != NULL ? (*slot)->n : 0;
	struct tenure *more = realloc(*slot, sizeof(*more) + (n + 1) * sizeof(more->items[0]));

	if (more == NULL) {
		return false;
	}
	more->n = n + 1;
	more->items[n].at_s = at_s;
	(void)str_copy(more->items[n].tenant, sizeof(more->items[n].tenant), tenant);
	*slot = more;
	return true;
}

static int
compare(const void *key, const void *item)
{
	return strcmp(key, ((const struct tenancy *)item)->rack);
}

/* What the database knew at the start, of one rack. */
static void
take_loaded(struct survey *survey, const struct rack *rack)
{
	const struct tenancy *found = survey->n_loaded == 0 ? NULL : bsearch(rack->id,
	    survey->loaded, survey->n_loaded, sizeof(*found), compare);
	const struct tenancy *end = survey->loaded + survey->n_loaded;

	while (found != NULL && found > survey->loaded &&
	    strcmp(found[-1].rack, rack->id) == 0) {
		found--;
	}
	for (; found != NULL && found < end && strcmp(found->rack, rack->id) == 0; found++) {
		(void)append(&survey->tenures[rack->index], found->at_s, found->tenant);
	}
}

/* Where the inventory says otherwise than what is known. */
static void
compare_rack(struct survey *survey, const struct rack *rack, int64_t now_s,
    struct tenancy *changes, size_t *n_changes)
{
	struct tenure **slot = &survey->tenures[rack->index];
	const struct tenure *known = *slot;
	const char *before = known != NULL ? known->items[known->n - 1].tenant : "";
	/* nothing was ever noted: it has always been so, as far as we know */
	int64_t at_s = known != NULL || survey->has_tenures ? now_s : 0;

	if (strcmp(before, tenant_of(rack)) == 0 || !append(slot, at_s, tenant_of(rack))) {
		return;
	}
	changes[*n_changes].at_s = at_s;
	(void)str_copy(changes[*n_changes].rack, sizeof(changes[0].rack), rack->id);
	(void)str_copy(changes[*n_changes].tenant, sizeof(changes[0].tenant),
	    tenant_of(rack));
	++*n_changes;
}

void
tenure_take(struct survey *survey, const struct inventory *inventory)
{
	int64_t now_s = clock_wall(survey->setup.clock).ns / NS_PER_S;
	struct tenancy *changes = calloc((size_t)inventory->n_racks + 1, sizeof(*changes));
	size_t n = 0;

	if (changes == NULL) {
		return;
	}
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		const struct rack *rack = inventory->racks[r];

		if (rack == NULL) {
			continue;
		}
		if (survey->loaded != NULL && survey->tenures[r] == NULL) {
			take_loaded(survey, rack);
		}
		compare_rack(survey, rack, now_s, changes, &n);
	}
	free(survey->loaded);
	survey->loaded = NULL;
	survey->n_loaded = 0;
	survey->has_tenures = true;
	if (n > 0 && survey->setup.state != NULL) {
		state_put_tenancy(survey->setup.state, changes, n);
	} else {
		free(changes);
	}
}

static void
on_loaded(void *arg, const struct tenancy *item)
{
	struct survey *survey = arg;

	/* room grows by doubling: it is full at each power of two */
	if ((survey->n_loaded & (survey->n_loaded - 1)) == 0) {
		size_t room = survey->n_loaded > 0 ? 2 * survey->n_loaded : 1;
		struct tenancy *more = realloc(survey->loaded, room * sizeof(*more));

		if (more == NULL) {
			return;
		}
		survey->loaded = more;
	}
	survey->loaded[survey->n_loaded++] = *item;
}

void
tenure_load(struct survey *survey)
{
	state_load_tenancy(survey->setup.state, on_loaded, survey);
	/* a rack that comes later, or gains a tenant, does so at its time */
	survey->has_tenures = survey->n_loaded > 0;
}

uint32_t
tenure_parts(const struct survey *survey, const struct rack *rack, int64_t from_s,
    int64_t to_s, struct tenure_part parts[TENURE_PARTS_MAX])
{
	const struct tenure *known = survey->tenures[rack->index];
	uint32_t n = 1;

	parts[0] = (struct tenure_part){ from_s, to_s,
	    known == NULL ? tenant_of(rack) : "" };
	for (uint32_t i = 0; known != NULL && i < known->n; i++) {
		int64_t at_s = known->items[i].at_s;

		if (at_s >= to_s) {
			break;
		}
		if (at_s > parts[n - 1].from_s && n < TENURE_PARTS_MAX) {
			parts[n - 1].to_s = at_s;
			parts[n++].from_s = at_s;
		}
		/* the last of several at one time, or before the span, holds */
		parts[n - 1].tenant = known->items[i].tenant;
	}
	parts[n - 1].to_s = to_s;
	return n;
}
