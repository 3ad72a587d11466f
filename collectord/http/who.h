/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a request comes from and what it may do: roles, and the one function
 * that says so.
 *
 * Without users every client of the loopback is an anonymous viewer.
 *
 * Route: dispatch asks, the route table's minimum role judges, writers keep
 * the name as the actor.  Thread: HTTP.
 * Source: DESIGN.md 4.5; distributed.md section 6 (roles, deny by default).
 */
#ifndef HTTP_WHO_H
#define HTTP_WHO_H

struct request;

enum role { ROLE_VIEWER = 0, ROLE_OPERATOR, ROLE_ADMIN, ROLE_N };
const char *role_text(enum role role);      /* "viewer" */

#define WHO_ANONYMOUS "anonymous"

struct who {
	char name[64];             /* WHO_ANONYMOUS when nobody has said */
	enum role role;
};

/* Says who a request is from, in place of the rule above. */
typedef void who_fn(void *arg, const struct request *request, struct who *ret_who);

/* Fills request->who. */
void who_ask(struct request *request);

#endif
