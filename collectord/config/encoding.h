/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of spreadsheets made UTF-8: byte order marks, UTF-16, and GBK as Excel
 * in Chinese saves CSV.
 *
 * Route: below csv.  Thread: any; no state.
 * Source: Unicode 15 section 23.8 (byte order mark); GB 18030-2022, which
 * holds GBK.
 */
#ifndef CONFIG_ENCODING_H
#define CONFIG_ENCODING_H

#include <stddef.h>

/*
 * Converts text to UTF-8 without a mark.  What is valid UTF-8 stays as it is;
 * anything else is taken for GB 18030.
 * Owns: returns bytes (NUL behind them) to be freed with free.
 * Errors: NULL, *ret_bad (when not NULL) is where conversion stopped.
 */
char *encoding_to_utf8(const char *text, size_t size, size_t *ret_size,
    size_t *ret_bad);

#endif
