/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles laid over each other: what stays, what is replaced, what is told. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "config_fake.h"

#define BASE "plugin: snmp\nkind: ups\nsummary: {en: base}\n" \
	"oids: {a: 1.3.1, b: 1.3.2}\nmatch: [{probe: a}]\n" \
	"scalars:\n" \
	"  - {metric: load_pct, oid: a.1}\n" \
	"  - {metric: voltage_v, oid: a.2, instance: battery, scale: 0.1}\n" \
	"  - {metric: voltage_v, oid: a.3, instance: bypass}\n" \
	"tables:\n" \
	"  - {name: input, index: [line], metrics: [{metric: current_a, column: a.4}]}\n" \
	"  - name: output\n    index: [line]\n    labels: {x: a.5, y: a.6}\n" \
	"    metrics:\n" \
	"      - {metric: power_w, column: a.7, instance: 'L{line}', sentinels: [-1, 0]}\n" \
	"      - {metric: current_a, column: a.8, instance: 'L{line}'}\n"

struct bench {
	const char *folder;
	struct config_fake fake;
};

/* base.yaml and over.yaml in profile_dir; loads. */
static void
load(struct bench *bench, const char *over, const char *third)
{
	char path[512];

	bench->folder = config_fake_folder();
	(void)snprintf(path, sizeof(path), "%s/p", bench->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	config_fake_write(bench->folder, "p/base.yaml", BASE);
	config_fake_write(bench->folder, "p/over.yaml", over);
	if (third != NULL) {
		config_fake_write(bench->folder, "p/third.yaml", third);
	}
	config_fake_write(bench->folder, "c.yaml", "profile_dir: p\n");
	(void)snprintf(path, sizeof(path), "%s/c.yaml", bench->folder);
	config_fake_file(&bench->fake, path);
}

static void
done(struct bench *bench)
{
	config_fake_done(&bench->fake);
	config_fake_remove(bench->folder);
}

static void
spell(const struct col_node *node, char *to, size_t size)
{
	size_t len = strlen(to);

	if (node->key != NULL) {
		(void)snprintf(to + len, size - len, "%s:", node->key);
	}
	len = strlen(to);
	if (node->kind == COL_NODE_SCALAR) {
		(void)snprintf(to + len, size - len, "%s ", node->text);
		return;
	}
	(void)snprintf(to + len, size - len, "(");
	for (size_t i = 0; i < node->n_items; i++) {
		spell(node->items[i], to, size);
	}
	len = strlen(to);
	(void)snprintf(to + len, size - len, ")");
}

/* One member of the profile, spelled out. */
static void
assert_member(const struct bench *bench, const char *id, const char *key,
    const char *want)
{
	char text[2048] = "";

	assert_non_null(bench->fake.config);
	spell(col_node_get(config_profile(bench->fake.config, id)->node, key), text,
	    sizeof(text));
	assert_string_equal(text, want);
}

static void
test_members(void **state)
{
	struct bench bench;

	(void)state;
	load(&bench, "plugin: snmp\nextends: base\nsummary: {en: over}\n"
	    "oids: {b: 1.3.9, c: 1.3.3}\nmatch: [{sysobjectid: c}]\n", NULL);
	assert_member(&bench, "over", "kind", "kind:ups ");
	assert_member(&bench, "over", "oids", "oids:(a:1.3.1 b:1.3.9 c:1.3.3 )");
	assert_member(&bench, "over", "match", "match:((sysobjectid:c ))");
	assert_member(&bench, "base", "match", "match:((probe:a ))");
	assert_string_equal(config_profile(bench.fake.config, "over")->summary.en,
	    "over");
	assert_true(config_profile(bench.fake.config, "over")->hash !=
	    config_profile(bench.fake.config, "base")->hash);
	done(&bench);
	load(&bench, "plugin: snmp\nextends: base\n", NULL);
	assert_null(col_node_get(config_profile(bench.fake.config, "over")->node,
	    "match"));
	assert_string_equal(config_profile(bench.fake.config, "over")->summary.en,
	    "base");
	done(&bench);
}

static void
test_scalars(void **state)
{
	struct bench bench;

	(void)state;
	load(&bench, "plugin: snmp\nextends: base\nscalars:\n"
	    "  - {metric: load_pct, remove: true}\n"
	    "  - {metric: voltage_v, instance: battery, scale: 1}\n"
	    "  - {metric: power_w, oid: b.1}\n", NULL);
	assert_member(&bench, "over", "scalars", "scalars:("
	    "(metric:power_w oid:b.1 )"
	    "(metric:voltage_v oid:a.2 instance:battery scale:1 )"
	    "(metric:voltage_v oid:a.3 instance:bypass ))");
	done(&bench);
	/* without an instance all of that name are meant */
	load(&bench, "plugin: snmp\nextends: base\n"
	    "scalars: [{metric: voltage_v, scale: 2}]\n", NULL);
	assert_member(&bench, "over", "scalars", "scalars:("
	    "(metric:load_pct oid:a.1 )"
	    "(metric:voltage_v oid:a.2 instance:battery scale:2 )"
	    "(metric:voltage_v oid:a.3 instance:bypass scale:2 ))");
	done(&bench);
}

static void
test_tables(void **state)
{
	struct bench bench;

	(void)state;
	load(&bench, "plugin: snmp\nextends: base\ntables:\n"
	    "  - {name: input, remove: true}\n"
	    "  - name: output\n    index: [line, zero]\n    labels: {y: b.6}\n"
	    "    metrics:\n"
	    "      - {metric: power_w, unit: kW, sentinels: [-1]}\n"
	    "      - {metric: load_pct, column: b.9}\n", NULL);
	assert_member(&bench, "over", "tables", "tables:((name:output "
	    "index:(line zero )labels:(x:a.5 y:b.6 )metrics:("
	    "(metric:load_pct column:b.9 )"
	    "(metric:power_w column:a.7 instance:L{line} sentinels:(-1 )unit:kW )"
	    "(metric:current_a column:a.8 instance:L{line} ))))");
	done(&bench);
}

static void
test_chain(void **state)
{
	struct bench bench;

	(void)state;
	load(&bench, "plugin: snmp\nextends: third\nscalars:\n"
	    "  - {metric: load_pct, oid: c.9}\n",
	    "plugin: snmp\nextends: base\nkind: pdu\nscalars:\n"
	    "  - {metric: load_pct, oid: b.9, scale: 3}\n"
	    "  - {metric: voltage_v, remove: true}\n");
	assert_member(&bench, "over", "kind", "kind:pdu ");
	assert_member(&bench, "over", "scalars",
	    "scalars:((metric:load_pct oid:c.9 scale:3 ))");
	done(&bench);
}

static void
test_faults(void **state)
{
	static const struct {
		const char *over, *want;
	} cases[] = {
		{ "plugin: snmp\nextends: bass\n",
		    "p/over.yaml:2:1: unknown profile 'bass' (did you mean 'base'?)" },
		{ "plugin: jsonl\nextends: base\n", "p/over.yaml:2:1: profile 'base' "
		    "is for the plugin snmp, not jsonl" },
		{ "plugin: snmp\nextends: over\n", "p/over.yaml:2:1: unknown profile" },
		{ "plugin: snmp\nextends: third\n", "in a circle" },
		{ "plugin: snmp\nextends: base\nscalars:\n"
		    "  - {metric: power_w, remove: true}\n",
		    "p/over.yaml:4:5: there is no 'power_w' to remove" },
		{ "plugin: snmp\nextends: base\nscalars:\n"
		    "  - {metric: voltage_v, instance: input, remove: true}\n",
		    "p/over.yaml:4:5: there is no 'voltage_v' to remove" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench;

		load(&bench, cases[i].over, "plugin: snmp\nextends: over\n");
		assert_null(bench.fake.config);
		if (strstr(bench.fake.text.data, cases[i].want) == NULL) {
			fail_msg("wanted: %s\ngot: %s", cases[i].want,
			    bench.fake.text.data);
		}
		done(&bench);
	}
}

/* A file of the site may change the shipped profile of its own name. */
static void
test_own_name(void **state)
{
	const char *folder = config_fake_folder();
	struct bench bench = { .folder = folder };
	char path[512];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/p", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/own", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	config_fake_write(folder, "p/base.yaml", BASE);
	config_fake_write(folder, "own/base.yaml", "plugin: snmp\nextends: base\n"
	    "scalars: [{metric: voltage_v, remove: true}]\n");
	config_fake_write(folder, "c.yaml",
	    "profile_dir: p\nprofiles: [own/*.yaml]\n");
	(void)snprintf(path, sizeof(path), "%s/c.yaml", folder);
	config_fake_file(&bench.fake, path);
	assert_member(&bench, "base", "scalars",
	    "scalars:((metric:load_pct oid:a.1 ))");
	done(&bench);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_own_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
