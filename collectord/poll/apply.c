/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "poll/apply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"

/* Phase and thread hang on the rack, so that its feeds are read together. */
static const char *
anchor(const struct inventory *inventory, const struct device *device)
{
	if (device->rack < inventory->n_racks &&
	    inventory->racks[device->rack] != NULL) {
		return inventory->racks[device->rack]->id;
	}
	return device->id;
}

unsigned
apply_thread_of(const struct inventory *inventory, const struct device *device,
    unsigned n_threads)
{
	/* The high half: the low one makes the phase. */
	uint64_t hash = hash64_text(anchor(inventory, device)) >> 32;
	return n_threads > 1 ? (unsigned)(hash % n_threads) : 0;
}

/* ---- plugins ----------------------------------------------------------------------- */

static void
set_profiles(struct run *run, const struct config *config)
{
	struct col_error error = { 0 };
	const struct col_input *input = run->plugin->input;

	if (input->profiles_set == NULL) {
		return;
	}
	struct describe_profiles *profiles = describe_profiles(config, run->name);
	if (profiles == NULL || (run->profiles != NULL &&
	    profiles->hash == run->profiles->hash &&
	    profiles->n_items == run->profiles->n_items)) {
		free(profiles);
		return;
	}
	if (input->profiles_set(run->state, profiles->items, profiles->n_items,
	    &error) != 0) {
		LOG_ERROR("poll", "plugin", run->name,
		    "does not take all profiles: %s", error.text);
	}
	/* Even then: the plugin may have kept some of them. */
	free(run->profiles);
	run->profiles = profiles;
}

static void
start_run(struct poller *poller, const struct apply *apply, struct run *run)
{
	struct col_error error = { 0 };
	const struct col_option_value *options = NULL;
	bool blocks = run->plugin->flags & COL_PLUGIN_BLOCKS;

	int rc = describe_options(apply->config, run->plugin->options, run->name,
	    poller->arena, &options, &error);
	if (rc == 0) {
		host_init(&run->host, run->name, poller->setup.clock,
		    blocks ? NULL : &poller->loop);
		run->host.events = poller->setup.events;
		if (apply->keeps && apply->config->settings.store_dir != NULL) {
			run->host.store_dir = arena_copy(poller->arena,
			    apply->config->settings.store_dir);
		}
		rc = run->plugin->input->thread_start(&run->host.col, options,
		    &run->state, &error);
		if (rc != 0) {
			host_done(&run->host);
		}
	}
	if (rc != 0) {
		str_format(run->reason, sizeof(run->reason),
		    "plugin %s did not start: %s", run->name,
		    error.text[0] != '\0' ? error.text : err_text(rc));
		LOG_ERROR("poll", "plugin", run->name, "%s; its devices are down",
		    run->reason);
		return;
	}
	run->started = true;
	run->reason[0] = '\0';
	set_profiles(run, apply->config);
}

/* Why the plugin of a run cannot be used at all; false: it can. */
static bool
is_unusable(const struct apply *apply, struct run *run)
{
	const struct plugin_entry *entry = plugins_find(apply->plugins, run->name);

	if (entry == NULL) {
		str_format(run->reason, sizeof(run->reason),
		    "there is no plugin %s", run->name);
	} else if (entry->plugin == NULL) {
		str_format(run->reason, sizeof(run->reason),
		    "plugin refused: %s", entry->reason);
	} else if (entry->plugin->input == NULL) {
		str_format(run->reason, sizeof(run->reason),
		    "plugin %s polls no devices", run->name);
	} else {
		run->plugin = entry->plugin;
		return false;
	}
	LOG_ERROR("poll", "plugin", run->name, "%s; its devices are down",
	    run->reason);
	return true;
}

struct run *
apply_run(struct poller *poller, const struct apply *apply, const char *name)
{
	struct run *run = poller_run(poller, name);

	if (run != NULL) {
		return run;
	}
	run = calloc(1, sizeof(*run));
	char *copy = strdup(name);
	assert(run != NULL && copy != NULL);
	run->name = copy;
	pthread_mutex_lock(&poller->lock);
	run->next = poller->runs;
	poller->runs = run;
	pthread_mutex_unlock(&poller->lock);
	if (!is_unusable(apply, run)) {
		start_run(poller, apply, run);
	}
	return run;
}

/* What a reload means for the plugins that are there. */
static void
renew_runs(struct poller *poller, const struct apply *apply)
{
	for (struct run *run = poller->runs; run != NULL; run = run->next) {
		if (run->started) {
			set_profiles(run, apply->config);
		} else if (run->plugin != NULL) {
			start_run(poller, apply, run);
		}
	}
}

/* ---- devices ------------------------------------------------------------------------ */

/* Takes a device out of service; its slots end at once, with the reason. */
static void
switch_off(struct polled *polled, const char *why)
{
	free(polled->off);
	polled->off = strdup(why);
	assert(polled->off != NULL);
	pthread_mutex_lock(&polled->poller->lock);
	/* Nothing will change by trying again: the next slot says down. */
	polled->health.n_failures = SCHED_DOWN_AFTER - 1;
	pthread_mutex_unlock(&polled->poller->lock);
}

/* Gives the device to its plugin, which it does not have yet. */
static void
hand_over(struct polled *polled, struct description *description)
{
	struct col_error error = { 0 };
	struct run *run = polled->run;

	describe_free(polled->poller->describer, polled->description);
	polled->description = description;
	free(polled->off);
	polled->off = NULL;
	if (!run->started) {
		switch_off(polled, run->reason);
		return;
	}
	int rc = run->plugin->input->device_add(run->state, &description->col,
	    &polled->device, &error);
	if (rc != 0) {
		polled->device = NULL;
		switch_off(polled, error.text[0] != '\0' ? error.text : err_text(rc));
	}
}

/* A changed description: what the plugin keeps is its own decision. */
static void
change(struct polled *polled, struct description *description)
{
	struct col_error error = { 0 };
	struct run *run = polled->run;
	struct description *before = polled->description;

	pthread_mutex_lock(&polled->poller->lock);
	polled->health.n_failures = 0;
	polled->health.pause = 0;
	pthread_mutex_unlock(&polled->poller->lock);
	if (polled->device == NULL) {
		hand_over(polled, description);
		return;
	}
	free(polled->off);
	polled->off = NULL;
	int rc = run->plugin->input->device_change(run->state, polled->device,
	    &description->col, &error);
	if (rc != 0) {
		run->plugin->input->device_remove(run->state, polled->device);
		polled->device = NULL;
		switch_off(polled, error.text[0] != '\0' ? error.text : err_text(rc));
	}
	polled->description = description;
	describe_free(polled->poller->describer, before);
}

static void
destroy(struct polled *polled)
{
	struct run *run = polled->run;

	if (polled->device != NULL) {
		run->plugin->input->device_remove(run->state, polled->device);
	}
	describe_free(polled->poller->describer, polled->description);
	describe_free(polled->poller->describer, polled->next_description);
	device_done(&polled->health);
	free(polled->off);
	free(polled->id);
	free(polled);
}

void
apply_remove(struct polled *polled)
{
	struct poller *poller = polled->poller;

	poller_unschedule(polled);
	poller_cancel(polled, COL_POLL_CANCELLED, "the device has been removed");
	pthread_mutex_lock(&poller->lock);
	poller->devices[polled->index] = NULL;
	poller->counts[polled->health.state]--;
	polled->run->n_devices--;
	polled->leaving = true;
	pthread_mutex_unlock(&poller->lock);
	if (polled->job == NULL) {
		destroy(polled);
	}
}

void
apply_resume(struct polled *polled)
{
	if (polled->leaving) {
		destroy(polled);
	} else if (polled->next_description != NULL) {
		struct description *description = polled->next_description;
		polled->next_description = NULL;
		change(polled, description);
	}
}

static void
set_phase(struct polled *polled, const struct apply *apply,
    const struct device *device, bool anew)
{
	struct poller *poller = polled->poller;
	int64_t phase = sched_phase(anchor(apply->config->inventory, device),
	    poller->interval_ns);

	if (!anew && phase == polled->phase_ns) {
		return;
	}
	poller_unschedule(polled);
	pthread_mutex_lock(&poller->lock);
	polled->phase_ns = phase;
	pthread_mutex_unlock(&poller->lock);
	poller_appoint(poller, polled, clock_wall(poller->setup.clock));
}

static struct polled *
add(struct poller *poller, const struct apply *apply, const struct device *device)
{
	struct col_error error = { 0 };
	struct description *description = NULL;
	struct polled *polled = calloc(1, sizeof(*polled));

	assert(polled != NULL);
	polled->id = strdup(device->id);
	assert(polled->id != NULL);
	polled->index = device->index;
	polled->key = hash64_text(device->id);
	polled->poller = poller;
	polled->run = apply_run(poller, apply, device->plugin);
	device_init(&polled->health);
	/* Whole before others can see it. */
	if (polled->run->plugin == NULL) {
		switch_off(polled, polled->run->reason);
	} else if (describe_device(poller->describer, apply->config, device,
	    polled->run->plugin, &description, &error) != 0) {
		switch_off(polled, error.text);
	} else {
		hand_over(polled, description);
	}
	if (polled->off != NULL && polled->run->started) {
		LOG_ERROR("poll", "device", device->id, "cannot be polled: %s",
		    polled->off);
	}
	pthread_mutex_lock(&poller->lock);
	poller->devices[device->index] = polled;
	poller->counts[polled->health.state]++;
	polled->run->n_devices++;
	pthread_mutex_unlock(&poller->lock);
	return polled;
}

/* Brings a device that is there to its new description, if it is one. */
static void
update(struct polled *polled, const struct apply *apply,
    const struct device *device)
{
	struct poller *poller = polled->poller;
	struct col_error error = { 0 };
	struct description *description;

	if (polled->run->plugin == NULL) {
		return;
	}
	if (describe_device(poller->describer, apply->config, device,
	    polled->run->plugin, &description, &error) != 0) {
		switch_off(polled, error.text);
		return;
	}
	const struct description *before = polled->next_description != NULL ?
	    polled->next_description : polled->description;
	if (before != NULL && before->hash == description->hash &&
	    polled->off == NULL) {
		describe_free(poller->describer, description);
		return;
	}
	poller_cancel(polled, COL_POLL_CANCELLED, "the configuration has changed");
	if (polled->job != NULL) {
		describe_free(poller->describer, polled->next_description);
		polled->next_description = description;
	} else {
		change(polled, description);
	}
}

/* ---- the whole ---------------------------------------------------------------------- */

static void
make_room(struct poller *poller, uint32_t n)
{
	if (n <= poller->n_devices) {
		return;
	}
	struct polled **devices = calloc(n, sizeof(struct polled *));
	assert(devices != NULL);
	pthread_mutex_lock(&poller->lock);
	struct polled **before = poller->devices;
	if (poller->n_devices > 0) {
		memcpy(devices, before, poller->n_devices * sizeof(struct polled *));
	}
	poller->devices = devices;
	poller->n_devices = n;
	pthread_mutex_unlock(&poller->lock);
	free(before);
}

/* The device of a dense id that is to be polled here, or NULL. */
static const struct device *
wanted(const struct apply *apply, uint32_t index)
{
	const struct inventory *inventory = apply->config->inventory;
	const struct device *device = index < inventory->n_devices ?
	    inventory->devices[index] : NULL;

	if (device == NULL || device->plugin == NULL || apply_thread_of(inventory,
	    device, apply->n_threads) != apply->thread) {
		return NULL;
	}
	return device;
}

struct polled *
apply_device(struct poller *poller, const struct apply *apply, uint32_t index)
{
	const struct inventory *inventory = apply->config->inventory;

	if (index >= inventory->n_devices || inventory->devices[index] == NULL) {
		return NULL;
	}
	make_room(poller, inventory->n_devices);
	return add(poller, apply, inventory->devices[index]);
}

/* Removes and changes first, so that an address that moved is free again. */
static void
diff_present(struct poller *poller, const struct apply *apply, bool repaced)
{
	for (uint32_t i = 0; i < poller->n_devices; i++) {
		struct polled *polled = poller->devices[i];
		const struct device *device = wanted(apply, i);
		if (polled == NULL) {
			continue;
		}
		if (device == NULL || strcmp(device->plugin, polled->run->name) != 0) {
			apply_remove(polled);
			continue;
		}
		update(polled, apply, device);
		set_phase(polled, apply, device, repaced);
	}
}

void
apply_config(struct poller *poller, const struct apply *apply)
{
	const struct settings *settings = &apply->config->settings;
	const struct inventory *inventory = apply->config->inventory;
	uint32_t n_wanted = 0;
	bool repaced = settings->interval_ns != poller->interval_ns;

	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		n_wanted += wanted(apply, i) != NULL;
	}
	poller_pace(poller, settings->interval_ns, settings->in_flight_max, n_wanted);
	make_room(poller, inventory->n_devices);
	renew_runs(poller, apply);
	diff_present(poller, apply, repaced);
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		const struct device *device = wanted(apply, i);
		if (device != NULL && poller->devices[i] == NULL) {
			set_phase(add(poller, apply, device), apply, device, true);
		}
	}
}
