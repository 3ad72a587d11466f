/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/compose.h"

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

struct compose_limit
compose_limit(enum receiver_type type)
{
	switch (type) {
	case RECEIVER_PAGERDUTY:        /* an event is one incident */
		return (struct compose_limit){ 1, true };
	case RECEIVER_WEBHOOK:          /* 20 KB a message */
	case RECEIVER_CLOUDEVENTS:
		return (struct compose_limit){ 10, true };
	case RECEIVER_ALERTMANAGER:
	case RECEIVER_ALERTMANAGER_WEBHOOK:
		return (struct compose_limit){ 100, true };
	case RECEIVER_SLACK:
	case RECEIVER_TEAMS:
	case RECEIVER_DINGTALK:
	case RECEIVER_WECOM:
	case RECEIVER_FEISHU:
	case RECEIVER_TEMPLATE:
	case RECEIVER_TYPE_N:
		break;
	}
	return (struct compose_limit){ 20, false };
}

bool
compose_digests(enum receiver_type type)
{
	return !compose_limit(type).split;
}

bool
compose_is_over(const struct alert *alert)
{
	return alert->state == ALERT_RESOLVED;
}

static int
compare(const void *left, const void *right)
{
	const struct alert *a = left, *b = right;

	if (compose_is_over(a) != compose_is_over(b)) {
		return compose_is_over(a) ? 1 : -1;
	}
	if (a->severity != b->severity) {
		return a->severity > b->severity ? -1 : 1;
	}
	return (a->id > b->id) - (a->id < b->id);
}

void
compose_sort(struct alert *alerts, size_t n)
{
	if (n > 1) {
		qsort(alerts, n, sizeof(*alerts), compare);
	}
}

void
compose_cut(struct notice *notice, size_t most)
{
	compose_sort(notice->alerts, notice->n_alerts);
	if (notice->n_alerts > most) {
		notice->n_more += (uint32_t)(notice->n_alerts - most);
		notice->n_alerts = most;
	}
}

enum notice_type
compose_type(const struct notice *notice)
{
	for (size_t i = 0; i < notice->n_alerts; i++) {
		if (!compose_is_over(&notice->alerts[i])) {
			return NOTICE_FIRING;
		}
	}
	return NOTICE_RESOLVED;
}

enum severity
compose_worst(const struct notice *notice)
{
	enum severity worst = SEVERITY_INFO;

	for (size_t i = 0; i < notice->n_alerts; i++) {
		if (!compose_is_over(&notice->alerts[i]) &&
		    notice->alerts[i].severity > worst) {
			worst = notice->alerts[i].severity;
		}
	}
	return worst;
}

bool
compose_renew(struct notice *notice, const struct alert *alert)
{
	bool found = false;

	if (notice->type != NOTICE_FIRING || notice->test) {
		return false;
	}
	for (size_t i = 0; !found && i < notice->n_alerts; i++) {
		if (notice->alerts[i].id == alert->id &&
		    !compose_is_over(&notice->alerts[i])) {
			notice->alerts[i] = *alert;
			found = true;
		}
	}
	if (found) {
		compose_sort(notice->alerts, notice->n_alerts);
		notice->type = compose_type(notice);
		notice->repeat = notice->repeat && notice->type == NOTICE_FIRING;
	}
	return found;
}

char *
compose_text(const struct notice *notice)
{
	struct buf out;
	char *text;

	buf_init(&out, 0);
	notice_write(notice, &out);
	text = out.failed ? NULL : strdup(out.data);
	buf_done(&out);
	return text;
}

/* ---- digests -------------------------------------------------------------------- */

/* True when the id was there already; where memory lacks, it counts as new. */
static bool
see(struct compose_digest *digest, int64_t id)
{
	size_t at;

	if (2 * digest->n_seen >= digest->room) {
		struct compose_digest grown = { .room = digest->room > 0 ?
		    2 * digest->room : 256 };

		grown.seen = calloc(grown.room, sizeof(*grown.seen));
		if (grown.seen == NULL) {
			return false;
		}
		for (size_t i = 0; i < digest->room; i++) {
			if (digest->seen[i] != 0) {
				(void)see(&grown, digest->seen[i]);
			}
		}
		free(digest->seen);
		digest->seen = grown.seen;
		digest->room = grown.room;
	}
	for (at = (size_t)id & (digest->room - 1); digest->seen[at] != 0;
	    at = (at + 1) & (digest->room - 1)) {
		if (digest->seen[at] == id) {
			return true;
		}
	}
	digest->seen[at] = id;
	digest->n_seen++;
	return false;
}

static void
rank(struct compose_digest *digest, const struct alert *alert)
{
	size_t at = digest->n;

	while (at > 0 && compare(alert, &digest->worst[at - 1]) < 0) {
		at--;
	}
	if (digest->n == COMPOSE_DIGEST_ALERTS) {
		digest->n_more++;
	} else {
		digest->n++;
	}
	if (at < digest->n) {
		memmove(&digest->worst[at + 1], &digest->worst[at],
		    (digest->n - at - 1) * sizeof(*alert));
		digest->worst[at] = *alert;
	}
}

void
compose_digest_add(struct compose_digest *digest, const struct notice *notice)
{
	digest->n_more += notice->n_more;
	for (size_t i = 0; i < notice->n_alerts; i++) {
		if (!see(digest, notice->alerts[i].id)) {
			rank(digest, &notice->alerts[i]);
		}
	}
}

int
compose_digest_end(struct compose_digest *digest, struct notice *notice)
{
	free(digest->seen);
	digest->seen = NULL;
	notice->alerts = calloc(digest->n > 0 ? digest->n : 1, sizeof(*notice->alerts));
	if (notice->alerts == NULL) {
		return COL_ENOMEM;
	}
	memcpy(notice->alerts, digest->worst, digest->n * sizeof(*notice->alerts));
	notice->n_alerts = digest->n;
	notice->n_more = digest->n_more;
	return COL_OK;
}
