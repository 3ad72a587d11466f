/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inventory files into drafts.  All files are read first, then kind by kind
 * from the top, so that neither the order of files nor of sections matters.
 */
#include <config.h>

#include "config/draft.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "config/csv.h"
#include "config/files.h"
#include "config/node.h"
#include "config/range.h"
#include "config/settings.h"

static void
add_part(struct load *load, const struct inventory_nodes *part)
{
	struct drafts *drafts = load->drafts;

	if (drafts->n_parts == drafts->room) {
		size_t room = drafts->room > 0 ? 2 * drafts->room : 16;
		struct inventory_nodes *parts = arena_alloc(load->scratch.arena,
		    room * sizeof(*parts));

		if (drafts->n_parts > 0) {
			memcpy(parts, drafts->parts,
			    drafts->n_parts * sizeof(*parts));
		}
		drafts->parts = parts;
		drafts->room = room;
	}
	drafts->parts[drafts->n_parts++] = *part;
}

static void
read_text(struct load *load, const struct config_overlay *file)
{
	struct inventory_nodes part = { .areas = NULL };
	const char *ending = strrchr(file->path, '.');
	const struct col_node *root;

	if (ending != NULL && strcmp(ending, ".csv") == 0) {
		root = csv_parse(file->text, file->size, file->name,
		    load->kept.arena, load->kept.errors);
	} else {
		root = config_parse_yaml(file->text, file->size, file->name,
		    load->kept.arena, load->kept.errors);
	}
	if (root == NULL || schema_read(&load->scratch, "an inventory file",
	    settings_inventory_fields, root, &part) != COL_OK) {
		load->incomplete = true;
	}
	add_part(load, &part);
}

static const struct config_overlay *
overlay_of(const struct load *load, const char *path)
{
	const char *whole = load->n_overlays > 0 ?
	    files_absolute(load->scratch.arena, NULL, path) : NULL;

	for (size_t i = 0; i < load->n_overlays; i++) {
		if (strcmp(load->overlays[i].path, whole) == 0) {
			return &load->overlays[i];
		}
	}
	return NULL;
}

static void
read_file(struct load *load, const char *path, const struct col_node *at)
{
	struct errors_place place = { at->file, at->line, at->column };
	struct config_overlay file = { .path = path, .name = path };
	const struct config_overlay *overlay = overlay_of(load, path);
	char *text;

	if (overlay != NULL) {
		read_text(load, overlay);
		return;
	}
	text = files_read(path, place, load->kept.errors, &file.size);
	if (text == NULL) {
		load->incomplete = true;
		return;
	}
	file.text = text;
	load_note_file(load, path);
	read_text(load, &file);
	free(text);
}

struct draft_file { const char *path; UT_hash_handle hh; };

/* Reads a file of a pattern, once. */
static void
read_once(struct load *load, struct draft_file **seen, const char *path,
    const struct col_node *at)
{
	const char *whole = files_absolute(load->scratch.arena, NULL, path);
	struct draft_file *file;

	HASH_FIND(hh, *seen, whole, strlen(whole), file);
	if (file == NULL) {
		file = arena_alloc(load->scratch.arena, sizeof(*file));
		file->path = whole;
		HASH_ADD_KEYPTR(hh, *seen, file->path, strlen(file->path), file);
		read_file(load, path, at);
	}
}

/* Overlays that a pattern would match if they were there. */
static size_t
read_overlays(struct load *load, struct draft_file **seen, const char *pattern,
    const struct col_node *at)
{
	const char *whole = files_absolute(load->scratch.arena, at->file, pattern);
	size_t n = 0;

	for (size_t i = 0; i < load->n_overlays; i++) {
		if (fnmatch(whole, load->overlays[i].path, FNM_PATHNAME |
		    FNM_PERIOD) == 0) {
			read_once(load, seen, load->overlays[i].path, at);
			n++;
		}
	}
	return n;
}

/* A file that no pattern matches would lie there unread. */
static void
check_overlays(struct load *load, struct draft_file *seen)
{
	struct draft_file *file;

	for (size_t i = 0; i < load->n_overlays; i++) {
		const char *path = load->overlays[i].path;

		HASH_FIND(hh, seen, path, strlen(path), file);
		if (file == NULL) {
			errors_at(load->kept.errors,
			    (struct errors_place){ load->config->file, 0, 0 },
			    "does not read %s: add that file, or a pattern such as "
			    "inventory/*, to inventory:", path);
		}
	}
}

void
draft_files(struct load *load)
{
	const struct schema_texts *globs = &load->file.inventory_globs;
	struct draft_file *seen = NULL;

	add_part(load, &load->file.inventory);
	for (size_t g = 0; g < globs->n && !load->kept.no_files; g++) {
		const struct col_node *node = globs->nodes[g];
		const char *const *paths;
		size_t n = files_glob(load->scratch.arena, node->file,
		    globs->items[g], &paths);

		for (size_t i = 0; i < n; i++) {
			read_once(load, &seen, paths[i], node);
		}
		n += read_overlays(load, &seen, globs->items[g], node);
		if (n == 0) {
			load->incomplete = true;
			config_errors_add(load->kept.errors, node, "inventory '%s' "
			    "matches no file; correct the path (it starts at the "
			    "folder of this file) or remove it", globs->items[g]);
		}
	}
	check_overlays(load, seen);
	HASH_CLEAR(hh, seen);
}

static void
read_template(struct load *load, const struct col_node *node)
{
	struct draft_template *template, *old;
	char where[96];

	HASH_FIND(hh, load->drafts->templates, node->key, strlen(node->key), old);
	if (old != NULL) {
		config_errors_add(load->kept.errors, node, "template '%s' is named "
		    "twice; it is there already at %s:%u", node->key,
		    old->node->file, old->node->line);
		return;
	}
	template = arena_alloc(load->scratch.arena, sizeof(*template));
	template->id = node->key;
	template->node = node;
	template->design_w = -1;
	template->units = -1;
	template->frame = (struct draft_frame){ -1, -1, -1 };
	HASH_ADD_KEYPTR(hh, load->drafts->templates, template->id,
	    strlen(template->id), template);
	str_format(where, sizeof(where), "template '%.64s'", node->key);
	(void)schema_read(&load->scratch, where, draft_template_fields, node,
	    template);
	draft_feeds(load, template->feeds_node, &template->feeds);
	draft_devices(load, template->devices_node, "", &template->devices);
}

static const struct draft_template *
find_template(struct load *load, const struct col_node *node, const char *id)
{
	struct draft_template *template, *next;
	struct errors_guess guess;

	if (id == NULL) {
		return NULL;
	}
	HASH_FIND(hh, load->drafts->templates, id, strlen(id), template);
	if (template == NULL) {
		errors_guess_init(&guess, id);
		HASH_ITER(hh, load->drafts->templates, template, next) {
			errors_guess_try(&guess, template->id);
		}
		load_unknown(load, col_node_get(node, "template"), "template",
		    &guess);
		template = NULL;
	}
	return template;
}

/* Makes the racks of one text of a row's list: a label or a range. */
static void
expand(struct load *load, struct draft_place *row, const struct col_node *node)
{
	struct col_error error = { 0 };
	struct range range;

	if (node->kind != COL_NODE_SCALAR) {
		config_errors_add(load->kept.errors, node, "racks of a row are "
		    "labels or ranges, such as [A01..A24]; a rack with keys of its "
		    "own goes into the list racks: of the file");
		return;
	}
	if (range_parse(node->text, &range, &error) != COL_OK) {
		config_errors_add(load->kept.errors, node, "%s", error.text);
		return;
	}
	for (uint32_t i = 0; i < range.n_items; i++) {
		char label[RANGE_LABEL_SIZE], lower[RANGE_LABEL_SIZE];
		struct draft_rack *rack;
		const char *id;

		range_label(&range, i, label);
		for (size_t k = 0; k < sizeof(lower); k++) {
			char c = label[k];

			lower[k] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
			if (c == '\0') {
				break;
			}
		}
		id = arena_format(load->kept.arena, "%s-%s", row->id, lower);
		if (!str_is_id(id)) {
			config_errors_add(load->kept.errors, node, "rack id '%s' is "
			    "longer than 63 characters; shorten the row's id", id);
			return;
		}
		rack = draft_rack_add(load, id, node);
		if (rack == NULL) {
			return;
		}
		rack->label = arena_copy(load->kept.arena, label);
		rack->row = row;
		rack->ranged = true;
		rack->number = ++row->n_numbered;
	}
}

static void
finish_row(struct load *load, struct draft_place *row)
{
	const struct col_node *racks = row->racks_node;

	row->template = find_template(load, row->node, row->template_id);
	draft_devices(load, row->devices_node, "", &row->devices);
	if (racks == NULL) {
		return;
	}
	if (racks->kind == COL_NODE_LIST) {
		for (size_t i = 0; i < racks->n_items; i++) {
			expand(load, row, racks->items[i]);
		}
	} else {
		expand(load, row, racks);
	}
}

/* The list of operators holds when there is one. */
static void
find_operator(struct load *load, struct draft_place *site)
{
	struct draft_operator *operator, *next;
	struct errors_guess guess;

	if (site->operator_name == NULL || load->drafts->operators == NULL) {
		return;
	}
	HASH_FIND(hh, load->drafts->operators, site->operator_name,
	    strlen(site->operator_name), site->operator);
	if (site->operator == NULL) {
		errors_guess_init(&guess, site->operator_name);
		HASH_ITER(hh, load->drafts->operators, operator, next) {
			errors_guess_try(&guess, operator->id);
		}
		load_unknown(load, col_node_get(site->node, "operator"), "operator",
		    &guess);
	}
}

/* What is read behind the keys of one kind of place. */
static void
finish_place(struct load *load, struct draft_place *place)
{
	switch (place->kind) {
	case ENTITY_AREA:
		draft_area_fill(load, place);
		break;
	case ENTITY_SITE:
		find_operator(load, place);
		break;
	case ENTITY_HALL:
		draft_floor_hall(load, place);
		break;
	case ENTITY_ROW:
		draft_floor_row(load, place);
		draft_life(load, &place->life, place->state, &place->since,
		    place->node);
		finish_row(load, place);
		break;
	case ENTITY_PROVINCE:
	case ENTITY_RACK:
	case ENTITY_FEED:
	case ENTITY_DEVICE:
	case ENTITY_KIND_N:
		break;
	}
}

static void
read_place(struct load *load, enum entity_kind kind,
    const struct schema_field *fields, const struct col_node *node)
{
	struct draft_place *place = arena_alloc(load->scratch.arena,
	    sizeof(*place));
	const char *word = entity_kind_text(kind);
	struct draft_place *old;
	char what[96];
	int rc;

	str_format(what, sizeof(what), "a%s %s", kind == ENTITY_AREA ? "n" : "",
	    word);
	place->kind = kind;
	place->node = node;
	place->state = -1;
	place->tile_x = place->tile_y = -1;
	place->floor.x_m = place->floor.y_m = -1;
	place->life.due = INT32_MIN;
	rc = schema_read(&load->scratch, what, fields, node, place);
	if (place->id == NULL) {
		return;
	}
	old = draft_place_find(load, kind, place->id);
	if (old != NULL) {
		if (old->node == NULL) {
			config_errors_add(load->kept.errors, node, "%s '%s' has the "
			    "name of one that was made for a rack or place without "
			    "%s; give it another id", word, place->id, word);
		} else {
			config_errors_add(load->kept.errors, node, "%s '%s' is named "
			    "twice; it is there already at %s:%u", word, place->id,
			    old->node->file, old->node->line);
		}
		return;
	}
	HASH_ADD_KEYPTR(hh, load->drafts->places[kind], place->id,
	    strlen(place->id), place);
	if (kind > ENTITY_AREA && rc == COL_OK) {
		str_format(what, sizeof(what), "%s '%s'", word, place->id);
		place->parent = draft_place_of(load, place->up,
		    (enum entity_kind)(kind - 1), node, what);
	}
	place->sources = draft_sources(load, place->sources_node);
	finish_place(load, place);
}

/* Copies what an entry says over what the range said. */
static void
override(struct draft_rack *rack, const struct draft_rack *entry)
{
	rack->entry = entry->node;
	rack->label = entry->label != NULL ? entry->label : rack->label;
	rack->was = entry->was;
	rack->external = entry->external;
	rack->template_id = entry->template_id;
	rack->state = entry->state;
	rack->since = entry->since;
	rack->design_w = entry->design_w;
	rack->units = entry->units;
	rack->feeds_node = entry->feeds_node;
	rack->devices_node = entry->devices_node;
	rack->life = entry->life;
	rack->frame = entry->frame;
	rack->position = entry->position;
	rack->x_m = entry->x_m;
	rack->y_m = entry->y_m;
	rack->sources_node = entry->sources_node;
}

/* What is written on a rack, when only its id is given. */
static const char *
label_of(struct load *load, const struct draft_rack *rack)
{
	size_t len = rack->row != NULL ? strlen(rack->row->id) : 0;
	char *label;

	if (rack->row == NULL || strncmp(rack->id, rack->row->id, len) != 0 ||
	    rack->id[len] != '-' || rack->id[len + 1] == '\0') {
		return rack->id;
	}
	label = arena_copy(load->kept.arena, rack->id + len + 1);
	for (char *c = label; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z') {
			*c = (char)(*c - 32);
		}
	}
	return label;
}

static bool
names_place(const struct draft_rack *entry)
{
	for (unsigned kind = ENTITY_AREA; kind <= ENTITY_ROW; kind++) {
		if (entry->up[kind] != NULL) {
			return true;
		}
	}
	return false;
}

/* A rack that no range has made: finds its row. */
static struct draft_rack *
add_single(struct load *load, const struct draft_rack *entry)
{
	struct draft_rack *rack, *next;
	struct draft_place *row;
	struct errors_guess guess;
	char what[320], hint[ERRORS_HINT_SIZE];

	str_format(what, sizeof(what), "rack '%s'", entry->id);
	if (!names_place(entry) && load->drafts->places[ENTITY_ROW] != NULL) {
		errors_guess_init(&guess, entry->id);
		HASH_ITER(hh, load->drafts->racks, rack, next) {
			if (load->n_guesses == 0) {
				break;
			}
			load->n_guesses--;
			errors_guess_try(&guess, rack->id);
		}
		str_format(what, sizeof(what), "rack '%s' is in no row's range%s; "
		    "it", entry->id, errors_hint(&guess, hint));
	}
	row = draft_place_of(load, entry->up, ENTITY_ROW, entry->node, what);
	if (row == NULL) {
		return NULL;
	}
	rack = draft_rack_add(load, entry->id, entry->node);
	if (rack != NULL) {
		rack->row = row;
		rack->number = ++row->n_numbered;
	}
	return rack;
}

/* An exception must not move its rack. */
static bool
check_row(struct load *load, const struct draft_rack *rack,
    const struct draft_rack *entry)
{
	const struct draft_place *place = rack->row;

	for (unsigned kind = ENTITY_ROW; kind >= ENTITY_AREA; kind--) {
		if (place != NULL && entry->up[kind] != NULL &&
		    strcmp(entry->up[kind], place->id) != 0) {
			config_errors_add(load->kept.errors, entry->node, "rack '%s' "
			    "stands in %s '%s' by the range at %s:%u, not in '%s'",
			    rack->id, entity_kind_text((enum entity_kind)kind),
			    place->id, rack->node->file, rack->node->line,
			    entry->up[kind]);
			return false;
		}
		place = place != NULL ? place->parent : NULL;
	}
	return true;
}

static void
read_rack(struct load *load, const struct col_node *node)
{
	struct draft_rack entry = { .node = node };
	const struct col_node *first;
	struct draft_rack *rack;
	int rc;

	draft_rack_init(&entry);
	rc = schema_read(&load->scratch, "a rack", draft_rack_fields, node,
	    &entry);
	if (entry.id == NULL) {
		return;
	}
	rack = draft_rack_find(load, entry.id);
	if (rack != NULL && rack->entry != NULL) {
		first = rack->entry;
		config_errors_add(load->kept.errors, node, "rack '%s' is named "
		    "twice; it is there already at %s:%u", entry.id, first->file,
		    first->line);
		return;
	}
	if (rack != NULL && !check_row(load, rack, &entry)) {
		return;
	}
	if (rack == NULL && rc == COL_OK) {
		rack = add_single(load, &entry);
	}
	if (rack == NULL) {
		/* Its devices are not to blame: let them find it. */
		rack = draft_rack_add(load, entry.id, node);
	}
	if (rack == NULL) {
		return;
	}
	override(rack, &entry);
	if (rack->label == NULL) {
		rack->label = label_of(load, rack);
	}
	rack->template = find_template(load, node, entry.template_id);
	if (rack->position > 0 && rack->row != NULL) {
		rack->row->positioned = true;
	}
	rack->sources = draft_sources(load, rack->sources_node);
	draft_life(load, &rack->life, rack->state, &rack->since, node);
	draft_feeds(load, rack->feeds_node, &rack->feeds);
	draft_devices(load, rack->devices_node, rack->ranged ? " (which replaces "
	    "one of the row as a whole)" : "", &rack->devices);
}

static void
read_list(struct load *load, const struct col_node *list,
    void (*read_one)(struct load *, const struct col_node *))
{
	for (size_t i = 0; list != NULL && i < list->n_items; i++) {
		read_one(load, list->items[i]);
	}
}

static void
read_area(struct load *load, const struct col_node *node)
{
	read_place(load, ENTITY_AREA, draft_area_fields, node);
}

static void
read_site(struct load *load, const struct col_node *node)
{
	read_place(load, ENTITY_SITE, draft_site_fields, node);
}

static void
read_hall(struct load *load, const struct col_node *node)
{
	read_place(load, ENTITY_HALL, draft_hall_fields, node);
}

static void
read_row(struct load *load, const struct col_node *node)
{
	read_place(load, ENTITY_ROW, draft_row_fields, node);
}

void
draft_read(struct load *load)
{
	static const struct {
		size_t offset;
		void (*read_one)(struct load *, const struct col_node *);
	} passes[] = {
		{ offsetof(struct inventory_nodes, templates), read_template },
		{ offsetof(struct inventory_nodes, operators),
		    draft_operator_entry },
		{ offsetof(struct inventory_nodes, areas), read_area },
		{ offsetof(struct inventory_nodes, sites), read_site },
		{ offsetof(struct inventory_nodes, halls), read_hall },
		{ offsetof(struct inventory_nodes, feed_tree), draft_power_entry },
		{ offsetof(struct inventory_nodes, rows), read_row },
		{ offsetof(struct inventory_nodes, racks), read_rack },
		{ offsetof(struct inventory_nodes, devices), draft_device_entry },
		{ offsetof(struct inventory_nodes, equipment),
		    draft_equipment_entry },
	};

	for (size_t p = 0; p < sizeof(passes) / sizeof(passes[0]); p++) {
		for (size_t i = 0; i < load->drafts->n_parts; i++) {
			const char *part = (const char *)&load->drafts->parts[i];

			read_list(load, *(const struct col_node *const *)
			    (const void *)(part + passes[p].offset),
			    passes[p].read_one);
		}
	}
	draft_power_join(load);
	draft_area_check(load);
	if (load->file.settings.areas == 1) {
		draft_area_all(load);
	}
}

void
draft_done(struct drafts *drafts)
{
	HASH_CLEAR(hh, drafts->templates);
	HASH_CLEAR(hh, drafts->operators);
	HASH_CLEAR(hh, drafts->power);
	HASH_CLEAR(hh, drafts->equipment);
	HASH_CLEAR(hh, drafts->racks);
	for (unsigned kind = 0; kind < ENTITY_PLACE_N; kind++) {
		HASH_CLEAR(hh, drafts->places[kind]);
	}
}
