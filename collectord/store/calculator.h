/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of an inventory need of the disk, for each archive class,
 * beside what the disk has.
 *
 * Route: asked at start and by --check.  Thread: any.
 * Source: DESIGN.md 4.7; storage.md A1 (size of a file).
 */
#ifndef STORE_CALCULATOR_H
#define STORE_CALCULATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"

struct calculation {
	enum store_class chosen;
	uint32_t step_s;
	uint64_t racks, places, devices;       /* files of each, devices: of no rack */
	uint64_t need_bytes[STORE_CLASS_N];    /* of all files together */
	uint64_t rack_bytes[STORE_CLASS_N];    /* of the racks' files on average, 0: none */
	uint64_t free_bytes;                   /* of the disk */
	uint64_t have_bytes;                   /* of files that are there already */
	uint64_t room_bytes;                   /* for our files, a reserve left aside */
};

/*
 * Fills ret for the folder dir, or the nearest one above that exists.  Where
 * nothing has been polled yet the number of sources is an estimate.
 * Errors: COL_EIO.
 */
int calculator_run(const struct config *config, const char *dir, uint64_t have_bytes,
    struct calculation *ret, struct col_error *error);
/* The same, with what lies under dir/rrd counted. */
int calculator_survey(const struct config *config, const char *dir,
    struct calculation *ret, struct col_error *error);
bool calculator_fits(const struct calculation *calculation, enum store_class class);
/* Errors: COL_EFULL, text has the numbers and what would fit. */
int calculator_verdict(const struct calculation *calculation, const char *dir,
    struct col_error *error);
/* Tells a line on the disk, then one per class: bytes of a rack and of all,
 * archives, whether it fits. */
typedef void calculator_line_fn(void *arg, const char *line);
void calculator_tell(const struct calculation *calculation, const char *dir,
    calculator_line_fn *fn, void *arg);

#endif
