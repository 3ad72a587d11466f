/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * PagerDuty Events API v2: one event a notice, one alert an event (compose.c).  The
 * incident is the alert: its key is the fingerprint, so trigger, acknowledge and
 * resolve meet, and none closes what another alert of its group has opened.
 *
 * Source: PagerDuty developer documentation, "Send an alert event" (PD-CEF).
 */
#include <config.h>

#include <inttypes.h>
#include <string.h>

#include "alert/render.h"
#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

#define SUMMARY_MAX 1000        /* characters at least as many as bytes: 1,024 */
#define DEDUP_SIZE 256

static int
write_key(struct json *json, struct render *render)
{
	char key[SECRET_SIZE_MAX];
	static const char MEMBER[] = "\"routing_key\":\"";
	size_t before = render->body.size;
	int rc;

	if (render->receiver->token == NULL) {
		return err_set(render->error, COL_EINVAL, "receiver %s: PagerDuty needs the "
		    "integration key of a service: token: {file: …}", render->receiver->name);
	}
	rc = render_secret(render, render->receiver->token, "token", key);
	if (rc == COL_OK) {
		json_text(json, "routing_key", key);
		token_wipe(key, sizeof(key));
		render->outgoing->secret_at = before + sizeof(MEMBER) - 1;
		render->outgoing->secret_size = render->body.size - 1 -
		    render->outgoing->secret_at;
	}
	return rc;
}

static const char *
action(const struct notice *notice)
{
	return notice->type == NOTICE_RESOLVED ? "resolve" :
	    notice->type == NOTICE_ACKNOWLEDGED ? "acknowledge" : "trigger";
}

/* A test has an incident of its own, and a message of several alerts, too. */
static void
write_dedup(struct json *json, const struct notice *notice)
{
	bool test = notice->test || notice->type == NOTICE_TEST;
	char text[DEDUP_SIZE], alert[24];

	(void)str_format(alert, sizeof(alert), "%016" PRIx64,
	    notice->n_alerts > 0 ? notice->alerts[0].fingerprint : 0);
	(void)str_format(text, sizeof(text), "collectord/%s/%s%s", notice->province,
	    test ? "test/" : "", notice->n_alerts == 0 ? notice_type_text(notice->type) :
	    notice->n_alerts == 1 ? alert : notice->id);
	json_text(json, "dedup_key", text);
}

static void
write_payload(struct json *json, const struct render *render)
{
	const struct notice *notice = render->notice;
	const struct alert *first = notice->n_alerts > 0 ? &notice->alerts[0] : NULL;
	struct text_style style = render_style(render, TEXT_PLAIN);
	struct buf text;

	buf_init(&text, 0);
	text_title(&text, notice, &style, SUMMARY_MAX);
	json_map(json, "payload");
	json_text(json, "summary", text.failed ? "" : text.data);
	json_text(json, "source", first != NULL ? first->entity : "collectord");
	json_text(json, "severity", severity_text(text_worst(notice)));
	json_wall(json, "timestamp", notice->at);
	json_text(json, "component", notice->province[0] != '\0' ? notice->province :
	    "collectord");
	json_text(json, "group", notice->group);
	json_text(json, "class", first != NULL ? first->rule :
	    notice_type_text(notice->type));
	json_map(json, "custom_details");
	render_about(json, render);
	json_list(json, "alerts");
	for (size_t i = 0; i < render->n_shown; i++) {
		render_alert(json, NULL, render, &notice->alerts[i]);
	}
	json_list_end(json);
	json_map_end(json);
	json_map_end(json);
	buf_done(&text);
}

int
format_pagerduty_body(struct render *render)
{
	const struct notice *notice = render->notice;
	char link[TEXT_LINK_SIZE];
	struct json json;
	int rc;

	json_init(&json, &render->body);
	json_map(&json, NULL);
	rc = write_key(&json, render);
	if (rc != COL_OK) {
		return rc;
	}
	json_text(&json, "event_action", action(notice));
	write_dedup(&json, notice);
	write_payload(&json, render);
	text_link(notice, notice->n_alerts == 1 ? &notice->alerts[0] : NULL, link);
	json_list(&json, "links");
	if (link[0] != '\0') {
		json_map(&json, NULL);
		json_text(&json, "href", link);
		json_text(&json, "text", "collectord");
		json_map_end(&json);
	}
	json_list_end(&json);
	json_text(&json, "client", "collectord");
	if (notice->page_url[0] != '\0') {
		json_text(&json, "client_url", notice->page_url);
	}
	json_map_end(&json);
	return COL_OK;
}
