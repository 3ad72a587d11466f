/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "store_load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/layout.h"

#define PER_DEVICE 15
#define INTERVAL_S 60.0

double
proc_own_cpu_us(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

int
proc_child(void)
{
	char path[64], line[64] = "";
	FILE *file;

	str_format(path, sizeof(path), "/proc/self/task/%d/children", getpid());
	file = fopen(path, "r");
	if (file != NULL) {
		if (fgets(line, sizeof(line), file) == NULL) {
			line[0] = '\0';
		}
		(void)fclose(file);
	}
	return (int)strtol(line, NULL, 10);
}

double
proc_cpu_us(int pid)
{
	char path[64], line[1024] = "", *at;
	unsigned long user = 0, kernel = 0;
	FILE *file;

	str_format(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (file == NULL) {
		return 0;
	}
	at = fgets(line, sizeof(line), file) != NULL ? strrchr(line, ')') : NULL;
	(void)fclose(file);
	if (at != NULL) {
		(void)sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		    &user, &kernel);
	}
	return (double)(user + kernel) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

double
proc_written(int pid)
{
	char path[64], line[128];
	double bytes = 0;
	FILE *file;

	str_format(path, sizeof(path), "/proc/%d/io", pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (str_starts(line, "write_bytes:")) {
			bytes = strtod(line + 12, NULL);
		}
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return bytes;
}

double
proc_rss_kb(int pid)
{
	char path[64], line[128];
	double kb = 0;
	FILE *file;

	str_format(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (str_starts(line, "VmRSS:")) {
			kb = strtod(line + 6, NULL);
		}
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return kb;
}

static void
make_inventory(struct load *load)
{
	struct inventory *inventory = inventory_new();
	struct arena *arena = inventory_arena(inventory);
	const struct rack **racks = arena_alloc(arena, load->n_racks * sizeof(*racks));
	struct place *province = arena_alloc(arena, sizeof(*province));
	const struct place **places = arena_alloc(arena, sizeof(*places));

	for (uint32_t i = 0; i < load->n_racks; i++) {
		struct rack *rack = arena_alloc(arena, sizeof(*rack));

		rack->index = i;
		rack->id = arena_format(arena, "zz1-h1-r%u-a%02u", i / 100, i % 100);
		racks[i] = rack;
	}
	province->kind = ENTITY_PROVINCE;
	province->id = "henan";
	places[0] = province;
	inventory->places[ENTITY_PROVINCE] = places;
	inventory->n_places[ENTITY_PROVINCE] = 1;
	inventory->racks = racks;
	inventory->n_racks = load->n_racks;
	inventory_seal(inventory);
	load->inventory = inventory;
}

static void
make_layouts(struct load *load)
{
	static const struct col_slot DERIVED[] = {
		{ "power_w", "", "W", "", COL_SLOT_ARCHIVE, 0, 0 },
		{ "temperature_c", "", "C", "", COL_SLOT_ARCHIVE, 0, 0 },
	};
	struct col_slot slots[PER_DEVICE];
	char names[PER_DEVICE][16];

	for (unsigned i = 0; i < PER_DEVICE; i++) {
		str_format(names[i], sizeof(names[i]), "outlet %u", i);
		slots[i] = (struct col_slot){ "power_w", names[i], "W", "1.3.6",
		    COL_SLOT_ARCHIVE, 0, 0 };
	}
	load->device = layout_intern(slots, PER_DEVICE, NULL);
	load->derived = layout_intern(DERIVED, 2, NULL);
}

static void
put(struct load *load, uint32_t rack, const char *role, const struct col_layout *layout,
    int64_t slot_s)
{
	struct sample samples[PER_DEVICE];
	struct record record = { .inventory = load->inventory,
	    .entity = { ENTITY_RACK, rack }, .role = role, .device = 0,
	    .slot = { slot_s * NS_PER_S }, .layout = layout, .samples = samples };

	for (uint32_t i = 0; i < layout->n_slots; i++) {
		samples[i] = (struct sample){ 200.0 + 0.1 * (double)((rack + i +
		    (uint64_t)slot_s / 60) % 777), COL_GOOD };
	}
	store_put(load->store, &record);
}

static void
put_ended(struct load *load, int64_t slot_s)
{
	const struct sample samples[2] = { { 1, COL_GOOD }, { 0, COL_UNAVAILABLE } };
	const struct record record = { .inventory = load->inventory,
	    .entity = { ENTITY_PROVINCE, 0 }, .role = "", .device = INVENTORY_NONE,
	    .slot = { slot_s * NS_PER_S }, .layout = load->derived, .samples = samples,
	    .ended = true };

	store_put(load->store, &record);
}

void
load_put_slot(struct load *load, int64_t slot_s)
{
	for (uint32_t i = 0; i < load->n_racks; i++) {
		put(load, i, "pdu-a", load->device, slot_s);
		put(load, i, "pdu-b", load->device, slot_s);
		put(load, i, "", load->derived, slot_s);
		if (i % 10000 == 9999) {
			clock_test_advance(load->clock, 60 * NS_PER_MS);
			(void)store_step(load->store);
		}
	}
	put_ended(load, slot_s);
	clock_test_advance(load->clock, 60 * NS_PER_MS);
	(void)store_step(load->store);
}

void
load_settle(struct load *load)
{
	(void)store_step(load->store);
	while (store_waits(load->store)) {
		(void)poll(NULL, 0, 1);
		(void)store_step(load->store);
	}
}

void
load_run_slot(struct load *load, int64_t slot_s)
{
	int64_t end_ns = (slot_s + 60) * NS_PER_S, step_ns;

	step_ns = (int64_t)(LOAD_RACKS / load->n_racks * (double)NS_PER_S);
	step_ns = step_ns > 20 * NS_PER_S ? 20 * NS_PER_S : step_ns;
	load_put_slot(load, slot_s);
	for (int64_t now = clock_wall(load->clock).ns; now < end_ns;
	    now = clock_wall(load->clock).ns) {
		clock_test_advance(load->clock, end_ns - now < step_ns ? end_ns - now :
		    step_ns);
		load_settle(load);
	}
}

static uint64_t
waiting(struct load *load)
{
	struct store_health health;

	store_health(load->store, &health);
	return health.unflushed_rows;
}

void
load_run_until(struct load *load, uint64_t n, int64_t step_ns)
{
	while (waiting(load) > n) {
		clock_test_advance(load->clock, step_ns);
		(void)store_step(load->store);
		(void)poll(NULL, 0, 2);
	}
}

bool
load_open(struct load *load, const char *program, const char *dir, int64_t now_s)
{
	struct store_setup setup = { .program = program };
	struct settings *settings = &load->config.settings;
	struct col_error error;

	load->clock = clock_test_new((struct wall){ now_s * NS_PER_S },
	    (struct mono){ NS_PER_S });
	setup.clock = load->clock;
	make_inventory(load);
	make_layouts(load);
	load->config.inventory = load->inventory;
	settings->interval_ns = 60 * NS_PER_S;
	settings->store_dir = dir;
	settings->store_class = STORE_LEAN;
	settings->flush_ns = 900 * NS_PER_S;
	settings->journal_segment_bytes = 64 << 20;
	if (store_new(&setup, &load->config, &load->store, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		return false;
	}
	return true;
}

void
load_close(struct load *load)
{
	store_free(load->store);
	inventory_unref(load->inventory);
	clock_free(load->clock);
}

void
bench_tell(const char *name, double value, const char *unit)
{
	(void)printf("bench\t%s\t%.4g\t%s\n", name, value, unit);
	(void)fflush(stdout);
}

void
bench_tell_cost(const char *way, const struct cost *cost)
{
	char name[64];

	str_format(name, sizeof(name), "%s_cpu_per_row", way);
	bench_tell(name, cost->cpu_us / cost->rows, "us");
	str_format(name, sizeof(name), "%s_written_per_sample", way);
	bench_tell(name, cost->bytes / cost->rows / LOAD_PER_RACK, "bytes");
	str_format(name, sizeof(name), "%s_core_share_90000", way);
	bench_tell(name, cost->cpu_us / cost->rows * LOAD_RACKS / INTERVAL_S / 1e4, "%");
	str_format(name, sizeof(name), "%s_written_90000", way);
	bench_tell(name, cost->bytes / cost->rows * LOAD_RACKS / INTERVAL_S / 1e6, "MB/s");
}
