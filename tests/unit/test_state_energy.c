/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Months of energy: paged by rack, added up, and never changed once ended. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "state/energy.h"
#include "state/own.h"

#define MONTH (2026 * 12 + 9)

struct world { struct clock *clock; struct state *state; };

static int
set_up(void **state)
{
	static struct world world;
	struct state_setup setup = { .path = ":memory:" };
	struct col_error error;

	world.clock = clock_test_new((struct wall){ NS_PER_S }, (struct mono){ 1 });
	setup.clock = world.clock;
	*state = &world;
	return state_new(&setup, &world.state, &error);
}

static int
tear_down(void **state)
{
	struct world *world = *state;

	state_free(world->state);
	clock_free(world->clock);
	return 0;
}

static struct energy_row
row(const char *rack, const char *tenant, int64_t from_s, int64_t to_s, double energy_wh)
{
	struct energy_row made = { .hall = "h1", .site = "s1", .area = "a1",
	    .used = { .from_s = from_s, .to_s = to_s, .energy_wh = energy_wh,
	    .known_s = energy_wh > 0 ? (double)(to_s - from_s) / 2 : 0,
	    .peak_w = 2 * energy_wh, .has_peak = energy_wh > 0 } };

	(void)str_copy(made.rack, sizeof(made.rack), rack);
	(void)str_copy(made.tenant, sizeof(made.tenant), tenant);
	return made;
}

/* Three racks, one of two tenants, one of which nothing is known. */
static void
put(struct state *state, double first_wh)
{
	const struct energy_row rows[] = {
		row("r-b", "bank", 0, 1000, first_wh), row("r-a", "", 0, 2000, 40),
		row("r-b", "shop", 1000, 2000, 20), row("r-c", "shop", 0, 2000, 0),
	};
	struct energy_row *copy = malloc(sizeof(rows));

	assert_non_null(copy);
	memcpy(copy, rows, sizeof(rows));
	(void)str_copy(copy[3].site, sizeof(copy[3].site), "s2");
	state_put_energy(state, MONTH, copy, 4);
	(void)state_step(state);
}

static void
end(struct state *state)
{
	struct energy_place *places = calloc(1, sizeof(*places));

	assert_non_null(places);
	*places = (struct energy_place){ .kind = ENTITY_SITE, .id = "s1", .has_peak = true,
	    .peak_w = 123, .pue_kind = 2, .pue = 1.5, .pue_days = 30 };
	state_end_energy(state, MONTH, places, 1);
	(void)state_step(state);
}

/* A copy of what came. */
struct got { int n_calls, code; struct energy_page page; struct energy_row rows[8];
	struct energy_sum sums[8]; size_t n_sites; };

static void
on_page(void *arg, int code, const struct energy_page *page)
{
	struct got *got = arg;

	got->n_calls++;
	got->code = code;
	got->page = *page;
	got->n_sites = page->n_sites;
	for (size_t i = 0; i < page->n_rows && i < 8; i++) {
		got->rows[i] = page->rows[i];
	}
	for (size_t i = 0; i < page->n_sites + page->n_tenants && i < 8; i++) {
		got->sums[i] = i < page->n_sites ? page->sites[i] :
		    page->tenants[i - page->n_sites];
	}
}

static struct got
get(struct state *state, enum entity_kind kind, const char *place, const char *after,
    size_t limit)
{
	struct energy_query query = { .month = MONTH, .kind = kind, .limit = limit,
	    .wants_sums = true };
	struct got got = { .n_calls = 0 };

	(void)str_copy(query.place, sizeof(query.place), place);
	(void)str_copy(query.after, sizeof(query.after), after);
	state_get_energy(state, &query, on_page, &got);
	(void)state_step(state);
	assert_int_equal(got.n_calls, 1);
	assert_int_equal(got.code, 0);
	return got;
}

static void
a_month_is_there_when_it_has_ended(void **state)
{
	struct world *world = *state;

	put(world->state, 10);
	assert_false(get(world->state, ENTITY_PROVINCE, "henan", "", 10).page.ended);
	assert_int_equal(state_energy_ended(world->state), 0);
	end(world->state);
	assert_true(get(world->state, ENTITY_PROVINCE, "henan", "", 10).page.ended);
	assert_int_equal(state_energy_ended(world->state), MONTH);
}

static void
rows_and_sums(void **state)
{
	struct world *world = *state;
	struct got got;

	put(world->state, 10);
	end(world->state);
	got = get(world->state, ENTITY_PROVINCE, "henan", "", 10);
	assert_int_equal(got.page.n_rows, 4);
	assert_false(got.page.more);
	assert_string_equal(got.rows[0].rack, "r-a");
	assert_string_equal(got.rows[1].tenant, "bank");
	assert_string_equal(got.rows[2].tenant, "shop");
	assert_int_equal(got.rows[2].used.from_s, 1000);
	assert_float_equal(got.rows[2].used.peak_w, 40, 1e-9);
	assert_false(got.rows[3].used.has_peak);
	assert_float_equal(got.page.total.energy_wh, 70, 1e-9);
	assert_float_equal(got.page.total.span_s, 6000, 1e-9);
	assert_float_equal(got.page.total.known_s, 2000, 1e-9);
	assert_int_equal(got.page.total.n_racks, 4);
	assert_int_equal(got.page.total.n_missing, 1);
	/* s1: 70, s2: nothing known; no tenant 40, bank 10, shop 20 */
	assert_int_equal(got.n_sites, 2);
	assert_float_equal(got.sums[0].energy_wh, 70, 1e-9);
	assert_string_equal(got.sums[1].id, "s2");
	assert_int_equal(got.sums[1].n_missing, 1);
	assert_string_equal(got.sums[2].id, "");
	assert_float_equal(got.sums[2].energy_wh, 40, 1e-9);
	assert_float_equal(got.sums[3].energy_wh, 10, 1e-9);
	assert_float_equal(got.sums[4].energy_wh, 20, 1e-9);
	/* one site, one rack */
	got = get(world->state, ENTITY_SITE, "s1", "", 10);
	assert_int_equal(got.page.n_rows, 3);
	assert_true(got.page.place.has_peak);
	assert_float_equal(got.page.place.pue, 1.5, 1e-9);
	got = get(world->state, ENTITY_RACK, "r-b", "", 10);
	assert_int_equal(got.page.n_rows, 2);
	assert_float_equal(got.page.total.energy_wh, 30, 1e-9);
}

static void
a_rack_stays_on_one_page(void **state)
{
	struct world *world = *state;
	struct got got;

	put(world->state, 10);
	end(world->state);
	got = get(world->state, ENTITY_PROVINCE, "henan", "", 2);
	assert_int_equal(got.page.n_rows, 1);
	assert_true(got.page.more);
	got = get(world->state, ENTITY_PROVINCE, "henan", "r-a", 2);
	assert_int_equal(got.page.n_rows, 2);
	assert_true(got.page.more);
	got = get(world->state, ENTITY_PROVINCE, "henan", "r-b", 2);
	assert_int_equal(got.page.n_rows, 1);
	assert_false(got.page.more);
}

/* Walked again before its end a month is replaced; after it nothing changes it. */
static void
an_ended_month_is_not_changed(void **state)
{
	struct world *world = *state;
	struct got got;
	char *error = NULL;

	put(world->state, 10);
	put(world->state, 11);
	end(world->state);
	put(world->state, 999);
	got = get(world->state, ENTITY_PROVINCE, "henan", "", 10);
	assert_float_equal(got.page.total.energy_wh, 71, 1e-9);
	assert_int_not_equal(sqlite3_exec(world->state->db, "UPDATE energy_rack SET "
	    "energy_wh = 0", NULL, NULL, &error), SQLITE_OK);
	sqlite3_free(error);
	assert_int_not_equal(sqlite3_exec(world->state->db, "DELETE FROM energy_rack", NULL,
	    NULL, &error), SQLITE_OK);
	sqlite3_free(error);
	assert_float_equal(get(world->state, ENTITY_PROVINCE, "henan", "", 10)
	    .page.total.energy_wh, 71, 1e-9);
}

struct loaded { unsigned n; struct tenancy items[4]; };

static void
on_tenancy(void *arg, const struct tenancy *item)
{
	struct loaded *loaded = arg;

	assert_true(loaded->n < 4);
	loaded->items[loaded->n++] = *item;
}

static void
tenancies_by_rack_and_time(void **state)
{
	struct world *world = *state;
	const struct tenancy items[] = { { "r-b", "bank", 0 }, { "r-a", "", 70 },
		{ "r-a", "shop", 50 } };
	struct tenancy *copy = malloc(sizeof(items));
	struct loaded loaded = { 0 };

	assert_non_null(copy);
	memcpy(copy, items, sizeof(items));
	state_put_tenancy(world->state, copy, 3);
	(void)state_step(world->state);
	state_load_tenancy(world->state, on_tenancy, &loaded);
	assert_int_equal(loaded.n, 3);
	assert_string_equal(loaded.items[0].tenant, "shop");
	assert_int_equal(loaded.items[1].at_s, 70);
	assert_string_equal(loaded.items[2].rack, "r-b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_month_is_there_when_it_has_ended, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(rows_and_sums, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rack_stays_on_one_page, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_ended_month_is_not_changed, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(tenancies_by_rack_and_time, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
