/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an import would change, entry by entry, as one JSON value that is
 * printed or handed on.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/import.h"

/* More lines than anybody reads; --json has them all. */
#define LINES_MAX 40

struct lists { json_t *added, *removed, *changed; };

static struct lists
begin(json_t *diff, const char *kind)
{
	struct lists lists = { json_array(), json_array(), json_array() };

	json_object_set_new(diff, kind, json_pack("{s:o,s:o,s:o}", "added", lists.added,
	    "removed", lists.removed, "changed", lists.changed));
	return lists;
}

static void
note(json_t *changes, const char *key, const char *from, const char *to)
{
	char text[256];

	if (!str_equal(from, to)) {
		(void)str_format(text, sizeof(text), "%s %.90s -> %.90s", key,
		    from != NULL ? from : "-", to != NULL ? to : "-");
		json_array_append_new(changes, json_string(text));
	}
}

static void
note_number(json_t *changes, const char *key, double from, double to)
{
	char text[96];

	if (fabs(from - to) > 1e-9) {
		(void)str_format(text, sizeof(text), "%s %.10g -> %.10g", key, from, to);
		json_array_append_new(changes, json_string(text));
	}
}

static void
changed(const struct lists *lists, const char *id, json_t *changes)
{
	if (json_array_size(changes) > 0) {
		json_array_append_new(lists->changed, json_pack("{s:s,s:O}", "id", id,
		    "changes", changes));
	}
	json_decref(changes);
}

/* ---- kind by kind ---------------------------------------------------------------- */

static void
compare_feeds(json_t *changes, const struct rack *a, const struct rack *b)
{
	note_number(changes, "feeds", a->n_feeds, b->n_feeds);
	for (unsigned f = 0; f < a->n_feeds && f < b->n_feeds; f++) {
		char key[64];

		(void)str_format(key, sizeof(key), "feeds.%s.breaker_a", b->feeds[f].id);
		note_number(changes, key, a->feeds[f].breaker_a, b->feeds[f].breaker_a);
		(void)str_format(key, sizeof(key), "feeds.%s.from", b->feeds[f].id);
		note(changes, key, a->feeds[f].from, b->feeds[f].from);
	}
}

static void
compare_rack(const struct lists *lists, const struct inventory *from,
    const struct rack *a, const struct inventory *to, const struct rack *b)
{
	json_t *changes = json_array();

	note(changes, "state", rack_state_text(a->state), rack_state_text(b->state));
	note(changes, "row", from->places[ENTITY_ROW][a->row]->id,
	    to->places[ENTITY_ROW][b->row]->id);
	note(changes, "label", a->label, b->label);
	note(changes, "tenant", a->life.tenant, b->life.tenant);
	note(changes, "reserved_for", a->life.reserved_for, b->life.reserved_for);
	note_number(changes, "design_kw", a->design_w / 1000, b->design_w / 1000);
	note_number(changes, "units", a->units, b->units);
	note_number(changes, "weight_limit_kg", a->weight_limit_kg, b->weight_limit_kg);
	compare_feeds(changes, a, b);
	changed(lists, b->id, changes);
}

static void
diff_racks(json_t *diff, const struct inventory *from, const struct inventory *to)
{
	struct lists lists = begin(diff, "racks");

	for (uint32_t i = 0; i < to->n_racks; i++) {
		const struct rack *rack = to->racks[i], *old;

		old = rack == NULL ? NULL : inventory_rack(from, rack->id);
		if (rack != NULL && old == NULL && rack->was != NULL) {
			old = inventory_rack(from, rack->was);
		}
		if (old != NULL) {
			compare_rack(&lists, from, old, to, rack);
		} else if (rack != NULL) {
			json_array_append_new(lists.added, json_string(rack->id));
		}
	}
	for (uint32_t i = 0; i < from->n_racks; i++) {
		if (from->racks[i] != NULL &&
		    inventory_rack(to, from->racks[i]->id) == NULL) {
			json_array_append_new(lists.removed,
			    json_string(from->racks[i]->id));
		}
	}
}

static void
diff_places(json_t *diff, const struct inventory *from, const struct inventory *to,
    enum entity_kind kind)
{
	char key[16];
	struct lists lists;

	(void)str_format(key, sizeof(key), "%ss", entity_kind_text(kind));
	lists = begin(diff, key);
	for (uint32_t i = 0; i < to->n_places[kind]; i++) {
		const struct place *place = to->places[kind][i], *old;
		json_t *changes;

		if (place == NULL) {
			continue;
		}
		old = inventory_place(from, kind, place->id);
		if (old == NULL) {
			json_array_append_new(lists.added, json_string(place->id));
			continue;
		}
		changes = json_array();
		note(changes, "name.en", old->name.en, place->name.en);
		note(changes, "name.zh", old->name.zh, place->name.zh);
		note_number(changes, "design_kw", old->design_w / 1000,
		    place->design_w / 1000);
		changed(&lists, place->id, changes);
	}
	for (uint32_t i = 0; i < from->n_places[kind]; i++) {
		const struct place *place = from->places[kind][i];

		if (place != NULL && inventory_place(to, kind, place->id) == NULL) {
			json_array_append_new(lists.removed, json_string(place->id));
		}
	}
}

static void
diff_devices(json_t *diff, const struct inventory *from, const struct inventory *to)
{
	struct lists lists = begin(diff, "devices");

	for (uint32_t i = 0; i < to->n_devices; i++) {
		const struct device *device = to->devices[i], *old;
		json_t *changes;

		if (device == NULL) {
			continue;
		}
		old = inventory_device(from, device->id);
		if (old == NULL) {
			json_array_append_new(lists.added, json_string(device->id));
			continue;
		}
		changes = json_array();
		note(changes, "plugin", old->plugin, device->plugin);
		note(changes, "address", old->address, device->address);
		note(changes, "profile", old->profile, device->profile);
		changed(&lists, device->id, changes);
	}
	for (uint32_t i = 0; i < from->n_devices; i++) {
		const struct device *device = from->devices[i];

		if (device != NULL && inventory_device(to, device->id) == NULL) {
			json_array_append_new(lists.removed, json_string(device->id));
		}
	}
}

static void
diff_power(json_t *diff, const struct inventory *from, const struct inventory *to)
{
	struct lists lists = begin(diff, "feed_tree");

	for (uint32_t i = 0; i < to->n_power; i++) {
		if (inventory_power(from, to->power[i].id) == NULL) {
			json_array_append_new(lists.added, json_string(to->power[i].id));
		}
	}
	for (uint32_t i = 0; i < from->n_power; i++) {
		if (inventory_power(to, from->power[i].id) == NULL) {
			json_array_append_new(lists.removed,
			    json_string(from->power[i].id));
		}
	}
}

/* All equipment as a set: id -> "rack U height". */
static json_t *
equipment_of(const struct inventory *inventory)
{
	json_t *set = json_object();
	char text[128];

	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		for (uint32_t k = 0; rack != NULL && k < rack->n_equipment; k++) {
			const struct equipment *e = &rack->equipment[k];

			(void)str_format(text, sizeof(text), "%s U%u/%u %gW", rack->id,
			    e->u, e->height, e->nameplate_w);
			json_object_set_new(set, e->id, json_string(text));
		}
	}
	return set;
}

static void
diff_equipment(json_t *diff, const struct inventory *from, const struct inventory *to)
{
	struct lists lists = begin(diff, "equipment");
	json_t *before = equipment_of(from), *after = equipment_of(to), *value;
	const char *id;

	json_object_foreach(after, id, value) {
		const char *old = json_string_value(json_object_get(before, id));
		json_t *changes;

		if (old == NULL) {
			json_array_append_new(lists.added, json_string(id));
			continue;
		}
		changes = json_array();
		note(changes, "place", old, json_string_value(value));
		changed(&lists, id, changes);
	}
	json_object_foreach(before, id, value) {
		if (json_object_get(after, id) == NULL) {
			json_array_append_new(lists.removed, json_string(id));
		}
	}
	json_decref(before);
	json_decref(after);
}

json_t *
import_diff(const struct inventory *from, const struct inventory *to)
{
	json_t *diff = json_object();

	for (unsigned kind = ENTITY_AREA; kind <= ENTITY_ROW; kind++) {
		diff_places(diff, from, to, (enum entity_kind)kind);
	}
	diff_racks(diff, from, to);
	diff_devices(diff, from, to);
	diff_power(diff, from, to);
	diff_equipment(diff, from, to);
	return diff;
}

/* ---- for people ------------------------------------------------------------------ */

static void
print_ids(char sign, const char *kind, const json_t *ids)
{
	size_t n = json_array_size(ids);

	for (size_t i = 0; i < n && i < LINES_MAX; i++) {
		(void)printf("%c %s %s\n", sign, kind,
		    json_string_value(json_array_get(ids, i)));
	}
	if (n > LINES_MAX) {
		(void)printf("%c … and %zu more\n", sign, n - LINES_MAX);
	}
}

static void
print_changes(const char *kind, const json_t *list)
{
	size_t n = json_array_size(list);

	for (size_t i = 0; i < n && i < LINES_MAX; i++) {
		const json_t *item = json_array_get(list, i);
		const json_t *changes = json_object_get(item, "changes");

		(void)printf("~ %s %s:", kind, json_string_value(json_object_get(item,
		    "id")));
		for (size_t k = 0; k < json_array_size(changes); k++) {
			(void)printf("%s %s", k > 0 ? "," : "",
			    json_string_value(json_array_get(changes, k)));
		}
		(void)fputs("\n", stdout);
	}
	if (n > LINES_MAX) {
		(void)printf("~ … and %zu more\n", n - LINES_MAX);
	}
}

void
import_diff_print(const json_t *diff)
{
	const char *kind;
	json_t *lists;

	json_object_foreach((json_t *)(uintptr_t)diff, kind, lists) {
		print_ids('+', kind, json_object_get(lists, "added"));
		print_ids('-', kind, json_object_get(lists, "removed"));
		print_changes(kind, json_object_get(lists, "changed"));
	}
	json_object_foreach((json_t *)(uintptr_t)diff, kind, lists) {
		size_t n[3] = { json_array_size(json_object_get(lists, "added")),
		    json_array_size(json_object_get(lists, "removed")),
		    json_array_size(json_object_get(lists, "changed")) };

		if (n[0] + n[1] + n[2] > 0) {
			(void)printf("%s: +%zu -%zu ~%zu\n", kind, n[0], n[1], n[2]);
		}
	}
}
