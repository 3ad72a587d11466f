/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "config/config.h"
#include "state/state.h"

#define DAY (86400 * NS_PER_S)

static char dir[] = "/tmp/collectord-state-XXXXXX";
static struct clock *test_clock;

static int
make_dir(void **unused)
{
	(void)unused;
	test_clock = clock_test_new((struct wall){ 20000 * DAY }, (struct mono){ 1 });
	return mkdtemp(dir) == NULL;
}

static int
drop_dir(void **unused)
{
	static const char *const FILES[] = { "state.db", "state.db-wal",
	    "state.db-shm", "c.yaml", "days.csv", NULL };
	char path[256];

	(void)unused;
	for (unsigned i = 0; FILES[i] != NULL; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, FILES[i]);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof(path), "%s/state.db.damaged-%d", dir, 20000 * 86400);
	(void)unlink(path);
	clock_free(test_clock);
	return rmdir(dir);
}

static const char *
path_of(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void
write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static struct state *
open_state(const char *path)
{
	struct state_setup setup = { .clock = test_clock, .path = path };
	struct col_error error = { 0, "" };
	struct state *state = NULL;

	if (state_new(&setup, &state, &error) != 0) {
		fail_msg("%s", error.text);
	}
	return state;
}

/* More lines of the configuration. */
static const char *further = "";

/* A configuration of racks given as inventory YAML. */
static const struct config *
load(struct ids *ids, const char *racks)
{
	static uint64_t version;
	struct config_errors errors;
	const struct config *config = NULL;
	char text[2048];
	struct buf out;

	(void)snprintf(text, sizeof(text),
	    "province: {id: henan, name: {en: Henan, zh: 河南省}, timezone: Asia/Shanghai}\n"
	    "targets: [{id: t, name: {en: T, zh: T}, racks: 9}]\n"
	    "store: {dir: %s}\n"
	    "areas: [{id: \"410100\", name: {en: Z, zh: Z}}]\n"
	    "sites: [{id: s, area: \"410100\", name: {en: S, zh: S}}]\n"
	    "halls: [{id: h, site: s}]\n"
	    "rows: [{id: r, hall: h}]\n"
	    "racks: [%s]\n%s", dir, racks, further);
	write_file("c.yaml", text);
	config_errors_init(&errors);
	if (config_load(path_of("c.yaml"), NULL, ids, ++version, clock_wall(test_clock),
	    &errors, &config) != 0) {
		buf_init(&out, 0);
		config_errors_print(&errors, &out);
		fail_msg("%s", out.data);
	}
	config_errors_done(&errors);
	return config;
}

struct answer { int code; size_t n; struct ledger_entry entries[12]; };

static void
take_ledger(void *arg, int code, const struct ledger_entry *entries, size_t n)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->n = n;
	assert_true(n <= 12);
	memcpy(answer->entries, entries, n * sizeof(*entries));
}

static void
ledger_of(struct state *state, const char *rack, struct answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	state_get_ledger(state, rack, take_ledger, answer);
	(void)state_step(state);
	assert_int_equal(answer->code, 0);
}

static void
apply(struct state *state, struct ids *ids, const char *racks)
{
	const struct config *config = load(ids, racks);

	state_apply(state, config);
	(void)state_step(state);
	config_unref(config);
}

static void
only_differences_are_written(void **unused)
{
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: in_service, since: 2024-05-01}");
	apply(state, ids, "{id: a1, row: r, state: in_service, since: 2024-05-01}");
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 1);
	assert_string_equal(a.entries[0].state, "in_service");
	assert_string_equal(a.entries[0].actor, "inventory");
	assert_true(strstr(a.entries[0].source, "c.yaml") != NULL);
	assert_true(a.entries[0].at.ns == 1714521600 * NS_PER_S);
	apply(state, ids, "{id: a1, row: r, state: decommissioning}");
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 2);
	assert_string_equal(a.entries[0].state, "decommissioning");
	assert_true(a.entries[0].at.ns == 20000 * DAY); /* no since: now */
	ledger_of(state, "nobody", &a);
	assert_int_equal(a.n, 0);
	ids_free(ids);
	state_free(state);
}

static void
the_source_is_the_file_of_the_rack(void **unused)
{
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	write_file("more.yaml", "racks: [{id: b1, row: r, state: planned}]\n");
	further = "inventory: [more.yaml]\n";
	apply(state, ids, "{id: a1, row: r}");
	further = "";
	ledger_of(state, "b1", &a);
	assert_int_equal(a.n, 1);
	assert_string_equal(a.entries[0].source, path_of("more.yaml"));
	ledger_of(state, "a1", &a);
	assert_string_equal(a.entries[0].source, path_of("c.yaml"));
	/* it left: the file that no longer names it cannot be told */
	apply(state, ids, "{id: a1, row: r}");
	ledger_of(state, "b1", &a);
	assert_int_equal(a.n, 2);
	assert_string_equal(a.entries[0].source, path_of("c.yaml"));
	(void)unlink(path_of("more.yaml"));
	ids_free(ids);
	state_free(state);
}

static void
a_renamed_rack_keeps_its_history(void **unused)
{
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: in_service, since: 2024-05-01}");
	apply(state, ids, "{id: b1, row: r, was: a1, state: in_service, since: 2024-05-01}");
	ledger_of(state, "b1", &a);
	assert_int_equal(a.n, 1);
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 0);
	ids_free(ids);
	state_free(state);
}

static void
a_rack_that_left_is_decommissioned_once(void **unused)
{
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: in_service, since: 2024-05-01}, "
	    "{id: a2, row: r, state: planned}");
	for (int i = 0; i < 2; i++) {
		apply(state, ids, "{id: a2, row: r, state: planned}");
	}
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 2);
	assert_string_equal(a.entries[0].state, "decommissioned");
	ids_free(ids);
	state_free(state);
}

struct days { int code; size_t n; struct daily days[4]; };

static void
take_days(void *arg, int code, const struct daily *days, size_t n)
{
	struct days *to = arg;

	to->code = code;
	to->n = n;
	assert_true(n <= 4);
	if (n > 0) {
		memcpy(to->days, days, n * sizeof(*days));
	}
}

static void
imported_days_fill_gaps_only(void **unused)
{
	struct state *state = open_state(":memory:");
	struct daily own = { .day = 20000, .declared = 7, .verified = 5, .planned = 1,
	    .standard = 12 };
	struct days got = { 0 };
	struct col_error error;

	(void)unused;
	state_put_daily(state, &own);
	(void)state_step(state);
	write_file("days.csv", "\xef\xbb\xbf" "date,declared,verified,planned,standard\r\n"
	    "2024-10-03,1,1,0,2\r\n2024-10-04,99,99,99,99\r\n\r\n");
	assert_int_equal(state_import_daily(state, path_of("days.csv"), &error), 0);
	state_get_daily(state, 0, INT32_MAX, take_days, &got);
	(void)state_step(state);
	assert_int_equal(got.n, 2);
	assert_int_equal(got.days[0].day, 19999);
	assert_int_equal(got.days[1].day, 20000);
	assert_int_equal(got.days[1].declared, 7);
	own.declared = 8;
	state_put_daily(state, &own);
	state_get_daily(state, 20000, 20001, take_days, &got);
	(void)state_step(state);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.days[0].declared, 8);
	state_free(state);
}

static void
a_bad_csv_is_refused_with_its_place(void **unused)
{
	static const struct { const char *text, *message; } ROWS[] = {
		{ "", "days.csv:1:1: empty" },
		{ "day,count\n", "days.csv:1:1: the first line must be" },
		{ "date,declared,verified,planned,standard\n2024-10-03,1,x,0,2\n",
		    "days.csv:2:14: 'x' is no count" },
		{ "date,declared,verified,planned,standard\n03.10.2024,1,1,0,2\n",
		    "days.csv:2:1: '03.10.2024' is no date" },
		{ "date,declared,verified,planned,standard\n2024-10-03,1,1,0\n",
		    "days.csv:2:1: 4 fields instead of 5" },
		{ "date,declared,verified,planned,standard\n2024-10-03,1,-1,0,2\n",
		    "'-1' is no count" },
	};
	struct state *state = open_state(":memory:");
	struct days got = { 0 };
	struct col_error error;

	(void)unused;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		write_file("days.csv", ROWS[i].text);
		assert_true(state_import_daily(state, path_of("days.csv"), &error) < 0);
		if (strstr(error.text, ROWS[i].message) == NULL) {
			fail_msg("'%s' lacks '%s'", error.text, ROWS[i].message);
		}
	}
	state_get_daily(state, 0, INT32_MAX, take_days, &got);
	(void)state_step(state);
	assert_int_equal(got.n, 0);
	assert_int_equal(state_import_daily(state, "/nonexistent.csv", &error), COL_EIO);
	state_free(state);
}

static void
count_rows(void *arg, const struct evidence_row *row)
{
	assert_true(strncmp(row->text, "text of ", 8) == 0);
	assert_string_equal(row->text + 8, row->rack);
	++*(int *)arg;
}

static struct evidence_row *
evidence_rows(size_t n)
{
	struct evidence_row *rows = calloc(n, sizeof(*rows));

	assert_non_null(rows);
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(rows[i].rack, sizeof(rows[i].rack), "a%zu", i + 1);
		(void)snprintf(rows[i].text, sizeof(rows[i].text), "text of a%zu", i + 1);
	}
	return rows;
}

static void
evidence_survives_a_restart(void **unused)
{
	struct state *state = open_state(path_of("state.db"));
	int n = 0;

	(void)unused;
	state_put_evidence(state, evidence_rows(3), 3);
	state_put_evidence(state, evidence_rows(2), 2);  /* replaced as a whole */
	(void)state_step(state);
	state_free(state);
	state = open_state(path_of("state.db"));
	state_load_evidence(state, count_rows, &n);
	assert_int_equal(n, 2);
	state_free(state);
}

static void
a_damaged_file_is_set_aside(void **unused)
{
	char aside[512];
	struct state *state;
	int n = 0;

	(void)unused;
	write_file("state.db", "this is not a database, however hard one looks at it. "
	    "It has more than a hundred bytes, so that it is taken for a header.");
	state = open_state(path_of("state.db"));
	state_load_evidence(state, count_rows, &n);
	assert_int_equal(n, 0);
	(void)snprintf(aside, sizeof(aside), "%s.damaged-%d", path_of("state.db"),
	    20000 * 86400);
	assert_int_equal(access(aside, R_OK), 0);
	state_free(state);
}

static void
the_ledger_cannot_be_rewritten(void **unused)
{
	struct state *state = open_state(path_of("state.db"));
	struct ids *ids = ids_new();
	sqlite3 *db = NULL;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: in_service}");
	state_free(state);
	assert_int_equal(sqlite3_open(path_of("state.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM ledger", NULL, NULL, NULL),
	    SQLITE_CONSTRAINT);
	assert_int_equal(sqlite3_exec(db, "UPDATE ledger SET state = 'planned'", NULL,
	    NULL, NULL), SQLITE_CONSTRAINT);
	assert_int_equal(sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL),
	    SQLITE_OK);
	(void)sqlite3_close(db);
	struct state_setup setup = { .clock = test_clock, .path = path_of("state.db") };
	struct col_error error;
	assert_int_equal(state_new(&setup, &state, &error), COL_ENOTSUP);
	assert_non_null(strstr(error.text, "newer collectord"));
	ids_free(ids);
}

/* Declared and planned on a day, as it is known now. */
static struct daily
day_of(struct state *state, int32_t day)
{
	struct days got = { 0 };

	state_get_daily(state, day, day, take_days, &got);
	(void)state_step(state);
	assert_int_equal(got.code, 0);
	assert_int_equal(got.n, 1);
	return got.days[0];
}

/* Everything that a rack can say of itself lands once, each at its own time. */
static void
dates_and_overlays_are_entries(void **unused)
{
	static const char rack[] = "{id: a1, row: r, state: in_service, design_kw: 6, "
	    "dates: {planned: 2024-03-01, installed: 2024-04-01, in_service: "
	    "2024-05-01}, reserved_for: bank, reserved_until: 2025-01-01, "
	    "maintenance_until: 2024-11-01, reason: first hall}";
	static const char later[] = "{id: a1, row: r, state: in_service, design_kw: 8, "
	    "dates: {planned: 2024-02-01, installed: 2024-04-01, in_service: "
	    "2024-05-02}}";
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	apply(state, ids, rack);
	apply(state, ids, rack);
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 5);
	/* newest first; the overlays hold since now */
	assert_string_equal(a.entries[0].state, "maintenance");
	assert_string_equal(a.entries[0].reason, "until 2024-11-01T00:00:00Z: first hall");
	assert_string_equal(a.entries[1].state, "reserved");
	assert_string_equal(a.entries[1].reason, "for bank until 2025-01-01T00:00:00Z: "
	    "first hall");
	assert_string_equal(a.entries[2].state, "in_service");
	assert_true(a.entries[2].at.ns == 1714521600 * NS_PER_S);
	assert_true(a.entries[2].written.ns == 20000 * DAY);
	assert_string_equal(a.entries[4].state, "planned");
	clock_test_advance(test_clock, DAY);
	apply(state, ids, later);
	apply(state, ids, later);
	clock_test_jump(test_clock, -DAY);
	ledger_of(state, "a1", &a);
	/* two dates put right, two overlays ended, one design */
	assert_int_equal(a.n, 8);
	assert_string_equal(a.entries[0].state, "maintenance_end");
	assert_string_equal(a.entries[1].state, "released");
	assert_string_equal(a.entries[1].reason, "for bank");
	assert_string_equal(a.entries[2].state, "design");
	assert_string_equal(a.entries[2].reason, "8 kW");
	assert_true(a.entries[5].at.ns == 1714608000 * NS_PER_S);
	assert_string_equal(a.entries[5].reason, "date corrected");
	assert_true(a.entries[7].at.ns == 1706745600 * NS_PER_S);
	ids_free(ids);
	state_free(state);
}

static void
a_state_that_goes_back_is_marked(void **unused)
{
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: in_service}");
	clock_test_advance(test_clock, NS_PER_S);
	apply(state, ids, "{id: a1, row: r, state: energized}");
	clock_test_advance(test_clock, NS_PER_S);
	apply(state, ids, "{id: a1, row: r, state: installed, reason: emptied}");
	clock_test_jump(test_clock, -2 * NS_PER_S);
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 3);
	assert_string_equal(a.entries[0].reason, "emptied");
	assert_string_equal(a.entries[1].reason, "goes backwards, without a reason");
	ids_free(ids);
	state_free(state);
}

/* Another rack may take the id that one gave up; each keeps its own past. */
static void
a_former_id_may_be_taken_again(void **unused)
{
	struct state *state = open_state(":memory:");
	struct ids *ids = ids_new();
	struct answer a;

	(void)unused;
	apply(state, ids, "{id: a1, row: r, state: planned, since: 2024-05-01}");
	apply(state, ids, "{id: b1, row: r, was: a1, state: in_service, "
	    "since: 2024-06-01}");
	apply(state, ids, "{id: b1, row: r, state: in_service, since: 2024-06-01}, "
	    "{id: a1, row: r, state: installed, since: 2024-07-01}");
	apply(state, ids, "{id: c1, row: r, was: b1, state: in_service, "
	    "since: 2024-06-01}, {id: a1, row: r, state: installed, "
	    "since: 2024-07-01}");
	ledger_of(state, "c1", &a);
	assert_int_equal(a.n, 2);
	assert_string_equal(a.entries[1].state, "planned");
	ledger_of(state, "a1", &a);
	assert_int_equal(a.n, 1);
	assert_string_equal(a.entries[0].state, "installed");
	ledger_of(state, "b1", &a);
	assert_int_equal(a.n, 0);
	ids_free(ids);
	state_free(state);
}

struct place_days { int code; size_t n; struct place_day days[4]; };

static void
take_place(void *arg, int code, const struct place_day *days, size_t n)
{
	struct place_days *to = arg;

	to->code = code;
	to->n = n;
	assert_true(n <= 4);
	if (n > 0) {
		memcpy(to->days, days, n * sizeof(*days));
	}
}

/*
 * A site that is imported today with its dates of last year counts from last
 * year; the days as they were published stay in the table.
 */
static void
late_knowledge_is_added_to_past_days(void **unused)
{
	static const char old[] = "{id: a1, row: r, state: in_service, design_kw: 5, "
	    "since: 2024-05-01}, {id: a2, row: r, state: planned, since: 2024-05-01}";
	static const char all[] = "{id: a1, row: r, state: in_service, design_kw: 5, "
	    "since: 2024-05-01}, {id: a2, row: r, state: planned, since: 2024-05-01}, "
	    "{id: b1, row: r, state: in_service, design_kw: 10, dates: {planned: "
	    "2024-10-04, in_service: 2024-10-06}}, "
	    "{id: b2, row: r, state: in_service, design_kw: 10, since: 2023-01-01}";
	struct state *state = open_state(path_of("state.db"));
	struct ids *ids = ids_new();
	struct daily day = { .declared = 1, .verified = 1, .planned = 1, .standard = 2 };
	const struct daily_place hall = { .kind = ENTITY_HALL, .id = "h" };
	const struct daily_place other = { .kind = ENTITY_SITE, .id = "other" };
	struct place_days places;
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	struct daily got;

	(void)unused;
	write_file("days.csv", "date,declared,verified,planned,standard\n"
	    "2024-10-03,1,1,1,2\n");
	assert_int_equal(state_import_daily(state, path_of("days.csv"), NULL), 0);
	apply(state, ids, old);                  /* 2024-10-04, day 20000 */
	for (day.day = 20000; day.day < 20004; day.day++) {
		struct daily_place *rows = calloc(2, sizeof(*rows));

		assert_non_null(rows);
		rows[0] = (struct daily_place){ .kind = ENTITY_HALL, .id = "h", .declared = 1,
		    .verified = 1, .planned = 1, .standard = 2 };
		rows[1] = (struct daily_place){ .kind = ENTITY_SITE, .id = "other" };
		state_put_daily(state, &day);
		state_put_places(state, day.day, rows, 2);
		(void)state_step(state);
		assert_int_equal(day_of(state, day.day).declared, 1);
		clock_test_advance(test_clock, DAY);
	}
	apply(state, ids, all);
	clock_test_jump(test_clock, -4 * DAY);
	/* the first inventory was known to the days of before it */
	assert_int_equal(day_of(state, 19999).declared, 1 + 1);
	assert_int_equal(day_of(state, 19999).standard, 2 + 4);
	got = day_of(state, 20000);
	assert_int_equal(got.declared, 1 + 1);
	assert_int_equal(got.planned, 1 + 1);
	assert_int_equal(got.verified, 1);
	got = day_of(state, 20002);
	assert_int_equal(got.declared, 1 + 2);
	assert_int_equal(got.planned, 1);
	assert_int_equal(got.standard, 2 + 4 + 4);
	/* the same of the hall where the racks stand, and of no other place */
	state_get_place(state, &hall, 20000, 20009, take_place, &places);
	(void)state_step(state);
	assert_int_equal(places.n, 4);
	assert_int_equal(places.days[0].counts.declared, 1 + 1);
	assert_int_equal(places.days[0].counts.planned, 1 + 1);
	assert_int_equal(places.days[2].counts.declared, 1 + 2);
	assert_int_equal(places.days[2].counts.verified, 1);
	assert_int_equal(places.days[2].counts.standard, 2 + 4 + 4);
	state_get_place(state, &other, 20000, 20009, take_place, &places);
	(void)state_step(state);
	assert_int_equal(places.n, 4);
	assert_int_equal(places.days[2].counts.declared, 0);
	state_free(state);
	assert_int_equal(sqlite3_open(path_of("state.db"), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT SUM(declared) FROM daily", -1,
	    &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int(stmt, 0), 5);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	(void)unlink(path_of("state.db"));
	ids_free(ids);
}

static void
days_of_places_are_kept(void **unused)
{
	static const struct daily_place ROWS[] = {
		{ ENTITY_SITE, "s", 5, 3, 1, 1, 0, 2, 12 },
		{ ENTITY_KIND_N, "s", 9, 8, 0, 0, 1, 0, 20 },
	};
	struct state *state = open_state(":memory:");
	struct place_days got;

	(void)unused;
	for (int32_t day = 20000; day < 20003; day++) {
		struct daily_place *rows = calloc(2, sizeof(*rows));

		assert_non_null(rows);
		memcpy(rows, ROWS, sizeof(ROWS));
		rows[0].declared += day - 20000;
		state_put_places(state, day, rows, 2);
	}
	state_get_place(state, &ROWS[0], 20001, 20009, take_place, &got);
	(void)state_step(state);
	assert_int_equal(got.code, 0);
	assert_int_equal(got.n, 2);
	assert_int_equal(got.days[1].day, 20002);
	assert_int_equal(got.days[1].counts.declared, 7);
	assert_int_equal(got.days[1].counts.contradicted, 1);
	assert_int_equal(got.days[1].counts.standard, 12);
	state_get_place(state, &ROWS[1], 0, INT32_MAX, take_place, &got);
	(void)state_step(state);
	assert_int_equal(got.n, 3);
	assert_int_equal(got.days[0].counts.unmonitored, 1);
	state_free(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_differences_are_written),
		cmocka_unit_test(the_source_is_the_file_of_the_rack),
		cmocka_unit_test(a_renamed_rack_keeps_its_history),
		cmocka_unit_test(a_rack_that_left_is_decommissioned_once),
		cmocka_unit_test(dates_and_overlays_are_entries),
		cmocka_unit_test(a_state_that_goes_back_is_marked),
		cmocka_unit_test(a_former_id_may_be_taken_again),
		cmocka_unit_test(late_knowledge_is_added_to_past_days),
		cmocka_unit_test(days_of_places_are_kept),
		cmocka_unit_test(imported_days_fill_gaps_only),
		cmocka_unit_test(a_bad_csv_is_refused_with_its_place),
		cmocka_unit_test(evidence_survives_a_restart),
		cmocka_unit_test(a_damaged_file_is_set_aside),
		cmocka_unit_test(the_ledger_cannot_be_rewritten),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
