/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is on disk for sure: copies of files and lists of folders as they were
 * when somebody synced them, kept beside the store that is tested.
 *
 *   DURABLE/i/KEY    bytes of the file with that key (inode and time of birth)
 *   DURABLE/d/PATH   "d NAME" and "f NAME KEY" lines; '/' in PATH is '%'
 *
 * Thread: one per process.
 */
#ifndef KILLT_SNAPSHOT_H
#define KILLT_SNAPSHOT_H

#include <stdbool.h>

#define SNAPSHOT_KEY_SIZE 48

/* Key of an open file; false: it is no plain file. */
bool snapshot_key(int fd, char key[SNAPSHOT_KEY_SIZE]);
/* Keeps the bytes of an open file, whatever it is open for. */
bool snapshot_file(const char *durable, int fd);
/* Keeps the list of a folder below root. */
bool snapshot_folder(const char *durable, const char *root, const char *path);
/* Keeps everything below root, as syncfs does. */
bool snapshot_tree(const char *durable, const char *root);

#endif
