/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "alert/publish.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SPACING_NS NS_PER_S
/* What is pending alone is told less often. */
#define PENDING_NS (10 * NS_PER_S)
/* Lists of thousands are made less often: a second for so many. */
#define ITEMS_PER_S 10000
/* A list waits so long for its changes to be on the disk. */
#define DISK_NS (2 * NS_PER_S)
/* Silences begin and end without a change of an episode. */
#define SILENCES_NS (10 * NS_PER_S)

/* What is handed out is the first member; the rest lies behind it. */
struct snapshot {
	struct alert_list public;
	atomic_uint n_refs;
	struct alert *items;
	uint8_t *worst[ENTITY_PLACE_N], *worst_rack;
	uint32_t *n_firing[ENTITY_PLACE_N];
};

struct publish {
	struct alert_setup setup;
	pthread_mutex_t lock;   /* of newest */
	struct snapshot *newest;
	/* FLOW's own */
	struct mono published;  /* last time; 0: never */
	struct mono silences_at;
	uint64_t n_changes;     /* of episodes that the newest knows */
	uint64_t silences;      /* number of the snapshot that it was made with */
	uint32_t n_conditions;  /* not ok, at that time */
	const struct inventory *inventory; /* that it was made with; not dereferenced */
};

const struct alert_list *
alert_list_ref(const struct alert_list *list)
{
	struct snapshot *snapshot = (struct snapshot *)(uintptr_t)list;

	(void)atomic_fetch_add(&snapshot->n_refs, 1);
	return list;
}

void
alert_list_unref(const struct alert_list *list)
{
	struct snapshot *snapshot = (struct snapshot *)(uintptr_t)list;

	if (snapshot == NULL || atomic_fetch_sub(&snapshot->n_refs, 1) != 1) {
		return;
	}
	for (unsigned kind = 0; kind < ENTITY_PLACE_N; kind++) {
		free(snapshot->worst[kind]);
		free(snapshot->n_firing[kind]);
	}
	free(snapshot->worst_rack);
	free(snapshot->items);
	inventory_unref(snapshot->public.inventory);
	free(snapshot);
}

/* Room for n items and the sums of an inventory, NULL: none. */
static struct snapshot *
snapshot_new(uint32_t n, const struct inventory *inventory)
{
	struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
	bool failed = snapshot == NULL;

	if (failed) {
		return NULL;
	}
	atomic_init(&snapshot->n_refs, 1);
	snapshot->items = malloc((n + 1) * sizeof(snapshot->items[0]));
	failed = snapshot->items == NULL;
	for (unsigned kind = 0; inventory != NULL && kind < ENTITY_PLACE_N; kind++) {
		uint32_t room = inventory->n_places[kind] + 1;

		snapshot->worst[kind] = calloc(room, sizeof(uint8_t));
		snapshot->n_firing[kind] = calloc(room, sizeof(uint32_t));
		failed = failed || snapshot->worst[kind] == NULL ||
		    snapshot->n_firing[kind] == NULL;
		snapshot->public.worst[kind] = snapshot->worst[kind];
		snapshot->public.n_firing[kind] = snapshot->n_firing[kind];
	}
	if (inventory != NULL) {
		snapshot->worst_rack = calloc((size_t)inventory->n_racks + 1, 1);
		failed = failed || snapshot->worst_rack == NULL;
		snapshot->public.worst_rack = snapshot->worst_rack;
		snapshot->public.inventory = inventory_ref(inventory);
	}
	snapshot->public.items = snapshot->items;
	if (failed) {
		alert_list_unref(&snapshot->public);
		return NULL;
	}
	return snapshot;
}

struct publish *
publish_new(const struct alert_setup *setup)
{
	struct publish *publish = calloc(1, sizeof(*publish));

	if (publish == NULL) {
		return NULL;
	}
	publish->newest = snapshot_new(0, NULL);
	if (publish->newest == NULL) {
		free(publish);
		return NULL;
	}
	publish->setup = *setup;
	(void)pthread_mutex_init(&publish->lock, NULL);
	return publish;
}

void
publish_free(struct publish *publish)
{
	if (publish != NULL) {
		alert_list_unref(&publish->newest->public);
		(void)pthread_mutex_destroy(&publish->lock);
		free(publish);
	}
}

const struct alert_list *
publish_get(struct publish *publish)
{
	const struct alert_list *list;

	(void)pthread_mutex_lock(&publish->lock);
	list = alert_list_ref(&publish->newest->public);
	(void)pthread_mutex_unlock(&publish->lock);
	return list;
}

/* ---- making one -------------------------------------------------------------------- */

static void
worsen(uint8_t *worst, enum severity severity)
{
	if (*worst < (uint8_t)severity + 1) {
		*worst = (uint8_t)(severity + 1);
	}
}

/* What is folded speaks by the alert that it is under. */
static void
add_up(struct snapshot *snapshot, const struct episode *episode)
{
	const struct inventory *inventory = snapshot->public.inventory;
	const struct thing_where *where = &episode->where;
	const struct alert *alert = &episode->alert;

	if (inventory == NULL || alert->under != 0) {
		return;
	}
	for (unsigned kind = 0; kind < ENTITY_PLACE_N; kind++) {
		if (where->places[kind] < inventory->n_places[kind]) {
			worsen(&snapshot->worst[kind][where->places[kind]], alert->severity);
			snapshot->n_firing[kind][where->places[kind]]++;
		}
	}
	if (where->rack < inventory->n_racks) {
		worsen(&snapshot->worst_rack[where->rack], alert->severity);
	}
}

static int
by_id(const void *a, const void *b)
{
	const struct alert *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static struct snapshot *
make(const struct publish *publish, const struct engine *engine,
    const struct silences *silences)
{
	const struct episodes *episodes = &engine->episodes;
	struct snapshot *snapshot = snapshot_new(HASH_COUNT(episodes->open),
	    engine->config->inventory);
	struct alert_list *list;

	if (snapshot == NULL) {
		return NULL;
	}
	list = &snapshot->public;
	list->number = publish->newest->public.number + 1;
	list->as_of = clock_wall(engine->clock);
	list->n_pending = engine_n_pending(engine);
	for (const struct episode *episode = episodes->open; episode != NULL;
	    episode = episode->hh.next) {
		const struct alert *alert = &episode->alert;

		snapshot->items[list->n++] = *alert;
		add_up(snapshot, episode);
		if (alert->state == ALERT_FIRING && alert->under == 0 &&
		    alert->acked.ns == 0 &&
		    silences_find(silences, alert, list->as_of) == NULL) {
			list->n_loud[alert->severity]++;
		}
	}
	qsort(snapshot->items, list->n, sizeof(snapshot->items[0]), by_id);
	return snapshot;
}

/* What silences make of the newest list differs from what it says. */
static bool
silences_changed(struct publish *publish, const struct silences *silences,
    struct mono now, struct wall at)
{
	const struct alert_list *list = &publish->newest->public;
	uint32_t n_loud[SEVERITY_N] = { 0 };

	if (silences->number == publish->silences &&
	    (silences->n == 0 || now.ns < publish->silences_at.ns)) {
		return false;
	}
	publish->silences = silences->number;
	publish->silences_at.ns = now.ns + SILENCES_NS;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct alert *alert = &list->items[i];

		if (alert->state == ALERT_FIRING && alert->under == 0 &&
		    alert->acked.ns == 0 && silences_find(silences, alert, at) == NULL) {
			n_loud[alert->severity]++;
		}
	}
	return memcmp(n_loud, list->n_loud, sizeof(n_loud)) != 0;
}

static void
hand_out(struct publish *publish, struct snapshot *snapshot)
{
	struct snapshot *old = publish->newest;

	(void)pthread_mutex_lock(&publish->lock);
	publish->newest = snapshot;
	(void)pthread_mutex_unlock(&publish->lock);
	alert_list_unref(&old->public);
	if (publish->setup.published != NULL) {
		publish->setup.published(publish->setup.arg, &snapshot->public);
	}
}

static void
publish_now(struct publish *publish, const struct engine *engine,
    const struct silences *silences, uint32_t n_evaluated)
{
	struct snapshot *snapshot = make(publish, engine, silences);

	if (snapshot == NULL) {
		return;
	}
	snapshot->public.n_evaluated = n_evaluated;
	publish->n_changes = engine->episodes.n_changes;
	publish->n_conditions = engine->conditions.n;
	publish->inventory = engine->config->inventory;
	publish->published = clock_mono(engine->clock);
	hand_out(publish, snapshot);
}

/* How long after the last one the next may come; 0: nothing has changed. */
static int64_t
spacing_of(struct publish *publish, const struct engine *engine,
    const struct silences *silences, struct mono now)
{
	int64_t spacing = SPACING_NS + (int64_t)publish->newest->public.n *
	    (NS_PER_S / ITEMS_PER_S);

	if (publish->n_changes != engine->episodes.n_changes ||
	    publish->inventory != engine->config->inventory ||
	    silences_changed(publish, silences, now, clock_wall(engine->clock))) {
		return spacing;
	}
	if (publish->n_conditions != engine->conditions.n) {
		return spacing > PENDING_NS ? spacing : PENDING_NS;
	}
	return 0;
}

struct mono
publish_step(struct publish *publish, const struct engine *engine, uint32_t n_evaluated)
{
	struct mono now = clock_mono(engine->clock), next = { INT64_MAX };
	const struct silences *silences = state_silences(publish->setup.state);
	int64_t spacing = spacing_of(publish, engine, silences, now);
	bool is_first = publish->published.ns == 0;

	if (spacing > 0 && !is_first && now.ns < publish->published.ns + spacing) {
		next.ns = publish->published.ns + spacing;
	} else if (spacing > 0 && outbox_waiting(engine->episodes.outbox) > 0 &&
	    !is_first && now.ns < publish->published.ns + spacing + DISK_NS) {
		next.ns = now.ns + SPACING_NS / 10;
	} else if (spacing > 0) {
		publish_now(publish, engine, silences, n_evaluated);
	}
	if (silences->n > 0 && publish->silences_at.ns < next.ns) {
		next.ns = publish->silences_at.ns;
	}
	silences_unref(silences);
	return next;
}
