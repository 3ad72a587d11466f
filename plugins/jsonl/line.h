/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One batch as one line of JSON.
 *
 * Route: jsonl.c hands batches in, bytes come out.  Thread: the output's.
 * Source: RFC 8259; README.md of this folder for the members.
 */
#ifndef JSONL_LINE_H
#define JSONL_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <collectord/plugin.h>

#define LINE_SIZE_MAX (1u << 20)

/* A growing text; failed: out of memory or longer than LINE_SIZE_MAX. */
struct line {
	char *data;
	size_t size, room;
	bool failed;
};

/* Replaces line by the batch, ended by a newline.  False: failed. */
bool line_write(struct line *line, const struct col_batch *batch);
void line_done(struct line *line);

#endif
