/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which device is reached through which: the names must be those of devices,
 * and no way may lead back to where it began.
 */
#include <config.h>

#include "config/link.h"

#include <string.h>

/* A device that is reached through another. */
struct hop {
	const struct device *device;
	uint32_t walk;                 /* that came by, from 1 */
	UT_hash_handle hh;
};

/* Places in the files that have had their message: one entry there may stand
 * for the devices of many racks. */
struct told { const struct col_node *node; UT_hash_handle hh; };

struct hops {
	struct load *load;
	struct hop *by_id;
	struct told *told;
	struct hop **order;            /* as they came, for messages in order */
	uint32_t n;
};

static bool
tell(struct hops *hops, const struct device *device)
{
	struct told *told;

	HASH_FIND_PTR(hops->told, &device->node, told);
	if (told != NULL) {
		return false;
	}
	told = arena_alloc(hops->load->scratch.arena, sizeof(*told));
	told->node = device->node;
	HASH_ADD_PTR(hops->told, node, told);
	return true;
}

static void
add_hop(struct hops *hops, const struct device *device)
{
	struct hop *hop;

	if (device == NULL || device->through == NULL) {
		return;
	}
	hop = arena_alloc(hops->load->scratch.arena, sizeof(*hop));
	hop->device = device;
	HASH_ADD_KEYPTR(hh, hops->by_id, device->id, strlen(device->id), hop);
	hops->order[hops->n++] = hop;
}

static void
check_circle(struct hops *hops, struct hop *from, uint32_t walk)
{
	struct hop *hop = from;

	while (hop != NULL && hop->walk == 0) {
		const char *above = hop->device->through;

		hop->walk = walk;
		HASH_FIND(hh, hops->by_id, above, strlen(above), hop);
	}
	if (hop != NULL && hop->walk == walk && tell(hops, hop->device)) {
		config_errors_add(hops->load->kept.errors,
		    col_node_get(hop->device->node, "through"), "device '%s' is "
		    "reached through itself, by way of '%s'", hop->device->id,
		    hop->device->through);
	}
}

void
link_through(struct load *load, link_find_fn *find, void *arg)
{
	struct hops hops = { .load = load };
	const struct draft_device *device;
	const struct draft_rack *rack;

	hops.order = arena_alloc(load->scratch.arena,
	    ((size_t)load->drafts->n_devices + 1) * sizeof(struct hop *));
	for (rack = load->drafts->racks; rack != NULL; rack = rack->hh.next) {
		for (uint32_t i = 0; rack->rack != NULL && i < rack->rack->n_devices; i++) {
			add_hop(&hops, rack->models[i]);
		}
	}
	for (device = load->drafts->free; device != NULL; device = device->next) {
		add_hop(&hops, device->model);
	}
	for (uint32_t i = 0; i < hops.n; i++) {
		const struct device *of = hops.order[i]->device;

		if (!find(arg, of->through) && tell(&hops, of)) {
			config_errors_add(load->kept.errors,
			    col_node_get(of->node, "through"),
			    "unknown device '%.64s'", of->through);
		}
		check_circle(&hops, hops.order[i], i + 1);
	}
	HASH_CLEAR(hh, hops.by_id);
	HASH_CLEAR(hh, hops.told);
}
