/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of slot S is written at time S: RRD's row of that time holds the
 * sample that is stamped S.  Heartbeat = step, so RRD never fills a gap with
 * values; before a row that follows a gap its predecessor is written unknown,
 * else RRD would take the gap's whole span, the row too, for unknown.
 */
#include <config.h>

#include "store/rrdfile.h"

#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <rrd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

void
rrdfile_init(void)
{
	/* the argv functions of librrd would go to a daemon of that name */
	(void)unsetenv("RRDCACHED_ADDRESS");
	(void)setlocale(LC_ALL, "C");
}

/* Takes librrd's error. */
static int
take_error(struct col_error *error, const char *path)
{
	const char *text = rrd_get_error();
	int code = strstr(text, "could not lock") != NULL ? COL_EBUSY : COL_EIO;

	(void)err_set(error, code, "%s: %s", path, text);
	rrd_clear_error();
	return code;
}

static void
fail(struct proto_reply *reply, const struct col_error *error)
{
	reply->code = error->code;
	str_copy(reply->text, sizeof(reply->text), error->text);
}

/* Makes the two folders above a file. */
static int
make_folders(const char *path)
{
	char folder[SERIES_PATH_SIZE];

	for (const char *slash = strchr(path, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		str_format(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
		if (mkdir(folder, 0750) != 0 && errno != EEXIST) {
			return -1;
		}
	}
	return 0;
}

static void
new_path(char to[RRDFILE_PATH_SIZE], const char *path)
{
	str_format(to, RRDFILE_PATH_SIZE, "%s%s", path, RRDFILE_NEW);
}

static void
source_text(char text[64], const char *name, uint32_t step_s)
{
	str_format(text, 64, "DS:%s:GAUGE:%u:U:U", name, step_s);
}

static int
create(const struct proto_ensure *ensure, struct col_error *error)
{
	const struct archive_plan *plan = &ensure->plan;
	char texts[RING_DS_MAX + 2 * ARCHIVE_MAX][64], path[RRDFILE_PATH_SIZE];
	const char *argv[RING_DS_MAX + 2 * ARCHIVE_MAX];
	int argc = 0;

	new_path(path, ensure->path);
	for (uint16_t i = 0; i < ensure->n_ds; i++) {
		source_text(texts[argc++], ensure->names[i], plan->step_s);
	}
	for (unsigned i = 0; i < plan->n_archives; i++) {
		const struct archive *archive = &plan->archives[i];

		for (int max = 0; max <= (int)archive->has_max; max++) {
			str_format(texts[argc++], 64, "RRA:%s:0.5:%u:%u",
			    max != 0 ? "MAX" : "AVERAGE",
			    archive->step_s / plan->step_s, archive->rows);
		}
	}
	for (int i = 0; i < argc; i++) {
		argv[i] = texts[i];
	}
	if (make_folders(ensure->path) != 0) {
		return err_errno(error, COL_EIO, "%s", ensure->path);
	}
	rrd_clear_error();
	return rrd_create_r2(path, plan->step_s, (time_t)ensure->before_s, 1, NULL,
	    NULL, argc, argv) == 0 ? 0 : take_error(error, ensure->path);
}

static bool
has_source(const struct rrdhead *head, const char *name)
{
	uint32_t i = 0;

	while (i < head->n_ds && strcmp(head->names[i], name) != 0) {
		i++;
	}
	return i < head->n_ds;
}

bool
rrdfile_lacks(const struct proto_ensure *ensure, const struct rrdhead *head)
{
	uint16_t i = 0;

	while (i < ensure->n_ds && has_source(head, ensure->names[i])) {
		i++;
	}
	return i < ensure->n_ds;
}

/* librrd copies the file to add sources: one call for all of them, on a second
 * name of the file, so that the first keeps what it is until all is synced. */
static int
grow(const struct proto_ensure *ensure, const struct rrdhead *head, struct col_error *error)
{
	char texts[RING_DS_MAX][64], path[RRDFILE_PATH_SIZE];
	char command[] = "tune";
	char *argv[RING_DS_MAX + 3];
	int argc = 0, n = 0;

	new_path(path, ensure->path);
	argv[argc++] = command;
	argv[argc++] = path;
	for (uint16_t i = 0; i < ensure->n_ds; i++) {
		if (!has_source(head, ensure->names[i])) {
			source_text(texts[n], ensure->names[i], ensure->plan.step_s);
			argv[argc++] = texts[n++];
		}
	}
	argv[argc] = NULL;
	if (link(ensure->path, path) != 0) {
		return err_errno(error, COL_EIO, "%s", path);
	}
	rrd_clear_error();
	return rrd_tune(argc, argv) == 0 ? 0 : take_error(error, ensure->path);
}

int
rrdfile_make(const struct proto_ensure *ensure, const struct rrdhead *head,
    struct col_error *error)
{
	char path[RRDFILE_PATH_SIZE];
	int rc;

	new_path(path, ensure->path);
	(void)unlink(path);
	rc = head != NULL ? grow(ensure, head, error) : create(ensure, error);
	if (rc != 0) {
		(void)unlink(path);
	}
	return rc;
}

int
rrdfile_put(const char *path, struct col_error *error)
{
	char from[RRDFILE_PATH_SIZE];

	new_path(from, path);
	return rename(from, path) == 0 ? 0 : err_errno(error, COL_EIO, "%s", path);
}

int
rrdfile_set_aside(const char *path, char ret_aside[RRDFILE_PATH_SIZE],
    struct col_error *error)
{
	int64_t now_s = clock_wall(clock_real()).ns / NS_PER_S;

	str_format(ret_aside, RRDFILE_PATH_SIZE, "%s.bad-%lld", path, (long long)now_s);
	return rename(path, ret_aside) == 0 ? 0 : err_errno(error, COL_EIO, "%s", path);
}

bool
rrdfile_is_half_made(const char *name)
{
	static const char MARK[] = ".rrd" RRDFILE_NEW;
	const char *at = strstr(name, MARK);
	size_t len = at != NULL ? strlen(at + sizeof(MARK) - 1) : 0;

	/* ours, and librrd's own with six letters behind */
	return at != NULL && (len == 0 || len == 6);
}

/* Writes the digits of value backwards in front of end. */
static char *
digits(char *end, uint64_t value)
{
	do {
		*--end = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	return end;
}

/*
 * Most values are decimals of few digits: scaled to an integer of 15 or 16
 * digits they are printed five times as fast as by printf.
 */
size_t
rrdfile_number(char to[32], double value)
{
	static const double POWERS[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
		1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	double size = fabs(value);
	char text[32], *at = text + sizeof(text);
	unsigned places = 15;
	uint64_t scaled;
	size_t len;

	if (!isfinite(value)) {
		to[0] = 'U';
		to[1] = '\0';
		return 1;
	}
	if (size >= 1e15 || (size < 1e-3 && size > 0)) {
		return str_format(to, 32, "%.15e", value);
	}
	while (places > 0 && size * POWERS[places] >= 1e15) {
		places--;
	}
	scaled = (uint64_t)llround(size * POWERS[places]);
	while (places > 0 && scaled % 10 == 0) {
		scaled /= 10;
		places--;
	}
	if (places > 0) {
		uint64_t unit = (uint64_t)POWERS[places];
		char *point;

		point = digits(at, scaled % unit);
		while (point > at - places) {
			*--point = '0';
		}
		at = point;
		*--at = '.';
		scaled /= unit;
	}
	at = digits(at, scaled);
	if (value < 0) {
		*--at = '-';
	}
	len = (size_t)(text + sizeof(text) - at);
	memcpy(to, at, len);
	to[len] = '\0';
	return len;
}

static void
put_row(struct buf *out, int64_t at_s, const struct proto_row *row, uint16_t n_ds)
{
	char number[32];

	number[0] = '\0';
	buf_put(out, number, str_format(number, sizeof(number), "%lld", (long long)at_s));
	for (uint16_t k = 0; k < n_ds; k++) {
		buf_u8(out, ':');
		if (row != NULL && row->known >> k & 1) {
			buf_put(out, number, rrdfile_number(number, row->values[k]));
		} else {
			buf_u8(out, 'U');
		}
	}
	buf_u8(out, '\0');
}

static void
put_template(struct buf *out, const struct proto_update *update)
{
	for (uint16_t i = 0; i < update->n_ds; i++) {
		buf_puts(out, i > 0 ? ":" : "");
		buf_puts(out, update->names[i]);
	}
}

void
rrdfile_update(const struct proto_update *update, struct proto_reply *reply)
{
	struct buf text, template;
	const char **argv = calloc(2 * (size_t)update->n_rows + 1, sizeof(argv[0]));
	size_t *starts = calloc(2 * (size_t)update->n_rows + 1, sizeof(starts[0]));
	int64_t last_s = 0;
	struct col_error error;
	int argc = 0;

	assert(argv != NULL && starts != NULL);
	buf_init(&text, 0);
	buf_init(&template, 0);
	put_template(&template, update);
	for (uint32_t i = 0; i < update->n_rows; i++) {
		const struct proto_row *row = &update->rows[i];

		/* before the first row librrd passes it over where it is there */
		if (row->slot_s - update->step_s != last_s) {
			starts[argc++] = text.size;
			put_row(&text, row->slot_s - update->step_s, NULL, update->n_ds);
		}
		starts[argc++] = text.size;
		put_row(&text, row->slot_s, row, update->n_ds);
		last_s = row->slot_s;
	}
	for (int i = 0; i < argc && !text.failed; i++) {
		argv[i] = text.data + starts[i];
	}
	rrd_clear_error();
	if (text.failed || template.failed) {
		reply->code = COL_ENOMEM;
	} else if (rrd_updatex_r(update->path, template.data, RRD_SKIP_PAST_UPDATES, argc,
	    argv) != 0) {
		(void)take_error(&error, update->path);
		fail(reply, &error);
	} else {
		reply->last_s = last_s;
	}
	buf_done(&text);
	buf_done(&template);
	free(starts);
	free(argv);
}

/* Reads rows in (from, to] of one archive. */
static int
read_column(const struct proto_fetch *fetch, const char *cf, uint32_t step_s,
    struct proto_column *column, struct proto_reply *reply)
{
	time_t start = (time_t)fetch->from_s, end = (time_t)fetch->to_s;
	unsigned long step = step_s, n_ds = 0, rows, ds = 0;
	char **names = NULL;
	rrd_value_t *data = NULL;
	struct col_error error;

	rrd_clear_error();
	if (rrd_fetch_r(fetch->path, cf, &start, &end, &step, &n_ds, &names, &data) != 0) {
		(void)take_error(&error, fetch->path);
		fail(reply, &error);
		return -1;
	}
	while (ds < n_ds && strcmp(names[ds], fetch->name) != 0) {
		ds++;
	}
	rows = end > start ? (unsigned long)(end - start) / step : 0;
	if (ds < n_ds && rows < PROTO_POINTS_MAX) {
		column->first_s = start + (int64_t)step;
		column->step_s = (uint32_t)step;
		column->n = (uint32_t)rows;
		column->known = calloc(rows + 1, 1);
		column->values = calloc(rows + 1, sizeof(double));
		assert(column->known != NULL && column->values != NULL);
		for (unsigned long i = 0; i < rows; i++) {
			double value = data[i * n_ds + ds];

			column->known[i] = !isnan(value);
			column->values[i] = isnan(value) ? 0.0 : value;
		}
	}
	for (unsigned long i = 0; i < n_ds; i++) {
		rrd_freemem(names[i]);
	}
	rrd_freemem(names);
	rrd_freemem(data);
	return 0;
}

/* The time behind which the archive of single slots begins. */
static int64_t
finest_from(const struct rrdhead *head)
{
	int64_t from_s = head->last_s;

	for (uint32_t i = 0; i < head->n_rra; i++) {
		const struct rrdhead_rra *rra = &head->rras[i];

		if (rra->steps_per_row == 1 && !rra->is_max) {
			from_s = head->last_s - (int64_t)rra->n_rows * head->step_s;
		}
	}
	return from_s;
}

void
rrdfile_fetch(const struct proto_fetch *fetch, struct proto_reply *reply)
{
	struct proto_fetch part = *fetch;
	struct rrdhead head;
	struct col_error error;
	int64_t done_s, oldest_s;

	/* librrd believes what a head says */
	if (rrdhead_open(fetch->path, &head, &error) != 0) {
		fail(reply, &error);
		return;
	}
	reply->last_s = head.last_s;
	if (part.to_s > reply->last_s) {
		part.to_s = reply->last_s;
	}
	if (part.to_s <= part.from_s) {
		return;
	}
	if (read_column(&part, "AVERAGE", fetch->step_s, &reply->average, reply) != 0 ||
	    (fetch->has_max &&
	    read_column(&part, "MAX", fetch->step_s, &reply->max, reply) != 0)) {
		return;
	}
	/* the newest rows are in no consolidated one yet */
	done_s = reply->last_s / fetch->step_s * fetch->step_s;
	if (fetch->step_s > fetch->base_s && reply->last_s > done_s) {
		/* asked for more than the finest archive has, librrd takes a coarser one */
		oldest_s = finest_from(&head);
		part.from_s = done_s > oldest_s ? done_s : oldest_s;
		part.to_s = reply->last_s;
		(void)read_column(&part, "AVERAGE", fetch->base_s, &reply->tail, reply);
	}
}
