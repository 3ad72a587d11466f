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

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "control.h"
#include "inventory.h"
#include "racksim_kit.h"

struct fixture {
	struct kit *kit;
	char dir[64], faults[128], pidfile[128];
	struct options options;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	void *kit;
	FILE *file;

	assert_non_null(f);
	assert_int_equal(kit_setup(&kit), 0);
	f->kit = kit;
	(void)snprintf(f->dir, sizeof(f->dir), "/tmp/racksim-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->faults, sizeof(f->faults), "%s/faults", f->dir);
	(void)snprintf(f->pidfile, sizeof(f->pidfile), "%s/pid", f->dir);
	file = fopen(f->pidfile, "w");
	assert_non_null(file);
	(void)fprintf(file, "%d\n", (int)getpid());
	assert_int_equal(fclose(file), 0);
	f->options.faults = f->faults;
	f->options.pidfile = f->pidfile;
	*state = f;
	return 0;
}

/* Removes files of the test's folder by name. */
static void
tidy(const struct fixture *f, const char *const *names)
{
	char path[256];

	for (; *names != NULL; names++) {
		(void)snprintf(path, sizeof(path), "%s/%s", f->dir, *names);
		(void)remove(path);
	}
}

static int
teardown(void **state)
{
	static const char *const names[] = {"faults", "pid", NULL};
	struct fixture *f = *state;
	void *kit = f->kit;

	tidy(f, names);
	assert_int_equal(rmdir(f->dir), 0);
	assert_int_equal(kit_teardown(&kit), 0);
	free(f);
	return 0;
}

static int
order(struct fixture *f, const char *line)
{
	char text[128], *cursor = text, *words[8], *word;
	int n = 0;

	(void)snprintf(text, sizeof(text), "%s", line);
	while (n < 8 && line[0] != '\0' &&
	    (word = strsep(&cursor, " ")) != NULL) {
		words[n++] = word;
	}
	f->options.words = words;
	f->options.n_words = n;
	return control_run(&f->options, &f->kit->province);
}

static void
read_all(const char *path, char *ret, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t n = 0;

	if (file != NULL) {
		n = fread(ret, 1, size - 1, file);
		(void)fclose(file);
	}
	ret[n] = '\0';
}

static void
orders_gather_and_wake_the_server(void **state)
{
	struct fixture *f = *state;
	char text[512];
	sigset_t hup;
	int got;

	(void)sigemptyset(&hup);
	(void)sigaddset(&hup, SIGHUP);
	assert_int_equal(sigprocmask(SIG_BLOCK, &hup, NULL), 0);
	assert_int_equal(order(f, "silence site=zz1 from=1790000000"), 0);
	assert_int_equal(sigwait(&hup, &got), 0);
	assert_int_equal(order(f, "drop percent=5"), 0);
	assert_int_equal(sigwait(&hup, &got), 0);
	read_all(f->faults, text, sizeof(text));
	assert_non_null(strstr(text, "silence site=zz1 from=1790000000\n"));
	/* Without a time the file's next change would move its start. */
	assert_non_null(strstr(text, "\ndrop percent=5 from=1"));
	assert_int_equal(order(f, "clear"), 0);
	assert_int_equal(sigwait(&hup, &got), 0);
	read_all(f->faults, text, sizeof(text));
	assert_string_equal(text, "");
}

static void
bad_orders_change_nothing(void **state)
{
	struct fixture *f = *state;
	char text[512];
	FILE *file = fopen(f->faults, "w");

	assert_non_null(file);
	(void)fputs("drop percent=7\n", file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(order(f, "silence rack=nowhere"), 1);
	read_all(f->faults, text, sizeof(text));
	assert_string_equal(text, "drop percent=7\n");
	f->options.pidfile = "/nonexistent/pid";
	assert_int_equal(order(f, "silence"), 1);
	f->options.pidfile = NULL;
	assert_int_equal(order(f, "silence"), 2);
	f->options.pidfile = f->pidfile;
	assert_int_equal(order(f, ""), 2);
}

/* What collectord reads is checked by the system tests; here: is it all there. */
static void
an_inventory_names_every_device(void **state)
{
	static const char *const names[] = {
		"inventory/site-one.yaml", "inventory/province.yaml",
		"inventory", "equipment/site-one.csv", "equipment",
		"ledger.csv", "credentials.yaml", "auth.secret",
		"priv.secret", NULL
	};
	static const struct site_def site[] = {
		{"one", "410100", 1, SITE_APC, "One", "一", "Demo"},
	};
	struct province_options layout = {.seed = 1, .step_s = 10,
	    .base = 0x7f100000U, .n_racks = 40, .sites = site, .n_sites = 1};
	struct fixture *f = *state;
	struct options options = {.out = f->dir, .port = 161, .is_v3 = true};
	struct province province;
	char path[256], text[65536];
	struct stat st;

	assert_int_equal(province_init(&province, &layout), 0);
	assert_int_equal(inventory_run(&options, &province), 0);
	(void)snprintf(path, sizeof(path), "%s/inventory/site-one.yaml",
	    f->dir);
	read_all(path, text, sizeof(text));
	assert_non_null(strstr(text, "id: one-h1-ups-b"));
	assert_non_null(strstr(text, "credential: [demo-v3]"));
	assert_null(strstr(text, "demo-v2c"));
	(void)snprintf(path, sizeof(path), "%s/credentials.yaml", f->dir);
	read_all(path, text, sizeof(text));
	assert_string_equal(text, "credentials: {demo-v3: {snmp: {version: 3, "
	    "user: \"demo\", auth: {sha256: {file: auth.secret}}, "
	    "priv: {aes128: {file: priv.secret}}}}}\n");
	(void)snprintf(path, sizeof(path), "%s/priv.secret", f->dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	options.out = "/nonexistent/place";
	assert_int_equal(inventory_run(&options, &province), 1);
	options.out = NULL;
	assert_int_equal(inventory_run(&options, &province), 2);
	province_done(&province);
	tidy(f, names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    orders_gather_and_wake_the_server, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_orders_change_nothing,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(an_inventory_names_every_device,
		    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
