/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which episode one of a thing goes under: asked of the fold, never remembered. */
#include <config.h>

#include "alert/folding_inner.h"

#include <string.h>

#include "base/str.h"

int64_t
folding_found(const struct folding *folding, uint32_t by, enum fold_of of, uint32_t index)
{
	struct fold_found found;
	const struct cause *cause;

	if (!fold_find(folding->fold, by, of, index, &found)) {
		return 0;
	}
	cause = folding_cause(folding, found.by, found.node);
	return cause != NULL ? cause->episode : 0;
}

/* Of a place or a node itself: its own cause, or one above it. */
static int64_t
found_at(const struct folding *folding, uint32_t folds, struct thing thing)
{
	const struct engine *engine = folding->engine;
	char entity[ALERT_ENTITY_SIZE];
	const struct cause *cause;
	int64_t under = 0;

	if (thing_entity(engine->config, engine->feeds, thing, entity) != 0) {
		return 0;
	}
	for (unsigned by = 0; under == 0 && by < FOLD_N; by++) {
		uint32_t node = (folds & 1u << by) == 0 ? TOPOLOGY_NONE : topology_find(
		    fold_topology(folding->fold), (enum fold_by)by, entity, "");

		if (node == TOPOLOGY_NONE) {
			continue;
		}
		cause = folding_cause(folding, (enum fold_by)by, node);
		under = cause != NULL ? cause->episode :
		    folding_found(folding, 1u << by, FOLD_OF_NODE, node);
	}
	return under;
}

/* The cause at a node of the feed tree, one above it, or one below: what a UPS
 * says when all that hangs on it is lost is no other cause. */
static int64_t
found_around(const struct folding *folding, uint32_t node)
{
	const struct topology *topology = fold_topology(folding->fold);
	const struct cause *cause = folding_cause(folding, FOLD_SUPPLY, node);
	int64_t under = cause != NULL ? cause->episode :
	    folding_found(folding, 1u << FOLD_SUPPLY, FOLD_OF_NODE, node);

	for (cause = folding->causes; under == 0 && cause != NULL; cause = cause->hh.next) {
		if (cause->key.by == FOLD_SUPPLY &&
		    topology_below(topology, FOLD_SUPPLY, cause->key.node, node)) {
			under = cause->episode;
		}
	}
	return under;
}

/* Devices that measure a node of the feed tree. */
static int64_t
found_by_node(const struct folding *folding, const struct device *device)
{
	const struct inventory *inventory = folding->engine->config->inventory;
	char entity[ALERT_ENTITY_SIZE];
	int64_t under = 0;

	for (uint32_t p = 0; folding->causes != NULL && under == 0 &&
	    p < inventory->n_power; p++) {
		uint32_t node;

		if (!str_equal(inventory->power[p].device, device->id)) {
			continue;
		}
		(void)str_format(entity, sizeof(entity), "feed:%s", inventory->power[p].id);
		node = topology_find(fold_topology(folding->fold), FOLD_SUPPLY, entity, "");
		under = node != TOPOLOGY_NONE ? found_around(folding, node) : 0;
	}
	return under;
}

/* What hangs on all feeds of a rack answers with one of them lost, and says so:
 * a power supply without input, no redundancy. */
static int64_t
found_by_device(const struct folding *folding, uint32_t folds, uint32_t index)
{
	const struct inventory *inventory = folding->engine->config->inventory;
	const struct device *device = inventory->devices[index];

	if ((folds & 1u << FOLD_SUPPLY) == 0 || device->feed >= 0) {
		return 0;
	}
	if (device->rack == INVENTORY_NONE) {
		return found_by_node(folding, device);
	}
	return folding_found(folding, 1u << FOLD_SUPPLY, FOLD_OF_RACK, device->rack);
}

int64_t
folding_under(const struct folding *folding, uint32_t folds, struct thing thing)
{
	int64_t under;

	if (folding == NULL || folds == 0 || fold_topology(folding->fold) == NULL) {
		return 0;
	}
	if (thing.level == LEVEL_FEED) {
		return folding_found(folding, folds, FOLD_OF_LEAF, thing.index);
	}
	if (thing.level == LEVEL_RACK) {
		return folding_found(folding, folds, FOLD_OF_RACK, thing.index);
	}
	if (thing.level == LEVEL_DEVICE || thing.level == LEVEL_SENSOR) {
		under = folding_found(folding, folds, FOLD_OF_DEVICE, thing.index);
		return under != 0 || thing.level == LEVEL_DEVICE ? under :
		    found_by_device(folding, folds, thing.index);
	}
	return found_at(folding, folds, thing);
}
