/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void
json_init(struct json *json, struct buf *out)
{
	*json = (struct json){ .out = out };
}

void
json_init_sink(struct json *json, struct buf *out, json_sink_fn *sink, void *arg)
{
	*json = (struct json){ .out = out, .sink = sink, .sink_arg = arg };
}

/* True when a sink has taken the member. */
static bool
hand_on(struct json *json, const char *key, enum json_event event, const char *text)
{
	if (json->sink == NULL) {
		return false;
	}
	json->keys[json->depth] = key;
	json->sink(json->sink_arg, json, event, text);
	return true;
}

static void
put_string(struct json *json, const char *text)
{
	const char *run = text;
	char escape[8];

	buf_put(json->out, "\"", 1);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c != '"' && c != '\\') {
			continue;
		}
		buf_put(json->out, run, (size_t)(text - run));
		if (c < 0x20) {
			(void)str_format(escape, sizeof(escape), "\\u%04x", c);
		} else {
			(void)str_format(escape, sizeof(escape), "\\%c", c);
		}
		buf_puts(json->out, escape);
		run = text + 1;
	}
	buf_put(json->out, run, (size_t)(text - run));
	buf_put(json->out, "\"", 1);
}

static void
begin(struct json *json, const char *key)
{
	if (json->comma[json->depth]) {
		buf_put(json->out, ",", 1);
	}
	json->comma[json->depth] = true;
	if (key != NULL) {
		put_string(json, key);
		buf_put(json->out, ":", 1);
	}
}

static void
open_level(struct json *json, const char *key, const char *bracket)
{
	assert(json->depth < JSON_DEPTH_MAX);
	if (!hand_on(json, key, JSON_OPEN, NULL)) {
		begin(json, key);
		buf_puts(json->out, bracket);
	}
	json->comma[++json->depth] = false;
}

static void
close_level(struct json *json, const char *bracket)
{
	assert(json->depth > 0);
	json->depth--;
	if (json->sink != NULL) {
		json->sink(json->sink_arg, json, JSON_CLOSE, NULL);
		return;
	}
	buf_puts(json->out, bracket);
}

void
json_map(struct json *json, const char *key)
{
	open_level(json, key, "{");
}

void
json_map_end(struct json *json)
{
	close_level(json, "}");
}

void
json_list(struct json *json, const char *key)
{
	open_level(json, key, "[");
}

void
json_list_end(struct json *json)
{
	close_level(json, "]");
}

void
json_unknown(struct json *json, const char *key)
{
	if (!hand_on(json, key, JSON_UNKNOWN, NULL)) {
		begin(json, key);
		buf_puts(json->out, "null");
	}
}

static void
write_text(struct json *json, const char *key, const char *text)
{
	if (!hand_on(json, key, JSON_TEXT, text)) {
		begin(json, key);
		put_string(json, text);
	}
}

/* Text of doubtful origin becomes '?' rather than an unreadable document. */
void
json_text(struct json *json, const char *key, const char *text)
{
	char *clean;
	size_t len;

	if (text == NULL) {
		json_unknown(json, key);
		return;
	}
	len = strlen(text);
	if (str_is_utf8(text, len)) {
		write_text(json, key, text);
		return;
	}
	clean = malloc(2 * len + 1);
	if (clean == NULL) {
		json->out->failed = true;
		return;
	}
	str_clean(clean, 2 * len + 1, text, len);
	write_text(json, key, clean);
	free(clean);
}

void
json_bool(struct json *json, const char *key, bool value)
{
	json_raw(json, key, value ? "true" : "false");
}

void
json_int(struct json *json, const char *key, int64_t value)
{
	char text[STR_NUMBER_SIZE];

	(void)str_format(text, sizeof(text), "%lld", (long long)value);
	json_raw(json, key, text);
}

void
json_number(struct json *json, const char *key, double value, int digits)
{
	char text[STR_NUMBER_SIZE];

	if (!isfinite(value)) {
		json_unknown(json, key);
		return;
	}
	str_from_number(text, value, digits);
	json_raw(json, key, text);
}

void
json_wall(struct json *json, const char *key, struct wall at)
{
	char text[CLOCK_RFC3339_SIZE];

	clock_rfc3339(at, text);
	json_text(json, key, at.ns != 0 ? text : NULL);
}

void
json_raw(struct json *json, const char *key, const char *text)
{
	if (!hand_on(json, key, JSON_PLAIN, text)) {
		begin(json, key);
		buf_puts(json->out, text);
	}
}
