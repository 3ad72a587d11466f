/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alertmanager both ways: what its API takes, and what its webhook consumers take.
 *
 * Source: Alertmanager API v2, openapi.yaml (postAlerts); Alertmanager
 * documentation, webhook_config (version 4).
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "alert/labels.h"
#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

#define PATH "/api/v2/alerts"
/* An alert that is not posted again resolves by itself at endsAt. */
#define TEST_LASTS_NS (INT64_C(300) * NS_PER_S)
#define BEAT_LASTS_NS (INT64_C(900) * NS_PER_S)
#define FOREVER_NS (INT64_C(7) * 86400 * NS_PER_S)
/* Alertmanager's own zero time, for "not yet". */
#define NEVER "0001-01-01T00:00:00Z"

/* ---- to its API ----------------------------------------------------------------- */

/*
 * Alertmanager resolves what it has not heard of for five minutes unless endsAt
 * says more.  An alert of ours fires until it is resolved, whatever is lost: it
 * lasts until well behind the next repeat.
 */
static struct wall
ends_at(const struct render *render, const struct alert *alert)
{
	const struct notice *notice = render->notice;
	int64_t repeat_ns = render->receiver->repeat_ns;

	if (alert->state == ALERT_RESOLVED) {
		return alert->resolved;
	}
	if (notice->test || notice->type == NOTICE_TEST) {
		return (struct wall){ render->now.ns + TEST_LASTS_NS };
	}
	return (struct wall){ render->now.ns +
	    (repeat_ns > 0 && repeat_ns < FOREVER_NS / 3 ? 3 * repeat_ns : FOREVER_NS) };
}

static void
write_api_alert(struct json *json, const struct render *render, const struct alert *alert)
{
	struct label labels[LABELS_MAX];
	char link[TEXT_LINK_SIZE];

	json_map(json, NULL);
	labels_write(json, "labels", labels, labels_of(render->notice, alert, labels));
	labels_write(json, "annotations", labels, labels_annotations(render, alert, labels));
	json_wall(json, "startsAt", alert->fired.ns != 0 ? alert->fired : alert->since);
	json_wall(json, "endsAt", ends_at(render, alert));
	text_link(render->notice, alert, link);
	if (link[0] != '\0') {
		json_text(json, "generatorURL", link);
	}
	json_map_end(json);
}

int
format_alertmanager_body(struct render *render)
{
	struct label labels[LABELS_MAX];
	struct json json;

	json_init(&json, &render->body);
	json_list(&json, NULL);
	for (size_t i = 0; i < render->n_shown; i++) {
		write_api_alert(&json, render, &render->notice->alerts[i]);
	}
	if (render->notice->n_alerts == 0) {
		json_map(&json, NULL);
		labels_write(&json, "labels", labels, labels_of_notice(render->notice, labels));
		json_map(&json, "annotations");
		json_map_end(&json);
		json_wall(&json, "startsAt", render->notice->at);
		json_wall(&json, "endsAt", (struct wall){ render->now.ns + BEAT_LASTS_NS });
		json_map_end(&json);
	}
	json_list_end(&json);
	return COL_OK;
}

/* "https://am:9093" will do: the path is always the same. */
int
format_alertmanager_url(struct render *render)
{
	struct outgoing *outgoing = render->outgoing;
	size_t len = strlen(outgoing->url), masked = strlen(outgoing->masked_url);
	char *url;

	while (len > 0 && outgoing->url[len - 1] == '/') {
		outgoing->url[--len] = '\0';
	}
	if (strstr(outgoing->url, PATH) == NULL && strchr(outgoing->url, '?') == NULL) {
		url = malloc(len + sizeof(PATH));
		if (url == NULL) {
			return err_set(render->error, COL_ENOMEM, "out of memory");
		}
		(void)str_format(url, len + sizeof(PATH), "%s" PATH, outgoing->url);
		token_wipe(outgoing->url, len);
		free(outgoing->url);
		outgoing->url = url;
	}
	/* only the prefix is configured: what is shown ends with the path, too */
	if (strstr(outgoing->masked_url, PATH) == NULL && outgoing->masked_url[0] != '\0' &&
	    strstr(outgoing->masked_url, "***") == NULL) {
		while (masked > 0 && outgoing->masked_url[masked - 1] == '/') {
			masked--;
		}
		url = malloc(masked + sizeof(PATH));
		if (url == NULL) {
			return err_set(render->error, COL_ENOMEM, "out of memory");
		}
		(void)str_format(url, masked + sizeof(PATH), "%.*s" PATH, (int)masked,
		    outgoing->masked_url);
		free(outgoing->masked_url);
		outgoing->masked_url = url;
	}
	return format_bearer(render);
}

/* ---- as its webhook ----------------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct label *)a)->name, ((const struct label *)b)->name);
}

/* The group's key in Alertmanager's words, in its order: rule is alertname. */
static size_t
group_labels(const struct notice *notice, struct label labels[LABELS_MAX])
{
	static const char *const NAMES[] = { "site", "hall", "row", "rack", "severity" };
	const char *at = notice->group;
	size_t n = 0;

	while (*at != '\0' && n < LABELS_MAX) {
		size_t len = strcspn(at, " "), key = strcspn(at, "=");
		const char *name = key == 4 && strncmp(at, "rule", 4) == 0 ? "alertname" : NULL;

		for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
			if (strlen(NAMES[i]) == key && strncmp(at, NAMES[i], key) == 0) {
				name = NAMES[i];
			}
		}
		if (name != NULL && key + 1 < len) {
			labels[n].name = name;
			(void)str_format(labels[n].text, sizeof(labels[n].text), "%.*s",
			    (int)(len - key - 1), at + key + 1);
			n++;
		}
		at += len + (at[len] == ' ');
	}
	qsort(labels, n, sizeof(*labels), by_name);
	return n;
}

/* {}:{alertname="inlet-hot", site="zz1"}, as Alertmanager writes its own. */
static void
write_group_key(struct json *json, const struct label *labels, size_t n)
{
	struct buf key;

	buf_init(&key, 0);
	buf_puts(&key, "{}:{");
	for (size_t i = 0; i < n; i++) {
		buf_printf(&key, "%s%s=\"%s\"", i > 0 ? ", " : "", labels[i].name,
		    labels[i].text);
	}
	buf_puts(&key, "}");
	json_text(json, "groupKey", key.failed ? "" : key.data);
	buf_done(&key);
}

static void
write_common(struct json *json, const struct render *render, const char *key, bool notes)
{
	struct label common[LABELS_MAX], other[LABELS_MAX];
	const struct notice *notice = render->notice;
	size_t n = 0;

	for (size_t i = 0; i < notice->n_alerts; i++) {
		const struct alert *alert = &notice->alerts[i];
		struct label *to = i == 0 ? common : other;
		size_t n_to = notes ? labels_annotations(render, alert, to) :
		    labels_of(notice, alert, to);

		n = i == 0 ? n_to : labels_common(common, n, other, n_to);
	}
	if (notice->n_alerts == 0 && !notes) {
		n = labels_of_notice(notice, common);
	}
	labels_write(json, key, common, n);
}

static void
write_webhook_alert(struct json *json, const struct render *render,
    const struct alert *alert)
{
	struct label labels[LABELS_MAX];
	char text[TEXT_LINK_SIZE];

	json_map(json, NULL);
	json_text(json, "status", alert->state == ALERT_RESOLVED ? "resolved" : "firing");
	labels_write(json, "labels", labels, labels_of(render->notice, alert, labels));
	labels_write(json, "annotations", labels, labels_annotations(render, alert, labels));
	json_wall(json, "startsAt", alert->fired.ns != 0 ? alert->fired : alert->since);
	if (alert->state == ALERT_RESOLVED) {
		json_wall(json, "endsAt", alert->resolved);
	} else {
		json_text(json, "endsAt", NEVER);
	}
	text_link(render->notice, alert, text);
	json_text(json, "generatorURL", text);
	(void)str_format(text, sizeof(text), "%016llx", (unsigned long long)alert->fingerprint);
	json_text(json, "fingerprint", text);
	json_map_end(json);
}

static void
write_webhook_beat(struct json *json, const struct notice *notice)
{
	struct label labels[LABELS_MAX];

	json_map(json, NULL);
	json_text(json, "status", "firing");
	labels_write(json, "labels", labels, labels_of_notice(notice, labels));
	labels_write(json, "annotations", labels, 0);
	json_wall(json, "startsAt", notice->at);
	json_text(json, "endsAt", NEVER);
	json_text(json, "generatorURL", notice->page_url);
	json_text(json, "fingerprint", "0000000000000000");
	json_map_end(json);
}

int
format_am_webhook_body(struct render *render)
{
	const struct notice *notice = render->notice;
	struct label labels[LABELS_MAX];
	struct json json;
	size_t n = group_labels(notice, labels);

	json_init(&json, &render->body);
	json_map(&json, NULL);
	json_text(&json, "version", "4");
	write_group_key(&json, labels, n);
	json_int(&json, "truncatedAlerts", render_more(render));
	json_text(&json, "status", notice->n_alerts > 0 && text_count(notice, false) == 0 ?
	    "resolved" : "firing");
	json_text(&json, "receiver", render->receiver->name);
	labels_write(&json, "groupLabels", labels, n);
	write_common(&json, render, "commonLabels", false);
	write_common(&json, render, "commonAnnotations", true);
	json_text(&json, "externalURL", notice->page_url);
	json_list(&json, "alerts");
	for (size_t i = 0; i < render->n_shown; i++) {
		write_webhook_alert(&json, render, &notice->alerts[i]);
	}
	if (notice->n_alerts == 0) {
		write_webhook_beat(&json, notice);
	}
	json_list_end(&json);
	json_map_end(&json);
	return COL_OK;
}
