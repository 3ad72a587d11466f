/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "device.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#define SECOND_NS INT64_C(1000000000)
/* The link must give up before the host does: two ticks. */
#define MARGIN_NS INT64_C(20000000)
/* Source: IPMI v2.0 s.6.12.15: BMCs end sessions after 60 s -+ 3 s of silence. */
#define KEEP_NS (45 * SECOND_NS)
#define KEEPALIVE_NS (30 * SECOND_NS)
#define KEEPALIVE_UP_TO_NS (60 * SECOND_NS)
#define KEEPALIVE_TIME_NS (10 * SECOND_NS)

enum { SESSION_AUTO = 0, SESSION_KEEP, SESSION_CLOSE };

/* cipher_suite: of the words of the option. */
static const int8_t suites[] = {-1, SEAL_17, SEAL_3, SEAL_0};

const struct col_option device_options[DEVICE_OPTION_N + 1] = {
    [DEVICE_PORT] = {"port", COL_OPT_INTEGER, "623", 1, 65535, NULL,
        "UDP port of the BMC when its address names none."},
    [DEVICE_SESSION] = {"session", COL_OPT_CHOICE, "auto", 0, 0,
        "auto|keep|close", "Whether the session stays open between polls:"
        " auto keeps it at intervals up to 60s."},
    [DEVICE_SUITE] = {"cipher_suite", COL_OPT_CHOICE, "auto", 0, 0,
        "auto|17|3|0", "The cipher suite; auto tries 17, then 3.  0 has no"
        " authentication at all and is never chosen by itself."},
    [DEVICE_PRIVILEGE] = {"privilege", COL_OPT_CHOICE, NULL, 0, 0,
        "user|operator|administrator", "The privilege level asked for, when"
        " it is not the credential's."},
    [DEVICE_QUIRKS] = {"quirks", COL_OPT_NODE, NULL, 0, 0, NULL,
        "List of deviations that this BMC is allowed, beside its profile's."},
    [DEVICE_OPTION_N] = {NULL, COL_OPT_TEXT, NULL, 0, 0, NULL, NULL},
};

static int
refuse(struct col_error *error, int code, const char *text)
{
	error->code = code;
	(void)snprintf(error->text, sizeof(error->text), "%s", text);
	return code;
}

/* ---- description ----------------------------------------------------------------- */

static int
read_quirks(const struct col_node *node, uint32_t *ret_bits,
    struct col_error *error)
{
	if (node->kind != COL_NODE_LIST) {
		return refuse(error, COL_EINVAL,
		    "quirks must be a list, like [authcap]");
	}
	for (size_t i = 0; i < node->n_items; i++) {
		const char *word = node->items[i]->text;
		uint32_t bit = word != NULL ? quirk_find(word) : 0;
		if (bit == 0) {
			error->code = COL_EINVAL;
			(void)snprintf(error->text, sizeof(error->text),
			    "%s:%" PRIu32 ": there is no quirk '%.40s'",
			    node->file, node->items[i]->line,
			    word != NULL ? word : "");
			return COL_EINVAL;
		}
		*ret_bits |= bit;
	}
	return 0;
}

/* Whether and how the session is kept between polls. */
static void
choose_session(struct device *device, int policy, int64_t interval_ns)
{
	device->keeps = policy == SESSION_KEEP || (policy == SESSION_AUTO &&
	    interval_ns <= KEEPALIVE_UP_TO_NS);
	if (device->keeps && interval_ns > KEEP_NS) {
		device->keepalive_ns = KEEPALIVE_NS;
	}
}

static int
take_accounts(struct device *device, const struct col_device *from)
{
	struct credential_set *set = device->shared->accounts;

	for (size_t i = 0; i < from->n_credentials &&
	    device->n_accounts < LINK_ACCOUNTS_MAX; i++) {
		const struct account *account = credential_set_get(set,
		    &from->credentials[i]);
		if (account == NULL) {
			return COL_ENOMEM;
		}
		if (credential_set_fault(account) == NULL) {
			device->accounts[device->n_accounts++] = account;
		} else if (device->unusable == NULL) {
			device->unusable = account;
		} else {
			credential_set_put(set, account);
		}
	}
	return 0;
}

static int
make_link(struct device *device, const struct col_device *from,
    struct col_error *error)
{
	const struct col_option_value *values = from->options;
	struct link_setup setup = {.engine = device->shared->engine,
	    .accounts = device->accounts, .n_accounts = device->n_accounts,
	    .suite = -1};
	int policy = SESSION_AUTO, rc = 0;

	if (values != NULL) {
		policy = (int)values[DEVICE_SESSION].integer;
		setup.suite = suites[values[DEVICE_SUITE].integer];
		if (values[DEVICE_PRIVILEGE].given) {
			setup.privilege = (uint8_t)(ACCOUNT_USER +
			    values[DEVICE_PRIVILEGE].integer);
		}
		if (values[DEVICE_QUIRKS].node != NULL) {
			rc = read_quirks(values[DEVICE_QUIRKS].node,
			    &setup.quirks, error);
		}
	}
	choose_session(device, policy, from->interval_ns);
	if (rc != 0) {
		return rc;
	}
	rc = link_new(&setup, &device->link);
	return rc == 0 ? 0 : refuse(error, rc,
	    rc == COL_EFULL ? "too many BMCs" : "out of memory");
}

static void
use_address(struct device *device)
{
	union udp_address to = {.in = {.sin_family = AF_UNSPEC}};

	if (device->address.to_len <= sizeof(to)) {
		memcpy(&to, &device->address.to, device->address.to_len);
	}
	if (udp_address_size(&to) > 0) {
		link_address(device->link, &to);
	}
}

static int
fill(struct device *device, const struct col_device *from,
    struct col_error *error)
{
	uint16_t port = RMCP_PORT;
	int rc;

	if (from->options != NULL && from->options[DEVICE_PORT].integer > 0) {
		port = (uint16_t)from->options[DEVICE_PORT].integer;
	}
	rc = address_parse(from->address, port, &device->address, error);
	if (rc != 0) {
		return rc;
	}
	if (device->address.is_file) {
		return refuse(error, COL_EINVAL,
		    "a recording cannot be read over IPMI");
	}
	device->address_text = strdup(from->address);
	if (device->address_text == NULL || take_accounts(device, from) != 0) {
		return refuse(error, COL_ENOMEM, "out of memory");
	}
	rc = make_link(device, from, error);
	if (rc != 0) {
		return rc;
	}
	if (device->address.is_literal) {
		use_address(device);
	} else {
		device->name = resolver_get(device->shared->resolver,
		    device->address.name);
	}
	rc = round_new(device->shared->readings, device->link, from,
	    &device->round);
	return rc == 0 ? 0 : refuse(error, rc, "out of memory");
}

int
device_new(struct device_shared *shared, const struct col_device *from,
    struct device **ret_device, struct col_error *error)
{
	struct device *device = calloc(1, sizeof(*device));
	int rc;

	if (device == NULL) {
		return refuse(error, COL_ENOMEM, "out of memory");
	}
	device->shared = shared;
	rc = fill(device, from, error);
	if (rc != 0) {
		device_free(device);
		return rc;
	}
	*ret_device = device;
	return 0;
}

static void
stop_waiting(struct device *device)
{
	if (device->is_waiting) {
		DL_DELETE(device->shared->waiting, device);
		device->is_waiting = false;
	}
}

static void
drop_timer(struct device *device)
{
	const struct col_host *host = device->shared->host;

	host->timer_cancel(host, device->timer);
	device->timer = NULL;
}

/* Closes the session; ticks may be over, so one is asked for. */
static void
rest(struct device *device)
{
	if (device->link != NULL && link_is_open(device->link)) {
		link_rest(device->link);
		device->shared->wake(device->shared->wake_arg);
	}
}

void
device_free(struct device *device)
{
	if (device == NULL) {
		return;
	}
	stop_waiting(device);
	drop_timer(device);
	round_free(device->round);
	rest(device);
	link_free(device->link);
	resolver_put(device->shared->resolver, device->name);
	for (unsigned i = 0; i < device->n_accounts; i++) {
		credential_set_put(device->shared->accounts, device->accounts[i]);
	}
	credential_set_put(device->shared->accounts, device->unusable);
	free(device->address_text);
	free(device);
}

void
device_inherit(struct device *device, struct device *from)
{
	unsigned account = LINK_ACCOUNTS_MAX;

	if (strcmp(device->address_text, from->address_text) != 0) {
		return;
	}
	for (unsigned i = 0; i < device->n_accounts; i++) {
		if (link_account(from->link) < from->n_accounts &&
		    strcmp(device->accounts[i]->id,
		    from->accounts[link_account(from->link)]->id) == 0) {
			account = i;
		}
	}
	link_inherit(device->link, from->link, account);
}

/* ---- between polls ----------------------------------------------------------------- */

static void
on_keepalive(void *arg)
{
	struct device *device = arg;
	const struct col_host *host = device->shared->host;

	device->timer = NULL;
	if (device->poll == NULL && link_is_open(device->link) &&
	    round_keepalive(device->round, host->now(host) +
	    KEEPALIVE_TIME_NS) == 0) {
		device->shared->wake(device->shared->wake_arg);
	}
}

static void
plan_keepalive(struct device *device)
{
	const struct col_host *host = device->shared->host;

	drop_timer(device);
	if (device->keepalive_ns > 0) {
		device->timer = host->timer(host, host->now(host) +
		    device->keepalive_ns, on_keepalive, device);
	}
}

/* ---- polls ------------------------------------------------------------------------- */

static void
end(struct device *device, enum col_status status, const char *detail)
{
	struct col_poll *poll = device->poll;

	device->poll = NULL;
	device->shared->host->done(poll, status, detail);
}

static void
on_done(void *arg, enum col_status status, const char *detail)
{
	struct device *device = arg;
	struct col_identity identity = {.profile = NULL};

	if (status == COL_POLL_OK || status == COL_POLL_PARTIAL) {
		identity.credential =
		    device->accounts[link_account(device->link)]->id;
		device->shared->host->identify(device->poll, &identity);
	}
	link_quirks_set(device->link, round_quirks(device->round));
	if (!device->keeps) {
		rest(device);
	}
	end(device, status, detail);
}

static void
go(struct device *device)
{
	plan_keepalive(device);
	round_start(device->round, device->deadline_ns - MARGIN_NS,
	    device->poll, on_done, device);
}

/* True when the name has an address, or the poll has ended without. */
static bool
look_up(struct device *device)
{
	struct col_error error = {.code = 0};

	switch (resolver_look(device->shared->resolver, device->name,
	    &device->address, &error)) {
	case RESOLVER_WAITING:
		return false;
	case RESOLVER_READY:
		use_address(device);
		go(device);
		return true;
	case RESOLVER_FAILED:
	case RESOLVER_STATE_N:
		break;
	}
	end(device, COL_POLL_ADDRESS, error.text);
	return true;
}

void
device_poll(struct device *device, int64_t deadline_ns, struct col_poll *poll)
{
	device->poll = poll;
	device->deadline_ns = deadline_ns;
	if (device->n_accounts == 0) {
		end(device, COL_POLL_AUTH, device->unusable != NULL ?
		    credential_set_fault(device->unusable) :
		    "no credential for IPMI is named");
	} else if (device->name == NULL) {
		go(device);
	} else if (!look_up(device)) {
		device->is_waiting = true;
		DL_APPEND(device->shared->waiting, device);
	}
}

void
device_cancel(struct device *device)
{
	stop_waiting(device);
	round_cancel(device->round);
	device->poll = NULL;
	if (!device->keeps) {
		rest(device);
	}
}

void
device_tick(struct device_shared *shared)
{
	struct device *device, *next;

	DL_FOREACH_SAFE(shared->waiting, device, next) {
		stop_waiting(device);
		if (!look_up(device)) {
			device->is_waiting = true;
			DL_PREPEND(shared->waiting, device);
		}
	}
}
