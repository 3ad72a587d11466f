/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers lie in a ring of 512 lists of 10 ms; the list of the current moment
 * is moved to a list of its own before it is worked off, so that whoever is
 * called may take, give and arm slots as it likes.
 */
#include "native_slots.h"

#include <stdlib.h>
#include <string.h>

#define STEP_NS INT64_C(10000000)
#define RING 512
#define NONE UINT32_MAX
#define FIRST_SIZE 256

/* A generation has four-byte ids from here on. */
#define GENERATION_MIN 0x80
#define GENERATION_MAX 0x7fff
#define GENERATIONS (GENERATION_MAX - GENERATION_MIN + 1)

enum { LIST_EXPIRED = RING, LIST_FREE, LIST_NONE, LIST_N };

struct native_slots {
	const struct col_host *host;
	struct native_slot *slots;
	size_t n, max;
	int64_t step;              /* lists up to this one are worked off */
	uint32_t heads[LIST_N];
};

struct native_slots *
native_slots_new(const struct col_host *host, size_t max, int64_t now_ns)
{
	struct native_slots *slots = calloc(1, sizeof(*slots));

	if (slots == NULL) {
		return NULL;
	}
	slots->host = host;
	slots->max = max < NATIVE_SLOTS_MAX ? max : NATIVE_SLOTS_MAX;
	slots->step = now_ns / STEP_NS;
	for (int i = 0; i < LIST_N; i++) {
		slots->heads[i] = NONE;
	}
	return slots;
}

void
native_slots_free(struct native_slots *slots)
{
	if (slots != NULL) {
		free(slots->slots);
		free(slots);
	}
}

struct native_slot *
native_slots_at(struct native_slots *slots, uint32_t number)
{
	return &slots->slots[number];
}

uint32_t
native_slots_number(const struct native_slots *slots,
    const struct native_slot *slot)
{
	return (uint32_t)(slot - slots->slots);
}

/* ---- lists -------------------------------------------------------------------- */

static void
link_slot(struct native_slots *slots, struct native_slot *slot, uint16_t list)
{
	uint32_t number = native_slots_number(slots, slot);

	slot->list = list;
	slot->prev = NONE;
	slot->next = slots->heads[list];
	if (slot->next != NONE) {
		slots->slots[slot->next].prev = number;
	}
	slots->heads[list] = number;
}

static void
unlink_slot(struct native_slots *slots, struct native_slot *slot)
{
	if (slot->list == LIST_NONE) {
		return;
	}
	if (slot->prev != NONE) {
		slots->slots[slot->prev].next = slot->next;
	} else {
		slots->heads[slot->list] = slot->next;
	}
	if (slot->next != NONE) {
		slots->slots[slot->next].prev = slot->prev;
	}
	slot->list = LIST_NONE;
}

static bool
grow(struct native_slots *slots)
{
	size_t n = slots->n == 0 ? FIRST_SIZE : slots->n * 2;
	struct native_slot *grown;

	if (n > slots->max) {
		n = slots->max;
	}
	if (n <= slots->n) {
		return false;
	}
	grown = realloc(slots->slots, n * sizeof(*grown));
	if (grown == NULL) {
		return false;
	}
	memset(grown + slots->n, 0, (n - slots->n) * sizeof(*grown));
	slots->slots = grown;
	/* Backwards, so that low numbers are taken first. */
	for (size_t i = n; i > slots->n; i--) {
		grown[i - 1].generation = (uint16_t)(GENERATION_MIN +
		    slots->host->random(slots->host) % GENERATIONS);
		link_slot(slots, &grown[i - 1], LIST_FREE);
	}
	slots->n = n;
	return true;
}

struct native_slot *
native_slots_take(struct native_slots *slots, struct native_session *owner)
{
	struct native_slot *slot;
	uint16_t generation;

	if (slots->heads[LIST_FREE] == NONE && !grow(slots)) {
		return NULL;
	}
	slot = &slots->slots[slots->heads[LIST_FREE]];
	unlink_slot(slots, slot);
	generation = slot->generation;
	memset(slot, 0, sizeof(*slot));
	slot->generation = generation;
	slot->list = LIST_NONE;
	slot->owner = owner;
	return slot;
}

void
native_slots_give(struct native_slots *slots, struct native_slot *slot)
{
	unlink_slot(slots, slot);
	slot->owner = NULL;
	slot->body = NULL;
	slot->n_ids = 0;
	link_slot(slots, slot, LIST_FREE);
}

/* ---- ids ------------------------------------------------------------------------ */

uint32_t
native_slots_new_id(struct native_slots *slots, struct native_slot *slot)
{
	slot->generation = slot->generation >= GENERATION_MAX ?
	    GENERATION_MIN : (uint16_t)(slot->generation + 1);
	if (slot->n_ids < UINT8_MAX) {
		slot->n_ids++;
	}
	return (uint32_t)slot->generation << 16 |
	    native_slots_number(slots, slot);
}

void
native_slots_drop_ids(struct native_slot *slot)
{
	slot->n_ids = 0;
}

struct native_slot *
native_slots_find(struct native_slots *slots, uint32_t id, unsigned *ret_age,
    bool *ret_late)
{
	uint32_t number = id & 0xffff, generation = id >> 16;
	struct native_slot *slot;
	unsigned age;

	*ret_late = false;
	if (number >= slots->n || generation < GENERATION_MIN ||
	    generation > GENERATION_MAX) {
		return NULL;
	}
	slot = &slots->slots[number];
	age = (slot->generation + GENERATIONS - generation) % GENERATIONS;
	if (slot->owner == NULL || age >= slot->n_ids) {
		*ret_late = true;
		return NULL;
	}
	*ret_age = age;
	return slot;
}

/* ---- timers ------------------------------------------------------------------------ */

void
native_slots_arm(struct native_slots *slots, struct native_slot *slot,
    int64_t due_ns)
{
	/* Rounded up: never early. */
	int64_t step = (due_ns + STEP_NS - 1) / STEP_NS;

	if (step <= slots->step) {
		step = slots->step + 1;
	} else if (step >= slots->step + RING) {
		step = slots->step + RING - 1;
	}
	unlink_slot(slots, slot);
	slot->due_ns = due_ns;
	link_slot(slots, slot, (uint16_t)(step % RING));
}

/* Moves the next list that is due to the expired ones; false: none is. */
static bool
advance(struct native_slots *slots, int64_t now_step)
{
	uint32_t head;

	while (slots->step < now_step) {
		slots->step++;
		head = slots->heads[slots->step % RING];
		if (head == NONE) {
			continue;
		}
		slots->heads[slots->step % RING] = NONE;
		slots->heads[LIST_EXPIRED] = head;
		for (; head != NONE; head = slots->slots[head].next) {
			slots->slots[head].list = LIST_EXPIRED;
		}
		return true;
	}
	return false;
}

struct native_slot *
native_slots_due(struct native_slots *slots, int64_t now_ns)
{
	int64_t now_step = now_ns / STEP_NS;

	if (now_step - slots->step > RING) {
		slots->step = now_step - RING;
	}
	do {
		while (slots->heads[LIST_EXPIRED] != NONE) {
			struct native_slot *slot =
			    &slots->slots[slots->heads[LIST_EXPIRED]];
			unlink_slot(slots, slot);
			if (slot->due_ns <= now_ns) {
				return slot;
			}
			native_slots_arm(slots, slot, slot->due_ns);
		}
	} while (advance(slots, now_step));
	return NULL;
}
