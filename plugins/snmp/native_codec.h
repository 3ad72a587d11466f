/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the native engine asks of a message format: make a datagram of a
 * request, make an answer of a datagram.
 *
 * Route: engine_native <-> codec <-> pdu.  Codecs: codec_community
 * (message_v2.c, v1 and v2c), codec_usm (v3).  codec_for() names the one for a
 * credential; a new format is one more line there.
 * Thread: the POLL thread of the engine.
 * Source: RFC 1901, RFC 3412 s.6 (the message), RFC 3414 (USM).
 *
 * The engine owns ids, addresses, timers, tries; the codec owns what is known
 * of one agent's security.  The life of a request: build() -> sent, again with
 * each try (a new id each) -> datagrams whose id (request-id, with v3 msgID),
 * version and source fit go to parse().  NATIVE_AGAIN starts over at once with
 * a fresh count of tries: after discovery, or with a corrected clock.
 */
#ifndef SNMP_NATIVE_CODEC_H
#define SNMP_NATIVE_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "../common/udp.h"
#include "engine.h"
#include "pdu.h"

/* Room for a whole v3 message around the largest body. */
_Static_assert(UDP_DATAGRAM_SIZE >= PDU_BODY_SIZE + 1024, "a message fits");
/* NATIVE_AGAINs of one request that the engine goes along with. */
#define NATIVE_AGAIN_MAX 4

/* One request as the engine wants it sent, or as it was sent. */
struct native_ask {
	const struct credential *credential;
	enum pdu_tag tag;
	const uint8_t *body;  /* the PDU after its request-id */
	size_t body_len;
	uint32_t id;          /* request-id and msgID; 0x800000..0x7fffffff */
	unsigned n_again;     /* NATIVE_AGAINs of this request so far */
	int64_t now_ns;       /* monotonic */
};
enum native_verdict {
	NATIVE_ANSWER = 0, /* pdu is the response to this id */
	NATIVE_AGAIN,      /* more is known now: build and send anew */
	NATIVE_REFUSED,    /* ends as ENGINE_AUTH with detail */
	NATIVE_BROKEN,     /* ends as ENGINE_BROKEN with detail */
	NATIVE_DROP,       /* forged or not for us: counted, waiting goes on */
	NATIVE_VERDICT_N
};

struct native_parsed {
	struct pdu pdu;       /* with NATIVE_ANSWER; lies in the datagram */
	const char *detail;   /* for people; static text */
};

/* Each format's place in the engine's list of what start() made. */
enum native_codec_kind { NATIVE_COMMUNITY = 0, NATIVE_USM, NATIVE_CODEC_N };

struct native_codec {
	enum native_codec_kind kind;
	/*
	 * Makes what all agents of one engine share; called before the first
	 * open.  May leave it NULL.  Errors: COL_ENOMEM, COL_ENOTSUP.
	 */
	int (*start)(const struct col_host *host, void **ret_shared,
	    struct col_error *error);
	void (*stop)(void *shared); /* accepts NULL; all states are closed */
	/*
	 * Makes the state of one agent; may leave it NULL when none is needed.
	 * Owns: copies the device's name, borrows the credential until close.
	 * Errors: COL_ENOMEM, COL_ENOTSUP.
	 */
	int (*open)(void *shared, const struct engine_target *target,
	    void **ret_state, struct col_error *error);
	void (*close)(void *state); /* accepts NULL */
	/*
	 * Builds the datagram of ask, or of what has to go first (discovery).
	 * Shape: buffer has UDP_DATAGRAM_SIZE; the tail may be ask->body.
	 * Errors: COL_EFULL, COL_EINVAL: it cannot be encoded; COL_ENOTSUP.
	 */
	int (*build)(void *state, const struct native_ask *ask,
	    uint8_t *buffer, struct udp_packet *ret_packet);
	/*
	 * Reads a datagram for a request in flight.  ask->id is the id that it
	 * answers, one of those sent.  bytes may be changed (decryption).
	 */
	enum native_verdict (*parse)(void *state,
	    const struct native_ask *ask, uint8_t *bytes, size_t len,
	    struct native_parsed *ret_parsed);
	/*
	 * The last try went unanswered: reply is ENGINE_TIMEOUT with a general
	 * detail and may be made more exact.  What was known of the agent may
	 * be dropped.
	 */
	void (*expired)(void *state, struct engine_reply *reply);
};

/* v1 and v2c; keeps no state. */
extern const struct native_codec codec_community;

/* The format that a credential is for. */
const struct native_codec *codec_for(const struct credential *credential);

#endif
