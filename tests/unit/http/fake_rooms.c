/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rooms of fake.h that answer: poll, flow, store, state. */
#include <config.h>

#include "http/fake.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <collectord/err.h>

#include "base/str.h"
#include "flow/latest.h"
#include "model/metric.h"
#include "poll/poll.h"
#include "state/state.h"

#define NOW_S FAKE_NOW_S
#define WAITING_MAX 1024

/* ---- poll and flow ---------------------------------------------------------------- */

const char *
device_state_text(enum device_state state)
{
	static const char *const texts[] = {"unknown", "up", "degraded", "down"};

	return texts[state];
}

const char *
poll_status_code(enum col_status status)
{
	return status == COL_POLL_TIMEOUT ? "timeout" : "internal";
}

const struct plugins *
poll_plugins(const struct poll *poll)
{
	static struct plugin_entry entries[] = {
		{.name = "old", .file = "/lib/old.so", .reason = "ABI 2.0", .abi_major = 2},
	};
	static const struct plugins plugins = {entries, 1};

	(void)poll;
	return &plugins;
}

int
poll_device_status(const struct poll *poll, uint32_t device,
    struct device_status *ret_status)
{
	(void)poll;
	memset(ret_status, 0, sizeof(*ret_status));
	ret_status->state = device % 20 == 19 ? DEVICE_DOWN : DEVICE_UP;
	ret_status->rtt_ms = device % 97;
	ret_status->n_ok = 10;
	ret_status->last_ok.ns = (NOW_S - 60) * NS_PER_S;
	if (ret_status->state == DEVICE_DOWN) {
		ret_status->last_status = COL_POLL_TIMEOUT;
		(void)str_copy(ret_status->detail, sizeof(ret_status->detail), "no answer");
	}
	return 0;
}

void
poll_counts(const struct poll *poll, struct poll_counts *ret_counts)
{
	(void)poll;
	*ret_counts = (struct poll_counts){10, 9, 0, 1, 0, 1.5};
}

const struct stats_histogram *
poll_lateness(const struct poll *poll)
{
	static struct stats_histogram histogram;

	(void)poll;
	if (histogram.max_us == 0) {
		for (int i = 0; i < 99; i++) {
			stats_observe(&histogram, 4000);
		}
		stats_observe(&histogram, 900000);
	}
	return &histogram;
}

uint32_t
poll_plugin_devices(const struct poll *poll, const char *plugin)
{
	(void)poll;
	(void)plugin;
	return 7;
}

const struct latest *
flow_latest(const struct flow *flow)
{
	(void)flow;
	return NULL;
}

void
store_series_done(struct store_series *series)
{
	free(series->t);
	free(series->avg);
	free(series->min);
	free(series->max);
	free(series->known);
	free(series->share);
}

int
latest_get(const struct latest *latest, uint32_t device, struct latest_copy *ret_copy)
{
	static const struct slot current = {METRIC_CURRENT_A, "L1", "1.3.6.1.4.1.9.1", 1, 0,
	    1, 0, true, false, COL_GAUGE, 0};
	static const struct slot heat = {METRIC_TEMPERATURE_C, "top", "1.3.6.1.4.1.9.2", 1, 0,
	    1, 0, true, false, COL_GAUGE, 0};

	(void)latest;
	(void)device;
	memset(ret_copy, 0, sizeof(*ret_copy));
	ret_copy->values = calloc(2, sizeof(*ret_copy->values));
	ret_copy->info = calloc(1, sizeof(*ret_copy->info));
	assert(ret_copy->values != NULL && ret_copy->info != NULL);
	ret_copy->n_values = 2;
	ret_copy->values[0] = (struct latest_value){&current, 8, COL_GOOD,
	    {(NOW_S - 60) * NS_PER_S}};
	ret_copy->values[1] = (struct latest_value){&heat, 24.5, COL_GOOD,
	    {(NOW_S - 600) * NS_PER_S}};
	ret_copy->n_info = 1;
	(void)str_copy(ret_copy->info[0].metric, sizeof(ret_copy->info[0].metric),
	    "info_model");
	(void)str_copy(ret_copy->info[0].text, sizeof(ret_copy->info[0].text), "PX \"2\"");
	return 0;
}

void
latest_copy_done(struct latest_copy *copy)
{
	free(copy->values);
	free(copy->info);
}

/* ---- store and state: now, later or never ----------------------------------------- */

enum what { WHAT_SERIES, WHAT_NAMES, WHAT_DAYS, WHAT_PLACE, WHAT_LEDGER, WHAT_EVENTS };
struct waiting { enum what what; void (*fn)(void); void *arg; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum fake_answer answer_how;
static int answer_code;
static struct waiting waiting[WAITING_MAX];
static unsigned n_waiting;
static struct store_query last_query;

void
fake_code(int code)
{
	pthread_mutex_lock(&lock);
	answer_code = code;
	pthread_mutex_unlock(&lock);
}

static void
give_series(store_read_fn *fn, void *arg, int code)
{
	int64_t t[] = {NOW_S - 120, NOW_S - 60, NOW_S};
	double avg[] = {1, 2.5, 0}, min[] = {1, 0, 0}, max[] = {4, 0, 0};
	unsigned char known[] = {3, 1, 0};
	float share[] = {1, 0.5f, 0};
	struct store_series series = {60, 60, 3, t, avg, min, max, known, share};

	fn(arg, code, code == 0 ? &series : NULL);
}

static void
give(struct waiting w, int code)
{
	static const struct store_name names[] = {
		{"", "power_w", "", "W", "/var/lib/rrd/rack/1f/a.rrd", "power_w"},
		{"pdu-a", "current_a", "L1", "A", "/var/lib/rrd/rack/1f/a.rrd", "s06"},
	};
	/* the day between was not counted */
	static const struct place_day place_days[] = {
		{20777, {ENTITY_AREA, "410100", 12, 7, 1, 3, 1, 2, 20}},
		{20779, {ENTITY_AREA, "410100", 14, 9, 1, 3, 1, 0, 24}},
	};
	static const struct daily days[] = {{20000, 90, 80, 5, 200}, {20001, 91, 81, 5, 201}};
	static const struct ledger_entry entries[] = {
		{.at = {NOW_S * NS_PER_S}, .state = "in_service", .actor = "inventory",
		    .source = "racks.yaml"},
	};

	static const struct device_event events[] = {
		{"", 12, (NOW_S - 600) * NS_PER_S, 90 * NS_PER_S, {NOW_S * NS_PER_S},
		    COL_SEVERITY_CRITICAL, false, "power_supply_failure", "PSU1",
		    "power supply 1", "Power supply 1 has failed", "SEL 12"},
		{"", 11, COL_TIME_UNKNOWN, COL_TIME_UNKNOWN, {NOW_S * NS_PER_S},
		    COL_SEVERITY_NONE, true, "fan_failure", "", "", "A \"fan\"", ""},
	};

	switch (w.what) {
	case WHAT_EVENTS:
		((state_events_fn *)w.fn)(w.arg, code, events, 2);
		break;
	case WHAT_SERIES:
		give_series((store_read_fn *)w.fn, w.arg, code);
		break;
	case WHAT_NAMES:
		((store_list_fn *)w.fn)(w.arg, code, names, 2);
		break;
	case WHAT_DAYS:
		((state_daily_fn *)w.fn)(w.arg, code, days, 2);
		break;
	case WHAT_PLACE:
		((state_place_fn *)w.fn)(w.arg, code, place_days, 2);
		break;
	case WHAT_LEDGER:
		((state_ledger_fn *)w.fn)(w.arg, code, entries, 1);
		break;
	}
}

static void
ask(enum what what, void (*fn)(void), void *arg)
{
	struct waiting w = {what, fn, arg};
	enum fake_answer how;
	int code;

	pthread_mutex_lock(&lock);
	how = answer_how;
	code = answer_code;
	if (how != FAKE_NOW) {
		assert(n_waiting < WAITING_MAX);
		waiting[n_waiting++] = w;
	}
	pthread_mutex_unlock(&lock);
	if (how == FAKE_NOW) {
		give(w, code);
	}
}

void
fake_answer(enum fake_answer how)
{
	pthread_mutex_lock(&lock);
	answer_how = how;
	pthread_mutex_unlock(&lock);
	if (how == FAKE_NOW) {
		fake_give();
	}
}

unsigned
fake_waiting(void)
{
	unsigned n;

	pthread_mutex_lock(&lock);
	n = n_waiting;
	pthread_mutex_unlock(&lock);
	return n;
}

void
fake_give(void)
{
	struct waiting *copy = malloc(sizeof(waiting));
	unsigned n;
	int code;

	assert(copy != NULL);
	pthread_mutex_lock(&lock);
	n = n_waiting;
	code = answer_code;
	memcpy(copy, waiting, n * sizeof(*copy));
	n_waiting = 0;
	pthread_mutex_unlock(&lock);
	for (unsigned i = 0; i < n; i++) {
		give(copy[i], code);
	}
	free(copy);
}

struct store_query
fake_query(void)
{
	struct store_query query;

	pthread_mutex_lock(&lock);
	query = last_query;
	pthread_mutex_unlock(&lock);
	return query;
}

void
store_read(struct store *store, const struct store_query *query, store_read_fn *fn,
    void *arg)
{
	(void)store;
	pthread_mutex_lock(&lock);
	last_query = *query;
	pthread_mutex_unlock(&lock);
	ask(WHAT_SERIES, (void (*)(void))fn, arg);
}

void
store_list(struct store *store, struct entity_ref entity, const char *entity_id,
    store_list_fn *fn, void *arg)
{
	(void)store, (void)entity, (void)entity_id;
	ask(WHAT_NAMES, (void (*)(void))fn, arg);
}

void
store_health(const struct store *store, struct store_health *ret_health)
{
	(void)store;
	memset(ret_health, 0, sizeof(*ret_health));
	ret_health->ready = true;
	(void)str_copy(ret_health->archive_class, sizeof(ret_health->archive_class),
	    "standard");
}

const struct stats_histogram *
store_sync_times(const struct store *store)
{
	static struct stats_histogram histogram;

	(void)store;
	return &histogram;
}

void
state_get_daily(struct state *state, int32_t from, int32_t to, state_daily_fn *fn,
    void *arg)
{
	(void)state, (void)from, (void)to;
	ask(WHAT_DAYS, (void (*)(void))fn, arg);
}

void
state_get_place(struct state *state, const struct daily_place *place, int32_t from,
    int32_t to, state_place_fn *fn, void *arg)
{
	(void)state, (void)place, (void)from, (void)to;
	ask(WHAT_PLACE, (void (*)(void))fn, arg);
}

void
state_get_ledger(struct state *state, const char *rack, state_ledger_fn *fn, void *arg)
{
	(void)state, (void)rack;
	ask(WHAT_LEDGER, (void (*)(void))fn, arg);
}

void
state_get_events(struct state *state, const char *device, state_events_fn *fn,
    void *arg)
{
	(void)state, (void)device;
	ask(WHAT_EVENTS, (void (*)(void))fn, arg);
}

/* Only handed on, never looked into. */
static char alerting;

struct http_setup
fake_http_setup(const struct clock *clock)
{
	return (struct http_setup){.clock = clock, .version = "0.1-test",
	    .alerts = (struct alerts *)&alerting, .notify = (struct notify *)&alerting,
	    .who = fake_who};
}
