/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folding's own struct, for its two files: what becomes of causes, and who
 * goes under which.
 *
 * Route: folding.h from outside.  Thread: FLOW.
 */
#ifndef ALERT_FOLDING_INNER_H
#define ALERT_FOLDING_INNER_H

#include <stdbool.h>
#include <stdint.h>

#include <uthash.h>

#include "alert/engine.h"
#include "alert/folding.h"
#include "alert/supply.h"

/* A node that is lost, or was until lately, with its episode. */
struct cause_key { uint32_t by, node; };

struct cause {
	struct cause_key key;
	int64_t episode;        /* its id; open or, until it is let go, just ended */
	uint32_t n_lost;
	struct wall since;
	struct mono counted;    /* when the count was kept last */
	bool has_news;          /* n_lost is not kept yet */
	UT_hash_handle hh;
};

struct folding {
	struct engine *engine;
	struct fold *fold;
	struct supply *supply;
	struct cause *causes;
	bool is_moved;          /* what is under what must be asked anew */
	struct mono again;      /* when to ask for what was getting well; 0: none is */
	uint32_t *feed_rules;   /* [n_feed_rules] on feeds that are lost */
	uint32_t n_feed_rules;
};

/* NULL: nothing is lost there. */
struct cause *folding_cause(const struct folding *folding, enum fold_by by, uint32_t node);
/* The episode that one of `of` goes under, 0: none.  by: a bit per enum fold_by. */
int64_t folding_found(const struct folding *folding, uint32_t by, enum fold_of of,
    uint32_t index);

#endif
