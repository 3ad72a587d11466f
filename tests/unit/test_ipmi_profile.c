/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/ipmi_profiles.h"
#include "../plugin/snmp_yaml.h"
#include "quirk.h"

/* Reads text as a profile; NULL: faults, in fake->reports. */
static struct profile *
read_text(struct fakehost *fake, const char *text, struct col_node **ret_node)
{
	struct col_profile from = {.id = "test"};
	struct profile *profile = NULL;

	*ret_node = yamltree_parse(text, "test.yaml");
	assert_non_null(*ret_node);
	from.node = *ret_node;
	return profile_read(&fake->host, &from, &profile) == 0 ? profile :
	    NULL;
}

#define HEAD "plugin: ipmi\nkind: bmc\nsummary: {en: x, zh: x}\n"
#define RULE "sensors: [{name: a, unit: W, metric: power_w}]\n"

/* Each fault: its place, what is wrong, the remedy. */
static const struct {
	const char *text, *report;
} faults[] = {
    {HEAD "sensor: []\n" RULE, "test.yaml:4:9: unknown key 'sensor' (did you"
        " mean sensors?)"},
    {"plugin: ipmi\nkind: pdu\nsummary: {en: x}\n" RULE, ":2:7: 'kind' must"
        " be bmc"},
    {HEAD, "needs 'sensors', or 'extends: ipmi'"},
    {HEAD "match: [{maker: 1}]\n" RULE, "unknown key 'maker'"},
    {HEAD "match: [{product: 1}]\n" RULE, "needs 'manufacturer'"},
    {HEAD "match: [{any: true, manufacturer: 1}]\n" RULE,
        "needs 'manufacturer'"},
    {HEAD "match: [{manufacturer: 1048576}]\n" RULE, "must be 0 to 1048575"},
    {HEAD "quirks: [authcaps]\n" RULE, ":4:10: unknown quirk 'authcaps' (did"
        " you mean authcap?)"},
    {HEAD "power: [dcmi, sum]\n" RULE, "unknown source 'sum'"},
    {HEAD "limits: {bytes: 4}\n" RULE, "must be 8 to 255"},
    {HEAD "sensors: []\n", "must be a list of 1 to"},
    {HEAD "sensors: [{unit: W, metric: power_w}]\n", "needs 'name'"},
    {HEAD "sensors: [{name: a, unit: W}]\n", "needs 'metric', or else"
        " 'ignore: true'"},
    {HEAD "sensors: [{name: a, metric: power_w}]\n", "needs 'unit'"},
    {HEAD "sensors: [{name: a, unit: Watts, metric: power_w}]\n",
        "unknown unit 'Watts'"},
    {HEAD "sensors: [{name: a, unit: unspecified, metric: load_pct}]\n",
        "needs 'as'"},
    {HEAD "sensors: [{name: a, unit: W, type: fans, metric: power_w}]\n",
        "unknown sensor type 'fans'"},
    {HEAD "sensors: [{name: a, unit: W, matches: '(', metric: power_w}]\n",
        "bad regular expression"},
    {HEAD "sensors: [{name: a, unit: W, metric: power_w, instance: '{1}'}]\n",
        "'{1}' is no name here"},
    {HEAD "sensors: [{name: a, unit: W, metric: power_w, instance: '{x'}]\n",
        "is no name here"},
    {HEAD "sensors: [{name: a, unit: C, metric: temperature_c, total: true}]\n",
        "'total' is for power_w"},
    {HEAD "sensors: [{name: a, type: fan, metric: state_fan,"
        " reading: specfic}]\n", "(did you mean specific?)"},
    {HEAD "sensors: [{name: a, type: fan, metric: state_fan,"
        " states: {15: x}}]\n", "must be 0 to 14"},
    {HEAD "sensors: [{name: a, type: fan, metric: state_fan,"
        " states: {1: {state: x, severity: bad}}}]\n",
        "unknown severity 'bad'"},
    {HEAD "sensors: [{name: a, unit: W, metric: power_w, range: [5, 1]}]\n",
        "minimum must be below"},
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct fakehost fake;
		struct col_node *node;
		fakehost_init(&fake);
		assert_null(read_text(&fake, faults[i].text, &node));
		if (strstr(fake.reports, faults[i].report) == NULL) {
			fail_msg("'%s' instead of '%s'", fake.reports,
			    faults[i].report);
		}
		yamltree_free(node);
		fakehost_done(&fake);
	}
}

static void
test_language(void **state)
{
	struct fakehost fake;
	struct col_node *node;
	struct profile *profile;

	(void)state;
	fakehost_init(&fake);
	profile = read_text(&fake, HEAD
	    "match: [{manufacturer: 674, product: [256, 257]}, {any: true}]\n"
	    "quirks: [authcap, zerowatts]\n"
	    "power: [sensor]\n"
	    "limits: {sensors: 40, bytes: 16, log: false, fru: no}\n"
	    "sensors:\n"
	    "  - {name: oem, type: [192, fan], entity: [7, 10], reading: specific,"
	    " metric: state_oem, states: {none: quiet, 0: {state: loud,"
	    " severity: critical}}}\n"
	    "  - {name: in, unit: W, matches: '^PS([0-9])', metric: power_w,"
	    " instance: 'psu {1}', total: true, scale: 0.5, range: [0, 900],"
	    " archive: true}\n"
	    "  - {name: none, matches: x, ignore: true}\n", &node);
	assert_non_null(profile);
	assert_int_equal(profile->n_matches, 2);
	assert_int_equal(profile->matches[0].products.n, 2);
	assert_int_equal(profile->quirks, QUIRK_AUTHCAP | QUIRK_ZEROWATTS);
	assert_int_equal(profile->n_powers, 1);
	assert_int_equal(profile->max_sensors, 40);
	assert_int_equal(profile->chunk, 16);
	assert_false(profile->log || profile->fru);
	assert_int_equal(profile->n_rules, 3);
	assert_int_equal(profile->rules[0].n_states, 2);
	assert_int_equal(profile->rules[0].states[0].code, 0);
	assert_int_equal(profile->rules[0].states[1].code, 1);
	assert_int_equal(profile->rules[0].states[1].severity,
	    COL_SEVERITY_CRITICAL);
	assert_true(profile->rules[1].total);
	assert_true(profile->rules[1].scale == 0.5);
	assert_int_equal(profile->rules[1].flags, COL_SLOT_ARCHIVE);
	assert_true(profile->rules[2].ignore);
	profile_unref(profile);
	yamltree_free(node);
	fakehost_done(&fake);
}

/* The shipped ones: whole, and each maker's found by its number. */
static void
test_shipped(void **state)
{
	static const struct {
		uint32_t maker;
		const char *id;
	} rows[] = {{674, "ipmi-dell"}, {11, "ipmi-hpe"},
	    {37945, "ipmi-inspur"}, {343, "ipmi-intel"},
	    {10876, "ipmi-supermicro"}, {47488, "ipmi-supermicro"},
	    {19046, "ipmi-lenovo"}, {20301, "ipmi-lenovo"},
	    {2011, "ipmi-huawei"}, {58132, "ipmi-huawei"},
	    {25506, "ipmi-h3c"}, {27500, "ipmi-sugon"}, {0, "ipmi"},
	    {49871, "ipmi"}};
	struct fakehost fake;
	struct kit_profiles kit;

	(void)state;
	fakehost_init(&fake);
	if (!kit_profiles_load(&kit, TOP_SRCDIR "/conf/profiles", &fake)) {
		fail_msg("%s", fake.reports);
	}
	assert_true(kit.set.n >= 10);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(profile_set_match(&kit.set, rows[i].maker,
		    1)->id, rows[i].id);
	}
	assert_non_null(profile_set_find(&kit.set, "ipmi"));
	assert_null(profile_set_find(&kit.set, "nothing"));
	kit_profiles_free(&kit);
	fakehost_done(&fake);
}

static void
test_match_order(void **state)
{
	struct profile_match maker = {.manufacturer = 5}, any = {.any = true};
	struct profile_match product = {.manufacturer = 5,
	    .products = {1, {9}}};
	char ids[][2] = {"a", "b", "c", "d"};
	struct profile a = {.id = ids[0], .n_matches = 1, .matches = &any};
	struct profile b = {.id = ids[1], .n_matches = 1, .matches = &maker};
	struct profile c = {.id = ids[2], .n_matches = 1, .matches = &product};
	struct profile d = {.id = ids[3], .n_matches = 1, .matches = &maker,
	    .is_overlay = true};
	struct profile *all[] = {&a, &b, &c, &d};
	struct profile_set set = {all, 3};

	(void)state;
	assert_ptr_equal(profile_set_match(&set, 5, 9), &c);
	assert_ptr_equal(profile_set_match(&set, 5, 8), &b);
	assert_ptr_equal(profile_set_match(&set, 6, 9), &a);
	set.n = 4;
	assert_ptr_equal(profile_set_match(&set, 5, 8), &d);
	set = (struct profile_set){&all[2], 1};
	assert_null(profile_set_match(&set, 6, 9));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_language),
	    cmocka_unit_test(test_shipped),
	    cmocka_unit_test(test_match_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
