/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/notify.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <collectord/err.h>

#include "alert/notify_inner.h"
#include "base/stats.h"

/* Silences may begin and end without a word to us. */
#define LOOK_NS (5 * NS_PER_S)

uint64_t
notify_random(struct notify *notify)
{
	uint64_t value = 0;

	if (notify->setup.random != NULL) {
		return notify->setup.random(notify->setup.random_arg);
	}
	if (getrandom(&value, sizeof(value), 0) != (ssize_t)sizeof(value)) {
		value = (uint64_t)clock_mono(notify->setup.clock).ns * 0x9e3779b97f4a7c15u;
	}
	return value;
}

static void
set_time(struct notify *notify)
{
	notify->now = clock_mono(notify->setup.clock);
	notify->wall = clock_wall(notify->setup.clock);
}

/* ---- what is gone on from ----------------------------------------------------------- */

static void
load_told(struct notify *notify, const struct told *told)
{
	struct lane *lane = lane_get(notify, told->receiver);
	struct group *group = lane != NULL ? group_get(notify, lane, told->group) : NULL;
	struct entry *entry = told->state != ALERT_RESOLVED ?
	    entry_get(notify, told->alert) : NULL;
	struct member *member = group != NULL && entry != NULL ?
	    group_join(group, entry) : NULL;
	struct mono at = clock_to_mono(notify->setup.clock, told->at);

	if (group != NULL && at.ns > group->sent.ns) {
		group->sent.ns = at.ns < notify->now.ns ? at.ns : notify->now.ns;
	}
	if (member != NULL) {
		member->told = member->heard = true;
		member->count = told->count;
		member->acked = told->acked;
		member->at = told->at;
	}
}

static void
load_open(struct notify *notify, const struct alerts_loaded *open)
{
	for (size_t i = 0; i < open->n_items; i++) {
		const struct alert *alert = &open->items[i];
		struct entry *entry;
		struct mono fired = clock_to_mono(notify->setup.clock, alert->fired);

		entry_open(notify, alert);
		entry = entry_find(notify, alert->id);
		if (entry != NULL && fired.ns < entry->seen.ns) {
			entry->seen = fired;
		}
	}
}

struct notify *
notify_new(const struct notify_setup *setup, const struct deliveries_loaded *loaded,
    const struct alerts_loaded *open)
{
	struct notify *notify = calloc(1, sizeof(*notify));

	if (notify == NULL) {
		return NULL;
	}
	notify->setup = *setup;
	if (setup->queued_max == 0) {
		notify->setup.queued_max = NOTIFY_QUEUED_MAX;
	}
	pthread_mutex_init(&notify->inbox.lock, NULL);
	set_time(notify);
	notify->look = notify->now;
	notify->silence_due = NOTIFY_NEVER;
	notify->batch.serial = 1;
	notify->mark = notify->seq = loaded->mark;
	notify->next_id = loaded->next_id > 0 ? loaded->next_id : 1;
	for (size_t i = 0; i < loaded->n_queued; i++) {
		(void)mail_load(notify, &loaded->queued[i]);
	}
	for (size_t i = 0; i < loaded->n_told; i++) {
		load_told(notify, &loaded->told[i]);
	}
	load_open(notify, open);
	notify_changes(notify, loaded->changes, loaded->n_changes);
	return notify;
}

void
notify_free(struct notify *notify)
{
	if (notify == NULL) {
		return;
	}
	send_free_all(notify);
	trial_free_all(notify);
	keep_free(notify);
	entry_free_all(notify);
	mail_free_all(notify);
	silences_unref(notify->silences);
	config_unref(notify->config);
	config_unref(notify->inbox.config);
	free(notify->inbox.changes);
	free(notify->inbox.receivers);
	pthread_mutex_destroy(&notify->inbox.lock);
	free(notify);
}

/* ---- posts of other threads ----------------------------------------------------------- */

void
notify_apply(struct notify *notify, const struct config *config)
{
	const struct config *was;

	pthread_mutex_lock(&notify->inbox.lock);
	was = notify->inbox.config;
	notify->inbox.config = config_ref(config);
	pthread_mutex_unlock(&notify->inbox.lock);
	config_unref(was);
	notify->setup.wake(notify->setup.wake_arg);
}

void
notify_changes(struct notify *notify, const struct alert_change *changes, size_t n_changes)
{
	struct inbox *inbox = &notify->inbox;

	if (n_changes == 0) {
		return;
	}
	pthread_mutex_lock(&inbox->lock);
	if (inbox->n_changes + n_changes > inbox->room) {
		inbox->room = 2 * inbox->room + n_changes;
		inbox->changes = realloc(inbox->changes,
		    inbox->room * sizeof(*inbox->changes));
		assert(inbox->changes != NULL);
	}
	memcpy(&inbox->changes[inbox->n_changes], changes, n_changes * sizeof(*changes));
	inbox->n_changes += n_changes;
	pthread_mutex_unlock(&inbox->lock);
	notify->setup.wake(notify->setup.wake_arg);
}

size_t
notify_receivers(struct notify *notify, struct notify_receiver **ret_items)
{
	struct inbox *inbox = &notify->inbox;
	struct notify_receiver *items;
	size_t n;

	pthread_mutex_lock(&inbox->lock);
	n = inbox->n_receivers;
	items = calloc(n + 1, sizeof(*items));
	assert(items != NULL);
	if (n > 0) {
		memcpy(items, inbox->receivers, n * sizeof(*items));
	}
	pthread_mutex_unlock(&inbox->lock);
	*ret_items = items;
	return n;
}

void
notify_canary(struct notify *notify, struct notify_canary *ret_canary)
{
	pthread_mutex_lock(&notify->inbox.lock);
	*ret_canary = notify->inbox.canary;
	pthread_mutex_unlock(&notify->inbox.lock);
}

/* ---- the step --------------------------------------------------------------------------- */

static void
take_config(struct notify *notify)
{
	const struct config *config, *was;

	pthread_mutex_lock(&notify->inbox.lock);
	config = notify->inbox.config;
	notify->inbox.config = NULL;
	pthread_mutex_unlock(&notify->inbox.lock);
	if (config == NULL) {
		return;
	}
	was = notify->config;           /* receivers are of it until they are bound anew */
	notify->config = config;
	lane_bind_all(notify);
	config_unref(was);
	entry_route_all(notify);
	vigil_apply(notify);
}

static void
take_changes(struct notify *notify)
{
	struct inbox *inbox = &notify->inbox;
	struct alert_change *changes;
	size_t n;

	pthread_mutex_lock(&inbox->lock);
	changes = inbox->changes;
	n = inbox->n_changes;
	inbox->changes = NULL;
	inbox->n_changes = inbox->room = 0;
	pthread_mutex_unlock(&inbox->lock);
	for (size_t i = 0; i < n; i++) {
		entry_change(notify, &changes[i]);
	}
	free(changes);
}

/* What came while the step ran. */
static bool
has_more(struct notify *notify)
{
	struct inbox *inbox = &notify->inbox;
	bool more;

	pthread_mutex_lock(&inbox->lock);
	more = inbox->config != NULL || inbox->n_changes > 0 || inbox->put_done ||
	    (notify->config != NULL && !notify->batch.has_audit &&
	    (inbox->testers != NULL || inbox->replays != NULL));
	pthread_mutex_unlock(&inbox->lock);
	return more;
}

static void
publish(struct notify *notify)
{
	struct notify_receiver *items, *was;
	size_t n = 0;

	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		n++;
	}
	items = calloc(n + 1, sizeof(*items));
	if (items == NULL) {
		return;
	}
	n = 0;
	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		if (lane->receiver != NULL) {
			items[n++] = lane->public;
		}
	}
	pthread_mutex_lock(&notify->inbox.lock);
	was = notify->inbox.receivers;
	notify->inbox.receivers = items;
	notify->inbox.n_receivers = n;
	notify->inbox.canary = notify->canary;
	pthread_mutex_unlock(&notify->inbox.lock);
	free(was);
	stats_set(STATS_NOTIFY_WAITING, (int64_t)notify->n_queued);
}

static void
sooner(struct mono *next, struct mono at)
{
	if (at.ns < next->ns) {
		*next = at;
	}
}

struct mono
notify_step(void *arg)
{
	struct notify *notify = arg;
	struct mono next = NOTIFY_NEVER;
	uint64_t saved;

	set_time(notify);
	take_config(notify);
	keep_step(notify);
	if (notify->config == NULL) {
		return next;
	}
	take_changes(notify);
	if (!notify->asked) {
		notify->asked = true;
		entry_ask(notify);
	}
	silenced_step(notify);
	groups_step(notify);
	sooner(&next, vigil_step(notify));
	sooner(&next, trial_step(notify));
	overflow_bound(notify);
	saved = notify->saved;
	sooner(&next, send_step(notify));
	keep_step(notify);
	publish(notify);
	sooner(&next, notify->look);
	sooner(&next, notify->silence_due);
	if (notify->is_saving && notify->retry.ns != 0) {
		sooner(&next, notify->retry);
	}
	if (notify->n_entries > 0) {
		sooner(&next, (struct mono){ notify->now.ns + LOOK_NS });
	}
	return has_more(notify) || notify->saved != saved ? notify->now : next;
}
