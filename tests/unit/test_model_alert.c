/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of alerts and deliveries; which silence holds for an alert. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/alert.h"
#include "model/delivery.h"

#define TEN ((struct wall){10})

/* Every value has a word of its own. */
#define ALL_DIFFER(type, text, n) do { \
	for (int a_ = 0; a_ < (n); a_++) { \
		assert_non_null(text((type)a_)); \
		for (int b_ = 0; b_ < a_; b_++) { \
			assert_string_not_equal(text((type)a_), text((type)b_)); \
		} \
	} \
} while (0)

static void
words(void **unused)
{
	(void)unused;
	ALL_DIFFER(enum alert_state, alert_state_text, ALERT_STATE_N);
	ALL_DIFFER(enum fold_by, fold_text, FOLD_N);
	ALL_DIFFER(enum alert_end, alert_end_text, ALERT_END_N);
	ALL_DIFFER(enum alert_change_kind, alert_change_text, ALERT_CHANGE_KIND_N);
	ALL_DIFFER(enum delivery_state, delivery_state_text, DELIVERY_STATE_N);
	assert_string_equal(alert_state_text(ALERT_FIRING), "firing");
	assert_string_equal(alert_state_text(ALERT_RESOLVED), "resolved");
	assert_string_equal(fold_text(FOLD_SUPPLY), "supply");
	assert_string_equal(alert_end_text(ALERT_END_NONE), "");
	assert_string_equal(alert_end_text(ALERT_END_ENTITY_GONE), "entity_gone");
	assert_string_equal(alert_change_text(CHANGE_FIRED), "fired");
	assert_string_equal(alert_change_text(CHANGE_STEADY), "steady");
	assert_string_equal(delivery_state_text(DELIVERY_DEAD), "dead");
	assert_string_equal(delivery_state_text(DELIVERY_MERGED), "merged");
}

static struct silence
quiet(int64_t id, const char *entity, const char *rule)
{
	struct silence silence = { .id = id, .from = {10}, .until = {20} };

	(void)str_copy(silence.entity, sizeof(silence.entity), entity);
	(void)str_copy(silence.rule, sizeof(silence.rule), rule);
	return silence;
}

static void
times(void **unused)
{
	struct silence silence = quiet(1, "rack:a1", "");

	(void)unused;
	assert_false(silence_active(&silence, (struct wall){9}));
	assert_true(silence_active(&silence, (struct wall){10}));
	assert_true(silence_active(&silence, (struct wall){19}));
	assert_false(silence_active(&silence, (struct wall){20}));
	silence.ended.ns = 15;
	assert_true(silence_active(&silence, (struct wall){14}));
	assert_false(silence_active(&silence, (struct wall){15}));
	/* ended before it began */
	silence.ended.ns = 5;
	assert_false(silence_active(&silence, (struct wall){12}));
}

static const struct alert on_device = { .rule = "inlet-hot", .entity = "device:p1",
	.area = "zz", .site = "zz1", .hall = "zz1-h1", .row = "zz1-h1-a", .rack = "a1" };
static const struct alert on_site = { .rule = "site-silent", .entity = "site:zz1",
	.area = "zz", .site = "zz1" };
static const struct alert on_self = { .rule = "disk-full", .entity = "collector:self" };

static void
below(void **unused)
{
	static const struct {
		const char *entity, *rule;
		bool device, site, self;
	} cases[] = {
		{ "province:henan", "", true, true, true },
		{ "province:henan", "inlet-*", true, false, false },
		{ "area:zz", "", true, true, false },
		{ "area:z", "", false, false, false },
		{ "site:zz1", "", true, true, false },
		{ "site:zz", "", false, false, false },
		{ "site:", "", false, false, false },
		{ "hall:", "", false, false, false },
		{ "hall:zz1-h1", "", true, false, false },
		{ "row:zz1-h1-a", "*-hot", true, false, false },
		{ "row:zz1-h1-b", "", false, false, false },
		{ "rack:a1", "inlet-hot", true, false, false },
		{ "rack:a1", "inlet", false, false, false },
		{ "device:p1", "?nlet*", true, false, false },
		{ "device:p2", "", false, false, false },
		{ "feed:a1", "", false, false, false },
		{ "collector:self", "", false, false, true },
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct silence *item = malloc(sizeof(*item));
		const struct silences *all;

		assert_non_null(item);
		*item = quiet(7, cases[i].entity, cases[i].rule);
		all = silences_new(1, item, 1);
		assert_int_equal(silences_find(all, &on_device, TEN) != NULL,
		    cases[i].device);
		assert_int_equal(silences_find(all, &on_site, TEN) != NULL,
		    cases[i].site);
		assert_int_equal(silences_find(all, &on_self, TEN) != NULL,
		    cases[i].self);
		assert_null(silences_find(all, &on_device, (struct wall){20}));
		silences_unref(all);
	}
}

static void
snapshots(void **unused)
{
	struct silence *items = calloc(3, sizeof(*items));
	const struct silences *all, *same;

	(void)unused;
	assert_non_null(items);
	items[0] = quiet(9, "site:zz1", "");
	items[1] = quiet(2, "site:zz1", "fan-*");
	items[2] = quiet(4, "area:zz", "");
	all = silences_new(5, items, 3);
	assert_int_equal(all->number, 5);
	assert_int_equal(all->items[0].id, 2);
	assert_int_equal(all->items[2].id, 9);
	assert_int_equal(silences_find(all, &on_site, TEN)->id, 4);
	same = silences_ref(all);
	silences_unref(all);
	assert_int_equal(same->n, 3);
	silences_unref(same);
	all = silences_new(6, NULL, 0);
	assert_null(silences_find(all, &on_site, TEN));
	silences_unref(all);
	silences_unref(NULL);
	assert_null(silences_ref(NULL));
	assert_null(silences_find(NULL, &on_site, TEN));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words), cmocka_unit_test(times), cmocka_unit_test(below),
		cmocka_unit_test(snapshots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
