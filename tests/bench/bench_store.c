/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What storage costs: CPU per row (one slot of a rack's 32 sources) accepted in
 * the journal and flushed to RRD, and bytes written per sample.
 *
 * Prints a table and "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 *
 * Use: bench_store [FILES [SLOTS]]   (default 10,000 and 15; needs FILES x 0.7 MB)
 */
#include <config.h>

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/layout.h"
#include "store/store.h"

#define T0 INT64_C(1763712000)
#define PER_DEVICE 15

struct bench {
	struct clock *clock;
	struct config config;
	struct inventory *inventory;
	const struct col_layout *device, *derived;
	struct store *store;
	uint32_t n_racks;
};

static double
own_cpu_us(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static int
child_pid(void)
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

static double
child_cpu_us(int pid)
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

static double
written_bytes(int pid)
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

static void
make_inventory(struct bench *bench)
{
	struct inventory *inventory = inventory_new();
	struct arena *arena = inventory_arena(inventory);
	const struct rack **racks = arena_alloc(arena, bench->n_racks * sizeof(*racks));

	for (uint32_t i = 0; i < bench->n_racks; i++) {
		struct rack *rack = arena_alloc(arena, sizeof(*rack));

		rack->index = i;
		rack->id = arena_format(arena, "zz1-h1-r%u-a%02u", i / 100, i % 100);
		racks[i] = rack;
	}
	inventory->racks = racks;
	inventory->n_racks = bench->n_racks;
	inventory_seal(inventory);
	bench->inventory = inventory;
}

static void
make_layouts(struct bench *bench)
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
	bench->device = layout_intern(slots, PER_DEVICE, NULL);
	bench->derived = layout_intern(DERIVED, 2, NULL);
}

static void
put(struct bench *bench, uint32_t rack, const char *role, const struct col_layout *layout,
    int64_t slot_s)
{
	struct sample samples[PER_DEVICE];
	struct record record = { .inventory = bench->inventory,
	    .entity = { ENTITY_RACK, rack }, .role = role, .device = 0,
	    .slot = { slot_s * NS_PER_S }, .layout = layout, .samples = samples };

	for (uint32_t i = 0; i < layout->n_slots; i++) {
		samples[i] = (struct sample){ 200.0 + 0.1 * (double)((rack + i +
		    (uint64_t)slot_s / 60) % 777), COL_GOOD };
	}
	store_put(bench->store, &record);
}

static void
put_slot(struct bench *bench, int64_t slot_s)
{
	for (uint32_t i = 0; i < bench->n_racks; i++) {
		put(bench, i, "pdu-a", bench->device, slot_s);
		put(bench, i, "pdu-b", bench->device, slot_s);
		put(bench, i, "", bench->derived, slot_s);
		if (i % 1000 == 999) {
			clock_test_advance(bench->clock, 60 * NS_PER_MS);
			(void)store_step(bench->store);
		}
	}
	clock_test_advance(bench->clock, 60 * NS_PER_MS);
	(void)store_step(bench->store);
}

static uint64_t
waiting(struct bench *bench)
{
	struct store_health health;

	store_health(bench->store, &health);
	return health.unflushed_rows;
}

/* Steps at the pace of the store process until so many rows or fewer wait. */
static void
run_until(struct bench *bench, uint64_t n, int64_t step_ns)
{
	while (waiting(bench) > n) {
		clock_test_advance(bench->clock, step_ns);
		(void)store_step(bench->store);
		(void)poll(NULL, 0, 2);
	}
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
measure(struct bench *bench, int64_t first_s, int n_slots)
{
	int pid = child_pid();
	double rows = (double)bench->n_racks * n_slots, samples = rows * 32;
	double own = own_cpu_us(), child, own_bytes = written_bytes(getpid()), child_bytes;

	for (int i = 0; i < n_slots; i++) {
		int64_t slot_s = first_s + i * 60;
		int64_t ahead = slot_s * NS_PER_S - clock_wall(bench->clock).ns;

		clock_test_advance(bench->clock, ahead > 0 ? ahead : 0);
		put_slot(bench, slot_s);
	}
	(void)printf("accepted: %.0f rows, %.2f us CPU a row, %.1f bytes a sample\n", rows,
	    (own_cpu_us() - own) / rows, (written_bytes(getpid()) - own_bytes) / samples);
	(void)printf("bench\tstore_accept_row\t%.2f\tus\nbench\tstore_journal_sample\t%.1f\tbytes\n",
	    (own_cpu_us() - own) / rows, (written_bytes(getpid()) - own_bytes) / samples);
	own = own_cpu_us();
	child = child_cpu_us(pid);
	child_bytes = written_bytes(pid);
	run_until(bench, 0, 500 * NS_PER_MS);
	(void)printf("flushed:  %.2f us CPU a row in the store process (%.0f us a file), "
	    "%.2f us in the daemon, %.1f bytes a sample dirtied\n",
	    (child_cpu_us(pid) - child) / rows,
	    (child_cpu_us(pid) - child) / bench->n_racks, (own_cpu_us() - own) / rows,
	    (written_bytes(pid) - child_bytes) / samples);
	(void)printf("bench\tstore_flush_row\t%.2f\tus\nbench\tstore_hand_over_row\t%.2f\tus\n"
	    "bench\tstore_rrd_sample\t%.1f\tbytes\n", (child_cpu_us(pid) - child) / rows,
	    (own_cpu_us() - own) / rows, (written_bytes(pid) - child_bytes) / samples);
}

int
main(int argc, char **argv)
{
	struct bench bench = { .n_racks = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) :
	    10000 };
	int n_slots = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 15;
	struct store_setup setup = { .program = argv[0] };
	char dir[] = "./bench-store-XXXXXX", path[4096];
	struct col_error error;
	double before;

	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	if (bench.n_racks == 0 || n_slots < 1 || n_slots > 200 || mkdtemp(dir) == NULL ||
	    realpath(dir, path) == NULL) {
		return 2;
	}
	bench.clock = clock_test_new((struct wall){ T0 * NS_PER_S },
	    (struct mono){ NS_PER_S });
	setup.clock = bench.clock;
	make_inventory(&bench);
	make_layouts(&bench);
	bench.config.inventory = bench.inventory;
	bench.config.settings.interval_ns = 60 * NS_PER_S;
	bench.config.settings.store_dir = path;
	bench.config.settings.store_class = STORE_LEAN;
	bench.config.settings.flush_ns = 900 * NS_PER_S;
	bench.config.settings.journal_segment_bytes = 64 << 20;
	if (store_new(&setup, &bench.config, &bench.store, &error) != 0) {
		(void)fprintf(stderr, "%s\n", error.text);
		return 1;
	}
	put_slot(&bench, T0);
	before = child_cpu_us(child_pid());
	run_until(&bench, 0, 500 * NS_PER_MS);
	(void)printf("created:  %u files, %.0f us CPU each\n", bench.n_racks,
	    (child_cpu_us(child_pid()) - before) / bench.n_racks);
	measure(&bench, clock_wall(bench.clock).ns / NS_PER_S / 60 * 60 + 60, n_slots);
	store_free(bench.store);
	inventory_unref(bench.inventory);
	clock_free(bench.clock);
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
