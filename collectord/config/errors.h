/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of configuration errors, for those who fill it: places without a
 * node, and the nearest word for "did you mean".
 *
 * Route: filled by all of config; printed by main and collectorctl.
 * Thread: the loader's.
 */
#ifndef CONFIG_ERRORS_H
#define CONFIG_ERRORS_H

#include <stdarg.h>

#include "config/config.h"

/* The most errors that are kept and printed; the rest is only counted. */
#define ERRORS_KEPT_MAX 1000

/* A place in a file; column and line 0: the file as a whole. */
struct errors_place { const char *file; uint32_t line, column; };

void errors_at(struct config_errors *errors, struct errors_place place,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
void errors_add_list(struct config_errors *errors, const struct col_node *at,
    const char *format, va_list args);
/* Puts them in order of file, line, column. */
void errors_sort(struct config_errors *errors);

/*
 * Finds the candidate nearest to a mistyped word.
 * Owns: borrows word and the best candidate until the hint is made.
 */
struct errors_guess {
	const char *word;
	const char *best;      /* NULL: nothing near enough */
	unsigned distance;     /* of best; anything nearer replaces it */
};
void errors_guess_init(struct errors_guess *guess, const char *word);
void errors_guess_try(struct errors_guess *guess, const char *candidate);

#define ERRORS_HINT_SIZE 128
/* Writes " (did you mean 'x'?)", or "" when nothing was near. */
const char *errors_hint(const struct errors_guess *guess,
    char text[ERRORS_HINT_SIZE]);

#endif
