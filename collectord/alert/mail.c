/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The queue: messages in order per receiver and group.
 *
 * Only the first of a group may fly.  A message that has never flown, or whose
 * flights certainly did not arrive, may still be rewritten under its key.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/compose.h"
#include "alert/format.h"
#include "alert/notify_inner.h"
#include "base/stats.h"
#include "base/str.h"

#define LATE_NS (60 * NS_PER_S)

/* ---- lanes ----------------------------------------------------------------------- */

struct lane *
lane_find(struct notify *notify, const char *name)
{
	struct lane *lane = notify->lanes;

	while (lane != NULL && strcmp(lane->public.name, name) != 0) {
		lane = lane->next;
	}
	return lane;
}

struct lane *
lane_get(struct notify *notify, const char *name)
{
	struct lane *lane = lane_find(notify, name);

	if (lane == NULL && (lane = calloc(1, sizeof(*lane))) != NULL) {
		(void)str_copy(lane->public.name, sizeof(lane->public.name), name);
		lane->next = notify->lanes;
		notify->lanes = lane;
	}
	return lane;
}

/* A receiver that was changed gets another chance at once. */
static void
bind(struct notify *notify, struct lane *lane, const struct receiver *receiver)
{
	double per_minute = receiver->per_minute, burst = receiver->burst;

	if (per_minute <= 0) {
		format_rate(receiver->type, &per_minute, &burst);
	}
	if (burst < 1) {
		burst = 1;
	}
	if (lane->receiver == NULL || lane->hash != receiver->hash) {
		lane->public.disabled = false;
		lane->not_before.ns = 0;
		lane->tokens = burst;
		lane->filled = notify->now;
		mail_due(notify, lane);
	}
	lane->receiver = receiver;
	lane->hash = receiver->hash;
	lane->per_minute = per_minute > 0 ? per_minute : 0;
	lane->burst = burst;
}

/* Nobody can be told any more: its messages end, and what it was told is
 * forgotten. */
static void
unbind(struct notify *notify, struct lane *lane)
{
	if (lane->told_silent.ns != 0) {
		vigil_silent(notify, lane, 0);
	}
	lane->receiver = NULL;
	lane->failing.ns = 0;
	for (struct group *group = lane->groups; group != NULL; group = group->next) {
		struct item *next;

		for (struct item *item = group->first; item != NULL; item = next) {
			next = item->next;
			if (!item->flying) {
				mail_end(notify, item, DELIVERY_DEAD,
				    "the receiver is not configured any more");
			}
		}
		while (group->members != NULL) {
			struct member *member = group->members;

			if (member->told) {
				member->told = false;
				keep_told(notify, member);
			}
			group_leave(member);
		}
	}
}

void
lane_bind_all(struct notify *notify)
{
	const struct alerting *alerting = &notify->config->alerting;

	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		bool found = false;

		for (size_t i = 0; !found && i < alerting->n_receivers; i++) {
			found = strcmp(alerting->receivers[i].name, lane->public.name) == 0;
		}
		if (!found) {
			unbind(notify, lane);
		}
	}
	for (size_t i = 0; i < alerting->n_receivers; i++) {
		struct lane *lane = lane_get(notify, alerting->receivers[i].name);

		if (lane != NULL) {
			bind(notify, lane, &alerting->receivers[i]);
		}
	}
}

/* ---- messages -------------------------------------------------------------------- */

static void
append(struct notify *notify, struct group *group, struct item *item)
{
	item->group = group;
	if (group->last != NULL) {
		group->last->next = item;
	} else {
		group->first = item;
	}
	group->last = item;
	group->lane->public.n_queued++;
	notify->n_queued++;
}

void
mail_touch(struct notify *notify, struct item *item)
{
	item->serial = notify->batch.serial;
	keep_item(notify, item);
}

void
mail_fill(struct notify *notify, const char *group, struct notice *notice)
{
	const struct inventory *inventory = notify->config->inventory;
	const char *page_url = notify->config->alerting.page_url;
	const char *zone = notify->config->settings.timezone;

	notice->at = notify->wall;
	(void)str_format(notice->id, sizeof(notice->id), "msg_%016llx%016llx",
	    (unsigned long long)notify_random(notify),
	    (unsigned long long)notify_random(notify));
	(void)str_copy(notice->group, sizeof(notice->group), group);
	(void)str_copy(notice->province, sizeof(notice->province),
	    inventory != NULL && inventory->province_id != NULL ?
	    inventory->province_id : "");
	(void)str_copy(notice->zone, sizeof(notice->zone),
	    zone != NULL ? zone : "");
	(void)str_copy(notice->page_url, sizeof(notice->page_url),
	    page_url != NULL ? page_url : "");
}

/* Whom a message speaks of is looked for often. */
static void
remember(struct item *item, const struct notice *notice)
{
	item->severity = compose_worst(notice);
	item->alerts = calloc(notice->n_alerts + 1, sizeof(*item->alerts));
	for (size_t i = 0; item->alerts != NULL && i < notice->n_alerts; i++) {
		item->alerts[i] = notice->alerts[i].id;
		item->n_alerts = i + 1;
	}
}

static void
name_alerts(struct notify *notify, const struct item *item, const struct notice *notice)
{
	struct keep *batch = &notify->batch;

	for (size_t i = 0; i < notice->n_alerts; i++) {
		if (batch->n_alerts == batch->alerts_room) {
			size_t room = batch->alerts_room > 0 ? 2 * batch->alerts_room : 64;
			struct delivery_alert *grown = realloc(batch->alerts,
			    room * sizeof(*grown));

			if (grown == NULL) {
				return;
			}
			batch->alerts = grown;
			batch->alerts_room = room;
		}
		batch->alerts[batch->n_alerts++] = (struct delivery_alert){
		    item->d.id, notice->alerts[i].id };
	}
}

struct item *
mail_put(struct notify *notify, struct group *group, struct notice *notice)
{
	struct item *item = calloc(1, sizeof(*item));

	if (notice->id[0] == '\0') {
		mail_fill(notify, group->key, notice);
	}
	if (item == NULL || (item->d.notice = compose_text(notice)) == NULL) {
		free(item);
		notice_done(notice);
		return NULL;
	}
	item->d.id = notify->next_id++;
	(void)str_copy(item->d.receiver, sizeof(item->d.receiver), group->lane->public.name);
	(void)str_copy(item->d.group, sizeof(item->d.group), group->key);
	(void)str_copy(item->d.key, sizeof(item->d.key), notice->id);
	item->d.type = notice->type;
	item->d.test = notice->test;
	item->d.repeat = notice->repeat;
	item->d.created = item->d.next_try = notify->wall;
	item->due = notify->now;
	remember(item, notice);
	item->rewritten = true;
	append(notify, group, item);
	mail_touch(notify, item);
	name_alerts(notify, item, notice);
	notice_done(notice);
	return item;
}

static bool
may_change(const struct item *item)
{
	return !item->flying && !item->d.doubtful && item->d.type == NOTICE_FIRING &&
	    item->d.replay_of == 0;
}

static bool
says(const struct item *item, int64_t alert)
{
	for (size_t i = 0; i < item->n_alerts; i++) {
		if (item->alerts[i] == alert) {
			return true;
		}
	}
	return false;
}

static bool
rewrite(struct notify *notify, struct item *item, const struct notice *notice)
{
	char *text = compose_text(notice);

	if (text == NULL) {
		return false;
	}
	free(item->d.notice);
	item->d.notice = text;
	item->d.type = notice->type;
	item->d.repeat = notice->repeat;
	item->severity = compose_worst(notice);
	item->rewritten = true;
	mail_touch(notify, item);
	return true;
}

bool
mail_absorb(struct notify *notify, struct group *group, const struct alert *alert)
{
	struct item *newest = NULL;
	struct notice notice;
	bool done;

	for (struct item *item = group->first; item != NULL; item = item->next) {
		if (!item->d.test && says(item, alert->id)) {
			newest = item;
		}
	}
	if (newest == NULL || !may_change(newest) ||
	    notice_read(newest->d.notice, strlen(newest->d.notice), &notice) != COL_OK) {
		return false;
	}
	done = compose_renew(&notice, alert) && rewrite(notify, newest, &notice);
	notice_done(&notice);
	return done;
}

/* ---- endings ---------------------------------------------------------------------- */

static void
unlink_item(struct notify *notify, struct item *item)
{
	struct group *group = item->group;
	struct item **link = &group->first, *before = NULL;

	while (*link != item) {
		before = *link;
		link = &before->next;
	}
	*link = item->next;
	if (group->last == item) {
		group->last = before;
	}
	item->next = NULL;
	group->lane->public.n_queued--;
	notify->n_queued--;
}

/* Repeats count from when it was heard. */
static void
heard_late(struct notify *notify, struct member *member, bool heard)
{
	if (heard && member->told && notify->wall.ns - member->at.ns > LATE_NS) {
		member->at = notify->wall;
		keep_told(notify, member);
	}
}

/* Whether a receiver has heard that alerts fire; what it never heard of is not
 * resolved to it either. */
static void
note_fate(struct notify *notify, const struct item *item, bool heard)
{
	struct notice notice;

	if (item->d.test || item->d.type != NOTICE_FIRING ||
	    notice_read(item->d.notice, strlen(item->d.notice), &notice) != 0) {
		return;
	}
	for (size_t i = 0; i < notice.n_alerts; i++) {
		struct entry *entry = entry_find(notify, notice.alerts[i].id);
		struct member *member = entry != NULL ? entry->members : NULL;

		for (; member != NULL; member = member->beside) {
			if (member->group == item->group) {
				member->heard = member->heard || heard;
				member->lost = !member->heard;
				heard_late(notify, member, heard);
				group_touch(notify, member->group, notify->now);
			}
		}
	}
	notice_done(&notice);
}

void
mail_end(struct notify *notify, struct item *item, enum delivery_state state,
    const char *error)
{
	struct lane *lane = item->group->lane;

	if (error != NULL) {
		(void)str_copy(item->d.error, sizeof(item->d.error), error);
	}
	item->d.state = state;
	item->d.ended = notify->wall;
	item->d.next_try.ns = 0;
	if (state == DELIVERY_DEAD) {
		lane->public.n_dead++;
		stats_add(STATS_NOTIFY_DEAD, 1);
		note_fate(notify, item, item->d.doubtful);
	} else {
		note_fate(notify, item, true);
	}
	if (state == DELIVERY_DELIVERED) {
		lane->public.n_delivered++;
		stats_add(STATS_NOTIFY_ACCEPTED, 1);
		item->d.error[0] = '\0';
	}
	if (state == DELIVERY_MERGED) {
		stats_add(STATS_NOTIFY_MERGED, 1);
	}
	mail_touch(notify, item);
	item->group->serial = notify->batch.serial;
	unlink_item(notify, item);
}

void
mail_due(struct notify *notify, struct lane *lane)
{
	for (struct group *group = lane->groups; group != NULL; group = group->next) {
		for (struct item *item = group->first; item != NULL; item = item->next) {
			if (!item->flying) {
				item->due = notify->now;
			}
		}
	}
}

/* ---- start and end ------------------------------------------------------------------ */

int
mail_load(struct notify *notify, struct delivery *delivery)
{
	struct lane *lane = lane_get(notify, delivery->receiver);
	struct group *group = lane != NULL ? group_get(notify, lane, delivery->group) : NULL;
	struct item *item = calloc(1, sizeof(*item));
	struct notice notice;

	if (group == NULL || item == NULL) {
		free(item);
		return COL_ENOMEM;
	}
	item->d = *delivery;
	delivery->notice = NULL;
	item->due = clock_to_mono(notify->setup.clock, delivery->next_try);
	/* the first may have been on its way when the process ended */
	item->d.doubtful = item->d.doubtful || group->first == NULL;
	if (item->d.notice != NULL &&
	    notice_read(item->d.notice, strlen(item->d.notice), &notice) == 0) {
		remember(item, &notice);
		notice_done(&notice);
	}
	append(notify, group, item);
	if (item->d.type == NOTICE_DIGEST) {
		lane->digests = group;
	}
	return COL_OK;
}

void
mail_free(struct item *item)
{
	free(item->d.notice);
	free(item->alerts);
	free(item);
}

void
mail_free_all(struct notify *notify)
{
	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		for (struct group *group = lane->groups; group != NULL; group = group->next) {
			while (group->first != NULL) {
				struct item *item = group->first;

				group->first = item->next;
				mail_free(item);
			}
		}
	}
	group_free_all(notify);
	while (notify->lanes != NULL) {
		struct lane *lane = notify->lanes;

		notify->lanes = lane->next;
		free(lane);
	}
}
