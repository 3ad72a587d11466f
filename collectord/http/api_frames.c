/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /halls/{id}/frames. */
#include <config.h>

#include "http/api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "capacity/frames.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/order.h"
#include "http/problem.h"
#include "http/server.h"

#define STEP_MAX_S (24 * 3600)

const struct param api_frames_params[] = {
	{"layer", PARAM_CHOICE, false, 0, 0, FRAMES_LAYERS,
	    "what of: power (W, by default), failover (ratio), inlet (degC), delta_t (K)"},
	{"from", PARAM_TIME, false, 0, 0, NULL, "start; 24 h before `to` by default"},
	{"to", PARAM_TIME, false, 0, 0, NULL, "end; now by default"},
	{"step", PARAM_INT, false, FRAMES_STEP_S, STEP_MAX_S, NULL,
	    "seconds per frame, a multiple of 900; 900 by default"},
	{0},
};

/* The cells of a hall. */
struct plan {
	enum frames_layer layer;
	int64_t first;                 /* number of the first frame */
	unsigned n_frames, per_step;   /* frames in all, and in one answer's step */
	uint32_t *racks;
	size_t n_racks;
	uint16_t *cells;               /* [n_frames * n_racks] */
};

static enum frames_layer
read_layer(const struct request *request)
{
	const char *text = request_value(request, "layer");

	for (unsigned l = 0; text != NULL && l < FRAMES_LAYER_N; l++) {
		if (strcmp(text, frames_layer_text((enum frames_layer)l)) == 0) {
			return (enum frames_layer)l;
		}
	}
	return FRAMES_POWER;
}

static struct wall
read_time(const struct request *request, const char *name, struct wall fallback)
{
	const char *text = request_value(request, name);
	struct wall at = fallback;

	if (text != NULL) {
		(void)query_time(text, request->as_of, &at);
	}
	return at;
}

/* Of the time that is asked for, what there can be. */
static void
read_span(const struct request *request, struct frames *frames, struct plan *plan)
{
	int64_t newest = frames_newest(frames);
	struct wall to = read_time(request, "to", request->as_of);
	struct wall from = read_time(request, "from",
	    (struct wall){ to.ns - FRAMES_N * FRAMES_STEP_S * NS_PER_S });
	int64_t first = frames_number(from), last = frames_number(to);

	plan->per_step = (unsigned)(request_int(request, "step", FRAMES_STEP_S) /
	    FRAMES_STEP_S);
	first = first > newest - FRAMES_N ? first : newest - FRAMES_N + 1;
	last = last < newest ? last : newest;
	/* steps lie on the grid of their own length */
	first -= first % plan->per_step;
	plan->first = first;
	plan->n_frames = newest > 0 && last >= first ? (unsigned)(last - first + 1) : 0;
}

/* Racks of a hall in the order of its rows; counts them where to is NULL. */
static size_t
take_racks(const struct order *order, const struct place *hall, uint32_t *to)
{
	const struct inventory *inventory = order->inventory;
	size_t n = 0;

	for (uint32_t i = 0; i < inventory->n_places[ENTITY_ROW]; i++) {
		const struct place *row = inventory->places[ENTITY_ROW][i];

		if (row == NULL || row->parent != hall->index) {
			continue;
		}
		for (uint32_t r = order->row_start[i]; r < order->row_start[i + 1]; r++) {
			if (to != NULL) {
				to[n] = order->row_racks[r];
			}
			n++;
		}
	}
	return n;
}

static bool
plan_hall(struct plan *plan, const struct request *request, const struct place *hall)
{
	const struct inventory *inventory = request->view->config->inventory;
	struct order *order = http_order(request->http, inventory);

	if (order == NULL) {
		return false;
	}
	plan->n_racks = take_racks(order, hall, NULL);
	plan->racks = calloc(plan->n_racks + 1, sizeof(*plan->racks));
	if (plan->racks != NULL) {
		(void)take_racks(order, hall, plan->racks);
	}
	order_unref(order);
	if (plan->racks == NULL) {
		return false;
	}
	plan->cells = calloc((size_t)plan->n_frames * plan->n_racks + 1,
	    sizeof(*plan->cells));
	return plan->cells != NULL;
}

/* Mean of the frames of one step that are known. */
static bool
step_value(const struct plan *plan, unsigned frame, size_t rack, double *ret_value)
{
	double sum = 0, value;
	unsigned n = 0;

	for (unsigned f = frame; f < frame + plan->per_step && f < plan->n_frames; f++) {
		if (frames_value(plan->layer, plan->cells[f * plan->n_racks + rack],
		    &value)) {
			sum += value;
			n++;
		}
	}
	if (n == 0) {
		return false;
	}
	*ret_value = sum / n;
	return true;
}

/*
 * A cell has no more decimals than its layer; digits from whole numbers cost a
 * fifth of json_number, and there are 100,000 of them for a big hall.
 */
static void
write_value(struct json *json, enum frames_layer layer, double value)
{
	static const struct { unsigned scale; unsigned decimals; } AS[FRAMES_LAYER_N] = {
		[FRAMES_POWER] = {1, 0}, [FRAMES_FAILOVER] = {10000, 4},
		[FRAMES_INLET] = {100, 2}, [FRAMES_DELTA_T] = {100, 2},
	};
	long whole = lround(value * AS[layer].scale);
	unsigned long rest = (unsigned long)labs(whole);
	char text[32], *at = text + sizeof(text);
	unsigned decimals = AS[layer].decimals;

	*--at = '\0';
	while (decimals > 0 && rest % 10 == 0) {
		rest /= 10;
		decimals--;
	}
	for (unsigned n = 0; n <= decimals || rest > 0; n++) {
		if (n > 0 && n == decimals) {
			*--at = '.';
		}
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	}
	if (whole < 0) {
		*--at = '-';
	}
	json_raw(json, NULL, at);
}

static void
write_frames(struct request *request, const struct plan *plan)
{
	struct json *json = &request->json;
	const struct inventory *inventory = request->view->config->inventory;
	double value = 0;

	json_text(json, "layer", frames_layer_text(plan->layer));
	json_int(json, "step_s", plan->per_step * (int64_t)FRAMES_STEP_S);
	json_list(json, "t");
	for (unsigned f = 0; f < plan->n_frames; f += plan->per_step) {
		json_int(json, NULL, (plan->first + f) * FRAMES_STEP_S);
	}
	json_list_end(json);
	json_list(json, "racks");
	for (size_t r = 0; r < plan->n_racks; r++) {
		json_text(json, NULL, inventory->racks[plan->racks[r]]->id);
	}
	json_list_end(json);
	json_list(json, "values");
	for (unsigned f = 0; f < plan->n_frames; f += plan->per_step) {
		json_list(json, NULL);
		for (size_t r = 0; r < plan->n_racks; r++) {
			if (step_value(plan, f, r, &value)) {
				write_value(json, plan->layer, value);
			} else {
				json_unknown(json, NULL);
			}
		}
		json_list_end(json);
	}
	json_list_end(json);
}

enum request_next
api_frames(struct request *request)
{
	const struct inventory *inventory = request->view->config->inventory;
	const struct place *hall = inventory_place(inventory, ENTITY_HALL, request->id);
	struct frames *frames = capacity_frames(request->http->setup.capacity);
	struct plan plan = { .layer = read_layer(request) };
	enum request_next next = REQUEST_BROKEN;

	if (hall == NULL) {
		return problem_no_such(request, "hall", request->id);
	}
	if (request_int(request, "step", FRAMES_STEP_S) % FRAMES_STEP_S != 0) {
		return problem_reply(request, 400, "bad_parameter",
		    (struct problem_param){"parameter", "step"},
		    "step must be a multiple of 900");
	}
	read_span(request, frames, &plan);
	if (plan_hall(&plan, request, hall)) {
		frames_read(frames, plan.layer, plan.first, plan.n_frames, plan.racks,
		    plan.n_racks, plan.cells);
		request_begin(request);
		write_frames(request, &plan);
		next = request_end(request);
	}
	free(plan.racks);
	free(plan.cells);
	return next;
}
