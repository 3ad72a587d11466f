/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

/* Source: IPMI v2.0 s.20.1, table 20-2: offsets in the answer's data. */
#define CMD_DEVICE_ID 0x01
#define ID_FIRMWARE 2
#define ID_IPMI 4
#define ID_MANUFACTURER 6
#define ID_PRODUCT 9
#define ID_SIZE 11
#define MARGIN_NS INT64_C(20000000)

struct search {
	struct searches *owner;
	struct col_discovery *to;
	int64_t deadline_ns;
	char *address;
	struct device_shared *shared;
	struct address parsed;
	struct resolver_name *name;
	const struct account *accounts[LINK_ACCOUNTS_MAX];
	unsigned n_accounts;
	struct link *link;
	bool ponged, asked, ended;
	struct search *prev, *next;
};

static void
tell(struct search *search, const char *credential, const char *description)
{
	struct col_found found = {.size = sizeof(found),
	    .address = search->address, .kind = "bmc",
	    .credential = credential, .description = description};

	search->shared->host->found(search->to, &found);
	search->ended = true;
}

static void
on_device_id(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct search *search = arg;
	char text[COL_ERROR_TEXT_SIZE];

	if (status != 0) {
		(void)snprintf(text, sizeof(text), "IPMI 2.0 BMC%s; %s",
		    search->ponged ? "" : " (silent to presence pings)",
		    link_fault(search->link));
		tell(search, NULL, text);
		return;
	}
	if (completion != 0 || n < ID_SIZE) {
		(void)snprintf(text, sizeof(text), "IPMI 2.0 BMC without a"
		    " device id (completion code %02Xh)", completion);
	} else {
		(void)snprintf(text, sizeof(text), "BMC of manufacturer %u,"
		    " product %u, firmware %u.%02x, IPMI %u.%u",
		    (unsigned)data[ID_MANUFACTURER] |
		    (unsigned)data[ID_MANUFACTURER + 1] << 8 |
		    (unsigned)data[ID_MANUFACTURER + 2] << 16,
		    (unsigned)data[ID_PRODUCT] |
		    (unsigned)data[ID_PRODUCT + 1] << 8,
		    data[ID_FIRMWARE] & 0x7fU, data[ID_FIRMWARE + 1],
		    data[ID_IPMI] & 0x0fU, data[ID_IPMI] >> 4);
	}
	tell(search, search->accounts[link_account(search->link)]->id, text);
}

static void
on_probe(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	struct search *search = arg;
	struct link_request request = {.netfn = 0x06,
	    .command = CMD_DEVICE_ID, .deadline_ns = search->deadline_ns,
	    .fn = on_device_id, .arg = search};

	(void)data;
	(void)n;
	if (status != 0) {
		/* Only one that answered out of order is worth a word. */
		if (status == COL_EPROTO) {
			tell(search, NULL, link_fault(search->link));
		}
		search->ended = true;
		return;
	}
	search->ponged = completion != 0;
	if (search->n_accounts == 0) {
		tell(search, NULL, "IPMI 2.0 BMC");
	} else if (link_ask(search->link, &request) != 0) {
		search->ended = true;
	}
}

static void
go(struct search *search)
{
	union udp_address to = {.in = {.sin_family = AF_UNSPEC}};

	search->asked = true;
	if (search->parsed.to_len <= sizeof(to)) {
		memcpy(&to, &search->parsed.to, search->parsed.to_len);
	}
	if (udp_address_size(&to) == 0) {
		search->ended = true;
		return;
	}
	link_address(search->link, &to);
	(void)link_probe(search->link, search->deadline_ns, on_probe, search);
}

/* Looks whether the name has an address by now. */
static void
look_up(struct search *search)
{
	struct col_error error;
	const struct col_host *host = search->shared->host;

	switch (resolver_look(search->shared->resolver, search->name,
	    &search->parsed, &error)) {
	case RESOLVER_READY:
		go(search);
		break;
	case RESOLVER_FAILED:
	case RESOLVER_STATE_N:
		search->ended = true;
		break;
	case RESOLVER_WAITING:
		search->ended = host->now(host) >= search->deadline_ns;
		break;
	}
}

static void
take_accounts(struct search *search, const struct col_discover *request)
{
	struct credential_set *set = search->shared->accounts;

	for (size_t i = 0; i < request->n_credentials &&
	    search->n_accounts < LINK_ACCOUNTS_MAX; i++) {
		const struct account *account = credential_set_get(set,
		    &request->credentials[i]);
		if (account != NULL && credential_set_fault(account) == NULL) {
			search->accounts[search->n_accounts++] = account;
		} else {
			credential_set_put(set, account);
		}
	}
}

static bool
fill(struct search *search, const struct col_discover *request)
{
	struct link_setup setup = {.engine = search->shared->engine,
	    .accounts = search->accounts, .suite = -1};
	struct col_error error;

	search->deadline_ns = request->deadline_ns - MARGIN_NS;
	search->address = strdup(request->address);
	if (search->address == NULL || address_parse(request->address,
	    RMCP_PORT, &search->parsed, &error) != 0 ||
	    search->parsed.is_file) {
		return false;
	}
	take_accounts(search, request);
	setup.n_accounts = search->n_accounts;
	if (link_new(&setup, &search->link) != 0) {
		return false;
	}
	if (!search->parsed.is_literal) {
		search->name = resolver_get(search->shared->resolver,
		    search->parsed.name);
		return search->name != NULL;
	}
	go(search);
	return true;
}

static void
drop(struct search *search)
{
	DL_DELETE(search->owner->list, search);
	link_free(search->link);
	resolver_put(search->shared->resolver, search->name);
	for (unsigned i = 0; i < search->n_accounts; i++) {
		credential_set_put(search->shared->accounts, search->accounts[i]);
	}
	free(search->address);
	free(search);
}

void
search_start(struct searches *searches, const struct col_discover *request,
    struct col_discovery *to)
{
	struct search *search = calloc(1, sizeof(*search));

	if (search == NULL) {
		searches->shared->host->discovered(to);
		return;
	}
	search->owner = searches;
	search->shared = searches->shared;
	search->to = to;
	DL_APPEND(searches->list, search);
	if (!fill(search, request)) {
		search->ended = true;
	}
}

void
search_sweep(struct searches *searches)
{
	struct search *search, *next;

	DL_FOREACH_SAFE(searches->list, search, next) {
		if (!search->ended && !search->asked) {
			look_up(search);
		}
		if (search->ended) {
			struct col_discovery *to = search->to;
			drop(search);
			searches->shared->host->discovered(to);
		}
	}
}

void
search_stop(struct searches *searches)
{
	while (searches->list != NULL) {
		drop(searches->list);
	}
}
