/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "format_kit.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/str.h"
#include "config/config.h"

static const struct alert FEED = {
	.id = 12, .fingerprint = UINT64_C(0x0123456789abcdef), .rule = "feed-overload",
	.severity = SEVERITY_CRITICAL, .state = ALERT_FIRING, .entity = "feed:zz1-h1-r1-a07-a",
	.instance = "L1", .area = "410100", .site = "zz1", .hall = "zz1-h1", .row = "zz1-h1-r1",
	.rack = "zz1-h1-r1-a07", .value = 31.25, .limit = 25.6, .unit = "A", .count = 2,
	.since = { INT64_C(1699999000) * NS_PER_S }, .fired = { INT64_C(1699999060) * NS_PER_S },
	.changed = { INT64_C(1699999060) * NS_PER_S },
	.summary_en = "A07: feed A L1 carries 31.25 A, its breaker allows 25.6 A",
	.summary_zh = "A07 机柜 A 路 L1 电流 31.25 A，断路器允许 25.6 A",
	.advice_en = "Move load to another phase before the breaker trips.",
	.advice_zh = "请在断路器跳闸前将负载移到其他相。",
};
static const struct alert PSU = {
	.id = 13, .fingerprint = UINT64_C(0xfedcba9876543210), .rule = "feed-overload",
	.severity = SEVERITY_WARNING, .state = ALERT_FIRING, .entity = "device:zz1-h1-r1-a08-bmc",
	.instance = "psu2", .area = "410100", .site = "zz1", .hall = "zz1-h1",
	.row = "zz1-h1-r1", .rack = "zz1-h1-r1-a08", .value = NAN, .limit = NAN,
	.word = "failed", .since = { INT64_C(1699999100) * NS_PER_S },
	.fired = { INT64_C(1699999100) * NS_PER_S },
	.changed = { INT64_C(1699999500) * NS_PER_S },
	.acked = { INT64_C(1699999500) * NS_PER_S }, .acked_by = "li", .note = "part ordered",
	.summary_en = "A08: power supply 2 has failed", .summary_zh = "A08：电源 2 故障",
};

static void
fill(struct notice *notice, enum notice_type type, size_t n)
{
	*notice = (struct notice){ .id = "msg_2f7b0c9d4e5a", .type = type,
	    .at = { INT64_C(1699999060) * NS_PER_S },
	    .group = "rule=feed-overload site=zz1 hall=zz1-h1", .province = "henan", .zone = "Asia/Shanghai",
	    .page_url = "https://collectord.example/", .n_alerts = n,
	    .alerts = calloc(n > 0 ? n : 1, sizeof(*notice->alerts)) };
	assert(notice->alerts != NULL);
}

void
format_kit_calm(struct notice *notice)
{
	fill(notice, NOTICE_FIRING, 3);
	notice->alerts[0] = FEED;
	notice->alerts[1] = PSU;
	notice->alerts[2] = FEED;
	notice->alerts[2].id = 11;
	notice->alerts[2].fingerprint++;
	notice->alerts[2].instance[1] = '2';
	notice->alerts[2].count = 0;
	notice->alerts[2].state = ALERT_RESOLVED;
	notice->alerts[2].end = ALERT_END_CLEARED;
	notice->alerts[2].resolved = (struct wall){ INT64_C(1699999900) * NS_PER_S };
	notice->alerts[2].changed = notice->alerts[2].resolved;
	notice->n_more = 4;
}

void
format_kit_single(struct notice *notice)
{
	fill(notice, NOTICE_FIRING, 1);
	notice->alerts[0] = FEED;
}

void
format_kit_hostile(struct notice *notice)
{
	struct alert *alert;

	fill(notice, NOTICE_FIRING, 1);
	alert = notice->alerts;
	*alert = FEED;
	(void)str_copy(alert->summary_en, sizeof(alert->summary_en),
	    "\"}],\"x\":{ \\ \n\r\t\x01\x1b[31m </script><script>alert(1)</script> "
	    "[x](javascript:alert(1)) ![i](http://evil.example/i.png) <!channel> <@U123> @all "
	    "<at user_id=\"all\">all</at> *b* _i_ ~s~ `c` # h | t {value} {{x}} %s%n");
	(void)str_copy(alert->summary_zh, sizeof(alert->summary_zh),
	    "机柜“甲”\n# 标题 <font color=\"red\">红</font> @所有人 [链接](https://evil.example) "
	    "\xf0\x9f\x94\xa5\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9 "
	    "\xe2\x80\xae" "esrever \xe2\x80\xa8line &lt;b&gt;");
	(void)str_copy(alert->advice_en, sizeof(alert->advice_en),
	    "caf\xe9 \xff\xfe broken \xe4\xb8");
	(void)str_copy(alert->instance, sizeof(alert->instance), "L1\"\n<!here>");
	(void)str_copy(alert->word, sizeof(alert->word), "<b>@everyone</b>");
	alert->acked = alert->changed;
	(void)str_copy(alert->acked_by, sizeof(alert->acked_by), "mallory @all");
	(void)str_copy(alert->note, sizeof(alert->note), "note</at> <users/all> \"; DROP");
}

static void
repeat(char *to, size_t size, const char *letter)
{
	size_t len = strlen(letter), n = 0;

	for (; n + len < size; n += len) {
		memcpy(to + n, letter, len);
	}
	to[n] = '\0';
}

void
format_kit_huge(struct notice *notice, size_t n, const char *letter)
{
	fill(notice, NOTICE_FIRING, n);
	for (size_t i = 0; i < n; i++) {
		struct alert *alert = &notice->alerts[i];

		*alert = FEED;
		alert->id = (int64_t)(1000 + i);
		alert->fingerprint += i;
		alert->acked = alert->changed;
		repeat(alert->summary_en, sizeof(alert->summary_en), letter);
		repeat(alert->summary_zh, sizeof(alert->summary_zh) - strlen(letter), letter);
		repeat(alert->advice_en, sizeof(alert->advice_en), letter);
		repeat(alert->advice_zh, sizeof(alert->advice_zh) - strlen(letter), letter);
		repeat(alert->note, sizeof(alert->note), letter);
		repeat(alert->acked_by, sizeof(alert->acked_by), letter);
		repeat(alert->instance, sizeof(alert->instance), letter);
	}
}

void
format_kit_file(const char *folder, const char *name, const char *text)
{
	char path[4096];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0 ||
	    chmod(path, 0600) != 0) {
		abort();
	}
}

static const char *const *
list_of(struct arena *arena, const struct col_node *node)
{
	const char **texts;

	if (node == NULL) {
		return NULL;
	}
	texts = arena_alloc(arena, (node->n_items + 1) * sizeof(*texts));
	for (size_t i = 0; i < node->n_items; i++) {
		texts[i] = node->items[i]->text;
	}
	return texts;
}

static const char *
text_of(const struct col_node *map, const char *key)
{
	const struct col_node *node = col_node_get(map, key);

	return node != NULL ? node->text : NULL;
}

struct receiver *
format_kit_receiver(struct arena *arena, enum receiver_type type, const char *folder,
    const char *yaml)
{
	struct receiver *receiver = arena_alloc(arena, sizeof(*receiver));
	const char *text = arena_format(arena, "{%s}", yaml);
	const char *file = arena_format(arena, "%s/receivers.yaml", folder);
	struct config_errors errors;
	const struct col_node *map;
	struct buf words;

	config_errors_init(&errors);
	map = config_parse_yaml(text, strlen(text), file, arena, &errors);
	buf_init(&words, 0);
	config_errors_print(&errors, &words);
	if (map == NULL) {
		(void)fprintf(stderr, "%s\n%s\n", text, words.data);
		abort();
	}
	buf_done(&words);
	config_errors_done(&errors);
	*receiver = (struct receiver){ .name = "noc", .type = type,
	    .url = col_node_get(map, "url"), .secret = col_node_get(map, "secret"),
	    .old_secret = col_node_get(map, "old_secret"), .token = col_node_get(map, "token"),
	    .body = col_node_get(map, "body"), .keyword = text_of(map, "keyword"),
	    .content_type = text_of(map, "content_type"), .ca_file = text_of(map, "ca_file"),
	    .mentions = list_of(arena, col_node_get(map, "mentions")),
	    .allow = list_of(arena, col_node_get(map, "allow")),
	    .allow_http = str_equal(text_of(map, "allow_http"), "true"),
	    .timeout_ns = 15 * NS_PER_S, .send_resolved = true,
	    .repeat_ns = INT64_C(14400) * NS_PER_S };
	if (text_of(map, "lang") != NULL) {
		receiver->lang = strcmp(text_of(map, "lang"), "en") == 0 ? RECEIVER_EN :
		    strcmp(text_of(map, "lang"), "zh") == 0 ? RECEIVER_ZH : RECEIVER_BOTH;
	}
	return receiver;
}

/* Secrets of domain.md 4.2's vectors. */
struct receiver *
format_kit_usual(struct arena *arena, enum receiver_type type, const char *folder,
    const char *url)
{
	static const char *const YAML[RECEIVER_TYPE_N] = {
		[RECEIVER_WEBHOOK] = "secret: {file: whsec}, old_secret: {file: whsec-old}",
		[RECEIVER_ALERTMANAGER] = "lang: en",
		[RECEIVER_ALERTMANAGER_WEBHOOK] = "token: {file: token}",
		[RECEIVER_CLOUDEVENTS] = "token: {file: token}",
		[RECEIVER_SLACK] = "lang: both",
		[RECEIVER_TEAMS] = "lang: both",
		[RECEIVER_PAGERDUTY] = "token: {file: routing}, lang: en",
		[RECEIVER_DINGTALK] =
		    "secret: {file: dingtalk}, keyword: 告警, mentions: [\"13800000000\", all]",
		[RECEIVER_WECOM] = "lang: zh",
		[RECEIVER_FEISHU] =
		    "secret: {file: feishu}, keyword: 告警, mentions: [ou_12ab]",
		[RECEIVER_TEMPLATE] = "token: {file: token}, lang: en, body: {headline: \"{title}\", "
		    "level: \"{severity}\", open: \"{n_firing}\", drill: \"{test}\", version: 2, "
		    "beta: true, none: null, quoted: \"2\", brace: \"{{x}}\", "
		    "worst: \"{entity} is at {value} {unit}\", link: \"{url}\", "
		    "items: {each: alerts, item: {what: \"{summary}\", value: \"{value}\", "
		    "tags: [\"{rule}\", \"{state}\"], since: \"{since}\"}}}",
	};
	char yaml[1024];

	format_kit_file(folder, "whsec", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
	format_kit_file(folder, "whsec-old",
	    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
	format_kit_file(folder, "token", "s3cr3t-t0ken\n");
	format_kit_file(folder, "routing", "0123456789abcdef0123456789abcdef\n");
	format_kit_file(folder, "dingtalk", "SECdemo0123456789\n");
	format_kit_file(folder, "feishu", "demo0123456789\n");
	(void)snprintf(yaml, sizeof(yaml), "url: \"%s\", %s", url, YAML[type]);
	return format_kit_receiver(arena, type, folder, yaml);
}
