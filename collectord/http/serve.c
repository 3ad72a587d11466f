/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See serve.h. */
#include <config.h>

#include "http/serve.h"

#include <stdio.h>
#include <string.h>

#include <microhttpd.h>

#include "base/log.h"
#include "http/dispatch.h"
#include "http/server.h"
#include "http/tls.h"
#include "http/watch.h"

static void
on_log(void *arg, const char *format, va_list args)
{
	char text[256];

	(void)arg;
	(void)vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\r\n")] = '\0';
	LOG_DEBUG("http", NULL, NULL, "libmicrohttpd: %s", text);
}

/* MHD_NotifyConnectionCallback */
static void
on_connection(void *arg, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct http *http = arg;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		    connection, MHD_CONNECTION_INFO_CONNECTION_FD);

		*context = info != NULL ? watch_open(http->watch, info->connect_fd) : NULL;
	} else {
		watch_close(http->watch, *context);
		*context = NULL;
	}
}

struct MHD_Daemon *
serve_start(struct http *http, int fd)
{
	struct MHD_OptionItem secure[TLS_OPTIONS];

	tls_options(http->tls, secure);
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD |
	    (http->tls != NULL ? MHD_USE_TLS : 0) |
	    MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
	    dispatch_request, http,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
	    MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)HTTP_PER_ADDRESS_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY_MAX,
	    /* strict, it would answer a missing Host itself, and garbled */
	    MHD_OPTION_STRICT_FOR_CLIENT, 0,
	    MHD_OPTION_URI_LOG_CALLBACK, dispatch_target, http,
	    MHD_OPTION_NOTIFY_COMPLETED, dispatch_completed, http,
	    MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
	    MHD_OPTION_ARRAY, secure,
	    MHD_OPTION_END);
}

void
serve_stop(struct MHD_Daemon *daemon)
{
	if (daemon != NULL) {
		MHD_stop_daemon(daemon);
	}
}
