/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens the listening socket, so that what is wrong with it is told in words.
 *
 * Route: server start.  Thread: MAIN.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/err.h>

/*
 * Binds host ("127.0.0.1", "::1", "[::1]", "localhost") and listens.
 * Errors: COL_EINVAL no numeric address, or off loopback without TLS; COL_EIO with
 * address, port and remedy.
 */
int listen_open(const char *host, uint16_t port, bool tls, int *ret_fd,
    uint16_t *ret_port, struct col_error *error);
void listen_close(int fd);

#endif
