/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sensors of a poll.  The first few asks, the important ones, come first each
 * time; the others go round, so that a BMC too slow for one poll still gives
 * each of them in turn.
 *
 * misses[] of an ask: 0 read, up to ROUND_MISSES - 1 failures in a row, and from
 * STAMP_FIRST on a stamp: left alone until the coarse clock has passed it.
 */
#include "round_work.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "convert.h"
#include "quirk.h"
#include "states.h"

#define FIRST_ASKS 8
#define STAMP_FIRST 4
#define STAMPS 252               /* of a byte */
#define STAMP_NS INT64_C(30000000000)
#define SLOW_STAMPS 120          /* an hour */

/* ---- the slow list ------------------------------------------------------------------- */

static uint8_t
stamp_at(int64_t now_ns, unsigned later)
{
	return (uint8_t)(STAMP_FIRST + ((uint64_t)(now_ns / STAMP_NS) + later)
	    % STAMPS);
}

static bool
is_slow(const struct round *round, size_t i)
{
	unsigned left;

	if (round->misses[i] < STAMP_FIRST) {
		return false;
	}
	left = (unsigned)(STAMPS + round->misses[i] -
	    stamp_at(round_now(round), 0)) % STAMPS;
	return left > 0 && left <= SLOW_STAMPS;
}

/* at_once: it is not there; else it may be a passing trouble. */
static void
count_miss(struct round *round, size_t i, bool at_once)
{
	uint8_t *misses = &round->misses[i];

	if (at_once || *misses >= ROUND_MISSES - 1) {
		*misses = stamp_at(round_now(round), SLOW_STAMPS);
	} else {
		++*misses;
	}
}

/* ---- order -------------------------------------------------------------------------------- */

static size_t
index_at(const struct round *round, size_t position)
{
	size_t n = round->plan->n_asks;

	if (position < FIRST_ASKS || n <= FIRST_ASKS) {
		return position;
	}
	return FIRST_ASKS + (position - FIRST_ASKS + round->turn) %
	    (n - FIRST_ASKS);
}

static const struct plan_ask *
ask_now(const struct round *round)
{
	return &round->plan->asks[index_at(round, round->work->position)];
}

static const struct sdr_sensor *
sensor_of(const struct round *round, const struct plan_ask *ask)
{
	return &round->set->sensors[ask->sensor];
}

bool
values_start(struct round *round)
{
	struct round_work *work = round->work;

	work->values = calloc(round->plan->n_slots + 1,
	    sizeof(*work->values));
	if (work->values == NULL) {
		work->status = COL_POLL_INTERNAL;
		return false;
	}
	for (size_t i = 0; i < round->plan->n_slots; i++) {
		work->values[i].quality = COL_ERROR;
	}
	work->position = 0;
	work->health = PLAN_HEALTH_OK;
	return true;
}

static void
set_both(struct round *round, const struct plan_ask *ask,
    enum col_quality quality)
{
	struct col_value *values = round->work->values;

	if (ask->slot != PLAN_NO_SLOT) {
		values[ask->slot] = (struct col_value){.quality = quality};
	}
	if (ask->state_slot != PLAN_NO_SLOT) {
		values[ask->state_slot] =
		    (struct col_value){.quality = quality};
	}
	round->work->total_bad |= ask->total && quality == COL_ERROR;
}

static void
go_on(struct round *round)
{
	round->work->phase = ROUND_SENSORS;
	round->work->position++;
	round->work->n_read++;
}

bool
values_ask(struct round *round)
{
	struct round_work *work = round->work;
	const struct sdr_sensor *sensor;
	struct task_ask ask = {.netfn = NETFN_SENSOR, .n = 1};

	while (work->phase == ROUND_SENSORS &&
	    work->position < round->plan->n_asks &&
	    is_slow(round, index_at(round, work->position))) {
		set_both(round, ask_now(round), COL_UNAVAILABLE);
		go_on(round);
	}
	if (work->position >= round->plan->n_asks ||
	    !round_time_left(round, 1, 1)) {
		return false;
	}
	sensor = sensor_of(round, ask_now(round));
	ask.lun = sensor->lun;
	ask.data[0] = sensor->number;
	ask.command = SENSOR_READING;
	if (work->phase == ROUND_FACTORS) {
		ask.command = SENSOR_FACTORS;
		ask.data[1] = work->raw;
		ask.n = 2;
	}
	return round_ask(round, &ask);
}

/* ---- what answers mean ------------------------------------------------------ */

static void
worsen(struct round *round, enum plan_health health)
{
	struct round_work *work = round->work;

	work->has_health = true;
	if (health > work->health) {
		work->health = health;
	}
}

static enum plan_health
health_of(enum col_severity severity)
{
	return severity == COL_SEVERITY_CRITICAL ? PLAN_HEALTH_CRITICAL :
	    severity == COL_SEVERITY_WARNING ? PLAN_HEALTH_WARNING :
	    PLAN_HEALTH_OK;
}

/*
 * Comparison with the sensor's own thresholds: below and above non-critical,
 * critical, non-recoverable.  Fans of a machine that is off stand still.
 * Source: IPMI v2.0 table 35-15, byte 4.
 */
static void
judge_threshold(struct round *round, const struct sensor_reading *reading)
{
	const struct round_work *work = round->work;

	if (!reading->has_states || (work->has_chassis && !work->chassis.on)) {
		return;
	}
	worsen(round, (reading->states & 0x36) != 0 ? PLAN_HEALTH_CRITICAL :
	    (reading->states & 0x09) != 0 ? PLAN_HEALTH_WARNING :
	    PLAN_HEALTH_OK);
}

static void
take_states(struct round *round, const struct plan_ask *ask,
    const struct sensor_reading *reading)
{
	const struct sdr_sensor *sensor = sensor_of(round, ask);
	struct col_value *value = &round->work->values[ask->state_slot];
	const struct states_word *word;
	unsigned code;

	if (!reading->has_states) {
		value->quality = COL_UNAVAILABLE;
		return;
	}
	code = states_code(sensor->type, sensor->reading_type,
	    reading->states & 0x7fff);
	*value = (struct col_value){.number = code, .quality = COL_GOOD};
	word = code == 0 ? NULL : states_word(sensor->type,
	    sensor->reading_type, code - 1);
	worsen(round, word == NULL ? PLAN_HEALTH_OK :
	    health_of(word->severity));
}

static void
set_number(struct round *round, const struct plan_ask *ask,
    const struct sdr_factors *factors, uint8_t raw)
{
	struct round_work *work = round->work;
	struct sdr_factors used = *factors;
	double number;

	used.format = ask->format;
	if (!convert_reading(&used, raw, &number)) {
		set_both(round, ask, COL_ERROR);
		return;
	}
	number *= ask->scale;
	work->values[ask->slot] = (struct col_value){.number = number,
	    .quality = COL_GOOD};
	if (ask->total) {
		work->total_w += number;
		work->total_good = true;
	}
}

static void
take_value(struct round *round, const struct plan_ask *ask,
    const struct sensor_reading *reading)
{
	const struct sdr_sensor *sensor = sensor_of(round, ask);

	round->misses[index_at(round, round->work->position)] = 0;
	if (ask->state_slot != PLAN_NO_SLOT) {
		take_states(round, ask, reading);
	}
	if (sensor->reading_type == SDR_READING_THRESHOLD) {
		judge_threshold(round, reading);
	}
	if (ask->slot != PLAN_NO_SLOT &&
	    convert_asks_factors(&sensor->factors)) {
		round->work->raw = reading->raw;
		round->work->phase = ROUND_FACTORS;
		return;
	}
	if (ask->slot != PLAN_NO_SLOT) {
		set_number(round, ask, &sensor->factors, reading->raw);
	}
	go_on(round);
}

/* Source: IPMI v2.0 table 35-4: next reading, then factors. */
static void
take_factors(struct round *round, const struct task_answer *answer)
{
	const struct plan_ask *ask = ask_now(round);
	struct sdr_factors factors = sensor_of(round, ask)->factors;

	if (answer->completion == CC_OK && answer->n >= 7) {
		sdr_factors(answer->data + 1, &factors);
		set_number(round, ask, &factors, round->work->raw);
	} else {
		set_both(round, ask, COL_ERROR);
	}
	go_on(round);
}

/* Busy (after the link's retries) is an error of this poll, nothing more. */
static void
take_refusal(struct round *round, const struct plan_ask *ask, uint8_t code)
{
	size_t i = index_at(round, round->work->position);
	bool absent = code == CC_ABSENT || code == CC_ILLEGAL ||
	    code == CC_INVALID_COMMAND || code == CC_PRIVILEGE ||
	    code == CC_NOT_NOW;

	set_both(round, ask, absent ? COL_UNAVAILABLE : COL_ERROR);
	if (absent) {
		count_miss(round, i, code != CC_NOT_NOW);
	} else if (code != CC_BUSY && code != CC_TIMEOUT) {
		count_miss(round, i, false);
	}
	go_on(round);
}

void
values_take(struct round *round, const struct task_answer *answer)
{
	const struct plan_ask *ask = ask_now(round);
	struct sensor_reading reading;

	if (round->work->phase == ROUND_FACTORS) {
		take_factors(round, answer);
	} else if (answer->completion != CC_OK) {
		take_refusal(round, ask, answer->completion);
	} else if (chassis_reading(answer->data, answer->n, &reading) != 0) {
		take_refusal(round, ask, CC_UNSPECIFIED);
	} else if (reading.unavailable || (!reading.scanning &&
	    (round->plan->look.quirks & QUIRK_IGNORESCANNINGDISABLED) == 0)) {
		set_both(round, ask, COL_UNAVAILABLE);
		count_miss(round, index_at(round, round->work->position),
		    false);
		go_on(round);
	} else {
		take_value(round, ask, &reading);
	}
}

/* It held up the poll until the link gave up: once an hour is enough. */
void
values_miss(struct round *round)
{
	set_both(round, ask_now(round), COL_ERROR);
	count_miss(round, index_at(round, round->work->position), true);
	go_on(round);
}

/* ---- telling --------------------------------------------------------------------------------- */

static struct col_value
power_value(struct round *round)
{
	struct round_work *work = round->work;
	struct col_value value = {.number = work->power_w,
	    .quality = work->has_power ? COL_GOOD : COL_UNAVAILABLE};

	if (round->plan->power == PROFILE_POWER_INPUTS) {
		value.number = work->total_w;
		value.quality = work->total_bad || work->n_read <
		    round->plan->n_asks ? COL_ERROR : work->total_good ?
		    COL_GOOD : COL_UNAVAILABLE;
	} else if (work->has_power && round->n_kept > 0) {
		value.number = (work->power_w + round->keep_w) /
		    (1 + round->n_kept);
	}
	return value;
}

static void
set_own_values(struct round *round)
{
	struct round_work *work = round->work;
	const struct plan *plan = round->plan;

	if (plan->power_slot != PLAN_NO_SLOT &&
	    plan->power != PROFILE_POWER_SENSOR) {
		work->values[plan->power_slot] = power_value(round);
	}
	if (plan->chassis_slot != PLAN_NO_SLOT) {
		work->values[plan->chassis_slot] = (struct col_value){
		    .number = work->chassis.on, .quality = work->has_chassis ?
		    COL_GOOD : COL_UNAVAILABLE};
	}
	if (work->has_chassis && (work->chassis.fault ||
	    work->chassis.overload || work->chassis.drive_fault ||
	    work->chassis.fan_fault || work->chassis.control_fault)) {
		worsen(round, PLAN_HEALTH_WARNING);
	}
	if (plan->health_slot != PLAN_NO_SLOT) {
		work->values[plan->health_slot] = (struct col_value){
		    .number = work->health, .quality = work->has_health ?
		    COL_GOOD : COL_UNAVAILABLE};
	}
}

static void
say_what_is_missing(struct round *round)
{
	struct round_work *work = round->work;
	size_t n = round->plan->n_asks, left = n - work->n_read;

	if (work->n_read < n) {
		work->status = COL_POLL_PARTIAL;
		(void)snprintf(work->detail, sizeof(work->detail), "%zu of"
		    " %zu sensors did not answer in time; the next poll"
		    " begins with them", left, n);
		if (n > FIRST_ASKS && work->n_read >= FIRST_ASKS) {
			round->turn = (uint16_t)((round->turn + work->n_read -
			    FIRST_ASKS) % (n - FIRST_ASKS));
		}
	} else if (round->set == NULL) {
		work->status = COL_POLL_PARTIAL;
		(void)snprintf(work->detail, sizeof(work->detail), "%s%s",
		    round->load_fault != NULL ? "its sensors are not known: " :
		    round->repository != NULL ?
		    "its sensors are being learned" :
		    "its sensors wait for their turn to be learned",
		    round->load_fault != NULL ? round->load_fault : "");
	}
}

void
values_emit(struct round *round)
{
	struct round_work *work = round->work;

	if (work->emitted || (work->values == NULL && !values_start(round))) {
		return;
	}
	set_own_values(round);
	if (round->plan->layout != NULL) {
		round->readings->host->emit(work->poll, round->plan->layout,
		    work->values, COL_UPTIME_UNKNOWN);
	}
	work->emitted = true;
	round->keep_w = 0;
	round->n_kept = 0;
	round->last_ns = round_now(round);
	say_what_is_missing(round);
}
