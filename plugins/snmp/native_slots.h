/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The requests in flight: a table whose index is half of each request-id, and
 * the timers of its entries.
 *
 * Route: native_send (takes, arms), native_receive (finds), native_flight (ends).
 * Thread: the POLL thread of the engine.
 *
 * id = generation (15 bits) << 16 | slot.  Each try of a request gets a new
 * generation; answers to any try of the request count until it ends, those to
 * earlier requests of the slot fall out.  Generations start at random and keep
 * above 0x7f, so that an id always has four bytes of content in BER.
 */
#ifndef SNMP_NATIVE_SLOTS_H
#define SNMP_NATIVE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <collectord/plugin.h>

#define NATIVE_SLOTS_MAX 65536

struct native_session;
struct native_body;

struct native_slot {
	struct native_session *owner; /* NULL: free */
	struct native_body *body;     /* one reference */
	int64_t sent_ns, earlier_ns;  /* of the last two tries */
	int64_t timeout_ns;           /* of the last try */
	int64_t due_ns;               /* while armed */
	int send_errno;               /* of the last try, 0: it went out */
	uint32_t prev, next;          /* in a list of timers or of free slots */
	uint16_t list;                /* which */
	uint16_t generation;          /* of the last try */
	uint8_t n_ids;                /* generations that are accepted */
	uint8_t n_tries, n_agains;
	bool flying, suspect;         /* how it is counted */
	bool held;                    /* the last try found no room to leave */
	bool garbled;                 /* an answer could not be decoded */
};

struct native_slots;

/* Shape: grows up to max <= NATIVE_SLOTS_MAX entries.  NULL: out of memory. */
struct native_slots *native_slots_new(const struct col_host *host,
    size_t max, int64_t now_ns);
void native_slots_free(struct native_slots *slots); /* accepts NULL */
/*
 * Takes a free slot, zeroed but for its generation.
 * Owns: valid until given back, or until the next take, which may move all;
 * keep the number.  Errors: NULL when the table is full.
 */
struct native_slot *native_slots_take(struct native_slots *slots,
    struct native_session *owner);
void native_slots_give(struct native_slots *slots, struct native_slot *slot);
struct native_slot *native_slots_at(struct native_slots *slots,
    uint32_t number);
uint32_t native_slots_number(const struct native_slots *slots,
    const struct native_slot *slot);

/* A new id for the slot's next try. */
uint32_t native_slots_new_id(struct native_slots *slots,
    struct native_slot *slot);
/* Ids given out so far are not accepted any more. */
void native_slots_drop_ids(struct native_slot *slot);
/*
 * The slot that id belongs to, NULL when none.  ret_age: 0 for the last try,
 * 1 for the one before, and so on.  ret_late: the slot is real, but the id is
 * of a request that has ended.
 */
struct native_slot *native_slots_find(struct native_slots *slots, uint32_t id,
    unsigned *ret_age, bool *ret_late);

/* Sets or moves the slot's timer; times up to 5 s ahead are exact to 10 ms. */
void native_slots_arm(struct native_slots *slots, struct native_slot *slot,
    int64_t due_ns);
/* Takes one slot whose time has come off the timers; NULL: none is left. */
struct native_slot *native_slots_due(struct native_slots *slots,
    int64_t now_ns);

#endif
