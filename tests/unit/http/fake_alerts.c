/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake_alerts.h. */
#include <config.h>

#include "http/fake_alerts.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alert/alert.h"
#include "alert/format.h"
#include "alert/notify.h"
#include "base/str.h"
#include "http/fake.h"
#include "state/deliveries.h"

#define MAX 8

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct alert open_ones[MAX], closed;
static uint32_t n_open;
static struct silence silences[MAX];
static uint32_t n_silences;
static int64_t told;

static const struct rule RULES[] = {
	{ .id = "inlet-hot", .level = LEVEL_RACK, .is_gauge = true, .gauge = GAUGE_INLET_C,
	    .fire = { .test = RULE_ABOVE, .high = 32, .for_ns = 300 * NS_PER_S },
	    .clear = { .test = RULE_BELOW, .low = 30 }, .severity = SEVERITY_CRITICAL,
	    .summary = { "{name} is hot", "{name}过热" }, .file = "alerts.yaml", .line = 7 },
};
static const struct receiver RECEIVERS[] = {
	{ .name = "noc", .type = RECEIVER_WEBHOOK, .repeat_ns = 14400 * NS_PER_S },
};

struct alerting
fake_alerting(void)
{
	return (struct alerting){ .rules = RULES, .n_rules = 1, .receivers = RECEIVERS,
	    .n_receivers = 1, .group_wait_ns = 30 * NS_PER_S, .canary_minute = -1 };
}

static struct alert
make(int64_t id, enum severity severity, const char *rack)
{
	struct alert alert = { .id = id, .fingerprint = 0x1234u + (uint64_t)id,
	    .severity = severity, .state = ALERT_FIRING, .value = 33.5, .limit = 32,
	    .since = { (FAKE_NOW_S - 400) * NS_PER_S }, .fired = { (FAKE_NOW_S - 100) * NS_PER_S },
	    .changed = { (FAKE_NOW_S - 100) * NS_PER_S } };

	(void)str_copy(alert.rule, sizeof(alert.rule), "inlet-hot");
	(void)str_format(alert.entity, sizeof(alert.entity), "rack:%s", rack);
	(void)str_copy(alert.rack, sizeof(alert.rack), rack);
	(void)str_copy(alert.hall, sizeof(alert.hall), "s0-h0");
	(void)str_copy(alert.site, sizeof(alert.site), "s0");
	(void)str_copy(alert.unit, sizeof(alert.unit), "C");
	(void)str_format(alert.summary_en, sizeof(alert.summary_en), "%s is hot", rack);
	(void)str_format(alert.summary_zh, sizeof(alert.summary_zh), "%s 过热", rack);
	return alert;
}

void
fake_alerts_reset(void)
{
	pthread_mutex_lock(&lock);
	open_ones[0] = make(12, SEVERITY_CRITICAL, "s0-h0-r0-a01");
	open_ones[0].count = 1;
	open_ones[1] = make(13, SEVERITY_WARNING, "s0-h0-r0-a02");
	open_ones[2] = make(14, SEVERITY_CRITICAL, "s0-h0-r0-a03");
	open_ones[2].under = 12;
	n_open = 3;
	closed = make(3, SEVERITY_INFO, "s0-h0-r0-a01");
	closed.state = ALERT_RESOLVED;
	closed.end = ALERT_END_CLEARED;
	closed.resolved.ns = (FAKE_NOW_S - 50) * NS_PER_S;
	silences[0] = (struct silence){ .id = 1, .entity = "site:s1", .reason = "works",
	    .author = "wang", .from = { (FAKE_NOW_S - 7200) * NS_PER_S },
	    .created = { (FAKE_NOW_S - 7200) * NS_PER_S },
	    .until = { (FAKE_NOW_S - 3600) * NS_PER_S } };
	n_silences = 1;
	told = 0;
	pthread_mutex_unlock(&lock);
}

int64_t
fake_alerts_told(void)
{
	int64_t id;

	pthread_mutex_lock(&lock);
	id = told;
	pthread_mutex_unlock(&lock);
	return id;
}

/* ---- the engine --------------------------------------------------------------------- */

/* Freed as one piece by its only reference. */
struct list { struct alert_list list; struct alert items[MAX]; };

const struct alert_list *
alert_list(struct alerts *alerts)
{
	struct list *made = calloc(1, sizeof(*made));

	(void)alerts;
	assert(made != NULL);
	pthread_mutex_lock(&lock);
	memcpy(made->items, open_ones, sizeof(open_ones));
	made->list = (struct alert_list){ .number = 1, .as_of = { FAKE_NOW_S * NS_PER_S },
	    .n = n_open, .items = made->items, .n_pending = 2, .n_evaluated = 900,
	    .n_loud = { [SEVERITY_CRITICAL] = 1, [SEVERITY_WARNING] = 1 } };
	pthread_mutex_unlock(&lock);
	return &made->list;
}

struct wall
alert_evaluated(const struct alerts *alerts)
{
	(void)alerts;
	return (struct wall){ (FAKE_NOW_S - 5) * NS_PER_S };
}

void
alert_list_unref(const struct alert_list *list)
{
	free((void *)list);
}

void
alert_acked(struct alerts *alerts, const struct alert *alert)
{
	(void)alerts;
	pthread_mutex_lock(&lock);
	told = alert->id;
	pthread_mutex_unlock(&lock);
}

/* ---- the database --------------------------------------------------------------------- */

void
alerts_ack(struct state *state, int64_t id, bool acked, const char *note,
    const struct audit_entry *audit, alerts_one_fn *fn, void *arg)
{
	struct alert_change change = { .seq = 9, .kind = acked ? CHANGE_ACKED : CHANGE_UNACKED };
	int code = COL_ENOENT;

	(void)state;
	pthread_mutex_lock(&lock);
	for (uint32_t i = 0; i < n_open; i++) {
		struct alert *alert = &open_ones[i];

		if (alert->id == id && (alert->acked.ns != 0) == acked) {
			code = COL_EEXIST;
		} else if (alert->id == id) {
			alert->acked.ns = acked ? FAKE_NOW_S * NS_PER_S : 0;
			(void)str_copy(alert->acked_by, sizeof(alert->acked_by), audit->actor);
			(void)str_copy(alert->note, sizeof(alert->note), note);
			change.alert = *alert;
			code = 0;
		}
	}
	pthread_mutex_unlock(&lock);
	fn(arg, code, code == 0 ? &change : NULL);
}

void
alerts_get(struct state *state, const struct alerts_query *query, alerts_list_fn *fn,
    void *arg)
{
	struct alert items[MAX];
	size_t n = 0;

	(void)state;
	pthread_mutex_lock(&lock);
	for (uint32_t i = 0; query->open && i < n_open; i++) {
		if (query->under == 0 || open_ones[i].under == query->under) {
			items[n++] = open_ones[i];
		}
	}
	if (query->closed && query->under == 0 &&
	    (query->before == 0 || closed.id < query->before) &&
	    (query->site[0] == '\0' || strcmp(query->site, closed.site) == 0)) {
		items[n++] = closed;
	}
	pthread_mutex_unlock(&lock);
	fn(arg, 0, items, n);
}

void
alerts_get_changes(struct state *state, int64_t id, alerts_changes_fn *fn, void *arg)
{
	struct alert_change changes[2] = { { .seq = 5, .kind = CHANGE_FIRED },
		{ .seq = 6, .kind = CHANGE_COUNT } };
	bool found = false;

	(void)state;
	pthread_mutex_lock(&lock);
	for (uint32_t i = 0; i < n_open; i++) {
		if (open_ones[i].id == id) {
			changes[0].alert = changes[1].alert = open_ones[i];
			found = true;
		}
	}
	pthread_mutex_unlock(&lock);
	fn(arg, found ? 0 : COL_ENOENT, found ? changes : NULL, found ? 2 : 0);
}

const struct silences *
state_silences(struct state *state)
{
	struct silence *copy = calloc(MAX, sizeof(*copy));
	uint32_t n;

	(void)state;
	assert(copy != NULL);
	pthread_mutex_lock(&lock);
	n = n_silences;
	memcpy(copy, silences, sizeof(silences));
	pthread_mutex_unlock(&lock);
	return silences_new(1, copy, n);
}

void
silences_add(struct state *state, const struct silence *silence,
    const struct audit_entry *audit, silences_fn *fn, void *arg)
{
	struct silence made = *silence;

	(void)state, (void)audit;
	pthread_mutex_lock(&lock);
	assert(n_silences < MAX);
	made.id = n_silences + 1;
	made.created.ns = FAKE_NOW_S * NS_PER_S;
	silences[n_silences++] = made;
	pthread_mutex_unlock(&lock);
	fn(arg, 0, &made);
}

void
silences_end(struct state *state, int64_t id, const struct audit_entry *audit,
    silences_fn *fn, void *arg)
{
	struct silence made = {0};
	int code = COL_ENOENT;

	(void)state, (void)audit;
	pthread_mutex_lock(&lock);
	if (id <= n_silences) {
		code = silences[id - 1].ended.ns != 0 ? COL_EINVAL : 0;
		silences[id - 1].ended.ns = FAKE_NOW_S * NS_PER_S;
		made = silences[id - 1];
	}
	pthread_mutex_unlock(&lock);
	fn(arg, code, code == 0 ? &made : NULL);
}

static struct delivery
delivery(void)
{
	struct delivery made = { .id = 21, .type = NOTICE_FIRING, .state = DELIVERY_DEAD,
	    .created = { FAKE_NOW_S * NS_PER_S }, .attempts = 1 };

	(void)str_copy(made.receiver, sizeof(made.receiver), "noc");
	(void)str_copy(made.group, sizeof(made.group), "rule=inlet-hot");
	(void)str_copy(made.key, sizeof(made.key), "msg_1");
	(void)str_copy(made.error, sizeof(made.error), "HTTP 404");
	return made;
}

static const struct attempt ATTEMPT = { .delivery = 21, .number = 1,
	.at = { FAKE_NOW_S * NS_PER_S }, .ms = 12, .status = 404, .verdict = "refused",
	.error = "HTTP 404", .request = (char *)"POST /", .reply = (char *)"no" };

void
deliveries_get(struct state *state, const struct deliveries_query *query,
    deliveries_list_fn *fn, void *arg)
{
	struct delivery one = delivery();
	bool wanted = (query->state < 0 || query->state == DELIVERY_DEAD) &&
	    (query->receiver[0] == '\0' || strcmp(query->receiver, one.receiver) == 0);

	(void)state;
	fn(arg, 0, &one, wanted ? 1 : 0);
}

void
deliveries_get_one(struct state *state, int64_t id, deliveries_one_fn *fn, void *arg)
{
	struct delivery one = delivery();

	(void)state;
	one.notice = (char *)"{\"type\":\"alert.firing\"}";
	fn(arg, id == one.id ? 0 : COL_ENOENT, &one, &ATTEMPT, 1);
}

/* ---- notify ----------------------------------------------------------------------------- */

void
notify_changes(struct notify *notify, const struct alert_change *changes, size_t n_changes)
{
	(void)notify, (void)changes, (void)n_changes;
}

void
notify_test(struct notify *notify, const char *receiver, const struct alert *alert,
    const struct audit_entry *audit, notify_tested_fn *fn, void *arg)
{
	struct delivery one = delivery();

	(void)notify, (void)receiver, (void)alert, (void)audit;
	one.test = true;
	fn(arg, 0, &one, &ATTEMPT);
}

void
notify_replay(struct notify *notify, int64_t id, const struct audit_entry *audit,
    notify_replayed_fn *fn, void *arg)
{
	(void)notify, (void)audit;
	fn(arg, id == 21 ? 0 : id == 22 ? COL_EINVAL : COL_ENOENT, 23);
}

size_t
notify_receivers(struct notify *notify, struct notify_receiver **ret_items)
{
	struct notify_receiver *items = calloc(1, sizeof(*items));

	(void)notify;
	assert(items != NULL);
	(void)str_copy(items->name, sizeof(items->name), "noc");
	(void)str_copy(items->error, sizeof(items->error), "HTTP 503");
	items->n_queued = 4;
	*ret_items = items;
	return 1;
}

void
notify_canary(struct notify *notify, struct notify_canary *ret_canary)
{
	(void)notify;
	*ret_canary = (struct notify_canary){0};
}

int
format_address(const struct receiver *receiver, char *to, size_t size,
    struct col_error *error)
{
	(void)receiver, (void)error;
	(void)str_copy(to, size, "https://noc.example/***");
	return 0;
}

void
format_rate(enum receiver_type type, double *ret_per_minute, double *ret_burst)
{
	(void)type;
	*ret_per_minute = 60;
	*ret_burst = 10;
}
