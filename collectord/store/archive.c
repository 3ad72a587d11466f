/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The archives of each class are a table of spans; the poll interval turns
 * spans into rows.  At another interval than a minute the first archive has
 * rows of that interval, over the class's first span but no more than
 * ROWS_BASE_MAX of them; the table's own steps follow where they are coarser.
 */
#include <config.h>

#include "store/archive.h"

#include <assert.h>

#define MINUTE 60u
#define HOUR 3600u
#define DAY 86400u
#define ROWS_BASE_MAX 2880u

struct span { uint32_t step_s, span_s; bool has_max; };

/* Source: DESIGN.md 4.7.  8 h because three rows make a local day. */
static const struct span SPANS[ARCHIVE_CLASS_N][4] = {
	[ARCHIVE_STANDARD] = {
		{ MINUTE, DAY, false },
		{ 5 * MINUTE, 7 * DAY, false },
		{ HOUR, 90 * DAY, false },
		{ 8 * HOUR, 730 * DAY, false },
	},
	[ARCHIVE_LEAN] = {
		{ MINUTE, 6 * HOUR, false },
		{ 15 * MINUTE, 4 * DAY, false },
		{ HOUR, 30 * DAY, false },
		{ 8 * HOUR, 365 * DAY, false },
	},
	[ARCHIVE_LONG] = {
		{ MINUTE, 2 * DAY, false },
		{ 5 * MINUTE, 14 * DAY, false },
		{ HOUR, 730 * DAY, true },
		{ 8 * HOUR, 3650 * DAY, true },
	},
};

static void
add(struct archive_plan *plan, uint32_t step_s, uint32_t span_s, bool has_max)
{
	assert(plan->n_archives < ARCHIVE_MAX);
	plan->archives[plan->n_archives++] = (struct archive){ step_s,
	    (span_s + step_s - 1) / step_s, has_max };
}

void
archive_plan(enum archive_class class, uint32_t step_s, struct archive_plan *ret_plan)
{
	const struct span *spans = SPANS[class];
	uint32_t base_span_s = spans[0].span_s;
	struct archive_plan plan = { .step_s = step_s };

	if (base_span_s / step_s > ROWS_BASE_MAX) {
		base_span_s = ROWS_BASE_MAX * step_s;
	}
	if (base_span_s < step_s) {
		base_span_s = step_s;
	}
	add(&plan, step_s, base_span_s, false);
	for (unsigned i = 0; i < 4; i++) {
		/* a row holds whole slots */
		uint32_t rounded = (spans[i].step_s + step_s - 1) / step_s * step_s;
		const struct archive *last = &plan.archives[plan.n_archives - 1];

		if (rounded > last->step_s &&
		    spans[i].span_s > (uint64_t)last->step_s * last->rows) {
			add(&plan, rounded, spans[i].span_s, spans[i].has_max);
		}
	}
	*ret_plan = plan;
}

/* Source: storage.md A1, confirmed by header_size of rrd_info. */
uint64_t
archive_file_bytes(const struct archive_plan *plan, unsigned n_ds)
{
	uint64_t rows = 0, n_rra = 0;

	for (unsigned i = 0; i < plan->n_archives; i++) {
		unsigned n = plan->archives[i].has_max ? 2 : 1;

		n_rra += n;
		rows += (uint64_t)n * plan->archives[i].rows;
	}
	return 128 + 120 * (uint64_t)n_ds + 120 * n_rra + 16 + 112 * (uint64_t)n_ds +
	    80 * n_ds * n_rra + 8 * n_rra + 8 * rows * n_ds;
}

const struct archive *
archive_pick(const struct archive_plan *plan, struct wall now, struct wall from)
{
	int64_t age_s = (now.ns - from.ns) / NS_PER_S;

	for (unsigned i = 0; i < plan->n_archives; i++) {
		const struct archive *archive = &plan->archives[i];

		if ((int64_t)archive->step_s * archive->rows >= age_s) {
			return archive;
		}
	}
	return &plan->archives[plan->n_archives - 1];
}

const char *
archive_class_text(enum archive_class class)
{
	static const char *const TEXTS[ARCHIVE_CLASS_N] = {
		[ARCHIVE_STANDARD] = "standard", [ARCHIVE_LEAN] = "lean",
		[ARCHIVE_LONG] = "long",
	};

	return TEXTS[class];
}

enum archive_class
archive_class_of(enum entity_kind kind, enum store_class chosen)
{
	if (kind <= ENTITY_HALL) {
		return ARCHIVE_LONG;
	}
	return chosen == STORE_LEAN ? ARCHIVE_LEAN : ARCHIVE_STANDARD;
}

uint32_t
archive_step(const struct config *config)
{
	int64_t step_s = config->settings.interval_ns / NS_PER_S;

	return step_s < 1 ? 1 : (uint32_t)step_s;
}
