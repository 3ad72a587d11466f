/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of notify share: alerts that are open (entries), groups of them
 * per receiver, the queue of messages per receiver (lanes), and what the next
 * transaction keeps (batch).
 *
 * What is to be told follows from what is open and what has been told, not from
 * the events in between: after a restart the same comes out.
 *
 * Route: notify.c -> routes, groups, mail, send, keep.  Thread: NOTIFY.
 */
#ifndef ALERT_NOTIFY_INNER_H
#define ALERT_NOTIFY_INNER_H

#include "alert/notify.h"
#include "alert/notify_inbox.h"

#define NOTIFY_LADDER_LAST 9            /* last rung, which repeats */
#define NOTIFY_FLIGHTS_MAX 4            /* per receiver */
#define NOTIFY_NEVER ((struct mono){ INT64_MAX })
#define NOTIFY_SLOTS 4096               /* of hash tables */

struct entry;
struct group;
struct lane;

/* An alert in a group, and what its receiver knows of it. */
struct member {
	struct entry *entry;
	struct group *group;
	struct member *next;            /* in the group */
	struct member *beside;          /* of the entry */
	bool told;                      /* that it fires, and not yet that it is over */
	bool flap_due;                  /* that it flaps is to be told once */
	bool heard, lost;               /* its firing arrived; is a dead letter */
	bool acked;                     /* what was told last: … */
	uint32_t count;
	struct wall at;
};

/* An alert that is open, or over but not everywhere told. */
struct entry {
	struct alert alert;
	struct entry *chain;
	struct entry *next_held;
	struct member *members;
	struct mono seen;
	int64_t hold;                   /* the outbox's mark stays before it; 0: need not */
	bool known;                     /* false: only told of, content not there yet */
};

/* A message in the queue. */
struct item {
	struct delivery d;
	struct group *group;
	struct item *next;
	struct mono due;
	uint64_t serial;                /* batch that must be on the disk before it flies */
	enum severity severity;
	int64_t *alerts; size_t n_alerts; /* that it speaks of */
	bool flying, dirty, rewritten;  /* rewritten: its notice is to be kept */
};

/* Alerts of one key for one receiver, and its messages in order. */
struct group {
	struct lane *lane;
	char key[128];
	struct group *chain, *next;     /* in the table; of the lane */
	struct member *members;
	struct mono due;                /* looked at then */
	struct mono sent;               /* last message made; 0: never */
	struct item *first, *last;
	uint64_t serial;                /* outcomes that must be on the disk first */
};

/* A receiver. */
struct lane {
	struct lane *next;
	const struct receiver *receiver; /* of notify's config; NULL: not configured */
	uint64_t hash;
	struct group *groups;
	double tokens, per_minute, burst; /* per_minute 0: no limit */
	struct mono filled;
	struct mono not_before;         /* Retry-After */
	struct mono failing;            /* first failure since it accepted; 0: none */
	struct mono told_silent;        /* last call of silent; 0: it is not silent */
	bool has_told_well;             /* the last call said that it is not */
	unsigned n_flying;
	struct group *digests;          /* what waits there goes before all else; or NULL */
	struct notify_receiver public;
};

/* An attempt under way. */
struct flight {
	struct flight *next, **link;
	struct notify *notify;
	struct lane *lane;
	struct item *item;              /* NULL: a heartbeat */
	const struct receiver *receiver;
	const struct config *config;    /* keeps the receiver */
	struct outgoing outgoing;
	struct wall at;
};

/* What the next transaction keeps. */
struct keep {
	struct item **items; size_t n_items, items_room;
	struct delivery_alert *alerts; size_t n_alerts, alerts_room;
	struct told *told; size_t n_told, told_room;
	struct attempt *attempts; size_t n_attempts, attempts_room;
	struct audit_entry audit;
	bool has_audit;
	int64_t mark;
	uint64_t serial;
};

struct notify {
	struct notify_setup setup;
	struct inbox inbox;
	const struct config *config;    /* NULL: none yet */
	struct wall wall;               /* of this step */
	struct mono now;
	struct entry *entries[NOTIFY_SLOTS];
	size_t n_entries;
	struct entry *held;
	struct group *groups[NOTIFY_SLOTS];
	struct lane *lanes;
	struct mono look;               /* a group is due then */
	const struct silences *silences; /* as of the last look */
	struct mono silence_due;        /* one begins or ends */
	int64_t seq, mark;              /* outbox: taken, kept */
	int64_t next_id;                /* of deliveries */
	size_t n_queued;
	bool full;                      /* said once */
	struct keep batch;         /* collects */
	struct deliveries_change saving; /* under way, owned */
	bool is_saving;
	struct mono retry;              /* a transaction that failed is tried again */
	uint64_t saved;                 /* serial of the last one that is on the disk */
	bool failed;                    /* said once */
	struct flight *flights;
	struct tester *testers;         /* tests made */
	struct replay *replays;         /* wait for the disk */
	bool asked;                     /* entry_ask, once */
	struct mono beat;
	struct wall canary_at;          /* 0: none */
	bool beating;
	struct notify_canary canary;
};

/* notify.c */
uint64_t notify_random(struct notify *notify);

/* entries.c: what is open */
struct entry *entry_find(struct notify *notify, int64_t id);
struct entry *entry_get(struct notify *notify, int64_t id);     /* makes it; NULL: no memory */
void entry_change(struct notify *notify, const struct alert_change *change);
void entry_open(struct notify *notify, const struct alert *alert);
/* Members where the routes lead; those that nobody was told of are forgotten first. */
void entry_route(struct notify *notify, struct entry *entry);
void entry_route_all(struct notify *notify);
void entry_hold(struct notify *notify, struct entry *entry, int64_t seq);
/* Drops what is over and told everywhere; the outbox may be forgotten up to there. */
int64_t entry_settle(struct notify *notify);
/* Asks the database what became of those that are neither open nor in the outbox. */
void entry_ask(struct notify *notify);
void entry_free_all(struct notify *notify);

/* groups.c: what is told when */
struct group *group_get(struct notify *notify, struct lane *lane, const char *key);
struct member *group_join(struct group *group, struct entry *entry);
void group_leave(struct member *member);
void group_touch(struct notify *notify, struct group *group, struct mono due);
void group_touch_entry(struct notify *notify, struct entry *entry);
void groups_step(struct notify *notify);
void group_free_all(struct notify *notify);

/* silenced.c */
bool silenced_now(const struct notify *notify, const struct alert *alert);
void silenced_step(struct notify *notify);

/* mail.c: messages in order */
struct lane *lane_find(struct notify *notify, const char *name);
struct lane *lane_get(struct notify *notify, const char *name); /* NULL: no memory */
/* Receivers are those of the configuration now. */
void lane_bind_all(struct notify *notify);
/* Gives a notice its id, time, group and province. */
void mail_fill(struct notify *notify, const char *group, struct notice *notice);
/* A notice becomes the last message of a group.  notice is done with. */
struct item *mail_put(struct notify *notify, struct group *group, struct notice *notice);
/* The last message that speaks of an alert when it may still be changed. */
bool mail_absorb(struct notify *notify, struct group *group, const struct alert *alert);
void mail_touch(struct notify *notify, struct item *item);
/* It has ended: out of the queue; freed once it is kept. */
void mail_end(struct notify *notify, struct item *item, enum delivery_state state,
    const char *error);
int mail_load(struct notify *notify, struct delivery *delivery);
/* All that waits is due. */
void mail_due(struct notify *notify, struct lane *lane);
void mail_free(struct item *item);
void mail_free_all(struct notify *notify);

/* overflow.c: more than a receiver takes */
void overflow_step(struct notify *notify, struct lane *lane);
void overflow_bound(struct notify *notify);

/* send.c */
int64_t send_ladder(unsigned attempts, uint64_t random);
struct mono send_step(struct notify *notify);
void send_free_all(struct notify *notify);
/* Not kept, tried once. */
void send_heartbeat(struct notify *notify, struct lane *lane, const struct notice *notice);

/* keep.c */
void keep_item(struct notify *notify, struct item *item);
void keep_told(struct notify *notify, const struct member *member);
/* Takes request and reply over. */
void keep_attempt(struct notify *notify, struct attempt *attempt);
void keep_audit(struct notify *notify, const struct audit_entry *audit);
void keep_step(struct notify *notify);
void keep_done(void *notify, int code);
void keep_free(struct notify *notify);

/* vigil.c */
struct mono vigil_step(struct notify *notify);
void vigil_apply(struct notify *notify);
void vigil_silent(struct notify *notify, struct lane *lane, double silent_s);
void vigil_canary(struct notify *notify, const struct item *item);

/* trial.c: tests and replays */
struct mono trial_step(struct notify *notify);
void trial_attempt(struct notify *notify, const struct item *item,
    const struct attempt *attempt);
void trial_free_all(struct notify *notify);

#endif
