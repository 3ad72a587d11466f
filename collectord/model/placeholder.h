/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Placeholders: "{name}" in the texts of rules and in the bodies of template
 * receivers; "{{" and "}}" are braces.
 *
 * Which names there are is one table; a text is checked when it is loaded, so
 * that filling it cannot fail.
 *
 * Route: config checks, alert fills.  Thread: any, no state.
 * Source: docs/alerts.md, "Writing rules".
 */
#ifndef MODEL_PLACEHOLDER_H
#define MODEL_PLACEHOLDER_H

#include <stddef.h>

#include <collectord/err.h>

#include "base/buf.h"

enum placeholder {
	/* of an alert; in a body: of the first and worst of the message */
	PLACEHOLDER_RULE = 0, PLACEHOLDER_SEVERITY,
	PLACEHOLDER_ENTITY,      /* "rack:zz1-h1-r1-a01" */
	PLACEHOLDER_INSTANCE,    /* "L2", "inlet-top"; may be "" */
	PLACEHOLDER_AREA, PLACEHOLDER_SITE, PLACEHOLDER_HALL, PLACEHOLDER_ROW,
	PLACEHOLDER_RACK,        /* ids of where it is; "" where none is above */
	PLACEHOLDER_VALUE, PLACEHOLDER_LIMIT, PLACEHOLDER_UNIT,
	PLACEHOLDER_WORD,        /* of a state: "tripped" */
	PLACEHOLDER_COUNT,       /* what is folded into it */
	PLACEHOLDER_SINCE,       /* first sample that met the condition */
	/* of rules only: for people, in the language of the text */
	PLACEHOLDER_NAME,        /* of the entity: "A01", "郑州一号楼" */
	PLACEHOLDER_PLACE,       /* what is around it: "Zhengzhou 1 / Hall 1 / R1" */
	/* of bodies only: of an alert, … */
	PLACEHOLDER_ID, PLACEHOLDER_FINGERPRINT, PLACEHOLDER_SUMMARY, PLACEHOLDER_ADVICE,
	PLACEHOLDER_ACKED_BY, PLACEHOLDER_NOTE, PLACEHOLDER_RESOLVED,
	/* … of both; within `each` of the alert, … */
	PLACEHOLDER_STATE,       /* "firing", "resolved", … */
	PLACEHOLDER_URL,         /* of the page; "" without page_url */
	/* … of the message */
	PLACEHOLDER_TITLE,       /* one line */
	PLACEHOLDER_TEXT,        /* all lines, in the receiver's language */
	PLACEHOLDER_TYPE,        /* "alert.firing" */
	PLACEHOLDER_KEY,         /* the same for all tries */
	PLACEHOLDER_GROUP,       /* "rule=… site=…" */
	PLACEHOLDER_PROVINCE, PLACEHOLDER_AT, PLACEHOLDER_ALERTS, /* "n": how many */
	PLACEHOLDER_FIRING, PLACEHOLDER_MORE, /* of them firing; left out */
	PLACEHOLDER_TEST, PLACEHOLDER_REPEAT, /* "true" or "false" */
	PLACEHOLDER_N
};

/* Where a text stands decides which names it may use. */
enum placeholders { PLACEHOLDERS_RULE = 0, PLACEHOLDERS_BODY, PLACEHOLDERS_N };

const char *placeholder_text(enum placeholder placeholder);   /* "entity" */

/*
 * Checks a text.
 * Errors: COL_EINVAL an unknown name, one of the other kind of text, a single
 * brace; error says which and what would be right.
 */
int placeholder_check(const char *text, enum placeholders where, struct col_error *error);

/* Appends the value of a placeholder to out; of one that is unknown, nothing. */
typedef void placeholder_fn(void *arg, enum placeholder placeholder, struct buf *out);
/*
 * Appends text with its placeholders filled.  Values go in as they are: to
 * escape them is for whoever puts the result into JSON or a page.  What a
 * checked text cannot hold is left as it stands.
 */
void placeholder_fill(const char *text, placeholder_fn *value, void *arg, struct buf *out);

#endif
