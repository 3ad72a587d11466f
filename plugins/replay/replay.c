/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * replay: devices that exist only in the configuration.  The reference for
 * writers of plugins, and the double that tests drive the daemon with: it
 * also misbehaves in every way that real devices and bad plugins do.
 */
#include <stdlib.h>
#include <string.h>

#include "happened.h"
#include "script.h"

#define LATE_NS INT64_C(10000000)

enum device_option { OPT_READINGS, OPT_FAULTS, OPT_INFO, OPT_REBOOTS, OPT_EVENTS,
	OPT_ORIGIN, OPT_DELAY, OPT_UPTIME };

static const struct col_option DEVICE_OPTIONS[] = {
	{ "readings", COL_OPT_NODE, .help = "What the device measures: a list of "
	    "{metric, value, at, instance, unit, rate, quality, layout, source}." },
	{ "faults", COL_OPT_NODE, .help = "When it misbehaves: a list of {kind, from, "
	    "to, status, delay}; kind is silent, never, slow, error, partial, late, "
	    "double or garbage." },
	{ "info", COL_OPT_NODE, .help = "Its info_* texts." },
	{ "reboots", COL_OPT_NODE, .help = "When it restarts: a list of times." },
	{ "events", COL_OPT_NODE, .help = "Its log: a list of {at, id, time, skew, "
	    "severity, cleared, code, sensor, instance, text, source}; at is when the "
	    "entry appears, time what it says (seconds since 1970)." },
	{ "origin", COL_OPT_CHOICE, .fallback = "first", .choices = "first|start",
	    .help = "Time 0: its first poll, or the start of the daemon." },
	{ "delay", COL_OPT_DURATION, .fallback = "0s", .max = 3600,
	    .help = "How long it takes to answer." },
	{ "uptime", COL_OPT_DURATION, .help = "Uptime of its agent at time 0; "
	    "without it the agent tells none." },
	{ .name = NULL },
};

struct profile {
	char *id;
	struct script *script;
};

struct device {
	struct state *state;
	struct device *next, **link;
	const struct col_device *col;    /* valid until the next change */
	struct script *script;           /* own or the profile's; NULL: none fits */
	struct happened *happened;       /* its log */
	const char *profile;             /* id in use; NULL: its own readings */
	int64_t began;                   /* time 0; < 0: not yet */
	int64_t asked;                   /* when the poll came */
	struct col_poll *poll;           /* waits for timer, or is silent */
	struct col_timer *timer;
	struct script_phase phase;       /* of the poll */
};

struct state {
	const struct col_host *host;
	int64_t began;
	struct profile *profiles;
	size_t n_profiles;
	struct device *devices;
};

/* ---- scripts ------------------------------------------------------------------- */

static struct script_nodes
nodes_of(const struct col_node *map)
{
	return (struct script_nodes){ .readings = col_node_get(map, "readings"),
		.faults = col_node_get(map, "faults"),
		.info = col_node_get(map, "info"),
		.reboots = col_node_get(map, "reboots") };
}

static const struct profile *
profile_find(const struct state *state, const char *id)
{
	for (size_t i = 0; i < state->n_profiles; i++) {
		if (strcmp(state->profiles[i].id, id) == 0) {
			return &state->profiles[i];
		}
	}
	return NULL;
}

/* Readings of its own come first, then those of its profile. */
static int
choose_script(struct device *device, const struct col_device *col)
{
	const struct col_option_value *options = col->options;
	struct script *script = NULL;
	struct happened *happened = NULL;
	const char *id = NULL;

	int rc = happened_new(device->state->host, options[OPT_EVENTS].node, &happened);
	if (rc != 0) {
		return rc;
	}
	if (options[OPT_READINGS].node != NULL || options[OPT_FAULTS].node != NULL ||
	    options[OPT_INFO].node != NULL) {
		struct script_nodes nodes = { .readings = options[OPT_READINGS].node,
			.faults = options[OPT_FAULTS].node,
			.info = options[OPT_INFO].node,
			.reboots = options[OPT_REBOOTS].node };
		rc = script_new(device->state->host, &nodes, &script);
		if (rc != 0) {
			happened_free(happened);
			return rc;
		}
	} else {
		const struct profile *profile = profile_find(device->state,
		    col->profile);
		if (profile != NULL) {
			script = script_ref(profile->script);
			id = profile->id;
		}
	}
	happened_free(device->happened);
	device->happened = happened;
	script_unref(device->script);
	device->script = script;
	device->profile = id;
	return 0;
}

static void
free_profiles(struct profile *profiles, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		script_unref(profiles[i].script);
		free(profiles[i].id);
	}
	free(profiles);
}

static int
profiles_set(void *arg, const struct col_profile *profiles, size_t n_profiles,
    struct col_error *error)
{
	struct state *state = arg;
	struct profile *before = state->profiles;
	size_t n_before = state->n_profiles;
	int rc = 0;

	struct profile *all = calloc(n_profiles + 1, sizeof(*all));
	if (all == NULL) {
		error->code = COL_ENOMEM;
		return COL_ENOMEM;
	}
	state->profiles = all;
	state->n_profiles = 0;
	for (size_t i = 0; i < n_profiles; i++) {
		struct script_nodes nodes = nodes_of(profiles[i].node);
		struct profile *one = &all[state->n_profiles];
		int made = script_new(state->host, &nodes, &one->script);
		one->id = made == 0 ? strdup(profiles[i].id) : NULL;
		if (one->id != NULL) {
			state->n_profiles++;
		} else {
			rc = made != 0 ? made : COL_ENOMEM;
		}
	}
	for (struct device *d = state->devices; d != NULL; d = d->next) {
		(void)choose_script(d, d->col);
	}
	free_profiles(before, n_before);
	return rc;
}

static int
profile_check(const struct col_host *host, const struct col_profile *profile)
{
	struct script_nodes nodes = nodes_of(profile->node);
	struct script *script = NULL;

	int rc = script_new(host, &nodes, &script);
	script_unref(script);
	return rc;
}

/* ---- threads and devices ---------------------------------------------------------- */

static int
thread_start(const struct col_host *host, const struct col_option_value *options,
    void **ret_state, struct col_error *error)
{
	struct state *state = calloc(1, sizeof(*state));

	(void)options;
	if (state == NULL) {
		error->code = COL_ENOMEM;
		return COL_ENOMEM;
	}
	state->host = host;
	state->began = host->now(host);
	*ret_state = state;
	return 0;
}

static void
thread_stop(void *arg)
{
	struct state *state = arg;

	free_profiles(state->profiles, state->n_profiles);
	free(state);
}

static int
device_add(void *arg, const struct col_device *col, void **ret_device,
    struct col_error *error)
{
	struct state *state = arg;
	struct device *device = calloc(1, sizeof(*device));

	if (device == NULL) {
		error->code = COL_ENOMEM;
		return COL_ENOMEM;
	}
	device->state = state;
	device->began = -1;
	int rc = choose_script(device, col);
	if (rc != 0) {
		free(device);
		error->code = rc;
		return rc;
	}
	device->col = col;
	device->next = state->devices;
	device->link = &state->devices;
	if (device->next != NULL) {
		device->next->link = &device->next;
	}
	state->devices = device;
	*ret_device = device;
	return 0;
}

static int
device_change(void *arg, void *device_arg, const struct col_device *to,
    struct col_error *error)
{
	struct device *device = device_arg;

	(void)arg;
	int rc = choose_script(device, to);
	if (rc != 0) {
		error->code = rc;
		return rc;
	}
	/* What was learned, its time 0, is kept. */
	device->col = to;
	return 0;
}

static void
device_remove(void *arg, void *device_arg)
{
	struct state *state = arg;
	struct device *device = device_arg;

	state->host->timer_cancel(state->host, device->timer);
	*device->link = device->next;
	if (device->next != NULL) {
		device->next->link = device->link;
	}
	happened_free(device->happened);
	script_unref(device->script);
	free(device);
}

/* ---- polls -------------------------------------------------------------------------- */

/* Values are those of the time when the poll came, however late the answer. */
static void
answer(struct device *device)
{
	const struct col_host *host = device->state->host;
	const struct col_option_value *uptime = &device->col->options[OPT_UPTIME];
	struct col_poll *poll = device->poll;
	enum script_fault fault = device->phase.fault;
	int64_t at = device->asked - device->began;

	device->poll = NULL;
	happened_tell(device->happened, host, device->col->id, at);
	if (fault == FAULT_GARBAGE) {
		script_emit_garbage(device->script, poll);
	} else {
		script_emit(device->script, poll, at, uptime->given ? uptime->integer
		    : -1, fault == FAULT_PARTIAL ? 2 : 1);
	}
	host->done(poll, fault == FAULT_PARTIAL ? COL_POLL_PARTIAL : COL_POLL_OK,
	    fault == FAULT_PARTIAL ? "scripted: half of the values" : NULL);
	if (fault == FAULT_DOUBLE) {
		script_emit(device->script, poll, at, -1, 1);
		host->done(poll, COL_POLL_REPLY, "scripted: ended twice");
	}
}

static void
on_timer(void *arg)
{
	struct device *device = arg;

	device->timer = NULL;
	answer(device);
}

static void
wait_for(struct device *device, int64_t delay_ns)
{
	const struct col_host *host = device->state->host;

	device->timer = host->timer(host, host->now(host) + delay_ns, on_timer,
	    device);
}

static void
poll_start(void *arg, void *device_arg, int64_t deadline_ns, struct col_poll *poll)
{
	struct state *state = arg;
	struct device *device = device_arg;
	const struct col_host *host = state->host;
	int64_t delay = device->col->options[OPT_DELAY].integer;

	(void)deadline_ns;
	if (device->script == NULL) {
		host->done(poll, COL_POLL_PROFILE,
		    "it has neither readings nor a replay profile");
		return;
	}
	device->asked = host->now(host);
	if (device->began < 0) {
		device->began = device->col->options[OPT_ORIGIN].integer == 0
		    ? device->asked : state->began;
	}
	struct col_identity identity = { .profile = device->profile,
		.credential = device->col->n_credentials > 0
		    ? device->col->credentials[0].id : NULL };
	host->identify(poll, &identity);
	host->timer_cancel(host, device->timer); /* of a late answer */
	device->timer = NULL;
	device->poll = poll;
	device->phase = script_phase_at(device->script,
	    device->asked - device->began);
	switch (device->phase.fault) {
	case FAULT_SILENT:
	case FAULT_NEVER:
	case FAULT_LATE:
		return;
	case FAULT_ERROR:
		device->poll = NULL;
		host->done(poll, device->phase.status, "scripted");
		return;
	case FAULT_SLOW:
		delay = device->phase.delay_ns;
		break;
	case FAULT_NONE:
	case FAULT_PARTIAL:
	case FAULT_DOUBLE:
	case FAULT_GARBAGE:
	case FAULT_N:
		break;
	}
	if (delay > 0) {
		wait_for(device, delay);
	} else {
		answer(device);
	}
}

static void
poll_cancel(void *arg, void *device_arg, struct col_poll *poll)
{
	struct state *state = arg;
	struct device *device = device_arg;

	state->host->timer_cancel(state->host, device->timer);
	device->timer = NULL;
	if (device->phase.fault == FAULT_LATE) {
		/* What no plugin may do: keep the poll and answer it later. */
		wait_for(device, LATE_NS);
		return;
	}
	device->poll = NULL;
	if (device->phase.fault != FAULT_NEVER) {
		state->host->done(poll, COL_POLL_CANCELLED, NULL);
	}
}

static const struct col_input INPUT = {
	.thread_start = thread_start,
	.thread_stop = thread_stop,
	.profiles_set = profiles_set,
	.profile_check = profile_check,
	.device_add = device_add,
	.device_change = device_change,
	.device_remove = device_remove,
	.poll_start = poll_start,
	.poll_cancel = poll_cancel,
};

COL_EXPORT const struct col_plugin col_plugin = {
	.size = sizeof(struct col_plugin),
	.abi_major = COL_ABI_MAJOR,
	.abi_minor = COL_ABI_MINOR,
	.name = "replay",
	.summary = "Devices that exist only in the configuration, for tests and trials.",
	.device_options = DEVICE_OPTIONS,
	.input = &INPUT,
};
