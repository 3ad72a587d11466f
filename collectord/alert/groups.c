/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Groups: what is to be told of their alerts, and when.
 *
 * A look at a group compares what its alerts are with what its receiver was told.
 * What a waiting message can still say is written into that one; the rest makes
 * new messages, at most one per group_interval but for new critical alerts and
 * acknowledgements.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "alert/compose.h"
#include "alert/notify_inner.h"
#include "base/hash.h"
#include "base/str.h"

/* What a member's receiver should hear. */
enum want {
	WANT_NOTHING = 0,
	WANT_FIRING,            /* for the first time, or that it flaps */
	WANT_COUNT,             /* it has grown or shrunk */
	WANT_RESOLVED,
	WANT_ACK,
	WANT_REPEAT,
	WANT_SETTLE,            /* nothing; what is kept is brought up to date */
	WANT_N
};

static int64_t
wait_ns(const struct notify *notify, const struct alert *alert)
{
	return alert->severity == SEVERITY_CRITICAL ? 0 :
	    notify->config->alerting.group_wait_ns;
}

static struct mono
later(struct mono a, struct mono b)
{
	return a.ns > b.ns ? a : b;
}

/* When the group may speak again. */
static struct mono
interval_end(const struct notify *notify, const struct group *group)
{
	if (group->sent.ns == 0) {
		return notify->now;
	}
	return later(notify->now, (struct mono){ group->sent.ns +
	    notify->config->alerting.group_interval_ns });
}

/* ---- what is wanted --------------------------------------------------------------- */

/* A flapping alert that is over is told when it is steady; should nobody ever
 * say so (the rule is gone), after two windows. */
static bool
still_flaps(const struct notify *notify, const struct alert *alert)
{
	return alert->flapping && notify->wall.ns - alert->changed.ns <
	    2 * notify->config->alerting.flap_window_ns;
}

static enum want
want_over(const struct notify *notify, const struct member *member, struct mono *when)
{
	const struct alert *alert = &member->entry->alert;

	if (!member->told) {
		return WANT_NOTHING;
	}
	if (member->lost || member->group->lane->receiver == NULL ||
	    !member->group->lane->receiver->send_resolved) {
		return WANT_SETTLE;
	}
	if (still_flaps(notify, alert)) {
		*when = (struct mono){ notify->now.ns +
		    notify->config->alerting.flap_window_ns };
	} else {
		*when = interval_end(notify, member->group);
	}
	return WANT_RESOLVED;
}

static enum want
want_told(const struct notify *notify, const struct member *member, struct mono *when)
{
	const struct alert *alert = &member->entry->alert;
	const struct group *group = member->group;
	bool quiet = alert->under != 0 || alert->flapping || silenced_now(notify, alert);
	/* an Alertmanager forgets what it does not hear of */
	bool lives = group->lane->receiver->type == RECEIVER_ALERTMANAGER;
	int64_t repeat_ns = group->lane->receiver->repeat_ns;

	*when = notify->now;
	if (member->acked != (alert->acked.ns != 0)) {
		return member->acked ? WANT_SETTLE : WANT_ACK;
	}
	*when = interval_end(notify, group);
	if (!quiet && member->count != alert->count) {
		return WANT_COUNT;
	}
	if (repeat_ns == 0 || (!lives && (quiet || alert->acked.ns != 0))) {
		return WANT_NOTHING;
	}
	/* what waits still says it; a repeat would only queue up behind it */
	*when = later(*when, (struct mono){ notify->now.ns + repeat_ns -
	    (notify->wall.ns - member->at.ns) });
	if (group->first != NULL) {
		*when = later(*when, (struct mono){ notify->now.ns + 60 * NS_PER_S });
	}
	return WANT_REPEAT;
}

/* when: not before. */
static enum want
want_of(const struct notify *notify, struct member *member, struct mono *when)
{
	const struct entry *entry = member->entry;
	const struct alert *alert = &entry->alert;

	*when = notify->now;
	if (!entry->known) {
		return WANT_NOTHING;
	}
	if (compose_is_over(alert)) {
		member->flap_due = false;
		return want_over(notify, member, when);
	}
	if (member->group->lane->receiver == NULL) {
		return WANT_NOTHING;
	}
	if (member->told && !member->flap_due) {
		return want_told(notify, member, when);
	}
	if (alert->under != 0 || silenced_now(notify, alert) ||
	    (alert->flapping && !member->flap_due)) {
		return WANT_NOTHING;
	}
	*when = later(notify->now, (struct mono){ entry->seen.ns + wait_ns(notify, alert) });
	if (alert->severity != SEVERITY_CRITICAL) {
		*when = later(*when, interval_end(notify, member->group));
	}
	return WANT_FIRING;
}

/* ---- telling ---------------------------------------------------------------------- */

static void
tell(struct notify *notify, struct member *member)
{
	const struct alert *alert = &member->entry->alert;

	member->told = !compose_is_over(alert);
	member->flap_due = false;
	member->lost = false;
	member->acked = alert->acked.ns != 0;
	member->count = alert->count;
	member->at = notify->wall;
	keep_told(notify, member);
}

struct telling {
	struct notice notice;
	size_t room;
};

static bool
add_alert(struct telling *telling, const struct alert *alert)
{
	struct notice *notice = &telling->notice;

	if (notice->n_alerts == telling->room) {
		size_t room = telling->room > 0 ? 2 * telling->room : 4;
		struct alert *grown = realloc(notice->alerts, room * sizeof(*grown));

		if (grown == NULL) {
			return false;
		}
		notice->alerts = grown;
		telling->room = room;
	}
	notice->alerts[notice->n_alerts++] = *alert;
	return true;
}

/* One message, or several where the receiver needs every alert. */
static void
post(struct notify *notify, struct group *group, struct notice *notice)
{
	struct compose_limit limit = compose_limit(group->lane->receiver->type);
	size_t n = notice->n_alerts;

	compose_sort(notice->alerts, n);
	if (!limit.split) {
		compose_cut(notice, limit.most);
		(void)mail_put(notify, group, notice);
		return;
	}
	for (size_t at = 0; at < n; at += limit.most) {
		struct notice part = *notice;

		part.n_alerts = n - at < limit.most ? n - at : limit.most;
		part.alerts = malloc(part.n_alerts * sizeof(*part.alerts));
		if (part.alerts == NULL) {
			break;
		}
		memcpy(part.alerts, notice->alerts + at, part.n_alerts * sizeof(*part.alerts));
		if (part.type == NOTICE_FIRING) {
			part.type = compose_type(&part);
		}
		(void)mail_put(notify, group, &part);
	}
	notice_done(notice);
}

/* All members that want one of the kinds and may have it until then. */
static size_t
tell_those(struct notify *notify, struct group *group, uint32_t kinds, struct mono until)
{
	struct telling telling = { .notice = {
	    .type = kinds == 1u << WANT_ACK ? NOTICE_ACKNOWLEDGED : NOTICE_FIRING,
	    .repeat = kinds == 1u << WANT_REPEAT } };
	size_t n;

	for (struct member *member = group->members; member != NULL; member = member->next) {
		struct mono when;
		enum want want = want_of(notify, member, &when);

		if ((kinds & (1u << want)) != 0 && when.ns <= until.ns &&
		    add_alert(&telling, &member->entry->alert)) {
			tell(notify, member);
		}
	}
	n = telling.notice.n_alerts;
	if (n > 0) {
		if (telling.notice.type == NOTICE_FIRING) {
			telling.notice.type = compose_type(&telling.notice);
		}
		post(notify, group, &telling.notice);
	}
	return n;
}

/* The same thing is over in one episode and fires in the next: told apart, so
 * that a receiver that knows them by their fingerprint ends with the last. */
static bool
fires_again(const struct notify *notify, const struct group *group)
{
	struct mono when;

	for (struct member *over = group->members; over != NULL; over = over->next) {
		if (want_of(notify, over, &when) != WANT_RESOLVED) {
			continue;
		}
		for (struct member *again = group->members; again != NULL;
		    again = again->next) {
			if (again->entry->alert.fingerprint ==
			    over->entry->alert.fingerprint &&
			    want_of(notify, again, &when) == WANT_FIRING &&
			    when.ns <= notify->now.ns) {
				return true;
			}
		}
	}
	return false;
}

static void
speak(struct notify *notify, struct group *group)
{
	uint32_t news = 1u << WANT_FIRING | 1u << WANT_COUNT | 1u << WANT_RESOLVED;
	struct mono soon = { notify->now.ns + notify->config->alerting.group_interval_ns };
	size_t n = 0;

	if (fires_again(notify, group)) {
		n = tell_those(notify, group, 1u << WANT_RESOLVED, NOTIFY_NEVER);
	}
	n += tell_those(notify, group, news, notify->now);
	(void)tell_those(notify, group, 1u << WANT_ACK, notify->now);
	if (group->first == NULL) {
		n += tell_those(notify, group, 1u << WANT_REPEAT, soon);
	}
	if (n > 0) {
		group->sent = notify->now;
	}
}

/* What waits is brought up to date.  True: nothing else is needed. */
static bool
renew(struct notify *notify, struct member *member, enum want want)
{
	if (want == WANT_SETTLE) {
		tell(notify, member);
		return true;
	}
	if (!member->told || want == WANT_REPEAT ||
	    (want == WANT_RESOLVED && still_flaps(notify, &member->entry->alert)) ||
	    !mail_absorb(notify, member->group, &member->entry->alert)) {
		return false;
	}
	tell(notify, member);
	return true;
}

static void
look(struct notify *notify, struct group *group)
{
	struct mono due = NOTIFY_NEVER;
	bool speaks = false;

	for (struct member *member = group->members; member != NULL; member = member->next) {
		struct mono when;
		enum want want = want_of(notify, member, &when);

		if (want == WANT_NOTHING || renew(notify, member, want)) {
			continue;
		}
		speaks = speaks || when.ns <= notify->now.ns;
	}
	if (speaks) {
		speak(notify, group);
	}
	for (struct member *member = group->members; member != NULL; member = member->next) {
		struct mono when;

		if (want_of(notify, member, &when) != WANT_NOTHING && when.ns < due.ns) {
			due = when;
		}
	}
	group->due = due;
}

/* ---- the table of groups ------------------------------------------------------------ */

static struct group **
slot_of(struct notify *notify, const struct lane *lane, const char *key)
{
	uint64_t hash = hash64_text(key) ^ hash64_text(lane->public.name);

	return &notify->groups[hash % NOTIFY_SLOTS];
}

struct group *
group_get(struct notify *notify, struct lane *lane, const char *key)
{
	struct group **slot = slot_of(notify, lane, key), *group = *slot;

	while (group != NULL && (group->lane != lane || strcmp(group->key, key) != 0)) {
		group = group->chain;
	}
	if (group == NULL && (group = calloc(1, sizeof(*group))) != NULL) {
		group->lane = lane;
		(void)str_copy(group->key, sizeof(group->key), key);
		group->due = NOTIFY_NEVER;
		group->chain = *slot;
		*slot = group;
		group->next = lane->groups;
		lane->groups = group;
	}
	return group;
}

static void
remove_group(struct notify *notify, struct group *group)
{
	struct group **link = slot_of(notify, group->lane, group->key);

	while (*link != group) {
		link = &(*link)->chain;
	}
	*link = group->chain;
	if (group->lane->digests == group) {
		group->lane->digests = NULL;
	}
	free(group);
}

struct member *
group_join(struct group *group, struct entry *entry)
{
	struct member *member = calloc(1, sizeof(*member));

	if (member != NULL) {
		member->entry = entry;
		member->group = group;
		member->next = group->members;
		group->members = member;
		member->beside = entry->members;
		entry->members = member;
	}
	return member;
}

void
group_leave(struct member *member)
{
	struct member **link = &member->group->members;

	while (*link != member) {
		link = &(*link)->next;
	}
	*link = member->next;
	link = &member->entry->members;
	while (*link != member) {
		link = &(*link)->beside;
	}
	*link = member->beside;
	free(member);
}

void
group_touch(struct notify *notify, struct group *group, struct mono due)
{
	if (due.ns < group->due.ns) {
		group->due = due;
	}
	if (due.ns < notify->look.ns) {
		notify->look = due;
	}
}

void
group_touch_entry(struct notify *notify, struct entry *entry)
{
	for (struct member *member = entry->members; member != NULL;
	    member = member->beside) {
		group_touch(notify, member->group, notify->now);
	}
}

/* Nothing is in it, and nobody needs to know any more when it spoke. */
static bool
is_idle(const struct notify *notify, const struct group *group)
{
	return group->members == NULL && group->first == NULL &&
	    group->serial <= notify->saved && interval_end(notify, group).ns <= notify->now.ns;
}

void
groups_step(struct notify *notify)
{
	if (notify->config == NULL || notify->look.ns > notify->now.ns) {
		return;
	}
	notify->look = NOTIFY_NEVER;
	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		struct group **link = &lane->groups;

		while (*link != NULL) {
			struct group *group = *link;

			if (group->due.ns <= notify->now.ns) {
				look(notify, group);
			}
			if (is_idle(notify, group)) {
				*link = group->next;
				remove_group(notify, group);
				continue;
			}
			if (group->due.ns < notify->look.ns) {
				notify->look = group->due;
			}
			link = &group->next;
		}
	}
}

void
group_free_all(struct notify *notify)
{
	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		while (lane->groups != NULL) {
			struct group *group = lane->groups;

			lane->groups = group->next;
			remove_group(notify, group);
		}
	}
}
