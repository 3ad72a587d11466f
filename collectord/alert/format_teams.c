/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Microsoft Teams, a Workflows webhook: one Adaptive Card.  Lines are runs of
 * RichTextBlocks, which know no markdown: nothing in them can become a link.
 *
 * Source: Adaptive Cards 1.4 schema; Microsoft Learn, "Create incoming webhooks
 * with Workflows" (28 KB).
 */
#include <config.h>

#include <string.h>
#include <strings.h>

#include "alert/render.h"
#include "base/str.h"

#define TITLE_MAX 800
#define ALERT_MAX 3000
#define HTTP_TOO_MANY "error 429"

static void
write_line(struct json *json, const char *line, size_t len, bool bold)
{
	char text[ALERT_MAX + 1];

	(void)str_format(text, sizeof(text), "%.*s", (int)len, line);
	json_map(json, NULL);
	json_text(json, "type", "RichTextBlock");
	if (bold) {
		json_text(json, "spacing", "Medium");
	} else {
		json_text(json, "spacing", "None");
	}
	json_list(json, "inlines");
	json_map(json, NULL);
	json_text(json, "type", "TextRun");
	json_text(json, "text", text);
	if (bold) {
		json_text(json, "weight", "Bolder");
	}
	json_map_end(json);
	json_list_end(json);
	json_map_end(json);
}

/* bold: the first line is; else it is left out, for the title has said it. */
static void
write_lines(struct json *json, const struct buf *text, bool bold)
{
	const char *at = text->failed || text->data == NULL ? "" : text->data;

	for (bool first = true; *at != '\0'; first = false) {
		size_t len = strcspn(at, "\n");

		if (len > 0 && (bold || !first)) {
			write_line(json, at, len, first);
		}
		at += len + (at[len] == '\n');
	}
}

static void
write_title(struct json *json, const struct render *render)
{
	const struct notice *notice = render->notice;
	const char *color = notice->n_alerts == 0 ? "Default" :
	    text_count(notice, false) == 0 ? "Good" :
	    text_worst(notice) == SEVERITY_CRITICAL ? "Attention" :
	    text_worst(notice) == SEVERITY_WARNING ? "Warning" : "Accent";
	struct text_style style = render_style(render, TEXT_CHAT);
	struct buf text;

	buf_init(&text, 0);
	text_title(&text, notice, &style, TITLE_MAX);
	json_map(json, NULL);
	json_text(json, "type", "TextBlock");
	json_text(json, "text", text.failed ? "" : text.data);
	json_text(json, "weight", "Bolder");
	json_text(json, "size", "Medium");
	json_text(json, "color", color);
	json_bool(json, "wrap", true);
	json_map_end(json);
	buf_done(&text);
}

static void
write_card_body(struct json *json, const struct render *render)
{
	struct text_style style = render_style(render, TEXT_PLAIN);
	const struct notice *notice = render->notice;
	struct buf text;

	buf_init(&text, 0);
	write_title(json, render);
	for (size_t i = 0; i < render->n_shown; i++) {
		buf_reset(&text);
		text_alert_fit(&text, &notice->alerts[i], &style,
		    render->brief ? ALERT_MAX / 2 : ALERT_MAX);
		write_lines(json, &text, notice->n_alerts != 1 || notice->n_more > 0);
	}
	if (render_more(render) > 0) {
		buf_reset(&text);
		text_more(&text, render_more(render), render->receiver->lang);
		write_lines(json, &text, true);
	}
	buf_done(&text);
}

static void
write_actions(struct json *json, const struct render *render)
{
	const struct notice *notice = render->notice;
	static const char *const TITLES[] = { "Open / 查看", "Open", "查看" };
	char link[TEXT_LINK_SIZE];

	text_link(notice, notice->n_alerts == 1 ? &notice->alerts[0] : NULL, link);
	json_list(json, "actions");
	if (link[0] != '\0') {
		json_map(json, NULL);
		json_text(json, "type", "Action.OpenUrl");
		json_text(json, "title", TITLES[render->receiver->lang]);
		json_text(json, "url", link);
		json_map_end(json);
	}
	json_list_end(json);
}

int
format_teams_body(struct render *render)
{
	struct json json;

	json_init(&json, &render->body);
	json_map(&json, NULL);
	json_text(&json, "type", "message");
	json_list(&json, "attachments");
	json_map(&json, NULL);
	json_text(&json, "contentType", "application/vnd.microsoft.card.adaptive");
	json_unknown(&json, "contentUrl");
	json_map(&json, "content");
	json_text(&json, "$schema", "http://adaptivecards.io/schemas/adaptive-card.json");
	json_text(&json, "type", "AdaptiveCard");
	json_text(&json, "version", "1.4");
	json_list(&json, "body");
	write_card_body(&json, render);
	json_list_end(&json);
	write_actions(&json, render);
	json_map(&json, "msteams");
	json_text(&json, "width", "Full");
	json_map_end(&json);
	json_map_end(&json);
	json_map_end(&json);
	json_list_end(&json);
	json_map_end(&json);
	return COL_OK;
}

/* The older connectors say in a reply with 200 that they were asked too often. */
enum verdict
format_teams_reply(const struct answer *answer, char error[200], int64_t *wait_s)
{
	char text[160];

	str_clean(text, sizeof(text), answer->reply, answer->reply_size);
	if (strcasestr(text, HTTP_TOO_MANY) == NULL) {
		return VERDICT_ACCEPTED;
	}
	*wait_s = 60;
	(void)str_format(error, 200, "HTTP %ld: %s", answer->status, text);
	return VERDICT_RETRY;
}
