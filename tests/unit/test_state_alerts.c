/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Episodes and their outbox: all or none, told once they are on the disk,
 * acknowledged, listed, and there after a restart.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "state/alerts.h"
#include "state/own.h"
#include "state_kit.h"

#define NOW KIT_NOW
#define MANY 1000

static const struct audit_entry li = { .actor = "li", .address = "127.0.0.1" };

/* ---- asking ------------------------------------------------------------------- */

struct answer {
	int code, n_calls;
	size_t n;
	struct alert_change *changes;
	struct alert *alerts;
};

static void
take_changes(void *arg, int code, const struct alert_change *changes, size_t n)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->n_calls++;
	answer->n = n;
	answer->changes = calloc(n + 1, sizeof(*changes));
	assert_non_null(answer->changes);
	if (n > 0) {
		memcpy(answer->changes, changes, n * sizeof(*changes));
	}
}

static void
take_alerts(void *arg, int code, const struct alert *alerts, size_t n)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->n_calls++;
	answer->n = n;
	answer->alerts = calloc(n + 1, sizeof(*alerts));
	assert_non_null(answer->alerts);
	if (n > 0) {
		memcpy(answer->alerts, alerts, n * sizeof(*alerts));
	}
}

static void
take_one(void *arg, int code, const struct alert_change *change)
{
	assert_int_equal(code == 0, change != NULL);
	take_changes(arg, code, change, change != NULL ? 1 : 0);
}

static void
done(struct answer *answer)
{
	free(answer->changes);
	free(answer->alerts);
	*answer = (struct answer){ 0 };
}

static struct alert
make(int64_t id, const char *rule, const char *entity)
{
	struct alert alert = { .id = id, .fingerprint = UINT64_MAX - (uint64_t)id,
		.rule_hash = UINT64_C(1) << 63, .severity = SEVERITY_WARNING,
		.state = ALERT_FIRING, .value = 31.25, .limit = 27, .since = {NOW - 5},
		.fired = {NOW}, .changed = {NOW}, .area = "zz", .site = "zz1",
		.hall = "zz1-h1", .row = "zz1-h1-a", .rack = "a1", .unit = "Cel",
		.instance = "L1", .summary_en = "it's \"hot\"", .summary_zh = "进风过热",
		.advice_en = "look; DROP TABLE alerts", .advice_zh = "检查空调" };

	(void)str_copy(alert.rule, sizeof(alert.rule), rule);
	(void)str_copy(alert.entity, sizeof(alert.entity), entity);
	return alert;
}

static struct alert_change
becomes(const struct alert *alert, enum alert_change_kind kind, int64_t at_ns)
{
	struct alert_change change = { .kind = kind, .at = {at_ns}, .alert = *alert };

	change.alert.changed.ns = at_ns;
	if (kind == CHANGE_RESOLVED) {
		change.alert.state = ALERT_RESOLVED;
		change.alert.end = ALERT_END_CLEARED;
		change.alert.resolved.ns = at_ns;
	} else if (kind == CHANGE_STALE) {
		change.alert.state = ALERT_STALE;
		change.alert.value = (double)NAN;
	}
	return change;
}

static int
put(struct state *state, const struct alert_change *changes, size_t n)
{
	struct answer answer = { 0 };
	int code;

	alerts_put(state, changes, n, take_changes, &answer);
	assert_int_equal(answer.n_calls, 0);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	code = answer.code;
	done(&answer);
	return code;
}

static int
fire(struct state *state, int64_t id, const char *rule, const char *entity)
{
	struct alert alert = make(id, rule, entity);
	struct alert_change change = becomes(&alert, CHANGE_FIRED, NOW);

	return put(state, &change, 1);
}

static struct answer
ack(struct state *state, int64_t id, bool acked, const char *note)
{
	struct answer answer = { 0 };

	alerts_ack(state, id, acked, note, &li, take_one, &answer);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	return answer;
}

static struct answer
list(struct state *state, const struct alerts_query *query)
{
	struct answer answer = { 0 };

	alerts_get(state, query, take_alerts, &answer);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	assert_int_equal(answer.code, 0);
	return answer;
}

static struct answer
history(struct state *state, int64_t id)
{
	struct answer answer = { 0 };

	alerts_get_changes(state, id, take_changes, &answer);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	return answer;
}

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

/* ---- tests -------------------------------------------------------------------- */

static bool
same(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) < 1e-12;
}

static void
assert_same(const struct alert *a, const struct alert *b)
{
	struct alert left = *a, right = *b;

	assert_true(same(left.value, right.value) && same(left.limit, right.limit));
	left.value = right.value = left.limit = right.limit = 0;
	/* both began as zeroes, padding and the rest of texts, too */
	assert_memory_equal(&left, &right, sizeof(left));
}

static void
as_it_was(void **unused)
{
	char dir[] = "/tmp/collectord-alerts-XXXXXX", path[64];
	struct alert full = make(7, "inlet-hot", "rack:a1"), bare = { .id = 8,
		.state = ALERT_FIRING, .value = (double)NAN, .limit = (double)NAN };
	struct alert_change changes[2];
	struct alerts_loaded loaded;
	struct state *state;

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)str_format(path, sizeof(path), "%s/state.db", dir);
	full.count = UINT32_MAX;
	full.under = 3;
	full.flapping = true;
	(void)str_copy(full.word, sizeof(full.word), "on_battery");
	memset(full.summary_en, 'x', sizeof(full.summary_en) - 1);
	state = kit_open(path);
	assert_int_equal(alerts_load(state, &loaded), 0);
	assert_int_equal(loaded.n_items, 0);
	assert_int_equal(loaded.next_id, 1);
	assert_int_equal(loaded.last_seq, 0);
	alerts_loaded_done(&loaded);
	changes[0] = becomes(&full, CHANGE_FIRED, NOW);
	changes[1] = becomes(&bare, CHANGE_FIRED, NOW);
	assert_int_equal(put(state, changes, 2), 0);
	state_free(state);

	state = kit_open(path);
	assert_int_equal(alerts_load(state, &loaded), 0);
	assert_int_equal(loaded.n_items, 2);
	assert_int_equal(loaded.next_id, 9);
	assert_int_equal(loaded.last_seq, 2);
	assert_same(&loaded.items[0], &changes[0].alert);
	assert_same(&loaded.items[1], &changes[1].alert);
	alerts_loaded_done(&loaded);
	state_free(state);
	(void)unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

static void
what_happened(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct alert alert = make(1, "inlet-hot", "rack:a1");
	struct alert_change changes[] = { becomes(&alert, CHANGE_FIRED, NOW),
		becomes(&alert, CHANGE_STALE, NOW + 1), becomes(&alert, CHANGE_FRESH, NOW + 2) };
	struct answer answer = { 0 };
	struct alerts_loaded loaded;

	(void)unused;
	alerts_put(state, changes, 3, take_changes, &answer);
	(void)state_step(state);
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.n, 3);
	assert_int_equal(answer.changes[2].seq, answer.changes[0].seq + 2);
	done(&answer);
	changes[0] = becomes(&alert, CHANGE_RESOLVED, NOW + 3);
	changes[0].alert.value = 20;
	assert_int_equal(put(state, changes, 1), 0);
	answer = history(state, 1);
	assert_int_equal(answer.n, 4);
	assert_int_equal(answer.changes[0].kind, CHANGE_FIRED);
	assert_int_equal(answer.changes[0].alert.state, ALERT_FIRING);
	assert_true(answer.changes[0].alert.resolved.ns == 0);
	assert_int_equal(answer.changes[1].kind, CHANGE_STALE);
	assert_true(isnan(answer.changes[1].alert.value));
	assert_true(answer.changes[1].at.ns == NOW + 1);
	assert_same(&answer.changes[3].alert, &changes[0].alert);
	assert_int_equal(answer.changes[3].seq, 4);
	done(&answer);
	answer = history(state, 2);
	assert_int_equal(answer.code, COL_ENOENT);
	done(&answer);
	assert_int_equal(alerts_load(state, &loaded), 0);
	assert_int_equal(loaded.n_items, 0);
	assert_int_equal(loaded.next_id, 2);
	assert_int_equal(loaded.last_seq, 4);
	alerts_loaded_done(&loaded);
	/* nothing at all is a change, too */
	assert_int_equal(put(state, NULL, 0), 0);
	alerts_put(state, changes, 1, NULL, NULL);
	(void)state_step(state);
	state_free(state);
}

static void
all_or_none(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct alert one = make(1, "r", "rack:a1"), none = make(0, "r", "rack:a2");
	struct alert_change changes[] = { becomes(&one, CHANGE_FIRED, NOW),
		becomes(&none, CHANGE_FIRED, NOW) };

	(void)unused;
	assert_int_equal(put(state, changes, 2), COL_EINVAL);
	changes[1].alert.id = 2;
	changes[1].alert.state = ALERT_RESOLVED;
	assert_int_equal(put(state, changes, 2), COL_EINVAL);
	assert_int_equal(count(state, "alerts"), 0);
	assert_int_equal(count(state, "alert_changes"), 0);
	changes[1].alert.resolved.ns = NOW;
	assert_int_equal(put(state, changes, 2), 0);
	assert_int_equal(count(state, "alerts"), 2);
	state_free(state);
}

static void
acknowledged(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct alert alert = make(1, "inlet-hot", "rack:a1");
	struct alert_change change = becomes(&alert, CHANGE_STALE, NOW + 9);
	struct answer answer;

	(void)unused;
	assert_int_equal(fire(state, 1, "inlet-hot", "rack:a1"), 0);
	answer = ack(state, 1, true, "到场处理");
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.changes[0].kind, CHANGE_ACKED);
	assert_int_equal(answer.changes[0].seq, 2);
	assert_true(answer.changes[0].alert.acked.ns == NOW);
	assert_string_equal(answer.changes[0].alert.acked_by, "li");
	assert_string_equal(answer.changes[0].alert.note, "到场处理");
	assert_string_equal(answer.changes[0].alert.summary_zh, "进风过热");
	done(&answer);
	answer = ack(state, 1, true, "");
	assert_int_equal(answer.code, COL_EEXIST);
	done(&answer);
	answer = ack(state, 2, true, "");
	assert_int_equal(answer.code, COL_ENOENT);
	done(&answer);

	/* alert had not heard of it when it made this change */
	alerts_put(state, &change, 1, take_changes, &answer);
	(void)state_step(state);
	assert_true(answer.changes[0].alert.acked.ns == NOW);
	assert_string_equal(answer.changes[0].alert.acked_by, "li");
	done(&answer);

	answer = ack(state, 1, false, "wrong one");
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.changes[0].kind, CHANGE_UNACKED);
	assert_true(answer.changes[0].alert.acked.ns == 0);
	assert_string_equal(answer.changes[0].alert.acked_by, "li");
	assert_int_equal(answer.changes[0].alert.state, ALERT_STALE);
	done(&answer);
	answer = ack(state, 1, false, "");
	assert_int_equal(answer.code, COL_EEXIST);
	done(&answer);
	change = becomes(&alert, CHANGE_RESOLVED, NOW + 10);
	assert_int_equal(put(state, &change, 1), 0);
	answer = ack(state, 1, true, "");
	assert_int_equal(answer.code, COL_EINVAL);
	done(&answer);
	/* refused ones leave nothing */
	assert_int_equal(count(state, "audit"), 2);
	assert_int_equal(count(state, "audit WHERE actor = 'li' AND action = 'alert_ack' "
	    "AND subject = 'alert 1' AND detail = 'inlet-hot of rack:a1: 到场处理'"), 1);
	assert_int_equal(count(state, "alert_changes"), 5);
	state_free(state);
}

static void
listed(void **unused)
{
	struct state *state = kit_open(":memory:");
	static const struct {
		struct alerts_query query;
		const char *ids;   /* newest first */
	} cases[] = {
		{ { .open = true, .closed = true }, "6 5 4 3 2 1" },
		{ { .open = true }, "6 4 2" },
		{ { .closed = true }, "5 3 1" },
		{ { 0 }, "" },
		{ { .open = true, .closed = true, .limit = 2 }, "6 5" },
		{ { .open = true, .closed = true, .before = 3 }, "2 1" },
		{ { .open = true, .closed = true, .at_least = SEVERITY_CRITICAL }, "6 3" },
		{ { .open = true, .closed = true, .rule = "r1" }, "5 3 1" },
		{ { .open = true, .closed = true, .rule = "r" }, "" },
		{ { .open = true, .closed = true, .entity = "rack:e2" }, "5 2" },
		{ { .open = true, .closed = true, .entity = "rack:e2", .rule = "r0" }, "2" },
		{ { .open = true, .closed = true, .site = "zz1" }, "6 5 4 3 2 1" },
		{ { .open = true, .closed = true, .site = "zz2" }, "" },
		{ { .open = true, .closed = true, .area = "zz", .hall = "zz1-h1",
			.row = "zz1-h1-a", .rack = "a1", .limit = 1 }, "6" },
		{ { .open = true, .closed = true, .rack = "a2" }, "" },
		{ { .open = true, .closed = true, .row = "a2" }, "" },
		{ { .open = true, .closed = true, .from = {NOW + 2}, .to = {NOW + 4} },
			"3 2" },
		{ { .open = true, .closed = true, .under = 2 }, "4" },
		{ { .open = true, .closed = true, .under = 2, .entity = "rack:e2" }, "" },
	};

	(void)unused;
	for (int64_t id = 1; id <= 6; id++) {
		struct alert_change change;
		struct alert alert = make(id, id % 2 ? "r1" : "r0", "");

		(void)str_format(alert.entity, sizeof(alert.entity), "rack:e%d", (int)id % 3);
		alert.severity = id % 3 == 0 ? SEVERITY_CRITICAL : SEVERITY_INFO;
		alert.fired.ns = NOW + id;
		alert.under = id == 4 ? 2 : 0;
		change = becomes(&alert, id % 2 ? CHANGE_RESOLVED : CHANGE_FIRED, NOW + id);
		assert_int_equal(put(state, &change, 1), 0);
	}
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct alerts_query query = cases[i].query;
		struct answer answer;
		char ids[64] = "", id[8];

		query.limit = query.limit == 0 ? 1000 : query.limit;
		answer = list(state, &query);
		for (size_t k = 0; k < answer.n; k++) {
			(void)str_format(id, sizeof(id), "%s%d", k > 0 ? " " : "",
			    (int)answer.alerts[k].id);
			(void)str_copy(ids + strlen(ids), sizeof(ids) - strlen(ids), id);
		}
		if (strcmp(ids, cases[i].ids) != 0) {
			fail_msg("case %zu: %s, not %s", i, ids, cases[i].ids);
		}
		done(&answer);
	}
	state_free(state);
}

static void
full_disk(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct alert_change *changes = calloc(MANY, sizeof(*changes));

	(void)unused;
	assert_non_null(changes);
	for (int64_t i = 0; i < MANY; i++) {
		struct alert alert = make(i + 1, "r", "rack:a1");

		changes[i] = becomes(&alert, CHANGE_FIRED, NOW);
	}
	assert_int_equal(fire(state, 5000, "r", "rack:a1"), 0);
	assert_int_equal(sqlite3_exec(state->db, "PRAGMA max_page_count = 1", NULL, NULL,
	    NULL), SQLITE_OK);
	assert_int_equal(put(state, changes, MANY), COL_EIO);
	assert_int_equal(count(state, "alerts"), 1);
	assert_int_equal(count(state, "alert_changes"), 1);
	assert_int_equal(sqlite3_exec(state->db, "PRAGMA max_page_count = 100000", NULL,
	    NULL, NULL), SQLITE_OK);
	clock_test_advance(kit_clock, 60 * NS_PER_S);
	assert_int_equal(put(state, changes, MANY), 0);
	assert_int_equal(count(state, "alerts"), MANY + 1);
	free(changes);
	state_free(state);
}

static void
answered_at_the_end(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct alert alert = make(1, "r", "rack:a1");
	struct alert_change change = becomes(&alert, CHANGE_FIRED, NOW);
	struct answer first = { 0 }, second = { 0 }, third = { 0 };

	(void)unused;
	alerts_put(state, &change, 1, take_changes, &first);
	alerts_ack(state, 1, true, "", &li, take_one, &second);
	alerts_get_changes(state, 1, take_changes, &third);
	state_free(state);
	assert_int_equal(first.code, COL_ECANCELED);
	assert_int_equal(second.code, COL_ECANCELED);
	assert_int_equal(third.code, COL_ECANCELED);
	done(&first);
	done(&second);
	done(&third);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(as_it_was), KIT(what_happened), KIT(all_or_none), KIT(acknowledged),
		KIT(listed), KIT(full_disk), KIT(answered_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
