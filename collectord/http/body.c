/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See body.h. */
#include <config.h>

#include "http/body.h"

#include <math.h>

#include "http/body_figures.h"
#include "http/body_stock.h"

const char *
body_quality(enum col_quality quality)
{
	static const char *const texts[COL_QUALITY_N] = {
		"good", "stale", "implausible", "unavailable", "error",
	};

	return texts[quality];
}

void
body_name(struct json *json, const char *key, struct name name)
{
	json_map(json, key);
	json_text(json, "en", name.en);
	json_text(json, "zh", name.zh);
	json_map_end(json);
}

void
body_words(struct json *json, const char *key, struct name words)
{
	if (words.en != NULL || words.zh != NULL) {
		body_name(json, key, words);
	} else {
		json_unknown(json, key);
	}
}

void
body_place(struct json *json, const char *key, const struct place *place)
{
	if (place == NULL) {
		json_unknown(json, key);
		return;
	}
	json_map(json, key);
	json_text(json, "id", place->id);
	body_name(json, "name", place->name);
	json_map_end(json);
}

void
body_number(struct json *json, const char *key, bool known, double value)
{
	if (known) {
		json_number(json, key, value, BODY_DIGITS);
	} else {
		json_unknown(json, key);
	}
}

void
body_ratio(struct json *json, const char *key, double part, double whole)
{
	if (whole > 0) {
		json_number(json, key, part / whole, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, key);
	}
}

void
body_age(struct json *json, const char *key, struct wall as_of, struct wall at)
{
	if (at.ns == 0) {
		json_unknown(json, key);
		return;
	}
	/* values newer than the view are as old as the view */
	json_number(json, key, at.ns < as_of.ns ?
	    round((double)(as_of.ns - at.ns) / 1e6) / 1e3 : 0, 12);
}

void
body_time(struct json *json, const char *key, struct wall at)
{
	if (at.ns == 0) {
		json_unknown(json, key);
	} else {
		json_wall(json, key, at);
	}
}

void
body_day(struct json *json, const char *key, int32_t day)
{
	char text[CLOCK_RFC3339_SIZE];

	if (day == INT32_MIN || day == INT32_MAX) {
		json_unknown(json, key);
		return;
	}
	clock_day_text(day, text);
	json_text(json, key, text);
}

void
body_text(struct json *json, const char *key, const char *text)
{
	json_text(json, key, text != NULL && text[0] != '\0' ? text : NULL);
}

void
body_power(struct json *json, const struct part_sum *sum)
{
	body_number(json, "power_w", sum->n_power > 0, sum->power_w);
	json_map(json, "power");
	json_int(json, "known", sum->n_power);
	json_int(json, "expected", sum->n_power_expected);
	json_bool(json, "partial", sum->n_power < sum->n_power_expected);
	json_map_end(json);
}

double
body_coverage(const struct part_sum *sum)
{
	return sum->n_devices_expected > 0 ?
	    (double)sum->n_devices / sum->n_devices_expected : -1;
}

const struct place_view *
body_place_view(const struct view *view, const struct place *place)
{
	const struct inventory *inventory = view->config->inventory;

	if (view->places[place->kind] == NULL ||
	    place->index >= inventory->n_places[place->kind]) {
		return NULL;
	}
	return &view->places[place->kind][place->index];
}

static const char *const FRESH_TEXTS[FRESH_N] = { "live", "hour", "day", "older",
    "never" };

static void
write_racks(struct json *json, const struct place_view *p)
{
	json_map(json, "racks");
	json_int(json, "declared", p->n_declared);
	json_int(json, "verified", p->n_evidence[EVIDENCE_VERIFIED]);
	json_int(json, "contradicted", p->n_evidence[EVIDENCE_CONTRADICTED]);
	json_int(json, "stale", p->n_evidence[EVIDENCE_STALE]);
	json_int(json, "unmonitored", p->n_evidence[EVIDENCE_UNMONITORED]);
	json_int(json, "planned", p->n_planned);
	json_int(json, "live", p->n_live);
	json_map_end(json);
	/* declared racks by the age of their newest good sample */
	json_map(json, "freshness");
	for (unsigned f = 0; f < FRESH_N; f++) {
		json_int(json, FRESH_TEXTS[f], p->n_fresh[f]);
	}
	json_map_end(json);
	json_map(json, "standard_racks");
	/* summed first, floored last.  Source: domain.md 2.3 formula 18 */
	json_int(json, "declared", (int64_t)floor(p->standard_declared));
	json_int(json, "verified", (int64_t)floor(p->standard_verified));
	json_map_end(json);
}

/* A place or an operator, as a KPI object shows it. */
struct subject {
	const char *kind, *id;
	struct name name;
	const struct place_view *view;
	const struct place_figures *figures;
	const struct stock_place *stock;
	const struct place *place;          /* NULL: an operator */
};

static void
write_kpi(struct json *json, const struct view *view, const struct subject *subject)
{
	const struct place_view *p = subject->view;
	double coverage = body_coverage(&p->sum);

	json_text(json, "kind", subject->kind);
	json_text(json, "id", subject->id);
	body_name(json, "name", subject->name);
	write_racks(json, p);
	json_int(json, "discrepancies", p->n_discrepancies);
	body_power(json, &p->sum);
	body_number(json, "design_w", p->design_w > 0, p->design_w);
	json_map(json, "occupancy");
	body_ratio(json, "by_count", p->n_occupied, p->n_available);
	if (p->sum.n_power > 0 && p->design_w > 0) {
		json_number(json, "by_power", p->occupancy_power, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "by_power");
	}
	json_map_end(json);
	json_map(json, "temperature_c");
	if (p->sum.n_temperature > 0) {
		/* a float in its slot: no digits that it does not hold */
		json_number(json, "max", p->sum.temperature_max_c, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "max");
	}
	json_map_end(json);
	body_figures(json, view, subject->figures);
	body_stock(json, subject->stock);
	if (coverage >= 0) {
		json_number(json, "coverage", coverage, BODY_RATIO_DIGITS);
	} else {
		json_unknown(json, "coverage");
	}
	if (subject->place != NULL) {
		body_past(json, view, subject->place);
	} else {
		body_past_operator(json, view, subject->id);
	}
	body_ratio(json, "monitored_share", p->n_monitored, p->n_declared);
	body_age(json, "age_s", view->as_of, p->oldest_good);
	body_time(json, "slot", view->rollup != NULL ? view->rollup->slot :
	    (struct wall){0});
}

void
body_kpi(struct json *json, const struct view *view, const struct place *place)
{
	static const struct place_view nothing;
	const struct place_view *p = body_place_view(view, place);
	struct subject subject = { entity_kind_text(place->kind), place->id,
	    place->name, p != NULL ? p : &nothing, body_place_figures(view, place),
	    body_stock_place(view, place), place };

	write_kpi(json, view, &subject);
}

void
body_operator(struct json *json, const struct view *view, uint32_t index)
{
	const struct operator *operator = &view->config->inventory->operators[index];
	struct subject subject = { "operator", operator->id, operator->name,
	    &view->operators[index], body_operator_figures(view, index),
	    body_stock_operator(view, index), NULL };

	write_kpi(json, view, &subject);
}
