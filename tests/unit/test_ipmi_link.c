/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sessions with racksim's BMCs, which were written apart from the plugin, on
 * the test's own clock.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../racksim/bmc_session.h"
#include "bmc_kit.h"
#include "loopback.h"

static struct kit kit;
static int patient_status;
static unsigned n_to_lose;

/* ---- opening ---------------------------------------------------------------------- */

static void
test_suites(void **state)
{
	static const struct { const char *model; enum seal_suite suite; }
	models[] = {{"bmc-dell", SEAL_17}, {"bmc-plain", SEAL_3},
	    {"bmc-intel", SEAL_17}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct link *link;
		kit_start(&kit, 1, models[i].model);
		link = kit_link(&kit, 0, 1);
		assert_false(link_is_open(link));
		assert_int_equal(kit_device_id(&kit, link), 0);
		assert_int_equal(kit.completion, 0);
		assert_true(kit.n_data >= 11);
		assert_int_equal(link->suite, models[i].suite);
		assert_string_equal(link_fault(link), "");
		assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc,
		    kit_time(&kit)), 1);
		kit_stop(&kit);
	}
}

/* Capabilities, Open Session, two RAKPs; then one datagram a command. */
static void
test_round_trips(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.bmcs[0].n_asked, 5);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.bmcs[0].n_asked, 6);
	/* Closed and opened again: what was learned is remembered. */
	link_rest(link);
	kit_pass(&kit, KIT_S);
	assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc, kit_time(&kit)), 0);
	assert_int_equal(kit.bmcs[0].n_asked, 7);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.bmcs[0].n_asked, 11);
	kit_stop(&kit);
}

static void
test_suite_fixed(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-plain"); /* speaks 3 only */
	link = kit_link_with(&kit, 0, 1, (struct link_setup){.suite = SEAL_17});
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "cipher suite refused"));
	assert_non_null(strstr(link_fault(link), "no suite 17"));
	assert_non_null(strstr(link_fault(link), "'cipher_suite'"));
	kit_stop(&kit);
}

/* 0 is used when it is said, and never else. */
static void
test_suite_0(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.setup.allow_suite_0 = true;
	link = kit_link_with(&kit, 0, 1, (struct link_setup){.suite = SEAL_0});
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(link->suite, SEAL_0);
	kit_stop(&kit);
}

static void
test_privilege(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.list[0] = &kit.accounts[1];
	link = kit_link_with(&kit, 0, 1, (struct link_setup){.suite = -1,
	    .privilege = ACCOUNT_ADMIN});
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.bmcs[0].bmc.sessions->level, BMC_ADMIN);
	kit_stop(&kit);
	/* A user may not have it: named, and no session is left behind. */
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link_with(&kit, 0, 1, (struct link_setup){.suite = -1,
	    .privilege = ACCOUNT_ADMIN});
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "privilege refused"));
	assert_non_null(strstr(link_fault(link), "'administrator'"));
	assert_non_null(strstr(link_fault(link), "'mon'"));
	kit_stop(&kit);
}

/* ---- accounts ---------------------------------------------------------------------- */

static void
test_password(void **state)
{
	struct link *link;
	unsigned asked;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.list[0] = &kit.accounts[2];
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "wrong password for 'mon'"));
	assert_non_null(strstr(link_fault(link), "credential bad"));
	assert_non_null(strstr(link_fault(link), "left alone for"));
	/* For a minute or more nothing is sent: accounts get locked. */
	asked = kit.bmcs[0].n_asked;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
		kit_pass(&kit, 10 * KIT_S);
	}
	assert_int_equal(kit.bmcs[0].n_asked, asked);
	kit_pass(&kit, 45 * KIT_S);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_true(kit.bmcs[0].n_asked > asked);
	kit_stop(&kit);
}

static void
test_user(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	memcpy(kit.accounts[0].identity.user, "nob", 3);
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "wrong user: 'nob'"));
	assert_non_null(strstr(link_fault(link), "status 0Dh"));
	kit_stop(&kit);
}

/* They are tried in order, and the one that works is used from then on. */
static void
test_list(void **state)
{
	struct link *link;
	unsigned asked;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.list[0] = &kit.accounts[2];
	kit.list[1] = &kit.accounts[0];
	link = kit_link(&kit, 0, 2);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(link_account(link), 1);
	link_rest(link);
	kit_pass(&kit, KIT_S);
	asked = kit.bmcs[0].n_asked;
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.bmcs[0].n_asked, asked + 4);
	kit_stop(&kit);
}

static void
test_nobody(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 0);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "no credential"));
	assert_int_equal(kit.bmcs[0].n_asked, 0);
	/* Without one it can still be found. */
	kit.status = -1;
	assert_int_equal(link_probe(link, kit.fake.now_ns + 5 * KIT_S,
	    NULL, NULL), 0);
	link_cancel(link);
	kit_stop(&kit);
}

/* ---- a BMC that has no room -------------------------------------------------------- */

static void
test_no_room(void **state)
{
	struct link *link;
	unsigned asked;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.bmcs[0].order.no_slots = true;
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), COL_EBUSY);
	assert_non_null(strstr(link_fault(link), "no room for another session"));
	assert_non_null(strstr(link_fault(link), "status 01h"));
	asked = kit.bmcs[0].n_asked;
	kit.bmcs[0].order.no_slots = false;
	kit_pass(&kit, 50 * KIT_S);
	assert_int_equal(kit_device_id(&kit, link), COL_EBUSY);
	assert_int_equal(kit.bmcs[0].n_asked, asked);
	kit_pass(&kit, 40 * KIT_S);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit_stop(&kit);
}

/* ---- sessions that get lost -------------------------------------------------------- */

static void
test_reopen(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	/* The BMC forgets it, as it does after a minute's silence. */
	kit_pass(&kit, 70 * KIT_S);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.engine->counters.lost, 1);
	assert_int_equal(kit.engine->counters.opened, 2);
	/* It starts anew. */
	kit_pass(&kit, KIT_S);
	bmc_restart(&kit.bmcs[0].bmc, kit_time(&kit));
	kit_pass(&kit, KIT_S);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.engine->counters.opened, 3);
	assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc, kit_time(&kit)), 1);
	kit_stop(&kit);
}

static void
test_dead(void **state)
{
	struct link *link;
	unsigned asked;

	(void)state;
	kit_start(&kit, 2, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	(void)kit_link(&kit, 1, 1);
	kit.bmcs[0].is_silent = true;
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 30 * KIT_S),
	    COL_ETIMEOUT);
	assert_non_null(strstr(link_fault(link), "no answer"));
	assert_non_null(strstr(link_fault(link),
	    "Get Channel Authentication Capabilities"));
	assert_int_equal(kit.bmcs[0].n_asked, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1,
		    30 * KIT_S), COL_ETIMEOUT);
	}
	/* Taken for dead: one datagram a time. */
	asked = kit.bmcs[0].n_asked;
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 30 * KIT_S),
	    COL_ETIMEOUT);
	assert_int_equal(kit.bmcs[0].n_asked, asked + 1);
	assert_null(strstr(link_fault(link), "too late"));
	/* Its neighbour does not feel it, and it comes back. */
	assert_int_equal(kit_device_id(&kit, kit.bmcs[1].link), 0);
	kit.bmcs[0].is_silent = false;
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(link->n_failed, 0);
	kit_stop(&kit);
}

/* Dead in the middle of a session: the deadline of the poll is kept. */
static void
test_deadline(void **state)
{
	struct link *link;
	int64_t start;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit.bmcs[0].is_silent = true;
	start = kit.fake.now_ns;
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 1500 * KIT_MS),
	    COL_ETIMEOUT);
	assert_true(kit.fake.now_ns - start <= 1550 * KIT_MS);
	assert_false(link_is_open(link));
	assert_false(link_is_busy(link));
	assert_int_equal(kit.engine->n_flying, 0);
	assert_int_equal(kit.engine->n_waiting, 0);
	kit_stop(&kit);
}

/* ---- losses, and who asks what ------------------------------------------------------- */

static bool
lose_some(struct kit *at, unsigned i, bool to_bmc, uint8_t *bytes, size_t *n)
{
	(void)i;
	(void)to_bmc;
	(void)bytes;
	(void)n;
	return at->fake.host.random(&at->fake.host) % 100 >= 10;
}

static void
test_loss(void **state)
{
	unsigned n_good = 0;

	(void)state;
	kit_start(&kit, 4, "bmc-dell");
	kit.filter = lose_some;
	for (unsigned i = 0; i < 4; i++) {
		(void)kit_link(&kit, i, 1);
	}
	for (unsigned i = 0; i < 400; i++) {
		n_good += kit_wait(&kit, kit.bmcs[i % 4].link, LANMSG_APP, 1,
		    20 * KIT_S) == 0;
	}
	assert_true(n_good > 390);
	assert_int_equal(kit.engine->n_flying, 0);
	assert_int_equal(kit.engine->n_suspects, 0);
	kit_stop(&kit);
}

static void
test_ask(void **state)
{
	struct link *link;
	struct link_request request = {.netfn = LANMSG_APP, .command = 1,
	    .deadline_ns = INT64_MAX};
	uint8_t big[LINK_DATA_MAX + 1] = {0};

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(link_ask(link, &request), COL_EINVAL); /* no fn */
	kit_ask(&kit, link, LANMSG_APP, 1, KIT_S);
	assert_true(link_is_busy(link));
	assert_int_equal(link_ask(link, &request), COL_EBUSY);
	link_cancel(link);
	assert_false(link_is_busy(link));
	kit_pass(&kit, 5 * KIT_S);
	assert_int_equal(kit.n_ends, 0);
	request.netfn = 7; /* an answer's */
	assert_int_equal(link_ask(link, &request), COL_EINVAL);
	request.netfn = 6;
	request.data = big;
	request.n = sizeof(big);
	assert_int_equal(link_ask(link, &request), COL_EINVAL);
	assert_int_equal(kit_device_id(&kit, link), 0);
	/* Cancelled in flight: its answer is nobody's. */
	kit_ask(&kit, link, LANMSG_APP, 1, KIT_S);
	kit.fake.now_ns += 10 * KIT_MS;
	engine_tick(kit.engine);
	link_cancel(link);
	kit_ask(&kit, link, LANMSG_SENSOR, 0x2d, 10 * KIT_S);
	kit_pass(&kit, KIT_S);
	assert_int_equal(kit.n_ends, 2);
	assert_int_equal(kit.engine->counters.late, 1);
	kit_stop(&kit);
}

/* A link that is freed says goodbye; another address is another BMC. */
static void
test_farewell(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 2, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	link_address(link, &kit.bmcs[1].at);
	kit_pass(&kit, KIT_S);
	assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc, kit_time(&kit)), 0);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(bmc_sessions(&kit.bmcs[1].bmc, kit_time(&kit)), 1);
	link_free(link);
	kit.bmcs[0].link = NULL;
	kit_pass(&kit, KIT_S);
	assert_int_equal(bmc_sessions(&kit.bmcs[1].bmc, kit_time(&kit)), 0);
	assert_int_equal(kit.engine->n_sessions, 0);
	kit_stop(&kit);
}

static void
on_patient(void *arg, int status, uint8_t completion, const uint8_t *data,
    size_t n)
{
	(void)arg;
	(void)completion;
	(void)data;
	(void)n;
	patient_status = status;
}

/* Loses the next n_to_lose datagrams to the BMC. */
static bool
lose_closes(struct kit *at, unsigned i, bool to_bmc, uint8_t *bytes, size_t *n)
{
	(void)at;
	(void)i;
	(void)bytes;
	(void)n;
	if (!to_bmc || n_to_lose == 0) {
		return true;
	}
	n_to_lose--;
	return false;
}

/* A farewell that is lost is said again, thrice in all; the slot is free. */
static void
test_farewell_lost(void **state)
{
	struct link *link;

	(void)state;
	for (unsigned lost = 1; lost <= 3; lost++) {
		kit_start(&kit, 1, "bmc-dell");
		link = kit_link(&kit, 0, 1);
		assert_int_equal(kit_device_id(&kit, link), 0);
		n_to_lose = lost;
		kit.filter = lose_closes;
		link_rest(link);
		kit_pass(&kit, 3 * KIT_S);
		assert_false(engine_is_busy(kit.engine));
		assert_int_equal(n_to_lose, 0);
		assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc,
		    kit_time(&kit)), lost < 3 ? 0 : 1);
		kit_stop(&kit);
	}
}

/* At the end of the engine too, where nobody has a tick any more. */
static void
test_farewell_at_end(void **state)
{
	uint8_t first[256], next[256];
	ssize_t n;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	assert_int_equal(kit_device_id(&kit, kit_link(&kit, 0, 1)), 0);
	link_free(kit.bmcs[0].link);
	kit.bmcs[0].link = NULL;
	engine_free(kit.engine);
	kit.engine = NULL;
	loopback_settle();
	n = recv(kit.bmcs[0].fd, first, sizeof(first), MSG_DONTWAIT);
	assert_true(n > 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(recv(kit.bmcs[0].fd, next, sizeof(next),
		    MSG_DONTWAIT), n);
		assert_memory_equal(first, next, (size_t)n);
	}
	assert_int_equal(recv(kit.bmcs[0].fd, next, sizeof(next),
	    MSG_DONTWAIT), -1);
	kit_stop(&kit);
}

/* Two devices with one address do not take each other's answers. */
static void
test_twins(void **state)
{
	struct link *twin;

	(void)state;
	kit_start(&kit, 2, "bmc-dell");
	(void)kit_link(&kit, 0, 1);
	twin = kit_link(&kit, 1, 1);
	link_address(twin, &kit.bmcs[0].at);
	kit_ask(&kit, kit.bmcs[0].link, LANMSG_APP, 1, 5 * KIT_S);
	kit_ask(&kit, twin, LANMSG_SENSOR, 0x2d, 5 * KIT_S);
	kit_pass(&kit, 4 * KIT_S);
	assert_int_equal(kit.n_ends, 2);
	assert_int_equal(kit.status, 0);
	assert_int_equal(bmc_sessions(&kit.bmcs[0].bmc, kit_time(&kit)), 2);
	kit_stop(&kit);
}

static void
ask_patiently(struct link *link, int64_t start_by_ns)
{
	struct link_request request = {.netfn = LANMSG_APP, .command = 1,
	    .deadline_ns = kit.fake.now_ns + 30 * KIT_S,
	    .start_by_ns = start_by_ns, .fn = on_patient};

	patient_status = 1;
	assert_int_equal(link_ask(link, &request), 0);
}

/* What can wait lets others go first, and gives up where there is no turn. */
static void
test_patient(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 2, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	(void)kit_link(&kit, 1, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit_device_id(&kit, kit.bmcs[1].link), 0);
	kit.bmcs[0].n_asked = kit.bmcs[1].n_asked = 0;
	/* Room for one: the other's goes, though it came later. */
	kit.engine->window = 1;
	kit.bmcs[1].delay_ns = 50 * KIT_MS;
	ask_patiently(link, kit.fake.now_ns + 10 * KIT_S);
	kit_ask(&kit, kit.bmcs[1].link, LANMSG_APP, 1, 5 * KIT_S);
	kit_pass(&kit, 30 * KIT_MS);
	assert_int_equal(kit.bmcs[0].n_asked, 0);
	assert_int_equal(kit.bmcs[1].n_asked, 1);
	kit_pass(&kit, KIT_S);
	assert_int_equal(patient_status, 0);
	assert_int_equal(kit.bmcs[0].n_asked, 1);
	/* No turn comes: it ends in time, unsent, and the session stays. */
	kit.engine->patient_ns = -5 * KIT_S;
	ask_patiently(link, kit.fake.now_ns + KIT_S);
	kit_pass(&kit, KIT_S / 2);
	assert_int_equal(patient_status, 1);
	kit_pass(&kit, KIT_S);
	assert_int_equal(patient_status, COL_EFULL);
	assert_int_equal(kit.bmcs[0].n_asked, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_int_equal(kit.bmcs[0].n_asked, 2);
	kit_stop(&kit);
}

/* A thread that stood still has not saved up a flood. */
static void
test_pace(void **state)
{
	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit_pass(&kit, 100 * KIT_MS);
	kit.fake.now_ns += 60 * KIT_S;
	kit_pass(&kit, 10 * KIT_MS);
	assert_true(kit.engine->patient_ns <= 20 * KIT_MS);
	kit_stop(&kit);
}

static void
test_size(void **state)
{
	size_t whole = sizeof(struct link) + sizeof(struct seal_keys) +
	    sizeof(struct link *) * 2 + sizeof(uint32_t) + 1;

	(void)state;
	print_message("%zu bytes a BMC with a session\n", whole);
	assert_true(whole <= 512);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_suites),
	    cmocka_unit_test(test_round_trips),
	    cmocka_unit_test(test_suite_fixed),
	    cmocka_unit_test(test_suite_0),
	    cmocka_unit_test(test_privilege),
	    cmocka_unit_test(test_password),
	    cmocka_unit_test(test_user),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_nobody),
	    cmocka_unit_test(test_no_room),
	    cmocka_unit_test(test_reopen),
	    cmocka_unit_test(test_dead),
	    cmocka_unit_test(test_deadline),
	    cmocka_unit_test(test_loss),
	    cmocka_unit_test(test_ask),
	    cmocka_unit_test(test_farewell),
	    cmocka_unit_test(test_farewell_lost),
	    cmocka_unit_test(test_farewell_at_end),
	    cmocka_unit_test(test_twins),
	    cmocka_unit_test(test_patient),
	    cmocka_unit_test(test_pace),
	    cmocka_unit_test(test_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
