/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The services that a plugin gets: one struct col_host per plugin and thread.
 *
 * Route: handed to thread_start() by poller.c, to start() by output.c.
 * Thread: log, now, random, layout, secret, report from any; descriptors and
 * timers only on the thread that owns the loop.
 * Source: plugin.h, struct col_host.
 */
#ifndef POLL_HOST_H
#define POLL_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "base/clock.h"
#include "model/event.h"
#include "poll/loop.h"

struct host {
	struct col_host col;         /* first: plugins hold a pointer to it */
	uint32_t magic;
	const char *name;            /* the plugin's, borrowed */
	const struct clock *clock;
	struct loop *loop;           /* NULL: no descriptors, no timers */
	const char *store_dir;       /* borrowed; NULL: no folders */
	struct event_sink events;    /* fn NULL: nobody listens */
	struct col_watch *watches;
	struct col_timer *timers;
};

/* One address that is being probed; its owner keeps it until the host is done. */
struct col_discovery {
	uint32_t magic;              /* HOST_DISCOVERY_MAGIC */
	bool ended;                  /* calls from now on are counted and ignored */
	void (*found)(void *arg, const struct col_found *found);
	void (*discovered)(void *arg);
	void *arg;
};
#define HOST_DISCOVERY_MAGIC 0x44697363u

/*
 * Makes a host.  loop may be NULL (output plugins, plugins that block).
 * store_dir and events are the caller's to set, before the plugin starts.
 * Owns: borrows name, clock, loop, store_dir until host_done.
 */
void host_init(struct host *host, const char *name, const struct clock *clock,
    struct loop *loop);
/* Takes away the descriptors and timers that the plugin left behind. */
void host_done(struct host *host);

#endif
