/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strict reading of the scalars of a script.
 *
 * Route: script.c.  Thread: any.
 */
#ifndef REPLAY_TEXT_H
#define REPLAY_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* "250ms", "10s", "5m", "2h", "1d"; ns.  False: not a duration. */
bool text_duration(const char *text, int64_t *ret_ns);
/* A finite decimal number.  False: none. */
bool text_number(const char *text, double *ret_value);
bool text_unsigned(const char *text, uint64_t *ret_value);
/* true or false. */
bool text_bool(const char *text, bool *ret_value);

#endif
