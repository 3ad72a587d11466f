/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See listen.h. */
#include <config.h>

#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "http/guard.h"

#define BACKLOG 512

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* Errors: COL_EINVAL when host is no numeric address. */
static int
resolve(const char *host, uint16_t port, union address *ret_address, socklen_t *ret_size)
{
	char text[64];
	size_t len = strlen(host);

	if (len >= sizeof(text)) {
		return COL_EINVAL;
	}
	(void)str_copy(text, sizeof(text), strcasecmp(host, "localhost") == 0 ?
	    "127.0.0.1" : host);
	if (text[0] == '[') {
		memmove(text, text + 1, len);
		text[len - 2] = '\0';
	}
	memset(ret_address, 0, sizeof(*ret_address));
	if (inet_pton(AF_INET, text, &ret_address->v4.sin_addr) == 1) {
		ret_address->v4.sin_family = AF_INET;
		ret_address->v4.sin_port = htons(port);
		*ret_size = sizeof(ret_address->v4);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &ret_address->v6.sin6_addr) != 1) {
		return COL_EINVAL;
	}
	ret_address->v6.sin6_family = AF_INET6;
	ret_address->v6.sin6_port = htons(port);
	*ret_size = sizeof(ret_address->v6);
	return 0;
}

static int
refuse(const char *host, uint16_t port, struct col_error *error)
{
	if (errno == EADDRINUSE) {
		return err_set(error, COL_EIO, "http: %s port %u is in use by another "
		    "program: stop it, or set http: {listen: %s:PORT} to a free port",
		    host, (unsigned)port, host);
	}
	if (errno == EACCES) {
		return err_set(error, COL_EIO, "http: %s port %u needs privileges: set "
		    "http: {listen: %s:PORT} to a port above 1023", host,
		    (unsigned)port, host);
	}
	return err_errno(error, COL_EIO, "http: cannot listen on %s port %u", host,
	    (unsigned)port);
}

int
listen_open(const char *host, uint16_t port, bool tls, int *ret_fd, uint16_t *ret_port,
    struct col_error *error)
{
	union address address;
	socklen_t size;
	int fd, on = 1;

	if (resolve(host, port, &address, &size) != 0) {
		return err_set(error, COL_EINVAL, "http: '%s' is no numeric address: "
		    "listen on 127.0.0.1:PORT, [::1]:PORT or another of this machine",
		    host);
	}
	if (!tls && !guard_is_loopback(host)) {
		return err_set(error, COL_EINVAL, "http: '%s' is open to other machines, "
		    "which needs TLS: set http: {tls: …}, or listen on 127.0.0.1", host);
	}
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		return refuse(host, port, error);
	}
	/* a restart must not wait for connections of the last run to time out */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, &address.any, size) != 0 || listen(fd, BACKLOG) != 0 ||
	    getsockname(fd, &address.any, &size) != 0) {
		int code = refuse(host, port, error);

		(void)close(fd);
		return code;
	}
	*ret_port = ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port :
	    address.v6.sin6_port);
	*ret_fd = fd;
	return 0;
}

void
listen_close(int fd)
{
	(void)close(fd);
}
