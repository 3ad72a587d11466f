/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Receivers as read, and their secrets: what is taken, what is refused, and that
 * no message repeats one.  Other broken ones are in tests/fixtures/config.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "config_fake.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *folder;

/* Loads receivers: {r: {REST}} from the folder. */
static void
load(struct config_fake *fake, const char *rest)
{
	char text[2048], path[512];

	snprintf(text, sizeof(text), "alerts: []\nreceivers: {r: {%s}}\n", rest);
	config_fake_write(folder, "collectord.yaml", text);
	snprintf(path, sizeof(path), "%s/collectord.yaml", folder);
	config_fake_file(fake, path);
}

static void
write_secret(const char *name, const char *text, mode_t mode)
{
	char path[512];

	config_fake_write(folder, name, text);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(chmod(path, mode), 0);
}

static int
set_up(void **state)
{
	(void)state;
	folder = config_fake_folder();
	write_secret("url", "https://robot.example.com/send?key=hunter2\n", 0600);
	write_secret("http-url", "http://10.1.2.3/hunter2\n", 0600);
	write_secret("words", "no hunter2 url\n", 0600);
	write_secret("key", "whsec_hunter2\n", 0600);
	write_secret("loose", "whsec_hunter2\n", 0666);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	config_fake_remove(folder);
	return 0;
}

static void
a_whole_receiver_is_read(void **state)
{
	struct config_fake fake;
	const struct receiver *r;

	(void)state;
	load(&fake, "type: webhook, url: \"http://10.1.2.3:8080/in\", allow_http: true, "
	    "secret: {file: key}, old_secret: {file: key}, token: {file: key}, "
	    "ca_file: key, allow: [10.0.0.0/8, \"fd00::/8\", 192.0.2.1], lang: zh, "
	    "timeout: 5s, rate: {per_minute: 30, burst: 4}, resolved: false, repeat: 0s, "
	    "silent: 10m, keep: 24h");
	assert_non_null(fake.config);
	assert_int_equal(fake.config->alerting.n_receivers, 1);
	r = fake.config->alerting.receivers;
	assert_string_equal(r->name, "r");
	assert_int_equal(r->type, RECEIVER_WEBHOOK);
	assert_string_equal(r->url->text, "http://10.1.2.3:8080/in");
	assert_string_equal(r->secret->items[0]->text, "key");
	assert_non_null(r->old_secret);
	assert_non_null(r->token);
	assert_string_equal(r->allow[2], "192.0.2.1");
	assert_null(r->allow[3]);
	assert_null(r->mentions);
	assert_true(r->ca_file[0] == '/');
	assert_int_equal(r->lang, RECEIVER_ZH);
	assert_int_equal(r->timeout_ns, 5 * NS_PER_S);
	assert_true(r->per_minute == 30 && r->burst == 4);
	assert_false(r->send_resolved);
	assert_int_equal(r->repeat_ns, 0);
	assert_int_equal(r->silent_ns, 600 * NS_PER_S);
	assert_int_equal(r->keep_ns, 86400 * NS_PER_S);
	config_fake_done(&fake);
}

static void
what_is_left_out_has_a_default(void **state)
{
	struct config_fake fake;
	const struct receiver *r;

	(void)state;
	load(&fake, "type: pagerduty, token: {file: key}");
	assert_non_null(fake.config);
	r = fake.config->alerting.receivers;
	assert_string_equal(r->url->text, "https://events.pagerduty.com/v2/enqueue");
	assert_int_equal(r->timeout_ns, 15 * NS_PER_S);
	assert_int_equal(r->repeat_ns, 4 * 3600 * NS_PER_S);
	assert_int_equal(r->silent_ns, 1800 * NS_PER_S);
	assert_int_equal(r->keep_ns, 72 * 3600 * NS_PER_S);
	assert_true(r->send_resolved && !r->allow_http);
	assert_int_equal(r->lang, RECEIVER_BOTH);
	assert_true(r->per_minute == 0 && r->burst == 0);
	config_fake_done(&fake);
}

static void
each_type_can_be_had(void **state)
{
	static const char *const good[] = {
		"type: webhook, url: \"https://a.example.com\"",
		"type: alertmanager, url: \"https://am.example.com:9093\", token: {file: key}",
		"type: alertmanager-webhook, url: \"https://a.example.com\"",
		"type: cloudevents, url: \"https://a.example.com\", token: {file: key}",
		"type: slack, url: {file: url}",
		"type: teams, url: {file: url}",
		"type: pagerduty, token: {file: key}, url: \"https://pd.example.com/v2\"",
		"type: dingtalk, url: {file: url}, secret: {file: key}, keyword: 告警, "
		    "mentions: [\"13800000000\", all]",
		"type: wecom, url: {file: url}, mentions: all",
		"type: feishu, url: {file: url}, secret: {file: key}, keyword: alert",
		"type: template, url: \"https://a.example.com\", content_type: text/x, "
		    "body: {text: \"{title}\\n{text}\", n: 5, "
		    "list: {each: alerts, item: {what: [\"{summary}\"]}}}",
	};

	(void)state;
	assert_int_equal(N(good), RECEIVER_TYPE_N);
	for (size_t i = 0; i < N(good); i++) {
		struct config_fake fake;

		load(&fake, good[i]);
		if (fake.config == NULL) {
			print_error("%s: %s", good[i], fake.text.data);
		}
		assert_non_null(fake.config);
		assert_int_equal(fake.config->alerting.receivers[0].type, i);
		config_fake_done(&fake);
	}
}

static void
bad_secrets_are_refused_without_being_told(void **state)
{
	static const struct { const char *rest, *said; } cases[] = {
		{ "type: dingtalk, url: {file: words}",
		    "/collectord.yaml:2:33: the url in words must begin with https://" },
		{ "type: slack, url: {file: http-url}",
		    "/collectord.yaml:2:30: the url in http-url is http without TLS" },
		{ "type: slack, url: {file: none}",
		    "/collectord.yaml:2:30: url: secret file " },
		{ "type: webhook, url: \"https://a.example.com\", secret: {file: loose}",
		    "may be written by others than its owner; run: chmod go-w " },
		{ "type: wecom, url: {file: url}, secret: {file: key}",
		    ":2:48: receivers of type wecom have no secret; remove it" },
		{ "type: slack, url: {file: url}, token: {file: key}",
		    ":2:48: receivers of type slack have no token; remove it" },
		{ "type: dingtalk, url: {file: url}, old_secret: {file: key}",
		    ":2:51: receivers of type dingtalk have no old_secret; remove it" },
		{ "type: webhook, url: \"https://a.example.com\", old_secret: {file: key}",
		    "old_secret is the second key beside secret; write secret, too" },
		{ "type: slack, url: {credential: none}",
		    "$CREDENTIALS_DIRECTORY is not set" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct config_fake fake;

		load(&fake, cases[i].rest);
		assert_null(fake.config);
		if (strstr(fake.text.data, cases[i].said) == NULL) {
			print_error("%s: %s", cases[i].rest, fake.text.data);
			fail();
		}
		assert_int_equal(fake.n_errors, 1);
		assert_null(strstr(fake.text.data, "hunter2"));
		config_fake_done(&fake);
	}
}

/* Notify keeps the queue of a receiver that has not changed. */
static void
the_hash_follows_what_is_written(void **state)
{
	static const char plain[] = "type: slack, url: {file: url}, lang: en";
	struct config_fake a, b;

	(void)state;
	load(&a, plain);
	load(&b, plain);
	assert_true(a.config->alerting.receivers[0].hash ==
	    b.config->alerting.receivers[0].hash);
	config_fake_done(&b);
	load(&b, "type: slack, url: {file: url}, lang: zh");
	assert_true(a.config->alerting.receivers[0].hash !=
	    b.config->alerting.receivers[0].hash);
	config_fake_done(&b);
	config_fake_done(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_receiver_is_read),
		cmocka_unit_test(what_is_left_out_has_a_default),
		cmocka_unit_test(each_type_can_be_had),
		cmocka_unit_test(bad_secrets_are_refused_without_being_told),
		cmocka_unit_test(the_hash_follows_what_is_written),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
