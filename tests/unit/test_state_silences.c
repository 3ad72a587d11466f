/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Silences: published once they are on the disk, ended early or by themselves,
 * there after a restart, and with a rack that is renamed.
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
#include "fixture.h"
#include "state/alerts.h"
#include "state/own.h"
#include "state_kit.h"

#define NOW KIT_NOW
#define HOUR (3600 * NS_PER_S)

static const struct audit_entry li = { .actor = "li", .address = "127.0.0.1" };
static const struct alert hot = { .rule = "inlet-hot", .entity = "device:p1",
	.site = "zz1", .rack = "a1" };

struct answer { int code, n_calls; struct silence silence; };

static void
take(void *arg, int code, const struct silence *silence)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->n_calls++;
	assert_int_equal(code == 0, silence != NULL);
	if (silence != NULL) {
		answer->silence = *silence;
	}
}

static struct silence
make(const char *entity, int64_t from_ns, int64_t until_ns)
{
	struct silence silence = { .from = {from_ns}, .until = {until_ns},
		.reason = "更换 \"belt\"" };

	(void)str_copy(silence.entity, sizeof(silence.entity), entity);
	return silence;
}

static struct answer
add(struct state *state, const struct silence *silence)
{
	struct answer answer = { 0 };

	silences_add(state, silence, &li, take, &answer);
	assert_int_equal(answer.n_calls, 0);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	return answer;
}

static int
end(struct state *state, int64_t id)
{
	struct answer answer = { 0 };

	silences_end(state, id, &li, take, &answer);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	return answer.code;
}

/* Id of the silence that holds for hot, 0: none. */
static int64_t
holds(struct state *state, int64_t at_ns)
{
	const struct silences *all = state_silences(state);
	const struct silence *found = silences_find(all, &hot, (struct wall){at_ns});
	int64_t id = found != NULL ? found->id : 0;

	silences_unref(all);
	return id;
}

static void
made_and_ended(void **unused)
{
	struct state *state = kit_open(":memory:");
	const struct silences *before = state_silences(state);
	struct silence later = make("site:zz1", NOW + HOUR, NOW + 2 * HOUR);
	struct silence now = make("rack:a1", 0, NOW + HOUR);
	struct answer answer;

	(void)unused;
	assert_int_equal(before->n, 0);
	answer = add(state, &later);
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.silence.id, 1);
	assert_true(answer.silence.created.ns == NOW);
	assert_string_equal(answer.silence.author, "li");
	assert_string_equal(answer.silence.reason, "更换 \"belt\"");
	(void)str_copy(now.author, sizeof(now.author), "wang");
	now.maintenance = true;
	answer = add(state, &now);
	assert_true(answer.silence.from.ns == NOW);
	assert_string_equal(answer.silence.author, "wang");
	assert_true(answer.silence.maintenance);
	assert_int_equal(before->n, 0);   /* who holds a snapshot keeps it */
	silences_unref(before);

	assert_int_equal(holds(state, NOW), 2);
	assert_int_equal(holds(state, NOW + HOUR), 1);
	assert_int_equal(end(state, 2), 0);
	assert_int_equal(holds(state, NOW), 0);
	assert_int_equal(end(state, 2), COL_EINVAL);
	assert_int_equal(end(state, 3), COL_ENOENT);
	/* one that has not begun never does */
	assert_int_equal(end(state, 1), 0);
	assert_int_equal(holds(state, NOW + HOUR), 0);
	/* over by itself */
	assert_int_equal(add(state, &now).silence.id, 3);
	assert_int_equal(holds(state, NOW + HOUR - 1), 3);
	clock_test_advance(kit_clock, HOUR);
	assert_int_equal(holds(state, NOW + HOUR), 0);
	assert_int_equal(end(state, 3), COL_EINVAL);
	state_free(state);
}

static void
audited(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct silence silence = make("site:zz1", NOW, NOW + HOUR);
	sqlite3_stmt *stmt = NULL;

	(void)unused;
	(void)str_copy(silence.rule, sizeof(silence.rule), "fan-*");
	silence.maintenance = true;
	assert_int_equal(add(state, &silence).code, 0);
	assert_int_equal(end(state, 1), 0);
	assert_int_equal(sqlite3_prepare_v2(state->db, "SELECT actor || ' ' || address || "
	    "' ' || action || ' ' || subject || ': ' || detail FROM audit ORDER BY id", -1,
	    &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "li 127.0.0.1 "
	    "silence_add silence 1: site:zz1 (maintenance) from 2024-10-04T00:00:00Z "
	    "until 2024-10-04T01:00:00Z, rule fan-*: 更换 \"belt\"");
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_true(str_starts((const char *)sqlite3_column_text(stmt, 0),
	    "li 127.0.0.1 silence_end silence 1: site:zz1"));
	assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
	(void)sqlite3_finalize(stmt);
	state_free(state);
}

static void
after_a_restart(void **unused)
{
	char dir[] = "/tmp/collectord-silences-XXXXXX", path[64];
	struct silence silence = make("rack:a1", NOW, NOW + HOUR);
	struct silence old = make("rack:a1", NOW, NOW + 1);
	struct answer answer = { 0 };
	struct state *state;
	const struct silences *all;

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)str_format(path, sizeof(path), "%s/state.db", dir);
	state = kit_open(path);
	assert_int_equal(add(state, &silence).code, 0);
	for (int i = 0; i < 1005; i++) {
		silences_add(state, &old, &li, take, &answer);
	}
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1005);
	state_free(state);
	clock_test_advance(kit_clock, HOUR / 2);
	state = kit_open(path);
	all = state_silences(state);
	/* what holds, and the last 1,000 that are over */
	assert_int_equal(all->n, 1001);
	assert_int_equal(all->items[0].id, 1);
	assert_int_equal(all->items[1].id, 7);
	assert_string_equal(all->items[0].reason, silence.reason);
	assert_true(all->items[0].from.ns == NOW);
	silences_unref(all);
	assert_int_equal(holds(state, NOW + HOUR / 2), 1);
	state_free(state);
	(void)unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

static void
apply(struct state *state, struct ids *ids, const char *racks)
{
	static uint64_t version;
	const struct config *config;
	char yaml[1024];

	(void)str_format(yaml, sizeof(yaml),
	    "province: {id: henan, name: {en: H, zh: H}, timezone: Asia/Shanghai}\n"
	    "areas: [{id: \"410100\", name: {en: Z, zh: Z}}]\n"
	    "sites: [{id: s, area: \"410100\", name: {en: S, zh: S}}]\n"
	    "halls: [{id: h, site: s}]\nrows: [{id: r, hall: h}]\nracks: [%s]\n", racks);
	config = fixture_config(yaml, ids, ++version);
	state_apply(state, config);
	(void)state_step(state);
	config_unref(config);
}

static void
go_with_a_rename(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct ids *ids = ids_new();
	struct silence silence = make("rack:b9", NOW, NOW + HOUR);

	(void)unused;
	apply(state, ids, "{id: b9, row: r, state: installed}");
	assert_int_equal(add(state, &silence).code, 0);
	assert_int_equal(holds(state, NOW), 0);
	apply(state, ids, "{id: a1, was: b9, row: r, state: installed}");
	assert_int_equal(holds(state, NOW), 1);
	ids_free(ids);
	state_free(state);
}

static void
refused(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct silence silence = make("rack:a1", NOW, NOW + HOUR);
	struct answer answer = { 0 };

	(void)unused;
	/* a read-only disk: nothing is published that is not kept */
	assert_int_equal(sqlite3_exec(state->db, "PRAGMA query_only = 1", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(add(state, &silence).code, COL_EIO);
	assert_int_equal(holds(state, NOW), 0);
	assert_int_equal(sqlite3_exec(state->db, "PRAGMA query_only = 0", NULL, NULL, NULL),
	    SQLITE_OK);
	clock_test_advance(kit_clock, 60 * NS_PER_S);
	assert_int_equal(add(state, &silence).code, 0);
	assert_int_equal(holds(state, NOW), 1);
	silences_end(state, 1, &li, take, &answer);
	state_free(state);
	assert_int_equal(answer.code, COL_ECANCELED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(made_and_ended), KIT(audited), KIT(after_a_restart),
		KIT(go_with_a_rename), KIT(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
