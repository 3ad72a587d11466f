/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_host.h"
#include "../plugin/snmp_yaml.h"
#include "capture.h"
#include "convert.h"
#include "credential.h"
#include "profile.h"
#include "profile_match.h"

#define HEAD "kind: pdu\nsummary: {en: x}\n"

/* Parses text as profile "p"; returns the code, reports are in fake. */
static int
parse(struct fakehost *fake, const char *text, struct profile **ret_profile)
{
	struct col_node *node = yamltree_parse(text, "p.yaml");
	struct col_profile from = {"p", node};
	int rc;

	assert_non_null(node);
	fakehost_init(fake);
	rc = profile_parse(&fake->host, &from, ret_profile);
	yamltree_free(node);
	return rc;
}

static void
test_faults_have_places(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {HEAD "tabels: []\n",
	        "p.yaml:3:9: unknown key 'tabels' (did you mean tables?)"},
	    {HEAD, "needs 'scalars' or 'tables'"},
	    {"kind: pud\nsummary: {en: x}\nscalars: [{metric: power_w, oid: 1.3.0}]",
	        "p.yaml:1:7: unknown kind 'pud' (did you mean pdu?)"},
	    {HEAD "scalars: [{metric: power_w, oid: 1.3.x}]",
	        "p.yaml:3:34: '1.3.x' is no OID"},
	    {HEAD "scalars: [{metric: power_w, oid: b.1.0}]",
	        "p.yaml:3:34: 'b' is not a name under oids: or bases:"},
	    {HEAD "scalars: [{metric: power, oid: 1.3.0}]",
	        "p.yaml:3:20: the metric 'power' has no unit in its name"},
	    {HEAD "scalars: [{metric: power_w, oid: 1.3.0, unit: Watt}]",
	        "p.yaml:3:47: unknown unit 'Watt'"},
	    {HEAD "scalars: [{metric: power_w, oid: 1.3.0, scale: ten}]",
	        "p.yaml:3:48: must be a number"},
	    {HEAD "scalars: [{metric: power_w, oid: 1.3.0, scale: 0}]",
	        "p.yaml:3:48: a factor must be above 0"},
	    {HEAD "scalars: [{metric: power_w, oid: 1.3.0, extract: '[0-9]+'}]",
	        "p.yaml:3:50: needs a group in parentheses"},
	    {HEAD "scalars: [{metric: power_w, oid: 1.3.0, extract: '(['}]",
	        "p.yaml:3:50: bad regular expression"},
	    {HEAD "tables: [{index: [a], metrics: [{metric: power_w,"
	        " column: 1.3.1, instance: 'x {b}'}]}]",
	        "p.yaml:3:76: '{b}' is no index part and no label"},
	    {HEAD "tables: [{index: [a], metrics: [{metric: power_w,"
	        " column: 1.3.1, rows: [{part: b, is: 1}]}]}]",
	        "p.yaml:3:80: is not a name from index:"},
	    {HEAD "tables: [{index: [a], metrics: [{metric: power_w,"
	        " column: 1.3.1, rows: [{part: a}]}]}]",
	        "needs one of 'is', 'not', 'matches', 'unlike', 'above'"},
	    {HEAD "tables: [{index: [a], metrics: [{metric: power_w,"
	        " column: 1.3.1, rows: [{part: a, any: []}]}]}]",
	        "p.yaml:3:88: 'any' stands alone"},
	    {HEAD "tables: [{index: [a], metrics: [{metric: power_w,"
	        " column: 1.3.1, available: {any: [{part: a, is: 1}]}}]}]",
	        "p.yaml:3:77: takes one condition"},
	    {HEAD "tables: [{metrics: [{metric: power_w, column: 1.3.1}]}]",
	        "p.yaml:3:10: a table needs 'index' and 'metrics'"},
	    {HEAD "match: [{}]\nscalars: [{metric: power_w, oid: 1.3.0}]",
	        "needs 'sysobjectid', 'sysdescr' or 'probe'"},
	    {HEAD "bases: {a: [1.3.1, 1.3.2], b: [1.3.1]}\n"
	        "scalars: [{metric: power_w, oid: 1.3.0}]",
	        "p.yaml:3:31: has 1 OIDs where the first base has 2"},
	    {HEAD "oids: {a: b.1, b: a.1}\n"
	        "scalars: [{metric: power_w, oid: 1.3.0}]",
	        "stands for itself"},
	    {HEAD "match: [{sysobjectid: 1.3, when: {info_model: x}}]\n"
	        "scalars: [{metric: power_w, oid: 1.3.0}]",
	        "p.yaml:3:47: 'info_model' is not under info:"},
	    {HEAD "match: [{sysobjectid: 1.3, when: x}]\n"
	        "scalars: [{metric: power_w, oid: 1.3.0}]",
	        "p.yaml:3:34: must be a map such as {info_model: REGEX}"},
	    {HEAD "match: [{sysobjectid: 1.3, absent: [1.3, x]}]\n"
	        "scalars: [{metric: power_w, oid: 1.3.0}]",
	        "p.yaml:3:42: 'x' is not a name under oids:"},
	    {HEAD "info: {model: 1.3.0}\nscalars: [{metric: power_w, oid: 1.3.0}]",
	        "'model' must be named info_"},
	};
	struct profile *profile = NULL;
	struct fakehost fake;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse(&fake, cases[i].text, &profile),
		    COL_ECONFIG);
		if (strstr(fake.reports, cases[i].want) == NULL) {
			fail_msg("wanted: %s\ngot: %s", cases[i].want,
			    fake.reports);
		}
		fakehost_done(&fake);
	}
	assert_null(profile);
}

static void
test_all_faults_are_told(void **state)
{
	struct profile *profile = NULL;
	struct fakehost fake;

	(void)state;
	assert_int_equal(parse(&fake, HEAD "scalars:\n"
	    "  - {metric: power_w, oid: 1.3.x}\n"
	    "  - {metric: power_w, oid: 1.3.0, scael: 1}\n"
	    "  - {metric: power_w, oid: 1.3.0, archive: maybe}\n", &profile),
	    COL_ECONFIG);
	assert_int_equal(fake.n_reports, 3);
	fakehost_done(&fake);
}

static void
test_columns_are_wanted_once(void **state)
{
	struct profile *profile = NULL;
	struct fakehost fake;

	(void)state;
	assert_int_equal(parse(&fake, HEAD "oids: {b: 1.3.6.1.4.1.9}\ntables:\n"
	    "  - index: [a, {text: t}]\n"
	    "    labels: {n: {column: b.7, at: [a]}}\n"
	    "    metrics:\n"
	    "      - {metric: power_w, column: [b.1, b.2], instance: '{n} {t}'}\n"
	    "      - {metric: current_a, column: b.1, scale: {digits: b.2}}\n",
	    &profile), 0);
	assert_int_equal(fake.n_reports, 0);
	assert_int_equal(profile->n_columns, 3);
	assert_int_equal(profile->tables[0].parts[1], PROFILE_TEXT);
	assert_int_equal(profile->tables[0].n_labels, 3);
	assert_int_equal(profile->tables[0].metrics[0].n_values, 2);
	profile_unref(profile);
	fakehost_done(&fake);
}

static size_t
candidates(const struct profile_set *set, const struct objid *id,
    const char *sysdescr, struct match_candidate *found)
{
	struct match_device device = {objid_ref(id), sysdescr, NULL, false};

	return match_candidates(set, &device, found, 4);
}

static void
test_the_closest_rule_wins(void **state)
{
	static const char *const texts[] = {
	    HEAD "match: [{probe: 1.3.9}]\nscalars: [{metric: power_w, oid: 1.3.0}]",
	    HEAD "match: [{sysobjectid: 1.3.6.1.4.1.9}]\n"
	    "scalars: [{metric: power_w, oid: 1.3.0}]",
	    HEAD "match: [{sysobjectid: 1.3.6.1.4.1.9.4, sysdescr: 'PX[34]'}]\n"
	    "scalars: [{metric: power_w, oid: 1.3.0}]",
	};
	struct profile *profiles[3];
	struct profile_set set = {profiles, 3};
	struct match_candidate found[8];
	struct fakehost fake[3];
	struct objid id;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(parse(&fake[i], texts[i], &profiles[i]), 0);
	}
	assert_int_equal(objid_parse("1.3.6.1.4.1.9.4.1", &id), 0);
	assert_int_equal(candidates(&set, &id, "a PX3", found), 1);
	assert_ptr_equal(found[0].profile, profiles[2]);
	assert_int_equal(candidates(&set, &id, "a PX2", found), 1);
	assert_ptr_equal(found[0].profile, profiles[1]);
	assert_int_equal(objid_parse("1.3.6.1.4.1.90", &id), 0);
	assert_int_equal(candidates(&set, &id, "PX3", found), 1);
	for (size_t i = 0; i < 3; i++) {
		profile_unref(profiles[i]);
		fakehost_done(&fake[i]);
	}
}

/* Two profiles for the same devices: the host's order decides, then the name. */
static void
test_preference_decides_ties(void **state)
{
	static const char text[] = HEAD "match: [{sysobjectid: 1.3.6.1.4.1.9}]\n"
	    "scalars: [{metric: power_w, oid: 1.3.0}]";
	struct profile *profiles[2];
	struct profile_set set = {profiles, 2};
	struct match_candidate found[4];
	struct fakehost fake[2];
	struct objid id;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(parse(&fake[i], text, &profiles[i]), 0);
	}
	assert_int_equal(objid_parse("1.3.6.1.4.1.9.4.1", &id), 0);
	profiles[0]->preference = 1;
	assert_int_equal(candidates(&set, &id, "x", found), 1);
	assert_ptr_equal(found[0].profile, profiles[1]);
	profiles[1]->preference = 2;
	assert_int_equal(candidates(&set, &id, "x", found), 1);
	assert_ptr_equal(found[0].profile, profiles[0]);
	for (size_t i = 0; i < 2; i++) {
		profile_unref(profiles[i]);
		fakehost_done(&fake[i]);
	}
}

/* However special it is: it is for those that nobody else knows. */
static void
test_a_fallback_comes_last(void **state)
{
	static const char *const texts[] = {
	    HEAD "match: [{sysobjectid: 1.3.6.1.4.1.9, sysdescr: x,"
	    " fallback: true}]\nscalars: [{metric: power_w, oid: 1.3.0}]",
	    HEAD "match: [{probe: 1.3.9}]\n"
	    "scalars: [{metric: power_w, oid: 1.3.0}]",
	};
	struct profile *profiles[2];
	struct profile_set set = {profiles, 2};
	struct match_candidate found[4];
	struct fakehost fake[2];
	struct objid id;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(parse(&fake[i], texts[i], &profiles[i]), 0);
	}
	assert_int_equal(objid_parse("1.3.6.1.4.1.9.4.1", &id), 0);
	assert_int_equal(candidates(&set, &id, "x", found), 2);
	assert_ptr_equal(found[0].profile, profiles[1]);
	assert_ptr_equal(found[1].profile, profiles[0]);
	for (size_t i = 0; i < 2; i++) {
		profile_unref(profiles[i]);
		fakehost_done(&fake[i]);
	}
}

/* What an agent showed, for conditions that ask. */
static bool
rule_holds(struct profile *profile, const char *showed)
{
	struct match_candidate candidate = {profile, &profile->rules[0]};
	struct col_error error;
	struct capture capture;
	bool holds;

	assert_int_equal(capture_parse(showed, strlen(showed), &capture,
	    &error), 0);
	holds = match_holds(&candidate, capture.snapshot);
	snapshot_free(capture.snapshot);
	return holds;
}

static void
test_rules_ask(void **state)
{
	struct profile *profile = NULL;
	struct match_candidate found[4];
	struct match_wants wants = {.n_gets = 0};
	struct profile_set set = {&profile, 1};
	struct fakehost fake;
	struct objid id;

	(void)state;
	assert_int_equal(parse(&fake, HEAD "match:\n"
	    "  - {sysobjectid: 1.3.9, not_sysdescr: old, probe: [1.3.5, 1.3.6],"
	    " absent: 1.3.7, when: {info_model: '^UPS2'}}\n"
	    "  - {sysobjectid: 1.3.9}\n  - {sysobjectid: 1.3.9, probe: 1.3.8}\n"
	    "info: {info_model: [{scalar: 1.3.1.0}, {column: 1.3.2}]}\n"
	    "scalars: [{metric: power_w, oid: 1.3.0}]", &profile), 0);
	assert_int_equal(objid_parse("1.3.9.4", &id), 0);
	assert_int_equal(candidates(&set, &id, "new", found), 3);
	assert_ptr_equal(found[0].rule, &profile->rules[0]);
	assert_ptr_equal(found[1].rule, &profile->rules[2]);
	assert_int_equal(candidates(&set, &id, "old", found), 2);
	match_want(found, 2, &wants);
	assert_int_equal(wants.n_columns, 1);
	found[0].rule = &profile->rules[0];
	match_want(found, 1, &wants);
	assert_int_equal(wants.n_columns, 5);
	assert_int_equal(wants.n_gets, 1);
	assert_true(rule_holds(profile,
	    "1.3.1.0|4|UPS2000\n1.3.5.1|2|0\n1.3.6.1|2|0\n"));
	assert_true(rule_holds(profile, "1.3.2.4|4|\n1.3.2.7|4|UPS2000\n"
	    "1.3.5.1|2|0\n1.3.6.1|2|0\n"));
	assert_false(rule_holds(profile,
	    "1.3.1.0|4|UPS5000\n1.3.5.1|2|0\n1.3.6.1|2|0\n"));
	assert_false(rule_holds(profile,
	    "1.3.1.0|4|UPS2000\n1.3.5.1|2|0\n1.3.60.1|2|0\n"));
	assert_false(rule_holds(profile, "1.3.1.0|4|UPS2000\n1.3.5.1|2|0\n"
	    "1.3.6.1|2|0\n1.3.7.1|2|0\n"));
	assert_false(rule_holds(profile, "1.3.5.1|2|0\n1.3.6.1|2|0\n"));
	profile_unref(profile);
	fakehost_done(&fake);
}

static void
same_by_text(const struct profile_metric *metric, const struct varbind *vb)
{
	struct profile_metric by_text = *metric;
	struct col_value a, b;

	by_text.numbers = NULL;
	convert_value(metric, convert_factor(0.1), vb, &a);
	convert_value(&by_text, convert_factor(0.1), vb, &b);
	assert_int_equal(a.quality, b.quality);
	assert_true(a.quality != COL_GOOD || a.number == b.number);
}

/* Integers take a short cut round the texts of a profile: to the same end. */
static void
test_numbers_as_by_text(void **state)
{
	struct fakehost fake;
	struct profile *profile;

	(void)state;
	assert_int_equal(parse(&fake, HEAD "scalars:\n"
	    "  - {metric: power_w, oid: 1.3.1.0, sentinels: [-1, N/A, 65535.0, 7]}\n"
	    "  - {metric: state_x, oid: 1.3.2.0, map: {1: 0, 2: 5, x: 3, -4: 9}}\n"
	    "  - {metric: state_y, oid: 1.3.3.0, sentinels: [2], map: {1: 4, 2: 8}}\n"
	    "  - {metric: voltage_v, oid: 1.3.4.0}\n"
	    "  - {metric: octets_in, oid: 1.3.5.0, sentinels: [3]}\n",
	    &profile), 0);
	for (size_t i = 0; i < profile->n_scalars; i++) {
		assert_non_null(profile->scalars[i].numbers);
		for (int64_t n = -5; n < 70000; n += n < 10 ? 1 : 65525 - n > 0 ?
		    65525 - n : 1) {
			struct varbind vb = {.type = VARBIND_INTEGER,
			    .integer = n};
			same_by_text(&profile->scalars[i], &vb);
			vb = (struct varbind){.type = VARBIND_UNSIGNED,
			    .counter = (uint64_t)n & 0xffffffff};
			same_by_text(&profile->scalars[i], &vb);
			vb.type = VARBIND_COUNTER64;
			same_by_text(&profile->scalars[i], &vb);
		}
	}
	profile_unref(profile);
	fakehost_done(&fake);
}

static void
test_bases(void **state)
{
	static const char text[] = HEAD
	    "bases: {root: [1.3.6.1.4.1.9, 1.3.6.1.4.1.10]}\n"
	    "oids: {power: root.7, shelf: power.1}\n"
	    "match: [{sysobjectid: root}]\n"
	    "scalars: [{metric: power_w, oid: shelf.4.0}]";
	struct col_node *node = yamltree_parse(text, "p.yaml");
	struct col_profile from = {"p", node};
	struct profile *profiles[2];
	struct profile_set set = {profiles, 2};
	struct match_candidate found[4];
	char oid[OBJID_TEXT_SIZE];
	struct fakehost fake;
	struct objid id;

	(void)state;
	fakehost_init(&fake);
	assert_int_equal(profile_variants(&from), 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(profile_parse_variant(&fake.host, &from, i,
		    &profiles[i]), 0);
	}
	assert_string_equal(objid_format(profiles[0]->scalars[0].values[0],
	    oid, sizeof(oid)), "1.3.6.1.4.1.9.7.1.4.0");
	assert_string_equal(objid_format(profiles[1]->scalars[0].values[0],
	    oid, sizeof(oid)), "1.3.6.1.4.1.10.7.1.4.0");
	assert_true(profile_set_varies(&set, "p"));
	assert_int_equal(objid_parse("1.3.6.1.4.1.10.2", &id), 0);
	assert_int_equal(candidates(&set, &id, "", found), 1);
	assert_ptr_equal(found[0].profile, profiles[1]);
	profile_unref(profiles[0]);
	profile_unref(profiles[1]);
	yamltree_free(node);
	fakehost_done(&fake);
}

static void
test_credentials(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"{version: 2c, community: public}",
	        "c.yaml:1:26: a community must not be written here"},
	    {"{version: 2c}", "need 'community'"},
	    {"{version: 2, community: {file: x}}", "version must be 1, 2c or 3"},
	    {"{community: {file: x}}", "'version' is missing"},
	    {"{version: 3, user: u, auth: {sha25: {file: x}}}",
	        "c.yaml:1:37: unknown protocol 'sha25' (did you mean sha256?)"},
	    {"{version: 3, user: u, auth: {sha256: secret}}",
	        "a passphrase must not be written here"},
	    {"{version: 3, user: u, priv: {aes128: {file: x}}}",
	        "'priv' needs 'auth' as well"},
	    {"{version: 3, auth: {sha: {file: x}}}", "version 3 needs 'user'"},
	    {"{version: 2c, community: {file: x}, user: u}",
	        "'user' belongs to version 3"},
	    {"{version: 2c, community: {file: x}, timeout: 5}",
	        "must be a duration"},
	};
	struct fakehost fake;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct col_node *node = yamltree_parse(cases[i].text,
		    "c.yaml");
		fakehost_init(&fake);
		assert_int_equal(credential_check(&fake.host, node),
		    COL_ECONFIG);
		if (strstr(fake.reports, cases[i].want) == NULL) {
			fail_msg("wanted: %s\ngot: %s", cases[i].want,
			    fake.reports);
		}
		yamltree_free(node);
		fakehost_done(&fake);
	}
}

static void
test_credential_keys(void **state)
{
	struct col_node *node = yamltree_parse("{version: 3, user: u, auth:"
	    " {md5: {credential: maplesyrup}}, priv: {des: {credential:"
	    " short}}}", "c.yaml");
	/* Source: RFC 3414 A.3.1. */
	static const uint8_t want[] = {0x9f, 0xaf, 0x32, 0x83, 0x88, 0x4e, 0x92,
	    0x83, 0x4e, 0xbc, 0x98, 0x47, 0xd8, 0xed, 0xd9, 0x63};
	struct col_error error = {.code = 0};
	struct credential credential;
	struct col_credential from = {.id = "c", .node = node};
	struct fakehost fake;

	(void)state;
	fakehost_init(&fake);
	assert_int_equal(credential_load(&fake.host, &from, &credential,
	    &error), COL_EINVAL);
	assert_non_null(strstr(error.text, "8 characters or more"));
	yamltree_free(node);
	node = yamltree_parse("{version: 3, user: u, auth: {md5: {credential:"
	    " maplesyrup}}}", "c.yaml");
	from.node = node;
	assert_int_equal(credential_load(&fake.host, &from, &credential,
	    &error), 0);
	assert_int_equal(credential.auth_key_len, sizeof(want));
	assert_memory_equal(credential.auth_key, want, sizeof(want));
	credential_done(&credential);
	yamltree_free(node);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_faults_have_places),
	    cmocka_unit_test(test_all_faults_are_told),
	    cmocka_unit_test(test_columns_are_wanted_once),
	    cmocka_unit_test(test_the_closest_rule_wins),
		cmocka_unit_test(test_preference_decides_ties),
		cmocka_unit_test(test_a_fallback_comes_last),
	    cmocka_unit_test(test_rules_ask),
	    cmocka_unit_test(test_numbers_as_by_text),
	    cmocka_unit_test(test_bases),
	    cmocka_unit_test(test_credentials),
	    cmocka_unit_test(test_credential_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
