/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events of devices: bounded, in order, once each, and still there tomorrow. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/stats.h"
#include "base/str.h"
#include "fixture.h"
#include "state/state.h"
#include "state_kit.h"

#define DAY KIT_DAY
#define NOW KIT_NOW

static struct device_event
make(const char *device, uint64_t id, int64_t time_ns)
{
	struct device_event event = { .id = id, .time_ns = time_ns,
		.skew_ns = -3 * NS_PER_S, .seen = { NOW },
		.severity = COL_SEVERITY_WARNING };

	(void)str_copy(event.device, sizeof(event.device), device);
	(void)str_copy(event.code, sizeof(event.code), "fan_failure");
	(void)str_copy(event.sensor, sizeof(event.sensor), "FAN1");
	(void)str_copy(event.instance, sizeof(event.instance), "fan 1");
	(void)str_format(event.text, sizeof(event.text), "Fan 1 of %s", device);
	(void)str_copy(event.source, sizeof(event.source), "SEL 1");
	return event;
}

static void
put(struct state *state, const char *device, uint64_t id, int64_t time_ns)
{
	struct device_event event = make(device, id, time_ns);

	assert_int_equal(state_put_event(state, &event), 0);
}

struct answer { int code; size_t n; struct device_event events[STATE_EVENTS_MAX]; };

static void
take(void *arg, int code, const struct device_event *events, size_t n)
{
	struct answer *answer = arg;

	answer->code = code;
	answer->n = n;
	memcpy(answer->events, events, n * sizeof(*events));
}

static struct answer
events_of(struct state *state, const char *device)
{
	struct answer answer = { .code = -1 };

	for (int i = 0; i < 20 && state_step(state).ns != INT64_MAX; i++) {
	}
	state_get_events(state, device, take, &answer);
	(void)state_step(state);
	assert_int_equal(answer.code, 0);
	return answer;
}

static void
one_comes_back_as_it_was(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct device_event want = make("b1", UINT64_C(1) << 63, NOW - DAY);
	struct answer answer;

	(void)unused;
	want.cleared = true;
	want.severity = COL_SEVERITY_CRITICAL;
	assert_int_equal(state_put_event(state, &want), 0);
	answer = events_of(state, "b1");
	assert_int_equal(answer.n, 1);
	assert_memory_equal(&answer.events[0], &want, sizeof(want));
	assert_int_equal(events_of(state, "b2").n, 0);
	state_free(state);
}

static void
told_again_is_not_added(void **unused)
{
	struct state *state = kit_open(":memory:");
	int64_t known = stats_get(STATS_EVENTS_KNOWN);

	(void)unused;
	for (int i = 0; i < 3; i++) {
		put(state, "b1", 7, NOW - DAY);
		put(state, "b1", 8, COL_TIME_UNKNOWN);
		put(state, "b2", 7, NOW - DAY);
	}
	assert_int_equal(events_of(state, "b1").n, 2);
	assert_int_equal(events_of(state, "b2").n, 1);
	assert_int_equal(stats_get(STATS_EVENTS_KNOWN) - known, 6);
	/* a log that was cleared begins with the same numbers at other times */
	put(state, "b1", 7, NOW - DAY / 2);
	assert_int_equal(events_of(state, "b1").n, 3);
	state_free(state);
}

/* A log is read newest first; what is told late is older all the same. */
static void
the_newest_are_kept_in_order(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct answer answer;

	(void)unused;
	for (uint64_t i = 300; i > 0; i--) {
		put(state, "b1", i, NOW - DAY + (int64_t)i * NS_PER_S);
	}
	put(state, "b2", 1, NOW - 300 * DAY);
	answer = events_of(state, "b1");
	assert_int_equal(answer.n, STATE_EVENTS_MAX);
	for (uint64_t i = 0; i < STATE_EVENTS_MAX; i++) {
		assert_int_equal(answer.events[i].id, 300 - i);
	}
	assert_int_equal(events_of(state, "b2").n, 1);
	state_free(state);
}

/* A clock that ran ahead once does not push out what follows. */
static void
the_future_is_now(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct answer answer;

	(void)unused;
	put(state, "b1", 1, NOW + 4000 * DAY);
	clock_test_advance(kit_clock, DAY);
	for (uint64_t i = 2; i < 2 + STATE_EVENTS_MAX; i++) {
		struct device_event event = make("b1", i, NOW + (int64_t)i * NS_PER_S);

		event.seen.ns = NOW + DAY;
		assert_int_equal(state_put_event(state, &event), 0);
	}
	answer = events_of(state, "b1");
	assert_int_equal(answer.n, STATE_EVENTS_MAX);
	assert_int_equal(answer.events[0].id, 1 + STATE_EVENTS_MAX);
	assert_int_equal(answer.events[STATE_EVENTS_MAX - 1].id, 2);
	state_free(state);
}

static void
they_survive_a_restart(void **unused)
{
	char dir[] = "/tmp/collectord-events-XXXXXX", path[100];
	static const char *const FILES[] = { "state.db", "state.db-wal", "state.db-shm" };

	(void)unused;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/state.db", dir);
	struct state *state = kit_open(path);
	put(state, "b1", 1, NOW - DAY);
	assert_int_equal(events_of(state, "b1").n, 1);
	state_free(state);
	state = kit_open(path);
	put(state, "b1", 1, NOW - DAY);
	put(state, "b1", 2, NOW - DAY / 2);
	assert_int_equal(events_of(state, "b1").n, 2);
	state_free(state);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, FILES[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void
too_many_have_to_wait(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct device_event event = make("b1", 0, NOW);
	unsigned n = 0;

	(void)unused;
	while (state_put_event(state, &event) == 0) {
		event.id = ++n;
		assert_true(n < 100000);
	}
	assert_true(n > 1000);
	assert_int_equal(state_put_event(state, &event), COL_EFULL);
	/* and a change of the ledger goes through all the same */
	assert_int_equal(events_of(state, "b1").n, STATE_EVENTS_MAX);
	assert_int_equal(state_put_event(state, &event), 0);
	state_free(state);
}

static const char CONFIG[] =
    "province: {id: henan, name: {en: Henan, zh: Henan}, timezone: Asia/Shanghai}\n"
    "areas: [{id: \"410100\", name: {en: Z, zh: Z}}]\n"
    "sites: [{id: s, area: \"410100\", name: {en: S, zh: S}}]\n"
    "halls: [{id: h, site: s}]\nrows: [{id: r, hall: h}]\n"
    "store: {dir: /tmp/collectord-none}\n"
    "racks: [{id: a1, row: r, state: in_service, since: 2024-05-01}]\n"
    "devices: [{rack: a1, role: bmc-1, plugin: replay, address: x}]\n";

static void
devices_that_left_are_forgotten_in_time(void **unused)
{
	struct state *state = kit_open(":memory:");
	struct ids *ids = ids_new();
	const struct config *config = fixture_config(CONFIG, ids, 1);

	(void)unused;
	put(state, "a1-bmc-1", 1, NOW - DAY);
	put(state, "gone", 1, NOW - DAY);
	state_apply(state, config);
	assert_int_equal(events_of(state, "gone").n, 1);
	clock_test_advance(kit_clock, 8 * DAY);
	state_apply(state, config);
	assert_int_equal(events_of(state, "gone").n, 0);
	assert_int_equal(events_of(state, "a1-bmc-1").n, 1);
	config_unref(config);
	ids_free(ids);
	state_free(state);
}

#define TEST(fn) KIT(fn)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_comes_back_as_it_was), TEST(told_again_is_not_added),
		TEST(the_newest_are_kept_in_order), TEST(the_future_is_now),
		TEST(they_survive_a_restart), TEST(too_many_have_to_wait),
		TEST(devices_that_left_are_forgotten_in_time),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
