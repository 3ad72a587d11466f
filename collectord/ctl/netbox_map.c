/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NetBox's objects as an inventory file.
 *
 * Ids must stay: an object that an earlier import has brought keeps the id that
 * it got then, by its external id, however it is named in NetBox now.
 * Source: domain.md 2.2 (states): planned -> planned, available -> installed or
 * energized, active -> in_service, reserved -> a reservation, deprecated ->
 * decommissioning.
 */
#include <config.h>

#include "ctl/netbox.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/str.h"
#include "config/areas.h"

/* Room for "-" and a role behind the id of a rack, within 63. */
#define ID_LEN_MAX 44

/* ---- small things ----------------------------------------------------------------- */

static const json_t *
at_path(const json_t *object, const char *path)
{
	while (object != NULL && *path != '\0') {
		size_t len = strcspn(path, ".");
		char key[64];

		(void)str_format(key, sizeof(key), "%.*s", (int)len, path);
		object = json_object_get(object, key);
		path += len + (path[len] == '.');
	}
	return object;
}

const char *
netbox_text(const json_t *object, const char *path)
{
	const char *text = json_string_value(at_path(object, path));

	return text != NULL ? text : "";
}

/* Decimals come as texts from some versions: "2.0". */
double
netbox_number(const json_t *object, const char *path)
{
	const json_t *value = at_path(object, path);
	double number = json_number_value(value);

	if (json_is_string(value) &&
	    str_to_number(json_string_value(value), &number) != 0) {
		return 0.0;
	}
	return number;
}

json_int_t
netbox_id(const json_t *object, const char *path)
{
	return json_integer_value(at_path(object, path));
}

json_t *
netbox_at(json_t *object, json_int_t id)
{
	char key[32];

	(void)str_format(key, sizeof(key), "%lld", (long long)id);
	return json_object_get(object, key);
}

/* A JSON text is a YAML one, once control characters are gone. */
void
netbox_put(struct buf *out, const char *key, const char *text)
{
	char clean[256], *quoted;
	json_t *value;

	if (text == NULL || text[0] == '\0') {
		return;
	}
	str_clean(clean, sizeof(clean), text, strlen(text));
	value = json_string(clean);
	quoted = json_dumps(value, JSON_ENCODE_ANY);
	if (quoted != NULL) {
		buf_printf(out, ", %s: %s", key, quoted);
	}
	free(quoted);
	json_decref(value);
}

void
netbox_put_number(struct buf *out, const char *key, double value)
{
	if (value > 0.0) {
		buf_printf(out, ", %s: %.10g", key, value);
	}
}

void
netbox_put_name(struct buf *out, const char *name)
{
	const char *language = "en";
	char clean[256], *quoted;
	json_t *value;

	for (const char *c = name; *c != '\0'; c++) {
		language = ((unsigned char)*c & 0x80) != 0 ? "zh" : language;
	}
	str_clean(clean, sizeof(clean), name, strlen(name));
	value = json_string(clean);
	quoted = json_dumps(value, JSON_ENCODE_ANY);
	if (quoted != NULL && clean[0] != '\0') {
		buf_printf(out, ", name: {%s: %s}", language, quoted);
	}
	free(quoted);
	json_decref(value);
}

/* ---- ids ---------------------------------------------------------------------------- */

const char *
netbox_find_id(const struct netbox_map *map, const char *kind, json_int_t id)
{
	char key[64];

	(void)str_format(key, sizeof(key), "%s:%lld", kind, (long long)id);
	return json_string_value(json_object_get(map->ids, key));
}

/* Letters and digits in lower case, everything else one '-'. */
static void
slug(char *to, size_t to_size, const char *from)
{
	size_t n = 0;

	for (; *from != '\0' && n + 1 < to_size; from++) {
		char c = *from >= 'A' && *from <= 'Z' ? (char)(*from + 32) : *from;

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			to[n++] = c;
		} else if (n > 0 && to[n - 1] != '-') {
			to[n++] = '-';
		}
	}
	while (n > 0 && to[n - 1] == '-') {
		n--;
	}
	to[n] = '\0';
}

const char *
netbox_own_id(struct netbox_map *map, const char *kind, json_int_t id,
    const char *prefix, const char *text)
{
	const char *known = netbox_find_id(map, kind, id);
	char key[64], part[64], own[128];
	size_t len;

	if (known != NULL) {
		return known;
	}
	slug(part, sizeof(part), text);
	len = str_format(own, sizeof(own), "%s%s%s", prefix,
	    prefix[0] != '\0' && part[0] != '\0' ? "-" : "", part);
	if (part[0] == '\0' || len > ID_LEN_MAX ||
	    json_object_get(map->used, own) != NULL) {
		(void)str_format(own, sizeof(own), "%.24s%snb%lld", prefix,
		    prefix[0] != '\0' ? "-" : "", (long long)id);
	}
	(void)str_format(key, sizeof(key), "%s:%lld", kind, (long long)id);
	json_object_set_new(map->ids, key, json_string(own));
	json_object_set_new(map->used, own, json_true());
	return json_string_value(json_object_get(map->ids, key));
}

static void
keep(struct netbox_map *map, const char *external, const char *id)
{
	static const char mark[] = "netbox:";

	if (external != NULL && str_starts(external, mark)) {
		json_object_set_new(map->ids, external + sizeof(mark) - 1,
		    json_string(id));
	}
	json_object_set_new(map->used, id, json_true());
}

static void
keep_all(struct netbox_map *map)
{
	const struct inventory *before = map->setup->before;

	for (unsigned kind = ENTITY_SITE; kind <= ENTITY_ROW; kind++) {
		for (uint32_t i = 0; i < before->n_places[kind]; i++) {
			const struct place *place = before->places[kind][i];

			if (place != NULL) {
				keep(map, place->external, place->id);
			}
		}
	}
	for (uint32_t i = 0; i < before->n_power; i++) {
		keep(map, before->power[i].external, before->power[i].id);
	}
	for (uint32_t i = 0; i < before->n_racks; i++) {
		const struct rack *rack = before->racks[i];

		if (rack == NULL) {
			continue;
		}
		keep(map, rack->external, rack->id);
		for (uint32_t k = 0; k < rack->n_equipment; k++) {
			keep(map, rack->equipment[k].external, rack->equipment[k].id);
		}
	}
}

/* ---- places ------------------------------------------------------------------------- */

static bool
is_called(const struct name *name, const char *text)
{
	size_t zh = name->zh != NULL ? strlen(name->zh) : 0;

	/* 郑州 is 郑州市 */
	return (name->en != NULL && strcasecmp(name->en, text) == 0) || (zh > 0 &&
	    text[0] != '\0' && strncmp(name->zh, text, strlen(text)) == 0 &&
	    (strlen(text) == zh || strlen(text) + 3 == zh));
}

/* The area whose id or name a text is, or NULL. */
static const char *
area_called(const struct netbox_map *map, const char *text)
{
	const struct inventory *before = map->setup->before;
	const struct area_fact *facts;
	size_t n;

	for (uint32_t i = 0; i < before->n_places[ENTITY_AREA]; i++) {
		const struct place *area = before->places[ENTITY_AREA][i];

		if (area != NULL && (strcmp(area->id, text) == 0 ||
		    is_called(&area->name, text))) {
			return area->id;
		}
	}
	n = areas_of(before->province_id, &facts);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(facts[i].code, text) == 0 || is_called(&facts[i].name, text)) {
			return facts[i].code;
		}
	}
	return NULL;
}

static const char *
area_of(const struct netbox_map *map, const json_t *site)
{
	const char *area = area_called(map, netbox_text(site, "region.slug"));

	if (area == NULL) {
		area = area_called(map, netbox_text(site, "region.name"));
	}
	return area != NULL ? area : map->setup->area;
}

static int
put_sites(struct netbox_map *map)
{
	const json_t *sites = map->lists[NETBOX_SITES];

	buf_puts(map->out, json_array_size(sites) > 0 ? "sites:\n" : "");
	for (size_t i = 0; i < json_array_size(sites); i++) {
		const json_t *site = json_array_get(sites, i);
		const char *area = area_of(map, site);
		json_int_t id = netbox_id(site, "id");

		if (id == 0) {
			return err_set(map->error, COL_EPROTO, "a site of NetBox has no id");
		}
		if (area == NULL) {
			return err_set(map->error, COL_EINVAL, "NetBox site '%.64s' is in "
			    "region '%.64s', which is no area here: name the region as a "
			    "unit of the province (Zhengzhou, 郑州市 or 410100), or give "
			    "--area CODE", netbox_text(site, "name"),
			    netbox_text(site, "region.name"));
		}
		buf_printf(map->out, "  - {id: %s, external: \"netbox:site:%lld\", "
		    "area: \"%s\"", netbox_own_id(map, "site", id, "",
		    netbox_text(site, "slug")), (long long)id, area);
		netbox_put_name(map->out, netbox_text(site, "name"));
		if (map->setup->before->n_operators == 0) {
			netbox_put(map->out, "operator", netbox_text(site, "tenant.name"));
		}
		buf_puts(map->out, "}\n");
	}
	return 0;
}

/* Locations that hold racks are halls. */
static void
put_halls(struct netbox_map *map)
{
	const json_t *locations = map->lists[NETBOX_LOCATIONS];
	const json_t *racks = map->lists[NETBOX_RACKS];
	json_t *used = json_object();
	bool first = true;

	for (size_t i = 0; i < json_array_size(racks); i++) {
		char key[32];

		(void)str_format(key, sizeof(key), "%lld", (long long)netbox_id(
		    json_array_get(racks, i), "location.id"));
		json_object_set_new(used, key, json_true());
	}
	for (size_t i = 0; i < json_array_size(locations); i++) {
		const json_t *location = json_array_get(locations, i);
		json_int_t id = netbox_id(location, "id");
		const char *site = netbox_find_id(map, "site",
		    netbox_id(location, "site.id"));

		if (site == NULL || netbox_at(used, id) == NULL) {
			continue;
		}
		buf_printf(map->out, "%s  - {id: %s, external: \"netbox:location:%lld\", "
		    "site: %s", first ? "halls:\n" : "", netbox_own_id(map, "location",
		    id, site, netbox_text(location, "slug")), (long long)id, site);
		netbox_put_name(map->out, netbox_text(location, "name"));
		buf_puts(map->out, "}\n");
		first = false;
	}
	json_decref(used);
}

/* ---- racks -------------------------------------------------------------------------- */

static const char *
state_of(const struct netbox_map *map, const json_t *rack)
{
	const char *status = netbox_text(rack, "status.value");

	if (strcmp(status, "planned") == 0) {
		return "planned";
	}
	if (strcmp(status, "active") == 0) {
		return "in_service";
	}
	if (strcmp(status, "deprecated") == 0) {
		return "decommissioning";
	}
	/* available and reserved: it stands there */
	return netbox_rack_energized(map, netbox_id(rack, "id")) ? "energized" :
	    "installed";
}

/* Source: netbox/utilities/conversion.py: 0.45359237 kg/lb. */
static double
kilograms(double weight, const char *unit)
{
	return strcmp(unit, "kg") == 0 ? weight : strcmp(unit, "g") == 0 ? weight / 1e3 :
	    strcmp(unit, "lb") == 0 ? weight * 0.45359237 :
	    strcmp(unit, "oz") == 0 ? weight * 0.45359237 / 16 : 0.0;
}

static void
put_rack(struct netbox_map *map, const json_t *rack)
{
	json_int_t id = netbox_id(rack, "id");
	const char *site = netbox_find_id(map, "site", netbox_id(rack, "site.id"));
	const char *hall = netbox_find_id(map, "location",
	    netbox_id(rack, "location.id"));
	const char *tenant = netbox_text(rack, "tenant.name");

	if (id == 0 || site == NULL) {
		return;
	}
	buf_printf(map->out, "  - {id: %s, external: \"netbox:rack:%lld\", %s: %s, "
	    "state: %s", netbox_own_id(map, "rack", id, hall != NULL ? hall : site,
	    netbox_text(rack, "name")), (long long)id, hall != NULL ? "hall" : "site",
	    hall != NULL ? hall : site, state_of(map, rack));
	netbox_put(map->out, "label", netbox_text(rack, "name"));
	netbox_put(map->out, "tenant", tenant);
	if (strcmp(netbox_text(rack, "status.value"), "reserved") == 0) {
		netbox_put(map->out, "reserved_for", tenant[0] != '\0' ? tenant :
		    "reserved in NetBox");
	}
	netbox_put_number(map->out, "units", netbox_number(rack, "u_height"));
	netbox_put_number(map->out, "weight_limit_kg", kilograms(netbox_number(rack,
	    "max_weight"), netbox_text(rack, "weight_unit.value")));
	netbox_put_number(map->out, "design_kw", netbox_number(rack,
	    "custom_fields.design_kw"));
	netbox_rack_feeds(map, id);
	buf_puts(map->out, "}\n");
}

/* ---- equipment and devices ---------------------------------------------------------- */

static void
put_cords(struct netbox_map *map, json_int_t device)
{
	const char *letters = json_string_value(netbox_at(map->cords, device));

	for (size_t i = 0; letters != NULL && letters[i] != '\0'; i++) {
		buf_printf(map->out, "%s%c", i == 0 ? ", feeds: [" : ", ", letters[i]);
	}
	buf_puts(map->out, letters != NULL ? "]" : "");
}

static void
put_equipment(struct netbox_map *map, const json_t *device)
{
	json_int_t id = netbox_id(device, "id");
	const char *rack = netbox_find_id(map, "rack", netbox_id(device, "rack.id"));
	const json_t *type = netbox_at(map->types, netbox_id(device, "device_type.id"));
	double position = netbox_number(device, "position");
	double height = netbox_number(type, "u_height");
	char key[32], model[160];

	if (id == 0 || rack == NULL) {
		return;
	}
	(void)str_format(key, sizeof(key), "nb-%lld", (long long)id);
	(void)str_format(model, sizeof(model), "%s%s%s",
	    netbox_text(device, "device_type.manufacturer.name"),
	    netbox_text(device, "device_type.manufacturer.name")[0] != '\0' ? " " : "",
	    netbox_text(device, "device_type.model"));
	buf_printf(map->out, "  - {id: %s, external: \"netbox:device:%lld\", rack: %s",
	    netbox_own_id(map, "device", id, "", key), (long long)id, rack);
	netbox_put_name(map->out, netbox_text(device, "name"));
	netbox_put(map->out, "model", model);
	netbox_put(map->out, "tenant", netbox_text(device, "tenant.name"));
	if (position >= 1.0 && height > 0.0) {
		/* a half unit takes the whole that it stands in */
		buf_printf(map->out, ", u: %.0f, height: %.0f", floor(position),
		    ceil(position + height) - floor(position));
		if (json_is_false(json_object_get(type, "is_full_depth"))) {
			netbox_put(map->out, "face", netbox_text(device, "face.value"));
		}
	}
	netbox_put_number(map->out, "nameplate_w",
	    json_number_value(netbox_at(map->watts, id)));
	netbox_put_number(map->out, "kg", kilograms(netbox_number(type, "weight"),
	    netbox_text(type, "weight_unit.value")));
	put_cords(map, id);
	buf_puts(map->out, "}\n");
}

/* The kind that a role's name begins with, or NULL. */
static const char *
kind_of(const json_t *device)
{
	static const char *const kinds[] = { "pdu", "ups", "sensor", "cooling",
	    "switch", "bmc" };
	const char *role = netbox_text(device, "role.slug");

	role = role[0] != '\0' ? role : netbox_text(device, "device_role.slug");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_starts(role, kinds[i])) {
			return kinds[i];
		}
	}
	return NULL;
}

/* A PDU's role is that of its feed, so that a new one keeps the series. */
static void
put_device(struct netbox_map *map, const json_t *device)
{
	json_int_t id = netbox_id(device, "id");
	const char *rack = netbox_find_id(map, "rack", netbox_id(device, "rack.id"));
	const char *kind = kind_of(device);
	const char *address = netbox_text(device, "primary_ip.address");
	const char *letters = json_string_value(netbox_at(map->cords, id));
	char role[128], host[64];

	if (rack == NULL || kind == NULL || address[0] == '\0') {
		return;
	}
	(void)str_format(role, sizeof(role), "%s %s-%c", rack, kind,
	    letters != NULL ? letters[0] + 32 : 'x');
	if (letters == NULL || letters[1] != '\0' ||
	    json_object_get(map->used, role) != NULL) {
		(void)str_format(role, sizeof(role), "%s %s-nb%lld", rack, kind,
		    (long long)id);
		letters = NULL;
	}
	json_object_set_new(map->used, role, json_true());
	(void)str_format(host, sizeof(host), "%.*s", (int)strcspn(address, "/"), address);
	buf_printf(map->out, "  - {rack: %s, role: %s, plugin: snmp", rack,
	    strchr(role, ' ') + 1);
	netbox_put(map->out, "address", host);
	netbox_put(map->out, "credential", map->setup->credential);
	if (letters != NULL) {
		buf_printf(map->out, ", feed: %c", letters[0]);
	}
	buf_puts(map->out, "}\n");
}

static void
put_each(struct netbox_map *map, enum netbox_list which, const char *heading,
    void (*put)(struct netbox_map *, const json_t *))
{
	const json_t *list = map->lists[which];
	size_t before;

	buf_puts(map->out, heading);
	before = map->out->size;
	for (size_t i = 0; i < json_array_size(list); i++) {
		put(map, json_array_get(list, i));
	}
	/* a list without entries is nothing at all in YAML */
	if (map->out->size == before) {
		map->out->size -= strlen(heading);
		map->out->data[map->out->size] = '\0';
	}
}

static void
map_types(struct netbox_map *map)
{
	const json_t *types = map->lists[NETBOX_TYPES];

	for (size_t i = 0; i < json_array_size(types); i++) {
		json_t *type = json_array_get(types, i);
		char key[32];

		(void)str_format(key, sizeof(key), "%lld",
		    (long long)netbox_id(type, "id"));
		json_object_set(map->types, key, type);
	}
}

int
netbox_map(json_t *const lists[NETBOX_LIST_N], const struct netbox_setup *setup,
    struct buf *out, struct col_error *error)
{
	struct netbox_map map = { .setup = setup, .lists = lists, .out = out,
	    .error = error, .ids = json_object(), .used = json_object(),
	    .types = json_object(), .feeds = json_object(), .letters = json_object(),
	    .cords = json_object(), .watts = json_object() };
	int rc;

	keep_all(&map);
	map_types(&map);
	netbox_power(&map);
	buf_puts(out, "# Written by collectorctl import netbox; the next import replaces "
	    "it.\n");
	rc = put_sites(&map);
	if (rc == 0) {
		netbox_panels(&map);
		put_halls(&map);
		put_each(&map, NETBOX_RACKS, "racks:\n", put_rack);
		put_each(&map, NETBOX_DEVICES, "equipment:\n", put_equipment);
		if (setup->credential != NULL) {
			put_each(&map, NETBOX_DEVICES, "devices:\n", put_device);
		}
		rc = out->failed ? err_set(error, COL_ENOMEM, "out of memory") : 0;
	}
	json_decref(map.ids);
	json_decref(map.used);
	json_decref(map.types);
	json_decref(map.feeds);
	json_decref(map.letters);
	json_decref(map.cords);
	json_decref(map.watts);
	return rc;
}
