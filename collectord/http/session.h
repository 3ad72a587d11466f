/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cookie of a session, the check that a change was meant, and the line of
 * the audit log that tells whose it was.
 *
 * Route: who and dispatch ask, api_session sets.  Thread: HTTP.
 * Source: RFC 6265bis section 4.1.3 (__Host-); distributed.md section 6.
 */
#ifndef HTTP_SESSION_H
#define HTTP_SESSION_H

#include <stdbool.h>

#include "http/request.h"
#include "state/users.h"

/* The cookie that came, or NULL. */
const char *session_cookie(const struct request *request);
/* Gives the client a cookie; NULL takes it away. */
void session_set(struct request *request, const char *cookie);
/*
 * True when a change may be carried out: it has the session's X-CSRF-Token, or
 * comes by a token, which no page of another site can send.
 */
bool session_meant(const struct request *request);
/* A line with the request's user and address.  Shape: detail is printf's. */
struct audit_entry session_audit(const struct request *request, const char *action,
    const char *subject, const char *detail, ...) __attribute__((format(printf, 4, 5)));
/* The client's address without its port. */
void session_address(const struct request *request, char *to, size_t size);

#endif
