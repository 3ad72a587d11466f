/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the inventory says may change while rows wait in the journal, and more
 * may come than a file or the memory holds: nothing is lost or put elsewhere,
 * and what is refused is counted and named.
 */
#include <config.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/stats.h"
#include "base/str.h"
#include "model/layout.h"
#include "store/ahead.h"
#include "store/inner.h"
#include "store_kit.h"

#define MINUTE 60
#define OUTLETS 150

static unsigned
known_points(struct kit *kit, const struct store_query *query, uint32_t rack, unsigned slot)
{
	struct kit_answer answer = kit_read(kit, query);
	unsigned n = 0;

	assert_int_equal(answer.code, 0);
	for (uint32_t i = 0; i < answer.series.n; i++) {
		if (answer.series.known[i] != 0) {
			n++;
			assert_true(fabs(answer.series.avg[i] -
			    kit_value(rack, slot, answer.series.t[i])) < 1e-9);
		}
	}
	store_series_done(&answer.series);
	return n;
}

/* Rack 1 is called rack-9 now, rack 2 is gone. */
static struct inventory *
other_inventory(void)
{
	struct inventory *inventory = inventory_new();
	struct arena *arena = inventory_arena(inventory);
	const struct rack **racks = arena_alloc(arena, 2 * sizeof(*racks));

	for (uint32_t i = 0; i < 2; i++) {
		struct rack *rack = arena_alloc(arena, sizeof(*rack));

		rack->index = i;
		rack->id = i == 0 ? "rack-0" : "rack-9";
		rack->was = i == 0 ? NULL : "rack-1";
		racks[i] = rack;
	}
	inventory->racks = racks;
	inventory->n_racks = 2;
	inventory_seal(inventory);
	return inventory;
}

/* The journal alone says what its rows are, whatever is configured today. */
static void
the_journal_outlives_the_inventory(void **state)
{
	static const struct col_slot OTHER[KIT_SLOTS] = {
		{ "voltage_v", "L1", "V", "9.1", 0, 0, 0 },
		{ "current_a", "L2", "A", "9.2", 0, 0, 0 },
		{ "energy_wh", "", "Wh", "9.3", 0, 0, 0 },
		{ "power_w", "", "W", "9.4", 0, 0, 0 },
	};
	static const struct { const char *metric, *instance; } SERIES[KIT_SLOTS] = {
		{ "power_w", "" }, { "current_a", "L1" }, { "current_a", "L2" },
		{ "power_w", "outlet 12" },
	};
	struct kit *kit = *state;
	struct inventory *before = kit->inventory;
	static struct kit_row rows[64];
	char names[64][20] = { "" }, path[256];
	unsigned n, c = 0, n_known = 0;

	for (int i = 0; i < 4; i++) {
		kit_move(kit, KIT_T0 + i * MINUTE + 5);
		kit_put_all(kit, KIT_T0 + i * MINUTE);
	}
	kit_accept(kit);
	kit_close(kit);
	assert_true(clock_wall(kit->clock).ns < (KIT_T0 + 300) * NS_PER_S);

	kit->inventory = other_inventory();
	kit->config.inventory = kit->inventory;
	kit->pdu = layout_intern(OTHER, KIT_SLOTS, NULL);
	assert_int_equal(kit_open(kit), 0);
	for (uint32_t rack = 0; rack < 2; rack++) {
		for (unsigned k = 0; k < KIT_SLOTS; k++) {
			struct store_query query = kit_query(rack == 0 ? 0 : 9, "d0",
			    SERIES[k].metric, SERIES[k].instance, KIT_T0 - 60, KIT_T0 + 600);

			/* "rack-9" has index 1 */
			query.entity.index = rack;
			assert_int_equal(known_points(kit, &query, rack, k), 4);
		}
	}
	kit_flush(kit);
	/* the rack that is gone has its rows in its file all the same */
	kit_path(kit, 2, path);
	n = kit_rrdtool(path, "AVERAGE", KIT_T0 - MINUTE, KIT_T0 + 5 * MINUTE, MINUTE, names,
	    rows, 64);
	while (strcmp(names[c], "d0_current_a_L2") != 0) {
		assert_true(++c < 64);
	}
	for (unsigned r = 0; r < n; r++) {
		n_known += rows[r].known[c];
		assert_true(!rows[r].known[c] ||
		    fabs(rows[r].values[c] - kit_value(2, 2, rows[r].t)) < 1e-6);
	}
	assert_int_equal(n_known, 4);
	/* the renamed one keeps its file */
	kit_path(kit, 1, path);
	inventory_unref(before);
}

/* More outlets than a file has places: three files, all read back. */
static void
more_series_take_more_files(void **state)
{
	struct kit *kit = *state;
	struct col_slot slots[OUTLETS];
	struct sample samples[OUTLETS];
	char instances[OUTLETS][16];
	struct record record = { .inventory = kit->inventory, .entity = { ENTITY_RACK, 1 },
	    .role = "pdu-a", .samples = samples };
	struct store_health health;

	for (unsigned i = 0; i < OUTLETS; i++) {
		str_format(instances[i], sizeof(instances[i]), "outlet %u", i);
		slots[i] = (struct col_slot){ "power_w", instances[i], "W", "1.2",
		    COL_SLOT_ARCHIVE, 0, 0 };
	}
	record.layout = layout_intern(slots, OUTLETS, NULL);
	for (int minute = 0; minute < 3; minute++) {
		record.slot.ns = (KIT_T0 + minute * MINUTE) * NS_PER_S;
		kit_move(kit, KIT_T0 + minute * MINUTE + 5);
		for (unsigned i = 0; i < OUTLETS; i++) {
			samples[i] = (struct sample){ kit_value(1, i,
			    KIT_T0 + minute * MINUTE), COL_GOOD };
		}
		store_put(kit->store, &record);
	}
	kit_flush(kit);
	store_health(kit->store, &health);
	assert_int_equal(health.files, 3);
	assert_int_equal(health.n_problems, 0);
	for (unsigned i = 0; i < OUTLETS; i++) {
		struct store_query query = kit_query(1, "pdu-a", "power_w", instances[i],
		    KIT_T0 - 60, KIT_T0 + 600);

		assert_int_equal(known_points(kit, &query, 1, i), 3);
	}
}

static const struct problem *
problem(const struct store_health *health, const char *name)
{
	for (uint32_t i = 0; i < health->n_problems; i++) {
		if (strcmp(health->problems[i].name, name) == 0) {
			return &health->problems[i];
		}
	}
	return NULL;
}

/* Refused samples: how many, the last of what, and from when. */
static void
what_is_refused_is_named(void **state)
{
	static const int64_t OUTSIDE[] = { 6 * MINUTE, -72 * 3600 - 60 };
	static const int64_t INSIDE[] = { 5 * MINUTE, -71 * 3600 };
	struct kit *kit = *state;
	const int64_t now_s = KIT_T0 + 1;
	int64_t outside = stats_get(STATS_STORE_OUTSIDE), late = stats_get(STATS_STORE_LATE);
	struct store_health health;

	assert_int_equal(clock_wall(kit->clock).ns, now_s * NS_PER_S);
	for (unsigned i = 0; i < 2; i++) {
		kit_put_all(kit, KIT_T0 + OUTSIDE[i]);
		kit_put_all(kit, KIT_T0 + INSIDE[i]);
	}
	kit_accept(kit);
	assert_int_equal(stats_get(STATS_STORE_OUTSIDE) - outside, 2 * KIT_RACKS * KIT_SLOTS);
	assert_int_equal(kit_waiting(kit), 2 * KIT_RACKS);
	store_health(kit->store, &health);
	assert_non_null(problem(&health, "outside"));
	assert_string_equal(problem(&health, "outside")->subject, "rack:rack-2");
	assert_int_equal(problem(&health, "outside")->count, 2 * KIT_RACKS);
	assert_false(problem(&health, "outside")->active);
	assert_null(problem(&health, "late"));

	kit_flush(kit);
	kit_put_all(kit, KIT_T0 - 70 * 3600);
	kit_accept(kit);
	assert_int_equal(stats_get(STATS_STORE_LATE) - late, KIT_RACKS * KIT_SLOTS);
	store_health(kit->store, &health);
	assert_non_null(problem(&health, "late"));
	assert_non_null(strstr(problem(&health, "late")->subject, "rack-2.rrd"));
	assert_non_null(strstr(problem(&health, "late")->detail, "2025-11-18T"));
	assert_string_equal(health.last_error, "");
}

/* ---- another poll interval --------------------------------------------------------- */

/* Puts rack 0's slots of step_s in [from_s, to_s), accepts them. */
static void
put_span(struct kit *kit, int64_t from_s, int64_t to_s, int64_t step_s)
{
	for (int64_t slot_s = from_s; slot_s < to_s; slot_s += step_s) {
		double values[KIT_SLOTS];

		kit_move(kit, slot_s + 1);
		for (unsigned i = 0; i < KIT_SLOTS; i++) {
			values[i] = kit_value(0, i, slot_s);
		}
		kit_put(kit, 0, "d0", slot_s, values);
		kit_accept(kit);
	}
}

static void
reopen_at(struct kit *kit, int64_t step_s)
{
	kit_close(kit);
	kit->config.settings.interval_ns = step_s * NS_PER_S;
	assert_int_equal(kit_open(kit), 0);
}

/* Every slot of both intervals is there, in the steps of the coarser one where the
 * window reaches into it, and no other. */
static void
check_window(struct kit *kit, int64_t from_s, int64_t to_s, int64_t step_s, int64_t basis_s,
    unsigned n_known)
{
	struct store_query query = kit_query(0, "d0", "power_w", "", from_s, to_s);
	struct kit_answer answer;
	unsigned n = 0;

	query.max_points = 1000;
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.series.step_s, step_s);
	assert_int_equal(answer.series.basis_s, basis_s);
	for (uint32_t i = 0; i < answer.series.n; i++) {
		int64_t t = answer.series.t[i];

		if (answer.series.known[i] != 0) {
			n++;
			/* kit_value steps each minute: slots within one are the same */
			assert_true(fabs(answer.series.avg[i] - kit_value(0, 0, t)) < 1e-9);
		}
	}
	assert_int_equal(n, n_known);
	store_series_done(&answer.series);
}

/* Means of 15 minutes, each within its time's values. */
static void
check_past(struct kit *kit, int64_t from_s, int64_t to_s)
{
	struct store_query query = kit_query(0, "d0", "power_w", "", from_s, to_s);
	struct kit_answer answer;
	unsigned n = 0;

	query.max_points = 6;
	answer = kit_read(kit, &query);
	assert_int_equal(answer.code, 0);
	for (uint32_t i = 0; i < answer.series.n; i++) {
		int64_t t = answer.series.t[i];

		if (answer.series.known[i] != 0) {
			n++;
			assert_true(answer.series.avg[i] > kit_value(0, 0, t) - 1 &&
			    answer.series.avg[i] < kit_value(0, 0, t +
			    answer.series.step_s) + 1);
		}
	}
	assert_in_range(n, 4, 6);
	store_series_done(&answer.series);
}

static void
history_outlives_the_interval(void **state)
{
	struct kit *kit = *state;
	int64_t second, third, end;

	put_span(kit, KIT_T0, KIT_T0 + 15 * MINUTE, 60);
	kit_flush(kit);
	/* the last rows of the first interval are in the journal only */
	second = kit_slot(kit) + 5 * MINUTE;
	third = second + 10 * MINUTE;
	end = third + 5 * MINUTE;
	put_span(kit, second - 3 * MINUTE, second, 60);
	reopen_at(kit, 30);
	check_window(kit, KIT_T0, second, 60, 60, 15 + 3);
	put_span(kit, second, third, 30);
	check_window(kit, KIT_T0, third, 60, 60, 15 + 3 + 10);
	reopen_at(kit, 10);
	check_window(kit, KIT_T0, third, 60, 60, 15 + 3 + 10);
	put_span(kit, third, end, 10);
	check_window(kit, KIT_T0, end, 60, 60, 15 + 3 + 10 + 5);
	/* only what the window reaches makes it coarser */
	check_window(kit, third - 5 * MINUTE, end, 30, 30, 10 + 10);
	check_window(kit, third + 2 * MINUTE, end, 10, 10, 18);
	/* all of it reaches RRD, whatever its interval */
	kit_flush(kit);
	assert_int_equal(kit_waiting(kit), 0);
	check_window(kit, KIT_T0, end, 60, 60, 15 + 3 + 10 + 5);
	/* and back again: the first file goes on, the gap stays one */
	reopen_at(kit, 60);
	second = kit_slot(kit);
	put_span(kit, second, second + 3 * MINUTE, 60);
	check_window(kit, KIT_T0, second + 3 * MINUTE, 60, 60, 15 + 3 + 10 + 5 + 3);
	kit_flush(kit);
	check_window(kit, KIT_T0, second + 3 * MINUTE, 60, 60, 15 + 3 + 10 + 5 + 3);
}

/* ---- a clock that ran ahead --------------------------------------------------------- */

static struct problem *ahead_of(struct kit *kit, struct store_health *health);

static bool
is_not_ahead(void *arg)
{
	struct kit *kit = arg;
	struct store_health health;

	clock_test_advance(kit->clock, NS_PER_S);
	return kit->store->n_ahead == 0 && ahead_of(kit, &health) != NULL &&
	    !ahead_of(kit, &health)->active;
}

static struct problem *
ahead_of(struct kit *kit, struct store_health *health)
{
	store_health(kit->store, health);
	for (uint32_t i = 0; i < health->n_problems; i++) {
		if (strcmp(health->problems[i].name, "ahead") == 0) {
			return &health->problems[i];
		}
	}
	return NULL;
}

/* Two days ahead for a while: the files refuse samples and say so, until they are
 * cut; what is older than that stays. */
static void
rows_of_the_future_can_be_taken_out(void **state)
{
	struct kit *kit = *state;
	struct store_health health;
	struct store_query query;
	int64_t late = stats_get(STATS_STORE_LATE), now_s;

	put_span(kit, KIT_T0, KIT_T0 + 90 * MINUTE, 60);
	kit_flush(kit);
	clock_test_jump(kit->clock, 2 * 86400 * NS_PER_S);
	now_s = kit_slot(kit);
	put_span(kit, now_s, now_s + 3 * MINUTE, 60);
	kit_flush(kit);
	assert_null(ahead_of(kit, &health));
	clock_test_jump(kit->clock, -2 * 86400 * NS_PER_S);
	now_s = kit_slot(kit);
	put_span(kit, now_s, now_s + MINUTE, 60);
	assert_int_equal(stats_get(STATS_STORE_LATE), late + KIT_SLOTS);
	assert_non_null(ahead_of(kit, &health));
	assert_true(ahead_of(kit, &health)->active);
	assert_int_equal(ahead_of(kit, &health)->n, 1);
	assert_non_null(strstr(ahead_of(kit, &health)->detail, "collectorctl store rewind"));
	/* by itself nothing changes, nor after a restart */
	kit_close(kit);
	assert_int_equal(kit_open(kit), 0);
	put_span(kit, now_s + MINUTE, now_s + 2 * MINUTE, 60);
	kit_flush(kit);
	assert_true(ahead_of(kit, &health)->active);
	/* asked for */
	assert_int_equal(ahead_ask(kit->dir, NULL), 0);
	kit_move(kit, clock_wall(kit->clock).ns / NS_PER_S + 31);
	kit_until(kit, is_not_ahead, kit);
	now_s = kit_slot(kit) + MINUTE;
	late = stats_get(STATS_STORE_LATE);
	put_span(kit, now_s, now_s + 3 * MINUTE, 60);
	kit_flush(kit);
	assert_int_equal(stats_get(STATS_STORE_LATE), late);
	query = kit_query(0, "d0", "power_w", "", now_s, now_s + 3 * MINUTE);
	assert_int_equal(known_points(kit, &query, 0, 0), 3);
	/* the future is gone; of the past is there what coarser archives have */
	query = kit_query(0, "d0", "power_w", "", now_s + 86400, now_s + 3 * 86400);
	assert_int_equal(known_points(kit, &query, 0, 0), 0);
	check_past(kit, KIT_T0, KIT_T0 + 90 * MINUTE);
}

static bool
memory_is_free(void *arg)
{
	struct kit *kit = arg;

	clock_test_advance(kit->clock, NS_PER_S);
	return kit->store->ring_bytes == 0;
}

/* Rows wait in memory up to a bound; what is not taken is not accepted. */
static void
memory_is_bounded(void **state)
{
	struct kit *kit = *state;
	int64_t accepted = stats_get(STATS_STORE_ACCEPTED);
	struct store_query query = kit_query(0, "d0", "power_w", "", KIT_T0, KIT_T0 + 3600);
	struct store_health health;
	unsigned n;

	kit->store->ring_bytes_max = 600;
	for (int i = 0; i < 4; i++) {
		clock_test_advance(kit->clock, 60 * NS_PER_S);
		for (int k = 0; k < 4; k++) {
			kit_put_all(kit, KIT_T0 + k * MINUTE);
		}
	}
	kit_accept(kit);
	assert_in_range(kit->store->ring_bytes, 600, 800);
	store_health(kit->store, &health);
	assert_non_null(problem(&health, "memory_full"));
	assert_true(problem(&health, "memory_full")->n > 0);
	assert_in_range(kit_waiting(kit), 1, 4 * KIT_RACKS);
	assert_true(stats_get(STATS_STORE_ACCEPTED) > accepted);
	kit_flush(kit);
	/* after the sync the memory is free again */
	kit_until(kit, memory_is_free, kit);
	n = known_points(kit, &query, 0, 0);
	assert_true(n >= 1);
	kit_put_all(kit, kit_slot(kit));
	kit_flush(kit);
	assert_int_equal(known_points(kit, &query, 0, 0), n + 1);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_journal_outlives_the_inventory, kit_set_up,
		    kit_tear_down),
		cmocka_unit_test_setup_teardown(more_series_take_more_files, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(what_is_refused_is_named, kit_set_up, kit_tear_down),
		cmocka_unit_test_setup_teardown(history_outlives_the_interval, kit_set_up,
		    kit_tear_down),
		cmocka_unit_test_setup_teardown(rows_of_the_future_can_be_taken_out, kit_set_up,
		    kit_tear_down),
		cmocka_unit_test_setup_teardown(memory_is_bounded, kit_set_up, kit_tear_down),
	};
	int rc = kit_main(argc, argv);

	return rc >= 0 ? rc : cmocka_run_group_tests(tests, NULL, NULL);
}
