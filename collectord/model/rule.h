/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A rule: what is looked at, when it fires, when it clears, and what is said
 * then; as read from alerts.yaml, immutable.
 *
 * Route: config reads, alert runs, http and ctl show.  Thread: any.
 * Source: docs/alerts.md.
 */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/gauge.h"
#include "model/name.h"

#define RULE_TEXTS_MAX 32       /* entries of one selector */

enum severity { SEVERITY_INFO = 0, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY_N };
const char *severity_text(enum severity severity);    /* "critical" */
int severity_find(const char *text, enum severity *ret_severity);

enum rule_test {
	RULE_NEVER = 0,         /* no such limit */
	RULE_ABOVE,             /* > high */
	RULE_BELOW,             /* < low */
	RULE_OUTSIDE,           /* < low or > high */
	RULE_INSIDE,            /* >= low and <= high: clear of OUTSIDE */
	RULE_EQUALS,            /* of numbers; of states by words */
	RULE_WORSE,             /* state whose severity is at least `severity` */
	RULE_CHANGES,           /* differs from the sample before */
	RULE_MISSING,           /* no good value */
	RULE_TEST_N
};
const char *rule_test_text(enum rule_test test);      /* "above" */

struct rule_limit {
	enum rule_test test;
	double low, high;       /* EQUALS: both */
	const char *const *words; /* EQUALS of states, NULL-terminated; or NULL */
	int severity;           /* WORSE: enum col_severity */
	int64_t for_ns;         /* how long without a break; 0: at once */
};

/* What is made of the values before they are compared. */
enum rule_take { RULE_LAST = 0, RULE_MEAN, RULE_MAX, RULE_MIN, RULE_RATE, RULE_TAKE_N };
const char *rule_take_text(enum rule_take take);      /* "mean" */

/* All that are given must hold; globs are of '*' and '?' only. */
struct rule_where {
	const struct entity_ref *places; size_t n_places; /* one of them, or above */
	uint32_t classes;               /* bit per rack_class; 0: any */
	const char *const *profiles;    /* globs, NULL-terminated; NULL: any */
	const char *const *kinds;       /* of devices: pdu, ups … */
	const char *const *roles;       /* "pdu-?" */
	const char *const *instances;   /* "L?", "inlet*" */
	const char *const *labels;      /* of racks: "A0?" */
	const char *const *targets;     /* ids of targets */
	bool maintained;                /* racks under maintenance, too */
};

struct rule {
	const char *id;
	enum level level;
	bool is_gauge;          /* gauge, else metric */
	enum gauge gauge;
	uint32_t metric;        /* index in the metric table */
	struct rule_where where;
	enum rule_take take;
	int64_t window_ns;      /* of take; 0: LAST */
	struct rule_limit fire, clear;
	int64_t hold_ns;        /* stays firing at least so long */
	int64_t stale_ns;       /* without a value: stale; default 3 intervals */
	enum severity severity;
	struct name summary, advice; /* with placeholders, see model/placeholder.h */
	/* what folds it away: a bit per enum fold_by (model/alert.h) */
	uint32_t folds;
	uint64_t hash;          /* of all that decides: a changed rule starts anew */
	const char *file; uint32_t line;
};

#endif
