/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes of users and tokens: hashed where there is a password, written by
 * STATE, then taken over by accounts, then answered.
 *
 * Accounts are changed where STATE says that it is on the disk, so that a client
 * that has gone away leaves no difference between the two.
 *
 * Route: api_session, api_users, api_tokens.  Thread: HTTP; callbacks on the
 * hasher's and STATE's.
 */
#ifndef HTTP_CHANGE_H
#define HTTP_CHANGE_H

#include <stdbool.h>

#include "http/request.h"
#include "state/users.h"

/* Suspends the request; a password (may be NULL) becomes the row's hash first. */
enum request_next change_user(struct request *request, const struct user_row *row,
    bool replace, const char *password, const struct audit_entry *audit);
enum request_next change_drop_user(struct request *request, const char *name,
    const struct audit_entry *audit);
enum request_next change_token(struct request *request, const struct token_row *row,
    const struct audit_entry *audit);
enum request_next change_drop_token(struct request *request, const char *id,
    const struct audit_entry *audit);

/* Of a request that is called again: 0, or why it was not done; COL_ETIMEOUT:
 * nothing came in time. */
int change_result(struct request *request);
/* 404, 409 or 503 for that code. */
enum request_next change_problem(struct request *request, const char *kind,
    const char *id, int code);

#endif
