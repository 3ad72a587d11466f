/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/stats.h"
#include "model/layout.h"
#include "poll/output.h"

/* The fake output: counts, and blocks while the gate is shut. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool shut, fails, refuses;
	unsigned n_starts, n_writes, n_stops;
	char last[400];
	int64_t last_slot;
} fake = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static int
start(const struct col_host *host, const struct col_option_value *options,
    void **ret_state, struct col_error *error)
{
	(void)host;
	(void)options;
	(void)error;
	fake.n_starts++;
	*ret_state = &fake;
	return fake.refuses ? COL_EIO : 0;
}

static int
write_batch(void *state, const struct col_batch *batch)
{
	assert(state == &fake);
	pthread_mutex_lock(&fake.lock);
	while (fake.shut) {
		pthread_cond_wait(&fake.changed, &fake.lock);
	}
	fake.n_writes++;
	fake.last_slot = batch->slot_ns;
	snprintf(fake.last, sizeof(fake.last), "%s|%s|%s|%s|%s|%s|%g|%d",
	    batch->entity, batch->device, batch->samples[0].role,
	    batch->samples[0].metric, batch->samples[0].instance,
	    batch->samples[0].unit, batch->samples[0].value,
	    (int)batch->samples[0].quality);
	int rc = fake.fails ? COL_EIO : 0;
	pthread_mutex_unlock(&fake.lock);
	return rc;
}

static void
stop(void *state)
{
	(void)state;
	fake.n_stops++;
}

static const struct col_output OUTPUT = { start, write_batch, stop };
static const struct col_plugin PLUGIN = { .size = sizeof(PLUGIN), .name = "fake",
	.summary = "x", .output = &OUTPUT };
static struct plugin_entry entry = { .name = "fake", .file = "fake.so",
	.plugin = &PLUGIN };
static const struct plugins plugins = { &entry, 1 };

static struct inventory *inventory;
static const struct col_layout *layout;
static struct config config;
static struct outputs *outputs;

static void
set_gate(bool shut)
{
	pthread_mutex_lock(&fake.lock);
	fake.shut = shut;
	pthread_cond_broadcast(&fake.changed);
	pthread_mutex_unlock(&fake.lock);
}

static void
wait_writes(unsigned n)
{
	for (;;) {
		pthread_mutex_lock(&fake.lock);
		bool there = fake.n_writes >= n;
		pthread_mutex_unlock(&fake.lock);
		if (there) {
			return;
		}
		sched_yield();
	}
}

static int
set_up(void **state)
{
	static const struct col_node item = { .kind = COL_NODE_MAP, .key = "fake" };
	static const struct col_node *const items[] = { &item };
	static const struct col_node map = { .kind = COL_NODE_MAP, .n_items = 1,
		.items = items };
	static const struct col_slot slots[] = { { .metric = "power_w",
	    .instance = "L1", .unit = "kW", .source = "x" } };
	static const struct rack rack = { .index = 0, .id = "r1" };
	static const struct device device = { .index = 0, .id = "r1-pdu-a" };
	static const struct rack *const racks[] = { &rack };
	static const struct device *const devices[] = { &device };
	struct col_error error;

	(void)state;
	inventory = inventory_new();
	inventory->racks = racks;
	inventory->n_racks = 1;
	inventory->devices = devices;
	inventory->n_devices = 1;
	inventory_seal(inventory);
	layout = layout_intern(slots, 1, &error);
	config.settings.plugins = &map;
	fake.n_starts = fake.n_writes = fake.n_stops = 0;
	fake.fails = fake.refuses = fake.shut = false;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	outputs_free(outputs);
	outputs = NULL;
	inventory_unref(inventory);
	layout_reset();
	return 0;
}

static void
put(int64_t slot, uint32_t device)
{
	struct sample sample = { .number = 1500, .quality = COL_GOOD };
	struct record record = { .inventory = inventory,
		.entity = { ENTITY_RACK, 0 }, .device = device,
		.role = device == 0 ? "pdu-a" : "", .slot = { slot },
		.layout = layout, .samples = &sample };
	output_record(outputs, &record);
	sample.number = -1; /* the record was only borrowed */
}

static void
records_arrive_in_base_units(void **state)
{
	(void)state;
	outputs = outputs_new(&config, &plugins, clock_real());
	put(60, 0);
	wait_writes(1);
	assert_string_equal(fake.last, "rack:r1|r1-pdu-a|pdu-a|power_w|L1|W|1500|0");
	put(60, INVENTORY_NONE);
	wait_writes(2);
	assert_string_equal(fake.last, "rack:r1|||power_w|L1|W|1500|0");
	outputs_free(outputs);
	outputs = NULL;
	assert_int_equal(fake.n_stops, 1);
}

static void
a_slow_output_drops_and_counts(void **state)
{
	int64_t dropped = stats_get(STATS_OUTPUT_DROPPED);
	int64_t written = stats_get(STATS_OUTPUT_BATCHES);
	unsigned n = OUTPUT_QUEUE_SIZE + 1000;

	(void)state;
	outputs = outputs_new(&config, &plugins, clock_real());
	set_gate(true);
	for (unsigned i = 0; i < n; i++) {
		put(i, 0); /* never blocks */
	}
	int64_t lost = stats_get(STATS_OUTPUT_DROPPED) - dropped;
	assert_in_range(lost, 999, 1000); /* one may be in write() */
	set_gate(false);
	wait_writes(n - (unsigned)lost);
	assert_int_equal(fake.last_slot, n - 1); /* the newest are kept */
	while (stats_get(STATS_OUTPUT_BATCHES) - written < n - lost) {
		sched_yield();
	}
}

static void
failures_are_counted_and_it_goes_on(void **state)
{
	int64_t errors = stats_get(STATS_OUTPUT_ERRORS);

	(void)state;
	fake.fails = true;
	outputs = outputs_new(&config, &plugins, clock_real());
	put(1, 0);
	put(2, 0);
	wait_writes(2);
	while (stats_get(STATS_OUTPUT_ERRORS) < errors + 2) {
		sched_yield();
	}
	pthread_mutex_lock(&fake.lock);
	fake.fails = false;
	pthread_mutex_unlock(&fake.lock);
	put(3, 0);
	wait_writes(3);
}

static void
what_does_not_start_is_left_out(void **state)
{
	(void)state;
	fake.refuses = true;
	outputs = outputs_new(&config, &plugins, clock_real());
	put(1, 0);
	outputs_free(outputs);
	outputs = NULL;
	assert_int_equal(fake.n_starts, 1);
	assert_int_equal(fake.n_writes, 0);
	assert_int_equal(fake.n_stops, 0);
	/* Nor what the configuration does not name. */
	config.settings.plugins = NULL;
	outputs = outputs_new(&config, &plugins, clock_real());
	assert_int_equal(fake.n_starts, 1);
	put(1, 0);
	output_record(NULL, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_arrive_in_base_units),
		TEST(a_slow_output_drops_and_counts),
		TEST(failures_are_counted_and_it_goes_on),
		TEST(what_does_not_start_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
