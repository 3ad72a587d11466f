/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The other side of codec_usm in tests: an agent whose engine can be scripted,
 * and a manager that asks it.
 *
 * Route: unit tests, fuzz target and bench of SNMPv3.  Thread: one.
 * Source: RFC 3414 s.3.2 (what an agent does), s.5 (its counters).
 */
#ifndef TESTS_USM_KIT_H
#define TESTS_USM_KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "usm.h"

#include "../plugin/snmp_host.h"

#define KIT_SIZE UDP_DATAGRAM_SIZE

/* An agent with one user. */
struct kit_agent {
	struct usm_keyring keyring;
	struct credential credential;   /* its user */
	struct usm_engine engine;       /* its own id, boots and keys */
	uint32_t boots;
	int64_t time_s;                 /* its engine time is now_s + this */
	bool hides_time;                /* answers probes with 0 and 0 */
	bool mute;                      /* answers nothing but probes */
	struct usm_bytes body;          /* of its responses, when given */
	enum usm_report probe_report;   /* 0: unknown engine id */
	unsigned n_probes, n_requests, n_windows;
	uint64_t salt;
};

/* What an agent says. */
struct kit_datagram {
	uint8_t bytes[KIT_SIZE];
	size_t len;                     /* 0: nothing */
};

/* The credential "user" with passphrases made from seed. */
void kit_credential(struct credential *credential, enum credential_auth auth,
    enum credential_priv priv, const char *seed);
void kit_agent_start(struct kit_agent *agent,
    const struct credential *credential, const char *engine_id);
void kit_agent_stop(struct kit_agent *agent);
/* Another engine id, as after a swap of devices. */
void kit_agent_rename(struct kit_agent *agent, const char *engine_id);
/* Takes a request, answers as RFC 3414 says and the script changes. */
void kit_agent_take(struct kit_agent *agent, const uint8_t *bytes, size_t len,
    int64_t now_ns, struct kit_datagram *ret_answer);

/* A message of the agent's making. */
struct kit_message {
	uint32_t id, pdu_id;
	uint8_t flags;                  /* enum message_v3_flag */
	enum pdu_tag tag;
	enum usm_report report;         /* with PDU_REPORT */
	int64_t now_ns;
	struct usm_bytes body;          /* instead of one varbind, when given */
	const struct usm_bytes *user;   /* NULL: the agent's */
};
void kit_agent_say(struct kit_agent *agent, const struct kit_message *message,
    struct kit_datagram *ret_datagram);

/* The manager: one codec_usm state. */
struct kit_manager {
	struct fakehost fake;
	void *usm;                      /* struct usm */
	uint32_t id;
	struct native_ask ask;          /* the last one built */
	uint8_t body[64], buffer[KIT_SIZE];
	struct udp_packet packet;
	struct native_parsed parsed;
};

void kit_manager_start(struct kit_manager *manager);
void kit_manager_stop(struct kit_manager *manager);
struct usm_agent *kit_open(struct kit_manager *manager,
    const struct credential *credential);
void kit_close(struct usm_agent *state);
/* Builds a GET of sysUpTime.0, or the probe before it. */
void kit_build(struct kit_manager *manager, struct usm_agent *state,
    unsigned n_again);
enum native_verdict kit_parse(struct kit_manager *manager,
    struct usm_agent *state, const struct kit_datagram *datagram);
/*
 * One request to its end, as the engine would do it; NATIVE_VERDICT_N when it
 * went unanswered and codec_usm was told so; reply says with which words.
 */
enum native_verdict kit_request(struct kit_manager *manager,
    struct usm_agent *state, struct kit_agent *agent,
    struct engine_reply *ret_reply);

static inline void
kit_wait(struct kit_manager *manager, int64_t seconds)
{
	manager->fake.now_ns += seconds * 1000000000;
}

#endif
