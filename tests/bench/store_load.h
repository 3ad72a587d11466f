/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A store under the load of many racks on a clock of its own, and what that
 * costs this process and the store process.
 *
 * Route: bench_store drives it; store_peers does the same rows without it.
 * Thread: the bench's only one.
 */
#ifndef BENCH_STORE_LOAD_H
#define BENCH_STORE_LOAD_H

#include <stdint.h>

#include "base/clock.h"
#include "store/store.h"

#define LOAD_T0 INT64_C(1763712000)
#define LOAD_PER_RACK 32
#define LOAD_RACKS 90000.0

struct load {
	struct clock *clock;
	struct config config;
	struct inventory *inventory;
	const struct col_layout *device, *derived;
	struct store *store;
	uint32_t n_racks;
};

/* Opens a store in dir for n_racks at that time; program re-executes this one. */
bool load_open(struct load *load, const char *program, const char *dir, int64_t now_s);
void load_close(struct load *load);
/* One sample of each source of each rack, and the slot's end. */
void load_put_slot(struct load *load, int64_t slot_s);
/* One minute: its slot, then files that become due, as many at a time as there
 * would be in a second of 90,000. */
void load_run_slot(struct load *load, int64_t slot_s);
/* Steps at the pace of the store process until so many rows or fewer wait. */
void load_run_until(struct load *load, uint64_t n, int64_t step_ns);
/* Steps until the store process owes nothing. */
void load_settle(struct load *load);

/* Of processes, by /proc.  Units: us of CPU, bytes, kB. */
double proc_own_cpu_us(void);
int proc_child(void);
double proc_cpu_us(int pid);
double proc_written(int pid);
double proc_rss_kb(int pid);

/* Prints "bench<TAB>NAME<TAB>VALUE<TAB>UNIT". */
void bench_tell(const char *name, double value, const char *unit);
/* CPU and bytes of one way, so that they can be compared. */
struct cost { double cpu_us, bytes, rows; };
void bench_tell_cost(const char *way, const struct cost *cost);

/* store_peers.c: the same rows by librrd alone, each at once, and by rrdcached
 * where there is one; in dir, of some of the files. */
void peers_compare(const char *dir, int n_slots, const struct cost *ours);

#endif
