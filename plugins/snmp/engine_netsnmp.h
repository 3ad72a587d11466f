/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of the netsnmp engine: sessions, and the codec around libsnmp.
 *
 * Route: engine_netsnmp.c (sockets, timers, matching) uses
 * engine_netsnmp_codec.c (messages) uses engine_netsnmp_usm.c (SNMPv3 state).
 * Thread: one POLL thread; library_lock around libsnmp's process-wide tables.
 * Source: engine.md section 3 (what libsnmp exports and what it costs).
 */
#ifndef SNMP_ENGINE_NETSNMP_H
#define SNMP_ENGINE_NETSNMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"

#define NETSNMP_PACKET_SIZE 8192
#define NETSNMP_ENGINE_ID_SIZE 32  /* RFC 3411 SnmpEngineID (5..32) */

struct usmUser;
struct snmp_pdu;

/* What is known of one agent's SNMPv3 engine.  libsnmp's own tables hold it
 * only while a message of this agent is built or parsed. */
struct usm_state {
	bool known;
	bool proven;             /* an authenticated answer has come */
	uint8_t engine_id[NETSNMP_ENGINE_ID_SIZE];
	size_t engine_id_len;
	uint32_t boots, time;    /* at synced_ns */
	int64_t synced_ns;
	struct usmUser *user;    /* ours, not in libsnmp's list */
};

/* What a message turned out to be. */
enum codec_result {
	CODEC_RESPONSE = 0,
	CODEC_REPORT,       /* report says which */
	CODEC_IGNORE,       /* not for us, or forged */
	CODEC_OUT_OF_WINDOW,/* authentic, but our idea of its time is wrong */
	CODEC_RESULT_N
};

/* What builds a message: whose, what, which numbers. */
struct codec_message {
	const struct credential *credential;
	struct usm_state *usm;    /* v3 */
	const struct engine_request *request; /* NULL: discovery probe */
	uint32_t id;
	int64_t now_ns;
};

/*
 * Builds into buffer of NETSNMP_PACKET_SIZE.
 * Returns the start of the packet inside buffer, NULL when libsnmp refuses.
 */
const uint8_t *codec_build(const struct codec_message *message,
    uint8_t *buffer, size_t *ret_len);
/*
 * Parses an answer.  ret_pdu is set with CODEC_RESPONSE and CODEC_REPORT;
 * free it with codec_free.  Reports give libsnmp's report type.
 */
enum codec_result codec_parse(const struct codec_message *message,
    const uint8_t *bytes, size_t len, struct snmp_pdu **ret_pdu,
    int *ret_report);
void codec_free(struct snmp_pdu *pdu);
/* Hands the content of a response to a reply function. */
void codec_deliver(struct snmp_pdu *pdu, const struct engine_request *request);

/* Takes engine id and time from the report that answered a probe. */
int usm_learn(struct usm_state *usm, const struct credential *credential,
    struct snmp_pdu *pdu, int64_t now_ns);
/* Puts the agent's user and time into libsnmp's tables, and takes them out. */
int usm_enter(struct usm_state *usm, int64_t now_ns);
void usm_leave(struct usm_state *usm, int64_t now_ns);
void usm_forget(struct usm_state *usm);

#endif
