/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

uint32_t
render_more(const struct render *render)
{
	return render->notice->n_more +
	    (uint32_t)(render->notice->n_alerts - render->n_shown);
}

struct text_style
render_style(const struct render *render, enum text_form form)
{
	return (struct text_style){ .lang = render->receiver->lang, .form = form,
	    .zone = render->notice->zone };
}

int
render_header(struct render *render, const char *name, const char *value, bool secret)
{
	struct outgoing *outgoing = render->outgoing;
	char *line;

	for (const char *at = value; *at != '\0'; at++) {
		if ((unsigned char)*at < 0x20 || *at == 0x7f) {
			return err_set(render->error, COL_EINVAL, "receiver %s: what is to go "
			    "into the header %s holds a control character (a second line?)",
			    render->receiver->name, name);
		}
	}
	if (outgoing->n_headers == TRANSPORT_HEADERS_MAX ||
	    asprintf(&line, "%s: %s", name, value) < 0) {
		return err_set(render->error, COL_ENOMEM, "out of memory");
	}
	outgoing->secret_header[outgoing->n_headers] = secret;
	outgoing->headers[outgoing->n_headers++] = line;
	return COL_OK;
}

int
render_secret(struct render *render, const struct col_node *node, const char *key,
    char *to)
{
	struct col_error error = { 0 };
	int n = config_secret(node, to, SECRET_SIZE_MAX, &error);

	if (n < 0) {
		return err_set(render->error, COL_EIO, "receiver %s: %s: %s",
		    render->receiver->name, key, error.text);
	}
	return COL_OK;
}

const char *
render_state(const struct alert *alert)
{
	return alert->state == ALERT_FIRING && alert->acked.ns != 0 ? "acknowledged" :
	    alert_state_text(alert->state);
}

static void
write_id(struct json *json, const char *key, const char *id)
{
	json_text(json, key, id[0] != '\0' ? id : NULL);
}

static void
write_words(struct json *json, const char *key, const char *en, const char *zh)
{
	json_map(json, key);
	write_id(json, "en", en);
	write_id(json, "zh", zh);
	json_map_end(json);
}

/* "12": numbers of 64 bits do not survive every reader. */
static void
write_number_text(struct json *json, const char *key, int64_t number)
{
	char text[STR_NUMBER_SIZE];

	(void)str_format(text, sizeof(text), "%lld", (long long)number);
	json_text(json, key, number != 0 ? text : NULL);
}

static void
write_acked(struct json *json, const struct render *render, const struct alert *alert)
{
	if (alert->acked.ns == 0) {
		json_unknown(json, "acknowledged");
		return;
	}
	json_map(json, "acknowledged");
	json_text(json, "by", alert->acked_by);
	json_wall(json, "at", alert->acked);
	json_text(json, "note", render->brief ? "" : alert->note);
	json_map_end(json);
}

static void
write_places(struct json *json, const struct alert *alert)
{
	write_id(json, "area", alert->area);
	write_id(json, "site", alert->site);
	write_id(json, "hall", alert->hall);
	write_id(json, "row", alert->row);
	write_id(json, "rack", alert->rack);
}

void
render_alert(struct json *json, const char *key, const struct render *render,
    const struct alert *alert)
{
	char text[TEXT_LINK_SIZE];

	json_map(json, key);
	write_number_text(json, "id", alert->id);
	(void)str_format(text, sizeof(text), "%016llx", (unsigned long long)alert->fingerprint);
	json_text(json, "fingerprint", text);
	json_text(json, "rule", alert->rule);
	json_text(json, "severity", severity_text(alert->severity));
	json_text(json, "state", render_state(alert));
	json_text(json, "entity", alert->entity);
	json_text(json, "instance", alert->instance);
	write_places(json, alert);
	json_number(json, "value", alert->value, 10);
	json_number(json, "limit", alert->limit, 10);
	json_text(json, "unit", alert->unit);
	write_id(json, "word", alert->word);
	json_int(json, "count", alert->count);
	write_number_text(json, "under", alert->under);
	json_bool(json, "folded", alert->under != 0);
	json_bool(json, "flapping", alert->flapping);
	json_wall(json, "since", alert->since);
	json_wall(json, "fired", alert->fired);
	json_wall(json, "changed", alert->changed);
	json_wall(json, "resolved", alert->resolved);
	json_text(json, "end", alert->end != ALERT_END_NONE ? alert_end_text(alert->end) : NULL);
	write_acked(json, render, alert);
	write_words(json, "summary", alert->summary_en, alert->summary_zh);
	write_words(json, "advice", render->brief ? "" : alert->advice_en,
	    render->brief ? "" : alert->advice_zh);
	text_link(render->notice, alert, text);
	write_id(json, "url", text);
	json_map_end(json);
}

void
render_about(struct json *json, const struct render *render)
{
	const struct notice *notice = render->notice;
	char link[TEXT_LINK_SIZE];

	text_link(notice, NULL, link);
	json_text(json, "receiver", render->receiver->name);
	json_text(json, "group", notice->group);
	write_id(json, "province", notice->province);
	json_bool(json, "test", notice->test || notice->type == NOTICE_TEST);
	json_bool(json, "repeat", notice->repeat);
	json_text(json, "severity", notice->n_alerts > 0 ?
	    severity_text(text_worst(notice)) : NULL);
	json_int(json, "n_more", render_more(render));
	write_id(json, "url", link);
}

int
format_bearer(struct render *render)
{
	char token[SECRET_SIZE_MAX], line[SECRET_SIZE_MAX + 8];
	int rc;

	if (render->receiver->token == NULL) {
		return COL_OK;
	}
	rc = render_secret(render, render->receiver->token, "token", token);
	if (rc == COL_OK) {
		(void)str_format(line, sizeof(line), "Bearer %s", token);
		rc = render_header(render, "Authorization", line, true);
		token_wipe(line, sizeof(line));
	}
	token_wipe(token, sizeof(token));
	return rc;
}
