/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Power in NetBox: panels hold feeds, feeds go to racks, cables lead from the
 * ports of devices to a feed, or to an outlet of a PDU whose own port leads to
 * one.
 * Source: netbox/dcim/models/power.py: three phases count V x A x 1.732, so the
 * voltage of such a feed is that between lines.
 */
#include <config.h>

#include "ctl/netbox.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static void
set(json_t *object, json_int_t id, json_t *value)
{
	char key[32];

	(void)str_format(key, sizeof(key), "%lld", (long long)id);
	json_object_set_new(object, key, value);
}

/* ---- letters --------------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	int by_type = strcmp(netbox_text(x, "type.value"), netbox_text(y, "type.value"));

	/* "primary" comes before "redundant" */
	return by_type != 0 ? by_type : strcmp(netbox_text(x, "name"),
	    netbox_text(y, "name"));
}

/* "PP1-A", "feed B": a last letter that stands alone is the feed's. */
static char
letter_of_name(const char *name)
{
	size_t len = strlen(name);
	char last = len > 0 ? (char)toupper((unsigned char)name[len - 1]) : '\0';

	if (last < 'A' || last > 'H' || (len > 1 &&
	    isalnum((unsigned char)name[len - 2]) != 0)) {
		return '\0';
	}
	return last;
}

static void
give_letters(struct netbox_map *map, json_t **feeds, size_t n)
{
	unsigned taken = 0;

	for (size_t i = 0; i < n; i++) {
		char letter = letter_of_name(netbox_text(feeds[i], "name"));

		if (letter == '\0' || (taken & 1u << (letter - 'A')) != 0) {
			for (letter = 'A'; (taken & 1u << (letter - 'A')) != 0; letter++) {
			}
		}
		taken |= 1u << (letter - 'A');
		set(map->letters, netbox_id(feeds[i], "id"),
		    json_stringn(&letter, 1));
	}
}

static void
sort_feeds(struct netbox_map *map)
{
	const char *rack;
	json_t *list;

	json_object_foreach(map->feeds, rack, list) {
		json_t *feeds[INVENTORY_FEEDS_MAX];
		size_t n = json_array_size(list);

		/* more than we know of: the first by type and name */
		n = n < INVENTORY_FEEDS_MAX ? n : INVENTORY_FEEDS_MAX;
		for (size_t i = 0; i < n; i++) {
			feeds[i] = json_array_get(list, i);
		}
		qsort(feeds, n, sizeof(feeds[0]), compare);
		give_letters(map, feeds, n);
	}
}

/* ---- cords ----------------------------------------------------------------------- */

static void
add_cord(struct netbox_map *map, json_int_t device, const char *letters)
{
	const char *old = json_string_value(netbox_at(map->cords, device));
	char text[16];
	size_t len = str_copy(text, sizeof(text), old != NULL ? old : "");

	for (; *letters != '\0' && len + 1 < sizeof(text); letters++) {
		if (strchr(text, *letters) == NULL) {
			text[len++] = *letters;
			text[len] = '\0';
		}
	}
	set(map->cords, device, json_string(text));
}

/* One step along the cables; devices behind PDUs need a second one. */
static void
follow(struct netbox_map *map, const char *type)
{
	const json_t *ports = map->lists[NETBOX_PORTS];

	for (size_t i = 0; i < json_array_size(ports); i++) {
		const json_t *port = json_array_get(ports, i);
		const json_t *ends = json_object_get(port, "connected_endpoints");
		json_int_t device = netbox_id(port, "device.id");

		if (strcmp(netbox_text(port, "connected_endpoints_type"), type) != 0) {
			continue;
		}
		for (size_t k = 0; k < json_array_size(ends); k++) {
			const json_t *end = json_array_get(ends, k);
			json_t *letters = strcmp(type, "dcim.powerfeed") == 0 ?
			    netbox_at(map->letters, netbox_id(end, "id")) :
			    netbox_at(map->cords, netbox_id(end, "device.id"));

			if (letters != NULL) {
				add_cord(map, device, json_string_value(letters));
			}
		}
	}
}

static void
add_watts(struct netbox_map *map)
{
	const json_t *ports = map->lists[NETBOX_PORTS];

	for (size_t i = 0; i < json_array_size(ports); i++) {
		const json_t *port = json_array_get(ports, i);
		json_int_t device = netbox_id(port, "device.id");
		double before = json_number_value(netbox_at(map->watts, device));

		set(map->watts, device,
		    json_real(before + netbox_number(port, "maximum_draw")));
	}
}

void
netbox_power(struct netbox_map *map)
{
	const json_t *feeds = map->lists[NETBOX_FEEDS];

	for (size_t i = 0; i < json_array_size(feeds); i++) {
		json_t *feed = json_array_get(feeds, i);
		json_int_t rack = netbox_id(feed, "rack.id");
		json_t *list = netbox_at(map->feeds, rack);

		if (rack != 0 && list == NULL) {
			list = json_array();
			set(map->feeds, rack, list);
		}
		if (rack != 0) {
			json_array_append(list, feed);
		}
	}
	sort_feeds(map);
	follow(map, "dcim.powerfeed");
	follow(map, "dcim.poweroutlet");
	add_watts(map);
}

/* ---- writing --------------------------------------------------------------------- */

void
netbox_panels(struct netbox_map *map)
{
	const json_t *panels = map->lists[NETBOX_PANELS];

	buf_puts(map->out, json_array_size(panels) > 0 ? "feed_tree:\n" : "");
	for (size_t i = 0; i < json_array_size(panels); i++) {
		const json_t *panel = json_array_get(panels, i);
		const char *site = netbox_find_id(map, "site",
		    netbox_id(panel, "site.id"));
		json_int_t id = netbox_id(panel, "id");

		if (site == NULL) {
			continue;
		}
		buf_printf(map->out, "  - {id: %s, external: \"netbox:panel:%lld\", "
		    "kind: distribution, site: %s", netbox_own_id(map, "panel", id, site,
		    netbox_text(panel, "name")), (long long)id, site);
		netbox_put_name(map->out, netbox_text(panel, "name"));
		buf_puts(map->out, "}\n");
	}
}

static void
put_feed(struct netbox_map *map, const json_t *feed, const char *letter)
{
	bool three = strcmp(netbox_text(feed, "phase.value"), "three-phase") == 0;
	double volts = fabs(netbox_number(feed, "voltage"));
	const char *panel = netbox_find_id(map, "panel",
	    netbox_id(feed, "power_panel.id"));

	buf_printf(map->out, "%s: {phases: %d", letter, three ? 3 : 1);
	netbox_put_number(map->out, "breaker_a", netbox_number(feed, "amperage"));
	netbox_put_number(map->out, "volts", three ? round(volts / sqrt(3.0)) : volts);
	if (panel != NULL) {
		buf_printf(map->out, ", from: %s", panel);
	}
	buf_puts(map->out, "}");
}

void
netbox_rack_feeds(struct netbox_map *map, json_int_t rack)
{
	const json_t *list = netbox_at(map->feeds, rack);
	unsigned n = 0;

	for (char letter = 'A'; letter <= 'H' && list != NULL; letter++) {
		for (size_t i = 0; i < json_array_size(list); i++) {
			const json_t *feed = json_array_get(list, i);
			const char *own = json_string_value(netbox_at(map->letters,
			    netbox_id(feed, "id")));

			if (own != NULL && own[0] == letter) {
				buf_puts(map->out, n++ == 0 ? ", feeds: {" : ", ");
				put_feed(map, feed, own);
			}
		}
	}
	buf_puts(map->out, n > 0 ? "}" : "");
}

bool
netbox_rack_energized(const struct netbox_map *map, json_int_t rack)
{
	const json_t *list = netbox_at(map->feeds, rack);

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(netbox_text(json_array_get(list, i), "status.value"),
		    "active") == 0) {
			return true;
		}
	}
	return false;
}
