/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the archives say of places, racks and devices: the newest view's past. */
#include <config.h>

#include <string.h>

#include "base/str.h"
#include "capacity/account.h"
#include "capacity/past.h"
#include "capacity/pue.h"
#include "compare.h"
#include "run.h"
#include "state/energy.h"

static void
compare_window(struct run *run, const struct col_node *map,
    const struct past_window *found)
{
	if (map == NULL ||
	    !compare_keys(run, map, "power_w p95_w mean_w basis_s coverage")) {
		return;
	}
	compare_number(run, map, "power_w", FOUND(found->known, found->peak_w));
	compare_number(run, map, "p95_w", FOUND(found->known, found->p95_w));
	compare_number(run, map, "mean_w", FOUND(found->known, found->mean_w));
	compare_number(run, map, "basis_s", FOUND(found->basis_s > 0, found->basis_s));
	compare_number(run, map, "coverage", FOUND(found->basis_s > 0,
	    found->coverage));
}

static void
compare_exhaustion(struct run *run, const struct col_node *map,
    const struct past_exhaustion *found)
{
	char text[CLOCK_RFC3339_SIZE];
	bool dated = found->reason == FORECAST_OK;

	if (map == NULL || !compare_keys(run, map, "reason k limit_w date")) {
		return;
	}
	clock_day_text(found->day, text);
	compare_text(run, map, "reason", found->reason == FORECAST_REACHED ? "reached" :
	    forecast_reason_code(found->reason));
	compare_number(run, map, "k", FOUND(found->asked, found->k));
	compare_number(run, map, "limit_w", FOUND(found->asked, found->limit_w));
	compare_text(run, map, "date", dated ? text : NULL);
}

static void
compare_pue(struct run *run, const struct col_node *map, const struct past_pue *found)
{
	bool known = found->pue.kind != PUE_UNKNOWN;

	if (map == NULL || !compare_keys(run, map, "kind value days")) {
		return;
	}
	compare_text(run, map, "kind", found->asked ? pue_kind_text(found->pue.kind) :
	    NULL);
	compare_number(run, map, "value", FOUND(known, found->pue.value));
	compare_number(run, map, "days", FOUND(known, found->days));
}

static void
compare_power(struct run *run, const struct col_node *map,
    const struct past_power *found)
{
	bool known = found->days > 0;

	compare_number(run, map, "power_w", FOUND(known, found->peak_w));
	compare_number(run, map, "p95_w", FOUND(known, found->p95_w));
	compare_number(run, map, "mean_w", FOUND(known, found->mean_w));
	compare_number(run, map, "days", FOUND(known, found->days));
	compare_number(run, map, "basis_s", FOUND(found->basis_s > 0, found->basis_s));
}

static void
compare_energy(struct run *run, const struct col_node *map,
    const struct past_energy *found)
{
	char month[16] = "";

	if (map == NULL || !compare_keys(run, map, "month energy_wh known_s metered_s")) {
		return;
	}
	(void)str_format(month, sizeof(month), "%04d-%02d", found->month / 12,
	    found->month % 12 + 1);
	compare_text(run, map, "month", found->month > 0 ? month : NULL);
	compare_number(run, map, "energy_wh", FOUND(found->known_s > 0,
	    found->energy_wh));
	compare_number(run, map, "known_s", FOUND(true, found->known_s));
	compare_number(run, map, "metered_s", FOUND(true, found->metered_s));
}

static void
compare_place(struct run *run, const struct col_node *map,
    const struct past_place *found)
{
	if (compare_keys(run, map, "kind id day month exhaustion pue")) {
		compare_window(run, col_node_get(map, "day"), &found->day);
		compare_window(run, col_node_get(map, "month"), &found->month);
		compare_exhaustion(run, col_node_get(map, "exhaustion"),
		    &found->exhaustion);
		compare_pue(run, col_node_get(map, "pue"), &found->pue);
	}
}

bool
expect_past(struct run *run, const struct col_node *map)
{
	const char *kind_text = compare_text_of(run, map, "kind", NULL);
	const char *id = compare_text_of(run, map, "id", NULL);
	const struct view *view = capacity_view(daemon_capacity(run->daemon));
	const struct inventory *inventory = view == NULL ? NULL : view->config->inventory;
	struct entity_ref ref = { ENTITY_KIND_N, INVENTORY_NONE };
	const struct place *place;

	if (view != NULL && kind_text != NULL && id != NULL &&
	    strcmp(kind_text, "operator") == 0) {
		const struct past_operator *operator = past_operator(view->past, id);

		if (compare_keys(run, map, "kind id day month")) {
			compare_window(run, col_node_get(map, "day"), &operator->day);
			compare_window(run, col_node_get(map, "month"), &operator->month);
		}
	} else if (view == NULL || view->past == NULL || kind_text == NULL || id == NULL ||
	    entity_kind_find(kind_text, &ref.kind) != 0) {
		run_fail(run, map, "nothing is known of the past");
	} else if (ref.kind == ENTITY_RACK && inventory_rack(inventory, id) != NULL) {
		const struct past_rack *rack = past_rack(view->past,
		    inventory_rack(inventory, id)->index);

		if (compare_keys(run, map,
		    "kind id power_w p95_w mean_w days basis_s energy")) {
			compare_power(run, map, &rack->power);
			compare_energy(run, col_node_get(map, "energy"), &rack->energy);
		}
	} else if (ref.kind == ENTITY_DEVICE && inventory_device(inventory, id) != NULL) {
		if (compare_keys(run, map, "kind id power_w p95_w mean_w days basis_s")) {
			compare_power(run, map, past_device(view->past,
			    inventory_device(inventory, id)->index));
		}
	} else if (ref.kind < ENTITY_PLACE_N &&
	    (place = inventory_place(inventory, ref.kind, id)) != NULL) {
		compare_place(run, map, past_place(view->past, ref.kind, place->index));
	} else {
		run_fail(run, map, "there is no %s '%s'", kind_text, id);
	}
	view_unref(view);
	return true;
}

/* ---- months that have ended ---------------------------------------------------------- */

struct bill { bool done, has_row; int code; struct energy_page page; struct energy_row row;
	const char *rack, *tenant; };

static void
on_energy(void *arg, int code, const struct energy_page *page)
{
	struct bill *bill = arg;

	bill->done = true;
	bill->code = code;
	bill->page = *page;
	for (size_t i = 0; i < page->n_rows; i++) {
		if (strcmp(page->rows[i].rack, bill->rack) == 0 &&
		    strcmp(page->rows[i].tenant, bill->tenant) == 0) {
			bill->row = page->rows[i];
			bill->has_row = true;
		}
	}
}

static void
compare_row(struct run *run, const struct col_node *map, const struct bill *bill)
{
	const struct energy_used *used = &bill->row.used;
	bool known = bill->has_row && used->known_s > 0;

	compare_number(run, map, "energy_wh", FOUND(known, used->energy_wh));
	compare_number(run, map, "known_s", FOUND(bill->has_row, used->known_s));
	compare_number(run, map, "metered_s", FOUND(bill->has_row, used->metered_s));
	compare_number(run, map, "hours", FOUND(bill->has_row,
	    (double)(used->to_s - used->from_s) / 3600));
}

bool
expect_bill(struct run *run, const struct col_node *map)
{
	const char *month = compare_text_of(run, map, "month", NULL);
	struct energy_query query = { .kind = ENTITY_PROVINCE, .limit = 100,
	    .wants_sums = true };
	struct bill *bill = arena_alloc(run->arena, sizeof(*bill));

	bill->rack = compare_text_of(run, map, "rack", "");
	bill->tenant = compare_text_of(run, map, "tenant", "");
	if (month == NULL || account_month_parse(month, &query.month) != 0 ||
	    !compare_keys(run, map, "month rack tenant energy_wh known_s metered_s hours "
	    "ended total_wh rows missing")) {
		return true;
	}
	state_get_energy(daemon_state(run->daemon), &query, on_energy, bill);
	if (!act_wait(run, &bill->done) || bill->code != 0) {
		run_fail(run, map, "the state database does not answer");
		return true;
	}
	compare_bool(run, map, "ended", bill->page.ended);
	compare_number(run, map, "total_wh", FOUND(bill->page.total.known_s > 0,
	    bill->page.total.energy_wh));
	compare_number(run, map, "rows", FOUND(true, bill->page.total.n_racks));
	compare_number(run, map, "missing", FOUND(true, bill->page.total.n_missing));
	if (bill->rack[0] != '\0') {
		compare_row(run, map, bill);
	}
	return true;
}
