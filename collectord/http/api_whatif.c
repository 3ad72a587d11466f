/* SPDX-License-Identifier: GPL-3.0-or-later */
/* POST /whatif: who breaks, and what the counts become. */
#include <config.h>

#include "http/api.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/whatif.h"
#include "http/ask.h"
#include "http/body.h"
#include "http/problem.h"

static const struct member add_members[] = {
	{"n", MEMBER_INT, true, 1, PLANNER_SERVERS_MAX, NULL, NULL, "servers"},
	{"u", MEMBER_INT, false, 1, SPACE_UNITS_MAX, NULL, NULL, "height; 2 by default"},
	{"kw", MEMBER_NUMBER, false, 0, 100, NULL, NULL, "power; 0.5 by default"},
	{"kg", MEMBER_NUMBER, false, 0, 2000, NULL, NULL, "weight; 25 by default"},
	{"outlets", MEMBER_INT, false, 0, 16, NULL, NULL, "on each feed; 1 by default"},
	{"ports", MEMBER_INT, false, 0, 64, NULL, NULL, "network ports; 2 by default"},
	{"redundancy", MEMBER_CHOICE, false, 0, 0, PLANNER_REDUNDANCIES, NULL,
	    "as for /plan; 2n by default"},
	{0},
};

const struct member api_whatif_body[] = {
	{"lose_feed", MEMBER_TEXT, false, 1, 32, NULL, NULL,
	    "name of a feed (\"A\") that loses power in all racks"},
	{"lose_device", MEMBER_ID, false, 0, 0, NULL, NULL,
	    "a PDU (its rack's feed), or a device that stands for a node of the feed tree"},
	{"lose_node", MEMBER_ID, false, 0, 0, NULL, NULL, "a node, with all that it feeds"},
	{"lose_rack", MEMBER_ID, false, 0, 0, NULL, NULL, "a rack without power"},
	{"remove_rack", MEMBER_ID, false, 0, 0, NULL, NULL, "a rack that is taken away"},
	{"derate_node", MEMBER_ID, false, 0, 0, NULL, NULL, "a node with less of its rating"},
	{"share", MEMBER_NUMBER, false, 0, 1, NULL, NULL,
	    "with derate_node: what is left of its rating, 0..1"},
	{"add", MEMBER_MAP, false, 0, 0, NULL, add_members, "servers that the planner places"},
	{"at", MEMBER_ENTITY, false, 0, 0, NULL, NULL,
	    "with lose_feed and add: where (place or rack); without: everywhere"},
	{0},
};

/* The questions, in the order of enum whatif_kind. */
static const char *const names[WHATIF_KIND_N] = {"lose_feed", "lose_device", "lose_node",
	"lose_rack", "remove_rack", "derate_node", "add"};

struct whatif_job {
	struct ask ask;            /* first */
	struct whatif_ask asked;
	char feed[40];
};

static void
drop_result(void *arg)
{
	if (arg != NULL) {
		whatif_done(arg);
		free(arg);
	}
}

static void
run(void *arg)
{
	struct whatif_job *job = arg;
	struct whatif_result *result = calloc(1, sizeof(*result));
	const struct stock *stock = ask_stock(&job->ask);
	int code = COL_ENOMEM;

	if (stock == NULL) {
		code = job->ask.view->stock == NULL ? COL_EBUSY : COL_ENOMEM;
	} else if (result != NULL) {
		code = whatif_run(job->ask.view, stock, &job->asked, result);
	}
	stock_unref(stock);
	pending_fill(job->ask.ticket, code, result, drop_result);
	ask_done(&job->ask);
}

/* ---- the question ------------------------------------------------------------------- */

static bool
refuse(struct request *request, const char *code, const char *member, const char *what)
{
	(void)problem_reply(request, 400, code, (struct problem_param){"member", member},
	    "body, member '%s': %s", member, what);
	return false;
}

/* Exactly one of the questions. */
static bool
read_kind(struct request *request, enum whatif_kind *ret_kind)
{
	unsigned n = 0;

	for (unsigned k = 0; k < WHATIF_KIND_N; k++) {
		if (input_get(request->input, names[k]) != NULL) {
			*ret_kind = (enum whatif_kind)k;
			n++;
		}
	}
	if (n != 1) {
		return refuse(request, n == 0 ? "missing_member" : "bad_member",
		    n == 0 ? "lose_feed" : names[*ret_kind],
		    "exactly one of lose_feed, lose_device, lose_node, lose_rack, "
		    "remove_rack, derate_node, add is needed");
	}
	if ((input_get(request->input, "share") != NULL) != (*ret_kind == WHATIF_DERATE_NODE)) {
		return refuse(request, *ret_kind == WHATIF_DERATE_NODE ? "missing_member" :
		    "bad_member", "share", "it goes with derate_node");
	}
	if (input_get(request->input, "at") != NULL && *ret_kind != WHATIF_LOSE_FEED &&
	    *ret_kind != WHATIF_ADD) {
		return refuse(request, "bad_member", "at", "it goes with lose_feed and add");
	}
	return true;
}

static bool
read_at(struct request *request, struct entity_ref *ret_at)
{
	const char *at = input_text(request->input, "at");
	int code = at == NULL ? 0 : ask_entity(request->view->config->inventory, at, ret_at);

	if (at == NULL) {
		*ret_at = (struct entity_ref){ENTITY_PROVINCE, 0};
	}
	if (code == COL_ENOENT) {
		(void)problem_no_such(request, "entity", at);
		return false;
	}
	return code == 0 || refuse(request, "bad_member", "at", "a place or a rack is needed");
}

/* Device, node or rack by id. */
static bool
read_index(struct request *request, struct whatif_ask *ask)
{
	const struct inventory *inventory = request->view->config->inventory;
	const char *id = input_text(request->input, names[ask->kind]);
	const struct power_node *node = NULL;
	const struct device *device = NULL;
	const struct rack *rack = NULL;

	switch (ask->kind) {
	case WHATIF_LOSE_DEVICE:
		device = inventory_device(inventory, id);
		break;
	case WHATIF_LOSE_NODE:
	case WHATIF_DERATE_NODE:
		node = inventory_power(inventory, id);
		break;
	case WHATIF_LOSE_RACK:
	case WHATIF_REMOVE_RACK:
		rack = inventory_rack(inventory, id);
		break;
	case WHATIF_LOSE_FEED:
	case WHATIF_ADD:
	case WHATIF_KIND_N:
		return true;
	}
	if (device == NULL && node == NULL && rack == NULL) {
		(void)problem_no_such(request, ask->kind == WHATIF_LOSE_DEVICE ? "device" :
		    ask->kind == WHATIF_LOSE_RACK || ask->kind == WHATIF_REMOVE_RACK ?
		    "rack" : "node", id);
		return false;
	}
	ask->index = device != NULL ? device->index : node != NULL ? node->index : rack->index;
	return true;
}

static void
read_add(const struct request *request, struct whatif_ask *ask)
{
	const struct json_t *add = input_get(request->input, "add");
	struct ask_server server = ASK_SERVER_DEFAULT;

	server.n = input_int(add, "n", server.n);
	server.u = input_int(add, "u", server.u);
	server.outlets = input_int(add, "outlets", server.outlets);
	server.ports = input_int(add, "ports", server.ports);
	server.kw = input_number(add, "kw", server.kw);
	server.kg = input_number(add, "kg", server.kg);
	ask->add = ask_planner(&server);
	ask->add.redundancy = ask_redundancy(input_text(add, "redundancy"));
	ask->add.within = ask->at;
}

static enum request_next
put(struct request *request)
{
	const char *feed = input_text(request->input, "lose_feed");
	struct whatif_job *job = calloc(1, sizeof(*job));

	if (job == NULL) {
		return REQUEST_BROKEN;
	}
	if (!read_kind(request, &job->asked.kind) || !read_at(request, &job->asked.at) ||
	    !read_index(request, &job->asked)) {
		free(job);
		return REQUEST_REPLY;
	}
	job->asked.share = input_number(request->input, "share", 1.0);
	(void)str_copy(job->feed, sizeof(job->feed), feed != NULL ? feed : "");
	job->asked.feed = job->feed;
	if (job->asked.kind == WHATIF_ADD) {
		read_add(request, &job->asked);
	}
	return ask_put(request, &job->ask, run);
}

/* ---- the answer ---------------------------------------------------------------------- */

static void
write_sums(struct json *json, const char *key, const struct whatif_sums *sums)
{
	json_map(json, key);
	json_int(json, "declared", sums->declared);
	body_number(json, "verified_power_w", sums->has_power, sums->verified_power_w);
	json_map(json, "failover");
	for (unsigned f = 0; f < FAILOVER_N; f++) {
		json_int(json, failover_text(f), sums->failover[f]);
	}
	json_map_end(json);
	json_number(json, "available_w", sums->available_w, BODY_DIGITS);
	json_int(json, "deployable", (int64_t)sums->deployable);
	json_number(json, "stranded_w", sums->stranded_w, BODY_DIGITS);
	json_int(json, "overloaded_nodes", sums->overloaded_nodes);
	json_map_end(json);
}

static void
write_broken(struct json *json, const struct inventory *inventory,
    const struct whatif_broken *broken)
{
	json_map(json, NULL);
	json_text(json, "kind", broken->is_node ? "node" : "rack");
	json_text(json, "id", broken->is_node ? inventory->power[broken->index].id :
	    inventory->racks[broken->index]->id);
	json_text(json, "from", whatif_load_text(broken->from));
	json_text(json, "to", whatif_load_text(broken->to));
	if (broken->has_ratio) {
		json_number(json, "ratio", broken->ratio, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "ratio");
	}
	body_number(json, "limit_w", broken->has_limit, broken->limit_w);
	body_number(json, "load_w", broken->has_load, broken->load_w);
	json_int(json, "equipment_dark", broken->n_equipment);
	json_map_end(json);
}

/* The question as it was understood. */
static void
write_asked(struct request *request, enum whatif_kind *ret_kind)
{
	struct json *json = &request->json;
	const char *at = input_text(request->input, "at");

	(void)read_kind(request, ret_kind);
	json_map(json, "asked");
	if (*ret_kind == WHATIF_ADD) {
		struct whatif_ask ask = {.kind = *ret_kind};

		read_add(request, &ask);
		json_map(json, "add");
		ask_write_server(json, &ask.add);
		json_map_end(json);
	} else {
		json_text(json, names[*ret_kind], input_text(request->input, names[*ret_kind]));
	}
	if (*ret_kind == WHATIF_DERATE_NODE) {
		json_number(json, "share", input_number(request->input, "share", 1.0),
		    BODY_RATIO_DIGITS);
	}
	json_text(json, "at", at);
	json_map_end(json);
}

enum request_next
api_whatif(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct whatif_result *result;
	struct json *json = &request->json;
	enum whatif_kind kind = WHATIF_KIND_N;
	struct planner_ask asked;

	if (request->ticket == NULL) {
		return put(request);
	}
	result = ask_result(request);
	if (result == NULL) {
		return REQUEST_REPLY;
	}
	request_begin(request);
	write_asked(request, &kind);
	write_sums(json, "before", &result->before);
	write_sums(json, "after", &result->after);
	json_list(json, "broken");
	for (size_t i = 0; i < result->n_broken; i++) {
		write_broken(json, inventory, &result->broken[i]);
	}
	json_list_end(json);
	json_int(json, "broken_total", (int64_t)result->broken_total);
	body_number(json, "placed", result->has_plan, result->plan.placed);
	if (result->has_plan) {
		asked.n = (unsigned)input_int(input_get(request->input, "add"), "n", 1);
		ask_write_refused(json, inventory, &asked, &result->plan);
	} else {
		json_unknown(json, "refused");
	}
	return request_end(request);
}
