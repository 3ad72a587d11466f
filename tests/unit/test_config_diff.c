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

#include "base/str.h"
#include "config_fake.h"

static const char base[] =
"credentials: {c: {snmp: {version: 2c}}, d: {snmp: {version: 2c}}}\n"
"rows:\n"
"- id: w\n"
"  racks: [A1..A4]\n"
"  devices:\n"
"    pdu-a: {plugin: snmp, address: 10.0.0.{n}, credential: c, port: 161}\n";

/* Replaces the first from in base. */
static char *
edit(const char *from, const char *to, const char *more)
{
	static char text[4096];
	const char *at = strstr(base, from);

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s%s", (int)(at - base), base, to,
	    at + strlen(from), more);
	return text;
}

struct expected {
	const char *from, *to, *more;
	uint32_t added, removed, changed, kept;
	uint32_t racks_added, racks_removed, racks_changed, states;
	bool settings;
	const char *restart;
};

static const struct expected cases[] = {
	{ "", "", "", .kept = 4 },
	{ "rows", "# moved by a comment\nrows", "", .kept = 4 },
	{ "A1..A4", "A1..A5", "", .added = 1, .kept = 4, .racks_added = 1 },
	{ "A1..A4", "A1..A3", "", .removed = 1, .kept = 3, .racks_removed = 1 },
	{ "port: 161", "port: 162", "", .changed = 4 },
	{ "credential: c", "credential: d", "", .changed = 4 },
	{ "c: {snmp: {version: 2c}}", "c: {snmp: {version: 3}}", "", .changed = 4 },
	{ "d: {snmp: {version: 2c}}", "d: {snmp: {version: 3}}", "", .kept = 4 },
	{ "", "", "racks: [{id: w-a2, devices: {pdu-a: {plugin: snmp, address: x}}}]\n",
	    .kept = 3, .changed = 1 },
	{ "", "", "racks: [{id: w-a2, devices: {pdu-a: ~}}]\n", .kept = 3,
	    .removed = 1, .racks_changed = 1 },
	{ "", "", "racks: [{id: w-a2, state: planned}]\n", .kept = 4, .states = 1 },
	{ "", "", "racks: [{id: w-a2, units: 40}]\n", .kept = 4,
	    .racks_changed = 1 },
	{ "", "", "evidence: {window: 12h}\n", .kept = 4, .settings = true },
	{ "", "", "targets: [{id: t, racks: 5}]\n", .kept = 4, .settings = true },
	{ "", "", "store: {dir: /elsewhere}\n", .kept = 4, .settings = true,
	    .restart = "store.dir" },
	{ "", "", "poll: {interval: 30s}\n", .changed = 4, .settings = true,
	    .restart = "poll.interval" },
	{ "", "", "plugins: {snmp: {window: 8}}\n", .kept = 4, .settings = true,
	    .restart = "plugins" },
};

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct expected *e = &cases[i];
		struct config_fake fake;
		const struct config *before;
		struct config_diff diff;

		config_fake_text(&fake, base);
		assert_non_null(fake.config);
		before = config_ref(fake.config);
		config_fake_again(&fake, edit(e->from, e->to, e->more));
		if (fake.config == NULL) {
			print_error("case %zu: %s", i, fake.text.data);
		}
		assert_non_null(fake.config);
		config_diff(before, fake.config, &diff);
		if (diff.devices_changed != e->changed) {
			print_error("case %zu\n", i);
		}
		assert_int_equal(diff.devices_added, e->added);
		assert_int_equal(diff.devices_removed, e->removed);
		assert_int_equal(diff.devices_changed, e->changed);
		assert_int_equal(diff.devices_kept, e->kept);
		assert_int_equal(diff.racks_added, e->racks_added);
		assert_int_equal(diff.racks_removed, e->racks_removed);
		assert_int_equal(diff.racks_changed, e->racks_changed);
		assert_int_equal(diff.rack_states_changed, e->states);
		assert_int_equal(diff.settings_changed, e->settings);
		assert_int_equal(diff.restart_needed, e->restart != NULL);
		assert_true((e->restart == NULL) == (diff.restart_why == NULL));
		if (e->restart != NULL) {
			assert_string_equal(diff.restart_why, e->restart);
		}
		config_unref(before);
		config_fake_done(&fake);
	}
}

/* What only a restart can change keeps its value and is named, every time. */
static void
test_waiting(void **state)
{
	static const char *const named[] = { "poll.interval", "store.dir", "plugins",
	    "history" };
	static const char again[] = "poll: {interval: 30s}\nstore: {dir: /elsewhere}\n"
	    "plugins: {snmp: {window: 8}}\nhistory: [days.csv]\n";
	const char *folder = config_fake_folder();
	struct config_fake fake;
	const struct config *next = NULL, *last;
	struct config_errors errors;
	char path[256];

	(void)state;
	(void)str_format(path, sizeof(path), "%s/collectord.yaml", folder);
	config_fake_write(folder, "collectord.yaml", base);
	config_fake_write(folder, "days.csv", "day,declared,verified\n");
	config_fake_file(&fake, path);
	assert_non_null(fake.config);
	assert_int_equal(fake.config->n_waiting, 0);
	config_fake_write(folder, "collectord.yaml", edit("", "", again));
	last = config_ref(fake.config);
	for (unsigned i = 0; i < 2; i++) {
		config_errors_init(&errors);
		assert_int_equal(config_reload(last, &config_fake_plugins, fake.ids, 8 + i,
		    (struct wall){ 6 }, &errors, &next), 0);
		config_errors_done(&errors);
		config_unref(last);
		last = next;
		assert_int_equal(last->n_waiting, 4);
		for (unsigned k = 0; k < 4; k++) {
			unsigned n = 0;

			for (unsigned j = 0; j < 4; j++) {
				n += strcmp(last->waiting[j], named[k]) == 0;
			}
			assert_int_equal(n, 1);
		}
		assert_int_equal(last->settings.interval_ns, fake.config->settings.interval_ns);
		assert_string_equal(last->settings.store_dir, fake.config->settings.store_dir);
		assert_null(last->settings.plugins);
		assert_int_equal(last->settings.n_history, 0);
	}
	config_fake_write(folder, "collectord.yaml", base);
	config_errors_init(&errors);
	assert_int_equal(config_reload(last, &config_fake_plugins, fake.ids, 10,
	    (struct wall){ 6 }, &errors, &next), 0);
	config_errors_done(&errors);
	assert_int_equal(next->n_waiting, 0);
	config_unref(last);
	config_unref(next);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

static const struct config *
reload(const struct config *running, struct ids *ids, uint64_t version)
{
	struct config_errors errors;
	const struct config *next = NULL;

	config_errors_init(&errors);
	assert_int_equal(config_reload(running, &config_fake_plugins, ids, version,
	    (struct wall){ 6 }, &errors, &next), 0);
	config_errors_done(&errors);
	return next;
}

/* The files say the same, but what a secret's file says is another. */
static void
test_rotated_secret(void **state)
{
	static const char text[] =
	"credentials:\n"
	"  c: {snmp: {version: 2c, community: {file: community}}}\n"
	"  d: {snmp: {version: 2c, community: {file: other}}}\n"
	"rows:\n"
	"- id: w\n"
	"  racks: [A1]\n"
	"  devices:\n"
	"    pdu-a: {plugin: snmp, address: 10.0.0.1, credential: c}\n"
	"    pdu-b: {plugin: snmp, address: 10.0.0.2, credential: [d, c]}\n"
	"    pdu-c: {plugin: snmp, address: 10.0.0.3, credential: d}\n";
	const char *folder = config_fake_folder();
	const struct config *same, *rotated;
	struct config_fake fake;
	struct config_diff diff;
	char path[256];

	(void)state;
	(void)str_format(path, sizeof(path), "%s/collectord.yaml", folder);
	config_fake_write(folder, "collectord.yaml", text);
	config_fake_write(folder, "community", "before\n");
	config_fake_write(folder, "other", "before\n");
	config_fake_file(&fake, path);
	if (fake.config == NULL) {
		print_error("%s", fake.text.data);
	}
	assert_non_null(fake.config);
	same = reload(fake.config, fake.ids, 8);
	config_diff(fake.config, same, &diff);
	assert_int_equal(diff.devices_kept, 3);
	config_fake_write(folder, "community", "after!\n");
	rotated = reload(same, fake.ids, 9);
	config_diff(same, rotated, &diff);
	assert_int_equal(diff.devices_changed, 2);
	assert_int_equal(diff.devices_kept, 1);
	assert_true(config_credential_secrets(config_credential(rotated, "c"),
	    "snmp") != config_credential_secrets(config_credential(same, "c"),
	    "snmp"));
	assert_int_equal(config_credential_secrets(NULL, "snmp"), 0);
	config_unref(same);
	config_unref(rotated);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* was: keeps the numbers of the rack and of its devices. */
static void
test_rename(void **state)
{
	struct config_fake fake;
	const struct inventory *inventory;
	uint32_t rack, device;

	(void)state;
	config_fake_text(&fake, base);
	inventory = fake.config->inventory;
	rack = inventory_rack(inventory, "w-a2")->index;
	device = inventory_device(inventory, "w-a2-pdu-a")->index;
	config_fake_again(&fake, edit("[A1..A4]", "[A1, A02, A3..A4]",
	    "racks: [{id: w-a02, was: w-a2}]\n"));
	assert_non_null(fake.config);
	inventory = fake.config->inventory;
	assert_null(inventory_rack(inventory, "w-a2"));
	assert_int_equal(inventory_rack(inventory, "w-a02")->index, rack);
	assert_int_equal(inventory_device(inventory, "w-a02-pdu-a")->index, device);
	assert_string_equal(inventory_device(inventory, "w-a02-pdu-a")->address,
	    "10.0.0.2");
	config_fake_done(&fake);
}

/* A number is never given again, so arrays keep holes. */
static void
test_holes(void **state)
{
	struct config_fake fake;
	const struct inventory *inventory;
	uint32_t gone, fresh;

	(void)state;
	config_fake_text(&fake, base);
	gone = inventory_rack(fake.config->inventory, "w-a4")->index;
	config_fake_again(&fake, edit("A1..A4", "A1..A3", ""));
	config_fake_again(&fake, edit("[A1..A4]", "[A1..A3, B1]", ""));
	inventory = fake.config->inventory;
	fresh = inventory_rack(inventory, "w-b1")->index;
	assert_int_not_equal(fresh, gone);
	assert_null(inventory->racks[gone]);
	assert_int_equal(inventory->n_racks, 5);
	assert_int_equal(inventory->count_racks, 4);
	config_fake_again(&fake, base);
	assert_int_equal(inventory_rack(fake.config->inventory, "w-a4")->index,
	    gone);
	config_fake_done(&fake);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_rotated_secret),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_holes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
