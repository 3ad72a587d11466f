/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From what an agent sent to a value in the slot's unit: sentinels, texts with
 * numbers in them, enumerations, scale; and device text made harmless.
 *
 * Route: plan (while learning) and reader (each poll).  Thread: any.
 */
#ifndef SNMP_CONVERT_H
#define SNMP_CONVERT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include <collectord/plugin.h>

#include "profile.h"
#include "varbind.h"

#define CONVERT_TEXT_SIZE (PROFILE_TEXT_MAX + 1)

/*
 * Value of one cell.
 * Units: factor (of convert_factor) multiplies the raw number; a negative
 * one, -D, stands for division by D: exact where multiplying by 0.1 is not.
 * vb NULL or missing gives COL_ERROR, a sentinel or NULL COL_UNAVAILABLE.
 */
void convert_value(const struct profile_metric *metric, double factor,
    const struct varbind *vb, struct col_value *ret_value);
/* factor for convert_value from a plain multiplier > 0. */
double convert_factor(double multiplier);

/*
 * The value as text for labels, filters, infos: valid UTF-8 without control
 * characters, blanks trimmed, cut at size - 1 bytes.  Returns its length.
 */
size_t convert_text(const struct varbind *vb, char *buffer, size_t size);
/* Group 1 (or the whole match) of a text in place; false without a match. */
bool convert_extract(const regex_t *regex, char *text);
/* Raw number of an integer-like varbind or numeric text. */
bool convert_number(const struct varbind *vb, double *ret_x);
/* NULL when from is not in the map. */
const char *convert_map(const struct profile_map *map, const char *from);

/*
 * top, middle, bottom or inlet when name says so (English or Chinese),
 * else NULL.
 */
const char *convert_position(const char *name);

#endif
