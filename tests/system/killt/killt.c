/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * killt [--kills N] [--racks N] [--seed N] [--every N] [--dir DIR]
 *     [--no-undo] [--until-spoiled] [--power SHIM] [--migrate]
 *
 * Kills N times; after every few of them lets the store settle and compares all
 * rows.  Prints what it did, and as its last line
 *
 *   killt kills N daemon N store N both N cuts N slots N rows N values N lost N wrong N
 *       files N spoiled N restored N moved N seconds S
 *
 * With --power every life ends by a power cut: both are killed, and what SHIM
 * (killt's own, preloaded) has not seen synced may be lost.
 *
 * With --migrate every life has other archives and names of racks than the one before:
 * files are being rewritten whenever something is killed.
 *
 * Exit status 0 when no file is spoiled; with --no-undo when at least one is.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "killt.h"
#include "store/store.h"

extern char **environ;

#define START_LIMIT_MS 300000
/* A kill comes that long after the store has begun to take the load. */
#define KILL_WITHIN_US 60000
/* Of slots of KILLT_STEP; a round that migrates ends before rows leave the finest
 * archive: the others could not be computed from it any more. */
#define ARCHIVES_LEAN 4
#define ARCHIVES_STANDARD 5
#define MIGRATE_SLOTS_MAX 1900

struct killt {
	unsigned n_kills, n_racks, seed, every;
	bool no_undo, until_spoiled, migrate;
	const char *shim;
	char dir[512], store[600], durable[640];
	/* done */
	unsigned n_daemon, n_store, n_both, n_cuts, n_rounds;
	uint64_t n_slots, n_restored, n_moved;
	unsigned life;
	int32_t next;            /* slot that the next driver begins with */
	struct rows *rows;
	struct rows_result result;
	/* the driver */
	pid_t pid;
	int fd;
};

double
killt_value(unsigned rack, unsigned ds, int64_t slot)
{
	uint64_t mixed = (uint64_t)slot * 7919 + rack * 104729 + ds * 1299709 + 17;

	return (double)(mixed % 1000003) / 8;
}

static void
die(const char *what)
{
	(void)printf("# killt: %s: %s\n", what, strerror(errno));
	(void)fflush(stdout);
	_exit(3);
}

/* ---- the driver ------------------------------------------------------------------ */

static void
start(struct killt *killt, const char *mode)
{
	char program[1024], flag[] = KILLT_DRIVE, first[16], racks[16], life[16];
	char *argv[] = { program, flag, killt->store, first, racks, NULL, life, NULL };
	char load[] = "load", settle[] = "settle";
	posix_spawn_file_actions_t actions;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	int fds[2];

	/* store processes of earlier drivers */
	while (waitpid(-1, NULL, WNOHANG) > 0) {
	}
	argv[5] = strcmp(mode, "load") == 0 ? load : settle;
	if (len <= 0 || pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0 ||
	    fcntl(fds[1], F_SETFL, 0) != 0) {
		die("pipe");
	}
	program[len] = '\0';
	str_format(first, sizeof(first), "%d", killt->next);
	str_format(racks, sizeof(racks), "%u", killt->n_racks);
	str_format(life, sizeof(life), "%u", killt->migrate ? ++killt->life : 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fds[1], KILLT_FD);
	if (posix_spawn(&killt->pid, program, &actions, NULL, argv, environ) != 0) {
		die("spawn");
	}
	posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	killt->fd = fds[0];
}

static void
take(struct killt *killt, const struct killt_told *told)
{
	if (told->what == KILLT_BEGUN) {
		rows_begun(killt->rows, told->slot);
		killt->next = told->slot + 2;
		killt->n_slots++;
	} else if (told->what == KILLT_ACCEPTED) {
		rows_accepted(killt->rows, told->slot);
	} else {
		killt->next = told->slot + 2;
	}
}

/* Takes what was told; waits up to that long for the first of it.  Returns how
 * many messages came; -1: the driver is gone. */
static int
listen_to(struct killt *killt, int64_t wait_us)
{
	struct pollfd pollfd = { .fd = killt->fd, .events = POLLIN };
	const struct timespec wait = { wait_us / 1000000, wait_us % 1000000 * 1000 };
	struct killt_told told;
	int n = 0;
	ssize_t got;

	(void)ppoll(&pollfd, 1, &wait, NULL);
	while ((got = read(killt->fd, &told, sizeof(told))) == sizeof(told)) {
		take(killt, &told);
		n++;
	}
	return got == 0 && n == 0 ? -1 : n;
}

static void
listen_for(struct killt *killt, int64_t us)
{
	int64_t end = clock_mono(clock_real()).ns + us * 1000, now;

	while ((now = clock_mono(clock_real()).ns) < end) {
		if (listen_to(killt, (end - now) / 1000 + 1) < 0) {
			return;
		}
	}
}

static pid_t
store_pid(const struct killt *killt)
{
	char path[64], line[64] = "";
	FILE *file;

	str_format(path, sizeof(path), "/proc/%d/task/%d/children", (int)killt->pid,
	    (int)killt->pid);
	file = fopen(path, "r");
	if (file != NULL) {
		if (fgets(line, sizeof(line), file) == NULL) {
			line[0] = '\0';
		}
		(void)fclose(file);
	}
	return (pid_t)strtol(line, NULL, 10);
}

static int
collect(struct killt *killt)
{
	int status = 0;

	if (waitpid(killt->pid, &status, 0) != killt->pid) {
		die("waitpid");
	}
	while (listen_to(killt, 0) > 0) {
	}
	(void)close(killt->fd);
	return status;
}

/* ---- kills ------------------------------------------------------------------------- */

static void
log_tail(const struct killt *killt)
{
	char path[700], line[512];
	FILE *file;

	str_format(path, sizeof(path), "%s.log", killt->store);
	file = fopen(path, "r");
	if (file == NULL) {
		return;
	}
	(void)fseek(file, -2000, SEEK_END);
	while (fgets(line, sizeof(line), file) != NULL) {
		(void)printf("# %s", line);
	}
	(void)fclose(file);
}

/* Ends what is left of a driver: its store process has become our child. */
static void
end_orphans(const struct killt *killt)
{
	char path[64], line[1024] = "", *at = line;
	FILE *file;

	str_format(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path, "r");
	if (file == NULL || fgets(line, sizeof(line), file) == NULL) {
		die("children");
	}
	(void)fclose(file);
	for (pid_t pid; (pid = (pid_t)strtol(at, &at, 10)) > 0;) {
		if (!rows_own(killt->rows, pid)) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, NULL, 0);
		}
	}
}

static void
cut_power(struct killt *killt)
{
	killt->n_cuts++;
	end_orphans(killt);
	if (!power_cut(killt->store, killt->durable)) {
		die("power cut");
	}
}

/* One life of a driver: it starts, works, and something of it is killed. */
static void
one_life(struct killt *killt)
{
	/* a power cut ends both */
	unsigned dice = killt->shim != NULL ? 9 : (unsigned)rand() % 10;
	pid_t store;
	int status;

	start(killt, "load");
	if (dice == 0) {
		listen_for(killt, rand() % 20000); /* while it starts */
	} else {
		if (listen_to(killt, START_LIMIT_MS * INT64_C(1000)) < 0) {
			log_tail(killt);
			die("the driver does not start");
		}
		listen_for(killt, rand() % KILL_WITHIN_US);
	}
	store = store_pid(killt);
	if (dice < 4 && store > 0) {
		killt->n_store++;
		(void)kill(store, SIGKILL);
		listen_for(killt, rand() % (2 * KILL_WITHIN_US));
		store = store_pid(killt);
	}
	if (dice >= 7 && store > 0) {
		killt->n_both++;
		(void)kill(store, SIGKILL);
		(void)kill(killt->pid, SIGKILL);
	} else {
		killt->n_daemon++;
		(void)kill(killt->pid, SIGKILL);
	}
	status = collect(killt);
	if (!WIFSIGNALED(status)) {
		log_tail(killt);
		die("the driver ended by itself");
	}
	if (killt->shim != NULL) {
		cut_power(killt);
	}
}

/* The number behind each mark in the log. */
static uint64_t
count_told(const struct killt *killt, const char *mark)
{
	char path[700], line[1024];
	uint64_t n = 0;
	FILE *file;

	str_format(path, sizeof(path), "%s.log", killt->store);
	file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *at = strstr(line, mark);

		if (at != NULL) {
			n += strtoull(at + strlen(mark), NULL, 10);
		}
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return n;
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
begin_round(struct killt *killt)
{
	str_format(killt->store, sizeof(killt->store), "%s/store-%u", killt->dir,
	    killt->n_rounds++);
	killt->next = 0;
	killt->rows = rows_new(killt->n_racks);
	if (killt->shim == NULL) {
		return;
	}
	str_format(killt->durable, sizeof(killt->durable), "%s.durable", killt->store);
	if (mkdir(killt->store, 0750) != 0 || !power_on(killt->store, killt->durable) ||
	    setenv("KILLT_ROOT", killt->store, 1) != 0 ||
	    setenv("KILLT_DURABLE", killt->durable, 1) != 0 ||
	    setenv("LD_PRELOAD", killt->shim, 1) != 0) {
		die("power");
	}
}

static void
end_round(struct killt *killt)
{
	char path[700];

	killt->n_restored += count_told(killt, "put back the heads of ");
	killt->n_moved += count_told(killt, "archives: ");
	rows_free(killt->rows);
	killt->rows = NULL;
	if (getenv("KEEP") == NULL || killt->result.n_spoiled == 0) {
		(void)nftw(killt->store, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		(void)nftw(killt->durable, remove_one, 16, FTW_DEPTH | FTW_PHYS);
		str_format(path, sizeof(path), "%s.log", killt->store);
		(void)unlink(path);
	}
}

static void
settle_and_check(struct killt *killt)
{
	int status;

	start(killt, "settle");
	(void)listen_to(killt, START_LIMIT_MS * INT64_C(1000));
	status = collect(killt);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		log_tail(killt);
		die("the store does not settle");
	}
	if (killt->migrate) {
		rows_archives(killt->rows, KILLT_OTHER(killt->life) ? ARCHIVES_STANDARD :
		    ARCHIVES_LEAN);
	}
	if (!rows_check(killt->rows, killt->store, &killt->result)) {
		die("rrdtool");
	}
}

static void
run(struct killt *killt)
{
	unsigned since = 0;

	begin_round(killt);
	while (killt->n_daemon + killt->n_store + killt->n_both < killt->n_kills &&
	    !(killt->until_spoiled && killt->result.n_spoiled > 0)) {
		uint64_t spoiled = killt->result.n_spoiled;

		one_life(killt);
		if (++since < killt->every) {
			continue;
		}
		since = 0;
		settle_and_check(killt);
		/* a spoiled file stays so: begin anew; and now and then anyway */
		if (killt->result.n_spoiled > spoiled || killt->next >
		    (killt->migrate ? MIGRATE_SLOTS_MAX : KILLT_SLOTS_MAX / 2)) {
			end_round(killt);
			begin_round(killt);
		}
	}
	if (since > 0) {
		settle_and_check(killt);
	}
	end_round(killt);
}

static bool
options(struct killt *killt, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--no-undo") == 0) {
			killt->no_undo = true;
			continue;
		}
		if (strcmp(argv[i], "--migrate") == 0) {
			killt->migrate = true;
			continue;
		}
		if (strcmp(argv[i], "--until-spoiled") == 0) {
			killt->until_spoiled = true;
			continue;
		}
		if (i + 1 == argc) {
			return false;
		}
		if (strcmp(argv[i], "--kills") == 0) {
			killt->n_kills = (unsigned)strtoul(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--racks") == 0) {
			killt->n_racks = (unsigned)strtoul(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--seed") == 0) {
			killt->seed = (unsigned)strtoul(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--every") == 0) {
			killt->every = (unsigned)strtoul(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--power") == 0) {
			killt->shim = argv[++i];
		} else if (strcmp(argv[i], "--dir") == 0) {
			str_copy(killt->dir, sizeof(killt->dir), argv[++i]);
		} else {
			return false;
		}
	}
	return killt->n_racks >= 1 && killt->n_racks <= KILLT_RACKS_MAX && killt->every > 0;
}

int
main(int argc, char **argv)
{
	struct killt killt = { .n_kills = 40, .n_racks = 24, .seed = 20261122, .every = 10 };
	int64_t began = clock_mono(clock_real()).ns;
	const struct rows_result *result = &killt.result;

	if (argc > 1 && strcmp(argv[1], STORE_PROCESS_ARG) == 0) {
		return store_process_main(argc, argv);
	}
	if (argc > 1 && strcmp(argv[1], KILLT_DRIVE) == 0) {
		return drive_main(argc, argv);
	}
	str_copy(killt.dir, sizeof(killt.dir), "/tmp");
	if (!options(&killt, argc, argv)) {
		(void)fprintf(stderr, "killt [--kills N] [--racks N] [--seed N] [--every N] "
		    "[--dir DIR] [--no-undo] [--until-spoiled] "
		    "[--power SHIM] [--migrate]\n");
		return 2;
	}
	if (strlen(killt.dir) > 400) {
		return 2;
	}
	str_copy(killt.dir + strlen(killt.dir), 32, "/killt-XXXXXX");
	if (mkdtemp(killt.dir) == NULL) {
		die("--dir");
	}
	if (killt.no_undo) {
		(void)setenv("COLLECTORD_TEST_NO_UNDO", "1", 1);
	}
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	srand(killt.seed);
	run(&killt);
	(void)rmdir(killt.dir);
	(void)printf("killt kills %u daemon %u store %u both %u cuts %u slots %llu rows %llu values "
	    "%llu lost %llu wrong %llu files %llu spoiled %llu restored %llu moved %llu seconds %.1f\n",
	    killt.n_daemon + killt.n_store + killt.n_both, killt.n_daemon, killt.n_store,
	    killt.n_both, killt.n_cuts, (unsigned long long)killt.n_slots,
	    (unsigned long long)result->n_rows, (unsigned long long)result->n_values,
	    (unsigned long long)result->n_lost, (unsigned long long)result->n_wrong,
	    (unsigned long long)result->n_files, (unsigned long long)result->n_spoiled,
	    (unsigned long long)killt.n_restored, (unsigned long long)killt.n_moved,
	    (double)(clock_mono(clock_real()).ns - began) / 1e9);
	return (result->n_spoiled > 0) == killt.no_undo ? 0 : 1;
}
