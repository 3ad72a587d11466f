/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What other threads leave for notify, and what it shows them.
 *
 * Route: http, state -> inbox -> notify.c, trial.c.  Thread: any, under its lock.
 */
#ifndef ALERT_NOTIFY_INBOX_H
#define ALERT_NOTIFY_INBOX_H

#include <pthread.h>

#include "alert/notify.h"

#define NOTIFY_TESTS_MAX 16             /* that wait for an answer */
#define NOTIFY_TEST_NS (60 * NS_PER_S)

/* Somebody waits for the first attempt of a test. */
struct tester {
	struct tester *next;
	char receiver[64];
	bool has_alert, has_audit;
	struct alert alert;
	struct audit_entry audit;
	notify_tested_fn *fn;
	void *arg;
	int64_t delivery;               /* 0: not made yet */
	struct mono until;
};

struct replay {
	struct replay *next;
	struct notify *notify;
	int64_t id, made;               /* made: the new one, 0: not yet */
	uint64_t serial;
	bool has_audit, found;
	struct audit_entry audit;
	struct delivery delivery;       /* what was found */
	int code;
	notify_replayed_fn *fn;
	void *arg;
};

/* What other threads leave; under its lock. */
struct inbox {
	pthread_mutex_t lock;
	const struct config *config;    /* newest, one reference; NULL: none came */
	struct alert_change *changes;
	size_t n_changes, room;
	struct tester *testers;
	size_t n_testers;               /* made and not answered */
	struct replay *replays;         /* asked for; found is set by STATE */
	bool put_done;
	int put_code;
	/* what others read */
	struct notify_receiver *receivers;
	size_t n_receivers;
	struct notify_canary canary;
};

#endif
