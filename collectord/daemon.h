/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon put together: the route of a sample as one list of rooms, used by
 * main.c with threads and by the scenario tests with a clock of their own.
 *
 * Thread: MAIN.  With threads off the caller runs daemon_step() itself.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "base/clock.h"
#include "capacity/capacity.h"
#include "capacity/survey.h"
#include "config/config.h"
#include "flow/flow.h"
#include "http/http.h"
#include "poll/poll.h"
#include "state/state.h"
#include "store/store.h"

struct daemon;
struct notify;
struct transport;

struct daemon_setup {
	const struct clock *clock;
	const char *program;      /* argv[0], for the store process */
	const char *config_file;
	bool threads;             /* false: virtual time, no HTTP server */
	struct transport *transport; /* NULL: the network's; without threads: none */
};

/*
 * Loads the configuration, opens everything, and starts polling.
 * Errors: COL_ECONFIG after the errors were printed on stderr; else the text
 * names what failed and the remedy, and everything opened is closed again.
 */
int daemon_start(const struct daemon_setup *setup, struct daemon **ret_daemon,
    struct col_error *error);
/* Reads the configuration again; a bad one is reported and changes nothing. */
void daemon_reload(struct daemon *daemon);
/* Stops in reverse order without loss; accepts NULL. */
void daemon_stop(struct daemon *daemon);

/* Runs every room's due work once; returns the next due time. */
struct mono daemon_step(struct daemon *daemon);

uint16_t daemon_port(const struct daemon *daemon);
struct capacity *daemon_capacity(const struct daemon *daemon);
struct alerts *daemon_alerts(const struct daemon *daemon);
struct notify *daemon_notify(const struct daemon *daemon);  /* NULL: nobody is told */
struct store *daemon_store(const struct daemon *daemon);
struct flow *daemon_flow(const struct daemon *daemon);
struct state *daemon_state(const struct daemon *daemon);
struct poll *daemon_poll(const struct daemon *daemon);
const struct config *daemon_config(const struct daemon *daemon);

/* Loads plugins and configuration only; prints errors or "ok" with counts. */
int daemon_check(const char *config_file);

#endif
