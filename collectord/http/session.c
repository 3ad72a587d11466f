/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See session.h. */
#include <config.h>

#include "http/session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <microhttpd.h>

#include "base/str.h"
#include "http/accounts.h"
#include "http/reply.h"
#include "http/server.h"

/* With the prefix a browser takes the cookie over TLS only, of this host alone. */
#define COOKIE_TLS "__Host-collectord"
#define COOKIE_PLAIN "collectord"

static const char *
cookie_name(const struct http *http)
{
	return http->tls ? COOKIE_TLS : COOKIE_PLAIN;
}

const char *
session_cookie(const struct request *request)
{
	return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND,
	    cookie_name(request->http));
}

void
session_set(struct request *request, const char *cookie)
{
	(void)str_format(request->cookie, sizeof(request->cookie),
	    "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", cookie_name(request->http),
	    cookie != NULL ? cookie : "", request->http->tls ? "; Secure" : "",
	    cookie != NULL ? "" : "; Max-Age=0");
}

bool
session_meant(const struct request *request)
{
	const char *header = reply_header(request, "X-CSRF-Token");
	char csrf[TOKEN_SIZE];
	struct wall expires;

	if (request->who.by != WHO_BY_SESSION) {
		return true;
	}
	return header != NULL && strlen(header) == TOKEN_SIZE - 1 &&
	    accounts_csrf(request->http->accounts, &request->who, csrf, &expires) &&
	    token_equal(header, csrf, TOKEN_SIZE - 1);
}

void
session_address(const struct request *request, char *to, size_t size)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
	    request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *address = info != NULL ? info->client_addr : NULL;
	char text[INET6_ADDRSTRLEN] = "";

	if (address != NULL && address->sa_family == AF_INET) {
		(void)inet_ntop(AF_INET, &((const struct sockaddr_in *)
		    (const void *)address)->sin_addr, text, sizeof(text));
	} else if (address != NULL && address->sa_family == AF_INET6) {
		(void)inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)
		    (const void *)address)->sin6_addr, text, sizeof(text));
	}
	(void)str_copy(to, size, text);
}

struct audit_entry
session_audit(const struct request *request, const char *action, const char *subject,
    const char *detail, ...)
{
	struct audit_entry entry = {0};
	va_list args;

	(void)str_copy(entry.actor, sizeof(entry.actor), request->who.name);
	session_address(request, entry.address, sizeof(entry.address));
	(void)str_copy(entry.action, sizeof(entry.action), action);
	(void)str_copy(entry.subject, sizeof(entry.subject), subject);
	va_start(args, detail);
	(void)vsnprintf(entry.detail, sizeof(entry.detail), detail, args);
	va_end(args);
	return entry;
}
