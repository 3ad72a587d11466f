/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/where.h"

#include <string.h>

#include "base/str.h"

bool
where_glob(const char *const *globs, const char *text)
{
	if (globs == NULL) {
		return true;
	}
	for (size_t i = 0; globs[i] != NULL; i++) {
		if (str_glob(globs[i], text != NULL ? text : "")) {
			return true;
		}
	}
	return false;
}

/* True when ref is place or lies below it; up to place's kind. */
static bool
is_below(const struct inventory *inventory, struct entity_ref ref,
    struct entity_ref place)
{
	while (ref.kind > place.kind) {
		const struct place *below = ref.kind < ENTITY_PLACE_N &&
		    ref.index < inventory->n_places[ref.kind] ?
		    inventory->places[ref.kind][ref.index] : NULL;

		if (below == NULL) {
			return false;
		}
		ref.kind--;
		ref.index = below->parent;
	}
	return ref.kind == place.kind && ref.index == place.index;
}

bool
where_place(const struct inventory *inventory, const struct rule_where *where,
    struct entity_ref place)
{
	for (size_t i = 0; i < where->n_places; i++) {
		if (is_below(inventory, place, where->places[i])) {
			return true;
		}
	}
	return where->n_places == 0;
}

static bool
in_places(const struct inventory *inventory, const struct rule_where *where,
    const struct rack *rack)
{
	struct entity_ref row = { ENTITY_ROW, rack->row };

	for (size_t i = 0; i < where->n_places; i++) {
		const struct entity_ref *place = &where->places[i];

		if (place->kind == ENTITY_RACK ? place->index == rack->index :
		    is_below(inventory, row, *place)) {
			return true;
		}
	}
	return where->n_places == 0;
}

bool
where_rack(const struct inventory *inventory, const struct rule_where *where,
    const struct rack *rack)
{
	return (where->classes == 0 || (where->classes & 1u << rack->class) != 0) &&
	    where_glob(where->labels, rack->label) && in_places(inventory, where, rack);
}

bool
where_node(const struct inventory *inventory, const struct rule_where *where,
    const struct power_node *node)
{
	return where_place(inventory, where,
	    (struct entity_ref){ ENTITY_SITE, node->site });
}

bool
where_device(const struct inventory *inventory, const struct rule_where *where,
    const struct device *device, const char *profile)
{
	if (!where_glob(where->kinds, device->kind) ||
	    !where_glob(where->roles, device->role) ||
	    !where_glob(where->profiles, profile != NULL ? profile : device->profile)) {
		return false;
	}
	if (device->rack != INVENTORY_NONE) {
		return where_rack(inventory, where, inventory->racks[device->rack]);
	}
	return where->classes == 0 && where->labels == NULL &&
	    where_place(inventory, where, device->place);
}

bool
where_target(const struct rule_where *where, const char *id)
{
	return where_glob(where->targets, id);
}

bool
where_muted(const struct inventory *inventory, const struct rule_where *where,
    uint32_t rack, struct wall now)
{
	return !where->maintained && rack < inventory->n_racks &&
	    inventory->racks[rack] != NULL &&
	    rack_maintained(inventory->racks[rack], now);
}
