/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Feeds and devices as written: each entry is read and checked once, however
 * many racks it stands for.
 */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "config/catalog.h"
#include "config/draft.h"
#include "config/node.h"

static bool
is_feed_id(const char *id)
{
	size_t len = strlen(id);

	for (size_t i = 0; i < len; i++) {
		char c = id[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= 'a' && c <= 'z')) {
			return false;
		}
	}
	return len >= 1 && len <= 8;
}

static void
read_feed(struct load *load, const struct col_node *node, struct feed *feed)
{
	feed->phases = 1;
	feed->id = node->key;
	if (!is_feed_id(node->key)) {
		config_errors_add(load->kept.errors, node, "feed '%.64s' must be "
		    "named by 1 to 8 letters or digits, such as A", node->key);
	}
	if (node_is_null(node)) {
		return;
	}
	if (schema_read(&load->scratch, "a feed", draft_feed_fields, node,
	    feed) == COL_OK && feed->phases == 2) {
		config_errors_add(load->kept.errors, node,
		    "phases must be 1 or 3, not 2");
	}
}

void
draft_feeds(struct load *load, const struct col_node *node,
    struct draft_feeds *feeds)
{
	feeds->given = node != NULL;
	if (node == NULL) {
		return;
	}
	if (node->n_items > INVENTORY_FEEDS_MAX) {
		config_errors_add(load->kept.errors, node, "a rack has at most %d "
		    "feeds, not %zu", INVENTORY_FEEDS_MAX, node->n_items);
		return;
	}
	feeds->n_feeds = (unsigned)node->n_items;
	for (unsigned i = 0; i < feeds->n_feeds; i++) {
		read_feed(load, node->items[i], &feeds->feeds[i]);
	}
}

int
draft_kind_of_role(const char *role)
{
	const char *at = catalog_kinds;
	size_t n = strcspn(role, "-_0123456789");

	for (int i = 0; *at != '\0'; i++) {
		size_t len = strcspn(at, "|");

		if (n == len && strncmp(role, at, len) == 0) {
			return i;
		}
		at += len + (at[len] == '|');
	}
	return -1;
}

/* Options that belong to the plugin; ours are passed over. */
static void
check_options(struct load *load, const struct draft_device *device,
    const struct col_plugin *plugin, const struct schema_field *fields)
{
	const char *also[32];
	struct col_option_value *values;
	size_t n = 0;

	for (const struct schema_field *f = fields; f->key != NULL; f++) {
		also[n++] = f->key;
	}
	also[n] = NULL;
	n = 0;
	while (plugin->device_options != NULL &&
	    plugin->device_options[n].name != NULL) {
		n++;
	}
	values = arena_alloc(load->scratch.arena, (n + 1) * sizeof(*values));
	(void)config_options(plugin->device_options, device->node, also,
	    load->kept.errors, load->scratch.arena, values);
}

static void
check_device(struct load *load, struct draft_device *device,
    const struct schema_field *fields)
{
	const struct col_node *node = device->node;
	const struct col_plugin *plugin = load_plugin(load,
	    col_node_get(node, "plugin"), device->plugin);
	size_t before = load->kept.errors->n_total;

	if (plugin == NULL && load->plugins != NULL) {
		return;
	}
	if (plugin != NULL && plugin->input == NULL) {
		config_errors_add(load->kept.errors, col_node_get(node, "plugin"),
		    "plugin '%s' does not poll devices", device->plugin);
		return;
	}
	if (plugin != NULL) {
		check_options(load, device, plugin, fields);
	}
	catalog_check_profile(load, col_node_get(node, "profile"),
	    device->profile, device->plugin);
	for (size_t i = 0; i < device->credentials.n; i++) {
		catalog_check_credential(load, device->credentials.nodes[i],
		    device->credentials.items[i], device->plugin);
	}
	device->usable = load->kept.errors->n_total == before;
}

static void
check_role(struct load *load, struct draft_device *device)
{
	if (!str_is_id(device->role)) {
		config_errors_add(load->kept.errors, device->node, "role '%.64s' "
		    "must be an id: 1 to 63 of a-z, 0-9, '-', '_'", device->role);
		device->usable = false;
	} else if (device->kind < 0) {
		device->kind = draft_kind_of_role(device->role);
	}
	if (device->usable && device->kind < 0) {
		config_errors_add(load->kept.errors, device->node, "role '%s' does "
		    "not say what the device is; begin it with one of %s, or add "
		    "kind:", device->role, catalog_kinds);
		device->usable = false;
	}
}

static void
read_role(struct load *load, const struct col_node *node, const char *note,
    struct draft_device *device)
{
	char where[160];

	device->role = node->key;
	device->kind = -1;
	device->node = node;
	if (node_is_null(node)) {
		device->removed = device->usable = true;
		return;
	}
	str_format(where, sizeof(where), "device '%.64s'%s", node->key, note);
	if (schema_read_known(&load->scratch, where, draft_device_fields, node,
	    device) != COL_OK) {
		return;
	}
	check_device(load, device, draft_device_fields);
	check_role(load, device);
}

void
draft_devices(struct load *load, const struct col_node *node,
    const char *note, struct draft_devices *devices)
{
	if (node == NULL) {
		return;
	}
	if (node->n_items > DRAFT_DEVICES_MAX) {
		config_errors_add(load->kept.errors, node, "a rack has at most %d "
		    "devices, not %zu", DRAFT_DEVICES_MAX, node->n_items);
		return;
	}
	devices->items = arena_alloc(load->scratch.arena,
	    (node->n_items + 1) * sizeof(*devices->items));
	devices->n_items = node->n_items;
	for (size_t i = 0; i < node->n_items; i++) {
		read_role(load, node->items[i], note, &devices->items[i]);
	}
}

static void
add_to_rack(struct load *load, struct draft_device *device)
{
	struct draft_rack *rack = draft_rack_find(load, device->rack);
	const struct col_node *at = col_node_get(device->node, "rack");
	struct errors_guess guess;

	if (device->role == NULL) {
		config_errors_add(load->kept.errors, device->node, "a device of "
		    "rack '%s' needs a role, such as role: pdu-a", device->rack);
		return;
	}
	if (device->id != NULL) {
		config_errors_add(load->kept.errors,
		    col_node_get(device->node, "id"), "a device in a rack has "
		    "the id rack-role ('%s-%s'); remove id", device->rack,
		    device->role);
		return;
	}
	if (rack == NULL) {
		struct draft_rack *other, *next;

		errors_guess_init(&guess, device->rack);
		HASH_ITER(hh, load->drafts->racks, other, next) {
			if (load->n_guesses == 0) {
				break;
			}
			load->n_guesses--;
			errors_guess_try(&guess, other->id);
		}
		load_unknown(load, at, "rack", &guess);
		return;
	}
	for (unsigned kind = ENTITY_AREA; kind <= ENTITY_ROW; kind++) {
		if (device->up[kind] != NULL) {
			config_errors_add(load->kept.errors, device->node,
			    "a device in rack '%s' stands where the rack does; "
			    "remove %s", device->rack,
			    entity_kind_text((enum entity_kind)kind));
			return;
		}
	}
	check_role(load, device);
	*rack->last = device;
	rack->last = &device->next;
}

static void
add_free(struct load *load, struct draft_device *device)
{
	unsigned kind = ENTITY_ROW;
	char what[96];

	if (device->id == NULL) {
		config_errors_add(load->kept.errors, device->node, "a device needs "
		    "rack and role, or an id and the row, hall, site or area that "
		    "it stands in");
		return;
	}
	if (device->up[ENTITY_AREA] == NULL && device->up[ENTITY_SITE] == NULL &&
	    device->up[ENTITY_HALL] == NULL && device->up[ENTITY_ROW] == NULL) {
		config_errors_add(load->kept.errors, device->node, "device '%s' "
		    "stands in no rack and no place; add rack and role, or row, "
		    "hall, site or area", device->id);
		return;
	}
	if (device->feed != NULL) {
		config_errors_add(load->kept.errors,
		    col_node_get(device->node, "feed"), "device '%s' stands in no "
		    "rack, so it has no feed; remove feed", device->id);
		return;
	}
	if (device->kind < 0) {
		device->kind = draft_kind_of_role(
		    device->role != NULL ? device->role : device->id);
	}
	if (device->usable && device->kind < 0) {
		config_errors_add(load->kept.errors, device->node, "device '%s' "
		    "does not say what it is; add kind: one of %s", device->id,
		    catalog_kinds);
		return;
	}
	str_format(what, sizeof(what), "device '%s'", device->id);
	while (device->up[kind] == NULL) {
		kind--;
	}
	device->place = draft_place_of(load, device->up, (enum entity_kind)kind,
	    device->node, what);
	if (device->place == NULL || !device->usable) {
		return;
	}
	*load->drafts->last_free = device;
	load->drafts->last_free = &device->next;
}

void
draft_device_entry(struct load *load, const struct col_node *node)
{
	struct draft_device *device = arena_alloc(load->scratch.arena,
	    sizeof(*device));

	device->kind = -1;
	device->node = node;
	if (schema_read_known(&load->scratch, "a device", draft_free_fields,
	    node, device) != COL_OK) {
		return;
	}
	check_device(load, device, draft_free_fields);
	if (device->rack != NULL) {
		add_to_rack(load, device);
	} else {
		add_free(load, device);
	}
}
