/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Encoded requests: what follows the request-id of a PDU, made once and shared
 * by all devices that are asked the same list of names.
 *
 * Route: native_send (sends them), native_receive (compares answers).
 * Thread: the POLL thread of the engine.
 */
#ifndef SNMP_NATIVE_BODY_H
#define SNMP_NATIVE_BODY_H

#include <uthash.h>

#include "engine.h"
#include "pdu.h"

/* Requests of one number, verb and repetitions are equal. */
struct native_body_key {
	uint64_t list;        /* engine_request's; 0: not shared */
	uint32_t verb, n_names, n_once, n_repeat;
};

struct native_body {
	struct native_body_key key;
	unsigned n_refs;      /* requests in flight */
	int64_t used_ns;      /* when one was last taken */
	size_t n_places;
	struct pdu_place *places; /* of the answer's names, as expected */
	const uint8_t *bytes;     /* the body; names that it lacks behind it */
	size_t len;
	UT_hash_handle hh;
};

struct native_bodies {
	struct native_body *shared;
	int64_t swept_ns;
	size_t n_made;        /* encodings so far, for tests and curiosity */
};

/*
 * The body of a request; put it back when the request has ended.
 * Errors: COL_ENOMEM, COL_EINVAL, COL_EFULL (see pdu_put_body).
 */
int native_bodies_get(struct native_bodies *bodies,
    const struct engine_request *request, int64_t now_ns,
    struct native_body **ret_body);
void native_bodies_put(struct native_bodies *bodies,
    struct native_body *body); /* accepts NULL */
/* Once a minute drops what nobody has used for ten. */
void native_bodies_sweep(struct native_bodies *bodies, int64_t now_ns);
/* Drops all; none is in flight. */
void native_bodies_done(struct native_bodies *bodies);

#endif
