/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CloudEvents: one event an alert, structured; several are a batch.
 *
 * Source: CloudEvents 1.0.2, JSON event format and HTTP protocol binding.
 */
#include <config.h>

#include <string.h>

#include "alert/render.h"
#include "base/str.h"

/* Ids of source and subject are ours: [a-z0-9_-], so they need no escapes. */
static void
write_source(struct json *json, const struct notice *notice, const struct alert *alert)
{
	char text[160];

	if (alert != NULL && alert->site[0] != '\0') {
		(void)str_format(text, sizeof(text), "/collectord/site/%s", alert->site);
	} else if (notice->province[0] != '\0') {
		(void)str_format(text, sizeof(text), "/collectord/province/%s",
		    notice->province);
	} else {
		(void)str_copy(text, sizeof(text), "/collectord");
	}
	json_text(json, "source", text);
}

/* "io.collectord.alert.firing.v1": of an alert by itself, not by the notice. */
static void
write_type(struct json *json, const struct notice *notice, const struct alert *alert)
{
	const char *type = notice_type_text(notice->type);
	char text[96];

	if (alert != NULL && notice->type != NOTICE_TEST && notice->type != NOTICE_CANARY) {
		(void)str_format(text, sizeof(text), "io.collectord.alert.%s.v1",
		    render_state(alert));
	} else {
		(void)str_format(text, sizeof(text), "io.collectord.%s.v1", type);
	}
	json_text(json, "type", text);
}

static void
write_event(struct json *json, const struct render *render, const struct alert *alert)
{
	const struct notice *notice = render->notice;
	char text[ALERT_ENTITY_SIZE + 32], *colon;

	json_map(json, NULL);
	json_text(json, "specversion", "1.0");
	if (alert != NULL && notice->n_alerts > 1) {
		(void)str_format(text, sizeof(text), "%s.%lld", notice->id,
		    (long long)alert->id);
		json_text(json, "id", text);
	} else {
		json_text(json, "id", notice->id);
	}
	write_source(json, notice, alert);
	write_type(json, notice, alert);
	if (alert != NULL) {
		(void)str_copy(text, sizeof(text), alert->entity);
		colon = strchr(text, ':');
		if (colon != NULL) {
			*colon = '/';
		}
		json_text(json, "subject", text);
	}
	json_wall(json, "time", alert != NULL && alert->changed.ns != 0 ? alert->changed :
	    notice->at);
	json_text(json, "datacontenttype", "application/json");
	json_map(json, "data");
	render_about(json, render);
	if (alert != NULL) {
		render_alert(json, "alert", render, alert);
	}
	json_map_end(json);
	json_map_end(json);
}

int
format_cloudevents_body(struct render *render)
{
	const struct notice *notice = render->notice;
	struct json json;

	json_init(&json, &render->body);
	if (notice->n_alerts <= 1) {
		render->content_type = "application/cloudevents+json; charset=utf-8";
		write_event(&json, render, notice->n_alerts == 1 ? &notice->alerts[0] : NULL);
		return COL_OK;
	}
	render->content_type = "application/cloudevents-batch+json; charset=utf-8";
	json_list(&json, NULL);
	for (size_t i = 0; i < render->n_shown; i++) {
		write_event(&json, render, &notice->alerts[i]);
	}
	json_list_end(&json);
	return COL_OK;
}
