/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See users.h. */
#include <config.h>

#include "state/users.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "state/audit.h"
#include "state/own.h"

/* One change, with its line in the audit log. */
struct change {
	struct user_row user;
	struct token_row token;
	char name[USERS_NAME_SIZE];        /* what is removed */
	bool replace;
	struct audit_entry audit;
	users_done_fn *fn;
	void *arg;
};

static struct change *
change_new(const struct audit_entry *audit, users_done_fn *fn, void *arg)
{
	struct change *change = calloc(1, sizeof(*change));

	assert(change != NULL);
	change->audit = *audit;
	change->fn = fn;
	change->arg = arg;
	return change;
}

static void
end_change(void *arg, int code)
{
	struct change *change = arg;

	change->fn(change->arg, code);
	token_wipe(change, sizeof(*change));
	free(change);
}

static void
post_change(struct state *state, int (*run)(sqlite3 *, struct wall, void *),
    struct change *change)
{
	struct post_job job = { run, end_change, change };

	state_job(state, POST_CHANGE, &job);
}

static int
step_done(sqlite3 *db, sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	(void)sqlite3_finalize(stmt);
	if (rc == SQLITE_DONE) {
		return sqlite3_changes(db) > 0 ? 0 : COL_ENOENT;
	}
	return (rc & 0xff) == SQLITE_CONSTRAINT ? COL_EEXIST : COL_EIO;
}

static int
prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret_stmt)
{
	return sqlite3_prepare_v2(db, sql, -1, ret_stmt, NULL) == SQLITE_OK ? 0 : COL_EIO;
}

static void
bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	(void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

/* ---- users ------------------------------------------------------------------ */

static int
run_put_user(sqlite3 *db, struct wall now, void *arg)
{
	const struct change *change = arg;
	const struct user_row *user = &change->user;
	sqlite3_stmt *stmt;
	int rc = prepare(db, change->replace ?
	    "UPDATE users SET role = ?2, places = ?3, hash = ?4, changed_ns = ?5, "
	    "disabled = ?6 WHERE name = ?1" :
	    "INSERT INTO users (name, role, places, hash, created_ns, changed_ns, "
	    "disabled) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)", &stmt);

	if (rc != 0) {
		return rc;
	}
	bind_text(stmt, 1, user->name);
	bind_text(stmt, 2, user->role);
	bind_text(stmt, 3, user->places);
	bind_text(stmt, 4, user->hash);
	(void)sqlite3_bind_int64(stmt, 5, now.ns);
	(void)sqlite3_bind_int(stmt, 6, user->disabled);
	rc = step_done(db, stmt);
	return rc != 0 ? rc : audit_put(db, now, &change->audit);
}

void
users_put(struct state *state, const struct user_row *user, bool replace,
    const struct audit_entry *audit, users_done_fn *fn, void *arg)
{
	struct change *change = change_new(audit, fn, arg);

	change->user = *user;
	change->replace = replace;
	post_change(state, run_put_user, change);
}

static int
run_delete_user(sqlite3 *db, struct wall now, void *arg)
{
	const struct change *change = arg;
	sqlite3_stmt *stmt;
	int rc = prepare(db, "DELETE FROM tokens WHERE owner = ?1", &stmt);

	if (rc == 0) {
		bind_text(stmt, 1, change->name);
		rc = step_done(db, stmt);
		/* a user may have none */
		rc = rc == COL_ENOENT ? 0 : rc;
	}
	if (rc == 0) {
		rc = prepare(db, "DELETE FROM users WHERE name = ?1", &stmt);
	}
	if (rc == 0) {
		bind_text(stmt, 1, change->name);
		rc = step_done(db, stmt);
	}
	return rc != 0 ? rc : audit_put(db, now, &change->audit);
}

void
users_delete(struct state *state, const char *name, const struct audit_entry *audit,
    users_done_fn *fn, void *arg)
{
	struct change *change = change_new(audit, fn, arg);

	(void)str_copy(change->name, sizeof(change->name), name);
	post_change(state, run_delete_user, change);
}

/* ---- tokens ----------------------------------------------------------------- */

static int
run_put_token(sqlite3 *db, struct wall now, void *arg)
{
	const struct change *change = arg;
	const struct token_row *token = &change->token;
	sqlite3_stmt *stmt;
	int rc = prepare(db, "INSERT INTO tokens (id, name, owner, role, places, hash, "
	    "created_ns, expires_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", &stmt);

	if (rc != 0) {
		return rc;
	}
	bind_text(stmt, 1, token->id);
	bind_text(stmt, 2, token->name);
	bind_text(stmt, 3, token->owner);
	bind_text(stmt, 4, token->role);
	bind_text(stmt, 5, token->places);
	(void)sqlite3_bind_blob(stmt, 6, token->hash, sizeof(token->hash), SQLITE_STATIC);
	(void)sqlite3_bind_int64(stmt, 7, now.ns);
	(void)sqlite3_bind_int64(stmt, 8, token->expires.ns);
	rc = step_done(db, stmt);
	return rc != 0 ? rc : audit_put(db, now, &change->audit);
}

void
users_put_token(struct state *state, const struct token_row *token,
    const struct audit_entry *audit, users_done_fn *fn, void *arg)
{
	struct change *change = change_new(audit, fn, arg);

	change->token = *token;
	post_change(state, run_put_token, change);
}

static int
run_delete_token(sqlite3 *db, struct wall now, void *arg)
{
	const struct change *change = arg;
	sqlite3_stmt *stmt;
	int rc = prepare(db, "DELETE FROM tokens WHERE id = ?1", &stmt);

	if (rc == 0) {
		bind_text(stmt, 1, change->name);
		rc = step_done(db, stmt);
	}
	return rc != 0 ? rc : audit_put(db, now, &change->audit);
}

void
users_delete_token(struct state *state, const char *id, const struct audit_entry *audit,
    users_done_fn *fn, void *arg)
{
	struct change *change = change_new(audit, fn, arg);

	(void)str_copy(change->name, sizeof(change->name), id);
	post_change(state, run_delete_token, change);
}

/* ---- all, at start ------------------------------------------------------------ */

/* Makes room for one more; NULL when there is no memory. */
static void *
one_more(void **items, size_t n, size_t size)
{
	void *more;

	/* room doubles at each power of two */
	if ((n & (n - 1)) != 0) {
		return (char *)*items + n * size;
	}
	more = realloc(*items, (n == 0 ? 1 : n * 2) * size);
	if (more == NULL) {
		return NULL;
	}
	*items = more;
	return (char *)more + n * size;
}

static void
take_text(sqlite3_stmt *stmt, int at, char *to, size_t size)
{
	(void)str_copy(to, size, (const char *)sqlite3_column_text(stmt, at));
}

static int
load_users(sqlite3 *db, struct users_all *all)
{
	sqlite3_stmt *stmt;
	struct user_row *user;
	int rc = prepare(db, "SELECT name, role, places, hash, created_ns, changed_ns, "
	    "disabled FROM users ORDER BY name", &stmt);

	while (rc == 0 && sqlite3_step(stmt) == SQLITE_ROW) {
		user = one_more((void **)&all->users, all->n_users, sizeof(*user));
		if (user == NULL) {
			rc = COL_ENOMEM;
			break;
		}
		take_text(stmt, 0, user->name, sizeof(user->name));
		take_text(stmt, 1, user->role, sizeof(user->role));
		take_text(stmt, 2, user->places, sizeof(user->places));
		take_text(stmt, 3, user->hash, sizeof(user->hash));
		user->created.ns = sqlite3_column_int64(stmt, 4);
		user->changed.ns = sqlite3_column_int64(stmt, 5);
		user->disabled = sqlite3_column_int(stmt, 6) != 0;
		all->n_users++;
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

static int
load_tokens(sqlite3 *db, struct users_all *all)
{
	sqlite3_stmt *stmt;
	struct token_row *token;
	int rc = prepare(db, "SELECT id, name, owner, role, places, hash, created_ns, "
	    "expires_ns FROM tokens WHERE length(hash) = 32 ORDER BY id", &stmt);

	while (rc == 0 && sqlite3_step(stmt) == SQLITE_ROW) {
		token = one_more((void **)&all->tokens, all->n_tokens, sizeof(*token));
		if (token == NULL) {
			rc = COL_ENOMEM;
			break;
		}
		take_text(stmt, 0, token->id, sizeof(token->id));
		take_text(stmt, 1, token->name, sizeof(token->name));
		take_text(stmt, 2, token->owner, sizeof(token->owner));
		take_text(stmt, 3, token->role, sizeof(token->role));
		take_text(stmt, 4, token->places, sizeof(token->places));
		memcpy(token->hash, sqlite3_column_blob(stmt, 5), sizeof(token->hash));
		token->created.ns = sqlite3_column_int64(stmt, 6);
		token->expires.ns = sqlite3_column_int64(stmt, 7);
		all->n_tokens++;
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

int
users_load(struct state *state, struct users_all *ret_all)
{
	struct users_all all = {0};
	int rc = load_users(state->db, &all);

	rc = rc != 0 ? rc : load_tokens(state->db, &all);
	if (rc != 0) {
		users_all_done(&all);
		return rc;
	}
	*ret_all = all;
	return 0;
}

void
users_all_done(struct users_all *all)
{
	free(all->users);
	free(all->tokens);
	memset(all, 0, sizeof(*all));
}
