/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who watches the watcher: a heartbeat that somebody outside misses when it ends,
 * a canary that goes the whole way once a day, and receivers that accept nothing.
 *
 * A heartbeat is not kept and not tried again: a missing one is the message.
 */
#include <config.h>

#include <stdlib.h>

#include "alert/notify_inner.h"
#include "base/str.h"

#define DAY_S 86400
#define SILENT_EVERY_NS (60 * NS_PER_S)

/* The next time that it is that minute of the province's day. */
static struct wall
next_canary(const struct config *config, struct wall now)
{
	const char *zone = config->inventory != NULL ? config->inventory->timezone : NULL;
	int32_t day;

	zone = zone != NULL ? zone : "UTC";
	day = clock_day(zone, now);
	for (int32_t more = 0;; more++) {
		int64_t local_s = (int64_t)(day + more) * DAY_S +
		    config->alerting.canary_minute * 60;
		struct wall at = { local_s * NS_PER_S };

		at.ns -= clock_zone_offset(zone, at) * NS_PER_S;
		if (at.ns > now.ns) {
			return at;
		}
	}
}

void
vigil_apply(struct notify *notify)
{
	const struct alerting *alerting = &notify->config->alerting;

	notify->canary_at.ns = alerting->canary_minute >= 0 ?
	    next_canary(notify->config, notify->wall).ns : 0;
	if (notify->beat.ns == 0) {
		notify->beat = notify->now;
	}
}

/* ---- heartbeat --------------------------------------------------------------------- */

static struct mono
beat(struct notify *notify)
{
	const struct alerting *alerting = &notify->config->alerting;
	struct notice notice = { .type = NOTICE_HEARTBEAT, .at = notify->wall };
	struct lane *lane;

	if (alerting->heartbeat == NULL || alerting->heartbeat_ns <= 0) {
		return NOTIFY_NEVER;
	}
	if (notify->beat.ns > notify->now.ns) {
		return notify->beat;
	}
	notify->beat.ns = notify->now.ns + alerting->heartbeat_ns;
	lane = lane_find(notify, alerting->heartbeat);
	if (lane != NULL && lane->receiver != NULL && !notify->beating) {
		mail_fill(notify, "heartbeat", &notice);
		send_heartbeat(notify, lane, &notice);
	}
	return notify->beat;
}

/* ---- canary ------------------------------------------------------------------------ */

static void
send_canary(struct notify *notify, struct lane *lane)
{
	struct group *group = group_get(notify, lane, "canary");
	struct notice notice = { .type = NOTICE_CANARY };

	if (group == NULL) {
		return;
	}
	if (group->first != NULL && !group->first->flying) {
		mail_end(notify, group->first, DELIVERY_DEAD, "not accepted within a day");
	}
	if (mail_put(notify, group, &notice) != NULL) {
		notify->canary.n_receivers++;
	}
}

static struct mono
sing(struct notify *notify)
{
	if (notify->canary_at.ns == 0) {
		return NOTIFY_NEVER;
	}
	if (notify->canary_at.ns <= notify->wall.ns) {
		notify->canary = (struct notify_canary){ .sent = notify->wall };
		for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
			if (lane->receiver != NULL) {
				send_canary(notify, lane);
			}
		}
		notify->canary_at = next_canary(notify->config, notify->wall);
	}
	return (struct mono){ notify->now.ns + notify->canary_at.ns - notify->wall.ns };
}

void
vigil_canary(struct notify *notify, const struct item *item)
{
	struct notify_canary *canary = &notify->canary;

	if (item->d.type == NOTICE_CANARY && item->d.created.ns == canary->sent.ns &&
	    ++canary->n_confirmed == canary->n_receivers) {
		canary->confirmed = notify->wall;
	}
}

/* ---- silence ----------------------------------------------------------------------- */

void
vigil_silent(struct notify *notify, struct lane *lane, double silent_s)
{
	if (notify->setup.silent != NULL) {
		notify->setup.silent(notify->setup.silent_arg, lane->public.name, silent_s);
	}
	lane->told_silent.ns = silent_s > 0 ? notify->now.ns : 0;
	lane->has_told_well = silent_s <= 0;
}

static struct mono
listen(struct notify *notify, struct lane *lane)
{
	int64_t silent_ns = lane->receiver->silent_ns, since_ns;

	if (lane->failing.ns == 0) {
		/* what was said before a restart may be over, too */
		if (lane->told_silent.ns != 0 || (!lane->has_told_well &&
		    !lane->public.disabled && lane->public.n_queued == 0)) {
			vigil_silent(notify, lane, 0);
		}
		return NOTIFY_NEVER;
	}
	since_ns = notify->now.ns - lane->failing.ns;
	if (lane->public.disabled && since_ns < silent_ns) {
		since_ns = silent_ns;   /* it has said that it never will */
	}
	if (silent_ns <= 0 && !lane->public.disabled) {
		return NOTIFY_NEVER;
	}
	if (since_ns < silent_ns) {
		return (struct mono){ lane->failing.ns + silent_ns };
	}
	if (lane->told_silent.ns == 0 ||
	    notify->now.ns - lane->told_silent.ns >= SILENT_EVERY_NS) {
		vigil_silent(notify, lane, since_ns > NS_PER_S ?
		    (double)since_ns / NS_PER_S : 1);
	}
	return (struct mono){ lane->told_silent.ns + SILENT_EVERY_NS };
}

struct mono
vigil_step(struct notify *notify)
{
	struct mono next = NOTIFY_NEVER, at;

	if (notify->config == NULL) {
		return next;
	}
	next = beat(notify);
	at = sing(notify);
	next = at.ns < next.ns ? at : next;
	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		if (lane->receiver != NULL) {
			at = listen(notify, lane);
			next = at.ns < next.ns ? at : next;
		}
	}
	return next;
}
