/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /reservations: what the API and the inventory keep for whom; made and
 * released by operators.
 */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/order.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/session.h"
#include "state/reserve.h"

#define LIMIT 100
#define STATES "active|expired|released"
/* Nobody plans for longer, a mistyped year does. */
#define UNTIL_MAX_NS (10 * 366 * 86400 * NS_PER_S)

const struct param api_reservations_params[] = {
	{"state", PARAM_SET, false, 0, 0, STATES, "only these states"},
	{"source", PARAM_CHOICE, false, 0, 0, "api|inventory", "only of this source"},
	{"rack", PARAM_ID, false, 0, 0, NULL, "only of this rack"},
	{"tenant", PARAM_TEXT, false, 0, 0, NULL, "only for this tenant"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

const struct member api_reservation_body[] = {
	{"rack", MEMBER_ID, false, 0, 0, NULL, NULL, "one rack, or …"},
	{"racks", MEMBER_IDS, false, 0, 1000, NULL, NULL, "… several: all or none"},
	{"tenant", MEMBER_TEXT, true, 1, RESERVATION_TENANT_SIZE - 1, NULL, NULL, "for whom"},
	{"until", MEMBER_TIME, true, 0, 0, NULL, NULL,
	    "when it expires by itself, within 10 years"},
	{"power_w", MEMBER_NUMBER, false, 0, 1000000, NULL, NULL, "power kept in each rack"},
	{"units", MEMBER_INT, false, 1, 100, NULL, NULL,
	    "height units kept in each rack; neither: each rack as a whole"},
	{"reason", MEMBER_TEXT, false, 0, RESERVATION_TEXT_SIZE - 1, NULL, NULL, "why"},
	{0},
};

/* ---- items ------------------------------------------------------------------------ */

/* One line, of the API or of the inventory (item NULL). */
struct line {
	const struct reservation *item;
	const struct rack *rack;
};

static enum reservation_state
state_of(const struct line *line, struct wall now)
{
	if (line->item != NULL) {
		return reservation_state(line->item, now);
	}
	return line->rack->life.reserved_until.ns != 0 &&
	    line->rack->life.reserved_until.ns <= now.ns ?
	    RESERVATION_EXPIRED : RESERVATION_ACTIVE;
}

static void
write_made(struct json *json, const struct reservation *item)
{
	char id[24];

	(void)str_format(id, sizeof(id), "%lld", (long long)item->id);
	json_text(json, "id", id);
	json_text(json, "rack", item->rack);
	json_text(json, "tenant", item->tenant);
	body_time(json, "until", item->until);
	body_number(json, "power_w", item->power_w > 0, item->power_w);
	body_number(json, "units", item->units > 0, item->units);
	body_text(json, "reason", item->reason);
	json_text(json, "actor", item->actor);
	body_time(json, "created", item->created);
	body_time(json, "released", item->released);
}

static void
write_declared(struct json *json, const struct rack *rack)
{
	json_unknown(json, "id");
	json_text(json, "rack", rack->id);
	json_text(json, "tenant", rack->life.reserved_for);
	body_time(json, "until", rack->life.reserved_until);
	json_unknown(json, "power_w");
	json_unknown(json, "units");
	json_unknown(json, "reason");
	json_text(json, "actor", "inventory");
	json_unknown(json, "created");
	json_unknown(json, "released");
}

static void
write_line(struct json *json, const struct line *line, struct wall now)
{
	json_map(json, NULL);
	if (line->item != NULL) {
		write_made(json, line->item);
	} else {
		write_declared(json, line->rack);
	}
	json_text(json, "state", reservation_state_text(state_of(line, now)));
	json_text(json, "source", line->item != NULL ? "api" : "inventory");
	json_map_end(json);
}

/* ---- the list ------------------------------------------------------------------------ */

struct lines { struct line *items; size_t n, room; bool failed; };

static void
add_line(struct request *request, struct lines *lines, struct line line)
{
	const char *tenant = request_value(request, "tenant");
	const char *rack = request_value(request, "rack");
	struct wall now = request->as_of;

	if (!query_in_set(request_value(request, "state"),
	    reservation_state_text(state_of(&line, now))) ||
	    (rack != NULL && strcmp(rack, line.item != NULL ? line.item->rack :
	    line.rack->id) != 0) ||
	    (tenant != NULL && strcmp(tenant, line.item != NULL ? line.item->tenant :
	    line.rack->life.reserved_for) != 0)) {
		return;
	}
	if (lines->n == lines->room) {
		size_t room = lines->room == 0 ? 64 : 2 * lines->room;
		struct line *items = realloc(lines->items, room * sizeof(*items));

		if (items == NULL) {
			lines->failed = true;
			return;
		}
		lines->items = items;
		lines->room = room;
	}
	lines->items[lines->n++] = line;
}

/* Those of the API, newest first, then the inventory's by rack. */
static int
compare_lines(const void *a, const void *b)
{
	const struct line *left = a, *right = b;

	if ((left->item != NULL) != (right->item != NULL)) {
		return left->item != NULL ? -1 : 1;
	}
	if (left->item != NULL) {
		return (left->item->id < right->item->id) - (left->item->id > right->item->id);
	}
	return strcmp(left->rack->id, right->rack->id);
}

static void
gather_lines(struct request *request, const struct reservations *made, struct lines *lines)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *source = request_value(request, "source");

	for (size_t i = 0; query_in_set(source, "api") && i < made->n; i++) {
		add_line(request, lines, (struct line){&made->items[i], NULL});
	}
	for (uint32_t i = 0; query_in_set(source, "inventory") && i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack != NULL && rack->life.reserved_for != NULL) {
			add_line(request, lines, (struct line){NULL, rack});
		}
	}
	if (lines->n > 0) {
		qsort(lines->items, lines->n, sizeof(*lines->items), compare_lines);
	}
}

/* Where a line stands: key falls with the id of a reservation, then comes the
 * inventory, by rack. */
static struct cursor
cursor_of(const struct line *line)
{
	struct cursor cursor = {line->item != NULL ?
	    cursor_key_uint((uint64_t)line->item->id, true) : CURSOR_UNKNOWN, ""};

	(void)str_copy(cursor.id, sizeof(cursor.id),
	    line->item != NULL ? line->item->rack : line->rack->id);
	return cursor;
}

static bool
is_after(const struct line *line, const struct cursor *after)
{
	struct cursor cursor = cursor_of(line);

	return cursor.key > after->key ||
	    (cursor.key == after->key && strcmp(cursor.id, after->id) > 0);
}

static void
write_lines(struct request *request, const struct lines *lines,
    const struct cursor *after)
{
	int64_t limit = request_int(request, "limit", LIMIT);
	char next[CURSOR_SIZE] = "";
	int64_t n = 0;

	json_list(&request->json, "items");
	for (size_t i = 0; i < lines->n; i++) {
		struct cursor cursor = cursor_of(&lines->items[i]);

		if (after != NULL && !is_after(&lines->items[i], after)) {
			continue;
		}
		if (n++ == limit) {
			break;
		}
		write_line(&request->json, &lines->items[i], request->as_of);
		next[0] = '\0';
		if (i + 1 < lines->n) {
			cursor_encode(cursor.key, cursor.id, next);
		}
	}
	json_list_end(&request->json);
	body_text(&request->json, "next", next);
}

enum request_next
api_reservations(struct request *request)
{
	const char *text = request_value(request, "cursor");
	const struct reservations *made;
	struct lines lines = {0};
	struct cursor after;
	enum request_next next = REQUEST_BROKEN;

	if (text != NULL && cursor_decode(text, &after) != 0) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
	}
	/* a reservation of a second ago is older than the view */
	request->as_of = clock_wall(request->http->setup.clock);
	made = state_reservations(request->http->setup.state);
	gather_lines(request, made, &lines);
	if (!lines.failed) {
		request_begin(request);
		write_lines(request, &lines, text != NULL ? &after : NULL);
		next = request_end(request);
	}
	free(lines.items);
	reservations_unref(made);
	return next;
}

/* ---- changes -------------------------------------------------------------------------- */

struct made { size_t n; struct reservation items[]; };

static void
on_made(void *arg, int code, const struct reservation *items, size_t n)
{
	pending_fill_items(arg, code, items, n, sizeof(*items));
}

static enum request_next
answer(struct request *request, unsigned status)
{
	const struct made *made;
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	made = result;
	if (code == COL_EEXIST && made->n > 0) {
		return problem_reply(request, 409, "reserved",
		    (struct problem_param){"rack", made->items[0].rack},
		    "rack '%s' is reserved for '%s'", made->items[0].rack,
		    made->items[0].tenant);
	}
	if (code == COL_ENOENT) {
		return problem_no_such(request, "reservation", request->id);
	}
	if (code == COL_EINVAL) {
		return problem_reply(request, 409, "not_active",
		    (struct problem_param){"id", request->id},
		    "reservation %s has ended already", request->id);
	}
	if (code != 0) {
		return problem_failed(request, code);
	}
	request->status = status;
	request->as_of = clock_wall(request->http->setup.clock);
	request_begin(request);
	json_list(&request->json, "items");
	for (size_t i = 0; i < made->n; i++) {
		write_line(&request->json, &(struct line){&made->items[i], NULL},
		    request->as_of);
	}
	json_list_end(&request->json);
	json_unknown(&request->json, "next");
	return request_end(request);
}

static enum request_next
refuse(struct request *request, const char *code, const char *member, const char *what)
{
	return problem_reply(request, 400, code, (struct problem_param){"member", member},
	    "body, member '%s': %s", member, what);
}

static struct reserve_by
asked_by(const struct request *request, char *address, size_t size)
{
	session_address(request, address, size);
	return (struct reserve_by){request->who.name, address};
}

/* False: the user's places do not hold the rack (NULL: none that there is); the
 * problem is the answer. */
static bool
may_change(struct request *request, const struct rack *rack)
{
	struct entity_ref ref = {ENTITY_PROVINCE, 0};

	if (rack != NULL) {
		ref = (struct entity_ref){ENTITY_RACK, rack->index};
	}
	if (who_may(&request->who, ROLE_OPERATOR, request->view->config->inventory, ref)) {
		return true;
	}
	(void)problem_reply(request, 403, "needs_place",
	    (struct problem_param){"rack", rack != NULL ? rack->id : NULL},
	    "this rack is not within your places");
	return false;
}

static bool
may_release(struct request *request, const struct reservations *made, int64_t id)
{
	for (size_t i = 0; i < made->n; i++) {
		if (made->items[i].id == id) {
			return may_change(request, inventory_rack(
			    request->view->config->inventory, made->items[i].rack));
		}
	}
	/* an old one, or none: STATE will say which */
	return may_change(request, NULL);
}

/* One rack of the body, judged.  False: the problem is the answer. */
static bool
take_rack(struct request *request, const char *id, struct reservation *item)
{
	const struct rack *rack = inventory_rack(request->view->config->inventory, id);

	if (rack == NULL) {
		(void)problem_no_such(request, "rack", id);
		return false;
	}
	if (!may_change(request, rack)) {
		return false;
	}
	if (rack->state == RACK_DECOMMISSIONED) {
		(void)problem_reply(request, 409, "decommissioned",
		    (struct problem_param){"rack", id}, "rack '%s' is decommissioned", id);
		return false;
	}
	if (rack->units > 0 && item->units > rack->units) {
		(void)refuse(request, "bad_member", "units", "more than the rack has");
		return false;
	}
	(void)str_copy(item->rack, sizeof(item->rack), id);
	return true;
}

static int
compare_racks(const void *a, const void *b)
{
	return strcmp(((const struct reservation *)a)->rack,
	    ((const struct reservation *)b)->rack);
}

/* A rack named twice would be kept twice as much of. */
static bool
are_different(struct request *request, struct reservation *items, size_t n)
{
	struct reservation *sorted = malloc(n * sizeof(*sorted));
	bool different = true;

	if (sorted == NULL) {
		(void)problem_failed(request, COL_ENOMEM);
		return false;
	}
	memcpy(sorted, items, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), compare_racks);
	for (size_t i = 1; i < n && different; i++) {
		different = strcmp(sorted[i - 1].rack, sorted[i].rack) != 0;
	}
	free(sorted);
	if (!different) {
		(void)refuse(request, "bad_member", "racks", "a rack is named twice");
	}
	return different;
}

/* Fills items; false: the problem is the answer. */
static bool
take_body(struct request *request, struct reservation *items, size_t n)
{
	const struct json_t *body = request->input;
	const char *reason = input_text(body, "reason");
	struct wall now = clock_wall(request->http->setup.clock);
	struct reservation item = {
		.power_w = input_number(body, "power_w", 0),
		.units = (unsigned)input_int(body, "units", 0),
	};

	(void)clock_parse(input_text(body, "until"), &item.until);
	if (item.until.ns <= now.ns || item.until.ns - now.ns > UNTIL_MAX_NS) {
		(void)refuse(request, "bad_member", "until",
		    "it must lie in the future, within 10 years");
		return false;
	}
	/* none would read as: the rack as a whole */
	if (input_get(body, "power_w") != NULL && !(item.power_w > 0)) {
		(void)refuse(request, "bad_member", "power_w", "more than 0 is needed");
		return false;
	}
	(void)str_copy(item.tenant, sizeof(item.tenant), input_text(body, "tenant"));
	(void)str_copy(item.reason, sizeof(item.reason), reason != NULL ? reason : "");
	for (size_t i = 0; i < n; i++) {
		const char *one = input_text(body, "rack");

		items[i] = item;
		if (!take_rack(request, one != NULL ? one : input_id_at(body, "racks", i),
		    &items[i])) {
			return false;
		}
	}
	return are_different(request, items, n);
}

enum request_next
api_reservation_add(struct request *request)
{
	bool one = input_text(request->input, "rack") != NULL;
	size_t n = one ? 1 : input_count(request->input, "racks");
	enum request_next next = REQUEST_REPLY;
	struct reservation *items;
	struct reserve_by by;
	char address[64];
	struct ticket *ticket;

	if (request->ticket != NULL) {
		return answer(request, 201);
	}
	if (n == 0 || (one && input_count(request->input, "racks") > 0)) {
		return refuse(request, "missing_member", "rack", "either rack or racks is needed");
	}
	items = calloc(n, sizeof(*items));
	if (items == NULL) {
		return REQUEST_BROKEN;
	}
	by = asked_by(request, address, sizeof(address));
	if (!take_body(request, items, n)) {
		next = REQUEST_REPLY;
	} else if (pending_suspend(request, &ticket) != 0) {
		next = problem_late(request);
	} else {
		state_reserve(request->http->setup.state, items, n, &by, on_made, ticket);
		next = REQUEST_WAIT;
	}
	free(items);
	return next;
}

enum request_next
api_reservation_release(struct request *request)
{
	const struct reservations *made;
	struct reserve_by by;
	char address[64];
	struct ticket *ticket;
	int64_t id;
	bool may;

	if (request->ticket != NULL) {
		return answer(request, 200);
	}
	if (str_to_int(request->id, 1, INT64_MAX, &id) != 0) {
		return problem_no_such(request, "reservation", request->id);
	}
	made = state_reservations(request->http->setup.state);
	may = may_release(request, made, id);
	reservations_unref(made);
	if (!may) {
		return REQUEST_REPLY;
	}
	by = asked_by(request, address, sizeof(address));
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	state_release(request->http->setup.state, id, &by, on_made, ticket);
	return REQUEST_WAIT;
}
