/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists as CSV: the handler that writes a list as JSON is run with a sink in
 * the place of its writer, and each item becomes a line.  What a cell holds is
 * thus what the JSON holds at the column's path; a list is made CSV by a row
 * of tables.c and a parameter "format".
 *
 * Without a limit the list comes as a whole, page after page as the client
 * takes it, of one snapshot: 90,000 racks pass through a buffer of one page.
 *
 * Route: dispatch -> table -> the list's handler -> reply.  Thread: HTTP.
 */
#ifndef HTTP_TABLE_H
#define HTTP_TABLE_H

#include <microhttpd.h>

#include "http/request.h"

#define TABLE_COLUMNS_MAX 128
#define TABLE_NAME_SIZE 128
/* Whole lists that are under way at a time: each holds a snapshot. */
#define TABLE_STREAMS_MAX 8

struct route;

/* How a list becomes lines. */
struct table {
	const char *route;            /* its name in the route table */
	const char *list;             /* key of the list in the body; NULL: the body's
	                               * members are the columns, lists of equal length */
	/* Dotted paths below an item, in the order in which it writes them ("racks.
	 * declared"), NULL at the end; a list of texts becomes one cell of them. */
	const char *const *columns;
};

extern const struct table table_all[];
extern const size_t table_all_size;

/* The table of a route, or NULL: it has no list. */
const struct table *table_of(const struct route *route);
/* The header of a column: "racks.declared" is racks_declared. */
void table_name(const char *path, char name[TABLE_NAME_SIZE]);
/* True when the request wants its list as CSV. */
bool table_wanted(const struct request *request);
/*
 * Runs the route's handler and makes its answer CSV; called again when the
 * handler had to wait.  What the handler refuses is answered as always.
 */
enum request_next table_answer(struct request *request);
/* Frees what a request's table holds. */
void table_drop(struct request *request);

#endif
