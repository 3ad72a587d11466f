/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Brings one POLL thread to a configuration: what did not change is not
 * touched, in phase, plugin state and learned facts.
 *
 * Route: poll_apply -> apply, on each POLL thread -> poller.c, plugins.
 * Thread: the poller's.
 */
#ifndef POLL_APPLY_H
#define POLL_APPLY_H

#include "config/config.h"
#include "model/plugins.h"
#include "poll/poller.h"

struct apply {
	const struct config *config;     /* borrowed for the call */
	const struct plugins *plugins;
	unsigned thread, n_threads;      /* this one's number, of how many */
	bool keeps;                      /* plugins get folders in store.dir */
};

/* Thread number of a device: all devices of a rack share one. */
unsigned apply_thread_of(const struct inventory *inventory,
    const struct device *device, unsigned n_threads);
/* Starts plugins that have devices here, then diffs profiles and devices. */
void apply_config(struct poller *poller, const struct apply *apply);
/* Adds one device, whatever its thread (oneshot); NULL: config has none such. */
struct polled *apply_device(struct poller *poller, const struct apply *apply,
    uint32_t index);
/* Starts a plugin on this thread; run->started says whether it did. */
struct run *apply_run(struct poller *poller, const struct apply *apply,
    const char *name);
/* Lets the plugin forget a device and frees it.  No poll is in flight. */
void apply_remove(struct polled *polled);
/* Goes on with what had to wait for a busy pool thread. */
void apply_resume(struct polled *polled);

#endif
