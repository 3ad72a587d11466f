/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which archives (RRAs) a file gets, and what a file of them takes.
 *
 * Route: read by file creation, reads and the calculator.  Thread: any.
 * Source: DESIGN.md 4.7; storage.md A1 (size of a file).
 */
#ifndef STORE_ARCHIVE_H
#define STORE_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "config/config.h"

enum archive_class {
	ARCHIVE_STANDARD = 0, ARCHIVE_LEAN, ARCHIVE_LONG, ARCHIVE_CLASS_N
};

#define ARCHIVE_MAX 6

struct archive {
	uint32_t step_s;   /* of one row; a multiple of the plan's step */
	uint32_t rows;
	bool has_max;      /* a MAX archive stands beside the AVERAGE one */
};

/* Finest archive first; its rows are the interval itself. */
struct archive_plan {
	uint32_t step_s;
	uint32_t n_archives;
	struct archive archives[ARCHIVE_MAX];
};

/* Units: step_s >= 1, the poll interval. */
void archive_plan(enum archive_class class, uint32_t step_s,
    struct archive_plan *ret_plan);
/* Bytes of a file of n_ds sources. */
uint64_t archive_file_bytes(const struct archive_plan *plan, unsigned n_ds);
/* The finest archive that still holds from; the coarsest when none does. */
const struct archive *archive_pick(const struct archive_plan *plan, struct wall now,
    struct wall from);
const char *archive_class_text(enum archive_class class);
/* Class of the files of an entity under this configuration. */
enum archive_class archive_class_of(enum entity_kind kind, enum store_class chosen);
/* Seconds of the poll interval, at least 1. */
uint32_t archive_step(const struct config *config);

#endif
