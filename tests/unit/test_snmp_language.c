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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_added_profiles_give_no_twins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
