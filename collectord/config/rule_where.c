/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `where` of a rule, and the places that rules and routes name.  Places have no
 * numbers before the whole configuration is known to be good: they are kept in
 * a list until then.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/alerts.h"
#include "config/catalog.h"
#include "config/draft.h"
#include "config/node.h"

#define GLOB_MAX 63

/* A place that waits for its number. */
struct alerts_ref {
	struct entity_ref *ref;
	const char *id;
	struct alerts_ref *next;
};

struct where {
	struct schema_texts places, classes, profiles, kinds, roles, instances;
	struct schema_texts labels, targets;
	bool maintenance;
};

#define WHERE_AT(member) SCHEMA_AT(struct where, member)

const struct schema_field alerts_where_fields[] = {
	{ .key = "places", .type = SCHEMA_TEXTS, WHERE_AT(places),
	  .help = "In one of these, such as `site:zz1` or `row:zz1-h1-r1`." },
	{ .key = "class", .type = SCHEMA_TEXTS, WHERE_AT(classes),
	  .help = "Racks of these air classes: `a1`, `a2`, `a3`, `a4`, `h1`." },
	{ .key = "label", .type = SCHEMA_TEXTS, WHERE_AT(labels),
	  .help = "Racks with such labels; here and below `*` and `?` stand for any text "
	    "and any character." },
	{ .key = "kind", .type = SCHEMA_TEXTS, WHERE_AT(kinds),
	  .help = "Devices of these kinds, such as `ups`." },
	{ .key = "role", .type = SCHEMA_TEXTS, WHERE_AT(roles),
	  .help = "Devices of these roles, such as `pdu-?`." },
	{ .key = "profile", .type = SCHEMA_TEXTS, WHERE_AT(profiles),
	  .help = "Devices of these profiles." },
	{ .key = "instance", .type = SCHEMA_TEXTS, WHERE_AT(instances),
	  .help = "Values of these instances, such as `L?` or `inlet*`." },
	{ .key = "target", .type = SCHEMA_TEXTS, WHERE_AT(targets),
	  .help = "These targets, by id." },
	{ .key = "maintenance", .type = SCHEMA_BOOL, WHERE_AT(maintenance),
	  .fallback = "false", .help = "Also racks under maintenance." },
	SCHEMA_END
};

/* On what a key of `where` means something. */
#define RACKS (LEVEL_BIT(LEVEL_RACK) | LEVEL_BIT(LEVEL_FEED) | LEVEL_BIT(LEVEL_DEVICE) | \
	LEVEL_BIT(LEVEL_SENSOR))
#define DEVICES (LEVEL_BIT(LEVEL_DEVICE) | LEVEL_BIT(LEVEL_SENSOR))
static const struct { const char *key; uint32_t levels; const char *what; } meanings[] = {
	{ "places", LEVEL_PLACES | RACKS | LEVEL_BIT(LEVEL_NODE),
	    "places and what stands in them" },
	{ "class", RACKS, "racks, their feeds and devices" },
	{ "label", RACKS, "racks, their feeds and devices" },
	{ "maintenance", RACKS, "racks, their feeds and devices" },
	{ "kind", DEVICES, "device and sensor" },
	{ "role", DEVICES, "device and sensor" },
	{ "profile", DEVICES, "device and sensor" },
	{ "instance", LEVEL_BIT(LEVEL_SENSOR) | LEVEL_BIT(LEVEL_FEED) |
	    LEVEL_BIT(LEVEL_ROW) | LEVEL_BIT(LEVEL_HALL) | LEVEL_BIT(LEVEL_COLLECTOR),
	    "sensor, feed, row, hall and collector" },
	{ "target", LEVEL_BIT(LEVEL_TARGET), "target" },
};

const char *const *
alerts_texts(const struct schema_texts *texts)
{
	/* the list was made zeroed, with one item more than it has */
	return texts->n > 0 ? texts->items : NULL;
}

bool
alerts_globs_check(struct load *load, const char *key, const struct schema_texts *texts)
{
	bool good = true;

	if (texts->n > RULE_TEXTS_MAX) {
		config_errors_add(load->kept.errors, texts->nodes[RULE_TEXTS_MAX],
		    "%s has more than %d entries; use '*' and '?'", key, RULE_TEXTS_MAX);
		return false;
	}
	for (size_t i = 0; i < texts->n; i++) {
		size_t len = strlen(texts->items[i]);

		if (len == 0 || len > GLOB_MAX) {
			config_errors_add(load->kept.errors, texts->nodes[i], "%s must be "
			    "of 1 to %d characters", key, GLOB_MAX);
			good = false;
		}
	}
	return good;
}

/* ---- places -------------------------------------------------------------------- */

static bool
is_there(const struct load *load, enum entity_kind kind, const char *id)
{
	if (kind == ENTITY_PROVINCE) {
		return str_equal(load->file.settings.province_id, id);
	}
	return kind == ENTITY_RACK ? draft_rack_find(load, id) != NULL :
	    draft_place_find(load, kind, id) != NULL;
}

static bool
read_place(struct load *load, const struct col_node *at, struct entity_ref *ref)
{
	const char *colon = strchr(at->text, ':');
	struct errors_guess guess;
	struct alerts_ref *wait;
	enum entity_kind kind;

	if (colon == NULL || entity_kind_find(arena_copy_len(load->scratch.arena, at->text,
	    (size_t)(colon - at->text)), &kind) != COL_OK || kind > ENTITY_RACK) {
		config_errors_add(load->kept.errors, at, "a place is written with its kind, "
		    "such as site:zz1 (area, site, hall, row, rack), not '%.64s'", at->text);
		return false;
	}
	if (!is_there(load, kind, colon + 1)) {
		errors_guess_init(&guess, colon + 1);
		if (kind != ENTITY_RACK && kind != ENTITY_PROVINCE) {
			struct draft_place *place, *next;

			HASH_ITER(hh, load->drafts->places[kind], place, next) {
				errors_guess_try(&guess, place->id);
			}
		}
		load_unknown(load, at, entity_kind_text(kind), &guess);
		return false;
	}
	wait = arena_alloc(load->scratch.arena, sizeof(*wait));
	*ref = (struct entity_ref){ kind, INVENTORY_NONE };
	*wait = (struct alerts_ref){ ref, colon + 1, load->alerts_refs };
	load->alerts_refs = wait;
	return true;
}

bool
alerts_places_read(struct load *load, const struct schema_texts *texts,
    const struct entity_ref **ret_refs)
{
	struct entity_ref *refs = arena_alloc(load->kept.arena,
	    (texts->n + 1) * sizeof(*refs));
	bool good = true;

	if (texts->n > RULE_TEXTS_MAX) {
		config_errors_add(load->kept.errors, texts->nodes[RULE_TEXTS_MAX],
		    "places has more than %d entries; name what is above them",
		    RULE_TEXTS_MAX);
		return false;
	}
	for (size_t i = 0; i < texts->n; i++) {
		good = read_place(load, texts->nodes[i], &refs[i]) && good;
	}
	*ret_refs = refs;
	return good;
}

void
alerts_number(struct load *load, const struct inventory *inventory)
{
	for (const struct alerts_ref *wait = load->alerts_refs; wait != NULL;
	    wait = wait->next) {
		wait->ref->index = wait->ref->kind == ENTITY_RACK ?
		    inventory_rack(inventory, wait->id)->index :
		    inventory_place(inventory, wait->ref->kind, wait->id)->index;
	}
}

/* ---- the rest of where --------------------------------------------------------- */

static bool
check_meaning(struct load *load, const struct alerts_rule *rule)
{
	bool good = true;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		const struct col_node *at = col_node_get(rule->where, meanings[i].key);

		if (at != NULL && (meanings[i].levels &
		    LEVEL_BIT((unsigned)rule->level)) == 0) {
			config_errors_add(load->kept.errors, at, "%s means nothing on %s, "
			    "only on %s", meanings[i].key,
			    level_text((enum level)rule->level), meanings[i].what);
			good = false;
		}
	}
	return good;
}

static bool
read_classes(struct load *load, const struct schema_texts *texts, uint32_t *bits)
{
	bool good = true;

	for (size_t i = 0; i < texts->n; i++) {
		bool found = false;

		for (unsigned class = 0; class < RACK_CLASS_N; class++) {
			if (strcmp(rack_class_text((enum rack_class)class),
			    texts->items[i]) == 0) {
				*bits |= 1u << class;
				found = true;
			}
		}
		if (!found) {
			config_errors_add(load->kept.errors, texts->nodes[i], "class must "
			    "be of a1, a2, a3, a4, h1, not '%.64s'", texts->items[i]);
			good = false;
		}
	}
	return good;
}

static bool
is_glob(const char *text)
{
	return strpbrk(text, "*?") != NULL;
}

/* Words of a list "a|b|c" that are no patterns must be in it. */
static bool
check_kinds(struct load *load, const struct schema_texts *texts)
{
	struct schema_field field = { .key = "kind", .type = SCHEMA_CHOICE,
	    .choices = catalog_kinds };
	struct schema_value value;
	bool good = true;

	for (size_t i = 0; i < texts->n; i++) {
		good = (is_glob(texts->items[i]) || schema_value(&load->kept, &field,
		    texts->nodes[i], &value) == COL_OK) && good;
	}
	return good;
}

static bool
check_profiles(struct load *load, const struct schema_texts *texts)
{
	bool good = true;

	for (size_t i = 0; i < texts->n && !load->kept.no_files; i++) {
		struct errors_guess guess;

		if (is_glob(texts->items[i]) ||
		    config_profile(load->config, texts->items[i]) != NULL) {
			continue;
		}
		errors_guess_init(&guess, texts->items[i]);
		for (size_t k = 0; k < load->config->n_profiles; k++) {
			errors_guess_try(&guess, load->config->profiles[k].id);
		}
		load_unknown(load, texts->nodes[i], "profile", &guess);
		good = false;
	}
	return good;
}

static bool
check_targets(struct load *load, const struct schema_texts *texts)
{
	const struct settings *settings = &load->config->settings;
	bool good = true;

	for (size_t i = 0; i < texts->n; i++) {
		struct errors_guess guess;
		bool found = is_glob(texts->items[i]);

		errors_guess_init(&guess, texts->items[i]);
		for (size_t k = 0; k < settings->n_targets; k++) {
			found = found || str_equal(settings->targets[k].id, texts->items[i]);
			if (settings->targets[k].id != NULL) {
				errors_guess_try(&guess, settings->targets[k].id);
			}
		}
		if (!found) {
			load_unknown(load, texts->nodes[i], "target", &guess);
			good = false;
		}
	}
	return good;
}

bool
alerts_where_read(struct load *load, struct alerts_rule *rule)
{
	struct rule_where *to = &rule->rule.where;
	struct where where = { .maintenance = false };
	const struct { const char *key; const struct schema_texts *texts;
	    const char *const **to; } globs[] = {
		{ "profile", &where.profiles, &to->profiles },
		{ "kind", &where.kinds, &to->kinds }, { "role", &where.roles, &to->roles },
		{ "instance", &where.instances, &to->instances },
		{ "label", &where.labels, &to->labels },
		{ "target", &where.targets, &to->targets },
	};
	bool good;

	if (rule->where == NULL) {
		return true;
	}
	if (schema_read(&load->kept, "where", alerts_where_fields, rule->where,
	    &where) != COL_OK) {
		return false;
	}
	good = check_meaning(load, rule);
	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++) {
		good = alerts_globs_check(load, globs[i].key, globs[i].texts) && good;
		*globs[i].to = alerts_texts(globs[i].texts);
	}
	to->maintained = where.maintenance;
	to->n_places = where.places.n;
	good = alerts_places_read(load, &where.places, &to->places) && good;
	good = read_classes(load, &where.classes, &to->classes) && good;
	good = check_kinds(load, &where.kinds) && good;
	good = check_profiles(load, &where.profiles) && good;
	return check_targets(load, &where.targets) && good;
}
