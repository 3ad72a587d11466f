/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/text.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "alert/texts.h"
#include "base/str.h"

#define BOTH_SEPARATOR " / "

/* ---- letters ------------------------------------------------------------------- */

struct swap { const char *from, *to; };

/* Source: Slack, "Escaping text"; the rest would be bold, struck or code. */
static const struct swap SLACK[] = {
	{ "&", "&amp;" }, { "<", "&lt;" }, { ">", "&gt;" }, { "*", "\xe2\x88\x97" },
	{ "~", "\xef\xbd\x9e" }, { "`", "\xef\xbd\x80" }, { "://", "\xef\xbc\x9a//" },
	{ NULL, NULL },
};
/* Their full-width forms (U+FF01 …). */
static const struct swap MARKDOWN[] = {
	{ "://", "\xef\xbc\x9a//" }, { "<", "\xef\xbc\x9c" }, { ">", "\xef\xbc\x9e" },
	{ "[", "\xef\xbc\xbb" }, { "]", "\xef\xbc\xbd" }, { "*", "\xef\xbc\x8a" },
	{ "`", "\xef\xbd\x80" }, { "#", "\xef\xbc\x83" }, { "@", "\xef\xbc\xa0" },
	{ "~", "\xef\xbd\x9e" }, { "|", "\xef\xbd\x9c" }, { "\\", "\xef\xbc\xbc" },
	{ "&", "\xef\xbc\x86" }, { NULL, NULL },
};
static const struct swap NONE[] = { { NULL, NULL } };
static const struct swap *const SWAPS[TEXT_FORM_N] = { NONE, SLACK, MARKDOWN, MARKDOWN };
/* Bold, and the end of a line; what is bold is ours, never from outside alone. */
static const char *const BOLD[TEXT_FORM_N] = { "", "*", "**", "" };
static const char *const BREAK[TEXT_FORM_N] = { "\n", "\n", "  \n", "\n" };

/*
 * Characters that are not seen but change how a line reads: marks and overrides of
 * direction, zero widths, separators of lines.  Source: Unicode TR 36, section 3.
 */
static size_t
unseen(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	/* but for U+200C and U+200D, which join the letters of words and emoji */
	if (p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0x8b || p[2] == 0x8e || p[2] == 0x8f ||
	    (p[2] >= 0xa8 && p[2] <= 0xae))) {
		return 3;
	}
	if (p[0] == 0xe2 && p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf) {
		return 3;
	}
	return p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf ? 3 : 0;
}

static const struct swap *
find_swap(const char *at, enum text_form form)
{
	for (const struct swap *swap = SWAPS[form]; swap->from != NULL; swap++) {
		if (strncmp(at, swap->from, strlen(swap->from)) == 0) {
			return swap;
		}
	}
	return NULL;
}

void
text_put(struct buf *out, enum text_form form, const char *text)
{
	/* twice: what is no UTF-8 is taken as Latin-1 */
	char clean[2 * ALERT_TEXT_SIZE];

	str_clean(clean, sizeof(clean), text, strlen(text));
	for (const char *at = clean; *at != '\0';) {
		const struct swap *swap = find_swap(at, form);
		size_t skip = unseen(at);

		if (skip > 0) {
			at += skip;
		} else if (swap != NULL) {
			buf_puts(out, swap->to);
			at += strlen(swap->from);
		} else {
			buf_put(out, at++, 1);
		}
	}
}

size_t
text_cut(const char *text, enum text_form form, size_t limit)
{
	size_t len = strnlen(text, limit + 1), at;

	if (len <= limit) {
		return len;
	}
	for (len = limit; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80; len--) {
	}
	for (at = len; form == TEXT_SLACK && at > 0 && len - at < 5; at--) {
		if (text[at - 1] == ';') {
			break;
		}
		if (text[at - 1] == '&') {
			return at - 1;
		}
	}
	return len;
}

/* ---- words ---------------------------------------------------------------------- */

const char *
text_severity(enum severity severity, bool zh)
{
	static const char *const WORDS[SEVERITY_N][2] = {
		{ "INFO", "信息" }, { "WARNING", "警告" }, { "CRITICAL", "严重" },
	};

	return WORDS[severity][zh];
}

const char *
text_state(const struct alert *alert, bool zh)
{
	static const char *const WORDS[ALERT_STATE_N][2] = {
		[ALERT_OK] = { "ok", "正常" },
		[ALERT_PENDING] = { "pending", "待定" },
		[ALERT_FIRING] = { "firing", "告警中" },
		[ALERT_STALE] = { "stale (no data)", "数据中断" },
		[ALERT_RESOLVED] = { "resolved", "已恢复" },
	};

	if (alert->state == ALERT_FIRING && alert->acked.ns != 0) {
		return zh ? "已确认" : "acknowledged";
	}
	return WORDS[alert->state][zh];
}

enum severity
text_worst(const struct notice *notice)
{
	enum severity worst = SEVERITY_INFO;
	bool any_open = text_count(notice, false) > 0;

	for (size_t i = 0; i < notice->n_alerts; i++) {
		const struct alert *alert = &notice->alerts[i];

		if ((!any_open || alert->state != ALERT_RESOLVED) && alert->severity > worst) {
			worst = alert->severity;
		}
	}
	return worst;
}

size_t
text_count(const struct notice *notice, bool resolved)
{
	size_t n = 0;

	for (size_t i = 0; i < notice->n_alerts; i++) {
		n += (notice->alerts[i].state == ALERT_RESOLVED) == resolved;
	}
	return n;
}

/* ---- title ---------------------------------------------------------------------- */

static void
put_lang(struct buf *out, enum text_form form, const char *en, const char *zh, int lang)
{
	/* a rule may be worded in one language only */
	const char *first = lang == RECEIVER_ZH && zh[0] != '\0' ? zh : en[0] != '\0' ? en : zh;

	text_put(out, form, first);
	if (lang == RECEIVER_BOTH && en[0] != '\0' && zh[0] != '\0' && strcmp(en, zh) != 0) {
		buf_puts(out, BOTH_SEPARATOR);
		text_put(out, form, zh);
	}
}

/* Both words with a slash, or the one of the language. */
static void
put_words(struct buf *out, const char *en, const char *zh, int lang)
{
	if (lang != RECEIVER_ZH) {
		buf_puts(out, en);
	}
	if (lang == RECEIVER_BOTH) {
		buf_puts(out, BOTH_SEPARATOR);
	}
	if (lang != RECEIVER_EN) {
		buf_puts(out, zh);
	}
}

void
text_marks(struct buf *out, const struct notice *notice, int lang)
{
	if (notice->test || notice->type == NOTICE_TEST) {
		buf_puts(out, lang == RECEIVER_EN ? "[TEST] " : "[TEST 测试] ");
	}
	if (notice->repeat) {
		buf_puts(out, lang == RECEIVER_EN ? "[REPEAT] " : "[REPEAT 重复] ");
	}
}

/* What a notice without alerts says. */
static void
put_empty_title(struct buf *out, const struct notice *notice, int lang, enum text_form form)
{
	static const char *const WORDS[NOTICE_TYPE_N][2] = {
		[NOTICE_FIRING] = { "alerts fire", "有告警" },
		[NOTICE_RESOLVED] = { "alerts are resolved", "告警已恢复" },
		[NOTICE_ACKNOWLEDGED] = { "alerts are acknowledged", "告警已确认" },
		[NOTICE_DIGEST] = { "digest of alerts", "告警汇总" },
		[NOTICE_HEARTBEAT] = { "heartbeat: the collector watches",
		    "心跳：采集器正在监视" },
		[NOTICE_CANARY] = { "canary: the daily check of this way of delivery",
		    "每日投递检查" },
		[NOTICE_TEST] = { "test message", "测试消息" },
	};

	buf_puts(out, "collectord ");
	text_put(out, form, notice->province);
	buf_puts(out, notice->province[0] != '\0' ? ": " : "");
	put_words(out, WORDS[notice->type][0], WORDS[notice->type][1], lang);
}

static void
put_counts(struct buf *out, const struct notice *notice, int lang, enum text_form form)
{
	size_t open = text_count(notice, false), over = text_count(notice, true);
	enum severity worst = text_worst(notice);

	put_words(out, text_severity(worst, false), text_severity(worst, true), lang);
	buf_puts(out, ": ");
	if (open > 0) {
		buf_printf(out, "%zu ", open);
		put_words(out, "firing", "告警中", lang);
	}
	if (over > 0) {
		buf_printf(out, "%s%zu ", open > 0 ? ", " : "", over);
		put_words(out, "resolved", "已恢复", lang);
	}
	if (notice->n_more > 0) {
		buf_puts(out, ", ");
		text_more(out, notice->n_more, lang);
	}
	if (notice->group[0] != '\0') {
		buf_puts(out, " (");
		text_put(out, form, notice->group);
		buf_puts(out, ")");
	}
}

static void
append_cut(struct buf *out, const struct buf *part, enum text_form form, size_t limit)
{
	size_t n;

	if (part->failed) {
		out->failed = true;
		return;
	}
	if (part->size == 0) {
		return;
	}
	n = text_cut(part->data, form, limit);
	if (n < part->size && n > 3) {
		n = text_cut(part->data, form, limit - 3);
		buf_put(out, part->data, n);
		buf_puts(out, "\xe2\x80\xa6");
		return;
	}
	buf_put(out, part->data, n);
}

void
text_title(struct buf *out, const struct notice *notice,
    const struct text_style *style, size_t limit)
{
	enum text_form form = style->form;
	int lang = style->lang;
	struct buf title;

	buf_init(&title, 0);
	text_marks(&title, notice, lang);
	if (notice->type == NOTICE_CANARY && notice->n_alerts > 0) {
		put_words(&title, "daily check:", "每日投递检查：", lang);
		buf_puts(&title, " ");
	}
	if (notice->n_alerts == 0) {
		put_empty_title(&title, notice, lang, form);
	} else if (notice->n_alerts == 1 && notice->n_more == 0) {
		const struct alert *alert = &notice->alerts[0];

		put_words(&title, text_severity(alert->severity, false),
		    text_severity(alert->severity, true), lang);
		buf_puts(&title, " ");
		put_words(&title, text_state(alert, false), text_state(alert, true), lang);
		buf_puts(&title, ": ");
		put_lang(&title, form, alert->summary_en, alert->summary_zh, lang);
	} else {
		put_counts(&title, notice, lang, form);
	}
	append_cut(out, &title, form, limit);
	buf_done(&title);
}

/* ---- a paragraph ------------------------------------------------------------------ */

/* Both numbers of an alert in one unit, as its summary has them. */
void
text_value(const struct alert *alert, double value, char to[TEXT_VALUE_SIZE])
{
	char number[TEXTS_NUMBER_SIZE], unit[16];

	to[0] = '\0';
	if (isfinite(value)) {
		texts_number(value, isfinite(alert->value) ? alert->value : value,
		    alert->unit, number, unit);
		(void)str_format(to, TEXT_VALUE_SIZE, "%s%s%s", number,
		    unit[0] != '\0' ? " " : "", unit);
	}
}

void
text_time(struct wall at, const char *zone, char to[TEXT_TIME_SIZE])
{
	int32_t offset = zone != NULL && zone[0] != '\0' ? clock_zone_offset(zone, at) : 0;
	int32_t minutes = (offset < 0 ? -offset : offset) / 60;
	char text[CLOCK_RFC3339_SIZE], shift[16] = "";
	struct wall there;

	if (__builtin_add_overflow(at.ns, offset * NS_PER_S, &there.ns)) {
		there = at; /* far from any real time */
	}
	clock_rfc3339(there, text);
	if (offset != 0 && minutes % 60 == 0) {
		(void)str_format(shift, sizeof(shift), "%c%d", offset < 0 ? '-' : '+',
		    minutes / 60);
	} else if (offset != 0) {
		(void)str_format(shift, sizeof(shift), "%c%d:%02d", offset < 0 ? '-' : '+',
		    minutes / 60, minutes % 60);
	}
	(void)str_format(to, TEXT_TIME_SIZE, "%.10s %.5s UTC%s", text,
	    strlen(text) > 11 ? text + 11 : "", shift);
}

static void
put_value_line(struct buf *out, const struct alert *alert, const struct text_style *style)
{
	char value[TEXT_VALUE_SIZE], limit[TEXT_VALUE_SIZE], at[TEXT_TIME_SIZE];
	enum text_form form = style->form;
	int lang = style->lang;

	text_value(alert, alert->value, value);
	text_value(alert, alert->limit, limit);
	if (alert->word[0] != '\0' || value[0] != '\0') {
		put_words(out, "value", "当前值", lang);
		buf_puts(out, " ");
		text_put(out, form, alert->word[0] != '\0' ? alert->word : value);
		if (limit[0] != '\0' && alert->word[0] == '\0') {
			buf_puts(out, " (");
			put_words(out, "limit", "阈值", lang);
			buf_puts(out, " ");
			text_put(out, form, limit);
			buf_puts(out, ")");
		}
		buf_puts(out, ", ");
	}
	text_time(alert->since.ns != 0 ? alert->since : alert->fired, style->zone, at);
	put_words(out, "since", "开始于", lang);
	buf_printf(out, " %s", at);
	if (alert->state == ALERT_RESOLVED) {
		text_time(alert->resolved, style->zone, at);
		buf_puts(out, ", ");
		put_words(out, "resolved", "恢复于", lang);
		buf_printf(out, " %s", at);
	}
	buf_puts(out, BREAK[form]);
}

static void
put_where_line(struct buf *out, const struct alert *alert, int lang, enum text_form form)
{
	char en[40], zh[40];

	text_put(out, form, alert->entity);
	if (alert->instance[0] != '\0') {
		buf_puts(out, " ");
		text_put(out, form, alert->instance);
	}
	buf_puts(out, ", ");
	put_words(out, "rule", "规则", lang);
	buf_puts(out, " ");
	text_put(out, form, alert->rule);
	if (alert->count > 0) {
		(void)str_format(en, sizeof(en), "%u more affected", alert->count);
		(void)str_format(zh, sizeof(zh), "另影响 %u 处", alert->count);
		buf_puts(out, ", ");
		put_words(out, en, zh, lang);
	}
	if (alert->flapping) {
		buf_puts(out, ", ");
		put_words(out, "flapping: told no more until it is steady",
		    "频繁抖动：稳定前不再通知", lang);
	}
	buf_puts(out, BREAK[form]);
}

static void
put_acked(struct buf *out, const struct alert *alert, int lang, enum text_form form)
{
	if (alert->acked.ns == 0) {
		return;
	}
	put_words(out, "acknowledged by", "确认人", lang);
	buf_puts(out, " ");
	text_put(out, form, alert->acked_by);
	if (alert->note[0] != '\0') {
		buf_puts(out, ": ");
		text_put(out, form, alert->note);
	}
	buf_puts(out, BREAK[form]);
}

void
text_alert(struct buf *out, const struct alert *alert,
    const struct text_style *style, enum text_detail detail)
{
	enum text_form form = style->form;
	int lang = style->lang;

	buf_puts(out, BOLD[form]);
	put_words(out, text_severity(alert->severity, false),
	    text_severity(alert->severity, true), lang);
	buf_puts(out, " ");
	put_words(out, text_state(alert, false), text_state(alert, true), lang);
	buf_puts(out, BOLD[form]);
	buf_puts(out, " ");
	put_lang(out, form, alert->summary_en, alert->summary_zh, lang);
	buf_puts(out, BREAK[form]);
	if (detail == TEXT_BRIEF) {
		return;
	}
	put_where_line(out, alert, lang, form);
	put_value_line(out, alert, style);
	if (detail == TEXT_NO_ADVICE) {
		return;
	}
	put_acked(out, alert, lang, form);
	if (alert->state != ALERT_RESOLVED &&
	    (alert->advice_en[0] != '\0' || alert->advice_zh[0] != '\0')) {
		put_words(out, "advice:", "建议：", lang);
		buf_puts(out, " ");
		put_lang(out, form, alert->advice_en, alert->advice_zh, lang);
		buf_puts(out, BREAK[form]);
	}
}

void
text_alert_fit(struct buf *out, const struct alert *alert,
    const struct text_style *style, size_t limit)
{
	struct buf part;

	buf_init(&part, 0);
	for (int detail = TEXT_ALL; detail < TEXT_DETAIL_N; detail++) {
		buf_reset(&part);
		text_alert(&part, alert, style, (enum text_detail)detail);
		if (part.size <= limit) {
			break;
		}
	}
	append_cut(out, &part, style->form, limit);
	buf_done(&part);
}

/* ---- all of it --------------------------------------------------------------------- */

void
text_link(const struct notice *notice, const struct alert *alert, char to[TEXT_LINK_SIZE])
{
	size_t len = strlen(notice->page_url);

	to[0] = '\0';
	/* what could end a link in some markup is no URL (RFC 3986 section 2) */
	if (strpbrk(notice->page_url, " <>|()[]\"\\^`{}\t\r\n") != NULL) {
		return;
	}
	while (len > 0 && notice->page_url[len - 1] == '/') {
		len--;
	}
	if (len > 0 && alert != NULL) {
		(void)str_format(to, TEXT_LINK_SIZE, "%.*s/alerts/%lld", (int)len,
		    notice->page_url, (long long)alert->id);
	} else if (len > 0) {
		(void)str_format(to, TEXT_LINK_SIZE, "%.*s/alerts", (int)len,
		    notice->page_url);
	}
}

void
text_more(struct buf *out, size_t n, int lang)
{
	if (lang != RECEIVER_ZH) {
		buf_printf(out, "%zu more", n);
	}
	buf_puts(out, lang == RECEIVER_BOTH ? BOTH_SEPARATOR : "");
	if (lang != RECEIVER_EN) {
		buf_printf(out, "另有 %zu 条", n);
	}
}

static void
put_link(struct buf *out, const char *link, enum text_form form)
{
	if (link[0] == '\0') {
		return;
	}
	if (form == TEXT_SLACK) {
		buf_printf(out, "<%s>\n", link);
	} else if (form == TEXT_MARKDOWN) {
		buf_printf(out, "[%s](%s)\n", link, link);
	} else {
		buf_printf(out, "%s\n", link);
	}
}

void
text_notice(struct buf *out, const struct notice *notice,
    const struct text_style *style, size_t limit)
{
	enum text_form form = style->form;
	int lang = style->lang;
	enum { LINE = 3 * 127 + 300 };  /* a title with a whole group */
	size_t reserve, start = out->size, n = 0, end;
	char link[TEXT_LINK_SIZE];
	struct buf part;

	text_link(notice, notice->n_alerts == 1 ? &notice->alerts[0] : NULL, link);
	reserve = link[0] != '\0' ? 2 * strlen(link) + 96 : 96;
	end = start + limit - reserve;
	if (notice->n_alerts != 1 || notice->n_more > 0) {
		buf_puts(out, BOLD[form]);
		text_title(out, notice, style, LINE);
		buf_puts(out, BOLD[form]);
		buf_puts(out, "\n\n");
	} else {
		text_marks(out, notice, lang);
	}
	buf_init(&part, 0);
	for (; n < notice->n_alerts && !out->failed; n++) {
		buf_reset(&part);
		text_alert(&part, &notice->alerts[n], style, TEXT_ALL);
		if (part.failed || out->size + part.size + 1 > end) {
			break;
		}
		buf_put(out, part.data, part.size);
		buf_puts(out, "\n");
	}
	buf_done(&part);
	if (n == 0 && notice->n_alerts > 0 && out->size < end) {
		text_alert_fit(out, &notice->alerts[n++], style, end - out->size);
	}
	if (notice->n_alerts - n + notice->n_more > 0) {
		text_more(out, notice->n_alerts - n + notice->n_more, lang);
		buf_puts(out, "\n");
	}
	put_link(out, link, form);
}
