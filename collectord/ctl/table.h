/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables for people: columns from a JSON list, aligned by display width.
 *
 * Route: ctl commands.  Thread: MAIN.
 */
#ifndef CTL_TABLE_H
#define CTL_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

struct table_column {
	const char *title;
	const char *path;     /* "power_w", "error.code", "name.en" */
	int digits;           /* numbers: decimals; -1: text */
};

/* Prints one line per item; unknown is "-".  columns end with title NULL. */
void table_print(FILE *out, const json_t *items, const struct table_column *columns);

/* Member at a dotted path, NULL when there is none. */
const json_t *table_at(const json_t *object, const char *path);

#endif
