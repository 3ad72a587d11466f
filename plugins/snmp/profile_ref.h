/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The small parts of a compiled profile: where a value comes from, parts of an
 * index, labels, conditions on rows.
 *
 * Route: inside profile.h; made by profile_ref.c and profile_table.c, followed
 * by draft_row.c.  Thread: immutable after parsing.
 */
#ifndef SNMP_PROFILE_REF_H
#define SNMP_PROFILE_REF_H

#include <regex.h>
#include <stddef.h>
#include <stdint.h>

#include "objid.h"

#define PROFILE_PARTS_MAX 6       /* of a table's index */

enum profile_source { PROFILE_NOWHERE = 0, PROFILE_COLUMN, PROFILE_SCALAR };

/* One piece of another table's index. */
struct profile_at {
	int label;                 /* of the row's table; parts come first */
	uint32_t number;           /* label -1: this number */
};

/* Where one value comes from. */
struct profile_ref {
	enum profile_source source;
	struct objref oid;         /* column, or the scalar with its .0 */
	int n_at;                  /* -1: whole index of the row */
	struct profile_at at[PROFILE_PARTS_MAX]; /* what makes its index */
	struct objref find;        /* n > 0: the index is that of the row where
				    * this column says what at[0] says */
};

/* How a part of an index is written.  Source: RFC 2578 s.7.7. */
enum profile_part {
	PROFILE_NUMBER = 0,
	PROFILE_TEXT,              /* length, then bytes */
	PROFILE_IMPLIED,           /* bytes to the end */
	PROFILE_OID,               /* length, then sub-identifiers */
	PROFILE_REST,              /* sub-identifiers to the end */
	PROFILE_ADDRESS,           /* four of them */
	PROFILE_PART_N
};

struct profile_map {
	size_t n;
	const char *const *from;
	const char *const *to;
};

enum profile_filter_kind {
	PROFILE_IS = 0, PROFILE_NOT, PROFILE_MATCHES, PROFILE_UNLIKE,
	PROFILE_ABOVE, PROFILE_BELOW, PROFILE_PRESENT, PROFILE_MISSING,
	PROFILE_ANY, PROFILE_ALL, PROFILE_SEEN, PROFILE_FILTER_N
};

/* One condition on a row. */
struct profile_filter {
	enum profile_filter_kind kind;
	int part;                  /* or another label, -1: ref */
	struct profile_ref ref;
	double limit;              /* PROFILE_ABOVE, _BELOW */
	size_t n_words;
	const char *const *words;
	const regex_t *regex;      /* PROFILE_MATCHES, _UNLIKE */
	size_t n_parts;            /* PROFILE_ANY, _ALL, _SEEN */
	const struct profile_filter *parts;
};

/* A name for use in instance templates; index parts come first. */
struct profile_label {
	const char *name;
	int part;                  /* -1: ref */
	struct profile_ref ref;
	struct profile_map map;
	const regex_t *extract;    /* group 1, NULL: all */
};

#endif
