/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsnmp finds users and engine times by walking process-wide lists: at
 * 16,000 agents 2.3 ms per message, and two agents with one engine id break
 * each other.  So the lists are kept empty: an agent's user and time are put
 * in for one call and taken out again, and live with the session.
 * The caller holds library_lock.
 */
#include "engine_netsnmp.h"

#include <string.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/snmpusm.h>

#include "library.h"

/* Localised keys for this engine id (RFC 3414 A.2), made by libsnmp. */
static struct usmUser *
make_user(struct usm_state *usm, const struct credential *credential)
{
	netsnmp_session session;
	struct usmUser *user;
	size_t len;

	memset(&session, 0, sizeof(session));
	session.version = SNMP_VERSION_3;
	session.securityModel = SNMP_SEC_MODEL_USM;
	session.securityEngineID = usm->engine_id;
	session.securityEngineIDLen = usm->engine_id_len;
	session.securityName = (char *)(uintptr_t)credential->user;
	session.securityNameLen = strlen(credential->user);
	session.securityLevel = SNMP_SEC_LEVEL_NOAUTH;
	session.securityAuthProto = usmNoAuthProtocol;
	session.securityAuthProtoLen = USM_AUTH_PROTO_NOAUTH_LEN;
	session.securityPrivProto = usmNoPrivProtocol;
	session.securityPrivProtoLen = USM_PRIV_PROTO_NOPRIV_LEN;
	if (credential->auth != CREDENTIAL_AUTH_NONE) {
		session.securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
		session.securityAuthProto =
		    (oid *)(uintptr_t)library_auth(credential->auth, &len);
		session.securityAuthProtoLen = len;
		memcpy(session.securityAuthKey, credential->auth_key,
		    credential->auth_key_len);
		session.securityAuthKeyLen = credential->auth_key_len;
	}
	if (credential->priv != CREDENTIAL_PRIV_NONE) {
		session.securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
		session.securityPrivProto =
		    (oid *)(uintptr_t)library_priv(credential->priv, &len);
		session.securityPrivProtoLen = len;
		memcpy(session.securityPrivKey, credential->priv_key,
		    credential->priv_key_len);
		session.securityPrivKeyLen = credential->priv_key_len;
	}
	if (usm_create_user_from_session(&session) != SNMPERR_SUCCESS) {
		explicit_bzero(&session, sizeof(session));
		return NULL;
	}
	explicit_bzero(&session, sizeof(session));
	user = usm_get_user(usm->engine_id, usm->engine_id_len,
	    credential->user);
	if (user != NULL) {
		(void)usm_remove_user(user);
	}
	return user;
}

int
usm_learn(struct usm_state *usm, const struct credential *credential,
    netsnmp_pdu *pdu, int64_t now_ns)
{
	u_int boots = 0, seconds = 0;

	if (pdu->securityEngineIDLen < 5 ||
	    pdu->securityEngineIDLen > NETSNMP_ENGINE_ID_SIZE) {
		return COL_EPROTO;
	}
	usm_forget(usm);
	memcpy(usm->engine_id, pdu->securityEngineID,
	    pdu->securityEngineIDLen);
	usm->engine_id_len = pdu->securityEngineIDLen;
	(void)get_enginetime(usm->engine_id, (u_int)usm->engine_id_len, &boots,
	    &seconds, FALSE);
	free_enginetime(usm->engine_id, usm->engine_id_len);
	usm->boots = boots;
	usm->time = seconds;
	usm->synced_ns = now_ns;
	usm->user = make_user(usm, credential);
	if (usm->user == NULL) {
		return COL_ENOTSUP;
	}
	usm->known = true;
	return 0;
}

int
usm_enter(struct usm_state *usm, int64_t now_ns)
{
	u_int elapsed = (u_int)((now_ns - usm->synced_ns) / 1000000000);

	/* FALSE: a first authentic answer may correct it in either direction. */
	if (set_enginetime(usm->engine_id, (u_int)usm->engine_id_len,
	    usm->boots, usm->time + elapsed, usm->proven ? TRUE : FALSE) !=
	    SNMPERR_SUCCESS || usm_add_user(usm->user) == NULL) {
		free_enginetime(usm->engine_id, usm->engine_id_len);
		return COL_EINVAL;
	}
	return 0;
}

void
usm_leave(struct usm_state *usm, int64_t now_ns)
{
	u_int boots, seconds;

	(void)usm_remove_user(usm->user);
	if (get_enginetime(usm->engine_id, (u_int)usm->engine_id_len, &boots,
	    &seconds, FALSE) == SNMPERR_SUCCESS) {
		usm->boots = boots;
		usm->time = seconds;
		usm->synced_ns = now_ns;
	}
	free_enginetime(usm->engine_id, usm->engine_id_len);
}

void
usm_forget(struct usm_state *usm)
{
	if (usm->user != NULL) {
		(void)usm_free_user(usm->user);
	}
	memset(usm, 0, sizeof(*usm));
}
