/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the owner of a link does with it; those who only ask need link.h.
 *
 * Route: device.c -> link.  Thread: the POLL thread of the device.
 */
#ifndef PLUGIN_IPMI_LINK_LIFE_H
#define PLUGIN_IPMI_LINK_LIFE_H

#include "../common/udp.h"
#include "account.h"
#include "engine.h"
#include "link.h"

#define LINK_ACCOUNTS_MAX 8

struct link_setup {
	struct engine *engine;
	/* In the order in which they are to be tried; borrowed for life. */
	const struct account *const *accounts;
	size_t n_accounts;       /* 0..LINK_ACCOUNTS_MAX; 0: every ask fails */
	int suite;               /* enum seal_suite; -1: 17, then 3 */
	uint8_t privilege;       /* 2..4; 0: as the account says */
	uint32_t quirks;
};

/* Errors: COL_ENOMEM, COL_EFULL (2^24 of them). */
int link_new(const struct link_setup *setup, struct link **ret_link);
/* A session that is open is closed politely, later.  Accepts NULL. */
void link_free(struct link *link);
/* Where the BMC is; another address than before ends the session. */
void link_address(struct link *link, const union udp_address *to);
/* Adds quirks of a profile to those of the setup. */
void link_quirks_set(struct link *link, uint32_t of_profile);

bool link_is_open(const struct link *link);
/* Closes an open session; nothing may be in flight. */
void link_rest(struct link *link);
/*
 * Presence ping, then authentication capabilities: what can be learned without
 * a session.  fn: status 0: a BMC that speaks IPMI 2.0 is there; completion 1:
 * and it answered the ping.  Errors: as link_ask.
 */
int link_probe(struct link *link, int64_t deadline_ns, link_answer_fn *fn,
    void *arg);
/* Index of the account in use; accounts that failed are not. */
unsigned link_account(const struct link *link);
/* Hands what was learned to the link that takes this one's place. */
void link_inherit(struct link *to, const struct link *from,
    unsigned account);

#endif
