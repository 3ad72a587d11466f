/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is at an address: presence ping, authentication capabilities, and with
 * an account that works Get Device ID.
 *
 * Route: plugin.c -> here -> link.  Thread: the POLL thread that asks.
 * Source: IPMI v2.0 s.13.2 (presence ping), s.22.13, s.20.1.
 */
#ifndef PLUGIN_IPMI_SEARCH_H
#define PLUGIN_IPMI_SEARCH_H

#include "device.h"

/* Searches in flight on one POLL thread. */
struct searches {
	struct device_shared *shared;
	struct search *list;
};

/* Starts one; what cannot start ends at once. */
void search_start(struct searches *searches,
    const struct col_discover *request, struct col_discovery *to);
/* Frees those that have ended, telling the host.  Never from inside theirs. */
void search_sweep(struct searches *searches);
/* Frees all, silently. */
void search_stop(struct searches *searches);

#endif
