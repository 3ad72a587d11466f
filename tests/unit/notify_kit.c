/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See notify_kit.h. */
#include "notify_kit.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <collectord/err.h>

#include "base/str.h"
#include "state/alerts.h"
#include "state/deliveries.h"

#define ANSWER_NS (20 * NS_PER_MS)
#define HANG_NS (15 * NS_PER_S)

struct kit_flight {
	struct kit_flight *next;
	struct answer answer;
	struct mono due;
	struct kit_log log;
	bool arrives;
	transport_done_fn *done;
	void *arg;
};


static void *
more(void *array, size_t n, size_t size)
{
	if ((n & (n - 1)) == 0) {
		array = realloc(array, (n > 0 ? 2 * n : 1) * size);
		assert_non_null(array);
	}
	return array;
}

/* ---- the database --------------------------------------------------------------------- */

static void
put_delivery(struct kit *kit, const struct delivery *delivery)
{
	struct kit_delivery *row = NULL;

	for (size_t i = 0; i < kit->n_deliveries; i++) {
		if (kit->deliveries[i].d.id == delivery->id) {
			row = &kit->deliveries[i];
		}
	}
	if (row == NULL) {
		assert_non_null(delivery->notice);
		kit->deliveries = more(kit->deliveries, kit->n_deliveries, sizeof(*row));
		row = &kit->deliveries[kit->n_deliveries++];
		memset(row, 0, sizeof(*row));
	}
	if (delivery->notice != NULL) {
		free(row->d.notice);
		row->d.notice = strdup(delivery->notice);
	}
	char *notice = row->d.notice;
	row->d = *delivery;
	row->d.notice = notice;
	row->n_put++;
}

static void
put_told(struct kit *kit, const struct told *told)
{
	size_t i = 0;

	while (i < kit->n_told && (kit->told[i].alert != told->alert ||
	    strcmp(kit->told[i].receiver, told->receiver) != 0 ||
	    strcmp(kit->told[i].group, told->group) != 0)) {
		i++;
	}
	if (i == kit->n_told) {
		kit->told = more(kit->told, kit->n_told, sizeof(*kit->told));
		kit->n_told++;
	}
	kit->told[i] = *told;
}

static void
commit(struct kit *kit, const struct deliveries_change *change)
{
	if (change->mark != 0) {
		assert_true(change->mark > kit->mark);
		kit->mark = change->mark;
	}
	for (size_t i = 0; i < change->n_put; i++) {
		put_delivery(kit, &change->put[i]);
	}
	for (size_t i = 0; i < change->n_told; i++) {
		put_told(kit, &change->told[i]);
	}
	for (size_t i = 0; i < change->n_attempts; i++) {
		kit->attempts = more(kit->attempts, kit->n_attempts, sizeof(*kit->attempts));
		kit->attempts[kit->n_attempts] = change->attempts[i];
		kit->attempts[kit->n_attempts].request = NULL;
		kit->attempts[kit->n_attempts++].reply = NULL;
	}
	kit->n_audit += change->audit != NULL;
}

void
deliveries_put(struct state *state, const struct deliveries_change *change,
    deliveries_done_fn *fn, void *arg)
{
	struct kit *kit = (struct kit *)(void *)state;

	assert_false(kit->put_waits);   /* one at a time */
	if (kit->put_late) {
		/* notify keeps it until it is done */
		kit->put.change = *change;
		kit->put.fn = fn;
		kit->put.arg = arg;
		kit->put_waits = true;
		return;
	}
	if (kit->put_code == COL_OK) {
		commit(kit, change);
	}
	fn(arg, kit->put_code);
}

void
kit_commit(struct kit *kit)
{
	if (kit->put_waits) {
		kit->put_waits = false;
		commit(kit, &kit->put.change);
		kit->put.fn(kit->put.arg, COL_OK);
	}
}

void
deliveries_get_one(struct state *state, int64_t id, deliveries_one_fn *fn, void *arg)
{
	struct kit *kit = (struct kit *)(void *)state;

	for (size_t i = 0; i < kit->n_deliveries; i++) {
		if (kit->deliveries[i].d.id == id) {
			fn(arg, COL_OK, &kit->deliveries[i].d, NULL, 0);
			return;
		}
	}
	fn(arg, COL_ENOENT, NULL, NULL, 0);
}

void
alerts_get_changes(struct state *state, int64_t id, alerts_changes_fn *fn, void *arg)
{
	struct kit *kit = (struct kit *)(void *)state;

	for (size_t i = kit->n_changes; i > 0; i--) {
		if (kit->changes[i - 1].alert.id == id) {
			fn(arg, COL_OK, &kit->changes[i - 1], 1);
			return;
		}
	}
	fn(arg, COL_ENOENT, NULL, 0);
}

const struct silences *
state_silences(struct state *state)
{
	struct kit *kit = (struct kit *)(void *)state;
	struct silence *items = calloc(kit->n_silences + 1, sizeof(*items));

	assert_non_null(items);
	memcpy(items, kit->silences, kit->n_silences * sizeof(*items));
	return silences_new(kit->silences_number, items, kit->n_silences);
}

/* ---- receivers -------------------------------------------------------------------------- */

static void
read_body(struct kit_log *log, const struct outgoing *outgoing)
{
	json_t *body = json_loadb(outgoing->body, outgoing->body_size, 0, NULL), *data, *list;

	assert_non_null(body);
	data = json_object_get(body, "data");
	list = json_object_get(data, "alerts");
	(void)str_copy(log->type, sizeof(log->type),
	    json_string_value(json_object_get(body, "type")));
	log->repeat = json_is_true(json_object_get(data, "repeat"));
	log->test = json_is_true(json_object_get(data, "test"));
	log->n_more = (unsigned)json_integer_value(json_object_get(data, "n_more"));
	log->n = (unsigned)json_array_size(list);
	assert_true(log->n <= 16);
	for (unsigned i = 0; i < log->n; i++) {
		json_t *alert = json_array_get(list, i);
		int64_t id;

		assert_int_equal(str_to_int(json_string_value(json_object_get(alert, "id")),
		    1, INT64_MAX, &id), 0);
		log->alerts[i].id = id;
		(void)str_copy(log->alerts[i].state, sizeof(log->alerts[i].state),
		    json_string_value(json_object_get(alert, "state")));
		log->alerts[i].resolved = strcmp(log->alerts[i].state, "resolved") == 0;
		log->alerts[i].flapping = json_is_true(json_object_get(alert, "flapping"));
		log->alerts[i].count =
		    (unsigned)json_integer_value(json_object_get(alert, "count"));
	}
	json_decref(body);
	for (size_t i = 0; i < outgoing->n_headers; i++) {
		if (str_starts(outgoing->headers[i], "webhook-id: ")) {
			(void)str_copy(log->key, sizeof(log->key), outgoing->headers[i] + 12);
		}
	}
}

static void
answer_by(struct kit *kit, enum kit_answer how, struct kit_flight *flight)
{
	static const long status[] = { 200, 500, 429, 410, 403, 302, 400, 0, 0, 0 };
	struct answer *answer = &flight->answer;
	int64_t after_ns = ANSWER_NS;

	/* the robots' way of saying yes */
	(void)str_copy(answer->reply, sizeof(answer->reply),
	    "{\"errcode\":0,\"errmsg\":\"ok\"}");
	answer->reply_size = strlen(answer->reply);
	answer->status = status[how];
	answer->retry_after_s = how == KIT_429 ? kit->retry_after_s : -1;
	flight->arrives = how == KIT_OK || how == KIT_SWALLOW;
	if (how == KIT_DOWN) {
		answer->end = TRANSPORT_REFUSED;
		(void)str_copy(answer->error, sizeof(answer->error), "connection refused");
	} else if (how == KIT_HANG || how == KIT_SWALLOW) {
		answer->end = TRANSPORT_BROKEN;
		after_ns = HANG_NS;
		(void)str_copy(answer->error, sizeof(answer->error), "timed out");
	}
	answer->ms = (uint32_t)(after_ns / NS_PER_MS);
	flight->due.ns = clock_mono(kit->clock).ns + after_ns;
}

static int
kit_send(void *self, const struct receiver *receiver, const struct outgoing *outgoing,
    transport_done_fn *done, void *arg)
{
	struct kit *kit = self;
	struct kit_flight *flight = calloc(1, sizeof(*flight)), **link = &kit->flights;
	unsigned at = (unsigned)(receiver->name[0] - 'a');

	assert_non_null(flight);
	assert_true(at < KIT_RECEIVERS);
	kit->n_asked[at]++;
	flight->done = done;
	flight->arg = arg;
	(void)str_copy(flight->log.receiver, sizeof(flight->log.receiver), receiver->name);
	if (receiver->type == RECEIVER_WEBHOOK) {
		read_body(&flight->log, outgoing);
	}
	answer_by(kit, kit->answers[at], flight);
	while (*link != NULL && (*link)->due.ns <= flight->due.ns) {
		link = &(*link)->next;
	}
	flight->next = *link;
	*link = flight;
	return COL_OK;
}

static void
arrive(struct kit *kit, struct kit_flight *flight)
{
	flight->log.at = clock_wall(kit->clock);
	assert_true(kit->n_log < KIT_LOG_MAX);
	kit->log[kit->n_log++] = flight->log;
}

static void
land(struct kit *kit)
{
	struct kit_flight *flight = kit->flights;

	kit->flights = flight->next;
	if (flight->arrives) {
		arrive(kit, flight);
	}
	flight->done(flight->arg, &flight->answer);
	free(flight);
}

/* ---- life --------------------------------------------------------------------------------- */

static void
wake(void *arg)
{
	(void)arg;
}

static void
silent(void *arg, const char *receiver, double silent_s)
{
	struct kit *kit = arg;

	(void)str_copy(kit->silent.receiver, sizeof(kit->silent.receiver), receiver);
	kit->silent.silent_s = silent_s;
	kit->n_silent++;
}

static uint64_t
chance(void *arg)
{
	struct kit *kit = arg;

	/* Source: Steele, Lea, Flood: splitmix64 (2014). */
	uint64_t z = kit->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void
kit_start(struct kit *kit)
{
	static struct transport transport;
	struct notify_setup setup = { .clock = kit->clock,
	    .state = (struct state *)(void *)kit, .transport = &transport, .wake = wake,
	    .silent = silent, .silent_arg = kit, .random = chance, .random_arg = kit,
	    .queued_max = kit->queued_max };
	struct deliveries_loaded loaded = { .mark = kit->mark, .next_id = 1,
	    .told = kit->told, .n_told = kit->n_told };
	struct alerts_loaded open = { .items = kit->open, .n_items = kit->n_open };
	struct delivery *queued = calloc(kit->n_deliveries + 1, sizeof(*queued));
	size_t first = 0;

	transport = (struct transport){ kit, kit_send };
	for (size_t i = 0; i < kit->n_deliveries; i++) {
		const struct delivery *d = &kit->deliveries[i].d;

		loaded.next_id = d->id + 1;
		if (d->state == DELIVERY_QUEUED) {
			queued[loaded.n_queued] = *d;
			queued[loaded.n_queued++].notice = strdup(d->notice);
		}
	}
	loaded.queued = queued;
	while (first < kit->n_changes && kit->changes[first].seq <= kit->mark) {
		first++;
	}
	loaded.changes = &kit->changes[first];
	loaded.n_changes = kit->n_changes - first;
	kit->notify = notify_new(&setup, &loaded, &open);
	assert_non_null(kit->notify);
	free(queued);
	notify_apply(kit->notify, kit->config);
}

void
kit_kill(struct kit *kit, bool arrives)
{
	while (kit->flights != NULL) {
		struct kit_flight *flight = kit->flights;

		kit->flights = flight->next;
		if (arrives && flight->arrives) {
			arrive(kit, flight);
		}
		free(flight);
	}
	kit->put_waits = false;
	notify_free(kit->notify);
	kit->notify = NULL;
}

static struct config *
make_config(const struct alerting *alerting)
{
	/* config_ref counts behind what is public; none but the test's at first */
	struct config *config = calloc(1, sizeof(*config) + 64);

	assert_non_null(config);
	config->alerting = *alerting;
	(void)config_ref(config);
	return config;
}

void
kit_begin(struct kit *kit, unsigned n)
{
	static const struct col_node url = { .kind = COL_NODE_SCALAR,
	    .text = "https://receiver.example/hook" };
	static const char *const names[KIT_RECEIVERS] = { "a", "b", "c" };
	struct alerting alerting = { .receivers = kit->receivers, .n_receivers = n,
	    .group_by = 1u << GROUP_RULE | 1u << GROUP_SITE | 1u << GROUP_HALL,
	    .group_wait_ns = 30 * KIT_S, .group_interval_ns = 5 * KIT_MIN,
	    .flap_changes = 5, .flap_window_ns = KIT_HOUR, .canary_minute = -1 };

	memset(kit, 0, sizeof(*kit));
	for (unsigned i = 0; i < KIT_RECEIVERS; i++) {
		kit->receivers[i] = (struct receiver){ .name = names[i],
		    .type = RECEIVER_WEBHOOK, .url = &url, .timeout_ns = 15 * KIT_S,
		    .send_resolved = true, .repeat_ns = 4 * KIT_HOUR,
		    .silent_ns = 30 * KIT_MIN, .keep_ns = 72 * KIT_HOUR, .hash = 1 };
	}
	kit->clock = clock_test_new((struct wall){ 20000 * 24 * KIT_HOUR },
	    (struct mono){ 1000 * KIT_S });
	kit->config = make_config(&alerting);
	kit->next_alert = 1;
	kit->silences_number = 1;
	kit->random = 1;
	kit_start(kit);
}

void
kit_end(struct kit *kit)
{
	kit_kill(kit, false);
	for (size_t i = 0; i < kit->n_deliveries; i++) {
		free(kit->deliveries[i].d.notice);
	}
	free(kit->deliveries);
	free(kit->told);
	free(kit->attempts);
	free(kit->changes);
	config_unref(kit->config);
	clock_free(kit->clock);
}

struct alerting *
kit_alerting(struct kit *kit)
{
	struct config *config = make_config(&kit->config->alerting);

	config_unref(kit->config);
	kit->config = config;
	return &config->alerting;
}

void
kit_apply(struct kit *kit)
{
	notify_apply(kit->notify, kit->config);
	kit_run(kit, 0);
}

void
kit_run(struct kit *kit, int64_t ns)
{
	int64_t end = clock_mono(kit->clock).ns + ns;
	unsigned n = 0;

	for (;;) {
		int64_t now = clock_mono(kit->clock).ns;
		int64_t next = kit->notify != NULL ? notify_step(kit->notify).ns : INT64_MAX;

		if (kit->flights != NULL && kit->flights->due.ns <= now) {
			land(kit);
			next = now;
		} else if (kit->flights != NULL && kit->flights->due.ns < next) {
			next = kit->flights->due.ns;
		}
		if (next <= now) {
			if (++n > 100000) {
				fail_msg("it never rests");
			}
			continue;
		}
		n = 0;
		if (next > end) {
			clock_test_advance(kit->clock, end - now);
			return;
		}
		clock_test_advance(kit->clock, next - now);
	}
}

/* ---- alerts -------------------------------------------------------------------------------- */

struct alert *
kit_alert(struct kit *kit, int64_t id)
{
	for (size_t i = 0; i < kit->n_open; i++) {
		if (kit->open[i].id == id) {
			return &kit->open[i];
		}
	}
	return NULL;
}

static void
tell(struct kit *kit, const struct alert *alert, enum alert_change_kind kind)
{
	struct alert_change *change;

	kit->changes = more(kit->changes, kit->n_changes, sizeof(*kit->changes));
	change = &kit->changes[kit->n_changes++];
	*change = (struct alert_change){ .seq = ++kit->seq, .kind = kind,
	    .at = clock_wall(kit->clock), .alert = *alert };
	if (kit->notify != NULL) {
		notify_changes(kit->notify, change, 1);
	}
}

int64_t
kit_fire(struct kit *kit, const char *rule, const char *rack, enum severity severity)
{
	struct alert *alert = &kit->open[kit->n_open++];
	struct wall now = clock_wall(kit->clock);

	assert_true(kit->n_open < KIT_ALERTS_MAX);
	*alert = (struct alert){ .id = kit->next_alert++, .severity = severity,
	    .state = ALERT_FIRING, .value = 30, .limit = NAN, .since = now, .fired = now,
	    .changed = now };
	(void)str_copy(alert->rule, sizeof(alert->rule), rule);
	(void)str_copy(alert->rack, sizeof(alert->rack), rack);
	(void)str_format(alert->entity, sizeof(alert->entity), "rack:%s", rack);
	(void)str_copy(alert->site, sizeof(alert->site), "zz1");
	(void)str_copy(alert->hall, sizeof(alert->hall), "zz1-h1");
	for (const char *c = alert->entity; *c != '\0'; c++) {
		alert->fingerprint = alert->fingerprint * 31 + (unsigned char)*c;
	}
	tell(kit, alert, CHANGE_FIRED);
	return alert->id;
}

void
kit_change(struct kit *kit, int64_t id, enum alert_change_kind kind)
{
	struct alert *alert = kit_alert(kit, id);
	struct wall now = clock_wall(kit->clock);

	assert_non_null(alert);
	switch (kind) {
	case CHANGE_RESOLVED:
		alert->state = ALERT_RESOLVED;
		alert->end = ALERT_END_CLEARED;
		alert->resolved = now;
		break;
	case CHANGE_STALE:
		alert->state = ALERT_STALE;
		break;
	case CHANGE_FRESH:
		alert->state = ALERT_FIRING;
		break;
	case CHANGE_ACKED:
		alert->acked = now;
		(void)str_copy(alert->acked_by, sizeof(alert->acked_by), "li");
		break;
	case CHANGE_UNACKED:
		alert->acked.ns = 0;
		break;
	case CHANGE_COUNT:
		alert->count++;
		break;
	case CHANGE_FOLDED:
		alert->under = 1;
		break;
	case CHANGE_UNFOLDED:
		alert->under = 0;
		break;
	case CHANGE_FLAPPING:
		alert->flapping = true;
		break;
	case CHANGE_STEADY:
		alert->flapping = false;
		break;
	case CHANGE_FIRED:
	case ALERT_CHANGE_KIND_N:
		break;
	}
	if (kind != CHANGE_ACKED && kind != CHANGE_UNACKED) {
		alert->changed = now;
	}
	tell(kit, alert, kind);
	if (alert->state == ALERT_RESOLVED && (!alert->flapping || kind == CHANGE_RESOLVED)) {
		*alert = kit->open[--kit->n_open];
	}
}

/* ---- what arrived --------------------------------------------------------------------------- */

bool
kit_says(const struct kit_log *log, int64_t id, bool resolved)
{
	for (unsigned i = 0; i < log->n; i++) {
		if (log->alerts[i].id == id && log->alerts[i].resolved == resolved) {
			return true;
		}
	}
	return false;
}

unsigned
kit_count(const struct kit *kit, const char *receiver, int64_t id, bool resolved)
{
	unsigned n = 0;

	for (size_t i = 0; i < kit->n_log; i++) {
		n += strcmp(kit->log[i].receiver, receiver) == 0 &&
		    kit_says(&kit->log[i], id, resolved);
	}
	return n;
}

const struct kit_log *
kit_last(const struct kit *kit, const char *receiver)
{
	for (size_t i = kit->n_log; i > 0; i--) {
		if (strcmp(kit->log[i - 1].receiver, receiver) == 0) {
			return &kit->log[i - 1];
		}
	}
	return NULL;
}

unsigned
kit_n(const struct kit *kit, const char *receiver)
{
	unsigned n = 0;

	for (size_t i = 0; i < kit->n_log; i++) {
		n += strcmp(kit->log[i].receiver, receiver) == 0;
	}
	return n;
}

unsigned
kit_n_state(const struct kit *kit, enum delivery_state state)
{
	unsigned n = 0;

	for (size_t i = 0; i < kit->n_deliveries; i++) {
		n += kit->deliveries[i].d.state == state;
	}
	return n;
}
