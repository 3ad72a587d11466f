/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same rows without a store: what it is measured against. */
#include <config.h>

#include "store_load.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rrd.h>

#include "base/str.h"
#include "store/rrdfile.h"

/* Enough for a mean. */
#define DIRECT_FILES 1000u

/* ---- the same rows by librrd alone, each at once ------------------------------------- */

static void
direct_path(char path[SERIES_PATH_SIZE], uint32_t file)
{
	str_format(path, SERIES_PATH_SIZE, "direct/00/f%u.rrd", file);
}

static bool
make_direct(uint32_t n_files)
{
	struct proto_ensure ensure = { .before_s = LOAD_T0, .n_ds = LOAD_PER_RACK };
	struct col_error error;

	archive_plan(ARCHIVE_LEAN, 60, &ensure.plan);
	for (uint16_t i = 0; i < LOAD_PER_RACK; i++) {
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
	char path[SERIES_PATH_SIZE], text[LOAD_PER_RACK * 32], number[32];
	const char *argv[] = { text };
	size_t len = str_format(text, sizeof(text), "%lld", (long long)slot_s);

	for (uint32_t i = 0; i < LOAD_PER_RACK; i++) {
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
		update_direct(i, LOAD_T0 + 60); /* its pages are read */
	}
	own = proc_own_cpu_us();
	bytes = proc_written(getpid());
	for (int k = 0; k < n_slots; k++) {
		for (uint32_t i = 0; i < n_files; i++) {
			update_direct(i, LOAD_T0 + 120 + 60 * (int64_t)k);
		}
		/* at 60 s apart the kernel has written the pages in between */
		sync();
	}
	cost.cpu_us = proc_own_cpu_us() - own;
	cost.bytes = proc_written(getpid()) - bytes;
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
		for (uint32_t i = 0; i < LOAD_PER_RACK; i++) {
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
	own = proc_own_cpu_us();
	child = proc_cpu_us(pid);
	bytes = proc_written(pid);
	for (int k = 0; k < n_slots; k++) {
		batch(to, from, n_files, LOAD_T0 + 86400 + 60 * (int64_t)k);
	}
	(void)fprintf(to, "FLUSHALL\n");
	(void)fflush(to);
	skip_line(from);
	while (!all_written(to, from)) {
		(void)poll(NULL, 0, 20);
	}
	cost.cpu_us = proc_own_cpu_us() - own + proc_cpu_us(pid) - child;
	cost.bytes = proc_written(pid) - bytes;
	(void)fclose(to);
	(void)fclose(from);
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	*ret_cost = cost;
	return true;
}

void
peers_compare(const char *dir, int n_slots, const struct cost *ours)
{
	struct cost direct, cached;
	uint32_t n = ours->rows / n_slots < DIRECT_FILES ? (uint32_t)(ours->rows / n_slots) :
	    DIRECT_FILES;

	if (chdir(dir) != 0 || !make_direct(n)) {
		return;
	}
	direct = measure_direct(n, n_slots);
	bench_tell_cost("librrd", &direct);
	bench_tell("store_cpu_of_librrd", ours->cpu_us / ours->rows * direct.rows / direct.cpu_us,
	    "ratio");
	bench_tell("store_written_of_librrd", ours->bytes / ours->rows * direct.rows / direct.bytes,
	    "ratio");
	if (measure_rrdcached(dir, n, n_slots, &cached)) {
		bench_tell_cost("rrdcached", &cached);
		bench_tell("store_cpu_of_rrdcached", ours->cpu_us / ours->rows * cached.rows /
		    cached.cpu_us, "ratio");
	} else {
		(void)printf("# no rrdcached here\n");
	}
}

