/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "config/errors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#define ERROR_TEXT_SIZE 1024

void
config_errors_init(struct config_errors *errors)
{
	memset(errors, 0, sizeof(*errors));
	errors->arena = arena_new();
}

void
config_errors_done(struct config_errors *errors)
{
	free(errors->items);
	if (errors->arena != NULL) {
		arena_free(errors->arena);
	}
	memset(errors, 0, sizeof(*errors));
}

/* Length of a UTF-8 character by its first byte. */
static size_t
char_len(unsigned char c)
{
	return c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
}

/* Takes out what a precision ("%.64s") has left of a character. */
static size_t
drop_cut_chars(char *text, size_t len)
{
	size_t to = 0, at = 0;

	while (at < len) {
		size_t n = char_len((unsigned char)text[at]);

		if (at + n > len || !str_is_utf8(text + at, n)) {
			at++;
			continue;
		}
		memmove(text + to, text + at, n);
		to += n;
		at += n;
	}
	return to;
}

static void
add(struct config_errors *errors, struct errors_place place,
    const char *format, va_list args)
{
	struct config_error *error;
	char raw[ERROR_TEXT_SIZE], text[ERROR_TEXT_SIZE];
	int len;

	errors->n_total++;
	if (errors->n_items >= ERRORS_KEPT_MAX) {
		return;
	}
	if (errors->items == NULL) {
		errors->items = calloc(ERRORS_KEPT_MAX, sizeof(*errors->items));
		if (errors->items == NULL) {
			return;
		}
	}
	len = vsnprintf(raw, sizeof(raw), format, args);
	if (len < 0) {
		len = 0;
	} else if ((size_t)len >= sizeof(raw)) {
		len = sizeof(raw) - 1;
	}
	/* Words of the file are quoted in it: it stays one printable line. */
	str_clean(text, sizeof(text), raw, drop_cut_chars(raw, (size_t)len));

	error = &errors->items[errors->n_items++];
	error->file = arena_copy(errors->arena,
	    place.file != NULL ? place.file : "configuration");
	error->line = place.line;
	error->column = place.column;
	error->text = arena_copy(errors->arena, text);
}

void
errors_add_list(struct config_errors *errors, const struct col_node *at,
    const char *format, va_list args)
{
	struct errors_place place = { NULL, 0, 0 };

	if (at != NULL) {
		place.file = at->file;
		place.line = at->line;
		place.column = at->column;
	}
	add(errors, place, format, args);
}

void
config_errors_add(struct config_errors *errors, const struct col_node *at,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	errors_add_list(errors, at, format, args);
	va_end(args);
}

void
errors_at(struct config_errors *errors, struct errors_place place,
    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add(errors, place, format, args);
	va_end(args);
}

static int
compare(const void *a, const void *b)
{
	const struct config_error *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	if (order != 0) {
		return order;
	}
	if (x->line != y->line) {
		return x->line < y->line ? -1 : 1;
	}
	if (x->column != y->column) {
		return x->column < y->column ? -1 : 1;
	}
	return strcmp(x->text, y->text);
}

void
errors_sort(struct config_errors *errors)
{
	if (errors->n_items > 1) {
		qsort(errors->items, errors->n_items, sizeof(*errors->items),
		    compare);
	}
}

void
config_errors_print(const struct config_errors *errors, struct buf *out)
{
	for (size_t i = 0; i < errors->n_items; i++) {
		const struct config_error *error = &errors->items[i];

		/* 1:1 for a whole file, so that every line has one form. */
		buf_printf(out, "%s:%u:%u: %s\n", error->file,
		    error->line > 0 ? error->line : 1,
		    error->column > 0 ? error->column : 1, error->text);
	}
}

void
errors_guess_init(struct errors_guess *guess, const char *word)
{
	size_t len = strlen(word);

	guess->word = word;
	guess->best = NULL;
	/* A short word is near to everything, so it may differ less. */
	guess->distance = len <= 3 ? 2 : len <= 6 ? 3 : len <= 64 ? 4 : 0;
}

void
errors_guess_try(struct errors_guess *guess, const char *candidate)
{
	unsigned distance;

	if (guess->distance == 0) {
		return;
	}
	distance = str_distance(guess->word, candidate, guess->distance - 1);
	if (distance < guess->distance) {
		guess->best = candidate;
		guess->distance = distance;
	}
}

const char *
errors_hint(const struct errors_guess *guess, char text[ERRORS_HINT_SIZE])
{
	text[0] = '\0';
	if (guess->best != NULL) {
		str_format(text, ERRORS_HINT_SIZE, " (did you mean '%s'?)",
		    guess->best);
	}
	return text;
}
