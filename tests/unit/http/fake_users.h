/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users as STATE would keep them, faked: every change is on the disk at once,
 * or refused with a code.
 *
 * Route: test programs of http.  Thread: any, one at a time.
 */
#ifndef TESTS_HTTP_FAKE_USERS_H
#define TESTS_HTTP_FAKE_USERS_H

#include <stddef.h>

#include "state/users.h"

/* Code of changes from now on. */
void fake_users_code(int code);
/* Actions of the audit log so far, "setup login user_add", oldest first. */
const char *fake_users_actions(void);
/* The last line's detail. */
const char *fake_users_detail(void);
/* Forgets all. */
void fake_users_reset(void);

#endif
