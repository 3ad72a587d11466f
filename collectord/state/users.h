/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users, their tokens, and the audit log: who may do what, and who did.
 *
 * Only hashes are kept.  Each change is written together with its line in the
 * audit log, which cannot be changed or shortened.
 *
 * Route: http keeps all of it in memory and posts what changes.  Thread: STATE
 * runs it; posts from any.  Source: distributed.md section 6.
 */
#ifndef STATE_USERS_H
#define STATE_USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/password.h"
#include "base/token.h"

struct state;

#define USERS_NAME_SIZE 64
#define USERS_ROLE_SIZE 16
/* "site:zz1 hall:zz2-h1"; "": the whole province */
#define USERS_PLACES_SIZE 512

struct user_row {
	char name[USERS_NAME_SIZE];
	char role[USERS_ROLE_SIZE];
	char places[USERS_PLACES_SIZE];
	char hash[PASSWORD_HASH_SIZE];
	struct wall created, changed;
	bool disabled;
};

struct token_row {
	char id[USERS_NAME_SIZE];          /* public, as in /tokens/{id} */
	char name[USERS_NAME_SIZE];        /* what it is for */
	char owner[USERS_NAME_SIZE];       /* the user it acts for */
	char role[USERS_ROLE_SIZE];
	char places[USERS_PLACES_SIZE];
	uint8_t hash[TOKEN_HASH_SIZE];
	struct wall created, expires;      /* 0: never */
};

/* One line of the audit log. */
struct audit_entry {
	int64_t id;
	struct wall at;
	char actor[USERS_NAME_SIZE];
	char address[64];                  /* where from, "" when not by network */
	char action[32];                   /* "user_put", "login", "reservation_add" */
	char subject[160];                 /* what it was done to */
	char detail[512];                  /* what changed, never a secret */
};

/* code: 0 once it is on the disk; COL_ENOENT, COL_EEXIST, COL_EIO.  On STATE. */
typedef void users_done_fn(void *arg, int code);

/* Adds, or with replace changes, a user. */
void users_put(struct state *state, const struct user_row *user, bool replace,
    const struct audit_entry *audit, users_done_fn *fn, void *arg);
/* Removes a user and all its tokens. */
void users_delete(struct state *state, const char *name,
    const struct audit_entry *audit, users_done_fn *fn, void *arg);
void users_put_token(struct state *state, const struct token_row *token,
    const struct audit_entry *audit, users_done_fn *fn, void *arg);
void users_delete_token(struct state *state, const char *id,
    const struct audit_entry *audit, users_done_fn *fn, void *arg);
/* Writes a line for something that changes no table of this file.  fn may be NULL. */
void users_audit(struct state *state, const struct audit_entry *audit,
    users_done_fn *fn, void *arg);

/* Everything there is.  Thread: MAIN at start, before STATE.  Errors: COL_EIO. */
struct users_all {
	struct user_row *users;
	size_t n_users;
	struct token_row *tokens;
	size_t n_tokens;
};
int users_load(struct state *state, struct users_all *ret_all);
void users_all_done(struct users_all *all);

typedef void users_audit_fn(void *arg, int code, const struct audit_entry *entries,
    size_t n_entries);
/* Newest first, only entries with an id below before (0: all), at most limit
 * (<= 1000).  fn once, on STATE, borrows entries. */
void users_get_audit(struct state *state, int64_t before, unsigned limit,
    users_audit_fn *fn, void *arg);

#endif
