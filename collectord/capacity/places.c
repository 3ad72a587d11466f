/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "capacity/places.h"

#include <stdlib.h>

#include "base/str.h"

static void
add(struct daily_place *to, const struct place_view *view)
{
	to->declared += view->n_declared;
	to->verified += view->n_evidence[EVIDENCE_VERIFIED];
	to->contradicted += view->n_evidence[EVIDENCE_CONTRADICTED];
	to->stale += view->n_evidence[EVIDENCE_STALE];
	to->unmonitored += view->n_evidence[EVIDENCE_UNMONITORED];
	to->planned += view->n_planned;
	/* of an operator this is the sum of its sites, each floored */
	to->standard += (int64_t)view->standard_declared;
}

static size_t
add_kind(const struct view *view, enum entity_kind kind, struct daily_place *rows,
    size_t n)
{
	const struct inventory *inventory = view->config->inventory;

	for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
		const struct place *place = inventory->places[kind][i];

		if (place != NULL) {
			rows[n] = (struct daily_place){ .kind = kind };
			(void)str_copy(rows[n].id, sizeof(rows[n].id), place->id);
			add(&rows[n++], &view->places[kind][i]);
		}
	}
	return n;
}

static size_t
add_operators(const struct view *view, struct daily_place *rows, size_t n)
{
	const struct inventory *inventory = view->config->inventory;
	struct daily_place *first = rows + n;

	for (uint32_t i = 0; i < inventory->n_operators; i++) {
		rows[n] = (struct daily_place){ .kind = ENTITY_KIND_N };
		(void)str_copy(rows[n].id, sizeof(rows[n].id),
		    inventory->operators[i].id);
		n++;
	}
	for (uint32_t i = 0; i < inventory->n_places[ENTITY_SITE]; i++) {
		const struct place *site = inventory->places[ENTITY_SITE][i];

		if (site != NULL && site->operator != NULL) {
			add(&first[site->operator - inventory->operators],
			    &view->places[ENTITY_SITE][i]);
		}
	}
	return n;
}

struct daily_place *
places_count(const struct view *view, size_t *ret_n)
{
	const struct inventory *inventory = view->config->inventory;
	size_t room = inventory->n_operators + 1, n = 0;
	struct daily_place *rows;

	for (unsigned kind = ENTITY_AREA; kind <= ENTITY_HALL; kind++) {
		room += inventory->n_places[kind];
	}
	rows = calloc(room, sizeof(*rows));
	if (rows == NULL) {
		return NULL;
	}
	for (unsigned kind = ENTITY_AREA; kind <= ENTITY_HALL; kind++) {
		n = add_kind(view, (enum entity_kind)kind, rows, n);
	}
	*ret_n = add_operators(view, rows, n);
	return rows;
}
