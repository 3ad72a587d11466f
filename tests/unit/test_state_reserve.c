/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reservations: all or none, told once they are on the disk, there after a
 * crash, beside the inventory's own in the ledger.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/str.h"
#include "fixture.h"
#include "state/reserve.h"
#include "state_kit.h"

#define DAY KIT_DAY
#define NOW KIT_NOW

struct answer { int code, n_calls; size_t n; struct reservation items[4]; };

static struct reservation
make(const char *rack, const char *tenant, unsigned units)
{
	struct reservation item = { .until = { NOW + 30 * DAY }, .units = units };

	(void)str_copy(item.rack, sizeof(item.rack), rack);
	(void)str_copy(item.tenant, sizeof(item.tenant), tenant);
	(void)str_copy(item.reason, sizeof(item.reason), "new hall");
	return item;
}

static const struct reserve_by li = { "li", "127.0.0.1" }, wang = { "wang", "::1" };

static void
take(void *arg, int code, const struct reservation *items, size_t n)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->n = n;
	answer->n_calls++;
	assert_true(n <= 4);
	memcpy(answer->items, items, n * sizeof(*items));
}

static struct answer
reserve(struct state *state, const struct reservation *items, size_t n)
{
	struct answer answer = { 0 };

	state_reserve(state, items, n, &li, take, &answer);
	assert_int_equal(answer.n_calls, 0);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	return answer;
}

static struct answer
release(struct state *state, int64_t id)
{
	struct answer answer = { 0 };

	state_release(state, id, &wang, take, &answer);
	(void)state_step(state);
	assert_int_equal(answer.n_calls, 1);
	return answer;
}

static size_t
count_of(struct state *state, const char *rack)
{
	const struct reservations *all = state_reservations(state);
	size_t n;

	(void)reservations_of(all, rack, &n);
	reservations_unref(all);
	return n;
}

static void
made_and_released(void **unused)
{
	struct state *state = kit_open(":memory:");
	const struct reservations *before = state_reservations(state), *all;
	const struct reservation items[] = { make("a1", "bank", 4), make("a2", "bank", 0) };
	struct answer answer;

	(void)unused;
	assert_int_equal(before->n, 0);
	answer = reserve(state, items, 2);
	assert_int_equal(answer.code, 0);
	assert_int_equal(answer.n, 2);
	assert_true(answer.items[0].id > 0 && answer.items[1].id > answer.items[0].id);
	assert_true(answer.items[0].created.ns == NOW);
	assert_int_equal(before->n, 0);   /* who holds a snapshot keeps it */
	reservations_unref(before);

	all = state_reservations(state);
	assert_int_equal(all->n, 2);
	assert_string_equal(all->items[0].rack, "a1");
	assert_string_equal(all->items[0].reason, "new hall");
	assert_string_equal(all->items[0].actor, "li");
	assert_int_equal(all->items[0].units, 4);
	assert_true(all->items[0].until.ns == NOW + 30 * DAY);
	reservations_unref(all);

	clock_test_advance(kit_clock, DAY);
	answer = release(state, answer.items[0].id);
	assert_int_equal(answer.code, 0);
	assert_true(answer.items[0].released.ns == NOW + DAY);
	assert_int_equal(release(state, answer.items[0].id).code, COL_EINVAL);
	assert_int_equal(release(state, 99).code, COL_ENOENT);
	clock_test_advance(kit_clock, 40 * DAY);
	assert_int_equal(release(state, answer.items[0].id + 1).code, COL_EINVAL);
	state_free(state);
}

static void
all_or_none(void **unused)
{
	struct state *state = kit_open(":memory:");
	const struct reservation first[] = { make("a2", "bank", 0) };
	const struct reservation second[] = { make("a1", "shop", 2), make("a2", "shop", 2) };
	const struct reservation part[] = { make("a3", "bank", 2), make("a3", "shop", 3) };
	const struct reservation whole[] = { make("a3", "shop", 0) };
	struct answer answer;

	(void)unused;
	assert_int_equal(reserve(state, first, 1).code, 0);
	answer = reserve(state, second, 2);
	assert_int_equal(answer.code, COL_EEXIST);
	assert_string_equal(answer.items[0].rack, "a2");
	assert_string_equal(answer.items[0].tenant, "bank");
	assert_int_equal(count_of(state, "a1"), 0);
	/* the same tenant may, others share what is not whole */
	assert_int_equal(reserve(state, first, 1).code, 0);
	assert_int_equal(reserve(state, part, 2).code, 0);
	assert_int_equal(reserve(state, whole, 1).code, COL_EEXIST);
	/* what has ended is in nobody's way */
	clock_test_advance(kit_clock, 30 * DAY);
	assert_int_equal(reserve(state, second, 2).code, 0);
	assert_int_equal(count_of(state, "a2"), 3);
	state_free(state);
}

/* ---- the ledger ----------------------------------------------------------------- */

struct lines { size_t n; char text[8][96]; };

static void
take_ledger(void *arg, int code, const struct ledger_entry *entries, size_t n)
{
	struct lines *lines = arg;

	assert_int_equal(code, 0);
	lines->n = n;
	for (size_t i = 0; i < n && i < 8; i++) {
		(void)str_format(lines->text[i], sizeof(lines->text[i]), "%s by %s %s",
		    entries[i].state, entries[i].actor, entries[i].reason);
	}
}

static struct lines
ledger_of(struct state *state, const char *rack)
{
	struct lines lines = { 0 };

	state_get_ledger(state, rack, take_ledger, &lines);
	(void)state_step(state);
	return lines;
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
beside_the_inventory(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct ids *ids = ids_new();
	const struct reservation items[] = { make("a1", "bank", 4) };
	struct answer answer;
	struct lines lines;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: installed, reserved_for: shop}");
	answer = reserve(state, items, 1);
	/* the inventory says as before: nothing is written for it */
	apply(state, ids, "{id: a1, row: r, state: installed, reserved_for: shop}");
	lines = ledger_of(state, "a1");
	assert_int_equal(lines.n, 3);
	assert_string_equal(lines.text[0], "reserved by li for bank until "
	    "2024-11-03T00:00:00Z: new hall");
	assert_string_equal(lines.text[1], "reserved by inventory for shop");
	apply(state, ids, "{id: a1, row: r, state: installed}");
	lines = ledger_of(state, "a1");
	assert_int_equal(lines.n, 4);
	assert_string_equal(lines.text[0], "released by inventory for shop");
	assert_int_equal(release(state, answer.items[0].id).code, 0);
	lines = ledger_of(state, "a1");
	assert_string_equal(lines.text[0], "released by wang for bank");

	/* a rename takes them along */
	assert_int_equal(reserve(state, items, 1).code, 0);
	apply(state, ids, "{id: b1, was: a1, row: r, state: installed}");
	assert_int_equal(count_of(state, "a1"), 0);
	assert_int_equal(count_of(state, "b1"), 2);
	ids_free(ids);
	state_free(state);
}

/* ---- crashes -------------------------------------------------------------------- */

static void
tell(void *arg, int code, const struct reservation *items, size_t n)
{
	char byte = code == 0 && n == 1 && items[0].id > 0 ? 'y' : 'n';

	assert_int_equal(write(*(int *)arg, &byte, 1), 1);
}

/* What was answered is there, although nobody closed the database. */
static void
answered_means_kept(void **unused)
{
	char dir[] = "/tmp/collectord-reserve-XXXXXX", path[64], name[80];
	const struct reservation items[] = { make("a1", "bank", 4) };
	struct state *state;
	int fds[2];
	char byte = 0;
	pid_t child;

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)str_format(path, sizeof(path), "%s/state.db", dir);
	assert_int_equal(pipe(fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		state = kit_open(path);
		state_reserve(state, items, 1, &li, tell, &fds[1]);
		(void)state_step(state);
		for (;;) {
			(void)pause();
		}
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'y');
	(void)kill(child, SIGKILL);
	assert_true(waitpid(child, NULL, 0) == child);
	(void)close(fds[0]);
	(void)close(fds[1]);

	state = kit_open(path);
	assert_int_equal(count_of(state, "a1"), 1);
	assert_int_equal(release(state, 1).code, 0);
	state_free(state);
	state = kit_open(path);
	assert_int_equal(release(state, 1).code, COL_EINVAL);
	state_free(state);
	for (size_t i = 0; i < 3; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };

		(void)str_format(name, sizeof(name), "%s%s", path, ends[i]);
		(void)unlink(name);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void
never_deleted(void **unused)
{
	char dir[] = "/tmp/collectord-reserve-XXXXXX", path[64];
	const struct reservation items[] = { make("a1", "bank", 4) };
	struct state *state;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)str_format(path, sizeof(path), "%s/state.db", dir);
	state = kit_open(path);
	assert_int_equal(reserve(state, items, 1).code, 0);
	state_free(state);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM reservations", NULL, NULL, NULL),
	    SQLITE_CONSTRAINT);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT actor || ' ' || address || ' ' || "
	    "action || ' ' || subject || ': ' || detail FROM audit", -1, &stmt, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "li 127.0.0.1 "
	    "reservation_add reservation 1: rack a1 for bank until 2024-11-03T00:00:00Z, "
	    "4 units, 0 W");
	assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	(void)unlink(path);
	assert_int_equal(rmdir(dir), 0);
}

/* A state that ends answers all. */
static void
answered_at_the_end(void **unused)
{
	struct state *state = kit_open(":memory:");
	const struct reservation items[] = { make("a1", "bank", 4) };
	struct answer answer = { 0 };

	(void)unused;
	state_reserve(state, items, 1, &li, take, &answer);
	state_free(state);
	assert_int_equal(answer.n_calls, 1);
	assert_int_equal(answer.code, COL_ECANCELED);
	assert_int_equal(answer.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(made_and_released),
		KIT(all_or_none),
		KIT(beside_the_inventory),
		KIT(answered_means_kept),
		KIT(never_deleted),
		KIT(answered_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
