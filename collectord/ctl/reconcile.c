/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Three lists for whoever keeps the inventory: racks that should speak and do
 * not, racks that speak and are not in it, and racks that say otherwise.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "ctl/client.h"
#include "ctl/import.h"

#define LINES_MAX 40
/* 90,000 racks are 90 pages. */
#define PAGES_MAX 2000

struct report { json_t *silent, *unknown, *contradictions, *seen; };

static void
add(json_t *list, const char *id, const char *why)
{
	json_array_append_new(list, json_pack("{s:s,s:s}", "id", id, "why", why));
}

static const char *
text_of(const json_t *item, const char *key)
{
	const char *text = json_string_value(json_object_get(item, key));

	return text != NULL ? text : "";
}

static void
judge(struct report *report, const struct inventory *inventory, const json_t *item)
{
	const char *id = text_of(item, "id"), *evidence = text_of(item, "evidence");
	const struct rack *rack = inventory_rack(inventory, id);
	bool live = json_is_true(json_object_get(item, "live"));
	double power_w = json_number_value(json_object_get(item, "power_w"));
	char why[160];

	json_object_set_new(report->seen, id, json_true());
	if (rack == NULL) {
		if (live) {
			add(report->unknown, id, "answers, but is not in the inventory");
		}
		return;
	}
	if (!rack_is_declared(rack->state)) {
		if (live && power_w > 0) {
			(void)str_format(why, sizeof(why), "is %s, but draws %.0f W",
			    rack_state_text(rack->state), power_w);
			add(report->contradictions, id, why);
		}
		return;
	}
	if (strcmp(evidence, "contradicted") == 0) {
		(void)str_format(why, sizeof(why), "is %s, but draws only %.0f W",
		    rack_state_text(rack->state), power_w);
		add(report->contradictions, id, why);
	} else if (!live && rack->n_devices == 0) {
		add(report->silent, id, "it has no device that is polled");
	} else if (!live && strcmp(evidence, "verified") != 0) {
		add(report->silent, id, "its devices do not answer");
	}
}

static void
add_unseen(struct report *report, const struct inventory *inventory)
{
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack != NULL && rack_is_declared(rack->state) &&
		    json_object_get(report->seen, rack->id) == NULL) {
			add(report->silent, rack->id, rack->n_devices > 0 ?
			    "the daemon does not know it yet" :
			    "it has no device that is polled");
		}
	}
}

static int
read_pages(struct report *report, const char *url, const struct inventory *inventory,
    struct col_error *error)
{
	char path[1024] = "/api/v1/racks?limit=1000";
	const char *next = "";
	int rc = 0;

	for (unsigned page = 0; rc == 0 && next != NULL && page < PAGES_MAX; page++) {
		json_t *body = NULL, *items;

		rc = client_get(url, path, &body, error);
		items = json_object_get(body, "items");
		for (size_t i = 0; i < json_array_size(items); i++) {
			judge(report, inventory, json_array_get(items, i));
		}
		next = json_string_value(json_object_get(body, "next"));
		if (rc == 0 && next != NULL) {
			(void)str_copy(path, sizeof(path), "/api/v1/racks?limit=1000");
			rc = client_query(path, sizeof(path), "cursor", next);
		}
		json_decref(body);
	}
	return rc;
}

json_t *
import_reconcile(const char *url, const struct inventory *inventory)
{
	struct report report = { json_array(), json_array(), json_array(),
	    json_object() };
	struct col_error error = { 0, "" };
	json_t *result;

	if (read_pages(&report, url, inventory, &error) != 0) {
		json_decref(report.silent);
		json_decref(report.unknown);
		json_decref(report.contradictions);
		result = json_pack("{s:s}", "error", error.text);
	} else {
		add_unseen(&report, inventory);
		result = json_pack("{s:o,s:o,s:o}", "silent", report.silent, "unknown",
		    report.unknown, "contradictions", report.contradictions);
	}
	json_decref(report.seen);
	return result;
}

void
import_reconcile_print(const json_t *report)
{
	static const struct { const char *key, *title; } LISTS[] = {
		{ "silent", "in the inventory, but silent" },
		{ "unknown", "answers, but not in the inventory" },
		{ "contradictions", "contradictions" },
	};
	const char *failed = json_string_value(json_object_get(report, "error"));

	if (failed != NULL) {
		(void)printf("not compared with what answers: %s\n", failed);
		return;
	}
	for (size_t l = 0; l < sizeof(LISTS) / sizeof(LISTS[0]); l++) {
		const json_t *list = json_object_get(report, LISTS[l].key);
		size_t n = json_array_size(list);

		(void)printf("%s: %zu\n", LISTS[l].title, n);
		for (size_t i = 0; i < n && i < LINES_MAX; i++) {
			const json_t *item = json_array_get(list, i);

			(void)printf("  %s: %s\n", text_of(item, "id"),
			    text_of(item, "why"));
		}
		if (n > LINES_MAX) {
			(void)printf("  … and %zu more\n", n - LINES_MAX);
		}
	}
}
