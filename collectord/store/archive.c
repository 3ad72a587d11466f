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
#include <sys/statvfs.h>

#include "base/err.h"

#define MINUTE 60u
#define HOUR 3600u
#define DAY 86400u
#define ROWS_BASE_MAX 2880u

/* Sources expected of what has not been polled yet. */
#define DS_PER_DEVICE 12u
#define DS_PER_PLACE 4u
/* Room that is left to others when the check is made, in percent. */
#define RESERVE_PCT 2u

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

static uint64_t
need_of(const struct config *config, enum store_class chosen, uint64_t *ret_files)
{
	const struct inventory *inventory = config->inventory;
	uint32_t step_s = archive_step(config);
	struct archive_plan plan;
	uint64_t bytes = 0, files = 0;

	archive_plan(archive_class_of(ENTITY_RACK, chosen), step_s, &plan);
	for (uint32_t i = 0; i < inventory->n_racks; i++) {
		const struct rack *rack = inventory->racks[i];

		if (rack != NULL && rack->n_devices > 0) {
			bytes += archive_file_bytes(&plan,
			    rack->n_devices * DS_PER_DEVICE + DS_PER_PLACE);
			files++;
		}
	}
	for (uint32_t i = 0; i < inventory->n_devices; i++) {
		const struct device *device = inventory->devices[i];

		if (device != NULL && device->rack == INVENTORY_NONE) {
			bytes += archive_file_bytes(&plan, DS_PER_DEVICE);
			files++;
		}
	}
	for (int kind = 0; kind < ENTITY_PLACE_N; kind++) {
		archive_plan(archive_class_of((enum entity_kind)kind, chosen), step_s, &plan);
		for (uint32_t i = 0; i < inventory->n_places[kind]; i++) {
			if (inventory->places[kind][i] != NULL) {
				bytes += archive_file_bytes(&plan, DS_PER_PLACE);
				files++;
			}
		}
	}
	*ret_files = files;
	return bytes;
}

#define GB(bytes) ((double)(bytes) / 1e9)

int
archive_check(const struct config *config, const char *dir, uint64_t have_bytes,
    struct archive_need *ret_need, struct col_error *error)
{
	enum store_class chosen = config->settings.store_class;
	struct statvfs fs;
	uint64_t room, lean, files;
	struct archive_need need;

	if (statvfs(dir, &fs) != 0) {
		return err_errno(error, COL_EIO, "%s", dir);
	}
	need.need_bytes = need_of(config, chosen, &need.files);
	need.free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
	*ret_need = need;
	room = need.free_bytes / 100 * (100 - RESERVE_PCT) + have_bytes;
	if (need.need_bytes <= room) {
		return 0;
	}
	lean = need_of(config, STORE_LEAN, &files);
	return err_set(error, COL_EFULL, "%s: %llu files of class '%s' need %.1f GB, "
	    "the disk has room for %.1f GB; class 'lean' needs %.1f GB: %s", dir,
	    (unsigned long long)need.files, archive_class_text(archive_class_of(
	    ENTITY_RACK, chosen)), GB(need.need_bytes), GB(room), GB(lean),
	    lean <= room ? "set store: {archives: lean}" : "give the store a larger disk");
}
