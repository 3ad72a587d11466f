/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The evidence of one rack as text, so that a restart does not lose a day:
 *
 *     1 900000 1795300000000 1994778 430,430,0,430 900,900,0,900*94 0
 *
 * version, bucket width in ms, last good sample in ms since the epoch, number
 * of the newest bucket, then buckets backwards: good,power,below,voltage in
 * seconds, *n for n equal ones, 0 for an empty one.  A rack too restless for
 * the room of a row is saved in buckets of twice the width, and so on.
 */
#include <config.h>

#include "capacity/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

struct spread { uint64_t good_s, power_s, below_s, voltage_s; };

/* ---- saving ---------------------------------------------------------------- */

static void
cell_add(struct spread *to, const struct window_cell *cell)
{
	to->good_s += cell->good_s;
	to->power_s += cell->power_s;
	to->below_s += cell->below_s;
	to->voltage_s += cell->voltage_s;
}

/* Sums a rack's buckets by factor, newest first; returns how many there are. */
static uint32_t
merge(const struct window *window, uint32_t rack, int64_t factor,
    struct spread *merged)
{
	int64_t newest = window->newest / factor;
	uint32_t n = 0;

	memset(merged, 0, (WINDOW_BUCKETS + 1) * sizeof(merged[0]));
	for (int64_t i = 0; i < WINDOW_BUCKETS; i++) {
		int64_t number = window->newest - i;
		const struct window_cell *cell;

		cell = &window->cells[number % WINDOW_BUCKETS][rack];
		if (cell->good_s > 0) {
			n = (uint32_t)(newest - number / factor) + 1;
			cell_add(&merged[n - 1], cell);
		}
	}
	return n;
}

static bool
same(const struct spread *a, const struct spread *b)
{
	return a->good_s == b->good_s && a->power_s == b->power_s &&
	    a->below_s == b->below_s && a->voltage_s == b->voltage_s;
}

/* Returns the length of the run's text, which may exceed size. */
static size_t
write_run(char *to, size_t size, const struct spread *cell, uint32_t n)
{
	char times[16] = "";

	if (n > 1) {
		(void)str_format(times, sizeof(times), "*%u", n);
	}
	if (cell->good_s == 0) {
		return str_format(to, size, " 0%s", times);
	}
	return str_format(to, size, " %llu,%llu,%llu,%llu%s",
	    (unsigned long long)cell->good_s, (unsigned long long)cell->power_s,
	    (unsigned long long)cell->below_s,
	    (unsigned long long)cell->voltage_s, times);
}

/* Returns false when the text does not fit. */
static bool
write_row(const struct window *window, uint32_t rack, int64_t factor,
    struct evidence_row *row)
{
	struct spread merged[WINDOW_BUCKETS + 1];
	uint32_t n = merge(window, rack, factor, merged);
	size_t at, size = sizeof(row->text);

	at = str_format(row->text, size, "1 %lld %lld %lld",
	    (long long)(window->width_ns * factor / NS_PER_MS),
	    (long long)(window->last_good[rack].ns / NS_PER_MS),
	    (long long)(window->newest / factor));
	for (uint32_t i = 0, run; i < n; i += run) {
		run = 1;
		while (i + run < n && same(&merged[i], &merged[i + run])) {
			run++;
		}
		if (at >= size) {
			return false;
		}
		at += write_run(row->text + at, size - at, &merged[i], run);
	}
	return at < size;
}

bool
window_save_begin(struct window_save *save, const struct window *window)
{
	memset(save, 0, sizeof(*save));
	if (window->n_racks > 0 && window->newest != 0) {
		save->rows = malloc(window->n_racks * sizeof(save->rows[0]));
	}
	return save->rows != NULL;
}

bool
window_save_some(struct window_save *save, const struct window *window,
    const struct inventory *inventory, uint32_t n_racks)
{
	uint32_t end = window->n_racks - save->next > n_racks ?
	    save->next + n_racks : window->n_racks;

	for (; save->next < end; save->next++) {
		uint32_t r = save->next;
		const struct rack *rack = r < inventory->n_racks ?
		    inventory->racks[r] : NULL;
		struct evidence_row *row = &save->rows[save->n];
		int64_t factor = 1;

		if (rack == NULL || window->last_good[r].ns == 0) {
			continue;
		}
		(void)str_copy(row->rack, sizeof(row->rack), rack->id);
		while (!write_row(window, r, factor, row) && factor < 128) {
			factor *= 2;
		}
		save->n++;
	}
	return save->next == window->n_racks;
}

struct evidence_row *
window_save(const struct window *window, const struct inventory *inventory,
    size_t *ret_n)
{
	struct window_save save;

	if (window_save_begin(&save, window)) {
		(void)window_save_some(&save, window, inventory, UINT32_MAX);
	}
	*ret_n = save.n;
	return save.rows;
}

/* ---- loading --------------------------------------------------------------- */

/* Reads a decimal number up to max and steps over it. */
static bool
read_number(const char **at, uint64_t max, uint64_t *ret_value)
{
	const char *p = *at;
	uint64_t value = 0;

	if (*p < '0' || *p > '9') {
		return false;
	}
	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (uint64_t)(*p - '0');
		if (value > max) {
			return false;
		}
	}
	*at = p;
	*ret_value = value;
	return true;
}

static bool
read_char(const char **at, char wanted)
{
	if (**at != wanted) {
		return false;
	}
	(*at)++;
	return true;
}

static bool
read_run(const char **at, struct spread *cell, uint64_t *ret_n)
{
	const uint64_t max = UINT16_MAX * (uint64_t)128;

	memset(cell, 0, sizeof(*cell));
	if (!read_char(at, ' ') || !read_number(at, max, &cell->good_s)) {
		return false;
	}
	if (cell->good_s > 0 && !(read_char(at, ',') &&
	    read_number(at, max, &cell->power_s) && read_char(at, ',') &&
	    read_number(at, max, &cell->below_s) && read_char(at, ',') &&
	    read_number(at, max, &cell->voltage_s))) {
		return false;
	}
	*ret_n = 1;
	return !read_char(at, '*') || read_number(at, WINDOW_BUCKETS, ret_n);
}

static uint32_t
add_share(uint16_t *cell, uint64_t seconds, double share)
{
	uint64_t part = (uint64_t)((double)seconds * share + 0.5);
	uint64_t room = UINT16_MAX - *cell;

	part = part < room ? part : room;
	*cell = (uint16_t)(*cell + part);
	return (uint32_t)part;
}

/* Spreads a saved bucket [from, from + width) over the window's own. */
static void
spread_cell(struct window *window, uint32_t rack, int64_t from_ns,
    int64_t width_ns, const struct spread *saved)
{
	struct window_total *total = &window->totals[rack];
	int64_t first = from_ns / window->width_ns;
	int64_t last = (from_ns + width_ns - 1) / window->width_ns;

	for (int64_t number = first; number <= last; number++) {
		int64_t low = number * window->width_ns;
		int64_t high = low + window->width_ns;
		struct window_cell *cell;
		double share;

		if (number <= window->newest - WINDOW_BUCKETS || number > window->newest) {
			continue;
		}
		low = low > from_ns ? low : from_ns;
		high = high < from_ns + width_ns ? high : from_ns + width_ns;
		share = (double)(high - low) / (double)width_ns;
		cell = &window->cells[number % WINDOW_BUCKETS][rack];
		total->good_s += add_share(&cell->good_s, saved->good_s, share);
		total->power_s += add_share(&cell->power_s, saved->power_s, share);
		total->below_s += add_share(&cell->below_s, saved->below_s, share);
		total->voltage_s += add_share(&cell->voltage_s, saved->voltage_s, share);
	}
}

static bool
load_row(struct window *window, uint32_t rack, const char *text)
{
	uint64_t version, width_ms, good_ms, number, n;
	const char *at = text;
	struct spread saved;
	int64_t width_ns;

	if (!read_number(&at, 1, &version) || version != 1 || !read_char(&at, ' ') ||
	    !read_number(&at, INT64_C(1) << 40, &width_ms) || width_ms == 0 ||
	    !read_char(&at, ' ') ||
	    !read_number(&at, INT64_C(1) << 43, &good_ms) || !read_char(&at, ' ') ||
	    !read_number(&at, (uint64_t)(INT64_MAX / NS_PER_MS) / width_ms - 1,
	    &number)) {
		return false;
	}
	width_ns = (int64_t)width_ms * NS_PER_MS;
	window_good(window, rack, (struct wall){ (int64_t)good_ms * NS_PER_MS });
	while (*at != '\0') {
		if (!read_run(&at, &saved, &n) || n > number) {
			return false;
		}
		for (; n > 0; n--, number--) {
			spread_cell(window, rack, (int64_t)number * width_ns, width_ns,
			    &saved);
		}
	}
	return true;
}

/* ---- whose row it is ----------------------------------------------------------- */

static int
by_was(const void *a, const void *b)
{
	const struct rack *const *x = a, *const *y = b;

	return strcmp((*x)->was, (*y)->was);
}

/* The racks that were renamed, by their former ids. */
struct renamed {
	const struct rack **racks;
	size_t n;
};

static void
renamed_find(const struct inventory *inventory, struct renamed *renamed)
{
	size_t n = 0;

	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		n += inventory->racks[r] != NULL && inventory->racks[r]->was != NULL;
	}
	*renamed = (struct renamed){ .racks = calloc(n + 1, sizeof(renamed->racks[0])) };
	for (uint32_t r = 0; renamed->racks != NULL && r < inventory->n_racks; r++) {
		if (inventory->racks[r] != NULL && inventory->racks[r]->was != NULL) {
			renamed->racks[renamed->n++] = inventory->racks[r];
		}
	}
	if (renamed->n > 0) {
		qsort(renamed->racks, renamed->n, sizeof(renamed->racks[0]), by_was);
	}
}

/* By its id, or by the one it had when the row was saved. */
static const struct rack *
rack_of(const struct inventory *inventory, const struct renamed *renamed,
    const char *id)
{
	const struct rack *rack = inventory_rack(inventory, id);
	const struct rack key = { .was = id }, *at = &key, **found;

	if (rack != NULL || renamed->n == 0) {
		return rack;
	}
	found = bsearch(&at, renamed->racks, renamed->n, sizeof(renamed->racks[0]),
	    by_was);
	return found != NULL ? *found : NULL;
}

size_t
window_load(struct window *window, const struct inventory *inventory,
    const struct evidence_row *rows, size_t n_rows)
{
	struct renamed renamed;
	size_t n = 0;

	renamed_find(inventory, &renamed);
	for (size_t i = 0; i < n_rows && window->newest != 0; i++) {
		const struct rack *rack = rack_of(inventory, &renamed, rows[i].rack);

		if (rack != NULL && rack->index < window->n_racks &&
		    load_row(window, rack->index, rows[i].text)) {
			n++;
		}
	}
	free(renamed.racks);
	return n;
}
