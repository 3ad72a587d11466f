/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A body of the operator's own: a tree of JSON with placeholders.  Texts are
 * filled first and escaped by the writer afterwards, so that the result is JSON
 * whatever a text holds.
 *
 *   body: {title: "{title}", level: "{severity}", n: "{n}",
 *          items: {each: alerts, item: {what: "{summary}", value: "{value}"}}}
 *
 * A text that is one placeholder of a number or truth becomes that; "{{" and "}}"
 * are braces.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "alert/render.h"
#include "base/err.h"
#include "base/str.h"

#define NAME_SIZE 32
#define TEXT_MAX 4000           /* of {text} */

struct fill {
	const struct render *render;
	const struct alert *alert;      /* of `each`, else the first, or NULL */
	bool each;
	struct json json;
};

/* What a placeholder gives: a number or truth that may stand alone, or text. */
enum placeholder_kind { PLACE_TEXT = 0, PLACE_NUMBER, PLACE_TRUTH };
struct value { enum placeholder_kind kind; double number; bool truth; };
struct placeholder {
	const char *name;
	enum placeholder_kind kind;
	bool of_alert;
	/* writes text, or sets value; alert is NULL where there is none */
	void (*give)(const struct fill *fill, struct buf *out, struct value *value);
};

/* ---- of the notice ------------------------------------------------------------------ */

static void
give_title(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	text_title(out, fill->render->notice, fill->render->receiver->lang, TEXT_PLAIN, 1000);
}

static void
give_text(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	text_notice(out, fill->render->notice, fill->render->receiver->lang, TEXT_PLAIN,
	    TEXT_MAX);
}

static void
give_type(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_puts(out, notice_type_text(fill->render->notice->type));
}

static void
give_key(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_puts(out, fill->render->notice->id);
}

static void
give_group(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_puts(out, fill->render->notice->group);
}

static void
give_province(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_puts(out, fill->render->notice->province);
}

static void
put_wall(struct buf *out, struct wall at)
{
	char text[CLOCK_RFC3339_SIZE];

	clock_rfc3339(at, text);
	buf_puts(out, text);
}

static void
give_at(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	put_wall(out, fill->render->notice->at);
}

static void
give_n(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->number = (double)fill->render->notice->n_alerts;
}

static void
give_firing(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->number = (double)text_count(fill->render->notice, false);
}

static void
give_more(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->number = render_more(fill->render);
}

static void
give_test(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->truth = fill->render->notice->test ||
	    fill->render->notice->type == NOTICE_TEST;
}

static void
give_repeat(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->truth = fill->render->notice->repeat;
}

/* Outside `each` the worst one, and whether anything fires. */
static void
give_severity(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_puts(out, severity_text(fill->each ? fill->alert->severity :
	    text_worst(fill->render->notice)));
}

static void
give_state(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	if (fill->each) {
		buf_puts(out, render_state(fill->alert));
	} else if (fill->render->notice->n_alerts > 0) {
		buf_puts(out, text_count(fill->render->notice, false) > 0 ? "firing" :
		    "resolved");
	}
}

static void
give_url(const struct fill *fill, struct buf *out, struct value *value)
{
	char link[TEXT_LINK_SIZE];

	(void)value;
	text_link(fill->render->notice, fill->alert != NULL && (fill->each ||
	    fill->render->notice->n_alerts == 1) ? fill->alert : NULL, link);
	buf_puts(out, link);
}

/* ---- of an alert ---------------------------------------------------------------------- */

static void
put_lang(const struct fill *fill, struct buf *out, const char *en, const char *zh)
{
	int lang = fill->render->receiver->lang;

	if (lang == RECEIVER_BOTH && en[0] != '\0' && zh[0] != '\0') {
		buf_printf(out, "%s / %s", en, zh);
	} else {
		buf_puts(out, (lang == RECEIVER_ZH && zh[0] != '\0') || en[0] == '\0' ? zh : en);
	}
}

static void
give_summary(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	put_lang(fill, out, fill->alert->summary_en, fill->alert->summary_zh);
}

static void
give_advice(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	if (!fill->render->brief) {
		put_lang(fill, out, fill->alert->advice_en, fill->alert->advice_zh);
	}
}

#define GIVE_TEXT(name, member) \
static void \
give_##name(const struct fill *fill, struct buf *out, struct value *value) \
{ \
	(void)value; \
	buf_puts(out, fill->alert->member); \
}
GIVE_TEXT(rule, rule)
GIVE_TEXT(entity, entity)
GIVE_TEXT(instance, instance)
GIVE_TEXT(area, area)
GIVE_TEXT(site, site)
GIVE_TEXT(hall, hall)
GIVE_TEXT(row, row)
GIVE_TEXT(rack, rack)
GIVE_TEXT(unit, unit)
GIVE_TEXT(word, word)
GIVE_TEXT(acked_by, acked_by)
GIVE_TEXT(note, note)

static void
give_id(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_printf(out, "%lld", (long long)fill->alert->id);
}

static void
give_fingerprint(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	buf_printf(out, "%016llx", (unsigned long long)fill->alert->fingerprint);
}

static void
give_value(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->number = fill->alert->value;
}

static void
give_limit(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->number = fill->alert->limit;
}

static void
give_count(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)out;
	value->number = fill->alert->count;
}

static void
give_since(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	put_wall(out, fill->alert->since);
}

static void
give_resolved(const struct fill *fill, struct buf *out, struct value *value)
{
	(void)value;
	put_wall(out, fill->alert->resolved);
}

static const struct placeholder PLACEHOLDERS[] = {
	{ "title", PLACE_TEXT, false, give_title }, { "text", PLACE_TEXT, false, give_text },
	{ "type", PLACE_TEXT, false, give_type }, { "key", PLACE_TEXT, false, give_key },
	{ "group", PLACE_TEXT, false, give_group },
	{ "province", PLACE_TEXT, false, give_province },
	{ "at", PLACE_TEXT, false, give_at }, { "n", PLACE_NUMBER, false, give_n },
	{ "n_firing", PLACE_NUMBER, false, give_firing },
	{ "n_more", PLACE_NUMBER, false, give_more },
	{ "test", PLACE_TRUTH, false, give_test },
	{ "repeat", PLACE_TRUTH, false, give_repeat },
	{ "severity", PLACE_TEXT, false, give_severity },
	{ "state", PLACE_TEXT, false, give_state }, { "url", PLACE_TEXT, false, give_url },
	{ "summary", PLACE_TEXT, true, give_summary },
	{ "advice", PLACE_TEXT, true, give_advice }, { "rule", PLACE_TEXT, true, give_rule },
	{ "entity", PLACE_TEXT, true, give_entity },
	{ "instance", PLACE_TEXT, true, give_instance },
	{ "area", PLACE_TEXT, true, give_area }, { "site", PLACE_TEXT, true, give_site },
	{ "hall", PLACE_TEXT, true, give_hall }, { "row", PLACE_TEXT, true, give_row },
	{ "rack", PLACE_TEXT, true, give_rack }, { "unit", PLACE_TEXT, true, give_unit },
	{ "word", PLACE_TEXT, true, give_word },
	{ "acked_by", PLACE_TEXT, true, give_acked_by },
	{ "note", PLACE_TEXT, true, give_note }, { "id", PLACE_TEXT, true, give_id },
	{ "fingerprint", PLACE_TEXT, true, give_fingerprint },
	{ "value", PLACE_NUMBER, true, give_value },
	{ "limit", PLACE_NUMBER, true, give_limit },
	{ "count", PLACE_NUMBER, true, give_count },
	{ "since", PLACE_TEXT, true, give_since },
	{ "resolved", PLACE_TEXT, true, give_resolved },
};

/* ---- filling ---------------------------------------------------------------------------- */

static const struct placeholder *
find(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(PLACEHOLDERS) / sizeof(PLACEHOLDERS[0]); i++) {
		if (strlen(PLACEHOLDERS[i].name) == len &&
		    strncmp(PLACEHOLDERS[i].name, name, len) == 0) {
			return &PLACEHOLDERS[i];
		}
	}
	return NULL;
}

static int
unknown(const struct fill *fill, const struct col_node *node, const char *name, size_t len)
{
	return err_set(fill->render->error, COL_EINVAL, "receiver %s: body, line %u: there is no "
	    "placeholder '%.*s' (\"{{\" is a brace)", fill->render->receiver->name,
	    node->line, (int)(len < NAME_SIZE ? len : NAME_SIZE), name);
}

static void
give(const struct fill *fill, const struct placeholder *place, struct buf *out,
    struct value *value)
{
	*value = (struct value){ .kind = place->kind, .number = NAN };
	if (!place->of_alert || fill->alert != NULL) {
		place->give(fill, out, value);
	}
}

/* A placeholder within a text. */
static void
put_place(const struct fill *fill, const struct placeholder *place, struct buf *out)
{
	char number[STR_NUMBER_SIZE];
	struct value value;

	give(fill, place, out, &value);
	if (value.kind == PLACE_NUMBER && isfinite(value.number)) {
		str_from_number(number, value.number, 10);
		buf_puts(out, number);
	} else if (value.kind == PLACE_TRUTH) {
		buf_puts(out, value.truth ? "true" : "false");
	}
}

static int
fill_text(const struct fill *fill, const struct col_node *node, struct buf *out)
{
	for (const char *at = node->text; *at != '\0';) {
		const struct placeholder *place;
		size_t len;

		if ((at[0] == '{' || at[0] == '}') && at[1] == at[0]) {
			buf_put(out, at, 1);
			at += 2;
			continue;
		}
		if (at[0] != '{') {
			buf_put(out, at++, 1);
			continue;
		}
		len = strcspn(++at, "}");
		place = find(at, len);
		if (place == NULL || at[len] == '\0') {
			return unknown(fill, node, at, len);
		}
		put_place(fill, place, out);
		at += len + 1;
	}
	return COL_OK;
}

/* A text that is one placeholder of a number or truth. */
static bool
write_alone(struct fill *fill, const char *key, const char *text)
{
	size_t len = strlen(text);
	const struct placeholder *place = len > 2 && text[0] == '{' && text[len - 1] == '}' ?
	    find(text + 1, len - 2) : NULL;
	struct value value;

	if (place == NULL || place->kind == PLACE_TEXT) {
		return false;
	}
	give(fill, place, NULL, &value);
	if (place->kind == PLACE_TRUTH) {
		json_bool(&fill->json, key, value.truth);
	} else {
		json_number(&fill->json, key, value.number, 10);
	}
	return true;
}

/* What stands without quotes and is a number, a truth or nothing, is that. */
static bool
write_plain(struct fill *fill, const char *key, const struct col_node *node)
{
	double number;
	bool truth;

	if (node->quoted) {
		return false;
	}
	if (strcmp(node->text, "") == 0 || strcmp(node->text, "null") == 0 ||
	    strcmp(node->text, "~") == 0) {
		json_unknown(&fill->json, key);
	} else if ((strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0) &&
	    str_to_bool(node->text, &truth) == COL_OK) {
		json_bool(&fill->json, key, truth);
	} else if (str_to_number(node->text, &number) == COL_OK) {
		json_number(&fill->json, key, number, 17);
	} else {
		return false;
	}
	return true;
}

static int
write_scalar(struct fill *fill, const char *key, const struct col_node *node)
{
	struct buf text;
	int rc;

	if (write_plain(fill, key, node) || write_alone(fill, key, node->text)) {
		return COL_OK;
	}
	buf_init(&text, 0);
	rc = fill_text(fill, node, &text);
	if (rc == COL_OK) {
		json_text(&fill->json, key, text.failed || text.data == NULL ? "" : text.data);
	}
	buf_done(&text);
	return rc;
}

static int write_node(struct fill *fill, const char *key, const struct col_node *node);

/* {each: alerts, item: …}: a list with an item an alert. */
static int
write_each(struct fill *fill, const char *key, const struct col_node *node)
{
	const struct notice *notice = fill->render->notice;
	const struct col_node *each = col_node_get(node, "each");
	const struct col_node *item = col_node_get(node, "item");
	const struct alert *before = fill->alert;
	int rc = COL_OK;

	if (fill->each || item == NULL || node->n_items != 2 ||
	    each->kind != COL_NODE_SCALAR || strcmp(each->text, "alerts") != 0) {
		return err_set(fill->render->error, COL_EINVAL, "receiver %s: body, line %u: a "
		    "list of alerts is {each: alerts, item: …}, once", fill->render->receiver->name,
		    node->line);
	}
	json_list(&fill->json, key);
	fill->each = true;
	for (size_t i = 0; rc == COL_OK && i < fill->render->n_shown; i++) {
		fill->alert = &notice->alerts[i];
		rc = write_node(fill, NULL, item);
	}
	fill->each = false;
	fill->alert = before;
	json_list_end(&fill->json);
	return rc;
}

static int
write_node(struct fill *fill, const char *key, const struct col_node *node)
{
	int rc = COL_OK;

	if (node->kind == COL_NODE_SCALAR) {
		return write_scalar(fill, key, node);
	}
	if (col_node_get(node, "each") != NULL) {
		return write_each(fill, key, node);
	}
	if (node->kind == COL_NODE_MAP) {
		json_map(&fill->json, key);
	} else {
		json_list(&fill->json, key);
	}
	for (size_t i = 0; rc == COL_OK && i < node->n_items; i++) {
		rc = write_node(fill, node->kind == COL_NODE_MAP ? node->items[i]->key : NULL,
		    node->items[i]);
	}
	if (node->kind == COL_NODE_MAP) {
		json_map_end(&fill->json);
	} else {
		json_list_end(&fill->json);
	}
	return rc;
}

int
format_template_body(struct render *render)
{
	struct fill fill = { .render = render,
	    .alert = render->notice->n_alerts > 0 ? &render->notice->alerts[0] : NULL };

	if (render->receiver->body == NULL) {
		return err_set(render->error, COL_EINVAL, "receiver %s: a template needs a body",
		    render->receiver->name);
	}
	if (render->receiver->content_type != NULL) {
		render->content_type = render->receiver->content_type;
	}
	json_init(&fill.json, &render->body);
	return write_node(&fill, NULL, render->receiver->body);
}
