/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From polls to reports: voltages, silence and who answers meanwhile. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alert/supply.h"
#include "fixture.h"

#define INTERVAL (60 * NS_PER_S)
#define START (1000 * INTERVAL)

/* a1 has two PDUs on feed A and one on B; a2 is under maintenance until slot
 * 1010, a3 only planned; a4's feed A hangs on a node of 120 V. */
static const char YAML[] =
    "province: {id: p, timezone: UTC}\n"
    "areas: [{id: '410100'}]\n"
    "sites: [{id: z, area: '410100'}]\n"
    "halls: [{id: h, site: z}]\n"
    "feed_tree: [{id: low, site: z, kind: ups, volts: 120}]\n"
    "templates: {two: {units: 42, feeds: {A: {volts: 230}, B: {}}, devices: {\n"
    "  pdu-a: {plugin: snmp, address: h, feed: A},\n"
    "  pdu-b: {plugin: snmp, address: h, feed: B},\n"
    "  bmc: {plugin: snmp, address: h}}}}\n"
    "rows: [{id: r, hall: h, template: two, racks: [A1..A4]}]\n"
    "racks:\n"
    "- {id: r-a1, devices: {pdu-a2: {plugin: snmp, address: h, feed: A}}}\n"
    "- {id: r-a2, maintenance_until: 1970-01-01T16:50:00Z}\n"
    "- {id: r-a3, state: planned}\n"
    "- {id: r-a4, feeds: {A: {from: low}, B: {}}}\n"
    "devices: [{id: crah, hall: h, kind: cooling, plugin: snmp, address: h}]\n";

struct world {
	struct ids *ids;
	const struct config *config;
	struct fold *fold;
	struct supply *supply;
	int slot;              /* from START on */
};

static void
ignore(void *arg, const struct fold_verdict *verdict)
{
	(void)arg;
	(void)verdict;
}

static int
start(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct topology *topology;

	assert_non_null(world);
	world->ids = ids_new();
	world->config = fixture_config(YAML, world->ids, 1);
	world->fold = fold_new(ignore, NULL);
	world->supply = supply_new(world->fold);
	topology = topology_new(world->config->inventory);
	assert_int_equal(fold_apply(world->fold, topology, INTERVAL,
	    (struct mono){ START }), COL_OK);
	assert_int_equal(supply_apply(world->supply), COL_OK);
	*state = world;
	return 0;
}

static int
stop(void **state)
{
	struct world *world = *state;

	supply_free(world->supply);
	fold_free(world->fold);
	config_unref(world->config);
	ids_free(world->ids);
	free(world);
	return 0;
}

/* One poll; volts NAN: none measured; watts NAN: neither. */
static void
poll(struct world *world, const char *id, enum col_status status, double volts,
    double watts)
{
	const struct device *device = inventory_device(world->config->inventory, id);
	int64_t at_ns = START + world->slot * INTERVAL;
	struct reading reading = { .flags = READING_ENDED };
	struct batch batch = { .status = status, .slot = { at_ns },
	    .started = { at_ns + NS_PER_S } };

	assert_non_null(device);
	batch.device = device->index;
	if (!isnan(volts)) {
		reading.flags |= READING_VOLTAGE | READING_GOOD;
		reading.voltage_v = (float)volts;
	}
	if (!isnan(watts)) {
		reading.flags |= READING_POWER | READING_GOOD;
		reading.power_w = watts;
	}
	supply_polled(world->supply, &batch, &reading, (struct wall){ at_ns + NS_PER_S },
	    (struct mono){ at_ns + 5 * NS_PER_S });
}

static void
volts(struct world *world, const char *id, double value)
{
	poll(world, id, COL_POLL_OK, value, NAN);
}

static void
silent(struct world *world, const char *id)
{
	poll(world, id, COL_POLL_TIMEOUT, NAN, NAN);
}

static enum fold_word
feed(const struct world *world, const char *rack, unsigned f)
{
	const struct rack *of = inventory_rack(world->config->inventory, rack);

	return fold_leaf(world->fold, FOLD_SUPPLY,
	    fold_topology(world->fold)->first_feed[of->index] + f);
}

static enum fold_word
reach(const struct world *world, const char *id)
{
	return fold_leaf(world->fold, FOLD_REACH,
	    inventory_device(world->config->inventory, id)->index);
}

static double
gauge(const struct world *world, const char *rack, unsigned f)
{
	return supply_feed(world->supply, inventory_rack(world->config->inventory,
	    rack)->index, f);
}

static void
voltages_decide(void **state)
{
	struct world *world = *state;

	assert_true(isnan(gauge(world, "r-a1", 0)));
	volts(world, "r-a1-pdu-a", 231);
	assert_int_equal(feed(world, "r-a1", 0), FOLD_GOOD);
	assert_float_equal(gauge(world, "r-a1", 0), 0, 0);
	world->slot++;
	volts(world, "r-a1-pdu-a", 0.5 * 230);      /* not below the half */
	assert_int_equal(feed(world, "r-a1", 0), FOLD_GOOD);
	world->slot++;
	volts(world, "r-a1-pdu-a", 114.9);
	assert_int_equal(feed(world, "r-a1", 0), FOLD_LOST);
	assert_float_equal(gauge(world, "r-a1", 0), 1, 0);
	world->slot++;
	volts(world, "r-a1-pdu-a", 0.79 * 230);     /* between: as it was */
	assert_int_equal(feed(world, "r-a1", 0), FOLD_LOST);
	world->slot++;
	/* power without a voltage says nothing of one that measures voltages */
	poll(world, "r-a1-pdu-a", COL_POLL_PARTIAL, NAN, 800);
	assert_int_equal(feed(world, "r-a1", 0), FOLD_LOST);
	world->slot++;
	volts(world, "r-a1-pdu-a", 0.81 * 230);
	assert_int_equal(feed(world, "r-a1", 0), FOLD_GOOD);
	/* without a nominal voltage 220 V; from a node, the node's */
	volts(world, "r-a1-pdu-b", 109);
	assert_int_equal(feed(world, "r-a1", 1), FOLD_LOST);
	volts(world, "r-a4-pdu-a", 97);
	assert_int_equal(feed(world, "r-a4", 0), FOLD_GOOD);
	/* where none is measured, what is drawn says it, and nothing drawn nothing */
	poll(world, "r-a4-pdu-b", COL_POLL_OK, NAN, 0);
	assert_int_equal(feed(world, "r-a4", 1), FOLD_UNKNOWN);
	poll(world, "r-a4-pdu-b", COL_POLL_OK, NAN, 12);
	assert_int_equal(feed(world, "r-a4", 1), FOLD_GOOD);
}

static void
silence_needs_a_neighbour(void **state)
{
	struct world *world = *state;

	/* one that never answered is not lost */
	for (int i = 0; i < 3; i++, world->slot++) {
		silent(world, "r-a4-pdu-a");
		volts(world, "r-a4-pdu-b", 220);
	}
	assert_int_equal(feed(world, "r-a4", 0), FOLD_UNKNOWN);
	assert_int_equal(reach(world, "r-a4-pdu-a"), FOLD_UNKNOWN);
	volts(world, "r-a4-pdu-a", 120);
	world->slot++;
	silent(world, "r-a4-pdu-a");
	volts(world, "r-a4-pdu-b", 220);
	assert_int_equal(feed(world, "r-a4", 0), FOLD_GOOD);
	assert_int_equal(reach(world, "r-a4-pdu-a"), FOLD_GOOD);
	assert_int_equal(supply_failures(world->supply,
	    inventory_device(world->config->inventory, "r-a4-pdu-a")->index), 1);
	world->slot++;
	/* twice; the neighbour's answer of this slot is not there yet */
	silent(world, "r-a4-pdu-a");
	assert_int_equal(feed(world, "r-a4", 0), FOLD_GOOD);
	assert_int_equal(reach(world, "r-a4-pdu-a"), FOLD_LOST);
	volts(world, "r-a4-pdu-b", 220);
	assert_int_equal(feed(world, "r-a4", 0), FOLD_LOST);
	world->slot++;
	/* it stays so when the neighbour falls silent, too: and that one is not lost */
	for (int i = 0; i < 3; i++, world->slot++) {
		silent(world, "r-a4-pdu-a");
		silent(world, "r-a4-pdu-b");
	}
	assert_int_equal(feed(world, "r-a4", 0), FOLD_LOST);
	assert_int_equal(feed(world, "r-a4", 1), FOLD_GOOD);
	assert_int_equal(reach(world, "r-a4-pdu-b"), FOLD_LOST);
	volts(world, "r-a4-pdu-a", 119);
	assert_int_equal(feed(world, "r-a4", 0), FOLD_GOOD);
	assert_int_equal(reach(world, "r-a4-pdu-a"), FOLD_GOOD);
}

static void
a_network_that_is_gone_is_no_feed(void **state)
{
	struct world *world = *state;

	volts(world, "r-a4-pdu-a", 120);
	volts(world, "r-a4-pdu-b", 220);
	world->slot++;
	/* the cut came between the two */
	silent(world, "r-a4-pdu-a");
	volts(world, "r-a4-pdu-b", 220);
	for (int i = 0; i < 4; i++) {
		world->slot++;
		silent(world, "r-a4-pdu-a");
		silent(world, "r-a4-pdu-b");
		/* a server's card answers: it hangs on no feed of its own */
		poll(world, "r-a4-bmc", COL_POLL_OK, NAN, 300);
	}
	assert_int_equal(feed(world, "r-a4", 0), FOLD_GOOD);
	assert_int_equal(feed(world, "r-a4", 1), FOLD_GOOD);
	assert_int_equal(reach(world, "r-a4-pdu-a"), FOLD_LOST);
	assert_int_equal(reach(world, "r-a4-bmc"), FOLD_GOOD);
}

static void
another_on_the_same_feed_knows_better(void **state)
{
	struct world *world = *state;

	for (int i = 0; i < 4; i++, world->slot++) {
		volts(world, "r-a1-pdu-a", 230);
		volts(world, "r-a1-pdu-b", 220);
		if (i == 0) {
			volts(world, "r-a1-pdu-a2", 230);
		} else {
			silent(world, "r-a1-pdu-a2");
		}
	}
	assert_int_equal(feed(world, "r-a1", 0), FOLD_GOOD);
	assert_int_equal(reach(world, "r-a1-pdu-a2"), FOLD_LOST);
	/* both: lost; one of them back: good, and its gauge, too */
	for (int i = 0; i < 2; i++, world->slot++) {
		silent(world, "r-a1-pdu-a");
		silent(world, "r-a1-pdu-a2");
		volts(world, "r-a1-pdu-b", 220);
	}
	assert_int_equal(feed(world, "r-a1", 0), FOLD_LOST);
	volts(world, "r-a1-pdu-a", 230);
	silent(world, "r-a1-pdu-a2");
	assert_int_equal(feed(world, "r-a1", 0), FOLD_GOOD);
	assert_float_equal(gauge(world, "r-a1", 0), 0, 0);
}

static void
maintenance_and_plans_do_not_count(void **state)
{
	struct world *world = *state;

	volts(world, "r-a2-pdu-a", 0);
	volts(world, "r-a3-pdu-a", 0);
	assert_int_equal(feed(world, "r-a2", 0), FOLD_ABSENT);
	assert_int_equal(feed(world, "r-a3", 0), FOLD_ABSENT);
	assert_float_equal(gauge(world, "r-a2", 0), 1, 0);
	silent(world, "r-a2-pdu-b");
	assert_int_equal(reach(world, "r-a2-pdu-a"), FOLD_ABSENT);
	world->slot = 9;
	volts(world, "r-a2-pdu-a", 0);
	assert_int_equal(feed(world, "r-a2", 0), FOLD_ABSENT);
	world->slot = 11;                            /* it is over */
	volts(world, "r-a2-pdu-a", 0);
	assert_int_equal(feed(world, "r-a2", 0), FOLD_LOST);
	assert_int_equal(reach(world, "r-a2-pdu-a"), FOLD_GOOD);
}

static void
what_is_an_answer(void **state)
{
	struct world *world = *state;

	poll(world, "crah", COL_POLL_AUTH, NAN, NAN);
	assert_int_equal(reach(world, "crah"), FOLD_GOOD);
	for (int i = 0; i < 3; i++) {
		world->slot++;
		poll(world, "crah", COL_POLL_CANCELLED, NAN, NAN);
		poll(world, "crah", COL_POLL_INTERNAL, NAN, NAN);
	}
	assert_int_equal(reach(world, "crah"), FOLD_GOOD);
	world->slot++;
	poll(world, "crah", COL_POLL_ADDRESS, NAN, NAN);
	poll(world, "crah", COL_POLL_ADDRESS, NAN, NAN);
	assert_int_equal(reach(world, "crah"), FOLD_LOST);
	poll(world, "crah", COL_POLL_PARTIAL, NAN, NAN);
	assert_int_equal(reach(world, "crah"), FOLD_GOOD);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_WORLD(voltages_decide),
		IN_WORLD(silence_needs_a_neighbour),
		IN_WORLD(a_network_that_is_gone_is_no_feed),
		IN_WORLD(another_on_the_same_feed_knows_better),
		IN_WORLD(maintenance_and_plans_do_not_count),
		IN_WORLD(what_is_an_answer),
	};

	return cmocka_run_group_tests_name("alert_supply", tests, NULL, NULL);
}
