/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The octets of an SNMPv3 message: taken apart, and put together with holes
 * for the salt and the authentication code.
 *
 * Route:  v3 -> v3_message -> ber.
 * Thread: any (pure functions over caller's memory).
 * Source: RFC 3412 section 6; RFC 3414 section 2.4.
 */
#ifndef RACKSIM_V3_MESSAGE_H
#define RACKSIM_V3_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ber.h"
#include "keys.h"
#include "v3.h"

/* Source: RFC 3412 section 6.4, msgFlags. */
enum {
	V3_AUTH = 0x01,
	V3_PRIV = 0x02,
	V3_REPORTABLE = 0x04
};

/* A message taken apart; all parts borrow its octets. */
struct v3_message {
	int32_t msg_id, max_size;
	uint8_t flags;
	struct ber_in engine, user, mac, salt;
	struct keys_time when;
	struct ber_in scoped;	/* contents of the sequence, or cipher text */
};

/* What a message to be made says of itself. */
struct v3_head {
	int32_t msg_id;
	uint8_t flags;
	struct keys_engine engine;
	struct keys_time when;
	struct ber_in user;
	size_t mac_size;	/* octets left for the authentication code */
	uint8_t salt[KEYS_SALT];
	bool is_des;		/* the scoped PDU is padded to 8 octets */
};

/* A message being made. */
struct v3_frame {
	struct ber_out out;
	uint8_t flags;
	bool is_des;
	size_t message_at, cipher_at, scoped_at;
	size_t mac_at, salt_at;	/* where the contents lie */
	size_t plain_at;	/* first octet to be encrypted */
};

/*
 * Takes a message apart.
 * Errors: -1 for anything that RFC 3412 calls a parse error or that asks for
 *         another security model.
 */
int v3_message_parse(struct ber_in in, struct v3_message *ret);

/*
 * Writes all up to the PDU; the caller appends that to frame->out.
 * Shape:  frame->out is set by the caller; its size shrinks by the padding.
 */
void v3_message_begin(struct v3_frame *frame, const struct v3_head *head);

/* Appends the PDU of a Report with one counter. */
void v3_message_report(struct v3_frame *frame, enum v3_report report,
    int32_t request_id, uint32_t count);

/* Closes all lengths; what is to be encrypted runs from plain_at to the end. */
void v3_message_end(struct v3_frame *frame);

#endif
