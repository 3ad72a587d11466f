/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a BMC, or somebody in its name, may answer: late, twice, forged, broken,
 * busy; with racksim's BMCs on the test's own clock.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../racksim/bmc_session.h"
#include "bmc_kit.h"

static struct kit kit;

static void
test_late(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 2, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	(void)kit_link(&kit, 1, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit.bmcs[0].delay_ns = 30 * KIT_S;
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 4 * KIT_S),
	    COL_ETIMEOUT);
	kit_ask(&kit, link, LANMSG_SENSOR, 0x2d, 20 * KIT_S);
	/* Others are as quick as ever. */
	for (int i = 0; i < 10; i++) {
		int64_t start = kit.fake.now_ns;
		kit_ask(&kit, kit.bmcs[1].link, LANMSG_APP, 1, 4 * KIT_S);
		kit_pass(&kit, 200 * KIT_MS);
		assert_false(link_is_busy(kit.bmcs[1].link));
		assert_true(kit.fake.now_ns - start <= 200 * KIT_MS);
	}
	kit_pass(&kit, 60 * KIT_S); /* all of it has come */
	/* Now it is known what kind of silence it is. */
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 4 * KIT_S),
	    COL_ETIMEOUT);
	assert_non_null(strstr(link_fault(link), "answers come too late"));
	assert_non_null(strstr(link_fault(link), "'timeout' of credential good"));
	kit_pass(&kit, 60 * KIT_S);
	kit.bmcs[0].delay_ns = 0;
	assert_int_equal(kit_device_id(&kit, link), 0);
	assert_true(kit.engine->counters.late > 0);
	kit_stop(&kit);
}

/* A slow BMC is not lost: its answers teach how long to wait. */
static void
test_slow(void **state)
{
	struct link *link;
	uint64_t retries;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.bmcs[0].delay_ns = 700 * KIT_MS;
	link = kit_link(&kit, 0, 1);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(kit_device_id(&kit, link), 0);
	}
	retries = kit.engine->counters.retries;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(kit_device_id(&kit, link), 0);
	}
	assert_int_equal(kit.engine->counters.retries, retries);
	assert_int_equal(kit.engine->counters.lost, 0);
	kit_stop(&kit);
}

static void
test_stranger(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	kit.answers_astray = true;
	assert_int_equal(kit_device_id(&kit, link), COL_ETIMEOUT);
	assert_true(kit.engine->counters.wrong_source >= 3);
	kit.answers_astray = false;
	assert_int_equal(kit_device_id(&kit, link), 0);
	/* In a session, too. */
	kit.answers_astray = true;
	assert_int_equal(kit_device_id(&kit, link), COL_ETIMEOUT);
	kit_stop(&kit);
}

static bool
break_answers(struct kit *at, unsigned i, bool to_bmc, uint8_t *bytes,
    size_t *n)
{
	(void)at;
	(void)i;
	if (!to_bmc && (bytes[5] & 0x40) != 0) {
		bytes[*n - 1] ^= 0x40; /* of those that are signed */
	}
	return true;
}

static bool
only_noise(struct kit *at, unsigned i, bool to_bmc, uint8_t *bytes, size_t *n)
{
	(void)i;
	if (!to_bmc) {
		for (size_t j = 0; j < *n; j++) {
			bytes[j] = (uint8_t)at->fake.host.random(
			    &at->fake.host);
		}
	}
	return true;
}

static void
test_forged(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit.filter = break_answers;
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 1 * KIT_S),
	    COL_EPROTO);
	assert_non_null(strstr(link_fault(link), "signature"));
	assert_non_null(strstr(link_fault(link), "ignoreauthcode"));
	assert_true(kit.engine->counters.forged >= 1);
	kit.filter = NULL;
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit_stop(&kit);
}

static void
test_noise(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	kit.filter = only_noise;
	assert_int_equal(kit_device_id(&kit, link), COL_EPROTO);
	assert_non_null(strstr(link_fault(link), "wrong length or layout"));
	assert_true(kit.engine->counters.malformed >= 1);
	kit.filter = NULL;
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit_stop(&kit);
}

static void
test_checks(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	kit.bmcs[0].order.bad_rakp2 = true;
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "RAKP 2"));
	kit_stop(&kit);
	kit_start(&kit, 1, "bmc-dell");
	kit.bmcs[0].order.bad_rakp4 = true;
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), COL_EAUTH);
	assert_non_null(strstr(link_fault(link), "RAKP 4"));
	assert_non_null(strstr(link_fault(link), "integritycheckvalue"));
	kit_stop(&kit);
	/* The quirk that was named lets it through. */
	kit_start(&kit, 1, "bmc-dell");
	kit.bmcs[0].order.bad_rakp4 = true;
	link = kit_link_with(&kit, 0, 1, (struct link_setup){.suite = -1,
	    .quirks = QUIRK_INTEGRITYCHECKVALUE});
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit.bmcs[0].order.bad_code = true;
	assert_int_equal(kit_wait(&kit, link, LANMSG_APP, 1, 1 * KIT_S),
	    COL_EPROTO);
	link_quirks_set(link, QUIRK_IGNOREAUTHCODE);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit_stop(&kit);
}

static bool
replay_last(struct kit *at, unsigned i, bool to_bmc, uint8_t *bytes, size_t *n)
{
	static uint8_t last[BMC_SIZE_MAX];
	static size_t n_last;
	static unsigned count;

	(void)i;
	(void)at;
	if (to_bmc) {
		return true;
	}
	count++;
	if (count % 2 == 0 && n_last > 0) {
		memcpy(bytes, last, n_last); /* the one before once more */
		*n = n_last;
		return true;
	}
	memcpy(last, bytes, *n);
	n_last = *n;
	return true;
}

static void
test_replay(void **state)
{
	struct link *link;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit.filter = replay_last;
	for (int i = 0; i < 6; i++) {
		assert_int_equal(kit_device_id(&kit, link), 0);
	}
	assert_true(kit.engine->counters.replayed >= 2);
	kit_stop(&kit);
}

/* ---- a BMC without time ------------------------------------------------------------- */

static void
test_busy(void **state)
{
	struct link *link;
	unsigned asked;

	(void)state;
	kit_start(&kit, 1, "bmc-dell");
	link = kit_link(&kit, 0, 1);
	assert_int_equal(kit_device_id(&kit, link), 0);
	kit.bmcs[0].order.busy = true;
	asked = kit.bmcs[0].n_asked;
	kit_ask(&kit, link, LANMSG_SENSOR, 0x2d, 10 * KIT_S);
	kit_pass(&kit, 500 * KIT_MS);
	assert_true(link_is_busy(link));
	kit_pass(&kit, 2500 * KIT_MS);
	assert_false(link_is_busy(link));
	assert_int_equal(kit.status, 0);
	assert_int_equal(kit.completion, LANMSG_BUSY);
	assert_int_equal(kit.bmcs[0].n_asked, asked + 3);
	assert_int_equal(kit.engine->counters.busy, 2);
	kit_stop(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_late),
	    cmocka_unit_test(test_slow),
	    cmocka_unit_test(test_stranger),
	    cmocka_unit_test(test_forged),
	    cmocka_unit_test(test_noise),
	    cmocka_unit_test(test_checks),
	    cmocka_unit_test(test_replay),
	    cmocka_unit_test(test_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
