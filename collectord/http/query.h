/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the query part of a request target by a table of parameters; whatever
 * the table does not know is refused by name.
 *
 * Route: raw target -> query -> handlers.  Thread: any.
 * Source: RFC 3986 section 3.4; WHATWG URL, form-urlencoded.
 */
#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/inventory.h"

#define QUERY_VALUES_MAX 16
#define QUERY_VALUE_MAX 255   /* bytes of one decoded value */
#define QUERY_ID_SIZE 64

enum param_type {
	PARAM_TEXT = 0,   /* UTF-8 without control characters */
	PARAM_ID,         /* str_is_id */
	PARAM_INT,        /* min..max */
	PARAM_NUMBER,     /* min..max, with a fraction */
	PARAM_CHOICE,     /* one word of choices "a|b|c" */
	PARAM_SET,        /* words of choices, separated by commas */
	PARAM_TIME,       /* unix seconds, RFC 3339, "-24h", "now" */
	PARAM_ENTITY,     /* kind:id */
	PARAM_TYPE_N
};

/* One parameter of a route; a table ends with name NULL. */
struct param {
	const char *name;
	enum param_type type;
	bool required;
	int64_t min, max;       /* PARAM_INT, PARAM_NUMBER */
	const char *choices;    /* PARAM_CHOICE, PARAM_SET */
	const char *summary;    /* one phrase for the reference */
};

/* The parameter of a list that also comes as CSV (http/table.h). */
#define PARAM_FORMAT {"format", PARAM_CHOICE, false, 0, 0, "json|csv", \
	"csv: the list as a file for spreadsheets, whole unless `limit` is given"}

/* Decoded values; empty ones count as not given. */
struct query {
	const char *values[QUERY_VALUES_MAX];   /* NULL: not given */
	char text[2052];                        /* what they point into */
};

/* What is wrong with a query. */
struct query_fault {
	const char *code;                 /* "unknown_parameter" */
	char name[64];                    /* of the parameter, cleaned */
	char detail[256];                 /* one sentence */
};

/*
 * Decodes and checks raw (without '?') by table (NULL: no parameters).
 * Errors: COL_EINVAL with fault filled.
 */
int query_parse(const char *raw, const struct param *table,
    struct query *ret_query, struct query_fault *fault);
/* Number of rows of a table; NULL has none. */
size_t query_table_size(const struct param *table);
/* Decodes %XX and '+' of len bytes.  Errors: COL_EINVAL, COL_ERANGE (room). */
int query_decode(const char *raw, size_t len, char *to, size_t to_size);
/* True when word is one of choices "a|b|c". */
bool query_is_choice(const char *choices, const char *word);
/* Reads a time as people and scripts write it.  Errors: COL_EINVAL. */
int query_time(const char *text, struct wall now, struct wall *ret_at);
/* Reads "kind:id".  Errors: COL_EINVAL. */
int query_entity(const char *text, enum entity_kind *ret_kind,
    char id[QUERY_ID_SIZE]);
/*
 * True when word is one of the comma-separated words of set; NULL set: true.
 */
bool query_in_set(const char *set, const char *word);

#endif
