/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /reconcile: where the inventory and what is measured say different things,
 * and where the inventory contradicts the ledger; for whoever keeps the files.
 *
 * A pass over the racks by id; each may have several findings, in the order of
 * the enum, which is also how a page goes on within a rack.
 */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "capacity/view.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/device.h"
#include "http/order.h"
#include "http/pending.h"
#include "http/problem.h"
#include "http/server.h"
#include "http/whose.h"
#include "state/changes.h"

#define LIMIT 100
#define NAMED_MAX 4            /* devices that a finding names */

enum finding {
	FINDING_SILENT = 0, FINDING_NO_DEVICE, FINDING_DEVICE_DOWN, FINDING_CONTRADICTED,
	FINDING_PLANNED_DRAWS, FINDING_DECOMMISSIONED_DRAWS, FINDING_OVERDUE,
	FINDING_BACKWARDS, FINDING_N
};
#define FINDINGS "silent|no_device|device_down|contradicted|planned_draws|" \
	"decommissioned_draws|overdue|backwards"
static const char *const TEXTS[FINDING_N] = { "silent", "no_device", "device_down",
    "contradicted", "planned_draws", "decommissioned_draws", "overdue", "backwards" };

const struct param api_reconcile_params[] = {
	{"kind", PARAM_SET, false, 0, 0, FINDINGS, "only these, separated by commas"},
	{"place", PARAM_TEXT, false, 0, 0, NULL, "`area:ID`, `site:ID`, `hall:ID`, `row:ID` "
	    "or `operator:ID`; the province by default"},
	{"limit", PARAM_INT, false, 1, 1000, NULL, "items per answer; 100 by default"},
	{"cursor", PARAM_TEXT, false, 0, 0, NULL, "`next` of the answer before"},
	PARAM_FORMAT,
	{0},
};

/* What the ledger knows, by rack. */
struct backs { size_t n; struct backwards items[]; };

struct pass {
	struct request *request;
	const struct view *view;
	const struct inventory *inventory;
	const struct backs *backs;
	bool *has_back;                /* [inventory->n_racks]; NULL: nobody went back */
	struct whose whose;
	unsigned wanted;               /* bits of enum finding */
	int32_t today;
	uint32_t left;                 /* items that still fit */
	const char *last_rack;         /* of the last item; NULL: none yet */
	enum finding last;
	bool full;
	/* of the rack that is looked at */
	struct device_status downs[NAMED_MAX];
	const char *down_ids[NAMED_MAX];
	uint32_t n_down;
};

static void
on_backwards(void *arg, int code, const struct backwards *items, size_t n)
{
	pending_fill_items(arg, code, items, n, sizeof(*items));
}

/* ---- what is found ------------------------------------------------------------- */

static int
compare_rack(const void *key, const void *item)
{
	return strcmp(key, ((const struct backwards *)item)->rack);
}

/* What the ledger says of a rack that has gone back, or NULL. */
static const struct backwards *
find_back(const struct pass *pass, const struct rack *rack)
{
	const struct backwards *back = pass->has_back == NULL ||
	    !pass->has_back[rack->index] ? NULL : bsearch(rack->id, pass->backs->items,
	    pass->backs->n, sizeof(pass->backs->items[0]), compare_rack);

	/* the inventory may have been put right since */
	return back != NULL && strcmp(back->inventory, rack_state_text(rack->state)) == 0 ?
	    back : NULL;
}

/* Marks racks, so that those that went on are not looked up by name. */
static int
mark_backs(struct pass *pass)
{
	if (pass->backs->n == 0 || (pass->wanted & 1u << FINDING_BACKWARDS) == 0) {
		return 0;
	}
	pass->has_back = calloc(pass->inventory->n_racks, sizeof(*pass->has_back));
	for (size_t i = 0; pass->has_back != NULL && i < pass->backs->n; i++) {
		const struct rack *rack = inventory_rack(pass->inventory,
		    pass->backs->items[i].rack);

		if (rack != NULL) {
			pass->has_back[rack->index] = true;
		}
	}
	return pass->has_back != NULL || pass->inventory->n_racks == 0 ? 0 : COL_ENOMEM;
}

/* Counts the devices of a rack that are down, and remembers some. */
static void
look_at_devices(struct pass *pass, const struct rack *rack)
{
	pass->n_down = 0;
	for (uint32_t i = 0; i < rack->n_devices; i++) {
		const struct device *device = pass->inventory->devices[rack->devices[i]];
		struct device_status status;

		if (device == NULL) {
			continue;
		}
		device_status_of(pass->request, device->index, &status);
		if (status.state != DEVICE_DOWN) {
			continue;
		}
		if (pass->n_down < NAMED_MAX) {
			pass->downs[pass->n_down] = status;
			pass->down_ids[pass->n_down] = device->id;
		}
		pass->n_down++;
	}
}

static bool
is_found(struct pass *pass, const struct rack *rack, enum finding finding)
{
	const struct rack_view *rv = &pass->view->racks[rack->index];
	bool declared = rack_is_declared(rack->state);

	switch (finding) {
	case FINDING_SILENT:
		/* one that has just begun to answer is none */
		return rv->evidence == EVIDENCE_STALE &&
		    rv->reason == REASON_NO_GOOD_SAMPLE && !rv->live;
	case FINDING_NO_DEVICE:
		return rv->evidence == EVIDENCE_UNMONITORED;
	case FINDING_DEVICE_DOWN:
		if (!declared || rv->good_s == 0) {
			return false;   /* silent as a whole */
		}
		look_at_devices(pass, rack);
		return pass->n_down > 0;
	case FINDING_CONTRADICTED:
		return rv->evidence == EVIDENCE_CONTRADICTED;
	case FINDING_PLANNED_DRAWS:
		return rv->discrepancy && rack->state == RACK_PLANNED;
	case FINDING_DECOMMISSIONED_DRAWS:
		return rv->discrepancy && rack->state == RACK_DECOMMISSIONED;
	case FINDING_OVERDUE:
		return rack->state == RACK_PLANNED && rack->life.due != INT32_MIN &&
		    rack->life.due < pass->today;
	case FINDING_BACKWARDS:
		return find_back(pass, rack) != NULL;
	case FINDING_N:
		break;
	}
	return false;
}

static void
write_down(const struct pass *pass, const struct rack *rack)
{
	struct json *json = &pass->request->json;
	struct wall last_ok = { 0 };

	json_list(json, "silent");
	for (uint32_t i = 0; i < pass->n_down && i < NAMED_MAX; i++) {
		json_text(json, NULL, pass->down_ids[i]);
		if (last_ok.ns == 0 || pass->downs[i].last_ok.ns < last_ok.ns) {
			last_ok = pass->downs[i].last_ok;
		}
	}
	json_list_end(json);
	body_time(json, "since", last_ok);
	json_int(json, "down", pass->n_down);
	json_int(json, "devices", rack->n_devices);
}

static void
write_back(struct json *json, const struct backwards *back)
{
	json_text(json, "ledger", back->ledger);
	body_time(json, "ledger_since", back->ledger_at);
	json_text(json, "inventory", back->inventory);
	body_time(json, "since", back->at);
	body_time(json, "written", back->written);
	body_text(json, "file", back->source);
}

static void
write_params(const struct pass *pass, const struct rack *rack, enum finding finding)
{
	const struct rack_view *rv = &pass->view->racks[rack->index];
	const struct part_sum *sum = &rv->slot.sum;
	struct json *json = &pass->request->json;

	switch (finding) {
	case FINDING_SILENT:
		body_time(json, "since", rv->last_good);
		json_int(json, "devices", rack->n_devices);
		break;
	case FINDING_DEVICE_DOWN:
		write_down(pass, rack);
		break;
	case FINDING_CONTRADICTED:
		body_number(json, "power_w", sum->n_power > 0, sum->power_w);
		json_number(json, "min_power_w", pass->view->config->settings.min_power_w,
		    BODY_DIGITS);
		break;
	case FINDING_PLANNED_DRAWS:
	case FINDING_DECOMMISSIONED_DRAWS:
		body_number(json, "power_w", sum->n_power > 0, sum->power_w);
		break;
	case FINDING_OVERDUE:
		body_day(json, "due", rack->life.due);
		json_int(json, "days", (int64_t)pass->today - rack->life.due);
		break;
	case FINDING_BACKWARDS:
		write_back(json, find_back(pass, rack));
		break;
	case FINDING_NO_DEVICE:
	case FINDING_N:
		break;
	}
}

static void
write_finding(const struct pass *pass, const struct rack *rack, enum finding finding)
{
	struct json *json = &pass->request->json;
	const struct place *place;

	json_map(json, NULL);
	json_text(json, "kind", TEXTS[finding]);
	json_text(json, "rack", rack->id);
	for (enum entity_kind kind = ENTITY_AREA; kind < ENTITY_PLACE_N; kind++) {
		place = inventory_above(pass->inventory, rack, kind);
		json_text(json, entity_kind_text(kind), place != NULL ? place->id : NULL);
	}
	json_text(json, "state", rack_state_text(rack->state));
	json_map(json, "params");
	write_params(pass, rack, finding);
	json_map_end(json);
	json_map_end(json);
}

/* Findings of one rack from one on. */
static void
look_at(struct pass *pass, const struct rack *rack, enum finding from)
{
	for (enum finding f = from; f < FINDING_N && !pass->full; f++) {
		if ((pass->wanted & 1u << f) == 0 || !is_found(pass, rack, f)) {
			continue;
		}
		if (pass->left == 0) {
			pass->full = true;
			return;
		}
		write_finding(pass, rack, f);
		pass->left--;
		pass->last_rack = rack->id;
		pass->last = f;
	}
}

/* ---- the answer ---------------------------------------------------------------- */

static void
go(struct pass *pass, const struct order *order, const struct cursor *after)
{
	const struct rack *rack = inventory_rack(pass->inventory, after->id);

	if (rack != NULL && whose_has(&pass->whose, pass->inventory, rack)) {
		look_at(pass, rack, (enum finding)(after->key + 1));
	}
	for (uint32_t i = order_rack_after(order, after->id);
	    i < order->n_racks && !pass->full; i++) {
		rack = pass->inventory->racks[order->racks[i]];
		if (whose_has(&pass->whose, pass->inventory, rack)) {
			look_at(pass, rack, FINDING_SILENT);
		}
	}
}

static enum request_next
write_findings(struct request *request, const struct backs *backs,
    const struct cursor *after)
{
	const struct config *config = request->view->config;
	struct pass pass = { .request = request, .view = request->view, .backs = backs,
	    .inventory = config->inventory,
	    .today = clock_day(config->settings.timezone, request->as_of),
	    .left = (uint32_t)request_int(request, "limit", LIMIT) };
	const char *kinds = request_value(request, "kind");
	char next[CURSOR_SIZE] = "";
	struct order *order;

	if (!whose_read(request, ENTITY_ROW, &pass.whose)) {
		return REQUEST_REPLY;
	}
	for (enum finding f = 0; f < FINDING_N; f++) {
		pass.wanted |= query_in_set(kinds, TEXTS[f]) ? 1u << f : 0;
	}
	order = http_order(request->http, pass.inventory);
	if (order == NULL || mark_backs(&pass) != 0) {
		order_unref(order);
		return REQUEST_BROKEN;
	}
	request_begin(request);
	json_list(&request->json, "items");
	go(&pass, order, after);
	json_list_end(&request->json);
	if (pass.full) {
		cursor_encode(pass.last, pass.last_rack, next);
	}
	body_text(&request->json, "next", next);
	order_unref(order);
	free(pass.has_back);
	return request_end(request);
}

enum request_next
api_reconcile(struct request *request)
{
	const char *text = request_value(request, "cursor");
	struct cursor after = {0};
	struct ticket *ticket;
	void *backs;
	int code;

	if (text != NULL && (cursor_decode(text, &after) != 0 || after.key >= FINDING_N)) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "cursor"}, "malformed cursor");
	}
	if (request->ticket == NULL) {
		if (pending_suspend(request, &ticket) != 0) {
			return problem_late(request);
		}
		state_get_backwards(request->http->setup.state, on_backwards, ticket);
		return REQUEST_WAIT;
	}
	if (!pending_result(request->ticket, &code, &backs)) {
		return problem_late(request);
	}
	return code == 0 ? write_findings(request, backs, &after) :
	    problem_failed(request, code);
}
