/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What storage costs: CPU per row (one slot of a rack's 32 sources) accepted in
 * the journal and flushed to RRD, bytes written per sample, memory per rack; and
 * how long the store takes to be back after kill -9 of it all, with what history.
 *
 * Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT".
 *
 * Use: bench_store [FILES [SLOTS [alone]]]   (default 10,000 and 30; needs FILES x
 * 0.5 MB); alone: not beside direct librrd and rrdcached
 */
#include <config.h>

#include "store_load.h"

#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stats.h"
#include "base/str.h"

#define FILE_BYTES 700000.0
/* Until every file has its phase behind it. */
#define WARM_SLOTS 17
#define READS 500

/* What the process that is killed leaves behind. */
struct left { struct cost cost; int64_t now_s; double journal_bytes; };

struct answer { int code; uint32_t n_known; bool done; };

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static double
now_ms(void)
{
	return (double)clock_mono(clock_real()).ns / 1e6;
}

static struct cost
measure(struct load *load, int64_t first_s, int n_slots)
{
	int pid = proc_child();
	struct cost cost = { .rows = 0 };
	double own, child, own_bytes, child_bytes, rows;

	for (int i = 0; i < WARM_SLOTS; i++) {
		load_run_slot(load, first_s + i * 60);
	}
	own = proc_own_cpu_us();
	child = proc_cpu_us(pid);
	own_bytes = proc_written(getpid());
	child_bytes = proc_written(pid);
	rows = (double)stats_get(STATS_STORE_FLUSHED);
	for (int i = WARM_SLOTS; i < WARM_SLOTS + n_slots; i++) {
		load_run_slot(load, first_s + i * 60);
	}
	cost.rows = (double)stats_get(STATS_STORE_FLUSHED) - rows;
	bench_tell("store_rows", cost.rows, "rows");
	bench_tell("store_daemon_cpu_per_row", (proc_own_cpu_us() - own) / cost.rows, "us");
	bench_tell("store_process_cpu_per_row", (proc_cpu_us(pid) - child) / cost.rows, "us");
	bench_tell("store_journal_per_sample", (proc_written(getpid()) - own_bytes) / cost.rows /
	    LOAD_PER_RACK, "bytes");
	bench_tell("store_files_per_sample", (proc_written(pid) - child_bytes) / cost.rows /
	    LOAD_PER_RACK, "bytes");
	cost.cpu_us = proc_own_cpu_us() - own + proc_cpu_us(pid) - child;
	cost.bytes = proc_written(getpid()) - own_bytes + proc_written(pid) - child_bytes;
	return cost;
}

/* Loads, measures, and ends by kill -9 of both processes. */
static void
first_life(struct load *load, const char *program, const char *dir, int n_slots,
    struct left *left)
{
	double before, empty_kb = proc_rss_kb(getpid());
	struct store_health health;

	if (!load_open(load, program, dir, LOAD_T0)) {
		_exit(1);
	}
	load_put_slot(load, LOAD_T0);
	before = proc_cpu_us(proc_child());
	load_run_until(load, 0, 500 * NS_PER_MS);
	bench_tell("store_files", load->n_racks, "files");
	bench_tell("store_fraction", load->n_racks / LOAD_RACKS, "of 90000 racks");
	bench_tell("store_create_cpu_per_file", (proc_cpu_us(proc_child()) - before) /
	    load->n_racks, "us");
	left->cost = measure(load, clock_wall(load->clock).ns / NS_PER_S / 60 * 60 + 60,
	    n_slots);
	bench_tell_cost("store", &left->cost);
	store_health(load->store, &health);
	bench_tell("store_waiting_rows_per_rack", (double)health.unflushed_rows /
	    load->n_racks, "rows");
	bench_tell("store_memory_per_rack", (proc_rss_kb(getpid()) - empty_kb) /
	    load->n_racks, "kB");
	left->journal_bytes = (double)health.journal_bytes;
	left->now_s = clock_wall(load->clock).ns / NS_PER_S;
	/* not settled: some updates are under way */
	clock_test_advance(load->clock, 20 * NS_PER_S);
	(void)store_step(load->store);
	(void)kill(proc_child(), SIGKILL);
	(void)kill(getpid(), SIGKILL);
}

static void
take_answer(void *arg, int code, const struct store_series *series)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->done = true;
	for (uint32_t i = 0; series != NULL && i < series->n; i++) {
		answer->n_known += series->known[i] & 1u;
	}
}

/* A day of one rack, as a page asks for it. */
static bool
read_day(struct load *load, uint32_t rack)
{
	struct store_query query = { .entity = { ENTITY_RACK, rack }, .metric = "power_w",
	    .to = clock_wall(load->clock), .max_points = 600 };
	struct answer answer = { 0 };

	str_copy(query.entity_id, sizeof(query.entity_id),
	    load->inventory->racks[rack]->id);
	query.from.ns = query.to.ns - 86400 * NS_PER_S;
	store_read(load->store, &query, take_answer, &answer);
	while (!answer.done) {
		(void)store_step(load->store);
		(void)poll(NULL, 0, 1);
	}
	return answer.code == 0 && answer.n_known > 0;
}

static void
second_life(struct load *load, const char *program, const char *dir, const struct left *left)
{
	double began = now_ms(), slowest = 0;
	struct store_health health;
	uint32_t n_answered = 0;

	if (!load_open(load, program, dir, left->now_s + 30)) {
		return;
	}
	bench_tell("store_restart_journal", left->journal_bytes / 1e6, "MB");
	bench_tell("store_restart_ready", (now_ms() - began) / 1e3, "s");
	for (uint32_t i = 0; i < READS; i++) {
		double asked = now_ms();

		n_answered += read_day(load, (uint32_t)((uint64_t)i * 7919 % load->n_racks));
		slowest = now_ms() - asked > slowest ? now_ms() - asked : slowest;
		if (i == 0) {
			bench_tell("store_restart_first_history", (now_ms() - began) / 1e3, "s");
		}
	}
	bench_tell("store_restart_read_slowest", slowest, "ms");
	bench_tell("store_restart_history", (now_ms() - began) / 1e3, "s");
	bench_tell("store_restart_answered", (double)n_answered / READS, "of the reads");
	store_health(load->store, &health);
	bench_tell("store_restart_rows", (double)health.unflushed_rows, "rows");
	load_close(load);
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
	struct load load = { .n_racks = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) :
	    files_that_fit() };
	int n_slots = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 30, status;
	char dir[] = "./bench-store-XXXXXX", path[4096];
	struct left *left;
	pid_t pid;

	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	left = mmap(NULL, sizeof(*left), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
	    -1, 0);
	if (load.n_racks == 0 || n_slots < 1 || n_slots > 200 || left == MAP_FAILED ||
	    mkdtemp(dir) == NULL || realpath(dir, path) == NULL) {
		return 2;
	}
	pid = fork();
	if (pid == 0) {
		first_life(&load, argv[0], path, n_slots, left);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status)) {
		return 1;
	}
	second_life(&load, argv[0], path, left);
	if (argc <= 3) {
		peers_compare(path, n_slots, &left->cost);
	}
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
