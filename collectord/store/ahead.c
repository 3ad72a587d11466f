/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A clock that ran ahead leaves rows of the future, and RRD takes nothing older
 * than a file's newest row.  Nobody but an operator knows whether that clock was
 * wrong or the present one is, so nothing is done unasked: the files are counted
 * and named, and cut at the present time when it is asked for.
 */
#include <config.h>

#include "store/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "store/ahead.h"

#define REQUEST_FILE "rewind"
/* Source: DESIGN.md 4.7: stamps so far ahead are taken. */
#define AHEAD_S (5 * 60)

int
ahead_ask(const char *dir, struct col_error *error)
{
	char *path = open_join(dir, REQUEST_FILE);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640), rc = 0;

	if (fd < 0 || fsync(fd) != 0) {
		rc = err_errno(error, COL_EIO, "%s", path);
	}
	if (fd >= 0) {
		close(fd);
	}
	free(path);
	return rc;
}

void
ahead_look(struct store *store, struct series_file *file)
{
	int64_t now_s = clock_wall(store->clock).ns / NS_PER_S;
	bool ahead = file->last_s > now_s + AHEAD_S;
	char newest[CLOCK_RFC3339_SIZE], text[192];

	if (ahead == file->ahead) {
		return;
	}
	file->ahead = ahead;
	store->n_ahead += ahead ? 1 : -1u;
	if (store->n_ahead == 0) {
		store_solved(store, PROBLEM_AHEAD);
		return;
	}
	clock_rfc3339((struct wall){ file->last_s * NS_PER_S }, newest);
	str_format(text, sizeof(text), "its newest row is of %s; if this machine's clock is "
	    "right now: collectorctl store rewind", newest);
	if (store->n_ahead == 1 && ahead) {
		store_problem(store, PROBLEM_AHEAD, 1, file->path, text);
	} else {
		/* one line of the log is enough for all of them */
		(void)problems_note(&store->problems, PROBLEM_AHEAD, clock_wall(store->clock),
		    store->n_ahead, file->path, text);
	}
}

static void
cut(void *arg, struct series_file *file)
{
	struct store *store = arg;
	int64_t now_s = clock_wall(store->clock).ns / NS_PER_S;

	/* those that were not looked at yet are when they are first written */
	if (file->step_s == store->step_s && (file->ahead || !file->checked)) {
		file->cut_s = now_s - now_s % file->step_s;
	}
	if (file->ahead) {
		flush_due(file);
	}
}

void
ahead_step(struct store *store)
{
	char *path = open_join(store->dir, REQUEST_FILE);

	/* removed first: what cannot be removed would be done again and again */
	if (unlink(path) == 0) {
		LOG_WARN("store", "dir", store->dir, "rows of the future are taken out of RRD "
		    "files, as was asked for: %u files are known to have such", store->n_ahead);
		series_each(store->series, cut, store);
	} else if (errno != ENOENT) {
		LOG_ERROR("store", "file", path, "cannot be removed, so nothing is rewound");
	}
	free(path);
}
