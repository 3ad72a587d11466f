/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ipmi input plugin: reads BMCs over IPMI 2.0 sessions.
 *
 * Route: host -> here -> device -> round -> link -> engine -> BMC.
 * Thread: one struct state per POLL thread.
 */
#include <stdio.h>
#include <stdlib.h>

#include <collectord/plugin.h>

#include "account.h"
#include "device.h"
#include "search.h"

#define TICK_NS INT64_C(10000000)

enum { OPTION_RECEIVE_BUFFER = 0, OPTION_WINDOW, OPTION_SESSION_RATE,
	OPTION_SOURCE_PORT };

static const struct col_option options[] = {
    {"receive_buffer", COL_OPT_SIZE, "32MiB", 65536, 1073741824, NULL,
        "Socket buffer asked of the kernel per address family."},
    {"window", COL_OPT_INTEGER, "4096", 16, 16384, NULL,
        "Messages in flight at most, per polling thread; fewer when the"
        " receive buffer granted is smaller than 2,500 bytes for each."},
    {"session_rate", COL_OPT_INTEGER, "2000", 10, 100000, NULL,
        "Sessions opened per second at most, per polling thread."},
    {"source_port", COL_OPT_INTEGER, "0", 0, 65535, NULL,
        "UDP port that messages come from, for firewalls; further polling"
        " threads take the next free ones.  0: the system chooses."},
    {NULL, COL_OPT_TEXT, NULL, 0, 0, NULL, NULL},
};

struct state {
	struct device_shared shared;
	struct searches searches;
	struct col_timer *timer;   /* drives what flies between polls */
};

/* ---- ticks ------------------------------------------------------------------------ */

static void arm_timer(void *arg);

static void
tick(void *arg)
{
	struct state *state = arg;

	device_tick(&state->shared);
	engine_tick(state->shared.engine);
	search_sweep(&state->searches);
	if (engine_is_busy(state->shared.engine)) {
		/* Keepalives and farewells outlive the polls in flight. */
		arm_timer(state);
	}
}

static void
on_timer(void *arg)
{
	struct state *state = arg;

	state->timer = NULL;
	tick(state);
	if (state->searches.list != NULL) {
		arm_timer(state);
	}
}

static void
arm_timer(void *arg)
{
	struct state *state = arg;
	const struct col_host *host = state->shared.host;

	if (state->timer == NULL) {
		state->timer = host->timer(host, host->now(host) + TICK_NS,
		    on_timer, state);
	}
}

/* ---- thread ------------------------------------------------------------------------ */

static void
thread_stop(void *arg)
{
	struct state *state = arg;
	const struct col_host *host;

	if (state == NULL) {
		return;
	}
	host = state->shared.host;
	search_stop(&state->searches);
	host->timer_cancel(host, state->timer);
	readings_free(state->shared.readings);
	engine_free(state->shared.engine);
	credential_set_free(state->shared.accounts);
	resolver_free(state->shared.resolver);
	free(state);
}

static int
no_memory(struct col_error *error)
{
	error->code = COL_ENOMEM;
	(void)snprintf(error->text, sizeof(error->text), "out of memory");
	return COL_ENOMEM;
}

static int
thread_start(const struct col_host *host,
    const struct col_option_value *values, void **ret_state,
    struct col_error *error)
{
	struct engine_setup setup = {.host = host};
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if (state == NULL) {
		return no_memory(error);
	}
	state->shared.host = host;
	state->shared.wake = arm_timer;
	state->shared.wake_arg = state;
	state->searches.shared = &state->shared;
	state->shared.accounts = credential_set_new(host,
	    sizeof(struct account), account_load);
	state->shared.resolver = resolver_new(host);
	if (values != NULL) {
		setup.receive_buffer = values[OPTION_RECEIVE_BUFFER].integer;
		setup.window = (uint32_t)values[OPTION_WINDOW].integer;
		setup.session_rate =
		    (uint32_t)values[OPTION_SESSION_RATE].integer;
		setup.source_port =
		    (uint16_t)values[OPTION_SOURCE_PORT].integer;
	}
	rc = engine_new(&setup, &state->shared.engine, error);
	if (rc == 0) {
		rc = readings_new(host, &state->shared.readings, error);
	}
	if (rc == 0 && (state->shared.accounts == NULL ||
	    state->shared.resolver == NULL)) {
		rc = no_memory(error);
	}
	if (rc != 0) {
		thread_stop(state);
		return rc;
	}
	*ret_state = state;
	return 0;
}

static int
profiles_set(void *arg, const struct col_profile *profiles,
    size_t n_profiles, struct col_error *error)
{
	struct state *state = arg;

	return readings_profiles(state->shared.readings, profiles, n_profiles,
	    error);
}

/* ---- devices ----------------------------------------------------------------------- */

/* The host's handle: the device in it is replaced when it changes. */
struct handle {
	struct device *device;
};

static int
device_add(void *arg, const struct col_device *from, void **ret_device,
    struct col_error *error)
{
	struct state *state = arg;
	struct handle *handle = malloc(sizeof(*handle));
	int rc;

	if (handle == NULL) {
		return no_memory(error);
	}
	rc = device_new(&state->shared, from, &handle->device, error);
	if (rc != 0) {
		free(handle);
		return rc;
	}
	*ret_device = handle;
	return 0;
}

static int
device_change(void *arg, void *device, const struct col_device *to,
    struct col_error *error)
{
	struct state *state = arg;
	struct handle *handle = device;
	struct device *changed;
	int rc = device_new(&state->shared, to, &changed, error);

	if (rc != 0) {
		return rc;
	}
	device_inherit(changed, handle->device);
	device_free(handle->device);
	handle->device = changed;
	return 0;
}

static void
device_remove(void *arg, void *device)
{
	struct handle *handle = device;

	(void)arg;
	device_free(handle->device);
	free(handle);
}

static void
poll_start(void *arg, void *device, int64_t deadline_ns,
    struct col_poll *poll)
{
	(void)arg;
	device_poll(((struct handle *)device)->device, deadline_ns, poll);
}

static void
poll_cancel(void *arg, void *device, struct col_poll *poll)
{
	(void)arg;
	(void)poll;
	device_cancel(((struct handle *)device)->device);
}

static void
discover(void *arg, const struct col_discover *request,
    struct col_discovery *to)
{
	struct state *state = arg;

	search_start(&state->searches, request, to);
	arm_timer(state);
}

/* ---- the plugin -------------------------------------------------------------------- */

static const struct col_input input = {
    .thread_start = thread_start,
    .thread_stop = thread_stop,
    .profiles_set = profiles_set,
    .profile_check = readings_check,
    .credential_check = account_check,
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
    .name = "ipmi",
    .summary = "Reads BMCs over IPMI 2.0: power, temperatures, sensors, events.",
    .options = options,
    .device_options = device_options,
    .input = &input,
};
