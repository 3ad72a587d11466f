/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the host comes to know what an engine counts: a table names the places
 * in a struct of 64-bit numbers.
 *
 * Route: engines -> here -> host's counter(), count().
 * Thread: the POLL thread of the engine.
 */
#ifndef PLUGIN_TOLD_H
#define PLUGIN_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define TOLD_MAX 40

/* One counter. */
struct told_row {
	size_t at;              /* place among the numbers */
	const char *name;
	bool is_gauge;
	const char *help;
};

/* What the host was told last. */
struct told {
	const struct col_host *host;
	const struct told_row *rows;
	size_t n;
	uint64_t last[TOLD_MAX];           /* of each row */
	struct col_counter *counters[TOLD_MAX]; /* NULL: not shown */
};

/* Owns: borrows rows for good.  Shape: n <= TOLD_MAX. */
void told_init(struct told *told, const struct col_host *host,
    const struct told_row *rows, size_t n);
/* Tells the host of what has changed.  Shape: now reaches to all places. */
void told_update(struct told *told, const uint64_t *now);
/* Takes back what the gauges say. */
void told_done(struct told *told);

#endif
