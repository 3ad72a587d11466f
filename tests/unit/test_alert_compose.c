/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices made of alerts, brought up to date, and many made one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alert/compose.h"

static struct alert
made(int64_t id, enum severity severity, enum alert_state state)
{
	return (struct alert){ .id = id, .severity = severity, .state = state };
}

static void
test_order(void **unused)
{
	struct alert alerts[] = {
		made(1, SEVERITY_CRITICAL, ALERT_RESOLVED), made(2, SEVERITY_INFO, ALERT_FIRING),
		made(4, SEVERITY_CRITICAL, ALERT_STALE), made(3, SEVERITY_CRITICAL, ALERT_FIRING),
	};
	static const int64_t wanted[] = { 3, 4, 2, 1 };
	struct notice notice = { .n_alerts = 4, .alerts = alerts, .n_more = 1 };

	(void)unused;
	assert_int_equal(compose_type(&notice), NOTICE_FIRING);
	assert_int_equal(compose_worst(&notice), SEVERITY_CRITICAL);
	compose_cut(&notice, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(alerts[i].id, wanted[i]);
	}
	assert_int_equal(notice.n_alerts, 3);
	assert_int_equal(notice.n_more, 2);
}

static void
test_renew(void **unused)
{
	struct alert alerts[] = { made(1, SEVERITY_CRITICAL, ALERT_FIRING),
	    made(2, SEVERITY_WARNING, ALERT_FIRING) };
	struct notice notice = { .type = NOTICE_FIRING, .n_alerts = 2, .alerts = alerts,
	    .repeat = true };
	struct alert first = made(1, SEVERITY_CRITICAL, ALERT_RESOLVED);
	struct alert second = made(2, SEVERITY_WARNING, ALERT_RESOLVED);
	struct alert other = made(3, SEVERITY_WARNING, ALERT_RESOLVED);

	(void)unused;
	assert_false(compose_renew(&notice, &other));
	assert_true(compose_renew(&notice, &first));
	assert_int_equal(notice.type, NOTICE_FIRING);
	assert_true(notice.repeat);
	assert_int_equal(alerts[0].id, 2);
	/* what is over in it is over */
	assert_false(compose_renew(&notice, &first));
	assert_true(compose_renew(&notice, &second));
	assert_int_equal(notice.type, NOTICE_RESOLVED);
	assert_false(notice.repeat);
	notice.type = NOTICE_ACKNOWLEDGED;
	alerts[0].state = ALERT_FIRING;
	assert_false(compose_renew(&notice, &alerts[0]));
}

static void
test_digest(void **unused)
{
	struct compose_digest digest = { .n = 0 };
	struct notice into = { .n_alerts = 0 };

	(void)unused;
	/* newest first: what is over now is not said to fire */
	for (int64_t id = 1000; id > 0; id--) {
		struct alert over = made(id, SEVERITY_CRITICAL, ALERT_RESOLVED);
		struct notice notice = { .n_alerts = 1, .alerts = &over };

		if (id % 2 == 0) {
			compose_digest_add(&digest, &notice);
		}
	}
	for (int64_t id = 1000; id > 0; id--) {
		struct alert fires = made(id, id == 501 ? SEVERITY_CRITICAL :
		    SEVERITY_WARNING, ALERT_FIRING);
		struct notice notice = { .n_alerts = 1, .alerts = &fires,
		    .n_more = id == 1 ? 5 : 0 };

		compose_digest_add(&digest, &notice);
	}
	assert_int_equal(compose_digest_end(&digest, &into), 0);
	assert_int_equal(into.n_alerts, COMPOSE_DIGEST_ALERTS);
	assert_int_equal(into.n_more, 1000 - COMPOSE_DIGEST_ALERTS + 5);
	assert_int_equal(into.alerts[0].id, 501);
	for (size_t i = 1; i < into.n_alerts; i++) {
		assert_int_equal(into.alerts[i].id, 2 * (int64_t)i - 1);
		assert_int_equal(into.alerts[i].state, ALERT_FIRING);
	}
	notice_done(&into);
}

static void
test_digest_of_few(void **unused)
{
	struct alert alerts[] = { made(7, SEVERITY_INFO, ALERT_FIRING),
	    made(8, SEVERITY_INFO, ALERT_RESOLVED) };
	struct notice notice = { .n_alerts = 2, .alerts = alerts }, into = { .n_alerts = 0 };
	struct compose_digest digest = { .n = 0 };

	(void)unused;
	compose_digest_add(&digest, &notice);
	compose_digest_add(&digest, &notice);
	assert_int_equal(compose_digest_end(&digest, &into), 0);
	assert_int_equal(into.n_alerts, 2);
	assert_int_equal(into.n_more, 0);
	notice_done(&into);
}

/* Machines get every alert, people a digest. */
static void
test_limits(void **unused)
{
	(void)unused;
	for (unsigned type = 0; type < RECEIVER_TYPE_N; type++) {
		struct compose_limit limit = compose_limit((enum receiver_type)type);

		assert_true(limit.most > 0);
		assert_int_equal(limit.split, !compose_digests((enum receiver_type)type));
	}
	assert_int_equal(compose_limit(RECEIVER_PAGERDUTY).most, 1);
	assert_true(compose_digests(RECEIVER_DINGTALK));
	assert_false(compose_digests(RECEIVER_ALERTMANAGER));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_renew),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_digest_of_few),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
