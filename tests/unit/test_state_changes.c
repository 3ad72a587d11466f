/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "state/changes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "state/state.h"

#define DAY (86400 * NS_PER_S)
#define START (20000 * DAY)
#define ALL ((1u << CHANGE_KIND_N) - 1)
#define ITEMS_MAX 32

static struct clock *test_clock;
static struct state *state;
static struct ids *ids;

static int
set_up(void **unused)
{
	struct state_setup setup = { .path = ":memory:" };
	struct col_error error;

	(void)unused;
	test_clock = clock_test_new((struct wall){ START }, (struct mono){ 1 });
	setup.clock = test_clock;
	ids = ids_new();
	return state_new(&setup, &state, &error);
}

static int
tear_down(void **unused)
{
	(void)unused;
	state_free(state);
	ids_free(ids);
	clock_free(test_clock);
	return 0;
}

/* What an inventory of these racks makes known, a day later than the last. */
static void
apply(const char *racks)
{
	static uint64_t version;
	const struct config *config;
	char yaml[2048];

	(void)snprintf(yaml, sizeof(yaml),
	    "province: {id: henan, name: {en: Henan}, timezone: Asia/Shanghai}\n"
	    "store: {dir: /nonexistent}\n"
	    "areas: [{id: \"410100\", name: {en: Z}}]\n"
	    "sites: [{id: s, area: \"410100\", name: {en: S}}]\n"
	    "halls: [{id: h, site: s}]\nrows: [{id: r, hall: h}]\nracks: [%s]\n", racks);
	config = fixture_config(yaml, ids, ++version);
	state_apply(state, config);
	(void)state_step(state);
	config_unref(config);
	clock_test_advance(test_clock, DAY);
}

struct answer { int code; size_t n; struct change items[ITEMS_MAX]; };

static void
take(void *arg, int code, const struct change *items, size_t n)
{
	struct answer *to = arg;

	assert_true(n <= ITEMS_MAX);
	to->code = code;
	to->n = n;
	if (n > 0) {
		memcpy(to->items, items, n * sizeof(*items));
	}
}

static const struct answer *
ask(const struct changes_query *query)
{
	static struct answer answer;

	memset(&answer, 0, sizeof(answer));
	answer.code = -1;
	state_get_changes(state, query, take, &answer);
	(void)state_step(state);
	assert_int_equal(answer.code, 0);
	return &answer;
}

static struct changes_query
everything(void)
{
	return (struct changes_query){ .kinds = ALL, .to = { INT64_MAX },
	    .limit = ITEMS_MAX };
}

#define A1 "{id: a1, row: r, state: "

static void
play(void)
{
	apply(A1 "planned, reason: new hall}, {id: a2, row: r, state: in_service, "
	    "since: 2024-05-01, design_kw: 4}");
	apply(A1 "installed}, {id: a2, row: r, state: in_service, since: 2024-05-01, "
	    "design_kw: 5, reserved_for: bank}");
	/* a2 is b2 from now on */
	apply(A1 "installed}, {id: b2, row: r, was: a2, state: in_service, "
	    "since: 2024-05-01, design_kw: 5, reserved_for: bank}");
	apply(A1 "installed}, {id: b2, row: r, was: a2, state: in_service, "
	    "since: 2024-06-01, design_kw: 5, reserved_for: bank}");
}

static void
newest_first(void **unused)
{
	static const struct { enum change_kind kind; const char *rack, *state; } expected[] = {
		{ CHANGE_STATE, "b2", "in_service" }, { CHANGE_RENAME, "b2", "renamed" },
		{ CHANGE_RESERVATION, "a2", "reserved" }, { CHANGE_DESIGN, "a2", "design" },
		{ CHANGE_STATE, "a1", "installed" }, { CHANGE_STATE, "a2", "in_service" },
		{ CHANGE_STATE, "a1", "planned" },
	};
	struct changes_query query = everything();
	const struct answer *a;

	(void)unused;
	play();
	a = ask(&query);
	assert_int_equal(a->n, sizeof(expected) / sizeof(expected[0]));
	for (size_t i = 0; i < a->n; i++) {
		assert_int_equal(a->items[i].kind, expected[i].kind);
		assert_string_equal(a->items[i].rack, expected[i].rack);
		assert_string_equal(a->items[i].state, expected[i].state);
	}
	/* the date that was put right, and by which entry */
	assert_true(a->items[0].voids == a->items[5].place.entry);
	assert_true(a->items[5].voided);
	assert_false(a->items[0].voided);
	assert_string_equal(a->items[0].reason, "date corrected");
	assert_string_equal(a->items[1].subject, "a2");
	assert_string_equal(a->items[2].subject, "bank");
	assert_true(a->items[3].has_design && a->items[3].design_w > 4999);
	assert_true(a->items[0].written.ns == START + 3 * DAY);
	assert_string_not_equal(a->items[6].source, "");
	assert_string_equal(a->items[6].reason, "new hall");
	assert_string_equal(a->items[6].actor, "inventory");
}

static void
page_by_page(void **unused)
{
	struct changes_query query = everything();
	struct answer whole;

	(void)unused;
	play();
	whole = *ask(&query);
	for (unsigned limit = 1; limit < 4; limit++) {
		size_t n = 0;

		query = everything();
		query.limit = limit;
		for (;;) {
			const struct answer *page = ask(&query);

			for (size_t i = 0; i < page->n; i++, n++) {
				assert_true(n < whole.n);
				assert_memory_equal(&page->items[i], &whole.items[n],
				    sizeof(struct change));
			}
			if (page->n < limit) {
				break;
			}
			query.has_before = true;
			query.before = page->items[page->n - 1].place;
		}
		assert_int_equal(n, whole.n);
	}
}

static void
filters(void **unused)
{
	struct changes_query query = everything();
	const struct answer *a;

	(void)unused;
	play();
	/* a rack with its former ids */
	(void)snprintf(query.rack, sizeof(query.rack), "b2");
	a = ask(&query);
	assert_int_equal(a->n, 5);
	assert_string_equal(a->items[4].rack, "a2");
	(void)snprintf(query.rack, sizeof(query.rack), "a2");
	assert_int_equal(ask(&query)->n, 0);
	query = everything();
	query.kinds = 1u << CHANGE_RENAME | 1u << CHANGE_DESIGN;
	a = ask(&query);
	assert_int_equal(a->n, 2);
	assert_int_equal(a->items[0].kind, CHANGE_RENAME);
	/* what was written on the second day */
	query = everything();
	query.from.ns = START + DAY;
	query.to.ns = START + 2 * DAY - 1;
	a = ask(&query);
	assert_int_equal(a->n, 3);
	assert_string_equal(a->items[0].state, "reserved");
}

struct back { int code; size_t n; struct backwards items[4]; };

static void
take_back(void *arg, int code, const struct backwards *items, size_t n)
{
	struct back *to = arg;

	assert_true(n <= 4);
	to->code = code;
	to->n = n;
	if (n > 0) {
		memcpy(to->items, items, n * sizeof(*items));
	}
}

static struct back
look_back(void)
{
	struct back back = { .code = -1 };

	state_get_backwards(state, take_back, &back);
	(void)state_step(state);
	assert_int_equal(back.code, 0);
	return back;
}

static void
who_went_back(void **unused)
{
	struct back back;

	(void)unused;
	assert_int_equal(look_back().n, 0);
	apply(A1 "in_service, since: 2024-05-01}, {id: a2, row: r, state: in_service}, "
	    "{id: a3, row: r, state: in_service}");
	apply(A1 "installed, since: 2024-08-01}, {id: a2, row: r, state: energized, "
	    "reason: emptied}, {id: a3, row: r, state: energized}");
	back = look_back();
	/* a2 has a reason */
	assert_int_equal(back.n, 2);
	assert_string_equal(back.items[0].rack, "a1");
	assert_string_equal(back.items[0].ledger, "in_service");
	assert_string_equal(back.items[0].inventory, "installed");
	assert_true(back.items[0].ledger_at.ns == INT64_C(1714521600) * NS_PER_S);
	assert_true(back.items[0].written.ns == START + DAY);
	assert_string_not_equal(back.items[0].source, "");
	assert_string_equal(back.items[1].rack, "a3");
	/* renamed it is the same rack; gone on it is history */
	apply(A1 "in_service, since: 2024-05-01}, {id: a2, row: r, state: energized}, "
	    "{id: b3, was: a3, row: r, state: energized}");
	back = look_back();
	assert_int_equal(back.n, 1);
	assert_string_equal(back.items[0].rack, "b3");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(newest_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(page_by_page, set_up, tear_down),
		cmocka_unit_test_setup_teardown(filters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_went_back, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
