/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Imports: new texts of inventory files are tried with the whole configuration,
 * compared with what it says now, and only then written.
 *
 * Route: import csv and import netbox make files; import_files does the rest.
 * Thread: MAIN.  Source: DESIGN.md 4.2, 4.3.
 */
#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include <stddef.h>

#include <jansson.h>

#include "config/config.h"
#include "ctl/ctl.h"
#include "ctl/loaded.h"

#define IMPORT_FILES_MAX 64

/* Options of both commands, as they stand between the words. */
struct import_options {
	const char *into;          /* folder; NULL: inventory beside the main file */
	bool dry_run;
	const char *words[IMPORT_FILES_MAX];
	size_t n_words;
	/* netbox */
	const char *token_file, *area, *name, *credential;
};
/* Returns CTL_OK, or CTL_USAGE, told. */
int import_options(const struct ctl_args *args, struct import_options *ret_options);

/* A file to be; text is UTF-8. */
struct import_file {
	const char *name;          /* for messages: where it came from */
	const char *base;          /* its name in the folder */
	char *text;                /* freed by who made it */
	size_t size;
};

/*
 * Tries, compares, reports and, unless it is a dry run, writes.  Returns enum
 * ctl_status; failures have been told, and then nothing was written.
 */
int import_files(const struct ctl_args *args, const struct import_options *options,
    const struct loaded *loaded, const struct import_file *files, size_t n_files);

/* What changes from one inventory to another: {racks: {added: [id …], removed,
 * changed: [{id, changes: [text …]} …]}, devices, …}.  Owns: the caller's. */
json_t *import_diff(const struct inventory *from, const struct inventory *to);
void import_diff_print(const json_t *diff);

/*
 * Compares an inventory with what the daemon at url sees: {silent, unknown,
 * contradictions: [{id, why} …]}, or {error: text} when it does not answer.
 * Owns: the caller's.
 */
json_t *import_reconcile(const char *url, const struct inventory *inventory);
void import_reconcile_print(const json_t *report);

#endif
