/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a plugin is told of a device: whole, in order, and the same or not. */
#include <config.h>

#include "poll/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <collectord/err.h>

#include "fixture.h"
#include "model/ids.h"

#define HEAD "areas: [{id: a}]\nsites: [{id: s, area: a}]\nhalls: [{id: h, site: s}]\n"
#define BASE HEAD \
	"credentials: {c1: {fake: {level: 1}}, c2: {other: {x: 1}}, c3: {fake: {level: 3}}}\n" \
	"poll: {interval: 30s}\n" \
	"racks:\n" \
	"  - {id: r, hall: h, devices: {pdu-a: {feed: A, plugin: fake, address: 192.0.2.1,\n" \
	"      credential: [c3, c1], port: 162, deep: {x: [1, two]}}}}\n"

static const struct col_option OPTIONS[] = {
	{ "port", COL_OPT_INTEGER, .fallback = "161", .min = 1, .max = 65535, .help = "Port." },
	{ "deep", COL_OPT_NODE, .help = "Anything." },
	{ "pace", COL_OPT_DURATION, .fallback = "5s", .help = "Pace." },
	{ .name = NULL },
};
static const struct col_plugin FAKE = { .size = sizeof(FAKE), .name = "fake",
	.device_options = OPTIONS };

struct fixture { struct ids *ids; struct describer *describer; const struct config *config; };

static int
set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .ids = ids_new(), .describer = describer_new() };
	*state = &f;
	return f.describer == NULL;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	describer_free(f->describer);
	ids_free(f->ids);
	return 0;
}

static struct description *
describe(struct fixture *f, const char *yaml)
{
	const struct config *config = fixture_config(yaml, f->ids, 1);
	struct description *description = NULL;
	struct col_error error = { 0 };
	const struct device *device = inventory_device(config->inventory, "r-pdu-a");

	assert_non_null(device);
	if (describe_device(f->describer, config, device, &FAKE, &description, &error) != 0) {
		fail_msg("%s", error.text);
	}
	config_unref(config);       /* it owns all that it needs */
	return description;
}

static void
all_is_told_in_order(void **state)
{
	struct fixture *f = *state;
	struct description *d = describe(f, BASE);
	const struct col_option_value *options = d->col.options;

	assert_string_equal(d->col.id, "r-pdu-a");
	assert_string_equal(d->col.address, "192.0.2.1");
	assert_string_equal(d->col.kind, "pdu");
	assert_string_equal(d->col.profile, "auto");
	assert_int_equal(d->col.interval_ns, 30 * NS_PER_S);
	/* in the order of the device */
	assert_int_equal(d->col.n_credentials, 2);
	assert_string_equal(d->col.credentials[0].id, "c3");
	assert_string_equal(col_node_get(d->col.credentials[0].node, "level")->text, "3");
	assert_string_equal(d->col.credentials[1].id, "c1");
	assert_true(options[0].given);
	assert_int_equal(options[0].integer, 162);
	assert_string_equal(col_node_get(options[1].node, "x")->items[1]->text, "two");
	assert_false(options[2].given);
	assert_int_equal(options[2].integer, 5 * NS_PER_S);
	describe_free(f->describer, d);
	describe_free(f->describer, NULL);
}

/* Replaces the first from in BASE. */
static const char *
edit(const char *from, const char *to)
{
	static char text[2048];
	const char *at = strstr(BASE, from);

	assert_non_null(at);
	(void)snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - BASE), BASE, to,
	    at + strlen(from));
	return text;
}

static void
what_changes_is_seen(void **state)
{
	static const struct { const char *from, *to; bool same; } CASES[] = {
		{ "racks:", "# a comment\n\nracks:", true },
		{ "halls: [{id: h, site: s}]", "halls: [{id: h, site: s, design_kw: 9}]", true },
		{ "c2: {other: {x: 1}}", "c2: {other: {x: 2}}", true },
		{ "192.0.2.1", "192.0.2.2", false }, { "port: 162", "port: 163", false },
		{ "[1, two]", "[1, three]", false }, { "{level: 3}", "{level: 4}", false },
		{ "[c3, c1]", "[c1, c3]", false }, { "interval: 30s", "interval: 60s", false },
		{ "feed: A,", "feed: A, kind: ups,", false },
	};
	struct fixture *f = *state;
	struct description *base = describe(f, BASE);

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct description *d = describe(f, edit(CASES[i].from, CASES[i].to));
		if ((d->hash == base->hash) != CASES[i].same) {
			fail_msg("%s: %s", CASES[i].to, CASES[i].same ? "differs" : "is the same");
		}
		describe_free(f->describer, d);
	}
	describe_free(f->describer, base);
}

static void
a_bad_option_is_named(void **state)
{
	struct fixture *f = *state;
	const struct config *config = fixture_config(edit("port: 162", "port: 99999"), f->ids, 1);
	struct description *description = NULL;
	struct col_error error = { 0 };

	assert_int_equal(describe_device(f->describer, config,
	    inventory_device(config->inventory, "r-pdu-a"), &FAKE, &description, &error),
	    COL_ECONFIG);
	assert_null(description);
	assert_non_null(strstr(error.text, "port"));
	config_unref(config);
}

static void
credentials_and_profiles_of_one_plugin(void **state)
{
	struct fixture *f = *state;
	const struct config *config = fixture_config(BASE, f->ids, 1);
	struct col_credential *credentials;
	struct profile profiles[] = { { .id = "p1", .plugin = "fake", .hash = 1 },
		{ .id = "p2", .plugin = "other", .hash = 2 },
		{ .id = "p3", .plugin = "fake", .hash = 3 } };
	struct config with = *config;
	struct describe_profiles *before, *after;
	size_t n;

	credentials = describe_credentials(config, "fake", &n);
	assert_int_equal(n, 2);
	assert_string_equal(credentials[0].id, "c1");
	free(credentials);
	with.profiles = profiles;
	with.n_profiles = 3;
	before = describe_profiles(&with, "fake");
	assert_int_equal(before->n_items, 2);
	assert_string_equal(before->items[1].id, "p3");
	profiles[1].hash = 9;       /* another plugin's */
	after = describe_profiles(&with, "fake");
	assert_true(after->hash == before->hash);
	free(after);
	profiles[2].hash = 9;
	after = describe_profiles(&with, "fake");
	assert_true(after->hash != before->hash);
	free(after);
	free(before);
	config_unref(config);
}

/* What all else leaves open is decided by this order, never by that of files. */
static void
own_profiles_come_first(void **state)
{
	static const struct col_node WORD = { .kind = COL_NODE_SCALAR,
		.key = "extends", .text = "base" };
	static const struct col_node *const ITEMS[] = { &WORD };
	static const struct col_node PLAIN = { .kind = COL_NODE_MAP },
		OVERLAY = { .kind = COL_NODE_MAP, .items = ITEMS, .n_items = 1 };
	struct profile profiles[] = {
		{ .id = "a-shipped", .plugin = "fake", .node = &PLAIN },
		{ .id = "b-shipped", .plugin = "fake", .node = &OVERLAY },
		{ .id = "z-own", .plugin = "fake", .node = &PLAIN, .own = true },
		{ .id = "c-own", .plugin = "fake", .node = &PLAIN, .own = true } };
	static const char *const expected[] = { "c-own", "z-own", "b-shipped", "a-shipped" };
	struct config with = { .profiles = profiles, .n_profiles = 4 };
	struct describe_profiles *described = describe_profiles(&with, "fake");

	(void)state;
	assert_int_equal(described->n_items, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(described->items[i].id, expected[i]);
	}
	free(described);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_is_told_in_order),
		TEST(what_changes_is_seen),
		TEST(a_bad_option_is_named),
		TEST(credentials_and_profiles_of_one_plugin),
		TEST(own_profiles_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
