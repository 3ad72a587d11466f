/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scalars and tables of a sketch, as YAML.
 *
 * Route: sketch.c -> here.  Thread: MAIN.  Source: docs/profiles.md.
 */
#ifndef SNMP_SKETCH_BODY_H
#define SNMP_SKETCH_BODY_H

#include <stdio.h>

#include <collectord/err.h>

#include "sketch_work.h"

struct sketch_writer {
	FILE *out;
	struct objref base;     /* what "dev" stands for in the sketch */
	unsigned entry;         /* of the table at hand */
	char row[256];          /* what tells its rows apart: " {i1} {name}" */
	size_t n_metrics, n_tables;   /* written so far, comments not counted */
};

/* Prints a text of the device, cut, strange bytes as '?'.  Returns buffer. */
const char *sketch_text(const struct varbind *cell, char *buffer, size_t size);
/* True for what looks like a serial number: no profile repeats those. */
bool sketch_is_serial(const char *text);
/* Prints a name, shortened with "dev" where that fits.  Returns buffer. */
const char *sketch_oid(const struct sketch_writer *writer, struct objref name,
    char *buffer, size_t size);

/* Writes "scalars:" and the scalars among the spans.  Errors: COL_ENOMEM. */
int sketch_scalars(struct sketch_writer *writer, const struct sketch_span *spans,
    size_t n);
/* Writes the tables among the spans, without "tables:".  Errors: COL_ENOMEM. */
int sketch_tables(struct sketch_writer *writer, const struct sketch_span *spans,
    size_t n);

#endif
