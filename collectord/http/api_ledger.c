/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /ledger: what was written down of all racks, newest first. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "state/changes.h"

#define LIMIT 100

const struct param api_ledger_params[] = {
	{"from", PARAM_TIME, false, 0, 0, NULL, "only what was written at that time or later"},
	{"to", PARAM_TIME, false, 0, 0, NULL, "only what was written by then"},
	{"rack", PARAM_ID, false, 0, 0, NULL, "only of this rack, under its former ids too"},
	{"kind", PARAM_SET, false, 0, 0, CHANGE_KINDS, "only of these kinds, separated by commas"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

struct changes { size_t n; struct change items[]; };

static void
on_changes(void *arg, int code, const struct change *items, size_t n)
{
	pending_fill_items(arg, code, items, n, sizeof(*items));
}

/* ---- the question -------------------------------------------------------------- */

/* A cursor is the entry, and as its id the rename behind it: "r0". */
static int
read_cursor(const char *text, struct change_at *ret_at)
{
	struct cursor cursor;
	int64_t rename;

	if (cursor_decode(text, &cursor) != 0 || cursor.id[0] != 'r' ||
	    cursor.key > INT64_MAX || str_to_int(cursor.id + 1, 0, INT64_MAX, &rename) != 0) {
		return COL_EINVAL;
	}
	*ret_at = (struct change_at){ (int64_t)cursor.key, rename };
	return 0;
}

/* False: the problem is the answer. */
static bool
read_query(struct request *request, struct changes_query *query)
{
	const char *from = request_value(request, "from"), *to = request_value(request, "to");
	const char *rack = request_value(request, "rack");
	const char *kinds = request_value(request, "kind");
	const char *cursor = request_value(request, "cursor");

	memset(query, 0, sizeof(*query));
	query->to.ns = INT64_MAX;
	if (from != NULL) {
		(void)query_time(from, request->as_of, &query->from);
	}
	if (to != NULL) {
		(void)query_time(to, request->as_of, &query->to);
	}
	if (rack != NULL) {
		(void)str_copy(query->rack, sizeof(query->rack), rack);
	}
	for (enum change_kind kind = 0; kind < CHANGE_KIND_N; kind++) {
		query->kinds |= query_in_set(kinds, change_kind_text(kind)) ? 1u << kind : 0;
	}
	/* one more tells whether more come */
	query->limit = (unsigned)request_int(request, "limit", LIMIT) + 1;
	query->has_before = cursor != NULL;
	if (cursor != NULL && read_cursor(cursor, &query->before) != 0) {
		(void)problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
		return false;
	}
	if (query->from.ns > query->to.ns) {
		(void)problem_reply(request, 400, "bad_span",
		    (struct problem_param){"parameter", "from"}, "from is after to");
		return false;
	}
	return true;
}

/* ---- the answer ---------------------------------------------------------------- */

static void
write_change(struct json *json, const struct change *change)
{
	bool rename = change->kind == CHANGE_RENAME;

	json_map(json, NULL);
	if (rename) {
		json_unknown(json, "id");
	} else {
		json_int(json, "id", change->place.entry);
	}
	json_text(json, "kind", change_kind_text(change->kind));
	json_text(json, "rack", change->rack);
	json_text(json, "state", change->state);
	body_time(json, "at", change->at);
	body_time(json, "written", change->written);
	json_text(json, "actor", change->actor);
	body_text(json, "reason", change->reason);
	body_text(json, "source", change->source);
	body_number(json, "design_w", change->has_design, change->design_w);
	body_text(json, "tenant", rename ? NULL : change->subject);
	body_time(json, "until", change->until);
	body_text(json, "former", rename ? change->subject : NULL);
	body_number(json, "voids", change->voids != 0, (double)change->voids);
	json_bool(json, "voided", change->voided);
	json_map_end(json);
}

static enum request_next
write_changes(struct request *request, const struct changes *changes)
{
	size_t limit = (size_t)request_int(request, "limit", LIMIT);
	char next[CURSOR_SIZE] = "", rename[24];

	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < changes->n && i < limit; i++) {
		write_change(&request->json, &changes->items[i]);
	}
	json_list_end(&request->json);
	if (changes->n > limit) {
		struct change_at at = changes->items[limit - 1].place;

		(void)str_format(rename, sizeof(rename), "r%lld", (long long)at.rename);
		cursor_encode((uint64_t)at.entry, rename, next);
	}
	body_text(&request->json, "next", next);
	return request_end(request);
}

enum request_next
api_ledger(struct request *request)
{
	struct changes_query query;
	struct ticket *ticket;
	void *changes;
	int code;

	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &changes)) {
			return problem_late(request);
		}
		return code == 0 ? write_changes(request, changes) :
		    problem_failed(request, code);
	}
	if (!read_query(request, &query)) {
		return REQUEST_REPLY;
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	state_get_changes(request->http->setup.state, &query, on_changes, ticket);
	return REQUEST_WAIT;
}
