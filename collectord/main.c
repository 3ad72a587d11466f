/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * collectord: reads its arguments, starts the daemon, waits for signals.
 */
#include <config.h>

#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <uv.h>

#include "base/log.h"
#include "daemon.h"
#include "notify.h"

#define CONFIG_DEFAULT COLLECTORD_CONFDIR "/collectord.yaml"

enum mode { MODE_RUN, MODE_CHECK, MODE_REFERENCE, MODE_EXIT };

struct running {
	struct daemon *daemon;
	uv_signal_t hup, term, interrupt;
	uv_timer_t trim;
};

/* Learning all devices takes several times what the daemon keeps of them, and
 * malloc would hold it for ever: seen at 4,000 devices, 117 MB for 19 MB. */
#define TRIM_FIRST_MS (60 * 1000)
#define TRIM_EACH_MS (600 * 1000)

static const char USAGE[] =
    "usage: collectord [--config FILE] [--check] [--dump-reference] [--version]\n"
    "  --config FILE      configuration (default " CONFIG_DEFAULT ")\n"
    "  --check            load it, print every error as file:line:column, exit\n"
    "  --dump-reference   print the reference of all configuration keys\n"
    "  --version          print the version\n"
    "Signals: SIGHUP reads the configuration again, SIGTERM stops without loss.\n";

/* Asked twice: the journal is all that is needed. */
static void
exit_now(int number)
{
	(void)number;
	_exit(EXIT_FAILURE);
}

/* While the daemon stops nobody runs the loop, so its signals are taken back. */
static void
stop_at_once_next_time(struct running *running)
{
	(void)uv_signal_stop(&running->term);
	(void)uv_signal_stop(&running->interrupt);
	(void)signal(SIGTERM, exit_now);
	(void)signal(SIGINT, exit_now);
}

static void
on_stop(uv_signal_t *handle, int number)
{
	LOG_INFO("main", "signal", strsignal(number), "stopping");
	notify_send("STOPPING=1");
	uv_stop(handle->loop);
}

static void
on_reload(uv_signal_t *handle, int number)
{
	struct running *running = handle->data;

	(void)number;
	notify_send("RELOADING=1");
	daemon_reload(running->daemon);
	notify_send("READY=1");
}

static void
on_trim(uv_timer_t *timer)
{
	(void)timer;
	(void)malloc_trim(0);
}

static void
watch(uv_loop_t *loop, uv_signal_t *handle, uv_signal_cb fn, int number,
    struct running *running)
{
	(void)uv_signal_init(loop, handle);
	handle->data = running;
	(void)uv_signal_start(handle, fn, number);
}

static void
close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle)) {
		uv_close(handle, NULL);
	}
}

/* Secrets live in this process: no core files, no ptrace by others. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)signal(SIGPIPE, SIG_IGN);
}

static int
run(const char *program, const char *config_file)
{
	struct daemon_setup setup = {
		.clock = clock_real(), .program = program,
		.config_file = config_file, .threads = true,
	};
	struct running running = { 0 };
	struct col_error error;
	uv_loop_t loop;

	harden();
	(void)uv_loop_init(&loop);
	watch(&loop, &running.hup, on_reload, SIGHUP, &running);
	watch(&loop, &running.term, on_stop, SIGTERM, &running);
	watch(&loop, &running.interrupt, on_stop, SIGINT, &running);
	(void)uv_timer_init(&loop, &running.trim);
	(void)uv_timer_start(&running.trim, on_trim, TRIM_FIRST_MS, TRIM_EACH_MS);
	if (daemon_start(&setup, &running.daemon, &error) != 0) {
		LOG_ERROR("main", NULL, NULL, "%s", error.text);
		return EXIT_FAILURE;
	}
	LOG_INFO("main", "version", PACKAGE_VERSION, "ready: %u racks, %u devices, "
	    "http port %u", daemon_config(running.daemon)->inventory->count_racks,
	    daemon_config(running.daemon)->inventory->count_devices,
	    daemon_port(running.daemon));
	notify_send("READY=1");
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	stop_at_once_next_time(&running);
	daemon_stop(running.daemon);
	uv_walk(&loop, close_handle, NULL);
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&loop);
	LOG_INFO("main", NULL, NULL, "stopped");
	return EXIT_SUCCESS;
}

static int
dump_reference(void)
{
	struct buf out;
	int rc;

	buf_init(&out, 0);
	config_reference(&out, NULL);
	rc = fwrite(out.data, 1, out.size, stdout) == out.size
	    ? EXIT_SUCCESS : EXIT_FAILURE;
	buf_done(&out);
	return rc;
}

static enum mode
read_arguments(int argc, char **argv, const char **ret_file, int *ret_status)
{
	static const struct option OPTIONS[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "dump-reference", no_argument, NULL, 'r' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	enum mode mode = MODE_RUN;
	int c;

	*ret_status = EXIT_SUCCESS;
	while ((c = getopt_long(argc, argv, "c:h", OPTIONS, NULL)) != -1) {
		switch (c) {
		case 'c':
			*ret_file = optarg;
			break;
		case 'k':
			mode = MODE_CHECK;
			break;
		case 'r':
			mode = MODE_REFERENCE;
			break;
		case 'v':
			(void)printf("collectord %s\n", PACKAGE_VERSION);
			return MODE_EXIT;
		case 'h':
			(void)fputs(USAGE, stdout);
			return MODE_EXIT;
		default:
			(void)fputs(USAGE, stderr);
			*ret_status = 2;
			return MODE_EXIT;
		}
	}
	if (optind < argc) {
		(void)fprintf(stderr, "collectord: what is '%s'?\n%s", argv[optind],
		    USAGE);
		*ret_status = 2;
		return MODE_EXIT;
	}
	return mode;
}

int
main(int argc, char **argv)
{
	const char *config_file = CONFIG_DEFAULT;
	int status = EXIT_SUCCESS;

	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	switch (read_arguments(argc, argv, &config_file, &status)) {
	case MODE_RUN:
		return run(argv[0], config_file);
	case MODE_CHECK:
		return daemon_check(config_file) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	case MODE_REFERENCE:
		return dump_reference();
	case MODE_EXIT:
		break;
	}
	return status;
}
