/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of receiver types, and what all of them have in common: the URL, how a
 * body that is too large loses alerts until it fits, and what an answer means.
 */
#include <config.h>

#include "alert/format.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "alert/render.h"
#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

#define MASK "***"
/* Source: RFC 9110 section 15. */
#define HTTP_TIMEOUT 408
#define HTTP_GONE 410
#define HTTP_TOO_EARLY 425
#define HTTP_TOO_MANY 429

struct format_row {
	size_t limit;                   /* bytes of a body */
	double per_minute, burst;       /* what it takes, with a margin */
	bool secret_url;                /* who has the URL may post */
	const char *url;                /* when none is given, or NULL */
	int64_t wait_s;                 /* after "too many" that names no time */
	render_body_fn *body;
	render_sign_fn *sign;
	render_reply_fn *reply;         /* NULL: the status says all */
};

/* Machines take what comes: a digest would leave out what they need.
 * Source: domain.md 4.1 (limits), 4.3 (rates). */
static const struct format_row ROWS[RECEIVER_TYPE_N] = {
	[RECEIVER_WEBHOOK] = { .limit = 20000, .per_minute = 6000, .burst = 1000,
	    .body = format_webhook_body, .sign = format_webhook_sign },
	[RECEIVER_ALERTMANAGER] = { .limit = 256u << 10, .per_minute = 6000, .burst = 1000,
	    .body = format_alertmanager_body, .sign = format_alertmanager_url },
	[RECEIVER_ALERTMANAGER_WEBHOOK] = { .limit = 256u << 10, .per_minute = 6000,
	    .burst = 1000, .body = format_am_webhook_body, .sign = format_bearer },
	[RECEIVER_CLOUDEVENTS] = { .limit = 64u << 10, .per_minute = 6000, .burst = 1000,
	    .body = format_cloudevents_body, .sign = format_bearer },
	[RECEIVER_SLACK] = { .limit = 64u << 10, .per_minute = 60, .burst = 1,
	    .secret_url = true, .wait_s = 30, .body = format_slack_body,
	    .reply = format_slack_reply },
	[RECEIVER_TEAMS] = { .limit = 27000, .per_minute = 120, .burst = 4,
	    .secret_url = true, .wait_s = 30, .body = format_teams_body,
	    .reply = format_teams_reply },
	[RECEIVER_PAGERDUTY] = { .limit = 256u << 10, .per_minute = 6000, .burst = 1000,
	    .url = "https://events.pagerduty.com/v2/enqueue", .wait_s = 120,
	    .body = format_pagerduty_body },
	[RECEIVER_DINGTALK] = { .limit = 64u << 10, .per_minute = 18, .burst = 5,
	    .secret_url = true, .wait_s = 600, .body = format_dingtalk_body,
	    .sign = format_dingtalk_sign, .reply = format_dingtalk_reply },
	[RECEIVER_WECOM] = { .limit = 16u << 10, .per_minute = 18, .burst = 5,
	    .secret_url = true, .wait_s = 60, .body = format_wecom_body,
	    .reply = format_wecom_reply },
	[RECEIVER_FEISHU] = { .limit = 20000, .per_minute = 90, .burst = 4,
	    .secret_url = true, .wait_s = 60, .body = format_feishu_body,
	    .reply = format_feishu_reply },
	[RECEIVER_TEMPLATE] = { .limit = 256u << 10, .per_minute = 6000, .burst = 1000,
	    .body = format_template_body, .sign = format_bearer },
};

const char *
verdict_text(enum verdict verdict)
{
	static const char *const TEXTS[VERDICT_N] = { "accepted", "retry", "refused", "gone" };

	return TEXTS[verdict];
}

void
format_rate(enum receiver_type type, double *ret_per_minute, double *ret_burst)
{
	*ret_per_minute = ROWS[type].per_minute;
	*ret_burst = ROWS[type].burst;
}

/* ---- the URL ---------------------------------------------------------------------- */

static int
read_url(struct render *render, const struct format_row *row, char *to)
{
	const struct col_node *node = render->receiver->url;

	if (node == NULL && row->url != NULL) {
		(void)str_copy(to, SECRET_SIZE_MAX, row->url);
		return COL_OK;
	}
	if (node != NULL && node->kind == COL_NODE_SCALAR) {
		return str_copy(to, SECRET_SIZE_MAX, node->text) < SECRET_SIZE_MAX ? COL_OK :
		    err_set(render->error, COL_EINVAL, "receiver %s: url is too long",
		    render->receiver->name);
	}
	return render_secret(render, node, "url", to);
}

/* One part of an URL, "" when it has none.  Owns: free by curl_free. */
static char *
part_of(CURLU *url, CURLUPart part)
{
	char *text = NULL;

	return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

/* "https://host:port/path?***"; of a URL that is a secret only the host. */
static char *
mask_url(CURLU *url, bool secret)
{
	char *scheme = part_of(url, CURLUPART_SCHEME), *host = part_of(url, CURLUPART_HOST);
	char *port = part_of(url, CURLUPART_PORT), *path = part_of(url, CURLUPART_PATH);
	char *query = part_of(url, CURLUPART_QUERY);
	struct buf text;

	buf_init(&text, 0);
	buf_printf(&text, "%s://%s%s%s", scheme != NULL ? scheme : "",
	    host != NULL ? host : "", port != NULL ? ":" : "", port != NULL ? port : "");
	buf_printf(&text, "%s%s", secret ? "/" MASK : path != NULL ? path : "",
	    !secret && query != NULL ? "?" MASK : "");
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_free(path);
	if (query != NULL) {
		token_wipe(query, strlen(query));
	}
	curl_free(query);
	return text.failed ? NULL : text.data;
}

static int
check_url(struct render *render, const struct format_row *row, const char *text)
{
	const struct receiver *receiver = render->receiver;
	struct outgoing *outgoing = render->outgoing;
	CURLU *url = curl_url();
	char *scheme;
	int rc = COL_OK;

	if (url == NULL) {
		return err_set(render->error, COL_ENOMEM, "out of memory");
	}
	if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK) {
		rc = err_set(render->error, COL_EINVAL, "receiver %s: what url gives is no URL; "
		    "it begins with https://", receiver->name);
		goto out;
	}
	scheme = part_of(url, CURLUPART_SCHEME);
	if (scheme == NULL || (strcmp(scheme, "https") != 0 &&
	    (strcmp(scheme, "http") != 0 || !receiver->allow_http))) {
		rc = err_set(render->error, COL_EINVAL, "receiver %s: its url must begin with "
		    "https:// (or set allow_http: true for http://)", receiver->name);
	}
	curl_free(scheme);
	if (rc == COL_OK) {
		outgoing->url = strdup(text);
		outgoing->masked_url = mask_url(url, row->secret_url ||
		    (receiver->url != NULL && receiver->url->kind != COL_NODE_SCALAR));
		if (outgoing->url == NULL || outgoing->masked_url == NULL) {
			rc = err_set(render->error, COL_ENOMEM, "out of memory");
		}
	}
out:
	curl_url_cleanup(url);
	return rc;
}

static int
render_url(struct render *render, const struct format_row *row)
{
	char text[SECRET_SIZE_MAX];
	int rc = read_url(render, row, text);

	if (rc == COL_OK) {
		rc = check_url(render, row, text);
	}
	token_wipe(text, sizeof(text));
	return rc;
}

int
format_address(const struct receiver *receiver, char *to, size_t size,
    struct col_error *error)
{
	struct outgoing outgoing = { 0 };
	struct render render = { .receiver = receiver, .outgoing = &outgoing, .error = error };
	int rc = render_url(&render, &ROWS[receiver->type]);

	if (rc == COL_OK) {
		(void)str_copy(to, size, outgoing.masked_url);
	}
	outgoing_done(&outgoing);
	return rc;
}

/* ---- the body ---------------------------------------------------------------------- */

/* Fewer alerts, then a brief one, until the type takes it. */
static int
render_body(struct render *render, const struct format_row *row)
{
	render->n_shown = render->notice->n_alerts;
	for (;;) {
		size_t n = render->n_shown;
		int rc;

		buf_reset(&render->body);
		render->outgoing->secret_size = 0;
		rc = row->body(render);
		if (rc != COL_OK) {
			return rc;
		}
		if (!render->body.failed && render->body.size <= row->limit) {
			return COL_OK;
		}
		if (n <= 1 && render->brief) {
			return err_set(render->error, COL_ERANGE, "receiver %s: a message of "
			    "one alert has %zu bytes, %s takes %zu", render->receiver->name,
			    render->body.size, receiver_type_text(render->receiver->type),
			    row->limit);
		}
		if (n <= 1) {
			render->brief = true;
		} else if (render->body.failed) {
			buf_done(&render->body);
			buf_init(&render->body, TRANSPORT_BODY_MAX);
			render->n_shown = n / 2;
		} else {
			size_t fit = n * row->limit / render->body.size;

			render->n_shown = fit >= n ? n - 1 : fit > 0 ? fit : 1;
		}
	}
}

int
format_render(const struct receiver *receiver, const struct notice *notice,
    struct wall now, struct outgoing *ret_outgoing, struct col_error *error)
{
	const struct format_row *row = &ROWS[receiver->type];
	struct outgoing outgoing = { 0 };
	struct render render = { .receiver = receiver, .notice = notice, .now = now,
	    .limit = row->limit, .content_type = "application/json", .outgoing = &outgoing,
	    .error = error };
	int rc;

	buf_init(&render.body, TRANSPORT_BODY_MAX);
	rc = render_url(&render, row);
	if (rc == COL_OK) {
		rc = render_body(&render, row);
	}
	if (rc == COL_OK) {
		rc = render_header(&render, "Content-Type", render.content_type, false);
	}
	if (rc == COL_OK && row->sign != NULL) {
		rc = row->sign(&render);
	}
	if (rc != COL_OK) {
		if (render.body.data != NULL) {
			token_wipe(render.body.data, render.body.size);
		}
		buf_done(&render.body);
		outgoing_done(&outgoing);
		return rc;
	}
	outgoing.body = render.body.data;
	outgoing.body_size = render.body.size;
	*ret_outgoing = outgoing;
	return COL_OK;
}

/* ---- what an answer means ------------------------------------------------------------ */

static enum verdict
judge_status(const struct answer *answer, char error[200])
{
	char start[80];

	str_clean(start, sizeof(start), answer->reply, answer->reply_size);
	(void)str_format(error, 200, "HTTP %ld%s%s", answer->status,
	    start[0] != '\0' ? ": " : "", start);
	if (answer->status == HTTP_GONE) {
		return VERDICT_GONE;
	}
	if (answer->status >= 300 && answer->status < 400) {
		(void)str_format(error, 200, "HTTP %ld: redirects are not followed, they could "
		    "lead anywhere: give the final URL", answer->status);
		return VERDICT_REFUSED;
	}
	return answer->status == HTTP_TIMEOUT || answer->status == HTTP_TOO_EARLY ||
	    answer->status == HTTP_TOO_MANY || answer->status >= 500 ||
	    answer->status < 200 ? VERDICT_RETRY : VERDICT_REFUSED;
}

enum verdict
format_judge(const struct receiver *receiver, const struct answer *answer,
    char error[200], int64_t *ret_wait_s)
{
	const struct format_row *row = &ROWS[receiver->type];
	enum verdict verdict = VERDICT_RETRY;
	int64_t wait_s = 0;

	error[0] = '\0';
	if (answer->end != TRANSPORT_ANSWERED) {
		(void)str_copy(error, 200, answer->error);
	} else if (answer->status >= 200 && answer->status < 300) {
		verdict = row->reply != NULL ? row->reply(answer, error, &wait_s) :
		    VERDICT_ACCEPTED;
	} else {
		verdict = judge_status(answer, error);
		wait_s = answer->status == HTTP_TOO_MANY ? row->wait_s : 0;
	}
	if (verdict == VERDICT_RETRY && answer->retry_after_s >= 0) {
		wait_s = answer->retry_after_s;
	}
	*ret_wait_s = verdict == VERDICT_RETRY ? wait_s : 0;
	return verdict;
}

/* ---- what the log shows ---------------------------------------------------------------- */

void
format_masked(const struct outgoing *outgoing, char *to, size_t size)
{
	struct buf text;

	buf_init(&text, 0);
	buf_printf(&text, "POST %s\n", outgoing->masked_url);
	for (size_t i = 0; i < outgoing->n_headers; i++) {
		const char *line = outgoing->headers[i];

		if (outgoing->secret_header[i]) {
			buf_printf(&text, "%.*s: " MASK "\n", (int)strcspn(line, ":"), line);
		} else {
			buf_printf(&text, "%s\n", line);
		}
	}
	buf_puts(&text, "\n");
	if (outgoing->secret_size > 0) {
		size_t after = outgoing->secret_at + outgoing->secret_size;

		buf_put(&text, outgoing->body, outgoing->secret_at);
		buf_puts(&text, MASK);
		buf_put(&text, outgoing->body + after, outgoing->body_size - after);
	} else {
		buf_put(&text, outgoing->body, outgoing->body_size);
	}
	(void)str_copy(to, size, text.failed ? "" : text.data);
	buf_done(&text);
}
