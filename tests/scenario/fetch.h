/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads rows of an RRD file with the program rrdtool, finding file and source
 * in the store's dictionary of series.
 *
 * Route: used by expect_archive.  Thread: the only one.
 */
#ifndef SCENARIO_FETCH_H
#define SCENARIO_FETCH_H

#include "compare.h"

#define FETCH_ROWS_MAX 4096

struct fetch {
	const char *dir;                 /* store.dir */
	const char *kind, *id;           /* "rack", "r1" */
	const char *role, *metric, *instance;
	int64_t from_s, to_s;            /* slots: from <= slot < to */
	int64_t step_s;
	/* found */
	bool absent;                     /* no file has such a source */
	size_t n_rows;
};

/*
 * Fetches; row i is the slot from + i * step.  A row that rrdtool does not
 * give is a failure, not an unknown one.
 * Returns false with a reason in text.
 */
bool fetch_rows(struct fetch *fetch, struct found rows[FETCH_ROWS_MAX],
    char text[256]);

#endif
