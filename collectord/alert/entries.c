/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries: the alerts that notify knows, from their first change until they are
 * over and everybody who was told of them has been told that, too.
 *
 * The outbox's mark may pass a change once what it asks for is in a transaction.
 * That an alert fires is seen from the open alerts after a restart; that it is
 * over, or has begun to flap, is not: such changes hold the mark back.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "alert/compose.h"
#include "alert/notify_inner.h"
#include "alert/routes.h"

static struct entry **
slot_of(struct notify *notify, int64_t id)
{
	return &notify->entries[(uint64_t)id % NOTIFY_SLOTS];
}

struct entry *
entry_find(struct notify *notify, int64_t id)
{
	struct entry *entry = *slot_of(notify, id);

	while (entry != NULL && entry->alert.id != id) {
		entry = entry->chain;
	}
	return entry;
}

struct entry *
entry_get(struct notify *notify, int64_t id)
{
	struct entry *entry = entry_find(notify, id);

	if (entry == NULL && (entry = calloc(1, sizeof(*entry))) != NULL) {
		entry->alert.id = id;
		entry->chain = *slot_of(notify, id);
		entry->seen = notify->now;
		*slot_of(notify, id) = entry;
		notify->n_entries++;
	}
	return entry;
}

static void
remove_entry(struct notify *notify, struct entry *entry)
{
	struct entry **link = slot_of(notify, entry->alert.id);

	while (entry->members != NULL) {
		group_leave(entry->members);
	}
	while (*link != entry) {
		link = &(*link)->chain;
	}
	*link = entry->chain;
	notify->n_entries--;
	free(entry);
}

void
entry_hold(struct notify *notify, struct entry *entry, int64_t seq)
{
	if (entry->hold != 0 || seq == 0) {
		return;
	}
	entry->hold = seq;
	entry->next_held = notify->held;
	notify->held = entry;
}

/* Nothing of it is left to be told that a restart would not find again. */
static bool
is_settled(const struct entry *entry)
{
	bool over = compose_is_over(&entry->alert);

	for (const struct member *member = entry->members; member != NULL;
	    member = member->beside) {
		if (member->flap_due || (over && member->told)) {
			return false;
		}
	}
	return true;
}

int64_t
entry_settle(struct notify *notify)
{
	struct entry **link = &notify->held;
	int64_t mark = notify->seq;

	while (*link != NULL) {
		struct entry *entry = *link;

		if (!is_settled(entry)) {
			if (entry->hold <= mark) {
				mark = entry->hold - 1;
			}
			link = &entry->next_held;
			continue;
		}
		*link = entry->next_held;
		entry->hold = 0;
		if (compose_is_over(&entry->alert)) {
			remove_entry(notify, entry);
		}
	}
	return mark;
}

/* ---- routes -------------------------------------------------------------------- */

static struct member *
member_for(struct entry *entry, const struct lane *lane)
{
	struct member *member = entry->members;

	while (member != NULL && member->group->lane != lane) {
		member = member->beside;
	}
	return member;
}

static void
forget_untold(struct entry *entry)
{
	struct member *next;

	for (struct member *member = entry->members; member != NULL; member = next) {
		next = member->beside;
		if (!member->told) {
			group_leave(member);
		}
	}
}

void
entry_route(struct notify *notify, struct entry *entry)
{
	const struct alerting *alerting;
	char key[ROUTES_KEY_SIZE];

	if (notify->config == NULL || !entry->known || compose_is_over(&entry->alert)) {
		return;
	}
	alerting = &notify->config->alerting;
	routes_key(alerting->group_by, &entry->alert, key);
	for (size_t i = 0; i < alerting->n_receivers; i++) {
		struct lane *lane = lane_get(notify, alerting->receivers[i].name);
		struct group *group;

		/* who was told stays in the group of that time */
		if (lane == NULL || member_for(entry, lane) != NULL ||
		    !routes_lead(notify->config, &entry->alert, i)) {
			continue;
		}
		group = group_get(notify, lane, key);
		if (group != NULL) {
			(void)group_join(group, entry);
		}
	}
}

void
entry_route_all(struct notify *notify)
{
	for (size_t i = 0; i < NOTIFY_SLOTS; i++) {
		for (struct entry *entry = notify->entries[i]; entry != NULL;
		    entry = entry->chain) {
			forget_untold(entry);
			entry_route(notify, entry);
			group_touch_entry(notify, entry);
		}
	}
}

/* ---- changes -------------------------------------------------------------------- */

/* It is steady again: episodes that ended meanwhile may be told of, too. */
static void
steady(struct notify *notify, uint64_t fingerprint)
{
	for (size_t i = 0; i < NOTIFY_SLOTS; i++) {
		for (struct entry *entry = notify->entries[i]; entry != NULL;
		    entry = entry->chain) {
			if (entry->alert.fingerprint == fingerprint) {
				entry->alert.flapping = false;
				group_touch_entry(notify, entry);
			}
		}
	}
}

/* Unless it was told before a restart. */
static void
flaps(struct entry *entry, struct wall at)
{
	for (struct member *member = entry->members; member != NULL;
	    member = member->beside) {
		member->flap_due = !member->told || member->at.ns < at.ns;
	}
}

void
entry_open(struct notify *notify, const struct alert *alert)
{
	struct entry *entry = entry_get(notify, alert->id);

	if (entry != NULL) {
		entry->alert = *alert;
		entry->known = true;
		entry_route(notify, entry);
		group_touch_entry(notify, entry);
	}
}

void
entry_change(struct notify *notify, const struct alert_change *change)
{
	const struct alert *alert = &change->alert;
	bool over = compose_is_over(alert);
	struct entry *entry;

	if (change->seq > notify->seq) {
		notify->seq = change->seq;
	}
	if (alert->state == ALERT_PENDING || alert->state == ALERT_OK) {
		return;
	}
	entry = entry_find(notify, alert->id);
	if (entry == NULL && over) {
		/* began and ended in silence, unless others of its kind wait for it */
		if (change->kind == CHANGE_STEADY) {
			steady(notify, alert->fingerprint);
		}
		return;
	}
	if (entry == NULL && (entry = entry_get(notify, alert->id)) == NULL) {
		return;
	}
	/* what the outbox tells again after a restart may be older */
	if (!(entry->known && compose_is_over(&entry->alert) && !over)) {
		entry->alert = *alert;
		entry->known = true;
	}
	entry_route(notify, entry);
	if (change->kind == CHANGE_FLAPPING) {
		flaps(entry, change->at);
		entry_hold(notify, entry, change->seq);
	} else if (change->kind == CHANGE_STEADY) {
		steady(notify, alert->fingerprint);
	}
	if (over) {
		entry_hold(notify, entry, change->seq);
	}
	group_touch_entry(notify, entry);
}

/* ---- what was told before a restart and has ended unseen ---------------------------- */

static void
answer(void *arg, int code, const struct alert_change *changes, size_t n_changes)
{
	struct alert_change last;

	if (code != 0 || n_changes == 0 ||
	    !compose_is_over(&changes[n_changes - 1].alert)) {
		return;
	}
	last = changes[n_changes - 1];
	last.kind = CHANGE_RESOLVED;
	notify_changes(arg, &last, 1);
}

void
entry_ask(struct notify *notify)
{
	for (size_t i = 0; i < NOTIFY_SLOTS; i++) {
		for (struct entry *entry = notify->entries[i]; entry != NULL;
		    entry = entry->chain) {
			if (!entry->known) {
				alerts_get_changes(notify->setup.state, entry->alert.id,
				    answer, notify);
			}
		}
	}
}

void
entry_free_all(struct notify *notify)
{
	for (size_t i = 0; i < NOTIFY_SLOTS; i++) {
		while (notify->entries[i] != NULL) {
			remove_entry(notify, notify->entries[i]);
		}
	}
}
