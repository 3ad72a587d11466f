/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the archives say of a place: peaks, PUE, exhaustion. */
#include <config.h>

#include "http/body.h"

#include "capacity/electric.h"
#include "capacity/past.h"
#include "capacity/pue.h"

static void
write_window(struct json *json, const char *key, const struct past_window *window,
    int window_s)
{
	double factor = 0;
	bool has_factor = window->known &&
	    electric_load_factor(window->mean_w, window->peak_w, &factor);

	json_map(json, key);
	body_number(json, "power_w", window->known, window->peak_w);
	body_number(json, "p95_w", window->known, window->p95_w);
	body_number(json, "mean_w", window->known, window->mean_w);
	if (has_factor) {
		json_number(json, "load_factor", factor, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "load_factor");
	}
	json_int(json, "window_s", window_s);
	body_number(json, "basis_s", window->basis_s > 0, window->basis_s);
	if (window->basis_s > 0) {
		json_number(json, "coverage", window->coverage, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "coverage");
	}
	json_map_end(json);
}

void
body_pue(struct json *json, const char *key, const struct past_pue *found)
{
	unsigned grade = pue_grade(&found->pue);
	bool known = found->pue.kind != PUE_UNKNOWN;

	if (!found->asked) {
		json_unknown(json, key);
		return;
	}
	json_map(json, key);
	json_text(json, "kind", pue_kind_text(found->pue.kind));
	body_number(json, "value", known, found->pue.value);
	body_number(json, "grade", grade > 0, grade);
	body_number(json, "days", known, found->days);
	json_map_end(json);
}

static void
write_exhaustion(struct json *json, const struct past_exhaustion *found)
{
	bool ok = found->reason == FORECAST_OK;

	if (!found->asked) {
		json_unknown(json, "exhaustion");
		return;
	}
	json_map(json, "exhaustion");
	json_text(json, "method", "drift");
	json_int(json, "k", found->k);
	body_day(json, "date", ok ? found->day : INT32_MIN);
	body_day(json, "earliest", ok ? found->earliest : INT32_MIN);
	body_day(json, "latest", ok ? found->latest : INT32_MIN);
	json_text(json, "reason", found->reason == FORECAST_REACHED ? "reached" :
	    forecast_reason_code(found->reason));
	json_map_end(json);
}

/* Windows of a place, or of an operator, which has nothing else of it. */
static void
write_past(struct json *json, const struct view *view, const struct past_place *past)
{
	double standard_w = view->config->settings.standard_rack_w;
	const struct past_window *window = past->month.known ? &past->month : &past->day;

	json_map(json, "peak");
	write_window(json, "day", &past->day, PAST_DAY_S);
	write_window(json, "month", &past->month, PAST_MONTH_S);
	json_map_end(json);
	body_pue(json, "pue", &past->pue);
	write_exhaustion(json, &past->exhaustion);
	/* a side note: load, not capacity.  Source: domain.md 2.3 formula 21 */
	body_number(json, "load_equivalent_racks", window->known && standard_w > 0,
	    standard_w > 0 ? window->peak_w / standard_w : 0);
}

void
body_past(struct json *json, const struct view *view, const struct place *place)
{
	write_past(json, view, past_place(view->past, place->kind, place->index));
}

void
body_past_operator(struct json *json, const struct view *view, const char *id)
{
	const struct past_operator *operator = past_operator(view->past, id);
	struct past_place past = { .day = operator->day, .month = operator->month };

	write_past(json, view, &past);
}
