/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Problems: what goes wrong, told as RFC 9457 problem+json with a code and
 * parameters that the pages put into words.
 *
 * Route: any handler -> problem -> reply.  Thread: HTTP.
 * Source: RFC 9457; DESIGN.md 4.5.
 */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/buf.h"
#include "http/request.h"

/* One parameter of a problem; key NULL: none. */
struct problem_param { const char *key, *value; };

/* Writes the JSON text. */
void problem_write(struct buf *out, unsigned status, const char *code,
    const char *detail, struct problem_param param);
/* Makes the problem the request's answer, whatever its body held. */
enum request_next problem_reply(struct request *request, unsigned status,
    const char *code, struct problem_param param, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* "no rack 'x'", code "no_such_rack", params id. */
enum request_next problem_no_such(struct request *request, const char *kind,
    const char *id);
/* 503: another thread did not answer in time, or the server is stopping. */
enum request_next problem_late(struct request *request);
/* 503 with the code that another room answered. */
enum request_next problem_failed(struct request *request, int code);
const char *problem_title(unsigned status);   /* "Not Found" */

#endif
