/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 72 hours of polls each minute, on the test's clock: sessions kept and closed,
 * datagrams lost, BMCs that start anew or are silent, devices that come and go.
 * In the end no BMC has a session too many, and no memory has been lost.
 */
#include <config.h>

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bmc_kit.h"

#define HOURS 72
#define POLLS (HOURS * 60)
#define COMMANDS 3             /* of one poll */
#define BMCS 4

enum { KEPT = 0, CLOSED, LOSSY, MOODY };

static struct kit kit;

static bool
lose_some(struct kit *at, unsigned i, bool to_bmc, uint8_t *bytes, size_t *n)
{
	(void)to_bmc;
	(void)bytes;
	(void)n;
	return (i != LOSSY && i != KEPT) ||
	    at->fake.host.random(&at->fake.host) % 100 >= 1;
}

static void
settle(void)
{
	for (int i = 0; i < 20000 && engine_is_busy(kit.engine); i++) {
		kit_pass(&kit, 10 * KIT_MS);
	}
	assert_false(engine_is_busy(kit.engine));
}

static bool
is_idle(void)
{
	for (unsigned i = 0; i < BMCS; i++) {
		if (link_is_busy(kit.bmcs[i].link)) {
			return false;
		}
	}
	return true;
}

/* One poll of all, at most 30 s. */
static unsigned
poll_all(void)
{
	unsigned n_good = 0;

	for (int command = 0; command < COMMANDS; command++) {
		for (unsigned i = 0; i < BMCS; i++) {
			kit_ask(&kit, kit.bmcs[i].link, LANMSG_APP, 1,
			    10 * KIT_S);
		}
		kit.status = 0;
		for (int i = 0; i < 1100 && !is_idle(); i++) {
			kit_pass(&kit, 10 * KIT_MS);
		}
		assert_true(is_idle());
		n_good += kit.status == 0;
	}
	link_rest(kit.bmcs[CLOSED].link);
	link_rest(kit.bmcs[LOSSY].link);
	settle();
	return n_good;
}

/* What happens in a data centre. */
static void
disturb(unsigned poll)
{
	struct kit_bmc *moody = &kit.bmcs[MOODY];

	moody->is_silent = poll % 100 >= 95;
	if (poll % 17 == 3) {
		bmc_restart(&moody->bmc, kit_time(&kit));
	}
	if (poll % 50 == 7) { /* its description changed */
		link_free(moody->link);
		(void)kit_link(&kit, MOODY, 1);
	}
	if (poll % 211 == 5) {
		bmc_restart(&kit.bmcs[KEPT].bmc, kit_time(&kit));
	}
}

static size_t
heap(void)
{
	return mallinfo2().uordblks;
}

static void
churn(const char *model, bool has_room)
{
	size_t heap_early = 0, vault_early = 0;
	unsigned n_good = 0;

	kit_start(&kit, BMCS, model);
	kit.filter = lose_some;
	for (unsigned i = 0; i < BMCS; i++) {
		(void)kit_link(&kit, i, 1);
	}
	for (unsigned poll = 0; poll < POLLS; poll++) {
		int64_t start = kit.fake.now_ns;
		disturb(poll);
		n_good += poll_all();
		if (kit.fake.now_ns < start + 60 * KIT_S) {
			kit.fake.now_ns = start + 60 * KIT_S;
		}
		for (unsigned i = 0; i < BMCS; i++) {
			assert_true(bmc_sessions(&kit.bmcs[i].bmc,
			    kit_time(&kit)) <= 3);
		}
		if (poll == 300) {
			heap_early = heap();
			vault_early = vault_size(kit.engine->vault);
		}
	}
	print_message("%s: %u of %d good, %llu opened, %llu closed, %llu lost\n",
	    model, n_good, POLLS * COMMANDS,
	    (unsigned long long)kit.engine->counters.opened,
	    (unsigned long long)kit.engine->counters.closed,
	    (unsigned long long)kit.engine->counters.lost);
	assert_true(heap() <= heap_early + 16384);
	assert_int_equal(vault_size(kit.engine->vault), vault_early);
	assert_true(kit.engine->counters.opened > 2 * POLLS);
	if (has_room) {
		assert_int_equal(kit.engine->counters.no_room, 0);
	}
	for (unsigned i = 0; i < BMCS; i++) {
		link_rest(kit.bmcs[i].link);
	}
	settle();
	assert_int_equal(kit.engine->n_sessions, 0);
	assert_int_equal(kit.engine->n_flying, 0);
	assert_int_equal(kit.engine->n_suspects, 0);
	kit.fake.now_ns += 61 * KIT_S;
	for (unsigned i = 0; i < BMCS; i++) {
		assert_int_equal(bmc_sessions(&kit.bmcs[i].bmc,
		    kit_time(&kit)), 0);
	}
	kit_stop(&kit);
}

static void
test_churn(void **state)
{
	(void)state;
	churn("bmc-dell", true);
}

/* A BMC that sets a slot aside for each Open Session that it sees. */
static void
test_leaky(void **state)
{
	(void)state;
	churn("bmc-intel", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_churn),
	    cmocka_unit_test(test_leaky),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
