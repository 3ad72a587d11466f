/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One device: what is known of it, and the course of one poll.
 *
 * Route: snmp.c (callbacks) -> reader -> fetch -> engine; back: plan, convert
 * -> host's emit, done.  Thread: the POLL thread of the device.
 *
 * A poll: [resolve the name] -> [who are you, which profile: on the first
 * poll, after a reboot, each hour, and when rows went missing: walk the
 * profile's columns, make the plan] -> or else GET the plan's cells -> emit.
 * Learning is paced (reader_turn.c), and goes on over polls (reader_park.c).
 * Credentials are tried in order until one is answered; it is remembered.
 */
#ifndef SNMP_READER_H
#define SNMP_READER_H

#include <stdbool.h>
#include <stdint.h>

#include <collectord/plugin.h>

#include "../common/address.h"
#include "../common/credential_set.h"
#include "engine.h"
#include "fetch.h"
#include "plan.h"
#include "profile_group.h"
#include "profile_match.h"

#define READER_CREDENTIALS_MAX 8

/* Whose turn it is to learn; zeroed at the start. */
struct reader_turns {
	bool begun;
	int64_t requests;              /* that learning may ask now, or owes */
	int64_t filled_ns;
	unsigned n_learning;           /* parked ones too */
	unsigned n_waiting;
	struct reader *waiting;        /* devices of which nothing is known */
};

/* What the readers of one POLL thread share; filled by snmp.c. */
struct reader_shared {
	const struct col_host *host;
	struct profile_set profiles;
	uint64_t profiles_version;     /* rises with each profiles_set */
	struct plan_set plans;
	struct credential_set *credentials;
	struct resolver *resolver;
	struct reader *waiting;        /* for a name, in resolver order */
	struct reader_turns turns;
};

struct reader_work;

struct reader {
	struct reader_shared *shared;
	char *id;
	char *address_text;
	char *profile_id;              /* NULL: auto */
	struct address address;
	struct resolver_name *name;    /* NULL: literal or file */
	const struct engine_ops *ops;
	void *engine;
	bool any_source;               /* answers may come from elsewhere */
	/* Usable ones from the front, the others from the back. */
	const struct credential *credentials[READER_CREDENTIALS_MAX];
	char *credential_ids[READER_CREDENTIALS_MAX];
	unsigned n_credentials, n_unusable;
	unsigned preferred;            /* the one that worked last */
	void *session;                 /* of credentials[in_session] */
	unsigned in_session;
	struct fetch_limits limits;
	bool silent;                   /* nothing came back in the last poll */
	struct profile_group group;    /* in use, with references */
	struct plan *plan;             /* NULL: to be learned */
	uint64_t profiles_version;     /* with which it was learned */
	bool must_learn;
	int64_t learn_again_ns;
	uint64_t uptime_ms;            /* of the last poll */
	bool learns_slowly;            /* not within one poll */
	struct reader_work *work;      /* while a poll is in flight */
	struct reader_work *parked;    /* what is half learned, between polls */
	bool in_turns;                 /* waits there, not for a name */
	struct reader *prev, *next;    /* shared->waiting or turns.waiting */
};

/* Where the outcome of a discovery goes. */
struct reader_discovery {
	struct col_discovery *to;
	void (*ended)(void *arg);      /* may free the reader */
	void *arg;
};

/*
 * Takes a description; nothing is sent.  engine and ops fit its address.
 * Errors: COL_EINVAL (address), COL_ENOMEM.  Bad credentials show at polls.
 */
int reader_init(struct reader *reader, struct reader_shared *shared,
    const struct col_device *device, struct col_error *error);
/* Cancels, forgets, frees what it holds. */
void reader_done(struct reader *reader);
/* Sets the engine; drops the session of another one. */
void reader_use(struct reader *reader, const struct engine_ops *ops,
    void *engine);

void reader_poll(struct reader *reader, int64_t deadline_ns,
    struct col_poll *poll);
/* Finds out who answers, tells discovery->to, then calls ended. */
void reader_discover(struct reader *reader, int64_t deadline_ns,
    const struct reader_discovery *discovery);
/* Nothing of the poll in flight is said any more. */
void reader_cancel(struct reader *reader);
/* Looks after readers that wait for a name or for their turn to learn. */
void reader_tick(struct reader_shared *shared);

#endif
