/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The new file is made by librrd as if it had ended at B, the last end of a row
 * of its coarsest archive.  Rows up to B are written where they belong: nobody
 * knows the file yet, and no row stands before another is written.  What is
 * newer goes through librrd as it once did, so that the rows in the making are
 * made of the same samples.
 *
 * A new row is the mean (or maximum) of the old rows in its time, weighted by
 * what they share with it, unknown when less than half of it is known; a row of
 * the same time is taken as it is, of a coarser one its value.
 *
 * The same way rows that a wrong clock has put into the future are taken out: the
 * new file ends before them.
 */
#include <config.h>

#include "store/rrdmigrate.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "store/rrdfile.h"

#define KNOWN_SHARE 0.5

/* An archive of the old file in memory. */
struct old {
	const struct rrdhead_rra *rra;
	int64_t step_s, newest_s;   /* its newest row ends then */
	double *rows;               /* as they lie in the file */
};

struct migration {
	const struct proto_ensure *ensure;
	const struct rrdhead *head;
	int64_t end_s;                       /* the new file's newest slot */
	struct old olds[RRDHEAD_RRA_MAX];    /* finest first, averages before maxima */
	int places[RING_DS_MAX];             /* of the new sources in the old file */
};

bool
rrdmigrate_fits(const struct proto_ensure *ensure, const struct rrdhead *head)
{
	const struct archive_plan *plan = &ensure->plan;
	uint32_t n = 0;

	if (head->step_s != plan->step_s) {
		return false;
	}
	for (uint32_t i = 0; i < plan->n_archives; i++) {
		for (int max = 0; max <= (int)plan->archives[i].has_max; max++, n++) {
			const struct rrdhead_rra *rra = &head->rras[n];

			if (n >= head->n_rra || rra->n_rows != plan->archives[i].rows ||
			    rra->steps_per_row * plan->step_s != plan->archives[i].step_s ||
			    rra->is_max != (max == 1)) {
				return false;
			}
		}
	}
	return n == head->n_rra;
}

bool
rrdmigrate_cuts(const struct proto_ensure *ensure, const struct rrdhead *head)
{
	return ensure->cut_s > 0 && head->last_s > ensure->cut_s;
}

/* ---- the old file ---------------------------------------------------------------- */

static int
read_all(int fd, void *data, size_t size, uint64_t at, struct col_error *error)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = pread(fd, (char *)data + done, size - done, (off_t)(at + done));

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return err_errno(error, COL_EIO, "rows cannot be read");
		}
		done += (size_t)n;
	}
	return 0;
}

static int
by_step(const void *a, const void *b)
{
	const struct old *left = a, *right = b;

	if (left->step_s != right->step_s) {
		return left->step_s < right->step_s ? -1 : 1;
	}
	return (int)left->rra->is_max - (int)right->rra->is_max;
}

static int
read_old(struct migration *migration, struct col_error *error)
{
	const struct rrdhead *head = migration->head;
	int fd = open(migration->ensure->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), rc = 0;

	if (fd < 0) {
		return err_errno(error, COL_EIO, "%s", migration->ensure->path);
	}
	for (uint32_t i = 0; i < head->n_rra && rc == 0; i++) {
		struct old *old = &migration->olds[i];
		size_t size = head->rras[i].n_rows * head->n_ds * sizeof(double);

		old->rra = &head->rras[i];
		old->step_s = (int64_t)(old->rra->steps_per_row * head->step_s);
		old->newest_s = head->last_s / old->step_s * old->step_s;
		old->rows = malloc(size);
		assert(old->rows != NULL);
		rc = read_all(fd, old->rows, size, old->rra->at, error);
	}
	close(fd);
	if (rc == 0) {
		qsort(migration->olds, head->n_rra, sizeof(migration->olds[0]), by_step);
	}
	return rc;
}

/* The row that ends at end_s, of one source. */
static double
old_row(const struct migration *migration, const struct old *old, int64_t end_s, int place)
{
	uint64_t n = old->rra->n_rows;
	uint64_t back = (uint64_t)((old->newest_s - end_s) / old->step_s);
	uint64_t row = (old->rra->cur_row + n - back % n) % n;

	return old->rows[row * migration->head->n_ds + (uint64_t)place];
}

static bool
covers(const struct old *old, int64_t from_s, int64_t to_s)
{
	return to_s <= old->newest_s &&
	    from_s >= old->newest_s - (int64_t)old->rra->n_rows * old->step_s;
}

/* The one whose rows are the same, else the finest one that holds all of
 * (from, to]; for a maximum, averages of more than one slot are the last resort. */
static const struct old *
choose(const struct migration *migration, int64_t from_s, int64_t to_s, bool is_max)
{
	const struct old *second = NULL;

	for (uint32_t i = 0; i < migration->head->n_rra; i++) {
		const struct old *old = &migration->olds[i];

		if (old->step_s == to_s - from_s && old->rra->is_max == is_max &&
		    covers(old, from_s, to_s)) {
			return old;
		}
	}
	for (uint32_t i = 0; i < migration->head->n_rra; i++) {
		const struct old *old = &migration->olds[i];
		bool is_first = is_max ? old->rra->is_max || old->rra->steps_per_row == 1 :
		    !old->rra->is_max;

		if (!covers(old, from_s, to_s)) {
			continue;
		}
		if (is_first) {
			return old;
		}
		if (second == NULL && !old->rra->is_max) {
			second = old;
		}
	}
	return second;
}

/* Mean or maximum of one source over (from, to]. */
static double
value_of(const struct migration *migration, const struct old *old, int64_t from_s,
    int64_t to_s, int place, bool is_max)
{
	double sum = 0, max = -INFINITY, known_s = 0;
	int64_t first = (from_s / old->step_s + 1) * old->step_s;

	for (int64_t end_s = first; end_s - old->step_s < to_s; end_s += old->step_s) {
		int64_t low = end_s - old->step_s > from_s ? end_s - old->step_s : from_s;
		int64_t high = end_s < to_s ? end_s : to_s;
		double row = old_row(migration, old, end_s, place);

		if (!isnan(row)) {
			sum += row * (double)(high - low);
			known_s += (double)(high - low);
			max = row > max ? row : max;
		}
	}
	if (known_s <= 0 || known_s < KNOWN_SHARE * (double)(to_s - from_s)) {
		return (double)NAN;
	}
	return is_max ? max : sum / known_s;
}

static double
old_value(const struct migration *migration, int64_t from_s, int64_t to_s, uint32_t ds,
    bool is_max)
{
	const struct old *old;

	if (migration->places[ds] < 0) {
		return (double)NAN;
	}
	old = choose(migration, from_s, to_s, is_max);
	return old == NULL ? (double)NAN :
	    value_of(migration, old, from_s, to_s, migration->places[ds], is_max);
}

/* ---- the new file ----------------------------------------------------------------- */

static int
write_archive(const struct migration *migration, int fd, const struct rrdhead *head,
    const struct rrdhead_rra *rra, struct col_error *error)
{
	int64_t step_s = (int64_t)(rra->steps_per_row * head->step_s);
	int64_t newest_s = head->last_s / step_s * step_s;
	size_t size = rra->n_rows * head->n_ds * sizeof(double);
	double *rows = malloc(size);
	ssize_t n;

	assert(rows != NULL);
	for (uint64_t back = 0; back < rra->n_rows; back++) {
		uint64_t row = (rra->cur_row + rra->n_rows - back) % rra->n_rows;
		int64_t end_s = newest_s - (int64_t)back * step_s;

		for (uint32_t ds = 0; ds < head->n_ds; ds++) {
			rows[row * head->n_ds + ds] = old_value(migration, end_s - step_s,
			    end_s, ds, rra->is_max);
		}
	}
	n = pwrite(fd, rows, size, (off_t)rra->at);
	free(rows);
	return n >= 0 && (size_t)n == size ? 0 :
	    err_errno(error, COL_EIO, "%s", migration->ensure->path);
}

static int
write_archives(const struct migration *migration, const char *path, struct col_error *error)
{
	struct rrdhead head;
	int rc = rrdhead_open(path, &head, error), fd;

	if (rc != 0) {
		return rc;
	}
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	for (uint32_t i = 0; i < head.n_rra && rc == 0; i++) {
		rc = write_archive(migration, fd, &head, &head.rras[i], error);
	}
	close(fd);
	return rc;
}

/* Slots from behind from_s to the file's last one, through librrd. */
static int
write_tail(const struct migration *migration, const char *path, int64_t from_s,
    struct col_error *error)
{
	const struct proto_ensure *ensure = migration->ensure;
	struct proto_update update = { .step_s = ensure->plan.step_s, .n_ds = ensure->n_ds };
	struct proto_reply reply = { 0 };
	int64_t step_s = ensure->plan.step_s;
	size_t n = (size_t)((migration->end_s - from_s) / step_s);

	if (n == 0) {
		return 0;
	}
	str_copy(update.path, sizeof(update.path), path);
	memcpy(update.names, ensure->names, sizeof(update.names));
	update.rows = calloc(n, sizeof(update.rows[0]));
	update.values = calloc(n * ensure->n_ds, sizeof(double));
	assert(update.rows != NULL && update.values != NULL);
	update.n_rows = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		struct proto_row *row = &update.rows[i];
		double *values = update.values + i * ensure->n_ds;

		row->slot_s = from_s + (int64_t)(i + 1) * step_s;
		row->values = values;
		for (uint32_t ds = 0; ds < ensure->n_ds; ds++) {
			values[ds] = old_value(migration, row->slot_s - step_s, row->slot_s, ds,
			    false);
			row->known |= (uint64_t)!isnan(values[ds]) << ds;
		}
	}
	rrdfile_update(&update, &reply);
	proto_update_done(&update);
	return reply.code == 0 ? 0 : err_set(error, reply.code, "%s", reply.text);
}

static void
find_places(struct migration *migration)
{
	for (uint16_t i = 0; i < migration->ensure->n_ds; i++) {
		migration->places[i] = -1;
		for (uint32_t k = 0; k < migration->head->n_ds; k++) {
			if (strcmp(migration->head->names[k],
			    migration->ensure->names[i]) == 0) {
				migration->places[i] = (int)k;
			}
		}
	}
}

int
rrdmigrate_make(const struct proto_ensure *ensure, const struct rrdhead *head,
    struct col_error *error)
{
	struct migration migration = { .ensure = ensure, .head = head,
	    .end_s = rrdmigrate_cuts(ensure, head) ? ensure->cut_s : head->last_s };
	const struct archive_plan *plan = &ensure->plan;
	int64_t coarsest_s = plan->archives[plan->n_archives - 1].step_s;
	struct proto_ensure fresh = *ensure;
	char path[RRDFILE_PATH_SIZE];
	int rc;

	str_format(path, sizeof(path), "%s%s", ensure->path, RRDFILE_NEW);
	if (strlen(path) >= SERIES_PATH_SIZE || head->step_s != plan->step_s ||
	    migration.end_s % plan->step_s != 0) {
		return err_set(error, COL_EINVAL, "%s: of another interval", ensure->path);
	}
	fresh.before_s = migration.end_s / coarsest_s * coarsest_s;
	find_places(&migration);
	rc = read_old(&migration, error);
	if (rc == 0) {
		rc = rrdfile_make(&fresh, NULL, error);
	}
	if (rc == 0) {
		rc = write_archives(&migration, path, error);
		rc = rc == 0 ? write_tail(&migration, path, fresh.before_s, error) : rc;
		if (rc != 0) {
			(void)unlink(path);
		}
	}
	for (uint32_t i = 0; i < RRDHEAD_RRA_MAX; i++) {
		free(migration.olds[i].rows);
	}
	return rc;
}
