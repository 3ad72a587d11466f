/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libsnmp tamed: initialised once without reading configuration, MIBs,
 * environment or state from disk; its log goes to the host's.
 *
 * Route: below credential.c and engine_netsnmp*.c.
 * Thread: library_init any; libsnmp's user and time tables are process-wide
 * and unlocked in Debian's build, so every use of them holds library_lock.
 */
#ifndef SNMP_LIBRARY_H
#define SNMP_LIBRARY_H

#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "credential.h"

/* Idempotent. */
void library_init(void);
/* Logs libsnmp's own messages, at debug level, through host until NULL. */
void library_log_to(const struct col_host *host);
void library_lock(void);
void library_unlock(void);

/* libsnmp's oid (unsigned long) names of a protocol; NULL for none. */
const unsigned long *library_auth(enum credential_auth auth, size_t *ret_len);
const unsigned long *library_priv(enum credential_priv priv, size_t *ret_len);

#endif
