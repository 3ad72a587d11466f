/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wording of a notice, the same in all chats: a title and a text with severity,
 * thing, what, value, limit, since when, advice and link, in English, Chinese or
 * both; and how texts of devices and users are made harmless there.
 *
 * Route: formats of people's tools.  Thread: any.  Source: domain.md 4.1, ui.md.
 */
#ifndef ALERT_TEXT_H
#define ALERT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/notice.h"
#include "model/receiver.h"

/* What a target makes of letters in a text. */
enum text_form {
	TEXT_PLAIN = 0,         /* nothing */
	TEXT_SLACK,             /* mrkdwn: & < > are entities, *bold* */
	TEXT_MARKDOWN,          /* robots' dialects: no escapes that all know; what
				 * would mean something becomes its full-width form */
	TEXT_CHAT,              /* the same, but no markup of ours: Feishu, Teams */
	TEXT_FORM_N
};

/*
 * Appends text from outside: control and direction characters go, nothing in it
 * can become markup, a mention or a link.
 */
void text_put(struct buf *out, enum text_form form, const char *text);

/* How a text is to be: for whom and where. */
struct text_style {
	int lang;               /* enum receiver_lang */
	enum text_form form;
	const char *zone;       /* of times; "" or NULL: UTC */
};

/* "CRITICAL", "严重"; "firing", "触发" … of an alert as it is. */
const char *text_severity(enum severity severity, bool zh);
const char *text_state(const struct alert *alert, bool zh);
/* The worst severity of what fires, else of all; INFO when there are none. */
enum severity text_worst(const struct notice *notice);
/* How many fire (or are stale), and how many are resolved. */
size_t text_count(const struct notice *notice, bool resolved);

/* One line: "[TEST] CRITICAL firing: summary" or "2 firing, 1 resolved: rule=…";
 * cut to limit bytes at a character. */
void text_title(struct buf *out, const struct notice *notice,
    const struct text_style *style, size_t limit);

/* "[TEST] [REPEAT] " as far as it is one; titles begin with it. */
void text_marks(struct buf *out, const struct notice *notice, int lang);

/* How much is said of an alert. */
enum text_detail { TEXT_ALL = 0, TEXT_NO_ADVICE, TEXT_BRIEF, TEXT_DETAIL_N };
/* Paragraph of one alert, without its link. */
void text_alert(struct buf *out, const struct alert *alert,
    const struct text_style *style, enum text_detail detail);
/* Paragraph of one alert in at most limit bytes: less detail, at last cut. */
void text_alert_fit(struct buf *out, const struct alert *alert,
    const struct text_style *style, size_t limit);

/* page_url/alerts/ID, or page_url/alerts when alert is NULL; "" without pages. */
#define TEXT_LINK_SIZE 320
void text_link(const struct notice *notice, const struct alert *alert,
    char to[TEXT_LINK_SIZE]);
/*
 * All of it in at most limit bytes: title, paragraphs, "and N more", link.
 * Links are as form writes them.
 */
void text_notice(struct buf *out, const struct notice *notice,
    const struct text_style *style, size_t limit);
/* "and 12 more" / "另有 12 条". */
void text_more(struct buf *out, size_t n, int lang);

/* The longest part of text of at most limit bytes that cuts no character (and
 * no entity of SLACK). */
size_t text_cut(const char *text, enum text_form form, size_t limit);

/* "2023-11-15 05:56 UTC+8". */
#define TEXT_TIME_SIZE 48
void text_time(struct wall at, const char *zone, char to[TEXT_TIME_SIZE]);
/* A value or limit of an alert for people, "4.21 kW"; "" when there is none. */
#define TEXT_VALUE_SIZE 80
void text_value(const struct alert *alert, double value, char to[TEXT_VALUE_SIZE]);

#endif
