/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/alert.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* What is handed out is the first member. */
struct snapshot {
	struct silences public;
	atomic_uint n_refs;
	struct silence *items;
};

const char *
alert_state_text(enum alert_state state)
{
	static const char *const texts[ALERT_STATE_N] = {"ok", "pending", "firing",
	    "stale", "resolved"};

	return texts[state];
}

const char *
fold_text(enum fold_by by)
{
	static const char *const texts[FOLD_N] = {"supply", "reach"};

	return texts[by];
}

const char *
alert_end_text(enum alert_end end)
{
	static const char *const texts[ALERT_END_N] = {"", "cleared", "rule_gone",
	    "entity_gone"};

	return texts[end];
}

const char *
alert_change_text(enum alert_change_kind kind)
{
	static const char *const texts[ALERT_CHANGE_KIND_N] = {
		[CHANGE_FIRED] = "fired", [CHANGE_RESOLVED] = "resolved",
		[CHANGE_STALE] = "stale", [CHANGE_FRESH] = "fresh",
		[CHANGE_ACKED] = "acked", [CHANGE_UNACKED] = "unacked",
		[CHANGE_COUNT] = "count", [CHANGE_FOLDED] = "folded",
		[CHANGE_UNFOLDED] = "unfolded", [CHANGE_FLAPPING] = "flapping",
		[CHANGE_STEADY] = "steady",
	};

	return texts[kind];
}

/* ---- silences ----------------------------------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const struct silence *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

const struct silences *
silences_new(uint64_t number, struct silence *items, uint32_t n)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));

	if (snapshot == NULL) {
		free(items);
		return NULL;
	}
	if (n > 0) {
		qsort(items, n, sizeof(*items), compare);
	}
	snapshot->items = items;
	snapshot->public = (struct silences){number, n, items};
	atomic_init(&snapshot->n_refs, 1);
	return &snapshot->public;
}

const struct silences *
silences_ref(const struct silences *silences)
{
	if (silences != NULL) {
		struct snapshot *snapshot = (struct snapshot *)(uintptr_t)silences;

		(void)atomic_fetch_add(&snapshot->n_refs, 1);
	}
	return silences;
}

void
silences_unref(const struct silences *silences)
{
	struct snapshot *snapshot = (struct snapshot *)(uintptr_t)silences;

	if (snapshot != NULL && atomic_fetch_sub(&snapshot->n_refs, 1) == 1) {
		free(snapshot->items);
		free(snapshot);
	}
}

bool
silence_active(const struct silence *silence, struct wall at)
{
	return silence->from.ns <= at.ns && at.ns < silence->until.ns &&
	    (silence->ended.ns == 0 || at.ns < silence->ended.ns);
}

/* Whether an alert is about the entity or about something below it. */
static bool
covers(const char *entity, const struct alert *alert)
{
	const struct { const char *kind, *id; } above[] = {
		{ "area:", alert->area }, { "site:", alert->site },
		{ "hall:", alert->hall }, { "row:", alert->row },
		{ "rack:", alert->rack },
	};

	if (strcmp(entity, alert->entity) == 0 || str_starts(entity, "province:")) {
		return true;
	}
	for (size_t i = 0; i < sizeof(above) / sizeof(above[0]); i++) {
		if (str_starts(entity, above[i].kind)) {
			return above[i].id[0] != '\0' && strcmp(entity +
			    strlen(above[i].kind), above[i].id) == 0;
		}
	}
	return false;
}

const struct silence *
silences_find(const struct silences *silences, const struct alert *alert, struct wall at)
{
	for (uint32_t i = 0; silences != NULL && i < silences->n; i++) {
		const struct silence *item = &silences->items[i];

		if (silence_active(item, at) && covers(item->entity, alert) &&
		    (item->rule[0] == '\0' || str_glob(item->rule, alert->rule))) {
			return item;
		}
	}
	return NULL;
}
