/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"

static void
make_places(struct inventory *inventory, uint32_t n_rows)
{
	struct arena *arena = inventory_arena(inventory);

	for (unsigned k = 0; k < ENTITY_PLACE_N; k++) {
		uint32_t n = k == ENTITY_PROVINCE ? 1 : n_rows;
		const struct place **places = arena_alloc(arena, n * sizeof(*places));

		for (uint32_t i = 0; i < n; i++) {
			struct place *place = arena_alloc(arena, sizeof(*place));

			place->kind = (enum entity_kind)k;
			place->index = i;
			place->id = arena_format(arena, "%s-%u",
			    entity_kind_text(place->kind), i);
			place->parent = k == ENTITY_PROVINCE ? INVENTORY_NONE :
			    k == ENTITY_AREA ? 0 : i;
			places[i] = place;
		}
		inventory->places[k] = places;
		inventory->n_places[k] = n;
	}
}

static void
make_rack(struct inventory *inventory, const struct fixture_rack *from,
    uint32_t index, const struct device **devices)
{
	struct arena *arena = inventory_arena(inventory);
	struct rack *rack = arena_alloc(arena, sizeof(*rack));
	uint32_t *ids = arena_alloc(arena, strlen(from->devices) * sizeof(*ids) + 4);

	rack->index = index;
	rack->id = arena_format(arena, "rack-%u", index);
	rack->label = rack->id;
	rack->row = from->row;
	rack->state = from->state;
	rack->design_w = from->design_w;
	rack->devices = ids;
	for (const char *c = from->devices; *c != '\0'; c++) {
		struct device *device = arena_alloc(arena, sizeof(*device));

		device->index = inventory->n_devices;
		device->id = arena_format(arena, "rack-%u-d%u", index, rack->n_devices);
		device->role = arena_format(arena, "d%u", rack->n_devices);
		device->rack = index;
		device->kind = *c == 'i' ? "bmc" : "pdu";
		device->feed = *c == '-' || *c == 'i' ? -1 : *c - 'A';
		device->hash = 1;
		if (device->feed >= 0 && (unsigned)device->feed >= rack->n_feeds) {
			rack->n_feeds = (unsigned)device->feed + 1;
		}
		ids[rack->n_devices++] = device->index;
		devices[inventory->n_devices++] = device;
	}
	for (unsigned f = 0; f < rack->n_feeds; f++) {
		rack->feeds[f] = (struct feed){ .id = f == 0 ? "A" : "B",
		    .breaker_a = from->breaker_a, .volts = from->volts,
		    .phases = from->phases == 0 ? 1 : from->phases };
	}
	((const struct rack **)(uintptr_t)inventory->racks)[index] = rack;
}

struct inventory *
fixture_inventory(const struct fixture_rack *racks, uint32_t n_racks, uint32_t n_rows)
{
	struct inventory *inventory = inventory_new();
	struct arena *arena = inventory_arena(inventory);
	const struct device **devices;
	uint32_t n_devices = 0;

	for (uint32_t r = 0; r < n_racks; r++) {
		n_devices += (uint32_t)strlen(racks[r].devices);
	}
	devices = arena_alloc(arena, (n_devices + 1) * sizeof(*devices));
	inventory->racks = arena_alloc(arena, (n_racks + 1) * sizeof(*inventory->racks));
	inventory->n_racks = n_racks;
	inventory->devices = devices;
	inventory->version = 1;
	inventory->province_id = "province-0";
	inventory->timezone = "Asia/Shanghai";
	make_places(inventory, n_rows);
	for (uint32_t r = 0; r < n_racks; r++) {
		make_rack(inventory, &racks[r], r, devices);
	}
	inventory_seal(inventory);
	return inventory;
}

const struct config *
fixture_config(const char *yaml, struct ids *ids, uint64_t version)
{
	char file[] = "/tmp/fixture-XXXXXX";
	const struct config *config = NULL;
	struct config_errors errors;
	int fd = mkstemp(file);
	struct buf text;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
	(void)close(fd);
	config_errors_init(&errors);
	if (config_load(file, NULL, ids, version, clock_wall(clock_real()), &errors,
	    &config) < 0) {
		buf_init(&text, 0);
		config_errors_print(&errors, &text);
		(void)unlink(file);
		fail_msg("%s", text.data);
	}
	config_errors_done(&errors);
	(void)unlink(file);
	return config;
}
