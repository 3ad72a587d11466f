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

/* One block: the struct, the places, the bytes. */
static int
make_body(const struct engine_request *request, struct native_body **ret_body)
{
	uint8_t buffer[PDU_BODY_SIZE];
	struct pdu_place places[PDU_NAMES_MAX];
	struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
	size_t n_places = request->verb == ENGINE_GET ? request->n_names : 0;
	struct native_body *body;
	int rc = pdu_put_body(&writer, request, places);

	if (rc != 0) {
		return rc;
	}
	body = malloc(sizeof(*body) + n_places * sizeof(*places) +
	    ber_written(&writer));
	if (body == NULL) {
		return COL_ENOMEM;
	}
	memset(body, 0, sizeof(*body));
	body->n_places = n_places;
	body->places = (struct pdu_place *)(body + 1);
	memcpy(body->places, places, n_places * sizeof(*places));
	body->bytes = (uint8_t *)(body->places + n_places);
	body->len = ber_written(&writer);
	memcpy(body->places + n_places, writer.at, body->len);
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
