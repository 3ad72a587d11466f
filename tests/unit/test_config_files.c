/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/files.h"
#include "config_fake.h"

/* Copies a file of conf, private, as git may have given it to a group. */
static void
copy(const char *folder, const char *name, const char *as)
{
	static char text[1 << 17];
	const char *top = getenv("top_srcdir");
	char path[600];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "%s/conf/%s", top != NULL ? top : ".", name);
	file = fopen(path, "r");
	assert_non_null(file);
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	config_fake_write(folder, as, text);
}

static void
sub(const char *folder, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void
load(struct config_fake *fake, const char *folder, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	config_fake_file(fake, path);
	if (fake->config == NULL) {
		print_error("%s", fake->text.data);
	}
	assert_non_null(fake->config);
}

/* What is shipped loads as it is. */
static void
test_shipped(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;
	const struct settings *s;

	(void)state;
	sub(folder, "inventory");
	sub(folder, "secrets");
	copy(folder, "collectord.yaml", "collectord.yaml");
	copy(folder, "inventory/example.yaml", "inventory/example.yaml");
	copy(folder, "secrets/example-community", "secrets/example-community");
	load(&fake, folder, "collectord.yaml");
	s = &fake.config->settings;
	assert_int_equal(s->n_targets, 2);
	assert_int_equal(s->targets[0].racks, 90000);
	assert_int_equal(s->targets[0].reach, TARGET_ABOVE);
	assert_int_equal(s->targets[0].basis, TARGET_PHYSICAL);
	assert_int_equal(s->targets[0].by_day, 19722);
	assert_int_equal(s->targets[1].racks, 350000);
	assert_int_equal(s->targets[1].basis, TARGET_STANDARD);
	assert_int_equal(s->targets[1].by_day, 20818);
	assert_non_null(strstr(s->targets[1].source.en, "check before relying"));
	assert_int_equal(fake.config->inventory->count_racks, 30);
	assert_int_equal(fake.config->inventory->version, 7);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

static void
test_examples(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;

	(void)state;
	sub(folder, "ten-lines");
	sub(folder, "csv");
	copy(folder, "examples/ten-lines/collectord.yaml", "ten-lines/c.yaml");
	copy(folder, "examples/ten-lines/community", "ten-lines/community");
	copy(folder, "examples/csv/collectord.yaml", "csv/c.yaml");
	copy(folder, "examples/csv/racks.csv", "csv/racks.csv");
	copy(folder, "examples/csv/devices.csv", "csv/devices.csv");
	load(&fake, folder, "ten-lines/c.yaml");
	assert_int_equal(fake.config->inventory->count_racks, 1);
	assert_int_equal(fake.config->inventory->count_devices, 3);
	config_fake_done(&fake);
	load(&fake, folder, "csv/c.yaml");
	assert_int_equal(fake.config->inventory->count_racks, 2);
	assert_int_equal(fake.config->inventory->count_devices, 2);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* conf/REFERENCE.md is what the tables say. */
static void
test_reference(void **state)
{
	static char text[1 << 17];
	const char *top = getenv("top_srcdir");
	char path[600];
	struct buf out;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/conf/REFERENCE.md",
	    top != NULL ? top : ".");
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	buf_init(&out, 0);
	config_reference(&out, NULL);
	/* Differs? make reference writes it anew. */
	assert_string_equal(text, out.data);
	buf_reset(&out);
	config_reference(&out, &config_fake_plugins);
	assert_non_null(strstr(out.data, "## Plugin snmp"));
	assert_non_null(strstr(out.data, "| `timeout` | duration | `1s` | "
	    "100ms .. 1m | For one answer. |"));
	buf_done(&out);
}

static void
test_profiles(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;
	const struct profile *own;

	(void)state;
	sub(folder, "shipped");
	sub(folder, "own");
	config_fake_write(folder, "shipped/a.yaml", "plugin: snmp\nkind: pdu\n");
	config_fake_write(folder, "shipped/b.yaml", "plugin: snmp\n");
	config_fake_write(folder, "own/b.yaml",
	    "plugin: snmp\nsummary: {en: mine}\nmetrics: [x]\n");
	config_fake_write(folder, "own/c.yaml", "plugin: ipmi\n");
	config_fake_write(folder, "c.yaml",
	    "profile_dir: shipped\nprofiles: [own/*.yaml]\n"
	    "racks: [{id: r, devices: {pdu: {plugin: snmp, address: h,\n"
	    "  profile: b}}}]\n");
	load(&fake, folder, "c.yaml");
	assert_int_equal(fake.config->n_profiles, 3);
	own = config_profile(fake.config, "b");
	assert_string_equal(own->summary.en, "mine");
	assert_non_null(col_node_get(own->node, "metrics"));
	assert_string_equal(config_profile(fake.config, "a")->plugin, "snmp");
	assert_null(config_profile(fake.config, "d"));
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* Files of a glob come by name, each once, seen from the file that names them. */
static void
test_globs(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;

	(void)state;
	sub(folder, "a[1]");
	config_fake_write(folder, "a[1]/2.yaml", "racks: [{id: r2}]\n");
	config_fake_write(folder, "a[1]/1.yaml", "racks: [{id: r1}]\n");
	config_fake_write(folder, "a[1]/3.csv", "id\nr3\n");
	config_fake_write(folder, "a[1]/c.yaml",
	    "inventory: ['[0-9].*', 1.yaml]\n");
	load(&fake, folder, "a[1]/c.yaml");
	assert_int_equal(fake.config->inventory->count_racks, 3);
	assert_int_equal(inventory_rack(fake.config->inventory, "r1")->index, 0);
	assert_int_equal(inventory_rack(fake.config->inventory, "r2")->index, 1);
	assert_int_equal(inventory_rack(fake.config->inventory, "r3")->index, 2);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* Which file says in which state a rack is. */
static void
test_declared(void **state)
{
	static const struct { const char *rack, *file; } declared[] = {
		{ "r1", "/1.yaml" }, { "r2", "/2.csv" }, { "r-a1", "/3.yaml" },
		{ "r-a2", "/4.yaml" }, { "r-a3", "/3.yaml" },
	};
	const char *folder = config_fake_folder();
	struct config_fake fake;

	(void)state;
	config_fake_write(folder, "1.yaml", "racks: [{id: r1, row: r}]\n");
	config_fake_write(folder, "2.csv", "id,row\nr2,r\n");
	config_fake_write(folder, "3.yaml", "rows: [{id: r, racks: [A1..A3]}]\n");
	config_fake_write(folder, "4.yaml",
	    "racks: [{id: r-a2, state: planned}, {id: r-a3, units: 40}]\n");
	config_fake_write(folder, "c.yaml", "inventory: ['[0-9].*']\n");
	load(&fake, folder, "c.yaml");
	for (size_t i = 0; i < sizeof(declared) / sizeof(declared[0]); i++) {
		const struct rack *rack = inventory_rack(fake.config->inventory,
		    declared[i].rack);

		assert_non_null(rack);
		assert_string_equal(strrchr(rack->file, '/'), declared[i].file);
	}
	config_fake_done(&fake);
	config_fake_remove(folder);
}

static void
test_history(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;

	(void)state;
	config_fake_write(folder, "h2.csv", "x\n");
	config_fake_write(folder, "h1.csv", "x\n");
	config_fake_write(folder, "c.yaml", "history: h*.csv\nstore: {dir: data}\n");
	load(&fake, folder, "c.yaml");
	assert_int_equal(fake.config->settings.n_history, 2);
	assert_int_equal(fake.config->settings.history[0][0], '/');
	assert_non_null(strstr(fake.config->settings.history[0], "/h1.csv"));
	assert_non_null(strstr(fake.config->settings.store_dir, folder));
	config_fake_done(&fake);
	config_fake_remove(folder);
}

static void
test_peek(void **state)
{
	const char *folder = config_fake_folder();
	struct config_basics basics;
	struct col_error error = { 0 };
	char path[600];

	(void)state;
	snprintf(path, sizeof(path), "%s/c.yaml", folder);
	config_fake_write(folder, "c.yaml", "plugin_dir: p\nnonsense: [1]\n"
	    "poll: {interval: 7s, threads: 3}\nlog: {format: json, level: loud}\n");
	assert_int_equal(config_peek(path, &basics, &error), 0);
	assert_true(basics.log_json);
	assert_int_equal(basics.poll_threads, 3);
	assert_int_equal(basics.log_level, COL_LOG_INFO);
	assert_int_equal(basics.plugin_dir[0], '/');
	assert_string_equal(basics.plugin_dir + strlen(basics.plugin_dir) - 2, "/p");
	config_basics_done(&basics);
	config_fake_write(folder, "c.yaml", "log: {\n");
	assert_int_equal(config_peek(path, &basics, &error), COL_EINVAL);
	assert_non_null(strstr(error.text, "c.yaml:2:1: not valid YAML"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(config_peek(path, &basics, &error), COL_EIO);
	assert_non_null(strstr(error.text, "No such file"));
	config_fake_remove(folder);
}

static void
test_missing_file(void **state)
{
	struct config_errors errors;
	const struct config *config = NULL;
	struct ids *ids = ids_new();

	(void)state;
	config_errors_init(&errors);
	assert_int_equal(config_load("/nonexistent/c.yaml", NULL, ids, 1,
	    (struct wall){ 0 }, &errors, &config), COL_EIO);
	assert_null(config);
	assert_int_equal(errors.n_total, 1);
	config_errors_done(&errors);
	ids_free(ids);
}

static void
test_paths(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(files_beside(arena, "/a/b.yaml", "c"), "/a/c");
	assert_string_equal(files_beside(arena, "/a/b.yaml", "/c"), "/c");
	assert_string_equal(files_beside(arena, "b.yaml", "c"), "c");
	assert_string_equal(files_beside(arena, NULL, "c"), "c");
	assert_string_equal(files_absolute(arena, "/a/b.yaml", "../c"), "/a/../c");
	assert_int_equal(files_absolute(arena, "b.yaml", "c")[0], '/');
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_profiles),
		cmocka_unit_test(test_globs),
		cmocka_unit_test(test_declared),
		cmocka_unit_test(test_history),
		cmocka_unit_test(test_peek),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
