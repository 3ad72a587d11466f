/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is open, and what has become of episodes. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "alert/alert.h"
#include "base/str.h"
#include "compare.h"
#include "run.h"
#include "state/alerts.h"

#define CHANGES_SIZE 1024

/* ---- the episodes of a thing, from the database ------------------------------------- */

struct history {
	bool done;
	int code;
	const char *instance;
	unsigned n;             /* episodes */
	int64_t newest;         /* id; 0: none */
	enum alert_end end;
	char changes[CHANGES_SIZE];
};

static void
on_episodes(void *arg, int code, const struct alert *items, size_t n_items)
{
	struct history *history = arg;

	history->done = true;
	history->code = code;
	for (size_t i = 0; code == 0 && i < n_items; i++) {
		if (strcmp(items[i].instance, history->instance) != 0) {
			continue;
		}
		if (history->n++ == 0) {
			history->newest = items[i].id;
			history->end = items[i].end;
		}
	}
}

static void
on_changes(void *arg, int code, const struct alert_change *changes, size_t n_changes)
{
	struct history *history = arg;
	size_t len = 0;

	history->done = true;
	history->code = code;
	for (size_t i = 0; code == 0 && i < n_changes && len < CHANGES_SIZE; i++) {
		len += str_format(history->changes + len, CHANGES_SIZE - len, "%s%s",
		    i > 0 ? " " : "", alert_change_text(changes[i].kind));
	}
}

static bool
read_history(struct run *run, const struct alerts_query *query, struct history *history)
{
	struct state *state = daemon_state(run->daemon);

	alerts_get(state, query, on_episodes, history);
	if (!act_wait(run, &history->done) || history->code != 0) {
		return false;
	}
	if (history->newest == 0) {
		return true;
	}
	history->done = false;
	alerts_get_changes(state, history->newest, on_changes, history);
	return act_wait(run, &history->done) && history->code == 0;
}

static void
compare_history(struct run *run, const struct col_node *map,
    const struct alerts_query *query, const char *instance)
{
	/* the arena's: an answer may come after we have given up */
	struct history *history = arena_alloc(run->arena, sizeof(*history));

	memset(history, 0, sizeof(*history));
	history->instance = instance;
	if (!read_history(run, query, history)) {
		run_fail(run, map, "the state database does not answer");
		return;
	}
	compare_number(run, map, "episodes", FOUND(true, history->n));
	compare_text(run, map, "changes", history->n > 0 ? history->changes : NULL);
	compare_text(run, map, "end", history->end != ALERT_END_NONE ?
	    alert_end_text(history->end) : NULL);
}

/* ---- what is open --------------------------------------------------------------------- */

static const struct alert *
find(const struct alert_list *list, const struct alerts_query *query, const char *instance)
{
	for (uint32_t i = 0; i < list->n; i++) {
		const struct alert *alert = &list->items[i];

		if (strcmp(alert->rule, query->rule) == 0 &&
		    strcmp(alert->entity, query->entity) == 0 &&
		    strcmp(alert->instance, instance) == 0) {
			return alert;
		}
	}
	return NULL;
}

/* What it is folded into: its thing, or NULL. */
static const char *
under_of(const struct alert_list *list, const struct alert *alert)
{
	for (uint32_t i = 0; alert != NULL && alert->under != 0 && i < list->n; i++) {
		if (list->items[i].id == alert->under) {
			return list->items[i].entity;
		}
	}
	return NULL;
}

static void
compare_open(struct run *run, const struct col_node *map, const struct alert *alert)
{
	static const struct alert none = { .value = NAN, .limit = NAN };
	bool is_open = alert != NULL;

	alert = is_open ? alert : &none;
	compare_text(run, map, "state", is_open ? alert_state_text(alert->state) : NULL);
	compare_text(run, map, "severity", is_open ? severity_text(alert->severity) : NULL);
	compare_number(run, map, "value", FOUND(!isnan(alert->value), alert->value));
	compare_number(run, map, "limit", FOUND(!isnan(alert->limit), alert->limit));
	compare_text(run, map, "word", is_open ? alert->word : NULL);
	compare_number(run, map, "count", FOUND(is_open, alert->count));
	compare_bool(run, map, "folded", alert->under != 0);
	compare_bool(run, map, "flapping", alert->flapping);
	compare_number(run, map, "since_s", FOUND(is_open,
	    (alert->since.ns - run->begin.ns) / NS_PER_S));
	compare_number(run, map, "fired_s", FOUND(is_open,
	    (alert->fired.ns - run->begin.ns) / NS_PER_S));
	compare_text(run, map, "summary", is_open ? alert->summary_en : NULL);
	compare_text(run, map, "summary_zh", is_open ? alert->summary_zh : NULL);
	compare_text(run, map, "hall", is_open ? alert->hall : NULL);
}

bool
expect_alert(struct run *run, const struct col_node *map)
{
	const char *rule = compare_text_of(run, map, "rule", NULL);
	const char *entity = compare_text_of(run, map, "entity", NULL);
	const char *instance = compare_text_of(run, map, "instance", "");
	struct alerts_query query = { .open = true, .closed = true, .limit = 1000 };
	const struct alert_list *list;

	if (rule == NULL || entity == NULL || !compare_keys(run, map, "rule entity "
	    "instance state severity value limit word count folded under flapping since_s "
	    "fired_s summary summary_zh hall episodes changes end")) {
		return true;
	}
	(void)str_copy(query.rule, sizeof(query.rule), rule);
	(void)str_copy(query.entity, sizeof(query.entity), entity);
	list = alert_list(daemon_alerts(run->daemon));
	compare_open(run, map, find(list, &query, instance));
	compare_text(run, map, "under", under_of(list, find(list, &query, instance)));
	alert_list_unref(list);
	if (col_node_get(map, "episodes") != NULL || col_node_get(map, "changes") != NULL ||
	    col_node_get(map, "end") != NULL) {
		compare_history(run, map, &query, instance);
	}
	return true;
}

bool
expect_alerts(struct run *run, const struct col_node *map)
{
	const struct alert_list *list;
	uint32_t n_folded = 0;

	if (!compare_keys(run, map, "open folded pending critical warning info")) {
		return true;
	}
	list = alert_list(daemon_alerts(run->daemon));
	for (uint32_t i = 0; i < list->n; i++) {
		n_folded += list->items[i].under != 0 ? 1 : 0;
	}
	compare_number(run, map, "open", FOUND(true, list->n));
	compare_number(run, map, "folded", FOUND(true, n_folded));
	compare_number(run, map, "pending", FOUND(true, list->n_pending));
	compare_number(run, map, "critical", FOUND(true, list->n_loud[SEVERITY_CRITICAL]));
	compare_number(run, map, "warning", FOUND(true, list->n_loud[SEVERITY_WARNING]));
	compare_number(run, map, "info", FOUND(true, list->n_loud[SEVERITY_INFO]));
	alert_list_unref(list);
	return true;
}
