/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A province's sites from a file, in place of the built-in ones.
 *
 * Route:  --plan FILE -> plan -> province.
 * Thread: MAIN; immutable once loaded.
 */
#ifndef RACKSIM_PLAN_H
#define RACKSIM_PLAN_H

#include <stddef.h>
#include <stdio.h>

#include "sites.h"

/* Sites in one plan. */
#define PLAN_MAX 1000
/* Room for the message of a failed load. */
#define PLAN_ERROR_MAX 160

struct plan {
	struct site_def *sites;
	size_t n;
	char *text;		/* what the sites' strings lie in */
};

/*
 * Reads lines of ID|AREA|WEIGHT|apc or raritan|EN|ZH|OPERATOR; blank lines and
 * those that start with # are skipped.
 * Owns:   free with plan_done.
 * Errors: -1 with "line N: message" in error; nothing is left to free then.
 */
int plan_load(struct plan *plan, FILE *file, char *error);

/* Frees what plan_load made. */
void plan_done(struct plan *plan);

#endif
