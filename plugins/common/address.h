/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses of devices: literals at once, names on a thread of their own, so
 * that no POLL thread ever waits for DNS.
 *
 * Route: device_add and poll_start -> engine.
 * Thread: address_* any; resolver_* the POLL thread, the look-ups run on the
 * resolver's own thread.
 */
#ifndef PLUGIN_ADDRESS_H
#define PLUGIN_ADDRESS_H

#include <sys/socket.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define ADDRESS_HOST_SIZE 256
#define ADDRESS_FILE "snmprec:"

struct address {
	bool is_file;           /* "snmprec:PATH" */
	bool is_literal;        /* to is filled */
	char name[ADDRESS_HOST_SIZE]; /* to be resolved */
	uint16_t port;
	struct sockaddr_storage to;
	socklen_t to_len;
};

/*
 * Parses "192.0.2.1", "192.0.2.1:1161", "2001:db8::1", "[2001:db8::1]:1161",
 * "pdu.example:1161", "snmprec:PATH"; port where none is written.
 * Errors: COL_EINVAL with text.
 */
int address_parse(const char *text, uint16_t port,
    struct address *ret_address, struct col_error *error);

struct resolver;
struct resolver_name; /* one name, shared by all devices that have it */

enum resolver_state { RESOLVER_WAITING = 0, RESOLVER_READY, RESOLVER_FAILED,
	RESOLVER_STATE_N };

/* Errors: NULL when out of memory or no thread can be made. */
struct resolver *resolver_new(const struct col_host *host);
void resolver_free(struct resolver *resolver);
/* Returns a reference and has the name looked up; NULL: out of memory. */
struct resolver_name *resolver_get(struct resolver *resolver,
    const char *name);
void resolver_put(struct resolver *resolver, struct resolver_name *name);
/*
 * The state as known now; asks again when the answer is old (10 min, after a
 * failure 30 s) and goes on with the old one meanwhile.
 * Shape: ret_to gets port filled in.  error is set with RESOLVER_FAILED.
 */
enum resolver_state resolver_look(struct resolver *resolver,
    struct resolver_name *name, struct address *address,
    struct col_error *error);

#endif
