/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request from its first line to its answer.
 *
 * Route: server makes it, guard judges it, route finds its handler, reply
 * sends it.  Thread: HTTP.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "http/guard.h"
#include "http/query.h"
#include "http/who.h"

struct alert_list;
struct json_t;
struct MHD_Connection;
struct http;
struct route;
struct table_run;
struct ticket;
struct view;

#define REQUEST_MAGIC 0x68747271u

/* The longest request target that is looked at. */
#define REQUEST_TARGET_MAX 2048
#define REQUEST_BODY_MAX (64u << 20)

struct request {
	uint32_t magic;                      /* REQUEST_MAGIC */
	struct http *http;                   /* borrowed */
	struct MHD_Connection *connection;   /* borrowed from MHD */
	enum guard_verdict verdict;          /* of the raw target, then of all */
	const char *target_end;              /* where the raw target's NUL is; only compared */
	bool judged;                         /* headers were looked at */
	bool is_json;                        /* the body to come calls itself JSON */
	struct who who;                      /* valid once judged */
	uint64_t length;                     /* of the body to come */
	struct buf upload;                   /* what came of it */
	struct json_t *input;                /* the body, checked by the route's table */
	bool head;                           /* HEAD: no body goes out */
	bool close;                          /* connection ends with the answer */
	unsigned step;                       /* of a handler that waits more than once */
	/* of what the request has made */
	char made_id[USERS_NAME_SIZE], made_secret[TOKEN_SIZE];
	char cookie[160];                    /* Set-Cookie, "" for none */
	char path[REQUEST_TARGET_MAX + 1];   /* raw, without the query */
	char query[REQUEST_TARGET_MAX + 1];  /* raw, without '?' */
	const struct route *route;           /* NULL: none yet */
	char id[QUERY_ID_SIZE];              /* {id} of the path, or "" */
	struct query values;                 /* in the order of the route's table */
	const struct view *view;             /* a reference, or NULL */
	const struct alert_list *alerts;     /* the same */
	struct wall as_of;                   /* of the body */
	struct ticket *ticket;               /* what it waits for, or NULL */
	unsigned status;                     /* of the answer */
	const char *type;                    /* content type of the answer */
	const char *etag;                    /* quoted, or NULL; points below */
	char etag_text[40];
	unsigned retry_after_s;              /* 0: no such header */
	const char *allow;                   /* for 405, or NULL; points below */
	char allow_text[40];
	char file[80];                       /* to be saved under that name, or "" */
	struct table_run *table;             /* makes the answer CSV, or NULL */
	struct buf body;
	struct json json;                    /* writes into body */
};

/* What a handler says. */
enum request_next {
	REQUEST_REPLY = 0,   /* body and status are ready */
	REQUEST_WAIT,        /* suspended; called again when the ticket is done */
	REQUEST_SENT,        /* the handler queued a response of its own */
	REQUEST_BROKEN       /* give the connection up */
};

/* Starts the JSON body with "as_of"; request_end closes it. */
void request_begin(struct request *request);
enum request_next request_end(struct request *request);
/* Value of the parameter at that place of the route's table, or NULL. */
const char *request_value(const struct request *request, const char *name);
/* The same as a number; fallback when it is not given. */
int64_t request_int(const struct request *request, const char *name, int64_t fallback);

#endif
