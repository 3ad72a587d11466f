/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes alerts, their changes and silences as bodies have them.
 *
 * Route: api_alerts, api_silences, explain.  Thread: HTTP.
 */
#ifndef HTTP_ALERT_BODY_H
#define HTTP_ALERT_BODY_H

#include <stdbool.h>

#include "base/json.h"
#include "model/alert.h"
#include "model/inventory.h"

struct place;

/* An episode as an object of a list; silences may be NULL: none. */
void alert_body(struct json *json, const struct alert *alert,
    const struct silences *silences, struct wall now);
/* Its members, into an object that is open. */
void alert_members(struct json *json, const struct alert *alert,
    const struct silences *silences, struct wall now);
/* "firing", but "acknowledged" when somebody has. */
const char *alert_word(const struct alert *alert);
/* Ids are numbers of ours, written as texts. */
void alert_id(struct json *json, const char *key, int64_t id);
/* One change, as an object of a list. */
void alert_change_body(struct json *json, const struct alert_change *change);
void silence_members(struct json *json, const struct silence *silence, struct wall now);
void silence_body(struct json *json, const struct silence *silence, struct wall now);
/* "active", "future", "over". */
const char *silence_word(const struct silence *silence, struct wall now);

/*
 * The thing "kind:id" as something that roles hold at: feeds and devices are their
 * rack, or their site; what is of no place (a target, the collector) is the province.
 * Errors: COL_ENOENT, there is no such thing any more.
 */
int alert_entity_ref(const struct inventory *inventory, const char *entity,
    struct entity_ref *ret_ref);

#endif
