/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alerts replay: when a rule would have fired over what is stored. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "ctl/alert_text.h"
#include "ctl/ask.h"
#include "ctl/loaded.h"
#include "ctl/options.h"
#include "ctl/replay.h"
#include "model/metric.h"

/* Questions to the daemon that one replay may take. */
#define COST_MAX 50000
#define EPISODES_MAX 100000

struct outcome {
	const struct replay_task *task;
	json_t *items;                  /* episodes, while there is room */
	char entity[ALERT_ENTITY_SIZE];
	const char *instance;
	uint32_t n_fired, n_firing, n_flapping, n_stale;
	uint32_t n_things, n_without, n_with_alerts;
	uint32_t fired_before;          /* n_fired before the thing being played */
	double longest_s;
	struct replay_basis basis;
};

static json_t *
number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *
time_of(struct wall at)
{
	char stamp[CLOCK_RFC3339_SIZE];

	clock_rfc3339(at, stamp);
	return at.ns == 0 ? json_null() : json_string(stamp);
}

/* replay_fn */
static void
take_episode(void *arg, const struct replay_episode *episode)
{
	struct outcome *outcome = arg;
	struct wall end = episode->resolved.ns != 0 ? episode->resolved : outcome->task->to;
	double lasting_s = (double)(end.ns - episode->fired.ns) / NS_PER_S;

	outcome->n_fired++;
	outcome->n_firing += episode->resolved.ns == 0;
	outcome->n_flapping += episode->flapping;
	outcome->n_stale += episode->was_stale;
	outcome->longest_s = fmax(outcome->longest_s, lasting_s);
	if (json_array_size(outcome->items) >= EPISODES_MAX) {
		return;
	}
	(void)json_array_append_new(outcome->items, json_pack(
	    "{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b}", "entity", outcome->entity,
	    "instance", outcome->instance[0] != '\0' ? json_string(outcome->instance) :
	    json_null(), "since", time_of(episode->since), "fired", time_of(episode->fired),
	    "resolved", time_of(episode->resolved), "lasting_s", json_real(lasting_s),
	    "value", number(episode->value), "worst", number(episode->worst),
	    "flapping", episode->flapping, "stale", episode->was_stale));
}

static int
play_all(const struct replay_subjects *subjects, struct outcome *outcome)
{
	const struct replay_task *task = outcome->task;
	const struct alerting *alerting = &task->config->alerting;
	const struct replay_setup setup = { task->rule, alerting->flap_changes,
	    alerting->flap_window_ns, take_episode, outcome };
	int status = CTL_OK;

	for (size_t i = 0; i < subjects->n && status == CTL_OK; i++) {
		struct replay *replay = replay_new(&setup);
		bool has_data = false;

		if (replay == NULL) {
			return ctl_fail("out of memory");
		}
		outcome->instance = subjects->items[i].instance;
		outcome->fired_before = outcome->n_fired;
		(void)thing_entity(task->config, task->feeds, subjects->items[i].thing,
		    outcome->entity);
		status = replay_play(task, &subjects->items[i], replay, &outcome->basis,
		    &has_data);
		replay_end(replay, task->to);
		outcome->n_things++;
		outcome->n_without += !has_data;
		outcome->n_with_alerts += outcome->n_fired > outcome->fired_before;
	}
	return status;
}

/* ---- what is printed ------------------------------------------------------------------ */

static double
known_pct(const struct replay_basis *basis)
{
	return basis->n_points == 0 ? 0.0 :
	    100.0 * (double)basis->n_known / (double)basis->n_points;
}

static const char *
unit_of(const struct rule *rule)
{
	return rule->is_gauge ? gauge_get(rule->gauge)->unit : metric_get(rule->metric)->unit;
}

static void
print_json(const struct outcome *outcome)
{
	const struct rule *rule = outcome->task->rule;
	json_t *body = json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:o, s:o}", "rule", rule->id,
	    "file", rule->file, "line", (int)rule->line, "on", level_text(rule->level),
	    "metric", rule->is_gauge ? gauge_get(rule->gauge)->name :
	    metric_get(rule->metric)->name, "unit", unit_of(rule), "from",
	    time_of(outcome->task->from), "to", time_of(outcome->task->to));

	(void)json_object_set_new(body, "counts", json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I,"
	    " s:f}", "fired", (json_int_t)outcome->n_fired, "things_fired",
	    (json_int_t)outcome->n_with_alerts, "things", (json_int_t)outcome->n_things,
	    "without_data", (json_int_t)outcome->n_without, "firing",
	    (json_int_t)outcome->n_firing, "flapping", (json_int_t)outcome->n_flapping,
	    "stale", (json_int_t)outcome->n_stale, "longest_s", outcome->longest_s));
	(void)json_object_set_new(body, "basis", json_pack("{s:I, s:I, s:f}", "finest_s",
	    (json_int_t)outcome->basis.finest_s, "coarsest_s",
	    (json_int_t)outcome->basis.coarsest_s, "known_pct", known_pct(&outcome->basis)));
	(void)json_object_set(body, "items", outcome->items);
	ask_dump(body);
	json_decref(body);
}

static void
decorate(json_t *items, const char *unit)
{
	char text[96];
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item) {
		static const char *const KEYS[] = { "value", "worst" };

		for (size_t k = 0; k < 2; k++) {
			const json_t *value = json_object_get(item, KEYS[k]);

			if (json_is_number(value)) {
				(void)str_format(text, sizeof(text), "%.5g%s%s",
				    json_number_value(value), unit[0] != '\0' ? " " : "", unit);
				(void)json_object_set_new(item, KEYS[k], json_string(text));
			}
		}
		alert_text_span(text, sizeof(text), ask_number(item, "lasting_s"));
		(void)json_object_set_new(item, "lasting", json_string(text));
		if (!json_is_string(json_object_get(item, "resolved"))) {
			(void)json_object_set_new(item, "resolved", json_string("still fires"));
		}
	}
}

static void
print_basis(const struct outcome *outcome)
{
	const struct replay_basis *basis = &outcome->basis;
	char finest[64], coarsest[64];

	if (basis->n_points == 0) {
		(void)printf("nothing is archived of that time\n");
		return;
	}
	alert_text_span(finest, sizeof(finest), (double)basis->finest_s);
	alert_text_span(coarsest, sizeof(coarsest), (double)basis->coarsest_s);
	(void)printf("basis: averages of %s%s%s", finest,
	    basis->coarsest_s > basis->finest_s ? " to " : "",
	    basis->coarsest_s > basis->finest_s ? coarsest : "");
	(void)printf("%s; %.1f %% of them known; %u of %u things have data\n",
	    basis->coarsest_s * NS_PER_S > outcome->task->config->settings.interval_ns ?
	    ": shorter peaks are not seen" : ", as polled", known_pct(basis),
	    outcome->n_things - outcome->n_without, outcome->n_things);
	(void)printf("limits of feeds and racks as configured now; what would have been folded or "
	    "silenced is counted\n");
}

static void
print_text(const struct outcome *outcome)
{
	static const struct table_column COLUMNS[] = {
		{ "on", "entity", -1 }, { "part", "instance", -1 }, { "fired", "fired", -1 },
		{ "value", "value", -1 }, { "worst", "worst", -1 },
		{ "resolved", "resolved", -1 }, { "lasted", "lasting", -1 },
		{ "flapping", "flapping", -1 }, { "data lost", "stale", -1 },
		{ NULL, NULL, 0 },
	};
	const struct rule *rule = outcome->task->rule;
	char longest[64];

	decorate(outcome->items, unit_of(rule));
	if (json_array_size(outcome->items) > 0) {
		table_print(stdout, outcome->items, COLUMNS);
	}
	if (json_array_size(outcome->items) < outcome->n_fired) {
		(void)printf("… and %u more\n",
		    outcome->n_fired - (uint32_t)json_array_size(outcome->items));
	}
	alert_text_span(longest, sizeof(longest), outcome->longest_s);
	(void)printf("%s (%s:%u) would have fired %u time%s on %u of %u %ss", rule->id,
	    rule->file, rule->line, outcome->n_fired, outcome->n_fired == 1 ? "" : "s",
	    outcome->n_with_alerts, outcome->n_things, level_text(rule->level));
	if (outcome->n_fired > 0) {
		(void)printf("; longest %s; %u fire%s still; flapping %u", longest,
		    outcome->n_firing, outcome->n_firing == 1 ? "s" : "",
		    outcome->n_flapping);
	}
	(void)printf("\n");
	print_basis(outcome);
}

/* ---- the command ----------------------------------------------------------------------- */

/* "2026-11-20", "2026-11-20T08:00:00+08:00", "-7d", "now" */
static int
read_time(const char *option, const char *text, struct wall now, struct wall *ret_at)
{
	int64_t ns;

	if (strcmp(text, "now") == 0) {
		*ret_at = now;
	} else if (text[0] == '-' && str_to_duration(text + 1, &ns) == 0) {
		ret_at->ns = now.ns - ns;
	} else if (clock_parse(text, ret_at) != 0) {
		(void)ctl_fail("%s wants a time such as 2026-11-20T08:00:00Z or -7d, not '%s'",
		    option, text);
		return CTL_USAGE;
	}
	return CTL_OK;
}

static int
read_times(const struct ctl_args *args, struct replay_task *task)
{
	const char *from = ctl_option(args, "--from"), *to = ctl_option(args, "--to");
	struct wall now = clock_wall(clock_real());
	int status;

	if (from == NULL) {
		(void)ctl_fail("--from is needed, such as -7d");
		return CTL_USAGE;
	}
	status = read_time("--from", from, now, &task->from);
	status = status != CTL_OK ? status : read_time("--to", to != NULL ? to : "now", now,
	    &task->to);
	if (status == CTL_OK && task->from.ns >= task->to.ns) {
		(void)ctl_fail("--from is not before --to");
		return CTL_USAGE;
	}
	/* what is to come is not stored */
	task->to.ns = task->to.ns < now.ns ? task->to.ns : now.ns;
	if (status == CTL_OK && task->from.ns >= task->to.ns) {
		return ctl_fail("--from lies in the future");
	}
	return status;
}

static const struct rule *
find_rule(const struct config *config, const char *id)
{
	const struct alerting *alerting = &config->alerting;
	const struct rule *nearest = NULL;
	unsigned best = 4;

	for (size_t i = 0; i < alerting->n_rules; i++) {
		unsigned distance = str_distance(alerting->rules[i].id, id, 3);

		if (distance < best) {
			best = distance;
			nearest = &alerting->rules[i];
		}
	}
	if (nearest != NULL && best == 0) {
		return nearest;
	}
	(void)ctl_fail("there is no rule '%s' among %zu%s%s%s", id, alerting->n_rules,
	    nearest != NULL ? " (did you mean '" : "", nearest != NULL ? nearest->id : "",
	    nearest != NULL ? "'?)" : "");
	return NULL;
}

static int
run(struct replay_task *task)
{
	struct outcome outcome = { .task = task, .items = json_array() };
	struct replay_subjects subjects = { .items = NULL };
	int status = replay_select(task, &subjects);

	if (status == CTL_OK && replay_cost(task, &subjects) > COST_MAX) {
		status = ctl_fail("%zu things over that time are too many questions at once: "
		    "narrow it by --at or --from", subjects.n);
	}
	if (status == CTL_OK) {
		status = play_all(&subjects, &outcome);
	}
	if (status == CTL_OK && task->args->json) {
		print_json(&outcome);
	} else if (status == CTL_OK) {
		print_text(&outcome);
	}
	free(subjects.items);
	json_decref(outcome.items);
	return status;
}

static int
play_rule(struct replay_task *task, const char *id)
{
	uint32_t *feeds;
	const char *refusal;
	int status;

	task->rule = find_rule(task->config, id);
	if (task->rule == NULL) {
		return CTL_FAILED;
	}
	refusal = replay_refusal(task->rule);
	if (refusal != NULL) {
		return ctl_fail("%s cannot be replayed: %s", id, refusal);
	}
	feeds = thing_feeds(task->config->inventory);
	if (feeds == NULL) {
		return ctl_fail("out of memory");
	}
	task->feeds = feeds;
	status = run(task);
	free(feeds);
	return status;
}

int
ctl_alert_replay(const struct ctl_args *args)
{
	static const char *const VALUES[] = { "--from", "--to", "--at", "--file", NULL };
	static const struct options OPTIONS = { VALUES, NULL, 1 };
	struct replay_task task = { .args = args, .at = ctl_option(args, "--at") };
	struct loaded loaded;
	int status = options_check(args, &OPTIONS);

	status = status != CTL_OK ? status : read_times(args, &task);
	status = status != CTL_OK ? status :
	    loaded_alerts(args, ctl_option(args, "--file"), &loaded);
	if (status != CTL_OK) {
		return status;
	}
	task.config = loaded.config;
	status = play_rule(&task, args->argv[0]);
	loaded_done(&loaded);
	return status;
}
