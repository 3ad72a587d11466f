/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The wiring: who is asked about what, in which order.  What other threads say
 * waits in an inbox until the next step.
 */
#include <config.h>

#include "alert/alert.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alert/engine.h"
#include "alert/folding.h"
#include "alert/publish.h"
#include "alert/gauges.h"
#include "alert/sensor.h"
#include "alert/silent.h"
#include "base/log.h"
#include "base/str.h"

#define IDLE_MIN_NS NS_PER_S
#define IDLE_PER_INTERVAL 4
/* Windows that nothing comes into are forgotten now and then. */
#define AGE_NS (600 * NS_PER_S)
/* Messages that wait for FLOW; the oldest would be worthless beyond. */
#define INBOX_MAX 4096

struct message {
	struct message *next;
	bool is_own;
	/* an acknowledgement */
	int64_t id;
	struct wall acked;
	char acked_by[64], note[256];
	/* a value of the collector's own */
	enum gauge gauge;
	char instance[ALERT_INSTANCE_SIZE];
	double value;
};

struct alerts {
	struct alert_setup setup;
	pthread_mutex_t lock;   /* of the inbox */
	struct message *first, **last;
	unsigned n_messages;
	/* FLOW's own */
	struct engine engine;
	struct outbox *outbox;
	struct gauges *gauges;
	struct sensor *sensor;
	struct silent *silent;
	struct publish *publish;
	struct mono idle_at, age_at;
	uint64_t evaluated;     /* conditions looked at before this slot */
	uint32_t n_evaluated;   /* in the last one */
	_Atomic int64_t evaluated_ns; /* when; any thread reads it */
	bool is_broken;         /* no memory for the configuration: nothing is looked at */
};

struct alerts *
alert_new(const struct alert_setup *setup, const struct alerts_loaded *loaded)
{
	struct alerts *alerts = calloc(1, sizeof(*alerts));

	if (alerts == NULL) {
		return NULL;
	}
	alerts->setup = *setup;
	alerts->last = &alerts->first;
	(void)pthread_mutex_init(&alerts->lock, NULL);
	alerts->outbox = outbox_new(setup);
	if (alerts->outbox == NULL ||
	    engine_init(&alerts->engine, setup, loaded, alerts->outbox) != 0 ||
	    (alerts->engine.folding = folding_new(&alerts->engine)) == NULL ||
	    (alerts->gauges = gauges_new()) == NULL ||
	    (alerts->engine.sensor = alerts->sensor = sensor_new()) == NULL ||
	    (alerts->silent = silent_new()) == NULL ||
	    (alerts->publish = publish_new(setup)) == NULL) {
		alert_free(alerts);
		return NULL;
	}
	return alerts;
}

static struct message *
take_inbox(struct alerts *alerts)
{
	struct message *messages;

	(void)pthread_mutex_lock(&alerts->lock);
	messages = alerts->first;
	alerts->first = NULL;
	alerts->last = &alerts->first;
	alerts->n_messages = 0;
	(void)pthread_mutex_unlock(&alerts->lock);
	return messages;
}

void
alert_free(struct alerts *alerts)
{
	struct message *message, *next;

	if (alerts == NULL) {
		return;
	}
	outbox_close(alerts->outbox);
	for (message = take_inbox(alerts); message != NULL; message = next) {
		next = message->next;
		free(message);
	}
	folding_free(alerts->engine.folding);
	engine_done(&alerts->engine);
	gauges_free(alerts->gauges);
	sensor_free(alerts->sensor);
	silent_free(alerts->silent);
	publish_free(alerts->publish);
	(void)pthread_mutex_destroy(&alerts->lock);
	free(alerts);
}

/* ---- hooks on FLOW ------------------------------------------------------------------- */

void
alert_config(void *arg, const struct config *config)
{
	struct alerts *alerts = arg;

	alerts->is_broken = engine_adopt(&alerts->engine, config) != 0 ||
	    gauges_config(alerts->gauges, &alerts->engine) != 0 ||
	    sensor_config(alerts->sensor, &alerts->engine) != 0 ||
	    silent_config(alerts->silent, &alerts->engine) != 0;
	if (alerts->is_broken) {
		LOG_ERROR("alert", NULL, NULL, "out of memory: rules are not looked at "
		    "until the next configuration");
	}
}

static bool
is_ready(const struct alerts *alerts)
{
	return alerts->engine.config != NULL && !alerts->is_broken;
}

void
alert_record(void *arg, const struct record *record)
{
	struct alerts *alerts = arg;

	if (is_ready(alerts) && record->device != INVENTORY_NONE) {
		sensor_record(alerts->sensor, &alerts->engine, record);
	}
}

void
alert_polled(void *arg, const struct batch *batch, const struct reading *reading)
{
	struct alerts *alerts = arg;
	bool good = reading != NULL && (reading->flags & READING_GOOD) != 0;

	if (is_ready(alerts)) {
		sensor_polled(alerts->sensor, &alerts->engine, batch);
		silent_polled(alerts->silent, &alerts->engine, batch, good);
		folding_polled(alerts->engine.folding, batch, reading);
	}
}

void
alert_board(void *arg, struct board *board)
{
	struct alerts *alerts = arg;
	struct engine *engine = &alerts->engine;

	/* one of an older configuration has other numbers; the next will come */
	if (board != NULL && is_ready(alerts) &&
	    board->inventory == engine->config->inventory) {
		gauges_board(alerts->gauges, engine, board);
		alerts->n_evaluated = (uint32_t)(engine->n_evaluated - alerts->evaluated);
		alerts->evaluated = engine->n_evaluated;
		alerts->evaluated_ns = clock_wall(alerts->setup.clock).ns;
	}
	board_free(board);
}

static void
acknowledge(struct alerts *alerts, const struct message *message)
{
	struct episode *episode = episodes_find(&alerts->engine.episodes, message->id);
	struct alert *alert;

	if (episode == NULL) {
		return;
	}
	alert = &episode->alert;
	alert->acked = message->acked;
	(void)str_copy(alert->acked_by, sizeof(alert->acked_by), message->acked_by);
	(void)str_copy(alert->note, sizeof(alert->note), message->note);
	alerts->engine.episodes.n_changes++;
}

static void
read_inbox(struct alerts *alerts)
{
	struct message *message = take_inbox(alerts), *next;

	for (; message != NULL; message = next) {
		next = message->next;
		if (message->is_own) {
			silent_own(alerts->silent, &alerts->engine, message->gauge,
			    message->instance, message->value);
		} else {
			acknowledge(alerts, message);
		}
		free(message);
	}
}

static struct mono
earlier(struct mono a, struct mono b)
{
	return a.ns < b.ns ? a : b;
}

static void
age_windows(struct engine *engine)
{
	for (size_t r = 0; r < engine->config->alerting.n_rules; r++) {
		if (engine->takes[r] != NULL) {
			take_age(engine->takes[r], clock_wall(engine->clock));
		}
	}
}

/* Time alone changes conditions: stale, steady, forgotten. */
static struct mono
idle(struct alerts *alerts, struct mono now)
{
	struct engine *engine = &alerts->engine;
	int64_t pass_ns = engine->machine.interval_ns / IDLE_PER_INTERVAL;

	if (now.ns >= alerts->idle_at.ns) {
		engine_idle(engine);
		alerts->idle_at.ns = now.ns + (pass_ns > IDLE_MIN_NS ? pass_ns :
		    IDLE_MIN_NS);
	}
	if (now.ns >= alerts->age_at.ns) {
		age_windows(engine);
		alerts->age_at.ns = now.ns + AGE_NS;
	}
	return engine->conditions.n > 0 ? alerts->idle_at : (struct mono){ INT64_MAX };
}

struct mono
alert_step(void *arg)
{
	struct alerts *alerts = arg;
	struct mono now = clock_mono(alerts->setup.clock), next = { INT64_MAX };

	if (!is_ready(alerts)) {
		return outbox_step(alerts->outbox);
	}
	read_inbox(alerts);
	next = earlier(next, idle(alerts, now));
	next = earlier(next, silent_step(alerts->silent, &alerts->engine));
	next = earlier(next, folding_step(alerts->engine.folding));
	next = earlier(next, outbox_step(alerts->outbox));
	return earlier(next, publish_step(alerts->publish, &alerts->engine,
	    alerts->n_evaluated));
}

const struct board_want *
alert_want(const struct alerts *alerts)
{
	return gauges_want(alerts->gauges);
}

struct wall
alert_evaluated(const struct alerts *alerts)
{
	return (struct wall){ alerts->evaluated_ns };
}

const struct alert_list *
alert_list(struct alerts *alerts)
{
	return publish_get(alerts->publish);
}

/* ---- from other threads ---------------------------------------------------------------- */

static void
post(struct alerts *alerts, const struct message *message)
{
	struct message *copy = malloc(sizeof(*copy));
	bool full;

	if (copy == NULL) {
		return;
	}
	*copy = *message;
	copy->next = NULL;
	(void)pthread_mutex_lock(&alerts->lock);
	full = alerts->n_messages >= INBOX_MAX;
	if (!full) {
		*alerts->last = copy;
		alerts->last = &copy->next;
		alerts->n_messages++;
	}
	(void)pthread_mutex_unlock(&alerts->lock);
	if (full) {
		free(copy);
	} else if (alerts->setup.wake != NULL) {
		alerts->setup.wake(alerts->setup.wake_arg);
	}
}

void
alert_acked(struct alerts *alerts, const struct alert *alert)
{
	struct message message = { .id = alert->id, .acked = alert->acked };

	/* who took one back is the audit's business */
	if (alert->acked.ns != 0) {
		(void)str_copy(message.acked_by, sizeof(message.acked_by), alert->acked_by);
		(void)str_copy(message.note, sizeof(message.note), alert->note);
	}
	post(alerts, &message);
}

void
alert_own(struct alerts *alerts, enum gauge gauge, const char *instance, double value)
{
	struct message message = { .is_own = true, .gauge = gauge, .value = value };

	(void)str_copy(message.instance, sizeof(message.instance), instance);
	post(alerts, &message);
}
