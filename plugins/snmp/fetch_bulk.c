/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Known cells by GETBULK: of a chunk that would be asked by GET, columns with
 * the same number of rows are asked by the name before their first row, all
 * else by the name before it, once.  60 cells of 4 columns are 5 names instead
 * of 61: 1,100 bytes less to encrypt and to sign, for the agent as well.
 *
 * An answer counts only when it has every cell in its place.  Rows that came or
 * went, a shortened answer, an error: the same chunk is asked by GET, and GETs
 * it is until the device is learned again.
 */
#include "fetch_work.h"

#define SAVED_MIN 4         /* names; and a quarter of the chunk */

/* Rows in the run that begins at item i of the chunk, at least 1. */
static size_t
run_length(const struct fetch *fetch, size_t i)
{
	const uint8_t *follows = fetch->job.follows + fetch->todo[fetch->head];
	size_t n = 1;

	while (i + n < fetch->n_chunk && follows[i + n]) {
		n++;
	}
	return n;
}

/* The number of rows whose columns save most names; 0: none saves enough. */
static size_t
best_rows(const struct fetch *fetch)
{
	uint8_t n_runs[FETCH_NAMES_MAX] = {0};
	size_t best = 0, saved = 0, least = fetch->n_chunk / 4;

	for (size_t i = 0, n; i < fetch->n_chunk; i += n) {
		n = run_length(fetch, i);
		n_runs[n]++;
	}
	for (size_t rows = 2; rows <= fetch->n_chunk; rows++) {
		if (n_runs[rows] * (rows - 1) > saved) {
			saved = n_runs[rows] * (rows - 1);
			best = rows;
		}
	}
	return saved < least || saved < SAVED_MIN ? 0 : best;
}

/* Names asked once go first; returns how many they are, runs not counted. */
static size_t
place_singles(struct fetch *fetch, size_t rows)
{
	size_t n = 0, first = fetch->todo[fetch->head];

	if (fetch->has_uptime) {
		fetch->names[n] = fetch_uptime_object;
		fetch->expected[n++] = fetch_uptime_instance;
	}
	for (size_t i = 0, len; i < fetch->n_chunk; i += len) {
		len = run_length(fetch, i);
		for (size_t k = i; k < i + len && len != rows; k++) {
			fetch->names[n] = fetch->job.befores[first + k];
			fetch->expected[n] = fetch->job.gets[first + k];
			fetch->places[k] = (uint8_t)n++;
		}
	}
	return n;
}

/* An answer has the first rows of all columns, then the second ones … */
static size_t
place_runs(struct fetch *fetch, size_t rows, size_t n_once)
{
	size_t first = fetch->todo[fetch->head], n_runs = 0, run = 0;

	for (size_t i = 0, len; i < fetch->n_chunk; i += len) {
		len = run_length(fetch, i);
		n_runs += len == rows;
	}
	for (size_t i = 0, len; i < fetch->n_chunk; i += len) {
		len = run_length(fetch, i);
		if (len != rows) {
			continue;
		}
		fetch->names[n_once + run] = fetch->job.befores[first + i];
		for (size_t k = 0; k < rows; k++) {
			size_t place = n_once + k * n_runs + run;
			fetch->expected[place] = fetch->job.gets[first + i + k];
			fetch->places[i + k] = (uint8_t)place;
		}
		run++;
	}
	return n_runs;
}

void
fetch_bulk_fill(struct fetch *fetch)
{
	const struct fetch_limits *limits = fetch->job.limits;
	struct engine_request *request = &fetch->request;
	size_t rows, n_once;

	if (fetch->job.follows == NULL || fetch->reordered ||
	    fetch->job.version != CREDENTIAL_V3 || limits->no_bulk ||
	    limits->plain_gets || fetch->n_chunk > limits->bulk.max) {
		return;
	}
	rows = best_rows(fetch);
	if (rows == 0) {
		return;
	}
	n_once = place_singles(fetch, rows);
	fetch->by_bulk = true;
	fetch->n_names = n_once + place_runs(fetch, rows, n_once);
	request->verb = ENGINE_GETBULK;
	request->n_once = (unsigned)n_once;
	request->n_repeat = (unsigned)rows;
	request->expected = fetch->expected;
	request->n_expected = fetch->n_chunk + fetch->has_uptime;
}

void
fetch_bulk_refuse(struct fetch *fetch)
{
	fetch->job.limits->plain_gets = true;
	fetch->job.limits->bulk_strikes +=
	    fetch->job.limits->bulk_strikes < UINT8_MAX;
}

static bool
is_whole(const struct fetch *fetch, const struct engine_reply *reply)
{
	size_t first = fetch->todo[fetch->head];

	if (reply->error_status != ENGINE_NO_ERROR ||
	    reply->n_varbinds < fetch->request.n_expected) {
		return false;
	}
	for (size_t i = 0; i < fetch->n_chunk; i++) {
		if (objid_compare(reply->varbinds[fetch->places[i]].name,
		    fetch->job.gets[first + i]) != 0) {
			return false;
		}
	}
	return true;
}

void
fetch_bulk_take(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t n = fetch->n_chunk;

	if (!is_whole(fetch, reply)) {
		fetch_bulk_refuse(fetch);
		fetch_next(fetch);
		return;
	}
	fetch->job.limits->bulk_strikes = 0;
	if (fetch->has_uptime) {
		fetch->has_uptime = fetch_take_uptime(fetch,
		    &reply->varbinds[0]) && fetch->has_uptime;
	}
	for (size_t i = 0; i < n; i++) {
		fetch_get_report(fetch, &reply->varbinds[fetch->places[i]]);
	}
	fetch_next(fetch);
}
