/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One story while it runs: the daemon, its clock, its folder, and what has
 * failed so far.
 *
 * Route: scenario.c reads the story, act.c moves the daemon, expect*.c compare.
 * Thread: the only one.
 */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "daemon.h"

#define RUN_PATH_SIZE 1024

struct told;

struct run {
	const char *program;          /* our own path, for the store process */
	const char *story;            /* one sentence */
	struct arena *arena;
	char dir[RUN_PATH_SIZE];      /* everything of this run is in it */
	char plugins[RUN_PATH_SIZE + 32]; /* folder with the plugin replay */
	char config_file[RUN_PATH_SIZE + 32], log_file[RUN_PATH_SIZE + 32];
	struct clock *clock;
	struct wall begin;            /* of the story */
	struct daemon *daemon;        /* NULL: not running */
	struct told *told;            /* the world behind receivers */
	bool frozen;                  /* the store process is, and is not waited for */
	const struct col_node *refused; /* a reload that nobody expected to fail */
	size_t log_from;              /* expect_log looks behind this */
	unsigned n_checks, n_failed;
};

/* Notes a failure at a place of the story. */
void run_fail(struct run *run, const struct col_node *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Notes that something was compared. */
void run_checked(struct run *run);

/* ---- act.c: what moves the daemon; false: the story cannot go on ---------- */

bool act_start(struct run *run, const struct col_node *config);
void act_stop(struct run *run);
/* Writes text to a file of the folder, ${dir} and ${plugins} replaced. */
bool act_write(struct run *run, const char *path, const char *text);
bool act_run(struct run *run, const struct col_node *step);
bool act_jump(struct run *run, const struct col_node *step);
bool act_reload(struct run *run, const struct col_node *step);
bool act_restart(struct run *run, const struct col_node *step);
/* stop, then start: time may pass between them. */
bool act_pause(struct run *run, const struct col_node *step);
bool act_resume(struct run *run, const struct col_node *step);
bool act_freeze_store(struct run *run, const struct col_node *step);
bool act_kill_store(struct run *run, const struct col_node *step);
bool act_receivers(struct run *run, const struct col_node *step);
/* Lets the daemon work at a standing clock until *done, or for 30 s at most. */
bool act_wait(struct run *run, const bool *done);

/* ---- expectations: maps whose keys are compared, unknown keys fail -------- */

bool expect_latest(struct run *run, const struct col_node *map);
bool expect_device(struct run *run, const struct col_node *map);
bool expect_rack(struct run *run, const struct col_node *map);
bool expect_place(struct run *run, const struct col_node *map);
bool expect_failover(struct run *run, const struct col_node *map);
bool expect_air(struct run *run, const struct col_node *map);
bool expect_alert(struct run *run, const struct col_node *map);
bool expect_told(struct run *run, const struct col_node *map);
bool expect_alerts(struct run *run, const struct col_node *map);
bool expect_frames(struct run *run, const struct col_node *map);
bool expect_outlook(struct run *run, const struct col_node *map);
bool expect_past(struct run *run, const struct col_node *map);
bool expect_bill(struct run *run, const struct col_node *map);
bool expect_node(struct run *run, const struct col_node *map);
bool expect_plan(struct run *run, const struct col_node *map);
bool expect_whatif(struct run *run, const struct col_node *map);
bool expect_stock(struct run *run, const struct col_node *map);
bool expect_target(struct run *run, const struct col_node *map);
bool expect_stats(struct run *run, const struct col_node *map);
bool expect_log(struct run *run, const struct col_node *map);
bool expect_reload_error(struct run *run, const struct col_node *map);
bool expect_series(struct run *run, const struct col_node *map);
bool expect_archive(struct run *run, const struct col_node *map);

#endif
