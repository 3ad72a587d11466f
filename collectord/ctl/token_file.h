/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that hold a token: one line, readable by their owner alone.
 *
 * Route: commands that send one.  Thread: MAIN.
 */
#ifndef CTL_TOKEN_FILE_H
#define CTL_TOKEN_FILE_H

#include <collectord/err.h>

#define TOKEN_FILE_SIZE 512

/* Errors: COL_EIO, COL_EAUTH when others may read it, COL_EINVAL no token. */
int token_file_read(const char *path, char token[TOKEN_FILE_SIZE],
    struct col_error *error);
/* A new file; one that is there is not overwritten.  Errors: COL_EIO. */
int token_file_write(const char *path, const char *token, struct col_error *error);

#endif
