/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Routes and keys of groups. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "alert/routes.h"
#include "base/str.h"
#include "model/inventory.h"
#include "base/arena.h"

static struct inventory *inventory;
static struct config config;
static struct receiver receivers[3];
static const char *const to_a[] = { "a", NULL }, *const to_b[] = { "b", NULL };
static const char *const to_bc[] = { "b", "c", NULL }, *const to_nobody[] = { NULL };

static int
set_up(void **unused)
{
	struct arena *arena;
	struct place *site;
	const struct place **sites;

	(void)unused;
	inventory = inventory_new();
	arena = inventory_arena(inventory);
	site = arena_alloc(arena, sizeof(*site));
	sites = arena_alloc(arena, sizeof(*sites));
	*site = (struct place){ .kind = ENTITY_SITE, .id = "zz1", .parent = INVENTORY_NONE };
	sites[0] = site;
	inventory->places[ENTITY_SITE] = sites;
	inventory->n_places[ENTITY_SITE] = 1;
	inventory_seal(inventory);
	for (int i = 0; i < 3; i++) {
		receivers[i].name = i == 0 ? "a" : i == 1 ? "b" : "c";
	}
	memset(&config, 0, sizeof(config));
	config.inventory = inventory;
	config.alerting.receivers = receivers;
	config.alerting.n_receivers = 3;
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	inventory_unref(inventory);
	return 0;
}
#define ROUTES_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static struct alert
made(const char *rule, const char *site, enum severity severity)
{
	struct alert alert = { .id = 1, .severity = severity };

	(void)str_copy(alert.rule, sizeof(alert.rule), rule);
	(void)str_copy(alert.site, sizeof(alert.site), site);
	return alert;
}

/* A bit per receiver. */
static unsigned
led(const struct alert *alert)
{
	unsigned bits = 0;

	for (size_t i = 0; i < 3; i++) {
		bits |= (unsigned)routes_lead(&config, alert, i) << i;
	}
	return bits;
}

static void
test_without_routes_all_goes_to_all(void **unused)
{
	struct alert alert = made("feed-lost", "zz1", SEVERITY_INFO);

	(void)unused;
	assert_int_equal(led(&alert), 7);
}

static void
test_first_match_wins_unless_it_goes_on(void **unused)
{
	struct route_to routes[] = {
		{ .severities = 1u << SEVERITY_CRITICAL, .receivers = to_a, .go_on = true },
		{ .severities = 1u << SEVERITY_CRITICAL | 1u << SEVERITY_WARNING,
		    .receivers = to_b },
		{ .receivers = to_bc },
	};
	struct alert critical = made("feed-lost", "zz1", SEVERITY_CRITICAL);
	struct alert warning = made("feed-lost", "zz1", SEVERITY_WARNING);
	struct alert info = made("feed-lost", "zz1", SEVERITY_INFO);

	(void)unused;
	config.alerting.routes = routes;
	config.alerting.n_routes = 3;
	assert_int_equal(led(&critical), 3);
	assert_int_equal(led(&warning), 2);
	assert_int_equal(led(&info), 6);
	routes[1].receivers = to_nobody;
	assert_int_equal(led(&warning), 0);
	assert_int_equal(led(&critical), 1);
	config.alerting.n_routes = 1;
	assert_int_equal(led(&info), 0);
}

static void
test_places_and_rules(void **unused)
{
	static const struct entity_ref places[] = { { ENTITY_SITE, 0 } };
	static const char *const rules[] = { "feed-*", "psu", NULL };
	struct route_to routes[] = { { .places = places, .n_places = 1, .rules = rules,
	    .receivers = to_a } };
	struct alert here = made("feed-lost", "zz1", SEVERITY_INFO);
	struct alert there = made("feed-lost", "zz2", SEVERITY_INFO);
	struct alert other = made("door", "zz1", SEVERITY_INFO);
	struct alert itself = made("psu", "", SEVERITY_INFO);
	struct alert like = made("psu", "", SEVERITY_INFO);

	(void)unused;
	config.alerting.routes = routes;
	config.alerting.n_routes = 1;
	(void)str_copy(itself.entity, sizeof(itself.entity), "site:zz1");
	(void)str_copy(like.entity, sizeof(like.entity), "site:zz11");
	assert_int_equal(led(&here), 1);
	assert_int_equal(led(&there), 0);
	assert_int_equal(led(&other), 0);
	assert_int_equal(led(&itself), 1);
	assert_int_equal(led(&like), 0);
}

static void
test_keys(void **unused)
{
	struct alert alert = made("inlet-hot", "zz1", SEVERITY_WARNING);
	char key[ROUTES_KEY_SIZE], other[ROUTES_KEY_SIZE];
	uint32_t by = 1u << GROUP_RULE | 1u << GROUP_SITE | 1u << GROUP_HALL;

	(void)unused;
	routes_key(by, &alert, key);
	assert_string_equal(key, "rule=inlet-hot site=zz1");
	(void)str_copy(alert.hall, sizeof(alert.hall), "zz1-h1");
	routes_key(by, &alert, key);
	assert_string_equal(key, "rule=inlet-hot site=zz1 hall=zz1-h1");
	routes_key(1u << GROUP_SEVERITY, &alert, key);
	assert_string_equal(key, "severity=warning");
	routes_key(0, &alert, key);
	assert_string_equal(key, "all");
	/* too long ones stay apart */
	memset(alert.rule, 'x', sizeof(alert.rule) - 1);
	memset(alert.site, 'y', sizeof(alert.site) - 1);
	memset(alert.hall, 'z', sizeof(alert.hall) - 1);
	routes_key(by, &alert, key);
	alert.hall[60] = 'a';
	routes_key(by, &alert, other);
	assert_true(strlen(key) < ROUTES_KEY_SIZE);
	assert_string_not_equal(key, other);
	assert_memory_equal(key, other, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROUTES_TEST(test_without_routes_all_goes_to_all),
		ROUTES_TEST(test_first_match_wins_unless_it_goes_on),
		ROUTES_TEST(test_places_and_rules),
		ROUTES_TEST(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
