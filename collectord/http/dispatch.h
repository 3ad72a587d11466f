/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Takes a request through its stations: raw target, guards, route, query,
 * view, handler, answer; again from the handler after a wait.
 *
 * Route: libmicrohttpd's callbacks -> here -> handlers.  Thread: HTTP.
 */
#ifndef HTTP_DISPATCH_H
#define HTTP_DISPATCH_H

#include <stddef.h>

#include <microhttpd.h>

/* MHD_OPTION_URI_LOG_CALLBACK: sees the target raw, makes the request. */
void *dispatch_target(void *http, const char *target, struct MHD_Connection *connection);
/* MHD_AccessHandlerCallback */
enum MHD_Result dispatch_request(void *http, struct MHD_Connection *connection,
    const char *url, const char *method, const char *version,
    const char *upload, size_t *upload_size, void **context);
/* MHD_RequestCompletedCallback */
void dispatch_completed(void *http, struct MHD_Connection *connection,
    void **context, enum MHD_RequestTerminationCode why);

#endif
