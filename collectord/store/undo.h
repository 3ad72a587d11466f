/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The undo log: the live head of each RRD file as it was at the last syncfs,
 * on disk before librrd changes it.  After a crash the heads are put back, the
 * journal writes the rows again, and the file is as if nothing had happened.
 *
 *   slots    2 x 4096: "COLUNDO\n" u32 version u32 crc32c(epoch) u64 epoch
 *   record   u32 size of body, u32 type, u64 epoch, u32 crc32c of these,
 *            u32 crc32c(body)
 *   body     str16 path u64 offset, then the image: {bytes} as type 1, which
 *            earlier versions wrote, or as sparse.h says (type 3)
 *
 * What is synced together begins at a multiple of 4096.  Only records of the
 * newest epoch count; the log is overwritten from its start in the next one.
 *
 * Route: the store process, around its updates.  Thread: its only one.
 * Source: DESIGN.md 4.7; storage.md A5, C.3, E2.
 */
#ifndef STORE_UNDO_H
#define STORE_UNDO_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/err.h>

struct undo;

/* Opens the log, made if need be.  Errors: COL_EIO. */
int undo_open(const char *path, struct undo **ret_undo, struct col_error *error);
void undo_free(struct undo *undo);

struct undo_count { uint32_t restored, skipped, damaged; };
/*
 * Puts the oldest image of each file in this epoch back; fn is called for each
 * file that was changed.  They are needed until the files are synced.
 * Errors: COL_EIO: not all is back, the caller must not go on.
 */
typedef void undo_path_fn(void *arg, const char *path);
int undo_restore(struct undo *undo, undo_path_fn *fn, void *arg,
    struct undo_count *ret_count, struct col_error *error);

/*
 * Takes the image of a file that is about to be updated, if the epoch has none
 * of it yet; on disk after undo_sync.
 * Errors: COL_ENOENT, COL_EIO, COL_EPROTO: damaged, text says how.
 */
int undo_add(struct undo *undo, const char *path, struct col_error *error);
/* Another file will stand under that name: its images no longer count. */
void undo_void(struct undo *undo, const char *path);
/* Writes and syncs what was added.  Errors: COL_EIO, and it is added no more. */
int undo_sync(struct undo *undo, struct col_error *error);
/* All files are synced: no image is needed.  Errors: COL_EIO: they still count. */
int undo_forget(struct undo *undo, struct col_error *error);
/* Bytes of images since the last undo_forget. */
uint64_t undo_bytes(const struct undo *undo);

#endif
