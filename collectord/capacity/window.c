/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells are kept bucket by bucket, not rack by rack: crediting a slot and
 * expiring a bucket each walk one array from end to end, which is what makes
 * 90,000 racks a matter of a millisecond.  The totals follow every change.
 */
#include <config.h>

#include "capacity/window.h"

#include <stdlib.h>
#include <string.h>

#include "flow/latest.h"

/* A stamp this far ahead of now was left behind by a clock set back since. */
#define AHEAD_NS (60 * NS_PER_S)
#define WIDTH_UNIT_NS (WINDOW_BUCKETS * NS_PER_MS)

void
window_init(struct window *window)
{
	memset(window, 0, sizeof(*window));
}

void
window_done(struct window *window)
{
	for (unsigned b = 0; b < WINDOW_BUCKETS; b++) {
		free(window->cells[b]);
	}
	free(window->totals);
	free(window->last_good);
	window_init(window);
}

static int
grow(void *array, size_t size, uint32_t from, uint32_t to)
{
	void **at = array;
	char *grown = realloc(*at, (size_t)to * size);

	if (grown == NULL) {
		return COL_ENOMEM;
	}
	memset(grown + from * size, 0, (size_t)(to - from) * size);
	*at = grown;
	return 0;
}

static int
make_room(struct window *window, uint32_t n_racks)
{
	uint32_t from = window->n_racks;

	if (n_racks <= from) {
		return 0;
	}
	for (unsigned b = 0; b < WINDOW_BUCKETS; b++) {
		if (grow(&window->cells[b], sizeof(*window->cells[b]), from, n_racks) < 0) {
			return COL_ENOMEM;
		}
	}
	if (grow(&window->totals, sizeof(*window->totals), from, n_racks) < 0 ||
	    grow(&window->last_good, sizeof(*window->last_good), from, n_racks) < 0) {
		return COL_ENOMEM;
	}
	window->n_racks = n_racks;
	return 0;
}

static void
clear(struct window *window)
{
	for (unsigned b = 0; b < WINDOW_BUCKETS; b++) {
		memset(window->cells[b], 0, window->n_racks * sizeof(*window->cells[b]));
	}
	memset(window->totals, 0, window->n_racks * sizeof(*window->totals));
	window->newest = 0;
}

int
window_apply(struct window *window, const struct config *config)
{
	const struct settings *settings = &config->settings;
	struct evidence_row *rows = NULL;
	size_t n_rows = 0;

	if (window->window_ns != 0 && window->window_ns != settings->window_ns) {
		/* The way over the saved form spreads old buckets over new ones. */
		rows = window_save(window, config->inventory, &n_rows);
		clear(window);
	}
	window->window_ns = settings->window_ns;
	/* Whole milliseconds, rounded up: numbers of saved buckets stay exact. */
	window->width_ns = (settings->window_ns + WIDTH_UNIT_NS - 1) / WIDTH_UNIT_NS *
	    NS_PER_MS;
	window->min_power_w = settings->min_power_w;
	if (make_room(window, config->inventory->n_racks) < 0) {
		free(rows);
		return COL_ENOMEM;
	}
	window_advance(window, window->now);
	(void)window_load(window, config->inventory, rows, n_rows);
	free(rows);
	return 0;
}

/* Empties the place of a bucket and takes it out of the totals. */
static void
expire(struct window *window, int64_t bucket)
{
	struct window_cell *cells = window->cells[bucket % WINDOW_BUCKETS];

	for (uint32_t r = 0; r < window->n_racks; r++) {
		struct window_total *total = &window->totals[r];

		total->good_s -= cells[r].good_s;
		total->power_s -= cells[r].power_s;
		total->below_s -= cells[r].below_s;
		total->voltage_s -= cells[r].voltage_s;
	}
	memset(cells, 0, window->n_racks * sizeof(cells[0]));
}

void
window_advance(struct window *window, struct wall now)
{
	int64_t number;

	window->now = now;
	if (window->width_ns <= 0 || window->n_racks == 0) {
		return;
	}
	number = now.ns / window->width_ns;
	/* Silence, or a jump of the clock, longer than the window: begin anew. */
	if (window->newest == 0 || number - window->newest >= WINDOW_BUCKETS ||
	    window->newest - number >= WINDOW_BUCKETS) {
		clear(window);
		window->newest = number;
		window->last_slot.ns = 0;
	}
	while (window->newest < number) {
		expire(window, ++window->newest);
	}
}

static void
add16(uint16_t *cell, uint32_t *total, uint32_t seconds)
{
	uint32_t room = UINT16_MAX - *cell;

	seconds = seconds < room ? seconds : room;
	*cell = (uint16_t)(*cell + seconds);
	*total += seconds;
}

static void
credit_rack(struct window_cell *cell, struct window_total *total,
    const struct rack_slot *slot, double min_power_w, uint32_t seconds)
{
	if (slot->any_good) {
		add16(&cell->good_s, &total->good_s, seconds);
	}
	/* A partial sum is a lower bound: it proves, but never disproves. */
	if (slot->sum.n_power > 0 && slot->sum.power_w >= min_power_w) {
		add16(&cell->power_s, &total->power_s, seconds);
	} else if (slot->power_whole) {
		add16(&cell->below_s, &total->below_s, seconds);
	}
	if (slot->voltage_ok) {
		add16(&cell->voltage_s, &total->voltage_s, seconds);
	}
}

/* Hours that a clock repeats, once set back, are other hours of the rack. */
static bool
credited(const struct window *window, struct wall slot)
{
	return slot.ns <= window->last_slot.ns &&
	    window->last_slot.ns <= window->now.ns + AHEAD_NS;
}

void
window_credit(struct window *window, const struct rollup *rollup)
{
	int64_t seconds = (rollup->interval_ns + NS_PER_S / 2) / NS_PER_S;
	uint32_t n = rollup->inventory->n_racks;
	struct window_cell *cells;
	int64_t number;

	if (window->width_ns <= 0 || credited(window, rollup->slot)) {
		return;
	}
	/* After the clock was set back the same hour is not earned twice. */
	window->last_slot = rollup->slot;
	number = rollup->slot.ns / window->width_ns;
	if (number > window->newest || number <= window->newest - WINDOW_BUCKETS) {
		return;
	}
	cells = window->cells[number % WINDOW_BUCKETS];
	for (uint32_t r = 0; r < n && r < window->n_racks; r++) {
		if (!rollup->racks[r].any_good) {
			continue;
		}
		credit_rack(&cells[r], &window->totals[r], &rollup->racks[r],
		    window->min_power_w, (uint32_t)(seconds > 0 ? seconds : 1));
		window_good(window, r, rollup->slot);
	}
}

void
window_good(struct window *window, uint32_t rack, struct wall slot)
{
	if (rack < window->n_racks && (slot.ns > window->last_good[rack].ns ||
	    window->last_good[rack].ns > window->now.ns + AHEAD_NS)) {
		window->last_good[rack] = slot;
	}
}

/* Formula 19, by the rules of DESIGN.md 4.6: what the telemetry of a declared rack
 * that was heard says. */
static void
judge_heard(const struct settings *settings, enum rack_state state,
    struct rack_view *view)
{
	uint32_t min_live_s = (uint32_t)(settings->min_live_ns / NS_PER_S);
	bool in_use = state == RACK_IN_SERVICE || state == RACK_DECOMMISSIONING;

	if (in_use && view->power_s >= min_live_s) {
		view->evidence = EVIDENCE_VERIFIED;
		view->reason = REASON_POWER_SEEN;
		view->reason_s = view->power_s;
	} else if (in_use && view->below_s >= min_live_s) {
		view->evidence = EVIDENCE_CONTRADICTED;
		view->reason = REASON_BELOW_MIN_POWER;
		view->reason_s = view->below_s;
	} else if (!in_use && view->voltage_s >= min_live_s) {
		view->evidence = EVIDENCE_VERIFIED;
		view->reason = REASON_ENERGISED_EMPTY;
		view->reason_s = view->voltage_s;
	} else {
		view->evidence = EVIDENCE_STALE;
		view->reason = REASON_TOO_LITTLE;
		view->reason_s = in_use ? view->power_s + view->below_s :
		    view->voltage_s;
	}
}

void
window_judge(const struct window *window, const struct rack *rack,
    const struct settings *settings, struct rack_view *view)
{
	uint32_t min_live_s = (uint32_t)(settings->min_live_ns / NS_PER_S);

	if (rack->index < window->n_racks) {
		const struct window_total *total = &window->totals[rack->index];

		view->good_s = total->good_s;
		view->power_s = total->power_s;
		view->below_s = total->below_s;
		view->voltage_s = total->voltage_s;
		view->last_good = window->last_good[rack->index];
	}
	view->reason_s = 0;
	if (!rack_is_declared(rack->state)) {
		view->evidence = EVIDENCE_NONE;
		view->reason = REASON_NOT_DECLARED;
		view->discrepancy = view->power_s > 0 && view->power_s >= min_live_s;
	} else if (rack->n_devices == 0) {
		view->evidence = EVIDENCE_UNMONITORED;
		view->reason = REASON_NO_DEVICE;
	} else if (view->good_s == 0) {
		view->evidence = EVIDENCE_STALE;
		view->reason = REASON_NO_GOOD_SAMPLE;
	} else {
		judge_heard(settings, rack->state, view);
	}
}

bool
window_live(const struct rack_view *view, struct wall as_of, int64_t interval_ns)
{
	return latest_fresh(view->last_good, as_of, interval_ns) &&
	    view->last_good.ns <= as_of.ns + AHEAD_NS;
}
