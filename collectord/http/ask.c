/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ask.h. */
#include <config.h>

#include "http/ask.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/fresh.h"
#include "http/body.h"
#include "http/input.h"
#include "http/problem.h"
#include "http/server.h"
#include "state/reserve.h"

static enum request_next
busy(struct request *request)
{
	request->retry_after_s = 1;
	return problem_reply(request, 503, "busy", (struct problem_param){0},
	    "more questions wait than are worked out soon; try again");
}

enum request_next
ask_put(struct request *request, struct ask *ask, desk_fn *run)
{
	int code;

	ask->view = view_ref(request->view);
	ask->reserved = state_reservations(request->http->setup.state);
	if (ask->tenant[0] != '\0') {
		ask->overlay.tenant = ask->tenant;
	}
	if (pending_suspend(request, &ask->ticket) != 0) {
		ask_done(ask);
		return problem_late(request);
	}
	code = desk_put(request->http->desk, run, ask);
	if (code != 0) {
		/* resumed at once, with the code for an answer */
		pending_fill(ask->ticket, code, NULL, NULL);
		ask_done(ask);
	}
	return REQUEST_WAIT;
}

const struct stock *
ask_stock(struct ask *ask)
{
	return fresh_stock(ask->view, ask->reserved,
	    ask->overlay.tenant != NULL ? &ask->overlay : NULL);
}

void
ask_done(struct ask *ask)
{
	view_unref(ask->view);
	reservations_unref(ask->reserved);
	free(ask);
}

void *
ask_result(struct request *request)
{
	void *result;
	int code;

	if (!pending_result(request->ticket, &code, &result)) {
		(void)problem_late(request);
		return NULL;
	}
	if (code == COL_EFULL) {
		(void)busy(request);
		return NULL;
	}
	if (code == COL_EBUSY) {
		request->retry_after_s = 1;
		(void)problem_reply(request, 503, "not_ready", (struct problem_param){0},
		    "the first stock is not there yet");
		return NULL;
	}
	if (code == COL_ENOTSUP) {
		(void)problem_reply(request, 400, "no_effect", (struct problem_param){0},
		    "the device feeds no rack and stands for no node of the feed tree");
		return NULL;
	}
	if (code == COL_ENOENT) {
		(void)problem_no_such(request, "feed", input_text(request->input, "lose_feed"));
		return NULL;
	}
	if (code != 0) {
		(void)problem_failed(request, code);
		return NULL;
	}
	return result;
}

struct planner_ask
ask_planner(const struct ask_server *server)
{
	struct planner_ask asked = {
		.n = (unsigned)server->n,
		.need = {.height = (unsigned)server->u},
	};
	double *need = asked.need.need;

	need[SPACE_U] = (double)server->u;
	need[SPACE_POWER] = need[SPACE_COOLING] = 1000.0 * server->kw;
	need[SPACE_OUTLETS_A] = need[SPACE_OUTLETS_B] = (double)server->outlets;
	need[SPACE_WEIGHT] = server->kg;
	need[SPACE_PORTS] = (double)server->ports;
	return asked;
}

static const char *const redundancies[PLANNER_REDUNDANCY_N] = {"2n", "n", "any"};

enum planner_redundancy
ask_redundancy(const char *text)
{
	enum planner_redundancy redundancy = PLANNER_2N;

	while (text != NULL && redundancy < PLANNER_ANY &&
	    strcmp(text, redundancies[redundancy]) != 0) {
		redundancy++;
	}
	return redundancy;
}

int
ask_entity(const struct inventory *inventory, const char *text,
    struct entity_ref *ret_entity)
{
	const struct place *place;
	const struct rack *rack;
	enum entity_kind kind;
	char id[QUERY_ID_SIZE];

	if (query_entity(text, &kind, id) != 0 || kind > ENTITY_RACK) {
		return COL_EINVAL;
	}
	if (kind == ENTITY_RACK) {
		rack = inventory_rack(inventory, id);
		if (rack == NULL) {
			return COL_ENOENT;
		}
		*ret_entity = (struct entity_ref){kind, rack->index};
		return 0;
	}
	place = inventory_place(inventory, kind, id);
	if (place == NULL) {
		return COL_ENOENT;
	}
	*ret_entity = (struct entity_ref){kind, place->index};
	return 0;
}

void
ask_write_refused(struct json *json, const struct inventory *inventory,
    const struct planner_ask *asked, const struct planner_result *result)
{
	if (result->placed >= asked->n || result->refused == PLANNER_FITS) {
		json_unknown(json, "refused");
		return;
	}
	json_map(json, "refused");
	json_text(json, "code", planner_code_text(result->refused));
	json_map(json, "params");
	json_int(json, "racks", result->bound_by[result->refused]);
	json_int(json, "of", result->n_racks);
	if (result->refused == PLANNER_NODE_LIMIT) {
		json_text(json, "node", inventory->power[result->refused_node].id);
	}
	json_map_end(json);
	json_map_end(json);
}

void
ask_write_server(struct json *json, const struct planner_ask *asked)
{
	const double *need = asked->need.need;

	json_int(json, "n", asked->n);
	json_int(json, "u", asked->need.height);
	json_number(json, "kw", need[SPACE_POWER] / 1000.0, BODY_DIGITS);
	json_number(json, "kg", need[SPACE_WEIGHT], BODY_DIGITS);
	json_number(json, "outlets", need[SPACE_OUTLETS_A], BODY_DIGITS);
	json_number(json, "ports", need[SPACE_PORTS], BODY_DIGITS);
	json_text(json, "redundancy", redundancies[asked->redundancy]);
	body_text(json, "tenant", asked->tenant);
}
