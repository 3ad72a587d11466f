/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of RFC 3414 s.3.2: parameters, engine, user and level, MAC, time
 * window, decryption.  The msgID was matched before any of it, so what nobody
 * waits for costs no hash.
 *
 * NATIVE_DROP goes on waiting: the next datagram may be the true one.
 */
#include "usm.h"

#include <stdlib.h>
#include <string.h>

#include "message_v3.h"

#define REPORT_SUBS 16       /* longest name of a counter that is told apart */

/* A message on its way in. */
struct incoming {
	struct usm_agent *agent;
	const struct native_ask *ask;
	struct native_parsed *parsed;
	struct message_v3 message;
	struct pdu pdu;
	uint32_t now_s;
	bool authentic;
};

const char *
usm_report_words(enum usm_report report)
{
	static const char *const words[USM_REPORT_N] = {
	    [USM_REPORT_LEVEL] =
	        "SNMPv3: security level not supported for this user",
	    [USM_REPORT_WINDOW] = "SNMPv3: not in time window, twice",
	    [USM_REPORT_USER] = "SNMPv3: unknown user name",
	    [USM_REPORT_ENGINE] =
	        "SNMPv3: the agent refuses its own engine id",
	    [USM_REPORT_DIGEST] = "SNMPv3: wrong authentication password or"
	        " protocol (wrongDigests)",
	    [USM_REPORT_DECRYPTION] = "SNMPv3: wrong privacy password or"
	        " protocol (decryptionErrors)",
	    [USM_REPORT_CONTEXT] = "SNMPv3: the agent does not know this"
	        " context",
	};

	return words[report] != NULL ? words[report] :
	    "SNMPv3: refused by a report";
}

/* ---- what it is ---------------------------------------------------------------------- */

/* Source: RFC 3414 s.5 (usmStats), RFC 3413 s.4.1.2 (contexts). */
static enum usm_report
report_type(const struct pdu *pdu)
{
	static const uint32_t statistics[] = {1, 3, 6, 1, 6, 3, 15, 1, 1};
	static const uint32_t contexts[] = {1, 3, 6, 1, 6, 3, 12, 1};
	struct ber_reader list = pdu->varbinds, varbind, name;
	uint32_t subs[REPORT_SUBS];
	unsigned n;

	if (ber_take(&list, BER_SEQUENCE, &varbind) != 0 ||
	    ber_take(&varbind, BER_OBJID, &name) != 0 ||
	    ber_objid(name, subs, REPORT_SUBS, &n) != 0) {
		return USM_REPORT_OTHER;
	}
	if (n > 9 && memcmp(subs, statistics, sizeof(statistics)) == 0 &&
	    subs[9] >= USM_REPORT_LEVEL && subs[9] <= USM_REPORT_DECRYPTION) {
		return (enum usm_report)subs[9];
	}
	if (n > 8 && memcmp(subs, contexts, sizeof(contexts)) == 0 &&
	    (subs[8] == 4 || subs[8] == 5)) {
		return USM_REPORT_CONTEXT;
	}
	return USM_REPORT_OTHER;
}

/* From the engine that was asked, for the user who asked. */
static bool
is_ours(const struct usm_agent *agent, const struct message_v3 *message)
{
	const char *user = agent->credential->user;

	return usm_engine_is(&agent->engine, message->engine_id) &&
	    message->user.len == strlen(user) &&
	    memcmp(message->user.at, user, message->user.len) == 0;
}

/* The MAC was made with zeros in its own place: s.6.3.2. */
static bool
has_valid_mac(const struct usm_agent *agent, const struct message_v3 *message)
{
	static const uint8_t zeros[USM_MAC_MAX];
	enum credential_auth auth = agent->credential->auth;
	struct usm_mac_key key = {auth, usm_engine_auth_key(&agent->engine)};
	const uint8_t *end = message->whole.at + message->whole.len;
	size_t len = usm_crypt_mac_len(auth);
	const struct usm_bytes parts[] = {
	    {message->whole.at, (size_t)(message->mac.at - message->whole.at)},
	    {zeros, len},
	    {message->mac.at + len, (size_t)(end - message->mac.at) - len}};
	uint8_t mac[USM_MAC_MAX];

	return auth != CREDENTIAL_AUTH_NONE && message->mac.len == len &&
	    usm_crypt_mac(agent->usm->keyring.crypt, &key, parts, 3, mac) ==
	    0 && usm_crypt_equal(mac, message->mac.at, len);
}

/* Decrypts in place where needed, and opens the PDU. */
static int
uncover(struct incoming *in, uint8_t *bytes)
{
	const struct message_v3 *message = &in->message;
	const struct usm_agent *agent = in->agent;
	uint8_t *data = bytes + (message->data.at - message->whole.at);
	struct message_v3_scope scope;

	if (message->flags & MESSAGE_V3_PRIV) {
		struct usm_cipher cipher = {.priv = agent->credential->priv,
		    .key = usm_engine_priv_key(&agent->engine,
		    agent->credential), .boots = message->boots,
		    .time = message->time};
		if (message->salt.len != USM_SALT_SIZE) {
			return COL_EPROTO;
		}
		memcpy(cipher.salt, message->salt.at, USM_SALT_SIZE);
		if (usm_crypt_decrypt(agent->usm->keyring.crypt, &cipher, data,
		    message->data.len) != 0) {
			return COL_EPROTO;
		}
	}
	/* Contexts are not compared: the MAC and both ids bind the answer. */
	if (message_v3_read_scope(data, message->data.len, &scope) != 0) {
		return COL_EPROTO;
	}
	return pdu_take(&scope.pdu, &in->pdu);
}

/* ---- what it means -------------------------------------------------------------------- */

static enum native_verdict
refuse(struct incoming *in, const char *detail)
{
	in->agent->hint = USM_REPORT_NONE;
	usm_agent_restore(in->agent);
	in->parsed->detail = detail;
	return NATIVE_REFUSED;
}

static enum native_verdict
drop(struct usm *usm, uint64_t *count)
{
	usm_count(usm, count);
	return NATIVE_DROP;
}

/* While nothing is known any report tells the engine id. */
static enum native_verdict
take_probe(struct incoming *in)
{
	struct usm_agent *agent = in->agent;
	struct usm *usm = agent->usm;
	struct usm_claim claim = {in->message.engine_id, in->message.boots,
	    in->message.time, in->now_s};
	int rc;

	if (in->pdu.tag != PDU_REPORT) {
		return drop(usm, &usm->counts.unexpected);
	}
	usm_count(usm, &usm->counts.reports[USM_REPORT_NONE]);
	agent->probing = false;
	if (agent->aside != NULL && usm_engine_is(agent->aside, claim.id)) {
		/* It was the same all along: someone made that report up. */
		usm_agent_restore(agent);
		return NATIVE_AGAIN;
	}
	rc = usm_engine_learn(&agent->engine, &usm->keyring,
	    agent->credential, &claim);
	if (rc != 0) {
		usm_agent_restore(agent);
		in->parsed->detail = rc == COL_EPROTO ?
		    "SNMPv3 discovery gave no usable engine id" :
		    "SNMPv3: the keys for this agent cannot be made";
		return NATIVE_BROKEN;
	}
	usm_count(usm, &usm->counts.discoveries);
	return NATIVE_AGAIN;
}

/* Probe again; what an authentic message has confirmed is only laid aside. */
static enum native_verdict
rediscover(struct incoming *in)
{
	struct usm_agent *agent = in->agent;

	if (agent->rediscovered && agent->engine.trust >= USM_SYNCED) {
		/* The probe has told the same id again: a lie, wait on. */
		agent->hint = USM_REPORT_ENGINE;
		return NATIVE_DROP;
	}
	if (agent->rediscovered) {
		return refuse(in, usm_report_words(USM_REPORT_ENGINE));
	}
	agent->rediscovered = true;
	if (agent->engine.trust >= USM_SYNCED) {
		agent->aside = malloc(sizeof(*agent->aside));
		if (agent->aside == NULL) {
			return NATIVE_DROP;
		}
		*agent->aside = agent->engine;
		memset(&agent->engine, 0, sizeof(agent->engine));
	} else {
		usm_engine_forget(&agent->engine, &agent->usm->keyring,
		    agent->credential);
	}
	return NATIVE_AGAIN;
}

static enum native_verdict
take_report(struct incoming *in)
{
	struct usm_agent *agent = in->agent;
	enum usm_report report = report_type(&in->pdu);
	bool believed = in->authentic ||
	    agent->credential->auth == CREDENTIAL_AUTH_NONE;

	usm_count(agent->usm, &agent->usm->counts.reports[report]);
	if (report == USM_REPORT_ENGINE) {
		return rediscover(in);
	}
	if (report == USM_REPORT_WINDOW && in->authentic) {
		/* Boots and time have been taken from it already. */
		if (agent->resynced) {
			return refuse(in, usm_report_words(report));
		}
		agent->resynced = true;
		return NATIVE_AGAIN;
	}
	if (!believed && (agent->engine.trust == USM_PROVEN ||
	    report == USM_REPORT_WINDOW)) {
		agent->hint = (uint8_t)report;
		return NATIVE_DROP;
	}
	return refuse(in, usm_report_words(report));
}

/* Authentic, but older than what is known: a clock set back by a reboot. */
static enum native_verdict
take_stale(struct incoming *in)
{
	struct usm_agent *agent = in->agent;

	usm_count(agent->usm, &agent->usm->counts.out_of_window);
	usm_agent_restore(agent);
	if (usm_agent_strike(agent, in->now_s, "engine boots or time run"
	    " backwards, twice: its engine is discovered anew")) {
		return NATIVE_AGAIN;
	}
	return refuse(in, "SNMPv3: engine boots or time run backwards");
}

/* The engine tried is the right one: the one laid aside is history. */
static void
confirm(struct incoming *in)
{
	struct usm_agent *agent = in->agent;

	if (agent->aside != NULL) {
		usm_agent_replace(agent);
		usm_count(agent->usm, &agent->usm->counts.changes);
		usm_log(agent, in->now_s, "its engine id has changed");
	}
}

static enum native_verdict
take_response(struct incoming *in)
{
	struct usm_agent *agent = in->agent;
	uint8_t level = in->message.flags &
	    (MESSAGE_V3_AUTH | MESSAGE_V3_PRIV);

	if (in->pdu.tag != PDU_RESPONSE || in->pdu.id != in->ask->id ||
	    level != usm_level(agent->credential) ||
	    !is_ours(agent, &in->message)) {
		return drop(agent->usm, &agent->usm->counts.unexpected);
	}
	confirm(in);
	agent->engine.trust = USM_PROVEN;
	agent->worked = true;
	agent->strikes = 0;
	agent->hint = USM_REPORT_NONE;
	in->parsed->pdu = in->pdu;
	return NATIVE_ANSWER;
}

enum native_verdict
usm_receive(struct usm_agent *agent, const struct native_ask *ask,
    uint8_t *bytes, size_t len, struct native_parsed *ret_parsed)
{
	struct usm *usm = agent->usm;
	struct incoming in = {.agent = agent, .ask = ask,
	    .parsed = ret_parsed, .now_s = usm_seconds(ask->now_ns)};
	uint8_t level;

	if (message_v3_read(bytes, len, &in.message) != 0 ||
	    in.message.id != ask->id) {
		return drop(usm, &usm->counts.malformed);
	}
	level = in.message.flags & (MESSAGE_V3_AUTH | MESSAGE_V3_PRIV);
	if (agent->probing) {
		if (level != 0) {
			return drop(usm, &usm->counts.unexpected);
		}
		return uncover(&in, bytes) != 0 ?
		    drop(usm, &usm->counts.malformed) : take_probe(&in);
	}
	if ((level & ~usm_level(agent->credential)) != 0 ||
	    level == MESSAGE_V3_PRIV) {
		return drop(usm, &usm->counts.unexpected);
	}
	if (level & MESSAGE_V3_AUTH) {
		if (!is_ours(agent, &in.message)) {
			return drop(usm, &usm->counts.unexpected);
		}
		if (!has_valid_mac(agent, &in.message)) {
			return drop(usm, &usm->counts.wrong_mac);
		}
		in.authentic = true;
		if (!usm_engine_sync(&agent->engine, in.message.boots,
		    in.message.time, in.now_s)) {
			return take_stale(&in);
		}
		confirm(&in);
	}
	if (uncover(&in, bytes) != 0) {
		return drop(usm, &usm->counts.malformed);
	}
	return in.pdu.tag == PDU_REPORT ? take_report(&in) :
	    take_response(&in);
}
