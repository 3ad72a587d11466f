/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users and tokens: kept by their hashes, each change with its line of the audit log. */
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
#include "state/own.h"
#include "state/users.h"
#include "state_kit.h"

#define NOW KIT_NOW
#define UNANSWERED 12345

static void
done(void *arg, int code)
{
	*(int *)arg = code;
}

static struct audit_entry
audit(const char *action, const char *subject)
{
	struct audit_entry entry = {0};

	(void)str_copy(entry.actor, sizeof(entry.actor), "li");
	(void)str_copy(entry.address, sizeof(entry.address), "127.0.0.1");
	(void)str_copy(entry.action, sizeof(entry.action), action);
	(void)str_copy(entry.subject, sizeof(entry.subject), subject);
	return entry;
}

static int
put_user(struct state *state, const char *name, const char *role, bool replace)
{
	struct user_row user = {0};
	struct audit_entry entry = audit("user_put", name);
	int code = UNANSWERED;

	(void)str_copy(user.name, sizeof(user.name), name);
	(void)str_copy(user.role, sizeof(user.role), role);
	(void)str_copy(user.places, sizeof(user.places), "site:zz1");
	(void)str_copy(user.hash, sizeof(user.hash), "$y$...");
	users_put(state, &user, replace, &entry, done, &code);
	(void)state_step(state);
	return code;
}

static int
put_token(struct state *state, const char *id, const char *owner, uint8_t byte)
{
	struct token_row token = { .expires = { NOW + NS_PER_S } };
	struct audit_entry entry = audit("token_put", id);
	int code = UNANSWERED;

	(void)str_copy(token.id, sizeof(token.id), id);
	(void)str_copy(token.owner, sizeof(token.owner), owner);
	(void)str_copy(token.role, sizeof(token.role), "viewer");
	memset(token.hash, byte, sizeof(token.hash));
	users_put_token(state, &token, &entry, done, &code);
	(void)state_step(state);
	return code;
}

struct lines { size_t n; struct audit_entry first; int code; };

static void
take_lines(void *arg, int code, const struct audit_entry *entries, size_t n)
{
	struct lines *lines = arg;

	lines->code = code;
	lines->n = n;
	if (n > 0) {
		lines->first = entries[0];
	}
}

static struct lines
read_lines(struct state *state, int64_t before, unsigned limit)
{
	struct lines lines = { .code = UNANSWERED };

	users_get_audit(state, before, limit, take_lines, &lines);
	(void)state_step(state);
	assert_int_equal(lines.code, 0);
	return lines;
}

static void
kept_over_a_restart(void **unused)
{
	char folder[] = "/tmp/collectord-users-XXXXXX", path[128], wal[160];
	struct users_all all;
	struct state *state;

	(void)unused;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/state.db", folder);
	state = kit_open(path);
	assert_int_equal(put_user(state, "wang", "operator", false), 0);
	assert_int_equal(put_user(state, "wang", "admin", false), COL_EEXIST);
	assert_int_equal(put_user(state, "nobody", "admin", true), COL_ENOENT);
	assert_int_equal(put_user(state, "wang", "admin", true), 0);
	assert_int_equal(put_token(state, "t1", "wang", 7), 0);
	assert_int_equal(put_token(state, "t2", "wang", 7), COL_EEXIST);
	state_free(state);

	state = kit_open(path);
	assert_int_equal(users_load(state, &all), 0);
	assert_int_equal(all.n_users, 1);
	assert_string_equal(all.users[0].role, "admin");
	assert_string_equal(all.users[0].places, "site:zz1");
	assert_int_equal(all.users[0].created.ns, NOW);
	assert_int_equal(all.n_tokens, 1);
	assert_int_equal(all.tokens[0].hash[31], 7);
	assert_int_equal(all.tokens[0].expires.ns, NOW + NS_PER_S);
	users_all_done(&all);
	state_free(state);
	(void)unlink(path);
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	(void)unlink(wal);
	(void)snprintf(wal, sizeof(wal), "%s-shm", path);
	(void)unlink(wal);
	assert_int_equal(rmdir(folder), 0);
}

static void
a_user_goes_with_its_tokens(void **unused)
{
	struct audit_entry entry = audit("user_delete", "wang");
	struct state *state = kit_open(":memory:");
	struct users_all all;
	int code = UNANSWERED;

	(void)unused;
	assert_int_equal(put_user(state, "wang", "operator", false), 0);
	assert_int_equal(put_user(state, "zhao", "operator", false), 0);
	assert_int_equal(put_token(state, "t1", "wang", 1), 0);
	assert_int_equal(put_token(state, "t2", "zhao", 2), 0);
	users_delete(state, "wang", &entry, done, &code);
	(void)state_step(state);
	assert_int_equal(code, 0);
	assert_int_equal(users_load(state, &all), 0);
	assert_int_equal(all.n_users, 1);
	assert_int_equal(all.n_tokens, 1);
	assert_string_equal(all.tokens[0].id, "t2");
	users_all_done(&all);
	users_delete(state, "wang", &entry, done, &code);
	(void)state_step(state);
	assert_int_equal(code, COL_ENOENT);
	state_free(state);
}

/* What was refused leaves no line; what is written stays. */
static void
the_audit_log_is_append_only(void **unused)
{
	struct audit_entry entry = audit("login", "wang");
	struct state *state = kit_open(":memory:");
	struct lines lines;
	int code = UNANSWERED;

	(void)unused;
	assert_int_equal(put_user(state, "wang", "operator", false), 0);
	assert_int_equal(put_user(state, "wang", "operator", false), COL_EEXIST);
	users_audit(state, &entry, done, &code);
	(void)state_step(state);
	assert_int_equal(code, 0);
	lines = read_lines(state, 0, 10);
	assert_int_equal(lines.n, 2);
	assert_string_equal(lines.first.action, "login");
	assert_int_equal(lines.first.at.ns, NOW);
	lines = read_lines(state, lines.first.id, 10);
	assert_int_equal(lines.n, 1);
	assert_string_equal(lines.first.subject, "wang");
	assert_int_not_equal(sqlite3_exec(state->db, "DELETE FROM audit", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_not_equal(sqlite3_exec(state->db, "UPDATE audit SET actor = ''", NULL,
	    NULL, NULL), SQLITE_OK);
	state_free(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KIT(kept_over_a_restart),
		KIT(a_user_goes_with_its_tokens),
		KIT(the_audit_log_is_append_only),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
