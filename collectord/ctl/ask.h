/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What commands that show the daemon's API share: a body, a list of any
 * length, the same list as CSV.
 *
 * Route: ctl commands -> client -> http.  Thread: MAIN; blocks.
 */
#ifndef CTL_ASK_H
#define CTL_ASK_H

#include <stdbool.h>

#include <jansson.h>

#include "ctl/ctl.h"
#include "ctl/table.h"

#define ASK_PATH_SIZE 1024

/* Gets one body; says on stderr why there is none.  Owns: *ret_body is the
 * caller's.  Returns an exit status, as all of these do. */
int ask_get(const struct ctl_args *args, const char *path, json_t **ret_body);
/* Sends a change ("POST", body or NULL) and gets what it answers, the same way. */
int ask_change(const struct ctl_args *args, const char *method, const char *path,
    const json_t *body, json_t **ret_body);
/* Prints a body for programs. */
void ask_dump(const json_t *body);
/*
 * Copies --option values that the API takes by the same name.
 * Shape: names end with NULL; path has ASK_PATH_SIZE bytes.
 */
int ask_filter(const struct ctl_args *args, const char *const *names, char *path);
/*
 * Gets all items of a list, paged or not, following "next" until the list has ended or --limit is
 * given; *ret_body has them as "items".  Owns: *ret_body is the caller's.
 */
int ask_items(const struct ctl_args *args, const char *base, bool paged,
    json_t **ret_body);
/* Gets a list and prints it: as a table, as JSON or as CSV, as args say.  paged:
 * the API gives it in pages. */
int ask_list(const struct ctl_args *args, const char *base, bool paged,
    const struct table_column *columns);
/* Gets one body, with the options that the API takes by the same names added to
 * path (as for ask_filter), and shows it: as CSV, as JSON, or by print. */
int ask_show(const struct ctl_args *args, char *path, const char *const *names,
    void (*print)(const json_t *body));
/* Prints what the API gives as CSV, as it comes. */
int ask_csv(const struct ctl_args *args, const char *base);

/* A number and a text at a dotted path: 0 and "-" where there is none. */
double ask_number(const json_t *body, const char *path);
const char *ask_text(const json_t *body, const char *path);

#endif
