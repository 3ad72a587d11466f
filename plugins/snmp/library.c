/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * init_snmp() would set the locale, look for MIB folders and read snmp.conf
 * from a handful of places, so only the parts that the codec needs are
 * started here: containers, logging, the USM and its post-config callbacks.
 */
#include "library.h"

#include <pthread.h>
#include <string.h>

#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/container.h>
#include <net-snmp/library/snmpusm.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
/* libsnmp's log handler is process-wide as well; guarded by lock. */
static const struct col_host *log_host;

static int
handle_log(netsnmp_log_handler *handler, int priority, const char *text)
{
	size_t n = strcspn(text, "\n");

	(void)handler;
	(void)priority;
	/* Called while the lock is held or during start: no second locking. */
	if (log_host != NULL && n > 0) {
		log_host->log(log_host, COL_LOG_DEBUG, NULL, "libsnmp: %.*s",
		    (int)(n > 200 ? 200 : n), text);
	}
	return 1;
}

static void
start(void)
{
	netsnmp_log_handler *handler;

	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
	/* The codec's v3 half knows this direction only. */
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_REVERSE_ENCODE, 1);
	netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID,
	    NETSNMP_DS_LIB_APPTYPE, "collectord");
	netsnmp_container_init_list();
	snmp_disable_log();
	handler = netsnmp_register_loghandler(NETSNMP_LOGHANDLER_CALLBACK,
	    LOG_DEBUG);
	if (handler != NULL) {
		handler->handler = handle_log;
	}
	init_callbacks();
	snmp_init_statistics();
	init_snmpv3("collectord");
	(void)snmp_call_callbacks(SNMP_CALLBACK_LIBRARY,
	    SNMP_CALLBACK_POST_PREMIB_READ_CONFIG, NULL);
	(void)snmp_call_callbacks(SNMP_CALLBACK_LIBRARY,
	    SNMP_CALLBACK_POST_READ_CONFIG, NULL);
}

void
library_init(void)
{
	(void)pthread_once(&once, start);
}

void
library_log_to(const struct col_host *host)
{
	library_lock();
	log_host = host;
	library_unlock();
}

void
library_lock(void)
{
	(void)pthread_mutex_lock(&lock);
}

void
library_unlock(void)
{
	(void)pthread_mutex_unlock(&lock);
}

/* Source: RFC 3414 s.5, RFC 7860 s.9, RFC 3826 s.4; libsnmp's tables. */
const unsigned long *
library_auth(enum credential_auth auth, size_t *ret_len)
{
	static const struct {
		const oid *name;
		size_t len;
	} table[CREDENTIAL_AUTH_N] = {
	    [CREDENTIAL_MD5] = {usmHMACMD5AuthProtocol, 10},
	    [CREDENTIAL_SHA1] = {usmHMACSHA1AuthProtocol, 10},
	    [CREDENTIAL_SHA224] = {usmHMAC128SHA224AuthProtocol, 10},
	    [CREDENTIAL_SHA256] = {usmHMAC192SHA256AuthProtocol, 10},
	    [CREDENTIAL_SHA384] = {usmHMAC256SHA384AuthProtocol, 10},
	    [CREDENTIAL_SHA512] = {usmHMAC384SHA512AuthProtocol, 10},
	};

	*ret_len = table[auth].len;
	return table[auth].name;
}

const unsigned long *
library_priv(enum credential_priv priv, size_t *ret_len)
{
	int type = 0;

	switch (priv) {
	case CREDENTIAL_PRIV_NONE:
	case CREDENTIAL_PRIV_N:
		*ret_len = 0;
		return NULL;
	case CREDENTIAL_DES:
		type = USM_CREATE_USER_PRIV_DES;
		break;
	case CREDENTIAL_AES128:
		type = USM_CREATE_USER_PRIV_AES;
		break;
	case CREDENTIAL_AES192:
		type = USM_CREATE_USER_PRIV_AES192;
		break;
	case CREDENTIAL_AES256:
		type = USM_CREATE_USER_PRIV_AES256;
		break;
	case CREDENTIAL_AES192C:
		type = USM_CREATE_USER_PRIV_AES192_CISCO;
		break;
	case CREDENTIAL_AES256C:
		type = USM_CREATE_USER_PRIV_AES256_CISCO;
		break;
	}
	return sc_get_priv_oid(type, ret_len);
}
