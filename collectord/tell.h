/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Telling: notify with the transport that it sends by and the thread that both run
 * on.
 *
 * Route: alert -> state -> tell -> receivers.  Thread: MAIN; its own is NOTIFY.
 */
#ifndef TELL_H
#define TELL_H

#include "alert/notify.h"

struct tell;

struct tell_setup {
	const struct clock *clock;
	struct state *state;
	const struct alerts_loaded *open;
	struct transport *transport;    /* of tests; NULL: libcurl's */
	/* see notify_setup */
	void (*silent)(void *arg, const char *receiver, double silent_s);
	void *silent_arg;
};

/* Goes on from what the database has.  Errors: COL_EIO, COL_ENOMEM. */
int tell_new(const struct tell_setup *setup, const struct config *config,
    struct tell **ret_tell, struct col_error *error);
/* All below accept NULL. */
void tell_start(struct tell *tell);        /* its thread */
struct mono tell_step(struct tell *tell);  /* without one */
/* Changes that are on the disk.  Thread: any. */
void tell_changes(struct tell *tell, const struct alert_change *changes, size_t n_changes);
void tell_apply(struct tell *tell, const struct config *config);
/* Nothing is sent from now on; what is under way has a second to end. */
void tell_stop(struct tell *tell);
/* State is gone: it answers no more. */
void tell_free(struct tell *tell);
/* NULL of NULL. */
struct notify *tell_notify(struct tell *tell);

#endif
