/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each type of receiver gets, whole (tests/fixtures/alert, written anew with
 * UPDATE=1), from hostile texts, and from more than fits.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>
#include <jansson.h>

#include "alert/format.h"
#include "alert/text.h"
#include "base/str.h"
#include "config_fake.h"
#include "format_kit.h"
#include "model/placeholder.h"

#define URL "https://hooks.example:8443/in/s3cr3t?key=k3y"

static const struct wall NOW = { INT64_C(1700000000) * NS_PER_S };

struct scene { struct arena *arena; const char *folder; };

static int
setup(void **state)
{
	static struct scene scene;

	scene.arena = arena_new();
	scene.folder = config_fake_folder();
	*state = &scene;
	return 0;
}

static int
teardown(void **state)
{
	struct scene *scene = *state;

	config_fake_remove(scene->folder);
	arena_free(scene->arena);
	return 0;
}

static void
render(const struct receiver *receiver, const struct notice *notice, struct outgoing *out)
{
	struct col_error error = { 0 };

	if (format_render(receiver, notice, NOW, out, &error) != COL_OK) {
		fail_msg("%s: %s", receiver_type_text(receiver->type), error.text);
	}
	assert_int_equal(strlen(out->body), out->body_size);
}

static json_t *
parse(const struct outgoing *out)
{
	json_error_t error;
	json_t *body = json_loadb(out->body, out->body_size, JSON_REJECT_DUPLICATES, &error);

	if (body == NULL) {
		fail_msg("%s at %d: %s", error.text, error.position, out->body);
	}
	return body;
}

/* ---- whole ------------------------------------------------------------------------ */

static void
compare(const char *name, const struct outgoing *out)
{
	const char *top = getenv("top_srcdir");
	char path[4096], *text;
	struct buf got;
	FILE *file;
	size_t n;

	buf_init(&got, 0);
	for (size_t i = 0; i < out->n_headers; i++) {
		buf_printf(&got, "%s\n", out->headers[i]);
	}
	buf_printf(&got, "%s\n\n%s\n", out->url, out->body);
	(void)snprintf(path, sizeof(path), "%s/tests/fixtures/alert/%s.txt",
	    top != NULL ? top : ".", name);
	if (getenv("UPDATE") != NULL) {
		file = fopen(path, "w");
		assert_non_null(file);
		assert_int_equal(fwrite(got.data, 1, got.size, file), got.size);
		(void)fclose(file);
	}
	file = fopen(path, "r");
	assert_non_null(file);
	text = calloc(1, got.size + 2);
	n = fread(text, 1, got.size + 1, file);
	(void)fclose(file);
	if (n != got.size || memcmp(text, got.data, n) != 0) {
		fail_msg("%s is otherwise: UPDATE=1 tests/unit/test_alert_format writes it "
		    "anew; it is now\n%s", path, got.data);
	}
	free(text);
	buf_done(&got);
}

static void
all_types_are_as_kept(void **state)
{
	struct scene *scene = *state;
	struct notice notice;

	format_kit_calm(&notice);
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		struct outgoing out;
		struct receiver *receiver = format_kit_usual(scene->arena,
		    (enum receiver_type)type, scene->folder, URL);

		render(receiver, &notice, &out);
		json_decref(parse(&out));
		compare(receiver_type_text(receiver->type), &out);
		outgoing_done(&out);
	}
	notice_done(&notice);
}

static void
others_kinds_are_as_kept(void **state)
{
	static const struct { enum receiver_type type; enum notice_type kind; const char *name; }
	CASES[] = {
		{ RECEIVER_WEBHOOK, NOTICE_HEARTBEAT, "heartbeat-webhook" },
		{ RECEIVER_ALERTMANAGER, NOTICE_HEARTBEAT, "heartbeat-alertmanager" },
		{ RECEIVER_CLOUDEVENTS, NOTICE_CANARY, "canary-cloudevents" },
		{ RECEIVER_SLACK, NOTICE_HEARTBEAT, "heartbeat-slack" },
		{ RECEIVER_TEAMS, NOTICE_HEARTBEAT, "heartbeat-teams" },
		{ RECEIVER_WECOM, NOTICE_TEST, "test-wecom" },
		{ RECEIVER_ALERTMANAGER_WEBHOOK, NOTICE_TEST, "test-alertmanager-webhook" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct outgoing out;
		struct notice notice;

		format_kit_single(&notice);
		notice.type = CASES[i].kind;
		notice.n_alerts = 0;
		render(format_kit_usual(scene->arena, CASES[i].type, scene->folder, URL),
		    &notice, &out);
		json_decref(parse(&out));
		compare(CASES[i].name, &out);
		outgoing_done(&out);
		notice_done(&notice);
	}
}

/* ---- hostile texts ------------------------------------------------------------------- */

/* All texts of a body, one after the other, as the receiver reads them. */
static void
gather(const json_t *node, struct buf *to)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(node)) {
		buf_put(to, json_string_value(node), json_string_length(node));
		buf_puts(to, "\n");
	}
	json_array_foreach(node, i, item) {
		gather(item, to);
	}
	json_object_foreach((json_t *)(uintptr_t)node, key, item) {
		gather(item, to);
	}
}

static void
nothing_becomes_markup(void **state)
{
	/* the first three mean nothing to Slack */
	static const char *const NEVER[] = { "](", "@all", "@everyone", "<!", "<@", "<at ",
		"<users", "<font", "<script", "</at>", "://evil", "\xe2\x80\xae",
		"\xe2\x80\xa8" };
	static const enum receiver_type TYPES[] = { RECEIVER_SLACK, RECEIVER_DINGTALK,
		RECEIVER_WECOM, RECEIVER_FEISHU };
	struct scene *scene = *state;
	struct notice notice;

	format_kit_hostile(&notice);
	notice.page_url[0] = '\0'; /* links of ours are markup, too */
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++) {
		struct outgoing out;
		struct buf texts;
		json_t *body;

		render(format_kit_receiver(scene->arena, TYPES[i], scene->folder,
		    "url: \"" URL "\""), &notice, &out);
		body = parse(&out);
		buf_init(&texts, 0);
		gather(body, &texts);
		for (size_t k = TYPES[i] == RECEIVER_SLACK ? 3 : 0;
		    k < sizeof(NEVER) / sizeof(NEVER[0]); k++) {
			if (strstr(texts.data, NEVER[k]) != NULL) {
				fail_msg("%s has %s: %s", receiver_type_text(TYPES[i]),
				    NEVER[k], texts.data);
			}
		}
		/* and yet it says what it is about */
		assert_non_null(strstr(texts.data, "\xf0\x9f\x94\xa5"));
		assert_non_null(strstr(texts.data, "机柜“甲”"));
		assert_non_null(strstr(texts.data, "alert(1)"));
		buf_done(&texts);
		json_decref(body);
		outgoing_done(&out);
	}
	notice_done(&notice);
}

static void
hostile_bodies_stay_whole(void **state)
{
	struct scene *scene = *state;
	struct notice notice;

	format_kit_hostile(&notice);
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		struct outgoing out;
		struct buf texts;
		json_t *body;

		render(format_kit_usual(scene->arena, (enum receiver_type)type, scene->folder,
		    URL), &notice, &out);
		body = parse(&out);
		assert_true(str_is_utf8(out.body, out.body_size));
		assert_null(strchr(out.body, '\n'));
		/* the member that the summary tries to add has not come */
		assert_null(json_object_get(body, "x"));
		buf_init(&texts, 0);
		gather(body, &texts);
		/* WeCom's is in Chinese here */
		assert_non_null(strstr(texts.data, type == RECEIVER_WECOM ? "链接" : "alert(1)"));
		buf_done(&texts);
		json_decref(body);
		outgoing_done(&out);
	}
	notice_done(&notice);
}

/* Texts of a card are runs, which are shown as they are. */
static void
teams_texts_are_runs(void **state)
{
	struct scene *scene = *state;
	struct notice notice;
	struct outgoing out;
	json_t *root, *block;
	size_t i, n_runs = 0;

	format_kit_hostile(&notice);
	render(format_kit_usual(scene->arena, RECEIVER_TEAMS, scene->folder, URL), &notice, &out);
	root = parse(&out);
	json_array_foreach(json_object_get(json_object_get(json_array_get(json_object_get(root,
	    "attachments"), 0), "content"), "body"), i, block) {
		const char *type = json_string_value(json_object_get(block, "type"));

		if (strcmp(type, "TextBlock") == 0) {
			const char *text = json_string_value(json_object_get(block, "text"));

			assert_null(strpbrk(text, "[]*`<>"));
		} else {
			assert_string_equal(type, "RichTextBlock");
			n_runs += json_array_size(json_object_get(block, "inlines"));
		}
	}
	assert_true(n_runs >= 4);
	json_decref(root);
	outgoing_done(&out);
	notice_done(&notice);
}

/* ---- more than fits -------------------------------------------------------------------- */

static const char *
text_at(const json_t *body, const char *first, const char *second)
{
	const json_t *node = json_object_get(body, first);

	return json_string_value(second != NULL ? json_object_get(node, second) : node);
}

static size_t
characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		n += ((unsigned char)*text & 0xc0) != 0x80;
	}
	return n;
}

static void
check_limits(enum receiver_type type, const json_t *body, const struct outgoing *out)
{
	static const size_t BODY[RECEIVER_TYPE_N] = {
		[RECEIVER_WEBHOOK] = 20480, [RECEIVER_TEAMS] = 28672, [RECEIVER_FEISHU] = 20480,
		[RECEIVER_PAGERDUTY] = 512u << 10, [RECEIVER_CLOUDEVENTS] = 65536,
		[RECEIVER_DINGTALK] = 65536,
	};
	const json_t *block;
	size_t i;

	assert_true(BODY[type] == 0 || out->body_size <= BODY[type]);
	if (type == RECEIVER_WECOM) {
		assert_in_range(strlen(text_at(body, "markdown", "content")), 1, 4096);
	} else if (type == RECEIVER_DINGTALK) {
		assert_in_range(strlen(text_at(body, "markdown", "text")), 1, 20000);
		assert_in_range(strlen(text_at(body, "markdown", "title")), 1, 200);
	} else if (type == RECEIVER_PAGERDUTY) {
		assert_in_range(characters(text_at(json_object_get(body, "payload"), "summary",
		    NULL)), 1, 1024);
		assert_in_range(strlen(text_at(body, "dedup_key", NULL)), 1, 255);
	} else if (type == RECEIVER_SLACK) {
		assert_in_range(json_array_size(json_object_get(body, "blocks")), 1, 50);
		json_array_foreach(json_object_get(body, "blocks"), i, block) {
			const char *text = json_string_value(json_object_get(json_object_get(
			    block, "text"), "text"));

			assert_true(text == NULL || characters(text) <= 3000);
		}
	}
}

static void
too_many_are_cut(void **state)
{
	static const char *const LETTERS[] = { "x", "机", "\xf0\x9f\x94\xa5", "\"", "<", "&", "\\" };
	struct scene *scene = *state;

	for (size_t k = 0; k < sizeof(LETTERS) / sizeof(LETTERS[0]); k++) {
		for (int type = 0; type < RECEIVER_TYPE_N; type++) {
			struct outgoing out;
			struct notice notice;
			json_t *body;

			format_kit_huge(&notice, 100, LETTERS[k]);
			render(format_kit_usual(scene->arena, (enum receiver_type)type,
			    scene->folder, URL), &notice, &out);
			body = parse(&out);
			check_limits((enum receiver_type)type, body, &out);
			json_decref(body);
			outgoing_done(&out);
			notice_done(&notice);
		}
	}
}

static void
what_is_cut_is_counted(void **state)
{
	struct scene *scene = *state;
	struct notice notice;
	struct outgoing out;
	json_t *body;
	const json_t *data;
	const char *text;
	char words[32];
	size_t n_told = 1;

	format_kit_huge(&notice, 100, "x");
	notice.n_more = 5;
	render(format_kit_usual(scene->arena, RECEIVER_WEBHOOK, scene->folder, URL), &notice,
	    &out);
	body = parse(&out);
	data = json_object_get(body, "data");
	assert_in_range(json_array_size(json_object_get(data, "alerts")), 1, 50);
	assert_int_equal(json_integer_value(json_object_get(data, "n_more")), 105 -
	    json_array_size(json_object_get(data, "alerts")));
	json_decref(body);
	outgoing_done(&out);
	render(format_kit_receiver(scene->arena, RECEIVER_WECOM, scene->folder,
	    "url: \"" URL "\", lang: en"), &notice, &out);
	body = parse(&out);
	text = strstr(text_at(body, "markdown", "content"), "more");
	assert_non_null(text);
	text = strstr(text, "  \n\n");
	for (; text != NULL && strstr(text + 1, "  \n\n") != NULL; n_told++) {
		text = strstr(text + 1, "  \n\n");
	}
	(void)snprintf(words, sizeof(words), "\n%zu more\n", 105 - n_told);
	assert_non_null(strstr(text_at(body, "markdown", "content"), words));
	assert_in_range(n_told, 1, 10);
	assert_non_null(strstr(text_at(body, "markdown", "content"),
	    "(https://collectord.example/alerts)"));
	json_decref(body);
	outgoing_done(&out);
	notice_done(&notice);
}

/* ---- marks, words, links ------------------------------------------------------------------ */

static void
tests_and_repeats_are_marked(void **state)
{
	struct scene *scene = *state;
	struct notice notice;

	format_kit_single(&notice);
	notice.test = notice.repeat = true;
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		struct outgoing out;

		if (type == RECEIVER_ALERTMANAGER || type == RECEIVER_ALERTMANAGER_WEBHOOK) {
			continue; /* a label, below */
		}
		render(format_kit_usual(scene->arena, (enum receiver_type)type, scene->folder,
		    URL), &notice, &out);
		assert_true(strstr(out.body, "[TEST") != NULL ||
		    strstr(out.body, "\"test\":true") != NULL);
		assert_true(strstr(out.body, "[REPEAT") != NULL ||
		    strstr(out.body, "\"repeat\":true") != NULL);
		outgoing_done(&out);
	}
	for (int type = RECEIVER_ALERTMANAGER; type <= RECEIVER_ALERTMANAGER_WEBHOOK; type++) {
		struct outgoing out;

		render(format_kit_usual(scene->arena, (enum receiver_type)type, scene->folder,
		    URL), &notice, &out);
		assert_non_null(strstr(out.body, "\"test\":\"true\""));
		outgoing_done(&out);
	}
	notice_done(&notice);
}

/* Each message says what an operator needs. */
static void
all_is_said(void **state)
{
	static const enum receiver_type TYPES[] = { RECEIVER_SLACK, RECEIVER_TEAMS,
		RECEIVER_DINGTALK, RECEIVER_WECOM, RECEIVER_FEISHU };
	static const char *const WORDS[] = { "CRITICAL", "严重", "firing", "告警中",
		"feed:zz1-h1-r1-a07-a", "L1", "feed A L1 carries", "断路器允许", "value / 当前值 31.2 A",
		"25.6 A", "2023-11-14 05:56 UTC+8", "Move load", "请在", "alerts/12" };
	struct scene *scene = *state;
	struct notice notice;

	format_kit_single(&notice);
	notice.alerts[0].since.ns = INT64_C(1699912600) * NS_PER_S;
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++) {
		struct outgoing out;
		struct buf texts;
		json_t *body;

		render(format_kit_receiver(scene->arena, TYPES[i], scene->folder,
		    "url: \"" URL "\""), &notice, &out);
		body = parse(&out);
		buf_init(&texts, 0);
		gather(body, &texts);
		for (size_t k = 0; k < sizeof(WORDS) / sizeof(WORDS[0]); k++) {
			if (strstr(texts.data, WORDS[k]) == NULL) {
				fail_msg("%s lacks %s: %s", receiver_type_text(TYPES[i]),
				    WORDS[k], texts.data);
			}
		}
		buf_done(&texts);
		json_decref(body);
		outgoing_done(&out);
	}
	notice_done(&notice);
}

static void
languages_are_kept_apart(void **state)
{
	struct scene *scene = *state;
	struct notice notice;
	struct outgoing out;

	format_kit_single(&notice);
	render(format_kit_receiver(scene->arena, RECEIVER_WECOM, scene->folder,
	    "url: \"" URL "\", lang: en"), &notice, &out);
	for (const char *at = out.body; *at != '\0'; at++) {
		assert_true((unsigned char)*at < 0x80);
	}
	outgoing_done(&out);
	render(format_kit_receiver(scene->arena, RECEIVER_WECOM, scene->folder,
	    "url: \"" URL "\", lang: zh"), &notice, &out);
	assert_null(strstr(out.body, "CRITICAL"));
	assert_null(strstr(out.body, "breaker"));
	outgoing_done(&out);
	/* a rule that is worded in one language is told in it */
	notice.alerts[0].summary_zh[0] = '\0';
	render(format_kit_receiver(scene->arena, RECEIVER_WECOM, scene->folder,
	    "url: \"" URL "\", lang: zh"), &notice, &out);
	assert_non_null(strstr(out.body, "breaker"));
	outgoing_done(&out);
	notice_done(&notice);
}

/* Trigger, acknowledge and resolve meet in one incident; a test has its own. */
static void
pagerduty_keys_meet(void **state)
{
	static const struct { enum notice_type type; const char *action; } CASES[] = {
		{ NOTICE_FIRING, "trigger" }, { NOTICE_ACKNOWLEDGED, "acknowledge" },
		{ NOTICE_RESOLVED, "resolve" },
	};
	struct scene *scene = *state;
	struct receiver *receiver = format_kit_usual(scene->arena, RECEIVER_PAGERDUTY,
	    scene->folder, URL);
	char key[256] = "";

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct notice notice;
		struct outgoing out;
		json_t *body;

		format_kit_single(&notice);
		notice.type = CASES[i].type;
		(void)snprintf(notice.id, sizeof(notice.id), "msg_%zu", i);
		/* the key is the alert's, whatever its group */
		(void)snprintf(notice.group, sizeof(notice.group), "rule=%zu", i);
		render(receiver, &notice, &out);
		body = parse(&out);
		assert_string_equal(text_at(body, "event_action", NULL), CASES[i].action);
		if (i > 0) {
			assert_string_equal(text_at(body, "dedup_key", NULL), key);
		}
		(void)snprintf(key, sizeof(key), "%s", text_at(body, "dedup_key", NULL));
		json_decref(body);
		outgoing_done(&out);
		notice.test = true;
		render(receiver, &notice, &out);
		body = parse(&out);
		assert_string_not_equal(text_at(body, "dedup_key", NULL), key);
		json_decref(body);
		outgoing_done(&out);
		notice_done(&notice);
	}
}

/* ---- secrets -------------------------------------------------------------------------------- */

static void
logs_have_no_secrets(void **state)
{
	static const char *const SECRETS[] = { "s3cr3t", "k3y", "0123456789abcdef0123456789abcdef",
		"SECdemo", "demo0123456789", "whsec_", "v1,", "7Yc0pFs7", "ww0uYz9" };
	struct scene *scene = *state;
	struct notice notice;
	char *text = malloc(65536);

	format_kit_file(scene->folder, "url", URL "\n");
	format_kit_single(&notice);
	for (int type = 0; type < RECEIVER_TYPE_N; type++) {
		struct receiver *receiver = format_kit_usual(scene->arena,
		    (enum receiver_type)type, scene->folder, URL);
		struct receiver *url = format_kit_receiver(scene->arena, RECEIVER_WEBHOOK,
		    scene->folder, "url: {file: url}");
		struct outgoing out;

		receiver->url = url->url;
		render(receiver, &notice, &out);
		format_masked(&out, text, 65536);
		for (size_t i = 0; i < sizeof(SECRETS) / sizeof(SECRETS[0]); i++) {
			if (strstr(text, SECRETS[i]) != NULL) {
				fail_msg("%s shows %s: %s", receiver_type_text(receiver->type),
				    SECRETS[i], text);
			}
		}
		assert_non_null(strstr(text, "POST https://hooks.example:8443/"));
		assert_non_null(strstr(text, "feed:zz1-h1-r1-a07-a"));
		outgoing_done(&out);
	}
	/* it fits where it is to be kept, cut at a character */
	for (size_t size = 1; size < 900; size++) {
		struct outgoing out;

		if (size % 97 != 1) {
			continue;
		}
		render(format_kit_usual(scene->arena, RECEIVER_WECOM, scene->folder, URL),
		    &notice, &out);
		format_masked(&out, text, size);
		assert_true(strlen(text) < size);
		assert_true(strlen(text) + 4 >= size || strchr(text, '}') != NULL);
		assert_true(str_is_utf8(text, strlen(text)));
		outgoing_done(&out);
	}
	free(text);
	notice_done(&notice);
}

/* A file that is replaced is read anew. */
static void
rotated_secrets_are_taken(void **state)
{
	struct scene *scene = *state;
	struct receiver *receiver = format_kit_receiver(scene->arena, RECEIVER_WEBHOOK,
	    scene->folder, "url: \"" URL "\", secret: {file: turn}");
	struct outgoing first, second;
	struct notice notice;

	format_kit_single(&notice);
	format_kit_file(scene->folder, "turn", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
	render(receiver, &notice, &first);
	format_kit_file(scene->folder, "turn",
	    "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
	render(receiver, &notice, &second);
	assert_string_equal(first.headers[1], second.headers[1]);
	assert_string_equal(first.body, second.body);
	assert_string_not_equal(first.headers[3], second.headers[3]);
	outgoing_done(&first);
	outgoing_done(&second);
	notice_done(&notice);
}

/* ---- errors ----------------------------------------------------------------------------------- */

static void
errors_say_what_to_do(void **state)
{
	static const struct { enum receiver_type type; const char *yaml; int code;
		const char *words; } CASES[] = {
		{ RECEIVER_WEBHOOK, "url: \"http://hooks.example/\"", COL_EINVAL, "allow_http" },
		{ RECEIVER_WEBHOOK, "url: \"ftp://hooks.example/\"", COL_EINVAL, "https://" },
		{ RECEIVER_WEBHOOK, "url: \"nonsense\"", COL_EINVAL, "https://" },
		{ RECEIVER_WEBHOOK, "url: \"\"", COL_EINVAL, "https://" },
		{ RECEIVER_WEBHOOK, "url: {file: missing}", COL_EIO, "missing" },
		{ RECEIVER_WEBHOOK, "url: \"" URL "\", secret: {file: missing}", COL_EIO, "secret" },
		{ RECEIVER_WEBHOOK, "url: \"" URL "\", secret: {file: bad}", COL_EIO, "whsec_" },
		{ RECEIVER_WEBHOOK, "url: \"" URL "\", token: {file: lines}", COL_EINVAL, "second" },
		{ RECEIVER_PAGERDUTY, "url: \"" URL "\"", COL_EINVAL, "token" },
		{ RECEIVER_TEMPLATE, "url: \"" URL "\"", COL_EINVAL, "body" },
		{ RECEIVER_TEMPLATE, "url: \"" URL "\", body: {a: \"{nobody}\"}", COL_EINVAL,
		    "nobody" },
		{ RECEIVER_TEMPLATE, "url: \"" URL "\", body: {a: \"{title\"}", COL_EINVAL, "title" },
		{ RECEIVER_TEMPLATE, "url: \"" URL "\", body: {each: racks, item: \"x\"}", COL_EINVAL,
		    "each" },
		{ RECEIVER_TEMPLATE, "url: \"" URL "\", body: {each: alerts, item: {each: alerts, "
		    "item: \"x\"}}", COL_EINVAL, "once" },
	};
	struct scene *scene = *state;
	struct notice notice;

	format_kit_file(scene->folder, "bad", "whsec_short\n");
	format_kit_file(scene->folder, "lines", "one\nX-Evil: two\n");
	format_kit_single(&notice);
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct receiver *receiver = format_kit_receiver(scene->arena, CASES[i].type,
		    scene->folder, CASES[i].yaml);
		struct outgoing out = { .n_headers = 77 };
		struct col_error error = { 0 };

		assert_int_equal(format_render(receiver, &notice, NOW, &out, &error),
		    CASES[i].code);
		assert_non_null(strstr(error.text, "receiver noc"));
		assert_non_null(strstr(error.text, CASES[i].words));
		assert_int_equal(out.n_headers, 77);
	}
	notice_done(&notice);
}

/* Whatever the configuration takes in a body is filled, within a text and alone. */
static void
all_placeholders_give(void **state)
{
	struct scene *scene = *state;
	struct notice notice;
	size_t n = 0;

	format_kit_single(&notice);
	notice.alerts[0].acked = notice.alerts[0].changed;
	strcpy(notice.alerts[0].acked_by, "li");
	strcpy(notice.alerts[0].note, "seen");
	strcpy(notice.alerts[0].word, "tripped");
	notice.alerts[0].resolved = notice.alerts[0].changed;
	for (int i = 0; i < PLACEHOLDER_N; i++) {
		const char *name = placeholder_text((enum placeholder)i);
		char *text = arena_format(scene->arena, "{%s}", name);
		struct outgoing out;
		json_t *body;

		if (placeholder_check(text, PLACEHOLDERS_BODY, NULL) != COL_OK) {
			continue;
		}
		n++;
		render(format_kit_receiver(scene->arena, RECEIVER_TEMPLATE, scene->folder,
		    arena_format(scene->arena, "url: \"" URL "\", body: {alone: \"%s\", within: "
		    "\"<%s>\", l: {each: alerts, item: \"%s\"}}", text, text, text)),
		    &notice, &out);
		body = parse(&out);
		if (strlen(text_at(body, "within", NULL)) <= 2) {
			fail_msg("{%s} gives nothing: %s", name, out.body);
		}
		assert_false(json_is_null(json_object_get(body, "alone")));
		assert_int_equal(json_array_size(json_object_get(body, "l")), 1);
		json_decref(body);
		outgoing_done(&out);
	}
	assert_true(n >= 30);
	notice_done(&notice);
}

/* A test goes the way of all messages: what is broken breaks both alike. */
static void
tests_fail_as_messages_do(void **state)
{
	static const char *const YAML[] = {
		"url: \"" URL "\", body: {a: \"{nobody}\"}", "url: {file: missing}, body: {a: b}",
		"url: \"" URL "\", token: {file: missing}, body: {a: b}",
	};
	struct scene *scene = *state;
	struct notice notice;

	format_kit_single(&notice);
	for (size_t i = 0; i < sizeof(YAML) / sizeof(YAML[0]); i++) {
		struct receiver *receiver = format_kit_receiver(scene->arena, RECEIVER_TEMPLATE,
		    scene->folder, YAML[i]);
		struct col_error real = { 0 }, test = { 0 };
		struct outgoing out;
		int rc;

		notice.type = NOTICE_FIRING;
		notice.test = false;
		rc = format_render(receiver, &notice, NOW, &out, &real);
		assert_int_not_equal(rc, COL_OK);
		notice.type = NOTICE_TEST;
		notice.test = true;
		assert_int_equal(format_render(receiver, &notice, NOW, &out, &test), rc);
		assert_string_equal(real.text, test.text);
	}
	notice_done(&notice);
}

static void
pages_that_are_no_url_are_no_link(void **state)
{
	struct notice notice;
	char link[TEXT_LINK_SIZE];

	(void)state;
	format_kit_single(&notice);
	text_link(&notice, notice.alerts, link);
	assert_string_equal(link, "https://collectord.example/alerts/12");
	text_link(&notice, NULL, link);
	assert_string_equal(link, "https://collectord.example/alerts");
	strcpy(notice.page_url, "https://x) [y](z");
	text_link(&notice, notice.alerts, link);
	assert_string_equal(link, "");
	notice_done(&notice);
}

static void
times_are_local(void **state)
{
	static const struct { const char *zone, *text; } CASES[] = {
		{ "Asia/Shanghai", "2023-11-15 06:13 UTC+8" }, { "", "2023-11-14 22:13 UTC" },
		{ "UTC", "2023-11-14 22:13 UTC" }, { "No/Where", "2023-11-14 22:13 UTC" },
		{ "Asia/Kolkata", "2023-11-15 03:43 UTC+5:30" },
		{ "America/New_York", "2023-11-14 17:13 UTC-5" },
	};
	char text[TEXT_TIME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		text_time(NOW, CASES[i].zone, text);
		assert_string_equal(text, CASES[i].text);
	}
	text_time(NOW, NULL, text);
	assert_string_equal(text, "2023-11-14 22:13 UTC");
}

static void
texts_are_cut_at_characters(void **state)
{
	struct text_style style = { .form = TEXT_MARKDOWN };
	struct notice notice;
	struct buf out;

	(void)state;
	format_kit_huge(&notice, 3, "机");
	for (size_t limit = 700; limit < 2000; limit += 7) {
		buf_init(&out, 0);
		text_notice(&out, &notice, &style, limit);
		assert_in_range(out.size, 1, limit);
		assert_true(str_is_utf8(out.data, out.size));
		buf_done(&out);
	}
	assert_int_equal(text_cut("ab&amp;cd", TEXT_SLACK, 4), 2);
	assert_int_equal(text_cut("ab&amp;cd", TEXT_SLACK, 7), 7);
	assert_int_equal(text_cut("ab&amp;cd", TEXT_SLACK, 6), 2);
	assert_int_equal(text_cut("a机", TEXT_PLAIN, 3), 1);
	assert_int_equal(text_cut("a机", TEXT_PLAIN, 4), 4);
	assert_int_equal(text_cut("", TEXT_PLAIN, 0), 0);
	notice_done(&notice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_types_are_as_kept),
		cmocka_unit_test(others_kinds_are_as_kept),
		cmocka_unit_test(nothing_becomes_markup),
		cmocka_unit_test(hostile_bodies_stay_whole),
		cmocka_unit_test(teams_texts_are_runs),
		cmocka_unit_test(too_many_are_cut),
		cmocka_unit_test(what_is_cut_is_counted),
		cmocka_unit_test(tests_and_repeats_are_marked),
		cmocka_unit_test(all_is_said),
		cmocka_unit_test(languages_are_kept_apart),
		cmocka_unit_test(pagerduty_keys_meet),
		cmocka_unit_test(logs_have_no_secrets),
		cmocka_unit_test(rotated_secrets_are_taken),
		cmocka_unit_test(errors_say_what_to_do),
		cmocka_unit_test(all_placeholders_give),
		cmocka_unit_test(tests_fail_as_messages_do),
		cmocka_unit_test(pages_that_are_no_url_are_no_link),
		cmocka_unit_test(times_are_local),
		cmocka_unit_test(texts_are_cut_at_characters),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
