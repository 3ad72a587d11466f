/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rules and routes as read: units, spans, defaults, what is laid over what, and
 * that a hash changes with all that decides and with nothing else.  Broken ones
 * are in tests/fixtures/config/alerts-*.yaml, see test_config.c.
 */
#include <config.h>

#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "config_fake.h"
#include "model/alert.h"
#include "model/metric.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MINUTE (60 * NS_PER_S)

static const char places[] =
    "sites: [{id: zz1}]\nhalls: [{id: h1, site: zz1}]\nrows: [{id: w1, hall: h1}]\n"
    "racks: [{id: r1, row: w1}]\n";

static const struct rule *
find(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->alerting.n_rules; i++) {
		if (strcmp(config->alerting.rules[i].id, id) == 0) {
			return &config->alerting.rules[i];
		}
	}
	return NULL;
}

static void
load(struct config_fake *fake, const char *text)
{
	config_fake_text(fake, text);
	if (fake->config == NULL) {
		print_error("%s", fake->text.data);
	}
	assert_non_null(fake->config);
}

/* One rule with these keys after id, on and metric. */
static void
load_rule(struct config_fake *fake, const char *on, const char *metric, const char *rest)
{
	char text[2048];

	snprintf(text, sizeof(text), "%salerts: {rules: [{id: x, on: %s, metric: %s, %s}]}\n",
	    places, on, metric, rest);
	load(fake, text);
	assert_int_equal(fake->config->alerting.n_rules, 1);
}

static void
a_whole_rule_is_read(void **state)
{
	static const char text[] = "poll: {interval: 30s}\n"
	    "sites: [{id: zz1}]\nracks: [{id: r1, site: zz1, label: A01}]\n"
	    "alerts:\n"
	    "  rules:\n"
	    "    - id: inlet-hot\n"
	    "      on: rack\n"
	    "      metric: inlet_over_k\n"
	    "      where: {places: [site:zz1, rack:r1], class: [a1, h1], label: \"A0?\",\n"
	    "        maintenance: true}\n"
	    "      take: {what: mean, over: 15m}\n"
	    "      fire: {above: 0.5 K, for: 2 intervals}\n"
	    "      clear: {below: -1, for: 5m}\n"
	    "      hold: 10m\n"
	    "      stale: 1 interval\n"
	    "      severity: critical\n"
	    "      folds: [supply, reach]\n"
	    "      summary: {en: \"{name}\", zh: \"{name}：\"}\n"
	    "      advice: \"{{look}}\"\n";
	struct config_fake fake;
	const struct rule *rule;

	(void)state;
	load(&fake, text);
	rule = find(fake.config, "inlet-hot");
	assert_non_null(rule);
	assert_int_equal(rule->level, LEVEL_RACK);
	assert_true(rule->is_gauge);
	assert_int_equal(rule->gauge, GAUGE_INLET_OVER_K);
	assert_int_equal(rule->where.n_places, 2);
	assert_int_equal(rule->where.places[0].kind, ENTITY_SITE);
	assert_int_equal(rule->where.places[0].index,
	    inventory_place(fake.config->inventory, ENTITY_SITE, "zz1")->index);
	assert_int_equal(rule->where.places[1].kind, ENTITY_RACK);
	assert_int_equal(rule->where.places[1].index,
	    inventory_rack(fake.config->inventory, "r1")->index);
	assert_int_equal(rule->where.classes, 1u << RACK_CLASS_A1 | 1u << RACK_CLASS_H1);
	assert_string_equal(rule->where.labels[0], "A0?");
	assert_null(rule->where.labels[1]);
	assert_null(rule->where.kinds);
	assert_true(rule->where.maintained);
	assert_int_equal(rule->take, RULE_MEAN);
	assert_int_equal(rule->window_ns, 15 * MINUTE);
	assert_int_equal(rule->fire.test, RULE_ABOVE);
	assert_true(rule->fire.high == 0.5);
	assert_int_equal(rule->fire.for_ns, MINUTE);
	assert_int_equal(rule->clear.test, RULE_BELOW);
	assert_true(rule->clear.low == -1);
	assert_int_equal(rule->clear.for_ns, 5 * MINUTE);
	assert_int_equal(rule->hold_ns, 10 * MINUTE);
	assert_int_equal(rule->stale_ns, 30 * NS_PER_S);
	assert_int_equal(rule->severity, SEVERITY_CRITICAL);
	assert_int_equal(rule->folds, 1u << FOLD_SUPPLY | 1u << FOLD_REACH);
	assert_string_equal(rule->summary.zh, "{name}：");
	/* one language serves for both */
	assert_string_equal(rule->advice.zh, "{{look}}");
	assert_int_equal(rule->line, 6);
	config_fake_done(&fake);
}

static void
what_is_left_out_has_a_default(void **state)
{
	struct config_fake fake;
	const struct rule *rule;

	(void)state;
	load_rule(&fake, "sensor", "temperature_c", "fire: {above: 40}");
	rule = fake.config->alerting.rules;
	assert_false(rule->is_gauge);
	assert_int_equal(rule->metric, METRIC_TEMPERATURE_C);
	assert_int_equal(rule->take, RULE_LAST);
	assert_int_equal(rule->clear.test, RULE_NEVER);
	assert_int_equal(rule->fire.for_ns, 0);
	assert_int_equal(rule->hold_ns, 0);
	assert_int_equal(rule->stale_ns, 3 * MINUTE);
	assert_int_equal(rule->severity, SEVERITY_WARNING);
	assert_int_equal(rule->folds, 0);
	assert_string_equal(rule->summary.en, "{name} {instance}: Temperature: {value} {unit}");
	assert_string_equal(rule->summary.zh, "{name} {instance}：温度：{value} {unit}");
	assert_null(rule->advice.en);
	assert_int_equal(fake.config->alerting.group_by,
	    1u << GROUP_RULE | 1u << GROUP_SITE | 1u << GROUP_HALL);
	assert_int_equal(fake.config->alerting.group_wait_ns, 30 * NS_PER_S);
	assert_int_equal(fake.config->alerting.group_interval_ns, 5 * MINUTE);
	assert_int_equal(fake.config->alerting.flap_changes, 5);
	assert_int_equal(fake.config->alerting.flap_window_ns, 60 * MINUTE);
	assert_int_equal(fake.config->alerting.canary_minute, -1);
	assert_null(fake.config->alerting.heartbeat);
	config_fake_done(&fake);
}

static void
limits_may_have_units(void **state)
{
	static const struct { const char *on, *metric, *rest; double limit; } cases[] = {
		{ "rack", "power_w", "fire: {above: 4.2 kW}", 4200 },
		{ "rack", "power_w", "fire: {above: 4.2kW}", 4200 },
		{ "rack", "power_w", "fire: {above: 4200}", 4200 },
		{ "rack", "power_w", "fire: {above: 4.2e3}", 4200 },
		{ "sensor", "temperature_c", "fire: {above: 212 F}", 100 },
		{ "rack", "inlet_c", "fire: {above: 300.15 K}", 27 },
		{ "rack", "inlet_over_k", "fire: {above: -1 K}", -1 },
		{ "rack", "load_pct", "fire: {above: 80 %}", 80 },
		{ "device", "silent_s", "fire: {above: 10m}", 600 },
		{ "device", "silent_s", "fire: {above: 10 min}", 600 },
		{ "device", "silent_s", "fire: {above: 90}", 90 },
		{ "device", "silent_s", "fire: {above: 3 intervals}", 180 },
		{ "hall", "full_in_d", "fire: {above: 30 d}", 30 },
		{ "collector", "journal_bytes", "fire: {above: 5e8 octets}", 5e8 },
		{ "collector", "journal_bytes", "fire: {above: 2GiB}", 2147483648.0 },
		/* a rate has no zero point */
		{ "rack", "inlet_c", "take: {what: rate, over: 15m}, fire: {above: 9 F/h}", 5 },
		{ "rack", "inlet_c", "take: {what: rate, over: 15m}, fire: {above: 20}", 20 },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		struct config_fake fake;

		load_rule(&fake, cases[i].on, cases[i].metric, cases[i].rest);
		if (fabs(fake.config->alerting.rules[0].fire.high - cases[i].limit) > 1e-9) {
			print_error("%s: %s\n", cases[i].metric, cases[i].rest);
			fail();
		}
		config_fake_done(&fake);
	}
}

static void
every_test_is_read(void **state)
{
	static const struct { const char *on, *metric, *rest; enum rule_test fire, clear;
	    double low, high; int severity; const char *word; } cases[] = {
		{ "rack", "inlet_c", "fire: {outside: [18 C, 27 C]}, clear: {inside: [19, 26]}",
		    RULE_OUTSIDE, RULE_INSIDE, 18, 27, 0, NULL },
		{ "rack", "inlet_c", "fire: {below: 18}, clear: {above: 19}",
		    RULE_BELOW, RULE_ABOVE, 18, 0, 0, NULL },
		{ "feed", "supply_lost", "fire: {equals: 1}, clear: {below: 0.5}",
		    RULE_EQUALS, RULE_BELOW, 1, 1, 0, NULL },
		{ "rack", "inlet_c", "fire: {missing: true}, clear: {for: 1m}",
		    RULE_MISSING, RULE_NEVER, 0, 0, 0, NULL },
		{ "sensor", "state_breaker", "fire: {changes: true}, hold: 5m",
		    RULE_CHANGES, RULE_NEVER, 0, 0, 0, NULL },
		{ "sensor", "state_breaker", "fire: {worse: info}", RULE_WORSE, RULE_NEVER,
		    0, 0, COL_SEVERITY_INFO, NULL },
		{ "sensor", "state_breaker", "fire: {worse: critical}", RULE_WORSE, RULE_NEVER,
		    0, 0, COL_SEVERITY_CRITICAL, NULL },
		{ "sensor", "state_breaker", "fire: {equals: [off, tripped]}, "
		    "clear: {equals: on}", RULE_EQUALS, RULE_EQUALS, 0, 0, 0, "tripped" },
	};

	(void)state;
	for (size_t i = 0; i < N(cases); i++) {
		const struct rule_limit *fire;
		struct config_fake fake;

		load_rule(&fake, cases[i].on, cases[i].metric, cases[i].rest);
		fire = &fake.config->alerting.rules[0].fire;
		assert_int_equal(fire->test, cases[i].fire);
		assert_int_equal(fake.config->alerting.rules[0].clear.test, cases[i].clear);
		assert_true(fire->low == cases[i].low && fire->high == cases[i].high);
		assert_int_equal(fire->severity, cases[i].severity);
		if (cases[i].word != NULL) {
			assert_string_equal(fire->words[1], cases[i].word);
			assert_null(fire->words[2]);
			assert_string_equal(fake.config->alerting.rules[0].clear.words[0], "on");
		}
		config_fake_done(&fake);
	}
}

/* A rule that was changed starts anew; one whose text was mended does not. */
static void
the_hash_is_of_what_decides(void **state)
{
	static const char plain[] = "where: {places: [site:zz1]}, fire: {above: 27, for: 5m}, "
	    "clear: {below: 26}, summary: hot";
	static const struct { const char *rest; bool same; } cases[] = {
		{ "where: {places: [site:zz1]}, fire: {above: 27, for: 5m}, "
		    "clear: {below: 26}, summary: very hot, stale: 1h", true },
		{ "where: {places: [site:zz1]}, fire: {above: 27 C, for: 300s}, "
		    "clear: {below: 26}", true },
		{ "where: {places: [row:w1]}, fire: {above: 27, for: 5m}, clear: {below: 26}",
		    false },
		{ "where: {places: [site:zz1]}, fire: {above: 27.5, for: 5m}, "
		    "clear: {below: 26}", false },
		{ "where: {places: [site:zz1]}, fire: {above: 27, for: 6m}, "
		    "clear: {below: 26}", false },
		{ "where: {places: [site:zz1]}, fire: {above: 27, for: 5m}", false },
		{ "where: {places: [site:zz1]}, fire: {above: 27, for: 5m}, "
		    "clear: {below: 26}, hold: 1m", false },
		{ "where: {places: [site:zz1]}, fire: {above: 27, for: 5m}, "
		    "clear: {below: 26}, severity: critical", false },
		{ "where: {places: [site:zz1]}, fire: {above: 27, for: 5m}, "
		    "clear: {below: 26}, folds: reach", false },
	};
	struct config_fake fake, other;
	struct config_diff diff;

	(void)state;
	load_rule(&fake, "rack", "inlet_c", plain);
	for (size_t i = 0; i < N(cases); i++) {
		load_rule(&other, "rack", "inlet_c", cases[i].rest);
		assert_int_equal(other.config->alerting.rules[0].hash ==
		    fake.config->alerting.rules[0].hash, cases[i].same);
		config_diff(fake.config, other.config, &diff);
		assert_true(diff.alerting_changed);
		assert_false(diff.settings_changed);
		config_fake_done(&other);
	}
	load_rule(&other, "rack", "inlet_c", plain);
	config_diff(fake.config, other.config, &diff);
	assert_false(diff.alerting_changed);
	config_fake_done(&other);
	config_fake_done(&fake);
}

static void
routes_and_the_rest_are_read(void **state)
{
	static const char text[] =
	    "sites: [{id: zz1}]\nracks: [{id: r1, site: zz1}]\n"
	    "receivers:\n"
	    "  noc: {type: webhook, url: \"https://noc.example.com\"}\n"
	    "  boss: {type: webhook, url: \"https://boss.example.com\"}\n"
	    "alerts:\n"
	    "  groups: {by: [severity, row], wait: 0s, interval: 1m}\n"
	    "  flapping: {changes: 3, within: 10m}\n"
	    "  heartbeat: {to: noc, every: 30s}\n"
	    "  canary: {at: \"23:59\"}\n"
	    "  page_url: https://racks.example.com/dc\n"
	    "  routes:\n"
	    "    - {severity: critical, places: site:zz1, rules: [\"feed-*\"],\n"
	    "       to: [boss, noc], continue: true}\n"
	    "    - {rules: no-such-rule-*, to: []}\n"
	    "    - {to: noc}\n";
	const struct alerting *alerting;
	struct config_fake fake;

	(void)state;
	load(&fake, text);
	alerting = &fake.config->alerting;
	assert_int_equal(alerting->group_by, 1u << GROUP_SEVERITY | 1u << GROUP_ROW);
	assert_int_equal(alerting->group_wait_ns, 0);
	assert_int_equal(alerting->flap_changes, 3);
	assert_string_equal(alerting->heartbeat, "noc");
	assert_int_equal(alerting->heartbeat_ns, 30 * NS_PER_S);
	assert_int_equal(alerting->canary_minute, 23 * 60 + 59);
	assert_string_equal(alerting->page_url, "https://racks.example.com/dc");
	assert_int_equal(alerting->n_rules, 0);
	assert_int_equal(alerting->n_routes, 3);
	assert_int_equal(alerting->routes[0].severities, 1u << SEVERITY_CRITICAL);
	assert_int_equal(alerting->routes[0].n_places, 1);
	assert_int_equal(alerting->routes[0].places[0].index,
	    inventory_place(fake.config->inventory, ENTITY_SITE, "zz1")->index);
	assert_string_equal(alerting->routes[0].rules[0], "feed-*");
	assert_string_equal(alerting->routes[0].receivers[1], "noc");
	assert_null(alerting->routes[0].receivers[2]);
	assert_true(alerting->routes[0].go_on);
	assert_null(alerting->routes[1].receivers[0]);
	assert_int_equal(alerting->routes[2].severities, 0);
	assert_null(alerting->routes[2].rules);
	assert_false(alerting->routes[2].go_on);
	config_fake_done(&fake);
}

/* ---- files --------------------------------------------------------------------- */

static void
load_folder(struct config_fake *fake, const char *folder)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/collectord.yaml", folder);
	config_fake_file(fake, path);
	if (fake->config == NULL) {
		print_error("%s", fake->text.data);
	}
	assert_non_null(fake->config);
}

static bool
has_file(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->n_files; i++) {
		if (strstr(config->files[i], name) != NULL) {
			return true;
		}
	}
	return false;
}

static void
files_are_found_and_joined(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;

	(void)state;
	config_fake_write(folder, "collectord.yaml", "demo: false\n");
	config_fake_write(folder, "alerts.yaml", "rules: [{id: beside, on: rack, "
	    "metric: power_w, fire: {above: 1}}]\n");
	load_folder(&fake, folder);
	assert_int_equal(fake.config->alerting.n_rules, 1);
	assert_non_null(find(fake.config, "beside"));
	/* a backup must have it */
	assert_true(has_file(fake.config, "alerts.yaml"));
	config_fake_done(&fake);

	config_fake_write(folder, "collectord.yaml", "alerts: []\n");
	load_folder(&fake, folder);
	assert_int_equal(fake.config->alerting.n_rules, 0);
	assert_false(has_file(fake.config, "alerts.yaml"));
	config_fake_done(&fake);

	config_fake_write(folder, "a-1.yaml", "groups: {wait: 1s}\n"
	    "rules: [{id: one, on: rack, metric: power_w, fire: {above: 1}}]\n");
	config_fake_write(folder, "a-2.yaml", "flapping: {changes: 7}\n"
	    "rules: [{id: two, on: rack, metric: power_w, fire: {above: 1}}]\n");
	config_fake_write(folder, "collectord.yaml", "alerts: [\"a-*.yaml\", alerts.yaml]\n");
	load_folder(&fake, folder);
	assert_int_equal(fake.config->alerting.n_rules, 3);
	assert_string_equal(fake.config->alerting.rules[0].id, "one");
	assert_string_equal(fake.config->alerting.rules[1].id, "two");
	assert_string_equal(fake.config->alerting.rules[2].id, "beside");
	assert_non_null(strstr(fake.config->alerting.rules[1].file, "a-2.yaml"));
	assert_int_equal(fake.config->alerting.group_wait_ns, NS_PER_S);
	assert_int_equal(fake.config->alerting.flap_changes, 7);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* ---- the shipped set ------------------------------------------------------------- */

/* The main file's profile_dir is that of the sources, so their rules are shipped. */
static void
write_main(const char *folder, const char *own)
{
	const char *top = getenv("top_srcdir");
	char text[1024], cwd[512] = ".";

	assert_non_null(getcwd(cwd, sizeof(cwd)));
	snprintf(text, sizeof(text), "profile_dir: \"%s/%s/conf/profiles\"\n%s",
	    top != NULL && top[0] == '/' ? "" : cwd, top != NULL ? top : ".", own);
	config_fake_write(folder, "collectord.yaml", text);
}

static void
load_shipped(struct config_fake *fake, const char *folder, const char *own)
{
	write_main(folder, own);
	load_folder(fake, folder);
}

static void
shipped_rules_load_and_say_what_to_do(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;
	const struct alerting *alerting;
	uint32_t causes = 0;

	(void)state;
	load_shipped(&fake, folder, "");
	alerting = &fake.config->alerting;
	assert_true(alerting->n_rules >= 80);
	for (size_t i = 0; i < alerting->n_rules; i++) {
		const struct rule *rule = &alerting->rules[i];

		/* both languages, and not the same */
		assert_string_not_equal(rule->summary.en, rule->summary.zh);
		if (rule->advice.en != NULL) {
			assert_string_not_equal(rule->advice.en, rule->advice.zh);
		}
		/* What wakes somebody says what to do, unless the word says it. */
		if (rule->severity == SEVERITY_CRITICAL && rule->is_gauge) {
			assert_non_null(rule->advice.en);
		}
		if (rule->is_gauge && (rule->gauge == GAUGE_SUPPLY_LOST ||
		    rule->gauge == GAUGE_SILENT_S)) {
			causes |= LEVEL_BIT(rule->level);
		}
	}
	assert_int_equal(causes, LEVEL_BIT(LEVEL_FEED) | LEVEL_BIT(LEVEL_NODE) |
	    LEVEL_BIT(LEVEL_DEVICE) | LEVEL_BIT(LEVEL_ROW) | LEVEL_BIT(LEVEL_HALL) |
	    LEVEL_BIT(LEVEL_SITE));
	/* siblings on the same panel report first */
	assert_int_equal(find(fake.config, "feed-lost")->fire.for_ns,
	    fake.config->settings.interval_ns);
	assert_int_equal(find(fake.config, "feed-lost")->folds, 1u << FOLD_SUPPLY);
	assert_int_equal(find(fake.config, "supply-lost")->fire.for_ns, 0);
	config_fake_done(&fake);
	/* windows are as wide as the slowest polling needs */
	load_shipped(&fake, folder, "poll: {interval: 1h}\n");
	assert_int_equal(find(fake.config, "inlet-rising")->window_ns, 4 * 3600 * NS_PER_S);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* Numbers between which nothing changes keep a value at the limit quiet. */
static void
shipped_rules_do_not_flap(void **state)
{
	const char *folder = config_fake_folder();
	struct config_fake fake;

	(void)state;
	load_shipped(&fake, folder, "");
	for (size_t i = 0; i < fake.config->alerting.n_rules; i++) {
		const struct rule *rule = &fake.config->alerting.rules[i];
		const struct rule_limit *clear = &rule->clear;
		bool made_by_us = rule->is_gauge && (rule->gauge == GAUGE_SUPPLY_LOST ||
		    rule->gauge == GAUGE_SILENT_S || rule->gauge == GAUGE_RECEIVER_SILENT_S);

		if (!made_by_us && clear->test == RULE_NEVER && clear->for_ns == 0 &&
		    rule->hold_ns == 0) {
			print_error("%s may flap\n", rule->id);
			fail();
		}
		if (clear->test == RULE_BELOW) {
			assert_true(clear->low < rule->fire.high);
		} else if (clear->test == RULE_ABOVE) {
			assert_true(clear->high > rule->fire.low);
		}
	}
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* "metric: NAME" as a word in a profile. */
static bool
is_produced(const char *folder, const char *name)
{
	static char text[1 << 18];
	char pattern[512], wanted[96];
	bool found = false;
	glob_t files;

	snprintf(pattern, sizeof(pattern), "%s/*.yaml", folder);
	snprintf(wanted, sizeof(wanted), "metric: %s", name);
	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc && !found; i++) {
		FILE *file = fopen(files.gl_pathv[i], "r");

		assert_non_null(file);
		text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
		fclose(file);
		for (const char *at = strstr(text, wanted); at != NULL && !found;
		    at = strstr(at + 1, wanted)) {
			found = strchr("abcdefghijklmnopqrstuvwxyz_0123456789",
			    at[strlen(wanted)]) == NULL;
		}
	}
	globfree(&files);
	return found;
}

static void
shipped_rules_look_at_states_that_profiles_have(void **state)
{
	const char *folder = config_fake_folder(), *top = getenv("top_srcdir");
	struct config_fake fake;
	char profiles[512];
	unsigned n = 0;

	(void)state;
	snprintf(profiles, sizeof(profiles), "%s/conf/profiles", top != NULL ? top : ".");
	assert_false(is_produced(profiles, "state_no_such"));
	load_shipped(&fake, folder, "");
	for (size_t i = 0; i < fake.config->alerting.n_rules; i++) {
		const struct rule *rule = &fake.config->alerting.rules[i];
		const char *name = rule->is_gauge ? "" : metric_get(rule->metric)->name;

		if (strncmp(name, "state_", 6) == 0) {
			n++;
			if (!is_produced(profiles, name)) {
				print_error("%s: no profile has %s\n", rule->id, name);
				fail();
			}
		}
	}
	assert_true(n > 30);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* A word that nothing sends would never fire. */
static void
slips_in_words_of_states_are_named(void **state)
{
	static const char own[] =
	    "alerts:\n"
	    "  rules:\n"
	    "    - {id: a, on: sensor, metric: state_output, fire: {equals: [on_batery]}}\n"
	    "    - {id: b, on: sensor, metric: state_output, fire: {equals: [on_battery, "
	    "\"off\", word-of-a-plugin]}}\n"
	    "    - {id: c, on: sensor, metric: state_ups_fan, fire: {equals: [runing]}}\n"
	    "    - {id: d, on: sensor, metric: state_dooor, fire: {worse: warning}}\n";
	const char *folder = config_fake_folder();
	struct config_fake fake;
	char path[512];

	(void)state;
	write_main(folder, own);
	snprintf(path, sizeof(path), "%s/collectord.yaml", folder);
	config_fake_file(&fake, path);
	assert_null(fake.config);
	assert_non_null(strstr(fake.text.data, "/collectord.yaml:4:65: unknown state "
	    "'on_batery' (did you mean 'on_battery'?)\n"));
	assert_non_null(strstr(fake.text.data, "/collectord.yaml:7:27: unknown metric "
	    "'state_dooor' (did you mean 'state_door'?)\n"));
	assert_int_equal(fake.n_errors, 2);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

/* A site may do without the profiles that a shipped rule is for. */
static void
shipped_rules_need_no_shipped_profile(void **state)
{
	static const char rules[] =
	    "rules:\n"
	    "  - {id: a, on: sensor, metric: state_alarm, fire: {worse: critical},\n"
	    "     severity: warning, summary: {en: a, zh: b}}\n";
	static const char profile[] =
	    "plugin: snmp\nkind: cooling\nsummary: {en: x, zh: x}\n"
	    "match:\n  - {sysobjectid: 1.3.6.1.4.1.1}\n"
	    "scalars:\n  - {metric: state_alarms, oid: 1.3.6.1.4.1.1.1.0}\n";
	const char *folder = config_fake_folder();
	struct config_fake fake;
	char path[512], text[1200];

	(void)state;
	snprintf(path, sizeof(path), "%s/share", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/share/profiles", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	config_fake_write(folder, "share/alerts.yaml", rules);
	config_fake_write(folder, "share/profiles/x.yaml", profile);
	snprintf(text, sizeof(text), "profile_dir: \"%s\"\n", path);
	config_fake_write(folder, "collectord.yaml", text);
	load_folder(&fake, folder);
	assert_int_equal(fake.config->alerting.n_rules, 1);
	config_fake_done(&fake);
	config_fake_remove(folder);
}

static void
own_rules_change_shipped_ones(void **state)
{
	static const char own[] =
	    "alerts:\n"
	    "  shipped: true\n"
	    "  flapping: {changes: 9}\n"
	    "  rules:\n"
	    "    - {id: inlet-hot, fire: {above: 2 K, for: 30m}}\n"
	    "    - {id: phase-imbalance, off: true}\n"
	    "    - {id: hall-load, on: hall, metric: load_pct, fire: {above: 70 %}}\n"
	    "    - {id: mine, on: rack, metric: power_w, fire: {above: 9 kW}}\n";
	const char *folder = config_fake_folder();
	struct config_fake plain, fake;
	const struct rule *rule;

	(void)state;
	load_shipped(&plain, folder, "");
	load_shipped(&fake, folder, own);
	/* one is off, one is new */
	assert_int_equal(fake.config->alerting.n_rules, plain.config->alerting.n_rules);
	assert_null(find(fake.config, "phase-imbalance"));
	assert_non_null(find(fake.config, "mine"));
	rule = find(fake.config, "inlet-hot");
	assert_true(rule->fire.high == 2);
	assert_int_equal(rule->fire.for_ns, 30 * MINUTE);
	assert_true(rule->clear.low == -1);
	assert_string_equal(rule->summary.en, find(plain.config, "inlet-hot")->summary.en);
	assert_true(rule->hash != find(plain.config, "inlet-hot")->hash);
	/* with `on` it is a rule of its own */
	rule = find(fake.config, "hall-load");
	assert_int_equal(rule->clear.test, RULE_NEVER);
	assert_null(rule->advice.en);
	assert_true(find(fake.config, "water")->hash == find(plain.config, "water")->hash);
	assert_int_equal(fake.config->alerting.flap_changes, 9);
	config_fake_done(&fake);
	config_fake_done(&plain);
	config_fake_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		/* first: names of metrics that are known stay known */
		cmocka_unit_test(shipped_rules_need_no_shipped_profile),
		cmocka_unit_test(a_whole_rule_is_read),
		cmocka_unit_test(what_is_left_out_has_a_default),
		cmocka_unit_test(limits_may_have_units),
		cmocka_unit_test(every_test_is_read),
		cmocka_unit_test(the_hash_is_of_what_decides),
		cmocka_unit_test(routes_and_the_rest_are_read),
		cmocka_unit_test(files_are_found_and_joined),
		cmocka_unit_test(shipped_rules_load_and_say_what_to_do),
		cmocka_unit_test(shipped_rules_do_not_flap),
		cmocka_unit_test(shipped_rules_look_at_states_that_profiles_have),
		cmocka_unit_test(slips_in_words_of_states_are_named),
		cmocka_unit_test(own_rules_change_shipped_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
