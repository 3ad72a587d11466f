/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages of SNMPv1 and v2c: version, community, PDU.  The datagram's head is
 * written per message, some 30 bytes; its tail is the shared body.
 */
#include "native_codec.h"

#include <string.h>

static int
start(const struct col_host *host, void **ret_shared, struct col_error *error)
{
	(void)host;
	(void)error;
	*ret_shared = NULL;
	return 0;
}

static void
stop(void *shared)
{
	(void)shared;
}

static int
open_state(void *shared, const struct engine_target *target,
    void **ret_state, struct col_error *error)
{
	(void)shared;
	(void)target;
	(void)error;
	*ret_state = NULL;
	return 0;
}

static void
close_state(void *state)
{
	(void)state;
}

static int
build(void *state, const struct native_ask *ask, uint8_t *buffer,
    struct udp_packet *ret_packet)
{
	const struct credential *credential = ask->credential;
	struct ber_writer writer = ber_writer(buffer, UDP_DATAGRAM_SIZE);

	(void)state;
	pdu_put_head(&writer, ask->tag, ask->id, ask->body_len);
	ber_put_octets(&writer, BER_OCTETS,
	    (const uint8_t *)credential->community, credential->community_len);
	ber_put_integer(&writer, BER_INTEGER, credential->version);
	ber_put_header(&writer, BER_SEQUENCE,
	    ber_written(&writer) + ask->body_len);
	if (writer.full) {
		return COL_EFULL;
	}
	*ret_packet = (struct udp_packet){
		.head = writer.at, .head_len = ber_written(&writer),
		.tail = ask->body, .tail_len = ask->body_len,
	};
	return 0;
}

static enum native_verdict
parse(void *state, const struct native_ask *ask, uint8_t *bytes, size_t len,
    struct native_parsed *ret_parsed)
{
	const struct credential *credential = ask->credential;
	struct ber_reader reader = ber_reader(bytes, len), message, community;
	int64_t version;

	(void)state;
	if (ber_take(&reader, BER_SEQUENCE, &message) != 0 ||
	    ber_take_integer(&message, &version) != 0 ||
	    version != (int64_t)credential->version ||
	    ber_take(&message, BER_OCTETS, &community) != 0 ||
	    ber_left(&community) != credential->community_len ||
	    memcmp(community.at, credential->community,
	    credential->community_len) != 0 ||
	    pdu_take(&message, &ret_parsed->pdu) != 0 ||
	    ret_parsed->pdu.tag != PDU_RESPONSE ||
	    ret_parsed->pdu.id != ask->id) {
		return NATIVE_DROP;
	}
	return NATIVE_ANSWER;
}

static void
expired(void *state, struct engine_reply *reply)
{
	(void)state;
	reply->detail = "no answer: unreachable, or wrong community";
}

const struct native_codec codec_community = {
    .kind = NATIVE_COMMUNITY,
    .start = start,
    .stop = stop,
    .open = open_state,
    .close = close_state,
    .build = build,
    .parse = parse,
    .expired = expired,
};
