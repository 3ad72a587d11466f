/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes rules as bodies have them.
 *
 * Route: api_rules, explain.  Thread: HTTP.
 */
#ifndef HTTP_RULE_BODY_H
#define HTTP_RULE_BODY_H

#include "base/json.h"
#include "model/inventory.h"
#include "model/rule.h"

/* Members of a rule, into an object that is open. */
void rule_members(struct json *json, const struct inventory *inventory,
    const struct rule *rule);

#endif
