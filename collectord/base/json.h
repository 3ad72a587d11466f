/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON written as a stream into a struct buf; commas and escapes by itself.
 * (Objects are maps here: json_object belongs to jansson, which is linked too.)
 *
 * Route: http, ctl, log, output plugins' example.  Thread: the owner's.
 * Source: RFC 8259.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"

#define JSON_DEPTH_MAX 32

struct json;

/* What a sink is told. */
enum json_event { JSON_OPEN = 0,      /* a map or list begins */
	JSON_CLOSE,                   /* it has ended */
	JSON_TEXT, JSON_PLAIN,        /* a member: text; a number, true or false */
	JSON_UNKNOWN };               /* null */
/*
 * Takes members instead of the text: json->depth levels are open (without the
 * one that opens or has closed), and json->keys names each of them and the
 * member.  Shape: text as it is, not escaped; NULL but for TEXT and PLAIN.
 */
typedef void json_sink_fn(void *arg, const struct json *json, enum json_event event,
    const char *text);

struct json {
	struct buf *out;                  /* borrowed */
	unsigned depth;
	bool comma[JSON_DEPTH_MAX + 1];   /* a member was written at that depth */
	const char *keys[JSON_DEPTH_MAX + 1]; /* of the last member at that depth,
	                                       * NULL in lists; only for a sink */
	json_sink_fn *sink;               /* NULL: text goes to out */
	void *sink_arg;
};

void json_init(struct json *json, struct buf *out);
/* Members go to sink; what they would be as text is not written. */
void json_init_sink(struct json *json, struct buf *out, json_sink_fn *sink, void *arg);
/* Open and close; key is NULL inside lists and at the top. */
void json_map(struct json *json, const char *key);
void json_map_end(struct json *json);
void json_list(struct json *json, const char *key);
void json_list_end(struct json *json);

/* Members; text NULL, NaN, infinity and never are written as null. */
void json_text(struct json *json, const char *key, const char *text);
void json_bool(struct json *json, const char *key, bool value);
void json_int(struct json *json, const char *key, int64_t value);
/* Shortest decimal that reads back the same with at most digits (1..17). */
void json_number(struct json *json, const char *key, double value, int digits);
void json_unknown(struct json *json, const char *key);
void json_wall(struct json *json, const char *key, struct wall at);
/* An already valid JSON text, copied as it is. */
void json_raw(struct json *json, const char *key, const char *text);

#endif
