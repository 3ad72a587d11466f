/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The daemon's end of the store process: starts it, sends, receives, notices
 * that it died.  Nothing here waits but child_start and child_stop.
 *
 * Route: store -> store process.  Thread: STORE.
 */
#ifndef STORE_CHILD_H
#define STORE_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "store/proto.h"

struct child;

/*
 * Executes program as store process on dir.  Errors: COL_EIO.
 * It says HELLO when it holds the lock of dir.
 */
int child_start(const char *program, const char *dir, struct child **ret_child,
    struct col_error *error);
/* Waits for HELLO.  Units: ms.  Errors: COL_EBUSY in time's end, COL_EIO: died. */
int child_wait(struct child *child, int timeout_ms);
bool child_ready(const struct child *child);
/* What it told with HELLO, once; false: told already, or not yet here.
 * Owns: ret_hello->paths, free with buf_done. */
bool child_hello(struct child *child, struct proto_hello *ret_hello);
/* Why it says that it cannot serve; "" when it has said nothing. */
const char *child_why(const struct child *child);
/* Closes the pipe, waits for the end of what it does; NULL is fine. */
void child_stop(struct child *child);

/* Where to put frames; sent by child_pump. */
struct buf *child_out(struct child *child);
typedef void child_reply_fn(void *arg, uint32_t request, struct proto_reply *reply);
/*
 * Sends and receives what is possible now; fn borrows each reply.
 * Returns false when the process is gone.
 */
bool child_pump(struct child *child, child_reply_fn *fn, void *arg);
/* Bytes not yet taken by the pipe. */
size_t child_backlog(const struct child *child);
int child_pid(const struct child *child);

#endif
