/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams for the native engine's v1 and v2c codec, as if their id and
 * community were right: each is decoded twice, once with the names of a
 * request in hand and once without, which must tell the same.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "native_codec.h"
#include "peek.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define NAMES 4

static struct pdu_values with, without;
static volatile unsigned sink;

/* Reads every byte that a varbind points to. */
static unsigned
touch(const struct varbind *vb)
{
	unsigned sum = vb->type;

	for (unsigned i = 0; i < vb->name.n; i++) {
		sum += vb->name.sub[i];
	}
	for (size_t i = 0; i < vb->len; i++) {
		sum += vb->bytes[i];
	}
	for (unsigned i = 0; i < vb->objid.n; i++) {
		sum += vb->objid.sub[i];
	}
	return sum;
}

static void
decode(const struct pdu *pdu, const struct pdu_asked *asked)
{
	int rc = pdu_values(pdu, NULL, &without);

	if (pdu_values(pdu, asked, &with) != rc) {
		abort();
	}
	if (rc != 0) {
		return;
	}
	if (with.n != without.n || with.n > PDU_VARBINDS_MAX) {
		abort();
	}
	for (size_t i = 0; i < with.n; i++) {
		/* With names in hand more of them may find room. */
		if (without.varbinds[i].name.n > 0 &&
		    objid_compare(with.varbinds[i].name,
		    without.varbinds[i].name) != 0) {
			abort();
		}
		if (with.varbinds[i].type != without.varbinds[i].type ||
		    with.varbinds[i].len != without.varbinds[i].len) {
			abort();
		}
		sink += touch(&with.varbinds[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct objid names_memory[NAMES] = {
	    {9, {1, 3, 6, 1, 2, 1, 1, 3, 0}},
	    {10, {1, 3, 6, 1, 4, 1, 318, 1, 26, 1}},
	    {10, {1, 3, 6, 1, 4, 1, 318, 1, 26, 2}},
	    {5, {1, 3, 6, 1, 4294967295}}};
	struct objref names[NAMES];
	struct engine_request request = {.names = names, .n_names = NAMES};
	struct pdu_place places[NAMES];
	uint8_t body[256], *copy;
	struct ber_writer writer = ber_writer(body, sizeof(body));
	struct pdu_asked asked = {.names = names, .places = places,
	    .n = NAMES};
	struct credential credential = {.id = "c"};
	struct native_ask ask = {.credential = &credential};
	struct native_parsed parsed;
	struct peek peek;

	for (int i = 0; i < NAMES; i++) {
		names[i] = objid_ref(&names_memory[i]);
	}
	if (pdu_put_body(&writer, &request, places) != 0) {
		abort();
	}
	asked.body = writer.at;
	if (peek_message(bytes, size, &peek) != 0 || peek.version == 3 ||
	    peek.community_len > sizeof(credential.community)) {
		return 0;
	}
	credential.version = (enum credential_version)peek.version;
	credential.community_len = peek.community_len;
	memcpy(credential.community, peek.community, peek.community_len);
	ask.id = peek.id;
	copy = malloc(size);
	if (copy == NULL) {
		abort();
	}
	memcpy(copy, bytes, size);
	if (codec_community.parse(NULL, &ask, copy, size, &parsed) ==
	    NATIVE_ANSWER) {
		decode(&parsed.pdu, &asked);
	}
	free(copy);
	return 0;
}
