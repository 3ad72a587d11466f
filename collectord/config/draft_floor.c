/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Floors as written: the aisles of a hall, and how its rows stand on it.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/draft.h"

#define AISLES_MAX 256

static const struct aisle *
find_aisle(const struct draft_floor *floor, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (str_equal(floor->aisles[i].id, id)) {
			return &floor->aisles[i];
		}
	}
	return NULL;
}

/* Reports what lies outside of a hall whose size is known. */
static void
check_inside(struct load *load, const struct draft_floor *hall,
    const struct box *box, const struct col_node *node, const char *what)
{
	/* Drawings are in centimetres: a millimetre is none. */
	const double slack = 0.001;

	if ((hall->width_m > 0 && box->x_m + box->width_m > hall->width_m + slack) ||
	    (hall->depth_m > 0 && box->y_m + box->depth_m > hall->depth_m + slack) ||
	    box->x_m < -slack || box->y_m < -slack) {
		config_errors_add(load->kept.errors, node, "%s reaches beyond the "
		    "hall's floor of %g x %g m", what, hall->width_m, hall->depth_m);
	}
}

void
draft_floor_hall(struct load *load, struct draft_place *hall)
{
	struct draft_floor *floor = &hall->floor;
	const struct col_node *list = floor->aisles_node;
	char what[160];

	if (list == NULL) {
		return;
	}
	if (list->n_items > AISLES_MAX) {
		config_errors_add(load->kept.errors, list, "more than %d aisles",
		    AISLES_MAX);
		return;
	}
	floor->aisles = arena_alloc(load->kept.arena,
	    (list->n_items + 1) * sizeof(*floor->aisles));
	for (size_t i = 0; i < list->n_items; i++) {
		struct aisle *aisle = &floor->aisles[i];

		if (schema_read(&load->scratch, "an aisle", draft_aisle_fields,
		    list->items[i], aisle) != COL_OK) {
			continue;
		}
		str_format(what, sizeof(what), "aisle '%s'", aisle->id);
		if (find_aisle(floor, i, aisle->id) != NULL) {
			config_errors_add(load->kept.errors, list->items[i],
			    "%s is named twice in this hall", what);
		}
		check_inside(load, floor, &aisle->box, list->items[i], what);
	}
	floor->n_aisles = list->n_items;
}

static void
check_aisle(struct load *load, const struct draft_place *row, const char *key,
    const char *id, enum aisle_kind kind)
{
	const struct draft_floor *floor = &row->parent->floor;
	const struct col_node *at = col_node_get(row->node, key);
	const struct aisle *aisle;
	struct errors_guess guess;

	if (id == NULL) {
		return;
	}
	aisle = find_aisle(floor, floor->n_aisles, id);
	if (aisle == NULL) {
		errors_guess_init(&guess, id);
		for (size_t i = 0; i < floor->n_aisles; i++) {
			if (floor->aisles[i].id != NULL) {
				errors_guess_try(&guess, floor->aisles[i].id);
			}
		}
		load_unknown(load, at, "aisle", &guess);
	} else if (aisle->kind != kind) {
		config_errors_add(load->kept.errors, at, "aisle '%s' is a %s one", id,
		    aisle_kind_text(aisle->kind));
	}
}

void
draft_floor_row(struct load *load, struct draft_place *row)
{
	struct draft_floor *floor = &row->floor;

	if ((floor->x_m < 0) != (floor->y_m < 0)) {
		config_errors_add(load->kept.errors, row->node, "row '%s': x_m and y_m "
		    "belong together; add %s", row->id,
		    floor->x_m < 0 ? "x_m" : "y_m");
	}
	if (row->parent == NULL) {
		return;
	}
	check_aisle(load, row, "cold_aisle", floor->cold, AISLE_COLD);
	check_aisle(load, row, "hot_aisle", floor->hot, AISLE_HOT);
}
