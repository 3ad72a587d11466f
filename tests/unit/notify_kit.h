/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of notify share: a clock, a database in memory in the place of
 * state's, receivers that answer on order, alerts that fire and end, and a log of
 * what each receiver has accepted.
 *
 * Route: tests/unit/test_alert_*.c.  Thread: the test's.
 */
#ifndef TESTS_UNIT_NOTIFY_KIT_H
#define TESTS_UNIT_NOTIFY_KIT_H

#include "alert/notify.h"
#include "config/config.h"

#define KIT_RECEIVERS 3
#define KIT_ALERTS_MAX 512
#define KIT_LOG_MAX 4096
#define KIT_S NS_PER_S
#define KIT_MIN (60 * NS_PER_S)
#define KIT_HOUR (3600 * NS_PER_S)

enum kit_answer {
	KIT_OK = 0, KIT_500, KIT_429, KIT_GONE, KIT_REFUSES, KIT_REDIRECT, KIT_400,
	KIT_DOWN,               /* connection refused: never left */
	KIT_HANG,               /* 15 s, then broken; it did not arrive */
	KIT_SWALLOW,            /* 15 s, then broken; it did arrive */
};

/* What a receiver accepted (or swallowed). */
struct kit_log {
	char receiver[64], key[40], type[32];
	struct wall at;
	bool repeat, test;
	unsigned n, n_more;
	struct { int64_t id; bool resolved, flapping; unsigned count; char state[16]; }
	    alerts[16];
};

struct kit_delivery { struct delivery d; unsigned n_put; };

struct kit {
	struct clock *clock;
	struct notify *notify;
	struct config *config;          /* one reference of the test's */
	struct receiver receivers[KIT_RECEIVERS];
	enum kit_answer answers[KIT_RECEIVERS];
	int64_t retry_after_s;
	unsigned n_asked[KIT_RECEIVERS]; /* requests that reached the network */
	/* the database */
	struct kit_delivery *deliveries; size_t n_deliveries;
	struct told *told; size_t n_told;
	struct attempt *attempts; size_t n_attempts;
	struct alert_change *changes; size_t n_changes;
	struct alert open[KIT_ALERTS_MAX]; size_t n_open;
	int64_t mark, seq, next_alert;
	unsigned n_audit;
	int put_code;                   /* of the next transactions */
	bool put_late;                  /* they wait for kit_commit */
	struct { struct deliveries_change change; deliveries_done_fn *fn; void *arg; } put;
	bool put_waits;
	struct silence silences[4]; uint32_t n_silences; uint64_t silences_number;
	/* the world */
	struct kit_log log[KIT_LOG_MAX]; size_t n_log;
	struct kit_flight *flights;
	struct { char receiver[64]; double silent_s; } silent; unsigned n_silent;
	uint64_t random;
	size_t queued_max;
};

/* A world with KIT_RECEIVERS webhooks "a", "b", "c", of which n are configured. */
void kit_begin(struct kit *kit, unsigned n);
void kit_end(struct kit *kit);
/* Changes of kit->config->alerting hold from now on. */
struct alerting *kit_alerting(struct kit *kit);
void kit_apply(struct kit *kit);

int64_t kit_fire(struct kit *kit, const char *rule, const char *rack, enum severity severity);
/* A change of an open alert; CHANGE_RESOLVED ends it. */
void kit_change(struct kit *kit, int64_t id, enum alert_change_kind kind);
struct alert *kit_alert(struct kit *kit, int64_t id);

/* Time passes, and all that is due happens in its order. */
void kit_run(struct kit *kit, int64_t ns);
/* The transaction that waits is on the disk. */
void kit_commit(struct kit *kit);
/* Gone without a word; what is under way may arrive (arrives) or not. */
void kit_kill(struct kit *kit, bool arrives);
void kit_start(struct kit *kit);

/* How many accepted messages of a receiver speak of an alert so. */
unsigned kit_count(const struct kit *kit, const char *receiver, int64_t id, bool resolved);
/* The newest message of a receiver, or NULL. */
const struct kit_log *kit_last(const struct kit *kit, const char *receiver);
unsigned kit_n(const struct kit *kit, const char *receiver);
unsigned kit_n_state(const struct kit *kit, enum delivery_state state);
bool kit_says(const struct kit_log *log, int64_t id, bool resolved);

#endif
