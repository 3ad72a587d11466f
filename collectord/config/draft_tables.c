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
	  .help = "Its name in both languages." }, \
	EXTERNAL(PLACE_AT(external))
#define DESIGN_KW(help_text) \
	{ .key = "design_kw", .type = SCHEMA_NUMBER, PLACE_AT(design_w), \
	  .min = 0, .max = 1e6, .scale = 1000, .unit = "kW", .help = help_text }

#define OPERATOR_AT(member) SCHEMA_AT(struct draft_operator, member)

/* Rows and racks: times, and what overlays a state. */
/* So that a second import finds what the first has made. */
#define EXTERNAL(member) \
	{ .key = "external", .type = SCHEMA_TEXT, member, \
	  .help = "Its id where it was imported from, as netbox:rack:17; kept by " \
	    "imports, however it is named there." }

#define LIFE_ROWS(AT) \
	{ .key = "due", .type = SCHEMA_DAY, AT(life.due), \
	  .help = "Day on which a planned rack is to be taken into service; the " \
	    "pipeline counts it from there." }, \
	{ .key = "dates", .type = SCHEMA_MAP, AT(life.dates_node), \
	  .help = "When its states began, by name: {planned: 2024-03-01, installed: " \
	    "2024-06-10, in_service: 2024-07-01}. They go to the ledger at these " \
	    "dates." }, \
	{ .key = "reason", .type = SCHEMA_TEXT, AT(life.reason), \
	  .help = "Why the state changed, for the ledger; a state that goes " \
	    "backwards needs one." }, \
	{ .key = "tenant", .type = SCHEMA_TEXT, AT(life.tenant), \
	  .help = "Who uses it." }, \
	{ .key = "reserved_for", .type = SCHEMA_TEXT, AT(life.reserved_for), \
	  .help = "For whom it is kept free." }, \
	{ .key = "reserved_until", .type = SCHEMA_TIME, AT(life.reserved_until), \
	  .help = "When the reservation ends by itself." }, \
	{ .key = "maintenance_until", .type = SCHEMA_TIME, \
	  AT(life.maintenance_until), \
	  .help = "Until when work is being done on it." }

/* Templates and racks: what the frame itself can take. */
#define FRAME_ROWS(AT) \
	{ .key = "weight_limit_kg", .type = SCHEMA_NUMBER, \
	  AT(frame.weight_limit_kg), .min = 1, .max = 10000, .unit = "kg", \
	  .help = "The most that may be mounted in it." }, \
	{ .key = "class", .type = SCHEMA_CHOICE, AT(frame.class), \
	  .choices = RACK_CLASSES, \
	  .help = "Class of its equipment by ASHRAE TC 9.9, which says how warm the " \
	    "air may be; a2 when it is given nowhere." }, \
	{ .key = "ports", .type = SCHEMA_INTEGER, AT(frame.ports), .min = 1, \
	  .max = 10000, .help = "Network ports in it." }

#define FEEDS_FROM(AT) \
	{ .key = "feeds_from", .type = SCHEMA_MAP, AT(sources_node), \
	  .help = "Node of the feed tree on which each feed of its racks hangs, by " \
	    "letter: {A: ups-a, B: ups-b}. The nearest of rack, row, hall and site " \
	    "holds." }

#define METRES(word, member, help_text) \
	{ .key = word, .type = SCHEMA_NUMBER, member, .min = 0, .max = 10000, \
	  .unit = "m", .help = help_text }

#define SIDES "north|east|south|west"

const struct schema_field draft_operator_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, OPERATOR_AT(id), .required = true,
	  .help = "Id of the operator." },
	{ .key = "name", .type = SCHEMA_NAME, OPERATOR_AT(name),
	  .help = "Its name in both languages." },
	SCHEMA_END
};

const struct schema_field draft_area_fields[] = {
	ID_AND_NAME("area"),
	{ .key = "part_of", .type = SCHEMA_TEXT, PLACE_AT(part_of),
	  .help = "Code of the unit that it belongs to, when it reports beside it "
	    "(a new area, a zone); its racks are counted here only." },
	{ .key = "tile_x", .type = SCHEMA_INTEGER, PLACE_AT(tile_x), .min = 0,
	  .max = 99, .help = "Column at which it is drawn on the tile map." },
	{ .key = "tile_y", .type = SCHEMA_INTEGER, PLACE_AT(tile_y), .min = 0,
	  .max = 99, .help = "Row at which it is drawn on the tile map." },
	SCHEMA_END
};

const struct schema_field draft_site_fields[] = {
	ID_AND_NAME("site"),
	UP(PLACE_AT, "area", ENTITY_AREA),
	{ .key = "operator", .type = SCHEMA_TEXT, PLACE_AT(operator_name),
	  .help = "Who runs it: an id of the list operators, or any name when there "
	    "is no such list." },
	DESIGN_KW("IT power that it is designed for; without it the sum of its "
	    "racks."),
	FEEDS_FROM(PLACE_AT),
	SCHEMA_END
};

const struct schema_field draft_hall_fields[] = {
	ID_AND_NAME("hall"),
	UP(PLACE_AT, "site", ENTITY_SITE),
	DESIGN_KW("IT power that it is designed for; without it the sum of its "
	    "racks."),
	{ .key = "cooling_kw", .type = SCHEMA_NUMBER, PLACE_AT(cooling_w),
	  .min = 0.1, .max = 1e6, .scale = 1000, .unit = "kW",
	  .help = "Heat that its cooling can take away." },
	METRES("width_m", PLACE_AT(floor.width_m), "Size of its floor from west to "
	    "east."),
	METRES("depth_m", PLACE_AT(floor.depth_m), "Size of its floor from north to "
	    "south."),
	{ .key = "aisles", .type = SCHEMA_LIST, PLACE_AT(floor.aisles_node),
	  .help = "Its cold and hot aisles." },
	FEEDS_FROM(PLACE_AT),
	SCHEMA_END
};

const struct schema_field draft_aisle_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, SCHEMA_AT(struct aisle, id),
	  .required = true, .help = "Id of the aisle, unique in its hall." },
	{ .key = "name", .type = SCHEMA_NAME, SCHEMA_AT(struct aisle, name),
	  .help = "Its name in both languages." },
	{ .key = "kind", .type = SCHEMA_CHOICE, SCHEMA_AT(struct aisle, kind),
	  .required = true, .choices = "cold|hot", .help = "Which air it holds." },
	{ .key = "contained", .type = SCHEMA_BOOL,
	  SCHEMA_AT(struct aisle, contained), .fallback = "false",
	  .help = "It is closed off by doors and a roof." },
	METRES("x_m", SCHEMA_AT(struct aisle, box.x_m), "Its north-west corner, from "
	    "the hall's to the east."),
	METRES("y_m", SCHEMA_AT(struct aisle, box.y_m), "The same, to the south."),
	METRES("width_m", SCHEMA_AT(struct aisle, box.width_m), "From west to east."),
	METRES("depth_m", SCHEMA_AT(struct aisle, box.depth_m), "From north to "
	    "south."),
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
	LIFE_ROWS(PLACE_AT),
	METRES("x_m", PLACE_AT(floor.x_m), "North-west corner of its first rack, from "
	    "the hall's corner to the east; without it the row is not drawn to "
	    "scale."),
	METRES("y_m", PLACE_AT(floor.y_m), "The same, to the south."),
	{ .key = "run", .type = SCHEMA_CHOICE, PLACE_AT(floor.run),
	  .fallback = "east", .choices = SIDES,
	  .help = "The way in which the positions of its racks rise." },
	{ .key = "front", .type = SCHEMA_CHOICE, PLACE_AT(floor.front),
	  .fallback = "north", .choices = SIDES,
	  .help = "The side to which the fronts look, where cold air comes in." },
	{ .key = "pitch_m", .type = SCHEMA_NUMBER, PLACE_AT(floor.pitch_m),
	  .fallback = "0.6", .min = 0.1, .max = 10, .unit = "m",
	  .help = "From rack to rack, and their width." },
	{ .key = "depth_m", .type = SCHEMA_NUMBER, PLACE_AT(floor.rack_depth_m),
	  .fallback = "1.2", .min = 0.1, .max = 10, .unit = "m",
	  .help = "Depth of its racks." },
	{ .key = "cold_aisle", .type = SCHEMA_TEXT, PLACE_AT(floor.cold),
	  .help = "Id of the aisle of its hall at the fronts." },
	{ .key = "hot_aisle", .type = SCHEMA_TEXT, PLACE_AT(floor.hot),
	  .help = "Id of the aisle of its hall at the backs." },
	FEEDS_FROM(PLACE_AT),
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
	FRAME_ROWS(TEMPLATE_AT),
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
	FRAME_ROWS(RACK_AT),
	EXTERNAL(RACK_AT(external)),
	LIFE_ROWS(RACK_AT),
	{ .key = "position", .type = SCHEMA_INTEGER, RACK_AT(position), .min = 1,
	  .max = 10000, .help = "Its place in its row, from 1; without it the order "
	    "in which the row's racks are written." },
	METRES("x_m", RACK_AT(x_m), "Its north-west corner on the hall's floor, where "
	    "it does not stand in line with its row."),
	METRES("y_m", RACK_AT(y_m), "The same, to the south."),
	FEEDS_FROM(RACK_AT),
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
	{ .key = "outlets", .type = SCHEMA_INTEGER, FEED_AT(outlets), .min = 1,
	  .max = 1000, .help = "Outlets on it." },
	{ .key = "from", .type = SCHEMA_TEXT, FEED_AT(from),
	  .help = "Node of the feed tree that it hangs on, instead of feeds_from." },
	SCHEMA_END
};

#define POWER_AT(member) SCHEMA_AT(struct draft_power, member)

const struct schema_field draft_power_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, POWER_AT(model.id), .required = true,
	  .help = "Id of the node." },
	{ .key = "name", .type = SCHEMA_NAME, POWER_AT(model.name),
	  .help = "Its name in both languages." },
	EXTERNAL(POWER_AT(model.external)),
	{ .key = "kind", .type = SCHEMA_CHOICE, POWER_AT(model.kind),
	  .required = true, .choices = POWER_KINDS, .help = "What it is." },
	{ .key = "from", .type = SCHEMA_TEXT, POWER_AT(from),
	  .help = "Id of the node that feeds it; a source has none." },
	UP(POWER_AT, "site", ENTITY_SITE),
	{ .key = "rated_a", .type = SCHEMA_NUMBER, POWER_AT(model.rated_a),
	  .min = 0.1, .max = 100000, .unit = "A",
	  .help = "Rated current per phase." },
	{ .key = "rated_kva", .type = SCHEMA_NUMBER, POWER_AT(model.rated_va),
	  .min = 0.1, .max = 1e6, .scale = 1000, .unit = "kVA",
	  .help = "Rated apparent power; of the two ratings the smaller one holds." },
	{ .key = "volts", .type = SCHEMA_NUMBER, POWER_AT(model.volts), .min = 1,
	  .max = 500000, .fallback = "220", .unit = "V",
	  .help = "Nominal voltage between phase and neutral." },
	{ .key = "phases", .type = SCHEMA_INTEGER, POWER_AT(model.phases), .min = 1,
	  .max = 3, .fallback = "3", .help = "1 or 3." },
	{ .key = "device", .type = SCHEMA_TEXT, POWER_AT(model.device),
	  .help = "Id of the device that measures it." },
	SCHEMA_END
};

#define EQUIPMENT_AT(member) SCHEMA_AT(struct draft_equipment, member)

const struct schema_field draft_equipment_fields[] = {
	{ .key = "id", .type = SCHEMA_ID, EQUIPMENT_AT(model.id), .required = true,
	  .help = "Stable id of the piece." },
	{ .key = "rack", .type = SCHEMA_TEXT, EQUIPMENT_AT(rack), .required = true,
	  .help = "Id of the rack in which it is mounted." },
	{ .key = "name", .type = SCHEMA_NAME, EQUIPMENT_AT(model.name),
	  .help = "Its name in both languages." },
	EXTERNAL(EQUIPMENT_AT(model.external)),
	{ .key = "model", .type = SCHEMA_TEXT, EQUIPMENT_AT(model.model),
	  .help = "Maker and type." },
	{ .key = "tenant", .type = SCHEMA_TEXT, EQUIPMENT_AT(model.tenant),
	  .help = "Whose it is, instead of the rack's tenant." },
	{ .key = "u", .type = SCHEMA_INTEGER, EQUIPMENT_AT(model.u), .min = 1,
	  .max = 100, .unit = "U", .help = "Lowest height unit that it takes, 1 is "
	    "at the bottom; without it it takes none (a PDU at the side)." },
	{ .key = "height", .type = SCHEMA_INTEGER, EQUIPMENT_AT(model.height),
	  .min = 1, .max = 100, .fallback = "1", .unit = "U",
	  .help = "Height units that it takes." },
	{ .key = "face", .type = SCHEMA_CHOICE, EQUIPMENT_AT(model.face),
	  .fallback = "both", .choices = FACES,
	  .help = "Half-depth gear takes its units at one face only." },
	{ .key = "nameplate_w", .type = SCHEMA_NUMBER,
	  EQUIPMENT_AT(model.nameplate_w), .min = 1, .max = 1e6, .unit = "W",
	  .help = "Power on its nameplate." },
	{ .key = "kg", .type = SCHEMA_NUMBER, EQUIPMENT_AT(model.kg), .min = 0.01,
	  .max = 10000, .unit = "kg", .help = "Its weight." },
	{ .key = "feeds", .type = SCHEMA_TEXTS, EQUIPMENT_AT(feeds),
	  .help = "Feeds of the rack that its cords go to; with two of them it is "
	    "dual-corded." },
	{ .key = "outlets", .type = SCHEMA_INTEGER, EQUIPMENT_AT(model.outlets),
	  .min = 1, .max = 64, .fallback = "1",
	  .help = "Outlets that it takes on each of these feeds." },
	{ .key = "ports", .type = SCHEMA_INTEGER, EQUIPMENT_AT(model.ports),
	  .min = 1, .max = 10000, .help = "Network ports that it takes." },
	{ .key = "device", .type = SCHEMA_TEXT, EQUIPMENT_AT(model.device),
	  .help = "Id of the device that speaks for it (its BMC)." },
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
	  .help = "Letter of the rack's feed that it measures." }, \
	{ .key = "through", .type = SCHEMA_TEXT, DEVICE_AT(through), \
	  .help = "Id of the device (a switch) that it is reached through; in racks " \
	    "{id} is the rack's id. When that is silent, one alert speaks for " \
	    "all behind it." }

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
