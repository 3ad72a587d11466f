/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Receivers of alerts, and the routes that lead to them; as configured.
 *
 * Route: config reads, alert/notify delivers, http shows them (never a secret).
 * Thread: any, immutable.  Source: domain.md section 4.
 */
#ifndef MODEL_RECEIVER_H
#define MODEL_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "model/inventory.h"
#include "model/rule.h"

enum receiver_type {
	RECEIVER_WEBHOOK = 0, RECEIVER_ALERTMANAGER, RECEIVER_ALERTMANAGER_WEBHOOK,
	RECEIVER_CLOUDEVENTS, RECEIVER_SLACK, RECEIVER_TEAMS, RECEIVER_PAGERDUTY,
	RECEIVER_DINGTALK, RECEIVER_WECOM, RECEIVER_FEISHU, RECEIVER_TEMPLATE,
	RECEIVER_TYPE_N
};
const char *receiver_type_text(enum receiver_type type);  /* "alertmanager-webhook" */
int receiver_type_find(const char *text, enum receiver_type *ret_type);

enum receiver_lang { RECEIVER_BOTH = 0, RECEIVER_EN, RECEIVER_ZH };
const char *receiver_lang_text(enum receiver_lang lang);  /* "both" */

/* Secrets are opened when they are used: a file may be rotated. */
struct receiver {
	const char *name;
	enum receiver_type type;
	const struct col_node *url;     /* text or secret {file: …} */
	const struct col_node *secret;  /* key of the signature, or NULL */
	const struct col_node *old_secret; /* while a rotation lasts, or NULL */
	const struct col_node *token;   /* Authorization: Bearer, or PagerDuty's routing key */
	const char *keyword;            /* robots that demand one, or NULL */
	const char *const *mentions;    /* NULL-terminated ids or telephone numbers, or NULL */
	const struct col_node *body;    /* TEMPLATE: tree of JSON; its texts may hold
					 * PLACEHOLDERS_BODY of model/placeholder.h */
	const char *content_type;       /* TEMPLATE, or NULL */
	const char *ca_file;            /* PEM of an own CA, absolute, or NULL */
	bool allow_http;                /* without TLS */
	const char *const *allow;       /* networks besides the public ones: "10.0.0.0/8",
					 * NULL-terminated, or NULL */
	int lang;                       /* enum receiver_lang */
	int64_t timeout_ns;             /* 15 s */
	double per_minute, burst;       /* rate; 0: the type's own */
	bool send_resolved;
	int64_t repeat_ns;              /* 0: never; default 4 h */
	int64_t silent_ns;              /* own alert when it has accepted nothing for so long */
	int64_t keep_ns;                /* older messages become dead letters; 72 h */
	uint64_t hash;                  /* of all but secrets */
};

/* First match wins unless `next`; no routes: everything goes to every receiver. */
struct route_to {
	uint32_t severities;            /* bit per severity; 0: any */
	const struct entity_ref *places; size_t n_places;
	const char *const *rules;       /* globs, NULL-terminated; NULL: any */
	const char *const *receivers;   /* names, NULL-terminated; empty: nobody */
	bool go_on;                     /* later routes, too */
};

/* Messages are made per group of alerts. */
enum group_part { GROUP_RULE = 0, GROUP_SITE, GROUP_HALL, GROUP_ROW, GROUP_RACK,
	GROUP_SEVERITY, GROUP_PART_N };
const char *group_part_text(enum group_part part);        /* "hall" */

struct alerting {
	const struct rule *rules; size_t n_rules;
	const struct receiver *receivers; size_t n_receivers;
	const struct route_to *routes; size_t n_routes;
	uint32_t group_by;              /* bit per group_part; rule, site, hall */
	int64_t group_wait_ns;          /* 30 s; critical: 0 */
	int64_t group_interval_ns;      /* 5 min */
	unsigned flap_changes;          /* so many changes … */
	int64_t flap_window_ns;         /* … in this window: flapping; 5 in 1 h */
	const char *heartbeat;          /* receiver of the dead-man's switch, or NULL */
	int64_t heartbeat_ns;           /* 1 min */
	int canary_minute;              /* of the province's day, -1: none */
	const char *page_url;           /* where the pages are reached, or NULL */
};

#endif
