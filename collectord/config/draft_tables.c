/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of an inventory: every key of an area, a site, …, a device.
 */
#include <config.h>

#include "config/catalog.h"
#include "config/draft.h"

#define STATES \
	"planned|installed|energized|in_service|decommissioning|decommissioned"

#define PLACE_AT(member) SCHEMA_AT(struct draft_place, member)
#define RACK_AT(member) SCHEMA_AT(struct draft_rack, member)
#define TEMPLATE_AT(member) SCHEMA_AT(struct draft_template, member)
#define DEVICE_AT(member) SCHEMA_AT(struct draft_device, member)
#define FEED_AT(member) SCHEMA_AT(struct feed, member)

#define UP(AT, word, kind) \
	{ .key = word, .type = SCHEMA_TEXT, AT(up[kind]), \
	  .help = "Id of the " word " that it stands in." }
#define ID_AND_NAME(what) \
	{ .key = "id", .type = SCHEMA_ID, PLACE_AT(id), .required = true, \
	  .help = "Id of the " what "." }, \
	{ .key = "name", .type = SCHEMA_NAME, PLACE_AT(name), \
	  .help = "Its name in both languages." }
#define DESIGN_KW(help_text) \
	{ .key = "design_kw", .type = SCHEMA_NUMBER, PLACE_AT(design_w), \
	  .min = 0, .max = 1e6, .scale = 1000, .unit = "kW", .help = help_text }

const struct schema_field draft_area_fields[] = {
	ID_AND_NAME("area"),
	SCHEMA_END
};

const struct schema_field draft_site_fields[] = {
	ID_AND_NAME("site"),
	UP(PLACE_AT, "area", ENTITY_AREA),
	{ .key = "operator", .type = SCHEMA_TEXT, PLACE_AT(operator_name),
	  .help = "Who runs it." },
	DESIGN_KW("IT power that it is designed for; without it the sum of its "
	    "racks."),
	SCHEMA_END
};

const struct schema_field draft_hall_fields[] = {
	ID_AND_NAME("hall"),
	UP(PLACE_AT, "site", ENTITY_SITE),
	DESIGN_KW("IT power that it is designed for; without it the sum of its "
	    "racks."),
	SCHEMA_END
};

const struct schema_field draft_row_fields[] = {
	ID_AND_NAME("row"),
	UP(PLACE_AT, "hall", ENTITY_HALL),
	UP(PLACE_AT, "site", ENTITY_SITE),
	{ .key = "template", .type = SCHEMA_TEXT, PLACE_AT(template_id),
	  .help = "Template of its racks." },
	{ .key = "state", .type = SCHEMA_CHOICE, PLACE_AT(state),
	  .choices = STATES, .help = "State of its racks; in_service when it is "
	    "given nowhere." },
	{ .key = "since", .type = SCHEMA_TIME, PLACE_AT(since),
	  .help = "Since when they are in that state." },
	{ .key = "racks", .type = SCHEMA_NODE, PLACE_AT(racks_node),
	  .help = "Labels and ranges of them: [A01..A24, B1]. The id of a rack is "
	    "the row's id, '-' and the label in lower case." },
	{ .key = "devices", .type = SCHEMA_MAP, PLACE_AT(devices_node),
	  .help = "Devices of each of its racks by role." },
	SCHEMA_END
};

const struct schema_field draft_template_fields[] = {
	{ .key = "units", .type = SCHEMA_INTEGER, TEMPLATE_AT(units), .min = 1,
	  .max = 100, .unit = "U", .help = "Height of the rack." },
	{ .key = "design_kw", .type = SCHEMA_NUMBER, TEMPLATE_AT(design_w),
	  .min = 0, .max = 1000, .scale = 1000, .unit = "kW",
	  .help = "IT power that the rack is designed for." },
	{ .key = "feeds", .type = SCHEMA_MAP, TEMPLATE_AT(feeds_node),
	  .help = "Its power feeds by letter, at most 4." },
	{ .key = "devices", .type = SCHEMA_MAP, TEMPLATE_AT(devices_node),
	  .help = "Its devices by role." },
	SCHEMA_END
};

const struct schema_field draft_rack_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, RACK_AT(id), .required = true,
	  .help = "Id of the rack; one of a row's range makes this an exception "
	    "from the row." },
	UP(RACK_AT, "row", ENTITY_ROW),
	UP(RACK_AT, "hall", ENTITY_HALL),
	UP(RACK_AT, "site", ENTITY_SITE),
	UP(RACK_AT, "area", ENTITY_AREA),
	{ .key = "label", .type = SCHEMA_TEXT, RACK_AT(label),
	  .help = "What is written on the rack; without it the part of the id "
	    "behind the row's, in capitals." },
	{ .key = "was", .type = SCHEMA_ID, RACK_AT(was),
	  .help = "Former id: the rack keeps its history." },
	{ .key = "template", .type = SCHEMA_TEXT, RACK_AT(template_id),
	  .help = "Template, instead of the row's." },
	{ .key = "state", .type = SCHEMA_CHOICE, RACK_AT(state),
	  .choices = STATES,
	  .help = "State, instead of the row's." },
	{ .key = "since", .type = SCHEMA_TIME, RACK_AT(since),
	  .help = "Since when it is in that state." },
	{ .key = "units", .type = SCHEMA_INTEGER, RACK_AT(units), .min = 1,
	  .max = 100, .unit = "U", .help = "Height of the rack." },
	{ .key = "design_kw", .type = SCHEMA_NUMBER, RACK_AT(design_w), .min = 0,
	  .max = 1000, .scale = 1000, .unit = "kW",
	  .help = "IT power that the rack is designed for." },
	{ .key = "feeds", .type = SCHEMA_MAP, RACK_AT(feeds_node),
	  .help = "All its feeds, instead of the template's." },
	{ .key = "devices", .type = SCHEMA_MAP, RACK_AT(devices_node),
	  .help = "Devices by role; one of the row or template in the same role "
	    "is replaced as a whole, by ~ removed." },
	SCHEMA_END
};

const struct schema_field draft_feed_fields[] = {
	{ .key = "breaker_a", .type = SCHEMA_NUMBER, FEED_AT(breaker_a),
	  .min = 1, .max = 10000, .unit = "A",
	  .help = "Rated current of its breaker." },
	{ .key = "phases", .type = SCHEMA_INTEGER, FEED_AT(phases), .min = 1,
	  .max = 3, .fallback = "1", .help = "1 or 3." },
	{ .key = "volts", .type = SCHEMA_NUMBER, FEED_AT(volts), .min = 1,
	  .max = 1000, .unit = "V",
	  .help = "Nominal voltage between phase and neutral." },
	SCHEMA_END
};

#define DEVICE_ROWS \
	{ .key = "plugin", .type = SCHEMA_ID, DEVICE_AT(plugin), \
	  .required = true, .help = "Plugin that polls it." }, \
	{ .key = "address", .type = SCHEMA_TEXT, DEVICE_AT(address), \
	  .required = true, \
	  .help = "IPv4, IPv6 or name, with a port where it is not the usual one. " \
	    "In racks {n} is the rack's number in its row from 1, {n+10} ten " \
	    "more, {rack} its label, {id} its id." }, \
	{ .key = "profile", .type = SCHEMA_TEXT, DEVICE_AT(profile), \
	  .fallback = "auto", \
	  .help = "Id of its profile; auto finds one by what the device says." }, \
	{ .key = "credential", .type = SCHEMA_TEXTS, DEVICE_AT(credentials), \
	  .help = "Id of a credential, or a list that is tried in order." }, \
	{ .key = "kind", .type = SCHEMA_CHOICE, DEVICE_AT(kind), \
	  .choices = catalog_kinds, \
	  .help = "What it is; without it the beginning of its role says so." }, \
	{ .key = "feed", .type = SCHEMA_TEXT, DEVICE_AT(feed), \
	  .help = "Letter of the rack's feed that it measures." }

const struct schema_field draft_device_fields[] = {
	DEVICE_ROWS,
	SCHEMA_END
};

const struct schema_field draft_free_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, DEVICE_AT(id),
	  .help = "Id of a device that stands in no rack." },
	{ .key = "rack", .type = SCHEMA_TEXT, DEVICE_AT(rack),
	  .help = "Id of its rack; then its own id is the rack's, '-' and the "
	    "role." },
	{ .key = "role", .type = SCHEMA_ID, DEVICE_AT(role),
	  .help = "What it is in its rack: pdu-a, ups, inlet." },
	UP(DEVICE_AT, "row", ENTITY_ROW),
	UP(DEVICE_AT, "hall", ENTITY_HALL),
	UP(DEVICE_AT, "site", ENTITY_SITE),
	UP(DEVICE_AT, "area", ENTITY_AREA),
	DEVICE_ROWS,
	SCHEMA_END
};
