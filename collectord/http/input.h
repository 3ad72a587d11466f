/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the JSON body of a request by a table of members; whatever the table
 * does not know is refused by name.
 *
 * Route: raw body -> input -> handlers.  Thread: any.
 * Source: RFC 8259; DESIGN.md 4.5.
 */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/query.h"

struct json_t;

#define INPUT_DEPTH_MAX 8     /* maps and lists within each other */

enum member_type {
	MEMBER_TEXT = 0,  /* UTF-8 without control characters, min..max bytes */
	MEMBER_ID,        /* str_is_id */
	MEMBER_ENTITY,    /* kind:id */
	MEMBER_CHOICE,    /* one word of choices "a|b|c" */
	MEMBER_TIME,      /* RFC 3339 */
	MEMBER_INT,       /* min..max */
	MEMBER_NUMBER,    /* min..max */
	MEMBER_BOOL,
	MEMBER_IDS,       /* list of 1..max ids */
	MEMBER_MAP,       /* of members */
	MEMBER_TYPE_N
};

/* One member of a body; a table ends with name NULL. */
struct member {
	const char *name;
	enum member_type type;
	bool required;
	double min, max;
	const char *choices;             /* MEMBER_CHOICE */
	const struct member *members;    /* MEMBER_MAP */
	const char *summary;             /* one phrase for the reference */
};

/*
 * Parses and checks size bytes of data, which need no NUL; null counts as not
 * given.  Owns: ret_root, json_decref frees it.
 * Errors: COL_EINVAL with fault filled, its name "add.kw" or "racks[3]".
 */
int input_parse(const char *data, size_t size, const struct member *table,
    struct json_t **ret_root, struct query_fault *fault);
size_t input_table_size(const struct member *table);
/* Members of a checked map; NULL, or fallback, when it is not given. */
const struct json_t *input_get(const struct json_t *map, const char *name);
const char *input_text(const struct json_t *map, const char *name);
double input_number(const struct json_t *map, const char *name, double fallback);
int64_t input_int(const struct json_t *map, const char *name, int64_t fallback);
bool input_bool(const struct json_t *map, const char *name, bool fallback);
/* The list's length, and one of its ids. */
size_t input_count(const struct json_t *map, const char *name);
const char *input_id_at(const struct json_t *map, const char *name, size_t index);

#endif
