/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sends answers: security headers, compression, entity tags.
 *
 * Route: handlers -> reply -> libmicrohttpd.  Thread: HTTP.
 * Source: distributed.md section 6 (headers); RFC 9110 sections 8.8, 12.5.3.
 */
#ifndef HTTP_REPLY_H
#define HTTP_REPLY_H

#include <stdbool.h>

#include <microhttpd.h>

#include "http/request.h"

/* Sends status, type, etag and body of the request; takes the body. */
enum MHD_Result reply_send(struct request *request);
/* Sends 304 with the request's entity tag. */
enum MHD_Result reply_same(struct request *request);
/* Adds the headers of the request's answer, uncompressed: for one that a handler
 * sends by itself. */
void reply_headers(const struct request *request, struct MHD_Response *response);
/* Adds the headers that every answer carries. */
void reply_secure(struct MHD_Response *response);
/* True when an Accept-Encoding value (may be NULL) takes gzip. */
bool reply_takes_gzip(const char *accept);
/* True when an If-None-Match value (may be NULL) names etag, weakly. */
bool reply_matches(const char *if_none_match, const char *etag);
/* Value of a request header or NULL. */
const char *reply_header(const struct request *request, const char *name);
/* Compresses in to out.  Errors: COL_ENOMEM, COL_EFULL (not smaller). */
int reply_gzip(const struct buf *in, struct buf *out);

#endif
