/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /series and /series/list: what the store answers, as columns, rows or CSV. */
#include <config.h>

#include "http/api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/feed.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/series.h"
#include "http/server.h"
#include "model/metric.h"

#define POINTS_MAX 10000
#define POINTS 1000
#define SPAN_NS (INT64_C(24) * 3600 * NS_PER_S)
#define KNOWN_AVG 1u
#define KNOWN_EXTREMES 2u

const struct param api_series_params[] = {
	{"entity", PARAM_ENTITY, true, 0, 0, NULL,
	    "`rack:ID`, `site:ID`, `feed:RACK-a`, `device:ID` …"},
	{"metric", PARAM_TEXT, true, 0, 0, NULL, "`power_w`, `temperature_c` …"},
	{"instance", PARAM_TEXT, false, 0, 0, NULL, "`L1`, `top` …; none by default"},
	{"role", PARAM_TEXT, false, 0, 0, NULL,
	    "a device of the rack (`pdu-a`); the rack itself by default"},
	{"from", PARAM_TIME, false, 0, 0, NULL,
	    "unix seconds, RFC 3339 or `-24h`; a day before `to` by default"},
	{"to", PARAM_TIME, false, 0, 0, NULL, "the same; now by default"},
	{"max_points", PARAM_INT, false, 1, POINTS_MAX, NULL,
	    "at most this many points; 1000 by default"},
	{"cf", PARAM_CHOICE, false, 0, 0, "avg|min|max",
	    "which column rows and CSV also call `value`; avg by default"},
	{"format", PARAM_CHOICE, false, 0, 0, "json|csv", "json by default"},
	{"shape", PARAM_CHOICE, false, 0, 0, "columns|rows", "columns by default"},
	{0},
};

const struct param api_series_list_params[] = {
	{"entity", PARAM_ENTITY, true, 0, 0, NULL,
	    "`rack:ID`, `site:ID`, `feed:RACK-a`, `device:ID` …"},
	PARAM_FORMAT,
	{0},
};

/* ---- what is asked for -------------------------------------------------------- */

/* What is asked for; a feed's rack is named in ref, else NULL there. */
struct wanted { struct store_query query; struct feed_ref feed; };

static const struct rack *
find_feed(const struct inventory *inventory, const char *id, struct wanted *wanted)
{
	wanted->feed = feed_find(inventory, id);
	if (wanted->feed.rack != NULL) {
		/* it has no series of its own: its devices do, in the rack's files */
		wanted->query.entity = (struct entity_ref){ENTITY_RACK,
		    wanted->feed.rack->index};
		(void)str_copy(wanted->query.entity_id, sizeof(wanted->query.entity_id),
		    wanted->feed.rack->id);
	}
	return wanted->feed.rack;
}

/* A device in a rack is a role of it. */
static const struct device *
find_device(const struct inventory *inventory, const char *id, struct wanted *wanted)
{
	const struct device *device = inventory_device(inventory, id);
	struct store_query *query = &wanted->query;

	if (device != NULL && device->rack < inventory->n_racks &&
	    inventory->racks[device->rack] != NULL) {
		query->entity = (struct entity_ref){ENTITY_RACK, device->rack};
		(void)str_copy(query->entity_id, sizeof(query->entity_id),
		    inventory->racks[device->rack]->id);
		(void)str_copy(query->role, sizeof(query->role), device->role);
	} else if (device != NULL) {
		query->entity.index = device->index;
	}
	return device;
}

/* Finds the entity that holds the series.  False: the problem is the answer. */
static bool
find_entity(struct request *request, struct wanted *wanted)
{
	const struct inventory *inventory = request->view->config->inventory;
	enum entity_kind kind = ENTITY_KIND_N;
	char id[QUERY_ID_SIZE] = "";
	const struct place *place;
	const struct rack *rack;
	bool found;

	memset(wanted, 0, sizeof(*wanted));
	(void)query_entity(request_value(request, "entity"), &kind, id);
	wanted->query.entity.kind = kind;
	(void)str_copy(wanted->query.entity_id, sizeof(wanted->query.entity_id), id);
	if (kind < ENTITY_PLACE_N) {
		place = inventory_place(inventory, kind, id);
		found = place != NULL;
		wanted->query.entity.index = found ? place->index : INVENTORY_NONE;
	} else if (kind == ENTITY_RACK) {
		rack = inventory_rack(inventory, id);
		found = rack != NULL;
		wanted->query.entity.index = found ? rack->index : INVENTORY_NONE;
	} else if (kind == ENTITY_DEVICE) {
		found = find_device(inventory, id, wanted) != NULL;
	} else {
		found = find_feed(inventory, id, wanted) != NULL;
	}
	if (!found) {
		(void)problem_no_such(request, entity_kind_text(kind), id);
	}
	return found;
}

/* False: the problem is the answer. */
static bool
copy_text(struct request *request, const char *name, char *to, size_t size)
{
	const char *text = request_value(request, name);

	if (text != NULL && str_copy(to, size, text) >= size) {
		(void)problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", name},
		    "the value of '%s' is too long", name);
		return false;
	}
	return true;
}

/* Metric, instance and role.  False: the problem is the answer. */
static bool
read_names(struct request *request, struct wanted *wanted)
{
	struct store_query *query = &wanted->query;

	return find_entity(request, wanted) &&
	    copy_text(request, "metric", query->metric, sizeof(query->metric)) &&
	    copy_text(request, "instance", query->instance, sizeof(query->instance)) &&
	    copy_text(request, "role", query->role, sizeof(query->role));
}

static bool
read_query(struct request *request, struct wanted *wanted)
{
	struct store_query *query = &wanted->query;
	const char *from = request_value(request, "from");
	const char *to = request_value(request, "to");
	struct wall now = clock_wall(request->http->setup.clock);

	if (!read_names(request, wanted)) {
		return false;
	}
	query->to = now;
	if (to != NULL) {
		(void)query_time(to, now, &query->to);
	}
	query->from.ns = query->to.ns > SPAN_NS ? query->to.ns - SPAN_NS : 0;
	if (from != NULL) {
		(void)query_time(from, now, &query->from);
	}
	if (query->from.ns >= query->to.ns) {
		(void)problem_reply(request, 400, "bad_span",
		    (struct problem_param){"parameter", "from"}, "from is not before to");
		return false;
	}
	query->max_points = (uint32_t)request_int(request, "max_points", POINTS);
	return true;
}

/* ---- the answer ---------------------------------------------------------------- */

/* One number of a column; column 0 avg, 1 min, 2 max. */
static bool
cell(const struct store_series *series, uint32_t i, unsigned column, double *ret_value)
{
	const double *const columns[] = {series->avg, series->min, series->max};
	unsigned bit = column == 0 ? KNOWN_AVG : KNOWN_EXTREMES;

	*ret_value = columns[column][i];
	return (series->known[i] & bit) != 0 && isfinite(*ret_value);
}

static unsigned
wanted_column(const struct request *request)
{
	const char *cf = request_value(request, "cf");

	return cf == NULL || strcmp(cf, "avg") == 0 ? 0 : strcmp(cf, "min") == 0 ? 1 : 2;
}

static void
write_column(struct json *json, const char *key, const struct store_series *series,
    unsigned column)
{
	double value;

	json_list(json, key);
	for (uint32_t i = 0; i < series->n; i++) {
		bool known = cell(series, i, column, &value);

		body_number(json, NULL, known, value);
	}
	json_list_end(json);
}

static enum request_next
write_csv(struct request *request, const struct store_series *series)
{
	unsigned wanted = wanted_column(request);
	const unsigned columns[] = {wanted, 0, 1, 2};

	request->type = "text/csv; charset=utf-8";
	buf_puts(&request->body, "t,value,avg,min,max\n");
	for (uint32_t i = 0; i < series->n; i++) {
		buf_printf(&request->body, "%lld", (long long)series->t[i]);
		for (size_t c = 0; c < sizeof(columns) / sizeof(columns[0]); c++) {
			double value;

			if (cell(series, i, columns[c], &value)) {
				buf_printf(&request->body, ",%.10g", value);
			} else {
				buf_puts(&request->body, ",");
			}
		}
		buf_puts(&request->body, "\n");
	}
	return REQUEST_REPLY;
}

static void
write_rows(struct request *request, const struct store_series *series)
{
	static const char *const keys[] = {"avg", "min", "max"};
	struct json *json = &request->json;
	unsigned wanted = wanted_column(request);

	json_list(json, "rows");
	for (uint32_t i = 0; i < series->n; i++) {
		double value;
		bool known = cell(series, i, wanted, &value);

		json_map(json, NULL);
		json_int(json, "t", series->t[i]);
		body_number(json, "value", known, value);
		for (unsigned c = 0; c < 3; c++) {
			known = cell(series, i, c, &value);
			body_number(json, keys[c], known, value);
		}
		json_map_end(json);
	}
	json_list_end(json);
}

static void
write_columns(struct json *json, const struct store_series *series)
{
	json_list(json, "t");
	for (uint32_t i = 0; i < series->n; i++) {
		json_int(json, NULL, series->t[i]);
	}
	json_list_end(json);
	write_column(json, "avg", series, 0);
	write_column(json, "min", series, 1);
	write_column(json, "max", series, 2);
}

static enum request_next
write_series(struct request *request, const struct store_series *series)
{
	struct json *json = &request->json;
	const char *format = request_value(request, "format");
	const char *shape = request_value(request, "shape");
	const char *name = request_value(request, "metric");
	uint32_t metric;

	if (format != NULL && strcmp(format, "csv") == 0) {
		return write_csv(request, series);
	}
	request_begin(request);
	json_text(json, "entity", request_value(request, "entity"));
	json_text(json, "metric", name);
	json_text(json, "instance", request_value(request, "instance"));
	json_text(json, "role", request_value(request, "role"));
	body_text(json, "unit", metric_find(name, &metric) == 0 ?
	    metric_get(metric)->unit : NULL);
	json_int(json, "step_s", series->step_s);
	json_int(json, "basis_s", series->basis_s);
	if (shape != NULL && strcmp(shape, "rows") == 0) {
		write_rows(request, series);
	} else {
		write_columns(json, series);
	}
	return request_end(request);
}

static enum request_next
refuse(struct request *request, int code)
{
	struct problem_param metric = {"metric", request_value(request, "metric")};

	if (code == COL_ENOENT) {
		return problem_reply(request, 404, "no_such_series", metric,
		    "no such series is kept for '%s'", request_value(request, "entity"));
	}
	if (code == COL_EEXIST) {
		return problem_reply(request, 400, "several_series", metric,
		    "several devices of '%s' have it and it cannot be added up: name one "
		    "with role=", request_value(request, "entity"));
	}
	return problem_failed(request, code);
}

/* The last part of a feed's series has come. */
static enum request_next
reply_feed(struct request *request, const struct gather *gather)
{
	struct wanted wanted;
	struct store_series *sum;
	int code;

	if (!read_names(request, &wanted)) {
		return REQUEST_REPLY;
	}
	code = feed_series_sum(gather, &wanted.query, wanted.feed, &sum);
	return code == 0 ? write_series(request, sum) : refuse(request, code);
}

static enum request_next
reply_series(struct request *request)
{
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		return problem_late(request);
	}
	if (code != 0) {
		return refuse(request, code);
	}
	return strncmp(request_value(request, "entity"), "feed:", 5) == 0 ?
	    reply_feed(request, result) : write_series(request, result);
}

enum request_next
api_series(struct request *request)
{
	struct wanted wanted;
	struct ticket *ticket;
	int code;

	if (request->ticket != NULL) {
		return reply_series(request);
	}
	if (!read_query(request, &wanted)) {
		return REQUEST_REPLY;
	}
	if (wanted.feed.rack != NULL) {
		code = feed_series_ask(request, &wanted.query, wanted.feed);
		return code == 0 ? REQUEST_WAIT : code == COL_ENOENT ?
		    refuse(request, code) : problem_late(request);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	store_read(request->http->setup.store, &wanted.query, series_to_ticket, ticket);
	return REQUEST_WAIT;
}

/* ---- the list --------------------------------------------------------------------- */

struct names { size_t n; struct store_name items[]; };

static void
on_names(void *arg, int code, const struct store_name *items, uint32_t n)
{
	pending_fill_items(arg, code, items, code == 0 ? n : 0, sizeof(*items));
}

static enum request_next
write_names(struct request *request, const struct names *names,
    const struct wanted *wanted)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *role = wanted->query.role;
	struct json *json = &request->json;

	request_begin(request);
	json_list(json, "items");
	for (uint32_t i = 0; i < names->n; i++) {
		const struct store_name *name = &names->items[i];

		/* a device in a rack shows only its own role of the rack's series */
		if ((role[0] != '\0' && strcmp(role, name->role) != 0) ||
		    (wanted->feed.rack != NULL &&
		    !feed_has_role(inventory, wanted->feed, name->role))) {
			continue;
		}
		json_map(json, NULL);
		body_text(json, "role", name->role);
		json_text(json, "metric", name->metric);
		body_text(json, "instance", name->instance);
		body_text(json, "unit", name->unit);
		body_text(json, "file", name->file);
		body_text(json, "ds", name->ds);
		json_map_end(json);
	}
	json_list_end(json);
	json_unknown(json, "next");
	return request_end(request);
}

enum request_next
api_series_list(struct request *request)
{
	static const struct names nothing;
	struct wanted wanted;
	struct ticket *ticket;
	void *names;
	int code;

	if (!find_entity(request, &wanted)) {
		return REQUEST_REPLY;
	}
	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &names)) {
			return problem_late(request);
		}
		/* an entity of the inventory that has no file yet has no series */
		return code == 0 ? write_names(request, names, &wanted) :
		    code == COL_ENOENT ? write_names(request, &nothing, &wanted) :
		    problem_failed(request, code);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	store_list(request->http->setup.store, wanted.query.entity,
	    wanted.query.entity_id, on_names, ticket);
	return REQUEST_WAIT;
}
