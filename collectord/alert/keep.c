/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Batch: what a step has decided goes to the database as one transaction, one at
 * a time: the outbox's mark, new and changed deliveries, what receivers were told,
 * and attempts.  A message flies when the transaction that has it is on the disk.
 *
 * A disk that refuses does not keep alarms from being told: they fly from memory,
 * and the transaction is tried again.
 */
#include <config.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/notify_inner.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"

#define RETRY_NS (5 * NS_PER_S)

/* Room for one more.  Without memory the daemon ends: it must not forget. */
static void *
grow(void *array, size_t n, size_t *room, size_t size)
{
	if (n == *room) {
		*room = *room > 0 ? 2 * *room : 16;
		array = realloc(array, *room * size);
		assert(array != NULL);
	}
	return array;
}

void
keep_item(struct notify *notify, struct item *item)
{
	struct keep *batch = &notify->batch;

	if (!item->dirty) {
		batch->items = grow(batch->items, batch->n_items, &batch->items_room,
		    sizeof(struct item *));
		batch->items[batch->n_items++] = item;
		item->dirty = true;
	}
}

void
keep_told(struct notify *notify, const struct member *member)
{
	struct keep *batch = &notify->batch;
	struct told *told;

	batch->told = grow(batch->told, batch->n_told, &batch->told_room, sizeof(*told));
	told = &batch->told[batch->n_told++];
	memset(told, 0, sizeof(*told));
	(void)str_copy(told->receiver, sizeof(told->receiver),
	    member->group->lane->public.name);
	(void)str_copy(told->group, sizeof(told->group), member->group->key);
	told->alert = member->entry->alert.id;
	told->state = member->told ? ALERT_FIRING : ALERT_RESOLVED;
	told->count = member->count;
	told->acked = member->acked;
	told->at = member->at;
}

void
keep_attempt(struct notify *notify, struct attempt *attempt)
{
	struct keep *batch = &notify->batch;

	batch->attempts = grow(batch->attempts, batch->n_attempts, &batch->attempts_room,
	    sizeof(*attempt));
	batch->attempts[batch->n_attempts++] = *attempt;
	attempt->request = attempt->reply = NULL;
}

void
keep_audit(struct notify *notify, const struct audit_entry *audit)
{
	notify->batch.audit = *audit;
	notify->batch.has_audit = true;
}

/* ---- one transaction at a time --------------------------------------------------- */

static int
by_id(const void *left, const void *right)
{
	const struct delivery *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

/* Copies what the database is to have; what has ended is let go. */
static struct delivery *
take_items(struct keep *batch)
{
	struct delivery *put = calloc(batch->n_items + 1, sizeof(*put));

	assert(put != NULL);
	for (size_t i = 0; i < batch->n_items; i++) {
		struct item *item = batch->items[i];

		put[i] = item->d;
		put[i].notice = item->rewritten ? strdup(item->d.notice) : NULL;
		item->dirty = item->rewritten = false;
		if (item->d.state != DELIVERY_QUEUED) {
			mail_free(item);
		}
	}
	qsort(put, batch->n_items, sizeof(*put), by_id);
	return put;
}

static void
drop_saving(struct deliveries_change *saving)
{
	for (size_t i = 0; i < saving->n_put; i++) {
		free(saving->put[i].notice);
	}
	for (size_t i = 0; i < saving->n_attempts; i++) {
		free(saving->attempts[i].request);
		free(saving->attempts[i].reply);
	}
	free((void *)(uintptr_t)saving->put);
	free((void *)(uintptr_t)saving->alerts);
	free((void *)(uintptr_t)saving->told);
	free((void *)(uintptr_t)saving->attempts);
	free((void *)(uintptr_t)saving->audit);
	memset(saving, 0, sizeof(*saving));
}

static bool
collect(struct notify *notify)
{
	struct keep *batch = &notify->batch;
	int64_t mark = entry_settle(notify);
	struct audit_entry *audit = NULL;

	if (batch->n_items + batch->n_told + batch->n_attempts == 0 && !batch->has_audit &&
	    mark <= notify->mark) {
		return false;
	}
	if (batch->has_audit) {
		audit = malloc(sizeof(*audit));
		assert(audit != NULL);
		*audit = batch->audit;
	}
	notify->saving = (struct deliveries_change){
		.mark = mark > notify->mark ? mark : 0,
		.put = take_items(batch), .n_put = batch->n_items,
		.alerts = batch->alerts, .n_alerts = batch->n_alerts,
		.told = batch->told, .n_told = batch->n_told,
		.attempts = batch->attempts, .n_attempts = batch->n_attempts,
		.audit = audit,
	};
	notify->mark = mark > notify->mark ? mark : notify->mark;
	free(batch->items);
	*batch = (struct keep){ .serial = batch->serial + 1 };
	return true;
}

void
keep_done(void *arg, int code)
{
	struct notify *notify = arg;

	pthread_mutex_lock(&notify->inbox.lock);
	notify->inbox.put_done = true;
	notify->inbox.put_code = code;
	pthread_mutex_unlock(&notify->inbox.lock);
	notify->setup.wake(notify->setup.wake_arg);
}

static void
finish(struct notify *notify, int code)
{
	/* the one under way is the one before the one that collects */
	notify->saved = notify->batch.serial - 1;
	if (code == COL_OK) {
		drop_saving(&notify->saving);
		notify->is_saving = false;
		notify->failed = false;
		return;
	}
	notify->retry.ns = notify->now.ns + RETRY_NS;
	if (!notify->failed) {
		LOG_ERROR("alert", NULL, NULL, "deliveries cannot be written to the state "
		    "database (%s): messages go out from memory and would be sent twice "
		    "or lost if the process ended now; see the disk and its space",
		    err_text(code));
		notify->failed = true;
	}
}

void
keep_step(struct notify *notify)
{
	bool done;
	int code;

	pthread_mutex_lock(&notify->inbox.lock);
	done = notify->inbox.put_done;
	code = notify->inbox.put_code;
	notify->inbox.put_done = false;
	pthread_mutex_unlock(&notify->inbox.lock);
	if (done) {
		finish(notify, code);
	}
	if (notify->is_saving) {
		if (notify->retry.ns != 0 && notify->retry.ns <= notify->now.ns) {
			notify->retry.ns = 0;
			deliveries_put(notify->setup.state, &notify->saving, keep_done,
			    notify);
		}
		return;
	}
	if (collect(notify)) {
		notify->is_saving = true;
		notify->retry.ns = 0;
		deliveries_put(notify->setup.state, &notify->saving, keep_done, notify);
	}
}

void
keep_free(struct notify *notify)
{
	struct keep *batch = &notify->batch;

	for (size_t i = 0; i < batch->n_items; i++) {
		if (batch->items[i]->d.state != DELIVERY_QUEUED) {
			mail_free(batch->items[i]);
		}
	}
	for (size_t i = 0; i < batch->n_attempts; i++) {
		free(batch->attempts[i].request);
		free(batch->attempts[i].reply);
	}
	free(batch->items);
	free(batch->alerts);
	free(batch->told);
	free(batch->attempts);
	drop_saving(&notify->saving);
}
