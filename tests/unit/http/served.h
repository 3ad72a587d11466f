/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole server on a free port, the rooms below it faked, its clock the
 * test's: raw bytes in, bytes out.
 *
 * Route: test programs of http.  Thread: the test's.
 */
#ifndef TESTS_HTTP_SERVED_H
#define TESTS_HTTP_SERVED_H

#include <stdint.h>

#include "http/client.h"
#include "http/http.h"

#define N_RACKS 500u
#define RACK "s0-h0-r0-a02"
#define V1 "/api/v1"
#define HOST "Host: 127.0.0.1\r\n"

extern struct clock *served_clock;
extern struct http *served_http;    /* NULL: the test has ended it */
extern uint16_t served_port;
extern uint32_t served_racks;       /* of the next start */
extern int served_anonymous;        /* enum http_anonymous of the next start */

/* Of a group: a folder with pages. */
int served_web_up(void **state);
int served_web_down(void **state);
/* Of each test: the province, the server. */
int served_start(void **state);
int served_stop(void **state);
#define SERVED(test) cmocka_unit_test_setup_teardown(test, served_start, served_stop)

/* Waits, in real time, until a figure is reached; the condition must come. */
void served_wait(int64_t (*figure)(void), int64_t at_least);
int64_t served_waiting(void);       /* answers of other threads */
int64_t served_connections(void);
int64_t served_streams(void);
/* GET on a connection of its own; the status. */
unsigned served_get(struct client *client, const char *target);
/* The same of a change, with a JSON body ("": none). */
unsigned served_post(struct client *client, const char *method, const char *target,
    const char *body);

#endif
