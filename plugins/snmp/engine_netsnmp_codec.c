/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests become packets and packets varbinds through snmp_build() and
 * snmp_parse(), which need no open session: a scratch one carries the
 * security parameters for the one call.
 */
#include "engine_netsnmp.h"

#include <string.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/snmpusm.h>

#include "library.h"

/* Varbinds of one answer that are looked at; the rest is not asked for. */
#define DELIVER_MAX 512

static const int commands[ENGINE_VERB_N] = {
    [ENGINE_GET] = SNMP_MSG_GET, [ENGINE_GETNEXT] = SNMP_MSG_GETNEXT,
    [ENGINE_GETBULK] = SNMP_MSG_GETBULK,
};
static const long versions[] = {
    [CREDENTIAL_V1] = SNMP_VERSION_1, [CREDENTIAL_V2C] = SNMP_VERSION_2c,
    [CREDENTIAL_V3] = SNMP_VERSION_3,
};

static int
level_of(const struct credential *credential)
{
	return credential->priv != CREDENTIAL_PRIV_NONE ?
	    SNMP_SEC_LEVEL_AUTHPRIV :
	    credential->auth != CREDENTIAL_AUTH_NONE ?
	    SNMP_SEC_LEVEL_AUTHNOPRIV : SNMP_SEC_LEVEL_NOAUTH;
}

/* All pointers are borrowed: the scratch session is never closed. */
static void
prepare_session(const struct codec_message *message, netsnmp_session *session)
{
	const struct credential *credential = message->credential;

	memset(session, 0, sizeof(*session));
	session->version = versions[credential->version];
	session->rcvMsgMaxSize = SNMP_MAX_RCV_MSG_SIZE;
	session->sndMsgMaxSize = NETSNMP_PACKET_SIZE;
	session->flags = SNMP_FLAGS_DONT_PROBE;
	if (credential->version != CREDENTIAL_V3) {
		session->community = (u_char *)(uintptr_t)credential->community;
		session->community_len = credential->community_len;
		return;
	}
	session->securityModel = SNMP_SEC_MODEL_USM;
	if (message->request == NULL) {
		session->contextName = (char *)(uintptr_t)"";
		session->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
		return;
	}
	session->securityName = (char *)(uintptr_t)credential->user;
	session->securityNameLen = strlen(credential->user);
	session->securityLevel = level_of(credential);
	session->contextName = (char *)(uintptr_t)credential->context;
	session->contextNameLen = strlen(credential->context);
	session->securityEngineID = message->usm->engine_id;
	session->securityEngineIDLen = message->usm->engine_id_len;
	session->contextEngineID = message->usm->engine_id;
	session->contextEngineIDLen = message->usm->engine_id_len;
}

static int
add_names(netsnmp_pdu *pdu, const struct engine_request *request)
{
	oid name[OBJID_MAX];

	for (size_t i = 0; i < request->n_names; i++) {
		for (unsigned k = 0; k < request->names[i].n; k++) {
			name[k] = request->names[i].sub[k];
		}
		if (snmp_add_null_var(pdu, name, request->names[i].n) == NULL) {
			return COL_ENOMEM;
		}
	}
	return 0;
}

static netsnmp_pdu *
make_pdu(const struct codec_message *message, netsnmp_session *session)
{
	const struct engine_request *request = message->request;
	int command = request == NULL ? (int)SNMP_MSG_GET :
	    commands[request->verb];
	netsnmp_pdu *pdu = snmp_pdu_create(command);

	if (pdu == NULL) {
		return NULL;
	}
	pdu->version = session->version;
	pdu->reqid = (long)message->id;
	pdu->msgid = (long)message->id;
	if (session->version == SNMP_VERSION_3) {
		pdu->securityModel = session->securityModel;
		pdu->securityLevel = session->securityLevel;
		pdu->flags |= UCD_MSG_FLAG_FORCE_PDU_COPY;
	}
	if (request == NULL) {
		/* RFC 3414 s.4: nobody asks; NULL would mean the session's. */
		pdu->securityName = strdup("");
	} else {
		if (request->verb == ENGINE_GETBULK) {
			pdu->non_repeaters = (long)request->n_once;
			pdu->max_repetitions = (long)request->n_repeat;
		}
		if (add_names(pdu, request) != 0) {
			snmp_free_pdu(pdu);
			return NULL;
		}
	}
	return pdu;
}

const uint8_t *
codec_build(const struct codec_message *message, uint8_t *buffer,
    size_t *ret_len)
{
	bool v3 = message->credential->version == CREDENTIAL_V3;
	bool entered = v3 && message->request != NULL;
	netsnmp_session session;
	netsnmp_pdu *pdu;
	u_char *packet = buffer;
	size_t size = NETSNMP_PACKET_SIZE, offset = 0;
	int rc = -1;

	prepare_session(message, &session);
	library_lock();
	pdu = make_pdu(message, &session);
	if (pdu != NULL && (!entered ||
	    usm_enter(message->usm, message->now_ns) == 0)) {
		rc = snmp_build(&packet, &size, &offset, &session, pdu);
		if (entered) {
			usm_leave(message->usm, message->now_ns);
		}
	}
	if (pdu != NULL) {
		snmp_free_pdu(pdu);
	}
	library_unlock();
	/* libsnmp may move the buffer to grow it; that is refused here. */
	if (rc != 0 || packet != buffer || offset == 0 || offset > size) {
		return NULL;
	}
	/* Encoding runs backwards: the packet ends where the buffer ends. */
	*ret_len = offset;
	return buffer + size - offset;
}

/* What a parser's error says about the message. */
static enum codec_result
judge(int code)
{
	return code == SNMPERR_NOT_IN_TIME_WINDOW ||
	    code == SNMPERR_USM_NOTINTIMEWINDOW ? CODEC_OUT_OF_WINDOW :
	    CODEC_IGNORE;
}

static enum codec_result
parse_locked(const struct codec_message *message, netsnmp_session *session,
    netsnmp_pdu *pdu, const uint8_t *bytes, size_t len)
{
	bool v3 = message->credential->version == CREDENTIAL_V3;
	bool entered = v3 && message->request != NULL;
	int rc;

	if (entered && usm_enter(message->usm, message->now_ns) != 0) {
		return CODEC_IGNORE;
	}
	rc = snmp_parse(NULL, session, pdu, (u_char *)(uintptr_t)bytes, len);
	if (entered) {
		usm_leave(message->usm, message->now_ns);
	}
	if (rc != 0) {
		return judge(session->s_snmp_errno);
	}
	if (pdu->command == SNMP_MSG_REPORT) {
		return v3 ? CODEC_REPORT : CODEC_IGNORE;
	}
	if (pdu->command != SNMP_MSG_RESPONSE || message->request == NULL ||
	    pdu->reqid != (long)message->id) {
		return CODEC_IGNORE;
	}
	/* An answer must be as well protected as what was asked. */
	if (v3 && pdu->securityLevel != session->securityLevel) {
		return CODEC_IGNORE;
	}
	return CODEC_RESPONSE;
}

enum codec_result
codec_parse(const struct codec_message *message, const uint8_t *bytes,
    size_t len, netsnmp_pdu **ret_pdu, int *ret_report)
{
	netsnmp_session session;
	netsnmp_pdu *pdu;
	enum codec_result result;

	prepare_session(message, &session);
	library_lock();
	pdu = snmp_pdu_create(SNMP_MSG_RESPONSE);
	result = CODEC_IGNORE;
	if (pdu != NULL) {
		result = parse_locked(message, &session, pdu, bytes, len);
	}
	if (result == CODEC_REPORT) {
		*ret_report = snmpv3_get_report_type(pdu);
	}
	if (result == CODEC_RESPONSE || result == CODEC_REPORT) {
		*ret_pdu = pdu;
	} else if (pdu != NULL) {
		snmp_free_pdu(pdu);
	}
	library_unlock();
	return result;
}

void
codec_free(netsnmp_pdu *pdu)
{
	library_lock();
	snmp_free_pdu(pdu);
	library_unlock();
}

/* ---- varbinds ---------------------------------------------------------------- */

/* Room for the names of one varbind in our own width. */
struct names {
	struct objid name, value;
};

static int
copy_name(struct objid *to, const oid *from, size_t n)
{
	if (n > OBJID_MAX) {
		return COL_ERANGE;
	}
	for (size_t i = 0; i < n; i++) {
		to->sub[i] = (uint32_t)from[i];
	}
	to->n = (unsigned)n;
	return 0;
}

static uint64_t
counter64(const struct counter64 *from)
{
	return (uint64_t)(from->high & 0xffffffffu) << 32 |
	    (from->low & 0xffffffffu);
}

static void
read_number(const netsnmp_variable_list *var, struct varbind *to)
{
	switch (var->type) {
	case ASN_INTEGER:
		to->type = VARBIND_INTEGER;
		to->integer = (int64_t)*var->val.integer;
		break;
	case ASN_GAUGE:
		to->type = VARBIND_UNSIGNED;
		to->counter = (uint64_t)*var->val.integer & 0xffffffffu;
		break;
	case ASN_COUNTER:
		to->type = VARBIND_COUNTER32;
		to->counter = (uint64_t)*var->val.integer & 0xffffffffu;
		break;
	case ASN_TIMETICKS:
		to->type = VARBIND_TICKS;
		to->counter = (uint64_t)*var->val.integer & 0xffffffffu;
		break;
	case ASN_COUNTER64:
		to->type = VARBIND_COUNTER64;
		to->counter = counter64(var->val.counter64);
		break;
	case ASN_OPAQUE_FLOAT:
		to->type = VARBIND_REAL;
		to->real = (double)*var->val.floatVal;
		break;
	case ASN_OPAQUE_DOUBLE:
		to->type = VARBIND_REAL;
		to->real = *var->val.doubleVal;
		break;
	default:
		to->type = VARBIND_OTHER;
		break;
	}
}

static void
read_varbind(const netsnmp_variable_list *var, struct names *names,
    struct varbind *to)
{
	memset(to, 0, sizeof(*to));
	if (copy_name(&names->name, var->name, var->name_length) != 0) {
		/* Too long to be asked for: an empty name matches nothing. */
		names->name.n = 0;
	}
	to->name = objid_ref(&names->name);
	switch (var->type) {
	case ASN_OCTET_STR:
	case ASN_BIT_STR:
	case ASN_OPAQUE:
	case ASN_IPADDRESS:
		to->type = var->type == ASN_IPADDRESS ? VARBIND_ADDRESS :
		    VARBIND_OCTETS;
		to->bytes = var->val.string;
		to->len = var->val_len;
		break;
	case ASN_OBJECT_ID:
		to->type = VARBIND_OBJID;
		if (copy_name(&names->value, var->val.objid,
		    var->val_len / sizeof(oid)) != 0) {
			names->value.n = 0;
		}
		to->objid = objid_ref(&names->value);
		break;
	case ASN_NULL:
		to->type = VARBIND_NULL;
		break;
	case SNMP_NOSUCHOBJECT:
		to->type = VARBIND_NO_OBJECT;
		break;
	case SNMP_NOSUCHINSTANCE:
		to->type = VARBIND_NO_INSTANCE;
		break;
	case SNMP_ENDOFMIBVIEW:
		to->type = VARBIND_END;
		break;
	default:
		read_number(var, to);
		break;
	}
}

void
codec_deliver(netsnmp_pdu *pdu, const struct engine_request *request)
{
	struct engine_reply reply = {.outcome = ENGINE_ANSWER};
	struct varbind *varbinds;
	struct names *names;
	size_t n = 0, i = 0;

	for (netsnmp_variable_list *var = pdu->variables; var != NULL &&
	    n < DELIVER_MAX; var = var->next_variable) {
		n++;
	}
	varbinds = calloc(n + 1, sizeof(*varbinds));
	names = calloc(n + 1, sizeof(*names));
	if (varbinds == NULL || names == NULL) {
		reply.outcome = ENGINE_FAULT;
		reply.detail = "out of memory";
		n = 0;
	}
	for (netsnmp_variable_list *var = pdu->variables; i < n;
	    var = var->next_variable, i++) {
		read_varbind(var, &names[i], &varbinds[i]);
	}
	reply.varbinds = varbinds;
	reply.n_varbinds = n;
	reply.error_status = pdu->errstat < 0 ? 0 : (unsigned)pdu->errstat;
	reply.error_index = pdu->errindex < 0 ? 0 : (unsigned)pdu->errindex;
	request->fn(request->arg, &reply);
	free(varbinds);
	free(names);
}
