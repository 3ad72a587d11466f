/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The alerts as a whole: boards, polls and restarts in, changes out. */
#include <config.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "alert_kit.h"
#include "model/layout.h"
#include "model/states.h"

#define INLET \
    "    - {id: inlet-hot, on: rack, metric: inlet_c, fire: {above: 27, for: 2m},\n" \
    "       clear: {below: 25, for: 1m}, severity: warning,\n" \
    "       summary: {en: '{name} ({place}): inlet {value} {unit} above {limit} {unit}',\n" \
    "                 zh: '{place} {name} 进风 {value} {unit},高于 {limit} {unit}'}}\n"

static void
inlet(struct alert_kit *kit, double celsius)
{
	alert_kit_set(kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(kit, "r1-a02"), celsius);
	alert_kit_slot(kit);
}

static void
a_rack_fires_and_clears(void **state)
{
	struct alert_kit kit;
	const struct alert_list *list;

	(void)state;
	alert_kit_up(&kit, INLET);
	inlet(&kit, 28);
	inlet(&kit, 28);
	TOLD(&kit, "");
	list = alert_list(kit.alerts);
	assert_int_equal(list->n, 0);
	assert_int_equal(list->n_pending, 1);
	alert_list_unref(list);
	inlet(&kit, 28.26);
	TOLD(&kit, "1 fired rack:r1-a02");
	assert_string_equal(kit.last.summary_en,
	    "A02 (Site 1 / Hall 1 / r1): inlet 28.3 °C above 27 °C");
	assert_string_equal(kit.last.summary_zh,
	    "一号楼 / 一号机房 / r1 A02 进风 28.3 °C,高于 27 °C");
	assert_string_equal(kit.last.hall, "h1");
	assert_string_equal(kit.last.rack, "r1-a02");
	assert_true(kit.last.since.ns == KIT_START);
	assert_true(kit.last.value == 28.26 && kit.last.limit == 27);
	list = alert_list(kit.alerts);
	assert_int_equal(list->n, 1);
	assert_int_equal(list->n_loud[SEVERITY_WARNING], 1);
	assert_int_equal(list->worst[ENTITY_HALL][0], SEVERITY_WARNING + 1);
	assert_int_equal(list->n_firing[ENTITY_PROVINCE][0], 1);
	assert_int_equal(list->worst_rack[alert_kit_rack(&kit, "r1-a02")],
	    SEVERITY_WARNING + 1);
	assert_int_equal(list->worst_rack[alert_kit_rack(&kit, "r1-a01")], 0);
	alert_list_unref(list);
	inlet(&kit, 26);        /* between the limits */
	inlet(&kit, 24);
	TOLD(&kit, "");
	inlet(&kit, 24);
	TOLD(&kit, "1 resolved rack:r1-a02");
	assert_int_equal(kit.last.end, ALERT_END_CLEARED);
	list = alert_list(kit.alerts);
	assert_int_equal(list->n, 0);
	assert_int_equal(list->worst[ENTITY_HALL][0], 0);
	alert_list_unref(list);
	/* the next is another episode of the same fingerprint */
	for (int i = 0; i < 3; i++) {
		inlet(&kit, 30);
	}
	TOLD(&kit, "2 fired rack:r1-a02");
	alert_kit_down(&kit);
}

static void
lost_data_is_stale_not_resolved(void **state)
{
	struct alert_kit kit;

	(void)state;
	alert_kit_up(&kit, INLET);
	for (int i = 0; i < 3; i++) {
		inlet(&kit, 30);
	}
	TOLD(&kit, "1 fired rack:r1-a02");
	for (int i = 0; i < 30; i++) {
		inlet(&kit, NAN);
	}
	TOLD(&kit, "1 stale rack:r1-a02");
	assert_int_equal(kit.last.state, ALERT_STALE);
	assert_true(kit.last.value == 30);
	inlet(&kit, 31);
	TOLD(&kit, "1 fresh rack:r1-a02");
	/* no board at all is no better */
	alert_kit_pass(&kit, 10 * KIT_INTERVAL);
	TOLD(&kit, "1 stale rack:r1-a02");
	inlet(&kit, 20);
	TOLD(&kit, "1 fresh rack:r1-a02");
	inlet(&kit, 20);
	TOLD(&kit, "1 resolved rack:r1-a02");
	alert_kit_down(&kit);
}

static void
restarts_neither_fire_again_nor_lose(void **state)
{
	struct alert_kit kit;

	(void)state;
	alert_kit_up(&kit, INLET);
	for (int i = 0; i < 3; i++) {
		inlet(&kit, 30);
	}
	TOLD(&kit, "1 fired rack:r1-a02");
	for (int i = 0; i < 3; i++) {
		alert_kit_restart(&kit, i == 1);
		inlet(&kit, 30);
		inlet(&kit, 30);
		TOLD(&kit, "");
	}
	alert_kit_restart(&kit, false);
	inlet(&kit, 20);
	inlet(&kit, 20);
	TOLD(&kit, "1 resolved rack:r1-a02");
	alert_kit_restart(&kit, false);
	for (int i = 0; i < 3; i++) {
		inlet(&kit, 30);
	}
	TOLD(&kit, "2 fired rack:r1-a02");
	/* killed with a resolve that was not on the disk: it comes again */
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a02"), 20);
	alert_board(kit.alerts, kit.board);
	kit.board = NULL;
	clock_test_advance(kit.clock, KIT_INTERVAL);
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a02"), 20);
	alert_board(kit.alerts, kit.board);
	kit.board = NULL;
	kit.told[0] = '\0';
	alert_kit_restart(&kit, true);
	inlet(&kit, 20);
	inlet(&kit, 20);
	assert_non_null(strstr(kit.told, "2 resolved rack:r1-a02"));
	alert_kit_down(&kit);
}

static void
a_changed_rule_and_a_gone_rack_end_episodes(void **state)
{
	struct alert_kit kit;

	(void)state;
	alert_kit_up(&kit, INLET);
	for (int i = 0; i < 3; i++) {
		inlet(&kit, 30);
	}
	TOLD(&kit, "1 fired rack:r1-a02");
	/* the same rules: it goes on */
	alert_kit_config(&kit, "A01..A04", INLET);
	inlet(&kit, 30);
	TOLD(&kit, "");
	/* another limit: it begins anew */
	alert_kit_config(&kit, "A01..A04", "    - {id: inlet-hot, on: rack, "
	    "metric: inlet_c, fire: {above: 29}}\n");
	alert_kit_step(&kit);
	TOLD(&kit, "1 resolved rack:r1-a02");
	assert_int_equal(kit.last.end, ALERT_END_RULE_GONE);
	inlet(&kit, 30);
	TOLD(&kit, "2 fired rack:r1-a02");
	/* the rack is gone */
	alert_kit_config(&kit, "A01, A03", "    - {id: inlet-hot, on: rack, "
	    "metric: inlet_c, fire: {above: 29}}\n");
	alert_kit_step(&kit);
	TOLD(&kit, "2 resolved rack:r1-a02");
	assert_int_equal(kit.last.end, ALERT_END_ENTITY_GONE);
	/* gone while it was down */
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a01"), 40);
	alert_kit_slot(&kit);
	TOLD(&kit, "3 fired rack:r1-a01");
	alert_kit_restart(&kit, false);
	alert_kit_config(&kit, "A01, A03", "    - {id: other, on: rack, "
	    "metric: inlet_c, fire: {above: 29}}\n");
	alert_kit_step(&kit);
	TOLD(&kit, "3 resolved rack:r1-a01");
	assert_int_equal(kit.last.end, ALERT_END_RULE_GONE);
	alert_kit_down(&kit);
}

static void
feeds_by_phase_and_selectors(void **state)
{
	struct alert_kit kit;
	uint32_t a01, a02;

	(void)state;
	alert_kit_up(&kit,
	    "    - {id: over, on: feed, metric: load_pct, fire: {above: 80},\n"
	    "       where: {label: ['A01'], instance: ['*']}}\n"
	    "    - {id: l3, on: feed, metric: current_a, fire: {above: 20},\n"
	    "       where: {instance: [L3]}}\n"
	    "    - {id: hall, on: hall, metric: load_pct, fire: {above: 90},\n"
	    "       where: {places: [site:s1]}}\n");
	a01 = alert_kit_rack(&kit, "r1-a01");
	a02 = alert_kit_rack(&kit, "r1-a02");
	/* cells: feed A of three phases, then B of one */
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_LOAD_PCT, (2 * a01 + 0) * 3 + 1, 90);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_LOAD_PCT, (2 * a01 + 1) * 3 + 0, 85);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_LOAD_PCT, (2 * a02 + 0) * 3 + 0, 99);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_CURRENT_A, (2 * a02 + 0) * 3 + 1, 30);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_CURRENT_A, (2 * a02 + 0) * 3 + 2, 30);
	alert_kit_set(&kit, LEVEL_HALL, GAUGE_LOAD_PCT, 0, 95);
	alert_kit_slot(&kit);
	TOLD(&kit, "1 fired feed:r1-a01-a L2, 2 fired feed:r1-a01-b, "
	    "3 fired feed:r1-a02-a L3, 4 fired hall:h1");
	/* through a restart each is found again by its name */
	alert_kit_restart(&kit, false);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_LOAD_PCT, (2 * a01 + 0) * 3 + 1, 90);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_LOAD_PCT, (2 * a01 + 1) * 3 + 0, 10);
	alert_kit_set(&kit, LEVEL_FEED, GAUGE_CURRENT_A, (2 * a02 + 0) * 3 + 2, 30);
	alert_kit_set(&kit, LEVEL_HALL, GAUGE_LOAD_PCT, 0, 95);
	alert_kit_slot(&kit);
	TOLD(&kit, "2 resolved feed:r1-a01-b");
	alert_kit_down(&kit);
}

static const struct col_layout *
layout(void)
{
	static const struct col_state door[] = {
		{ 1, "closed", COL_SEVERITY_OK }, { 2, "open", COL_SEVERITY_WARNING },
	};
	struct col_slot slots[] = {
		{ "temperature_c", "inlet top", "C", "", 0, 0, 0 },
		{ "state_door", "front", "", "", 0, 0, 0 },
		{ "power_w", "", "W", "", 0, 0, 0 },
	};
	struct col_error error;
	const struct col_layout *made;

	/* the number of the words stands in the upper half of the flags */
	slots[1].flags = (uint32_t)states_intern(door, 2, &error) << 16;
	made = layout_intern(slots, 3, &error);
	assert_non_null(made);
	return made;
}

static void
sensors_by_sample(void **state)
{
	struct alert_kit kit;
	uint32_t device;
	double values[3] = { 40, 2, 4213 };

	(void)state;
	alert_kit_up(&kit,
	    "    - {id: hot, on: sensor, metric: temperature_c, fire: {above: 35},\n"
	    "       where: {role: [pdu-a], instance: ['inlet*']}}\n"
	    "    - {id: door, on: sensor, metric: state_door, fire: {equals: [open]},\n"
	    "       summary: '{name} {instance} is {word}'}\n"
	    "    - {id: apc, on: sensor, metric: power_w, fire: {above: 4000},\n"
	    "       where: {profile: ['apc*']}, summary: '{value} {unit} over {limit} {unit}'}\n"
	    "    - {id: none, on: sensor, metric: temperature_c, fire: {missing: true}}\n");
	device = alert_kit_device(&kit, "r1-a03-pdu-a");
	alert_kit_poll(&kit, device, layout(), values);
	alert_kit_step(&kit);
	TOLD(&kit, "1 fired device:r1-a03-pdu-a inlet top, 2 fired device:r1-a03-pdu-a front");
	assert_string_equal(kit.last.word, "open");
	assert_string_equal(kit.last.summary_en, "A03 pdu-a front is open");
	/* its profile is known once it has been polled */
	alert_kit_poll(&kit, device, layout(), values);
	alert_kit_step(&kit);
	TOLD(&kit, "3 fired device:r1-a03-pdu-a");
	assert_string_equal(kit.last.summary_en, "4.21 kW over 4 kW");
	/* the other role is not chosen; its door is */
	values[1] = 1;
	alert_kit_poll(&kit, alert_kit_device(&kit, "r1-a03-pdu-b"), layout(), values);
	alert_kit_step(&kit);
	TOLD(&kit, "");
	/* what it says no more: the rule on what is missing fires, the others wait */
	clock_test_advance(kit.clock, KIT_INTERVAL);
	alert_kit_poll(&kit, device, NULL, NULL);
	alert_kit_step(&kit);
	TOLD(&kit, "4 fired device:r1-a03-pdu-a inlet top");
	alert_kit_pass(&kit, 5 * KIT_INTERVAL);
	TOLD(&kit, "1 stale device:r1-a03-pdu-a inlet top, "
	    "2 stale device:r1-a03-pdu-a front, 3 stale device:r1-a03-pdu-a, "
	    "4 stale device:r1-a03-pdu-a inlet top");
	values[0] = 20;
	alert_kit_poll(&kit, device, layout(), values);
	alert_kit_step(&kit);
	alert_kit_down(&kit);
}

static void
silent_devices_by_time(void **state)
{
	struct alert_kit kit;
	uint32_t device;
	double values[3] = { 20, 1, 100 };

	(void)state;
	alert_kit_up(&kit, "    - {id: device-silent, on: device, metric: silent_s, "
	    "fire: {above: 180 s}, where: {role: [pdu-a], label: [A01]}}\n");
	device = alert_kit_device(&kit, "r1-a01-pdu-a");
	alert_kit_poll(&kit, device, layout(), values);
	alert_kit_pass(&kit, 3 * KIT_INTERVAL);
	TOLD(&kit, "");
	alert_kit_pass(&kit, KIT_INTERVAL);
	TOLD(&kit, "1 fired device:r1-a01-pdu-a");
	/* a restart knows nothing of before: it neither clears nor is stale */
	alert_kit_restart(&kit, false);
	alert_kit_pass(&kit, 10 * KIT_INTERVAL);
	TOLD(&kit, "");
	alert_kit_poll(&kit, device, layout(), values);
	alert_kit_step(&kit);
	TOLD(&kit, "1 resolved device:r1-a01-pdu-a");
	alert_kit_down(&kit);
}

static void
maintenance_lets_nothing_begin(void **state)
{
	static const char rules[] =
	    "    - {id: hot, on: rack, metric: inlet_c, fire: {above: 27}}\n"
	    "    - {id: all, on: rack, metric: inlet_c, fire: {above: 27},\n"
	    "       where: {maintenance: true}}\n"
	    "racks: [{id: r1-a02, maintenance_until: 2026-11-22T16:00:00Z}]\n";
	struct alert_kit kit;

	(void)state;
	alert_kit_up(&kit, rules);
	inlet(&kit, 30);
	TOLD(&kit, "1 fired rack:r1-a02");
	assert_string_equal(kit.last.rule, "all");
	alert_kit_pass(&kit, 60 * KIT_INTERVAL);
	kit.told[0] = '\0';
	inlet(&kit, 30);
	assert_non_null(strstr(kit.told, "2 fired rack:r1-a02"));
	assert_non_null(strstr(kit.told, "1 fresh rack:r1-a02"));
	/* what fires already may clear */
	alert_kit_config(&kit, "A01..A04",
	    "    - {id: hot, on: rack, metric: inlet_c, fire: {above: 27}}\n"
	    "racks: [{id: r1-a02, maintenance_until: 2026-11-23T16:00:00Z}]\n");
	inlet(&kit, 30);
	kit.told[0] = '\0';
	inlet(&kit, 20);
	TOLD(&kit, "2 resolved rack:r1-a02");
	inlet(&kit, 30);
	TOLD(&kit, "");
	alert_kit_down(&kit);
}

static void
lists_are_published_once_a_second(void **state)
{
	struct alert_kit kit;
	uint32_t device, before;
	double values[3] = { 20, 1, 100 };

	(void)state;
	alert_kit_up(&kit, "    - {id: hot, on: sensor, metric: temperature_c, "
	    "fire: {above: 35}}\n");
	alert_kit_step(&kit);
	device = alert_kit_device(&kit, "r1-a03-pdu-a");
	before = kit.n_published;
	for (unsigned i = 0; i < 500; i++) {
		values[0] = i % 2 == 0 ? 40 : 20;
		alert_kit_poll(&kit, device, layout(), values);
		alert_kit_step(&kit);
		clock_test_advance(kit.clock, 10 * NS_PER_MS);
	}
	assert_true(kit.n_published > before);
	assert_true(kit.n_published <= before + 6);
	/* without changes none */
	alert_kit_pass(&kit, KIT_INTERVAL);
	before = kit.n_published;
	alert_kit_pass(&kit, KIT_INTERVAL);
	assert_int_equal(kit.n_published, before);
	alert_kit_down(&kit);
}

static void
windows_are_of_the_values_before(void **state)
{
	struct alert_kit kit;

	(void)state;
	alert_kit_up(&kit, "    - {id: hot, on: rack, metric: inlet_c, "
	    "take: {what: mean, over: 15m}, fire: {above: 27}}\n");
	for (unsigned i = 0; i < 30; i++) {
		inlet(&kit, i == 12 ? 90 : 20); /* a single peak does not matter */
	}
	TOLD(&kit, "");
	for (unsigned i = 0; i < 16; i++) {
		inlet(&kit, 40);
	}
	TOLD(&kit, "1 fired rack:r1-a02");
	/* a restart, and another configuration with the same rule */
	alert_kit_restart(&kit, false);
	for (unsigned i = 0; i < 20; i++) {
		inlet(&kit, 40);
	}
	TOLD(&kit, "");
	alert_kit_config(&kit, "A01..A04", "    - {id: hot, on: rack, metric: inlet_c, "
	    "take: {what: mean, over: 15m}, fire: {above: 27}}\n");
	inlet(&kit, 40);
	inlet(&kit, 20);
	TOLD(&kit, "");
	for (unsigned i = 0; i < 16; i++) {
		inlet(&kit, 20);
	}
	TOLD(&kit, "1 resolved rack:r1-a02");
	alert_kit_down(&kit);
}

static void
what_the_disk_does_not_take_is_put_again(void **state)
{
	struct alert_kit kit;
	struct daily daily = { .day = 1 };

	(void)state;
	alert_kit_up(&kit, "    - {id: hot, on: rack, metric: inlet_c, fire: {above: 27}}\n");
	for (unsigned i = 0; i < 5000; i++) {
		state_put_daily(kit.state, &daily); /* until its queue is full */
	}
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a02"), 30);
	alert_board(kit.alerts, kit.board);
	kit.board = NULL;
	for (unsigned i = 0; i < 5; i++) {
		(void)alert_step(kit.alerts);
		clock_test_advance(kit.clock, 10 * NS_PER_S);
	}
	TOLD(&kit, "");
	for (unsigned i = 0; i < 64; i++) {
		(void)state_step(kit.state);
	}
	alert_kit_pass(&kit, 2 * KIT_INTERVAL);
	TOLD(&kit, "1 fired rack:r1-a02");
	/* what waits at the end is posted then, and found again at the next start */
	for (unsigned i = 0; i < 5000; i++) {
		state_put_daily(kit.state, &daily);
	}
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a01"), 30);
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a02"), 30);
	alert_board(kit.alerts, kit.board);
	kit.board = NULL;
	(void)alert_step(kit.alerts);
	for (unsigned i = 0; i < 64; i++) {
		(void)state_step(kit.state);
	}
	alert_kit_restart(&kit, false);
	inlet(&kit, 30);
	alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C, alert_kit_rack(&kit, "r1-a01"), 20);
	inlet(&kit, 30);
	TOLD(&kit, "2 resolved rack:r1-a01");
	alert_kit_down(&kit);
}

/* More than one job takes, through each other, come out in order. */
static void
hundreds_of_changes_in_order(void **state)
{
	struct alert_kit kit;
	char rules[16384] = "";
	const struct alert_list *list;

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		size_t len = strlen(rules);

		(void)snprintf(rules + len, sizeof(rules) - len, "    - {id: hot%u, on: rack, "
		    "metric: inlet_c, fire: {above: 27}}\n", i);
	}
	alert_kit_up(&kit, rules);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned r = 0; r < 4; r++) {
			char id[16];

			(void)snprintf(id, sizeof(id), "r1-a0%u", r + 1);
			alert_kit_set(&kit, LEVEL_RACK, GAUGE_INLET_C,
			    alert_kit_rack(&kit, id), round == 0 ? 30 : 20);
		}
		alert_kit_slot(&kit);
		alert_kit_pass(&kit, KIT_INTERVAL);
		assert_int_equal(kit.n_told, 480 * (round + 1));
		list = alert_list(kit.alerts);
		assert_int_equal(list->n, round == 0 ? 480 : 0);
		for (uint32_t i = 0; i < list->n; i++) {
			assert_int_equal(list->items[i].id, i + 1);
		}
		alert_list_unref(list);
		kit.told[0] = '\0';
	}
	assert_int_equal(kit.last.state, ALERT_RESOLVED);
	alert_kit_down(&kit);
}

static void
poll_all(struct alert_kit *kit, bool a_is_lost)
{
	static const char *const racks[] = { "r1-a01", "r1-a02", "r1-a03", "r1-a04" };
	const double values[3] = { 20, 1, 100 };

	for (unsigned i = 0; i < 4; i++) {
		char id[32];

		(void)snprintf(id, sizeof(id), "%s-pdu-b", racks[i]);
		alert_kit_poll(kit, alert_kit_device(kit, id), layout(), values);
		(void)snprintf(id, sizeof(id), "%s-pdu-a", racks[i]);
		alert_kit_poll(kit, alert_kit_device(kit, id), a_is_lost ? NULL : layout(),
		    values);
	}
	alert_kit_step(kit);
	alert_kit_pass(kit, KIT_INTERVAL);
}

static void
one_cause_is_one_alert(void **state)
{
	struct alert_kit kit;
	const struct alert_list *list;

	(void)state;
	alert_kit_up(&kit,
	    "    - {id: row-lost, on: row, metric: supply_lost, fire: {equals: 1},\n"
	    "       severity: critical, summary: '{name} {instance}: {count} lost'}\n"
	    "    - {id: device-silent, on: device, metric: silent_s, fire: {above: 150 s},\n"
	    "       folds: [supply, reach]}\n");
	poll_all(&kit, false);
	TOLD(&kit, "");
	poll_all(&kit, true);
	poll_all(&kit, true);
	assert_non_null(strstr(kit.told, "1 fired row:r1 A"));
	assert_non_null(strstr(kit.told, "fired device:r1-a04-pdu-a"));
	assert_null(strstr(kit.told, "pdu-b"));
	list = alert_list(kit.alerts);
	assert_int_equal(list->n, 5);
	assert_int_equal(list->items[0].count, 4);
	assert_string_equal(list->items[0].summary_en, "r1 A: 4 lost");
	for (uint32_t i = 1; i < 5; i++) {
		assert_int_equal(list->items[i].under, 1);
	}
	assert_int_equal(list->n_loud[SEVERITY_CRITICAL], 1);
	assert_int_equal(list->n_loud[SEVERITY_WARNING], 0);
	alert_list_unref(list);
	kit.told[0] = '\0';
	/* through a restart and another configuration */
	alert_kit_restart(&kit, false);
	for (unsigned i = 0; i < 4; i++) {
		poll_all(&kit, true);
	}
	TOLD(&kit, "");
	alert_kit_config(&kit, "A01..A04",
	    "    - {id: device-silent, on: device, metric: silent_s, fire: {above: 150 s},\n"
	    "       folds: [supply, reach]}\n"
	    "    - {id: row-lost, on: row, metric: supply_lost, fire: {equals: 1},\n"
	    "       severity: critical, summary: '{name} {instance}: {count} lost'}\n");
	poll_all(&kit, true);
	list = alert_list(kit.alerts);
	assert_int_equal(list->items[0].state, ALERT_FIRING);
	assert_int_equal(list->items[0].id, 1);
	assert_int_equal(list->items[1].under, 1);
	alert_list_unref(list);
	assert_null(strstr(kit.told, "resolved"));
	kit.told[0] = '\0';
	for (unsigned i = 0; i < 8; i++) {
		poll_all(&kit, false);
	}
	assert_non_null(strstr(kit.told, "1 resolved row:r1 A"));
	assert_non_null(strstr(kit.told, "resolved device:r1-a04-pdu-a"));
	assert_null(strstr(kit.told, "unfolded"));
	alert_kit_down(&kit);
}

static void
flapping_is_told_once(void **state)
{
	struct alert_kit kit;

	(void)state;
	alert_kit_up(&kit, "    - {id: hot, on: rack, metric: inlet_c, fire: {above: 27}}\n");
	for (int i = 0; i < 20; i++) {
		inlet(&kit, i % 2 == 0 ? 30 : 20);
	}
	TOLD(&kit, "1 fired rack:r1-a02, 1 resolved rack:r1-a02, 2 fired rack:r1-a02, "
	    "2 resolved rack:r1-a02, 3 fired rack:r1-a02, 3 flapping rack:r1-a02");
	assert_true(kit.last.flapping);
	alert_kit_restart(&kit, false);
	for (int i = 0; i < 70; i++) {
		inlet(&kit, 20);
	}
	TOLD(&kit, "3 steady rack:r1-a02, 3 resolved rack:r1-a02");
	alert_kit_down(&kit);
}

static void
own_values_and_acknowledgements(void **state)
{
	struct alert_kit kit;
	struct alert acked;
	const struct alert_list *list;

	(void)state;
	alert_kit_up(&kit, "    - {id: receiver, on: collector, metric: receiver_silent_s, "
	    "fire: {above: 30m}, severity: critical}\n");
	alert_own(kit.alerts, GAUGE_RECEIVER_SILENT_S, "noc", 1000);
	alert_kit_step(&kit);
	TOLD(&kit, "");
	alert_own(kit.alerts, GAUGE_RECEIVER_SILENT_S, "noc", 2000);
	alert_kit_step(&kit);
	TOLD(&kit, "1 fired collector:self noc");
	acked = kit.last;
	acked.acked.ns = 77 * NS_PER_S;
	memcpy(acked.acked_by, "wang", 5);
	alert_acked(kit.alerts, &acked);
	alert_kit_pass(&kit, 5 * KIT_INTERVAL);
	TOLD(&kit, "");
	list = alert_list(kit.alerts);
	assert_int_equal(list->n, 1);
	assert_int_equal(list->n_loud[SEVERITY_CRITICAL], 0);
	assert_string_equal(list->items[0].acked_by, "wang");
	alert_list_unref(list);
	alert_own(kit.alerts, GAUGE_RECEIVER_SILENT_S, "noc", 0);
	alert_kit_step(&kit);
	TOLD(&kit, "1 resolved collector:self noc");
	alert_kit_down(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rack_fires_and_clears),
		cmocka_unit_test(lost_data_is_stale_not_resolved),
		cmocka_unit_test(restarts_neither_fire_again_nor_lose),
		cmocka_unit_test(a_changed_rule_and_a_gone_rack_end_episodes),
		cmocka_unit_test(feeds_by_phase_and_selectors),
		cmocka_unit_test(sensors_by_sample),
		cmocka_unit_test(silent_devices_by_time),
		cmocka_unit_test(maintenance_lets_nothing_begin),
		cmocka_unit_test(lists_are_published_once_a_second),
		cmocka_unit_test(windows_are_of_the_values_before),
		cmocka_unit_test(what_the_disk_does_not_take_is_put_again),
		cmocka_unit_test(hundreds_of_changes_in_order),
		cmocka_unit_test(one_cause_is_one_alert),
		cmocka_unit_test(flapping_is_told_once),
		cmocka_unit_test(own_values_and_acknowledgements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
