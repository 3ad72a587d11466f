/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plugins and a configuration for one command: loaded as the daemon does it,
 * polled once without a schedule.
 *
 * Route: ctl's commands that need no daemon.  Thread: MAIN.
 */
#ifndef CTL_LOADED_H
#define CTL_LOADED_H

#include "config/config.h"
#include "ctl/ctl.h"
#include "poll/poll.h"

#define LOADED_TIMEOUT_NS (10 * NS_PER_S)

struct loaded {
	struct poll *poll;
	struct ids *ids;
	const struct config *config;
};

/* All return enum ctl_status; failures have been told on stderr. */

/* The configuration that --config names. */
int loaded_file(const struct ctl_args *args, struct loaded *ret_loaded);
/*
 * A configuration out of nothing but profiles and devices polled by snmp:
 * device i is "r<i>-device" at addresses[i].
 */
int loaded_profiles(const struct ctl_args *args, const char *const *addresses,
    size_t n_addresses, const char *profile, struct loaded *ret_loaded);
/* The same with the rules of another file; NULL: those that it names. */
int loaded_alerts(const struct ctl_args *args, const char *alerts_file,
    struct loaded *ret_loaded);
void loaded_done(struct loaded *loaded);
/* Polls once and prints what came. */
int loaded_poll(const struct ctl_args *args, const struct loaded *loaded,
    const struct device *device, int64_t timeout_ns);

#endif
