/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reports and verdicts.  A node keeps how many leaves below it are lost and how
 * many of these were lost after the last good one, by starts of polls: so a
 * report costs one walk up, and whether a node is lost is seen there.
 *
 * Reports come out of order by the length of a poll: a good one that started
 * before a loss that is known already leaves that loss as it is; then, and only
 * then, the fresh losses below are counted again.
 */
#include <config.h>

#include "alert/fold.h"
#include "alert/fold_inner.h"

#include <assert.h>
#include <stdlib.h>

struct fold *
fold_new(fold_verdict_fn *fn, void *arg)
{
	struct fold *fold = calloc(1, sizeof(*fold));

	if (fold != NULL) {
		fold->fn = fn;
		fold->arg = arg;
	}
	return fold;
}

void
fold_free(struct fold *fold)
{
	if (fold == NULL) {
		return;
	}
	for (unsigned by = 0; by < FOLD_N; by++) {
		fold_side_done(&fold->sides[by]);
	}
	topology_free(fold->topology);
	free(fold);
}

const struct topology *
fold_topology(const struct fold *fold)
{
	return fold->topology;
}

void
fold_tell(struct fold *fold, enum fold_by by, enum fold_verdict_kind kind,
    const struct fold_episode *episode)
{
	struct fold_verdict verdict = { .kind = kind, .by = by, .node = episode->node,
	    .above = episode->above, .above_by = episode->above_by,
	    .n_lost = fold->sides[by].nodes[episode->node].n_lost,
	    .n_most = episode->n_most, .since = episode->since };

	fold->fn(fold->arg, &verdict);
}

/* ---- episodes -------------------------------------------------------------------- */

struct fold_episode *
fold_lost_at(const struct fold *fold, enum fold_by by, uint32_t node)
{
	const struct fold_side *side = &fold->sides[by];
	uint32_t at = side->nodes[node].episode;

	return at != TOPOLOGY_NONE && side->episodes[at].stage == FOLD_STAGE_LOST ?
	    &side->episodes[at] : NULL;
}

void
fold_close(struct fold_side *side, struct fold_episode *episode)
{
	struct fold_episode *last = &side->episodes[--side->n_episodes];
	uint32_t at = (uint32_t)(episode - side->episodes);

	side->nodes[episode->node].episode = TOPOLOGY_NONE;
	if (episode != last) {
		*episode = *last;
		side->nodes[episode->node].episode = at;
	}
}

struct fold_episode *
fold_open(struct fold *fold, enum fold_by by, uint32_t node)
{
	struct fold_side *side = &fold->sides[by];
	uint32_t at = side->nodes[node].episode;

	if (at == TOPOLOGY_NONE) {
		at = side->n_episodes++;
		side->nodes[node].episode = at;
	}
	side->episodes[at] = (struct fold_episode){ .node = node,
	    .stage = FOLD_STAGE_LOST, .above = TOPOLOGY_NONE, .above_by = by,
	    .n_most = side->nodes[node].n_lost, .n_told = side->nodes[node].n_lost,
	    .first_ns = INT64_MIN };
	return &side->episodes[at];
}

/*
 * How many losses speak for a node: those since its last good leaf, if they are
 * enough.  A few leaves may hang elsewhere than is written and be good all the
 * time: of a node of SUPPLY it is enough, too, when of its leaves three are lost
 * since since_ns for each one that is good.
 */
static uint32_t
evidence(const struct fold *fold, enum fold_by by, uint32_t n, int64_t since_ns)
{
	const struct fold_side *side = &fold->sides[by];
	const struct fold_node *node = &side->nodes[n];
	uint32_t n_recent = side->n_recent < FOLD_RECENT ? (uint32_t)side->n_recent :
	    FOLD_RECENT, n_late = 0;

	if (node->n_fresh >= FOLD_LEAST || by != FOLD_SUPPLY ||
	    node->n_lost < FOLD_LEAST || node->n_lost / FOLD_LEAST < node->n_good) {
		return node->n_fresh;
	}
	for (uint32_t i = 0; i < n_recent; i++) {
		const struct fold_recent *recent = &side->recent[i];

		n_late += recent->at_ns >= since_ns &&
		    side->leaves[recent->leaf].word == FOLD_LOST &&
		    side->leaves[recent->leaf].at_ns == recent->at_ns &&
		    fold_leaf_below(fold, by, recent->leaf, n);
	}
	return n_late >= FOLD_LEAST && n_late / FOLD_LEAST >= node->n_good ? n_late :
	    node->n_fresh;
}

/* When the losses that make a node lost began. */
static void
find_since(const struct fold *fold, enum fold_by by, struct fold_episode *episode,
    int64_t since_ns)
{
	const struct fold_side *side = &fold->sides[by];
	const struct fold_node *node = &side->nodes[episode->node];
	int64_t after_ns = node->n_fresh >= FOLD_LEAST ? node->good_ns : since_ns - 1;

	episode->first_ns = INT64_MAX;
	for (uint32_t i = 0; i < side->n_lost; i++) {
		const struct fold_leaf *leaf = &side->leaves[side->lost[i]];

		if (leaf->at_ns > after_ns && leaf->at_ns < episode->first_ns &&
		    fold_leaf_below(fold, by, side->lost[i], episode->node)) {
			episode->first_ns = leaf->at_ns;
			episode->since.ns = leaf->slot_ns;
		}
	}
}

/* Devices that a lost node of SUPPLY explains count no more, but for those of a
 * node that has fired already: its alert is folded, not taken back. */
static void
explain(struct fold *fold, struct mono now)
{
	struct fold_side *side = &fold->sides[FOLD_REACH];

	for (uint32_t i = side->n_lost; i-- > 0;) {
		struct fold_report report = { FOLD_REACH, side->lost[i], FOLD_ABSENT,
		    { 0 }, { 0 } };

		if (fold_explained(fold, report.leaf) &&
		    fold_above(fold, FOLD_REACH, FOLD_OF_LEAF, report.leaf) ==
		    TOPOLOGY_NONE) {
			fold_report(fold, &report, now);
		}
	}
}

/* A node, and what speaks for it. */
struct common { uint32_t node, n; };

/* More losses; of two with as many the smaller; of two alike the first, so
 * switches first. */
static bool
is_better(const struct topology_node *nodes, struct common a, struct common than)
{
	return than.node == TOPOLOGY_NONE || a.n > than.n ||
	    (a.n == than.n && nodes[a.node].n_leaves < nodes[than.node].n_leaves);
}

/* The node that all losses about a leaf have in common, or NONE; also when a lost
 * one above says so already. */
static uint32_t
find_common(const struct fold *fold, enum fold_by by, uint32_t leaf, int64_t since_ns)
{
	const struct topology_graph *graph = &fold->topology->graphs[by];
	const struct fold_side *side = &fold->sides[by];
	struct common best = { TOPOLOGY_NONE, 0 };

	for (unsigned way = TOPOLOGY_WAYS; way-- > 0;) {
		for (uint32_t n = graph->up[leaf][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			struct common common = { n, evidence(fold, by, n, since_ns) };

			if (common.n >= FOLD_LEAST &&
			    is_better(graph->nodes, common, best)) {
				best = common;
			}
		}
	}
	if (best.node != TOPOLOGY_NONE && (fold_lost_at(fold, by, best.node) != NULL ||
	    fold_highest_lost(fold, by, best.node) != TOPOLOGY_NONE)) {
		return TOPOLOGY_NONE;
	}
	return best.node;
}

static void
declare(struct fold *fold, enum fold_by by, uint32_t node, int64_t since_ns,
    struct mono now)
{
	struct fold_episode *episode = fold_open(fold, by, node);

	find_since(fold, by, episode, since_ns);
	fold_tell(fold, by, FOLD_NODE_LOST, episode);
	if (by == FOLD_SUPPLY) {
		explain(fold, now);
	}
}

static void
judge(struct fold *fold, enum fold_by by, uint32_t leaf, struct mono now)
{
	int64_t since_ns = fold->sides[by].leaves[leaf].at_ns -
	    FOLD_LATELY * fold->interval_ns;
	uint32_t node = find_common(fold, by, leaf, since_ns);

	if (node != TOPOLOGY_NONE) {
		declare(fold, by, node, since_ns, now);
		fold_arrange(fold);
	}
}

/* What is still lost below a node that is over: the best of what they have in
 * common first, for that may have the others below it. */
static void
judge_rest(struct fold *fold, enum fold_by by, uint32_t over, struct mono now)
{
	const struct topology_node *nodes = fold->topology->graphs[by].nodes;
	struct fold_side *side = &fold->sides[by];
	int64_t since_ns = now.ns - FOLD_LATELY * fold->interval_ns;
	uint32_t n = 0;

	for (uint32_t i = 0; i < side->n_lost; i++) {
		uint32_t node = fold_leaf_below(fold, by, side->lost[i], over) ?
		    find_common(fold, by, side->lost[i], since_ns) : TOPOLOGY_NONE;
		uint32_t k = 0;

		while (k < n && side->common[k] != node) {
			k++;
		}
		if (node != TOPOLOGY_NONE && k == n) {
			side->common[n++] = node;
		}
	}
	for (uint32_t done = 0; done < n; done++) {
		struct common best = { TOPOLOGY_NONE, 0 };
		uint32_t at = done;

		for (uint32_t k = done; k < n; k++) {
			struct common common = { side->common[k],
			    evidence(fold, by, side->common[k], since_ns) };

			if (is_better(nodes, common, best)) {
				best = common;
				at = k;
			}
		}
		side->common[at] = side->common[done];
		if (fold_highest_lost(fold, by, best.node) == TOPOLOGY_NONE) {
			declare(fold, by, best.node, since_ns, now);
		}
	}
}

void
fold_end(struct fold *fold, enum fold_by by, uint32_t node, struct mono now)
{
	struct fold_side *side = &fold->sides[by];
	struct fold_episode *episode = fold_lost_at(fold, by, node);

	assert(episode != NULL);
	episode->stage = FOLD_STAGE_LINGER;
	episode->due.ns = now.ns + 2 * fold->interval_ns;
	judge_rest(fold, by, node, now);
	for (uint32_t i = 0; i < side->n_lost; i++) {
		if (fold_leaf_below(fold, by, side->lost[i], node)) {
			side->leaves[side->lost[i]].alone = true;
		}
	}
	fold_arrange(fold);
	fold_tell(fold, by, FOLD_NODE_OVER, &side->episodes[side->nodes[node].episode]);
}

/* ---- reports --------------------------------------------------------------------- */

/* The fresh losses of a node, counted anew: of the newest ones, or of all. */
static void
recount(const struct fold *fold, enum fold_by by, uint32_t n)
{
	const struct fold_side *side = &fold->sides[by];
	struct fold_node *node = &side->nodes[n];
	uint64_t n_recent = side->n_recent < FOLD_RECENT ? side->n_recent : FOLD_RECENT;

	node->n_fresh = 0;
	for (uint64_t i = 0; i < n_recent && node->good_ns >= side->older_ns; i++) {
		const struct fold_recent *recent = &side->recent[i];
		const struct fold_leaf *leaf = &side->leaves[recent->leaf];

		/* it may have been good since, and lost again */
		if (leaf->word == FOLD_LOST && leaf->at_ns == recent->at_ns &&
		    leaf->at_ns > node->good_ns &&
		    fold_leaf_below(fold, by, recent->leaf, n)) {
			node->n_fresh++;
		}
	}
	if (node->good_ns >= side->older_ns) {
		return;
	}
	for (uint32_t i = 0; i < side->n_lost; i++) {
		if (side->leaves[side->lost[i]].at_ns > node->good_ns &&
		    fold_leaf_below(fold, by, side->lost[i], n)) {
			node->n_fresh++;
		}
	}
}

/* Takes a leaf out of the list of the lost ones and out of the counts. */
static void
unlose(struct fold *fold, enum fold_by by, uint32_t at)
{
	const struct topology_graph *graph = &fold->topology->graphs[by];
	struct fold_side *side = &fold->sides[by];
	struct fold_leaf *leaf = &side->leaves[at];
	uint32_t last = side->lost[--side->n_lost];

	side->lost[leaf->place] = last;
	side->leaves[last].place = leaf->place;
	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[at][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			side->nodes[n].n_lost--;
			side->nodes[n].n_fresh -= leaf->at_ns > side->nodes[n].good_ns;
		}
	}
}

static void
lose(struct fold *fold, enum fold_by by, uint32_t at)
{
	const struct topology_graph *graph = &fold->topology->graphs[by];
	struct fold_side *side = &fold->sides[by];
	struct fold_leaf *leaf = &side->leaves[at];
	struct fold_recent *recent = &side->recent[side->n_recent % FOLD_RECENT];

	if (side->n_recent++ >= FOLD_RECENT && recent->at_ns > side->older_ns) {
		side->older_ns = recent->at_ns;
	}
	*recent = (struct fold_recent){ leaf->at_ns, at };
	leaf->alone = false;
	leaf->place = side->n_lost;
	side->lost[side->n_lost++] = at;
	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[at][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			struct fold_node *node = &side->nodes[n];

			node->n_lost++;
			node->n_fresh += leaf->at_ns > node->good_ns;
			if (leaf->at_ns > node->newest_ns) {
				node->newest_ns = leaf->at_ns;
			}
		}
	}
}

static void
count_good(struct fold *fold, enum fold_by by, uint32_t leaf, int more)
{
	const struct topology_graph *graph = &fold->topology->graphs[by];

	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[leaf][way]; n != TOPOLOGY_NONE;
		    n = graph->nodes[n].parent) {
			fold->sides[by].nodes[n].n_good += (uint32_t)more;
		}
	}
}

/* A good poll: losses that had started before it are no longer fresh. */
static void
mark_good(struct fold *fold, const struct fold_report *report, struct mono now)
{
	const struct topology_graph *graph = &fold->topology->graphs[report->by];
	struct fold_side *side = &fold->sides[report->by];

	for (unsigned way = 0; way < TOPOLOGY_WAYS; way++) {
		for (uint32_t n = graph->up[report->leaf][way]; n != TOPOLOGY_NONE;
		    n = side->nodes[n].parent) {
			struct fold_node *node = &side->nodes[n];
			struct fold_episode *episode;

			if (report->started.ns > node->good_ns) {
				node->good_ns = report->started.ns;
				if (node->n_fresh > 0 && node->newest_ns > node->good_ns) {
					recount(fold, report->by, n);
				} else {
					node->n_fresh = 0;
				}
			}
			episode = node->episode != TOPOLOGY_NONE ?
			    fold_lost_at(fold, report->by, n) : NULL;
			if (episode != NULL && episode->due.ns == 0 &&
			    report->started.ns > episode->first_ns) {
				episode->good_ns = report->started.ns;
				episode->due.ns = now.ns + fold->interval_ns * 3 / 2;
			}
		}
	}
}

/* The first that is over, or NULL. */
static struct fold_episode *
empty_episode(const struct fold_side *side)
{
	for (uint32_t i = 0; i < side->n_episodes; i++) {
		if (side->episodes[i].stage == FOLD_STAGE_LOST &&
		    side->episodes[i].empty) {
			return &side->episodes[i];
		}
	}
	return NULL;
}

void
fold_tell_counts(struct fold *fold, enum fold_by by, struct mono now)
{
	struct fold_side *side = &fold->sides[by];
	struct fold_episode *episode;
	bool changed = false;

	for (uint32_t i = 0; i < side->n_episodes; i++) {
		uint32_t n_lost = side->nodes[side->episodes[i].node].n_lost;

		episode = &side->episodes[i];
		if (episode->stage == FOLD_STAGE_LOST && n_lost != episode->n_told) {
			episode->n_told = n_lost;
			episode->n_most = n_lost > episode->n_most ? n_lost :
			    episode->n_most;
			episode->empty = n_lost == 0;
			episode->restored = episode->restored && n_lost > 0 &&
			    n_lost < episode->n_most && episode->due.ns == 0;
			changed = true;
			/* a smaller one would only say what has answered so far */
			if (!episode->restored) {
				fold_tell(fold, by, FOLD_NODE_COUNT, episode);
			}
		}
	}
	/* an end moves the list about */
	while ((episode = empty_episode(side)) != NULL) {
		fold_end(fold, by, episode->node, now);
	}
	if (changed && by == FOLD_REACH && fold->sides[FOLD_SUPPLY].n_episodes > 0) {
		fold_arrange(fold); /* what is explained may have changed */
	}
}

void
fold_report(struct fold *fold, const struct fold_report *report, struct mono now)
{
	struct fold_side *side = &fold->sides[report->by];
	enum fold_word word = report->word;
	struct fold_leaf *leaf;
	bool was_lost;

	if (fold->topology == NULL ||
	    !topology_is_leaf(fold->topology, report->by, report->leaf)) {
		return;
	}
	leaf = &side->leaves[report->leaf];
	was_lost = leaf->word == FOLD_LOST;
	if (word == FOLD_LOST && report->by == FOLD_REACH && !was_lost &&
	    fold_explained(fold, report->leaf)) {
		word = FOLD_ABSENT;
	}
	if (word == FOLD_LOST && was_lost && report->started.ns > leaf->seen_ns) {
		leaf->seen_ns = report->started.ns;
	}
	if (word == FOLD_UNKNOWN || (word == FOLD_LOST && was_lost) ||
	    (word != FOLD_ABSENT && leaf->word != FOLD_UNKNOWN &&
	    leaf->word != FOLD_ABSENT && report->started.ns < leaf->at_ns)) {
		return; /* nothing new, or older than what is known */
	}
	if (was_lost) {
		unlose(fold, report->by, report->leaf);
	}
	if ((leaf->word == FOLD_GOOD) != (word == FOLD_GOOD)) {
		count_good(fold, report->by, report->leaf, word == FOLD_GOOD ? 1 : -1);
	}
	leaf->word = (uint8_t)word;
	leaf->at_ns = leaf->seen_ns = report->started.ns;
	leaf->slot_ns = report->slot.ns;
	if (word == FOLD_LOST) {
		lose(fold, report->by, report->leaf);
		judge(fold, report->by, report->leaf, now);
	} else if (word == FOLD_GOOD) {
		mark_good(fold, report, now);
	}
	if (side->n_episodes > 0 && (was_lost || word == FOLD_LOST)) {
		fold_tell_counts(fold, report->by, now);
	}
}

/* ---- time ------------------------------------------------------------------------ */

/* One whose time has come, or NULL. */
static struct fold_episode *
due_episode(const struct fold_side *side, struct mono now)
{
	for (uint32_t i = 0; i < side->n_episodes; i++) {
		if (side->episodes[i].due.ns != 0 &&
		    side->episodes[i].due.ns <= now.ns) {
			return &side->episodes[i];
		}
	}
	return NULL;
}

/*
 * Some of what was lost has not been asked since others were good again: devices
 * that are down are polled less often.  Those shall not speak for being asked
 * late.
 */
static bool
waits(const struct fold *fold, enum fold_by by, const struct fold_episode *episode,
    struct mono now)
{
	const struct fold_side *side = &fold->sides[by];

	for (uint32_t i = 0; i < side->n_lost && now.ns < episode->good_ns +
	    FOLD_PATIENCE * fold->interval_ns; i++) {
		if (side->leaves[side->lost[i]].seen_ns < episode->good_ns &&
		    fold_leaf_below(fold, by, side->lost[i], episode->node)) {
			return true;
		}
	}
	return false;
}

/* Enough of it lasts to keep it: fresh losses, or most of what was lost. */
static bool
lasts(const struct fold_side *side, const struct fold_episode *episode)
{
	const struct fold_node *node = &side->nodes[episode->node];

	return node->n_fresh >= FOLD_LEAST ||
	    (node->n_lost >= FOLD_LEAST && node->n_lost > episode->n_most / 2);
}

struct mono
fold_step(struct fold *fold, struct mono now)
{
	struct mono next = { 0 };

	for (unsigned by = 0; by < FOLD_N; by++) {
		struct fold_side *side = &fold->sides[by];
		struct fold_episode *episode;

		while ((episode = due_episode(side, now)) != NULL) {
			episode->due.ns = 0;
			if (episode->stage == FOLD_STAGE_LINGER) {
				struct fold_episode ended = *episode;

				fold_close(side, episode);
				fold_tell(fold, (enum fold_by)by, FOLD_NODE_LET_GO,
				    &ended);
			} else if (waits(fold, (enum fold_by)by, episode, now)) {
				episode->due.ns = now.ns + fold->interval_ns / 4;
			} else if (!lasts(side, episode)) {
				fold_end(fold, (enum fold_by)by, episode->node, now);
			}
		}
		for (uint32_t i = 0; i < side->n_episodes; i++) {
			struct mono due = side->episodes[i].due;

			if (due.ns != 0 && (next.ns == 0 || due.ns < next.ns)) {
				next = due;
			}
		}
	}
	return next;
}
