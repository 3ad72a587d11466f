/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folding: from the reports of single feeds and devices, which common cause
 * above them is lost; so that one alert speaks for all that hang on it.
 *
 * A node is lost once three leaves below it are, and none below it has been
 * good since the first of those three; or, of SUPPLY, when three have been lost
 * lately for each one that is good.  Of several such nodes it is the lowest that
 * has all of them.  It is over when nothing below is lost any more; or one and a
 * half intervals after a leaf below was good again, unless more than half of what
 * was lost still is (then a few leaves hang elsewhere than is written), or has
 * not been polled since.
 * A device whose feed is below a lost node of SUPPLY is explained: it does not
 * count in REACH.
 *
 * It knows no clock and no alerts: times come with the calls, the verdicts go
 * out by a callback.  What counts is when a poll started, not when it ended.
 *
 * Route: supply -> fold -> folding (episodes).  Thread: FLOW.
 * Source: docs/alerts.md, one cause, one alert.
 */
#ifndef ALERT_FOLD_H
#define ALERT_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/topology.h"
#include "base/clock.h"
#include "model/alert.h"

#define FOLD_LEAST 3           /* leaves that make a common cause */
/* Intervals within which losses are taken for one event, though some leaves below
 * are good all the time. */
#define FOLD_LATELY 2
/* Intervals that an end waits at most for what is polled less often while it is
 * down, and for the answers.  Source: poll/sched.h (SCHED_GAP_MAX). */
#define FOLD_PATIENCE 6

enum fold_word {
	FOLD_UNKNOWN = 0,      /* never heard of: a leaf's first state */
	FOLD_GOOD,
	FOLD_LOST,
	FOLD_ABSENT,           /* does not count: under maintenance, explained */
	FOLD_WORD_N
};

/* What one poll says of one leaf. */
struct fold_report {
	enum fold_by by;
	uint32_t leaf;
	enum fold_word word;
	struct mono started;   /* of the poll: orders reports */
	struct wall slot;      /* of the poll: is told */
};

enum fold_verdict_kind {
	FOLD_NODE_LOST = 0,    /* fires */
	FOLD_NODE_COUNT,       /* n_lost has changed */
	FOLD_NODE_MOVED,       /* folded into `above` from now on; NONE: speaks itself */
	FOLD_NODE_OVER,        /* resolves; leaves that are lost are let go */
	FOLD_NODE_LET_GO,      /* two intervals later: all others are let go */
	FOLD_VERDICT_N
};

struct fold_verdict {
	enum fold_verdict_kind kind;
	enum fold_by by;
	uint32_t node;         /* of fold_topology() */
	uint32_t above;        /* node that folds it now, or NONE */
	enum fold_by above_by; /* REACH's may be explained by one of SUPPLY */
	uint32_t n_lost;       /* leaves lost below it */
	uint32_t n_most;       /* most of them in this episode */
	struct wall since;     /* slot of the first of the losses */
	bool gone;             /* OVER: the node is no more in the inventory */
};
/* Must not call back into the fold, but for fold_above and the other questions. */
typedef void fold_verdict_fn(void *arg, const struct fold_verdict *verdict);

struct fold;

/* Errors: NULL when memory is out.  Owns: free with fold_free. */
struct fold *fold_new(fold_verdict_fn *fn, void *arg);
void fold_free(struct fold *fold);               /* NULL is fine */
/*
 * Takes a topology over; what is known of leaves and nodes goes on by their
 * ids.  Nodes that are gone are over (told while the old topology holds).
 * Afterwards nodes have other numbers, and everything that is folded is to be
 * asked about anew.
 * Errors: COL_ENOMEM: the old one stays, topology is still the caller's.
 */
int fold_apply(struct fold *fold, struct topology *topology, int64_t interval_ns,
    struct mono now);
/* NULL before the first fold_apply. */
const struct topology *fold_topology(const struct fold *fold);

/* Shape: leaf of the graph; others are passed over.  Cost: the ways up. */
void fold_report(struct fold *fold, const struct fold_report *report, struct mono now);
/* Ends what is to end.  Returns when it wants to be called again; 0: no need. */
struct mono fold_step(struct fold *fold, struct mono now);
/*
 * After a restart: an episode on the node is open.  It is over as any other,
 * but not before something below it has answered.
 */
void fold_restore(struct fold *fold, enum fold_by by, uint32_t node, uint32_t n_most,
    struct wall since);

/* What is asked about. */
enum fold_of { FOLD_OF_LEAF = 0, FOLD_OF_NODE, FOLD_OF_RACK, FOLD_OF_DEVICE, FOLD_OF_N };
/*
 * The node whose alert one on this is folded into now, or NONE: the highest
 * lost one above; when there is none, one that has just ended.
 * A rack is folded by SUPPLY when one of its feeds is, by REACH when all its
 * devices are.  A device is folded by SUPPLY when its feed is; when it is on
 * none, when all feeds of its rack are.
 */
uint32_t fold_above(const struct fold *fold, enum fold_by by, enum fold_of of,
    uint32_t index);

struct fold_found { enum fold_by by; uint32_t node; };
/*
 * The same for a rule: by is a bit per enum fold_by, SUPPLY wins.  A node is one
 * of by's only bit; one of REACH may be folded into one of SUPPLY.
 */
bool fold_find(const struct fold *fold, uint32_t by, enum fold_of of, uint32_t index,
    struct fold_found *ret_found);

bool fold_is_lost(const struct fold *fold, enum fold_by by, uint32_t node);
uint32_t fold_n_lost(const struct fold *fold, enum fold_by by, uint32_t node);
enum fold_word fold_leaf(const struct fold *fold, enum fold_by by, uint32_t leaf);

#endif
