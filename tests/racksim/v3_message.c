/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "v3_message.h"

#include <string.h>

#include "pdu.h"

/* Source: RFC 3412 section 6.4: 484 octets are the least a party takes. */
#define SIZE_MIN 484
/* Source: RFC 3411 section 5, SnmpSecurityModel: USM is 3. */
#define MODEL_USM 3
#define DES_BLOCK 8

/* The contents of the counters' names. */
#define USM_STATS 0x2b, 6, 1, 6, 3, 15, 1, 1
static const uint8_t counters[V3_REPORT_N][12] = {
	[V3_UNSUPPORTED_SEC_LEVELS] = {USM_STATS, 1, 0},
	[V3_NOT_IN_TIME_WINDOWS] = {USM_STATS, 2, 0},
	[V3_UNKNOWN_USER_NAMES] = {USM_STATS, 3, 0},
	[V3_UNKNOWN_ENGINE_IDS] = {USM_STATS, 4, 0},
	[V3_WRONG_DIGESTS] = {USM_STATS, 5, 0},
	[V3_DECRYPTION_ERRORS] = {USM_STATS, 6, 0},
	/* Source: RFC 3412 section 5, snmpMPDStats; RFC 3413 section 4.2. */
	[V3_UNKNOWN_PDU_HANDLERS] = {0x2b, 6, 1, 6, 3, 11, 2, 1, 3, 0},
	[V3_UNKNOWN_CONTEXTS] = {0x2b, 6, 1, 6, 3, 12, 1, 5, 0},
};
static const uint8_t counter_lens[V3_REPORT_N] = {
	10, 10, 10, 10, 10, 10, 10, 9
};

static int
parse_header(struct ber_in *message, struct v3_message *ret)
{
	struct ber_in header, flags;
	int32_t model;

	if (ber_take_tag(message, BER_SEQUENCE, &header) != 0 ||
	    ber_take_int(&header, &ret->msg_id) != 0 || ret->msg_id < 0 ||
	    ber_take_int(&header, &ret->max_size) != 0 ||
	    ret->max_size < SIZE_MIN ||
	    ber_take_tag(&header, BER_OCTETS, &flags) != 0 ||
	    flags.end - flags.p != 1 || ber_take_int(&header, &model) != 0 ||
	    model != MODEL_USM || header.p != header.end) {
		return -1;
	}
	ret->flags = *flags.p;
	/* Privacy without authentication. Source: RFC 3412 section 7.2. */
	return (ret->flags & (V3_AUTH | V3_PRIV)) == V3_PRIV ? -1 : 0;
}

static int
parse_security(struct ber_in *message, struct v3_message *ret)
{
	struct ber_in octets, usm;
	int32_t boots, time;

	if (ber_take_tag(message, BER_OCTETS, &octets) != 0 ||
	    ber_take_tag(&octets, BER_SEQUENCE, &usm) != 0 ||
	    octets.p != octets.end ||
	    ber_take_tag(&usm, BER_OCTETS, &ret->engine) != 0 ||
	    ber_take_int(&usm, &boots) != 0 || boots < 0 ||
	    ber_take_int(&usm, &time) != 0 || time < 0 ||
	    ber_take_tag(&usm, BER_OCTETS, &ret->user) != 0 ||
	    ber_take_tag(&usm, BER_OCTETS, &ret->mac) != 0 ||
	    ber_take_tag(&usm, BER_OCTETS, &ret->salt) != 0 ||
	    usm.p != usm.end || ret->user.end - ret->user.p > 32 ||
	    ret->engine.end - ret->engine.p > KEYS_ENGINE_MAX) {
		return -1;
	}
	ret->when.boots = (uint32_t)boots;
	ret->when.time = (uint32_t)time;
	return 0;
}

int
v3_message_parse(struct ber_in in, struct v3_message *ret)
{
	struct ber_in message;
	int32_t version;

	if (ber_take_tag(&in, BER_SEQUENCE, &message) != 0 || in.p != in.end ||
	    ber_take_int(&message, &version) != 0 ||
	    version != PDU_VERSION_3 || parse_header(&message, ret) != 0 ||
	    parse_security(&message, ret) != 0) {
		return -1;
	}
	return ber_take_tag(&message, ret->flags & V3_PRIV ? BER_OCTETS :
	    BER_SEQUENCE, &ret->scoped) != 0 || message.p != message.end ?
	    -1 : 0;
}

/* Writes the security parameters, with zeros where the code will stand. */
static void
put_security(struct v3_frame *frame, const struct v3_head *head)
{
	static const uint8_t zeros[KEYS_MAX];
	struct ber_out *out = &frame->out;
	size_t octets = ber_open(out, BER_OCTETS);
	size_t usm = ber_open(out, BER_SEQUENCE);

	ber_put(out, BER_OCTETS, head->engine.bytes, head->engine.len);
	ber_put_int(out, BER_INTEGER, head->when.boots);
	ber_put_int(out, BER_INTEGER, head->when.time);
	ber_put(out, BER_OCTETS, head->user.p,
	    (size_t)(head->user.end - head->user.p));
	ber_put(out, BER_OCTETS, zeros, head->mac_size);
	frame->mac_at = out->len - head->mac_size;
	ber_put(out, BER_OCTETS, head->salt,
	    head->flags & V3_PRIV ? KEYS_SALT : 0);
	frame->salt_at = out->len - KEYS_SALT;
	ber_close(out, usm);
	ber_close(out, octets);
}

void
v3_message_begin(struct v3_frame *frame, const struct v3_head *head)
{
	struct ber_out *out = &frame->out;
	size_t header;

	frame->flags = head->flags;
	frame->is_des = head->is_des;
	out->size -= head->is_des ? DES_BLOCK - 1 : 0;
	frame->message_at = ber_open(out, BER_SEQUENCE);
	ber_put_int(out, BER_INTEGER, PDU_VERSION_3);
	header = ber_open(out, BER_SEQUENCE);
	ber_put_int(out, BER_INTEGER, head->msg_id);
	ber_put_int(out, BER_INTEGER, AGENT_REQUEST_MAX);
	ber_put(out, BER_OCTETS, &head->flags, 1);
	ber_put_int(out, BER_INTEGER, MODEL_USM);
	ber_close(out, header);
	put_security(frame, head);
	if (head->flags & V3_PRIV) {
		frame->cipher_at = ber_open(out, BER_OCTETS);
	}
	frame->plain_at = out->len;
	frame->scoped_at = ber_open(out, BER_SEQUENCE);
	ber_put(out, BER_OCTETS, head->engine.bytes, head->engine.len);
	ber_put(out, BER_OCTETS, NULL, 0);
}

void
v3_message_report(struct v3_frame *frame, enum v3_report report,
    int32_t request_id, uint32_t count)
{
	struct ber_out *out = &frame->out;
	size_t pdu = ber_open(out, PDU_REPORT), list, pair;

	ber_put_int(out, BER_INTEGER, request_id);
	ber_put_int(out, BER_INTEGER, 0);
	ber_put_int(out, BER_INTEGER, 0);
	list = ber_open(out, BER_SEQUENCE);
	pair = ber_open(out, BER_SEQUENCE);
	ber_put(out, BER_OID, counters[report], counter_lens[report]);
	ber_put_int(out, BER_COUNTER32, count);
	ber_close(out, pair);
	ber_close(out, list);
	ber_close(out, pdu);
}

void
v3_message_end(struct v3_frame *frame)
{
	struct ber_out *out = &frame->out;

	ber_close(out, frame->scoped_at);
	if (frame->is_des) {
		out->size += DES_BLOCK - 1;
		while (!out->full && (out->len - frame->plain_at) % DES_BLOCK) {
			out->bytes[out->len++] = 0;
		}
	}
	if (frame->flags & V3_PRIV) {
		ber_close(out, frame->cipher_at);
	}
	ber_close(out, frame->message_at);
}
