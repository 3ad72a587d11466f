/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GETs go out in chunks from a list of what is still to do; what an agent
 * cannot answer is taken out of the chunk and the rest sent again, which is
 * also how v1 agents report a missing object.
 */
#include "fetch_work.h"

#include <string.h>

void
fetch_get_report(struct fetch *fetch, const struct varbind *vb)
{
	fetch->job.on_value(fetch->job.arg, fetch->todo[fetch->head], vb);
	fetch->result.n_values += vb != NULL;
	fetch->head++;
	fetch->n_chunk--;
}

/* Moves item i of the chunk to its head, so that it can be reported. */
static void
bring_forward(struct fetch *fetch, size_t i)
{
	size_t *at = fetch->todo + fetch->head;
	size_t item = at[i];

	memmove(at + 1, at, i * sizeof(*at));
	at[0] = item;
	fetch->reordered = fetch->reordered || i > 0;
}

/* index is 1-based in the request; 0 or nonsense: nobody knows which. */
static void
take_error(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t offset = fetch->has_uptime ? 1 : 0;
	size_t index = reply->error_index;

	if (reply->error_status == ENGINE_TOO_BIG ||
	    index == 0 || index > offset + fetch->n_chunk) {
		if (!fetch_too_large(fetch)) {
			fetch_get_report(fetch, NULL);
		}
	} else if (index <= offset) {
		fetch->has_uptime = false;
	} else {
		bring_forward(fetch, index - offset - 1);
		fetch_get_report(fetch, NULL);
	}
	fetch_next(fetch);
}

static const struct varbind *
find_answer(const struct engine_reply *reply, size_t likely,
    struct objref name)
{
	if (likely < reply->n_varbinds &&
	    objid_compare(reply->varbinds[likely].name, name) == 0) {
		return &reply->varbinds[likely];
	}
	for (size_t i = 0; i < reply->n_varbinds; i++) {
		if (objid_compare(reply->varbinds[i].name, name) == 0) {
			return &reply->varbinds[i];
		}
	}
	return NULL;
}

static void
take_values(struct fetch *fetch, const struct engine_reply *reply)
{
	size_t offset = fetch->has_uptime ? 1 : 0, n = fetch->n_chunk;
	bool is_short = reply->n_varbinds < offset + n;

	if (offset == 1 && reply->n_varbinds > 0) {
		(void)fetch_take_uptime(fetch, &reply->varbinds[0]);
	}
	for (size_t i = 0; i < n; i++) {
		struct objref name =
		    fetch->job.gets[fetch->todo[fetch->head]];
		const struct varbind *vb = find_answer(reply, offset + i,
		    name);
		if (vb == NULL && is_short && i > 0) {
			break; /* cut short: ask for the rest again */
		}
		fetch_get_report(fetch, vb);
	}
	if (is_short) {
		(void)fetch_too_large(fetch);
	}
	fetch_next(fetch);
}

void
fetch_get_fill(struct fetch *fetch)
{
	struct engine_request *request = &fetch->request;
	size_t bytes = 0, n = 0, offset = fetch->has_uptime ? 1 : 0;
	unsigned max = fetch->job.limits->names.max;

	if (fetch->has_uptime) {
		fetch->names[0] = fetch_uptime_instance;
	}
	while (fetch->head + n < fetch->job.n_gets && n < max &&
	    offset + n < FETCH_NAMES_MAX) {
		size_t item = fetch->todo[fetch->head + n];
		struct objref name = fetch->job.gets[item];
		/* Name, sequence header, and a number's worth of value. */
		bytes += 4 + 8 + (fetch->job.sizes != NULL ?
		    fetch->job.sizes[item] : objid_encoded(name));
		if (n > 0 && bytes > FETCH_BYTES_MAX - 150) {
			break;
		}
		fetch->names[offset + n++] = name;
	}
	fetch->n_chunk = n;
	fetch->n_names = offset + n;
	request->verb = ENGINE_GET;
	/* Below the job's number: which part of its list.  All fit. */
	if (fetch->job.list != 0 && !fetch->reordered) {
		request->list = fetch->job.list << 24 |
		    (uint64_t)fetch->head << 8 | n << 1 | offset;
	}
	fetch_bulk_fill(fetch);
}

void
fetch_get_take(struct fetch *fetch, const struct engine_reply *reply)
{
	if (reply->error_status != ENGINE_NO_ERROR) {
		take_error(fetch, reply);
	} else {
		take_values(fetch, reply);
	}
}
