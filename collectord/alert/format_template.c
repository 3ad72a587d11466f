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
#include "model/placeholder.h"

#define TITLE_MAX 1000          /* of {title} */
#define TEXT_MAX 4000           /* of {text} */

struct fill {
	const struct render *render;
	const struct alert *alert;      /* of `each`, else the first, or NULL */
	bool each;
	struct json json;
};

/* A placeholder gives a number or truth, which may stand alone, or text. */
enum placeholder_kind { PLACE_TEXT = 0, PLACE_NUMBER, PLACE_TRUTH };
struct value { enum placeholder_kind kind; double number; bool truth; };
struct give_row {
	enum placeholder_kind kind;
	bool of_alert;          /* nothing where there is no alert */
	/* writes text, or sets value */
	void (*give)(const struct fill *fill, struct buf *out, struct value *value);
};

/* ---- of the notice ------------------------------------------------------------------ */

static void
give_title(const struct fill *fill, struct buf *out, struct value *value)
{
	struct text_style style = render_style(fill->render, TEXT_PLAIN);

	(void)value;
	text_title(out, fill->render->notice, &style, TITLE_MAX);
}

static void
give_text(const struct fill *fill, struct buf *out, struct value *value)
{
	struct text_style style = render_style(fill->render, TEXT_PLAIN);

	(void)value;
	text_notice(out, fill->render->notice, &style, TEXT_MAX);
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
GIVE_TEXT(row_id, row)
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

/* Those of rules only are refused before they are looked for here. */
static const struct give_row GIVES[PLACEHOLDER_N] = {
	[PLACEHOLDER_TITLE] = { PLACE_TEXT, false, give_title },
	[PLACEHOLDER_TEXT] = { PLACE_TEXT, false, give_text },
	[PLACEHOLDER_TYPE] = { PLACE_TEXT, false, give_type },
	[PLACEHOLDER_KEY] = { PLACE_TEXT, false, give_key },
	[PLACEHOLDER_GROUP] = { PLACE_TEXT, false, give_group },
	[PLACEHOLDER_PROVINCE] = { PLACE_TEXT, false, give_province },
	[PLACEHOLDER_AT] = { PLACE_TEXT, false, give_at },
	[PLACEHOLDER_ALERTS] = { PLACE_NUMBER, false, give_n },
	[PLACEHOLDER_FIRING] = { PLACE_NUMBER, false, give_firing },
	[PLACEHOLDER_MORE] = { PLACE_NUMBER, false, give_more },
	[PLACEHOLDER_TEST] = { PLACE_TRUTH, false, give_test },
	[PLACEHOLDER_REPEAT] = { PLACE_TRUTH, false, give_repeat },
	[PLACEHOLDER_SEVERITY] = { PLACE_TEXT, false, give_severity },
	[PLACEHOLDER_STATE] = { PLACE_TEXT, false, give_state },
	[PLACEHOLDER_URL] = { PLACE_TEXT, false, give_url },
	[PLACEHOLDER_SUMMARY] = { PLACE_TEXT, true, give_summary },
	[PLACEHOLDER_ADVICE] = { PLACE_TEXT, true, give_advice },
	[PLACEHOLDER_RULE] = { PLACE_TEXT, true, give_rule },
	[PLACEHOLDER_ENTITY] = { PLACE_TEXT, true, give_entity },
	[PLACEHOLDER_INSTANCE] = { PLACE_TEXT, true, give_instance },
	[PLACEHOLDER_AREA] = { PLACE_TEXT, true, give_area },
	[PLACEHOLDER_SITE] = { PLACE_TEXT, true, give_site },
	[PLACEHOLDER_HALL] = { PLACE_TEXT, true, give_hall },
	[PLACEHOLDER_ROW] = { PLACE_TEXT, true, give_row_id },
	[PLACEHOLDER_RACK] = { PLACE_TEXT, true, give_rack },
	[PLACEHOLDER_UNIT] = { PLACE_TEXT, true, give_unit },
	[PLACEHOLDER_WORD] = { PLACE_TEXT, true, give_word },
	[PLACEHOLDER_ACKED_BY] = { PLACE_TEXT, true, give_acked_by },
	[PLACEHOLDER_NOTE] = { PLACE_TEXT, true, give_note },
	[PLACEHOLDER_ID] = { PLACE_TEXT, true, give_id },
	[PLACEHOLDER_FINGERPRINT] = { PLACE_TEXT, true, give_fingerprint },
	[PLACEHOLDER_VALUE] = { PLACE_NUMBER, true, give_value },
	[PLACEHOLDER_LIMIT] = { PLACE_NUMBER, true, give_limit },
	[PLACEHOLDER_COUNT] = { PLACE_NUMBER, true, give_count },
	[PLACEHOLDER_SINCE] = { PLACE_TEXT, true, give_since },
	[PLACEHOLDER_RESOLVED] = { PLACE_TEXT, true, give_resolved },
};

/* ---- filling ---------------------------------------------------------------------------- */

static void
give(const struct fill *fill, enum placeholder which, struct buf *out, struct value *value)
{
	const struct give_row *row = &GIVES[which];

	*value = (struct value){ .kind = row->kind, .number = NAN };
	if (row->give != NULL && (!row->of_alert || fill->alert != NULL)) {
		row->give(fill, out, value);
	}
}

/* A placeholder within a text. */
static void
put_place(void *arg, enum placeholder which, struct buf *out)
{
	char number[STR_NUMBER_SIZE];
	struct value value;

	give(arg, which, out, &value);
	if (value.kind == PLACE_NUMBER && isfinite(value.number)) {
		str_from_number(number, value.number, 10);
		buf_puts(out, number);
	} else if (value.kind == PLACE_TRUTH) {
		buf_puts(out, value.truth ? "true" : "false");
	}
}

/* The placeholder that a text is as a whole, or PLACEHOLDER_N. */
static enum placeholder
whole(const char *text)
{
	size_t len = strlen(text);

	for (int i = 0; len > 2 && text[0] == '{' && i < PLACEHOLDER_N; i++) {
		const char *name = placeholder_text((enum placeholder)i);

		if (strlen(name) == len - 2 && strncmp(text + 1, name, len - 2) == 0 &&
		    text[len - 1] == '}') {
			return (enum placeholder)i;
		}
	}
	return PLACEHOLDER_N;
}

/* A text that is one placeholder of a number or truth. */
static bool
write_alone(struct fill *fill, const char *key, const char *text)
{
	enum placeholder which = whole(text);
	struct value value;

	if (which == PLACEHOLDER_N || GIVES[which].kind == PLACE_TEXT) {
		return false;
	}
	give(fill, which, NULL, &value);
	if (value.kind == PLACE_TRUTH) {
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
	struct col_error error = { 0 };
	struct buf text;

	if (write_plain(fill, key, node) || write_alone(fill, key, node->text)) {
		return COL_OK;
	}
	if (placeholder_check(node->text, PLACEHOLDERS_BODY, &error) != COL_OK) {
		return err_set(fill->render->error, COL_EINVAL, "receiver %s: body, line %u: %s",
		    fill->render->receiver->name, node->line, error.text);
	}
	buf_init(&text, 0);
	placeholder_fill(node->text, put_place, fill, &text);
	json_text(&fill->json, key, text.failed || text.data == NULL ? "" : text.data);
	buf_done(&text);
	return COL_OK;
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
