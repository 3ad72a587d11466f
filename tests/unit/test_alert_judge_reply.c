/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What answers mean: the status, and what robots say behind a 200. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "alert/format.h"
#include "base/str.h"

static enum verdict
judge(enum receiver_type type, long status, const char *reply, char error[200],
    int64_t *wait_s)
{
	static struct answer answer;
	struct receiver receiver = { .name = "noc", .type = type };

	answer = (struct answer){ .end = TRANSPORT_ANSWERED, .status = status,
	    .retry_after_s = -1, .reply_size = strlen(reply) };
	assert_true(answer.reply_size < sizeof(answer.reply));
	memcpy(answer.reply, reply, answer.reply_size);
	return format_judge(&receiver, &answer, error, wait_s);
}

static void
statuses(void **unused)
{
	static const struct { long status; enum verdict verdict; } CASES[] = {
		{ 200, VERDICT_ACCEPTED }, { 201, VERDICT_ACCEPTED }, { 202, VERDICT_ACCEPTED },
		{ 204, VERDICT_ACCEPTED }, { 299, VERDICT_ACCEPTED },
		{ 301, VERDICT_REFUSED }, { 302, VERDICT_REFUSED }, { 304, VERDICT_REFUSED },
		{ 307, VERDICT_REFUSED }, { 308, VERDICT_REFUSED },
		{ 400, VERDICT_REFUSED }, { 401, VERDICT_REFUSED }, { 403, VERDICT_REFUSED },
		{ 404, VERDICT_REFUSED }, { 413, VERDICT_REFUSED }, { 422, VERDICT_REFUSED },
		{ 408, VERDICT_RETRY }, { 425, VERDICT_RETRY }, { 429, VERDICT_RETRY },
		{ 410, VERDICT_GONE },
		{ 500, VERDICT_RETRY }, { 502, VERDICT_RETRY }, { 503, VERDICT_RETRY },
		{ 504, VERDICT_RETRY }, { 599, VERDICT_RETRY }, { 0, VERDICT_RETRY },
		{ 103, VERDICT_RETRY },
	};
	char error[200];
	int64_t wait_s;

	(void)unused;
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
			if (CASES[i].verdict == VERDICT_ACCEPTED && type >= RECEIVER_SLACK) {
				continue;
			}
			assert_int_equal(judge((enum receiver_type)type, CASES[i].status,
			    "why\nnot", error, &wait_s), CASES[i].verdict);
			assert_int_equal(error[0] == '\0',
			    CASES[i].verdict == VERDICT_ACCEPTED);
			assert_null(strchr(error, '\n'));
		}
	}
	(void)judge(RECEIVER_WEBHOOK, 302, "", error, &wait_s);
	assert_non_null(strstr(error, "redirects are not followed"));
	(void)judge(RECEIVER_WEBHOOK, 404, "no such hook", error, &wait_s);
	assert_string_equal(error, "HTTP 404: no such hook");
}

struct reply { enum receiver_type type; const char *reply; enum verdict verdict;
	int64_t wait_s; const char *words; };

static void
replies(void **unused)
{
	static const struct reply CASES[] = {
		{ RECEIVER_DINGTALK, "{\"errcode\":0,\"errmsg\":\"ok\"}", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_DINGTALK, "{\"errcode\":310000,\"errmsg\":\"keywords not in content\"}",
		    VERDICT_REFUSED, 0, "keywords not in content" },
		{ RECEIVER_DINGTALK, "{\"errcode\":130101,\"errmsg\":\"send too fast\"}",
		    VERDICT_RETRY, 600, "20 a minute" },
		{ RECEIVER_DINGTALK, "{\"errcode\":-1,\"errmsg\":\"busy\"}", VERDICT_RETRY, 0, "busy" },
		{ RECEIVER_DINGTALK, "{\"errcode\":40035,\"errmsg\":\"bad json\"}", VERDICT_REFUSED, 0,
		    "errcode 40035: bad json" },
		{ RECEIVER_DINGTALK, "{\"errcode\":\"0\"}", VERDICT_RETRY, 0, "errcode" },
		{ RECEIVER_DINGTALK, "{\"code\":0}", VERDICT_RETRY, 0, "errcode" },
		{ RECEIVER_DINGTALK, "<html>Login</html>", VERDICT_RETRY, 0, "robot?" },
		{ RECEIVER_DINGTALK, "", VERDICT_RETRY, 0, "robot?" },
		{ RECEIVER_DINGTALK, "[]", VERDICT_RETRY, 0, "robot?" },
		{ RECEIVER_DINGTALK, "{\"errcode\":0", VERDICT_RETRY, 0, "robot?" },
		{ RECEIVER_DINGTALK, "{\"errcode\":5,\"errmsg\":{\"a\":[1]}}", VERDICT_REFUSED, 0,
		    "errcode 5" },
		{ RECEIVER_WECOM, "{\"errcode\":0,\"errmsg\":\"ok\"}", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_WECOM, "{\"errcode\":45009,\"errmsg\":\"freq\"}", VERDICT_RETRY, 60,
		    "20 a minute" },
		{ RECEIVER_WECOM, "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}",
		    VERDICT_REFUSED, 0, "key in the url" },
		{ RECEIVER_FEISHU, "{\"code\":0,\"msg\":\"success\",\"data\":{}}", VERDICT_ACCEPTED, 0,
		    "" },
		{ RECEIVER_FEISHU, "{\"StatusCode\":0,\"StatusMessage\":\"success\"}",
		    VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_FEISHU, "{\"code\":19021,\"msg\":\"sign match fail\"}", VERDICT_REFUSED, 0,
		    "clock" },
		{ RECEIVER_FEISHU, "{\"code\":19022,\"msg\":\"Ip Not Allowed\"}", VERDICT_REFUSED, 0,
		    "address" },
		{ RECEIVER_FEISHU, "{\"code\":19024,\"msg\":\"Key Words Not Found\"}",
		    VERDICT_REFUSED, 0, "keyword" },
		{ RECEIVER_FEISHU, "{\"code\":9499,\"msg\":\"Bad Request\"}", VERDICT_REFUSED, 0,
		    "Bad Request" },
		{ RECEIVER_FEISHU, "{\"code\":9499,\"msg\":\"too many request\"}", VERDICT_RETRY, 60,
		    "too many" },
		{ RECEIVER_FEISHU, "{\"code\":11232,\"msg\":\"frequency limited\"}", VERDICT_RETRY, 60,
		    "100 a minute" },
		{ RECEIVER_SLACK, "ok", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_SLACK, "ok\n", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_SLACK, "okay", VERDICT_RETRY, 0, "okay" },
		{ RECEIVER_SLACK, "", VERDICT_RETRY, 0, "nothing" },
		{ RECEIVER_TEAMS, "", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_TEAMS, "1", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_TEAMS, "Webhook message delivery failed with error: Microsoft Teams "
		    "endpoint returned HTTP error 429 with ContextId", VERDICT_RETRY, 60, "429" },
		{ RECEIVER_PAGERDUTY, "{\"status\":\"success\"}", VERDICT_ACCEPTED, 0, "" },
		{ RECEIVER_TEMPLATE, "\x01\xff garbage", VERDICT_ACCEPTED, 0, "" },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		char error[200];
		int64_t wait_s = 77;

		assert_int_equal(judge(CASES[i].type, 200, CASES[i].reply, error, &wait_s),
		    CASES[i].verdict);
		assert_int_equal(wait_s, CASES[i].wait_s);
		if (strstr(error, CASES[i].words) == NULL) {
			fail_msg("%s: %s", CASES[i].reply, error);
		}
		assert_true(str_is_utf8(error, strlen(error)));
	}
}

/* Retry-After is the receiver's word; without it some types have a time of theirs. */
static void
waits(void **unused)
{
	static const struct { enum receiver_type type; long status; int64_t said, wait_s; } CASES[] = {
		{ RECEIVER_WEBHOOK, 429, 7, 7 }, { RECEIVER_WEBHOOK, 503, 9, 9 },
		{ RECEIVER_WEBHOOK, 429, -1, 0 }, { RECEIVER_PAGERDUTY, 429, -1, 120 },
		{ RECEIVER_PAGERDUTY, 429, 3, 3 }, { RECEIVER_PAGERDUTY, 500, -1, 0 },
		{ RECEIVER_SLACK, 429, 30, 30 }, { RECEIVER_WEBHOOK, 200, 7, 0 },
		{ RECEIVER_WEBHOOK, 404, 7, 0 },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		static struct answer answer;
		struct receiver receiver = { .name = "noc", .type = CASES[i].type };
		char error[200];
		int64_t wait_s = 77;

		answer = (struct answer){ .end = TRANSPORT_ANSWERED, .status = CASES[i].status,
		    .retry_after_s = CASES[i].said };
		(void)format_judge(&receiver, &answer, error, &wait_s);
		assert_int_equal(wait_s, CASES[i].wait_s);
	}
}

static void
no_answer_is_tried_again(void **unused)
{
	static struct answer answer = { .end = TRANSPORT_REFUSED, .retry_after_s = -1,
		.error = "10.0.0.1 is a private network" };
	struct receiver receiver = { .name = "noc", .type = RECEIVER_DINGTALK };
	char error[200];
	int64_t wait_s;

	(void)unused;
	assert_int_equal(format_judge(&receiver, &answer, error, &wait_s), VERDICT_RETRY);
	assert_string_equal(error, answer.error);
	answer.end = TRANSPORT_BROKEN;
	assert_int_equal(format_judge(&receiver, &answer, error, &wait_s), VERDICT_RETRY);
}

static void
rates_are_below_the_limits(void **unused)
{
	double per_minute, burst;

	(void)unused;
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		format_rate((enum receiver_type)type, &per_minute, &burst);
		assert_true(per_minute > 0 && burst >= 1);
	}
	format_rate(RECEIVER_DINGTALK, &per_minute, &burst);
	assert_true(per_minute < 20);
	format_rate(RECEIVER_FEISHU, &per_minute, &burst);
	assert_true(per_minute < 100 && burst < 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses),
		cmocka_unit_test(replies),
		cmocka_unit_test(waits),
		cmocka_unit_test(no_answer_is_tried_again),
		cmocka_unit_test(rates_are_below_the_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
