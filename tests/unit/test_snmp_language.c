/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the profile language means: a profile, what an agent showed, and the
 * values that must come of it, each a line "metric|instance|value|unit|source".
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "capture.h"
#include "plan_values.h"

#define HEAD "plugin: snmp\nkind: pdu\nsummary: {en: x}\noids: {e: 1.3.6.1.4.1.9}\n"
#define E "1.3.6.1.4.1.9."
#define TEXT_SIZE 4096

struct bench {
	struct fakehost fake;
	struct plan_set *plans;
	struct profile_group group;
	struct plan *plan;         /* of the last look */
};

static void
add_profile(struct bench *bench, const char *id, const char *text)
{
	struct col_node *node = yamltree_parse(text, id);
	struct col_profile from = {id, node};
	struct profile *profile;

	assert_non_null(node);
	if (profile_parse(&bench->fake.host, &from, &profile) != 0) {
		fail_msg("%s", bench->fake.reports);
	}
	assert_true(profile_group_add(&bench->group, profile));
	profile_unref(profile);
	yamltree_free(node);
}

static void
setup(struct bench *bench, const char *first, const char *second)
{
	memset(bench, 0, sizeof(*bench));
	fakehost_init(&bench->fake);
	bench->plans = calloc(1, sizeof(*bench->plans));
	bench->plans->host = &bench->fake.host;
	add_profile(bench, "first", first);
	if (second != NULL) {
		add_profile(bench, "second", second);
	}
}

static void
done(struct bench *bench)
{
	plan_unref(bench->plan);
	profile_group_done(&bench->group);
	assert_int_equal(bench->plans->n, 0);
	free(bench->plans);
	fakehost_done(&bench->fake);
}

/* Named states have the host's number of their words behind: "#1". */
static void
print_slots(const struct plan *plan, const struct col_value *values,
    char *text)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < plan->layout->n; i++) {
		const struct col_slot *slot = &plan->layout->slots[i];
		char number[32] = "-";
		if (values[i].quality == COL_GOOD) {
			(void)snprintf(number, sizeof(number), "%.12g",
			    values[i].number);
		} else if (values[i].quality == COL_ERROR) {
			(void)snprintf(number, sizeof(number), "error");
		}
		used += (size_t)snprintf(text + used, TEXT_SIZE - used,
		    "%s|%s|%s|%s|%s\n", slot->metric, slot->instance, number,
		    slot->unit, strncmp(slot->source, E, strlen(E)) == 0 ?
		    slot->source + strlen(E) : slot->source);
		if (slot->flags >> 16 != 0) {
			used += (size_t)snprintf(text + used - 1,
			    TEXT_SIZE - used, "#%u\n", slot->flags >> 16) - 1;
		}
	}
}

/* Learns from showed and gives its values; "" when there are none. */
static void
read_agent(struct bench *bench, const char *showed, char *text)
{
	struct col_error error = {.code = 0};
	struct capture capture;
	struct plan_values values = {NULL, NULL, NULL};
	struct plan_look look;
	struct plan *plan;
	int rc;

	assert_int_equal(capture_parse(showed, strlen(showed), &capture,
	    &error), 0);
	assert_int_equal(capture.n_skipped, 0);
	text[0] = '\0';
	look.snapshot = capture.snapshot;
	look.before = bench->plan;
	rc = plan_get(bench->plans, &bench->group, &look, &plan, &error);
	if (rc == 0) {
		assert_int_equal(plan_values_start(&values, plan), 0);
		plan_values_fill(&values, plan, capture.snapshot);
		plan_values_finish(&values, plan);
		print_slots(plan, values.values, text);
		plan_values_free(&values);
		plan_unref(bench->plan);
		bench->plan = plan;
	} else {
		assert_int_equal(rc, COL_ENOENT);
	}
	snapshot_free(capture.snapshot);
}

static void
assert_reads(const char *first, const char *second, const char *showed,
    const char *want)
{
	struct bench bench;
	char got[TEXT_SIZE];

	setup(&bench, first, second);
	read_agent(&bench, showed, got);
	assert_string_equal(got, want);
	done(&bench);
}

/* ---- several profiles ---------------------------------------------------------- */

#define VENDOR HEAD "scalars:\n" \
	"  - {metric: temperature_c, oid: e.1.0, instance: inlet}\n" \
	"  - {metric: power_w, oid: e.2.0}\n"
#define GENERIC "scalars:\n" \
	"  - {metric: temperature_c, oid: e.8.0, instance: Inlet Temp}\n" \
	"  - {metric: power_w, oid: e.9.0}\n" \
	"  - {metric: fan_rpm, oid: e.10.0, instance: Fan 1}\n"
#define SHOWED E "1.0|2|21\n" E "2.0|2|300\n" E "8.0|2|22\n" E "9.0|2|310\n" \
	E "10.0|2|4000\n"

static void
test_added_profiles_give_no_twins(void **state)
{
	(void)state;
	assert_reads(VENDOR, HEAD GENERIC, SHOWED,
	    "temperature_c|inlet|21|C|1.0\npower_w||300|W|2.0\n"
	    "fan_rpm|Fan 1|4000|rpm|10.0\n");
	assert_reads(VENDOR, HEAD "twins: instance\n" GENERIC, SHOWED,
	    "temperature_c|inlet|21|C|1.0\npower_w||300|W|2.0\n"
	    "temperature_c|Inlet Temp|22|C|8.0\n"
	    "fan_rpm|Fan 1|4000|rpm|10.0\n");
	/* what the first does not find the second may give */
	assert_reads(VENDOR, HEAD GENERIC, E "2.0|2|300\n" E "8.0|2|22\n",
	    "power_w||300|W|2.0\ntemperature_c|Inlet Temp|22|C|8.0\n");
}

/* ---- scales and units ----------------------------------------------------------- */

static void
test_scales(void **state)
{
	(void)state;
	/* ENTITY-SENSOR-MIB: milli(8) with precision 1, units(9), kilo(10) */
	assert_reads(HEAD "tables:\n  - index: [i]\n    instance: '{i}'\n"
	    "    metrics: [{metric: voltage_v, column: e.4,"
	    " scale: {si: e.2, precision: e.3}}]\n", NULL,
	    E "2.1|2|8\n" E "2.2|2|9\n" E "2.3|2|10\n" E "2.4|2|0\n"
	    E "3.1|2|1\n" E "3.2|2|3\n" E "3.3|2|-2\n" E "3.4|2|0\n"
	    E "4.1|2|120345\n" E "4.2|2|12015\n" E "4.3|2|2\n" E "4.4|2|1\n",
	    "voltage_v|1|12.0345|V|4.1\nvoltage_v|2|12.015|V|4.2\n"
	    "voltage_v|3|2000|V|4.3\n");
	/* HOST-RESOURCES-MIB: a product; a factor beside it */
	assert_reads(HEAD "tables:\n  - index: [i]\n    instance: '{i}'\n"
	    "    metrics: [{metric: power_w, column: e.6, scale: {multiplier: e.4,"
	    " factor: 0.1}}]\n", NULL, E "4.1|2|4096\n" E "6.1|2|1000\n",
	    "power_w|1|409600|W|6.1\n");
	/* a sign: negative divides, positive multiplies */
	assert_reads(HEAD "tables:\n  - index: [i]\n    instance: '{i}'\n"
	    "    metrics: [{metric: current_a, column: e.11,"
	    " scale: {signed: e.7}, unit: {column: e.5}}]\n", NULL,
	    E "5.1|4|A\n" E "5.2|4|mA\n" E "5.3|4|bogus\n" E "5.4|4|Amps\n"
	    E "5.5|4|\n" E "7.1|2|-100\n" E "7.2|2|1\n" E "7.3|2|1\n"
	    E "7.4|2|10\n" E "7.5|2|1\n" E "11.1|2|750\n" E "11.2|2|750\n"
	    E "11.3|2|230\n" E "11.4|2|3\n" E "11.5|2|3\n",
	    "current_a|1|7.5|A|11.1\ncurrent_a|2|750|mA|11.2\n"
	    "current_a|4|30|A|11.4\n");
}

static void
test_texts_with_numbers(void **state)
{
	(void)state;
	assert_reads(HEAD "scalars:\n"
	    "  - {metric: fan_pct, oid: e.1.0, extract: '([0-9]+)% of',"
	    " sentinels: [Offline]}\n"
	    "  - {metric: fan_pct, oid: e.2.0, instance: b, sentinels: [Offline],"
	    " extract: '([0-9]+)% of'}\n"
	    "  - {metric: temperature_c, oid: e.3.0}\n"
	    "  - {metric: temperature_c, oid: e.4.0, instance: in,"
	    " extract: '^(-?[0-9.]+) degree'}\n"
	    "  - {metric: rated_current_a, oid: e.5.0, extract:"
	    " '([0-9.]+) ?A'}\n", NULL,
	    E "1.0|4| 38% of maximum\n" E "2.0|4|Offline\n" E "3.0|4|-51.0\n"
	    E "4.0|4|39.10 degree C\n" E "5.0|4|100-240V, 16A, 3.7kVA\n",
	    "fan_pct||38|%|1.0\nfan_pct|b|-|%|2.0\ntemperature_c||-51|C|3.0\n"
	    "temperature_c|in|39.1|C|4.0\nrated_current_a||16|A|5.0\n");
}

/* ---- indexes and joins ------------------------------------------------------------ */

static void
test_indexes(void **state)
{
	(void)state;
	assert_reads(HEAD "tables:\n"
	    "  - {index: [a, {text: t}], metrics: [{metric: fan_rpm,"
	    " column: e.1, instance: '{a} {t}'}]}\n"
	    "  - {index: [{implied: t}], metrics: [{metric: fan_rpm,"
	    " column: e.2, instance: '{t}'}]}\n"
	    "  - {index: [{oid: o}, a], metrics: [{metric: fan_rpm,"
	    " column: e.3, instance: '{o} {a}'}]}\n"
	    "  - {index: [{address: ip}, {rest: r}], metrics: [{metric: fan_rpm,"
	    " column: e.4, instance: '{ip} {r}'}]}\n", NULL,
	    E "1.7.3.70.97.110|2|1\n" E "1.7.4.70.97.110|2|2\n"
	    E "2.70.97.110.50|2|3\n" E "3.2.1.3.9|2|4\n" E "3.5.1.3.9|2|5\n"
	    E "4.192.0.2.1.6.7|2|6\n" E "4.192.0.2|2|7\n",
	    "fan_rpm|7 Fan|1|rpm|1.7.3.70.97.110\n"
	    "fan_rpm|Fan2|3|rpm|2.70.97.110.50\nfan_rpm|1.3 9|4|rpm|3.2.1.3.9\n"
	    "fan_rpm|192.0.2.1 6.7|6|rpm|4.192.0.2.1.6.7\n");
}

static void
test_joins(void **state)
{
	(void)state;
	/* by a value, by a constant, through a parent (ENTITY-MIB) */
	assert_reads(HEAD "tables:\n  - index: [row]\n"
	    "    labels:\n      bank: e.5\n"
	    "      bankname: {column: e.20, at: [bank, 1]}\n"
	    "      parent: e.30\n"
	    "      name: {column: e.31, at: [parent]}\n"
	    "    rows: [{label: bank, not: [0]}]\n"
	    "    metrics: [{metric: current_a, column: e.2, instance:"
	    " '{bankname} {name}'}]\n", NULL,
	    E "2.1|2|5\n" E "2.2|2|6\n" E "2.3|2|7\n" E "5.1|2|0\n"
	    E "5.2|2|1\n" E "5.3|2|2\n" E "20.1.1|4|bank A\n"
	    E "20.2.1|4|bank B\n" E "30.2|2|100\n" E "30.3|2|200\n"
	    E "31.100|4|left\n" E "31.200|4|right\n",
	    "current_a|bank A left|6|A|2.2\ncurrent_a|bank B right|7|A|2.3\n");
	/* an OID-valued column names the sensor, or a row */
	assert_reads(HEAD "tables:\n  - index: [row]\n"
	    "    labels:\n      kind: {column: e.2, map: {1.3.6.7.1: return,"
	    " 1.3.6.7.2: supply}}\n      row_of: e.2\n"
	    "      name: {column: e.9, at: [row_of]}\n"
	    "    metrics: [{metric: temperature_c, column: e.3, instance:"
	    " '{kind} {name}'}]\n", NULL,
	    E "2.1|6|1.3.6.7.1\n" E "2.2|6|1.3.6.7.2\n" E "3.1|2|24\n"
	    E "3.2|2|18\n" E "9.1.3.6.7.1|4|hot\n" E "9.1.3.6.7.2|4|cold\n",
	    "temperature_c|return hot|24|C|3.1\n"
	    "temperature_c|supply cold|18|C|3.2\n");
	/* the row of another table that says the same */
	assert_reads(HEAD "tables:\n  - index: [row]\n"
	    "    labels: {bank: e.5}\n"
	    "    metrics: [{metric: current_a, column: e.2, instance: '{row}',"
	    " scale: {divisor: {column: e.41, find: {column: e.40,"
	    " is: bank}}}}]\n", NULL,
	    E "2.1|2|50\n" E "2.2|2|60\n" E "2.3|2|70\n" E "5.1|4|A\n"
	    E "5.2|4|B\n" E "5.3|4|C\n" E "40.8|4|B\n" E "40.9|4|A\n"
	    E "41.8|2|10\n" E "41.9|2|100\n",
	    "current_a|1|0.5|A|2.1\ncurrent_a|2|6|A|2.2\n");
}

/* A generic table: kind, instance and unit are words in the row (Rittal). */
static void
test_generic_tables(void **state)
{
	(void)state;
	assert_reads(HEAD "tables:\n  - index: [device, var]\n"
	    "    labels: {phase: {column: e.3, extract: '^Phase L([123])[.]'}}\n"
	    "    rows: [{column: e.4, is: [2]},"
	    " {column: e.3, matches: '^Phase L[123][.]Current[.]Value$'}]\n"
	    "    metrics: [{metric: current_a, column: e.11, instance: 'L{phase}',"
	    " unit: {column: e.5}, scale: {signed: e.7}}]\n", NULL,
	    E "3.1.8|4|Phase L1.Current.Value\n"
	    E "3.1.9|4|Phase L1.Current.SetHigh\n"
	    E "3.1.20|4|Phase L2.Current.Value\n"
	    E "3.1.21|4|Phase L2.Voltage.Value\n" E "4.1.8|2|2\n" E "4.1.9|2|3\n"
	    E "4.1.20|2|2\n" E "4.1.21|2|2\n" E "5.1.8|4|A\n" E "5.1.9|4|A\n"
	    E "5.1.20|4|mA\n" E "5.1.21|4|V\n" E "7.1.8|2|-100\n"
	    E "7.1.9|2|1\n" E "7.1.20|2|0\n" E "7.1.21|2|-10\n"
	    E "11.1.8|2|123\n" E "11.1.9|2|16\n" E "11.1.20|2|1400\n"
	    E "11.1.21|2|2300\n",
	    "current_a|L1|1.23|A|11.1.8\ncurrent_a|L2|1400|mA|11.1.20\n");
}

/* ---- rows --------------------------------------------------------------------------- */

static void
test_conditions(void **state)
{
	static const struct {
		const char *rows, *want;
	} cases[] = {
	    {"{column: e.2, is: [5]}", "1"},
	    {"{column: e.2, not: [5]}", "2 3 4 5"},
	    {"{column: e.2, above: 4.5}", "1 2"},
	    {"{column: e.2, below: 5}", "3"},
	    {"{column: e.2, present: true}", "1 2 3"},
	    {"{column: e.2, present: false}", "4 5"},
	    {"{column: e.2, matches: '^1'}", "2"},
	    {"{column: e.2, unlike: '^1'}", "1 3 4 5"},
	    {"{any: [{column: e.2, is: 5}, {part: i, is: 4}]}", "1 4"},
	    {"{any: [{all: [{part: i, above: 1}, {part: i, below: 3}]},"
	        " {part: i, is: 5}]}", "2 5"},
	    {"{label: double, is: [55]}", "1"},
	};
	char text[1024], got[TEXT_SIZE], list[64];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;
		size_t used = 0;
		(void)snprintf(text, sizeof(text), HEAD "tables:\n"
		    "  - index: [i]\n    labels: {double: {column: e.2,"
		    " map: {5: 55}}}\n    rows: [%s]\n"
		    "    metrics: [{metric: fan_rpm, column: e.1, instance:"
		    " '{i}'}]\n", cases[i].rows);
		setup(&bench, text, NULL);
		read_agent(&bench, E "1.1|2|0\n" E "1.2|2|0\n" E "1.3|2|0\n"
		    E "1.4|2|0\n" E "1.5|2|0\n" E "2.1|2|5\n" E "2.2|2|10\n"
		    E "2.3|2|-1\n" E "2.4|5|\n", got);
		list[0] = '\0';
		for (const char *at = got; (at = strstr(at, "fan_rpm|")) !=
		    NULL; at++) {
			used += (size_t)snprintf(list + used,
			    sizeof(list) - used, "%s%c", used > 0 ? " " : "",
			    at[8]);
		}
		if (strcmp(list, cases[i].want) != 0) {
			fail_msg("%s: got %s", cases[i].rows, list);
		}
		done(&bench);
	}
}

/* A phase without volts and amperes is absent, unless it was there before. */
static void
test_seen_rows_stay(void **state)
{
	static const char text[] = HEAD "tables:\n  - index: [phase]\n"
	    "    rows: [{seen: [{any: [{column: e.1, above: 0},"
	    " {column: e.2, above: 0}]}]}]\n"
	    "    metrics: [{metric: voltage_v, column: e.1,"
	    " instance: 'L{phase}'}]\n";
	struct bench bench;
	char got[TEXT_SIZE];

	(void)state;
	setup(&bench, text, NULL);
	read_agent(&bench, E "1.1|2|230\n" E "1.2|2|0\n" E "2.1|2|4\n"
	    E "2.2|2|0\n", got);
	assert_string_equal(got, "voltage_v|L1|230|V|1.1\n");
	/* the feed fails while rows are learned again */
	read_agent(&bench, E "1.1|2|0\n" E "1.2|2|0\n" E "2.1|2|0\n"
	    E "2.2|2|0\n", got);
	assert_string_equal(got, "voltage_v|L1|0|V|1.1\n");
	done(&bench);
}

/* ---- made of several objects ------------------------------------------------------ */

static void
test_halves(void **state)
{
	(void)state;
	assert_reads(HEAD "scalars:\n"
	    "  - {metric: energy_wh, oid: [{high: e.1.0, low: e.2.0}, e.3.0],"
	    " scale: 0.1}\n"
	    "tables:\n  - {index: [i], metrics: [{metric: energy_wh,"
	    " instance: 'outlet {i}', column: {high: e.4, low: e.5}}]}\n", NULL,
	    E "1.0|2|2\n" E "2.0|2|-1\n" E "3.0|2|7\n" E "4.1|66|1\n"
	    E "5.1|66|10\n" E "4.2|5|\n" E "5.2|66|10\n" E "5.3|66|10\n",
	    "energy_wh||1288490188.7|Wh|1.0+1.3.6.1.4.1.9.2.0\n"
	    "energy_wh|outlet 1|4294967306|Wh|4.1+1.3.6.1.4.1.9.5.1\n"
	    "energy_wh|outlet 2|-|Wh|4.2+1.3.6.1.4.1.9.5.2\n");
	/* without the pair the next one is taken */
	assert_reads(HEAD "scalars:\n"
	    "  - {metric: energy_wh, oid: [{high: e.1.0, low: e.2.0},"
	    " e.3.0]}\n", NULL, E "2.0|2|-1\n" E "3.0|2|7\n",
	    "energy_wh||7|Wh|3.0\n");
}

static void
test_percents(void **state)
{
	static const char text[] = HEAD "scalars:\n"
	    "  - {metric: rated_current_a, oid: e.1.0}\n"
	    "  - {metric: load_pct, oid: e.2.0, instance: L2}\n"
	    "tables:\n  - {index: [i], metrics: [{metric: current_a,"
	    " instance: 'L{i}', column: e.3, sentinels: [-1]},"
	    " {metric: power_w, column: e.4, instance: 'L{i}', total: ''}]}\n"
	    "percents: [{metric: load_pct, of: current_a,"
	    " rated: rated_current_a, shared: true}]\n";

	(void)state;
	assert_reads(text, NULL, E "1.0|2|32\n" E "2.0|2|50\n" E "3.1|2|8\n"
	    E "3.2|2|9\n" E "3.3|2|-1\n",
	    "rated_current_a||32|A|1.0\nload_pct|L2|50|%|2.0\n"
	    "current_a|L1|8|A|3.1\ncurrent_a|L2|9|A|3.2\ncurrent_a|L3|-|A|3.3\n"
	    "load_pct|L1|25|%|3.1+1.3.6.1.4.1.9.1.0\n"
	    "load_pct|L3|-|%|3.3+1.3.6.1.4.1.9.1.0\n");
	assert_reads(text, NULL, E "1.0|2|0\n" E "3.1|2|8\n",
	    "rated_current_a||0|A|1.0\ncurrent_a|L1|8|A|3.1\n"
	    "load_pct|L1|-|%|3.1+1.3.6.1.4.1.9.1.0\n");
}

/* ---- states -------------------------------------------------------------------- */

static void
test_states(void **state)
{
	static const char text[] = HEAD
	    "enums: {onoff: {1: on, 2: {state: off, severity: warning}}}\n"
	    "scalars:\n"
	    "  - {metric: state_a, oid: e.1.0, states: onoff}\n"
	    "  - {metric: state_b, oid: e.2.0, states: {1: off, 2: on, 9: gone}}\n"
	    "  - {metric: state_c, oid: e.3.0, states:"
	    " {Online: {state: online, severity: ok}, 'On Battery':"
	    " {state: on_battery, severity: critical, value: 7}}}\n"
	    "  - {metric: state_d, oid: e.4.0, states: {7: {state: on, value: 1},"
	    " 8: {state: off, value: 0}}}\n";
	struct bench bench;
	char got[TEXT_SIZE];

	(void)state;
	setup(&bench, text, NULL);
	read_agent(&bench, E "1.0|2|2\n" E "2.0|2|2\n" E "3.0|4|On Battery\n"
	    E "4.0|2|8\n", got);
	assert_string_equal(got, "state_a||2||1.0#1\nstate_b||2||2.0#2\n"
	    "state_c||7||3.0#3\nstate_d||0||4.0#4\n");
	assert_string_equal(bench.fake.states[0], "1=on/0,2=off/3");
	assert_string_equal(bench.fake.states[1], "1=off/0,2=on/0,9=gone/0");
	assert_string_equal(bench.fake.states[2],
	    "1=online/1,7=on_battery/4");
	assert_string_equal(bench.fake.states[3], "1=on/0,0=off/0");
	/* a number without a word is a number, a word without one an error */
	read_agent(&bench, E "1.0|2|4\n" E "3.0|4|Bypass\n" E "4.0|2|5\n", got);
	assert_string_equal(got, "state_a||4||1.0#1\nstate_c||error||3.0#3\n"
	    "state_d||5||4.0#4\n");
	done(&bench);
}

static void
test_legends(void **state)
{
	static const char text[] = HEAD
	    "tables:\n  - {index: [row], metrics: [{metric: state_input,"
	    " column: e.4, instance: '{row}', states: {legend: e.5,"
	    " words: {Leak: critical, Dry: ok}}}]}\n";
	struct bench bench;
	char got[TEXT_SIZE];

	(void)state;
	setup(&bench, text, NULL);
	read_agent(&bench, E "4.1|2|1\n" E "4.2|2|0\n" E "4.3|2|3\n"
	    E "5.1|4|Off(0),On(1)\n" E "5.2|4| Dry (0), Leak(1), x, y(, (5)\n"
	    E "5.3|4|none\n", got);
	assert_string_equal(got, "state_input|1|1||4.1#1\n"
	    "state_input|2|0||4.2#2\nstate_input|3|3||4.3\n");
	assert_string_equal(bench.fake.states[0], "0=Off/0,1=On/0");
	assert_string_equal(bench.fake.states[1], "0=Dry/1,1=Leak/4");
	done(&bench);
}

/* ---- faults -------------------------------------------------------------------- */

static void
test_faults(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {HEAD "scalars: [{metric: power_w, oid: {high: e.1}}]",
	        "needs 'high' and 'low'"},
	    {HEAD "scalars: [{metric: power_w, oid: e.1, range: [5, 1]}]",
	        "must have MIN below MAX"},
	    {HEAD "percents: [{metric: load_pct, of: power_w}]\nscalars:"
	        " [{metric: power_w, oid: e.1}]",
	        "needs 'metric', 'of' and 'rated'"},
	    {HEAD "limits: {varbinds: 61}\nscalars:"
	        " [{metric: power_w, oid: e.1}]", "must be 1 to 60"},
	    {HEAD "limits: {learn: 1s}\nscalars: [{metric: power_w, oid: e.1}]",
	        "must be 5m or more"},
	    {HEAD "limits: {bulk: maybe}\nscalars:"
	        " [{metric: power_w, oid: e.1}]", "must be true or false"},
	    {HEAD "match: [{probe: e.1, adds: [switch, swich]}]\nscalars:"
	        " [{metric: power_w, oid: e.1}]",
	        "unknown kind 'swich' (did you mean switch?)"},
	    {HEAD "twins: all\nscalars: [{metric: power_w, oid: e.1}]",
	        "unknown word 'all'"},
	    {HEAD "tables: [{index: [{implied: a}, b], metrics:"
	        " [{metric: power_w, column: e.1}]}]",
	        "stands behind a part that takes all the rest"},
	    {HEAD "tables: [{index: [{txt: a}], metrics:"
	        " [{metric: power_w, column: e.1}]}]",
	        "unknown kind of part 'txt' (did you mean text?)"},
	    {HEAD "tables: [{index: [a], labels: {b: {column: e.2, at: [c]}},"
	        " metrics: [{metric: power_w, column: e.1}]}]",
	        "is no index part and no label"},
	    {HEAD "tables: [{index: [a], labels: {b: {column: e.2, find:"
	        " {column: e.3}}}, metrics: [{metric: power_w, column: e.1}]}]",
	        "needs 'column' and 'is', and no 'at' beside it"},
	    {HEAD "tables: [{index: [a], rows: [{column: e.2, is: 1, above: 1}],"
	        " metrics: [{metric: power_w, column: e.1}]}]",
	        "needs one of 'is', 'not', 'matches', 'unlike', 'above'"},
	    {HEAD "tables: [{index: [a], rows: [{column: e.2, any: []}],"
	        " metrics: [{metric: power_w, column: e.1}]}]",
	        "'any' stands alone"},
	    {HEAD "tables: [{index: [a], rows: [{column: e.2, above: x}],"
	        " metrics: [{metric: power_w, column: e.1}]}]",
	        "must be a number"},
	    {HEAD "tables: [{index: [a], metrics: [{metric: power_w,"
	        " column: e.1, scale: {digits: e.2, si: e.3, divisor: e.4,"
	        " signed: e.5}}]}]", "a scale has at most 3 columns"},
	    {HEAD "scalars: [{metric: power_w, oid: e.1, states: {1: on}}]",
	        "belongs to metrics named state_"},
	    {HEAD "scalars: [{metric: state_x, oid: e.1, states: onof}]",
	        "'onof' is not a name under enums:"},
	    {HEAD "scalars: [{metric: state_x, oid: e.1, states:"
	        " {1: {state: on, severity: bad}}}]",
	        "unknown severity 'bad' (known: none, ok, info, warning"},
	    {HEAD "scalars: [{metric: state_x, oid: e.1, states:"
	        " {1: {severity: ok}}}]", "needs 'state'"},
	    {HEAD "scalars: [{metric: state_x, oid: e.1, states:"
	        " {1: on, 2: {state: off, value: 1}}}]",
	        "the number 1 is also 'on'"},
	    {HEAD "scalars: [{metric: state_x, oid: e.1, map: {1: 2}, states:"
	        " {1: on}}]", "'map' has no place beside 'states'"},
	    {HEAD "enums: {x: {1: {status: on}}}\n"
	        "scalars: [{metric: state_x, oid: e.1, states: x}]",
	        "unknown key 'status' (did you mean state?)"},
	};
	struct profile *profile = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct col_node *node = yamltree_parse(cases[i].text, "p.yaml");
		struct col_profile from = {"p", node};
		struct fakehost fake;
		fakehost_init(&fake);
		assert_int_equal(profile_parse(&fake.host, &from, &profile),
		    COL_ECONFIG);
		if (strstr(fake.reports, cases[i].want) == NULL ||
		    strncmp(fake.reports, "p.yaml:", 7) != 0) {
			fail_msg("wanted: %s\ngot: %s", cases[i].want,
			    fake.reports);
		}
		yamltree_free(node);
		fakehost_done(&fake);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_added_profiles_give_no_twins),
	    cmocka_unit_test(test_scales),
	    cmocka_unit_test(test_texts_with_numbers),
	    cmocka_unit_test(test_indexes),
	    cmocka_unit_test(test_joins),
	    cmocka_unit_test(test_generic_tables),
	    cmocka_unit_test(test_conditions),
	    cmocka_unit_test(test_seen_rows_stay),
	    cmocka_unit_test(test_halves),
	    cmocka_unit_test(test_percents),
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_legends),
	    cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
