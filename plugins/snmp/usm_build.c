/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A request is written backwards into one buffer: the shared body, the head of
 * the PDU, the scope around it; that is encrypted where it stands; then come
 * the security parameters and the header, and last the MAC over all of it, put
 * where zeros were left for it.  Nothing is allocated and nothing copied twice.
 */
#include "usm.h"

#include <string.h>

#include "message_v3.h"

/* RFC 3414 s.4: nobody asks nobody for nothing. */
static int
build_probe(const struct native_ask *ask, struct ber_writer *writer)
{
	static const struct engine_request nothing = {.verb = ENGINE_GET};
	static const struct usm_bytes none = {(const uint8_t *)"", 0};
	struct message_v3 message = {.id = ask->id,
	    .max_size = UDP_ANSWER_MAX, .flags = MESSAGE_V3_REPORTABLE,
	    .model = MESSAGE_V3_MODEL_USM, .engine_id = none,
	    .user = none, .mac = none, .salt = none};
	int rc = pdu_put_body(writer, &nothing, NULL);

	if (rc == 0) {
		pdu_put_head(writer, PDU_GET, ask->id, ber_written(writer));
		message_v3_put_scope(writer, none, none, 0);
		(void)message_v3_put(writer, &message, 0);
	}
	return rc;
}

/* DES wants whole blocks: zeros go behind the scoped PDU. */
static void
pad(struct ber_writer *writer)
{
	size_t len = ber_written(writer);
	size_t zeros = (USM_DES_BLOCK - len % USM_DES_BLOCK) % USM_DES_BLOCK;

	if (writer->full || (size_t)(writer->at - writer->start) < zeros) {
		writer->full = true;
		return;
	}
	writer->at -= zeros;
	memmove(writer->at, writer->at + zeros, len);
	memset(writer->at + len, 0, zeros);
}

/* Source: RFC 3414 s.8.1.1.1 (boots and a counter), RFC 3826 s.3.1.2.1. */
static void
make_salt(struct usm *usm, const struct usm_cipher *cipher, uint8_t *ret_salt)
{
	uint64_t salt = usm->salt++;

	if (cipher->priv == CREDENTIAL_DES) {
		salt = (uint64_t)cipher->boots << 32 | (salt & 0xffffffffu);
	}
	for (int i = USM_SALT_SIZE; i-- > 0; salt >>= 8) {
		ret_salt[i] = (uint8_t)salt;
	}
}

/* Encrypts what has been written so far. */
static int
hide(struct usm_agent *agent, struct ber_writer *writer,
    struct usm_cipher *cipher)
{
	cipher->priv = agent->credential->priv;
	cipher->key = usm_engine_priv_key(&agent->engine, agent->credential);
	make_salt(agent->usm, cipher, cipher->salt);
	if (cipher->priv == CREDENTIAL_DES) {
		pad(writer);
	}
	return writer->full ? COL_EFULL :
	    usm_crypt_encrypt(agent->usm->keyring.crypt, cipher, writer->at,
	    ber_written(writer));
}

static int
sign(struct usm_agent *agent, const struct ber_writer *writer, uint8_t *mac)
{
	struct usm_mac_key key = {agent->credential->auth,
	    usm_engine_auth_key(&agent->engine)};
	struct usm_bytes whole = {writer->at, ber_written(writer)};

	return usm_crypt_mac(agent->usm->keyring.crypt, &key, &whole, 1, mac);
}

static int
build_request(struct usm_agent *agent, const struct native_ask *ask,
    struct ber_writer *writer)
{
	const struct credential *credential = agent->credential;
	struct usm_bytes user = {(const uint8_t *)credential->user,
	    strlen(credential->user)};
	struct usm_bytes context = {(const uint8_t *)credential->context,
	    strlen(credential->context)};
	struct message_v3 message = {.id = ask->id,
	    .max_size = UDP_ANSWER_MAX,
	    .flags = usm_level(credential) | MESSAGE_V3_REPORTABLE,
	    .model = MESSAGE_V3_MODEL_USM, .user = user,
	    .engine_id = usm_engine_id(&agent->engine),
	    .boots = agent->engine.boots,
	    .time = usm_engine_time(&agent->engine, usm_seconds(ask->now_ns)),
	    .mac = {NULL, usm_crypt_mac_len(credential->auth)}};
	struct usm_cipher cipher = {.boots = message.boots,
	    .time = message.time};
	uint8_t *mac;
	int rc = 0;

	ber_put_bytes(writer, ask->body, ask->body_len);
	pdu_put_head(writer, ask->tag, ask->id, ask->body_len);
	message_v3_put_scope(writer, message.engine_id, context, 0);
	message.salt = (struct usm_bytes){cipher.salt, 0};
	if (credential->priv != CREDENTIAL_PRIV_NONE) {
		message.salt.len = USM_SALT_SIZE;
		rc = hide(agent, writer, &cipher);
	}
	mac = message_v3_put(writer, &message, 0);
	if (rc == 0 && !writer->full &&
	    credential->auth != CREDENTIAL_AUTH_NONE) {
		rc = sign(agent, writer, mac);
	}
	return rc;
}

int
usm_build(struct usm_agent *agent, const struct native_ask *ask,
    uint8_t *buffer, struct udp_packet *ret_packet)
{
	struct ber_writer writer = ber_writer(buffer, UDP_DATAGRAM_SIZE);
	int rc;

	if (ask->n_again == 0) {
		/* A new request, or a further try of one. */
		usm_agent_restore(agent);
		agent->resynced = agent->rediscovered = false;
	}
	agent->probing = agent->engine.trust == USM_UNKNOWN;
	rc = agent->probing ? build_probe(ask, &writer) :
	    build_request(agent, ask, &writer);
	if (rc == 0 && writer.full) {
		rc = COL_EFULL;
	}
	if (rc == 0) {
		*ret_packet = (struct udp_packet){.head = writer.at,
		    .head_len = ber_written(&writer)};
	}
	return rc;
}
