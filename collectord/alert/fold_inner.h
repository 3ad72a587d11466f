/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of fold share: the states of leaves and nodes, and the open
 * episodes of nodes.
 *
 * Route: inside fold.  Thread: FLOW.
 */
#ifndef ALERT_FOLD_INNER_H
#define ALERT_FOLD_INNER_H

#include "alert/fold.h"

struct fold_leaf {
	int64_t at_ns;         /* mono: start of the poll that made it lost, or of the
	                        * last that was good */
	int64_t slot_ns;       /* wall: of that poll */
	int64_t seen_ns;       /* mono: start of the last poll that found it lost */
	uint32_t place;        /* in the list of the lost ones, while it is lost */
	uint8_t word;          /* enum fold_word */
	bool alone;            /* was lost when its node was over: speaks for itself
	                        * until it is lost anew */
};

/* Few bytes, for every report comes by here. */
struct fold_node {
	uint32_t parent;       /* as in the topology */
	uint32_t n_lost;       /* leaves lost at or below it */
	uint32_t n_fresh;      /* of these, those since good_ns */
	uint32_t n_good;       /* leaves good at or below it */
	uint32_t episode;      /* index in episodes, or NONE */
	int64_t good_ns;       /* latest start of a good poll below; INT64_MIN */
	int64_t newest_ns;     /* no loss below is later */
};

enum fold_stage { FOLD_STAGE_LOST = 0, FOLD_STAGE_LINGER };

struct fold_episode {
	uint32_t node;
	enum fold_stage stage;
	uint32_t above;        /* node that folds it, or NONE */
	enum fold_by above_by;
	uint32_t n_most, n_told;
	bool restored;         /* of before the start: not all that is lost is known */
	bool empty;            /* what was lost below is no more: it is over */
	int64_t first_ns;      /* mono: start of the poll of the first loss */
	int64_t good_ns;       /* mono: start of the poll that began its end */
	struct wall since;
	struct mono due;       /* when to look whether it is over, or when to let go;
	                        * 0: not yet */
};

/* The newest losses: most that is counted anew is among them. */
#define FOLD_RECENT 256
struct fold_recent { int64_t at_ns; uint32_t leaf; };

struct fold_side {
	uint32_t n_leaves, n_nodes;
	struct fold_leaf *leaves;
	struct fold_node *nodes;
	uint32_t *lost;        /* [n_leaves] leaves that are lost, in no order */
	uint32_t n_lost;
	struct fold_recent recent[FOLD_RECENT]; /* a ring */
	uint64_t n_recent;     /* put there so far */
	int64_t older_ns;      /* no loss that is not in the ring is later */
	uint32_t *common;      /* [n_nodes] scratch of fold_end */
	struct fold_episode *episodes;  /* [n_nodes] room, so that none fails */
	uint32_t n_episodes;
};

struct fold {
	fold_verdict_fn *fn;
	void *arg;
	struct topology *topology;      /* NULL before the first */
	int64_t interval_ns;
	struct fold_side sides[FOLD_N];
};

int fold_side_init(struct fold_side *side, const struct topology_graph *graph);
void fold_side_done(struct fold_side *side);
void fold_tell(struct fold *fold, enum fold_by by, enum fold_verdict_kind kind,
    const struct fold_episode *episode);
/* The open episode of a node that is lost (not lingering), or NULL. */
struct fold_episode *fold_lost_at(const struct fold *fold, enum fold_by by,
    uint32_t node);
/* Opens an episode; ends one that lingers.  It is not told. */
struct fold_episode *fold_open(struct fold *fold, enum fold_by by, uint32_t node);
/* Takes an episode out of the list. */
void fold_close(struct fold_side *side, struct fold_episode *episode);
/* The highest lost node above another, or NONE. */
uint32_t fold_highest_lost(const struct fold *fold, enum fold_by by, uint32_t node);
/* Looks anew at who folds whom on both sides; tells what has changed. */
void fold_arrange(struct fold *fold);
/* Counts that have changed are told; with nothing lost any more a node is over. */
void fold_tell_counts(struct fold *fold, enum fold_by by, struct mono now);
/* The end of one; what hangs together without it is judged anew. */
void fold_end(struct fold *fold, enum fold_by by, uint32_t node, struct mono now);
/* True when a lost node of SUPPLY says why a device is silent. */
bool fold_explained(const struct fold *fold, uint32_t device);
bool fold_leaf_below(const struct fold *fold, enum fold_by by, uint32_t leaf,
    uint32_t node);

#endif
