/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV written as a stream into a struct buf, so that spreadsheets read it as
 * it was meant: UTF-8 with a byte order mark, lines of CR LF, and no text that
 * they would take for a formula.
 *
 * Route: http's tables, ctl.  Thread: the owner's.
 * Source: RFC 4180; OWASP, CSV injection (which first characters are guarded).
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>

#include "base/buf.h"

struct csv {
	struct buf *out;   /* borrowed */
	bool comma;        /* the line has a cell */
};

/* Begins a document: writes the byte order mark. */
void csv_begin(struct csv *csv, struct buf *out);
/* Goes on with one whose mark was written: for documents made in pieces. */
void csv_resume(struct csv *csv, struct buf *out);
/*
 * A cell of text of any origin, quoted where it must be.  What a spreadsheet
 * would calculate gets an apostrophe in front.
 * Shape: len bytes of UTF-8 without NUL.
 */
void csv_text(struct csv *csv, const char *text, size_t len);
/* A cell as it is: a number, true, false.  Shape: no comma, quote or newline. */
void csv_plain(struct csv *csv, const char *text, size_t len);
/* An empty cell: unknown. */
void csv_unknown(struct csv *csv);
void csv_end_line(struct csv *csv);

#endif
