/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Credentials of this plugin: the tree under "ipmi:" checked and loaded.
 *
 * Route: credential_set -> here.  Thread: check any, load one POLL thread.
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

/*
 * Loads one: a credential_load_fn for a struct account.  May block for a file
 * read.  Errors: COL_ECONFIG, or those of host->secret.
 */
int account_load(const struct col_host *host,
    const struct col_credential *from, void *ret_account,
    struct col_error *error);

#endif
