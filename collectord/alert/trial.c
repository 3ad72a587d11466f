/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tests and replays: messages that somebody asks for.  They are deliveries as all
 * others: composed, kept, rendered, sent and judged by the same lines.  A test is
 * tried once.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/notify_inner.h"
#include "base/str.h"

/* ---- posts of other threads -------------------------------------------------------- */

void
notify_test(struct notify *notify, const char *receiver, const struct alert *alert,
    const struct audit_entry *audit, notify_tested_fn *fn, void *arg)
{
	struct tester *tester = calloc(1, sizeof(*tester));
	struct inbox *inbox = &notify->inbox;
	bool full;

	pthread_mutex_lock(&inbox->lock);
	full = tester == NULL || inbox->n_testers >= NOTIFY_TESTS_MAX;
	if (!full) {
		(void)str_copy(tester->receiver, sizeof(tester->receiver), receiver);
		tester->has_alert = alert != NULL;
		tester->has_audit = audit != NULL;
		if (alert != NULL) {
			tester->alert = *alert;
		}
		if (audit != NULL) {
			tester->audit = *audit;
		}
		tester->fn = fn;
		tester->arg = arg;
		tester->next = inbox->testers;
		inbox->testers = tester;
		inbox->n_testers++;
	}
	pthread_mutex_unlock(&inbox->lock);
	if (full) {
		free(tester);
		fn(arg, COL_EFULL, NULL, NULL);
		return;
	}
	notify->setup.wake(notify->setup.wake_arg);
}

static void
found(void *arg, int code, const struct delivery *delivery, const struct attempt *attempts,
    size_t n_attempts)
{
	struct replay *replay = arg;
	struct notify *notify = replay->notify;

	(void)attempts;
	(void)n_attempts;
	replay->code = code;
	if (code == COL_OK) {
		replay->delivery = *delivery;
		replay->delivery.notice = delivery->notice != NULL ?
		    strdup(delivery->notice) : NULL;
	}
	pthread_mutex_lock(&notify->inbox.lock);
	replay->next = notify->inbox.replays;
	notify->inbox.replays = replay;
	pthread_mutex_unlock(&notify->inbox.lock);
	notify->setup.wake(notify->setup.wake_arg);
}

void
notify_replay(struct notify *notify, int64_t id, const struct audit_entry *audit,
    notify_replayed_fn *fn, void *arg)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (replay == NULL) {
		fn(arg, COL_ENOMEM, 0);
		return;
	}
	replay->notify = notify;
	replay->has_audit = audit != NULL;
	if (audit != NULL) {
		replay->audit = *audit;
	}
	replay->fn = fn;
	replay->arg = arg;
	deliveries_get_one(notify->setup.state, id, found, replay);
}

/* ---- tests -------------------------------------------------------------------------- */

static void
answer_test(struct notify *notify, struct tester *tester, int code,
    const struct delivery *delivery, const struct attempt *attempt)
{
	pthread_mutex_lock(&notify->inbox.lock);
	notify->inbox.n_testers--;
	pthread_mutex_unlock(&notify->inbox.lock);
	tester->fn(tester->arg, code, delivery, attempt);
	free(tester);
}

/* The newest alert that anybody was told of. */
static const struct alert *
newest_told(const struct notify *notify)
{
	const struct alert *newest = NULL;

	for (size_t i = 0; i < NOTIFY_SLOTS; i++) {
		for (struct entry *entry = notify->entries[i]; entry != NULL;
		    entry = entry->chain) {
			bool told = false;

			for (struct member *member = entry->members; member != NULL;
			    member = member->beside) {
				told = told || member->told;
			}
			if (told && entry->known &&
			    (newest == NULL || entry->alert.id > newest->id)) {
				newest = &entry->alert;
			}
		}
	}
	return newest;
}

static void
example(const struct notify *notify, struct alert *alert)
{
	*alert = (struct alert){ .id = 1, .fingerprint = 1, .severity = SEVERITY_INFO,
	    .state = ALERT_FIRING, .value = 30.5, .limit = 27, .since = notify->wall,
	    .fired = notify->wall, .changed = notify->wall };
	(void)str_copy(alert->rule, sizeof(alert->rule), "example");
	(void)str_copy(alert->entity, sizeof(alert->entity), "rack:example");
	(void)str_copy(alert->rack, sizeof(alert->rack), "example");
	(void)str_copy(alert->unit, sizeof(alert->unit), "Cel");
	(void)str_copy(alert->summary_en, sizeof(alert->summary_en),
	    "Example: inlet 30.5 °C above 27 °C");
	(void)str_copy(alert->summary_zh, sizeof(alert->summary_zh),
	    "示例：进风温度 30.5 °C，高于 27 °C");
	(void)str_copy(alert->advice_en, sizeof(alert->advice_en),
	    "Nothing is wrong: this is a test.");
	(void)str_copy(alert->advice_zh, sizeof(alert->advice_zh), "一切正常：这是测试消息。");
}

static void
begin_test(struct notify *notify, struct tester *tester)
{
	struct lane *lane = lane_find(notify, tester->receiver);
	struct group *group = lane != NULL && lane->receiver != NULL ?
	    group_get(notify, lane, "test") : NULL;
	struct notice notice = { .type = NOTICE_TEST, .test = true, .n_alerts = 1 };
	const struct alert *newest = newest_told(notify);
	struct item *item;

	notice.alerts = group != NULL ? calloc(1, sizeof(*notice.alerts)) : NULL;
	if (notice.alerts == NULL) {
		answer_test(notify, tester, group == NULL ? COL_ENOENT : COL_ENOMEM, NULL,
		    NULL);
		return;
	}
	if (tester->has_alert) {
		*notice.alerts = tester->alert;
	} else if (newest != NULL) {
		*notice.alerts = *newest;
	} else {
		example(notify, notice.alerts);
	}
	item = mail_put(notify, group, &notice);
	if (item == NULL) {
		answer_test(notify, tester, COL_ENOMEM, NULL, NULL);
		return;
	}
	if (tester->has_audit) {
		keep_audit(notify, &tester->audit);
	}
	tester->delivery = item->d.id;
	tester->until.ns = notify->now.ns + NOTIFY_TEST_NS;
	tester->next = notify->testers;
	notify->testers = tester;
}

static struct tester **
link_of(struct notify *notify, int64_t delivery)
{
	struct tester **link = &notify->testers;

	while (*link != NULL && (*link)->delivery != delivery) {
		link = &(*link)->next;
	}
	return link;
}

void
trial_attempt(struct notify *notify, const struct item *item, const struct attempt *attempt)
{
	struct tester **link = link_of(notify, item->d.id), *tester = *link;

	if (item->d.test && tester != NULL) {
		*link = tester->next;
		answer_test(notify, tester, COL_OK, &item->d, attempt);
	}
}

/* A test that could not be sent in time is nobody's any more. */
static void
withdraw(struct notify *notify, const struct tester *tester)
{
	struct lane *lane = lane_find(notify, tester->receiver);
	struct group *group = lane != NULL ? group_get(notify, lane, "test") : NULL;

	for (struct item *item = group != NULL ? group->first : NULL; item != NULL;
	    item = item->next) {
		if (item->d.id == tester->delivery && !item->flying) {
			mail_end(notify, item, DELIVERY_DEAD,
			    "the test could not be sent in time");
			return;
		}
	}
}

static struct mono
late_tests(struct notify *notify)
{
	struct tester **link = &notify->testers;
	struct mono next = NOTIFY_NEVER;

	while (*link != NULL) {
		struct tester *tester = *link;

		if (tester->until.ns > notify->now.ns) {
			next = tester->until.ns < next.ns ? tester->until : next;
			link = &tester->next;
			continue;
		}
		*link = tester->next;
		withdraw(notify, tester);
		answer_test(notify, tester, COL_ETIMEOUT, NULL, NULL);
	}
	return next;
}

/* ---- replays ------------------------------------------------------------------------ */

static void
answer_replay(struct replay *replay, int code, int64_t id)
{
	replay->fn(replay->arg, code, id);
	free(replay->delivery.notice);
	free(replay);
}

static void
begin_replay(struct notify *notify, struct replay *replay)
{
	const struct delivery *was = &replay->delivery;
	struct lane *lane = lane_find(notify, was->receiver);
	struct group *group;
	struct notice notice;
	struct item *item;

	if (replay->code != COL_OK || was->state == DELIVERY_QUEUED || lane == NULL ||
	    lane->receiver == NULL) {
		answer_replay(replay, replay->code != COL_OK ? replay->code :
		    was->state == DELIVERY_QUEUED ? COL_EINVAL : COL_ENOENT, 0);
		return;
	}
	group = group_get(notify, lane, was->group);
	if (group == NULL || was->notice == NULL ||
	    notice_read(was->notice, strlen(was->notice), &notice) != COL_OK ||
	    (item = mail_put(notify, group, &notice)) == NULL) {
		answer_replay(replay, COL_EIO, 0);
		return;
	}
	item->d.replay_of = was->id;
	if (replay->has_audit) {
		keep_audit(notify, &replay->audit);
	}
	replay->made = item->d.id;
	replay->serial = notify->batch.serial;
	replay->next = notify->replays;
	notify->replays = replay;
}

static void
kept_replays(struct notify *notify)
{
	struct replay **link = &notify->replays;

	while (*link != NULL) {
		struct replay *replay = *link;

		if (replay->serial > notify->saved) {
			link = &replay->next;
			continue;
		}
		*link = replay->next;
		answer_replay(replay, COL_OK, replay->made);
	}
}

/* One at a time where there is a line for the audit log: a transaction has one. */
static void
take_posts(struct notify *notify)
{
	struct inbox *inbox = &notify->inbox;

	while (!notify->batch.has_audit) {
		struct tester *tester;
		struct replay *replay;

		pthread_mutex_lock(&inbox->lock);
		tester = inbox->testers;
		replay = tester == NULL ? inbox->replays : NULL;
		if (tester != NULL) {
			inbox->testers = tester->next;
		} else if (replay != NULL) {
			inbox->replays = replay->next;
		}
		pthread_mutex_unlock(&inbox->lock);
		if (tester != NULL) {
			begin_test(notify, tester);
		} else if (replay != NULL) {
			begin_replay(notify, replay);
		} else {
			return;
		}
	}
}

struct mono
trial_step(struct notify *notify)
{
	kept_replays(notify);
	if (notify->config != NULL) {
		take_posts(notify);
	}
	return late_tests(notify);
}

void
trial_free_all(struct notify *notify)
{
	struct tester **testers[] = { &notify->inbox.testers, &notify->testers };
	struct replay **replays[] = { &notify->inbox.replays, &notify->replays };

	for (size_t i = 0; i < 2; i++) {
		while (*testers[i] != NULL) {
			struct tester *tester = *testers[i];

			*testers[i] = tester->next;
			answer_test(notify, tester, COL_ECANCELED, NULL, NULL);
		}
		while (*replays[i] != NULL) {
			struct replay *replay = *replays[i];

			*replays[i] = replay->next;
			answer_replay(replay, COL_ECANCELED, 0);
		}
	}
}
