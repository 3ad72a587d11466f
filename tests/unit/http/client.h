/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client that sends raw bytes and waits for what it expects.
 *
 * Route: test programs of http.  Thread: the test's.
 */
#ifndef TESTS_HTTP_CLIENT_H
#define TESTS_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client {
	int fd;
	char *text;         /* all that was received, NUL-terminated */
	size_t size;
	bool ended;         /* the server closed */
};

void client_open(struct client *client, uint16_t port);
void client_close(struct client *client);
void client_send(struct client *client, const char *text);
void client_send_bytes(struct client *client, const void *data, size_t size);
/* Waits until text has come n times; false after 20 s or at the end. */
bool client_expect(struct client *client, const char *text, unsigned n);
/* Waits until size bytes have come. */
bool client_expect_size(struct client *client, size_t size);
/* Waits until the server closes; false after 20 s. */
bool client_expect_end(struct client *client);
/* How often text was received so far. */
unsigned client_count(const struct client *client, const char *text);

/*
 * One request on a connection of its own; head is everything between the
 * request line and the empty line but Host and Connection ("" or "X: y\r\n").
 * Returns the status (0: none); the answer is in client.
 */
unsigned client_get(struct client *client, uint16_t port, const char *method,
    const char *target, const char *head);
/* The same of a whole request, which ends its connection. */
unsigned client_ask(struct client *client, uint16_t port, const char *text);
const char *client_body(const struct client *client);
/* Value of a header of the answer, copied to value; false: not there. */
bool client_header(const struct client *client, const char *name, char *value,
    size_t size);

#endif
