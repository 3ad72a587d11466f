/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Composing: what a notice says, made of alerts; how a waiting one is brought up
 * to date; how many become a digest.
 *
 * Route: notify's groups and queue.  Thread: any, plain values.
 * Source: domain.md 4.3.
 */
#ifndef ALERT_COMPOSE_H
#define ALERT_COMPOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/notice.h"
#include "model/receiver.h"

#define COMPOSE_DIGEST_ALERTS 10

/*
 * How many alerts a message to such a receiver may have; split: the others come
 * in further messages (machines need every one), else they are only counted.
 */
struct compose_limit { size_t most; bool split; };
struct compose_limit compose_limit(enum receiver_type type);
/* Whether a receiver of that type understands a digest. */
bool compose_digests(enum receiver_type type);

bool compose_is_over(const struct alert *alert);
/* Firing ones first, worst first, oldest first. */
void compose_sort(struct alert *alerts, size_t n);
/* Sorts, and leaves only the first ones where there are too many. */
void compose_cut(struct notice *notice, size_t most);
/* FIRING or RESOLVED, by what its alerts are. */
enum notice_type compose_type(const struct notice *notice);
enum severity compose_worst(const struct notice *notice);

/*
 * Puts an alert's new state in the place of what a notice says of it as firing.
 * False, and nothing changed, where it says nothing of it or may not change:
 * only firing notices say something new, others say what was done.
 */
bool compose_renew(struct notice *notice, const struct alert *alert);

/* Owns: the caller frees it; NULL: no memory. */
char *compose_text(const struct notice *notice);

/* A digest in the making: messages are added newest first, so that of each alert
 * the newest word counts. */
struct compose_digest {
	struct alert worst[COMPOSE_DIGEST_ALERTS];
	size_t n;
	uint32_t n_more;
	int64_t *seen;                  /* ids, open addressing; 0: free */
	size_t n_seen, room;
};
void compose_digest_add(struct compose_digest *digest, const struct notice *notice);
/* Gives alerts and n_more to notice.  Errors: COL_ENOMEM. */
int compose_digest_end(struct compose_digest *digest, struct notice *notice);

#endif
