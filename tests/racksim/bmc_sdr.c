/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The repository of sensor records, built octet by octet when asked for, and
 * the commands that read the sensors behind it.
 */
#include <config.h>

#include <string.h>

#include "bmc_command.h"
#include "bmc_model.h"
#include "hash.h"

/* Source: IPMI section 43: record types. */
#define FULL 0x01
#define COMPACT 0x02
#define EVENT_ONLY 0x03
#define FRU_LOCATOR 0x11
#define MC_LOCATOR 0x12
#define OEM 0xc0
#define RECORD_MAX 96
#define HEAD 5
#define NONE_LEFT 0xffff
/* Reading octet 3: events and scanning are on; the reading is not there. */
#define EVENTS_ON 0x80
#define SCANNING_ON 0x40
#define NOT_AVAILABLE 0x20
/* When the repositories were filled, at the latest. */
#define FILLED_T 1735689600
#define FIFTH_YEAR_S (73 * 86400)

/* Source: IPMI tables 43-1, 43-2: what both of them begin with. */
static void
put_common(const struct bmc_sensor *s, uint8_t *p)
{
	p[5] = 0x20;
	p[7] = s->number;
	p[8] = s->entity;
	p[9] = s->instance;
	p[10] = 0x7f;
	p[11] = 0x68;
	p[12] = s->type;
	p[13] = s->event_type;
	p[20] = s->units;
	p[21] = s->unit;
}

/* The thresholds that exist, a bit each, from lower non-critical up. */
static uint8_t
threshold_mask(const struct bmc_sensor *s)
{
	return (uint8_t)((s->ln != 0 ? 0x01 : 0) | (s->lc != 0 ? 0x02 : 0) |
	    (s->un != 0 ? 0x08 : 0) | (s->uc != 0 ? 0x10 : 0));
}

static size_t
put_name(uint8_t *p, const char *name)
{
	size_t len = strlen(name);

	/* Source: IPMI section 43.15: 11b = eight-bit characters. */
	p[0] = (uint8_t)(0xc0 | len);
	memcpy(p + 1, name, len);
	return 1 + len;
}

static size_t
put_full(const struct bmc_sensor *s, uint8_t *p)
{
	put_common(s, p);
	p[14] = 0x95;
	p[15] = 0x7a;
	p[16] = 0x95;
	p[17] = 0x7a;
	p[18] = threshold_mask(s);
	p[23] = s->linear;
	p[24] = (uint8_t)s->m;
	p[25] = (uint8_t)((s->m >> 8 & 3) << 6);
	p[26] = (uint8_t)s->b;
	p[27] = (uint8_t)((s->b >> 8 & 3) << 6);
	p[29] = (uint8_t)((s->r_exp & 0xf) << 4 | (s->b_exp & 0xf));
	p[34] = (s->units & 0xc0) == BMC_UNSIGNED ? 0xff : 0x7f;
	p[35] = (s->units & 0xc0) == BMC_UNSIGNED ? 0x00 : 0x80;
	p[37] = bmc_model_raw(s, (double)s->uc);
	p[38] = bmc_model_raw(s, (double)s->un);
	p[40] = bmc_model_raw(s, (double)s->lc);
	p[41] = bmc_model_raw(s, (double)s->ln);
	p[42] = p[43] = 2;
	return 47 + put_name(p + 47, s->name);
}

static size_t
put_compact(const struct bmc_sensor *s, uint8_t *p)
{
	put_common(s, p);
	p[14] = p[16] = p[18] = 0x0f;
	p[20] = 0xc0;
	p[23] = 0x01;
	return 31 + put_name(p + 31, s->name);
}

static size_t
put_event_only(const struct bmc_sensor *s, uint8_t *p)
{
	p[5] = 0x20;
	p[7] = s->number;
	p[8] = s->entity;
	p[9] = s->instance;
	p[10] = s->type;
	p[11] = s->event_type;
	p[12] = 0x01;
	return 16 + put_name(p + 16, s->name);
}

/* FRU 0, or the BMC itself: tables 43-7 and 43-8. */
static size_t
put_locator(const struct bmc_sensor *s, uint8_t *p)
{
	p[5] = 0x20;
	if (s->record == FRU_LOCATOR) {
		p[6] = s->number;
		p[7] = 0x80;
		p[10] = 0x10;
	} else {
		p[8] = 0x8f;
	}
	p[12] = s->entity;
	p[13] = s->instance;
	return 15 + put_name(p + 15, s->name);
}

/* Builds the record with an index; returns its octets. */
static size_t
build(const struct bmc *bmc, size_t index, uint8_t *p)
{
	const struct bmc_sensor *s = &bmc->model->sensors[index];
	const struct bmc_order *order = bmc_orders(bmc);
	size_t n;

	memset(p, 0, RECORD_MAX);
	p[0] = (uint8_t)(index + 1);
	p[1] = (uint8_t)((index + 1) >> 8);
	p[2] = 0x51;
	p[3] = s->record;
	if (s->record == FULL) {
		n = put_full(s, p);
	} else if (s->record == COMPACT) {
		n = put_compact(s, p);
	} else if (s->record == EVENT_ONLY) {
		n = put_event_only(s, p);
	} else if (s->record == OEM) {
		p[5] = (uint8_t)bmc->model->manufacturer;
		p[6] = (uint8_t)(bmc->model->manufacturer >> 8);
		p[7] = (uint8_t)(bmc->model->manufacturer >> 16);
		n = 8 + put_name(p + 8, s->name);
	} else {
		n = put_locator(s, p);
	}
	p[4] = (uint8_t)(n - HEAD);
	/* Spoilt ones say more, or less, than there is. */
	if (order->sdr_short && index % 3 == 1) {
		n = HEAD + (n - HEAD) / 2;
		p[4] = (uint8_t)(n - HEAD);
	}
	if (order->sdr_long && index % 3 == 1) {
		p[4] = 0xff;
	}
	return n;
}

/* When the records were last written: long ago, or on order. */
static uint32_t
filled(const struct bmc *bmc)
{
	const struct bmc_order *order = bmc_orders(bmc);

	return (uint32_t)(order->changed_at > 0 ? order->changed_at :
	    FILLED_T - (int64_t)(hash_mix(bmc->hash, 77) % FIFTH_YEAR_S));
}

uint8_t
bmc_sdr_info(struct bmc_call *call)
{
	bmc_command_put8(call, 0x51);
	bmc_command_put16(call, (unsigned int)call->bmc->model->n_sensors);
	bmc_command_put16(call, 0x1000);
	bmc_command_put32(call, filled(call->bmc));
	bmc_command_put32(call, filled(call->bmc) - 60);
	/* Reservations are supported. */
	bmc_command_put8(call, 0x22);
	return BMC_OK;
}

uint8_t
bmc_sdr_reserve(struct bmc_call *call)
{
	if (++call->bmc->sdr_reservation == 0) {
		call->bmc->sdr_reservation = 1;
	}
	bmc_command_put16(call, call->bmc->sdr_reservation);
	return BMC_OK;
}

uint8_t
bmc_sdr_get(struct bmc_call *call)
{
	const struct bmc_model *model = call->bmc->model;
	const uint8_t *in = call->data;
	uint8_t record[RECORD_MAX];
	size_t index, from, want, n;

	if (call->n < 6) {
		return BMC_BAD_LENGTH;
	}
	index = (size_t)in[2] | (size_t)in[3] << 8;
	index = index == 0 ? 0 : index == NONE_LEFT ? model->n_sensors - 1 :
	    index - 1;
	from = in[4];
	want = in[5];
	if (from > 0 && (in[0] | in[1] << 8) != call->bmc->sdr_reservation) {
		return BMC_CANCELLED;
	}
	if (index >= model->n_sensors) {
		return BMC_NOT_PRESENT;
	}
	n = build(call->bmc, index, record);
	if (from >= n) {
		return BMC_OUT_OF_RANGE;
	}
	want = want < n - from ? want : n - from;
	if (model->read_max > 0 && (want > model->read_max ||
	    in[5] == 0xff)) {
		return BMC_TOO_MUCH;
	}
	bmc_command_put16(call, index + 1 < model->n_sensors ?
	    (unsigned int)index + 2 : NONE_LEFT);
	bmc_command_put(call, record + from, want);
	return BMC_OK;
}

/* Finds the sensor that a command is about, unless it is ordered away. */
static const struct bmc_sensor *
asked_sensor(const struct bmc_call *call)
{
	const struct bmc *bmc = call->bmc;
	double gone = bmc_orders(bmc)->gone_percent;

	if (gone > 0 && hash_unit(hash_mix(bmc->hash, 9), call->data[0]) *
	    100 < gone) {
		return NULL;
	}
	return bmc_model_sensor(bmc->model, call->data[0]);
}

/* Source: IPMI section 35.14: which thresholds the reading is beyond. */
static uint8_t
compare(const struct bmc_sensor *s, double value)
{
	return (uint8_t)((s->ln != 0 && value <= (double)s->ln ? 0x01 : 0) |
	    (s->lc != 0 && value <= (double)s->lc ? 0x02 : 0) |
	    (s->un != 0 && value >= (double)s->un ? 0x08 : 0) |
	    (s->uc != 0 && value >= (double)s->uc ? 0x10 : 0));
}

uint8_t
bmc_sdr_reading(struct bmc_call *call)
{
	const struct bmc_sensor *sensor;
	struct bmc_values v;
	double value;
	uint16_t states;

	if (call->n < 1) {
		return BMC_BAD_LENGTH;
	}
	sensor = asked_sensor(call);
	if (sensor == NULL || sensor->record == EVENT_ONLY) {
		return BMC_NOT_PRESENT;
	}
	bmc_command_measure(call, &v);
	if (sensor->what == BMC_DISABLED) {
		bmc_command_put16(call, 0);
		bmc_command_put16(call, 0xc0);
	} else if (sensor->what >= BMC_STATE_PSU) {
		states = bmc_model_states(sensor, &v);
		bmc_command_put8(call, 0);
		bmc_command_put8(call, EVENTS_ON | SCANNING_ON);
		bmc_command_put16(call, states | 0x8000U);
	} else if (bmc_model_physical(sensor, &v, &value) != 0) {
		bmc_command_put8(call, 0);
		bmc_command_put8(call, EVENTS_ON | SCANNING_ON | NOT_AVAILABLE);
		bmc_command_put8(call, 0xc0);
	} else {
		bmc_command_put8(call, bmc_model_raw(sensor, value));
		bmc_command_put8(call, EVENTS_ON | SCANNING_ON);
		/* Watts with states of a supply: both in one sensor. */
		if (sensor->event_type == 0x6f) {
			bmc_command_put16(call, 0x8000U |
			    bmc_model_states(sensor, &v));
		} else {
			bmc_command_put8(call, 0xc0U | compare(sensor, value));
		}
	}
	return BMC_OK;
}

uint8_t
bmc_sdr_thresholds(struct bmc_call *call)
{
	const struct bmc_sensor *s;

	if (call->n < 1) {
		return BMC_BAD_LENGTH;
	}
	s = asked_sensor(call);
	if (s == NULL || s->record != FULL) {
		return BMC_NOT_PRESENT;
	}
	bmc_command_put8(call, threshold_mask(s));
	bmc_command_put8(call, bmc_model_raw(s, (double)s->ln));
	bmc_command_put8(call, bmc_model_raw(s, (double)s->lc));
	bmc_command_put8(call, 0);
	bmc_command_put8(call, bmc_model_raw(s, (double)s->un));
	bmc_command_put8(call, bmc_model_raw(s, (double)s->uc));
	bmc_command_put8(call, 0);
	return BMC_OK;
}

/* Source: IPMI section 35.5. */
uint8_t
bmc_sdr_factors(struct bmc_call *call)
{
	const struct bmc_sensor *s;
	uint8_t record[RECORD_MAX] = {0};

	if (call->n < 2) {
		return BMC_BAD_LENGTH;
	}
	s = asked_sensor(call);
	if (s == NULL || s->record != FULL) {
		return BMC_NOT_PRESENT;
	}
	(void)put_full(s, record);
	bmc_command_put8(call, call->data[1] + 1U);
	bmc_command_put(call, record + 24, 6);
	return BMC_OK;
}

uint8_t
bmc_sdr_hysteresis(struct bmc_call *call)
{
	if (call->n < 2) {
		return BMC_BAD_LENGTH;
	}
	if (asked_sensor(call) == NULL) {
		return BMC_NOT_PRESENT;
	}
	bmc_command_put16(call, 0x0202);
	return BMC_OK;
}

/* Source: IPMI section 35.11: events and scanning are on. */
uint8_t
bmc_sdr_enables(struct bmc_call *call)
{
	const struct bmc_sensor *s;

	if (call->n < 1) {
		return BMC_BAD_LENGTH;
	}
	s = asked_sensor(call);
	if (s == NULL) {
		return BMC_NOT_PRESENT;
	}
	bmc_command_put8(call, s->what == BMC_DISABLED ? 0 :
	    EVENTS_ON | SCANNING_ON);
	return BMC_OK;
}
