/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /plan: where n equal servers fit, and why one more does not. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/ask.h"
#include "http/body.h"
#include "http/problem.h"

const struct param api_plan_params[] = {
	{"n", PARAM_INT, false, 1, PLANNER_SERVERS_MAX, NULL, "servers; 1 by default"},
	{"u", PARAM_INT, false, 1, SPACE_UNITS_MAX, NULL, "height of each; 2 by default"},
	{"kw", PARAM_NUMBER, false, 0, 100, NULL,
	    "power that each is planned with; 0.5 by default"},
	{"kg", PARAM_NUMBER, false, 0, 2000, NULL, "weight of each; 25 by default"},
	{"outlets", PARAM_INT, false, 0, 16, NULL,
	    "outlets on each feed that it has a cord to; 1 by default"},
	{"ports", PARAM_INT, false, 0, 64, NULL, "network ports of each; 2 by default"},
	{"redundancy", PARAM_CHOICE, false, 0, 0, PLANNER_REDUNDANCIES,
	    "cords on two feeds, on any one, on two where the rack has them; 2n by default"},
	{"tenant", PARAM_TEXT, false, 0, 0, NULL, "for whom: what is reserved for it is free, "
	    "racks of other tenants are not; without, whose a rack is does not matter"},
	{"area", PARAM_ID, false, 0, 0, NULL, "only in this area"},
	{"site", PARAM_ID, false, 0, 0, NULL, "only in this site"},
	{"hall", PARAM_ID, false, 0, 0, NULL, "only in this hall"},
	{"row", PARAM_ID, false, 0, 0, NULL, "only in this row"},
	PARAM_FORMAT,
	{0},
};

struct plan_ask {
	struct ask ask;            /* first */
	struct planner_ask asked;
};

/* What the ticket gets. */
struct plan_answer {
	struct planner_ask asked;
	char tenant[RESERVATION_TENANT_SIZE];
	struct planner_result result;
};

static void
drop_answer(void *arg)
{
	struct plan_answer *answer = arg;

	if (answer != NULL) {
		planner_done(&answer->result);
		free(answer);
	}
}

static void
run(void *arg)
{
	struct plan_ask *plan = arg;
	struct plan_answer *answer = calloc(1, sizeof(*answer));
	const struct stock *stock = ask_stock(&plan->ask);
	int code = COL_ENOMEM;

	if (stock == NULL) {
		code = plan->ask.view->stock == NULL ? COL_EBUSY : COL_ENOMEM;
	} else if (answer != NULL) {
		plan->asked.tenant = plan->ask.overlay.tenant;
		code = planner_find(stock, plan->asked.tenant != NULL ?
		    &plan->ask.overlay : NULL, &plan->asked, &answer->result);
		answer->asked = plan->asked;
		(void)str_copy(answer->tenant, sizeof(answer->tenant), plan->ask.tenant);
		answer->asked.tenant = plan->asked.tenant != NULL ? answer->tenant : NULL;
	}
	stock_unref(stock);
	pending_fill(plan->ask.ticket, code, answer, drop_answer);
	ask_done(&plan->ask);
}

static double
number_of(const struct request *request, const char *name, double fallback)
{
	const char *text = request_value(request, name);
	double value;

	return text != NULL && str_to_number(text, &value) == 0 ? value : fallback;
}

static bool
is_below(const struct inventory *inventory, struct entity_ref low, struct entity_ref high)
{
	while (low.kind > high.kind) {
		const struct place *place = inventory->places[low.kind][low.index];

		low = (struct entity_ref){low.kind - 1, place->parent};
	}
	return low.index == high.index;
}

/* The lowest place that the query names.  False: the problem is the answer. */
static bool
read_within(struct request *request, struct entity_ref *ret_within)
{
	const struct inventory *inventory = request->view->config->inventory;
	struct entity_ref within = {ENTITY_PROVINCE, 0};

	for (enum entity_kind kind = ENTITY_AREA; kind <= ENTITY_ROW; kind++) {
		const char *name = entity_kind_text(kind);
		const char *id = request_value(request, name);
		const struct place *place = id != NULL ?
		    inventory_place(inventory, kind, id) : NULL;
		struct entity_ref next;

		if (id == NULL) {
			continue;
		}
		if (place == NULL) {
			(void)problem_no_such(request, name, id);
			return false;
		}
		next = (struct entity_ref){kind, place->index};
		if (!is_below(inventory, next, within)) {
			(void)problem_reply(request, 400, "bad_parameter",
			    (struct problem_param){"parameter", name},
			    "%s '%s' is not in the place that is named beside it", name, id);
			return false;
		}
		within = next;
	}
	*ret_within = within;
	return true;
}

static enum request_next
put(struct request *request)
{
	struct ask_server server = ASK_SERVER_DEFAULT;
	const char *tenant = request_value(request, "tenant");
	struct entity_ref within;
	struct plan_ask *plan;

	if (!read_within(request, &within)) {
		return REQUEST_REPLY;
	}
	plan = calloc(1, sizeof(*plan));
	if (plan == NULL) {
		return REQUEST_BROKEN;
	}
	server.n = request_int(request, "n", server.n);
	server.u = request_int(request, "u", server.u);
	server.outlets = request_int(request, "outlets", server.outlets);
	server.ports = request_int(request, "ports", server.ports);
	server.kw = number_of(request, "kw", server.kw);
	server.kg = number_of(request, "kg", server.kg);
	plan->asked = ask_planner(&server);
	plan->asked.redundancy = ask_redundancy(request_value(request, "redundancy"));
	plan->asked.within = within;
	(void)str_copy(plan->ask.tenant, sizeof(plan->ask.tenant),
	    tenant != NULL ? tenant : "");
	return ask_put(request, &plan->ask, run);
}

static void
write_place(struct json *json, const struct inventory *inventory,
    const struct planner_place *place)
{
	const struct rack *rack = inventory->racks[place->rack];

	json_map(json, NULL);
	json_text(json, "rack", rack->id);
	for (enum entity_kind kind = ENTITY_ROW; kind >= ENTITY_AREA; kind--) {
		const struct place *above = inventory_above(inventory, rack, kind);

		json_text(json, entity_kind_text(kind), above != NULL ? above->id : NULL);
	}
	json_list(json, "u");
	for (unsigned i = 0; i < place->n; i++) {
		json_int(json, NULL, place->u[i]);
	}
	json_list_end(json);
	json_int(json, "n", place->n);
	json_map(json, "after");
	body_number(json, "power_available_w", true, place->available_w);
	if (place->has_failover) {
		json_number(json, "failover_ratio", place->failover_ratio,
		    BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "failover_ratio");
	}
	json_map_end(json);
	json_map_end(json);
}

static void
write_asked(struct json *json, const struct inventory *inventory,
    const struct planner_ask *asked)
{
	char within[96];

	(void)str_format(within, sizeof(within), "%s:%s",
	    entity_kind_text(asked->within.kind), inventory_id(inventory, asked->within));
	json_map(json, "asked");
	ask_write_server(json, asked);
	json_text(json, "within", within);
	json_map_end(json);
}

enum request_next
api_plan(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct plan_answer *answer;
	struct json *json = &request->json;

	if (request->ticket == NULL) {
		return put(request);
	}
	answer = ask_result(request);
	if (answer == NULL) {
		return REQUEST_REPLY;
	}
	request_begin(request);
	write_asked(json, inventory, &answer->asked);
	json_int(json, "placed", answer->result.placed);
	json_list(json, "placements");
	for (size_t i = 0; i < answer->result.n_places; i++) {
		write_place(json, inventory, &answer->result.places[i]);
	}
	json_list_end(json);
	ask_write_refused(json, inventory, &answer->asked, &answer->result);
	json_map(json, "bound_by");
	for (unsigned c = PLANNER_STATE; c < PLANNER_CODE_N; c++) {
		if (answer->result.bound_by[c] > 0) {
			json_int(json, planner_code_text(c), answer->result.bound_by[c]);
		}
	}
	json_map_end(json);
	json_int(json, "racks_open", answer->result.bound_by[PLANNER_FITS]);
	json_int(json, "racks_seen", answer->result.n_racks);
	return request_end(request);
}
