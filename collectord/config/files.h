/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that a configuration names: relative to the file that names them,
 * globs in the order of their names, read whole with a bound.
 *
 * Route: below yaml, csv, profiles, secrets.  Thread: the loader's; blocks.
 */
#ifndef CONFIG_FILES_H
#define CONFIG_FILES_H

#include <stddef.h>

#include "base/arena.h"
#include "config/errors.h"

/* Source: distributed.md section 6, row libyaml. */
#define FILES_SIZE_MAX (64u * 1024u * 1024u)

/* path as seen from the file that names it; absolute ones are unchanged. */
const char *files_beside(struct arena *arena, const char *file, const char *path);
/* The same, made absolute with the working directory. */
const char *files_absolute(struct arena *arena, const char *file, const char *path);

/*
 * Reads a file; a regular one of at most FILES_SIZE_MAX.
 * Owns: returns bytes (NUL behind them) to be freed with free.
 * Errors: NULL and one error at the place that names the file.
 */
char *files_read(const char *path, struct errors_place at,
    struct config_errors *errors, size_t *ret_size);

/*
 * Finds what pattern matches, sorted byte by byte.
 * Shape: *ret_paths has the returned number of names; 0 when none matches.
 */
size_t files_glob(struct arena *arena, const char *file, const char *pattern,
    const char *const **ret_paths);

/* Place of the first character in text that is not UTF-8. */
struct errors_place files_bad_utf8(const char *text, size_t size,
    const char *file);

#endif
