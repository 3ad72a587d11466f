/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Jobs: answered once they are on the disk, undone when refused, never lost without an answer. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "state/own.h"
#include "state_kit.h"

struct note {
	const char *sql;
	int refuse;                /* what run returns when the SQL went well */
	int64_t found;             /* the first column of the first row */
	int code, n_done;
};

static int
run(sqlite3 *db, struct wall now, void *arg)
{
	struct note *note = arg;
	sqlite3_stmt *stmt = NULL;
	int rc;

	(void)now;
	if (sqlite3_prepare_v2(db, note->sql, -1, &stmt, NULL) != SQLITE_OK) {
		return COL_EIO;
	}
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW) {
		note->found = sqlite3_column_int64(stmt, 0);
	}
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? note->refuse : COL_EIO;
}

static void
done(void *arg, int code)
{
	struct note *note = arg;

	note->code = code;
	note->n_done++;
}

static void
post(struct state *state, enum post_kind kind, struct note *note)
{
	struct post_job job = { run, done, note };

	state_job(state, kind, &job);
}

#define COUNT "SELECT COUNT(*) FROM daily"

static void
test_answered_after_commit(void **unused)
{
	struct note put = { .sql = "INSERT INTO daily (day, declared, verified, planned, "
	    "standard) VALUES (1, 1, 1, 1, 1)", .code = 1 };
	struct note count = { .sql = COUNT, .code = 1 };
	struct state *state = kit_open(":memory:");

	(void)unused;
	post(state, POST_CHANGE, &put);
	post(state, POST_QUESTION, &count);
	assert_int_equal(put.n_done, 0);
	(void)state_step(state);
	assert_int_equal(put.n_done, 1);
	assert_int_equal(put.code, 0);
	assert_int_equal(count.code, 0);
	assert_int_equal(count.found, 1);
	state_free(state);
	assert_int_equal(put.n_done, 1);
}

static void
test_refused_is_undone_alone(void **unused)
{
	struct note first = { .sql = "INSERT INTO daily (day, declared, verified, planned, "
	    "standard) VALUES (1, 1, 1, 1, 1)" };
	struct note second = { .sql = "INSERT INTO daily (day, declared, verified, planned, "
	    "standard) VALUES (2, 1, 1, 1, 1)", .refuse = COL_EEXIST };
	struct note count = { .sql = COUNT };
	struct state *state = kit_open(":memory:");

	(void)unused;
	post(state, POST_CHANGE, &first);
	post(state, POST_CHANGE, &second);
	post(state, POST_QUESTION, &count);
	(void)state_step(state);
	assert_int_equal(first.code, 0);
	assert_int_equal(second.code, COL_EEXIST);
	assert_int_equal(count.found, 1);
	state_free(state);
}

static void
test_full_disk_is_told(void **unused)
{
	struct note limit = { .sql = "PRAGMA max_page_count = 1" };
	struct note big = { .sql = "INSERT INTO evidence VALUES ('r', "
	    "hex(zeroblob(1000000)))", .code = 1 };
	struct note count = { .sql = "SELECT COUNT(*) FROM evidence", .found = -1 };
	struct note again = { .sql = "PRAGMA max_page_count = 100000" };
	struct daily day = { .day = 7, .declared = 1 };
	struct note kept = { .sql = COUNT };
	struct state *state = kit_open(":memory:");

	(void)unused;
	post(state, POST_QUESTION, &limit);
	post(state, POST_CHANGE, &big);
	state_put_daily(state, &day);
	(void)state_step(state);
	assert_int_equal(big.n_done, 1);
	assert_int_equal(big.code, COL_EIO);
	post(state, POST_QUESTION, &again);
	post(state, POST_QUESTION, &count);
	(void)state_step(state);
	assert_int_equal(count.found, 0);
	/* what nobody waits for is written once the disk takes it */
	clock_test_advance(kit_clock, 60 * NS_PER_S);
	(void)state_step(state);
	post(state, POST_QUESTION, &kept);
	(void)state_step(state);
	assert_int_equal(kept.found, 1);
	state_free(state);
}

static void
test_stop_answers(void **unused)
{
	struct note put = { .sql = COUNT, .code = 1 };
	struct state *state = kit_open(":memory:");

	(void)unused;
	post(state, POST_CHANGE, &put);
	state_free(state);
	assert_int_equal(put.n_done, 1);
	assert_int_equal(put.code, COL_ECANCELED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(test_answered_after_commit),
		KIT(test_refused_is_undone_alone),
		KIT(test_full_disk_is_told),
		KIT(test_stop_answers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
