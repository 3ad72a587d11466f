/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folding: which node is lost, when it is known, when it is over, whom it folds. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fold_kit.h"

static const struct fold_kit_shape HALL = { 1, 20, 20, true, false };

static int
start(void **state)
{
	static struct fold_kit kit;

	fold_kit_init(&kit, &HALL);
	fold_kit_slot(&kit, FOLD_SUPPLY, 0);
	assert_int_equal(kit.n_log, 0);
	*state = &kit;
	return 0;
}

static int
stop(void **state)
{
	fold_kit_done(*state);
	return 0;
}

/* Starts over with another shape. */
static void
reshape(struct fold_kit *kit, const struct fold_kit_shape *shape, enum fold_by by)
{
	fold_kit_done(kit);
	fold_kit_init(kit, shape);
	fold_kit_slot(kit, by, 0);
}

static uint32_t
above(const struct fold_kit *kit, enum fold_by by, enum fold_of of, uint32_t index)
{
	return fold_above(kit->fold, by, of, index);
}

static void
a_hall_is_one_node_and_known_at_the_third_report(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t ups = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	uint32_t leaf_a = fold_kit_feed(kit, "h1-r7-a3", 0);
	uint32_t rack = inventory_rack(kit->inventory, "h1-r7-a3")->index;

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:ups-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	/* the only hall of its UPS: the lowest that has all */
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, ups), 1);
	assert_int_equal(kit->decided_at, 3);
	assert_int_equal(kit->log[0].n_lost, 3);
	assert_int_equal(kit->log[0].since.ns, kit->now_ns - FOLD_KIT_INTERVAL);
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, ups), 400);
	assert_int_equal(kit->log[kit->n_log - 1].n_lost, 400);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf_a), ups);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf_a + 1), TOPOLOGY_NONE);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_RACK, rack), ups);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_DEVICE,
	    fold_kit_device(kit, "h1-r7-a3-pdu-a")), ups);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_DEVICE,
	    fold_kit_device(kit, "h1-r7-a3-pdu-b")), TOPOLOGY_NONE);
	/* it stays so */
	fold_kit_forget(kit);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(kit->n_log, 0);
	/* back, one by one: one end, with the last */
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:ups-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 1);
	assert_int_equal(kit->log[kit->n_log - 1].kind, FOLD_NODE_OVER);
	assert_int_equal(kit->log[kit->n_log - 1].n_lost, 0);
	assert_int_equal(kit->log[kit->n_log - 1].n_most, 400);
	/* and what clears a little later stays folded for two intervals */
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf_a), ups);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_RACK, rack), ups);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf_a), TOPOLOGY_NONE);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LET_GO, ups), 1);
	assert_int_equal(kit->n_log, 402);
}

static void
a_row_of_the_hall_is_the_row(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t row = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-r9-a", "");

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-r9-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, row), 1);
	assert_int_equal(kit->decided_at, 3);
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, row), 20);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF,
	    fold_kit_feed(kit, "h1-r8-a1", 0)), TOPOLOGY_NONE);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-r9-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, row), 1);
}

static void
letters_stand_in_for_a_tree(void **state)
{
	static const struct fold_kit_shape shape = { 2, 4, 10, false, false };
	struct fold_kit *kit = *state;
	uint32_t hall;

	reshape(kit, &shape, FOLD_SUPPLY);
	hall = fold_kit_node(kit, FOLD_SUPPLY, "hall:h2", "A");
	fold_kit_cut(kit, FOLD_SUPPLY, "hall:h2", "A", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, hall), 40);
	assert_true(fold_is_lost(kit->fold, FOLD_SUPPLY, hall));
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	/* feed B of the same hall is another letter, hall h1 another hall */
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF,
	    fold_kit_feed(kit, "h2-r1-a1", 1)), TOPOLOGY_NONE);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF,
	    fold_kit_feed(kit, "h1-r1-a1", 0)), TOPOLOGY_NONE);
}

static void
a_ups_of_several_halls_is_the_ups(void **state)
{
	static const struct fold_kit_shape shape = { 3, 4, 10, true, false };
	struct fold_kit *kit = *state;
	uint32_t ups;

	reshape(kit, &shape, FOLD_SUPPLY);
	ups = fold_kit_node(kit, FOLD_SUPPLY, "feed:ups-b", "");
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:ups-b", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_true(fold_is_lost(kit->fold, FOLD_SUPPLY, ups));
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, ups), 120);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF,
	    fold_kit_feed(kit, "h2-r3-a4", 1)), ups);
	/* at most a hall was taken for it first, and then folded into it */
	assert_true(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE) <= 2);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE),
	    1 + fold_kit_count(kit, FOLD_NODE_MOVED, TOPOLOGY_NONE));
}

static void
a_row_moves_up_when_the_rest_follows(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t row = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-r5-a", "");
	uint32_t hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	uint32_t leaf = fold_kit_feed(kit, "h1-r5-a2", 0);

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-r5-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf), row);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_NODE, row), TOPOLOGY_NONE);
	fold_kit_forget(kit);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, hall), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_MOVED, row), 1);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_NODE, row), hall);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf), hall);
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, hall), 400);
	/* the hall comes back, the row does not: it speaks for itself again */
	fold_kit_forget(kit);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, hall), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_MOVED, row), 1);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf), row);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-r5-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, row), 1);
}

static void
what_is_left_of_a_hall_is_judged_anew(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t row = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-r5-a", "");
	uint32_t hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_forget(kit);
	/* a breaker did not survive it */
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-r5-a", "", true);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, hall), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, row), 1);
	assert_true(fold_kit_when(kit, FOLD_NODE_LOST, row) <=
	    fold_kit_when(kit, FOLD_NODE_OVER, hall));
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF,
	    fold_kit_feed(kit, "h1-r5-a2", 0)), row);
}

static void
two_that_stay_lost_are_let_go(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	uint32_t one = fold_kit_feed(kit, "h1-r3-a3", 0);
	uint32_t other = fold_kit_feed(kit, "h1-r14-a8", 0);
	uint32_t good = fold_kit_feed(kit, "h1-r3-a4", 0);
	int64_t first_ns, over_ns;

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_forget(kit);
	kit->cut_leaf[FOLD_SUPPLY][one] = kit->cut_leaf[FOLD_SUPPLY][other] = true;
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 0);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, one), hall);
	first_ns = fold_kit_when(kit, FOLD_NODE_COUNT, hall);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	over_ns = fold_kit_when(kit, FOLD_NODE_OVER, hall);
	assert_true(over_ns - first_ns >= FOLD_KIT_INTERVAL * 3 / 2);
	assert_true(over_ns - first_ns < FOLD_KIT_INTERVAL * 7 / 4);
	assert_int_equal(kit->log[kit->n_log - 1].n_lost, 2);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, one), TOPOLOGY_NONE);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, other), TOPOLOGY_NONE);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, good), hall);
	/* what has spoken is not folded again when it gets well soon after */
	fold_kit_report(kit, FOLD_SUPPLY, one, FOLD_GOOD, kit->now_ns);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, one), TOPOLOGY_NONE);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, good), hall);
}

static void
who_is_asked_late_is_waited_for(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	uint32_t late = fold_kit_feed(kit, "h1-r3-a3", 0);
	uint32_t never = fold_kit_feed(kit, "h1-r14-a8", 0);
	int64_t first_ns;

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_forget(kit);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	/* all but two are good within an interval; these are not asked */
	for (uint32_t leaf = 0; leaf < 800; leaf += 2) {
		if (leaf != late && leaf != never) {
			fold_kit_report(kit, FOLD_SUPPLY, leaf, FOLD_GOOD, kit->now_ns);
		}
	}
	first_ns = kit->now_ns;
	fold_kit_wait(kit, 4 * FOLD_KIT_INTERVAL);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 0);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, late), hall);
	fold_kit_report(kit, FOLD_SUPPLY, late, FOLD_GOOD, kit->now_ns);
	/* but not for ever */
	while (fold_is_lost(kit->fold, FOLD_SUPPLY, hall)) {
		fold_kit_wait(kit, FOLD_KIT_INTERVAL / 4);
		assert_true(kit->now_ns - first_ns <= 7 * FOLD_KIT_INTERVAL);
	}
	assert_true(kit->now_ns - first_ns >= 6 * FOLD_KIT_INTERVAL);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, late), hall);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, never), TOPOLOGY_NONE);
}

static void
one_that_hangs_elsewhere_ends_nothing(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	uint32_t odd = fold_kit_feed(kit, "h1-r3-a3", 0);

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	for (int i = 0; i < 8; i++) {
		/* now good, now lost */
		fold_kit_report(kit, FOLD_SUPPLY, odd, i % 2 == 0 ? FOLD_GOOD : FOLD_LOST,
		    kit->now_ns);
		fold_kit_wait(kit, FOLD_KIT_INTERVAL);
	}
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, odd), hall);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 1);
}

static void
a_few_that_hang_elsewhere_hide_nothing(void **state)
{
	static const struct fold_kit_shape shape = { 1, 2, 13, true, false };
	struct fold_kit *kit = *state;
	uint32_t row;

	reshape(kit, &shape, FOLD_SUPPLY);
	row = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-r1-a", "");
	/* three of thirteen are good; silence is known late, after their answers:
	 * it takes nine that are lost, and none more that may be good */
	for (int i = 12; i >= 0; i--) {
		char id[32];
		bool good = i >= 10;

		snprintf(id, sizeof(id), "h1-r1-a%d", i + 1);
		assert_int_equal(kit->n_log, 0);
		fold_kit_report(kit, FOLD_SUPPLY, fold_kit_feed(kit, id, 0), good ?
		    FOLD_GOOD : FOLD_LOST, kit->now_ns + (good ? 50 : i));
	}
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_true(fold_is_lost(kit->fold, FOLD_SUPPLY, row));
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, row), 10);
	/* but as many over a day are no one cause */
	reshape(kit, &shape, FOLD_SUPPLY);
	for (int i = 0; i < 10; i++) {
		char id[32];

		fold_kit_slot(kit, FOLD_SUPPLY, 0);
		snprintf(id, sizeof(id), "h1-r1-a%d", i + 1);
		kit->cut_leaf[FOLD_SUPPLY][fold_kit_feed(kit, id, 0)] = true;
		fold_kit_slot(kit, FOLD_SUPPLY, 0);
	}
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 0);
}

static void
late_answers_and_few_losses(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t leaf[4];
	int64_t t = kit->now_ns;

	for (uint32_t i = 0; i < 4; i++) {
		char id[32];

		snprintf(id, sizeof(id), "h1-r2-a%u", i + 1);
		leaf[i] = fold_kit_feed(kit, id, 0);
	}
	/* a good one in between: the losses have not one cause */
	fold_kit_report(kit, FOLD_SUPPLY, leaf[0], FOLD_LOST, t + 10);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[1], FOLD_LOST, t + 20);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[3], FOLD_GOOD, t + 25);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[2], FOLD_LOST, t + 30);
	assert_int_equal(kit->n_log, 0);
	/* it had begun before them and came late: that is none in between */
	fold_kit_report(kit, FOLD_SUPPLY, leaf[0], FOLD_GOOD, t + 40);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[1], FOLD_GOOD, t + 41);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[2], FOLD_GOOD, t + 42);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[0], FOLD_LOST, t + 60);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[1], FOLD_LOST, t + 70);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[3], FOLD_GOOD, t + 55);
	assert_int_equal(kit->n_log, 0);
	fold_kit_report(kit, FOLD_SUPPLY, leaf[2], FOLD_LOST, t + 80);
	assert_int_equal(kit->n_log, 1);
	/* an answer that is older than the loss changes nothing */
	fold_kit_report(kit, FOLD_SUPPLY, leaf[2], FOLD_GOOD, t + 79);
	assert_int_equal(fold_leaf(kit->fold, FOLD_SUPPLY, leaf[2]), FOLD_LOST);
}

static void
small_and_absent_ones(void **state)
{
	static const struct fold_kit_shape shape = { 1, 2, 2, false, false };
	struct fold_kit *kit = *state;

	/* two racks of a row: never */
	reshape(kit, &shape, FOLD_SUPPLY);
	fold_kit_cut(kit, FOLD_SUPPLY, "row:h1-r1", "A", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(kit->n_log, 0);
	/* a third of the hall, but it is under maintenance, and then no more */
	fold_kit_report(kit, FOLD_SUPPLY, fold_kit_feed(kit, "h1-r2-a1", 0), FOLD_ABSENT,
	    kit->now_ns);
	fold_kit_cut(kit, FOLD_SUPPLY, "hall:h1", "A", true);
	fold_kit_report(kit, FOLD_SUPPLY, fold_kit_feed(kit, "h1-r2-a1", 0), FOLD_ABSENT,
	    kit->now_ns + 1);
	assert_int_equal(kit->n_log, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 0);
}

static void
a_site_and_a_switch(void **state)
{
	static const struct fold_kit_shape shape = { 2, 4, 10, true, true };
	struct fold_kit *kit = *state;
	uint32_t site, sw_hall, sw_row;

	reshape(kit, &shape, FOLD_REACH);
	site = fold_kit_node(kit, FOLD_REACH, "site:z", "");
	sw_hall = fold_kit_node(kit, FOLD_REACH, "device:sw-h1", "");
	sw_row = fold_kit_node(kit, FOLD_REACH, "device:sw-h1-r2", "");
	/* all PDUs of feed A of the hall, in all its rows */
	fold_kit_cut(kit, FOLD_REACH, "device:sw-h1", "", true);
	fold_kit_slot(kit, FOLD_REACH, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_true(fold_is_lost(kit->fold, FOLD_REACH, sw_hall));
	assert_int_equal(above(kit, FOLD_REACH, FOLD_OF_DEVICE,
	    fold_kit_device(kit, "h1-r2-a1-pdu-a")), sw_hall);
	assert_int_equal(above(kit, FOLD_REACH, FOLD_OF_DEVICE,
	    fold_kit_device(kit, "h1-r2-a1-pdu-b")), TOPOLOGY_NONE);
	assert_int_equal(above(kit, FOLD_REACH, FOLD_OF_RACK,
	    inventory_rack(kit->inventory, "h1-r2-a1")->index), TOPOLOGY_NONE);
	/* and a row's switch beside it: neither is above the other */
	fold_kit_cut(kit, FOLD_REACH, "device:sw-h1-r2", "", true);
	fold_kit_slot(kit, FOLD_REACH, 0);
	assert_true(fold_is_lost(kit->fold, FOLD_REACH, sw_row) ||
	    fold_is_lost(kit->fold, FOLD_REACH, fold_kit_node(kit, FOLD_REACH,
	    "row:h1-r2", "")));
	assert_int_not_equal(above(kit, FOLD_REACH, FOLD_OF_RACK,
	    inventory_rack(kit->inventory, "h1-r2-a1")->index), TOPOLOGY_NONE);
	/* the whole site: one node above both */
	fold_kit_cut(kit, FOLD_REACH, "site:z", "", true);
	fold_kit_slot(kit, FOLD_REACH, 0);
	fold_kit_slot(kit, FOLD_REACH, 0);
	assert_true(fold_is_lost(kit->fold, FOLD_REACH, site));
	assert_int_equal(above(kit, FOLD_REACH, FOLD_OF_NODE, sw_hall), site);
	assert_int_equal(above(kit, FOLD_REACH, FOLD_OF_DEVICE,
	    fold_kit_device(kit, "h1-r2-a1-pdu-a")), site);
}

static void
power_explains_silence(void **state)
{
	static const struct fold_kit_shape shape = { 1, 4, 10, true, true };
	struct fold_kit *kit = *state;
	struct fold_found found;
	uint32_t hall, device, sw;

	reshape(kit, &shape, FOLD_REACH);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	sw = fold_kit_node(kit, FOLD_REACH, "device:sw-h1", "");
	device = fold_kit_device(kit, "h1-r3-a3-pdu-a");
	/* silent first, as all behind the switch of the hall's feeds A */
	fold_kit_cut(kit, FOLD_REACH, "device:sw-h1", "", true);
	fold_kit_slot(kit, FOLD_REACH, 0);
	assert_true(fold_is_lost(kit->fold, FOLD_REACH, sw));
	assert_false(fold_find(kit->fold, 1u << FOLD_REACH, FOLD_OF_NODE, sw, &found));
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_forget(kit);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	/* the feed says why: the switch's alert is folded into the hall's */
	assert_true(fold_find(kit->fold, 1u << FOLD_REACH, FOLD_OF_NODE, sw, &found));
	assert_int_equal(found.by, FOLD_SUPPLY);
	assert_int_equal(found.node, hall);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 0);
	assert_true(fold_find(kit->fold, 1u << FOLD_REACH | 1u << FOLD_SUPPLY,
	    FOLD_OF_DEVICE, device, &found));
	assert_int_equal(found.by, FOLD_SUPPLY);
	/* all back; again, but now the power is known first: no alert of reach */
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	fold_kit_cut(kit, FOLD_REACH, "device:sw-h1", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_REACH, 0);
	for (int i = 0; i < 4; i++) {
		fold_kit_slot(kit, FOLD_SUPPLY, 0);
	}
	fold_kit_forget(kit);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_cut(kit, FOLD_REACH, "device:sw-h1", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	fold_kit_slot(kit, FOLD_REACH, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	assert_int_equal(fold_leaf(kit->fold, FOLD_REACH, device), FOLD_ABSENT);
	assert_true(fold_find(kit->fold, 1u << FOLD_REACH | 1u << FOLD_SUPPLY,
	    FOLD_OF_DEVICE, device, &found));
	assert_int_equal(found.node, hall);
}

static void
a_reload_in_the_middle_keeps_all(void **state)
{
	static const struct fold_kit_shape less = { 1, 19, 20, true, false };
	static const struct fold_kit_shape none = { 1, 20, 20, false, false };
	struct fold_kit *kit = *state;
	char *smaller = fold_kit_yaml(&less), *other = fold_kit_yaml(&none);
	uint32_t hall;

	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, FOLD_KIT_INTERVAL / 2);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	/* a row is gone: nodes have other numbers, the lost ones stay lost */
	fold_kit_reload(kit, smaller);
	hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	assert_true(fold_is_lost(kit->fold, FOLD_SUPPLY, hall));
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY, hall), 380);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 1);
	/* the tree is gone: over, with a word that it is gone */
	fold_kit_forget(kit);
	fold_kit_reload(kit, other);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 1);
	assert_true(kit->log[0].gone);
	assert_int_equal(fold_leaf(kit->fold, FOLD_SUPPLY,
	    fold_kit_feed(kit, "h1-r3-a3", 0)), FOLD_LOST);
	assert_int_equal(fold_n_lost(kit->fold, FOLD_SUPPLY,
	    fold_kit_node(kit, FOLD_SUPPLY, "hall:h1", "A")), 380);
	free(smaller);
	free(other);
}

static void
after_a_restart_it_waits_for_an_answer(void **state)
{
	struct fold_kit *kit = *state;
	uint32_t hall, leaf;

	fold_kit_done(kit);
	fold_kit_init(kit, &HALL);
	hall = fold_kit_node(kit, FOLD_SUPPLY, "feed:h1-a", "");
	leaf = fold_kit_feed(kit, "h1-r3-a3", 0);
	fold_restore(kit->fold, FOLD_SUPPLY, hall, 400, (struct wall){ 5 });
	assert_int_equal(above(kit, FOLD_SUPPLY, FOLD_OF_LEAF, leaf), hall);
	fold_kit_wait(kit, 10 * FOLD_KIT_INTERVAL);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", true);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	/* it is the same episode, and its count is not told from 1 on */
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_LOST, TOPOLOGY_NONE), 0);
	assert_int_equal(kit->n_log, 1);
	assert_int_equal(kit->log[0].n_lost, 400);
	fold_kit_cut(kit, FOLD_SUPPLY, "feed:h1-a", "", false);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, hall), 1);
	/* and when all had come back while nobody looked */
	fold_kit_done(kit);
	fold_kit_init(kit, &HALL);
	fold_restore(kit->fold, FOLD_SUPPLY, hall, 400, (struct wall){ 5 });
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(kit->n_log, 0);
	fold_kit_slot(kit, FOLD_SUPPLY, 0);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, hall), 1);
	assert_int_equal(fold_kit_count(kit, FOLD_NODE_OVER, TOPOLOGY_NONE), 1);
}

#define WITH_HALL(test) cmocka_unit_test_setup_teardown(test, start, stop)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_HALL(a_hall_is_one_node_and_known_at_the_third_report),
		WITH_HALL(a_row_of_the_hall_is_the_row),
		WITH_HALL(letters_stand_in_for_a_tree),
		WITH_HALL(a_ups_of_several_halls_is_the_ups),
		WITH_HALL(a_row_moves_up_when_the_rest_follows),
		WITH_HALL(what_is_left_of_a_hall_is_judged_anew),
		WITH_HALL(two_that_stay_lost_are_let_go),
		WITH_HALL(who_is_asked_late_is_waited_for),
		WITH_HALL(one_that_hangs_elsewhere_ends_nothing),
		WITH_HALL(a_few_that_hang_elsewhere_hide_nothing),
		WITH_HALL(late_answers_and_few_losses),
		WITH_HALL(small_and_absent_ones),
		WITH_HALL(a_site_and_a_switch),
		WITH_HALL(power_explains_silence),
		WITH_HALL(a_reload_in_the_middle_keeps_all),
		WITH_HALL(after_a_restart_it_waits_for_an_answer),
	};

	return cmocka_run_group_tests_name("alert_fold", tests, NULL, NULL);
}
