/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers that must wait: a bounded heap of copies ordered by due time.
 *
 * Route:  loop -> delay -> loop -> udp.
 * Thread: the loop's.
 */
#ifndef RACKSIM_DELAY_H
#define RACKSIM_DELAY_H

#include <stddef.h>
#include <stdint.h>

#include "udp.h"

/* Answers waiting at most; further ones are lost. */
#define DELAY_MAX 65536

struct delay_item {
	int64_t due_ms;			/* monotonic */
	struct udp_packet to;		/* bytes and len are the answer's */
};

struct delay {
	struct delay_item *items;	/* heap, the earliest first */
	size_t n, size;
};

/* Frees all that waits. */
void delay_done(struct delay *delay);

/* Copies an answer in. Errors: -1 when full or out of memory. */
int delay_put(struct delay *delay, int64_t due_ms, const struct udp_packet *to,
    const uint8_t *bytes, size_t len);

/*
 * Takes the earliest answer out if it is due.
 * Owns:   the caller frees ret_item->to.bytes.
 * Errors: -1 when none is due.
 */
int delay_take(struct delay *delay, int64_t now_ms,
    struct delay_item *ret_item);

/* Units:  returns ms until the earliest is due, -1 if nothing waits. */
int64_t delay_wait(const struct delay *delay, int64_t now_ms);

#endif
