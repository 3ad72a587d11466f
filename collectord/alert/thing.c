/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/thing.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"

#define COLLECTOR "collector:self"

uint32_t *
thing_feeds(const struct inventory *inventory)
{
	uint32_t *first = malloc(((size_t)inventory->n_racks + 1) * sizeof(first[0]));

	if (first == NULL) {
		return NULL;
	}
	first[0] = 0;
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		first[r + 1] = first[r] + (inventory->racks[r] != NULL ?
		    inventory->racks[r]->n_feeds : 0);
	}
	return first;
}

bool
thing_feed(const struct inventory *inventory, const uint32_t *first, uint32_t index,
    const struct rack **ret_rack, unsigned *ret_feed)
{
	uint32_t low = 0, high = inventory->n_racks;

	if (first == NULL || index >= first[inventory->n_racks]) {
		return false;
	}
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (first[middle] <= index) {
			low = middle;
		} else {
			high = middle;
		}
	}
	*ret_rack = inventory->racks[low];
	*ret_feed = index - first[low];
	return *ret_rack != NULL && *ret_feed < (*ret_rack)->n_feeds;
}

/* ---- where it is ----------------------------------------------------------------- */

static void
climb(const struct inventory *inventory, struct entity_ref ref,
    struct thing_where *where)
{
	while (ref.kind < ENTITY_PLACE_N && ref.index < inventory->n_places[ref.kind] &&
	    inventory->places[ref.kind][ref.index] != NULL) {
		where->places[ref.kind] = ref.index;
		if (ref.kind == ENTITY_PROVINCE) {
			return;
		}
		ref.index = inventory->places[ref.kind][ref.index]->parent;
		ref.kind--;
	}
}

static void
from_rack(const struct inventory *inventory, uint32_t rack, struct thing_where *where)
{
	if (rack < inventory->n_racks && inventory->racks[rack] != NULL) {
		where->rack = rack;
		climb(inventory, (struct entity_ref){ ENTITY_ROW, inventory->racks[rack]->row },
		    where);
	}
}

static void
from_device(const struct inventory *inventory, uint32_t index, struct thing_where *where)
{
	const struct device *device = index < inventory->n_devices ?
	    inventory->devices[index] : NULL;

	if (device == NULL) {
		return;
	}
	where->device = index;
	if (device->rack != INVENTORY_NONE) {
		from_rack(inventory, device->rack, where);
	} else {
		climb(inventory, device->place, where);
	}
}

void
thing_where(const struct config *config, const uint32_t *feeds, struct thing thing,
    struct thing_where *ret_where)
{
	const struct inventory *inventory = config->inventory;
	const struct rack *rack;
	unsigned feed;

	memset(ret_where, 0xff, sizeof(*ret_where));
	switch (thing.level) {
	case LEVEL_PROVINCE:
	case LEVEL_AREA:
	case LEVEL_SITE:
	case LEVEL_HALL:
	case LEVEL_ROW:
		climb(inventory, (struct entity_ref){ (enum entity_kind)thing.level,
		    thing.index }, ret_where);
		break;
	case LEVEL_RACK:
		from_rack(inventory, thing.index, ret_where);
		break;
	case LEVEL_FEED:
		if (thing_feed(inventory, feeds, thing.index, &rack, &feed)) {
			from_rack(inventory, rack->index, ret_where);
		}
		break;
	case LEVEL_NODE:
		if (thing.index < inventory->n_power) {
			climb(inventory, (struct entity_ref){ ENTITY_SITE,
			    inventory->power[thing.index].site }, ret_where);
		}
		break;
	case LEVEL_DEVICE:
	case LEVEL_SENSOR:
		from_device(inventory, thing.index, ret_where);
		break;
	case LEVEL_TARGET:
	case LEVEL_COLLECTOR:
	case LEVEL_N:
		break;
	}
}

static const char *
id_of(const struct config *config, const struct thing_where *where, enum entity_kind kind)
{
	const char *id = kind == ENTITY_RACK ?
	    inventory_id(config->inventory, (struct entity_ref){ kind, where->rack }) :
	    inventory_id(config->inventory, (struct entity_ref){ kind, where->places[kind] });

	return id != NULL ? id : "";
}

void
thing_above(const struct config *config, const struct thing_where *where,
    struct alert *alert)
{
	(void)str_copy(alert->area, sizeof(alert->area), id_of(config, where, ENTITY_AREA));
	(void)str_copy(alert->site, sizeof(alert->site), id_of(config, where, ENTITY_SITE));
	(void)str_copy(alert->hall, sizeof(alert->hall), id_of(config, where, ENTITY_HALL));
	(void)str_copy(alert->row, sizeof(alert->row), id_of(config, where, ENTITY_ROW));
	(void)str_copy(alert->rack, sizeof(alert->rack), id_of(config, where, ENTITY_RACK));
}

/* ---- entities ----------------------------------------------------------------------- */

/* "RACK-a", as everywhere outside. */
static void
feed_entity(const struct rack *rack, unsigned feed, char entity[ALERT_ENTITY_SIZE])
{
	size_t at = str_format(entity, ALERT_ENTITY_SIZE, "feed:%s-%s", rack->id,
	    rack->feeds[feed].id);
	size_t from = strlen("feed:") + strlen(rack->id);

	for (size_t i = from; i < at && i < ALERT_ENTITY_SIZE - 1; i++) {
		entity[i] = (char)tolower((unsigned char)entity[i]);
	}
}

int
thing_entity(const struct config *config, const uint32_t *feeds, struct thing thing,
    char entity[ALERT_ENTITY_SIZE])
{
	const struct inventory *inventory = config->inventory;
	struct entity_ref ref = { (enum entity_kind)thing.level, thing.index };
	const struct rack *rack;
	const char *id = NULL;
	unsigned feed;

	if (thing.level == LEVEL_COLLECTOR) {
		(void)str_copy(entity, ALERT_ENTITY_SIZE, COLLECTOR);
		return 0;
	}
	if (thing.level == LEVEL_FEED) {
		if (!thing_feed(inventory, feeds, thing.index, &rack, &feed)) {
			return COL_ENOENT;
		}
		feed_entity(rack, feed, entity);
		return 0;
	}
	if (thing.level == LEVEL_NODE) {
		id = thing.index < inventory->n_power ? inventory->power[thing.index].id : NULL;
		ref.kind = ENTITY_FEED;
	} else if (thing.level == LEVEL_TARGET) {
		id = thing.index < config->settings.n_targets ?
		    config->settings.targets[thing.index].id : NULL;
		ref.kind = ENTITY_KIND_N;
	} else {
		if (thing.level == LEVEL_DEVICE || thing.level == LEVEL_SENSOR) {
			ref.kind = ENTITY_DEVICE;
		}
		id = inventory_id(inventory, ref);
	}
	if (id == NULL) {
		return COL_ENOENT;
	}
	(void)str_format(entity, ALERT_ENTITY_SIZE, "%s:%s",
	    ref.kind == ENTITY_KIND_N ? "target" : entity_kind_text(ref.kind), id);
	return 0;
}

static uint32_t
find_feed(const struct inventory *inventory, const uint32_t *feeds, const char *id)
{
	char rack_id[ALERT_ENTITY_SIZE], entity[ALERT_ENTITY_SIZE];
	const struct rack *rack;
	char *dash;

	(void)str_copy(rack_id, sizeof(rack_id), id);
	dash = strrchr(rack_id, '-');
	if (dash == NULL || feeds == NULL) {
		return INVENTORY_NONE;
	}
	*dash = '\0';
	rack = inventory_rack(inventory, rack_id);
	for (unsigned f = 0; rack != NULL && f < rack->n_feeds; f++) {
		feed_entity(rack, f, entity);
		if (strcmp(entity + strlen("feed:"), id) == 0) {
			return feeds[rack->index] + f;
		}
	}
	return INVENTORY_NONE;
}

static uint32_t
find_target(const struct settings *settings, const char *id)
{
	for (size_t i = 0; i < settings->n_targets; i++) {
		if (strcmp(settings->targets[i].id, id) == 0) {
			return (uint32_t)i;
		}
	}
	return INVENTORY_NONE;
}

static uint32_t
index_of(const struct config *config, const uint32_t *feeds, enum level level,
    const char *id)
{
	const struct inventory *inventory = config->inventory;
	const struct place *place;
	const struct rack *rack;
	const struct device *device;
	const struct power_node *node;

	switch (level) {
	case LEVEL_PROVINCE:
	case LEVEL_AREA:
	case LEVEL_SITE:
	case LEVEL_HALL:
	case LEVEL_ROW:
		place = inventory_place(inventory, (enum entity_kind)level, id);
		return place != NULL ? place->index : INVENTORY_NONE;
	case LEVEL_RACK:
		rack = inventory_rack(inventory, id);
		return rack != NULL ? rack->index : INVENTORY_NONE;
	case LEVEL_FEED:
		return find_feed(inventory, feeds, id);
	case LEVEL_NODE:
		node = inventory_power(inventory, id);
		return node != NULL ? node->index : INVENTORY_NONE;
	case LEVEL_DEVICE:
	case LEVEL_SENSOR:
		device = inventory_device(inventory, id);
		return device != NULL ? device->index : INVENTORY_NONE;
	case LEVEL_TARGET:
		return find_target(&config->settings, id);
	case LEVEL_COLLECTOR:
		return strcmp(id, "self") == 0 ? 0 : INVENTORY_NONE;
	case LEVEL_N:
		break;
	}
	return INVENTORY_NONE;
}

int
thing_find(const struct config *config, const uint32_t *feeds, enum level level,
    const char *entity, struct thing *ret_thing)
{
	static const char *const kinds[LEVEL_N] = {
		[LEVEL_PROVINCE] = "province:", [LEVEL_AREA] = "area:",
		[LEVEL_SITE] = "site:", [LEVEL_HALL] = "hall:", [LEVEL_ROW] = "row:",
		[LEVEL_RACK] = "rack:", [LEVEL_FEED] = "feed:", [LEVEL_NODE] = "feed:",
		[LEVEL_DEVICE] = "device:", [LEVEL_SENSOR] = "device:",
		[LEVEL_TARGET] = "target:", [LEVEL_COLLECTOR] = "collector:",
	};
	uint32_t index;

	if ((unsigned)level >= LEVEL_N || !str_starts(entity, kinds[level])) {
		return COL_ENOENT;
	}
	index = index_of(config, feeds, level, entity + strlen(kinds[level]));
	if (index == INVENTORY_NONE) {
		return COL_ENOENT;
	}
	*ret_thing = (struct thing){ level, index };
	return 0;
}

/* ---- for people ---------------------------------------------------------------------- */

static const char *
choose(const struct name *name, const char *id, enum thing_lang lang)
{
	const char *first = lang == THING_ZH ? name->zh : name->en;
	const char *second = lang == THING_ZH ? name->en : name->zh;

	return first != NULL ? first : second != NULL ? second : id;
}

static const char *
place_name(const struct inventory *inventory, enum entity_kind kind, uint32_t index,
    enum thing_lang lang)
{
	const struct place *place = index < inventory->n_places[kind] ?
	    inventory->places[kind][index] : NULL;

	return place != NULL ? choose(&place->name, place->id, lang) : "";
}

static void
device_name(const struct inventory *inventory, uint32_t index, char *name)
{
	const struct device *device = index < inventory->n_devices ?
	    inventory->devices[index] : NULL;
	const struct rack *rack;

	if (device == NULL) {
		return;
	}
	rack = device->rack < inventory->n_racks ? inventory->racks[device->rack] : NULL;
	if (rack != NULL) {
		(void)str_format(name, THING_NAME_SIZE, "%s %s", rack->label, device->role);
	} else {
		(void)str_copy(name, THING_NAME_SIZE, device->id);
	}
}

void
thing_name(const struct config *config, const uint32_t *feeds, struct thing thing,
    enum thing_lang lang, char name[THING_NAME_SIZE])
{
	const struct inventory *inventory = config->inventory;
	const struct rack *rack;
	const char *text = "";
	unsigned feed;

	name[0] = '\0';
	if (thing.level < LEVEL_RACK) {
		text = place_name(inventory, (enum entity_kind)thing.level, thing.index, lang);
	} else if (thing.level == LEVEL_RACK) {
		rack = thing.index < inventory->n_racks ? inventory->racks[thing.index] : NULL;
		text = rack != NULL ? rack->label : "";
	} else if (thing.level == LEVEL_FEED) {
		if (thing_feed(inventory, feeds, thing.index, &rack, &feed)) {
			(void)str_format(name, THING_NAME_SIZE, lang == THING_ZH ?
			    "%s %s路" : "%s feed %s", rack->label, rack->feeds[feed].id);
		}
		return;
	} else if (thing.level == LEVEL_NODE) {
		text = thing.index < inventory->n_power ? choose(
		    &inventory->power[thing.index].name, inventory->power[thing.index].id,
		    lang) : "";
	} else if (thing.level == LEVEL_TARGET) {
		text = thing.index < config->settings.n_targets ? choose(
		    &config->settings.targets[thing.index].name,
		    config->settings.targets[thing.index].id, lang) : "";
	} else if (thing.level == LEVEL_COLLECTOR) {
		text = lang == THING_ZH ? "采集器" : "collector";
	} else {
		device_name(inventory, thing.index, name);
		return;
	}
	(void)str_copy(name, THING_NAME_SIZE, text);
}

void
thing_place(const struct config *config, const struct thing_where *where,
    struct thing thing, enum thing_lang lang, char name[THING_NAME_SIZE])
{
	size_t len = 0;

	name[0] = '\0';
	for (enum entity_kind kind = ENTITY_SITE; kind <= ENTITY_ROW; kind++) {
		const char *text = where->places[kind] == INVENTORY_NONE ||
		    (unsigned)thing.level == (unsigned)kind ? "" :
		    place_name(config->inventory, kind, where->places[kind], lang);

		if (text[0] != '\0' && len < THING_NAME_SIZE) {
			len += str_format(name + len, THING_NAME_SIZE - len, "%s%s",
			    len > 0 ? " / " : "", text);
		}
	}
}
