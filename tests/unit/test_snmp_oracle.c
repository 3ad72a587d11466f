/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our codec against net-snmp's: what we build it reads, what it builds we
 * read, in the same words; what is cut neither takes.
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

#include "../plugin/snmp_host.h"
#include "engine_netsnmp.h"
#include "library.h"
#include "native_codec.h"

#define ROUNDS 2000
#define NAMES 60

static struct fakehost fake;

static uint64_t
dice(uint64_t n)
{
	return fake.host.random(&fake.host) % n;
}

/* Sub-identifiers of all lengths. */
static uint32_t
random_sub(void)
{
	return (uint32_t)fake.host.random(&fake.host) >> dice(32);
}

static void
random_name(struct objid *name)
{
	name->n = 2 + (unsigned)dice(20);
	name->sub[0] = (uint32_t)dice(3);
	name->sub[1] = name->sub[0] < 2 ? (uint32_t)dice(40) :
	    (uint32_t)dice(1000);
	for (unsigned i = 2; i < name->n; i++) {
		name->sub[i] = random_sub();
	}
}

static void
random_credential(struct credential *credential)
{
	memset(credential, 0, sizeof(*credential));
	credential->version = dice(2) == 0 ? CREDENTIAL_V1 : CREDENTIAL_V2C;
	credential->community_len = dice(CREDENTIAL_COMMUNITY_SIZE);
	for (size_t i = 0; i < credential->community_len; i++) {
		credential->community[i] = (char)('a' + dice(26));
	}
}

static void
scratch_session(netsnmp_session *session, const struct credential *credential)
{
	memset(session, 0, sizeof(*session));
	session->version = credential->version == CREDENTIAL_V1 ?
	    SNMP_VERSION_1 : SNMP_VERSION_2c;
	session->rcvMsgMaxSize = SNMP_MAX_RCV_MSG_SIZE;
	session->sndMsgMaxSize = SNMP_MAX_MSG_SIZE;
	session->community = (u_char *)(uintptr_t)credential->community;
	session->community_len = credential->community_len;
}

/* ---- our requests ------------------------------------------------------------------ */

static size_t
build_request(const struct credential *credential,
    const struct engine_request *request, uint32_t id, uint8_t *packet)
{
	static uint8_t body[PDU_BODY_SIZE], buffer[UDP_DATAGRAM_SIZE];
	struct ber_writer writer = ber_writer(body, sizeof(body));
	struct native_ask ask = {.credential = credential,
	    .tag = pdu_tag_of(request->verb), .id = id};
	struct udp_packet parts;

	assert_int_equal(pdu_put_body(&writer, request, NULL), 0);
	ask.body = writer.at;
	ask.body_len = ber_written(&writer);
	assert_int_equal(codec_community.build(NULL, &ask, buffer, &parts), 0);
	memcpy(packet, parts.head, parts.head_len);
	memcpy(packet + parts.head_len, parts.tail, parts.tail_len);
	return parts.head_len + parts.tail_len;
}

static void
same_names(const struct engine_request *request, const netsnmp_pdu *pdu)
{
	const netsnmp_variable_list *var = pdu->variables;

	for (size_t i = 0; i < request->n_names; i++) {
		assert_non_null(var);
		assert_int_equal(var->type, ASN_NULL);
		assert_int_equal(var->name_length, request->names[i].n);
		for (unsigned k = 0; k < request->names[i].n; k++) {
			assert_true(var->name[k] == request->names[i].sub[k]);
		}
		var = var->next_variable;
	}
	assert_null(var);
}

static void
test_our_requests(void **state)
{
	static const int commands[ENGINE_VERB_N] = {
	    [ENGINE_GET] = SNMP_MSG_GET, [ENGINE_GETNEXT] = SNMP_MSG_GETNEXT,
	    [ENGINE_GETBULK] = SNMP_MSG_GETBULK};
	static struct objid names[NAMES];
	static uint8_t packet[2 * UDP_DATAGRAM_SIZE];

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct objref refs[NAMES];
		struct engine_request request = {.names = refs,
		    .verb = (enum engine_verb)dice(ENGINE_VERB_N),
		    .n_names = 1 + dice(NAMES), .n_once = (unsigned)dice(3),
		    .n_repeat = (unsigned)dice(200)};
		uint32_t id = 0x800000 + (uint32_t)dice(0x7f800000);
		struct credential credential;
		netsnmp_session session;
		netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_GET);
		size_t len;

		random_credential(&credential);
		if (credential.version == CREDENTIAL_V1) {
			request.verb = ENGINE_GETNEXT;
		}
		for (size_t i = 0; i < request.n_names; i++) {
			random_name(&names[i]);
			refs[i] = objid_ref(&names[i]);
		}
		len = build_request(&credential, &request, id, packet);
		scratch_session(&session, &credential);
		assert_int_equal(snmp_parse(NULL, &session, pdu, packet, len),
		    0);
		assert_int_equal(pdu->command, commands[request.verb]);
		assert_int_equal(pdu->reqid, id);
		assert_int_equal(pdu->version, session.version);
		assert_int_equal(pdu->community_len, credential.community_len);
		assert_memory_equal(pdu->community, credential.community,
		    pdu->community_len);
		if (request.verb == ENGINE_GETBULK) {
			assert_int_equal(pdu->non_repeaters, request.n_once);
			assert_int_equal(pdu->max_repetitions,
			    request.n_repeat);
		}
		same_names(&request, pdu);
		snmp_free_pdu(pdu);
	}
}

/* ---- its answers ------------------------------------------------------------------- */

static void
add_value(netsnmp_pdu *pdu, const oid *name, size_t n_name)
{
	static const u_char numbers[] = {ASN_INTEGER, ASN_GAUGE, ASN_COUNTER,
	    ASN_TIMETICKS};
	static const u_char nothing[] = {ASN_NULL, SNMP_NOSUCHOBJECT,
	    SNMP_NOSUCHINSTANCE, SNMP_ENDOFMIBVIEW};
	struct counter64 wide = {random_sub(), random_sub()};
	struct objid other;
	oid value[OBJID_MAX];
	u_char text[600];
	float single = (float)random_sub() / 7.0f;
	double twofold = -(double)random_sub() / 3.0;
	long n = (long)random_sub();
	u_char type;

	switch (dice(8)) {
	case 0:
		type = numbers[dice(4)];
		if (type == ASN_INTEGER) {
			n = (int32_t)n;
		}
		snmp_pdu_add_variable(pdu, name, n_name, type, &n, sizeof(n));
		break;
	case 1:
		snmp_pdu_add_variable(pdu, name, n_name, nothing[dice(4)],
		    NULL, 0);
		break;
	case 2:
		snmp_pdu_add_variable(pdu, name, n_name, ASN_COUNTER64, &wide,
		    sizeof(wide));
		break;
	case 3:
		random_name(&other);
		for (unsigned i = 0; i < other.n; i++) {
			value[i] = other.sub[i];
		}
		snmp_pdu_add_variable(pdu, name, n_name, ASN_OBJECT_ID, value,
		    other.n * sizeof(oid));
		break;
	case 4:
		snmp_pdu_add_variable(pdu, name, n_name, ASN_OPAQUE_FLOAT,
		    &single, sizeof(single));
		break;
	case 5:
		snmp_pdu_add_variable(pdu, name, n_name, ASN_OPAQUE_DOUBLE,
		    &twofold, sizeof(twofold));
		break;
	case 6:
		snmp_pdu_add_variable(pdu, name, n_name, ASN_IPADDRESS,
		    "\xc0\x00\x02\x01", 4);
		break;
	default:
		memset(text, 'x', sizeof(text));
		snmp_pdu_add_variable(pdu, name, n_name, ASN_OCTET_STR, text,
		    dice(10) == 0 ? dice(sizeof(text)) : dice(40));
		break;
	}
}

/* A random answer of net-snmp's making; returns where it starts in buffer. */
static uint8_t *
build_answer(const struct credential *credential, uint32_t id,
    uint8_t *buffer, size_t size, size_t *ret_len)
{
	netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_RESPONSE);
	netsnmp_session session;
	u_char *packet = buffer;
	size_t room = size, offset = 0, n = dice(40);
	struct objid name;
	oid wide[OBJID_MAX];

	scratch_session(&session, credential);
	pdu->version = session.version;
	pdu->community = netsnmp_memdup(credential->community,
	    credential->community_len);
	pdu->community_len = credential->community_len;
	pdu->reqid = (long)id;
	pdu->errstat = (long)dice(3) == 0 ? (long)dice(19) : 0;
	pdu->errindex = pdu->errstat == 0 ? 0 : (long)dice(n + 1);
	for (size_t i = 0; i < n; i++) {
		random_name(&name);
		for (unsigned k = 0; k < name.n; k++) {
			wide[k] = name.sub[k];
		}
		add_value(pdu, wide, name.n);
	}
	assert_int_equal(snmp_build(&packet, &room, &offset, &session, pdu),
	    0);
	assert_ptr_equal(packet, buffer);
	snmp_free_pdu(pdu);
	*ret_len = offset;
	return buffer + room - offset;
}

/* Kept copies: what net-snmp's engine says lives only in its call. */
struct told {
	enum engine_outcome outcome;
	unsigned error_status, error_index;
	size_t n;
	struct varbind varbinds[64];
	struct objid names[64], objids[64];
	uint8_t bytes[64][600];
};

static void
keep(void *arg, const struct engine_reply *reply)
{
	struct told *told = arg;

	told->outcome = reply->outcome;
	told->error_status = reply->error_status;
	told->error_index = reply->error_index;
	told->n = reply->n_varbinds;
	assert_true(told->n <= 64);
	for (size_t i = 0; i < told->n; i++) {
		const struct varbind *vb = &reply->varbinds[i];
		told->varbinds[i] = *vb;
		objid_copy(&told->names[i], vb->name);
		objid_copy(&told->objids[i], vb->objid);
		assert_true(vb->len <= 600);
		if (vb->len > 0) {
			memcpy(told->bytes[i], vb->bytes, vb->len);
		}
	}
}

static void
same_varbind(const struct told *told, size_t i, const struct varbind *vb)
{
	const struct varbind *other = &told->varbinds[i];

	assert_int_equal(objid_compare(vb->name, objid_ref(&told->names[i])),
	    0);
	assert_int_equal(vb->type, other->type);
	assert_true(vb->integer == other->integer);
	assert_true(vb->counter == other->counter);
	if (vb->type == VARBIND_REAL) {
		assert_memory_equal(&vb->real, &other->real, sizeof(vb->real));
	} else if (vb->type == VARBIND_OBJID) {
		assert_int_equal(objid_compare(vb->objid,
		    objid_ref(&told->objids[i])), 0);
	} else {
		assert_int_equal(vb->len, other->len);
		if (vb->len > 0) {
			assert_memory_equal(vb->bytes, told->bytes[i], vb->len);
		}
	}
}

static enum native_verdict
parse_ours(const struct credential *credential, uint32_t id, uint8_t *bytes,
    size_t len, struct native_parsed *ret_parsed)
{
	struct native_ask ask = {.credential = credential, .id = id};

	return codec_community.parse(NULL, &ask, bytes, len, ret_parsed);
}

static struct pdu_values values;

static void
test_its_answers(void **state)
{
	static uint8_t buffer[65536];
	static struct told told;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t id = 0x800000 + (uint32_t)dice(0x7f800000);
		struct engine_request request = {.fn = keep, .arg = &told};
		struct native_parsed parsed;
		struct credential credential;
		struct codec_message message = {.credential = &credential,
		    .request = &request, .id = id};
		netsnmp_pdu *pdu = NULL;
		uint8_t *packet;
		size_t len;
		int report;

		random_credential(&credential);
		packet = build_answer(&credential, id, buffer, sizeof(buffer),
		    &len);
		assert_int_equal(codec_parse(&message, packet, len, &pdu,
		    &report), CODEC_RESPONSE);
		codec_deliver(pdu, &request);
		assert_int_equal(parse_ours(&credential, id, packet, len,
		    &parsed), NATIVE_ANSWER);
		assert_int_equal(pdu_values(&parsed.pdu, NULL, &values), 0);
		assert_int_equal(parsed.pdu.error_status, told.error_status);
		assert_int_equal(parsed.pdu.error_index, told.error_index);
		assert_int_equal(values.n, told.n);
		for (size_t i = 0; i < values.n; i++) {
			same_varbind(&told, i, &values.varbinds[i]);
		}
		codec_free(pdu);
	}
}

/* Copied to the byte, so that a sanitizer sees a step beyond the cut. */
static void
test_cut_answers(void **state)
{
	static uint8_t buffer[65536];

	(void)state;
	for (int round = 0; round < 40; round++) {
		uint32_t id = 0x800000 + (uint32_t)dice(0x7f800000);
		struct credential credential;
		uint8_t *packet;
		size_t len;

		random_credential(&credential);
		packet = build_answer(&credential, id, buffer, sizeof(buffer),
		    &len);
		for (size_t n = 0; n < len; n++) {
			uint8_t *copy = malloc(n > 0 ? n : 1);
			struct native_parsed parsed;
			memcpy(copy, packet, n);
			assert_int_equal(parse_ours(&credential, id, copy, n,
			    &parsed), NATIVE_DROP);
			free(copy);
		}
	}
}

/* One byte turned: whatever comes of it, nothing is read beyond the end. */
static void
test_spoilt_answers(void **state)
{
	static uint8_t buffer[65536];
	unsigned n_taken = 0;

	(void)state;
	for (int round = 0; round < 40; round++) {
		uint32_t id = 0x800000 + (uint32_t)dice(0x7f800000);
		struct credential credential;
		uint8_t *packet, *copy;
		size_t len;

		random_credential(&credential);
		packet = build_answer(&credential, id, buffer, sizeof(buffer),
		    &len);
		copy = malloc(len);
		for (size_t n = 0; n < len; n++) {
			struct native_parsed parsed;
			memcpy(copy, packet, len);
			copy[n] = (uint8_t)fake.host.random(&fake.host);
			if (parse_ours(&credential, id, copy, len, &parsed) ==
			    NATIVE_ANSWER && pdu_values(&parsed.pdu, NULL,
			    &values) == 0) {
				n_taken++;
				assert_true(values.n <= PDU_VARBINDS_MAX);
			}
		}
		free(copy);
	}
	assert_true(n_taken > 0);
}

static int
set_up(void **state)
{
	(void)state;
	fakehost_init(&fake);
	library_init();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fakehost_done(&fake);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_our_requests),
	    cmocka_unit_test(test_its_answers),
	    cmocka_unit_test(test_cut_answers),
	    cmocka_unit_test(test_spoilt_answers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
