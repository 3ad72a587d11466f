/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A host that forgives nothing: where the daemon counts and ignores a wrong
 * call, this one notes a fault.
 *
 * Route: drive.c runs plugins under it.  Thread: one, but for log, now, random
 * and the calls of a blocking plugin's poll.
 */
#ifndef PLUGIN_STRICT_H
#define PLUGIN_STRICT_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define STRICT_FAULTS_MAX 20

struct strict_timer;
struct strict_watch;

struct strict {
	struct col_host col;         /* first */
	int64_t now_ns;              /* virtual */
	bool blocks;                 /* the plugin may use neither timer nor fd */
	struct strict_timer *timers;
	struct strict_watch *watches;
	unsigned n_timers, n_watches;
	unsigned n_reports;          /* configuration errors reported */
	char faults[STRICT_FAULTS_MAX][200];
	unsigned n_faults;
};

/* One poll under the strict host. */
struct col_poll {
	uint32_t magic;
	struct strict *strict;
	bool open;                   /* not ended, not cancelled */
	unsigned n_emits, n_infos, n_dones;
	enum col_status status;
	char detail[160];
};

void strict_init(struct strict *strict, bool blocks);
void strict_fault(struct strict *strict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Notes what the plugin left behind; call after thread_stop or stop. */
void strict_done(struct strict *strict);
/* Moves time by 10 ms: timers, descriptors; the caller ticks. */
void strict_step(struct strict *strict);
void strict_poll_init(struct strict *strict, struct col_poll *poll);

#endif
