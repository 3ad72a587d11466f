/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "model/placeholder.h"

#include <assert.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"

#define NAME_SIZE 32
#define IN(where) (1u << (where))
#define RULE IN(PLACEHOLDERS_RULE)
#define BODY IN(PLACEHOLDERS_BODY)

static const struct { const char *name; unsigned where; } table[PLACEHOLDER_N] = {
	[PLACEHOLDER_RULE] = { "rule", RULE | BODY },
	[PLACEHOLDER_SEVERITY] = { "severity", RULE | BODY },
	[PLACEHOLDER_ENTITY] = { "entity", RULE | BODY },
	[PLACEHOLDER_INSTANCE] = { "instance", RULE | BODY },
	[PLACEHOLDER_AREA] = { "area", RULE | BODY },
	[PLACEHOLDER_SITE] = { "site", RULE | BODY },
	[PLACEHOLDER_HALL] = { "hall", RULE | BODY },
	[PLACEHOLDER_ROW] = { "row", RULE | BODY },
	[PLACEHOLDER_RACK] = { "rack", RULE | BODY },
	[PLACEHOLDER_VALUE] = { "value", RULE | BODY },
	[PLACEHOLDER_LIMIT] = { "limit", RULE | BODY },
	[PLACEHOLDER_UNIT] = { "unit", RULE | BODY },
	[PLACEHOLDER_WORD] = { "word", RULE | BODY },
	[PLACEHOLDER_COUNT] = { "count", RULE | BODY },
	[PLACEHOLDER_SINCE] = { "since", RULE | BODY },
	[PLACEHOLDER_NAME] = { "name", RULE },
	[PLACEHOLDER_PLACE] = { "place", RULE },
	[PLACEHOLDER_ID] = { "id", BODY },
	[PLACEHOLDER_FINGERPRINT] = { "fingerprint", BODY },
	[PLACEHOLDER_SUMMARY] = { "summary", BODY },
	[PLACEHOLDER_ADVICE] = { "advice", BODY },
	[PLACEHOLDER_ACKED_BY] = { "acked_by", BODY },
	[PLACEHOLDER_NOTE] = { "note", BODY },
	[PLACEHOLDER_RESOLVED] = { "resolved", BODY },
	[PLACEHOLDER_STATE] = { "state", BODY },
	[PLACEHOLDER_URL] = { "url", BODY },
	[PLACEHOLDER_TITLE] = { "title", BODY },
	[PLACEHOLDER_TEXT] = { "text", BODY },
	[PLACEHOLDER_TYPE] = { "type", BODY },
	[PLACEHOLDER_KEY] = { "key", BODY },
	[PLACEHOLDER_GROUP] = { "group", BODY },
	[PLACEHOLDER_PROVINCE] = { "province", BODY },
	[PLACEHOLDER_AT] = { "at", BODY },
	[PLACEHOLDER_ALERTS] = { "n", BODY },
	[PLACEHOLDER_FIRING] = { "n_firing", BODY },
	[PLACEHOLDER_MORE] = { "n_more", BODY },
	[PLACEHOLDER_TEST] = { "test", BODY },
	[PLACEHOLDER_REPEAT] = { "repeat", BODY },
};

/* The next piece of a text: words, or one placeholder. */
struct piece {
	const char *words;      /* to be copied … */
	size_t n_words;
	bool in_braces;         /* … or what stands between braces */
	char name[NAME_SIZE];   /* "" when it is no name */
	const char *next;
};

const char *
placeholder_text(enum placeholder placeholder)
{
	assert((unsigned)placeholder < PLACEHOLDER_N);
	return table[placeholder].name;
}

static int
find(const char *name)
{
	for (int i = 0; i < PLACEHOLDER_N; i++) {
		if (strcmp(table[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

static struct piece
next_piece(const char *at)
{
	struct piece piece = { .words = at, .n_words = 1 };
	size_t n = strcspn(at, "{}");

	if (n > 0) {
		piece.n_words = n;
	} else if (at[0] == at[1]) {
		piece.next = at + 2;
		return piece;
	} else {
		size_t len = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");

		piece.in_braces = true;
		if (at[0] == '{' && at[1 + len] == '}' && len > 0 && len < NAME_SIZE) {
			memcpy(piece.name, at + 1, len);
			piece.name[len] = '\0';
			piece.n_words = len + 2;
		}
	}
	piece.next = at + piece.n_words;
	return piece;
}

static int
refuse_name(const char *name, enum placeholders where, struct col_error *error)
{
	const char *best = NULL;
	unsigned limit = 4;

	for (int i = 0; i < PLACEHOLDER_N; i++) {
		unsigned distance = (table[i].where & IN(where)) == 0 ? limit :
		    str_distance(name, table[i].name, limit - 1);

		if (distance < limit) {
			limit = distance;
			best = table[i].name;
		}
	}
	if (find(name) >= 0) {
		return err_set(error, COL_EINVAL, "{%s} is for %s only", name,
		    where == PLACEHOLDERS_RULE ? "bodies of receivers" :
		    "texts of rules");
	}
	return err_set(error, COL_EINVAL, "unknown placeholder {%s}%s%s%s", name,
	    best != NULL ? " (did you mean {" : "", best != NULL ? best : "",
	    best != NULL ? "}?)" : "");
}

int
placeholder_check(const char *text, enum placeholders where, struct col_error *error)
{
	for (struct piece piece; *text != '\0'; text = piece.next) {
		int found;

		piece = next_piece(text);
		if (!piece.in_braces) {
			continue;
		}
		found = find(piece.name);
		if (piece.name[0] == '\0') {
			return err_set(error, COL_EINVAL, "a single '%c' at '%.16s': "
			    "write {name} for a placeholder, {{ or }} for a brace",
			    text[0], text);
		}
		if (found < 0 || (table[found].where & IN(where)) == 0) {
			return refuse_name(piece.name, where, error);
		}
	}
	return COL_OK;
}

void
placeholder_fill(const char *text, placeholder_fn *value, void *arg, struct buf *out)
{
	for (struct piece piece; *text != '\0'; text = piece.next) {
		int found;

		piece = next_piece(text);
		found = piece.in_braces ? find(piece.name) : -1;
		if (found >= 0) {
			value(arg, (enum placeholder)found, out);
		} else {
			buf_put(out, piece.words, piece.n_words);
		}
	}
}
