/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who a request comes from and what it may do: roles, and the one function
 * that says so.
 *
 * A request is a user's by the cookie of a session or by a token; else it is
 * nobody's, unless it came over the loopback without TLS: then it is an
 * anonymous viewer's.  Roles hold for the whole province or for some places;
 * reading is not divided by place, changing is.
 *
 * Route: dispatch asks, the route table's minimum role judges, writers keep
 * the name as the actor.  Thread: HTTP.
 * Source: DESIGN.md 4.1, 4.5; distributed.md section 6 (roles, deny by default).
 */
#ifndef HTTP_WHO_H
#define HTTP_WHO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/token.h"
#include "model/inventory.h"
#include "state/users.h"

struct request;

/* A route whose role was forgotten is UNSET and serves no one. */
enum role { ROLE_UNSET = 0, ROLE_NOBODY, ROLE_VIEWER, ROLE_OPERATOR, ROLE_ADMIN,
	ROLE_N };
/* "anyone" for NOBODY. */
const char *role_text(enum role role);
/* viewer, operator or admin.  Errors: COL_EINVAL. */
int role_find(const char *text, enum role *ret_role);

#define WHO_ANONYMOUS "anonymous"

enum who_by { WHO_BY_NOTHING = 0, WHO_BY_LOOPBACK, WHO_BY_SESSION, WHO_BY_TOKEN };

struct who {
	char name[USERS_NAME_SIZE];        /* WHO_ANONYMOUS when nobody has said */
	enum role role;
	enum who_by by;
	char places[USERS_PLACES_SIZE];    /* "": everywhere */
	char within[USERS_PLACES_SIZE];    /* BY_TOKEN: its user's, which hold as well */
	uint8_t session[TOKEN_HASH_SIZE];  /* BY_SESSION: hash of the cookie */
};

/* May say otherwise who a request is from than the rule above has: for tests. */
typedef void who_fn(void *arg, const struct request *request, struct who *ret_who);

/* Fills request->who. */
void who_ask(struct request *request);
/* True when the request has the role at a place, at one above it, or everywhere. */
bool who_may(const struct who *who, enum role role,
    const struct inventory *inventory, struct entity_ref ref);
/* True when its role is not of some places only. */
bool who_everywhere(const struct who *who);
/* The same by the texts of a row: "site:zz1 hall:zz2-h1".  "" : everywhere. */
bool who_places_hold(const char *places, const struct inventory *inventory,
    struct entity_ref ref);
/* Errors: COL_EINVAL: not "kind:id" of a province, area, site, hall or row, each
 * once apart by blanks. */
int who_places_check(const char *places);

#endif
