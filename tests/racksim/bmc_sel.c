/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event log. Entry k happened at a time of its own, so what the log holds
 * now follows from the clock alone; ordered events come in between.
 *
 * Source: IPMI v2.0 rev. 1.1 sections 31 (commands), 32 (records), 42 (sensor
 *         types and offsets).
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bmc_command.h"
#include "bmc_model.h"
#include "hash.h"

/* The log's room; the oldest make way. */
#define ROOM 64
#define SHOWN 40
#define RECORD 16
/* 2025-01-01T00:00:00Z: all logs begin here. */
#define BEGAN_T 1735689600
#define HOUR_S 3600
#define SYSTEM_RECORD 0x02
#define OEM_RECORD 0xc0
#define SOFTWARE_ID 0x20
#define REVISION 0x04
#define TEMPERATURE 0x01

/* What entries look like; regular ones take turns. */
static const struct kind {
	uint8_t type;		/* of the sensor */
	uint8_t event;		/* with the deassertion bit */
	uint8_t data[3];
} kinds[] = {
	{0x1d, 0x6f, {0x00, 0xff, 0xff}},	/* power up */
	{0x1f, 0x6f, {0x01, 0xff, 0xff}},	/* booted from disk */
	{TEMPERATURE, 0x01, {0x57, 41, 40}},	/* too warm */
	{TEMPERATURE, 0x81, {0x57, 38, 40}},	/* no longer */
	{0x0c, 0x6f, {0xa0, 0x01, 0x04}},	/* corrected memory error */
	{0x08, 0x6f, {0x03, 0xff, 0xff}},	/* supply lost its input */
	{0x08, 0xef, {0x03, 0xff, 0xff}},	/* and has it again */
	{0x09, 0x6f, {0x00, 0xff, 0xff}},	/* power off */
	{0xff, 0x00, {0x00, 0x00, 0x00}},	/* the maker's own */
};
/* A supply failed: what an ordered event says. */
static const struct kind ordered = {0x08, 0x6f, {0x01, 0xff, 0xff}};

#define KINDS_N (sizeof(kinds) / sizeof(kinds[0]))

struct entry {
	int64_t t;
	uint64_t k;		/* number among the regular ones */
	bool is_ordered;
};

struct log {
	struct entry entries[SHOWN + BMC_EVENTS_MAX];
	size_t n;
	uint32_t last;		/* record id of the newest */
};

static int64_t
period(const struct bmc *bmc)
{
	return (int64_t)hash_range(bmc->hash, 301, 20, 60) * HOUR_S;
}

static int64_t
regular_at(const struct bmc *bmc, uint64_t k)
{
	return BEGAN_T + (int64_t)k * period(bmc) + (int64_t)(0.9 *
	    hash_unit(hash_mix(bmc->hash, 302), k) * (double)period(bmc));
}

static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->t < y->t ? -1 : x->t > y->t;
}

/* Lists the newest entries in the order in which they came. */
static void
list(const struct bmc_call *call, struct log *log)
{
	const struct bmc *bmc = call->bmc;
	const struct bmc_order *order = bmc_orders(bmc);
	uint64_t n = call->now > BEGAN_T ?
	    (uint64_t)((call->now - BEGAN_T) / period(bmc)) : 0;

	log->n = 0;
	while (regular_at(bmc, n) <= call->now) {
		n++;
	}
	while (n > 0 && regular_at(bmc, n - 1) > call->now) {
		n--;
	}
	for (uint64_t k = n > SHOWN ? n - SHOWN : 0; k < n; k++) {
		log->entries[log->n++] = (struct entry){regular_at(bmc, k), k,
		    false};
	}
	for (size_t i = 0; i < order->n_events; i++) {
		if (order->events[i] <= call->now) {
			log->entries[log->n++] = (struct entry){
			    order->events[i], i, true};
			n++;
		}
	}
	qsort(log->entries, log->n, sizeof(log->entries[0]), by_time);
	log->last = (uint32_t)n;
}

static const struct bmc_sensor *
sensor_of_type(const struct bmc_model *model, uint8_t type)
{
	for (size_t i = 0; i < model->n_sensors; i++) {
		if (model->sensors[i].record <= 0x03 &&
		    model->sensors[i].type == type) {
			return &model->sensors[i];
		}
	}
	return NULL;
}

static void
write_record(const struct bmc_call *call, const struct entry *entry,
    uint32_t id, uint8_t *p)
{
	const struct bmc_model *model = call->bmc->model;
	const struct kind *kind = entry->is_ordered ? &ordered :
	    &kinds[(entry->k + call->bmc->hash % KINDS_N) % KINDS_N];
	const struct bmc_sensor *sensor = sensor_of_type(model, kind->type);
	uint32_t t = (uint32_t)(entry->t + bmc_orders(call->bmc)->jump_s);

	memset(p, 0, RECORD);
	p[0] = (uint8_t)id;
	p[1] = (uint8_t)(id >> 8);
	for (int i = 0; i < 4; i++) {
		p[3 + i] = (uint8_t)(t >> 8 * i);
	}
	if (kind->type == 0xff) {
		p[2] = OEM_RECORD;
		p[7] = (uint8_t)model->manufacturer;
		p[8] = (uint8_t)(model->manufacturer >> 8);
		p[9] = (uint8_t)(model->manufacturer >> 16);
		p[10] = (uint8_t)entry->k;
		return;
	}
	p[2] = SYSTEM_RECORD;
	p[7] = SOFTWARE_ID;
	p[9] = REVISION;
	p[10] = kind->type;
	p[11] = sensor == NULL ? 0 : sensor->number;
	p[12] = kind->event;
	memcpy(p + 13, kind->data, 3);
	if (kind->type == TEMPERATURE && sensor != NULL) {
		/* Degrees in the table; the reading and its threshold here. */
		p[14] = bmc_model_raw(sensor, kind->data[1]);
		p[15] = bmc_model_raw(sensor, kind->data[2]);
	}
}

uint8_t
bmc_sel_info(struct bmc_call *call)
{
	struct log log;
	size_t n;

	list(call, &log);
	n = log.n < SHOWN ? log.n : SHOWN;
	bmc_command_put8(call, 0x51);
	bmc_command_put16(call, (unsigned int)n);
	bmc_command_put16(call, (unsigned int)((ROOM - n) * RECORD));
	bmc_command_put32(call, log.n == 0 ? UINT32_MAX :
	    (uint32_t)(log.entries[log.n - 1].t +
	    bmc_orders(call->bmc)->jump_s));
	bmc_command_put32(call, BEGAN_T);
	bmc_command_put8(call, 0x02);
	return BMC_OK;
}

uint8_t
bmc_sel_reserve(struct bmc_call *call)
{
	if (++call->bmc->sel_reservation == 0) {
		call->bmc->sel_reservation = 1;
	}
	bmc_command_put16(call, call->bmc->sel_reservation);
	return BMC_OK;
}

uint8_t
bmc_sel_get(struct bmc_call *call)
{
	const uint8_t *in = call->data;
	uint8_t record[RECORD];
	struct log log;
	uint32_t id, first;
	size_t at, n;

	if (call->n < 6) {
		return BMC_BAD_LENGTH;
	}
	list(call, &log);
	n = log.n < SHOWN ? log.n : SHOWN;
	first = log.last - (uint32_t)n + 1;
	id = (uint32_t)in[2] | (uint32_t)in[3] << 8;
	id = id == 0 ? first : id == 0xffff ? log.last : id;
	if (n == 0 || id < first || id > log.last) {
		return BMC_NOT_PRESENT;
	}
	if (in[4] > 0 &&
	    (in[0] | in[1] << 8) != call->bmc->sel_reservation) {
		return BMC_CANCELLED;
	}
	if (in[4] >= RECORD) {
		return BMC_OUT_OF_RANGE;
	}
	at = log.n - 1 - (log.last - id);
	write_record(call, &log.entries[at], id, record);
	bmc_command_put16(call, id == log.last ? 0xffff : id + 1);
	bmc_command_put(call, record + in[4],
	    in[5] < RECORD - in[4] ? in[5] : (size_t)(RECORD - in[4]));
	return BMC_OK;
}

uint8_t
bmc_sel_time(struct bmc_call *call)
{
	bmc_command_put32(call, (uint32_t)(call->now +
	    bmc_orders(call->bmc)->jump_s));
	return BMC_OK;
}

/* Source: IPMI section 31.11a: minutes from UTC; its clock runs on UTC. */
uint8_t
bmc_sel_offset(struct bmc_call *call)
{
	bmc_command_put16(call, 0);
	return BMC_OK;
}
