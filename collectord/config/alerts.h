/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alerting as configured: rules and routes of the files that `alerts` names,
 * receivers of the main file.
 *
 * Route: trees -> here -> config->alerting.  Thread: the loader's.
 * Source: docs/alerts.md.
 */
#ifndef CONFIG_ALERTS_H
#define CONFIG_ALERTS_H

#include "config/load.h"

/* Tables, also for the reference. */
extern const struct schema_field alerts_fields[];        /* a file */
extern const struct schema_field alerts_rule_fields[];   /* an entry of rules */
extern const struct schema_field alerts_where_fields[];  /* a rule's `where` */
extern const struct schema_field alerts_route_fields[];  /* an entry of routes */
extern const struct schema_field alerts_receiver_fields[];

/* Reads all of it into load->config->alerting; places, profiles and settings
 * must have been read.  Reports. */
void alerts_read(struct load *load);
/* Gives the places of rules and routes their numbers; only after a load
 * without errors. */
void alerts_number(struct load *load, const struct inventory *inventory);

/* ---- parts of it, each in a file of its own ------------------------------------ */

/* A rule as written; keys that depend on the metric stay nodes. */
struct alerts_limit {
	const struct col_node *above, *below, *outside, *inside, *equals;
	bool changes, missing;
	int worse;                      /* info, warning, critical; -1: not given */
	int64_t for_ns;
};

struct alerts_rule {
	struct rule rule;               /* first: tables point into it */
	int level;                      /* enum level */
	int severity, take;             /* of their enums */
	const char *metric;
	const struct col_node *node;    /* the whole */
	const struct col_node *where;
	struct alerts_limit fire, clear;
	struct schema_texts folds;
	bool off;
	/* of the metric or gauge: */
	const char *unit;               /* "W", "K", "" */
	double min, max;                /* what it can be; min == max: anything */
	bool is_state;
};

/* Reads one rule from node into rule; false: reported. */
bool alerts_rule_read(struct load *load, const struct col_node *node,
    struct alerts_rule *rule);
/* Reads fire and clear, when metric and take are known. */
bool alerts_limits_read(struct load *load, struct alerts_rule *rule);
/* The name of a state metric at a scalar node; false: a slip, reported. */
bool alerts_state_check(struct load *load, const struct col_node *at);
/* A word of a state metric at a scalar node; false: a slip, reported. */
bool alerts_word_check(struct load *load, const struct col_node *at,
    const char *metric);
/* Reads `where`. */
bool alerts_where_read(struct load *load, struct alerts_rule *rule);
void alerts_routes_read(struct load *load, const struct col_node *list);
void alerts_receivers_read(struct load *load, const struct col_node *map);

/* Reads "site:zz1" entries to refs that alerts_number will number. */
bool alerts_places_read(struct load *load, const struct schema_texts *texts,
    const struct entity_ref **ret_refs);
/* Patterns of '*' and '?': not empty, at most RULE_TEXTS_MAX. */
bool alerts_globs_check(struct load *load, const char *key,
    const struct schema_texts *texts);
/* NULL-terminated, NULL when there are none. */
const char *const *alerts_texts(const struct schema_texts *texts);
/* Checks that a receiver of that name is configured. */
bool alerts_receiver_check(struct load *load, const struct col_node *at,
    const char *name);

#endif
