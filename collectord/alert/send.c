/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending: which message flies next, and what becomes of it.
 *
 * Source: domain.md 4.3 (the ladder of tries, Retry-After, dead letters).
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "alert/format.h"
#include "alert/notify_inner.h"
#include "base/log.h"
#include "base/stats.h"
#include "base/str.h"

#define REQUEST_SIZE 8192
#define REPLY_SIZE 2048
/* A receiver may ask for patience, but not for ever. */
#define WAIT_MAX_S (8 * 3600)

int64_t
send_ladder(unsigned attempts, uint64_t random)
{
	static const int64_t rungs_s[NOTIFY_LADDER_LAST + 1] = {
		0, 5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800 };
	unsigned rung = attempts < NOTIFY_LADDER_LAST ? attempts : NOTIFY_LADDER_LAST;
	double share = (double)(random >> 11) / (double)(UINT64_C(1) << 53);

	return (int64_t)((double)(rungs_s[rung] * NS_PER_S) * (0.8 + 0.4 * share));
}

/* ---- outcomes -------------------------------------------------------------------- */

static void
accepted(struct notify *notify, struct lane *lane)
{
	lane->public.accepted = notify->wall;
	lane->public.error[0] = '\0';
	lane->not_before.ns = 0;
	if (lane->failing.ns != 0) {
		lane->failing.ns = 0;
		mail_due(notify, lane);
	}
}

static void
not_accepted(struct notify *notify, struct lane *lane, const struct attempt *attempt,
    int64_t wait_s)
{
	stats_add(STATS_NOTIFY_FAILED, 1);
	lane->public.failed = notify->wall;
	(void)str_copy(lane->public.error, sizeof(lane->public.error), attempt->error);
	if (lane->failing.ns == 0) {
		lane->failing = notify->now;
	}
	if (wait_s > 0) {
		lane->not_before.ns = notify->now.ns +
		    (wait_s < WAIT_MAX_S ? wait_s : WAIT_MAX_S) * NS_PER_S;
	}
}

static void
try_again(struct notify *notify, struct lane *lane, struct item *item)
{
	int64_t in_ns = send_ladder(item->d.attempts, notify_random(notify));

	item->due.ns = notify->now.ns + in_ns;
	if (lane->not_before.ns > item->due.ns) {
		item->due = lane->not_before;
	}
	item->d.next_try.ns = notify->wall.ns + item->due.ns - notify->now.ns;
	mail_touch(notify, item);
	item->group->serial = notify->batch.serial;
}

static void
conclude(struct notify *notify, struct item *item, struct attempt *attempt,
    enum verdict verdict, int64_t wait_s)
{
	struct lane *lane = item->group->lane;

	attempt->delivery = item->d.id;
	attempt->number = ++item->d.attempts;
	(void)str_copy(attempt->verdict, sizeof(attempt->verdict), verdict_text(verdict));
	lane->public.n_attempts++;
	if (verdict == VERDICT_ACCEPTED) {
		accepted(notify, lane);
		vigil_canary(notify, item);
		mail_end(notify, item, DELIVERY_DELIVERED, NULL);
	} else {
		not_accepted(notify, lane, attempt, wait_s);
		(void)str_copy(item->d.error, sizeof(item->d.error), attempt->error);
		if (verdict == VERDICT_GONE && !lane->public.disabled) {
			lane->public.disabled = true;
			LOG_WARN("alert", "receiver", lane->public.name, "answers 410 Gone: "
			    "nothing is sent to it until its configuration changes");
		}
		if (verdict == VERDICT_RETRY && !item->d.test && lane->receiver != NULL) {
			try_again(notify, lane, item);
		} else {
			mail_end(notify, item, DELIVERY_DEAD, NULL);
		}
	}
	trial_attempt(notify, item, attempt);
	keep_attempt(notify, attempt);
}

/* The receiver may have taken it although it did not say so.  503 and 429 say
 * that it has not. */
static bool
is_doubtful(const struct answer *answer)
{
	return answer->end == TRANSPORT_BROKEN || (answer->end == TRANSPORT_ANSWERED &&
	    answer->status >= 500 && answer->status != 503);
}

static void
free_flight(struct flight *flight)
{
	*flight->link = flight->next;
	if (flight->next != NULL) {
		flight->next->link = flight->link;
	}
	outgoing_done(&flight->outgoing);
	config_unref(flight->config);
	free(flight);
}

static void
landed_heartbeat(struct notify *notify, struct lane *lane, enum verdict verdict,
    const struct attempt *attempt)
{
	notify->beating = false;
	lane->public.n_attempts++;
	if (verdict == VERDICT_ACCEPTED) {
		accepted(notify, lane);
	} else {
		not_accepted(notify, lane, attempt, 0);
	}
}

static void
landed(void *arg, const struct answer *answer)
{
	struct flight *flight = arg;
	struct notify *notify = flight->notify;
	struct attempt attempt = { .at = flight->at, .ms = answer->ms,
	    .status = answer->status };
	struct item *item = flight->item;
	enum verdict verdict = VERDICT_REFUSED;
	int64_t wait_s = 0;

	notify->now = clock_mono(notify->setup.clock);
	notify->wall = clock_wall(notify->setup.clock);
	verdict = format_judge(flight->receiver, answer, attempt.error, &wait_s);
	flight->lane->n_flying--;
	if (item == NULL) {
		landed_heartbeat(notify, flight->lane, verdict, &attempt);
	} else {
		attempt.request = malloc(REQUEST_SIZE);
		attempt.reply = malloc(REPLY_SIZE);
		if (attempt.request != NULL) {
			format_masked(&flight->outgoing, attempt.request, REQUEST_SIZE);
		}
		if (attempt.reply != NULL) {
			str_clean(attempt.reply, REPLY_SIZE, answer->reply,
			    answer->reply_size);
		}
		item->flying = false;
		item->d.doubtful = item->d.doubtful || is_doubtful(answer);
		conclude(notify, item, &attempt, verdict, wait_s);
		free(attempt.request);
		free(attempt.reply);
	}
	free_flight(flight);
	notify->setup.wake(notify->setup.wake_arg);
}

/* ---- flights ---------------------------------------------------------------------- */

static struct flight *
new_flight(struct notify *notify, struct lane *lane, struct item *item)
{
	struct flight *flight = calloc(1, sizeof(*flight));

	if (flight != NULL) {
		flight->notify = notify;
		flight->lane = lane;
		flight->item = item;
		flight->receiver = lane->receiver;
		flight->config = config_ref(notify->config);
		flight->at = notify->wall;
		flight->next = notify->flights;
		flight->link = &notify->flights;
		if (flight->next != NULL) {
			flight->next->link = &flight->next;
		}
		notify->flights = flight;
	}
	return flight;
}

/* A message that cannot be made is refused, but for a secret that cannot be
 * read: it may come back. */
static void
not_rendered(struct notify *notify, struct item *item, int code, const char *text)
{
	struct attempt attempt = { .at = notify->wall };

	(void)str_copy(attempt.error, sizeof(attempt.error), text);
	conclude(notify, item, &attempt, code == COL_EIO || code == COL_ENOMEM ?
	    VERDICT_RETRY : VERDICT_REFUSED, 0);
}

/* Renders and hands over.  Errors: those of format_render; COL_EFULL: not now. */
static int
take_off(struct notify *notify, struct lane *lane, struct item *item,
    const struct notice *notice, struct col_error *error)
{
	struct flight *flight = new_flight(notify, lane, item);
	int rc;

	if (flight == NULL) {
		return COL_EFULL;
	}
	rc = format_render(lane->receiver, notice, notify->wall, &flight->outgoing, error);
	if (rc == COL_OK && notify->setup.transport->send(notify->setup.transport->self,
	    lane->receiver, &flight->outgoing, landed, flight) != COL_OK) {
		rc = COL_EFULL;
	}
	if (rc != COL_OK) {
		free_flight(flight);
		return rc;
	}
	lane->n_flying++;
	return COL_OK;
}

void
send_heartbeat(struct notify *notify, struct lane *lane, const struct notice *notice)
{
	struct col_error error;
	int rc = take_off(notify, lane, NULL, notice, &error);

	if (rc == COL_OK) {
		notify->beating = true;
	} else if (rc != COL_EFULL) {
		struct attempt attempt = { .at = notify->wall };

		(void)str_copy(attempt.error, sizeof(attempt.error), error.text);
		not_accepted(notify, lane, &attempt, 0);
	}
}

static void
fly(struct notify *notify, struct lane *lane, struct item *item)
{
	struct col_error error = { .text = "" };
	struct notice notice;
	int rc = notice_read(item->d.notice, strlen(item->d.notice), &notice);

	if (rc != COL_OK) {
		not_rendered(notify, item, COL_EINVAL, "the message in the database "
		    "cannot be read");
		return;
	}
	rc = take_off(notify, lane, item, &notice, &error);
	notice_done(&notice);
	if (rc == COL_EFULL) {
		item->due.ns = notify->now.ns + NS_PER_S;
	} else if (rc != COL_OK) {
		not_rendered(notify, item, rc, error.text);
	} else {
		item->flying = true;
	}
	if (rc != COL_EFULL && lane->per_minute > 0) {
		lane->tokens -= 1;
	}
}

/* ---- which is next ----------------------------------------------------------------- */

static void
refill(struct notify *notify, struct lane *lane)
{
	double passed_s = (double)(notify->now.ns - lane->filled.ns) / NS_PER_S;

	lane->tokens += passed_s * lane->per_minute / 60;
	if (lane->tokens > lane->burst) {
		lane->tokens = lane->burst;
	}
	lane->filled = notify->now;
}

/* When the first of a group may fly, as far as time decides; NEVER: it waits for
 * something else. */
static struct mono
flies_at(const struct notify *notify, const struct lane *lane, const struct group *group)
{
	const struct item *item = group->first;
	struct mono at;

	if (item == NULL || item->flying || lane->receiver == NULL ||
	    (lane->public.disabled && !item->d.test) ||
	    item->serial > notify->saved || group->serial > notify->saved) {
		return NOTIFY_NEVER;
	}
	if (lane->digests != NULL && lane->digests->first != NULL &&
	    group != lane->digests && !item->d.test && item->d.type != NOTICE_CANARY) {
		return NOTIFY_NEVER;
	}
	if (lane->n_flying >= NOTIFY_FLIGHTS_MAX && !item->d.test) {
		return NOTIFY_NEVER;
	}
	at = item->due.ns > lane->not_before.ns ? item->due : lane->not_before;
	if (lane->per_minute > 0 && lane->tokens < 1) {
		int64_t fill = lane->filled.ns + NS_PER_MS + (int64_t)((1 - lane->tokens) *
		    60 / lane->per_minute * NS_PER_S);

		at.ns = at.ns > fill ? at.ns : fill;
	}
	return at;
}

static bool
goes_before(const struct item *a, const struct item *b)
{
	if (a->d.test != b->d.test) {
		return a->d.test;
	}
	return a->severity != b->severity ? a->severity > b->severity : a->d.id < b->d.id;
}

static struct item *
pick(const struct notify *notify, const struct lane *lane)
{
	struct item *best = NULL;

	for (struct group *group = lane->groups; group != NULL; group = group->next) {
		if (flies_at(notify, lane, group).ns <= notify->now.ns &&
		    (best == NULL || goes_before(group->first, best))) {
			best = group->first;
		}
	}
	return best;
}

/* What is too old becomes a dead letter.  Returns when the next one will. */
static struct mono
expire(struct notify *notify, struct lane *lane)
{
	struct mono next = NOTIFY_NEVER;

	if (lane->receiver == NULL || lane->receiver->keep_ns == 0) {
		return next;
	}
	for (struct group *group = lane->groups; group != NULL; group = group->next) {
		while (group->first != NULL && !group->first->flying) {
			struct item *item = group->first;
			int64_t left_ns = item->d.created.ns + lane->receiver->keep_ns -
			    notify->wall.ns;

			if (left_ns > 0) {
				if (notify->now.ns + left_ns < next.ns) {
					next.ns = notify->now.ns + left_ns;
				}
				break;
			}
			mail_end(notify, item, DELIVERY_DEAD, item->d.error[0] != '\0' ?
			    NULL : "it waited for too long");
		}
	}
	return next;
}

static struct mono
send_lane(struct notify *notify, struct lane *lane)
{
	struct mono next;
	struct item *item;

	if (lane->public.n_queued == 0) {
		lane->public.next_try.ns = 0;
		return NOTIFY_NEVER;
	}
	refill(notify, lane);
	next = expire(notify, lane);
	overflow_step(notify, lane);
	while ((item = pick(notify, lane)) != NULL) {
		fly(notify, lane, item);
	}
	lane->public.next_try.ns = 0;
	for (struct group *group = lane->groups; group != NULL; group = group->next) {
		struct mono at = flies_at(notify, lane, group);

		if (at.ns != INT64_MAX && (lane->public.next_try.ns == 0 ||
		    at.ns < lane->public.next_try.ns)) {
			lane->public.next_try.ns = at.ns;
		}
		next = at.ns < next.ns ? at : next;
	}
	if (lane->public.next_try.ns != 0) {
		lane->public.next_try.ns += notify->wall.ns - notify->now.ns;
	}
	return next;
}

struct mono
send_step(struct notify *notify)
{
	struct mono next = NOTIFY_NEVER;

	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		struct mono at = send_lane(notify, lane);

		next = at.ns < next.ns ? at : next;
	}
	return next;
}

void
send_free_all(struct notify *notify)
{
	while (notify->flights != NULL) {
		free_flight(notify->flights);
	}
}
