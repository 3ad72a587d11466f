/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See outlook.h. */
#include <config.h>

#include "http/outlook.h"

#include <math.h>
#include <string.h>

#include "capacity/outlook.h"
#include "http/api.h"
#include "http/body.h"
#include "http/problem.h"

/* Weeks that the fan shows at least, and at most: 20 years. */
#define FAN_WEEKS_MIN 13
#define FAN_WEEKS 52
#define FAN_WEEKS_MAX (OUTLOOK_LATE_DAYS / 7)

const struct param api_forecast_params[] = {
	{"target", PARAM_ID, false, 0, 0, NULL, "id of a target; the first by default"},
	{"of", PARAM_CHOICE, false, 0, 0, "declared|verified",
	    "run on the racks that are declared, or on those proven live; declared by "
	    "default"},
	PARAM_FORMAT,
	{0},
};

/* ---- what a line says ---------------------------------------------------------- */

static void
write_dates(struct json *json, const struct outlook_line *line)
{
	bool ok = line->forecast.reason == FORECAST_OK;

	body_day(json, "date", ok ? line->day : INT32_MIN);
	body_day(json, "earliest", ok ? line->earliest : INT32_MIN);
	body_day(json, "latest", ok ? line->latest : INT32_MIN);
	/* an end more than 20 years away is only "later than" */
	body_day(json, "later_than", ok && line->latest == INT32_MAX ?
	    line->from + OUTLOOK_LATE_DAYS : INT32_MIN);
	json_text(json, "reason", forecast_reason_code(line->forecast.reason));
}

static void
write_line(struct json *json, const char *key, const struct outlook_line *line)
{
	json_map(json, key);
	json_text(json, "method", "drift");
	json_int(json, "k", line->forecast.k);
	write_dates(json, line);
	json_map_end(json);
}

/* Formula 23.  A target that is reached waits for nothing. */
static void
write_pipeline(struct json *json, const struct outlook *outlook, size_t index,
    const struct target *target)
{
	const struct outlook_target *t = &outlook->targets[index];
	const struct pipeline_plan *plan = &outlook->plans[target->basis];

	json_map(json, "pipeline");
	body_day(json, "date", t->pipeline.reached && t->left > 0 ? t->pipeline.day :
	    INT32_MIN);
	json_int(json, "planned", plan->n_planned);
	json_int(json, "undated", plan->n_undated);
	json_number(json, "left", t->left > 0 ? t->pipeline.left : 0, BODY_DIGITS);
	json_map_end(json);
}

void
outlook_members(struct json *json, const struct view *view, size_t index)
{
	const struct outlook *outlook = view->outlook;

	if (outlook == NULL || index >= outlook->n_targets) {
		json_unknown(json, "forecast");
		json_unknown(json, "forecast_verified");
		json_unknown(json, "pipeline");
		return;
	}
	write_line(json, "forecast", &outlook->targets[index].lines[OUTLOOK_DECLARED]);
	write_line(json, "forecast_verified",
	    &outlook->targets[index].lines[OUTLOOK_VERIFIED]);
	write_pipeline(json, outlook, index, view->targets[index].target);
}

/* ---- one at length ------------------------------------------------------------- */

/* How far the fan is drawn: past the upper end, where there is one. */
static int
fan_weeks(const struct outlook_line *line)
{
	double weeks = FAN_WEEKS;

	if (line->forecast.k < FORECAST_WEEKS_MIN) {
		return -1;
	}
	if (line->forecast.reason == FORECAST_OK) {
		weeks = ceil(line->forecast.late) + 1;
	}
	return weeks < FAN_WEEKS_MIN ? FAN_WEEKS_MIN :
	    weeks > FAN_WEEKS_MAX ? FAN_WEEKS_MAX : (int)weeks;
}

static void
write_band(struct json *json, const char *key, const struct outlook_line *line,
    size_t offset)
{
	int weeks = fan_weeks(line);

	json_list(json, key);
	for (int h = 0; h <= weeks; h++) {
		struct forecast_band band = forecast_band(&line->forecast, line->now, h);
		double value;

		memcpy(&value, (const char *)&band + offset, sizeof(value));
		json_number(json, NULL, round(value * 10) / 10, BODY_DIGITS);
	}
	json_list_end(json);
}

static void
write_fan(struct json *json, const struct outlook_line *line)
{
	int weeks = fan_weeks(line);

	json_map(json, "fan");
	json_list(json, "t");
	for (int h = 0; h <= weeks; h++) {
		body_day(json, NULL, line->from + 7 * h);
	}
	json_list_end(json);
	write_band(json, "low", line, offsetof(struct forecast_band, low));
	write_band(json, "mid", line, offsetof(struct forecast_band, mid));
	write_band(json, "high", line, offsetof(struct forecast_band, high));
	json_map_end(json);
}

/* What stands today, and what stands then, if all come when they are due. */
static void
write_steps(struct json *json, const struct outlook *outlook, size_t index,
    const struct target *target)
{
	const struct pipeline_plan *plan = &outlook->plans[target->basis];
	double now = outlook->targets[index].lines[OUTLOOK_DECLARED].now;

	json_map(json, "pipeline");
	json_list(json, "t");
	body_day(json, NULL, outlook->today);
	for (size_t i = 0; i < plan->n; i++) {
		body_day(json, NULL, plan->steps[i].day);
	}
	json_list_end(json);
	json_list(json, "count");
	json_number(json, NULL, now, BODY_DIGITS);
	for (size_t i = 0; i < plan->n; i++) {
		json_number(json, NULL, now + plan->steps[i].racks, BODY_DIGITS);
	}
	json_list_end(json);
	json_map_end(json);
}

static enum request_next
write_forecast(struct request *request, size_t index, enum outlook_of of)
{
	const struct outlook *outlook = request->view->outlook;
	const struct target *target = request->view->targets[index].target;
	const struct outlook_line *line = &outlook->targets[index].lines[of];
	struct json *json = &request->json;
	bool known = line->forecast.k >= 2;

	request_begin(request);
	json_text(json, "target", target->id);
	json_text(json, "of", outlook_of_text(of));
	json_text(json, "method", "drift");
	json_int(json, "k", line->forecast.k);
	body_number(json, "mean_per_week", known, line->forecast.mean);
	body_number(json, "sd_per_week", known, line->forecast.sd);
	body_day(json, "from", line->from);
	body_number(json, "count", line->from != INT32_MIN, line->now);
	json_int(json, "threshold", target->racks + (target->reach == TARGET_ABOVE));
	write_dates(json, line);
	body_day(json, "theil_sen_date", line->slope_day);
	write_fan(json, line);
	write_steps(json, outlook, index, target);
	return request_end(request);
}

enum request_next
api_forecast(struct request *request)
{
	const struct settings *settings = &request->view->config->settings;
	const char *id = request_value(request, "target");
	const char *of = request_value(request, "of");
	size_t index = 0;

	while (id != NULL && index < settings->n_targets &&
	    strcmp(settings->targets[index].id, id) != 0) {
		index++;
	}
	if (request->view->outlook == NULL || index >= request->view->outlook->n_targets) {
		return problem_no_such(request, "target", id != NULL ? id : "");
	}
	return write_forecast(request, index, of != NULL && strcmp(of, "verified") == 0 ?
	    OUTLOOK_VERIFIED : OUTLOOK_DECLARED);
}
