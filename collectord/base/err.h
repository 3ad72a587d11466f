/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Filling and prefixing struct col_error, and the table of code texts.
 *
 * Route: everywhere.  Thread: any.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <collectord/err.h>

/*
 * Sets code and text of error (may be NULL) and returns code, so that a
 * failure is one line: return err_set(error, COL_ENOENT, "no rack '%s'", id);
 */
int err_set(struct col_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno appended; returns code. */
int err_errno(struct col_error *error, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before error's text (error may be NULL); returns its code. */
int err_prefix(struct col_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Names a code for people ("no such thing"); never NULL. */
const char *err_text(int code);

/* Names a code for machines ("not_found", "timeout"); never NULL. */
const char *err_code(int code);

#endif
