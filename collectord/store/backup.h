/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A copy of a store folder that a store can start from, made while the
 * daemon runs or not.
 *
 * Order is all: the journal segments are opened first, so that none is freed
 * unseen; undo images and RRD files follow, each RRD file under a read lock
 * that no update gets past; last come the segments, by now with every row
 * that any copied file may lack.  A start from the copy is a start after a
 * kill: undo, then the journal.
 *
 * Route: beside it; collectorctl backup and restore.  Thread: any; blocks.
 * Source: storage.md A4 (locks), A5 (what a kill leaves).
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "base/manifest.h"

/*
 * Copies the store folder dir to folder/store and notes every file.
 * Errors: COL_EIO.
 */
int backup_store(const char *dir, const char *folder, struct manifest *manifest,
    struct col_error *error);

#endif
