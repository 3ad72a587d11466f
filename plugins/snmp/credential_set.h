/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The credentials of one POLL thread: each loaded once, however many devices
 * name it, and wiped when the last of them is gone.
 *
 * Route: reader -> here -> credential.  Thread: one POLL thread.
 */
#ifndef SNMP_CREDENTIAL_SET_H
#define SNMP_CREDENTIAL_SET_H

#include <collectord/plugin.h>

#include "credential.h"

struct credential_set;

/* Errors: NULL when out of memory. */
struct credential_set *credential_set_new(const struct col_host *host);
void credential_set_free(struct credential_set *set); /* accepts NULL */
/*
 * Returns a counted reference, also to one that could not be loaded: that is
 * logged once and kept, so that thousands of devices do not try it again.
 * Owns: from->node must live until the last put.
 * Errors: NULL when out of memory.
 */
const struct credential *credential_set_get(struct credential_set *set,
    const struct col_credential *from);
void credential_set_put(struct credential_set *set,
    const struct credential *credential); /* accepts NULL */
/* Why it cannot be used, NULL: it can.  Borrowed with the reference. */
const char *credential_set_fault(const struct credential *credential);

#endif
