/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A poller of its own on the caller's thread, without a schedule: the same
 * host, the same checks, the same ends of a poll as in the daemon.
 */
#include <config.h>

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "poll/apply.h"
#include "poll/poll.h"
#include "poll/poller.h"

/* A /16 at most: more is a mistake, or needs to be said in parts. */
#define ADDRESSES_MAX 65536
#define STOP_WAIT_NS (2 * NS_PER_S)
#define IN_FLIGHT_MAX 1024

struct oneshot {
	struct poller poller;
	struct stats_histogram lateness;
	struct pool *pool;
	struct batch *batch;
	struct flights *before;
};

static struct pool *
get_pool(void *arg)
{
	struct oneshot *oneshot = arg;

	if (oneshot->pool == NULL) {
		oneshot->pool = pool_new(1);
	}
	return oneshot->pool;
}

static void
on_batch(void *arg, struct batch *batch)
{
	struct oneshot *oneshot = arg;

	batch_free(oneshot->batch);
	oneshot->batch = batch;
	loop_stop(&oneshot->poller.loop);
}

static struct oneshot *
oneshot_new(const struct config *config, struct col_error *error)
{
	struct oneshot *oneshot = calloc(1, sizeof(*oneshot));

	if (oneshot == NULL) {
		(void)err_set(error, COL_ENOMEM, "out of memory");
		return NULL;
	}
	struct poller_setup setup = { .clock = clock_real(),
		.sink = { on_batch, oneshot }, .lateness = &oneshot->lateness,
		.pool = get_pool, .arg = oneshot, .real = true };
	if (poller_init(&oneshot->poller, &setup, error) != 0) {
		free(oneshot);
		return NULL;
	}
	poller_pace(&oneshot->poller, config->settings.interval_ns > 0 ?
	    config->settings.interval_ns : 60 * NS_PER_S, IN_FLIGHT_MAX, 1);
	oneshot->before = poller_enter(&oneshot->poller);
	return oneshot;
}

static void
oneshot_free(struct oneshot *oneshot)
{
	if (oneshot == NULL) {
		return;
	}
	poller_quiesce(&oneshot->poller);
	bool all = pool_free(oneshot->pool, STOP_WAIT_NS);
	if (all && !poller_is_busy(&oneshot->poller)) {
		poller_done(&oneshot->poller);
		poller_free(&oneshot->poller);
	}
	flights_enter(oneshot->before);
	batch_free(oneshot->batch);
	if (all) {
		free(oneshot);
	}
}

int
oneshot_poll(const struct plugins *plugins, const struct config *config,
    const struct device *device, int64_t timeout_ns, struct batch **ret_batch,
    struct col_error *error)
{
	struct apply apply = { .config = config, .plugins = plugins,
		.n_threads = 1 };
	struct oneshot *oneshot = oneshot_new(config, error);
	int rc = 0;

	if (oneshot == NULL) {
		return COL_ENOMEM;
	}
	struct polled *polled = apply_device(&oneshot->poller, &apply,
	    device->index);
	if (polled == NULL) {
		rc = err_set(error, COL_ENOENT, "no device '%s'", device->id);
	} else if (polled->off != NULL) {
		rc = err_set(error, COL_ENOTSUP, "%s: %s", device->id, polled->off);
	} else {
		rc = poller_poll_now(polled, timeout_ns);
		if (rc == 0 && oneshot->batch == NULL) {
			loop_run(&oneshot->poller.loop);
		}
	}
	if (rc == 0) {
		*ret_batch = oneshot->batch;
		oneshot->batch = NULL;
	}
	oneshot_free(oneshot);
	return rc;
}

/* ---- discovery ------------------------------------------------------------------- */

/* The addresses of one CIDR, counted off. */
struct range {
	uint32_t next, last;         /* IPv4, host order */
	char text[300];              /* not IPv4: the one address as given */
	char port[8];                /* what follows each address: ":161" or "" */
	bool is_text;
};

struct probe {
	struct col_discovery discovery;
	struct discoverer *discoverer;
	char address[300];
};

struct discoverer {
	struct oneshot *oneshot;
	struct run *run;
	struct range range;
	struct col_credential *credentials;
	size_t n_credentials;
	int64_t timeout_ns, gap_ns, began;
	oneshot_found_fn *fn;
	void *arg;
	struct probe *probes;
	uint32_t n_probes, n_started, n_running;
	struct wheel_timer next, tick, end;
};

static int
range_init(struct range *range, const char *cidr, struct col_error *error)
{
	char text[64], prefix[4] = "";
	struct in_addr address;
	int64_t bits = 32, port;
	const char *slash = strchr(cidr, '/');
	const char *colon = slash != NULL ? strchr(slash, ':') : NULL;
	size_t len = slash != NULL ? (size_t)(slash - cidr) : strlen(cidr);

	*range = (struct range){ 0 };
	if (slash == NULL) {
		range->is_text = true;
		if (str_copy(range->text, sizeof(range->text), cidr) >=
		    sizeof(range->text) || cidr[0] == '\0') {
			return err_set(error, COL_EINVAL, "not an address: '%s'", cidr);
		}
		return 0;
	}
	if (len >= sizeof(text)) {
		return err_set(error, COL_EINVAL, "not an address range: '%s'", cidr);
	}
	memcpy(text, cidr, len);
	text[len] = '\0';
	if (colon != NULL && colon - slash <= (ptrdiff_t)sizeof(prefix)) {
		memcpy(prefix, slash + 1, (size_t)(colon - slash) - 1);
		str_copy(range->port, sizeof(range->port), colon);
	}
	if (inet_pton(AF_INET, text, &address) != 1 ||
	    str_to_int(colon != NULL ? prefix : slash + 1, 16, 32, &bits) != 0 ||
	    (colon != NULL && str_to_int(colon + 1, 1, UINT16_MAX, &port) != 0)) {
		return err_set(error, COL_EINVAL, "not an IPv4 range from /16 to /32, "
		    "with :PORT where it is not the usual one: '%s'", cidr);
	}
	uint32_t mask = UINT32_MAX << (32 - bits);
	range->next = ntohl(address.s_addr) & mask;
	range->last = range->next | ~mask;
	if (bits < 31) {
		range->next++;           /* network and broadcast address */
		range->last--;
	}
	return 0;
}

static uint32_t
range_count(const struct range *range)
{
	return range->is_text ? 1 : range->last - range->next + 1;
}

static void
range_take(struct range *range, char *to, size_t size)
{
	if (range->is_text) {
		str_copy(to, size, range->text);
		return;
	}
	str_format(to, size, "%u.%u.%u.%u%s", range->next >> 24,
	    range->next >> 16 & 255, range->next >> 8 & 255, range->next & 255,
	    range->port);
	range->next++;
}

static void
on_found(void *arg, const struct col_found *found)
{
	struct probe *probe = arg;
	probe->discoverer->fn(probe->discoverer->arg, found);
}

static void
stop_if_over(struct discoverer *d)
{
	if (d->n_started == d->n_probes && d->n_running == 0) {
		loop_stop(&d->oneshot->poller.loop);
	}
}

static void
on_discovered(void *arg)
{
	struct probe *probe = arg;
	probe->discoverer->n_running--;
	stop_if_over(probe->discoverer);
}

static void
start_probe(struct discoverer *d)
{
	struct probe *probe = &d->probes[d->n_started++];

	range_take(&d->range, probe->address, sizeof(probe->address));
	probe->discoverer = d;
	probe->discovery = (struct col_discovery){ .magic = HOST_DISCOVERY_MAGIC,
		.found = on_found, .discovered = on_discovered, .arg = probe };
	d->n_running++;
	struct col_discover request = { .size = sizeof(request),
		.address = probe->address, .credentials = d->credentials,
		.n_credentials = d->n_credentials,
		.deadline_ns = clock_mono(clock_real()).ns + d->timeout_ns };
	d->run->plugin->input->discover(d->run->state, &request, &probe->discovery);
}

/* Starts the probes whose time has come: several where the wheel is coarser. */
static void
on_next(void *arg)
{
	struct discoverer *d = arg;
	int64_t now = clock_mono(clock_real()).ns;

	while (d->n_started < d->n_probes &&
	    d->began + d->n_started * d->gap_ns <= now) {
		start_probe(d);
	}
	if (d->n_started < d->n_probes) {
		wheel_arm(d->oneshot->poller.loop.wheel, &d->next, (struct mono){
		    d->began + d->n_started * d->gap_ns }, on_next, d);
	}
}

static void
on_discover_tick(void *arg)
{
	struct discoverer *d = arg;
	int64_t now = clock_mono(clock_real()).ns;

	if (d->run->plugin->input->tick != NULL) {
		d->run->plugin->input->tick(d->run->state);
	}
	wheel_arm(d->oneshot->poller.loop.wheel, &d->tick,
	    (struct mono){ now + 10 * NS_PER_MS }, on_discover_tick, d);
}

static void
on_end(void *arg)
{
	struct discoverer *d = arg;
	loop_stop(&d->oneshot->poller.loop);
}

static void
discover(struct discoverer *d)
{
	struct loop *loop = &d->oneshot->poller.loop;
	struct mono now = clock_mono(clock_real());
	/* A second more than the last probe may take: the plugin ends its own. */
	int64_t all = d->gap_ns * d->n_probes + d->timeout_ns + NS_PER_S;

	d->began = now.ns;
	wheel_arm(loop->wheel, &d->next, now, on_next, d);
	wheel_arm(loop->wheel, &d->tick, now, on_discover_tick, d);
	wheel_arm(loop->wheel, &d->end, (struct mono){ now.ns + all }, on_end, d);
	loop_run(loop);
	wheel_cancel(loop->wheel, &d->next);
	wheel_cancel(loop->wheel, &d->tick);
	wheel_cancel(loop->wheel, &d->end);
	for (uint32_t i = 0; i < d->n_started; i++) {
		d->probes[i].discovery.ended = true;
	}
}

static int
prepare(struct discoverer *d, const struct apply *apply, const char *plugin,
    struct col_error *error)
{
	d->run = apply_run(&d->oneshot->poller, apply, plugin);
	if (!d->run->started) {
		return err_set(error, COL_ENOTSUP, "%s", d->run->reason);
	}
	if (d->run->plugin->input->discover == NULL) {
		return err_set(error, COL_ENOTSUP, "plugin %s does not discover",
		    plugin);
	}
	d->credentials = describe_credentials(apply->config, plugin,
	    &d->n_credentials);
	d->n_probes = range_count(&d->range);
	assert(d->n_probes <= ADDRESSES_MAX);
	d->probes = calloc(d->n_probes, sizeof(*d->probes));
	if (d->credentials == NULL || d->probes == NULL) {
		return err_set(error, COL_ENOMEM, "out of memory");
	}
	return 0;
}

int
oneshot_discover(const struct plugins *plugins, const struct config *config,
    const char *plugin, const char *cidr, unsigned rate, int64_t timeout_ns,
    oneshot_found_fn *fn, void *arg, struct col_error *error)
{
	struct apply apply = { .config = config, .plugins = plugins,
		.n_threads = 1 };
	struct discoverer d = { .timeout_ns = timeout_ns, .fn = fn, .arg = arg,
		.gap_ns = NS_PER_S / (rate > 0 ? rate : 1) };
	int rc = range_init(&d.range, cidr, error);

	if (rc != 0) {
		return rc;
	}
	d.oneshot = oneshot_new(config, error);
	if (d.oneshot == NULL) {
		return COL_ENOMEM;
	}
	rc = prepare(&d, &apply, plugin, error);
	if (rc == 0) {
		discover(&d);
	}
	oneshot_free(d.oneshot);
	free(d.credentials);
	free(d.probes);
	return rc;
}
