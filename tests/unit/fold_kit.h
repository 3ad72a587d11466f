/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A world for tests of folding: racks with two feeds that are polled at the
 * phases that the scheduler gives them, nodes that can be cut, and a log of
 * the verdicts.
 *
 * Thread: the test's.
 */
#ifndef TESTS_UNIT_FOLD_KIT_H
#define TESTS_UNIT_FOLD_KIT_H

#include "alert/fold.h"
#include "config/config.h"
#include "model/ids.h"

#define FOLD_KIT_INTERVAL (60 * NS_PER_S)
#define FOLD_KIT_LOG_MAX 4096

struct fold_kit_shape {
	unsigned n_halls, n_rows, n_racks;  /* rows of a hall, racks of a row */
	/* grid -> ups-a, ups-b -> h1-a … (of several halls) -> h1-r1-a … */
	bool tree;
	/* switch of a hall for its feeds A, one of each row for its feeds B */
	bool switches;
};

/* Starts in the order of their time. */
struct fold_kit_due { int64_t phase_ns; uint32_t rack; };

struct fold_kit {
	struct ids *ids;
	const struct config *config;
	const struct inventory *inventory;
	struct fold *fold;
	struct fold_kit_due *agenda;   /* [count_racks] */
	uint32_t n_racks;
	int64_t now_ns;
	bool *cut[FOLD_N];             /* [n_nodes]: by node; of SUPPLY power is off,
	                                * of REACH nothing comes through */
	bool *cut_leaf[FOLD_N];        /* [n_leaves] */
	struct fold_verdict log[FOLD_KIT_LOG_MAX];
	int64_t log_at_ns[FOLD_KIT_LOG_MAX];
	uint32_t n_log, n_lost_reports; /* since fold_kit_forget */
	uint32_t decided_at;           /* lost reports at the first FOLD_NODE_LOST */
};

/* Owns: free with fold_kit_done. */
void fold_kit_init(struct fold_kit *kit, const struct fold_kit_shape *shape);
void fold_kit_done(struct fold_kit *kit);
/* The inventory of a shape as YAML.  Owns: free with free. */
char *fold_kit_yaml(const struct fold_kit_shape *shape);
/* Another configuration, in the middle. */
void fold_kit_reload(struct fold_kit *kit, const char *yaml);

uint32_t fold_kit_node(const struct fold_kit *kit, enum fold_by by, const char *entity,
    const char *instance);
uint32_t fold_kit_feed(const struct fold_kit *kit, const char *rack, unsigned feed);
uint32_t fold_kit_device(const struct fold_kit *kit, const char *id);
void fold_kit_cut(struct fold_kit *kit, enum fold_by by, const char *entity,
    const char *instance, bool cut);
/* What a poll would find now. */
bool fold_kit_is_cut(const struct fold_kit *kit, enum fold_by by, uint32_t leaf);

/* Polls the feeds (SUPPLY) or devices (REACH) of all racks once, in the order of
 * their phases, from that time of the slot on. */
void fold_kit_slot(struct fold_kit *kit, enum fold_by by, int64_t from_ns);
/* Lets time pass without polls. */
void fold_kit_wait(struct fold_kit *kit, int64_t ns);
void fold_kit_report(struct fold_kit *kit, enum fold_by by, uint32_t leaf,
    enum fold_word word, int64_t started_ns);

void fold_kit_forget(struct fold_kit *kit);
/* How many verdicts of a kind, of a node or (NONE) of any. */
uint32_t fold_kit_count(const struct fold_kit *kit, enum fold_verdict_kind kind,
    uint32_t node);
/* When the first such came; -1: none. */
int64_t fold_kit_when(const struct fold_kit *kit, enum fold_verdict_kind kind,
    uint32_t node);

#endif
