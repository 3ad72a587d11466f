/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of files with their checksums, and a few words on what they are.
 *
 * Route: backup and restore.  Thread: any; blocks.
 */
#ifndef BASE_MANIFEST_H
#define BASE_MANIFEST_H

#include <stdint.h>

#include <collectord/err.h>

#include "base/buf.h"

/*
 * A list of files: lines "key value" of what it is about, an empty line, then
 * "crc size path" for each file below one folder.
 */
struct manifest {
	struct buf text;
	uint64_t files, bytes;
};
void manifest_init(struct manifest *manifest);
void manifest_done(struct manifest *manifest);
void manifest_say(struct manifest *manifest, const char *key, const char *value);
/* Copies fd to folder/path and notes it.  path stays below folder. */
int manifest_copy(struct manifest *manifest, int fd, const char *folder, const char *path,
    struct col_error *error);
/* Notes a file that is in folder already. */
int manifest_note(struct manifest *manifest, const char *folder, const char *path,
    struct col_error *error);
/* Writes folder/MANIFEST, synced.  Errors: COL_EIO. */
int manifest_write(const struct manifest *manifest, const char *folder,
    struct col_error *error);

/* What manifest_read tells; a negative code stops it. */
struct manifest_events {
	int (*said)(void *arg, const char *key, const char *value);
	int (*file)(void *arg, const char *path, uint32_t crc, uint64_t size);
	void *arg;
};
/*
 * Reads folder/MANIFEST.  Paths that leave the folder are refused.
 * Errors: COL_EIO, COL_EPROTO with the line, else what an event returned.
 */
int manifest_read(const char *folder, const struct manifest_events *events,
    struct col_error *error);

#endif
