/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a map of the story, and comparing what it says with what was found.
 *
 * A key that is not in the map is not compared; null means unknown.
 *
 * Route: used by all expectations.  Thread: the only one.
 */
#ifndef SCENARIO_COMPARE_H
#define SCENARIO_COMPARE_H

#include "run.h"

/* A number that may be unknown. */
struct found { bool known; double number; };
#define FOUND(known, number) ((struct found){ (known), (double)(number) })

/* Fails for every key that is not among the words of keys ("id status"). */
bool compare_keys(struct run *run, const struct col_node *map, const char *keys);
/* Text of a member, or NULL after a failure (fallback NULL) or the fallback. */
const char *compare_text_of(struct run *run, const struct col_node *map,
    const char *key, const char *fallback);
/* A time: "90s" since the story began, or RFC 3339. */
bool compare_time_of(struct run *run, const struct col_node *map, const char *key,
    struct wall *ret_wall);

void compare_number(struct run *run, const struct col_node *map, const char *key,
    struct found found);
/* found NULL: null. */
void compare_text(struct run *run, const struct col_node *map, const char *key,
    const char *found);
void compare_bool(struct run *run, const struct col_node *map, const char *key,
    bool found);
/* The member is a list; compares item by item. */
void compare_numbers(struct run *run, const struct col_node *map, const char *key,
    const struct found *found, size_t n);

#endif
