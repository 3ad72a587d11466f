/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/stats.h"
#include "fixture.h"
#include "flow/flow.h"
#include "flow/reading.h"
#include "model/metric.h"

#define I (10 * NS_PER_S)
#define START (1800000000 * NS_PER_S)
#define SLOT(n) ((struct wall){ START + (n) * I })
#define N_RACKS 10
#define N_DEVICES (2 * N_RACKS)

#define HEAD(interval) \
	"province: {id: henan, timezone: Asia/Shanghai}\n" \
	"poll: {interval: " interval "}\n" \
	"store: {dir: /tmp/none}\n" \
	"areas: [{id: a1}]\nsites: [{id: s1, area: a1}]\nhalls: [{id: h1, site: s1}]\n" \
	"templates: {std: {feeds: {A: {breaker_a: 32}, B: {breaker_a: 32}}}}\n" \
	"rows:\n" \
	"  - {id: r1, hall: h1, template: std, state: in_service, racks: [A01..A10],\n" \
	"     devices: {pdu-a: {feed: A, plugin: snmp, address: 192.0.2.{n}},\n"
#define PDU_B(net) \
	"               pdu-b: {feed: B, plugin: snmp, address: " net ".{n}}}}\n"

static const char TEN[] = HEAD("10s") PDU_B("198.51.100");
static const char MOVED_B[] = HEAD("10s") PDU_B("203.0.113");
static const char ONLY_A[] = HEAD("10s") "}}\n";
static const char SLOWER[] = HEAD("20s") PDU_B("198.51.100");

struct world {
	struct clock *clock;
	struct ids *ids;
	struct flow *flow;
	const struct config *config;
	const struct col_layout *layout;
	uint32_t n_closed, n_configs, n_good, n_device_records, n_derived_records;
	struct wall closed_at[64];
	struct part_sum province, rack0;
	struct sample rate;                /* of the last device record */
	uint32_t n_ended, n_ended_good, records_before_end;
	struct reading ended;              /* of the last end, and what it was */
	enum col_status ended_status;
	uint32_t ended_device;
	struct wall ended_slot;
};

static void
on_record(void *arg, const struct record *record)
{
	struct world *world = arg;

	if (record->device == INVENTORY_NONE) {
		world->n_derived_records++;
	} else {
		world->n_device_records++;
		world->rate = record->samples[3];
		assert_int_equal(record->entity.kind, ENTITY_RACK);
	}
}

static void
on_config(void *arg, const struct config *config)
{
	struct world *world = arg;

	world->n_configs++;
	assert_non_null(config->inventory);
}

static void
on_closed(void *arg, const struct rollup *rollup)
{
	struct world *world = arg;

	world->closed_at[world->n_closed++ % 64] = rollup->slot;
	world->province = rollup->places[ENTITY_PROVINCE][0];
	world->rack0 = rollup->racks[0].sum;
}

static void
on_good(void *arg, uint32_t rack, struct wall slot)
{
	struct world *world = arg;

	assert_true(rack < N_RACKS && slot.ns >= START - 1000 * I);
	world->n_good++;
}

static void
on_ended(void *arg, const struct batch *batch, const struct reading *reading)
{
	struct world *world = arg;

	world->n_ended++;
	world->n_ended_good += (reading->flags & READING_GOOD) != 0;
	world->records_before_end = world->n_device_records;
	world->ended = *reading;
	world->ended_status = batch->status;
	world->ended_device = batch->device;
	world->ended_slot = batch->slot;
}

static void
use(struct world *world, const char *yaml, uint64_t version)
{
	const struct config *config = fixture_config(yaml, world->ids, version);

	flow_apply(world->flow, config);
	if (world->config != NULL) {
		config_unref(world->config);
	}
	world->config = config;
	(void)flow_step(world->flow);
}

static int
setup(void **state)
{
	static const struct col_slot SLOTS[] = {
		{ "power_w", "", "W", "", 0, 0, 0 }, { "voltage_v", "", "V", "", 0, 0, 0 },
		{ "temperature_c", "top", "C", "", 0, 0, 0 },
		{ "octets_in", "", "octets", "", 0, 0, 0 },
	};
	static struct world world;
	struct flow_setup flow = { .queue_size = 64, .config_fn = on_config,
	    .closed_fn = on_closed, .good_fn = on_good, .ended_fn = on_ended,
	    .arg = &world };
	struct col_error error;

	memset(&world, 0, sizeof(world));
	world.clock = clock_test_new(SLOT(0), (struct mono){ NS_PER_S });
	world.ids = ids_new();
	world.layout = layout_intern(SLOTS, 4, &error);
	flow.clock = world.clock;
	flow.sinks[2] = (struct record_sink){ on_record, &world };
	world.flow = flow_new(&flow);
	use(&world, TEN, 1);
	assert_int_equal(world.n_configs, 1);
	*state = &world;
	return world.config->inventory->count_devices == N_DEVICES ? 0 : -1;
}

static int
teardown(void **state)
{
	struct world *world = *state;

	flow_free(world->flow);
	config_unref(world->config);
	ids_free(world->ids);
	clock_free(world->clock);
	return 0;
}

/* A poll of 100 W; its counter has risen by 50 a second since the start. */
static void
put(struct world *world, uint32_t device, struct wall slot, enum col_status status)
{
	int64_t since_s = (slot.ns - START) / NS_PER_S;
	struct col_value values[4] = { { { 100 }, COL_GOOD }, { { 220 }, COL_GOOD },
	    { { 25.0 + device }, COL_GOOD },
	    { .counter = (uint64_t)(since_s * 50 + 100000), .quality = COL_GOOD } };
	struct batch *batch = batch_new(device, slot, clock_mono(world->clock));

	batch->status = status;
	if (status == COL_POLL_OK) {
		assert_int_equal(batch_add(batch, world->layout, values,
		    (uint64_t)(since_s + 86400) * 1000), 0);
	}
	flow_put(world->flow, batch);
}

static void
put_all(struct world *world, struct wall slot)
{
	for (uint32_t d = 0; d < N_DEVICES; d++) {
		put(world, d, slot, COL_POLL_OK);
	}
}

/* Runs to a time, a tenth of an interval at a time. */
static void
run_to(struct world *world, struct wall until)
{
	while (clock_wall(world->clock).ns < until.ns) {
		clock_test_advance(world->clock, I / 10);
		(void)flow_step(world->flow);
	}
}

static void
a_complete_slot_closes_at_once(void **state)
{
	struct world *world = *state;

	put_all(world, SLOT(0));
	(void)flow_step(world->flow);
	assert_int_equal(world->n_closed, 1);
	assert_int_equal(world->closed_at[0].ns, SLOT(0).ns);
	assert_int_equal(world->n_device_records, N_DEVICES);
	assert_int_equal(world->n_derived_records, N_RACKS + 5);
	assert_int_equal(world->n_good, N_DEVICES);
	assert_true(fabs(world->province.power_w - 2000) < 1e-9);
	assert_true(fabs(world->province.temperature_max_c - 44) < 1e-4);
	assert_true(fabs(world->rack0.power_w - 200) < 1e-9);
	/* The next one begins with its slot, not before. */
	run_to(world, SLOT(1));
	assert_int_equal(world->n_closed, 1);
}

static void
a_silent_device_holds_it_half_an_interval(void **state)
{
	struct world *world = *state;
	struct mono due;

	for (uint32_t d = 1; d < N_DEVICES; d++) {
		put(world, d, SLOT(0), COL_POLL_OK);
	}
	due = flow_step(world->flow);
	assert_int_equal(due.ns, clock_mono(world->clock).ns + I + I / 2);
	run_to(world, (struct wall){ SLOT(1).ns + I * 4 / 10 });
	assert_int_equal(world->n_closed, 0);
	run_to(world, (struct wall){ SLOT(1).ns + I / 2 });
	assert_int_equal(world->n_closed, 1);
	assert_int_equal(world->rack0.n_power, 1);
	assert_int_equal(world->rack0.n_power_expected, 2);
	assert_int_equal(world->province.n_devices, N_DEVICES - 1);
}

static void
a_failed_poll_ends_too(void **state)
{
	struct world *world = *state;

	put(world, 0, SLOT(0), COL_POLL_TIMEOUT);
	for (uint32_t d = 1; d < N_DEVICES; d++) {
		put(world, d, SLOT(0), COL_POLL_OK);
	}
	(void)flow_step(world->flow);
	assert_int_equal(world->n_closed, 1);
	assert_int_equal(world->rack0.n_power, 1);
	assert_int_equal(world->n_device_records, N_DEVICES - 1);
}

/* Good, failed and late ones, each with its own reading, after its records. */
static void
every_end_is_told(void **state)
{
	struct world *world = *state;

	put(world, 3, SLOT(0), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(world->n_ended, 1);
	assert_int_equal(world->records_before_end, 1);
	assert_int_equal(world->ended_device, 3);
	assert_int_equal(world->ended_status, COL_POLL_OK);
	assert_int_equal(world->ended_slot.ns, SLOT(0).ns);
	assert_true((world->ended.flags & READING_ENDED) != 0);
	assert_true((world->ended.flags & READING_VOLTAGE) != 0);
	assert_true(fabs((double)world->ended.voltage_v - 220) < 1e-4);

	put(world, 3, SLOT(0), COL_POLL_TIMEOUT);
	(void)flow_step(world->flow);
	assert_int_equal(world->n_ended, 2);
	assert_int_equal(world->ended_status, COL_POLL_TIMEOUT);
	assert_int_equal(world->ended.flags & (READING_GOOD | READING_VOLTAGE), 0);

	run_to(world, (struct wall){ SLOT(3).ns + I * 6 / 10 });
	put(world, 4, SLOT(1), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(world->n_ended, 3);
	assert_int_equal(world->ended_slot.ns, SLOT(1).ns);
	assert_int_equal(world->n_ended_good, 2);
}

/* Who is no longer in force has no poll that ends. */
static void
ends_of_removed_devices_are_not_told(void **state)
{
	struct world *world = *state;
	uint32_t b = inventory_device(world->config->inventory, "r1-a01-pdu-b")->index;

	use(world, ONLY_A, 2);
	put(world, b, SLOT(0), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(world->n_ended, 0);
}

/* Polled again within its slot, on demand: shown, but archived once. */
static void
a_second_poll_of_a_slot_is_not_archived(void **state)
{
	struct world *world = *state;

	put(world, 0, SLOT(0), COL_POLL_TIMEOUT);
	put(world, 0, SLOT(0), COL_POLL_OK);
	put(world, 0, SLOT(0), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(world->n_device_records, 1);
	assert_int_equal(world->n_good, 2);
}

static void
late_batches_are_counted_and_newest_wins(void **state)
{
	struct world *world = *state;
	struct latest_copy copy;
	int64_t late = stats_get(STATS_FLOW_LATE);

	run_to(world, (struct wall){ SLOT(3).ns + I * 6 / 10 });
	assert_int_equal(world->n_closed, 3);
	put(world, 0, SLOT(2), COL_POLL_OK);
	put(world, 0, SLOT(1), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(stats_get(STATS_FLOW_LATE) - late, 2);
	assert_int_equal(latest_get(flow_latest(world->flow), 0, &copy), 0);
	assert_int_equal(copy.slot.ns, SLOT(2).ns);
	latest_copy_done(&copy);
	assert_int_equal(world->n_device_records, 2);
}

static void
a_full_queue_drops_the_same_device_first(void **state)
{
	struct world *world = *state;
	int64_t dropped = stats_get(STATS_FLOW_DROPPED);

	for (uint32_t i = 0; i < 64; i++) {
		put(world, i % N_DEVICES, SLOT(0), COL_POLL_OK);
	}
	put(world, 7, SLOT(1), COL_POLL_OK);
	put(world, N_DEVICES + 5, SLOT(1), COL_POLL_OK);
	assert_int_equal(stats_get(STATS_FLOW_DROPPED) - dropped, 2);
	assert_int_equal(queue_depth(flow_queue(world->flow)), 64);
	(void)flow_step(world->flow);
	assert_int_equal(queue_depth(flow_queue(world->flow)), 0);
}

static void
rates_come_with_the_second_slot(void **state)
{
	struct world *world = *state;

	put_all(world, SLOT(0));
	(void)flow_step(world->flow);
	assert_int_equal(world->rate.quality, COL_UNAVAILABLE);
	run_to(world, SLOT(1));
	put_all(world, SLOT(1));
	(void)flow_step(world->flow);
	assert_int_equal(world->rate.quality, COL_GOOD);
	assert_true(fabs(world->rate.number - 50) < 1e-9);
}

/* A reload keeps the counters of devices that did not change, only those. */
static void
a_reload_keeps_what_was_learned(void **state)
{
	struct world *world = *state;
	const struct inventory *inventory = world->config->inventory;
	uint32_t a = inventory_device(inventory, "r1-a01-pdu-a")->index;
	uint32_t b = inventory_device(inventory, "r1-a01-pdu-b")->index;

	put_all(world, SLOT(0));
	(void)flow_step(world->flow);
	use(world, MOVED_B, 2);
	assert_int_equal(world->n_configs, 2);
	run_to(world, SLOT(1));
	put(world, a, SLOT(1), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(world->rate.quality, COL_GOOD);
	put(world, b, SLOT(1), COL_POLL_OK);
	(void)flow_step(world->flow);
	assert_int_equal(world->rate.quality, COL_UNAVAILABLE);
}

static void
removed_devices_are_forgotten(void **state)
{
	struct world *world = *state;
	uint32_t b = inventory_device(world->config->inventory, "r1-a01-pdu-b")->index;
	struct latest_copy copy;

	put_all(world, SLOT(0));
	run_to(world, SLOT(1));
	use(world, ONLY_A, 2);
	assert_int_equal(latest_get(flow_latest(world->flow), b, &copy), COL_ENOENT);
	put_all(world, SLOT(1));
	(void)flow_step(world->flow);
	assert_int_equal(world->n_closed, 2);
	assert_int_equal(world->province.n_devices_expected, N_RACKS);
	assert_true(fabs(world->province.power_w - 1000) < 1e-9);
}

static void
another_interval_is_another_grid(void **state)
{
	struct world *world = *state;

	put(world, 0, SLOT(0), COL_POLL_OK);
	(void)flow_step(world->flow);
	use(world, SLOWER, 2);
	assert_int_equal(world->n_closed, 1);
	assert_int_equal(world->province.n_devices, 1);
	run_to(world, SLOT(2));
	put_all(world, SLOT(2));
	(void)flow_step(world->flow);
	assert_int_equal(world->closed_at[world->n_closed - 1].ns, SLOT(0).ns);
	run_to(world, SLOT(3));
	assert_int_equal(world->closed_at[world->n_closed - 1].ns, SLOT(2).ns);
	assert_int_equal(world->province.n_devices, N_DEVICES);
}

static void
wall_jumps_are_survived(void **state)
{
	struct world *world = *state;
	struct latest_copy copy;

	put_all(world, SLOT(0));
	(void)flow_step(world->flow);
	clock_test_jump(world->clock, 100000 * I);
	put_all(world, SLOT(100000));
	(void)flow_step(world->flow);
	assert_int_equal(world->closed_at[world->n_closed - 1].ns, SLOT(100000).ns);
	assert_int_equal(world->n_closed, 2);
	clock_test_jump(world->clock, -100500 * I);
	(void)flow_step(world->flow);
	put_all(world, SLOT(-500));
	(void)flow_step(world->flow);
	assert_int_equal(world->closed_at[world->n_closed - 1].ns, SLOT(-500).ns);
	assert_int_equal(latest_get(flow_latest(world->flow), 0, &copy), 0);
	assert_int_equal(copy.slot.ns, SLOT(-500).ns);
	latest_copy_done(&copy);
}

/* FLOW was held up for eight slots; what waited in the queue is all in time. */
static void
a_pause_loses_no_slot(void **state)
{
	struct world *world = *state;
	int64_t late = stats_get(STATS_FLOW_LATE);

	clock_test_advance(world->clock, 8 * I);
	for (int n = 0; n < 8; n++) {
		for (uint32_t d = 0; d < 6; d++) {
			put(world, d, SLOT(n), COL_POLL_OK);
		}
	}
	(void)flow_step(world->flow);
	assert_int_equal(stats_get(STATS_FLOW_LATE), late);
	assert_int_equal(world->n_closed, 7);
	for (uint32_t n = 0; n < 7; n++) {
		assert_int_equal(world->closed_at[n].ns, SLOT(n).ns);
	}
	assert_int_equal(world->province.n_devices, 6);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_complete_slot_closes_at_once),
		TEST(a_silent_device_holds_it_half_an_interval),
		TEST(a_failed_poll_ends_too),
		TEST(every_end_is_told),
		TEST(ends_of_removed_devices_are_not_told),
		TEST(a_second_poll_of_a_slot_is_not_archived),
		TEST(late_batches_are_counted_and_newest_wins),
		TEST(a_full_queue_drops_the_same_device_first),
		TEST(rates_come_with_the_second_slot),
		TEST(a_reload_keeps_what_was_learned),
		TEST(removed_devices_are_forgotten),
		TEST(another_interval_is_another_grid),
		TEST(wall_jumps_are_survived),
		TEST(a_pause_loses_no_slot),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	layout_reset();
	return failed;
}
