/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The v3 message as fields, and whole messages against libsnmp: it reads what
 * we build and we read what it builds, for every pair of protocols.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include "engine_netsnmp.h"
#include "library.h"
#include "message_v3.h"
#include "usm_kit.h"

#define ENGINE "\x80\x01\x1f\x88\x04 an engine"
#define NOW_NS INT64_C(5000000000000)

static struct usm_bytes
text(const char *of)
{
	return (struct usm_bytes){(const uint8_t *)of, strlen(of)};
}

/* ---- fields -------------------------------------------------------------------------- */

static size_t
write_sample(uint8_t *buffer, size_t size, uint8_t **ret_start)
{
	struct ber_writer writer = ber_writer(buffer, size);
	struct message_v3 message = {.id = 0x7fffffff, .max_size = 65507,
	    .flags = MESSAGE_V3_AUTH | MESSAGE_V3_REPORTABLE,
	    .model = MESSAGE_V3_MODEL_USM, .engine_id = text(ENGINE),
	    .user = text("someone"), .boots = 0x7fffffff, .time = 128,
	    .salt = text("12345678"), .mac = {NULL, 24}};
	uint8_t *mac;

	ber_put_null(&writer, BER_NULL);
	message_v3_put_scope(&writer, text(ENGINE), text("context"), 0);
	mac = message_v3_put(&writer, &message, 0);
	if (writer.full) {
		return 0;
	}
	memset(mac, 0x5a, 24);
	*ret_start = writer.at;
	return ber_written(&writer);
}

static void
assert_text(struct usm_bytes bytes, const char *expected)
{
	assert_int_equal(bytes.len, strlen(expected));
	assert_memory_equal(bytes.at, expected, bytes.len);
}

static void
test_fields_survive_the_round_trip(void **state)
{
	struct message_v3_scope scope;
	struct message_v3 message;
	uint8_t buffer[300], *at;
	size_t len = write_sample(buffer, sizeof(buffer), &at);

	(void)state;
	assert_int_equal(message_v3_read(at, len, &message), 0);
	assert_int_equal(message.id, 0x7fffffff);
	assert_int_equal(message.max_size, 65507);
	assert_int_equal(message.flags, 5);
	assert_int_equal(message.model, 3);
	assert_int_equal(message.boots, 0x7fffffff);
	assert_int_equal(message.time, 128);
	assert_text(message.engine_id, ENGINE);
	assert_text(message.user, "someone");
	assert_text(message.salt, "12345678");
	assert_text(message.mac, "ZZZZZZZZZZZZZZZZZZZZZZZZ");
	assert_ptr_equal(message.whole.at, at);
	assert_int_equal(message.whole.len, len);
	assert_int_equal(message_v3_read_scope(message.data.at,
	    message.data.len, &scope), 0);
	assert_text(scope.context_engine_id, ENGINE);
	assert_text(scope.context_name, "context");
	assert_int_equal(ber_left(&scope.pdu), 2);
}

static void
test_every_cut_is_refused(void **state)
{
	struct message_v3 message;
	uint8_t buffer[300], *at;
	size_t len = write_sample(buffer, sizeof(buffer), &at);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		uint8_t *exact = malloc(n + 1);
		memcpy(exact + 1, at, n);
		assert_int_equal(message_v3_read(exact + 1, n, &message),
		    COL_EPROTO);
		free(exact);
	}
	/* And every buffer that is too small. */
	for (size_t n = 0; n < len; n++) {
		assert_int_equal(write_sample(buffer, n, &at), 0);
	}
	assert_int_equal(write_sample(buffer, len, &at), len);
}

/* Bytes behind the message are no part of it. */
static void
test_trailing_bytes(void **state)
{
	struct message_v3 message;
	uint8_t buffer[300], *at;
	size_t len = write_sample(buffer, 290, &at);

	(void)state;
	assert_int_equal(message_v3_read(at, len + 10, &message), 0);
	assert_int_equal(message.whole.len, len);
}

static void
test_bounds_of_fields(void **state)
{
	static const struct {
		size_t engine_id, user, mac, salt;
		uint32_t model;
		int rc;
	} table[] = {
	    {32, 32, 48, 8, 3, 0}, {0, 0, 0, 0, 3, 0},
	    {33, 0, 0, 0, 3, COL_EPROTO}, {0, 33, 0, 0, 3, COL_EPROTO},
	    {0, 0, 0, 9, 3, COL_EPROTO}, {0, 0, 0, 0, 2, COL_EPROTO},
	};
	static const uint8_t bytes[64];

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint8_t buffer[300];
		struct ber_writer writer = ber_writer(buffer, sizeof(buffer));
		struct message_v3 message = {.model = table[i].model,
		    .engine_id = {bytes, table[i].engine_id},
		    .user = {bytes, table[i].user},
		    .mac = {bytes, table[i].mac},
		    .salt = {bytes, table[i].salt}};
		(void)message_v3_put(&writer, &message, 0);
		assert_int_equal(message_v3_read(writer.at,
		    ber_written(&writer), &message), table[i].rc);
	}
}

static void
test_numbers_are_not_negative(void **state)
{
	uint8_t buffer[300], *at, *id;
	size_t len = write_sample(buffer, sizeof(buffer), &at);
	static const uint8_t max_id[] = {2, 4, 0x7f, 0xff, 0xff, 0xff};
	struct message_v3 message;

	(void)state;
	id = memmem(at, len, max_id, sizeof(max_id));
	assert_non_null(id);
	id[2] = 0xff;
	assert_int_equal(message_v3_read(at, len, &message), COL_EPROTO);
	id[2] = 0x7f;
	assert_int_equal(message_v3_read(at, len, &message), 0);
}

/* ---- against libsnmp ---------------------------------------------------------------- */

/* libsnmp knows the engine as if it had discovered it. */
static void
their_engine(struct usm_state *usm, const struct credential *credential)
{
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_REPORT);
	size_t len = strlen(ENGINE);

	memset(usm, 0, sizeof(*usm));
	pdu->securityEngineID = malloc(len);
	memcpy(pdu->securityEngineID, ENGINE, len);
	pdu->securityEngineIDLen = len;
	assert_int_equal(usm_learn(usm, credential, pdu, NOW_NS), 0);
	snmp_free_pdu(pdu);
	usm->boots = 7;
	usm->time = (uint32_t)(NOW_NS / 1000000000 + 100000);
	usm->synced_ns = NOW_NS;
	assert_int_equal(usm_enter(usm, NOW_NS), 0);
}

static void
their_session(netsnmp_session *session, const struct credential *credential)
{
	memset(session, 0, sizeof(*session));
	session->version = SNMP_VERSION_3;
	session->rcvMsgMaxSize = session->sndMsgMaxSize = 8192;
	session->securityModel = SNMP_SEC_MODEL_USM;
	session->securityLevel = usm_level(credential) + 1;
	if (session->securityLevel == 4) {
		session->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
	}
	session->securityName = (char *)(uintptr_t)credential->user;
	session->securityNameLen = strlen(credential->user);
	session->securityEngineID = (u_char *)(uintptr_t)ENGINE;
	session->securityEngineIDLen = strlen(ENGINE);
	session->contextEngineID = (u_char *)(uintptr_t)ENGINE;
	session->contextEngineIDLen = strlen(ENGINE);
	session->contextName = (char *)(uintptr_t)"";
}

static void
they_read_ours(struct kit_manager *manager, struct usm_agent *state)
{
	static const oid uptime[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_RESPONSE);
	netsnmp_session session;
	uint8_t *copy;

	kit_build(manager, state, 0);
	assert_int_equal(manager->packet.tail_len, 0);
	copy = malloc(manager->packet.head_len);
	memcpy(copy, manager->packet.head, manager->packet.head_len);
	their_session(&session, state->credential);
	assert_int_equal(snmp_parse(NULL, &session, pdu, copy,
	    manager->packet.head_len), 0);
	assert_int_equal(pdu->command, SNMP_MSG_GET);
	assert_int_equal(pdu->version, SNMP_VERSION_3);
	assert_int_equal(pdu->msgid, manager->ask.id);
	assert_int_equal(pdu->reqid, manager->ask.id);
	assert_int_equal(pdu->securityLevel, session.securityLevel);
	assert_true(pdu->flags & SNMP_MSG_FLAG_RPRT_BIT);
	assert_int_equal(pdu->securityNameLen, 4);
	assert_memory_equal(pdu->securityName, "user", 4);
	assert_int_equal(pdu->contextEngineIDLen, strlen(ENGINE));
	assert_memory_equal(pdu->contextEngineID, ENGINE, strlen(ENGINE));
	assert_int_equal(pdu->contextNameLen,
	    strlen(state->credential->context));
	assert_memory_equal(pdu->contextName, state->credential->context,
	    pdu->contextNameLen);
	assert_non_null(pdu->variables);
	assert_int_equal(snmp_oid_compare(pdu->variables->name,
	    pdu->variables->name_length, uptime, OID_LENGTH(uptime)), 0);
	assert_null(pdu->variables->next_variable);
	snmp_free_pdu(pdu);
	free(copy);
}

static void
we_read_theirs(struct kit_manager *manager, struct usm_agent *state,
    unsigned n_names)
{
	oid name[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_RESPONSE);
	static struct kit_datagram datagram;
	netsnmp_session session;
	u_char *packet = datagram.bytes;
	size_t size = KIT_SIZE, offset = 0;

	their_session(&session, state->credential);
	pdu->version = SNMP_VERSION_3;
	pdu->msgid = pdu->reqid = (long)manager->ask.id;
	pdu->securityModel = SNMP_SEC_MODEL_USM;
	pdu->securityLevel = session.securityLevel;
	for (unsigned i = 0; i < n_names; i++) {
		long value = (long)i;
		name[7] = i + 1;
		assert_non_null(snmp_pdu_add_variable(pdu, name, 9,
		    ASN_INTEGER, &value, sizeof(value)));
	}
	assert_int_equal(snmp_build(&packet, &size, &offset, &session, pdu),
	    0);
	assert_ptr_equal(packet, datagram.bytes);
	snmp_free_pdu(pdu);
	/* It writes backwards from the end. */
	memmove(datagram.bytes, packet + size - offset, offset);
	datagram.len = offset;
	assert_int_equal(kit_parse(manager, state, &datagram), NATIVE_ANSWER);
	assert_int_equal(manager->parsed.pdu.tag, PDU_RESPONSE);
	assert_int_equal(manager->parsed.pdu.id, manager->ask.id);
}

static void
both_ways(enum credential_auth auth, enum credential_priv priv,
    const char *context)
{
	static const unsigned sizes[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 60};
	struct credential credential;
	struct kit_manager manager;
	struct engine_reply reply;
	struct usm_agent *state;
	struct kit_agent agent;
	struct usm_state usm;

	kit_credential(&credential, auth, priv, "right");
	memcpy(credential.context, context, strlen(context) + 1);
	kit_manager_start(&manager);
	kit_agent_start(&agent, &credential, ENGINE);
	state = kit_open(&manager, &credential);
	assert_int_equal(kit_request(&manager, state, &agent, &reply),
	    NATIVE_ANSWER);
	their_engine(&usm, &credential);
	they_read_ours(&manager, state);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		we_read_theirs(&manager, state, sizes[i]);
	}
	usm_leave(&usm, NOW_NS);
	usm_forget(&usm);
	kit_close(state);
	kit_agent_stop(&agent);
	kit_manager_stop(&manager);
}

static void
test_like_libsnmp(void **state)
{
	(void)state;
	both_ways(CREDENTIAL_AUTH_NONE, CREDENTIAL_PRIV_NONE, "");
	for (int a = CREDENTIAL_MD5; a < CREDENTIAL_AUTH_N; a++) {
		for (int p = CREDENTIAL_PRIV_NONE; p < CREDENTIAL_PRIV_N; p++) {
			both_ways((enum credential_auth)a,
			    (enum credential_priv)p, p % 2 == 0 ? "" : "rack");
		}
	}
}

/* Their probe reader takes our probe. */
static void
test_the_probe_is_one(void **state)
{
	struct credential credential;
	struct kit_manager manager;
	struct usm_agent *agent;
	struct message_v3 message;
	struct message_v3_scope scope;
	struct pdu pdu;

	(void)state;
	kit_credential(&credential, CREDENTIAL_SHA256, CREDENTIAL_AES128,
	    "right");
	kit_manager_start(&manager);
	agent = kit_open(&manager, &credential);
	kit_build(&manager, agent, 0);
	assert_int_equal(message_v3_read(manager.packet.head,
	    manager.packet.head_len, &message), 0);
	assert_int_equal(message.flags, MESSAGE_V3_REPORTABLE);
	assert_int_equal(message.engine_id.len, 0);
	assert_int_equal(message.user.len, 0);
	assert_int_equal(message.boots, 0);
	assert_int_equal(message.time, 0);
	assert_int_equal(message_v3_read_scope(message.data.at,
	    message.data.len, &scope), 0);
	assert_int_equal(pdu_take(&scope.pdu, &pdu), 0);
	assert_int_equal(pdu.tag, PDU_GET);
	assert_int_equal(ber_left(&pdu.varbinds), 0);
	kit_close(agent);
	kit_manager_stop(&manager);
}

static int
start(void **state)
{
	(void)state;
	library_init();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields_survive_the_round_trip),
	    cmocka_unit_test(test_every_cut_is_refused),
	    cmocka_unit_test(test_trailing_bytes),
	    cmocka_unit_test(test_bounds_of_fields),
	    cmocka_unit_test(test_numbers_are_not_negative),
	    cmocka_unit_test(test_like_libsnmp),
	    cmocka_unit_test(test_the_probe_is_one),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
