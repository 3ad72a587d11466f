/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads JSON bodies with libjansson, apart from files that write JSON.
 *
 * Route: test programs of http.  Thread: the test's.
 */
#ifndef TESTS_HTTP_PARSE_H
#define TESTS_HTTP_PARSE_H

#include <stdbool.h>
#include <stddef.h>

struct parsed;

/* NULL when text is no JSON, or has a key twice. */
struct parsed *parse_json(const char *text);
void parse_done(struct parsed *parsed);
/*
 * The value at a path: keys and list places, separated by blanks
 * ("items 0 id"), as text: strings as they are, numbers in decimal,
 * "true", "false", "null", "{N}" and "[N]" with the number of members;
 * "(none)" when there is nothing.  Valid until the next call.
 */
const char *parse_at(const struct parsed *parsed, const char *path);
/* Calls fn with the dotted path of every scalar below a path, and of every list
 * of scalars, but not for what lies in lists of maps. */
typedef void parse_leaf_fn(void *arg, const char *path);
void parse_leaves(const struct parsed *parsed, const char *path, parse_leaf_fn *fn,
    void *arg);

#endif
