/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Alerts in the database: episodes, the outbox of what happened to them,
 * acknowledgements and silences.
 *
 * A change of an episode and its row of the outbox are one transaction; notify
 * takes changes from the outbox in order and moves its mark in the same
 * transaction that keeps the deliveries made of them: nothing is told twice,
 * nothing is forgotten, whenever the process is killed.
 *
 * Route: alert (FLOW), notify and http post; answers come on STATE.
 * Thread: posts any; the work on STATE.  When too much waits, the answer COL_EFULL
 * comes on the poster's thread, before the post returns.
 */
#ifndef STATE_ALERTS_H
#define STATE_ALERTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/alert.h"
#include "state/users.h"

struct state;

/* Resolved episodes are kept so long, and at most so many. */
#define ALERTS_KEEP_DAYS 400
#define ALERTS_KEEP_MAX 200000

typedef void alerts_changes_fn(void *arg, int code, const struct alert_change *changes,
    size_t n_changes);

/*
 * Keeps changes (copied), all or none; ids of new episodes are given by the
 * caller (alerts_load's next_id and up).  fn once, on STATE, after it is on the
 * disk, with seq filled; it borrows them and may be NULL.  An acknowledgement
 * that was kept meanwhile stays, and the changes given to fn say it.
 * Errors: COL_EIO, COL_EFULL, COL_ECANCELED (at the end): nothing is kept;
 * COL_EINVAL (no id, or resolved without a time, or a time without): our bug.
 */
void alerts_put(struct state *state, const struct alert_change *changes, size_t n_changes,
    alerts_changes_fn *fn, void *arg);

/* Open episodes (firing or stale), the next free id, and the end of the outbox.
 * Thread: MAIN at start, before STATE.  Errors: COL_EIO. */
struct alerts_loaded {
	struct alert *items;
	size_t n_items;
	int64_t next_id, last_seq;
};
int alerts_load(struct state *state, struct alerts_loaded *ret_loaded);
void alerts_loaded_done(struct alerts_loaded *loaded);

/*
 * An acknowledgement or its taking back, with its line in the audit log (actor
 * and address are the caller's).  fn once, on STATE: the change as it is in the
 * outbox, for alert_acked and notify_changes; after a taking back acked is 0 and
 * acked_by who did it.  It borrows it; NULL unless code is 0.
 * Errors: COL_ENOENT (no such), COL_EINVAL (resolved), COL_EEXIST (it is so
 * already), COL_EIO, COL_EFULL.
 */
typedef void alerts_one_fn(void *arg, int code, const struct alert_change *change);
void alerts_ack(struct state *state, int64_t id, bool acked, const char *note,
    const struct audit_entry *audit, alerts_one_fn *fn, void *arg);

/* Episodes newest first.  All texts may be "". */
struct alerts_query {
	bool open, closed;         /* which of them */
	enum severity at_least;
	char rule[64], entity[ALERT_ENTITY_SIZE];
	char area[64], site[64], hall[64], row[64], rack[64];
	int64_t under;             /* folded into this episode; 0: all */
	struct wall from, to;      /* fired within; 0: no limit */
	int64_t before;            /* only ids below; 0: all */
	unsigned limit;            /* <= 1000 */
};
typedef void alerts_list_fn(void *arg, int code, const struct alert *items, size_t n_items);
void alerts_get(struct state *state, const struct alerts_query *query, alerts_list_fn *fn,
    void *arg);
/* One with all that happened to it (its newest 1,000), oldest first; texts are
 * the episode's newest.  Errors: COL_ENOENT. */
void alerts_get_changes(struct state *state, int64_t id, alerts_changes_fn *fn, void *arg);

/* ---- silences --------------------------------------------------------------- */

typedef void silences_fn(void *arg, int code, const struct silence *silence);
/* id and created are given here; a from of 0 is now, an author of "" the audit's
 * actor.  fn once, on STATE, after the snapshot has it: the silence as kept, NULL
 * unless code is 0.  Of audit, actor and address are the caller's.
 * Errors: COL_EIO, COL_EFULL. */
void silences_add(struct state *state, const struct silence *silence,
    const struct audit_entry *audit, silences_fn *fn, void *arg);
/* Errors: COL_ENOENT, COL_EINVAL (over already). */
void silences_end(struct state *state, int64_t id, const struct audit_entry *audit,
    silences_fn *fn, void *arg);
/* The newest snapshot (active, future, and the last 1,000 others) with a
 * reference.  Thread: any.  Never NULL. */
const struct silences *state_silences(struct state *state);

#endif
