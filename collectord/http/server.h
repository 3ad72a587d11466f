/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's own struct, for the files of this room.
 *
 * Route: http.h from outside; inside, every handler reaches it by its request.
 * Thread: fields say; lock is never held while waiting for anything.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "http/attempts.h"
#include "http/http.h"

#define HTTP_MAGIC 0x68747470u

/* Source: DESIGN.md 4.5 and distributed.md section 6, but for loopback, where
 * all clients share one address and 256 of them may be event streams. */
#define HTTP_CONNECTIONS_MAX 512
#define HTTP_PER_ADDRESS_MAX 384
#define HTTP_IDLE_S 60
#define HTTP_HEADER_NS (10 * NS_PER_S)      /* from accept to the full header,
                                             * from there to the full body */
#define HTTP_WAIT_NS (2 * NS_PER_S)         /* for another thread's answer */
#define HTTP_MEMORY_MAX (32u << 10)         /* of one connection's head */

struct MHD_Daemon;
struct desk;
struct accounts;
struct events;
struct hasher;
struct order;
struct pages;
struct scan;
struct thread;
struct ticket;
struct tls;
struct watch;

struct http {
	uint32_t magic;                     /* HTTP_MAGIC */
	struct http_setup setup;            /* never changes */
	struct MHD_Daemon *daemon;          /* never changes until http_free */
	uint16_t port;
	char listen_host[64];               /* as configured */
	struct wall started;
	uint64_t epoch;                     /* puts snapshot and event numbers of
	                                     * this run behind those of the last */
	struct pages *pages;                /* immutable */
	struct events *events;              /* own lock */
	struct watch *watch;                /* own lock: connections, deadlines */
	struct scan *scan;                  /* HTTP thread only */
	struct accounts *accounts;          /* own lock; one reference */
	struct hasher *hasher;              /* own thread */
	struct attempts attempts;           /* HTTP thread only */
	struct tls *tls;                    /* own lock; NULL: plain */
	bool open_to_loopback;              /* who comes without a name is a viewer */
	atomic_uint n_tables;               /* whole lists under way; HTTP changes it */
	struct desk *desk;                  /* own lock */
	struct thread *watchdog;

	pthread_mutex_t lock;               /* guards what follows */
	bool stopping;
	const struct config *config;        /* one reference */
	char config_error[512];             /* of a refused reload, or "" */
	struct order *orders[2];            /* newest first; either may be NULL */
	struct ticket *pending;             /* list by ticket->next */
};

/* The configuration in force, with a reference. */
const struct config *http_config(struct http *http);
/* The order of an inventory's racks and devices, with a reference, or NULL. */
struct order *http_order(struct http *http, const struct inventory *inventory);

#endif
