/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole plugin through its callbacks, with racksim's BMCs: polls, sessions
 * between them, keepalives, discovery, changes of the configuration.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../plugin/snmp_yaml.h"
#include "bmc_kit.h"

extern const struct col_plugin col_plugin;

#define TIMERS 32
#define input (col_plugin.input)
#define GOOD "{user: mon, password: {credential: monpass}}"
#define BAD "{user: mon, password: {credential: wrong}}"
#define UNUSABLE "{user: mon, password: {file: /nonexistent/x}}"

/* The fake host has one timer; this plugin needs more. */
struct col_timer {
	bool armed;
	int64_t due_ns;
	col_timer_fn *fn;
	void *arg;
};

static struct kit kit;
static struct col_timer timers[TIMERS];
static void *state;
static struct col_poll poll;
static struct col_node *profile_node, *nodes[2];
static struct col_option_value values[8];

static struct col_timer *
arm(const struct col_host *host, int64_t due_ns, col_timer_fn *fn, void *arg)
{
	(void)host;
	for (int i = 0; i < TIMERS; i++) {
		if (!timers[i].armed) {
			timers[i] = (struct col_timer){true, due_ns, fn, arg};
			return &timers[i];
		}
	}
	fail_msg("more than %d timers", TIMERS);
	return NULL;
}

static void
disarm(const struct col_host *host, struct col_timer *timer)
{
	(void)host;
	if (timer != NULL) {
		timer->armed = false;
	}
}

static void
fire(void)
{
	for (int i = 0; i < TIMERS; i++) {
		if (timers[i].armed && timers[i].due_ns <= kit.fake.now_ns) {
			timers[i].armed = false;
			timers[i].fn(timers[i].arg);
		}
	}
}

static void
pass(int64_t ns)
{
	for (int64_t end = kit.fake.now_ns + ns; kit.fake.now_ns < end;) {
		fire();
		if (poll.fake != NULL && !poll.done) {
			input->tick(state);
		}
		kit_pass(&kit, 10 * KIT_MS);
	}
}

/* ---- a device ---------------------------------------------------------------------- */

static void
start(unsigned n, const char *first, const char *second)
{
	const char *top = getenv("top_srcdir");
	char path[1024];
	struct col_profile profile = {.id = "ipmi"};
	struct col_error error = {.code = 0};

	kit_start(&kit, n, "bmc-dell");
	kit.fake.host.timer = arm;
	kit.fake.host.timer_cancel = disarm;
	memset(timers, 0, sizeof(timers));
	memset(values, 0, sizeof(values));
	memset(&poll, 0, sizeof(poll));
	values[0].integer = 623;
	(void)snprintf(path, sizeof(path), "%s/conf/profiles/ipmi.yaml",
	    top != NULL ? top : ".");
	profile_node = yamltree_load(path);
	assert_non_null(profile_node);
	profile.node = profile_node;
	nodes[0] = yamltree_parse(first, "c.yaml");
	nodes[1] = second == NULL ? NULL : yamltree_parse(second, "c.yaml");
	assert_int_equal(input->thread_start(&kit.fake.host, NULL, &state,
	    &error), 0);
	assert_int_equal(input->profiles_set(state, &profile, 1, &error), 0);
}

static void
stop(void)
{
	input->thread_stop(state);
	for (int i = 0; i < TIMERS; i++) {
		assert_false(timers[i].armed);
	}
	fakehost_poll_clear(&poll);
	kit_stop(&kit);
	yamltree_free(profile_node);
	yamltree_free(nodes[0]);
	yamltree_free(nodes[1]);
}

static struct col_device
describe(unsigned i, int64_t interval_ns, struct col_credential *credentials,
    char *address, size_t size)
{
	(void)snprintf(address, size, "127.0.0.1:%u",
	    (unsigned)ntohs(kit.bmcs[i].at.in.sin_port));
	credentials[0] = (struct col_credential){"first", nodes[0]};
	credentials[1] = (struct col_credential){"second", nodes[1]};
	return (struct col_device){.size = sizeof(struct col_device),
	    .id = "bmc", .address = address, .kind = "bmc", .profile = "auto",
	    .interval_ns = interval_ns, .credentials = credentials,
	    .n_credentials = nodes[1] != NULL ? 2 : 1, .options = values};
}

static void *
add(unsigned i, int64_t interval_ns)
{
	struct col_credential credentials[2];
	char address[64];
	struct col_device device = describe(i, interval_ns, credentials,
	    address, sizeof(address));
	struct col_error error = {.code = 0};
	void *added;

	assert_int_equal(input->device_add(state, &device, &added, &error), 0);
	return added;
}

static enum col_status
run(void *device, int64_t patience_ns)
{
	int64_t deadline_ns = kit.fake.now_ns + patience_ns;

	fakehost_poll_clear(&poll);
	poll = (struct col_poll){.fake = &kit.fake};
	input->poll_start(state, device, deadline_ns, &poll);
	while (!poll.done && kit.fake.now_ns < deadline_ns) {
		pass(10 * KIT_MS);
	}
	if (!poll.done) {
		input->poll_cancel(state, device, &poll);
		poll.done = true;
		poll.status = COL_POLL_CANCELLED;
	}
	return poll.status;
}

/* Polls until the sensors are known: learning may take some. */
static void
learn(void *device)
{
	for (int i = 0; i < 10; i++) {
		(void)run(device, 20 * KIT_S);
		if (poll.status == COL_POLL_OK &&
		    fakehost_slot(&poll, "temperature_c", "inlet") >= 0) {
			return;
		}
	}
	fail_msg("it is not learnt: %d, %s", (int)poll.status, poll.detail);
}

static unsigned
sessions(unsigned i)
{
	return bmc_sessions(&kit.bmcs[i].bmc, kit_time(&kit));
}

/* ---- polls ------------------------------------------------------------------------- */

static void
test_poll(void **unused)
{
	void *device;
	int slot;

	(void)unused;
	start(1, GOOD, NULL);
	device = add(0, 10 * KIT_S);
	learn(device);
	slot = fakehost_slot(&poll, "power_w", "");
	assert_true(slot >= 0);
	assert_true(poll.values[slot].number > 150 &&
	    poll.values[slot].number < 250);
	assert_int_equal(poll.values[slot].quality, COL_GOOD);
	assert_string_equal(poll.credential, "first");
	assert_int_equal(poll.n_done, 1);
	assert_int_equal(sessions(0), 1); /* kept */
	input->device_remove(state, device);
	pass(KIT_S);
	assert_int_equal(sessions(0), 0);
	stop();
}

static void
test_close(void **unused)
{
	void *device;

	(void)unused;
	start(1, GOOD, NULL);
	values[1].given = true;
	values[1].integer = 2; /* session: close */
	device = add(0, 10 * KIT_S);
	learn(device);
	pass(KIT_S);
	assert_int_equal(sessions(0), 0);
	assert_int_equal(run(device, 20 * KIT_S), COL_POLL_OK);
	pass(KIT_S);
	assert_int_equal(sessions(0), 0);
	input->device_remove(state, device);
	stop();
}

/* At 60 s the session would expire between polls. */
static void
test_keepalive(void **unused)
{
	void *device;
	uint32_t opened;

	(void)unused;
	start(1, GOOD, NULL);
	device = add(0, 60 * KIT_S);
	learn(device);
	opened = kit.bmcs[0].bmc.n_opened;
	for (int i = 0; i < 10; i++) {
		int64_t due_ns = kit.fake.now_ns + 60 * KIT_S;
		unsigned asked;
		assert_int_equal(run(device, 30 * KIT_S), COL_POLL_OK);
		asked = kit.bmcs[0].n_asked;
		pass(due_ns - kit.fake.now_ns);
		assert_int_equal(kit.bmcs[0].n_asked, asked + 1);
	}
	assert_int_equal(kit.bmcs[0].bmc.n_opened, opened);
	assert_int_equal(sessions(0), 1);
	input->device_remove(state, device);
	pass(KIT_S);
	assert_int_equal(sessions(0), 0);
	stop();
}

/* Above that, each poll has a session of its own. */
static void
test_rare(void **unused)
{
	void *device;

	(void)unused;
	start(1, GOOD, NULL);
	device = add(0, 300 * KIT_S);
	learn(device);
	pass(KIT_S);
	assert_int_equal(sessions(0), 0);
	input->device_remove(state, device);
	stop();
}

static void
test_dead(void **unused)
{
	void *device;

	(void)unused;
	start(1, GOOD, NULL);
	kit.bmcs[0].is_silent = true;
	device = add(0, 10 * KIT_S);
	assert_int_equal(run(device, 5 * KIT_S), COL_POLL_TIMEOUT);
	assert_non_null(strstr(poll.detail, "no answer"));
	/* Cancelled in the middle: nothing more is said of it. */
	fakehost_poll_clear(&poll);
	poll = (struct col_poll){.fake = &kit.fake};
	input->poll_start(state, device, kit.fake.now_ns + 5 * KIT_S, &poll);
	pass(100 * KIT_MS);
	input->poll_cancel(state, device, &poll);
	kit.bmcs[0].is_silent = false;
	pass(10 * KIT_S);
	assert_int_equal(poll.n_done, 0);
	assert_int_equal(poll.n_emits, 0);
	poll.done = true;
	learn(device);
	input->device_remove(state, device);
	stop();
}

/* ---- credentials and options --------------------------------------------------------- */

static void
test_credentials(void **unused)
{
	void *device;

	(void)unused;
	start(1, BAD, GOOD);
	device = add(0, 10 * KIT_S);
	learn(device);
	assert_string_equal(poll.credential, "second");
	input->device_remove(state, device);
	stop();
	start(1, UNUSABLE, NULL);
	device = add(0, 10 * KIT_S);
	assert_int_equal(run(device, 5 * KIT_S), COL_POLL_AUTH);
	assert_string_equal(poll.detail, "cannot read the secret");
	assert_int_equal(kit.bmcs[0].n_asked, 0);
	input->device_remove(state, device);
	stop();
	start(1, BAD, NULL);
	device = add(0, 10 * KIT_S);
	assert_int_equal(run(device, 5 * KIT_S), COL_POLL_AUTH);
	assert_non_null(strstr(poll.detail, "wrong password"));
	input->device_remove(state, device);
	stop();
}

static void
test_options(void **unused)
{
	static const struct { const char *address, *quirks, *words; } bad[] = {
	    {"snmprec:/x", NULL, "cannot be read over IPMI"},
	    {"192.0.2.1:70000", NULL, "address"},
	    {"192.0.2.1", "[authcap, nosuch]", "no quirk 'nosuch'"},
	    {"192.0.2.1", "authcap", "must be a list"},
	    {"192.0.2.1", "[{a: b}]", "no quirk ''"},
	};

	(void)unused;
	start(1, GOOD, NULL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct col_credential credentials[2];
		char address[64];
		struct col_device device = describe(0, 10 * KIT_S, credentials,
		    address, sizeof(address));
		struct col_node *quirks = bad[i].quirks == NULL ? NULL :
		    yamltree_parse(bad[i].quirks, "d.yaml");
		struct col_error error = {.code = 0};
		void *added = NULL;

		device.address = bad[i].address;
		values[4].node = quirks;
		values[4].given = quirks != NULL;
		assert_int_equal(input->device_add(state, &device, &added,
		    &error), COL_EINVAL);
		assert_null(added);
		if (strstr(error.text, bad[i].words) == NULL) {
			fail_msg("'%s' lacks '%s'", error.text, bad[i].words);
		}
		yamltree_free(quirks);
	}
	stop();
}

static void
test_change(void **unused)
{
	struct col_credential credentials[2];
	char address[64];
	struct col_device to;
	struct col_error error = {.code = 0};
	void *device;

	(void)unused;
	start(2, GOOD, NULL);
	device = add(0, 10 * KIT_S);
	learn(device);
	to = describe(1, 10 * KIT_S, credentials, address, sizeof(address));
	assert_int_equal(input->device_change(state, device, &to, &error), 0);
	pass(KIT_S);
	assert_int_equal(sessions(0), 0);
	learn(device);
	assert_int_equal(sessions(1), 1);
	to.address = "nonsense:";
	assert_int_equal(input->device_change(state, device, &to, &error),
	    COL_EINVAL);
	assert_int_equal(run(device, 20 * KIT_S), COL_POLL_OK); /* as it was */
	input->device_remove(state, device);
	stop();
}

/* A name is looked up on a thread of its own, in real time. */
static void
test_name(void **unused)
{
	struct col_credential credentials[2];
	char address[64];
	struct col_device from;
	struct col_error error = {.code = 0};
	void *device;

	(void)unused;
	start(1, GOOD, NULL);
	from = describe(0, 10 * KIT_S, credentials, address, sizeof(address));
	(void)snprintf(address, sizeof(address), "localhost:%u",
	    (unsigned)ntohs(kit.bmcs[0].at.in.sin_port));
	assert_int_equal(input->device_add(state, &from, &device, &error), 0);
	fakehost_poll_clear(&poll);
	poll = (struct col_poll){.fake = &kit.fake};
	input->poll_start(state, device, kit.fake.now_ns + 4000 * KIT_S, &poll);
	for (int i = 0; i < 200000 && !poll.done; i++) {
		pass(10 * KIT_MS);
	}
	/* IPv6 comes first on some machines, and nobody is there. */
	assert_true(poll.done);
	assert_int_not_equal(poll.status, COL_POLL_INTERNAL);
	input->device_remove(state, device);
	stop();
}

/* ---- discovery ------------------------------------------------------------------------ */

static struct col_discovery
discover(unsigned i, size_t n_credentials, int64_t patience_ns)
{
	struct col_credential credentials[2];
	char address[64];
	struct col_device device = describe(i, 0, credentials, address,
	    sizeof(address));
	struct col_discover request = {.size = sizeof(request),
	    .address = device.address, .credentials = credentials,
	    .n_credentials = n_credentials,
	    .deadline_ns = kit.fake.now_ns + patience_ns};
	struct col_discovery discovery = {.n_found = 0};

	input->discover(state, &request, &discovery);
	pass(patience_ns + KIT_S);
	assert_int_equal(discovery.n_ended, 1);
	return discovery;
}

static void
test_discover(void **unused)
{
	struct col_discovery found;

	(void)unused;
	start(1, GOOD, BAD);
	found = discover(0, 1, 5 * KIT_S);
	assert_int_equal(found.n_found, 1);
	assert_string_equal(found.kind, "bmc");
	assert_string_equal(found.credential, "first");
	assert_non_null(strstr(found.description, "manufacturer 674"));
	assert_int_equal(sessions(0), 0);
	found = discover(0, 0, 5 * KIT_S);
	assert_int_equal(found.n_found, 1);
	assert_string_equal(found.credential, "");
	stop();
	start(1, BAD, NULL);
	found = discover(0, 1, 5 * KIT_S);
	assert_int_equal(found.n_found, 1);
	assert_string_equal(found.credential, "");
	assert_non_null(strstr(found.description, "wrong password"));
	kit.bmcs[0].is_silent = true;
	found = discover(0, 1, 5 * KIT_S);
	assert_int_equal(found.n_found, 0);
	stop();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_poll),
	    cmocka_unit_test(test_close),
	    cmocka_unit_test(test_keepalive),
	    cmocka_unit_test(test_rare),
	    cmocka_unit_test(test_dead),
	    cmocka_unit_test(test_credentials),
	    cmocka_unit_test(test_options),
	    cmocka_unit_test(test_change),
	    cmocka_unit_test(test_name),
	    cmocka_unit_test(test_discover),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
