/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where entries stand: looking up what they name, and the levels that a small
 * configuration leaves out.
 *
 * A level that is left out is made with the id of the place above it (and
 * "default" right under the province), so that racks of a machine room need
 * no ceremony and keep their ids when more is written down later.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/draft.h"

struct draft_place *
draft_place_find(const struct load *load, enum entity_kind kind, const char *id)
{
	struct draft_place *place;

	HASH_FIND(hh, load->drafts->places[kind], id, strlen(id), place);
	return place;
}

struct draft_rack *
draft_rack_find(const struct load *load, const char *id)
{
	struct draft_rack *rack;

	HASH_FIND(hh, load->drafts->racks, id, strlen(id), rack);
	return rack;
}

void
draft_rack_init(struct draft_rack *rack)
{
	rack->state = -1;
	rack->design_w = -1;
	rack->units = -1;
	rack->position = -1;
	rack->x_m = rack->y_m = -1;
	rack->life.due = INT32_MIN;
	rack->frame = (struct draft_frame){ -1, -1, -1 };
}

struct draft_rack *
draft_rack_add(struct load *load, const char *id, const struct col_node *node)
{
	struct draft_rack *rack = draft_rack_find(load, id);

	if (rack != NULL) {
		config_errors_add(load->kept.errors, node, "rack '%s' is named "
		    "twice; it is there already at %s:%u", id, rack->node->file,
		    rack->node->line);
		return NULL;
	}
	if (load->drafts->n_racks == load->n_racks_max) {
		config_errors_add(load->kept.errors, node, "more than %zu racks",
		    load->n_racks_max);
		load->drafts->n_racks++;
	}
	if (load->drafts->n_racks > load->n_racks_max) {
		return NULL;
	}
	rack = arena_alloc(load->scratch.arena, sizeof(*rack));
	rack->id = id;
	rack->node = node;
	draft_rack_init(rack);
	rack->last = &rack->further;
	HASH_ADD_KEYPTR(hh, load->drafts->racks, rack->id, strlen(rack->id), rack);
	load->drafts->n_racks++;
	return rack;
}

static void
report_missing(struct load *load, const struct col_node *node,
    enum entity_kind kind, const char *id)
{
	const struct col_node *at = col_node_get(node, entity_kind_text(kind));
	struct draft_place *place, *next;
	struct errors_guess guess;

	errors_guess_init(&guess, id);
	HASH_ITER(hh, load->drafts->places[kind], place, next) {
		if (load->n_guesses == 0) {
			break;
		}
		load->n_guesses--;
		errors_guess_try(&guess, place->id);
	}
	load_unknown(load, at != NULL ? at : node, entity_kind_text(kind), &guess);
}

/* True when nobody has declared a place of this kind or one above it. */
static bool
is_bare(const struct load *load, enum entity_kind kind)
{
	for (unsigned k = ENTITY_AREA; k <= kind; k++) {
		const struct draft_place *place, *next;

		for (place = load->drafts->places[k]; place != NULL;
		    place = next) {
			if (place->node != NULL) {
				return false;
			}
			next = place->hh.next;
		}
	}
	return true;
}

/* The place below above (NULL: the province) that was left out. */
static struct draft_place *
make_below(struct load *load, struct draft_place *above, enum entity_kind kind,
    const struct col_node *node, const char *what)
{
	const char *id = above != NULL ? above->id : "default";
	struct draft_place *place = draft_place_find(load, kind, id);

	if (place != NULL && (place->node != NULL || place->parent != above)) {
		config_errors_add(load->kept.errors, node, "%s names no %s, and "
		    "'%s' is one of its own; add %s:", what,
		    entity_kind_text(kind), id, entity_kind_text(kind));
		return NULL;
	}
	if (place == NULL) {
		place = arena_alloc(load->scratch.arena, sizeof(*place));
		place->kind = kind;
		place->id = id;
		place->parent = above;
		place->state = -1;
		place->tile_x = place->tile_y = -1;
		place->floor.x_m = place->floor.y_m = -1;
		place->life.due = INT32_MIN;
		if (above != NULL) {
			place->name = above->name;
		}
		HASH_ADD_KEYPTR(hh, load->drafts->places[kind], place->id,
		    strlen(place->id), place);
	}
	return place;
}

/* Every place that is named must lie above the lowest one. */
static bool
check_above(struct load *load, const struct draft_place *place,
    const char *const up[ENTITY_PLACE_N], const struct col_node *node,
    const char *what)
{
	const struct draft_place *lowest = place;

	for (; place != NULL; place = place->parent) {
		const char *id = up[place->kind];

		if (id != NULL && strcmp(id, place->id) != 0) {
			config_errors_add(load->kept.errors, node, "%s: %s '%s' lies "
			    "in %s '%s', not in '%s'", what,
			    entity_kind_text(lowest->kind), lowest->id,
			    entity_kind_text(place->kind), place->id, id);
			return false;
		}
	}
	return true;
}

struct draft_place *
draft_place_of(struct load *load, const char *const up[ENTITY_PLACE_N],
    enum entity_kind kind, const struct col_node *node, const char *what)
{
	struct draft_place *place = NULL;
	unsigned at = kind;

	while (at >= ENTITY_AREA && up[at] == NULL) {
		at--;
	}
	if (at >= ENTITY_AREA) {
		place = draft_place_find(load, (enum entity_kind)at, up[at]);
		if (place == NULL && at == ENTITY_AREA) {
			place = draft_area_known(load, up[at]);
		}
		if (place == NULL) {
			report_missing(load, node, (enum entity_kind)at, up[at]);
			return NULL;
		}
		if (!check_above(load, place, up, node, what)) {
			return NULL;
		}
	} else if (!is_bare(load, kind)) {
		config_errors_add(load->kept.errors, node,
		    "%s does not say where it stands; add %s:", what,
		    entity_kind_text(kind));
		return NULL;
	}
	while (at < kind) {
		at++;
		place = make_below(load, place, (enum entity_kind)at, node, what);
		if (place == NULL) {
			return NULL;
		}
	}
	return place;
}
