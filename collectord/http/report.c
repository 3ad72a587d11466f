/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See report.h. */
#include <config.h>

#include "http/report.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "capacity/account.h"
#include "capacity/view.h"
#include "http/body.h"
#include "http/cursor.h"
#include "http/order.h"
#include "http/server.h"

void
report_done(struct report *report)
{
	free(report->sites);
	free(report->tenants);
	free(report->rows);
}

void
report_add(struct energy_sum *sum, const struct energy_used *used)
{
	sum->energy_wh += used->energy_wh;
	sum->known_s += used->known_s;
	sum->metered_s += used->metered_s;
	sum->span_s += (double)(used->to_s - used->from_s);
	sum->n_racks++;
	sum->n_missing += !(used->known_s > 0);
}

/* Sums stand by their ids. */
bool
report_sum(struct energy_sum **sums, size_t *n, const char *id,
    const struct energy_used *used)
{
	size_t low = 0, high = *n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp((*sums)[middle].id, id) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	if (low == *n || strcmp((*sums)[low].id, id) != 0) {
		struct energy_sum *more = *sums;

		/* room grows by doubling: it is full at each power of two */
		if ((*n & (*n - 1)) == 0) {
			more = realloc(*sums, (*n > 0 ? 2 * *n : 1) * sizeof(**sums));
		}
		if (more == NULL) {
			return false;
		}
		*sums = more;
		memmove(&more[low + 1], &more[low], (*n - low) * sizeof(more[0]));
		memset(&more[low], 0, sizeof(more[low]));
		(void)str_copy(more[low].id, sizeof(more[low].id), id);
		++*n;
	}
	report_add(&(*sums)[low], used);
	return true;
}

/* Tenants that a rack may have in a month. */
#define PARTS_MAX 32
struct part { const char *tenant; struct energy_used used; };

/* ---- the open month ------------------------------------------------------------------ */

static void
copy_id(char to[ENERGY_ID_SIZE], const struct place *place)
{
	(void)str_copy(to, ENERGY_ID_SIZE, place != NULL ? place->id : "");
}

/* The place that is asked for; NULL: a rack. */
static const struct place *
place_of(const struct inventory *inventory, const struct report *report)
{
	return report->kind < ENTITY_PLACE_N ?
	    inventory_place(inventory, report->kind, report->place) : NULL;
}

static bool
is_in(const struct inventory *inventory, const struct rack *rack,
    const struct report *report, const struct place *place)
{
	if (place == NULL) {
		return strcmp(rack->id, report->place) == 0;
	}
	return place->kind == ENTITY_PROVINCE ||
	    inventory_above(inventory, rack, place->kind) == place;
}

static struct energy_used
use_of(const struct report *report, const struct past_energy *energy)
{
	struct energy_used used = { .from_s = report->from_s, .to_s = report->to_s };

	if (energy->month == report->month) {
		used.to_s = energy->until.ns / NS_PER_S;
		used.energy_wh = energy->energy_wh;
		used.known_s = energy->known_s;
		used.metered_s = energy->metered_s;
		used.peak_w = energy->peak_w;
		used.has_peak = energy->known_s > 0;
	}
	return used;
}

static void
add_row(const struct inventory *inventory, const struct rack *rack, struct report *report,
    const struct part *part)
{
	struct energy_row *row = &report->rows[report->n_rows++];

	(void)str_copy(row->rack, sizeof(row->rack), rack->id);
	(void)str_copy(row->tenant, sizeof(row->tenant), part->tenant);
	copy_id(row->hall, inventory_above(inventory, rack, ENTITY_HALL));
	copy_id(row->site, inventory_above(inventory, rack, ENTITY_SITE));
	copy_id(row->area, inventory_above(inventory, rack, ENTITY_AREA));
	row->used = part->used;
}

static bool
add_sums(const struct inventory *inventory, const struct rack *rack,
    struct report *report, const struct part *part)
{
	const struct place *site = inventory_above(inventory, rack, ENTITY_SITE);

	report_add(&report->total, &part->used);
	return report_sum(&report->sites, &report->n_sites,
	    site != NULL ? site->id : "", &part->used) &&
	    report_sum(&report->tenants, &report->n_tenants, part->tenant, &part->used);
}

/* What is known of the place as a whole. */
static void
add_place(const struct view *view, struct report *report, const struct place *place)
{
	const struct past_place *past;

	if (place == NULL) {
		return;
	}
	past = past_place(view->past, place->kind, place->index);
	report->has_peak = past->calendar.known;
	report->peak_w = past->calendar.peak_w;
	report->pue = past->pue;
	if (body_place_view(view, place) != NULL) {
		report->has_verified = true;
		report->verified = body_place_view(view, place)->n_evidence[EVIDENCE_VERIFIED];
	}
}

/* What a rack used: one part, or one for each tenant.  Returns how many; 0: the
 * rack is no part of the report, nobody declares or measures it. */
static uint32_t
parts_of(const struct view *view, const struct rack *rack, const struct report *report,
    struct part parts[PARTS_MAX])
{
	const struct past_energy *energy = &past_rack(view->past, rack->index)->energy;
	uint32_t n = 0;
	const struct past_part *known = past_parts(view->past, rack->index, &n);

	if (energy->month != report->month || n > PARTS_MAX) {
		n = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		parts[i] = (struct part){ known[i].tenant, use_of(report, &known[i].energy) };
		parts[i].used.from_s = known[i].from_s;
		parts[i].used.to_s = known[i].to_s;
	}
	if (n > 0) {
		return n;
	}
	parts[0] = (struct part){ rack->life.tenant != NULL ? rack->life.tenant : "",
	    use_of(report, energy) };
	return rack_is_declared(rack->state) || parts[0].used.known_s > 0;
}

static int
take_rack(const struct view *view, const struct rack *rack, struct report *report,
    bool on_page, size_t limit)
{
	const struct inventory *inventory = view->config->inventory;
	struct part parts[PARTS_MAX];
	uint32_t n = parts_of(view, rack, report, parts);
	/* the rows of a rack come together */
	bool fits = report->n_rows + n <= limit || report->n_rows == 0;

	report->more = report->more || (on_page && n > 0 && !fits);
	for (uint32_t i = 0; i < n; i++) {
		if (on_page && !report->more) {
			add_row(inventory, rack, report, &parts[i]);
		}
		if (report->has_sums && !add_sums(inventory, rack, report, &parts[i])) {
			return COL_ENOMEM;
		}
	}
	return 0;
}

int
report_open(struct request *request, struct report *report, const char *after,
    size_t limit)
{
	const struct view *view = request->view;
	const struct inventory *inventory = view->config->inventory;
	const struct place *place = place_of(inventory, report);
	struct order *order = http_order(request->http, inventory);
	uint32_t first;
	int rc = 0;

	report->rows = calloc(limit + PARTS_MAX, sizeof(*report->rows));
	if (order == NULL || report->rows == NULL) {
		order_unref(order);
		return COL_ENOMEM;
	}
	first = order_rack_after(order, after);
	for (uint32_t i = report->has_sums ? 0 : first; i < order->n_racks && rc == 0 &&
	    (report->has_sums || !report->more); i++) {
		const struct rack *rack = inventory->racks[order->racks[i]];

		if (rack != NULL && is_in(inventory, rack, report, place)) {
			rc = take_rack(view, rack, report, i >= first, limit);
		}
	}
	order_unref(order);
	if (rc == 0 && report->has_sums) {
		add_place(view, report, place);
	}
	return rc;
}

/* ---- JSON ----------------------------------------------------------------------------- */

static void
write_sum(struct json *json, const struct energy_sum *sum)
{
	body_number(json, "energy_wh", sum->known_s > 0, sum->energy_wh);
	body_ratio(json, "coverage", sum->known_s, sum->span_s);
	body_ratio(json, "metered", sum->metered_s, sum->known_s);
	json_int(json, "racks", sum->n_racks);
	json_int(json, "missing", sum->n_missing);
}

static void
write_sums(struct json *json, const char *key, const char *name,
    const struct energy_sum *sums, size_t n)
{
	json_list(json, key);
	for (size_t i = 0; i < n; i++) {
		json_map(json, NULL);
		body_text(json, name, sums[i].id);
		write_sum(json, &sums[i]);
		json_map_end(json);
	}
	json_list_end(json);
}

static void
write_rows(struct json *json, const struct report *report)
{
	json_list(json, "racks");
	for (size_t i = 0; i < report->n_rows; i++) {
		const struct energy_row *row = &report->rows[i];
		const struct energy_used *used = &row->used;

		json_map(json, NULL);
		json_text(json, "rack", row->rack);
		body_text(json, "tenant", row->tenant);
		body_text(json, "site", row->site);
		json_wall(json, "from", (struct wall){ used->from_s * NS_PER_S });
		json_wall(json, "to", (struct wall){ used->to_s * NS_PER_S });
		body_number(json, "energy_wh", used->known_s > 0, used->energy_wh);
		body_ratio(json, "coverage", used->known_s,
		    (double)(used->to_s - used->from_s));
		body_ratio(json, "metered", used->metered_s, used->known_s);
		body_number(json, "peak_w", used->has_peak, used->peak_w);
		json_map_end(json);
	}
	json_list_end(json);
}

static void
write_totals(struct json *json, const struct report *report)
{
	if (!report->has_sums) {
		json_unknown(json, "totals");
		json_unknown(json, "sites");
		json_unknown(json, "tenants");
		return;
	}
	json_map(json, "totals");
	write_sum(json, &report->total);
	body_number(json, "verified", report->has_verified, (double)report->verified);
	body_number(json, "peak_w", report->has_peak, report->peak_w);
	body_pue(json, "pue", &report->pue);
	json_map_end(json);
	write_sums(json, "sites", "site", report->sites, report->n_sites);
	write_sums(json, "tenants", "tenant", report->tenants, report->n_tenants);
}

void
report_json(struct request *request, const struct report *report)
{
	struct json *json = &request->json;
	char text[ENERGY_ID_SIZE + 16], month[ACCOUNT_MONTH_SIZE];
	char next[CURSOR_SIZE] = "";

	account_month_text(report->month, month);
	json_text(json, "month", month);
	json_text(json, "timezone", report->zone);
	(void)str_format(text, sizeof(text), "%s:%s", entity_kind_text(report->kind),
	    report->place);
	json_text(json, "place", text);
	json_wall(json, "from", (struct wall){ report->from_s * NS_PER_S });
	json_wall(json, "to", (struct wall){ report->to_s * NS_PER_S });
	json_bool(json, "complete", report->closed);
	if (report->has_sums) {
		body_ratio(json, "coverage", report->total.known_s, report->total.span_s);
	} else {
		json_unknown(json, "coverage");
	}
	write_totals(json, report);
	write_rows(json, report);
	if (report->more && report->n_rows > 0) {
		cursor_encode(0, report->rows[report->n_rows - 1].rack, next);
	}
	body_text(json, "next", next);
}
