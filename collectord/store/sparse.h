/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words that are mostly zero, written without the zeros: two thirds of an RRD
 * file's live head are scratch space that librrd never uses.
 *
 *   sparse   u32 size, then for every 64 words: u64 mask {u64 word of each bit}
 *
 * Route: the undo log's images.  Thread: any.
 */
#ifndef STORE_SPARSE_H
#define STORE_SPARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Bytes of the longest form of size bytes. */
#define SPARSE_SIZE_MAX(size) (4 + (size) + ((size) + 511) / 512 * 8)

/* Appends data.  Shape: size is a multiple of 8. */
void sparse_put(struct buf *out, const void *data, size_t size);
/* Takes it back.  Shape: data[room].  False: damaged, or longer than room. */
bool sparse_get(struct buf_reader *r, void *data, size_t room, size_t *ret_size);

#endif
