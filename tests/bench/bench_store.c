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

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rrd.h>

#include "base/arena.h"
#include "base/stats.h"
#include "base/str.h"
#include "model/layout.h"
#include "store/rrdfile.h"
#include "store/store.h"

#define T0 INT64_C(1763712000)
#define PER_DEVICE 15
#define PER_RACK 32
#define RACKS 90000.0
#define INTERVAL_S 60.0
#define FILE_BYTES 700000.0
/* Files of the direct way: enough for a mean. */
#define DIRECT_FILES 1000u
/* Until every file has its phase behind it. */
#define WARM_SLOTS 17

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
	struct place *province = arena_alloc(arena, sizeof(*province));
	const struct place **places = arena_alloc(arena, sizeof(*places));

	for (uint32_t i = 0; i < bench->n_racks; i++) {
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
put_ended(struct bench *bench, int64_t slot_s)
{
	const struct sample samples[2] = { { 1, COL_GOOD }, { 0, COL_UNAVAILABLE } };
	const struct record record = { .inventory = bench->inventory,
	    .entity = { ENTITY_PROVINCE, 0 }, .role = "", .device = INVENTORY_NONE,
	    .slot = { slot_s * NS_PER_S }, .layout = bench->derived, .samples = samples,
	    .ended = true };

	store_put(bench->store, &record);
}

static void
put_slot(struct bench *bench, int64_t slot_s)
{
	for (uint32_t i = 0; i < bench->n_racks; i++) {
		put(bench, i, "pdu-a", bench->device, slot_s);
		put(bench, i, "pdu-b", bench->device, slot_s);
		put(bench, i, "", bench->derived, slot_s);
		if (i % 10000 == 9999) {
			clock_test_advance(bench->clock, 60 * NS_PER_MS);
			(void)store_step(bench->store);
		}
	}
	put_ended(bench, slot_s);
	clock_test_advance(bench->clock, 60 * NS_PER_MS);
	(void)store_step(bench->store);
}

static void
settle(struct bench *bench)
{
	(void)store_step(bench->store);
	while (store_waits(bench->store)) {
		(void)poll(NULL, 0, 1);
		(void)store_step(bench->store);
	}
}

/* One minute: its slot, then files that become due, as many at a time as there
 * would be in a second of 90,000. */
static void
run_slot(struct bench *bench, int64_t slot_s)
{
	int64_t end_ns = (slot_s + 60) * NS_PER_S, step_ns;

	step_ns = (int64_t)(RACKS / bench->n_racks * (double)NS_PER_S);
	step_ns = step_ns > 20 * NS_PER_S ? 20 * NS_PER_S : step_ns;
	put_slot(bench, slot_s);
	for (int64_t now = clock_wall(bench->clock).ns; now < end_ns;
	    now = clock_wall(bench->clock).ns) {
		clock_test_advance(bench->clock, end_ns - now < step_ns ? end_ns - now :
		    step_ns);
		settle(bench);
	}
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
tell(const char *name, double value, const char *unit)
{
	(void)printf("bench\t%s\t%.4g\t%s\n", name, value, unit);
	(void)fflush(stdout);
}

/* CPU and bytes of one way, so that they can be compared. */
struct cost { double cpu_us, bytes, rows; };

static void
tell_cost(const char *way, const struct cost *cost)
{
	char name[64];

	str_format(name, sizeof(name), "%s_cpu_per_row", way);
	tell(name, cost->cpu_us / cost->rows, "us");
	str_format(name, sizeof(name), "%s_written_per_sample", way);
	tell(name, cost->bytes / cost->rows / PER_RACK, "bytes");
	str_format(name, sizeof(name), "%s_core_share_90000", way);
	tell(name, cost->cpu_us / cost->rows * RACKS / INTERVAL_S / 1e4, "%");
	str_format(name, sizeof(name), "%s_written_90000", way);
	tell(name, cost->bytes / cost->rows * RACKS / INTERVAL_S / 1e6, "MB/s");
}

static struct cost
measure(struct bench *bench, int64_t first_s, int n_slots)
{
	int pid = child_pid();
	struct cost cost = { .rows = 0 };
	double own, child, own_bytes, child_bytes, rows;

	for (int i = 0; i < WARM_SLOTS; i++) {
		run_slot(bench, first_s + i * 60);
	}
	own = own_cpu_us();
	child = child_cpu_us(pid);
	own_bytes = written_bytes(getpid());
	child_bytes = written_bytes(pid);
	rows = (double)stats_get(STATS_STORE_FLUSHED);
	for (int i = WARM_SLOTS; i < WARM_SLOTS + n_slots; i++) {
		run_slot(bench, first_s + i * 60);
	}
	cost.rows = (double)stats_get(STATS_STORE_FLUSHED) - rows;
	tell("store_rows", cost.rows, "rows");
	tell("store_daemon_cpu_per_row", (own_cpu_us() - own) / cost.rows, "us");
	tell("store_process_cpu_per_row", (child_cpu_us(pid) - child) / cost.rows, "us");
	tell("store_journal_per_sample", (written_bytes(getpid()) - own_bytes) / cost.rows /
	    PER_RACK, "bytes");
	tell("store_files_per_sample", (written_bytes(pid) - child_bytes) / cost.rows / PER_RACK,
	    "bytes");
	cost.cpu_us = own_cpu_us() - own + child_cpu_us(pid) - child;
	cost.bytes = written_bytes(getpid()) - own_bytes + written_bytes(pid) - child_bytes;
	return cost;
}

/* ---- the same rows by librrd alone, each at once ------------------------------------- */

static void
direct_path(char path[SERIES_PATH_SIZE], uint32_t file)
{
	str_format(path, SERIES_PATH_SIZE, "direct/00/f%u.rrd", file);
}

static bool
make_direct(uint32_t n_files)
{
	struct proto_ensure ensure = { .before_s = T0, .n_ds = PER_RACK };
	struct col_error error;

	archive_plan(ARCHIVE_LEAN, 60, &ensure.plan);
	for (uint16_t i = 0; i < PER_RACK; i++) {
		str_format(ensure.names[i], SERIES_NAME_SIZE, "s%02u", i);
	}
	for (uint32_t i = 0; i < n_files; i++) {
		direct_path(ensure.path, i);
		if (rrdfile_make(&ensure, NULL, &error) != 0 ||
		    rrdfile_put(ensure.path, &error) != 0) {
			(void)fprintf(stderr, "%s\n", error.text);
			return false;
		}
	}
	/* as the store does: pages of fresh files are large */
	sync();
	for (uint32_t i = 0; i < n_files; i++) {
		int fd;

		direct_path(ensure.path, i);
		fd = open(ensure.path, O_RDONLY);
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		(void)close(fd);
	}
	return true;
}

static void
update_direct(uint32_t file, int64_t slot_s)
{
	char path[SERIES_PATH_SIZE], text[PER_RACK * 32], number[32];
	const char *argv[] = { text };
	size_t len = str_format(text, sizeof(text), "%lld", (long long)slot_s);

	for (uint32_t i = 0; i < PER_RACK; i++) {
		(void)rrdfile_number(number, 200.0 + 0.1 * (double)((file + i +
		    (uint64_t)slot_s / 60) % 777));
		len += str_format(text + len, sizeof(text) - len, ":%s", number);
	}
	direct_path(path, file);
	(void)rrd_update_r(path, NULL, 1, argv);
}

static struct cost
measure_direct(uint32_t n_files, int n_slots)
{
	struct cost cost = { .rows = (double)n_files * n_slots };
	double own, bytes;

	for (uint32_t i = 0; i < n_files; i++) {
		update_direct(i, T0 + 60); /* its pages are read */
	}
	own = own_cpu_us();
	bytes = written_bytes(getpid());
	for (int k = 0; k < n_slots; k++) {
		for (uint32_t i = 0; i < n_files; i++) {
			update_direct(i, T0 + 120 + 60 * (int64_t)k);
		}
		/* at 60 s apart the kernel has written the pages in between */
		sync();
	}
	cost.cpu_us = own_cpu_us() - own;
	cost.bytes = written_bytes(getpid()) - bytes;
	return cost;
}

/* ---- rrdcached, in batches, with its journal --------------------------------------------- */

static pid_t
start_rrdcached(const char *dir)
{
	char base[4200], socket_path[4200], journal[4200];
	const char *argv[] = { "rrdcached", "-g", "-b", base, "-l", socket_path, "-j", journal,
		"-w", "900", "-t", "4", NULL };
	pid_t pid;

	str_format(base, sizeof(base), "%s/direct/00", dir);
	str_format(socket_path, sizeof(socket_path), "unix:%s/rrdcached.sock", dir);
	str_format(journal, sizeof(journal), "%s/rrdcached", dir);
	(void)mkdir(journal, 0700);
	pid = fork();
	if (pid == 0) {
		(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return pid;
}

static int
connect_to(const char *dir)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	str_format(address.sun_path, sizeof(address.sun_path), "%s/rrdcached.sock", dir);
	for (int i = 0; i < 200; i++) {
		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
			return fd;
		}
		(void)poll(NULL, 0, 10);
	}
	(void)close(fd);
	return -1;
}

static void
skip_line(FILE *from)
{
	char line[256];

	if (fgets(line, sizeof(line), from) == NULL) {
		(void)fprintf(stderr, "rrdcached has gone\n");
	}
}

static void
batch(FILE *to, FILE *from, uint32_t n_files, int64_t slot_s)
{
	char number[32];

	(void)fprintf(to, "BATCH\n");
	(void)fflush(to);
	skip_line(from);
	for (uint32_t file = 0; file < n_files; file++) {
		(void)fprintf(to, "UPDATE f%u.rrd %lld", file, (long long)slot_s);
		for (uint32_t i = 0; i < PER_RACK; i++) {
			(void)rrdfile_number(number, 200.0 + 0.1 * (double)((file + i +
			    (uint64_t)slot_s / 60) % 777));
			(void)fprintf(to, ":%s", number);
		}
		(void)fputc('\n', to);
	}
	(void)fprintf(to, ".\n");
	(void)fflush(to);
	skip_line(from);
}

static bool
all_written(FILE *to, FILE *from)
{
	char line[256], value[64] = "";

	(void)fprintf(to, "STATS\n");
	(void)fflush(to);
	for (long n = strtol(fgets(line, sizeof(line), from) != NULL ? line : "0", NULL, 10);
	    n > 0 && fgets(line, sizeof(line), from) != NULL; n--) {
		if (str_starts(line, "TreeNodesNumber:") || str_starts(line, "QueueLength:")) {
			str_copy(value, sizeof(value), line);
			if (str_starts(line, "QueueLength:") && strtol(line + 12, NULL, 10) > 0) {
				return false;
			}
		}
	}
	return value[0] != '\0';
}

static bool
measure_rrdcached(const char *dir, uint32_t n_files, int n_slots, struct cost *ret_cost)
{
	pid_t pid = start_rrdcached(dir);
	struct cost cost = { .rows = (double)n_files * n_slots };
	int fd = connect_to(dir);
	FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL, *from = fd >= 0 ? fdopen(dup(fd), "r") : NULL;
	double own, child, bytes;

	if (to == NULL || from == NULL) {
		(void)kill(pid, SIGTERM);
		(void)waitpid(pid, NULL, 0);
		return false;
	}
	own = own_cpu_us();
	child = child_cpu_us(pid);
	bytes = written_bytes(pid);
	for (int k = 0; k < n_slots; k++) {
		batch(to, from, n_files, T0 + 86400 + 60 * (int64_t)k);
	}
	(void)fprintf(to, "FLUSHALL\n");
	(void)fflush(to);
	skip_line(from);
	while (!all_written(to, from)) {
		(void)poll(NULL, 0, 20);
	}
	cost.cpu_us = own_cpu_us() - own + child_cpu_us(pid) - child;
	cost.bytes = written_bytes(pid) - bytes;
	(void)fclose(to);
	(void)fclose(from);
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	*ret_cost = cost;
	return true;
}

static void
compare(const char *dir, int n_slots, const struct cost *ours)
{
	struct cost direct, cached;
	uint32_t n = ours->rows / n_slots < DIRECT_FILES ? (uint32_t)(ours->rows / n_slots) :
	    DIRECT_FILES;

	if (chdir(dir) != 0 || !make_direct(n)) {
		return;
	}
	direct = measure_direct(n, n_slots);
	tell_cost("librrd", &direct);
	tell("store_cpu_of_librrd", ours->cpu_us / ours->rows * direct.rows / direct.cpu_us,
	    "ratio");
	tell("store_written_of_librrd", ours->bytes / ours->rows * direct.rows / direct.bytes,
	    "ratio");
	if (measure_rrdcached(dir, n, n_slots, &cached)) {
		tell_cost("rrdcached", &cached);
		tell("store_cpu_of_rrdcached", ours->cpu_us / ours->rows * cached.rows /
		    cached.cpu_us, "ratio");
	} else {
		(void)printf("# no rrdcached here\n");
	}
}

/* So many files as leave the disk half of its room. */
static uint32_t
files_that_fit(void)
{
	struct statvfs fs;
	double room = statvfs(".", &fs) == 0 ? (double)fs.f_bavail * (double)fs.f_frsize / 2 : 0;

	return room / FILE_BYTES < 10000 ? (uint32_t)(room / FILE_BYTES) : 10000;
}

int
main(int argc, char **argv)
{
	struct bench bench = { .n_racks = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) :
	    files_that_fit() };
	int n_slots = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 30;
	struct store_setup setup = { .program = argv[0] };
	char dir[] = "./bench-store-XXXXXX", path[4096];
	struct col_error error;
	struct cost cost;
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
	tell("store_files", bench.n_racks, "files");
	tell("store_fraction", bench.n_racks / RACKS, "of 90000 racks");
	tell("store_create_cpu_per_file", (child_cpu_us(child_pid()) - before) /
	    bench.n_racks, "us");
	cost = measure(&bench, clock_wall(bench.clock).ns / NS_PER_S / 60 * 60 + 60, n_slots);
	tell_cost("store", &cost);
	store_free(bench.store);
	compare(path, n_slots, &cost);
	inventory_unref(bench.inventory);
	clock_free(bench.clock);
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
