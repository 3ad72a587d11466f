/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An SNMPv3 responder: the message and its user-based security around a PDU,
 * for any number of engines behind one socket. The test double of a collector's
 * own SNMPv3: it shares no code with one.
 *
 * Route:  fed by serve with datagrams; pdu answers what is inside.
 * Thread: one per struct v3; never blocks.
 * Source: RFC 3412 sections 6 and 7.2; RFC 3414 sections 2.4 and 3.2.
 */
#ifndef RACKSIM_V3_H
#define RACKSIM_V3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent.h"
#include "keys.h"
#include "users.h"

/* Room that an injected report takes at most. */
#define V3_REPORT_MAX 512

/* Source: RFC 3414 section 5, usmStats; the two last RFC 3412 and 3413. */
enum v3_report {
	V3_UNSUPPORTED_SEC_LEVELS,
	V3_NOT_IN_TIME_WINDOWS,
	V3_UNKNOWN_USER_NAMES,
	V3_UNKNOWN_ENGINE_IDS,
	V3_WRONG_DIGESTS,
	V3_DECRYPTION_ERRORS,
	V3_UNKNOWN_PDU_HANDLERS,
	V3_UNKNOWN_CONTEXTS,
	V3_REPORT_N
};

/* The engine that is asked, now. */
struct v3_engine {
	struct keys_engine id;
	struct keys_time now;
	bool is_bare;		/* discovery says neither boots nor time */
};

struct v3;

/*
 * Makes a responder.
 * Owns:   borrows users and agent (community, limits, quirks and statistics).
 * Errors: NULL out of memory or without OpenSSL's algorithms.
 */
struct v3 *v3_new(const struct users *users, struct agent *agent);

/* Frees it; NULL is fine. */
void v3_free(struct v3 *v3);

/* Tells whether a datagram says that it is of version 3. */
bool v3_is(struct ber_in message);

/*
 * Answers one datagram, with a Report where the security model says so.
 * Shape:  as agent_answer.
 * Errors: 0 when it must not be answered (counted in the agent's stats).
 */
size_t v3_answer(struct v3 *v3, const struct agent_source *source,
    const struct v3_engine *engine, struct ber_in message, uint8_t *out);

/*
 * Forges an unauthenticated Report to a request, as anybody on the wire could.
 * Shape:  `out` has V3_REPORT_MAX bytes; returns the length, 0 = no request.
 */
size_t v3_forge(const struct v3_engine *engine, struct ber_in message,
    enum v3_report report, uint8_t *out);

/* Returns how many reports of a kind were sent, by all engines together. */
uint32_t v3_reports(const struct v3 *v3, enum v3_report report);

#endif
