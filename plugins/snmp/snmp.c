/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The snmp input plugin: polls devices as profiles describe them.
 *
 * Route: host -> here -> reader -> fetch -> engine -> agent.
 * Thread: one struct state per POLL thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include <collectord/plugin.h>

#include "../common/credential_set.h"
#include "engine.h"
#include "profile.h"
#include "reader.h"

#define TICK_NS INT64_C(10000000)

/* The first ones in the order of the option's choices. */
enum { ENGINE_NATIVE = 0, ENGINE_NETSNMP, ENGINE_FILE, ENGINE_N };

static const struct engine_ops *const engines[ENGINE_N] = {
    [ENGINE_NATIVE] = &engine_native, [ENGINE_NETSNMP] = &engine_netsnmp,
    [ENGINE_FILE] = &engine_file,
};

#define ENGINE_CHOICES "native|netsnmp"

enum { OPTION_ENGINE = 0, OPTION_RECEIVE_BUFFER, OPTION_WINDOW,
	OPTION_SOURCE_PORT };

static const struct col_option options[] = {
    {"engine", COL_OPT_CHOICE, "native", 0, 0, ENGINE_CHOICES,
        "Which SNMP engine polls devices that name none."},
    {"receive_buffer", COL_OPT_SIZE, "32MiB", 65536, 1073741824, NULL,
        "Socket buffer asked of the kernel per address family."},
    {"window", COL_OPT_INTEGER, "4096", 16, 16384, NULL,
        "Requests in flight at most, per polling thread; fewer when the"
        " receive buffer granted is smaller than 2,500 bytes for each."},
    {"source_port", COL_OPT_INTEGER, "0", 0, 65535, NULL,
        "UDP port that requests come from, for firewalls; further polling"
        " threads take the next free ones.  0: the system chooses."},
    {NULL, COL_OPT_TEXT, NULL, 0, 0, NULL, NULL},
};

enum { DEVICE_ENGINE = 0, DEVICE_ANY_SOURCE };

static const struct col_option device_options[] = {
    {"engine", COL_OPT_CHOICE, NULL, 0, 0, ENGINE_CHOICES,
        "Which SNMP engine polls this device."},
    {"any_source", COL_OPT_BOOL, "false", 0, 0, NULL,
        "Takes answers from another address than the one asked, for agents"
        " with several interfaces (engine native)."},
    {NULL, COL_OPT_TEXT, NULL, 0, 0, NULL, NULL},
};

/* A discovery in flight: a reader of its own. */
struct search {
	struct state *state;
	struct reader reader;
	struct col_discovery *to;
	bool ended;
	struct search *prev, *next;
};

struct state {
	struct reader_shared shared;
	int engine;                /* default, ENGINE_* */
	void *engines[ENGINE_N];
	struct search *searches;
	struct col_timer *timer;   /* drives searches when nothing is polled */
};

/* ---- thread ---------------------------------------------------------------------- */

static void
profiles_drop(struct state *state)
{
	for (size_t i = 0; i < state->shared.profiles.n; i++) {
		profile_unref(state->shared.profiles.profiles[i]);
	}
	free(state->shared.profiles.profiles);
	state->shared.profiles = (struct profile_set){NULL, 0};
}

static void
end_search(struct search *search)
{
	struct state *state = search->state;

	DL_DELETE(state->searches, search);
	reader_done(&search->reader);
	free(search);
}

static void
thread_stop(void *arg)
{
	struct state *state = arg;
	struct search *search, *next;

	if (state == NULL) {
		return;
	}
	DL_FOREACH_SAFE(state->searches, search, next) {
		end_search(search);
	}
	state->shared.host->timer_cancel(state->shared.host, state->timer);
	for (int i = 0; i < ENGINE_N; i++) {
		if (state->engines[i] != NULL) {
			engines[i]->stop(state->engines[i]);
		}
	}
	profiles_drop(state);
	credential_set_free(state->shared.credentials);
	resolver_free(state->shared.resolver);
	free(state);
}

static int
thread_start(const struct col_host *host,
    const struct col_option_value *values, void **ret_state,
    struct col_error *error)
{
	struct engine_setup setup = {.host = host};
	struct state *state = calloc(1, sizeof(*state));
	int rc = 0;

	if (state == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	state->shared.host = host;
	state->shared.plans.host = host;
	state->shared.credentials = credential_set_new(host,
	    sizeof(struct credential), credential_load);
	state->shared.resolver = resolver_new(host);
	if (values != NULL) {
		state->engine = (int)values[OPTION_ENGINE].integer;
		setup.receive_buffer = values[OPTION_RECEIVE_BUFFER].integer;
		setup.window = (uint32_t)values[OPTION_WINDOW].integer;
		setup.source_port =
		    (uint16_t)values[OPTION_SOURCE_PORT].integer;
	}
	for (int i = 0; i < ENGINE_N && rc == 0; i++) {
		rc = engines[i]->start(&setup, &state->engines[i], error);
	}
	if (rc == 0 && (state->shared.credentials == NULL ||
	    state->shared.resolver == NULL)) {
		rc = error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "cannot start the resolver");
	}
	if (rc != 0) {
		thread_stop(state);
		return rc;
	}
	*ret_state = state;
	return 0;
}

/* ---- checks and profiles ------------------------------------------------------------ */

static int
profile_check(const struct col_host *host, const struct col_profile *from)
{
	struct profile *profile = NULL;
	int rc = profile_parse(host, from, &profile);

	profile_unref(profile);
	return rc;
}

/* Compiles from with each of its bases; false when one has a fault. */
static bool
add_profile(const struct state *state, const struct col_profile *from,
    unsigned preference, struct profile_set *set)
{
	unsigned n = profile_variants(from);

	for (unsigned i = 0; i < n; i++) {
		if (profile_parse_variant(state->shared.host, from, i,
		    &set->profiles[set->n]) != 0) {
			return false;
		}
		set->profiles[set->n]->preference = preference;
		set->n++;
	}
	return true;
}

static int
profiles_set(void *arg, const struct col_profile *profiles,
    size_t n_profiles, struct col_error *error)
{
	struct state *state = arg;
	struct profile_set set = {.n = 0};
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < n_profiles; i++) {
		n += profile_variants(&profiles[i]);
	}
	set.profiles = calloc(n + 1, sizeof(struct profile *));
	if (set.profiles == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	for (size_t i = 0; i < n_profiles; i++) {
		if (!add_profile(state, &profiles[i], (unsigned)i, &set)) {
			/* The good ones serve; this one has been reported. */
			rc = error->code = COL_ECONFIG;
			(void)snprintf(error->text, sizeof(error->text),
			    "profile %s is not usable", profiles[i].id);
		}
	}
	profiles_drop(state);
	state->shared.profiles = set;
	state->shared.profiles_version++;
	return rc;
}

/* ---- devices --------------------------------------------------------------------------- */

static void
choose_engine(struct state *state, struct reader *reader,
    const struct col_option_value *values)
{
	int engine = state->engine;

	if (values != NULL && values[DEVICE_ENGINE].given) {
		engine = (int)values[DEVICE_ENGINE].integer;
	}
	if (values != NULL) {
		reader->any_source = values[DEVICE_ANY_SOURCE].truth;
	}
	if (reader->address.is_file) {
		engine = ENGINE_FILE;
	}
	reader_use(reader, engines[engine], state->engines[engine]);
}

static int
device_add(void *arg, const struct col_device *device, void **ret_device,
    struct col_error *error)
{
	struct state *state = arg;
	struct reader *reader = malloc(sizeof(*reader));
	int rc;

	if (reader == NULL) {
		error->code = COL_ENOMEM;
		(void)snprintf(error->text, sizeof(error->text),
		    "out of memory");
		return COL_ENOMEM;
	}
	rc = reader_init(reader, &state->shared, device, error);
	if (rc != 0) {
		free(reader);
		return rc;
	}
	choose_engine(state, reader, device->options);
	*ret_device = reader;
	return 0;
}

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Hands what was learned to the new description where it still fits. */
static void
inherit(struct reader *to, struct reader *from)
{
	if (!same_text(to->address_text, from->address_text) ||
	    !same_text(to->profile_id, from->profile_id)) {
		return;
	}
	to->limits = from->limits;
	to->group = from->group;
	to->plan = from->plan;
	to->profiles_version = from->profiles_version;
	to->must_learn = from->must_learn;
	to->learns_slowly = from->learns_slowly;
	to->learn_again_ns = from->learn_again_ns;
	to->uptime_ms = from->uptime_ms;
	from->group.n = 0;
	from->plan = NULL;
	for (unsigned i = 0; i < to->n_credentials &&
	    from->preferred < from->n_credentials; i++) {
		if (same_text(to->credential_ids[i],
		    from->credential_ids[from->preferred])) {
			to->preferred = i;
		}
	}
}

static int
device_change(void *arg, void *device, const struct col_device *to,
    struct col_error *error)
{
	struct state *state = arg;
	struct reader *reader = device, changed;
	int rc = reader_init(&changed, &state->shared, to, error);

	if (rc != 0) {
		return rc;
	}
	choose_engine(state, &changed, to->options);
	inherit(&changed, reader);
	reader_done(reader);
	*reader = changed;
	return 0;
}

static void
device_remove(void *arg, void *device)
{
	(void)arg;
	reader_done(device);
	free(device);
}

/* ---- polls ------------------------------------------------------------------------------ */

static void
poll_start(void *arg, void *device, int64_t deadline_ns,
    struct col_poll *poll)
{
	(void)arg;
	reader_poll(device, deadline_ns, poll);
}

static void
poll_cancel(void *arg, void *device, struct col_poll *poll)
{
	(void)arg;
	(void)poll;
	reader_cancel(device);
}

/* Frees searches that have ended: never inside their own calls. */
static void
sweep_searches(struct state *state)
{
	struct search *search, *next;

	DL_FOREACH_SAFE(state->searches, search, next) {
		if (search->ended) {
			struct col_discovery *to = search->to;
			const struct col_host *host = state->shared.host;
			end_search(search);
			host->discovered(to);
		}
	}
}

static void
tick(void *arg)
{
	struct state *state = arg;

	reader_tick(&state->shared);
	for (int i = 0; i < ENGINE_N; i++) {
		engines[i]->tick(state->engines[i]);
	}
	sweep_searches(state);
}

/* ---- discovery -------------------------------------------------------------------------- */

static void arm_timer(struct state *state);

static void
on_timer(void *arg)
{
	struct state *state = arg;

	state->timer = NULL;
	tick(state);
	if (state->searches != NULL) {
		arm_timer(state);
	}
}

static void
arm_timer(struct state *state)
{
	const struct col_host *host = state->shared.host;

	if (state->timer == NULL) {
		state->timer = host->timer(host, host->now(host) + TICK_NS,
		    on_timer, state);
	}
}

static void
on_search_end(void *arg)
{
	((struct search *)arg)->ended = true;
}

static void
discover(void *arg, const struct col_discover *request,
    struct col_discovery *to)
{
	struct state *state = arg;
	struct col_device device = {.size = sizeof(device), .id = "discovery",
	    .address = request->address, .profile = "auto",
	    .credentials = request->credentials,
	    .n_credentials = request->n_credentials};
	struct col_error error = {.code = 0};
	struct search *search = calloc(1, sizeof(*search));
	struct reader_discovery discovery = {to, on_search_end, search};

	if (search == NULL || reader_init(&search->reader, &state->shared,
	    &device, &error) != 0) {
		free(search);
		state->shared.host->discovered(to);
		return;
	}
	search->state = state;
	search->to = to;
	choose_engine(state, &search->reader, NULL);
	DL_APPEND(state->searches, search);
	reader_discover(&search->reader, request->deadline_ns, &discovery);
	arm_timer(state);
}

/* ---- the plugin ------------------------------------------------------------------------- */

static const struct col_input input = {
    .thread_start = thread_start,
    .thread_stop = thread_stop,
    .profiles_set = profiles_set,
    .profile_check = profile_check,
    .credential_check = credential_check,
    .device_add = device_add,
    .device_change = device_change,
    .device_remove = device_remove,
    .poll_start = poll_start,
    .poll_cancel = poll_cancel,
    .tick = tick,
    .discover = discover,
};

extern const struct col_plugin col_plugin;

COL_EXPORT const struct col_plugin col_plugin = {
    .size = sizeof(struct col_plugin),
    .abi_major = COL_ABI_MAJOR,
    .abi_minor = COL_ABI_MINOR,
    .name = "snmp",
    .summary = "Polls PDUs, UPSes, sensors, switches and BMCs over SNMP.",
    .options = options,
    .device_options = device_options,
    .input = &input,
};
