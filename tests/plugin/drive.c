/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * drive FILE.so [options|device|credential=YAML ...]: takes a plugin through
 * its whole life under a strict host and prints TAP.  Nothing answers: what a
 * plugin does then is the same for all of them.
 */
#include <config.h>

#include <dlfcn.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/config.h"
#include "model/metric.h"
#include "poll/load.h"
#include "strict.h"

#define DEADLINE_NS INT64_C(2000000000)
#define MANY 500

struct drive {
	const struct col_plugin *plugin;
	struct strict strict;
	struct arena *arena;
	const struct col_option_value *options, *device_options;
	struct col_credential credential;
	bool has_credential;
	void *state;
	unsigned n_tests;
	bool failed;
};

static void
verdict(struct drive *drive, bool ok, const char *what)
{
	for (unsigned i = 0; i < drive->strict.n_faults && i < STRICT_FAULTS_MAX; i++) {
		printf("# fault: %s\n", drive->strict.faults[i]);
	}
	ok = ok && drive->strict.n_faults == 0;
	drive->strict.n_faults = 0;
	drive->failed |= !ok;
	printf("%sok %u - %s: %s\n", ok ? "" : "not ", ++drive->n_tests,
	    drive->plugin->name, what);
}

static void
skip(struct drive *drive, const char *what, const char *why)
{
	printf("ok %u - %s: %s # SKIP %s\n", ++drive->n_tests, drive->plugin->name,
	    what, why);
}

/* ---- input ---------------------------------------------------------------------- */

static void
step(struct drive *drive)
{
	strict_step(&drive->strict);
	if (drive->plugin->input->tick != NULL) {
		drive->plugin->input->tick(drive->state);
	}
}

static struct col_device
describe(struct drive *drive, const char *id, const char *address)
{
	return (struct col_device){ .size = sizeof(struct col_device), .id = id,
		.address = address, .kind = "pdu", .profile = "auto",
		.interval_ns = 2 * DEADLINE_NS,
		.credentials = drive->has_credential ? &drive->credential : NULL,
		.n_credentials = drive->has_credential,
		.options = drive->device_options };
}

struct blocking {
	struct drive *drive;
	void *device;
	struct col_poll *poll;
	int64_t deadline;
};

static void *
run_blocking(void *arg)
{
	struct blocking *b = arg;

	b->drive->plugin->input->poll_start(b->drive->state, b->device, b->deadline,
	    b->poll);
	return NULL;
}

/*
 * One poll of so many steps, then the deadline.  True when the plugin kept to
 * the rules: ended once at most, and silent from the cancel on.
 */
static bool
poll_once(struct drive *drive, void *device, unsigned n_steps)
{
	const struct col_input *input = drive->plugin->input;
	struct col_poll *poll = calloc(1, sizeof(*poll));
	int64_t deadline = drive->strict.now_ns + DEADLINE_NS;
	struct blocking blocking = { drive, device, poll, deadline };
	pthread_t thread;

	strict_poll_init(&drive->strict, poll);
	if (drive->plugin->flags & COL_PLUGIN_BLOCKS) {
		pthread_create(&thread, NULL, run_blocking, &blocking);
		input->poll_cancel(drive->state, device, poll);
		pthread_join(thread, NULL);
	} else {
		input->poll_start(drive->state, device, deadline, poll);
		for (unsigned i = 0; i < n_steps && poll->open; i++) {
			step(drive);
		}
		if (poll->open) {
			input->poll_cancel(drive->state, device, poll);
			poll->open = false;
		}
	}
	for (unsigned i = 0; i < 100; i++) {
		step(drive);
	}
	bool ok = poll->n_dones <= 1;
	if (poll->n_dones == 1 && poll->status == COL_POLL_OK && poll->n_emits == 0 &&
	    poll->n_infos == 0) {
		printf("# an empty answer is not good\n");
		ok = false;
	}
	free(poll);
	return ok;
}

static void
drive_device(struct drive *drive)
{
	const struct col_input *input = drive->plugin->input;
	struct col_device first = describe(drive, "dev-1", "127.0.0.1:1");
	struct col_device second = describe(drive, "dev-1", "127.0.0.2:1");
	struct col_error error = { 0 };
	void *device = NULL;

	int rc = input->device_add(drive->state, &first, &device, &error);
	if (rc != 0) {
		verdict(drive, rc < 0 && (error.text[0] != '\0' ||
		    drive->strict.n_reports > 0), "a refused device is explained");
		skip(drive, "polls", "it takes no device without more options");
		return;
	}
	verdict(drive, true, "takes a device");
	verdict(drive, poll_once(drive, device, 200),
	    "a poll that nothing answers ends once and stays silent");
	verdict(drive, poll_once(drive, device, 0), "a poll may be cancelled at once");
	verdict(drive, poll_once(drive, device, 1), "and again");
	rc = input->device_change(drive->state, device, &second, &error);
	verdict(drive, rc <= 0, "takes a changed device");
	/* The first description is gone then. */
	first = (struct col_device){ .size = 0 };
	if (rc == 0) {
		verdict(drive, poll_once(drive, device, 200), "polls the changed device");
	}
	input->device_remove(drive->state, device);
	verdict(drive, true, "forgets a device");
}

static void
drive_many(struct drive *drive)
{
	static char ids[MANY][16];
	static struct col_device cols[MANY];
	const struct col_input *input = drive->plugin->input;
	struct col_poll *polls = calloc(MANY, sizeof(*polls));
	void *devices[MANY] = { NULL };
	struct col_error error = { 0 };
	unsigned n = 0;

	for (; n < MANY; n++) {
		snprintf(ids[n], sizeof(ids[n]), "many-%u", n);
		cols[n] = describe(drive, ids[n], "127.0.0.1:1");
		if (input->device_add(drive->state, &cols[n], &devices[n], &error)) {
			break;
		}
	}
	if (!(drive->plugin->flags & COL_PLUGIN_BLOCKS)) {
		for (unsigned i = 0; i < n; i++) {
			strict_poll_init(&drive->strict, &polls[i]);
			input->poll_start(drive->state, devices[i],
			    drive->strict.now_ns + DEADLINE_NS, &polls[i]);
		}
		for (unsigned i = 0; i < 50; i++) {
			step(drive);
		}
		for (unsigned i = 0; i < n; i++) {
			if (polls[i].open) {
				input->poll_cancel(drive->state, devices[i], &polls[i]);
				polls[i].open = false;
			}
		}
	}
	for (unsigned i = n; i > 0; i--) {
		input->device_remove(drive->state, devices[i - 1]);
	}
	for (unsigned i = 0; i < 50; i++) {
		step(drive);
	}
	verdict(drive, true, "many devices at once, all cancelled, all forgotten");
	free(polls);
}

/* Trees that no profile or credential should be. */
static const char *const TREES[] = { "{}\n", "[]\n", "x: 1\n", "- {a: [b, {c: d}]}\n",
	"plugin: [1, 2]\nmatch: {a: b}\nmetrics: 7\n",
	"plugin: x\nreadings: {a: 1}\nfaults: no\n",
	"metrics: [{metric: nosuch_x, oid: 1.2.99999999999999999999}, [], ~]\n" };

static void
drive_checks(struct drive *drive)
{
	const struct col_input *input = drive->plugin->input;
	struct config_errors errors;
	struct col_error error = { 0 };

	config_errors_init(&errors);
	for (size_t i = 0; i < sizeof(TREES) / sizeof(TREES[0]); i++) {
		const struct col_node *node = config_parse_yaml(TREES[i],
		    strlen(TREES[i]), "tree.yaml", drive->arena, &errors);
		struct col_profile profile = { "p", node };
		unsigned before = drive->strict.n_reports;
		if (node != NULL && input->profile_check != NULL &&
		    input->profile_check(&drive->strict.col, &profile) != 0 &&
		    drive->strict.n_reports == before) {
			strict_fault(&drive->strict, "a refused profile is not explained");
		}
		before = drive->strict.n_reports;
		if (node != NULL && input->credential_check != NULL &&
		    input->credential_check(&drive->strict.col, node) != 0 &&
		    drive->strict.n_reports == before) {
			strict_fault(&drive->strict, "a refused credential is not explained");
		}
		if (node != NULL && input->profiles_set != NULL) {
			(void)input->profiles_set(drive->state, &profile, 1, &error);
		}
	}
	if (input->profiles_set != NULL &&
	    input->profiles_set(drive->state, NULL, 0, &error) != 0) {
		strict_fault(&drive->strict, "no profiles at all are refused");
	}
	/* layout() faults of such trees are the tree's. */
	config_errors_done(&errors);
	verdict(drive, true, "checks odd profiles and credentials");
}

static void
drive_input(struct drive *drive)
{
	const struct col_input *input = drive->plugin->input;
	struct col_error error = { 0 };
	void *other = NULL;

	int rc = input->thread_start(&drive->strict.col, drive->options,
	    &drive->state, &error);
	verdict(drive, rc == 0, "starts on a thread");
	if (rc != 0) {
		printf("# %s\n", error.text);
		return;
	}
	rc = input->thread_start(&drive->strict.col, drive->options, &other, &error);
	verdict(drive, rc == 0, "starts on a second one");
	if (rc == 0) {
		input->thread_stop(other);
	}
	drive_checks(drive);
	drive_device(drive);
	drive_many(drive);
	input->thread_stop(drive->state);
	strict_done(&drive->strict);
	verdict(drive, true, "stops and leaves nothing behind");
}

/* ---- output --------------------------------------------------------------------- */

static void
drive_output(struct drive *drive)
{
	static const struct col_sample samples[] = {
		{ "pdu-a", "power_w", "", "W", 100.5, NULL, COL_GOOD },
		{ "pdu-a", "power_w", "outlet \"1\"\\\n", "W", NAN, NULL, COL_ERROR },
		{ "", "current_a", "L1", "A", INFINITY, NULL, COL_GOOD },
	};
	const struct col_batch batches[] = {
		{ sizeof(struct col_batch), "rack:r1", "r1-pdu-a", 1767225600000000000,
		    samples, 3 },
		{ sizeof(struct col_batch), "site:zz1", "", 0, samples, 0 },
		{ sizeof(struct col_batch), "site:zz1", "", INT64_MAX, samples, 1 },
	};
	const struct col_output *output = drive->plugin->output;
	struct col_error error = { 0 };
	void *state = NULL;

	int rc = output->start(&drive->strict.col, drive->options, &state, &error);
	if (rc != 0) {
		verdict(drive, error.text[0] != '\0', "a refused start is explained");
		return;
	}
	verdict(drive, true, "starts");
	for (size_t i = 0; i < 3; i++) {
		rc = output->write(state, &batches[i]);
		verdict(drive, rc == 0, "writes a batch");
	}
	output->stop(state);
	strict_done(&drive->strict);
	verdict(drive, true, "stops and leaves nothing behind");
}

/* ---- start ----------------------------------------------------------------------- */

static const struct col_option_value *
read_options(struct drive *drive, const struct col_option *table, const char *yaml)
{
	struct config_errors errors;
	size_t n = 0;

	while (table != NULL && table[n].name != NULL) {
		n++;
	}
	struct col_option_value *values = arena_alloc(drive->arena,
	    (n + 1) * sizeof(*values));
	config_errors_init(&errors);
	const struct col_node *node = yaml == NULL ? NULL : config_parse_yaml(yaml,
	    strlen(yaml), "options.yaml", drive->arena, &errors);
	if (n > 0 && config_options(table, node, NULL, &errors, drive->arena,
	    values) != 0) {
		strict_fault(&drive->strict, "options: %s",
		    errors.n_items > 0 ? errors.items[0].text : "");
	}
	config_errors_done(&errors);
	return values;
}

static const char *
argument(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	for (int i = 2; i < argc; i++) {
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=') {
			return argv[i] + len + 1;
		}
	}
	return NULL;
}

static const struct col_plugin *
open_plugin(const char *path, struct plugin_entry *entry)
{
	const char *slash = strrchr(path, '/');
	const char *file = slash != NULL ? slash + 1 : path;
	char name[64];
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);

	if (handle == NULL) {
		printf("Bail out! %s\n", dlerror());
		return NULL;
	}
	entry->file = file;
	str_copy(name, sizeof(name), file);
	name[strcspn(name, ".")] = '\0';
	const struct col_plugin *plugin = dlsym(handle, "col_plugin");
	if (plugin == NULL || load_check(plugin, name, entry) != 0) {
		printf("Bail out! %s\n", plugin != NULL ? entry->reason
		    : "no symbol col_plugin");
		return NULL;
	}
	for (const struct col_metric *m = plugin->metrics;
	    m != NULL && m->name != NULL; m++) {
		struct col_error error = { 0 };
		if (metric_add(m, &error) != 0) {
			printf("Bail out! %s\n", error.text);
			return NULL;
		}
	}
	return plugin;
}

int
main(int argc, char **argv)
{
	struct plugin_entry entry = { .name = NULL };
	struct drive drive = { .n_tests = 0 };

	if (argc < 2) {
		fprintf(stderr, "usage: drive FILE.so [options|device|credential=YAML]\n");
		return 2;
	}
	drive.plugin = open_plugin(argv[1], &entry);
	if (drive.plugin == NULL) {
		return 1;
	}
	drive.arena = arena_new();
	strict_init(&drive.strict, drive.plugin->flags & COL_PLUGIN_BLOCKS);
	drive.options = read_options(&drive, drive.plugin->options,
	    argument(argc, argv, "options"));
	drive.device_options = read_options(&drive, drive.plugin->device_options,
	    argument(argc, argv, "device"));
	const char *credential = argument(argc, argv, "credential");
	struct config_errors errors;
	config_errors_init(&errors);
	if (credential != NULL) {
		drive.credential.id = "cred";
		drive.credential.node = config_parse_yaml(credential,
		    strlen(credential), "credential.yaml", drive.arena, &errors);
		drive.has_credential = drive.credential.node != NULL;
	}
	config_errors_done(&errors);
	verdict(&drive, true, "descriptor, tables and defaults fit");
	if (drive.plugin->input != NULL) {
		drive_input(&drive);
	}
	if (drive.plugin->output != NULL) {
		drive_output(&drive);
	}
	printf("1..%u\n", drive.n_tests);
	arena_free(drive.arena);
	return drive.failed;
}
