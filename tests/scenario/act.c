/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time passes only here: the clock is moved to the next due time that
 * daemon_step() returns, never beyond, and stands still while the store
 * process, which lives in real time, owes an answer.
 */
#include <config.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/stats.h"
#include "base/str.h"
#include "compare.h"
#include "run.h"
#include "told.h"

/* Steps at one time: a daemon that never is done is a fault. */
#define STEPS_MAX 100000
/* Real time for an answer of the store process; each try waits 1 ms for it. */
#define TRIES_MAX 180000
#define SEARCH "/proc/self/task/%d/children"

/* ---- steps ----------------------------------------------------------------- */

static void
breathe(void)
{
	(void)poll(NULL, 0, 1);
}

/* Works until the store process owes nothing; returns the next due time. */
static struct mono
settle(struct run *run)
{
	struct mono next = daemon_step(run->daemon);

	for (int i = 0; i < TRIES_MAX && !run->frozen &&
	    store_waits(daemon_store(run->daemon)); i++) {
		breathe();
		next = daemon_step(run->daemon);
	}
	return told_land(run->told) ? clock_mono(run->clock) : next;
}

bool
act_wait(struct run *run, const bool *done)
{
	for (int i = 0; i < TRIES_MAX && !*done; i++) {
		(void)daemon_step(run->daemon);
		if (!*done) {
			breathe();
		}
	}
	return *done;
}

static bool
pass(struct run *run, const struct col_node *at, int64_t ns)
{
	int64_t end = clock_mono(run->clock).ns + ns;
	unsigned n_still = 0;

	for (;;) {
		int64_t now = clock_mono(run->clock).ns;
		int64_t next = settle(run).ns;

		if (next <= now) {
			if (++n_still > STEPS_MAX) {
				run_fail(run, at, "the daemon is due again and again");
				return false;
			}
			continue;
		}
		n_still = 0;
		if (now >= end) {
			return true;
		}
		clock_test_advance(run->clock, (next < end ? next : end) - now);
	}
}

static bool
duration_of(struct run *run, const struct col_node *step, int64_t *ret_ns)
{
	const char *text = step->kind == COL_NODE_SCALAR ? step->text : "";
	bool minus = text[0] == '-';

	if (str_to_duration(text + minus, ret_ns) != 0) {
		run_fail(run, step, "a duration such as 60s is wanted");
		return false;
	}
	*ret_ns = minus ? -*ret_ns : *ret_ns;
	return true;
}

bool
act_run(struct run *run, const struct col_node *step)
{
	int64_t ns;

	if (!duration_of(run, step, &ns)) {
		return false;
	}
	if (run->daemon == NULL) {
		clock_test_advance(run->clock, ns);
		return true;
	}
	return pass(run, step, ns);
}

bool
act_jump(struct run *run, const struct col_node *step)
{
	int64_t ns;

	if (!duration_of(run, step, &ns)) {
		return false;
	}
	clock_test_jump(run->clock, ns);
	return true;
}

/* ---- start and stop --------------------------------------------------------- */

/* Replaces every ${name} by value; arena's. */
static const char *
replace(struct run *run, const char *text, const char *name, const char *value)
{
	struct buf out;
	const char *at;

	buf_init(&out, 0);
	while ((at = strstr(text, name)) != NULL) {
		buf_put(&out, text, (size_t)(at - text));
		buf_puts(&out, value);
		text = at + strlen(name);
	}
	buf_puts(&out, text);
	text = arena_copy(run->arena, out.data);
	buf_done(&out);
	return text;
}

bool
act_write(struct run *run, const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool ok;

	if (file == NULL) {
		return false;
	}
	text = replace(run, text, "${dir}", run->dir);
	text = replace(run, text, "${plugins}", run->plugins);
	ok = fputs(text, file) >= 0;
	return fclose(file) == 0 && ok;
}

static bool
write_config(struct run *run, const struct col_node *config)
{
	if (config->kind != COL_NODE_SCALAR) {
		run_fail(run, config, "the text of a configuration is wanted, as: |");
		return false;
	}
	if (!act_write(run, run->config_file, config->text)) {
		run_fail(run, config, "cannot write %s", run->config_file);
		return false;
	}
	return true;
}

static bool
start(struct run *run, const struct col_node *at)
{
	struct daemon_setup setup = { .clock = run->clock, .program = run->program,
		.config_file = run->config_file, .transport = &run->told->transport };
	struct col_error error = { 0 };

	if (daemon_start(&setup, &run->daemon, &error) != 0) {
		run->daemon = NULL;
		run_fail(run, at, "the daemon does not start: %s", error.text);
		return false;
	}
	return true;
}

bool
act_start(struct run *run, const struct col_node *config)
{
	return write_config(run, config) && start(run, config);
}

void
act_stop(struct run *run)
{
	daemon_stop(run->daemon);
	run->daemon = NULL;
	told_drop(run->told);
}

/* Begins to look at the log from here. */
static void
mark_log(struct run *run)
{
	FILE *file = fopen(run->log_file, "r");

	if (file != NULL) {
		(void)fseek(file, 0, SEEK_END);
		run->log_from = (size_t)ftell(file);
		(void)fclose(file);
	}
}

bool
act_pause(struct run *run, const struct col_node *step)
{
	(void)step;
	mark_log(run);
	act_stop(run);
	return true;
}

bool
act_resume(struct run *run, const struct col_node *step)
{
	return start(run, step);
}

/* restart: the configuration stays; restart: | another one. */
bool
act_restart(struct run *run, const struct col_node *step)
{
	mark_log(run);
	act_stop(run);
	if (step->text != NULL && step->text[0] != '\0' &&
	    !write_config(run, step)) {
		return false;
	}
	return start(run, step);
}

bool
act_reload(struct run *run, const struct col_node *step)
{
	int64_t refused = stats_get(STATS_CONFIG_REFUSED);

	mark_log(run);
	if (!write_config(run, step)) {
		return false;
	}
	daemon_reload(run->daemon);
	run->refused = stats_get(STATS_CONFIG_REFUSED) > refused ? step : NULL;
	(void)settle(run);
	return true;
}

/* ---- the store process ------------------------------------------------------- */

/* Our only child is the store process; 0: there is none. */
static pid_t
store_pid(void)
{
	char path[64], line[64] = "";
	FILE *file;
	int64_t pid = 0;

	str_format(path, sizeof(path), SEARCH, (int)getpid());
	file = fopen(path, "r");
	if (file == NULL) {
		return 0;
	}
	if (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, " \n")] = '\0';
		(void)str_to_int(line, 1, INT32_MAX, &pid);
	}
	(void)fclose(file);
	return (pid_t)pid;
}

/* From now on it owes answers, until it is killed. */
bool
act_freeze_store(struct run *run, const struct col_node *step)
{
	pid_t pid = store_pid();

	if (pid <= 0 || kill(pid, SIGSTOP) != 0) {
		run_fail(run, step, "no store process to stop: %s", strerror(errno));
		return false;
	}
	run->frozen = true;
	return true;
}

bool
act_kill_store(struct run *run, const struct col_node *step)
{
	pid_t pid = store_pid();
	siginfo_t info;

	mark_log(run);
	if (pid <= 0 || kill(pid, SIGKILL) != 0) {
		run_fail(run, step, "no store process to kill: %s", strerror(errno));
		return false;
	}
	/* Wait for its death; whoever started it collects it. */
	(void)waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	run->frozen = false;
	return true;
}
