/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Silences at the time of telling.  What was silenced when it began is told when
 * the silence ends, if it still fires; that something is over is told to whoever
 * was told of it, silence or not.
 */
#include <config.h>

#include "alert/notify_inner.h"

bool
silenced_now(const struct notify *notify, const struct alert *alert)
{
	return silences_find(notify->silences, alert, notify->wall) != NULL;
}

static void
due_at(struct notify *notify, struct wall at)
{
	int64_t in_ns = at.ns - notify->wall.ns;

	if (at.ns != 0 && in_ns > 0 && notify->now.ns + in_ns < notify->silence_due.ns) {
		notify->silence_due.ns = notify->now.ns + in_ns;
	}
}

void
silenced_step(struct notify *notify)
{
	const struct silences *silences = state_silences(notify->setup.state);
	bool changed = notify->silences == NULL ||
	    notify->silences->number != silences->number ||
	    notify->silence_due.ns <= notify->now.ns;

	silences_unref(notify->silences);
	notify->silences = silences;
	if (!changed) {
		return;
	}
	notify->silence_due = NOTIFY_NEVER;
	for (uint32_t i = 0; i < silences->n; i++) {
		const struct silence *silence = &silences->items[i];

		due_at(notify, silence->from);
		due_at(notify, silence->until);
		due_at(notify, silence->ended);
	}
	for (struct lane *lane = notify->lanes; lane != NULL; lane = lane->next) {
		for (struct group *group = lane->groups; group != NULL; group = group->next) {
			group_touch(notify, group, notify->now);
		}
	}
}
