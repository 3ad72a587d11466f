/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The conversation with one BMC: ask one command, get one answer; sessions,
 * retries and lost datagrams stay in here.
 *
 * Route: device, round, repository, log_reader -> link -> engine -> BMC.
 * Thread: the POLL thread of the device.
 * Source: IPMI v2.0 s.13 (RMCP+), s.22.13-22.19 (sessions); engine.md
 * section 8.
 *
 * One command is in flight per BMC.  A session is opened when one is needed:
 * [authentication capabilities, once] -> open session -> RAKP 1-4 -> [set
 * session privilege, above USER only] -> commands.  A command that is twice
 * unanswered on an open session means that the session is lost: it is opened
 * again at once, once.  A BMC that is busy (C0h, C3h) is asked again after a
 * second, twice.
 */
#ifndef PLUGIN_IPMI_LINK_H
#define PLUGIN_IPMI_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quirk.h"

/* Of one request's data, completion code and headers not counted. */
#define LINK_DATA_MAX 32
/* Of one answer's data. */
#define LINK_ANSWER_MAX 512

struct link;

/*
 * The end of one command.  status 0: an answer came, with completion code and
 * n bytes of data behind it, which are borrowed for the call.  Else:
 *   COL_ETIMEOUT  no answer, or none in time
 *   COL_EAUTH     user, password, privilege or cipher suites refused
 *   COL_EBUSY     the BMC has no room for a session: it is left alone a while
 *   COL_EPROTO    what came breaks the protocol
 *   COL_EIO       the system could not send
 *   COL_EFULL     it waited for its turn until the deadline
 *   COL_ENOMEM, COL_ENOTSUP
 * and link_fault() has the words for people.  The link may be asked again,
 * but not freed, from inside the function.
 */
typedef void link_answer_fn(void *arg, int status, uint8_t completion,
    const uint8_t *data, size_t n);

/* One command; what data points to is copied. */
struct link_request {
	uint8_t netfn;            /* of the request: even */
	uint8_t lun;              /* 0..3 */
	uint8_t command;
	const uint8_t *data;      /* may be NULL with n 0 */
	size_t n;                 /* 0..LINK_DATA_MAX */
	int64_t deadline_ns;      /* monotonic: the end is not later */
	/* Not 0: it goes after all others, at a pace, or by then not at all. */
	int64_t start_by_ns;
	link_answer_fn *fn;       /* never called from inside link_ask */
	void *arg;
};

/*
 * Asks; opens the session when there is none.
 * Errors: COL_EBUSY while a command is in flight, COL_EINVAL (request).
 */
int link_ask(struct link *link, const struct link_request *request);
/* The command in flight is forgotten: its function will not be called. */
void link_cancel(struct link *link);
bool link_is_busy(const struct link *link);

/* Bits of enum quirk that are in force for this BMC. */
uint32_t link_quirks(const struct link *link);
/* Why the last command failed, with the remedy; "" when nothing has. */
const char *link_fault(const struct link *link);

#endif
