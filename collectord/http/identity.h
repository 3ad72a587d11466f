/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that the server needs to tell who asks: TLS, accounts, the thread that
 * hashes, the count of failures.
 *
 * Route: server start and stop.  Thread: MAIN.
 */
#ifndef HTTP_IDENTITY_H
#define HTTP_IDENTITY_H

#include <collectord/err.h>

#include "base/clock.h"
#include "config/config.h"

struct http;

/* First: with TLS the server may listen off loopback.  Errors: those of tls_new. */
int identity_tls(struct http *http, const struct clock *clock,
    const struct config *config, struct col_error *error);
/* Errors: COL_ENOMEM, COL_EIO. */
int identity_start(struct http *http, const struct config *config);
/* As long as there is no user, tells how the first is made. */
void identity_tell(struct http *http);
/* The server has stopped. */
void identity_stop(struct http *http);

#endif
