/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/notice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <collectord/err.h>

#include "base/json.h"
#include "base/str.h"

/* More than any message has: what claims more is not of our making. */
#define ALERTS_MAX 100000

/*
 * An alert's members are tables, so that what is written is what is read.
 * Whole numbers of 64 bits are text: readers of JSON round them.
 */
#define TEXT(name) { #name, offsetof(struct alert, name), sizeof(((struct alert *)0)->name) }
static const struct { const char *key; size_t at, size; } texts[] = {
	TEXT(rule), TEXT(entity), TEXT(instance), TEXT(area), TEXT(site), TEXT(hall),
	TEXT(row), TEXT(rack), TEXT(unit), TEXT(word), TEXT(acked_by), TEXT(note),
	TEXT(summary_en), TEXT(summary_zh), TEXT(advice_en), TEXT(advice_zh),
};
#define WALL(name) { #name, offsetof(struct alert, name.ns) }
#define WHOLE(name) { #name, offsetof(struct alert, name) }
static const struct { const char *key; size_t at; } wholes[] = {
	WHOLE(id), WHOLE(fingerprint), WHOLE(rule_hash), WHOLE(under), WALL(since),
	WALL(fired), WALL(changed), WALL(resolved), WALL(acked),
};
#define N(table) (sizeof(table) / sizeof((table)[0]))

const char *
notice_type_text(enum notice_type type)
{
	static const char *const words[NOTICE_TYPE_N] = {
		[NOTICE_FIRING] = "alert.firing", [NOTICE_RESOLVED] = "alert.resolved",
		[NOTICE_ACKNOWLEDGED] = "alert.acknowledged",
		[NOTICE_DIGEST] = "alert.digest",
		[NOTICE_HEARTBEAT] = "collector.heartbeat",
		[NOTICE_CANARY] = "collector.canary", [NOTICE_TEST] = "test.ping",
	};

	return words[type];
}

void
notice_done(struct notice *notice)
{
	free(notice->alerts);
	memset(notice, 0, sizeof(*notice));
}

/* ---- writing ------------------------------------------------------------------ */

static void
put_whole(struct json *json, const char *key, int64_t value)
{
	char text[24];

	(void)str_format(text, sizeof(text), "%lld", (long long)value);
	json_text(json, key, text);
}

/* What could not be read back is made readable: a message must not be lost. */
static void
put_text(struct json *json, const char *key, const char *text)
{
	size_t size = strlen(text);
	char clean[ALERT_TEXT_SIZE];

	if (size > 0 && !str_is_utf8(text, size)) {
		str_clean(clean, sizeof(clean), text, size);
		text = clean;
	}
	if (text[0] != '\0') {
		json_text(json, key, text);
	}
}

static void
put_alert(struct json *json, const struct alert *alert)
{
	const char *base = (const char *)alert;
	int64_t whole;

	json_map(json, NULL);
	for (size_t i = 0; i < N(wholes); i++) {
		memcpy(&whole, base + wholes[i].at, sizeof(whole));
		if (whole != 0) {
			put_whole(json, wholes[i].key, whole);
		}
	}
	for (size_t i = 0; i < N(texts); i++) {
		put_text(json, texts[i].key, base + texts[i].at);
	}
	json_text(json, "state", alert_state_text(alert->state));
	json_text(json, "severity", severity_text(alert->severity));
	json_text(json, "end", alert_end_text(alert->end));
	json_number(json, "value", alert->value, 17);
	json_number(json, "limit", alert->limit, 17);
	json_int(json, "count", alert->count);
	json_bool(json, "flapping", alert->flapping);
	json_map_end(json);
}

void
notice_write(const struct notice *notice, struct buf *out)
{
	struct json json;

	json_init(&json, out);
	json_map(&json, NULL);
	json_text(&json, "id", notice->id);
	json_text(&json, "type", notice_type_text(notice->type));
	json_bool(&json, "test", notice->test);
	json_bool(&json, "repeat", notice->repeat);
	put_whole(&json, "at", notice->at.ns);
	put_text(&json, "group", notice->group);
	put_text(&json, "province", notice->province);
	put_text(&json, "zone", notice->zone);
	put_text(&json, "page_url", notice->page_url);
	json_int(&json, "n_more", notice->n_more);
	json_list(&json, "alerts");
	for (size_t i = 0; i < notice->n_alerts; i++) {
		put_alert(&json, &notice->alerts[i]);
	}
	json_list_end(&json);
	json_map_end(&json);
}

/* ---- reading ------------------------------------------------------------------ */

/* A member that is not there is "", 0 or false; one of another kind is an error. */
static bool
get_text(const json_t *map, const char *key, char *to, size_t size)
{
	const json_t *member = json_object_get(map, key);
	const char *text = json_string_value(member);

	if (member == NULL) {
		to[0] = '\0';
		return true;
	}
	return text != NULL && str_copy(to, size, text) < size;
}

static bool
get_whole(const json_t *map, const char *key, int64_t *to)
{
	char text[24];

	*to = 0;
	return get_text(map, key, text, sizeof(text)) && (text[0] == '\0' ||
	    str_to_int(text, INT64_MIN, INT64_MAX, to) == COL_OK);
}

static bool
get_u32(const json_t *map, const char *key, uint32_t *to)
{
	const json_t *member = json_object_get(map, key);
	json_int_t value = json_integer_value(member);

	*to = (uint32_t)value;
	return member == NULL ||
	    (json_is_integer(member) && value >= 0 && value <= UINT32_MAX);
}

static bool
get_double(const json_t *map, const char *key, double *to)
{
	const json_t *member = json_object_get(map, key);

	*to = json_is_number(member) ? json_number_value(member) : NAN;
	return member == NULL || json_is_null(member) || json_is_number(member);
}

typedef const char *word_fn(unsigned value);

static const char *
state_word(unsigned value)
{
	return alert_state_text((enum alert_state)value);
}

static const char *
severity_word(unsigned value)
{
	return severity_text((enum severity)value);
}

static const char *
end_word(unsigned value)
{
	return alert_end_text((enum alert_end)value);
}

static const char *
type_word(unsigned value)
{
	return notice_type_text((enum notice_type)value);
}

/* The word's number, or -1. */
static int
find_word(const json_t *map, const char *key, word_fn *word, unsigned n)
{
	const char *text = json_string_value(json_object_get(map, key));

	for (unsigned i = 0; text != NULL && i < n; i++) {
		if (strcmp(word(i), text) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static bool
get_alert(const json_t *map, struct alert *alert)
{
	char *base = (char *)alert;
	int state = find_word(map, "state", state_word, ALERT_STATE_N);
	int severity = find_word(map, "severity", severity_word, SEVERITY_N);
	int end = find_word(map, "end", end_word, ALERT_END_N);
	int64_t whole;
	bool ok = json_is_object(map) && state >= 0 && severity >= 0 && end >= 0;

	for (size_t i = 0; ok && i < N(wholes); i++) {
		ok = get_whole(map, wholes[i].key, &whole);
		memcpy(base + wholes[i].at, &whole, sizeof(whole));
	}
	for (size_t i = 0; ok && i < N(texts); i++) {
		ok = get_text(map, texts[i].key, base + texts[i].at, texts[i].size);
	}
	if (!ok) {
		return false;
	}
	alert->state = (enum alert_state)state;
	alert->severity = (enum severity)severity;
	alert->end = (enum alert_end)end;
	alert->flapping = json_is_true(json_object_get(map, "flapping"));
	return get_double(map, "value", &alert->value) &&
	    get_double(map, "limit", &alert->limit) &&
	    get_u32(map, "count", &alert->count);
}

static int
get_alerts(const json_t *list, struct notice *notice)
{
	size_t n = json_array_size(list);

	if (!json_is_array(list) || n > ALERTS_MAX) {
		return COL_EINVAL;
	}
	notice->alerts = n > 0 ? calloc(n, sizeof(*notice->alerts)) : NULL;
	if (n > 0 && notice->alerts == NULL) {
		return COL_ENOMEM;
	}
	notice->n_alerts = n;
	for (size_t i = 0; i < n; i++) {
		if (!get_alert(json_array_get(list, i), &notice->alerts[i])) {
			return COL_EINVAL;
		}
	}
	return COL_OK;
}

int
notice_read(const char *text, size_t size, struct notice *ret_notice)
{
	struct notice notice = { .n_alerts = 0 };
	json_t *map = json_loadb(text, size, 0, NULL);
	int type = find_word(map, "type", type_word, NOTICE_TYPE_N);
	int rc = COL_EINVAL;

	if (json_is_object(map) && type >= 0 &&
	    get_text(map, "id", notice.id, sizeof(notice.id)) &&
	    get_whole(map, "at", &notice.at.ns) &&
	    get_text(map, "group", notice.group, sizeof(notice.group)) &&
	    get_text(map, "province", notice.province, sizeof(notice.province)) &&
	    get_text(map, "zone", notice.zone, sizeof(notice.zone)) &&
	    get_text(map, "page_url", notice.page_url, sizeof(notice.page_url)) &&
	    get_u32(map, "n_more", &notice.n_more)) {
		notice.type = (enum notice_type)type;
		notice.test = json_is_true(json_object_get(map, "test"));
		notice.repeat = json_is_true(json_object_get(map, "repeat"));
		rc = get_alerts(json_object_get(map, "alerts"), &notice);
	}
	json_decref(map);
	if (rc != COL_OK) {
		notice_done(&notice);
		return rc;
	}
	*ret_notice = notice;
	return COL_OK;
}
