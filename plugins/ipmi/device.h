/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One BMC as the host knows it: address, accounts, session policy, and its
 * polls.
 *
 * Route: plugin.c (callbacks) -> device -> round (readings) and link (session).
 * Thread: the POLL thread of the device.
 */
#ifndef PLUGIN_IPMI_DEVICE_H
#define PLUGIN_IPMI_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "../common/address.h"
#include "../common/credential_set.h"
#include "account.h"
#include "engine.h"
#include "link_life.h"
#include "readings.h"
#include "round.h"

/* Places in the table of device options. */
enum device_option {
	DEVICE_PORT = 0, DEVICE_SESSION, DEVICE_SUITE, DEVICE_PRIVILEGE,
	DEVICE_QUIRKS, DEVICE_OPTION_N
};

/* Ends with an empty row. */
extern const struct col_option device_options[DEVICE_OPTION_N + 1];

/* What the devices of one POLL thread share; filled by plugin.c. */
struct device_shared {
	const struct col_host *host;
	struct engine *engine;
	struct credential_set *accounts;
	struct resolver *resolver;
	struct readings *readings;
	struct device *waiting;      /* for a name */
	void (*wake)(void *arg);     /* something flies between polls */
	void *wake_arg;
};

struct device {
	struct device_shared *shared;
	char *address_text;
	struct address address;
	struct resolver_name *name;  /* NULL: literal */
	const struct account *accounts[LINK_ACCOUNTS_MAX]; /* usable ones */
	const struct account *unusable; /* the first such, NULL: none */
	uint8_t n_accounts;
	bool keeps;                  /* the session, between polls */
	int64_t keepalive_ns;        /* after a poll's start; 0: none */
	struct link *link;
	struct round *round;
	struct col_poll *poll;       /* in flight */
	int64_t deadline_ns;
	struct col_timer *timer;     /* of the keepalive */
	struct device *prev, *next;  /* shared->waiting */
	bool is_waiting;
};

/*
 * Makes a device; nothing is sent.
 * Errors: COL_EINVAL (address, quirks), COL_ENOMEM, COL_EFULL with text.
 */
int device_new(struct device_shared *shared, const struct col_device *from,
    struct device **ret_device, struct col_error *error);
/* Accepts NULL.  A session that is open is closed politely. */
void device_free(struct device *device);
/* Takes over what from has learned, where it still fits. */
void device_inherit(struct device *device, struct device *from);

void device_poll(struct device *device, int64_t deadline_ns,
    struct col_poll *poll);
/* Nothing of the poll in flight is said any more. */
void device_cancel(struct device *device);
/* Looks after devices that wait for a name. */
void device_tick(struct device_shared *shared);

#endif
