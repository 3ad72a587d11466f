/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See alert_body.h. */
#include <config.h>

#include "http/alert_body.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "http/body.h"
#include "http/feed.h"

const char *
alert_word(const struct alert *alert)
{
	return alert->state == ALERT_FIRING && alert->acked.ns != 0 ? "acknowledged" :
	    alert_state_text(alert->state);
}

void
alert_id(struct json *json, const char *key, int64_t id)
{
	char text[24];

	(void)str_format(text, sizeof(text), "%" PRId64, id);
	body_text(json, key, id > 0 ? text : NULL);
}

static void
words(struct json *json, const char *key, const char *en, const char *zh)
{
	json_map(json, key);
	body_text(json, "en", en);
	body_text(json, "zh", zh);
	json_map_end(json);
}

static void
write_what(struct json *json, const struct alert *alert)
{
	char fingerprint[20];

	alert_id(json, "id", alert->id);
	(void)str_format(fingerprint, sizeof(fingerprint), "%016" PRIx64,
	    alert->fingerprint);
	json_text(json, "fingerprint", fingerprint);
	json_text(json, "rule", alert->rule);
	json_text(json, "severity", severity_text(alert->severity));
	json_text(json, "state", alert_word(alert));
	json_text(json, "entity", alert->entity);
	body_text(json, "instance", alert->instance);
	body_text(json, "area", alert->area);
	body_text(json, "site", alert->site);
	body_text(json, "hall", alert->hall);
	body_text(json, "row", alert->row);
	body_text(json, "rack", alert->rack);
	body_number(json, "value", !isnan(alert->value), alert->value);
	body_number(json, "limit", !isnan(alert->limit), alert->limit);
	body_text(json, "unit", alert->unit);
	body_text(json, "word", alert->word);
}

void
alert_members(struct json *json, const struct alert *alert,
    const struct silences *silences, struct wall now)
{
	const struct silence *silence = silences == NULL || alert->resolved.ns != 0 ?
	    NULL : silences_find(silences, alert, now);

	write_what(json, alert);
	json_int(json, "count", alert->count);
	alert_id(json, "under", alert->under);
	json_bool(json, "folded", alert->under != 0);
	json_bool(json, "flapping", alert->flapping);
	alert_id(json, "silenced", silence != NULL ? silence->id : 0);
	body_time(json, "since", alert->since);
	body_time(json, "fired", alert->fired);
	body_time(json, "changed", alert->changed);
	body_time(json, "resolved", alert->resolved);
	body_text(json, "end", alert->end == ALERT_END_NONE ? NULL :
	    alert_end_text(alert->end));
	if (alert->acked.ns != 0) {
		json_map(json, "acknowledged");
		json_text(json, "by", alert->acked_by);
		body_time(json, "at", alert->acked);
		body_text(json, "note", alert->note);
		json_map_end(json);
	} else {
		json_unknown(json, "acknowledged");
	}
	words(json, "summary", alert->summary_en, alert->summary_zh);
	words(json, "advice", alert->advice_en, alert->advice_zh);
}

void
alert_body(struct json *json, const struct alert *alert,
    const struct silences *silences, struct wall now)
{
	json_map(json, NULL);
	alert_members(json, alert, silences, now);
	json_map_end(json);
}

void
alert_change_body(struct json *json, const struct alert_change *change)
{
	bool by_somebody = change->kind == CHANGE_ACKED || change->kind == CHANGE_UNACKED;

	json_map(json, NULL);
	json_int(json, "seq", change->seq);
	body_time(json, "at", change->at);
	json_text(json, "kind", alert_change_text(change->kind));
	body_number(json, "value", !isnan(change->alert.value), change->alert.value);
	json_int(json, "count", change->alert.count);
	body_text(json, "by", by_somebody ? change->alert.acked_by : NULL);
	body_text(json, "note", by_somebody ? change->alert.note : NULL);
	json_map_end(json);
}

/* ---- silences --------------------------------------------------------------- */

const char *
silence_word(const struct silence *silence, struct wall now)
{
	return silence_active(silence, now) ? "active" :
	    silence->ended.ns == 0 && silence->from.ns > now.ns ? "future" : "over";
}

void
silence_members(struct json *json, const struct silence *silence, struct wall now)
{
	alert_id(json, "id", silence->id);
	json_text(json, "entity", silence->entity);
	body_text(json, "rule", silence->rule);
	body_text(json, "reason", silence->reason);
	json_text(json, "author", silence->author);
	json_bool(json, "maintenance", silence->maintenance);
	body_time(json, "from", silence->from);
	body_time(json, "until", silence->until);
	body_time(json, "created", silence->created);
	body_time(json, "ended", silence->ended);
	json_text(json, "state", silence_word(silence, now));
}

void
silence_body(struct json *json, const struct silence *silence, struct wall now)
{
	json_map(json, NULL);
	silence_members(json, silence, now);
	json_map_end(json);
}

/* ---- what roles hold at -------------------------------------------------------- */

static int
find_feed(const struct inventory *inventory, const char *id, struct entity_ref *ret_ref)
{
	struct feed_ref feed = feed_find(inventory, id);
	const struct power_node *node = inventory_power(inventory, id);

	if (feed.rack != NULL) {
		*ret_ref = (struct entity_ref){ENTITY_RACK, feed.rack->index};
	} else if (node != NULL) {
		*ret_ref = (struct entity_ref){ENTITY_SITE, node->site};
	} else {
		return COL_ENOENT;
	}
	return 0;
}

static int
find_device(const struct inventory *inventory, const char *id, struct entity_ref *ret_ref)
{
	const struct device *device = inventory_device(inventory, id);

	if (device == NULL) {
		return COL_ENOENT;
	}
	*ret_ref = device->rack == INVENTORY_NONE ? device->place :
	    (struct entity_ref){ENTITY_RACK, device->rack};
	return 0;
}

int
alert_entity_ref(const struct inventory *inventory, const char *entity,
    struct entity_ref *ret_ref)
{
	enum entity_kind kind;
	char id[QUERY_ID_SIZE];
	const struct place *place;
	const struct rack *rack;

	*ret_ref = (struct entity_ref){ENTITY_PROVINCE, 0};
	if (query_entity(entity, &kind, id) != 0) {
		/* target:ID, collector:self */
		return str_starts(entity, "target:") || str_starts(entity, "collector:") ?
		    0 : COL_ENOENT;
	}
	switch (kind) {
	case ENTITY_RACK:
		rack = inventory_rack(inventory, id);
		*ret_ref = (struct entity_ref){kind, rack != NULL ? rack->index : 0};
		return rack != NULL ? 0 : COL_ENOENT;
	case ENTITY_FEED:
		return find_feed(inventory, id, ret_ref);
	case ENTITY_DEVICE:
		return find_device(inventory, id, ret_ref);
	default:
		place = inventory_place(inventory, kind, id);
		*ret_ref = (struct entity_ref){kind, place != NULL ? place->index : 0};
		return place != NULL ? 0 : COL_ENOENT;
	}
}
