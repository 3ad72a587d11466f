/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * More than a receiver takes, or than memory should hold: what waits becomes one
 * digest, which goes before all that comes after it.
 *
 * Source: domain.md 4.3 (DingTalk itself advises to merge).
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "alert/compose.h"
#include "alert/notify_inner.h"
#include "base/log.h"

/* What the bucket can give within this time waits rather than being merged. */
#define PATIENCE_S 10

/* What may have arrived keeps its words; tests are somebody's question. */
static bool
may_merge(const struct notify *notify, const struct item *item)
{
	return !item->flying && !item->d.doubtful && !item->d.test &&
	    item->d.replay_of == 0 &&
	    item->d.type != NOTICE_CANARY && item->due.ns <= notify->now.ns;
}

/* Of each group from its beginning: nothing overtakes what stays. */
static size_t
gather(const struct notify *notify, const struct lane *lane, struct item **items)
{
	size_t n = 0;

	for (struct group *group = lane->groups; group != NULL; group = group->next) {
		struct item *item = group->first;

		for (; item != NULL && may_merge(notify, item); item = item->next) {
			if (items != NULL) {
				items[n] = item;
			}
			n++;
		}
	}
	return n;
}

static int
newest_first(const void *left, const void *right)
{
	const struct item *a = *(struct item *const *)left, *b = *(struct item *const *)right;

	return (a->d.id < b->d.id) - (a->d.id > b->d.id);
}

static void
merge(struct notify *notify, struct lane *lane, size_t n)
{
	struct item **items = malloc(n * sizeof(struct item *)), *made;
	struct group *group = group_get(notify, lane, "digest");
	struct compose_digest digest = { .n = 0 };
	struct notice notice, into = { .type = NOTICE_DIGEST };

	if (items == NULL || group == NULL) {
		free(items);
		return;
	}
	n = gather(notify, lane, items);
	qsort(items, n, sizeof(struct item *), newest_first);
	for (size_t i = 0; i < n; i++) {
		if (notice_read(items[i]->d.notice, strlen(items[i]->d.notice),
		    &notice) == COL_OK) {
			compose_digest_add(&digest, &notice);
			notice_done(&notice);
		}
	}
	if (compose_digest_end(&digest, &into) == COL_OK &&
	    (made = mail_put(notify, group, &into)) != NULL) {
		for (size_t i = 0; i < n; i++) {
			items[i]->d.into = made->d.id;
			mail_end(notify, items[i], DELIVERY_MERGED, NULL);
		}
		lane->digests = group;
	}
	free(items);
}

void
overflow_step(struct notify *notify, struct lane *lane)
{
	double room = lane->tokens + lane->per_minute / 60 * PATIENCE_S;
	size_t n;

	if (lane->per_minute <= 0 || lane->receiver == NULL ||
	    !compose_digests(lane->receiver->type) || lane->public.disabled ||
	    lane->not_before.ns > notify->now.ns ||
	    (double)lane->public.n_queued <= room || lane->tokens < 1) {
		return;
	}
	n = gather(notify, lane, NULL);
	if (n > 1 && (double)n > room) {
		merge(notify, lane, n);
	}
}

void
overflow_bound(struct notify *notify)
{
	notify->full = notify->full && notify->n_queued > notify->setup.queued_max / 2;
	while (notify->n_queued > notify->setup.queued_max) {
		struct lane *most = notify->lanes;
		size_t n, before = notify->n_queued;

		for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
			if (lane->public.n_queued > most->public.n_queued) {
				most = lane;
			}
		}
		mail_due(notify, most);
		n = gather(notify, most, NULL);
		if (n > 1) {
			merge(notify, most, n);
		}
		if (!notify->full) {
			LOG_WARN("alert", "receiver", most->public.name, "more than %zu "
			    "messages wait for receivers: %zu of them are merged into "
			    "one digest", notify->setup.queued_max, n);
			notify->full = true;
		}
		if (notify->n_queued >= before) {
			return;
		}
	}
}
