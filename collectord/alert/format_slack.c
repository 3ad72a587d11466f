/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Slack's incoming webhooks: a fallback text and a section an alert.
 *
 * Source: Slack API, "Sending messages using incoming webhooks", Block Kit
 * reference (section: 3,000 characters, 50 blocks; about 13,000 in all).
 */
#include <config.h>

#include <string.h>

#include "alert/render.h"
#include "base/str.h"

#define FALLBACK_MAX 2900
#define SECTION_MAX 2900
#define SECTIONS_MAX 45
#define BLOCKS_MAX 12000

static void
write_section(struct json *json, const char *type, const struct buf *text)
{
	json_map(json, NULL);
	json_text(json, "type", type);
	if (strcmp(type, "context") == 0) {
		json_list(json, "elements");
	}
	json_map(json, strcmp(type, "context") == 0 ? NULL : "text");
	json_text(json, "type", "mrkdwn");
	json_text(json, "text", text->failed || text->data == NULL ? "" : text->data);
	json_map_end(json);
	if (strcmp(type, "context") == 0) {
		json_list_end(json);
	}
	json_map_end(json);
}

/* One alert with its own link. */
static void
put_alert(struct buf *text, const struct render *render, const struct alert *alert)
{
	struct text_style style = render_style(render, TEXT_SLACK);
	char link[TEXT_LINK_SIZE];

	text_link(render->notice, alert, link);
	if (render->notice->n_alerts == 1) {
		text_marks(text, render->notice, render->receiver->lang);
	}
	text_alert_fit(text, alert, &style,
	    SECTION_MAX - sizeof(link) - 64);
	if (link[0] != '\0') {
		buf_printf(text, "<%s|#%lld>", link, (long long)alert->id);
	}
}

static void
write_blocks(struct json *json, const struct render *render)
{
	struct text_style style = render_style(render, TEXT_SLACK);
	const struct notice *notice = render->notice;
	struct buf text;
	size_t total = 0, n = 0;
	char link[TEXT_LINK_SIZE];

	buf_init(&text, 0);
	if (notice->n_alerts != 1 || notice->n_more > 0) {
		text_title(&text, notice, &style, SECTION_MAX);
		total = text.size;
		write_section(json, "section", &text);
	}
	for (; n < render->n_shown && n < SECTIONS_MAX; n++) {
		buf_reset(&text);
		put_alert(&text, render, &notice->alerts[n]);
		if (n > 0 && total + text.size > BLOCKS_MAX) {
			break;
		}
		total += text.size;
		write_section(json, "section", &text);
	}
	if (notice->n_alerts - n + notice->n_more > 0) {
		buf_reset(&text);
		text_link(notice, NULL, link);
		text_more(&text, notice->n_alerts - n + notice->n_more, render->receiver->lang);
		if (link[0] != '\0') {
			buf_printf(&text, " <%s>", link);
		}
		write_section(json, "context", &text);
	}
	buf_done(&text);
}

int
format_slack_body(struct render *render)
{
	struct text_style style = render_style(render, TEXT_SLACK);
	struct json json;
	struct buf text;

	buf_init(&text, 0);
	text_title(&text, render->notice, &style, FALLBACK_MAX);
	json_init(&json, &render->body);
	json_map(&json, NULL);
	json_text(&json, "text", text.failed ? "" : text.data);
	json_list(&json, "blocks");
	write_blocks(&json, render);
	json_list_end(&json);
	json_bool(&json, "unfurl_links", false);
	json_map_end(&json);
	buf_done(&text);
	return COL_OK;
}

/* Slack says "ok"; anything else with 200 is somebody in between. */
enum verdict
format_slack_reply(const struct answer *answer, char error[200], int64_t *wait_s)
{
	char text[120];

	(void)wait_s;
	str_clean(text, sizeof(text), answer->reply, answer->reply_size);
	if (strcmp(text, "ok") == 0) {
		return VERDICT_ACCEPTED;
	}
	(void)str_format(error, 200, "HTTP %ld, but Slack says 'ok' and this is: %s",
	    answer->status, text[0] != '\0' ? text : "nothing");
	return VERDICT_RETRY;
}
