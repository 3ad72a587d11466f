/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters and gauges that plugins bring along, named at run time, beside the
 * fixed table of stats.h.  They live as long as the process.
 *
 * Route: poll/host; read by /metrics and /plugins.  Thread: any.
 */
#ifndef BASE_COUNTERS_H
#define BASE_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COUNTERS_MAX 256
#define COUNTERS_NAME_SIZE 48
#define COUNTERS_HELP_SIZE 160

struct col_counter {
	char owner[COUNTERS_NAME_SIZE]; /* the plugin */
	char name[COUNTERS_NAME_SIZE];
	char help[COUNTERS_HELP_SIZE];
	bool is_gauge;
	_Atomic int64_t value;
};

/*
 * Finds or makes one; the kind and help of the first call stay.
 * Shape: name of a-z, 0-9 and "_", starting with a letter.
 * Errors: NULL for a malformed name, an empty help, COUNTERS_MAX reached.
 */
struct col_counter *counters_get(const char *owner, const char *name,
    bool is_gauge, const char *help);
void counters_add(struct col_counter *counter, int64_t n); /* accepts NULL */
int64_t counters_value(const struct col_counter *counter);
/* All of them, in the order in which they were made. */
size_t counters_count(void);
const struct col_counter *counters_at(size_t i);

#endif
