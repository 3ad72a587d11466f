/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /racks: filters, sorts and pages over all racks in one pass.
 *
 * By id the order is known beforehand and the pass starts behind the cursor
 * and ends when the answer is full; by a value it keeps the best `limit` racks
 * of all in a heap whose top is the worst of them.
 */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include "capacity/view.h"
#include "http/cursor.h"
#include "http/alarms.h"
#include "http/body.h"
#include "http/body_figures.h"
#include "http/order.h"
#include "http/problem.h"
#include "http/rack.h"
#include "http/server.h"

#define LIMIT 100

const struct param api_racks_params[] = {
	{"area", PARAM_ID, false, 0, 0, NULL, "only of this area"},
	{"site", PARAM_ID, false, 0, 0, NULL, "only of this site"},
	{"hall", PARAM_ID, false, 0, 0, NULL, "only of this hall"},
	{"row", PARAM_ID, false, 0, 0, NULL, "only of this row"},
	{"state", PARAM_SET, false, 0, 0, "planned|installed|energized|in_service|"
	    "decommissioning|decommissioned", "only in these states, separated by commas"},
	{"evidence", PARAM_SET, false, 0, 0, "verified|contradicted|stale|unmonitored",
	    "only with this evidence, separated by commas"},
	{"failover", PARAM_SET, false, 0, 0, "ok|at_risk|no_redundancy|single|unknown",
	    "only in these states of failover, separated by commas"},
	{"discrepancy", PARAM_INT, false, 0, 1, NULL,
	    "1: only planned or decommissioned racks that draw power"},
	{"q", PARAM_TEXT, false, 0, 0, NULL, "only whose id or label holds this text"},
	{"sort", PARAM_CHOICE, false, 0, 0,
	    "id|-id|power_w|-power_w|evidence|-evidence|age_s|-age_s|"
	    "failover_ratio|-failover_ratio|temperature_c|-temperature_c",
	    "order; a dash turns it round, unknown values come last"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

enum sort { SORT_ID = 0, SORT_POWER, SORT_EVIDENCE, SORT_AGE, SORT_FAILOVER,
	SORT_TEMPERATURE };

struct filter {
	const struct view *view;
	uint32_t place[ENTITY_PLACE_N];      /* wanted index, or INVENTORY_NONE */
	bool any_place;                      /* no place is wanted */
	unsigned states, evidences, failovers; /* bits */
	bool discrepancy;                    /* only those */
	const char *q;
	enum sort sort;
	bool descending;
	uint32_t limit;
	bool has_after;
	struct cursor after;
};

struct hit { uint64_t key; uint32_t rank, rack; };

/* ---- the filter --------------------------------------------------------------- */

/* Reads the place parameters.  Errors: COL_ENOENT with the problem written. */
static bool
read_places(struct request *request, struct filter *filter)
{
	const struct inventory *inventory = request->view->config->inventory;

	filter->any_place = true;
	for (enum entity_kind kind = ENTITY_PROVINCE; kind < ENTITY_PLACE_N; kind++) {
		const char *id = kind >= ENTITY_AREA ?
		    request_value(request, entity_kind_text(kind)) : NULL;
		const struct place *place;

		filter->place[kind] = INVENTORY_NONE;
		if (id == NULL) {
			continue;
		}
		place = inventory_place(inventory, kind, id);
		if (place == NULL) {
			(void)problem_no_such(request, entity_kind_text(kind), id);
			return false;
		}
		filter->place[kind] = place->index;
		filter->any_place = false;
	}
	return true;
}

static void
read_sort(const char *text, struct filter *filter)
{
	static const char *const names[] = {
		[SORT_ID] = "id", [SORT_POWER] = "power_w",
		[SORT_EVIDENCE] = "evidence", [SORT_AGE] = "age_s",
		[SORT_FAILOVER] = "failover_ratio", [SORT_TEMPERATURE] = "temperature_c",
	};

	if (text == NULL) {
		return;
	}
	filter->descending = text[0] == '-';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(text + (text[0] == '-' ? 1 : 0), names[i]) == 0) {
			filter->sort = (enum sort)i;
		}
	}
}

/* False: the problem is the answer. */
static bool
read_filter(struct request *request, struct filter *filter)
{
	const char *state = request_value(request, "state");
	const char *evidence = request_value(request, "evidence");
	const char *failover = request_value(request, "failover");
	const char *cursor = request_value(request, "cursor");

	filter->view = request->view;
	if (!read_places(request, filter)) {
		return false;
	}
	for (enum rack_state s = 0; s < RACK_STATE_N; s++) {
		filter->states |= query_in_set(state, rack_state_text(s)) ? 1u << s : 0;
	}
	for (enum evidence e = EVIDENCE_NONE; e < EVIDENCE_N; e++) {
		bool wanted = evidence == NULL || (e != EVIDENCE_NONE &&
		    query_in_set(evidence, evidence_text(e)));

		filter->evidences |= wanted ? 1u << e : 0;
	}
	for (enum failover f = 0; f < FAILOVER_N; f++) {
		filter->failovers |= query_in_set(failover, failover_text(f)) ? 1u << f : 0;
	}
	filter->discrepancy = request_int(request, "discrepancy", 0) == 1;
	filter->q = request_value(request, "q");
	filter->limit = (uint32_t)request_int(request, "limit", LIMIT);
	read_sort(request_value(request, "sort"), filter);
	if (cursor != NULL) {
		if (cursor_decode(cursor, &filter->after) != 0) {
			(void)problem_reply(request, 400, "bad_parameter",
			    (struct problem_param){"parameter", "cursor"},
			    "malformed cursor");
			return false;
		}
		filter->has_after = true;
	}
	return true;
}

static bool
stands_in(const struct filter *filter, const struct rack *rack)
{
	const struct inventory *inventory = filter->view->config->inventory;
	uint32_t index = rack->row;

	for (enum entity_kind kind = ENTITY_ROW; kind > ENTITY_PROVINCE; kind--) {
		if (filter->place[kind] != INVENTORY_NONE && filter->place[kind] != index) {
			return false;
		}
		if (index >= inventory->n_places[kind] ||
		    inventory->places[kind][index] == NULL) {
			return false;
		}
		index = inventory->places[kind][index]->parent;
	}
	return true;
}

static bool
passes(const struct filter *filter, uint32_t index)
{
	const struct rack *rack = filter->view->config->inventory->racks[index];

	return (filter->states & 1u << rack->state) != 0 &&
	    (filter->evidences & 1u << filter->view->racks[index].evidence) != 0 &&
	    (filter->failovers & 1u << body_rack_figures(filter->view,
	    index)->failover) != 0 &&
	    (!filter->discrepancy || filter->view->racks[index].discrepancy) &&
	    (filter->any_place || stands_in(filter, rack)) &&
	    (filter->q == NULL || strstr(rack->id, filter->q) != NULL ||
	    (rack->label != NULL && strcasestr(rack->label, filter->q) != NULL));
}

static uint64_t
key_of(const struct filter *filter, uint32_t index)
{
	const struct rack_view *rv = &filter->view->racks[index];
	const struct rack_figures *figures = body_rack_figures(filter->view, index);

	switch (filter->sort) {
	case SORT_ID:
		return 0;
	case SORT_POWER:
		return rv->slot.sum.n_power == 0 ? CURSOR_UNKNOWN :
		    cursor_key_number(rv->slot.sum.power_w, filter->descending);
	case SORT_EVIDENCE:
		return rv->evidence == EVIDENCE_NONE ? CURSOR_UNKNOWN :
		    cursor_key_uint(rv->evidence, filter->descending);
	case SORT_AGE:
		/* old means a small time: the other way round */
		return rv->last_good.ns == 0 ? CURSOR_UNKNOWN :
		    cursor_key_uint((uint64_t)rv->last_good.ns, !filter->descending);
	case SORT_FAILOVER:
		return (figures->flags & FIGURE_RATIO) == 0 ? CURSOR_UNKNOWN :
		    cursor_key_number((double)figures->ratio, filter->descending);
	case SORT_TEMPERATURE:
		return rv->slot.sum.n_temperature == 0 ? CURSOR_UNKNOWN :
		    cursor_key_number(rv->slot.sum.temperature_max_c,
		    filter->descending);
	}
	return 0;
}

/* ---- by id -------------------------------------------------------------------- */

/* Fills hits in order; returns how many, at most limit + 1. */
static uint32_t
pick_by_id(const struct filter *filter, const struct order *order, struct hit *hits)
{
	uint32_t n = 0, at = 0, left = order->n_racks;

	if (filter->has_after) {
		at = order_rack_after(order, filter->after.id);
		left -= at;
	}
	if (filter->descending) {
		/* from the rack before the cursor's, or from the last */
		uint32_t end = filter->has_after ? at : order->n_racks;

		if (filter->has_after && end > 0 && strcmp(filter->after.id, order->
		    inventory->racks[order->racks[end - 1]]->id) == 0) {
			end--;
		}
		left = end;
		at = end - 1;
	}
	for (; left > 0 && n <= filter->limit; left--) {
		if (passes(filter, order->racks[at])) {
			hits[n++] = (struct hit){0, at, order->racks[at]};
		}
		at = filter->descending ? at - 1 : at + 1;
	}
	return n;
}

/* ---- by a value --------------------------------------------------------------- */

static bool
is_before(struct hit a, struct hit b)
{
	return a.key != b.key ? a.key < b.key : a.rank < b.rank;
}

static void
sink(struct hit *heap, uint32_t n, uint32_t i)
{
	for (;;) {
		uint32_t worst = i, left = 2 * i + 1;

		for (uint32_t c = left; c < left + 2 && c < n; c++) {
			worst = is_before(heap[worst], heap[c]) ? c : worst;
		}
		if (worst == i) {
			return;
		}
		struct hit swap = heap[i];

		heap[i] = heap[worst];
		heap[worst] = swap;
		i = worst;
	}
}

static int
compare_hits(const void *a, const void *b)
{
	const struct hit *left = a, *right = b;

	return is_before(*left, *right) ? -1 : is_before(*right, *left);
}

static uint32_t
pick_by_value(const struct filter *filter, const struct order *order, struct hit *hits)
{
	uint32_t n = 0, room = filter->limit + 1, rank = 0;

	if (filter->has_after) {
		rank = order_rack_after(order, filter->after.id);
	}
	for (uint32_t i = 0; i < order->n_racks; i++) {
		struct hit hit = {0, i, order->racks[i]};

		if (!passes(filter, hit.rack)) {
			continue;
		}
		hit.key = key_of(filter, hit.rack);
		if (filter->has_after && (hit.key < filter->after.key ||
		    (hit.key == filter->after.key && i < rank))) {
			continue;
		}
		if (n < room) {
			hits[n++] = hit;
			for (uint32_t k = n == room ? room / 2 : 0; k > 0; k--) {
				sink(hits, n, k - 1);
			}
		} else if (is_before(hit, hits[0])) {
			hits[0] = hit;
			sink(hits, n, 0);
		}
	}
	qsort(hits, n, sizeof(*hits), compare_hits);
	return n;
}

/* ---- the answer --------------------------------------------------------------- */

static void
write_place_ids(struct json *json, const struct inventory *inventory,
    const struct rack *rack)
{
	for (enum entity_kind kind = ENTITY_AREA; kind < ENTITY_PLACE_N; kind++) {
		const struct place *place = inventory_above(inventory, rack, kind);

		json_text(json, entity_kind_text(kind), place != NULL ? place->id : NULL);
	}
}

static void
write_item(struct json *json, const struct request *request, uint32_t index)
{
	const struct view *view = request->view;
	const struct inventory *inventory = view->config->inventory;
	const struct rack *rack = inventory->racks[index];
	const struct rack_view *rv = &view->racks[index];
	const struct part_sum *sum = &rv->slot.sum;

	json_map(json, NULL);
	json_text(json, "id", rack->id);
	json_text(json, "label", rack->label);
	write_place_ids(json, inventory, rack);
	json_text(json, "state", rack_state_text(rack->state));
	body_time(json, "since", rack->since);
	json_text(json, "evidence", rv->evidence == EVIDENCE_NONE ? NULL :
	    evidence_text(rv->evidence));
	rack_reason(json, "evidence_reason", request, rack);
	body_number(json, "power_w", sum->n_power > 0, sum->power_w);
	json_text(json, "power_source", power_source_text(rv->slot.source));
	json_bool(json, "partial", sum->n_power < sum->n_power_expected);
	json_bool(json, "live", rv->live);
	json_bool(json, "discrepancy", rv->discrepancy);
	alarms_rack(json, request, rack);
	rack_temperature(json, &rv->slot);
	body_rack_short(json, body_rack_figures(view, index));
	body_ratio(json, "coverage", sum->n_devices, sum->n_devices_expected);
	body_age(json, "age_s", view->as_of, rv->last_good);
	json_int(json, "devices", rack->n_devices);
	json_map_end(json);
}

enum request_next
api_racks(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	struct filter filter = {0};
	struct order *order;
	struct hit *hits;
	char next[CURSOR_SIZE] = "";
	uint32_t n;

	if (!read_filter(request, &filter)) {
		return REQUEST_REPLY;
	}
	order = http_order(request->http, inventory);
	hits = calloc((size_t)filter.limit + 1, sizeof(*hits));
	if (order == NULL || hits == NULL) {
		order_unref(order);
		free(hits);
		return REQUEST_BROKEN;
	}
	n = filter.sort == SORT_ID ? pick_by_id(&filter, order, hits) :
	    pick_by_value(&filter, order, hits);
	if (n > filter.limit) {
		n = filter.limit;
		cursor_encode(hits[n - 1].key, inventory->racks[hits[n - 1].rack]->id, next);
	}
	request_begin(request);
	json_list(&request->json, "items");
	for (uint32_t i = 0; i < n; i++) {
		write_item(&request->json, request, hits[i].rack);
	}
	json_list_end(&request->json);
	body_text(&request->json, "next", next);
	order_unref(order);
	free(hits);
	return request_end(request);
}
