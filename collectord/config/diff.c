/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reload changes: settings by their tables, racks and devices by their
 * dense ids, which both versions share.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/node.h"
#include "config/settings.h"

/* Keeps what is in running; texts and trees are copied. */
static void
keep_field(const struct schema_field *field, struct settings *settings,
    const struct settings *running, struct arena *arena)
{
	void *to = (char *)settings + field->offset;
	const void *from = (const char *)running + field->offset;
	const char *text;

	switch (field->type) {
	case SCHEMA_TEXT:
	case SCHEMA_ID:
	case SCHEMA_PATH:
		text = *(const char *const *)from;
		*(const char **)to = text != NULL ? arena_copy(arena, text) : NULL;
		break;
	case SCHEMA_INTEGER:
	case SCHEMA_NUMBER:
	case SCHEMA_BOOL:
	case SCHEMA_DURATION:
	case SCHEMA_SPAN:
	case SCHEMA_SIZE:
	case SCHEMA_CHOICE:
	case SCHEMA_DAY:
	case SCHEMA_TIME:
		memcpy(to, from, field->size);
		break;
	case SCHEMA_SECRET:
	case SCHEMA_NODE:
	case SCHEMA_LIST:
	case SCHEMA_MAP:
		*(const struct col_node **)to = node_copy(arena,
		    *(const struct col_node *const *)from);
		break;
	case SCHEMA_NAME:
	case SCHEMA_TEXTS:
	case SCHEMA_SECTION:
	case SCHEMA_TYPE_N:
		break;
	}
}

/* Only rows that point into struct settings can be compared. */
static bool
is_setting(const struct schema_field *field)
{
	return field->type != SCHEMA_SECTION &&
	    field->offset + field->size <= sizeof(struct settings);
}

static void
diff_fields(const struct schema_field *fields, const struct settings *a,
    const struct settings *b, struct config_diff *diff)
{
	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		if (f->type == SCHEMA_SECTION) {
			diff_fields(f->fields, a, b, diff);
		} else if (is_setting(f) && !schema_equal(f, a, b)) {
			diff->settings_changed = true;
			if (f->restart != NULL && diff->restart_why == NULL) {
				diff->restart_needed = true;
				diff->restart_why = f->restart;
			}
		}
	}
}

/* Names of settings; settings_keep writes them. */
struct names { const char **items; size_t n; };

static size_t
count_fields(const struct schema_field *fields)
{
	size_t n = 0;

	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		n += f->type == SCHEMA_SECTION ? count_fields(f->fields) : 1;
	}
	return n;
}

static void
keep_fields(const struct schema_field *fields, struct settings *settings,
    const struct settings *running, struct arena *arena, struct names *names)
{
	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		if (f->type == SCHEMA_SECTION) {
			keep_fields(f->fields, settings, running, arena, names);
		} else if (is_setting(f) && f->restart != NULL &&
		    !schema_equal(f, settings, running)) {
			keep_field(f, settings, running, arena);
			names->items[names->n++] = f->restart;
		}
	}
}

static bool
same_history(const struct settings *a, const struct settings *b)
{
	if (a->n_history != b->n_history) {
		return false;
	}
	for (size_t i = 0; i < a->n_history; i++) {
		if (strcmp(a->history[i], b->history[i]) != 0) {
			return false;
		}
	}
	return true;
}

/* The daily counts are imported at start, so their list is kept, too. */
static void
keep_history(struct settings *settings, const struct settings *running,
    struct arena *arena)
{
	const char **paths = arena_alloc(arena, (running->n_history + 1) * sizeof(*paths));

	for (size_t i = 0; i < running->n_history; i++) {
		paths[i] = arena_copy(arena, running->history[i]);
	}
	settings->history = paths;
	settings->n_history = running->n_history;
}

size_t
settings_keep(struct settings *settings, const struct settings *running,
    struct arena *arena, const char *const **ret_names)
{
	struct names names = { .n = 0 };

	names.items = arena_alloc(arena, (count_fields(settings_fields) + 1) *
	    sizeof(*names.items));
	keep_fields(settings_fields, settings, running, arena, &names);
	if (!same_history(settings, running)) {
		keep_history(settings, running, arena);
		names.items[names.n++] = "history";
	}
	*ret_names = names.items;
	return names.n;
}

static bool
same_targets(const struct settings *a, const struct settings *b)
{
	if (a->n_targets != b->n_targets) {
		return false;
	}
	for (size_t i = 0; i < a->n_targets; i++) {
		for (const struct schema_field *f = settings_target_fields;
		    f->key != NULL; f++) {
			if (!schema_equal(f, &a->targets[i], &b->targets[i])) {
				return false;
			}
		}
	}
	return true;
}

static bool
same_profiles(const struct config *a, const struct config *b)
{
	if (a->n_profiles != b->n_profiles) {
		return false;
	}
	for (size_t i = 0; i < a->n_profiles; i++) {
		const struct profile *other = config_profile(b,
		    a->profiles[i].id);

		if (other == NULL || other->hash != a->profiles[i].hash) {
			return false;
		}
	}
	return true;
}

static bool
same_feeds(const struct rack *a, const struct rack *b)
{
	if (a->n_feeds != b->n_feeds) {
		return false;
	}
	for (unsigned i = 0; i < a->n_feeds; i++) {
		const struct feed *x = &a->feeds[i], *y = &b->feeds[i];

		if (strcmp(x->id, y->id) != 0 || x->breaker_a != y->breaker_a ||
		    x->volts != y->volts || x->phases != y->phases ||
		    x->outlets != y->outlets || !str_equal(x->from, y->from)) {
			return false;
		}
	}
	return true;
}

static bool
same_equipment(const struct rack *a, const struct rack *b)
{
	if (a->n_equipment != b->n_equipment) {
		return false;
	}
	for (uint32_t i = 0; i < a->n_equipment; i++) {
		const struct equipment *x = &a->equipment[i], *y = &b->equipment[i];

		if (strcmp(x->id, y->id) != 0 || x->u != y->u ||
		    x->height != y->height || x->face != y->face ||
		    x->nameplate_w != y->nameplate_w || x->kg != y->kg ||
		    x->feeds != y->feeds || x->outlets != y->outlets ||
		    x->ports != y->ports || !str_equal(x->tenant, y->tenant)) {
			return false;
		}
	}
	return true;
}

static bool
same_life(const struct rack_life *a, const struct rack_life *b)
{
	return str_equal(a->tenant, b->tenant) &&
	    str_equal(a->reserved_for, b->reserved_for) &&
	    a->reserved_until.ns == b->reserved_until.ns &&
	    a->maintenance_until.ns == b->maintenance_until.ns && a->due == b->due;
}

static bool
same_rack(const struct rack *a, const struct rack *b)
{
	return strcmp(a->id, b->id) == 0 && strcmp(a->label, b->label) == 0 &&
	    a->row == b->row && a->design_w == b->design_w &&
	    a->units == b->units && a->weight_limit_kg == b->weight_limit_kg &&
	    a->class == b->class && a->ports == b->ports &&
	    a->position == b->position && a->box.x_m == b->box.x_m &&
	    a->box.y_m == b->box.y_m && same_life(&a->life, &b->life) &&
	    same_equipment(a, b) && same_feeds(a, b) &&
	    a->n_devices == b->n_devices &&
	    memcmp(a->devices, b->devices,
	    a->n_devices * sizeof(*a->devices)) == 0;
}

static void
diff_racks(const struct inventory *a, const struct inventory *b,
    struct config_diff *diff)
{
	uint32_t n = a->n_racks > b->n_racks ? a->n_racks : b->n_racks;

	for (uint32_t i = 0; i < n; i++) {
		const struct rack *x = i < a->n_racks ? a->racks[i] : NULL;
		const struct rack *y = i < b->n_racks ? b->racks[i] : NULL;

		if (x == NULL || y == NULL) {
			diff->racks_added += x == NULL && y != NULL;
			diff->racks_removed += x != NULL && y == NULL;
			continue;
		}
		diff->racks_changed += !same_rack(x, y);
		diff->rack_states_changed += x->state != y->state ||
		    x->since.ns != y->since.ns;
	}
}

static bool
same_device(const struct device *a, const struct device *b)
{
	return a->hash == b->hash && a->rack == b->rack && a->feed == b->feed &&
	    a->place.kind == b->place.kind && a->place.index == b->place.index;
}

static void
diff_devices(const struct inventory *a, const struct inventory *b,
    struct config_diff *diff)
{
	uint32_t n = a->n_devices > b->n_devices ? a->n_devices : b->n_devices;

	for (uint32_t i = 0; i < n; i++) {
		const struct device *x = i < a->n_devices ? a->devices[i] : NULL;
		const struct device *y = i < b->n_devices ? b->devices[i] : NULL;

		if (x == NULL || y == NULL) {
			diff->devices_added += x == NULL && y != NULL;
			diff->devices_removed += x != NULL && y == NULL;
		} else if (same_device(x, y)) {
			diff->devices_kept++;
		} else {
			diff->devices_changed++;
		}
	}
}

void
config_diff(const struct config *from, const struct config *to,
    struct config_diff *ret_diff)
{
	struct config_diff diff = { .restart_needed = to->n_waiting > 0,
	    .restart_why = to->n_waiting > 0 ? to->waiting[0] : NULL };

	diff_fields(settings_fields, &from->settings, &to->settings, &diff);
	if (!same_targets(&from->settings, &to->settings)) {
		diff.settings_changed = true;
	}
	if (!same_history(&from->settings, &to->settings)) {
		diff.settings_changed = diff.restart_needed = true;
		diff.restart_why = diff.restart_why != NULL ?
		    diff.restart_why : "history";
	}
	diff.profiles_changed = !same_profiles(from, to);
	diff.alerting_changed = from->alerting_hash != to->alerting_hash;
	diff_racks(from->inventory, to->inventory, &diff);
	diff_devices(from->inventory, to->inventory, &diff);
	*ret_diff = diff;
}
