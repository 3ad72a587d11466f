/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reservations in the database: made, released, never forgotten; each of them
 * is also an entry of the rack's ledger.
 *
 * Route: http posts; the snapshot that follows goes to capacity and http.
 * Thread: posts any; the work on STATE.
 * Source: domain.md 2.2 (overlay reserved, append-only); DESIGN.md 4.3.
 */
#ifndef STATE_RESERVE_H
#define STATE_RESERVE_H

#include <stddef.h>

#include "model/reservation.h"
#include "state/state.h"

/* Kept in snapshots: all that are active, and of the others the newest. */
#define RESERVE_OLD_MAX 5000

/*
 * The answer, once what it says is on the disk.  items: the new ones, or the
 * released one; where code is COL_EEXIST the one that stands in the way.
 */
typedef void state_reserve_fn(void *arg, int code, const struct reservation *items,
    size_t n_items);

/* Who asks, for the audit log; actor is also the reservations'. */
struct reserve_by { const char *actor, *address; };

/*
 * Makes n reservations, all or none; id, actor and created of items are
 * ignored.  fn once, on STATE, borrows items.
 * Errors: COL_EEXIST (a rack is reserved as a whole for another tenant, or this
 * one is to be while another tenant has a part of it), COL_EIO, COL_EFULL.
 */
void state_reserve(struct state *state, const struct reservation *items, size_t n,
    const struct reserve_by *by, state_reserve_fn *fn, void *arg);
/*
 * Ends a reservation now.  Errors: COL_ENOENT (no such), COL_EINVAL (it is not
 * active), COL_EIO, COL_EFULL.
 */
void state_release(struct state *state, int64_t id, const struct reserve_by *by,
    state_reserve_fn *fn, void *arg);
/* The newest snapshot with a reference.  Thread: any.  Never NULL. */
const struct reservations *state_reservations(struct state *state);

#endif
