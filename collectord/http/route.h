/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of routes: path, minimum role, parameters, handler, words;
 * dispatch, the OpenAPI description and docs/api.md all come from it.
 *
 * Route: server -> route -> api_*.  Thread: any, immutable.
 * Source: DESIGN.md 4.5.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stddef.h>

#include "http/query.h"
#include "http/request.h"

/* Who may; without users every loopback client is a viewer. */
enum role { ROLE_VIEWER = 0, ROLE_OPERATOR, ROLE_ADMIN, ROLE_N };
const char *role_text(enum role role);

typedef enum request_next route_fn(struct request *request);

enum route_flags {
	ROUTE_VIEW = 1u << 0,     /* needs a view: 503 before the first */
	ROUTE_ETAG = 1u << 1,     /* the body follows from the view alone */
	ROUTE_PAGE = 1u << 2,     /* HTML: any query, not in the description */
	ROUTE_PLAIN = 1u << 3,    /* outside /api/v1 */
};

struct route {
	const char *path;         /* "/api/v1/racks/{id}", at most one {id} */
	const char *name;         /* operation id, "rack" */
	const char *group;        /* heading in the reference */
	const char *summary;
	route_fn *fn;
	const struct param *params;
	enum role role;           /* minimum */
	unsigned flags;
	const char *media;        /* of the answer */
};

extern const struct route route_table[];
extern const size_t route_table_size;

/*
 * Finds the route of a raw path; the last segment that stands for {id} is
 * copied to id ("" when there is none).  NULL: no such route.
 */
const struct route *route_find(const char *path, char id[QUERY_ID_SIZE]);

#endif
