/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Walks keep a cursor per column and ask for several columns in one GETBULK.
 * Each column must ascend and stay inside itself, so no walk is endless.  An
 * answer may be shorter than asked for: RFC 3416 s.4.2.3 allows it, and the
 * cursors go on from where it ends.
 */
#include "fetch_work.h"

#define REPEAT_MAX 32

/* One cell of a walk.  False ends the whole fetch. */
static bool
take_cell(struct fetch *fetch, struct fetch_cursor *cursor, const struct varbind *vb)
{
	struct objref column = fetch->job.columns[cursor->column];

	if (cursor->done) {
		return true;
	}
	if (varbind_missing(vb) || !objid_under(column, vb->name) ||
	    vb->name.n == column.n) {
		cursor->done = true;
		return true;
	}
	if (objid_compare(vb->name, objid_ref(&cursor->last)) <= 0) {
		cursor->done = true;
		fetch->result.n_truncated++;
		return true;
	}
	objid_copy(&cursor->last, vb->name);
	fetch->job.on_row(fetch->job.arg, cursor->column, vb);
	fetch->result.n_values++;
	cursor->n_rows++;
	if (fetch->job.first_only) {
		cursor->done = true;
	} else if (cursor->n_rows >= FETCH_ROWS_MAX) {
		cursor->done = true;
		fetch->result.n_truncated++;
	}
	return ++fetch->n_varbinds < FETCH_TOTAL_MAX;
}

static void
take_error(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t offset = fetch->has_uptime ? 1 : 0;
	size_t index = reply->error_index;

	if (index > offset && index <= offset + fetch->n_asked &&
	    reply->error_status != ENGINE_TOO_BIG) {
		/* v1 says so at the end of the tree. */
		fetch->cursors[index - offset - 1].done = true;
	} else if (index == 1 && offset == 1 &&
	    reply->error_status != ENGINE_TOO_BIG) {
		fetch->has_uptime = false;
	} else if (!fetch_too_large(fetch)) {
		for (unsigned i = 0; i < fetch->n_asked; i++) {
			fetch->cursors[i].done = true;
			fetch->result.n_truncated++;
		}
	}
	fetch_next(fetch);
}

static void
take_rows(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t i = 0;

	if (fetch->has_uptime && reply->n_varbinds > 0) {
		if (!fetch_take_uptime(fetch, &reply->varbinds[0])) {
			fetch->has_uptime = false;
		}
		i = 1;
	}
	if (reply->n_varbinds <= i) {
		/* Legal when nothing fits; then ask for less. */
		if (!fetch_too_large(fetch)) {
			fetch_finish(fetch, ENGINE_BROKEN, "empty answers to a walk");
			return;
		}
		fetch_next(fetch);
		return;
	}
	for (size_t k = 0; i < reply->n_varbinds; i++, k++) {
		if (!take_cell(fetch, &fetch->cursors[k % fetch->n_asked],
		    &reply->varbinds[i])) {
			fetch_finish(fetch, ENGINE_BROKEN, "endless walk");
			return;
		}
	}
	fetch_next(fetch);
}

/* GETNEXT only: a version 1 agent, or one whose GETBULK is of no use. */
static bool
is_plain(const struct fetch *fetch)
{
	return fetch->job.version == CREDENTIAL_V1 ||
	    fetch->job.limits->no_bulk;
}

/* Varbinds that one answer of a walk may have. */
static unsigned
walk_limit(const struct fetch *fetch)
{
	return is_plain(fetch) ?
	    fetch->job.limits->names.max : fetch->job.limits->bulk.max;
}

bool
fetch_walk_turn(struct fetch *fetch)
{
	unsigned n = 0, width = walk_limit(fetch);

	if (width > FETCH_WIDTH) {
		width = FETCH_WIDTH;
	}
	for (unsigned i = 0; i < fetch->n_cursors; i++) {
		if (!fetch->cursors[i].done) {
			if (n != i) {
				fetch->cursors[n] = fetch->cursors[i];
			}
			n++;
		}
	}
	while (n < width && fetch->next_column < fetch->job.n_columns) {
		struct fetch_cursor *cursor = &fetch->cursors[n++];
		cursor->column = fetch->next_column;
		cursor->n_rows = 0;
		cursor->done = false;
		objid_copy(&cursor->last,
		    fetch->job.columns[fetch->next_column++]);
	}
	fetch->n_cursors = n;
	return n > 0;
}

void
fetch_walk_fill(struct fetch *fetch)
{
	struct engine_request *request = &fetch->request;
	unsigned max = walk_limit(fetch), repeat;
	size_t n = 0;

	/* After a tooBig there may be more cursors open than fit. */
	fetch->n_asked = fetch->n_cursors < max ? fetch->n_cursors : max;
	repeat = max / fetch->n_asked;
	if (fetch->has_uptime) {
		fetch->names[n++] = fetch_uptime_object;
	}
	for (unsigned i = 0; i < fetch->n_asked; i++) {
		fetch->names[n++] = objid_ref(&fetch->cursors[i].last);
	}
	fetch->n_names = n;
	request->verb = is_plain(fetch) ? ENGINE_GETNEXT :
	    ENGINE_GETBULK;
	request->n_once = fetch->has_uptime ? 1 : 0;
	request->n_repeat = fetch->job.first_only || repeat < 1 ? 1 :
	    repeat > REPEAT_MAX ? REPEAT_MAX : repeat;
}

void
fetch_walk_take(struct fetch *fetch, const struct engine_reply *reply)
{
	if (reply->error_status != ENGINE_NO_ERROR) {
		take_error(fetch, reply);
	} else {
		take_rows(fetch, reply);
	}
}
