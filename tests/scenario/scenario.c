/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells one story to the whole daemon on virtual time and compares what it
 * says and keeps; prints TAP.  tests/scenario/README.md describes the files.
 *
 * usage: scenario FILE.yaml   (environment: top_builddir)
 */
#include <config.h>

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "compare.h"
#include "run.h"
#include "told.h"

/* Monotonic time of the daemon's start: anything but 0, and not round. */
#define MONO_BEGIN (INT64_C(86461) * NS_PER_S + 7)

typedef bool verb_fn(struct run *run, const struct col_node *node);

static const struct verb {
	const char *name;
	verb_fn *fn;
	bool expects;         /* takes one map or a list of maps */
} VERBS[] = {
	{ "run", act_run, false },
	{ "jump", act_jump, false },
	{ "reload", act_reload, false },
	{ "restart", act_restart, false },
	{ "stop", act_pause, false },
	{ "start", act_resume, false },
	{ "freeze_store", act_freeze_store, false },
	{ "kill_store", act_kill_store, false },
	{ "receivers", act_receivers, false },
	{ "expect_latest", expect_latest, true },
	{ "expect_device", expect_device, true },
	{ "expect_rack", expect_rack, true },
	{ "expect_place", expect_place, true },
	{ "expect_node", expect_node, true },
	{ "expect_stock", expect_stock, true },
	{ "expect_plan", expect_plan, true },
	{ "expect_whatif", expect_whatif, true },
	{ "expect_failover", expect_failover, true },
	{ "expect_air", expect_air, true },
	{ "expect_alert", expect_alert, true },
	{ "expect_alerts", expect_alerts, true },
	{ "expect_told", expect_told, true },
	{ "expect_frames", expect_frames, true },
	{ "expect_outlook", expect_outlook, true },
	{ "expect_past", expect_past, true },
	{ "expect_bill", expect_bill, true },
	{ "expect_target", expect_target, true },
	{ "expect_stats", expect_stats, true },
	{ "expect_log", expect_log, true },
	{ "expect_reload_error", expect_reload_error, false },
	{ "expect_series", expect_series, true },
	{ "expect_archive", expect_archive, true },
};

/* ---- steps ------------------------------------------------------------------- */

static bool
tell(struct run *run, const struct col_node *step, const struct verb *verb)
{
	bool going = true;

	if (run->refused != NULL && verb->fn != expect_reload_error) {
		run_fail(run, run->refused, "the reload was refused");
		run->refused = NULL;
	}
	if (!verb->expects || step->kind != COL_NODE_LIST) {
		return verb->fn(run, step);
	}
	for (size_t i = 0; going && i < step->n_items; i++) {
		going = verb->fn(run, step->items[i]);
	}
	return going;
}

static bool
tell_step(struct run *run, const struct col_node *step)
{
	if (step->kind != COL_NODE_MAP || step->n_items != 1) {
		run_fail(run, step, "a step is a map of one key");
		return false;
	}
	bool down = run->daemon == NULL;
	for (size_t i = 0; i < sizeof(VERBS) / sizeof(VERBS[0]); i++) {
		if (strcmp(step->items[0]->key, VERBS[i].name) == 0) {
			if (down && VERBS[i].fn != act_run && VERBS[i].fn != act_jump &&
			    VERBS[i].fn != act_resume) {
				run_fail(run, step, "the daemon is stopped");
				return false;
			}
			return tell(run, step->items[0], &VERBS[i]);
		}
	}
	run_fail(run, step->items[0], "unknown step '%s'", step->items[0]->key);
	return false;
}

static void
tell_all(struct run *run, const struct col_node *root)
{
	const struct col_node *steps = col_node_get(root, "steps");
	bool going = true;

	for (size_t i = 0; steps != NULL && going && i < steps->n_items; i++) {
		going = tell_step(run, steps->items[i]);
	}
	if (run->refused != NULL) {
		run_fail(run, run->refused, "the reload was refused");
	}
	if (run->n_checks == 0) {
		run_fail(run, root, "nothing was compared");
	}
}

/* ---- the stage ------------------------------------------------------------------ */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path);
	return 0;
}

/* The folder of plugins holds the one that stories are told with. */
static bool
link_plugin(const struct run *run)
{
	const char *build = getenv("top_builddir");
	char from[RUN_PATH_SIZE], to[2 * RUN_PATH_SIZE];

	str_format(from, sizeof(from), "%s/plugins/replay/.libs/replay.so",
	    build != NULL ? build : ".");
	str_format(to, sizeof(to), "%s/replay.so", run->plugins);
	char *whole = realpath(from, NULL);
	bool ok = whole != NULL && mkdir(run->plugins, 0700) == 0 &&
	    symlink(whole, to) == 0;
	if (!ok) {
		perror(from);
	}
	free(whole);
	return ok;
}

/* In memory where that can be: what is tested is not the disk. */
static bool
make_dir(struct run *run)
{
	const char *base = getenv("SCENARIO_DIR");

	if (base == NULL) {
		base = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
	}
	str_format(run->dir, sizeof(run->dir), "%s/scenario-XXXXXX", base);
	if (mkdtemp(run->dir) == NULL) {
		perror(run->dir);
		return false;
	}
	str_format(run->config_file, sizeof(run->config_file), "%s/collectord.yaml",
	    run->dir);
	str_format(run->log_file, sizeof(run->log_file), "%s/log", run->dir);
	str_format(run->plugins, sizeof(run->plugins), "%s/plugins", run->dir);
	return link_plugin(run);
}

static bool
write_files(struct run *run, const struct col_node *files)
{
	char path[2 * RUN_PATH_SIZE];

	for (size_t i = 0; files != NULL && i < files->n_items; i++) {
		const struct col_node *file = files->items[i];

		str_format(path, sizeof(path), "%s/%s", run->dir, file->key);
		if (file->kind != COL_NODE_SCALAR || strchr(file->key, '/') != NULL ||
		    !act_write(run, path, file->text)) {
			run_fail(run, file, "cannot write this file");
			return false;
		}
	}
	return true;
}

static bool
set_stage(struct run *run, const struct col_node *root)
{
	const char *clock = compare_text_of(run, root, "clock", NULL);
	const struct col_node *config = col_node_get(root, "config");

	run->story = compare_text_of(run, root, "story", NULL);
	if (!compare_keys(run, root, "story clock files config steps") ||
	    run->story == NULL || clock == NULL || config == NULL) {
		run_fail(run, root, "story, clock, config and steps are wanted");
		return false;
	}
	if (clock_parse(clock, &run->begin) != 0) {
		run_fail(run, root, "clock: not a time: %s", clock);
		return false;
	}
	run->clock = clock_test_new(run->begin, (struct mono){ MONO_BEGIN });
	int fd = open(run->log_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	log_init(LOG_TEXT, COL_LOG_INFO, fd);
	return write_files(run, col_node_get(root, "files")) &&
	    act_start(run, config);
}

static void
show_log(const struct run *run)
{
	FILE *file = fopen(run->log_file, "r");
	char line[1024];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		(void)printf("#   %s", line);
	}
	if (file != NULL) {
		(void)fclose(file);
	}
}

static void
clear_stage(struct run *run)
{
	act_stop(run);
	clock_free(run->clock);
	if (run->n_failed > 0) {
		show_log(run);
	}
	if (getenv("SCENARIO_KEEP") != NULL) {
		(void)printf("# kept %s\n", run->dir);
	} else {
		(void)nftw(run->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
}

static int
tell_file(struct run *run, const char *file)
{
	struct config_errors errors;
	const struct col_node *root;
	struct buf out;

	config_errors_init(&errors);
	root = config_read_yaml(file, run->arena, &errors);
	if (root == NULL) {
		buf_init(&out, 0);
		config_errors_print(&errors, &out);
		(void)printf("Bail out! %s", out.data != NULL ? out.data : file);
		buf_done(&out);
		config_errors_done(&errors);
		return EXIT_FAILURE;
	}
	if (!make_dir(run)) {
		return EXIT_FAILURE;
	}
	if (set_stage(run, root)) {
		tell_all(run, root);
	}
	clear_stage(run);
	(void)printf("%sok 1 - %s (%u compared)\n", run->n_failed > 0 ? "not " : "",
	    run->story != NULL ? run->story : file, run->n_checks);
	config_errors_done(&errors);
	return run->n_failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	char program[RUN_PATH_SIZE];
	struct told told = { .down = false };
	struct run run = { .program = program, .told = &told };
	ssize_t n;
	int rc;

	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	if (argc != 2) {
		(void)fputs("usage: scenario FILE.yaml\n", stderr);
		return 2;
	}
	n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[n > 0 ? n : 0] = '\0';
	(void)signal(SIGPIPE, SIG_IGN);
	(void)printf("1..1\n");
	run.arena = arena_new();
	told_open(&told);
	rc = tell_file(&run, argv[1]);
	arena_free(run.arena);
	told_close(&told);
	return rc;
}
