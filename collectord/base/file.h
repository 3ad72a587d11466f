/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folders made, files copied and summed.
 *
 * Route: backup and restore.  Thread: any; blocks.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <collectord/err.h>

/* Makes a folder and those above it.  Errors: COL_EIO. */
int file_make_folders(const char *path, struct col_error *error);
/*
 * Copies what can be read from fd, from its beginning, to a new file with the
 * folders above it, and syncs it.  CRC is CRC-32C.  Errors: COL_EIO.
 */
int file_copy(int fd, const char *to, uint32_t *ret_crc, uint64_t *ret_size,
    struct col_error *error);
/* CRC-32C and size of a file.  Errors: COL_EIO. */
int file_sum(const char *path, uint32_t *ret_crc, uint64_t *ret_size,
    struct col_error *error);
/*
 * Calls fn for each regular file below root (or for root itself), by name;
 * what is not there has none.  Stops at the first code that is not 0 and
 * returns it.  Errors: COL_EIO.
 */
typedef int file_walk_fn(void *arg, const char *path, const struct stat *st);
int file_walk(const char *root, file_walk_fn *fn, void *arg, struct col_error *error);
/* Gives a folder and all in it to a user and group.  Errors: COL_EIO. */
int file_give(const char *folder, uid_t uid, gid_t gid, struct col_error *error);
/* Writes all of it.  Returns 0, or -1 with errno. */
int file_write(int fd, const void *data, size_t size);

#endif
