/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the sketch share: spans of a recording (one scalar or one
 * table each), what a MIB says of an object, and guesses.
 *
 * Route: sketch_span.c -> sketch_guess.c, sketch_mib.c -> sketch.c.
 * Thread: MAIN.  Source: RFC 2578 s.7 (names of scalars and columns).
 */
#ifndef SNMP_SKETCH_WORK_H
#define SNMP_SKETCH_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "varbind.h"

#define SKETCH_PARTS_MAX 6
#define SKETCH_WORDS_MAX 40
#define SKETCH_NAME_SIZE 64

/* What a MIB says of an object; label "" when no MIB knows it. */
struct sketch_object {
	char label[SKETCH_NAME_SIZE];
	char units[SKETCH_NAME_SIZE];
	unsigned n;                 /* sub-identifiers of the object's own name */
	bool is_column;             /* of a table whose entry has n - 1 */
	char entry[SKETCH_NAME_SIZE]; /* that entry's label */
	unsigned n_index;
	char index[SKETCH_PARTS_MAX][SKETCH_NAME_SIZE];
	unsigned n_words;           /* of an enumeration */
	struct { int code; char word[SKETCH_NAME_SIZE]; } words[SKETCH_WORDS_MAX];
};

/* Reads all MIB files of net-snmp's folders and of dir, unless NULL. */
void sketch_mib_load(const char *dir);
/* The object that a cell belongs to; n 0 and label "" when it is unknown. */
void sketch_mib_find(struct objref cell, struct sketch_object *ret);

/* One scalar, or all cells of one table, ascending. */
struct sketch_span {
	const struct varbind *const *cells;
	size_t n;
	unsigned entry;             /* sub-identifiers of the entry, 0: a scalar */
	unsigned n_parts;           /* of the index; 0: of no fixed length */
	bool is_text;               /* the index is a text with its length */
};

/* The span that begins at the first of n > 0 cells. */
struct sketch_span sketch_span_next(const struct varbind *const *cells, size_t n);
/* The cells of the column that begins at the first of n > 0 cells of a table. */
size_t sketch_span_column(const struct varbind *const *cells, size_t n,
    unsigned entry);

/* The numbers of a scalar or column. */
struct sketch_numbers {
	size_t n;                   /* usable ones, 0 among them */
	size_t n_odd;               /* neither numbers nor sentinels */
	double min, max;            /* of the usable ones that are not 0 */
	bool is_index;              /* each is the last part of its own index */
	unsigned sentinels;         /* bits of SKETCH_SENTINELS */
};

extern const double SKETCH_SENTINELS[];   /* exact, see sketch_guess.c */
#define SKETCH_SENTINELS_N 4

void sketch_numbers_of(const struct varbind *const *cells, size_t n,
    struct sketch_numbers *ret);

/* What an object may be; metric NULL: nothing fair can be said. */
struct sketch_guess {
	const char *metric;
	const char *unit;           /* NULL: the metric's own */
	double scale;
	const char *why;            /* "by its name", never NULL */
};

/*
 * Guesses from MIB name and units, else from hint (a text of the device about
 * the value, may be NULL), else from the range of the numbers.
 */
struct sketch_guess sketch_guess(const struct sketch_object *object,
    const char *hint, const struct sketch_numbers *numbers);
/* pdu, ups, ...; NULL when the text says nothing. */
const char *sketch_guess_kind(const char *text);

#endif
