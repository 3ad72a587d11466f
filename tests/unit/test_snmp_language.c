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
#include "plan.h"

#define HEAD "plugin: snmp\nkind: pdu\nsummary: {en: x}\noids: {e: 1.3.6.1.4.1.9}\n"
#define E "1.3.6.1.4.1.9."
#define TEXT_SIZE 4096

struct bench {
	struct fakehost fake;
	struct plan_set *plans;
	struct profile_group group;
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
	struct col_value *values;
	struct plan *plan;
	int rc;

	assert_int_equal(capture_parse(showed, strlen(showed), &capture,
	    &error), 0);
	assert_int_equal(capture.n_skipped, 0);
	text[0] = '\0';
	rc = plan_get(bench->plans, &bench->group, capture.snapshot, &plan,
	    &error);
	if (rc == 0) {
		values = calloc(plan->n_slots, sizeof(*values));
		plan_fill(plan, capture.snapshot, values);
		plan_sum(plan, values);
		print_slots(plan, values, text);
		free(values);
		plan_unref(plan);
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
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_legends),
	    cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
