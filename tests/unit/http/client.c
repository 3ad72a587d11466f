/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client.h. */
#include <config.h>

#include "http/client.h"

#include <arpa/inet.h>
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

#define PATIENCE_MS 120000

void
client_open(struct client *client, uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int rc;

	memset(client, 0, sizeof(*client));
	client->text = calloc(1, 1);
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert(client->text != NULL && client->fd >= 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	rc = connect(client->fd, (struct sockaddr *)&to, sizeof(to));
	assert(rc == 0);
	(void)rc;
}

void
client_close(struct client *client)
{
	if (client->fd >= 0) {
		(void)close(client->fd);
	}
	free(client->text);
	client->text = NULL;
	client->fd = -1;
}

void
client_send_bytes(struct client *client, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t n = send(client->fd, at, size, MSG_NOSIGNAL);

		if (n <= 0) {
			return;   /* the server has closed: the test will see */
		}
		at += n;
		size -= (size_t)n;
	}
}

void
client_send(struct client *client, const char *text)
{
	client_send_bytes(client, text, strlen(text));
}

unsigned
client_count(const struct client *client, const char *text)
{
	unsigned n = 0;
	size_t len = strlen(text);

	for (const char *at = client->text;
	    (at = memmem(at, client->size - (size_t)(at - client->text), text, len)) != NULL;
	    at += len) {
		n++;
	}
	return n;
}

/* Receives something; false after the time or at the end. */
static bool
receive(struct client *client)
{
	struct pollfd fd = {client->fd, POLLIN, 0};
	char data[65536];
	ssize_t n;

	if (client->ended || poll(&fd, 1, PATIENCE_MS) != 1) {
		return false;
	}
	n = recv(client->fd, data, sizeof(data), 0);
	if (n <= 0) {
		client->ended = true;
		return false;
	}
	client->text = realloc(client->text, client->size + (size_t)n + 1);
	assert(client->text != NULL);
	memcpy(client->text + client->size, data, (size_t)n);
	client->size += (size_t)n;
	client->text[client->size] = '\0';
	return true;
}

bool
client_expect(struct client *client, const char *text, unsigned n)
{
	while (client_count(client, text) < n) {
		if (!receive(client)) {
			return client_count(client, text) >= n;
		}
	}
	return true;
}

bool
client_expect_size(struct client *client, size_t size)
{
	while (client->size < size && receive(client)) {
	}
	return client->size >= size;
}

bool
client_expect_end(struct client *client)
{
	while (receive(client)) {
	}
	return client->ended;
}

unsigned
client_ask(struct client *client, uint16_t port, const char *text)
{
	char code[4];
	int64_t status;

	client_open(client, port);
	client_send(client, text);
	(void)client_expect_end(client);
	if (client->size < 12) {
		return 0;
	}
	(void)str_copy(code, sizeof(code), client->text + 9);
	return str_to_int(code, 100, 599, &status) == 0 ? (unsigned)status : 0;
}

unsigned
client_get(struct client *client, uint16_t port, const char *method, const char *target,
    const char *head)
{
	char text[4096];

	(void)str_format(text, sizeof(text), "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	    "Connection: close\r\n%s\r\n", method, target, head);
	return client_ask(client, port, text);
}

const char *
client_body(const struct client *client)
{
	const char *at = strstr(client->text, "\r\n\r\n");

	return at != NULL ? at + 4 : "";
}

bool
client_header(const struct client *client, const char *name, char *value, size_t size)
{
	const char *end = strstr(client->text, "\r\n\r\n");
	const char *at = strstr(client->text, "\r\n");

	while (at != NULL && end != NULL && at < end) {
		size_t n;

		at += 2;
		n = strlen(name);
		if (strncasecmp(at, name, n) == 0 && at[n] == ':') {
			at += n + 1 + strspn(at + n + 1, " ");
			n = strcspn(at, "\r");
			(void)str_format(value, size, "%.*s", (int)n, at);
			return true;
		}
		at = strstr(at, "\r\n");
	}
	return false;
}
