/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table of routes: path, method, minimum role, parameters, handler, words;
 * dispatch, the OpenAPI description and docs/api.md all come from it.
 *
 * Route: server -> route -> api_*.  Thread: any, immutable.
 * Source: DESIGN.md 4.5.
 */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stddef.h>

#include "http/input.h"
#include "http/query.h"
#include "http/request.h"
#include "http/who.h"

/* HEAD goes where GET goes. */
enum method { METHOD_GET = 0, METHOD_POST, METHOD_DELETE, METHOD_N };
const char *method_text(enum method method);     /* "POST" */
/* METHOD_N: none that any route has. */
enum method method_find(const char *text);

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
	enum role role;           /* minimum; admin: everywhere */
	unsigned flags;
	const char *media;        /* of the answer */
	enum method method;
	const struct member *body; /* members of the JSON body; NULL: no body */
};

extern const struct route route_table[];
extern const size_t route_table_size;

/*
 * Finds the route of a raw path and a method; the segment that stands for {id}
 * is copied to id ("" when there is none).  NULL: no such route; ret_methods
 * then has bit 1 << method of each that the path does have.
 */
const struct route *route_find(const char *path, enum method method,
    char id[QUERY_ID_SIZE], unsigned *ret_methods);
/* "GET, HEAD, POST" of such bits. */
void route_allow(unsigned methods, char *to, size_t to_size);

#endif
