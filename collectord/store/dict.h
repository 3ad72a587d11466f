/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The dictionary file of the catalogue: text, one line per table or file, the
 * last line of a file counts; every line ends with its CRC.
 *
 *   T <number> <n> {<name> <role> <metric> <instance> <unit>}… #<crc32c>
 *   F <kind> <id> <part> <step> <class> <path> <table> #<crc32c>
 *
 * Fields are separated by tabs.
 *
 * Route: series reads it at start and appends.  Thread: STORE.
 */
#ifndef STORE_DICT_H
#define STORE_DICT_H

#include "store/series.h"

struct dict;

/* Reads the file into series.  Errors: COL_EIO. */
int dict_open(const char *path, struct series *series, struct dict **ret_dict,
    struct col_error *error);
void dict_free(struct dict *dict);
void dict_put_table(struct dict *dict, const struct series_table *table);
void dict_put_file(struct dict *dict, const struct series_file *file);
/*
 * Writes and syncs what was put before dict_begin, which returns whether there is
 * anything.  Errors: COL_EIO; dict_end keeps it for the next try then.
 * Thread: dict_write any, beside dict_put_…; the others the owner's.
 */
bool dict_begin(struct dict *dict);
int dict_write(struct dict *dict, struct col_error *error);
void dict_end(struct dict *dict, int rc);
/* Whether there are lines that are not synced. */
bool dict_waits(const struct dict *dict);
/* Lines that were damaged when it was read. */
uint32_t dict_damaged(const struct dict *dict);
/* A path below DIR/rrd as we make them: no dots but one, no other folder. */
bool dict_path_valid(const char *path);

#endif
