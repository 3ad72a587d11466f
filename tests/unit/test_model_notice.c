/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices as JSON and back: nothing is lost, nothing strange is taken. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "model/notice.h"

static void
fill(char *to, size_t size, const char *with)
{
	to[0] = '\0';
	while (strlen(to) + strlen(with) < size) {
		(void)str_copy(to + strlen(to), size - strlen(to), with);
	}
}

static struct alert
full(void)
{
	struct alert alert = { .id = INT64_MAX, .fingerprint = UINT64_MAX,
	    .rule_hash = 0x8000000000000001u, .severity = SEVERITY_CRITICAL,
	    .state = ALERT_STALE, .end = ALERT_END_RULE_GONE, .value = 0.1 + 0.2,
	    .limit = NAN, .count = UINT32_MAX, .under = 17, .flapping = true,
	    .since = { 1 }, .fired = { INT64_MAX }, .changed = { 3 }, .resolved = { 4 },
	    .acked = { 5 } };

	fill(alert.rule, sizeof(alert.rule), "r\"\\/");
	fill(alert.entity, sizeof(alert.entity), "rack:甲");
	fill(alert.instance, sizeof(alert.instance), "L1\n\t");
	fill(alert.area, sizeof(alert.area), "4");
	fill(alert.site, sizeof(alert.site), "</script>");
	fill(alert.hall, sizeof(alert.hall), "h");
	fill(alert.row, sizeof(alert.row), "\x7f");
	fill(alert.rack, sizeof(alert.rack), "\x01\x1f");
	fill(alert.unit, sizeof(alert.unit), "°");
	fill(alert.word, sizeof(alert.word), "on battery");
	fill(alert.acked_by, sizeof(alert.acked_by), "李");
	fill(alert.note, sizeof(alert.note), "[x](javascript:1)");
	fill(alert.summary_en, sizeof(alert.summary_en), "{not} a 'placeholder'");
	fill(alert.summary_zh, sizeof(alert.summary_zh), "机柜进风温度过高");
	fill(alert.advice_en, sizeof(alert.advice_en), "\xf0\x9f\x94\xa5");
	fill(alert.advice_zh, sizeof(alert.advice_zh), "检查");
	return alert;
}

static void
same(const struct alert *a, const struct alert *b)
{
	struct alert left = *a, right = *b;

	assert_true(isnan(left.value) ? isnan(right.value) : left.value == right.value);
	assert_true(isnan(left.limit) ? isnan(right.limit) : left.limit == right.limit);
	assert_int_equal(left.id, right.id);
	assert_true(left.fingerprint == right.fingerprint && left.rule_hash == right.rule_hash);
	assert_int_equal(left.severity, right.severity);
	assert_int_equal(left.state, right.state);
	assert_int_equal(left.end, right.end);
	assert_int_equal(left.count, right.count);
	assert_int_equal(left.under, right.under);
	assert_int_equal(left.flapping, right.flapping);
	assert_int_equal(left.since.ns, right.since.ns);
	assert_int_equal(left.fired.ns, right.fired.ns);
	assert_int_equal(left.changed.ns, right.changed.ns);
	assert_int_equal(left.resolved.ns, right.resolved.ns);
	assert_int_equal(left.acked.ns, right.acked.ns);
	assert_string_equal(left.rule, right.rule);
	assert_string_equal(left.entity, right.entity);
	assert_string_equal(left.instance, right.instance);
	assert_string_equal(left.area, right.area);
	assert_string_equal(left.site, right.site);
	assert_string_equal(left.hall, right.hall);
	assert_string_equal(left.row, right.row);
	assert_string_equal(left.rack, right.rack);
	assert_string_equal(left.unit, right.unit);
	assert_string_equal(left.word, right.word);
	assert_string_equal(left.acked_by, right.acked_by);
	assert_string_equal(left.note, right.note);
	assert_string_equal(left.summary_en, right.summary_en);
	assert_string_equal(left.summary_zh, right.summary_zh);
	assert_string_equal(left.advice_en, right.advice_en);
	assert_string_equal(left.advice_zh, right.advice_zh);
}

static void
test_lossless(void **unused)
{
	struct alert alerts[] = { full(), { .id = 1, .value = 1e-300, .limit = -0.5 } };
	struct notice notice = { .id = "msg_1", .type = NOTICE_DIGEST, .test = true,
	    .repeat = true, .at = { INT64_MAX }, .group = "rule=甲 site=\"b\"",
	    .province = "henan", .zone = "Asia/Shanghai",
	    .page_url = "https://x/?a=b&c", .n_alerts = 2,
	    .alerts = alerts, .n_more = 7 }, back;
	struct buf text;

	(void)unused;
	for (unsigned type = 0; type < NOTICE_TYPE_N; type++) {
		notice.type = (enum notice_type)type;
		buf_init(&text, 0);
		notice_write(&notice, &text);
		assert_int_equal(notice_read(text.data, text.size, &back), 0);
		assert_string_equal(back.id, notice.id);
		assert_int_equal(back.type, notice.type);
		assert_true(back.test && back.repeat);
		assert_int_equal(back.at.ns, notice.at.ns);
		assert_string_equal(back.group, notice.group);
		assert_string_equal(back.province, notice.province);
		assert_string_equal(back.zone, notice.zone);
		assert_string_equal(back.page_url, notice.page_url);
		assert_int_equal(back.n_alerts, 2);
		assert_int_equal(back.n_more, 7);
		same(&alerts[0], &back.alerts[0]);
		same(&alerts[1], &back.alerts[1]);
		notice_done(&back);
		buf_done(&text);
	}
}

/* A message is never lost for a text that is no UTF-8. */
static void
test_broken_text_can_be_read_back(void **unused)
{
	struct alert alert = { .id = 1 };
	struct notice notice = { .id = "msg_1", .n_alerts = 1, .alerts = &alert }, back;
	struct buf text;

	(void)unused;
	(void)memcpy(alert.note, "a\xff\xfe", 4);
	buf_init(&text, 0);
	notice_write(&notice, &text);
	assert_int_equal(notice_read(text.data, text.size, &back), 0);
	assert_true(str_is_utf8(back.alerts[0].note, strlen(back.alerts[0].note)));
	notice_done(&back);
	buf_done(&text);
}

static void
test_strange_ones_are_refused(void **unused)
{
	static const char *const texts[] = {
		"", "{", "[]", "null", "{}", "{\"type\":\"alert.firing\"}",
		"{\"type\":\"nothing\",\"alerts\":[]}",
		"{\"type\":\"alert.firing\",\"alerts\":{}}",
		"{\"type\":\"alert.firing\",\"alerts\":[7]}",
		"{\"type\":\"alert.firing\",\"alerts\":[{}]}",
		"{\"type\":\"alert.firing\",\"alerts\":[{\"state\":\"firing\"}]}",
		"{\"type\":\"alert.firing\",\"at\":\"x\",\"alerts\":[]}",
		"{\"type\":\"alert.firing\",\"at\":5,\"alerts\":[]}",
		"{\"type\":\"alert.firing\",\"n_more\":-1,\"alerts\":[]}",
		"{\"type\":\"alert.firing\",\"id\":\"0123456789012345678901234567890123456789\","
		"\"alerts\":[]}",
		"{\"type\":\"alert.firing\",\"alerts\":[{\"state\":\"firing\",\"severity\":\"info\","
		"\"end\":\"\",\"count\":4294967296}]}",
		"{\"type\":\"alert.firing\",\"alerts\":[{\"state\":\"firing\",\"severity\":\"info\","
		"\"end\":\"\",\"value\":\"x\"}]}",
	};
	static const char least[] = "{\"type\":\"test.ping\",\"alerts\":[]}";
	struct notice notice = { .n_more = 4711 };

	(void)unused;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(notice_read(texts[i], strlen(texts[i]), &notice), COL_EINVAL);
		assert_int_equal(notice.n_more, 4711);
	}
	assert_int_equal(notice_read(least, strlen(least), &notice), 0);
	assert_int_equal(notice.type, NOTICE_TEST);
	notice_done(&notice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lossless),
		cmocka_unit_test(test_broken_text_can_be_read_back),
		cmocka_unit_test(test_strange_ones_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
