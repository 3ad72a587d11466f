/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A view is made after each closed slot and, because "live" falls by itself
 * when nothing comes, also on a timer: every half interval but at least every
 * 5 s, and whenever the wall grid of slots advances, for that is when a stamp
 * grows older than three intervals.
 */
#include <config.h>

#include "capacity/capacity.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "capacity/figures.h"
#include "capacity/frames.h"
#include "capacity/history.h"
#include "capacity/inrange.h"
#include "capacity/kpi.h"
#include "capacity/outlook.h"
#include "capacity/places.h"
#include "capacity/stocktake.h"
#include "capacity/target.h"
#include "capacity/window.h"
#include "state/reserve.h"

#define PUBLISH_NS (5 * NS_PER_S)
/* The two clocks drift: be surely past the start of the slot. */
#define PAST_GRID_NS NS_PER_MS
#define SAVE_NS (300 * NS_PER_S)
/* Evidence is written down in pieces of about a millisecond, the next a while
 * later: polls that end meanwhile do not wait for a province of racks. */
#define SAVE_RACKS 1000
#define SAVE_PAUSE_NS (5 * NS_PER_MS)
/* Today's row follows the counts no more often than this. */
#define DAILY_NS (60 * NS_PER_S)
#define SETTLE_MAX_NS (600 * NS_PER_S)

struct rows {
	struct evidence_row *items;
	size_t n, size;
};

struct capacity {
	struct capacity_setup setup;
	/* FLOW's own */
	const struct config *config;       /* in force; NULL: none yet */
	const struct rollup *rollup;       /* of the last closed slot, or NULL */
	struct window window;
	struct inrange inrange;
	const struct figures *figures;     /* of that rollup; NULL: to be made */
	struct frames *frames;
	struct wall framed;                /* slot that they were last given */
	struct rows loaded;                /* saved evidence, until the first config */
	struct history history;
	struct outlook *outlook;           /* the last one made, or NULL */
	struct stocktake stocktake;
	uint64_t number;
	bool dirty;                        /* something is to be published */
	struct mono settled;               /* no daily row before it */
	struct mono next_publish, next_save, next_daily;
	struct window_save saving;         /* rows NULL: none under way */
	struct mono next_piece;            /* of it */
	struct daily daily;                /* last one written; day 0: none */
	/* shared */
	pthread_mutex_t lock;              /* of the three below */
	const struct view *view;           /* newest */
	struct daily *days;                /* handed over, not yet taken */
	size_t n_days;
};

static void
keep_row(void *arg, const struct evidence_row *row)
{
	struct rows *rows = arg;

	if (rows->n == rows->size) {
		size_t size = rows->size == 0 ? 1024 : rows->size * 2;
		struct evidence_row *items = realloc(rows->items,
		    size * sizeof(items[0]));

		if (items == NULL) {
			return;
		}
		rows->items = items;
		rows->size = size;
	}
	rows->items[rows->n++] = *row;
}

struct capacity *
capacity_new(const struct capacity_setup *setup)
{
	struct capacity *capacity = calloc(1, sizeof(*capacity));

	if (capacity == NULL) {
		return NULL;
	}
	capacity->setup = *setup;
	window_init(&capacity->window);
	inrange_init(&capacity->inrange);
	pthread_mutex_init(&capacity->lock, NULL);
	capacity->frames = frames_new();
	if (capacity->frames == NULL) {
		capacity_free(capacity);
		return NULL;
	}
	if (setup->state != NULL) {
		state_load_evidence(setup->state, keep_row, &capacity->loaded);
	}
	return capacity;
}

/* Goes on with what is begun. */
static void
save_some(struct capacity *capacity, uint32_t n_racks)
{
	struct window_save *saving = &capacity->saving;

	if (window_save_some(saving, &capacity->window, capacity->config->inventory,
	    n_racks)) {
		state_put_evidence(capacity->setup.state, saving->rows, saving->n);
		saving->rows = NULL;
	}
}

static void
save_stop(struct capacity *capacity)
{
	free(capacity->saving.rows);
	capacity->saving.rows = NULL;
}

static void
save_begin(struct capacity *capacity)
{
	save_stop(capacity);
	if (capacity->setup.state != NULL && capacity->config != NULL) {
		(void)window_save_begin(&capacity->saving, &capacity->window);
	}
}

void
capacity_free(struct capacity *capacity)
{
	if (capacity == NULL) {
		return;
	}
	save_begin(capacity);
	if (capacity->saving.rows != NULL) {
		save_some(capacity, UINT32_MAX);
	}
	view_unref(capacity->view);
	rollup_unref(capacity->rollup);
	if (capacity->config != NULL) {
		config_unref(capacity->config);
	}
	figures_unref(capacity->figures);
	inrange_done(&capacity->inrange);
	frames_free(capacity->frames);
	window_done(&capacity->window);
	history_done(&capacity->history);
	outlook_unref(capacity->outlook);
	stocktake_done(&capacity->stocktake);
	pthread_mutex_destroy(&capacity->lock);
	free(capacity->loaded.items);
	free(capacity->days);
	free(capacity);
}

void
capacity_latest(struct capacity *capacity, const struct latest *latest)
{
	capacity->stocktake.latest = latest;
}

void
capacity_history(struct capacity *capacity, const struct daily *days, size_t n_days)
{
	struct daily *copy = malloc((n_days + 1) * sizeof(copy[0]));

	if (copy == NULL) {
		return;
	}
	if (n_days > 0) {
		memcpy(copy, days, n_days * sizeof(copy[0]));
	}
	pthread_mutex_lock(&capacity->lock);
	free(capacity->days);
	capacity->days = copy;
	capacity->n_days = n_days;
	pthread_mutex_unlock(&capacity->lock);
}

/*
 * Evidence needs its time: what is counted sooner after a start would be
 * written down as a day on which nothing was proven.
 */
static void
start(struct capacity *capacity, const struct settings *settings)
{
	struct mono now = clock_mono(capacity->setup.clock);
	int64_t wait_ns = settings->min_live_ns + settings->interval_ns;

	capacity->next_save.ns = now.ns + SAVE_NS;
	capacity->settled.ns = now.ns +
	    (wait_ns < SETTLE_MAX_NS ? wait_ns : SETTLE_MAX_NS);
}

static void
drop_figures(struct capacity *capacity)
{
	figures_unref(capacity->figures);
	capacity->figures = NULL;
}

void
capacity_config(void *arg, const struct config *config)
{
	struct capacity *capacity = arg;
	struct wall now = clock_wall(capacity->setup.clock);

	if (capacity->saving.rows != NULL) {
		/* its numbers were of other racks: once more from the start */
		save_stop(capacity);
		capacity->next_save = clock_mono(capacity->setup.clock);
	}
	window_advance(&capacity->window, now);
	if (window_apply(&capacity->window, config) < 0) {
		LOG_ERROR("capacity", NULL, NULL, "no memory for the evidence of %u racks",
		    config->inventory->n_racks);
	}
	if (capacity->loaded.items != NULL) {
		(void)window_load(&capacity->window, config->inventory,
		    capacity->loaded.items, capacity->loaded.n);
		free(capacity->loaded.items);
		memset(&capacity->loaded, 0, sizeof(capacity->loaded));
	}
	if (capacity->config != NULL) {
		config_unref(capacity->config);
	} else {
		start(capacity, &config->settings);
	}
	if (inrange_apply(&capacity->inrange, config->inventory) < 0 ||
	    frames_reserve(capacity->frames, config->inventory->n_racks) < 0) {
		LOG_ERROR("capacity", NULL, NULL, "no memory for the air of %u racks",
		    config->inventory->n_racks);
	}
	drop_figures(capacity);
	capacity->config = config_ref(config);
	capacity->next_daily.ns = 0;
	capacity->dirty = true;
}

void
capacity_closed(void *arg, const struct rollup *rollup)
{
	struct capacity *capacity = arg;

	window_advance(&capacity->window, clock_wall(capacity->setup.clock));
	window_credit(&capacity->window, rollup);
	inrange_credit(&capacity->inrange, rollup);
	drop_figures(capacity);
	rollup_unref(capacity->rollup);
	capacity->rollup = rollup_ref(rollup);
	capacity->dirty = true;
}

void
capacity_good(void *arg, uint32_t rack, struct wall slot)
{
	struct capacity *capacity = arg;

	window_good(&capacity->window, rack, slot);
}

static void
judge_racks(const struct capacity *capacity, struct view_draft *draft)
{
	const struct config *config = capacity->config;
	const struct rollup *rollup = capacity->rollup;
	const struct inventory *inventory = config->inventory;
	uint32_t n_slots = rollup == NULL ? 0 : rollup->inventory->n_racks;

	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		struct rack_view *view = &draft->racks[r];

		if (inventory->racks[r] == NULL) {
			continue;
		}
		window_judge(&capacity->window, inventory->racks[r],
		    &config->settings, view);
		view->live = inventory->racks[r]->n_devices > 0 &&
		    window_live(view, draft->view->as_of,
		    config->settings.interval_ns);
		if (r < n_slots) {
			view->slot = rollup->racks[r];
		}
	}
}

/* Index of the province, which config keeps as the only one of its kind. */
static const struct place_view *
province_of(const struct view *view)
{
	const struct inventory *inventory = view->config->inventory;

	for (uint32_t i = 0; i < inventory->n_places[ENTITY_PROVINCE]; i++) {
		if (inventory->places[ENTITY_PROVINCE][i] != NULL) {
			return &view->places[ENTITY_PROVINCE][i];
		}
	}
	return NULL;
}

static bool
same_daily(const struct daily *a, const struct daily *b)
{
	return a->day == b->day && a->declared == b->declared &&
	    a->verified == b->verified && a->planned == b->planned &&
	    a->standard == b->standard;
}

/* Once a day, and with the first row of a run. */
static void
put_places(struct capacity *capacity, const struct view *view, int32_t day)
{
	struct daily_place *rows;
	size_t n = 0;

	if (capacity->setup.state == NULL) {
		return;
	}
	rows = places_count(view, &n);
	if (rows != NULL) {
		state_put_places(capacity->setup.state, day, rows, n);
	}
}

/*
 * Writes the counts of today; when the day has changed, also those that the
 * old one ended with.
 */
static void
put_daily(struct capacity *capacity, const struct view *view, int32_t today,
    struct mono now)
{
	const struct place_view *province = province_of(view);
	struct daily daily = { .day = capacity->daily.day,
	    .declared = province->n_declared,
	    .verified = province->n_evidence[EVIDENCE_VERIFIED],
	    .planned = province->n_planned,
	    .standard = (int64_t)province->standard_declared };
	bool turned = daily.day != 0 && daily.day != today;

	if (now.ns < capacity->settled.ns ||
	    (!turned && now.ns < capacity->next_daily.ns)) {
		return;
	}
	capacity->next_daily.ns = now.ns + DAILY_NS;
	if (turned || daily.day == 0) {
		put_places(capacity, view, turned ? daily.day : today);
	}
	if (turned) {
		(void)history_put(&capacity->history, &daily);
		if (capacity->setup.state != NULL) {
			state_put_daily(capacity->setup.state, &daily);
		}
	}
	daily.day = today;
	if (same_daily(&daily, &capacity->daily)) {
		return;
	}
	capacity->daily = daily;
	(void)history_put(&capacity->history, &daily);
	if (capacity->setup.state != NULL) {
		state_put_daily(capacity->setup.state, &daily);
	}
}

static void
take_history(struct capacity *capacity)
{
	struct daily *days;
	size_t n;

	pthread_mutex_lock(&capacity->lock);
	days = capacity->days;
	n = capacity->n_days;
	capacity->days = NULL;
	pthread_mutex_unlock(&capacity->lock);
	if (days == NULL) {
		return;
	}
	(void)history_set(&capacity->history, days, n);
	free(days);
	if (capacity->daily.day != 0) {
		(void)history_put(&capacity->history, &capacity->daily);
	}
}

/* Once a day, and when what it is made of changes. */
static void
look_out(struct capacity *capacity, struct view *view, const struct place_view *province,
    int32_t today)
{
	const struct outlook_counts counts = { province->n_declared,
	    floor(province->standard_declared) };
	struct outlook *outlook = outlook_make(capacity->outlook, capacity->config, &counts,
	    &capacity->history, today);

	if (outlook != NULL) {
		outlook_unref(capacity->outlook);
		capacity->outlook = outlook;
	}
	view->outlook = outlook_ref(outlook);
}

static void
judge_targets(struct capacity *capacity, struct view_draft *draft, struct mono now)
{
	const struct settings *settings = &capacity->config->settings;
	const struct place_view *province = province_of(draft->view);
	int32_t today = clock_day(settings->timezone, draft->view->as_of);

	if (province == NULL) {
		return;
	}
	put_daily(capacity, draft->view, today, now);
	look_out(capacity, draft->view, province, today);
	for (size_t i = 0; i < settings->n_targets; i++) {
		const struct outlook *outlook = draft->view->outlook;

		draft->targets[i] = target_judge(&settings->targets[i], province,
		    &capacity->history, outlook != NULL ? &outlook->targets[i] : NULL,
		    today);
	}
}

/* The earlier of the timer and the next start of a slot. */
static struct mono
next_publication(const struct capacity *capacity, struct wall as_of, struct mono now)
{
	int64_t interval_ns = capacity->config->settings.interval_ns;
	int64_t after_ns = interval_ns / 2 < PUBLISH_NS ? interval_ns / 2 : PUBLISH_NS;
	int64_t grid_ns = interval_ns - as_of.ns % interval_ns + PAST_GRID_NS;

	return (struct mono){ now.ns + (grid_ns < after_ns ? grid_ns : after_ns) };
}

/* Once per slot and configuration, whatever is published meanwhile. */
static void
make_figures(struct capacity *capacity)
{
	const struct rollup *rollup = capacity->rollup;

	if (capacity->figures != NULL) {
		return;
	}
	capacity->figures = figures_new(capacity->config->inventory, rollup,
	    &capacity->inrange);
	if (capacity->figures != NULL && rollup != NULL &&
	    rollup->slot.ns != capacity->framed.ns) {
		frames_credit(capacity->frames, rollup, capacity->figures);
		capacity->framed = rollup->slot;
	}
}

static void
take_stock(struct capacity *capacity, struct view_draft *draft)
{
	const struct reservations *reserved = capacity->setup.state == NULL ? NULL :
	    state_reservations(capacity->setup.state);

	stocktake_run(&capacity->stocktake, draft, reserved);
	reservations_unref(reserved);
}

static void
publish(struct capacity *capacity, struct mono now)
{
	const struct view *old;
	struct view_draft draft;

	if (view_new(capacity->config, capacity->rollup, &draft) < 0) {
		LOG_ERROR("capacity", NULL, NULL, "no memory for a new view");
		capacity->next_publish.ns = now.ns + NS_PER_S;
		return;
	}
	draft.view->as_of = clock_wall(capacity->setup.clock);
	draft.view->number = ++capacity->number;
	if (capacity->setup.past != NULL) {
		draft.view->past = capacity->setup.past(capacity->setup.past_arg);
	}
	capacity->next_publish = next_publication(capacity, draft.view->as_of, now);
	window_advance(&capacity->window, draft.view->as_of);
	take_history(capacity);
	make_figures(capacity);
	draft.view->figures = figures_ref(capacity->figures);
	judge_racks(capacity, &draft);
	kpi_places(&draft);
	take_stock(capacity, &draft);
	judge_targets(capacity, &draft, now);
	pthread_mutex_lock(&capacity->lock);
	old = capacity->view;
	capacity->view = draft.view;
	pthread_mutex_unlock(&capacity->lock);
	view_unref(old);
	capacity->dirty = false;
	if (capacity->setup.published != NULL) {
		capacity->setup.published(capacity->setup.published_arg, draft.view);
	}
}

struct mono
capacity_step(void *arg)
{
	struct capacity *capacity = arg;
	struct mono now = clock_mono(capacity->setup.clock);

	if (capacity->config == NULL) {
		return (struct mono){ INT64_MAX };
	}
	if (capacity->dirty || now.ns >= capacity->next_publish.ns) {
		publish(capacity, now);
	}
	if (now.ns >= capacity->next_save.ns) {
		save_begin(capacity);
		capacity->next_save.ns = now.ns + SAVE_NS;
	}
	if (capacity->saving.rows != NULL && now.ns >= capacity->next_piece.ns) {
		save_some(capacity, SAVE_RACKS);
		capacity->next_piece.ns = now.ns + SAVE_PAUSE_NS;
	}
	return capacity->saving.rows != NULL &&
	    capacity->next_piece.ns < capacity->next_publish.ns ?
	    capacity->next_piece : capacity->next_publish;
}

struct frames *
capacity_frames(struct capacity *capacity)
{
	return capacity->frames;
}

const struct view *
capacity_view(struct capacity *capacity)
{
	const struct view *view;

	pthread_mutex_lock(&capacity->lock);
	view = view_ref(capacity->view);
	pthread_mutex_unlock(&capacity->lock);
	return view;
}
