/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Credentials of this plugin: the tree under "ipmi:" checked and loaded, each
 * once per POLL thread, in memory that is kept out of core dumps and wiped.
 *
 * Route: device -> here -> vault.  Thread: check any, the rest one POLL thread.
 * Source: IPMI v2.0 s.22.28 (user names), s.22.30 (passwords), s.13.33 (K_g).
 */
#ifndef PLUGIN_IPMI_ACCOUNT_H
#define PLUGIN_IPMI_ACCOUNT_H

#include <stdint.h>

#include <collectord/plugin.h>

#include "rakp.h"

#define ACCOUNT_ID_SIZE 64

/* Source: IPMI v2.0 table 6-1. */
enum account_privilege { ACCOUNT_USER = 2, ACCOUNT_OPERATOR, ACCOUNT_ADMIN };

struct account {
	char id[ACCOUNT_ID_SIZE];
	struct rakp_identity identity; /* a secret */
	uint8_t privilege;         /* enum account_privilege */
	int64_t timeout_ns;        /* first timeout; doubles */
	uint8_t retries;           /* further tries */
};

/* Reports every fault at its place.  Returns 0 or COL_ECONFIG. */
int account_check(const struct col_host *host, const struct col_node *node);

struct account_set;

/* Errors: NULL when out of memory. */
struct account_set *account_set_new(const struct col_host *host);
void account_set_free(struct account_set *set); /* accepts NULL */
/*
 * Returns a counted reference, also to one that could not be loaded: that is
 * logged once and kept, so that thousands of devices do not try it again.
 * Owns: from->node must live until the last put.
 * Errors: NULL when out of memory.  Thread: may block for a file read.
 */
const struct account *account_set_get(struct account_set *set,
    const struct col_credential *from);
void account_set_put(struct account_set *set, const struct account *account);
/* Why it cannot be used, NULL: it can.  Borrowed with the reference. */
const char *account_set_fault(const struct account *account);

#endif
