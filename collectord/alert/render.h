/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the formats share while they render: the request that grows, secrets,
 * headers, and an alert as JSON.
 *
 * Route: format.c calls a row's functions with it.  Thread: NOTIFY.
 */
#ifndef ALERT_RENDER_H
#define ALERT_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/format.h"
#include "alert/text.h"
#include "base/buf.h"
#include "base/json.h"
#include "config/secret.h"

struct render {
	const struct receiver *receiver;
	const struct notice *notice;
	struct wall now;
	size_t n_shown;         /* alerts that go in, the first ones */
	bool brief;             /* one alert is too large: without its advice and note */
	size_t limit;           /* bytes of the body that the type takes */
	const char *content_type;
	struct buf body;
	struct outgoing *outgoing;
	struct col_error *error;
};

/* Alerts that this request leaves out, those of the notice included. */
uint32_t render_more(const struct render *render);
/* The receiver's language, in the province's time. */
struct text_style render_style(const struct render *render, enum text_form form);
/* Adds a header.  Errors: COL_EINVAL (a control character in it), COL_ENOMEM. */
int render_header(struct render *render, const char *name, const char *value,
    bool secret);
/*
 * Reads the secret at node ("receivers.noc.token: …").  Shape: to of SECRET_SIZE_MAX;
 * the caller wipes it.  Errors: COL_EIO with the file's trouble.
 */
int render_secret(struct render *render, const struct col_node *node, const char *key,
    char *to);

/*
 * An alert as JSON, as the API has it, with `url`.  Source: docs/alerts.md.
 */
void render_alert(struct json *json, const char *key, const struct render *render,
    const struct alert *alert);
/* type, test, repeat, group, province, n_more and the rest that is no alert. */
void render_about(struct json *json, const struct render *render);
/* "acknowledged" when it fires and is acknowledged, else its state. */
const char *render_state(const struct alert *alert);

/* ---- the rows of format.c's table ------------------------------------------------ */

/* Writes render->body.  Errors: COL_EINVAL, COL_EIO; too long is seen by the caller. */
typedef int render_body_fn(struct render *render);
/* Adds headers and changes the URL once the body stands. */
typedef int render_sign_fn(struct render *render);
/* Judges the body of an answer with a 2xx status; words for error[200]. */
typedef enum verdict render_reply_fn(const struct answer *answer, char error[200],
    int64_t *wait_s);

int format_webhook_body(struct render *render);
int format_webhook_sign(struct render *render);
int format_alertmanager_body(struct render *render);
int format_alertmanager_url(struct render *render);
int format_am_webhook_body(struct render *render);
int format_cloudevents_body(struct render *render);
int format_slack_body(struct render *render);
enum verdict format_slack_reply(const struct answer *answer, char error[200],
    int64_t *wait_s);
int format_teams_body(struct render *render);
enum verdict format_teams_reply(const struct answer *answer, char error[200],
    int64_t *wait_s);
int format_pagerduty_body(struct render *render);
int format_dingtalk_body(struct render *render);
int format_dingtalk_sign(struct render *render);
enum verdict format_dingtalk_reply(const struct answer *answer, char error[200],
    int64_t *wait_s);
int format_wecom_body(struct render *render);
enum verdict format_wecom_reply(const struct answer *answer, char error[200],
    int64_t *wait_s);
int format_feishu_body(struct render *render);
enum verdict format_feishu_reply(const struct answer *answer, char error[200],
    int64_t *wait_s);
int format_template_body(struct render *render);
/* Authorization: Bearer, where a token is given. */
int format_bearer(struct render *render);

#endif
