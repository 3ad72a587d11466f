/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes what many bodies share: the KPI object, names, sums, ages; unknown
 * is null, no key is omitted.
 *
 * Route: view -> JSON.  Thread: HTTP.  Source: DESIGN.md 4.5; domain.md 2.3.
 */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>

#include <collectord/unit.h>

#include "base/json.h"
#include "capacity/view.h"

struct past_pue;

/* Digits of physical values and of ratios in bodies. */
#define BODY_DIGITS 10
#define BODY_RATIO_DIGITS 6

/* The members of a place's KPI object, from "kind" to "slot". */
void body_kpi(struct json *json, const struct view *view, const struct place *place);
/* "peak", "pue", "exhaustion", "load_equivalent_racks" of it, by the archives;
 * place NULL: of an operator. */
void body_past(struct json *json, const struct view *view, const struct place *place);
/* The same of an operator. */
void body_past_operator(struct json *json, const struct view *view, const char *id);
/* Formula 17; null for what is no site or province. */
void body_pue(struct json *json, const char *key, const struct past_pue *found);
/* The members of an operator's KPI object; index in the inventory's list. */
void body_operator(struct json *json, const struct view *view, uint32_t index);
void body_name(struct json *json, const char *key, struct name name);
/* {"en", "zh"}, or null when there is neither. */
void body_words(struct json *json, const char *key, struct name words);
/* {"id", "name"}, or null for no place. */
void body_place(struct json *json, const char *key, const struct place *place);
/* value, or null when it is not known. */
void body_number(struct json *json, const char *key, bool known, double value);
void body_ratio(struct json *json, const char *key, double part, double whole);
/* Seconds from at to as_of, null for never, never negative. */
void body_age(struct json *json, const char *key, struct wall as_of, struct wall at);
/* A time, null for never. */
void body_time(struct json *json, const char *key, struct wall at);
/* A day number as "2026-11-22", null for none (INT32_MIN, INT32_MAX). */
void body_day(struct json *json, const char *key, int32_t day);
/* Text, null for NULL and for "". */
void body_text(struct json *json, const char *key, const char *text);
/* "power_w" and "power". */
void body_power(struct json *json, const struct part_sum *sum);
/* Units: ratio of devices that answered, < 0 when none was expected. */
double body_coverage(const struct part_sum *sum);
/* The place of a view, or NULL beyond its arrays. */
const struct place_view *body_place_view(const struct view *view,
    const struct place *place);
const char *body_quality(enum col_quality quality);   /* "good" */

#endif
