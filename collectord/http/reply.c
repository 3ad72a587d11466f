/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See reply.h. */
#include <config.h>

#include "http/reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include <collectord/err.h>

#include "base/stats.h"
#include "base/str.h"
#include "http/route.h"
#include "http/server.h"

/* Below this a compressed body saves no packet. */
#define GZIP_MIN 1024
/* Fast enough to stay off the p99 of large lists, within 10 % of level 6. */
#define GZIP_LEVEL 3

static const struct { const char *name, *value; } secure[] = {
	{"Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'; "
	    "base-uri 'none'; form-action 'self'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
};

void
reply_secure(struct MHD_Response *response)
{
	for (size_t i = 0; i < sizeof(secure) / sizeof(secure[0]); i++) {
		(void)MHD_add_response_header(response, secure[i].name, secure[i].value);
	}
}

const char *
reply_header(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

bool
reply_takes_gzip(const char *accept)
{
	while (accept != NULL && *accept != '\0') {
		size_t n = strcspn(accept, ",");
		size_t name = strspn(accept, " \t");

		if (n >= name + 4 && strncasecmp(accept + name, "gzip", 4) == 0 &&
		    strchr(",; \t", accept[name + 4]) != NULL) {
			const char *q = memchr(accept, '=', n);

			/* "q=0", "q=0.0" refuse it, "q=0.5" does not */
			return q == NULL ||
			    strspn(q + 1, "0. \t") < n - (size_t)(q + 1 - accept);
		}
		accept += n + (accept[n] == ',' ? 1 : 0);
	}
	return false;
}

bool
reply_matches(const char *if_none_match, const char *etag)
{
	size_t len = strlen(etag);

	while (if_none_match != NULL && *if_none_match != '\0') {
		if_none_match += strspn(if_none_match, " \t,");
		if (strncmp(if_none_match, "W/", 2) == 0) {
			if_none_match += 2;
		}
		size_t n = strcspn(if_none_match, ",");

		while (n > 0 && strchr(" \t", if_none_match[n - 1]) != NULL) {
			n--;
		}
		if ((n == 1 && *if_none_match == '*') ||
		    (n == len && memcmp(if_none_match, etag, n) == 0)) {
			return true;
		}
		if_none_match += strcspn(if_none_match, ",");
	}
	return false;
}

int
reply_gzip(const struct buf *in, struct buf *out)
{
	z_stream z = {.next_in = (Bytef *)in->data, .avail_in = (uInt)in->size};
	char *data = malloc(in->size);
	int code;

	if (data == NULL ||
	    deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(data);
		return COL_ENOMEM;
	}
	z.next_out = (Bytef *)data;
	z.avail_out = (uInt)in->size;
	code = deflate(&z, Z_FINISH) == Z_STREAM_END ? 0 : COL_EFULL;
	if (code == 0) {
		buf_put(out, data, z.total_out);
		code = out->failed ? COL_ENOMEM : 0;
	}
	(void)deflateEnd(&z);
	free(data);
	return code;
}

static void
add_headers(const struct request *request, struct MHD_Response *response, bool gzip)
{
	char text[64];

	reply_secure(response);
	(void)MHD_add_response_header(response, "Content-Type", request->type);
	(void)MHD_add_response_header(response, "Cache-Control", "no-store");
	(void)MHD_add_response_header(response, "Vary", "Accept-Encoding");
	if (gzip) {
		(void)MHD_add_response_header(response, "Content-Encoding", "gzip");
	}
	if (request->etag != NULL) {
		/* a compressed body is equal in meaning, not in bytes */
		(void)str_format(text, sizeof(text), "%s%s", gzip ? "W/" : "", request->etag);
		(void)MHD_add_response_header(response, "ETag", text);
	}
	if (request->allow != NULL) {
		(void)MHD_add_response_header(response, "Allow", request->allow);
	}
	if (request->retry_after_s > 0) {
		(void)str_format(text, sizeof(text), "%u", request->retry_after_s);
		(void)MHD_add_response_header(response, "Retry-After", text);
	}
	if (request->file[0] != '\0' && request->status == MHD_HTTP_OK) {
		char save[sizeof(request->file) + 32];

		(void)str_format(save, sizeof(save), "attachment; filename=\"%s\"",
		    request->file);
		(void)MHD_add_response_header(response, "Content-Disposition", save);
	}
	if (request->cookie[0] != '\0') {
		(void)MHD_add_response_header(response, "Set-Cookie", request->cookie);
	}
	if (request->http->tls) {
		(void)MHD_add_response_header(response, "Strict-Transport-Security",
		    "max-age=31536000");
	}
	if (request->status == MHD_HTTP_UNAUTHORIZED) {
		(void)MHD_add_response_header(response, "WWW-Authenticate",
		    "Bearer realm=\"collectord\"");
	}
	if (request->close) {
		(void)MHD_add_response_header(response, "Connection", "close");
	}
}

void
reply_headers(const struct request *request, struct MHD_Response *response)
{
	add_headers(request, response, false);
}

static enum MHD_Result
send_buf(struct request *request, struct buf *body, bool gzip)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	response = MHD_create_response_from_buffer(body->size, body->data,
	    MHD_RESPMEM_MUST_FREE);
	if (response == NULL) {
		buf_done(body);
		return MHD_NO;
	}
	buf_init(body, REQUEST_BODY_MAX);   /* its memory is the response's now */
	add_headers(request, response, gzip);
	stats_add(STATS_HTTP_REQUESTS, 1);
	if (request->status >= 500) {
		stats_add(STATS_HTTP_ERRORS, 1);
	}
	result = MHD_queue_response(request->connection, request->status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result
reply_send(struct request *request)
{
	if (request->body.failed) {
		return MHD_NO;
	}
	if (request->body.size > GZIP_MIN &&
	    reply_takes_gzip(reply_header(request, "Accept-Encoding"))) {
		struct buf packed;

		buf_init(&packed, REQUEST_BODY_MAX);
		if (reply_gzip(&request->body, &packed) == 0) {
			enum MHD_Result result = send_buf(request, &packed, true);

			buf_done(&packed);
			return result;
		}
		buf_done(&packed);
	}
	return send_buf(request, &request->body, false);
}

enum MHD_Result
reply_same(struct request *request)
{
	struct buf none;

	buf_init(&none, 1);
	request->status = MHD_HTTP_NOT_MODIFIED;
	return send_buf(request, &none, false);
}
