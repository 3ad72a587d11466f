/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/link.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "config/catalog.h"
#include "config/node.h"
#include "config/range.h"

/* What a rack ends up with: templates under rows under its own. */
struct overlay {
	struct draft_device *items[DRAFT_DEVICES_MAX];
	unsigned n_items;
};

static const char *
kind_text(struct arena *arena, int kind)
{
	const char *at = catalog_kinds;

	for (; kind > 0; kind--) {
		at += strcspn(at, "|") + 1;
	}
	return arena_copy_len(arena, at, strcspn(at, "|"));
}

/* Hash of all that a plugin sees of a device, but for id and address. */
static uint64_t
hash_draft(struct load *load, const struct draft_device *device)
{
	const struct col_node *node = device->node;
	uint64_t hash = node_mix(hash64_text(device->plugin),
	    (uint64_t)device->kind);

	hash = node_mix(hash, hash64_text(device->profile));
	hash = node_mix(hash, (uint64_t)load->file.settings.interval_ns);
	for (size_t i = 0; i < device->credentials.n; i++) {
		const struct credential *credential = config_credential(
		    load->config, device->credentials.items[i]);

		hash = node_mix(hash, hash64_text(device->credentials.items[i]));
		hash = node_hash(credential == NULL ? NULL :
		    col_node_get(credential->node, device->plugin), hash);
		hash = node_mix(hash, config_credential_secrets(credential,
		    device->plugin));
	}
	for (size_t i = 0; i < node->n_items; i++) {
		if (schema_find(draft_free_fields, node->items[i]->key) == NULL) {
			hash = node_hash(node->items[i], hash);
		}
	}
	return hash != 0 ? hash : 1;
}

/* Fills what all racks of a draft share. */
static void
fill_device(struct load *load, struct arena *arena, struct draft_device *draft,
    struct device *device)
{
	const char **credentials;

	if (draft->hash == 0) {
		draft->hash = hash_draft(load, draft);
	}
	credentials = arena_alloc(arena,
	    (draft->credentials.n + 1) * sizeof(*credentials));
	for (size_t i = 0; i < draft->credentials.n; i++) {
		credentials[i] = draft->credentials.items[i];
	}
	device->credentials = credentials;
	device->n_credentials = draft->credentials.n;
	device->plugin = draft->plugin;
	device->profile = draft->profile;
	device->node = draft->node;
	device->file = draft->node->file;
	device->line = draft->node->line;
	device->rack = INVENTORY_NONE;
	device->feed = -1;
}

static void
report_once(struct load *load, struct draft_device *draft, const char *key,
    const char *rack, const char *text)
{
	const struct col_node *at = col_node_get(draft->node, key);

	if (!draft->reported) {
		draft->reported = true;
		config_errors_add(load->kept.errors, at != NULL ? at : draft->node,
		    "%s%s%s%s", rack != NULL ? "rack " : "",
		    rack != NULL ? rack : "", rack != NULL ? ": " : "", text);
	}
}

static int
find_feed(struct load *load, struct draft_device *draft,
    const struct rack *rack)
{
	char text[256];
	size_t len;

	if (draft->feed == NULL) {
		return -1;
	}
	for (unsigned i = 0; i < rack->n_feeds; i++) {
		if (strcmp(rack->feeds[i].id, draft->feed) == 0) {
			return (int)i;
		}
	}
	len = str_format(text, sizeof(text), "it has no feed '%.16s', only",
	    draft->feed);
	for (unsigned i = 0; i < rack->n_feeds; i++) {
		len += str_format(text + len, sizeof(text) - len, "%s %.16s",
		    i > 0 ? "," : "", rack->feeds[i].id);
	}
	if (rack->n_feeds == 0) {
		str_format(text, sizeof(text), "it has no feeds");
	}
	report_once(load, draft, "feed", rack->id, text);
	return -1;
}

static struct device *
make_device(struct load *load, struct arena *arena, struct draft_device *draft,
    const struct draft_rack *of)
{
	struct device *device = arena_alloc(arena, sizeof(*device));
	struct range_words words = { NULL, NULL, 0 };
	const struct rack *rack = of != NULL ? of->rack : NULL;
	const char *rack_id = rack != NULL ? rack->id : NULL;
	struct col_error error = { 0 };
	char address[RANGE_ADDRESS_SIZE];

	fill_device(load, arena, draft, device);
	device->id = draft->id;
	device->role = "";
	if (rack != NULL) {
		words = (struct range_words){ of->label, rack->id, of->number };
		device->role = draft->role;
		device->id = arena_format(arena, "%s-%s", rack->id, draft->role);
		device->feed = find_feed(load, draft, rack);
		if (!str_is_id(device->id)) {
			report_once(load, draft, "role", rack_id, "the device's id "
			    "(rack-role) is longer than 63 characters; shorten the "
			    "role or the rack's id");
			return NULL;
		}
	}
	if (range_address(draft->address, &words, address, &error) != COL_OK) {
		report_once(load, draft, "address", rack_id, error.text);
		return NULL;
	}
	device->address = arena_copy(arena, address);
	if (draft->through != NULL) {
		char id[RANGE_LABEL_SIZE];

		if (range_id(draft->through, &words, id, &error) != COL_OK) {
			report_once(load, draft, "through", rack_id, error.text);
			return NULL;
		}
		device->through = arena_copy(arena, id);
	}
	device->kind = kind_text(arena, draft->kind);
	if (strcmp(device->kind, "bmc") == 0) {
		/* it may be written, but a server's watts are no feed's */
		device->feed = -1;
	}
	device->hash = node_mix(node_mix(draft->hash, hash64_text(device->id)),
	    hash64_text(device->address));
	return device;
}

/* Lays devices over what is there: same role replaces, "~" takes away. */
static void
lay_over(struct load *load, struct overlay *overlay,
    const struct draft_devices *devices, const struct draft_rack *rack)
{
	for (size_t i = 0; i < devices->n_items; i++) {
		struct draft_device *device = &devices->items[i];
		unsigned k = 0;

		if (!device->usable) {
			continue;
		}
		while (k < overlay->n_items &&
		    strcmp(overlay->items[k]->role, device->role) != 0) {
			k++;
		}
		if (device->removed && k == overlay->n_items) {
			report_once(load, device, "", rack->id,
			    "there is no device of this role to remove");
		} else if (device->removed) {
			overlay->n_items--;
			memmove(&overlay->items[k], &overlay->items[k + 1],
			    (overlay->n_items - k) * sizeof(overlay->items[0]));
		} else if (k < overlay->n_items) {
			overlay->items[k] = device;
		} else if (overlay->n_items < DRAFT_DEVICES_MAX) {
			overlay->items[overlay->n_items++] = device;
		} else {
			report_once(load, device, "", rack->id,
			    "it has more than 64 devices");
		}
	}
}

static void
add_further(struct load *load, struct overlay *overlay,
    const struct draft_rack *rack)
{
	struct draft_device *device;

	for (device = rack->further; device != NULL; device = device->next) {
		const struct draft_device *other = NULL;

		for (unsigned k = 0; k < overlay->n_items; k++) {
			if (strcmp(overlay->items[k]->role, device->role) == 0) {
				other = overlay->items[k];
			}
		}
		if (other != NULL) {
			config_errors_add(load->kept.errors, device->node,
			    "rack '%s' has two devices of the role '%s'; the other "
			    "is at %s:%u", rack->id, device->role,
			    other->node->file, other->node->line);
		} else if (overlay->n_items == DRAFT_DEVICES_MAX) {
			report_once(load, device, "", rack->id,
			    "it has more than 64 devices");
		} else if (device->usable) {
			overlay->items[overlay->n_items++] = device;
		}
	}
}

static int
compare_feeds(const void *a, const void *b)
{
	return strcmp(((const struct feed *)a)->id, ((const struct feed *)b)->id);
}

/* Feeds that nobody lists are those that the devices name. */
static void
feeds_of_devices(struct rack *rack, const struct overlay *overlay)
{
	for (unsigned i = 0; i < overlay->n_items; i++) {
		const char *id = overlay->items[i]->feed;
		bool known = id == NULL || strlen(id) > 8;

		for (unsigned k = 0; k < rack->n_feeds; k++) {
			known = known || strcmp(rack->feeds[k].id, id) == 0;
		}
		if (!known && rack->n_feeds < INVENTORY_FEEDS_MAX) {
			rack->feeds[rack->n_feeds++] = (struct feed){ .id = id,
			    .phases = 1 };
		}
	}
	qsort(rack->feeds, rack->n_feeds, sizeof(rack->feeds[0]), compare_feeds);
}

static void
fill_rack(struct rack *rack, const struct draft_rack *draft,
    const struct draft_template *template)
{
	const struct draft_place *row = draft->row;
	const struct draft_feeds *feeds = &draft->feeds;

	rack->id = draft->id;
	rack->label = draft->label;
	rack->was = draft->was;
	rack->external = draft->external;
	rack->file = draft->state >= 0 && draft->entry != NULL ?
	    draft->entry->file : draft->node->file;
	rack->state = draft->state >= 0 ? (enum rack_state)draft->state :
	    draft->ranged && row->state >= 0 ? (enum rack_state)row->state :
	    RACK_IN_SERVICE;
	/* The row's date belongs to the row's state. */
	rack->since = draft->since.ns != 0 || draft->state >= 0 ||
	    !draft->ranged ? draft->since : row->since;
	rack->design_w = draft->design_w >= 0 ? draft->design_w :
	    template != NULL && template->design_w >= 0 ? template->design_w : 0;
	rack->units = draft->units >= 0 ? (unsigned)draft->units :
	    template != NULL && template->units >= 0 ?
	    (unsigned)template->units : 0;
	if (!feeds->given && template != NULL) {
		feeds = &template->feeds;
	}
	rack->n_feeds = feeds->n_feeds;
	memcpy(rack->feeds, feeds->feeds, sizeof(rack->feeds));
}

static void
make_rack(struct load *load, struct arena *arena, struct draft_rack *draft)
{
	struct rack *rack = arena_alloc(arena, sizeof(*rack));
	struct overlay overlay = { .n_items = 0 };
	const struct draft_template *template = draft->template;

	if (template == NULL && draft->ranged) {
		template = draft->row->template;
	}
	fill_rack(rack, draft, template);
	draft->rack = rack;
	if (template != NULL) {
		lay_over(load, &overlay, &template->devices, draft);
	}
	if (draft->ranged) {
		lay_over(load, &overlay, &draft->row->devices, draft);
	}
	lay_over(load, &overlay, &draft->devices, draft);
	add_further(load, &overlay, draft);
	if (!draft->feeds.given && (template == NULL || !template->feeds.given)) {
		feeds_of_devices(rack, &overlay);
	}
	draft->models = arena_alloc(load->scratch.arena,
	    (overlay.n_items + 1) * sizeof(struct device *));
	for (unsigned i = 0; i < overlay.n_items; i++) {
		struct device *device = make_device(load, arena,
		    overlay.items[i], draft);

		if (device != NULL) {
			draft->models[rack->n_devices++] = device;
			load->drafts->n_devices++;
		}
	}
	for (struct draft_place *p = draft->row; p != NULL; p = p->parent) {
		p->n_racks++;
	}
}

/* Ids that must be there once, and what has them. */
struct seen { const char *id; const struct col_node *node; UT_hash_handle hh; };

/* Remembers id; returns who has it already, or NULL. */
static const struct col_node *
see(struct load *load, struct seen **seen, const char *id,
    const struct col_node *node)
{
	struct seen *other;

	HASH_FIND(hh, *seen, id, strlen(id), other);
	if (other != NULL) {
		return other->node;
	}
	other = arena_alloc(load->scratch.arena, sizeof(*other));
	other->id = id;
	other->node = node;
	HASH_ADD_KEYPTR(hh, *seen, other->id, strlen(other->id), other);
	return NULL;
}

static void
check_was(struct load *load, struct seen **seen, const struct draft_rack *draft)
{
	const struct col_node *at, *first;
	const struct draft_rack *other;

	if (draft->was == NULL) {
		return;
	}
	at = col_node_get(draft->entry, "was");
	other = draft_rack_find(load, draft->was);
	first = see(load, seen, draft->was, at);
	if (other != NULL) {
		config_errors_add(load->kept.errors, at, "rack '%s' cannot have "
		    "been '%s': that rack is there still, at %s:%u", draft->id,
		    draft->was, other->node->file, other->node->line);
	} else if (first != NULL) {
		config_errors_add(load->kept.errors, at, "two racks cannot have "
		    "been '%s'; the other is at %s:%u", draft->was, first->file,
		    first->line);
	}
}

/* Ids of devices are made of two parts, so two ways may lead to one id. */
static void
check_id(struct load *load, struct seen **seen, const struct device *device)
{
	const struct col_node *other = see(load, seen, device->id, device->node);

	if (other != NULL) {
		config_errors_add(load->kept.errors, device->node, "two devices have "
		    "the id '%s'; the other is at %s:%u", device->id, other->file,
		    other->line);
	}
}

/* Only in rows where somebody says a position two racks can have the same. */
static void
check_position(struct load *load, struct seen **seen,
    const struct draft_rack *draft)
{
	const struct col_node *at = draft->position > 0 ?
	    col_node_get(draft->entry, "position") : draft->node;
	const struct col_node *other;
	char key[128];

	if (!draft->row->positioned) {
		return;
	}
	str_format(key, sizeof(key), "%s %u", draft->row->id, draft->rack->position);
	other = see(load, seen, arena_copy(load->scratch.arena, key), at);
	if (other != NULL) {
		config_errors_add(load->kept.errors, at, "rack '%s' has position %u in "
		    "row '%s', where another stands already: %s:%u", draft->id,
		    draft->rack->position, draft->row->id, other->file, other->line);
	}
}

static bool
is_device(void *arg, const char *id)
{
	struct seen *seen = arg, *found;

	HASH_FIND(hh, seen, id, strlen(id), found);
	return found != NULL;
}

void
link_models(struct load *load, struct inventory *inventory)
{
	struct arena *arena = inventory_arena(inventory);
	struct draft_rack *rack, *next;
	struct draft_device *device;
	struct seen *ids = NULL, *former = NULL, *positions = NULL;

	link_assets(load, inventory);

	HASH_ITER(hh, load->drafts->racks, rack, next) {
		if (rack->row == NULL) {
			continue;  /* refused before */
		}
		make_rack(load, arena, rack);
		link_rack_assets(load, inventory, rack);
		check_was(load, &former, rack);
		check_position(load, &positions, rack);
		for (uint32_t i = 0; i < rack->rack->n_devices; i++) {
			check_id(load, &ids, rack->models[i]);
		}
	}
	for (device = load->drafts->free; device != NULL; device = device->next) {
		device->model = make_device(load, arena, device, NULL);
		if (device->model != NULL) {
			check_id(load, &ids, device->model);
			load->drafts->n_devices++;
		}
	}
	if (load->drafts->n_devices > DRAFT_DEVICES_TOTAL_MAX) {
		config_errors_add(load->kept.errors, NULL,
		    "more than %u devices", DRAFT_DEVICES_TOTAL_MAX);
	}
	link_assets_devices(load, is_device, ids);
	link_through(load, is_device, ids);
	HASH_CLEAR(hh, ids);
	HASH_CLEAR(hh, former);
	HASH_CLEAR(hh, positions);
}
