/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLS of the server: reads certificate and key, checks that they belong
 * together, and tells when they run out.
 *
 * Route: server start.  Thread: MAIN.
 * Source: distributed.md section 6 (TLS 1.2 or newer by GnuTLS).
 */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <collectord/err.h>

#include "base/clock.h"
#include "config/config.h"

struct tls;
struct MHD_OptionItem;

/*
 * *ret_tls is NULL where none is configured.
 * Errors: COL_EIO (a file cannot be read), COL_EINVAL (no PEM, or they do not
 * belong together, or have expired), with the file and the remedy.
 */
int tls_new(const struct settings *settings, const struct clock *clock,
    struct tls **ret_tls, struct col_error *error);
void tls_free(struct tls *tls);        /* NULL is fine */

/* Fills libmicrohttpd's options, which point into tls.  Shape: TLS_OPTIONS. */
#define TLS_OPTIONS 4
void tls_options(const struct tls *tls, struct MHD_OptionItem *options);

#endif
