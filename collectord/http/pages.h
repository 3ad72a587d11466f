/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pages: the files of the installed web bundle, read once at the start;
 * what was not there then is not served, whatever a path says.
 *
 * Route: beside the API.  Thread: made by MAIN, immutable.
 * Source: domain.md 3.5 (delivery).
 */
#ifndef HTTP_PAGES_H
#define HTTP_PAGES_H

#include <stdbool.h>
#include <stddef.h>

struct pages;

/* A folder that is not there gives pages with one explaining text. */
struct pages *pages_new(const char *web_dir);
void pages_free(struct pages *pages);
/* True when path ("/assets/app-1a2b.js") is one of the files. */
bool pages_has(const struct pages *pages, const char *path);
const char *pages_type(const char *path);   /* content type by the suffix */

#endif
