/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One poll and one discovery on a loop of their own: host.c, loop.c, oneshot.c. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/layout.h"
#include "poll/poll.h"

/*
 * The fake plugin answers through a pipe that it watches: half by timer, half
 * by descriptor.  Address "silent" never answers.
 */
static struct fake {
	const struct col_host *host;
	const struct col_layout *layout;
	struct col_watch *watch;
	struct col_poll *poll;
	int pipe[2];
	unsigned n_probed, n_found, n_late;
	uint64_t random;
	char found[64];
} fake;

static void
on_readable(void *arg, int fd, unsigned events)
{
	struct fake *f = arg;
	struct col_value value = { .number = 7, .quality = COL_GOOD };
	char byte;

	assert_true(events & COL_FD_READ);
	assert_int_equal(read(fd, &byte, 1), 1);
	f->host->fd_unwatch(f->host, f->watch);
	f->watch = NULL;
	f->host->emit(f->poll, f->layout, &value, 1000);
	f->host->done(f->poll, COL_POLL_OK, NULL);
}

static void
on_timer(void *arg)
{
	struct fake *f = arg;
	assert_int_equal(write(f->pipe[1], "x", 1), 1);
}

static int
thread_start(const struct col_host *host, const struct col_option_value *options,
    void **ret_state, struct col_error *error)
{
	static const struct col_slot slot = { .metric = "power_w", .instance = "",
		.unit = "W", .source = "x" };

	(void)options;
	assert_int_equal(host->size, sizeof(*host));
	fake.host = host;
	fake.layout = host->layout(host, &slot, 1, error);
	fake.random = host->random(host) ^ host->random(host);
	*ret_state = &fake;
	return fake.layout != NULL ? pipe(fake.pipe) : COL_EINVAL;
}

static void
thread_stop(void *state)
{
	(void)state;
	close(fake.pipe[0]);
	close(fake.pipe[1]);
}

static int
device_add(void *state, const struct col_device *device, void **ret_device,
    struct col_error *error)
{
	(void)state;
	if (strcmp(device->address, "bad") == 0) {
		str_copy(error->text, sizeof(error->text), "a bad address");
		return COL_EINVAL;
	}
	*ret_device = (void *)(uintptr_t)device;
	return 0;
}

static int
device_change(void *state, void *device, const struct col_device *to,
    struct col_error *error)
{
	(void)state;
	(void)device;
	(void)to;
	(void)error;
	return 0;
}

static void
device_remove(void *state, void *device)
{
	(void)state;
	(void)device;
}

static void
poll_start(void *state, void *device, int64_t deadline, struct col_poll *poll)
{
	const struct col_device *col = device;
	const struct col_host *host = fake.host;

	(void)deadline;
	fake.poll = poll;
	if (strcmp(col->address, "silent") == 0) {
		/* Left behind on purpose: the host takes them away. */
		(void)host->timer(host, host->now(host) + 3600 * NS_PER_S, on_timer,
		    state);
		(void)host->fd_watch(host, fake.pipe[0], COL_FD_READ, on_readable, state);
		return;
	}
	struct col_timer *never = host->timer(host, host->now(host), on_timer, state);
	host->timer_cancel(host, never);
	assert_null(host->fd_watch(host, -1, COL_FD_READ, on_readable, state));
	assert_null(host->fd_watch(host, fake.pipe[0], 0, on_readable, state));
	fake.watch = host->fd_watch(host, fake.pipe[0], COL_FD_READ, on_readable,
	    state);
	assert_non_null(fake.watch);
	assert_non_null(host->timer(host, host->now(host) + 20 * NS_PER_MS,
	    on_timer, state));
}

static void
poll_cancel(void *state, void *device, struct col_poll *poll)
{
	(void)state;
	(void)device;
	(void)poll;
}

static void
discover(void *state, const struct col_discover *request, struct col_discovery *to)
{
	struct col_found found = { .size = sizeof(found), .address = request->address,
		.kind = "pdu", .profile = "p", .credential = "", .description = "d" };

	(void)state;
	fake.n_probed++;
	if (str_starts(request->address, "127.0.0.5")) {
		fake.host->found(to, &found);
	}
	if (strcmp(request->address, "127.0.0.6") != 0) {
		fake.host->discovered(to);
		fake.host->found(to, &found);   /* too late */
		fake.host->discovered(to);      /* twice */
	}
}

static const struct col_input INPUT = { .thread_start = thread_start,
	.thread_stop = thread_stop, .device_add = device_add,
	.device_change = device_change, .device_remove = device_remove,
	.poll_start = poll_start, .poll_cancel = poll_cancel, .discover = discover };
static const struct col_plugin PLUGIN = { .size = sizeof(PLUGIN), .name = "fake",
	.summary = "x", .input = &INPUT };
static struct plugin_entry entry = { .name = "fake", .file = "fake.so",
	.plugin = &PLUGIN };
static const struct plugins plugins = { &entry, 1 };

static struct inventory *inventory;
static struct config config;
static struct device device;

static int
set_up(void **state)
{
	static const struct device *devices[1] = { &device };

	(void)state;
	memset(&fake, 0, sizeof(fake));
	device = (struct device){ .index = 0, .id = "d", .rack = INVENTORY_NONE,
		.kind = "pdu", .plugin = "fake", .address = "a", .profile = "auto" };
	inventory = inventory_new();
	inventory->devices = devices;
	inventory->n_devices = 1;
	inventory_seal(inventory);
	config = (struct config){ .inventory = inventory };
	config.settings.interval_ns = 60 * NS_PER_S;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	inventory_unref(inventory);
	layout_reset();
	return 0;
}

static void
a_poll_by_timer_and_descriptor(void **state)
{
	struct batch *batch = NULL;
	struct col_error error = { 0 };

	(void)state;
	assert_int_equal(oneshot_poll(&plugins, &config, &device, 60 * NS_PER_S,
	    &batch, &error), 0);
	assert_int_equal(batch->status, COL_POLL_OK);
	assert_int_equal(batch->n_parts, 1);
	assert_true(batch->parts[0].values[0].number == 7);
	assert_true(batch->ended.ns - batch->started.ns >= 20 * NS_PER_MS);
	assert_true(batch->slot.ns % (60 * NS_PER_S) == 0);
	assert_true(fake.random != 0);
	batch_free(batch);
}

static void
silence_ends_at_the_timeout(void **state)
{
	struct batch *batch = NULL;
	struct col_error error = { 0 };

	(void)state;
	device.address = "silent";
	assert_int_equal(oneshot_poll(&plugins, &config, &device, 50 * NS_PER_MS,
	    &batch, &error), 0);
	assert_int_equal(batch->status, COL_POLL_TIMEOUT);
	batch_free(batch);
}

static void
what_cannot_be_polled_is_explained(void **state)
{
	struct batch *batch = NULL;
	struct col_error error = { 0 };

	(void)state;
	device.address = "bad";
	assert_true(oneshot_poll(&plugins, &config, &device, NS_PER_S, &batch,
	    &error) < 0);
	assert_string_equal(error.text, "d: a bad address");
	device.plugin = "nosuch";
	assert_true(oneshot_poll(&plugins, &config, &device, NS_PER_S, &batch,
	    &error) < 0);
	assert_string_equal(error.text, "d: there is no plugin nosuch");
	device.index = 77;
	assert_int_equal(oneshot_poll(&plugins, &config, &device, NS_PER_S, &batch,
	    &error), COL_ENOENT);
	assert_null(batch);
}

static void
on_found(void *arg, const struct col_found *found)
{
	assert_ptr_equal(arg, &fake);
	fake.n_found++;
	str_copy(fake.found, sizeof(fake.found), found->address);
}

static void
discovery_counts_off_a_range(void **state)
{
	struct col_error error = { 0 };
	int64_t late = stats_get(STATS_POLL_LATE_CALLS);

	(void)state;
	/* .1 to .6 of a /29 without its ends; .6 never says that it has ended. */
	assert_int_equal(oneshot_discover(&plugins, &config, "fake", "127.0.0.4/29",
	    1000, 50 * NS_PER_MS, on_found, &fake, &error), 0);
	assert_int_equal(fake.n_probed, 6);
	assert_int_equal(fake.n_found, 1);
	assert_string_equal(fake.found, "127.0.0.5");
	assert_int_equal(stats_get(STATS_POLL_LATE_CALLS), late + 10);
	assert_int_equal(oneshot_discover(&plugins, &config, "fake",
	    "127.0.0.5:1161", 1000, 50 * NS_PER_MS, on_found, &fake, &error), 0);
	assert_int_equal(fake.n_probed, 7);
	assert_string_equal(fake.found, "127.0.0.5:1161");
	assert_int_equal(oneshot_discover(&plugins, &config, "fake",
	    "127.0.0.4/31:1161", 1000, 50 * NS_PER_MS, on_found, &fake, &error), 0);
	assert_int_equal(fake.n_probed, 9);
	assert_string_equal(fake.found, "127.0.0.5:1161");
}

static void
bad_ranges_are_refused(void **state)
{
	static const char *const bad[] = { "", "10.0.0.0/8", "10.0.0.0/33",
		"10.0.0/24", "x/24", "10.0.0.0/", "10.0.0.0/2x",
		"10.0.0.0/24:", "10.0.0.0/24:0", "10.0.0.0/24:65536",
		"10.0.0.0/:161", "10.0.0.0/2400:161" };
	struct col_error error;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(oneshot_discover(&plugins, &config, "fake", bad[i], 1,
		    1, on_found, &fake, &error), COL_EINVAL);
	}
	assert_int_equal(oneshot_discover(&plugins, &config, "nosuch", "127.0.0.1", 1,
	    1, on_found, &fake, &error), COL_ENOTSUP);
	assert_int_equal(fake.n_probed, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_poll_by_timer_and_descriptor),
		TEST(silence_ends_at_the_timeout),
		TEST(what_cannot_be_polled_is_explained),
		TEST(discovery_counts_off_a_range),
		TEST(bad_ranges_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
