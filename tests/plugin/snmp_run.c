/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Polls one address with the shipped profiles and prints what came, values in
 * the units that the plugin names:
 *
 *   snmp_run [-p PROFILES_DIR] [-c CREDENTIALS.yaml] [-n POLLS] [-e ENGINE]
 *       [-d] ADDRESS
 *
 * ADDRESS may be "snmprec:FILE".  -d discovers instead.  -e names another
 * engine than the plugin's default.  Exit status: 0 when
 * the last poll was OK or partial, 1 otherwise.
 */
#include <config.h>

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config/extend.h"
#include "snmp_host.h"
#include "snmp_yaml.h"

#define DEADLINE_NS INT64_C(30000000000)

/* The plugin's, in their order: engine, receive_buffer, window, source_port. */
#define OPTIONS_N 4

extern const struct col_plugin col_plugin;

struct run {
	struct fakehost fake;
	void *state;
	struct col_profile profiles[128], laid[128];
	struct arena *arena;
	size_t n_profiles;
	struct col_node *credential_file;
	struct col_credential credentials[8];
	size_t n_credentials;
};

static const char *const status_words[COL_STATUS_N] = {
    "ok", "partial", "timeout", "auth", "reply", "profile", "address",
    "cancelled", "internal",
};

static const char *const quality_words[COL_QUALITY_N] = {
    "good", "stale", "implausible", "unavailable", "error",
};

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Profiles of other plugins lie in the same folder. */
static bool
is_ours(const struct col_node *node)
{
	const struct col_node *plugin = col_node_get(node, "plugin");

	return plugin != NULL && plugin->text != NULL &&
	    strcmp(plugin->text, "snmp") == 0;
}

static void
load_profiles(struct run *run, const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *dot = strrchr(names[i]->d_name, '.');
		char path[1024];
		struct col_node *node;
		if (dot == NULL || strcmp(dot, ".yaml") != 0 ||
		    run->n_profiles == 128) {
			continue;
		}
		(void)snprintf(path, sizeof(path), "%s/%s", dir,
		    names[i]->d_name);
		node = yamltree_load(path);
		if (node != NULL && !is_ours(node)) {
			yamltree_free(node);
		} else if (node != NULL) {
			run->profiles[run->n_profiles].node = node;
			run->profiles[run->n_profiles++].id = strndup(
			    names[i]->d_name,
			    (size_t)(dot - names[i]->d_name));
		}
	}
	for (int i = 0; i < n; i++) {
		free(names[i]);
	}
	free(names);
}

static void
on_extend_fault(void *arg, const struct col_node *at, const char *text)
{
	(void)arg;
	fprintf(stderr, "snmp_run: %s:%u: %s\n", at->file, at->line, text);
}

static const struct col_node *
node_of(const struct run *run, const char *id)
{
	for (size_t i = 0; i < run->n_profiles; i++) {
		if (strcmp(run->profiles[i].id, id) == 0) {
			return run->profiles[i].node;
		}
	}
	return NULL;
}

/* As the daemon's configuration does it, but for the errors. */
static const struct col_node *
laid_over(const struct run *run, const struct col_node *node, int depth)
{
	const struct extend extend = {run->arena, on_extend_fault, NULL};
	const struct col_node *at = col_node_get(node, "extends");
	const struct col_node *base = at == NULL || depth > 4 ? NULL :
	    node_of(run, at->text);

	return base == NULL ? node : extend_merge(&extend,
	    laid_over(run, base, depth + 1), node);
}

static void
extend_profiles(struct run *run)
{
	for (size_t i = 0; i < run->n_profiles; i++) {
		run->laid[i].id = run->profiles[i].id;
		run->laid[i].node = laid_over(run, run->profiles[i].node, 1);
	}
}

static void
load_credentials(struct run *run, const char *path)
{
	run->credential_file = yamltree_load(path);
	for (size_t i = 0; run->credential_file != NULL &&
	    i < run->credential_file->n_items && i < 8; i++) {
		run->credentials[i].id = run->credential_file->items[i]->key;
		run->credentials[i].node = run->credential_file->items[i];
		run->n_credentials = i + 1;
	}
}

static void
print_text(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\') {
			putchar('\\');
		}
		putchar(*text);
	}
	putchar('"');
}

static void
print_poll(const struct col_poll *poll)
{
	printf("{\"status\": \"%s\", \"detail\": ",
	    status_words[poll->status]);
	print_text(poll->detail);
	printf(", \"profile\": ");
	print_text(poll->profile);
	printf(", \"credential\": ");
	print_text(poll->credential);
	printf(",\n \"info\": {");
	for (size_t i = 0; i < poll->n_infos; i++) {
		printf("%s", i == 0 ? "" : ", ");
		print_text(poll->infos[i].metric);
		printf(": ");
		print_text(poll->infos[i].text);
	}
	printf("},\n \"metrics\": [");
	for (size_t i = 0; poll->layout != NULL && i < poll->layout->n; i++) {
		const struct col_slot *slot = &poll->layout->slots[i];
		const struct col_value *value = &poll->values[i];
		printf("%s\n  {\"metric\": \"%s\", \"instance\": ",
		    i == 0 ? "" : ",", slot->metric);
		print_text(slot->instance);
		if (value->quality != COL_GOOD) {
			printf(", \"value\": null");
		} else if (strncmp(slot->metric, "octets", 6) == 0) {
			printf(", \"value\": %" PRIu64, value->counter);
		} else {
			printf(", \"value\": %.12g", value->number);
		}
		printf(", \"unit\": \"%s\", \"quality\": \"%s\","
		    " \"archive\": %d, \"source\": \"%s\"}", slot->unit,
		    quality_words[value->quality],
		    slot->flags & COL_SLOT_NO_ARCHIVE ? 0 : 1, slot->source);
	}
	printf("]}\n");
}

static void
rest(struct run *run)
{
	struct timespec ts = {.tv_nsec = 2000000};

	if (run->fake.real_clock) {
		(void)nanosleep(&ts, NULL);
	} else {
		run->fake.now_ns += 10000000;
	}
	col_plugin.input->tick(run->state);
}

static int
poll_address(struct run *run, const char *address, int n_polls)
{
	struct col_device device = {.size = sizeof(device), .id = "device",
	    .address = address, .kind = "pdu", .profile = "auto",
	    .interval_ns = 10000000000, .credentials = run->credentials,
	    .n_credentials = run->n_credentials};
	const struct col_host *host = &run->fake.host;
	struct col_poll poll = {.fake = &run->fake};
	struct col_error error = {.code = 0};
	void *handle;
	int status = 1;

	if (col_plugin.input->device_add(run->state, &device, &handle,
	    &error) != 0) {
		fprintf(stderr, "snmp_run: %s\n", error.text);
		return 1;
	}
	for (int i = 0; i < n_polls; i++) {
		int64_t deadline_ns = host->now(host) + DEADLINE_NS;
		fakehost_poll_clear(&poll);
		col_plugin.input->poll_start(run->state, handle, deadline_ns,
		    &poll);
		while (!poll.done && host->now(host) < deadline_ns) {
			rest(run);
		}
		if (!poll.done) {
			fprintf(stderr, "snmp_run: the deadline has passed\n");
			col_plugin.input->poll_cancel(run->state, handle,
			    &poll);
			poll.status = COL_POLL_CANCELLED;
		}
		print_poll(&poll);
		status = poll.status > COL_POLL_PARTIAL;
	}
	fakehost_poll_clear(&poll);
	col_plugin.input->device_remove(run->state, handle);
	return status;
}

static int
discover_address(struct run *run, const char *address)
{
	const struct col_host *host = &run->fake.host;
	struct col_discovery found = {.n_found = 0};
	struct col_discover request = {.size = sizeof(request),
	    .address = address, .credentials = run->credentials,
	    .n_credentials = run->n_credentials,
	    .deadline_ns = host->now(host) + DEADLINE_NS};

	col_plugin.input->discover(run->state, &request, &found);
	while (found.n_ended == 0 && host->now(host) < request.deadline_ns) {
		rest(run);
	}
	printf("{\"found\": %u, \"kind\": \"%s\", \"profile\": \"%s\","
	    " \"credential\": \"%s\", \"description\": ", found.n_found,
	    found.kind, found.profile, found.credential);
	print_text(found.description);
	printf("}\n");
	return found.n_found == 0;
}

/* Index of a word among the choices of the option "engine", -1: none. */
static int
engine_choice(const char *word)
{
	const char *at = col_plugin.options[0].choices;
	size_t len = strlen(word);

	for (int i = 0; at != NULL; i++) {
		if (strcspn(at, "|") == len && strncmp(at, word, len) == 0) {
			return i;
		}
		at = strchr(at, '|');
		at = at != NULL ? at + 1 : NULL;
	}
	return -1;
}

int
main(int argc, char **argv)
{
	static struct run run;
	struct col_option_value options[OPTIONS_N] = {{.integer = 0},
	    {.integer = 1048576}, {.integer = 256}};
	struct col_error error = {.code = 0};
	const char *dir = NULL;
	int option, n_polls = 1, status = 2;
	bool is_discovery = false;

	fakehost_init(&run.fake);
	run.fake.real_clock = true;
	run.fake.seed = (uint64_t)getpid();
	while ((option = getopt(argc, argv, "p:c:n:e:dv")) != -1) {
		switch (option) {
		case 'p':
			dir = optarg;
			break;
		case 'c':
			load_credentials(&run, optarg);
			break;
		case 'n':
			n_polls = (int)strtol(optarg, NULL, 10);
			break;
		case 'e':
			options[0].integer = engine_choice(optarg);
			if (options[0].integer < 0) {
				fprintf(stderr, "snmp_run: no engine %s\n",
				    optarg);
				return 2;
			}
			break;
		case 'd':
			is_discovery = true;
			break;
		case 'v':
			run.fake.log = stderr;
			break;
		default:
			return 2;
		}
	}
	if (optind + 1 != argc || dir == NULL) {
		fprintf(stderr, "usage: snmp_run -p DIR [-c FILE] [-n POLLS]"
		    " [-e ENGINE] [-d] [-v] ADDRESS\n");
		return 2;
	}
	run.arena = arena_new();
	load_profiles(&run, dir);
	extend_profiles(&run);
	if (col_plugin.input->thread_start(&run.fake.host, options,
	    &run.state, &error) != 0 || col_plugin.input->profiles_set(
	    run.state, run.laid, run.n_profiles, &error) != 0) {
		fprintf(stderr, "snmp_run: %s\n%s", error.text,
		    run.fake.reports);
	} else if (is_discovery) {
		status = discover_address(&run, argv[optind]);
	} else {
		status = poll_address(&run, argv[optind], n_polls);
	}
	if (run.fake.n_reports > 0) {
		fprintf(stderr, "%s", run.fake.reports);
	}
	col_plugin.input->thread_stop(run.state);
	for (size_t i = 0; i < run.n_profiles; i++) {
		yamltree_free((struct col_node *)(uintptr_t)
		    run.profiles[i].node);
		free((void *)(uintptr_t)run.profiles[i].id);
	}
	yamltree_free(run.credential_file);
	arena_free(run.arena);
	fakehost_done(&run.fake);
	return status;
}
