/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The guards: what no request may look like, judged before anything else;
 * whoever breaks them is answered 400 (413 for a body, 403 for a page of
 * another site) and cut off.
 *
 * Route: server -> guard -> route.  Thread: any; looks only at its arguments.
 * Source: distributed.md section 6 (what libmicrohttpd 0.9.75 lets through);
 * RFC 9112 sections 3.2 and 6.3.
 */
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum guard_verdict {
	GUARD_PASS = 0, GUARD_TARGET_LONG, GUARD_TARGET_NUL, GUARD_TARGET_BYTES,
	GUARD_METHOD, GUARD_VERSION, GUARD_HEADER_NAME, GUARD_HEADER_VALUE,
	GUARD_HEADERS, GUARD_HOST_COUNT, GUARD_HOST, GUARD_LENGTH_COUNT,
	GUARD_LENGTH, GUARD_LENGTH_AND_CODING, GUARD_CODING, GUARD_BODY,
	GUARD_BODY_LARGE, GUARD_TYPE_COUNT, GUARD_ORIGIN_COUNT, GUARD_CROSS_SITE,
	GUARD_N
};

#define GUARD_HEADERS_MAX 64        /* header lines */
#define GUARD_HEADER_MAX 4096       /* bytes of one value */
#define GUARD_BODY_MAX (64u << 10)

/* What the header lines add up to; zeroed before the first line. */
struct guard_headers {
	enum guard_verdict verdict;     /* first thing wrong */
	unsigned n_headers, n_host, n_length, n_coding, n_type, n_origin, n_site;
	uint64_t length;                /* of Content-Length */
	char host[256];
	char type[128];                 /* Content-Type, cut */
	char origin[272];               /* cut: then it matches no Host */
	char site[32];                  /* Sec-Fetch-Site, cut */
};

const char *guard_code(enum guard_verdict verdict);   /* "host_count" */
const char *guard_text(enum guard_verdict verdict);   /* one sentence */
unsigned guard_status(enum guard_verdict verdict);    /* 400, 403 or 413 */

/* Judges the raw target, before anyone decodes it. */
enum guard_verdict guard_target(const char *target);
/* Adds one header line.  Shape: value of value_size bytes. */
void guard_header(struct guard_headers *headers, const char *name,
    const char *value, size_t value_size);
/*
 * Judges the whole head.  listen_host: the address the server is bound to; NULL:
 * the server may be called by any name, its certificate says by which.
 */
enum guard_verdict guard_head(const struct guard_headers *headers,
    const char *method, const char *version, const char *listen_host);
/*
 * True when a Host value names this machine's loopback or listen_host: what a
 * page of another site, reached through a rebound DNS name, cannot send.
 */
bool guard_host(const char *host, const char *listen_host);
/*
 * True when no page of another site sends a change: Origin, where there is
 * one, names the Host of this very request (loopback ports of others are other
 * origins), and Sec-Fetch-Site says same-origin or none.  Clients that are no
 * browsers send neither.
 * Source: Fetch Metadata (W3C), section 2.3; RFC 6454 section 7.
 */
bool guard_same_site(const struct guard_headers *headers);
/* True when Content-Type is application/json, with or without parameters. */
bool guard_is_json(const struct guard_headers *headers);
/* True for 127.0.0.0/8, ::1, "[::1]" and "localhost". */
bool guard_is_loopback(const char *host);

#endif
