/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The message of SNMPv3 with USM parameters, as fields: written and read
 * within bounds, without a key in sight.
 *
 * Route: usm.c -> here -> socket, and back.  Thread: any.
 * Source: RFC 3412 s.6 (message, scoped PDU), RFC 3414 s.2.4 (parameters).
 */
#ifndef SNMP_MESSAGE_V3_H
#define SNMP_MESSAGE_V3_H

#include <stddef.h>
#include <stdint.h>

#include "ber.h"
#include "usm_crypt.h"

#define MESSAGE_V3_ENGINE_ID_MIN 5   /* RFC 3411 SnmpEngineID */
#define MESSAGE_V3_ENGINE_ID_MAX 32
#define MESSAGE_V3_MODEL_USM 3       /* RFC 3411 s.5 */
#define MESSAGE_V3_TIME_MAX 0x7fffffffu /* also of boots */

/* msgFlags.  Source: RFC 3412 s.6.4. */
enum message_v3_flag {
	MESSAGE_V3_AUTH = 1, MESSAGE_V3_PRIV = 2, MESSAGE_V3_REPORTABLE = 4
};

struct message_v3 {
	uint32_t id;              /* msgID */
	uint32_t max_size;        /* msgMaxSize */
	uint8_t flags;            /* enum message_v3_flag */
	uint32_t model;           /* msgSecurityModel */
	struct usm_bytes engine_id, user;
	uint32_t boots, time;
	struct usm_bytes mac;     /* msgAuthenticationParameters */
	struct usm_bytes salt;    /* msgPrivacyParameters */
	struct usm_bytes data;    /* read: scoped PDU, or what hides it */
	struct usm_bytes whole;   /* read: what the MAC covers */
};

/*
 * Writes everything before msgData, whose bytes since mark are there already
 * (with MESSAGE_V3_PRIV: encrypted, without the header of the OCTET STRING).
 * id, max_size, flags, model, engine_id, user, boots, time, salt and mac.len
 * are read; the MAC is left zero.
 * Returns the place of the MAC; void when the writer is full.
 */
uint8_t *message_v3_put(struct ber_writer *writer,
    const struct message_v3 *message, size_t mark);
/* Writes what makes the PDU since mark a scoped one. */
void message_v3_put_scope(struct ber_writer *writer,
    struct usm_bytes context_engine_id, struct usm_bytes context_name,
    size_t mark);

/*
 * Takes a message apart; all of it lies in bytes.
 * Errors: COL_EPROTO (anything outside the bounds of RFC 3412 and 3414).
 */
int message_v3_read(const uint8_t *bytes, size_t size,
    struct message_v3 *ret_message);

struct message_v3_scope {
	struct usm_bytes context_engine_id, context_name;
	struct ber_reader pdu;    /* at the PDU's tag */
};
/* Opens a scoped PDU; bytes behind it (padding) are left alone. */
int message_v3_read_scope(const uint8_t *bytes, size_t size,
    struct message_v3_scope *ret_scope);

#endif
