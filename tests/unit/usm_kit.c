/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "usm_kit.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message_v3.h"
#include "usm_key.h"

static const uint32_t uptime[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};

static struct usm_bytes
text(const char *of)
{
	return (struct usm_bytes){(const uint8_t *)of, strlen(of)};
}

void
kit_credential(struct credential *credential, enum credential_auth auth,
    enum credential_priv priv, const char *seed)
{
	struct usm_crypt *crypt = usm_crypt_new();
	char secret[64];

	assert(crypt != NULL);
	memset(credential, 0, sizeof(*credential));
	credential->version = CREDENTIAL_V3;
	credential->auth = auth;
	credential->priv = priv;
	credential->timeout_ns = 1000000000;
	credential->retries = 2;
	(void)snprintf(credential->user, sizeof(credential->user), "user");
	if (auth != CREDENTIAL_AUTH_NONE) {
		(void)snprintf(secret, sizeof(secret), "%s to authenticate",
		    seed);
		if (usm_key_derive(crypt, auth, text(secret),
		    credential->auth_key) != 0) {
			abort();
		}
		(void)snprintf(secret, sizeof(secret), "%s for privacy", seed);
		if (usm_key_derive(crypt, auth, text(secret),
		    credential->priv_key) != 0) {
			abort();
		}
		credential->auth_key_len = usm_crypt_hash_len(auth);
		credential->priv_key_len = priv != CREDENTIAL_PRIV_NONE ?
		    usm_crypt_hash_len(auth) : 0;
	}
	usm_crypt_free(crypt);
}

/* ---- the agent ------------------------------------------------------------------ */

void
kit_agent_rename(struct kit_agent *agent, const char *engine_id)
{
	struct usm_claim claim = {.id = text(engine_id)};

	usm_engine_forget(&agent->engine, &agent->keyring,
	    &agent->credential);
	if (usm_engine_learn(&agent->engine, &agent->keyring,
	    &agent->credential, &claim) != 0) {
		abort();
	}
}

void
kit_agent_start(struct kit_agent *agent, const struct credential *credential,
    const char *engine_id)
{
	memset(agent, 0, sizeof(*agent));
	agent->keyring.crypt = usm_crypt_new();
	agent->keyring.vault = vault_new();
	agent->credential = *credential;
	agent->boots = 7;
	agent->time_s = 100000;
	kit_agent_rename(agent, engine_id);
}

void
kit_agent_stop(struct kit_agent *agent)
{
	usm_engine_forget(&agent->engine, &agent->keyring,
	    &agent->credential);
	vault_free(agent->keyring.vault);
	usm_crypt_free(agent->keyring.crypt);
}

static uint32_t
time_of(const struct kit_agent *agent, int64_t now_ns)
{
	return (uint32_t)(now_ns / 1000000000 + agent->time_s);
}

static void
put_pdu(struct ber_writer *writer, const struct kit_message *message)
{
	/* usmStats, and a name that is none of them. */
	const uint32_t subs[] = {1, 3, 6, 1, 6, 3, 15, 1, 1,
	    (uint32_t)message->report, 0};
	const uint32_t context[] = {1, 3, 6, 1, 6, 3, 12, 1, 5, 0};
	const uint32_t other[] = {1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0};
	struct objref name = {uptime, 9};
	size_t mark = ber_written(writer);

	if (message->body.len > 0) {
		ber_put_bytes(writer, message->body.at, message->body.len);
		pdu_put_head(writer, message->tag, message->pdu_id,
		    message->body.len);
		return;
	}
	if (message->tag == PDU_REPORT) {
		name = (struct objref){subs, 11};
		if (message->report == USM_REPORT_CONTEXT) {
			name = (struct objref){context, 10};
		} else if (message->report == USM_REPORT_OTHER) {
			name = (struct objref){other, 11};
		}
	}
	ber_put_unsigned(writer, message->tag == PDU_REPORT ? BER_COUNTER32 :
	    BER_TICKS, 4711);
	ber_put_objid(writer, name);
	ber_put_header_since(writer, BER_SEQUENCE, mark);
	ber_put_header_since(writer, BER_SEQUENCE, mark);
	ber_put_integer(writer, BER_INTEGER, 0);
	ber_put_integer(writer, BER_INTEGER, 0);
	pdu_put_head(writer, message->tag, message->pdu_id,
	    ber_written(writer) - mark);
}

static void
encrypt(struct kit_agent *agent, struct ber_writer *writer,
    struct usm_cipher *cipher)
{
	size_t len = ber_written(writer), zeros = 0;

	if (cipher->priv == CREDENTIAL_DES && len % 8 != 0) {
		zeros = 8 - len % 8;
		writer->at -= zeros;
		memmove(writer->at, writer->at + zeros, len);
		memset(writer->at + len, 0xaa, zeros);
	}
	agent->salt++;
	memcpy(cipher->salt, &agent->salt, 8);
	if (usm_crypt_encrypt(agent->keyring.crypt, cipher, writer->at,
	    len + zeros) != 0) {
		abort();
	}
}

void
kit_agent_say(struct kit_agent *agent, const struct kit_message *message,
    struct kit_datagram *ret_datagram)
{
	struct ber_writer writer = ber_writer(ret_datagram->bytes, KIT_SIZE);
	struct usm_bytes id = usm_engine_id(&agent->engine);
	struct message_v3 out = {.id = message->id, .max_size = 1500,
	    .flags = message->flags, .model = MESSAGE_V3_MODEL_USM,
	    .engine_id = id, .user = text(agent->credential.user),
	    .boots = agent->boots, .time = time_of(agent, message->now_ns),
	    .mac = {NULL, 0}};
	struct usm_mac_key key = {agent->credential.auth, agent->engine.keys};
	struct usm_cipher cipher = {.priv = agent->credential.priv,
	    .boots = out.boots, .time = out.time};
	struct usm_bytes whole;
	uint8_t *mac;

	if (message->user != NULL) {
		out.user = *message->user;
	}
	if (message->flags == 0 && agent->hides_time) {
		out.boots = out.time = 0;
	}
	out.salt = (struct usm_bytes){cipher.salt, 0};
	put_pdu(&writer, message);
	message_v3_put_scope(&writer, id, text(""), 0);
	if (message->flags & MESSAGE_V3_PRIV) {
		cipher.key = usm_engine_priv_key(&agent->engine,
		    &agent->credential);
		encrypt(agent, &writer, &cipher);
		out.salt.len = USM_SALT_SIZE;
	}
	if (message->flags & MESSAGE_V3_AUTH) {
		out.mac.len = usm_crypt_mac_len(agent->credential.auth);
	}
	mac = message_v3_put(&writer, &out, 0);
	assert(!writer.full);
	whole = (struct usm_bytes){writer.at, ber_written(&writer)};
	if ((message->flags & MESSAGE_V3_AUTH) &&
	    usm_crypt_mac(agent->keyring.crypt, &key, &whole, 1, mac) != 0) {
		abort();
	}
	ret_datagram->len = whole.len;
	memmove(ret_datagram->bytes, writer.at, whole.len);
}

/* Says it to the user who asked, also to one who does not exist. */
static void
report(struct kit_agent *agent, enum usm_report type,
    const struct message_v3 *in, int64_t now_ns,
    struct kit_datagram *ret_answer)
{
	struct kit_message message = {.id = in->id, .pdu_id = in->id,
	    .tag = PDU_REPORT, .report = type, .now_ns = now_ns,
	    .flags = type == USM_REPORT_WINDOW ? MESSAGE_V3_AUTH : 0,
	    .user = &in->user};

	kit_agent_say(agent, &message, ret_answer);
}

static bool
mac_fits(struct kit_agent *agent, const struct message_v3 *message)
{
	size_t len = usm_crypt_mac_len(agent->credential.auth);
	struct usm_mac_key key = {agent->credential.auth, agent->engine.keys};
	uint8_t copy[KIT_SIZE], mac[USM_MAC_MAX];
	struct usm_bytes whole = {copy, message->whole.len};

	memcpy(copy, message->whole.at, message->whole.len);
	memset(copy + (message->mac.at - message->whole.at), 0,
	    message->mac.len);
	return message->mac.len == len && usm_crypt_mac(agent->keyring.crypt,
	    &key, &whole, 1, mac) == 0 &&
	    memcmp(mac, message->mac.at, len) == 0;
}

/* Which report the request deserves; NONE: it is answered. */
static enum usm_report
judge(struct kit_agent *agent, const struct message_v3 *in, int64_t now_ns)
{
	uint32_t now = time_of(agent, now_ns);

	if (!usm_engine_is(&agent->engine, in->engine_id)) {
		return USM_REPORT_ENGINE;
	}
	if (in->user.len != strlen(agent->credential.user) ||
	    memcmp(in->user.at, agent->credential.user, in->user.len) != 0) {
		return USM_REPORT_USER;
	}
	if ((in->flags & 3) != usm_level(&agent->credential)) {
		return USM_REPORT_LEVEL;
	}
	if ((in->flags & MESSAGE_V3_AUTH) && !mac_fits(agent, in)) {
		return USM_REPORT_DIGEST;
	}
	if ((in->flags & MESSAGE_V3_AUTH) && (in->boots != agent->boots ||
	    (in->time > now ? in->time - now : now - in->time) >
	    USM_WINDOW_S)) {
		return USM_REPORT_WINDOW;
	}
	return USM_REPORT_NONE;
}

/* The request-id of what was asked, 0 when it makes no sense. */
static uint32_t
open_request(struct kit_agent *agent, const struct message_v3 *in)
{
	struct message_v3_scope scope;
	uint8_t data[KIT_SIZE];
	struct pdu pdu;

	memcpy(data, in->data.at, in->data.len);
	if (in->flags & MESSAGE_V3_PRIV) {
		struct usm_cipher cipher = {.priv = agent->credential.priv,
		    .key = usm_engine_priv_key(&agent->engine,
		    &agent->credential), .boots = in->boots, .time = in->time};
		if (in->salt.len != 8) {
			return 0;
		}
		memcpy(cipher.salt, in->salt.at, 8);
		if (usm_crypt_decrypt(agent->keyring.crypt, &cipher, data,
		    in->data.len) != 0) {
			return 0;
		}
	}
	if (message_v3_read_scope(data, in->data.len, &scope) != 0 ||
	    pdu_take(&scope.pdu, &pdu) != 0 ||
	    (pdu.tag != PDU_GET && pdu.tag != PDU_GETBULK)) {
		return 0;
	}
	return pdu.id;
}

void
kit_agent_take(struct kit_agent *agent, const uint8_t *bytes, size_t len,
    int64_t now_ns, struct kit_datagram *ret_answer)
{
	struct kit_message answer = {.tag = PDU_RESPONSE, .now_ns = now_ns,
	    .flags = usm_level(&agent->credential), .body = agent->body};
	enum usm_report type;
	struct message_v3 in;

	ret_answer->len = 0;
	if (message_v3_read(bytes, len, &in) != 0 ||
	    !(in.flags & MESSAGE_V3_REPORTABLE)) {
		return;
	}
	if (in.engine_id.len == 0) {
		agent->n_probes++;
		report(agent, agent->probe_report != USM_REPORT_NONE ?
		    agent->probe_report : USM_REPORT_ENGINE, &in, now_ns,
		    ret_answer);
		return;
	}
	agent->n_requests++;
	type = judge(agent, &in, now_ns);
	agent->n_windows += type == USM_REPORT_WINDOW;
	if (agent->mute) {
		return;
	}
	if (type != USM_REPORT_NONE) {
		report(agent, type, &in, now_ns, ret_answer);
		return;
	}
	answer.id = in.id;
	answer.pdu_id = open_request(agent, &in);
	if (answer.pdu_id != 0) {
		kit_agent_say(agent, &answer, ret_answer);
	}
}

/* ---- the manager ----------------------------------------------------------------- */

void
kit_manager_start(struct kit_manager *manager)
{
	struct objref name = {uptime, 9};
	struct engine_request request = {.verb = ENGINE_GET, .names = &name,
	    .n_names = 1};
	struct ber_writer writer = ber_writer(manager->body,
	    sizeof(manager->body));
	struct col_error error;

	fakehost_init(&manager->fake);
	manager->fake.now_ns = INT64_C(5000000000000);
	if (codec_usm.start(&manager->fake.host, &manager->usm, &error) != 0 ||
	    pdu_put_body(&writer, &request, NULL) != 0) {
		abort();
	}
	manager->id = 0x800000;
	manager->ask.body = writer.at;
	manager->ask.body_len = ber_written(&writer);
}

void
kit_manager_stop(struct kit_manager *manager)
{
	codec_usm.stop(manager->usm);
	fakehost_done(&manager->fake);
}

struct usm_agent *
kit_open(struct kit_manager *manager, const struct credential *credential)
{
	struct engine_target target = {.device = "d1",
	    .credential = credential};
	struct col_error error;
	void *state;

	if (codec_usm.open(manager->usm, &target, &state, &error) != 0) {
		abort();
	}
	return state;
}

void
kit_close(struct usm_agent *state)
{
	codec_usm.close(state);
}

void
kit_build(struct kit_manager *manager, struct usm_agent *state,
    unsigned n_again)
{
	manager->ask.credential = state->credential;
	manager->ask.tag = PDU_GET;
	manager->ask.id = ++manager->id;
	manager->ask.n_again = n_again;
	manager->ask.now_ns = manager->fake.now_ns;
	if (codec_usm.build(state, &manager->ask, manager->buffer,
	    &manager->packet) != 0) {
		abort();
	}
}

enum native_verdict
kit_parse(struct kit_manager *manager, struct usm_agent *state,
    const struct kit_datagram *datagram)
{
	/* Exactly as large: a sanitizer sees the first byte past. */
	uint8_t *bytes = malloc(datagram->len + 1);
	enum native_verdict verdict;

	if (bytes == NULL) {
		abort();
	}
	memcpy(bytes + 1, datagram->bytes, datagram->len);
	manager->ask.now_ns = manager->fake.now_ns;
	verdict = codec_usm.parse(state, &manager->ask, bytes + 1,
	    datagram->len, &manager->parsed);
	free(bytes);
	return verdict;
}

enum native_verdict
kit_request(struct kit_manager *manager, struct usm_agent *state,
    struct kit_agent *agent, struct engine_reply *ret_reply)
{
	enum native_verdict verdict = NATIVE_AGAIN;
	struct kit_datagram answer;

	*ret_reply = (struct engine_reply){.outcome = ENGINE_TIMEOUT};
	for (unsigned n = 0; verdict == NATIVE_AGAIN &&
	    n <= NATIVE_AGAIN_MAX; n++) {
		kit_build(manager, state, n);
		answer.len = 0;
		if (agent != NULL) {
			kit_agent_take(agent, manager->packet.head,
			    manager->packet.head_len, manager->fake.now_ns,
			    &answer);
		}
		verdict = answer.len == 0 ? NATIVE_VERDICT_N :
		    kit_parse(manager, state, &answer);
	}
	if (verdict == NATIVE_DROP || verdict == NATIVE_VERDICT_N) {
		codec_usm.expired(state, ret_reply);
		return NATIVE_VERDICT_N;
	}
	ret_reply->detail = verdict == NATIVE_ANSWER ? NULL :
	    manager->parsed.detail;
	return verdict;
}
