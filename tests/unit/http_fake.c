/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "http_fake.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS 256
#define REQUEST_SIZE 65536

struct connection { struct http_fake *fake; int fd; pthread_t thread; };

struct http_fake {
	int listener, stop[2];
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct connection connections[CONNECTIONS];
	size_t n_connections, n_requests, n_now, most;
	char last[REQUEST_SIZE];
};

/* True while the other end is there and the test goes on. */
static bool
rest(const struct connection *connection, int ms)
{
	struct pollfd fds[2] = { { .fd = connection->fake->stop[0], .events = POLLIN },
	    { .fd = connection->fd, .events = POLLRDHUP } };

	(void)poll(fds, 2, ms);
	return fds[0].revents == 0 && fds[1].revents == 0;
}

static bool
say(int fd, const char *text, size_t size)
{
	return send(fd, text, size, MSG_NOSIGNAL) == (ssize_t)size;
}

static bool
read_request(const struct connection *connection, char *text)
{
	size_t n = 0, wanted = 0;

	while (n < REQUEST_SIZE - 1) {
		struct pollfd fds[2] = { { .fd = connection->fake->stop[0], .events = POLLIN },
		    { .fd = connection->fd, .events = POLLIN } };
		ssize_t got;
		char *end, *length;

		(void)poll(fds, 2, -1);
		if (fds[0].revents != 0) {
			return false;
		}
		got = read(connection->fd, text + n, REQUEST_SIZE - 1 - n);
		if (got <= 0) {
			return false;
		}
		n += (size_t)got;
		text[n] = '\0';
		end = strstr(text, "\r\n\r\n");
		length = strcasestr(text, "\r\nContent-Length:");
		if (end != NULL) {
			wanted = (size_t)(end - text) + 4 +
			    (length != NULL ? strtoul(length + 17, NULL, 10) : 0);
		}
		if (wanted != 0 && n >= wanted) {
			return true;
		}
	}
	return false;
}

static void
answer_status(int fd, int status)
{
	char text[512], date[64];
	time_t later = time(NULL) + 90;
	struct tm tm;

	gmtime_r(&later, &tm);
	(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	(void)snprintf(text, sizeof(text), "HTTP/1.1 %d X\r\n%s%s%sContent-Length: 2\r\n\r\nok",
	    status / 10, status / 10 == 302 ? "Location: /200\r\n" : "",
	    status / 10 == 429 ? "retry-AFTER:  " : "",
	    status == 4291 ? strcat(date, " \r\n") : status == 4290 ? "7\r\n" : "");
	(void)say(fd, text, strlen(text));
}

static void
answer_long(const struct connection *connection, bool slowly)
{
	static const char HEAD[] = "HTTP/1.1 200 X\r\nContent-Length: 100000000\r\n\r\n";
	static char block[16384];

	(void)say(connection->fd, HEAD, strlen(HEAD));
	while (rest(connection, slowly ? 20 : 0) &&
	    say(connection->fd, block, slowly ? 1 : sizeof(block))) {
	}
}

static void
answer(const struct connection *connection, const char *path)
{
	static const char HALF[] = "HTTP/1.1 200 X\r\nContent-";
	static const char SHORT[] = "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhalf";
	static const char GARBAGE[] = "\x16\x03\x01 this is no HTTP \xff\xfe\r\n\r\n";

	if (strncmp(path, "/hang", 5) == 0) {
		(void)rest(connection, -1);
	} else if (strncmp(path, "/half", 5) == 0) {
		(void)say(connection->fd, HALF, strlen(HALF));
	} else if (strncmp(path, "/short", 6) == 0) {
		(void)say(connection->fd, SHORT, strlen(SHORT));
	} else if (strncmp(path, "/garbage", 8) == 0) {
		(void)say(connection->fd, GARBAGE, strlen(GARBAGE));
	} else if (strncmp(path, "/huge", 5) == 0 || strncmp(path, "/drip", 5) == 0) {
		answer_long(connection, path[1] == 'd');
	} else if (strncmp(path, "/close", 6) != 0) {
		answer_status(connection->fd, 10 * (int)strtol(path + 1, NULL, 10) +
		    (strncmp(path, "/429-date", 9) == 0));
	}
}

static void *
serve(void *arg)
{
	struct connection *connection = arg;
	struct http_fake *fake = connection->fake;
	char *text = malloc(REQUEST_SIZE);

	assert(text != NULL);
	if (read_request(connection, text)) {
		pthread_mutex_lock(&fake->lock);
		memcpy(fake->last, text, strlen(text) + 1);
		fake->n_requests++;
		fake->n_now++;
		fake->most = fake->n_now > fake->most ? fake->n_now : fake->most;
		pthread_cond_broadcast(&fake->changed);
		pthread_mutex_unlock(&fake->lock);
		answer(connection, strchr(text, ' ') + 1);
		pthread_mutex_lock(&fake->lock);
		fake->n_now--;
		pthread_mutex_unlock(&fake->lock);
	}
	free(text);
	(void)shutdown(connection->fd, SHUT_RDWR);
	return NULL;
}

static void *
listen_on(void *arg)
{
	struct http_fake *fake = arg;

	for (;;) {
		struct pollfd fds[2] = { { .fd = fake->stop[0], .events = POLLIN },
		    { .fd = fake->listener, .events = POLLIN } };
		struct connection *connection = &fake->connections[fake->n_connections];

		(void)poll(fds, 2, -1);
		if (fds[0].revents != 0) {
			return NULL;
		}
		assert(fake->n_connections < CONNECTIONS);
		connection->fake = fake;
		connection->fd = accept(fake->listener, NULL, NULL);
		if (connection->fd >= 0 && pthread_create(&connection->thread, NULL, serve,
		    connection) == 0) {
			fake->n_connections++;
		}
	}
}

struct http_fake *
http_fake_start(void)
{
	struct http_fake *fake = calloc(1, sizeof(*fake));
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t size = sizeof(at);
	int rc;

	assert(fake != NULL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fake->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	rc = bind(fake->listener, (struct sockaddr *)&at, sizeof(at)) |
	    listen(fake->listener, CONNECTIONS) |
	    getsockname(fake->listener, (struct sockaddr *)&at, &size) | pipe(fake->stop);
	assert(rc == 0);
	(void)rc;
	fake->port = ntohs(at.sin_port);
	pthread_mutex_init(&fake->lock, NULL);
	pthread_cond_init(&fake->changed, NULL);
	pthread_create(&fake->thread, NULL, listen_on, fake);
	return fake;
}

void
http_fake_stop(struct http_fake *fake)
{
	(void)!write(fake->stop[1], "", 1);
	pthread_join(fake->thread, NULL);
	for (size_t i = 0; i < fake->n_connections; i++) {
		pthread_join(fake->connections[i].thread, NULL);
		close(fake->connections[i].fd);
	}
	close(fake->listener);
	close(fake->stop[0]);
	close(fake->stop[1]);
	pthread_cond_destroy(&fake->changed);
	pthread_mutex_destroy(&fake->lock);
	free(fake);
}

unsigned
http_fake_port(const struct http_fake *fake)
{
	return fake->port;
}

size_t
http_fake_requests(struct http_fake *fake)
{
	size_t n;

	pthread_mutex_lock(&fake->lock);
	n = fake->n_requests;
	pthread_mutex_unlock(&fake->lock);
	return n;
}

size_t
http_fake_most(struct http_fake *fake)
{
	size_t n;

	pthread_mutex_lock(&fake->lock);
	n = fake->most;
	pthread_mutex_unlock(&fake->lock);
	return n;
}

void
http_fake_wait(struct http_fake *fake, size_t n)
{
	pthread_mutex_lock(&fake->lock);
	while (fake->n_requests < n) {
		pthread_cond_wait(&fake->changed, &fake->lock);
	}
	pthread_mutex_unlock(&fake->lock);
}

char *
http_fake_last(struct http_fake *fake)
{
	char *copy;

	pthread_mutex_lock(&fake->lock);
	copy = strdup(fake->last);
	pthread_mutex_unlock(&fake->lock);
	return copy;
}
