/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Folding against chance: packets that are lost at random are no cause; and two
 * thousand random failures against a slow model that counts all anew each time.
 */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fold_kit.h"
#include "alert/supply.h"

static uint64_t
draw(uint64_t *seed)
{
	/* xorshift64*.  Source: S. Vigna, "An experimental exploration of Marsaglia's
	 * xorshift generators, scrambled", 2016. */
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * UINT64_C(0x2545f4914f6cdd1d) >> 32;
}

static double
chance(uint64_t *seed)
{
	return (double)draw(seed) / 4294967296.0;
}

/* Under the sanitizers a tenth of it says as much. */
#ifdef __SANITIZE_ADDRESS__
#define N_SLOTS 100
#else
#define N_SLOTS 1000
#endif

/* ---- lost packets ---------------------------------------------------------------- */

/*
 * A poll of three requests, each tried three times; of twenty packets one is
 * lost, on the way there or back.
 */
static double
lost_polls(void)
{
	double attempt = 1.0 - 0.95 * 0.95, request = attempt * attempt * attempt;

	return 1.0 - (1.0 - request) * (1.0 - request) * (1.0 - request);
}

static void
lost_packets_are_no_cause(void **state)
{
	static const struct fold_kit_shape shape = { 10, 20, 25, true, true };
	struct reading reading = { .flags = READING_ENDED | READING_GOOD | READING_VOLTAGE,
	    .voltage_v = 221.0f };
	uint64_t seed = 20261122, limit = (uint64_t)(lost_polls() * 4294967296.0);
	struct fold_kit kit;
	struct supply *supply;
	uint32_t n_lost = 0, n_polls = 0;

	(void)state;
	fold_kit_init(&kit, &shape);
	supply = supply_new(kit.fold);
	assert_non_null(supply);
	assert_int_equal(supply_apply(supply), COL_OK);
	assert_int_equal(kit.inventory->count_racks * 2, 10000);
	for (int slot = 0; slot < N_SLOTS; slot++) {
		int64_t slot_ns = kit.now_ns;

		for (uint32_t i = 0; i < kit.n_racks; i++) {
			const struct rack *rack = kit.inventory->racks[kit.agenda[i].rack];

			kit.now_ns = slot_ns + kit.agenda[i].phase_ns;
			for (uint32_t d = 0; d < rack->n_devices; d++) {
				struct batch batch = { .device = rack->devices[d],
				    .slot = { slot_ns }, .started = { kit.now_ns } };
				bool lost = draw(&seed) < limit;

				batch.status = lost ? COL_POLL_TIMEOUT : COL_POLL_OK;
				supply_polled(supply, &batch, lost ? NULL : &reading,
				    (struct wall){ kit.now_ns },
				    (struct mono){ kit.now_ns });
				n_lost += lost;
				n_polls++;
			}
		}
		kit.now_ns = slot_ns + FOLD_KIT_INTERVAL;
		assert_int_equal(fold_step(kit.fold, (struct mono){ kit.now_ns }).ns, 0);
	}
	print_message("%u of %u polls were not answered\n", n_lost, n_polls);
	assert_true(n_lost > 20 * N_SLOTS);
	assert_int_equal(kit.n_log, 0);
	supply_free(supply);
	fold_kit_done(&kit);
}

/* ---- a slow model ---------------------------------------------------------------- */

#define NODES_MAX 32
#define LEAVES_MAX 96
#define N_FAILURES 2000

struct model {
	struct fold_kit *kit;
	enum fold_by by;
	uint32_t n_nodes, n_leaves;
	bool has[NODES_MAX][LEAVES_MAX];   /* leaves of a node, itself worked out */
	bool is_switch[NODES_MAX];
	enum fold_word word[LEAVES_MAX];
	int64_t lost_ns[LEAVES_MAX];       /* start of the poll that made it lost */
	int64_t good_ns[LEAVES_MAX];       /* of the last that was good, 0: none */
	int64_t ever_ns[LEAVES_MAX];       /* latest start of a good one */
	bool lost[NODES_MAX];
	uint32_t most[NODES_MAX], before[NODES_MAX];
	int64_t first_ns[NODES_MAX], due_ns[NODES_MAX];
};

static bool
device_behind(const struct inventory *inventory, const struct device *device,
    const struct device *through)
{
	if (device == through) {
		return true;
	}
	return device->through != NULL && device_behind(inventory,
	    inventory_device(inventory, device->through), through);
}

static bool
device_in(const struct inventory *inventory, const struct device *device,
    enum entity_kind kind, uint32_t index)
{
	struct entity_ref at = device->place;

	if (device->rack != INVENTORY_NONE) {
		at = (struct entity_ref){ ENTITY_ROW, inventory->racks[device->rack]->row };
	}
	while (at.kind > kind) {
		at.index = inventory->places[at.kind][at.index]->parent;
		at.kind--;
	}
	return at.kind == kind && at.index == index;
}

static bool
feed_on(const struct inventory *inventory, const struct topology *topology,
    uint32_t leaf, uint32_t node)
{
	for (uint32_t r = 0; r < inventory->n_racks; r++) {
		if (leaf >= topology->first_feed[r] && leaf < topology->first_feed[r + 1]) {
			uint32_t at = inventory->racks[r]->feeds[leaf -
			    topology->first_feed[r]].power;

			while (at != node && at != INVENTORY_NONE) {
				at = inventory->power[at].from;
			}
			return at == node;
		}
	}
	return false;
}

static void
model_init(struct model *model, struct fold_kit *kit, enum fold_by by)
{
	const struct topology *topology = fold_topology(kit->fold);

	memset(model, 0, sizeof(*model));
	model->kit = kit;
	model->by = by;
	model->n_nodes = topology->graphs[by].n_nodes;
	model->n_leaves = topology->graphs[by].n_leaves;
	assert_true(model->n_nodes <= NODES_MAX && model->n_leaves <= LEAVES_MAX);
	for (uint32_t n = 0; n < model->n_nodes; n++) {
		const struct topology_node *node = &topology->graphs[by].nodes[n];

		model->is_switch[n] = node->kind == TOPOLOGY_THROUGH;
		for (uint32_t l = 0; l < model->n_leaves; l++) {
			const struct device *const *devices = kit->inventory->devices;

			model->has[n][l] = by == FOLD_SUPPLY ?
			    feed_on(kit->inventory, topology, l, node->index) :
			    model->is_switch[n] ? device_behind(kit->inventory, devices[l],
			    devices[node->index]) : device_in(kit->inventory, devices[l],
			    node->place, node->index);
		}
	}
}

static uint32_t
model_count(const struct model *model, uint32_t node, bool fresh)
{
	int64_t good_ns = INT64_MIN;
	uint32_t n = 0;

	for (uint32_t l = 0; l < model->n_leaves && fresh; l++) {
		if (model->has[node][l] && model->ever_ns[l] > good_ns &&
		    model->ever_ns[l] != 0) {
			good_ns = model->ever_ns[l];
		}
	}
	for (uint32_t l = 0; l < model->n_leaves; l++) {
		n += model->has[node][l] && model->word[l] == FOLD_LOST &&
		    model->lost_ns[l] > good_ns;
	}
	return n;
}

static uint32_t
model_evidence(const struct model *model, uint32_t node, int64_t since_ns)
{
	uint32_t fresh = model_count(model, node, true), n_late = 0, n_good = 0;

	for (uint32_t l = 0; l < model->n_leaves; l++) {
		if (model->has[node][l]) {
			n_late += model->word[l] == FOLD_LOST && model->lost_ns[l] >= since_ns;
			n_good += model->word[l] == FOLD_GOOD;
		}
	}
	return fresh < 3 && model->by == FOLD_SUPPLY && n_late >= 3 &&
	    n_late / 3 >= n_good ? n_late : fresh;
}

static uint32_t
model_size(const struct model *model, uint32_t node)
{
	uint32_t n = 0;

	for (uint32_t l = 0; l < model->n_leaves; l++) {
		n += model->has[node][l];
	}
	return n;
}

/* Strictly below: fewer leaves, all of them there too. */
static bool
model_below(const struct model *model, uint32_t node, uint32_t above)
{
	for (uint32_t l = 0; l < model->n_leaves; l++) {
		if (model->has[node][l] && !model->has[above][l]) {
			return false;
		}
	}
	return model_size(model, node) < model_size(model, above);
}

static uint32_t
model_above(const struct model *model, uint32_t node)
{
	uint32_t best = TOPOLOGY_NONE;

	for (uint32_t n = 0; n < model->n_nodes; n++) {
		if (model->lost[n] && model_below(model, node, n) &&
		    (best == TOPOLOGY_NONE || model_size(model, n) >
		    model_size(model, best))) {
			best = n;
		}
	}
	return best;
}

/* The best node of those that have one of the leaves asked for. */
static uint32_t
model_common(const struct model *model, const bool *leaves, int64_t since_ns)
{
	uint32_t best = TOPOLOGY_NONE;

	for (uint32_t l = 0; l < model->n_leaves; l++) {
		uint32_t own = TOPOLOGY_NONE;

		for (uint32_t n = 0; n < model->n_nodes && leaves[l] &&
		    model->word[l] == FOLD_LOST; n++) {
			uint32_t fresh = model_evidence(model, n, since_ns);
			uint32_t of_own = own == TOPOLOGY_NONE ? 0 :
			    model_evidence(model, own, since_ns);

			if (model->has[n][l] && fresh >= 3 && (fresh > of_own ||
			    (fresh == of_own && model_size(model, n) <
			    model_size(model, own)))) {
				own = n;
			}
		}
		if (own == TOPOLOGY_NONE || model->lost[own] ||
		    model_above(model, own) != TOPOLOGY_NONE) {
			continue;
		}
		if (best == TOPOLOGY_NONE || model_evidence(model, own, since_ns) >
		    model_evidence(model, best, since_ns) || (model_evidence(model, own, since_ns) ==
		    model_evidence(model, best, since_ns) && model_size(model, own) <
		    model_size(model, best))) {
			best = own;
		}
	}
	return best;
}

static void
model_judge(struct model *model, const bool *leaves, int64_t since_ns)
{
	uint32_t node;

	while ((node = model_common(model, leaves, since_ns)) != TOPOLOGY_NONE) {
		int64_t good_ns = INT64_MIN;

		model->lost[node] = true;
		model->most[node] = model->before[node] = model_count(model, node, false);
		model->due_ns[node] = 0;
		model->first_ns[node] = INT64_MAX;
		for (uint32_t l = 0; l < model->n_leaves; l++) {
			if (model->has[node][l] && model->ever_ns[l] > good_ns) {
				good_ns = model->ever_ns[l];
			}
		}
		if (model_count(model, node, true) < 3) {
			good_ns = since_ns - 1;
		}
		for (uint32_t l = 0; l < model->n_leaves; l++) {
			if (model->has[node][l] && model->word[l] == FOLD_LOST &&
			    model->lost_ns[l] > good_ns &&
			    model->lost_ns[l] < model->first_ns[node]) {
				model->first_ns[node] = model->lost_ns[l];
			}
		}
	}
}

static void
model_end(struct model *model, uint32_t node, int64_t now_ns)
{
	model->lost[node] = false;
	model_judge(model, model->has[node], now_ns - 2 * FOLD_KIT_INTERVAL);
}

static void
model_report(struct model *model, uint32_t leaf, enum fold_word word, int64_t started_ns,
    int64_t now_ns)
{
	bool one[LEAVES_MAX] = { false };

	if ((word == FOLD_LOST && model->word[leaf] == FOLD_LOST) ||
	    (model->word[leaf] == FOLD_LOST && started_ns < model->lost_ns[leaf]) ||
	    (model->word[leaf] == FOLD_GOOD && started_ns < model->good_ns[leaf])) {
		return;
	}
	model->word[leaf] = word;
	if (word == FOLD_LOST) {
		model->lost_ns[leaf] = started_ns;
		one[leaf] = true;
		model_judge(model, one, started_ns - 2 * FOLD_KIT_INTERVAL);
	} else {
		model->good_ns[leaf] = model->ever_ns[leaf] = started_ns;
		for (uint32_t n = 0; n < model->n_nodes; n++) {
			if (model->lost[n] && model->has[n][leaf] &&
			    model->due_ns[n] == 0 && started_ns > model->first_ns[n]) {
				model->due_ns[n] = now_ns + FOLD_KIT_INTERVAL * 3 / 2;
			}
		}
	}
	for (uint32_t n = 0; n < model->n_nodes; n++) {
		uint32_t count = model_count(model, n, false), before = model->before[n];

		model->before[n] = count;
		model->most[n] = count > model->most[n] ? count : model->most[n];
		if (model->lost[n] && before > 0 && count == 0) {
			model_end(model, n, now_ns);
		}
	}
}

static void
model_step(struct model *model, int64_t now_ns)
{
	for (uint32_t n = 0; n < model->n_nodes; n++) {
		uint32_t count = model_count(model, n, false);

		if (!model->lost[n] || model->due_ns[n] == 0 || model->due_ns[n] > now_ns) {
			continue;
		}
		model->due_ns[n] = 0;
		if (model_count(model, n, true) < 3 &&
		    (count < 3 || count <= model->most[n] / 2)) {
			model_end(model, n, now_ns);
		}
	}
}

static void
compare(const struct model *model, int64_t now_ns)
{
	const struct fold *fold = model->kit->fold;

	for (uint32_t n = 0; n < model->n_nodes; n++) {
		char entity[ALERT_ENTITY_SIZE];

		topology_entity(fold_topology(fold), model->by, n, entity);
		if (fold_is_lost(fold, model->by, n) != model->lost[n] ||
		    fold_n_lost(fold, model->by, n) != model_count(model, n, false) ||
		    (model->lost[n] && fold_above(fold, model->by, FOLD_OF_NODE, n) !=
		    model_above(model, n))) {
			fail_msg("at %.3f s %s: lost %d, %u; the model says %d, %u",
			    (double)now_ns / 1e9, entity, fold_is_lost(fold, model->by, n),
			    fold_n_lost(fold, model->by, n), model->lost[n],
			    model_count(model, n, false));
		}
	}
}

struct failure { uint32_t node, leaf; int64_t begin_ns, end_ns; };
struct poll { int64_t started_ns, ended_ns; uint32_t leaf; bool lost; };

static int
compare_ends(const void *a, const void *b)
{
	const struct poll *x = a, *y = b;

	return (x->ended_ns > y->ended_ns) - (x->ended_ns < y->ended_ns);
}

/* Nodes and single leaves, for a third of an interval to four. */
static int64_t
make_failures(const struct model *model, uint64_t *seed, struct failure *failures)
{
	int64_t at_ns = FOLD_KIT_INTERVAL * 2;

	for (int i = 0; i < N_FAILURES; i++) {
		bool whole = chance(seed) < 0.5;

		at_ns += (int64_t)(chance(seed) * 0.5 * FOLD_KIT_INTERVAL);
		failures[i] = (struct failure){ TOPOLOGY_NONE, TOPOLOGY_NONE, at_ns, at_ns +
		    (int64_t)((0.3 + chance(seed) * 3.7) * FOLD_KIT_INTERVAL) };
		if (whole) {
			failures[i].node = (uint32_t)(draw(seed) % model->n_nodes);
		} else {
			failures[i].leaf = (uint32_t)(draw(seed) % model->n_leaves);
		}
		/* a pause now and then, so that all becomes good */
		at_ns += i % 20 == 19 ? 7 * FOLD_KIT_INTERVAL : 0;
	}
	return at_ns;
}

static bool
fails(const struct model *model, const struct failure *failures, uint32_t leaf, int64_t at_ns)
{
	for (int i = 0; i < N_FAILURES && failures[i].begin_ns <= at_ns; i++) {
		if (failures[i].end_ns > at_ns && (failures[i].leaf == leaf ||
		    (failures[i].node != TOPOLOGY_NONE &&
		    model->has[failures[i].node][leaf]))) {
			return true;
		}
	}
	return false;
}

static void
failures_match_the_model(struct fold_kit *kit, enum fold_by by, uint64_t seed)
{
	static struct model model;
	static struct failure failures[N_FAILURES];
	struct poll *polls;
	int64_t until_ns;
	size_t n = 0, room;
	uint32_t n_lost = 0, n_moved = 0;

	model_init(&model, kit, by);
	until_ns = make_failures(&model, &seed, failures);
	room = (size_t)(until_ns / FOLD_KIT_INTERVAL + 8) * model.n_leaves;
	polls = calloc(room, sizeof(*polls));
	assert_non_null(polls);
	for (uint32_t l = 0; l < model.n_leaves; l++) {
		int64_t at_ns = (int64_t)(chance(&seed) * FOLD_KIT_INTERVAL) + 1;

		for (; at_ns < until_ns + 6 * FOLD_KIT_INTERVAL; at_ns += FOLD_KIT_INTERVAL) {
			struct poll *poll = &polls[n++];

			assert_true(n < room);
			poll->leaf = l;
			poll->started_ns = at_ns;
			poll->lost = fails(&model, failures, l, at_ns);
			/* answers are quick, most of the time; silence takes its time */
			poll->ended_ns = at_ns + (int64_t)((poll->lost ? 3.0 : 0.0) * NS_PER_S +
			    chance(&seed) * (chance(&seed) < 0.9 ? 0.1 : 6.0) * NS_PER_S);
		}
	}
	qsort(polls, n, sizeof(*polls), compare_ends);
	for (size_t i = 0; i < n; i++) {
		kit->now_ns = polls[i].ended_ns;
		kit->n_log = 0;
		fold_kit_report(kit, by, polls[i].leaf, polls[i].lost ? FOLD_LOST : FOLD_GOOD,
		    polls[i].started_ns);
		n_lost += fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE);
		n_moved += fold_kit_count(kit, FOLD_NODE_MOVED, TOPOLOGY_NONE);
		model_report(&model, polls[i].leaf, polls[i].lost ? FOLD_LOST : FOLD_GOOD,
		    polls[i].started_ns, kit->now_ns);
		model_step(&model, kit->now_ns);
		if (i % 8 == 0 || kit->n_log > 0) {
			compare(&model, kit->now_ns);
		}
	}
	for (uint32_t node = 0; node < model.n_nodes; node++) {
		assert_false(fold_is_lost(kit->fold, by, node));
	}
	print_message("%u nodes lost, %u moved\n", n_lost, n_moved);
	assert_true(n_lost > 200 && n_moved > 50);
	free(polls);
}

static void
random_failures(void **state)
{
	static const struct fold_kit_shape shape = { 2, 3, 6, true, true };
	struct fold_kit kit;

	(void)state;
	fold_kit_init(&kit, &shape);
	failures_match_the_model(&kit, FOLD_SUPPLY, 1);
	fold_kit_done(&kit);
	fold_kit_init(&kit, &shape);
	failures_match_the_model(&kit, FOLD_REACH, 2);
	fold_kit_done(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_packets_are_no_cause),
		cmocka_unit_test(random_failures),
	};

	return cmocka_run_group_tests_name("alert_fold_random", tests, NULL, NULL);
}
