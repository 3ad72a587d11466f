/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Community and request-id are no part of a body, so 90,000 racks of one kind
 * share a handful, whatever their communities are.
 */
#include "native_body.h"

#include <stdlib.h>
#include <string.h>

#define SWEEP_NS INT64_C(60000000000)
#define UNUSED_NS INT64_C(600000000000)

/* What is gathered before its size is known. */
struct parts {
	uint8_t body[PDU_BODY_SIZE], names[PDU_BODY_SIZE];
	struct pdu_place places[PDU_NAMES_MAX];
	size_t n_places;
};

/* Encodes the names that an answer to GETBULK should have. */
static void
put_expected(struct ber_writer *names, const struct engine_request *request,
    size_t body_len, struct parts *parts)
{
	size_t marks[PDU_NAMES_MAX + 1] = {0}, n = request->n_expected, len;

	for (size_t i = n; i > 0; i--) {
		ber_put_objid(names, request->expected[i - 1]);
		marks[i - 1] = ber_written(names);
	}
	len = ber_written(names);
	/* One that does not fit: answers are decoded without this help. */
	parts->n_places = names->full || body_len + len > UINT16_MAX ? 0 : n;
	for (size_t i = 0; i < parts->n_places; i++) {
		parts->places[i].at = (uint16_t)(body_len + len - marks[i]);
		parts->places[i].len = (uint16_t)(marks[i] -
		    (i + 1 < n ? marks[i + 1] : 0));
	}
}

/* One block: the struct, the places, the bytes. */
static int
make_body(const struct engine_request *request, struct native_body **ret_body)
{
	struct parts parts;
	struct ber_writer writer = ber_writer(parts.body, sizeof(parts.body));
	struct ber_writer names = ber_writer(parts.names, sizeof(parts.names));
	struct native_body *body;
	uint8_t *bytes;
	int rc = pdu_put_body(&writer, request, parts.places);

	if (rc != 0) {
		return rc;
	}
	parts.n_places = request->verb == ENGINE_GET ? request->n_names : 0;
	if (request->n_expected > 0 && request->n_expected <= PDU_NAMES_MAX) {
		put_expected(&names, request, ber_written(&writer), &parts);
	}
	body = malloc(sizeof(*body) + parts.n_places * sizeof(*parts.places) +
	    ber_written(&writer) + ber_written(&names));
	if (body == NULL) {
		return COL_ENOMEM;
	}
	memset(body, 0, sizeof(*body));
	body->n_places = parts.n_places;
	body->places = (struct pdu_place *)(body + 1);
	memcpy(body->places, parts.places,
	    parts.n_places * sizeof(*parts.places));
	bytes = (uint8_t *)(body->places + parts.n_places);
	body->bytes = bytes;
	body->len = ber_written(&writer);
	memcpy(bytes, writer.at, body->len);
	memcpy(bytes + body->len, names.at, ber_written(&names));
	*ret_body = body;
	return 0;
}

int
native_bodies_get(struct native_bodies *bodies,
    const struct engine_request *request, int64_t now_ns,
    struct native_body **ret_body)
{
	struct native_body_key key = {.list = request->list,
	    .verb = request->verb, .n_names = (uint32_t)request->n_names,
	    .n_once = request->n_once, .n_repeat = request->n_repeat};
	struct native_body *body = NULL;
	int rc;

	if (key.list != 0) {
		HASH_FIND(hh, bodies->shared, &key, sizeof(key), body);
	}
	if (body == NULL) {
		rc = make_body(request, &body);
		if (rc != 0) {
			return rc;
		}
		bodies->n_made++;
		body->key = key;
		if (key.list != 0) {
			HASH_ADD(hh, bodies->shared, key, sizeof(key), body);
		}
	}
	body->n_refs++;
	body->used_ns = now_ns;
	*ret_body = body;
	return 0;
}

void
native_bodies_put(struct native_bodies *bodies, struct native_body *body)
{
	(void)bodies;
	if (body != NULL && --body->n_refs == 0 && body->key.list == 0) {
		free(body);
	}
}

void
native_bodies_sweep(struct native_bodies *bodies, int64_t now_ns)
{
	struct native_body *body, *next;

	if (now_ns - bodies->swept_ns < SWEEP_NS) {
		return;
	}
	bodies->swept_ns = now_ns;
	HASH_ITER(hh, bodies->shared, body, next) {
		if (body->n_refs == 0 && now_ns - body->used_ns > UNUSED_NS) {
			HASH_DEL(bodies->shared, body);
			free(body);
		}
	}
}

void
native_bodies_done(struct native_bodies *bodies)
{
	struct native_body *body, *next;

	HASH_ITER(hh, bodies->shared, body, next) {
		HASH_DEL(bodies->shared, body);
		free(body);
	}
}
