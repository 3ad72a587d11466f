/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Accounts: users, tokens and sessions as requests need them, in memory.
 *
 * STATE keeps users and tokens; sessions end with the daemon.  Only hashes of
 * cookies and tokens are held.  Callbacks of STATE may outlive the server, so
 * the object has references.
 *
 * Route: who asks, api_session and api_users change.  Thread: any (own lock).
 * Source: distributed.md section 6 (256 bit, 30 min idle, 12 h).
 */
#ifndef HTTP_ACCOUNTS_H
#define HTTP_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "http/who.h"
#include "state/users.h"

#define ACCOUNTS_IDLE_NS (30 * 60 * NS_PER_S)
#define ACCOUNTS_LIFE_NS (12 * 3600 * NS_PER_S)
#define ACCOUNTS_SESSIONS_MAX 4096 /* then the one longest unused ends */
#define ACCOUNTS_USERS_MAX 10000

struct accounts;

/* Takes what STATE has; all may be NULL.  Owns: one reference. */
struct accounts *accounts_new(const struct clock *clock, const struct users_all *all);
struct accounts *accounts_ref(struct accounts *accounts);
void accounts_unref(struct accounts *accounts);

/* ---- who is it ------------------------------------------------------------ */

/* False: no such token, or it has expired, or its user is gone or disabled. */
bool accounts_by_token(struct accounts *accounts, const char *text, struct who *ret_who);
/* False: no such session, or it has ended.  Keeps it awake. */
bool accounts_by_session(struct accounts *accounts, const char *cookie,
    struct who *ret_who);
/* What must come back with each change of a session, by header or body. */
bool accounts_csrf(struct accounts *accounts, const struct who *who,
    char ret_csrf[TOKEN_SIZE], struct wall *ret_expires);

/* ---- sessions --------------------------------------------------------------- */

/* Shape: ret_cookie of TOKEN_SIZE.  Errors: COL_ENOENT (no such user, or
 * disabled), COL_EIO, COL_ENOMEM. */
int accounts_open(struct accounts *accounts, const char *user,
    char ret_cookie[TOKEN_SIZE], struct who *ret_who);
void accounts_close(struct accounts *accounts, const struct who *who);

/* ---- what STATE has written -------------------------------------------------- */

/* Adds or replaces.  A user whose hash, role or being disabled changes loses its
 * sessions.  Errors: COL_ENOMEM, COL_EFULL. */
int accounts_set_user(struct accounts *accounts, const struct user_row *user);
void accounts_drop_user(struct accounts *accounts, const char *name);
int accounts_set_token(struct accounts *accounts, const struct token_row *token);
void accounts_drop_token(struct accounts *accounts, const char *id);

/* ---- reading ------------------------------------------------------------------ */

bool accounts_any(struct accounts *accounts);
/* Users that are admins everywhere and not disabled, but for one name. */
size_t accounts_admins(struct accounts *accounts, const char *but);
bool accounts_user(struct accounts *accounts, const char *name, struct user_row *ret_user);
bool accounts_token(struct accounts *accounts, const char *id, struct token_row *ret_token);
/* Copies, by name or id.  Owns: *ret_rows, free with free.  Errors: COL_ENOMEM. */
int accounts_users(struct accounts *accounts, struct user_row **ret_rows, size_t *ret_n);
int accounts_tokens(struct accounts *accounts, struct token_row **ret_rows, size_t *ret_n);

/*
 * The token that lets the first admin be made; "" once there is a user.  It is
 * of this run alone.
 */
void accounts_setup(struct accounts *accounts, char ret_token[TOKEN_SIZE]);

#endif
