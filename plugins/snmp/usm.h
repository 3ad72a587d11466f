/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The User-based Security Model as the native engine's format for SNMPv3:
 * discovery, times, keys and reports of each agent.
 *
 * Route: native engine -> codec_usm (usm_build.c, usm_receive.c) ->
 * usm_engine, message_v3, usm_crypt.  Thread: one POLL thread.
 * Source: RFC 3414 s.3 and s.4 (procedures, discovery), RFC 3412 s.7.2
 * (matching), engine.md section 4 (agents that break the rules).
 *
 * What is believed: the answer to a probe, while nothing is known; then only
 * what carries a valid MAC.  A report without one never changes what is known.
 * It ends a request when nothing was proven yet, and is a hint for the words
 * of a timeout afterwards.  "Unknown engine id" makes us probe again with the
 * old engine laid aside, and put back unless the new one proves itself.
 */
#ifndef SNMP_USM_H
#define SNMP_USM_H

#include <stdbool.h>
#include <stdint.h>

#include "native_codec.h"
#include "usm_engine.h"

/* Requests without an answer, or outside the window, until the engine is
 * discovered anew, and the least time between two of that.  Units: s. */
#define USM_STRIKES 2
#define USM_DROP_REST_S 30

/* Reports by type; the first six by their place in usmStats. */
enum usm_report {
	USM_REPORT_NONE = 0,
	USM_REPORT_LEVEL = 1, USM_REPORT_WINDOW = 2, USM_REPORT_USER = 3,
	USM_REPORT_ENGINE = 4, USM_REPORT_DIGEST = 5, USM_REPORT_DECRYPTION = 6,
	USM_REPORT_CONTEXT, USM_REPORT_OTHER, USM_REPORT_N
};

/* All 64 bits wide, so that a table can name them by their place. */
struct usm_counts {
	uint64_t reports[USM_REPORT_N]; /* by type; NONE: answers to probes */
	uint64_t discoveries;    /* engines learned */
	uint64_t drops;          /* engines dropped after two strikes */
	uint64_t changes;        /* engine ids that have changed */
	uint64_t malformed;      /* no SNMPv3, or not after decryption */
	uint64_t wrong_mac;
	uint64_t out_of_window;
	uint64_t unexpected;     /* other user, level, engine or PDU */
};

#define USM_COUNTS_N (sizeof(struct usm_counts) / sizeof(uint64_t))

/* What the agents of one POLL thread share. */
struct usm {
	const struct col_host *host;
	struct usm_keyring keyring;
	uint64_t salt;           /* counts from a random start */
	struct usm_counts counts;
	struct col_counter *told[USM_COUNTS_N]; /* NULL: not shown */
	uint32_t log_from_s;     /* begin of this minute of log lines */
	unsigned n_logged, n_unlogged;
};

/* One agent and credential: 96 bytes, its name, and its keys in the vault. */
struct usm_agent {
	struct usm *usm;
	const struct credential *credential;
	struct usm_engine engine;
	struct usm_engine *aside;  /* the proven one while a new one is tried */
	uint32_t dropped_s;        /* when last dropped, 0: never; monotonic */
	uint8_t strikes;
	uint8_t hint;              /* enum usm_report, not authentic */
	bool probing;              /* the message in flight is a probe */
	bool resynced;             /* once in this request */
	bool rediscovered;         /* once in this request */
	bool worked;               /* this user has been answered before */
	char device[];             /* for log lines */
};

extern const struct native_codec codec_usm;

/* ---- inside ---------------------------------------------------------------------- */

/* Counts one more of usm->counts, and tells the host. */
void usm_count(struct usm *usm, uint64_t *count);
/* Level of the credential: MESSAGE_V3_AUTH, MESSAGE_V3_PRIV. */
uint8_t usm_level(const struct credential *credential);
/* Words for people, the same whichever engine polls. */
const char *usm_report_words(enum usm_report report);
uint32_t usm_seconds(int64_t now_ns);
/* The engine laid aside comes back, or is forgotten. */
void usm_agent_restore(struct usm_agent *agent);
void usm_agent_replace(struct usm_agent *agent);
/*
 * One more request without an acceptable answer.
 * Returns true when the engine has been dropped for it.
 */
bool usm_agent_strike(struct usm_agent *agent, uint32_t now_s,
    const char *why);
/* Logs at info, ten lines a minute for all agents. */
void usm_log(struct usm_agent *agent, uint32_t now_s, const char *text);

/* Builds the request, or the probe that has to go first; see native_codec. */
int usm_build(struct usm_agent *agent, const struct native_ask *ask,
    uint8_t *buffer, struct udp_packet *ret_packet);
enum native_verdict usm_receive(struct usm_agent *agent,
    const struct native_ask *ask, uint8_t *bytes, size_t len,
    struct native_parsed *ret_parsed);

#endif
