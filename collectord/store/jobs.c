/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every group has two halves.  The first prepares: images of the files that
 * will be updated, new files under another name.  Then it is all synced, and
 * only the second half changes anything that stands under its own name.
 */
#include <config.h>

#include "store/jobs.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "store/rrdfile.h"
#include "store/rrdhead.h"
#include "store/rrdmigrate.h"
#include "store/syncer.h"
#include "store/undo.h"

#define UNDO_FILE "undo.log"
/* About 6,000 racks of 32 sources; a minute of updates at 90,000 racks. */
#define UNDO_BYTES_MAX (UINT64_C(96) << 20)
/* For tests that must see what happens without: never set in use. */
#define NO_UNDO_ENV "COLLECTORD_TEST_NO_UNDO"

struct job {
	enum proto_type type;
	uint32_t request;
	union {
		struct proto_ensure ensure;
		struct proto_update update;
	} of;
	struct proto_reply reply;
};

struct jobs {
	int dir_fd;
	bool no_undo;
	bool failed;             /* a sync did: what is on disk is not known */
	bool any_new;            /* of this group: files that must be on disk first */
	struct undo *undo;
	struct syncer *syncer;
	jobs_serve_fn *serve;
	void *serve_arg;
	uint32_t n;
	struct job items[JOBS_MAX];
};

static void
fail(struct job *job, const struct col_error *error)
{
	job->reply.code = error->code;
	str_copy(job->reply.text, sizeof(job->reply.text), error->text);
}

/* Others are served while a disk takes its time. */
static int
run_sync(struct jobs *jobs, syncer_fn *fn, void *arg, struct col_error *error)
{
	syncer_start(jobs->syncer, fn, arg);
	while (jobs->serve != NULL && !syncer_wait(jobs->syncer, 0)) {
		jobs->serve(jobs->serve_arg, syncer_fd(jobs->syncer));
	}
	(void)syncer_wait(jobs->syncer, -1);
	return syncer_take(jobs->syncer, error);
}

/* ---- start and end ---------------------------------------------------------------- */

static uint32_t n_swept; /* nftw has no argument to pass on */

static int
sweep_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	if (type == FTW_F && rrdfile_is_half_made(path + ftw->base) && unlink(path) == 0) {
		n_swept++;
	}
	return 0;
}

static void
tell_restored(void *arg, const char *path)
{
	struct proto_hello *hello = arg;

	hello->n_restored++;
	if (hello->paths.size + strlen(path) + 1 < PROTO_BODY_MAX / 2) {
		buf_put(&hello->paths, path, strlen(path) + 1);
	}
}

/* Heads back, then all of it to disk, then the images are forgotten. */
static int
restore(struct jobs *jobs, struct proto_hello *hello, struct col_error *error)
{
	struct undo_count count = { 0 };
	int rc = undo_restore(jobs->undo, tell_restored, hello, &count, error);

	hello->n_damaged = count.damaged;
	if (rc == 0 && count.restored > 0 && syncfs(jobs->dir_fd) != 0) {
		rc = err_errno(error, COL_EIO, "syncfs");
	}
	return rc == 0 ? undo_forget(jobs->undo, error) : rc;
}

int
jobs_new(int dir_fd, struct jobs **ret_jobs, struct proto_hello *ret_hello,
    struct col_error *error)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));
	struct proto_hello hello = { 0 };
	int rc;

	assert(jobs != NULL);
	buf_init(&hello.paths, PROTO_BODY_MAX);
	jobs->dir_fd = dir_fd;
	jobs->no_undo = getenv(NO_UNDO_ENV) != NULL;
	rc = undo_open(UNDO_FILE, &jobs->undo, error);
	if (rc == 0) {
		rc = restore(jobs, &hello, error);
	}
	if (rc != 0) {
		buf_done(&hello.paths);
		undo_free(jobs->undo);
		free(jobs);
		return rc;
	}
	jobs->syncer = syncer_new(NULL, NULL);
	n_swept = 0;
	(void)nftw(".", sweep_one, 16, FTW_PHYS);
	hello.n_swept = n_swept;
	*ret_jobs = jobs;
	*ret_hello = hello;
	return 0;
}

void
jobs_serve(struct jobs *jobs, jobs_serve_fn *fn, void *arg)
{
	jobs->serve = fn;
	jobs->serve_arg = arg;
}

/* All that was written is on disk: no image is needed any more. */
static int
sync_everything(void *arg, struct col_error *error)
{
	struct jobs *jobs = arg;

	if (syncfs(jobs->dir_fd) != 0) {
		return err_errno(error, COL_EIO, "syncfs");
	}
	return undo_forget(jobs->undo, error);
}

static int
settle(struct jobs *jobs, struct col_error *error)
{
	return run_sync(jobs, sync_everything, jobs, error);
}

void
jobs_free(struct jobs *jobs)
{
	if (jobs != NULL) {
		if (!jobs->failed) {
			(void)settle(jobs, NULL);
		}
		syncer_free(jobs->syncer);
		undo_free(jobs->undo);
		free(jobs);
	}
}

/* ---- requests ------------------------------------------------------------------------ */

bool
jobs_put(struct jobs *jobs, const struct proto_frame *frame)
{
	struct job *job = &jobs->items[jobs->n];
	bool ok = true;

	assert(jobs->n < JOBS_MAX);
	job->type = frame->type;
	job->request = frame->request;
	job->reply = (struct proto_reply){ 0 };
	switch (frame->type) {
	case PROTO_ENSURE:
		ok = proto_get_ensure(frame, &job->of.ensure);
		break;
	case PROTO_UPDATE:
		ok = proto_get_update(frame, &job->of.update);
		break;
	case PROTO_SYNC:
		break;
	case PROTO_FETCH: /* is not kept waiting here */
	case PROTO_HELLO:
	case PROTO_REPLY:
	case PROTO_TYPE_N:
		ok = false;
		break;
	}
	jobs->n += ok;
	return ok;
}

uint32_t
jobs_count(const struct jobs *jobs)
{
	return jobs->n;
}

bool
jobs_full(const struct jobs *jobs)
{
	return jobs->n == JOBS_MAX ||
	    (jobs->n > 0 && jobs->items[jobs->n - 1].type == PROTO_SYNC);
}

/* ---- first half: nothing under its own name changes ------------------------------------ */

static int
sync_file(void *arg, struct col_error *error)
{
	const char *path = arg;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc;

	if (fd < 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	rc = fsync(fd) == 0 ? 0 : err_errno(error, COL_EIO, "%s", path);
	close(fd);
	return rc;
}

/* Another file is made of it: it is made whole on disk before its images are
 * given up. */
static int
prepare_change(struct jobs *jobs, struct job *job, const struct rrdhead *head,
    struct col_error *error)
{
	struct proto_ensure *ensure = &job->of.ensure;
	bool migrates = !rrdmigrate_fits(ensure, head) || rrdmigrate_cuts(ensure, head);
	int rc;

	if (!migrates && !rrdfile_lacks(ensure, head)) {
		return 0;
	}
	rc = run_sync(jobs, sync_file, ensure->path, error);
	if (rc == 0) {
		rc = migrates ? rrdmigrate_make(ensure, head, error) :
		    rrdfile_make(ensure, head, error);
	}
	if (rc == 0) {
		undo_void(jobs->undo, ensure->path);
		job->reply.made = migrates ? PROTO_MIGRATED : PROTO_GROWN;
		if (rrdmigrate_cuts(ensure, head)) {
			job->reply.last_s = ensure->cut_s;
		}
	}
	return rc;
}

static void
prepare_ensure(struct jobs *jobs, struct job *job)
{
	const struct proto_ensure *ensure = &job->of.ensure;
	struct rrdhead head;
	struct col_error error;
	int rc = rrdhead_open(ensure->path, &head, &error);

	if (rc == 0) {
		job->reply.last_s = head.last_s;
		rc = prepare_change(jobs, job, &head, &error);
	} else if (rc == COL_ENOENT || rc == COL_EPROTO) {
		job->reply.made = rc == COL_ENOENT ? PROTO_CREATED : PROTO_REBUILT;
		str_copy(job->reply.text, sizeof(job->reply.text),
		    rc == COL_ENOENT ? "" : error.text);
		job->reply.last_s = ensure->before_s;
		undo_void(jobs->undo, ensure->path);
		rc = rrdfile_make(ensure, NULL, &error);
	}
	if (rc != 0) {
		job->reply.made = PROTO_KEPT;
		fail(job, &error);
	}
}

static void
prepare(struct jobs *jobs, struct job *job)
{
	struct col_error error;

	if (job->type == PROTO_ENSURE) {
		prepare_ensure(jobs, job);
	} else if (job->type == PROTO_UPDATE && !jobs->no_undo &&
	    undo_add(jobs->undo, job->of.update.path, &error) != 0) {
		fail(job, &error);
	}
}

static int
sync_images(void *arg, struct col_error *error)
{
	struct jobs *jobs = arg;

	/* librrd makes files without fsync.  Source: storage.md A1 */
	if (jobs->any_new && syncfs(jobs->dir_fd) != 0) {
		return err_errno(error, COL_EIO, "syncfs");
	}
	return undo_sync(jobs->undo, error);
}

/* Images and new files on disk.  Without that no file may be touched. */
static void
sync_prepared(struct jobs *jobs)
{
	struct col_error error;
	int rc;

	jobs->any_new = false;
	for (uint32_t i = 0; i < jobs->n; i++) {
		jobs->any_new |= jobs->items[i].reply.made != PROTO_KEPT;
	}
	rc = run_sync(jobs, sync_images, jobs, &error);
	for (uint32_t i = 0; i < jobs->n && rc != 0; i++) {
		struct job *job = &jobs->items[i];

		if (job->type == PROTO_UPDATE || job->reply.made != PROTO_KEPT) {
			job->reply.made = PROTO_KEPT;
			fail(job, &error);
		}
	}
}

/* ---- second half ---------------------------------------------------------------------- */

/*
 * On kernels with large folios every store into a page of a fresh file dirties
 * far more than a page; reading it anew mends that.  Source: storage.md A2.
 */
static void
drop_pages(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		close(fd);
	}
}

static void
finish_ensure(struct job *job)
{
	const char *path = job->of.ensure.path;
	char aside[RRDFILE_PATH_SIZE], why[PROTO_TEXT_SIZE];
	struct col_error error;
	int rc = 0;

	if (job->reply.made == PROTO_REBUILT) {
		rc = rrdfile_set_aside(path, aside, &error);
		str_copy(why, sizeof(why), job->reply.text);
		str_format(job->reply.text, sizeof(job->reply.text), "%s; set aside as %s",
		    why, rc == 0 ? aside : "?");
	}
	if (rc == 0) {
		rc = rrdfile_put(path, &error);
	}
	if (rc != 0) {
		job->reply.made = PROTO_KEPT;
		fail(job, &error);
		return;
	}
	drop_pages(path);
}

static void
finish(struct jobs *jobs, struct job *job)
{
	struct col_error error;

	if (job->reply.code != 0) {
		return;
	}
	if (job->type == PROTO_ENSURE && job->reply.made != PROTO_KEPT) {
		finish_ensure(job);
	} else if (job->type == PROTO_UPDATE) {
		rrdfile_update(&job->of.update, &job->reply);
	} else if (job->type == PROTO_SYNC && settle(jobs, &error) != 0) {
		fail(job, &error);
		jobs->failed = true;
	}
}

bool
jobs_run(struct jobs *jobs, struct buf *out)
{
	for (uint32_t i = 0; i < jobs->n; i++) {
		prepare(jobs, &jobs->items[i]);
	}
	sync_prepared(jobs);
	for (uint32_t i = 0; i < jobs->n; i++) {
		struct job *job = &jobs->items[i];
		size_t at;

		if (jobs->failed) {
			job->reply = (struct proto_reply){ .code = COL_ECANCELED };
		} else {
			finish(jobs, job);
		}
		at = proto_begin(out, PROTO_REPLY, job->request);
		proto_put_reply(out, &job->reply);
		proto_end(out, at);
		proto_reply_done(&job->reply);
		if (job->type == PROTO_UPDATE) {
			proto_update_done(&job->of.update);
		}
	}
	jobs->n = 0;
	if (undo_bytes(jobs->undo) > UNDO_BYTES_MAX && settle(jobs, NULL) != 0) {
		jobs->failed = true;
	}
	return !jobs->failed;
}
