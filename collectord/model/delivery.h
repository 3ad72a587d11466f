/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A delivery: one message to one receiver and how far it came.  Plain values.
 *
 * Route: notify makes it, state keeps it, http shows it.  Thread: any.
 */
#ifndef MODEL_DELIVERY_H
#define MODEL_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "model/notice.h"

enum delivery_state {
	DELIVERY_QUEUED = 0,    /* waits for its turn or its next try */
	DELIVERY_DELIVERED,     /* the receiver has accepted it */
	DELIVERY_DEAD,          /* dead letter: refused, or too old */
	DELIVERY_MERGED,        /* said by another delivery (`into`) */
	DELIVERY_STATE_N
};
const char *delivery_state_text(enum delivery_state state); /* "queued" */

struct delivery {
	int64_t id;             /* rises; order within (receiver, group) */
	char receiver[64], group[128];
	char key[40];           /* notice.id */
	enum notice_type type;
	enum delivery_state state;
	bool test, repeat;
	struct wall created, next_try, ended;
	unsigned attempts;
	bool doubtful;          /* an attempt may have arrived: its body must not change */
	int64_t into, replay_of; /* other deliveries, 0: none */
	char error[200];        /* of the last attempt, code and words; "" */
	char *notice;           /* JSON; owned by the holder, may be NULL in lists */
};

struct attempt {
	int64_t delivery;
	unsigned number;        /* from 1 */
	struct wall at;
	uint32_t ms;
	long status;            /* of HTTP, 0: no answer */
	char verdict[24];       /* "accepted", "retry", "refused", "gone", … */
	char error[200];        /* curl's or the robot's words */
	char *request;          /* head and body, secrets masked, at most 8 KiB; owned */
	char *reply;            /* at most 2 KiB, cleaned; owned */
};

#endif
