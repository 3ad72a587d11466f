/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The load: slots as fast as the store process takes them, on a clock of its
 * own.  A slot is told before the first of its samples is put, and again when
 * the store has counted the last one as accepted.
 */
#include <config.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/stats.h"
#include "base/str.h"
#include "killt.h"
#include "model/layout.h"
#include "store/store.h"

#define FLUSH_S 20
/* So many unflushed slots may wait before the load pauses. */
#define BACKLOG_SLOTS 18
#define BURST_MAX 4
#define SETTLE_LIMIT_NS (300 * NS_PER_S)

struct drive {
	struct clock *clock;
	struct config config;
	struct inventory *inventory;
	const struct col_layout *device, *own;
	struct store *store;
	unsigned n_racks, life;
	int64_t n_put;
};

static void
tell(enum killt_what what, int64_t slot)
{
	const struct killt_told told = { (int32_t)what, (int32_t)slot };

	if (write(KILLT_FD, &told, sizeof(told)) != sizeof(told)) {
		_exit(3);
	}
}

static void
make_inventory(struct drive *drive)
{
	struct inventory *inventory = inventory_new();
	struct arena *arena = inventory_arena(inventory);
	const struct rack **racks = arena_alloc(arena, drive->n_racks * sizeof(*racks));
	struct place *province = arena_alloc(arena, sizeof(*province));
	const struct place **places = arena_alloc(arena, sizeof(*places));

	for (uint32_t i = 0; i < drive->n_racks; i++) {
		struct rack *rack = arena_alloc(arena, sizeof(*rack));

		rack->index = i;
		rack->id = arena_format(arena, "k%02u", i);
		if (drive->life > 0 && i % 3 == 0) {
			bool other = KILLT_OTHER(drive->life);

			rack->was = arena_format(arena, other ? "k%02u" : "r%02u", i);
			rack->id = arena_format(arena, other ? "r%02u" : "k%02u", i);
		}
		racks[i] = rack;
	}
	province->kind = ENTITY_PROVINCE;
	province->id = "henan";
	places[0] = province;
	inventory->racks = racks;
	inventory->n_racks = drive->n_racks;
	inventory->places[ENTITY_PROVINCE] = places;
	inventory->n_places[ENTITY_PROVINCE] = 1;
	inventory_seal(inventory);
	drive->inventory = inventory;
}

/* Names that the store makes DS names of which say what they are. */
static void
make_layouts(struct drive *drive)
{
	static const struct col_slot DEVICE[KILLT_DS] = {
		{ "power_w", "", "W", "1", COL_SLOT_ARCHIVE, 0, 0 },
		{ "power_w", "L1", "W", "2", COL_SLOT_ARCHIVE, 0, 0 },
		{ "power_w", "L2", "W", "3", COL_SLOT_ARCHIVE, 0, 0 },
		{ "power_w", "L3", "W", "4", COL_SLOT_ARCHIVE, 0, 0 },
		{ "current_a", "L1", "A", "5", COL_SLOT_ARCHIVE, 0, 0 },
		{ "current_a", "L2", "A", "6", COL_SLOT_ARCHIVE, 0, 0 },
		{ "current_a", "L3", "A", "7", COL_SLOT_ARCHIVE, 0, 0 },
		{ "voltage_v", "L1", "V", "8", COL_SLOT_ARCHIVE, 0, 0 },
		{ "voltage_v", "L2", "V", "9", COL_SLOT_ARCHIVE, 0, 0 },
		{ "voltage_v", "L3", "V", "10", COL_SLOT_ARCHIVE, 0, 0 },
	};
	static const struct col_slot OWN[1] = {
		{ "power_w", "", "W", "", COL_SLOT_ARCHIVE, 0, 0 },
	};

	drive->device = layout_intern(DEVICE, KILLT_DS, NULL);
	drive->own = layout_intern(OWN, 1, NULL);
}

static void
put_device(struct drive *drive, unsigned rack, int64_t slot)
{
	struct sample samples[KILLT_DS];
	const struct record record = { .inventory = drive->inventory,
	    .entity = { ENTITY_RACK, rack }, .role = "d", .device = 0,
	    .slot = { (KILLT_T0 + slot * KILLT_STEP) * NS_PER_S },
	    .layout = drive->device, .samples = samples };

	for (unsigned i = 0; i < KILLT_DS; i++) {
		samples[i] = (struct sample){ killt_value(rack, i, slot), COL_GOOD };
	}
	store_put(drive->store, &record);
	drive->n_put += KILLT_DS;
}

static void
put_one(struct drive *drive, enum entity_kind kind, unsigned rack, unsigned ds, int64_t slot)
{
	const struct sample sample = { killt_value(rack, ds, slot), COL_GOOD };
	const struct record record = { .inventory = drive->inventory,
	    .entity = { kind, kind == ENTITY_RACK ? rack : 0 },
	    .role = ds == KILLT_JOINED ? "e" : "", .device = INVENTORY_NONE,
	    .slot = { (KILLT_T0 + slot * KILLT_STEP) * NS_PER_S },
	    .layout = drive->own, .samples = &sample,
	    .ended = kind == ENTITY_PROVINCE };

	store_put(drive->store, &record);
	drive->n_put++;
}

static uint64_t
waiting(struct drive *drive)
{
	struct store_health health;

	store_health(drive->store, &health);
	return health.unflushed_rows;
}

static void
step(struct drive *drive, int64_t ns)
{
	clock_test_advance(drive->clock, ns);
	(void)store_step(drive->store);
}

static int64_t
slot_now(const struct drive *drive)
{
	return (clock_wall(drive->clock).ns / NS_PER_S - KILLT_T0) / KILLT_STEP;
}

static void
put_slot(struct drive *drive, int64_t slot)
{
	tell(KILLT_BEGUN, slot);
	for (unsigned rack = 0; rack < drive->n_racks; rack++) {
		put_device(drive, rack, slot);
		put_one(drive, ENTITY_RACK, rack, KILLT_DS, slot);
		if (slot >= KILLT_JOINS(rack)) {
			put_one(drive, ENTITY_RACK, rack, KILLT_JOINED, slot);
		}
	}
	put_one(drive, ENTITY_PROVINCE, KILLT_RACKS_MAX, KILLT_DS, slot);
}

/* So many slots at once, as after a pause of the disk. */
static void
do_slots(struct drive *drive, int64_t slot, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		put_slot(drive, slot + i);
	}
	while (stats_get(STATS_STORE_ACCEPTED) < drive->n_put) {
		step(drive, 60 * NS_PER_MS);
	}
	for (int64_t i = 0; i < n; i++) {
		tell(KILLT_ACCEPTED, slot + i);
	}
}

static void
load(struct drive *drive, int64_t first)
{
	for (int64_t slot = first, n;; slot += n) {
		slot = slot > slot_now(drive) ? slot : slot_now(drive) + 1;
		n = 1 + slot % BURST_MAX;
		step(drive, (KILLT_T0 + (slot + n - 1) * KILLT_STEP) * NS_PER_S + NS_PER_S -
		    clock_wall(drive->clock).ns);
		do_slots(drive, slot, n);
		for (unsigned i = 0; i < KILLT_STEP / 2; i++) {
			step(drive, NS_PER_S);
		}
		/* time must pass for a store process to be started again */
		while (waiting(drive) > (uint64_t)BACKLOG_SLOTS * (drive->n_racks + 1)) {
			step(drive, 20 * NS_PER_MS);
			(void)poll(NULL, 0, 1);
		}
	}
}

static bool
has_settled(struct drive *drive)
{
	struct store_health health;

	store_health(drive->store, &health);
	return health.unflushed_rows == 0 && health.files_to_move == 0;
}

/* Nothing new; until all is in RRD, in the right archives. */
static int
settle(struct drive *drive)
{
	int64_t limit = clock_mono(clock_real()).ns + SETTLE_LIMIT_NS;

	step(drive, 2 * FLUSH_S * NS_PER_S);
	while (!has_settled(drive)) {
		if (clock_mono(clock_real()).ns > limit) {
			return 4;
		}
		step(drive, 100 * NS_PER_MS);
		(void)poll(NULL, 0, 1);
	}
	tell(KILLT_SETTLED, slot_now(drive));
	store_free(drive->store);
	return 0;
}

int
drive_main(int argc, char **argv)
{
	struct drive drive = { .n_racks = 0 };
	char program[1024], log[1024];
	struct store_setup setup = { .program = program };
	struct settings *settings = &drive.config.settings;
	struct col_error error;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int64_t first;

	if (argc != 7 || len <= 0) {
		return 2;
	}
	program[len] = '\0';
	str_format(log, sizeof(log), "%s.log", argv[2]);
	log_init(LOG_TEXT, COL_LOG_INFO, open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600));
	first = strtoll(argv[3], NULL, 10);
	drive.n_racks = (unsigned)strtoul(argv[4], NULL, 10);
	drive.life = (unsigned)strtoul(argv[6], NULL, 10);
	drive.clock = clock_test_new((struct wall){
	    (KILLT_T0 + first * KILLT_STEP) * NS_PER_S }, (struct mono){ NS_PER_S });
	setup.clock = drive.clock;
	make_inventory(&drive);
	make_layouts(&drive);
	drive.config.inventory = drive.inventory;
	settings->interval_ns = KILLT_STEP * NS_PER_S;
	settings->store_dir = argv[2];
	settings->store_class = KILLT_OTHER(drive.life) ? STORE_STANDARD : STORE_LEAN;
	settings->flush_ns = FLUSH_S * NS_PER_S;
	settings->journal_segment_bytes = 1 << 18;
	if (store_new(&setup, &drive.config, &drive.store, &error) != 0) {
		LOG_ERROR("killt", NULL, NULL, "%s", error.text);
		return 1;
	}
	if (strcmp(argv[5], "settle") == 0) {
		return settle(&drive);
	}
	load(&drive, first);
	return 0;
}
