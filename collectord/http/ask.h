/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What plans and what-ifs share: servers as a client describes them, places by
 * id, the way over the desk.
 *
 * Route: api_plan, api_whatif -> ask -> desk.  Thread: HTTP, but for ask_stock.
 */
#ifndef HTTP_ASK_H
#define HTTP_ASK_H

#include "capacity/planner.h"
#include "http/desk.h"
#include "http/pending.h"
#include "http/request.h"
#include "model/reservation.h"

/* One question on its way; the first member of each handler's own. */
struct ask {
	struct ticket *ticket;
	const struct view *view;                /* a reference */
	const struct reservations *reserved;    /* a reference */
	struct overlay overlay;                 /* names tenant, where there is one */
	char tenant[RESERVATION_TENANT_SIZE];   /* "": nobody's */
};

/*
 * Puts a question on the desk: run gets it and must fill the ticket.  The
 * answer: REQUEST_WAIT; on failure a problem, and ask is freed with ask_done.
 */
enum request_next ask_put(struct request *request, struct ask *ask, desk_fn *run);
/* The stock that the question is about, with a reference, or NULL.  Thread: desk. */
const struct stock *ask_stock(struct ask *ask);
/* Gives back what ask holds and frees it; its ticket is filled or never was. */
void ask_done(struct ask *ask);
/* What run has filled in; NULL: the problem is the answer. */
void *ask_result(struct request *request);

/* A server as asked for; kw, kg may have fractions. */
struct ask_server { int64_t n, u, outlets, ports; double kw, kg; };
#define ASK_SERVER_DEFAULT {1, 2, 1, 2, 0.5, 25}
struct planner_ask ask_planner(const struct ask_server *server);
enum planner_redundancy ask_redundancy(const char *text);    /* NULL: 2n */
/* Errors: COL_EINVAL (no place or rack), COL_ENOENT. */
int ask_entity(const struct inventory *inventory, const char *text,
    struct entity_ref *ret_entity);

/* "refused": {code, params}, or null when one more fits. */
void ask_write_refused(struct json *json, const struct inventory *inventory,
    const struct planner_ask *asked, const struct planner_result *result);
/* Members "n" to "tenant" of an object that repeats the question. */
void ask_write_server(struct json *json, const struct planner_ask *asked);

#endif
