/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is too old or too many goes, in slices; ids and open ones stay. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/str.h"
#include "state/deliveries.h"
#include "state/own.h"
#include "state/tidy.h"
#include "state_kit.h"

#define NOW KIT_NOW
#define MANY 600           /* more than two slices */

static int64_t
count(struct state *state, const char *table)
{
	char sql[256];
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	(void)str_format(sql, sizeof(sql), "SELECT COUNT(*) FROM %s", table);
	assert_int_equal(sqlite3_prepare_v2(state->db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return n;
}

static void
run(struct state *state, const char *sql)
{
	assert_int_equal(sqlite3_exec(state->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Steps until nothing is due for a minute; returns how many it took. */
static int
settle(struct state *state)
{
	int n = 0;

	while (state_step(state).ns - clock_mono(kit_clock).ns < 60 * NS_PER_S) {
		clock_test_advance(kit_clock, NS_PER_S);
		assert_true(++n < 1000);
	}
	return n;
}

static void
put_alert(struct state *state, int64_t id, bool resolved)
{
	const struct alert_change change = { .kind = resolved ? CHANGE_RESOLVED :
		CHANGE_FIRED, .at = {NOW}, .alert = { .id = id, .rule = "r",
		.state = resolved ? ALERT_RESOLVED : ALERT_FIRING,
		.resolved = {resolved ? NOW : 0} } };

	alerts_put(state, &change, 1, NULL, NULL);
}

static void
put_delivery(struct state *state, int64_t id, enum delivery_state how)
{
	char notice[] = "{}";
	const struct delivery delivery = { .id = id, .receiver = "noc", .state = how,
		.created = {NOW}, .ended = {how != DELIVERY_QUEUED ? NOW : 0},
		.notice = notice };
	const struct delivery_alert alert = { id, id };
	const struct attempt attempt = { .delivery = id, .number = 1, .verdict = "accepted" };
	const struct told told = { .receiver = "noc", .group = "g", .alert = id,
		.state = ALERT_FIRING };
	const struct deliveries_change change = { .put = &delivery, .n_put = 1,
		.alerts = &alert, .n_alerts = 1, .attempts = &attempt, .n_attempts = 1,
		.told = &told, .n_told = 1 };

	deliveries_put(state, &change, NULL, NULL);
}

static void
old_alerts(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct alerts_loaded loaded;

	(void)unused;
	put_alert(state, 1, false);
	for (int64_t id = 2; id < 2 + MANY; id++) {
		put_alert(state, id, true);
	}
	(void)state_step(state);
	clock_test_advance(kit_clock, (ALERTS_KEEP_DAYS - 1) * KIT_DAY);
	(void)settle(state);
	assert_int_equal(count(state, "alerts"), MANY + 1);
	clock_test_advance(kit_clock, 2 * KIT_DAY);
	/* nobody waits for all of it */
	(void)state_step(state);
	assert_int_equal(count(state, "alerts"), MANY + 1 - TIDY_SLICE);
	assert_true(settle(state) >= 2);
	/* what is open, and the newest, so that its id is not given again */
	assert_int_equal(count(state, "alerts"), 2);
	assert_int_equal(count(state, "alert_changes"), 2);
	assert_int_equal(alerts_load(state, &loaded), 0);
	assert_int_equal(loaded.n_items, 1);
	assert_int_equal(loaded.next_id, MANY + 2);
	assert_int_equal(loaded.last_seq, MANY + 1);
	alerts_loaded_done(&loaded);
	state_free(state);
}

static void
old_deliveries(void **unused)
{
	struct state *state = kit_open(":memory:");

	(void)unused;
	put_delivery(state, 1, DELIVERY_DEAD);
	put_delivery(state, 2, DELIVERY_QUEUED);
	put_delivery(state, 3, DELIVERY_MERGED);
	for (int64_t id = 4; id < 4 + MANY; id++) {
		put_delivery(state, id, DELIVERY_DELIVERED);
	}
	(void)state_step(state);
	clock_test_advance(kit_clock, (DELIVERIES_KEEP_DAYS - 1) * KIT_DAY);
	(void)settle(state);
	assert_int_equal(count(state, "deliveries"), MANY + 3);
	clock_test_advance(kit_clock, 2 * KIT_DAY);
	(void)settle(state);
	assert_int_equal(count(state, "deliveries"), 3);
	assert_int_equal(count(state, "deliveries WHERE id IN (1, 2, 603)"), 3);
	assert_int_equal(count(state, "attempts"), 3);
	assert_int_equal(count(state, "notices"), 3);
	assert_int_equal(count(state, "delivery_alerts"), 3);
	clock_test_advance(kit_clock, ALERTS_KEEP_DAYS * KIT_DAY);
	(void)settle(state);
	assert_int_equal(count(state, "deliveries WHERE id = 1"), 0);
	assert_int_equal(count(state, "deliveries"), 2);
	state_free(state);
}

static void
too_many(void **unused)
{
	struct state *state = kit_open(":memory:");

	(void)unused;
	run(state, "INSERT INTO deliveries WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
	    "SELECT i + 1 FROM n WHERE i < 100300) SELECT i, 'noc', '', '', 0, 1, 0, 0, 0, "
	    "0, 1728000000000000000 + i, 1, 0, 0, 0, '' FROM n");
	clock_test_advance(kit_clock, 3600 * NS_PER_S);
	(void)settle(state);
	assert_int_equal(count(state, "deliveries"), DELIVERIES_KEEP_MAX);
	assert_int_equal(count(state, "deliveries WHERE id <= 300"), 0);
	state_free(state);
}

/* Of what ended long ago, and of what nobody knows, nothing is left to be told. */
static void
told_of_old_ones(void **unused)
{
	struct state *state = kit_open(":memory:");

	(void)unused;
	for (int64_t id = 1; id <= MANY; id++) {
		put_alert(state, id, id % 2 == 0);
		put_delivery(state, id, DELIVERY_QUEUED);
	}
	put_delivery(state, MANY + 1, DELIVERY_QUEUED);
	(void)state_step(state);
	clock_test_advance(kit_clock, 6 * KIT_DAY);
	(void)settle(state);
	assert_int_equal(count(state, "told"), MANY);
	clock_test_advance(kit_clock, 2 * KIT_DAY);
	(void)settle(state);
	assert_int_equal(count(state, "told"), MANY / 2);
	assert_int_equal(count(state, "told WHERE alert % 2 = 0"), 0);
	state_free(state);
}

static void
refused(void **unused)
{
	struct state *state = kit_open(":memory:");

	(void)unused;
	put_alert(state, 1, true);
	put_alert(state, 2, true);
	(void)state_step(state);
	clock_test_advance(kit_clock, (ALERTS_KEEP_DAYS + 1) * KIT_DAY);
	run(state, "PRAGMA query_only = 1");
	(void)state_step(state);
	assert_int_equal(count(state, "alerts"), 2);
	run(state, "PRAGMA query_only = 0");
	clock_test_advance(kit_clock, 3600 * NS_PER_S);
	(void)settle(state);
	assert_int_equal(count(state, "alerts"), 1);
	state_free(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(old_alerts), KIT(old_deliveries), KIT(too_many), KIT(told_of_old_ones),
		KIT(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
