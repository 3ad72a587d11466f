/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * 8,192 slots of 10 ms hold the next 82 s; what lies further waits in one
 * overflow list that is sorted into the slots once per turn.
 */
#include <config.h>

#include "base/wheel.h"

#include <assert.h>
#include <stdlib.h>

#define SLOTS 8192
#define SLOT_NS (10 * NS_PER_MS)

struct wheel {
	int64_t tick;                    /* slots before it have been run */
	size_t n_armed;
	struct wheel_timer *slots[SLOTS];
	struct wheel_timer *overflow;    /* due in a later turn */
	struct wheel_timer *ready;       /* taken out of slots, being fired */
};

struct wheel *
wheel_new(struct mono now)
{
	struct wheel *wheel = calloc(1, sizeof(*wheel));

	assert(wheel != NULL);
	wheel->tick = now.ns / SLOT_NS;
	return wheel;
}

static void
unlink_timer(struct wheel_timer *timer)
{
	*timer->link = timer->next;
	if (timer->next != NULL) {
		timer->next->link = timer->link;
	}
	timer->next = NULL;
	timer->link = NULL;
}

static void
push(struct wheel_timer **list, struct wheel_timer *timer)
{
	timer->next = *list;
	timer->link = list;
	if (*list != NULL) {
		(*list)->link = &timer->next;
	}
	*list = timer;
}

static void
drop_list(struct wheel_timer **list)
{
	while (*list != NULL) {
		unlink_timer(*list);
	}
}

void
wheel_free(struct wheel *wheel)
{
	if (wheel == NULL) {
		return;
	}
	for (size_t i = 0; i < SLOTS; i++) {
		drop_list(&wheel->slots[i]);
	}
	drop_list(&wheel->overflow);
	drop_list(&wheel->ready);
	free(wheel);
}

/* The slot that is run first at or after a due time: never early. */
static int64_t
due_tick(struct mono due)
{
	return due.ns / SLOT_NS + (due.ns % SLOT_NS > 0);
}

static void
place(struct wheel *wheel, struct wheel_timer *timer)
{
	int64_t tick = due_tick(timer->due);

	if (tick < wheel->tick) {
		tick = wheel->tick;
	}
	push(tick - wheel->tick < SLOTS ? &wheel->slots[tick % SLOTS]
	    : &wheel->overflow, timer);
}

void
wheel_arm(struct wheel *wheel, struct wheel_timer *timer, struct mono due,
    wheel_fn *fn, void *arg)
{
	wheel_cancel(wheel, timer);
	timer->due = due;
	timer->fn = fn;
	timer->arg = arg;
	place(wheel, timer);
	wheel->n_armed++;
}

void
wheel_cancel(struct wheel *wheel, struct wheel_timer *timer)
{
	if (timer->link != NULL) {
		unlink_timer(timer);
		wheel->n_armed--;
	}
}

bool
wheel_armed(const struct wheel_timer *timer)
{
	return timer->link != NULL;
}

static void
refill(struct wheel *wheel)
{
	struct wheel_timer *next, *list = wheel->overflow;

	wheel->overflow = NULL;
	for (; list != NULL; list = next) {
		next = list->next;
		list->next = NULL;
		list->link = NULL;
		place(wheel, list);
	}
}

/* Moves a slot's timers to ready, reversing the push order. */
static void
collect(struct wheel *wheel, int64_t tick)
{
	struct wheel_timer *timer, **slot = &wheel->slots[tick % SLOTS];

	while ((timer = *slot) != NULL) {
		unlink_timer(timer);
		push(&wheel->ready, timer);
	}
}

size_t
wheel_run(struct wheel *wheel, struct mono now)
{
	int64_t last = now.ns / SLOT_NS;
	size_t n = 0;

	while (wheel->tick <= last) {
		/* nothing armed: jump, however far the clock went */
		if (wheel->n_armed == 0) {
			wheel->tick = last + 1;
			break;
		}
		collect(wheel, wheel->tick);
		wheel->tick++;
		if (wheel->tick % SLOTS == 0) {
			refill(wheel);
		}
		while (wheel->ready != NULL) {
			struct wheel_timer *timer = wheel->ready;

			unlink_timer(timer);
			wheel->n_armed--;
			timer->fn(timer->arg);
			n++;
		}
	}
	return n;
}

struct mono
wheel_next(const struct wheel *wheel)
{
	int64_t best = INT64_MAX;

	if (wheel->n_armed == 0) {
		return (struct mono){ INT64_MAX };
	}
	for (int64_t i = 0; i < SLOTS; i++) {
		if (wheel->slots[(wheel->tick + i) % SLOTS] != NULL) {
			best = (wheel->tick + i) * SLOT_NS;
			break;
		}
	}
	/*
	 * What is in the overflow is not due before the turn that sorts it in:
	 * walk it (it may hold all devices) only when no slot comes earlier.
	 */
	if (best < (wheel->tick / SLOTS + 1) * SLOTS * SLOT_NS) {
		return (struct mono){ best };
	}
	for (const struct wheel_timer *t = wheel->overflow; t != NULL; t = t->next) {
		if (due_tick(t->due) * SLOT_NS < best) {
			best = due_tick(t->due) * SLOT_NS;
		}
	}
	return (struct mono){ best };
}
