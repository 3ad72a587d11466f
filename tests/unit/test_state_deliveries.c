/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The durable queue of notify: kept with its mark, read back as it was, listed,
 * and what has been told until all know the end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "state/deliveries.h"
#include "state/own.h"
#include "state_kit.h"

#define NOW KIT_NOW

static struct delivery
make(int64_t id, const char *receiver, enum delivery_state state)
{
	struct delivery delivery = { .id = id, .type = NOTICE_FIRING, .state = state,
		.created = {NOW + id}, .next_try = {NOW + id + 1},
		.group = "rule=inlet-hot site=zz1", .notice = NULL };

	(void)str_copy(delivery.receiver, sizeof(delivery.receiver), receiver);
	(void)str_format(delivery.key, sizeof(delivery.key), "msg_%d", (int)id);
	delivery.ended.ns = state != DELIVERY_QUEUED ? NOW + id + 2 : 0;
	return delivery;
}

static struct told
tell(const char *receiver, int64_t alert, enum alert_state state)
{
	struct told told = { .alert = alert, .state = state, .count = 3, .acked = true,
		.at = {NOW}, .group = "g" };

	(void)str_copy(told.receiver, sizeof(told.receiver), receiver);
	return told;
}

struct end { int code, n_calls; };

static void
take_end(void *arg, int code)
{
	struct end *end = arg;

	end->code = code;
	end->n_calls++;
}

static int
put(struct state *state, const struct deliveries_change *change)
{
	struct end end = { 0 };

	deliveries_put(state, change, take_end, &end);
	assert_int_equal(end.n_calls, 0);
	(void)state_step(state);
	assert_int_equal(end.n_calls, 1);
	return end.code;
}

static void
put_alert(struct state *state, int64_t id, enum alert_change_kind kind, int64_t at_ns)
{
	struct alert_change change = { .kind = kind, .at = {at_ns}, .alert = { .id = id,
		.state = ALERT_FIRING, .rule = "inlet-hot", .summary_en = "hot" } };

	alerts_put(state, &change, 1, NULL, NULL);
	(void)state_step(state);
}

static void
assert_same(const struct delivery *a, const struct delivery *b)
{
	struct delivery left = *a, right = *b;

	assert_int_equal(left.notice != NULL, right.notice != NULL);
	if (left.notice != NULL) {
		assert_string_equal(left.notice, right.notice);
	}
	left.notice = right.notice = NULL;
	assert_memory_equal(&left, &right, sizeof(left));
}

/* ---- what is kept ------------------------------------------------------------- */

static void
as_it_was(void **unused)
{
	char dir[] = "/tmp/collectord-deliveries-XXXXXX", path[64];
	char text[] = "{\"id\":\"msg_4\",\"x\":\"进风 \\u0000 过热\"}";
	struct delivery items[] = { make(3, "noc", DELIVERY_DELIVERED),
		make(4, "noc", DELIVERY_QUEUED), make(5, "boss", DELIVERY_QUEUED) };
	struct told told[] = { tell("noc", 1, ALERT_FIRING) };
	struct deliveries_change change = { .mark = 1, .put = items, .n_put = 3,
		.told = told, .n_told = 1 };
	struct deliveries_loaded loaded;
	struct state *state;

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)str_format(path, sizeof(path), "%s/state.db", dir);
	state = kit_open(path);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_true(loaded.mark == 0 && loaded.next_id == 1 && loaded.n_queued == 0 &&
	    loaded.n_told == 0 && loaded.n_changes == 0);
	deliveries_loaded_done(&loaded);
	put_alert(state, 1, CHANGE_FIRED, NOW);
	put_alert(state, 2, CHANGE_FIRED, NOW);
	put_alert(state, 2, CHANGE_FLAPPING, NOW + 1);
	items[1].notice = text;
	items[1].test = items[1].doubtful = true;
	items[1].attempts = 7;
	items[1].into = 9;
	items[1].type = NOTICE_CANARY;
	items[2].repeat = true;
	items[2].replay_of = 2;
	(void)str_copy(items[2].error, sizeof(items[2].error), "503 'busy'");
	assert_int_equal(put(state, &change), 0);
	state_free(state);

	state = kit_open(path);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_int_equal(loaded.mark, 1);
	assert_int_equal(loaded.next_id, 6);
	assert_int_equal(loaded.n_queued, 2);
	assert_same(&loaded.queued[0], &items[1]);
	assert_same(&loaded.queued[1], &items[2]);
	assert_int_equal(loaded.n_told, 1);
	assert_memory_equal(&loaded.told[0], &told[0], sizeof(told[0]));
	assert_int_equal(loaded.n_changes, 2);
	assert_int_equal(loaded.changes[0].seq, 2);
	assert_int_equal(loaded.changes[0].alert.id, 2);
	assert_int_equal(loaded.changes[1].kind, CHANGE_FLAPPING);
	assert_string_equal(loaded.changes[1].alert.summary_en, "hot");
	deliveries_loaded_done(&loaded);

	/* a change leaves the notice that it does not bring; the mark never falls */
	items[1].notice = NULL;
	items[1].attempts = 8;
	change.mark = 3;
	assert_int_equal(put(state, &change), 0);
	change = (struct deliveries_change){ .mark = 2 };
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_int_equal(loaded.mark, 3);
	assert_int_equal(loaded.queued[0].attempts, 8);
	assert_string_equal(loaded.queued[0].notice, text);
	assert_int_equal(loaded.n_changes, 0);
	deliveries_loaded_done(&loaded);
	state_free(state);
	(void)unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

/* What is older than a week is told to nobody, however low the mark. */
static void
old_news(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct deliveries_loaded loaded;

	(void)unused;
	put_alert(state, 1, CHANGE_FIRED, NOW - 8 * KIT_DAY);
	put_alert(state, 2, CHANGE_FIRED, NOW - 6 * KIT_DAY);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_int_equal(loaded.n_changes, 1);
	assert_int_equal(loaded.changes[0].alert.id, 2);
	deliveries_loaded_done(&loaded);
	state_free(state);
}

static size_t
n_told(struct state *state)
{
	struct deliveries_loaded loaded;
	size_t n;

	assert_int_equal(deliveries_load(state, &loaded), 0);
	n = loaded.n_told;
	deliveries_loaded_done(&loaded);
	return n;
}

static void
told_until_all_know(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct told first[] = { tell("noc", 1, ALERT_FIRING), tell("boss", 1, ALERT_FIRING),
		tell("noc", 2, ALERT_FIRING) };
	struct told noc = tell("noc", 1, ALERT_RESOLVED), boss = tell("boss", 1,
	    ALERT_RESOLVED);
	struct deliveries_change change = { .told = first, .n_told = 3 };

	(void)unused;
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(n_told(state), 3);
	change = (struct deliveries_change){ .told = &noc, .n_told = 1 };
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(n_told(state), 3);
	change.told = &boss;
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(n_told(state), 1);
	state_free(state);
}

static void
all_or_none(void **unused)
{
	struct state *state = kit_open(":memory:");
	const struct audit_entry li = { .actor = "li", .action = "delivery_replay" };
	struct delivery items[] = { make(1, "noc", DELIVERY_QUEUED),
		make(0, "noc", DELIVERY_QUEUED) };
	struct deliveries_change change = { .mark = 5, .put = items, .n_put = 2,
		.audit = &li };
	struct deliveries_loaded loaded;
	struct end end = { 0 };

	(void)unused;
	assert_int_equal(put(state, &change), COL_EINVAL);
	assert_int_equal(sqlite3_exec(state->db, "PRAGMA query_only = 1", NULL, NULL, NULL),
	    SQLITE_OK);
	change.n_put = 1;
	assert_int_equal(put(state, &change), COL_EIO);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_true(loaded.mark == 0 && loaded.n_queued == 0);
	deliveries_loaded_done(&loaded);
	assert_int_equal(sqlite3_exec(state->db, "PRAGMA query_only = 0", NULL, NULL, NULL),
	    SQLITE_OK);
	clock_test_advance(kit_clock, 60 * NS_PER_S);
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(deliveries_load(state, &loaded), 0);
	assert_true(loaded.mark == 5 && loaded.n_queued == 1);
	deliveries_loaded_done(&loaded);
	deliveries_put(state, &change, NULL, NULL);
	(void)state_step(state);
	deliveries_put(state, &change, take_end, &end);
	state_free(state);
	assert_int_equal(end.code, COL_ECANCELED);
}

/* ---- what is listed ----------------------------------------------------------- */

struct list { int code; char ids[64]; };

static void
take_list(void *arg, int code, const struct delivery *items, size_t n)
{
	struct list *list = arg;

	list->code = code;
	list->ids[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char id[16];

		assert_null(items[i].notice);
		(void)str_format(id, sizeof(id), "%s%d", i > 0 ? " " : "", (int)items[i].id);
		(void)str_copy(list->ids + strlen(list->ids),
		    sizeof(list->ids) - strlen(list->ids), id);
	}
}

static void
listed(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct delivery items[] = { make(1, "noc", DELIVERY_DELIVERED),
		make(2, "boss", DELIVERY_DEAD), make(3, "noc", DELIVERY_MERGED),
		make(4, "noc", DELIVERY_QUEUED), make(5, "boss", DELIVERY_QUEUED) };
	const struct delivery_alert alerts[] = { {1, 7}, {4, 7}, {4, 7}, {5, 8} };
	const struct deliveries_change change = { .put = items, .n_put = 5,
		.alerts = alerts, .n_alerts = 4 };
	static const struct { struct deliveries_query query; const char *ids; } cases[] = {
		{ { .state = -1 }, "5 4 3 2 1" },
		{ { .state = -1, .limit = 2 }, "5 4" },
		{ { .state = -1, .before = 3 }, "2 1" },
		{ { .state = DELIVERY_QUEUED }, "5 4" },
		{ { .state = DELIVERY_DEAD }, "2" },
		{ { .state = -1, .receiver = "noc" }, "4 3 1" },
		{ { .state = DELIVERY_MERGED, .receiver = "noc" }, "3" },
		{ { .state = DELIVERY_MERGED, .receiver = "boss" }, "" },
		{ { .state = -1, .alert = 7 }, "4 1" },
		{ { .state = DELIVERY_QUEUED, .alert = 7 }, "4" },
		{ { .state = -1, .alert = 8, .receiver = "noc" }, "" },
		{ { .state = -1, .alert = 9 }, "" },
	};

	(void)unused;
	assert_int_equal(put(state, &change), 0);
	assert_int_equal(put(state, &change), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct deliveries_query query = cases[i].query;
		struct list list = { .code = 1 };

		query.limit = query.limit == 0 ? 1000 : query.limit;
		deliveries_get(state, &query, take_list, &list);
		(void)state_step(state);
		assert_int_equal(list.code, 0);
		assert_string_equal(list.ids, cases[i].ids);
	}
	state_free(state);
}

struct one {
	int code, n_calls;
	size_t n;
	char notice[64], request[64], verdict[64], error[64];
	bool has_reply;
	unsigned first;
	long status;
};

static void
take_one(void *arg, int code, const struct delivery *delivery,
    const struct attempt *attempts, size_t n)
{
	struct one *one = arg;

	*one = (struct one){ .code = code, .n_calls = one->n_calls + 1, .n = n };
	assert_int_equal(code == 0, delivery != NULL);
	if (code != 0) {
		return;
	}
	(void)str_copy(one->notice, sizeof(one->notice), delivery->notice);
	if (n > 0) {
		const struct attempt *last = &attempts[n - 1];

		one->first = attempts[0].number;
		one->status = last->status;
		one->has_reply = last->reply != NULL;
		(void)str_copy(one->request, sizeof(one->request), last->request);
		(void)str_copy(one->verdict, sizeof(one->verdict), last->verdict);
		(void)str_copy(one->error, sizeof(one->error), last->error);
	}
}

static struct one
ask(struct state *state, int64_t id)
{
	struct one one = { 0 };

	deliveries_get_one(state, id, take_one, &one);
	(void)state_step(state);
	assert_int_equal(one.n_calls, 1);
	return one;
}

static void
one_with_its_attempts(void **unused)
{
	struct state *state = kit_open(":memory:");
	char notice[] = "{}", request[] = "POST /x\n\n{\"a\":\"机房\"}", reply[] = "no";
	struct delivery item = make(1, "noc", DELIVERY_QUEUED);
	struct attempt attempts[] = {
		{ .delivery = 1, .number = 2, .at = {NOW + 5}, .ms = 12, .status = 200,
		    .verdict = "accepted", .request = request },
		{ .delivery = 1, .number = 1, .at = {NOW}, .verdict = "retry",
		    .error = "timed out", .request = request, .reply = reply },
	};
	struct deliveries_change change = { .put = &item, .n_put = 1, .attempts = attempts,
		.n_attempts = 2 };
	struct one one;

	(void)unused;
	item.notice = notice;
	assert_int_equal(put(state, &change), 0);
	one = ask(state, 1);
	assert_int_equal(one.code, 0);
	assert_string_equal(one.notice, "{}");
	assert_int_equal(one.n, 2);
	assert_int_equal(one.first, 1);
	assert_int_equal(one.status, 200);
	assert_false(one.has_reply);
	assert_string_equal(one.request, request);
	assert_string_equal(one.verdict, "accepted");
	/* written again: in its place */
	attempts[0].reply = reply;
	assert_int_equal(put(state, &change), 0);
	one = ask(state, 1);
	assert_int_equal(one.n, 2);
	assert_true(one.has_reply);
	assert_int_equal(ask(state, 2).code, COL_ENOENT);
	state_free(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(as_it_was), KIT(old_news), KIT(told_until_all_know), KIT(all_or_none),
		KIT(listed), KIT(one_with_its_attempts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
