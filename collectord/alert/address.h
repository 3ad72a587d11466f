/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which addresses messages may go to: public ones, and the networks that the
 * receiver lists.  Judged when the socket is opened, after DNS, so that a name
 * cannot lead the collector to its own machine or to the cloud's metadata.
 *
 * Route: post asks for each socket.  Thread: any.
 * Source: IANA registries of special-purpose IPv4 and IPv6 addresses; RFC 6890.
 */
#ifndef ALERT_ADDRESS_H
#define ALERT_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* A network; IPv4 as ::ffff:a.b.c.d, so 96 bits more. */
struct network {
	uint8_t bytes[16];
	unsigned bits;
};
/* Reads "10.0.0.0/8", "fd00::/8" or one address.  Errors: COL_EINVAL (no network,
 * or bits behind the prefix that are not 0). */
int address_network(const char *text, struct network *ret_network);

/*
 * May a message go there?  allow: NULL-terminated networks, or NULL.
 * Shape: why gets words when it may not, with the address and the key to set.
 */
bool address_allowed(const struct sockaddr *to, const char *const *allow, char why[200]);

#endif
