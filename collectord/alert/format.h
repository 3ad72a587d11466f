/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Formats: a notice as each type of receiver wants it, signed; and what its
 * answer means.  One row of a table per type.
 *
 * Route: notify -> format -> transport, and back.  Thread: NOTIFY.
 * Source: domain.md 4.1, 4.2.
 */
#ifndef ALERT_FORMAT_H
#define ALERT_FORMAT_H

#include "alert/transport.h"
#include "model/notice.h"
#include "model/receiver.h"

/*
 * Renders for an attempt at now.  Errors: COL_EIO (a secret cannot be read),
 * COL_EINVAL (the template does not give JSON; the URL is none), COL_ERANGE (too
 * large even when cut); error names the receiver and the remedy.
 */
int format_render(const struct receiver *receiver, const struct notice *notice,
    struct wall now, struct outgoing *ret_outgoing, struct col_error *error);

/* The receiver's address as it may be shown: of one that is a secret only scheme and
 * host.  Errors: those of format_render. */
int format_address(const struct receiver *receiver, char *to, size_t size,
    struct col_error *error);

enum verdict {
	VERDICT_ACCEPTED = 0,
	VERDICT_RETRY,          /* network, 408, 425, 429, 5xx, the robots' "too fast" */
	VERDICT_REFUSED,        /* another 4xx, 3xx, the robots' other codes: dead letter */
	VERDICT_GONE,           /* 410: the receiver is disabled */
	VERDICT_N
};
const char *verdict_text(enum verdict verdict);
/* error gets words where it is not accepted; ret_wait_s: at least so long, 0. */
enum verdict format_judge(const struct receiver *receiver, const struct answer *answer,
    char error[200], int64_t *ret_wait_s);

/* The rate that a type allows by itself: messages per minute and at once. */
void format_rate(enum receiver_type type, double *ret_per_minute, double *ret_burst);
/* Head and body as the log shows them, at most size; secrets are ***. */
void format_masked(const struct outgoing *outgoing, char *to, size_t size);

#endif
