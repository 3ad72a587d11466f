/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Routes: which receivers an alert goes to, and the key of its group.
 *
 * Route: notify's entries.  Thread: any, pure.
 */
#ifndef ALERT_ROUTES_H
#define ALERT_ROUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/config.h"
#include "model/alert.h"

#define ROUTES_KEY_SIZE 128

/* Whether any route (or, where there are none, everything) leads an alert to the
 * receiver of that index. */
bool routes_lead(const struct config *config, const struct alert *alert, size_t receiver);
/* "rule=inlet-hot site=zz1 hall=zz1-h1"; parts that it lacks are left out, a key
 * that is too long is cut and told apart by a hash. */
void routes_key(uint32_t group_by, const struct alert *alert, char key[ROUTES_KEY_SIZE]);

#endif
