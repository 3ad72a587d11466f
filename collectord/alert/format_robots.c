/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The robots of Chinese chats.  All three answer 200 and say in the body what
 * became of the message.
 *
 * Source: domain.md 4.1 (bodies, limits, codes), 4.2 (signatures).
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/render.h"
#include "alert/signature.h"
#include "base/err.h"
#include "base/str.h"
#include "base/token.h"

#define TITLE_MAX 120
#define DINGTALK_MAX 18000      /* of 20,000 */
#define WECOM_TEXT_MAX 2048
#define WECOM_MARKDOWN_MAX 4096
#define FEISHU_MAX 16000        /* of a body of 20 KB */

/* ---- words that all have -------------------------------------------------------- */

static bool
is_all(const char *mention)
{
	return strcmp(mention[0] == '@' ? mention + 1 : mention, "all") == 0;
}

static bool
is_mobile(const char *mention)
{
	return strspn(mention, "+-0123456789") == strlen(mention);
}

/* A keyword that the robot demands stands first, where it is not cut. */
static void
put_keyword(struct buf *text, const struct receiver *receiver)
{
	if (receiver->keyword != NULL && receiver->keyword[0] != '\0') {
		buf_printf(text, "%s ", receiver->keyword);
	}
}

static void
put_text(struct buf *text, const struct render *render, enum text_form form, size_t limit)
{
	struct text_style style = render_style(render, form);

	/* letters that JSON escapes may have made it too large for the type */
	limit = render->brief ? limit / 2 : limit;
	put_keyword(text, render->receiver);
	text_notice(text, render->notice, &style,
	    text->size < limit ? limit - text->size : 0);
}

enum mention { MENTION_MOBILE, MENTION_USER };

static void
write_mentions(struct json *json, const char *key, const char *const *mentions,
    enum mention which, const char *all)
{
	json_list(json, key);
	for (; mentions != NULL && *mentions != NULL; mentions++) {
		if (is_all(*mentions)) {
			if (all != NULL) {
				json_text(json, NULL, all);
			}
		} else if (is_mobile(*mentions) == (which == MENTION_MOBILE)) {
			json_text(json, NULL, *mentions);
		}
	}
	json_list_end(json);
}

/* ---- DingTalk --------------------------------------------------------------------- */

/* Whoever is mentioned must stand in the text, too, else nobody sees the mark. */
static void
put_at_line(struct buf *text, const char *const *mentions)
{
	for (; mentions != NULL && *mentions != NULL; mentions++) {
		if (!is_all(*mentions)) {
			buf_printf(text, "@%s ", *mentions);
		}
	}
}

int
format_dingtalk_body(struct render *render)
{
	struct text_style style = render_style(render, TEXT_CHAT);
	const char *const *mentions = render->receiver->mentions;
	struct buf title, text, at;
	struct json json;
	bool all = false;

	buf_init(&title, 0);
	buf_init(&text, 0);
	buf_init(&at, 0);
	put_at_line(&at, mentions);
	put_keyword(&title, render->receiver);
	text_title(&title, render->notice, &style, TITLE_MAX);
	put_text(&text, render, TEXT_MARKDOWN,
	    DINGTALK_MAX - (at.size < DINGTALK_MAX / 2 ? at.size : DINGTALK_MAX / 2));
	if (at.size > 0 && at.size < DINGTALK_MAX / 2) {
		buf_put(&text, at.data, at.size);
	}
	for (const char *const *who = mentions; who != NULL && *who != NULL; who++) {
		all |= is_all(*who);
	}
	json_init(&json, &render->body);
	json_map(&json, NULL);
	json_text(&json, "msgtype", "markdown");
	json_map(&json, "markdown");
	json_text(&json, "title", title.failed ? "" : title.data);
	json_text(&json, "text", text.failed ? "" : text.data);
	json_map_end(&json);
	json_map(&json, "at");
	write_mentions(&json, "atMobiles", mentions, MENTION_MOBILE, NULL);
	write_mentions(&json, "atUserIds", mentions, MENTION_USER, NULL);
	json_bool(&json, "isAtAll", all);
	json_map_end(&json);
	json_map_end(&json);
	buf_done(&title);
	buf_done(&text);
	buf_done(&at);
	return COL_OK;
}

static void
put_encoded(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("+/=", *text) != NULL) {
			buf_printf(out, "%%%02X", (unsigned char)*text);
		} else {
			buf_put(out, text, 1);
		}
	}
}

int
format_dingtalk_sign(struct render *render)
{
	struct outgoing *outgoing = render->outgoing;
	char secret[SECRET_SIZE_MAX], sign[SIGNATURE_SIZE];
	int64_t ms = render->now.ns / NS_PER_MS;
	struct buf url;
	int rc;

	if (render->receiver->secret == NULL) {
		return COL_OK;
	}
	rc = render_secret(render, render->receiver->secret, "secret", secret);
	if (rc != COL_OK) {
		return rc;
	}
	signature_dingtalk(secret, ms, sign);
	token_wipe(secret, sizeof(secret));
	buf_init(&url, 0);
	buf_printf(&url, "%s%stimestamp=%lld&sign=", outgoing->url,
	    strchr(outgoing->url, '?') != NULL ? "&" : "?", (long long)ms);
	put_encoded(&url, sign);
	if (url.failed) {
		buf_done(&url);
		return err_set(render->error, COL_ENOMEM, "out of memory");
	}
	token_wipe(outgoing->url, strlen(outgoing->url));
	free(outgoing->url);
	outgoing->url = url.data;
	return COL_OK;
}

/* ---- WeCom -------------------------------------------------------------------------- */

/* Its markdown cannot mention telephone numbers or all: with mentions it is text. */
int
format_wecom_body(struct render *render)
{
	const char *const *mentions = render->receiver->mentions;
	bool plain = mentions != NULL && *mentions != NULL;
	struct json json;
	struct buf text;

	buf_init(&text, 0);
	put_text(&text, render, plain ? TEXT_CHAT : TEXT_MARKDOWN,
	    plain ? WECOM_TEXT_MAX : WECOM_MARKDOWN_MAX);
	json_init(&json, &render->body);
	json_map(&json, NULL);
	json_text(&json, "msgtype", plain ? "text" : "markdown");
	json_map(&json, plain ? "text" : "markdown");
	json_text(&json, "content", text.failed ? "" : text.data);
	if (plain) {
		write_mentions(&json, "mentioned_list", mentions, MENTION_USER, "@all");
		write_mentions(&json, "mentioned_mobile_list", mentions, MENTION_MOBILE, NULL);
	}
	json_map_end(&json);
	json_map_end(&json);
	buf_done(&text);
	return COL_OK;
}

/* ---- Feishu --------------------------------------------------------------------------- */

/* An id of Feishu's has no letter that could end the tag. */
static void
put_feishu_mentions(struct buf *text, const char *const *mentions)
{
	for (; mentions != NULL && *mentions != NULL; mentions++) {
		if (is_all(*mentions)) {
			buf_puts(text, "<at user_id=\"all\"></at>");
		} else if (strpbrk(*mentions, "<>\"&") == NULL) {
			buf_printf(text, "<at user_id=\"%s\"></at>", *mentions);
		}
	}
}

static int
write_feishu_sign(struct json *json, struct render *render)
{
	static const char MEMBER[] = ",\"sign\":\"";
	char secret[SECRET_SIZE_MAX], sign[SIGNATURE_SIZE], seconds[STR_NUMBER_SIZE];
	int64_t now_s = render->now.ns / NS_PER_S;
	int rc;

	if (render->receiver->secret == NULL) {
		return COL_OK;
	}
	rc = render_secret(render, render->receiver->secret, "secret", secret);
	if (rc != COL_OK) {
		return rc;
	}
	signature_feishu(secret, now_s, sign);
	token_wipe(secret, sizeof(secret));
	(void)str_format(seconds, sizeof(seconds), "%lld", (long long)now_s);
	json_text(json, "timestamp", seconds);
	render->outgoing->secret_at = render->body.size + sizeof(MEMBER) - 1;
	render->outgoing->secret_size = strlen(sign);
	json_text(json, "sign", sign);
	return COL_OK;
}

int
format_feishu_body(struct render *render)
{
	struct json json;
	struct buf text, at;
	int rc;

	json_init(&json, &render->body);
	json_map(&json, NULL);
	rc = write_feishu_sign(&json, render);
	if (rc != COL_OK) {
		return rc;
	}
	buf_init(&text, 0);
	buf_init(&at, 0);
	put_feishu_mentions(&at, render->receiver->mentions);
	put_text(&text, render, TEXT_CHAT,
	    FEISHU_MAX - (at.size < FEISHU_MAX / 2 ? at.size : 0));
	if (at.size > 0 && at.size < FEISHU_MAX / 2) {
		buf_put(&text, at.data, at.size);
	}
	json_text(&json, "msg_type", "text");
	json_map(&json, "content");
	json_text(&json, "text", text.failed ? "" : text.data);
	json_map_end(&json);
	json_map_end(&json);
	buf_done(&text);
	buf_done(&at);
	return COL_OK;
}

/* ---- their answers ---------------------------------------------------------------------- */

struct code_row {
	json_int_t code;
	enum verdict verdict;
	int64_t wait_s;
	const char *advice;
};

/* Source: domain.md 4.1; the rest are refused with the robot's own words. */
static const struct code_row DINGTALK[] = {
	{ 130101, VERDICT_RETRY, 600, "too many messages: DingTalk takes 20 a minute and "
	    "then none for ten minutes" },
	{ -1, VERDICT_RETRY, 0, "DingTalk is busy" },
	{ 310000, VERDICT_REFUSED, 0, "check the secret, the keyword, the clock and the robot's "
	    "list of addresses" },
	{ 300001, VERDICT_REFUSED, 0, "the access_token in the url is wrong" },
	{ 0, VERDICT_ACCEPTED, 0, NULL },
};
static const struct code_row WECOM[] = {
	{ 45009, VERDICT_RETRY, 60, "too many messages: WeCom takes 20 a minute" },
	{ -1, VERDICT_RETRY, 0, "WeCom is busy" },
	{ 93000, VERDICT_REFUSED, 0, "the key in the url is wrong, or the robot is no longer in "
	    "the chat" },
	{ 0, VERDICT_ACCEPTED, 0, NULL },
};
static const struct code_row FEISHU[] = {
	{ 11232, VERDICT_RETRY, 60, "too many messages: Feishu takes 100 a minute and 5 a "
	    "second" },
	{ 19001, VERDICT_REFUSED, 0, "the url is wrong, or the robot was removed" },
	{ 19021, VERDICT_REFUSED, 0, "check the secret and the clock" },
	{ 19022, VERDICT_REFUSED, 0, "the collector's address is not in the robot's list" },
	{ 19024, VERDICT_REFUSED, 0, "the keyword that the robot demands is missing: set "
	    "keyword" },
	{ 9499, VERDICT_REFUSED, 0, "the body is not what Feishu wants" },
	{ 0, VERDICT_ACCEPTED, 0, NULL },
};

static const struct code_row *
find_row(const struct code_row *rows, json_int_t code)
{
	while (rows->code != code && rows->code != 0) {
		rows++;
	}
	return rows->code == code ? rows : NULL;
}

/* What is no answer of the robot's comes from somebody in between: tried again. */
static enum verdict
judge(const struct answer *answer, const char *const keys[2], const struct code_row *rows,
    char error[200], int64_t *wait_s)
{
	json_t *reply = json_loadb(answer->reply, answer->reply_size, 0, NULL);
	const json_t *code = json_object_get(reply, keys[0]);
	const struct code_row *row;
	enum verdict verdict = VERDICT_RETRY;
	const char *said;
	char words[100] = "";

	code = code == NULL && keys[1] != NULL ? json_object_get(reply, keys[1]) : code;
	if (!json_is_integer(code)) {
		(void)str_format(error, 200, "HTTP %ld, but the reply has no %s: is that the "
		    "robot?", answer->status, keys[0]);
		json_decref(reply);
		return VERDICT_RETRY;
	}
	said = json_string_value(json_object_get(reply, keys[0][0] == 'c' ? "msg" : "errmsg"));
	if (said != NULL) {
		str_clean(words, sizeof(words), said, strlen(said));
	}
	row = find_row(rows, json_integer_value(code));
	verdict = row != NULL ? row->verdict : VERDICT_REFUSED;
	*wait_s = row != NULL ? row->wait_s : 0;
	if (verdict != VERDICT_ACCEPTED) {
		(void)str_format(error, 200, "%s %" JSON_INTEGER_FORMAT "%s%s%s%s", keys[0],
		    json_integer_value(code), row != NULL ? ": " : "",
		    row != NULL ? row->advice : "", words[0] != '\0' ? ": " : "", words);
	}
	json_decref(reply);
	return verdict;
}

enum verdict
format_dingtalk_reply(const struct answer *answer, char error[200], int64_t *wait_s)
{
	static const char *const KEYS[2] = { "errcode", NULL };

	return judge(answer, KEYS, DINGTALK, error, wait_s);
}

enum verdict
format_wecom_reply(const struct answer *answer, char error[200], int64_t *wait_s)
{
	static const char *const KEYS[2] = { "errcode", NULL };

	return judge(answer, KEYS, WECOM, error, wait_s);
}

/* Its older form of success is {"StatusCode": 0}; 9499 is said of bad bodies and of
 * too many requests. */
enum verdict
format_feishu_reply(const struct answer *answer, char error[200], int64_t *wait_s)
{
	static const char *const KEYS[2] = { "code", "StatusCode" };
	enum verdict verdict = judge(answer, KEYS, FEISHU, error, wait_s);

	if (verdict == VERDICT_REFUSED && str_starts(error, "code 9499") &&
	    strcasestr(error, "too many") != NULL) {
		*wait_s = 60;
		return VERDICT_RETRY;
	}
	return verdict;
}
