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
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "model/metric.h"

#define POINTS_MAX 10000
#define POINTS 1000
#define SPAN_NS (INT64_C(24) * 3600 * NS_PER_S)
#define KNOWN_AVG 1u
#define KNOWN_EXTREMES 2u

const struct param api_series_params[] = {
	{"entity", PARAM_ENTITY, true, 0, 0, NULL, "`rack:ID`, `site:ID`, `device:ID` …"},
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
	{"entity", PARAM_ENTITY, true, 0, 0, NULL, "`rack:ID`, `site:ID`, `device:ID` …"},
	{0},
};

/* ---- what is asked for -------------------------------------------------------- */

/*
 * Finds the entity that holds the series: a device in a rack is a role of it.
 * False: the problem is the answer.
 */
static bool
find_entity(struct request *request, struct store_query *query)
{
	const struct inventory *inventory = request->view->config->inventory;
	enum entity_kind kind = ENTITY_KIND_N;
	char id[QUERY_ID_SIZE] = "";
	const struct place *place;
	const struct rack *rack = NULL;
	const struct device *device = NULL;

	(void)query_entity(request_value(request, "entity"), &kind, id);
	if (kind < ENTITY_PLACE_N) {
		place = inventory_place(inventory, kind, id);
		query->entity.index = place != NULL ? place->index : INVENTORY_NONE;
	} else if (kind == ENTITY_RACK) {
		rack = inventory_rack(inventory, id);
		query->entity.index = rack != NULL ? rack->index : INVENTORY_NONE;
	} else if (kind == ENTITY_DEVICE) {
		device = inventory_device(inventory, id);
		query->entity.index = device != NULL ? device->index : INVENTORY_NONE;
	} else {
		/* a feed has no series of its own: its devices do */
		query->entity.index = INVENTORY_NONE;
	}
	if (query->entity.index == INVENTORY_NONE) {
		(void)problem_no_such(request, entity_kind_text(kind), id);
		return false;
	}
	query->entity.kind = kind;
	(void)str_copy(query->entity_id, sizeof(query->entity_id), id);
	if (device != NULL && device->rack < inventory->n_racks &&
	    inventory->racks[device->rack] != NULL) {
		query->entity = (struct entity_ref){ENTITY_RACK, device->rack};
		(void)str_copy(query->entity_id, sizeof(query->entity_id),
		    inventory->racks[device->rack]->id);
		(void)str_copy(query->role, sizeof(query->role), device->role);
	}
	return true;
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

static bool
read_query(struct request *request, struct store_query *query)
{
	const char *from = request_value(request, "from");
	const char *to = request_value(request, "to");
	struct wall now = clock_wall(request->http->setup.clock);

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
	return find_entity(request, query) &&
	    copy_text(request, "metric", query->metric, sizeof(query->metric)) &&
	    copy_text(request, "instance", query->instance, sizeof(query->instance)) &&
	    copy_text(request, "role", query->role, sizeof(query->role));
}

/* ---- a copy of what the store lends ------------------------------------------- */

static void
drop_series(void *arg)
{
	struct store_series *series = arg;

	if (series != NULL) {
		free(series->t);
		free(series->avg);
		free(series->min);
		free(series->max);
		free(series->known);
		free(series);
	}
}

static void *
copy_array(const void *from, size_t n, size_t size)
{
	void *to = malloc(n * size + 1);

	if (to != NULL && n > 0) {
		memcpy(to, from, n * size);
	}
	return to;
}

static struct store_series *
copy_series(const struct store_series *from)
{
	struct store_series *to = malloc(sizeof(*to));

	if (to == NULL) {
		return NULL;
	}
	*to = *from;
	to->t = copy_array(from->t, from->n, sizeof(*to->t));
	to->avg = copy_array(from->avg, from->n, sizeof(*to->avg));
	to->min = copy_array(from->min, from->n, sizeof(*to->min));
	to->max = copy_array(from->max, from->n, sizeof(*to->max));
	to->known = copy_array(from->known, from->n, sizeof(*to->known));
	if (to->t == NULL || to->avg == NULL || to->min == NULL || to->max == NULL ||
	    to->known == NULL) {
		drop_series(to);
		return NULL;
	}
	return to;
}

static void
on_series(void *arg, int code, const struct store_series *series)
{
	struct store_series *copy = NULL;

	if (code == 0 && series != NULL) {
		copy = copy_series(series);
		code = copy != NULL ? 0 : COL_ENOMEM;
	}
	pending_fill(arg, code, copy, drop_series);
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
	if (code == COL_ENOENT) {
		return problem_reply(request, 404, "no_such_series",
		    (struct problem_param){"metric", request_value(request, "metric")},
		    "no such series is kept for '%s'", request_value(request, "entity"));
	}
	return problem_failed(request, code);
}

enum request_next
api_series(struct request *request)
{
	struct store_query query = {0};
	struct ticket *ticket;
	void *series;
	int code;

	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &series)) {
			return problem_late(request);
		}
		return code == 0 ? write_series(request, series) : refuse(request, code);
	}
	if (!read_query(request, &query)) {
		return REQUEST_REPLY;
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	store_read(request->http->setup.store, &query, on_series, ticket);
	return REQUEST_WAIT;
}

/* ---- the list --------------------------------------------------------------------- */

struct names { uint32_t n; struct store_name items[]; };

static void
on_names(void *arg, int code, const struct store_name *items, uint32_t n)
{
	struct names *names = malloc(sizeof(*names) + n * sizeof(*items));

	if (names == NULL) {
		pending_fill(arg, COL_ENOMEM, NULL, NULL);
		return;
	}
	names->n = code == 0 ? n : 0;
	if (names->n > 0) {
		memcpy(names->items, items, n * sizeof(*items));
	}
	pending_fill(arg, code, names, free);
}

static enum request_next
write_names(struct request *request, const struct names *names, const char *role)
{
	struct json *json = &request->json;

	request_begin(request);
	json_list(json, "items");
	for (uint32_t i = 0; i < names->n; i++) {
		const struct store_name *name = &names->items[i];

		/* a device in a rack shows only its own role of the rack's series */
		if (role[0] != '\0' && strcmp(role, name->role) != 0) {
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
	struct store_query query = {0};
	struct ticket *ticket;
	void *names;
	int code;

	if (!find_entity(request, &query)) {
		return REQUEST_REPLY;
	}
	if (request->ticket != NULL) {
		if (!pending_result(request->ticket, &code, &names)) {
			return problem_late(request);
		}
		/* an entity of the inventory that has no file yet has no series */
		return code == 0 ? write_names(request, names, query.role) :
		    code == COL_ENOENT ? write_names(request, &nothing, "") :
		    problem_failed(request, code);
	}
	if (pending_suspend(request, &ticket) != 0) {
		return problem_late(request);
	}
	store_list(request->http->setup.store, query.entity, query.entity_id, on_names,
	    ticket);
	return REQUEST_WAIT;
}
