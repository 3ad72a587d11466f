/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outlook of the fake province's target: ten racks a week and no doubt
 * about those declared, no history of those verified, two days of plans.
 */
#include <config.h>

#include "capacity/outlook.h"

#include <stdlib.h>

#include "http/fake.h"

#define DAY 20779              /* 2026-11-22 */

const char *
outlook_of_text(enum outlook_of of)
{
	return of == OUTLOOK_DECLARED ? "declared" : "verified";
}

struct outlook *
fake_outlook(const struct config *config)
{
	static struct pipeline_step steps[] = {{DAY + 1, 2}, {DAY + 9, 5}};
	static struct outlook *outlook;

	if (outlook == NULL) {
		outlook = calloc(1, sizeof(*outlook) + sizeof(outlook->targets[0]));
	}
	if (outlook == NULL) {
		return NULL;
	}
	outlook->config = config;
	outlook->today = DAY;
	outlook->n_targets = 1;
	outlook->plans[TARGET_PHYSICAL] = (struct pipeline_plan){steps, 2, 6, 1};
	outlook->targets[0] = (struct outlook_target){
		.lines = {
			{ .forecast = {FORECAST_OK, 26, 10, 3, 20, 15, 2000}, .now = 480,
			  .from = DAY, .day = DAY + 140, .earliest = DAY + 105,
			  .latest = INT32_MAX, .slope_day = DAY + 150 },
			{ .forecast = {.reason = FORECAST_NOT_ENOUGH}, .from = INT32_MIN,
			  .slope_day = INT32_MIN },
		},
		.pipeline = {.day = DAY, .left = 89515}, .left = 89520,
	};
	return outlook;
}
