/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One table says which commands there are, who may ask them, and which of them
 * are answered before a session exists.
 */
#include <config.h>

#include "bmc_command.h"

#include <string.h>

#include "bmc_model.h"
#include "bmc_session.h"

/* Source: IPMI section 13.8: addresses, network functions. */
#define BMC_ADDRESS 0x20
#define MESSAGE_MIN 7
#define NETFN_CHASSIS 0x00
#define NETFN_SENSOR 0x04
#define NETFN_APP 0x06
#define NETFN_STORAGE 0x0a
#define NETFN_GROUP 0x2c
/* Source: IPMI table 5-1: the group of DCMI, in front of its data. */
#define GROUP_DCMI 0xdc

void
bmc_command_put(struct bmc_call *call, const void *bytes, size_t n)
{
	if (n <= sizeof(call->out) - call->n_out) {
		memcpy(call->out + call->n_out, bytes, n);
		call->n_out += n;
	}
}

void
bmc_command_put8(struct bmc_call *call, unsigned int value)
{
	uint8_t byte = (uint8_t)value;

	bmc_command_put(call, &byte, 1);
}

void
bmc_command_put16(struct bmc_call *call, unsigned int value)
{
	bmc_command_put8(call, value);
	bmc_command_put8(call, value >> 8);
}

void
bmc_command_put32(struct bmc_call *call, uint32_t value)
{
	bmc_command_put16(call, value & 0xffff);
	bmc_command_put16(call, value >> 16);
}

void
bmc_command_measure(const struct bmc_call *call, struct bmc_values *ret)
{
	const struct bmc_setup *setup = call->bmc->setup;

	setup->measure(setup->arg, call->bmc->id, call->now, ret);
}

/* Source: IPMI section 22.13. */
static uint8_t
authentication(struct bmc_call *call)
{
	const struct bmc_model *model = call->bmc->model;
	bool extended;

	if (call->n < 2) {
		return BMC_BAD_LENGTH;
	}
	extended = (call->data[0] & 0x80) != 0;
	bmc_command_put8(call, 1);
	/* No IPMI 1.5 session is on offer; some still list its types. */
	bmc_command_put8(call, model->lists_v15 ?
	    (extended ? 0x94U : 0x14U) : extended ? 0x80U : 0x00U);
	/* Named users exist; no key of the BMC's own is set. */
	bmc_command_put8(call, 0x04);
	bmc_command_put8(call, extended &&
	    !bmc_orders(call->bmc)->no_rmcpp ? 0x02 : 0x00);
	bmc_command_put32(call, 0);
	return BMC_OK;
}

/* Source: IPMI section 22.15: sixteen octets of suite records at a time. */
static uint8_t
suites(struct bmc_call *call)
{
	uint8_t records[16];
	size_t n = 0, from;

	if (call->n < 3) {
		return BMC_BAD_LENGTH;
	}
	from = 16U * (call->data[2] & 0x3fU);
	if (call->bmc->setup->allow_suite_0) {
		memcpy(records, "\xc0\x00\x00\x40\x80", 5);
		n += 5;
	}
	if (bmc_model_suite(call->bmc->model, 3)) {
		memcpy(records + n, "\xc0\x03\x01\x41\x81", 5);
		n += 5;
	}
	if (bmc_model_suite(call->bmc->model, 17)) {
		memcpy(records + n, "\xc0\x11\x03\x44\x81", 5);
		n += 5;
	}
	bmc_command_put8(call, 1);
	if (from < n) {
		bmc_command_put(call, records + from, n - from);
	}
	return BMC_OK;
}

/* Source: IPMI section 20.1. */
static uint8_t
device_id(struct bmc_call *call)
{
	const struct bmc_model *model = call->bmc->model;

	bmc_command_put8(call, 0x20);
	bmc_command_put8(call, 0x01);
	bmc_command_put8(call, model->firmware >> 8);
	bmc_command_put8(call, model->firmware & 0xff);
	bmc_command_put8(call, 0x02);
	/* Chassis, events, FRU, SEL, SDR repository and sensors. */
	bmc_command_put8(call, 0x8f);
	bmc_command_put8(call, model->manufacturer & 0xff);
	bmc_command_put16(call, model->manufacturer >> 8);
	bmc_command_put16(call, model->product);
	bmc_command_put32(call, 0);
	return BMC_OK;
}

static uint8_t
self_test(struct bmc_call *call)
{
	bmc_command_put8(call, 0x55);
	bmc_command_put8(call, 0x00);
	return BMC_OK;
}

static uint8_t
guid(struct bmc_call *call)
{
	uint8_t bytes[16];

	bmc_session_guid(call->bmc, bytes);
	bmc_command_put(call, bytes, sizeof(bytes));
	return BMC_OK;
}

/* Source: IPMI section 22.18: 81h = above the user's limit. */
static uint8_t
privilege(struct bmc_call *call)
{
	struct bmc_session *session = call->session;
	uint8_t level, limit;

	if (call->n < 1) {
		return BMC_BAD_LENGTH;
	}
	level = call->data[0] & 0xf;
	limit = session->user->limit;
	limit = session->limit < limit ? session->limit : limit;
	if (level > BMC_ADMIN || level == BMC_CALLBACK) {
		return BMC_BAD_FIELD;
	}
	if (level > limit) {
		return 0x81;
	}
	session->level = level == 0 ? session->level : level;
	bmc_command_put8(call, session->level);
	return BMC_OK;
}

/* Source: IPMI section 22.19: 87h = no such session. */
static uint8_t
close_session(struct bmc_call *call)
{
	struct bmc_session *session;
	uint32_t id;

	if (call->n < 4) {
		return BMC_BAD_LENGTH;
	}
	id = (uint32_t)call->data[0] | (uint32_t)call->data[1] << 8 |
	    (uint32_t)call->data[2] << 16 | (uint32_t)call->data[3] << 24;
	session = bmc_session_find(call->bmc, id);
	if (session == NULL) {
		return 0x87;
	}
	if (session == call->session) {
		call->closing = true;
	} else if (call->session->level < BMC_ADMIN) {
		return BMC_NO_PRIVILEGE_FOR_IT;
	} else {
		bmc_session_end(call->bmc, session);
	}
	return BMC_OK;
}

/* The session that Get Session Info asks for; NULL if there is none. */
static const struct bmc_session *
asked_session(const struct bmc_call *call)
{
	const struct bmc_session *s = call->bmc->sessions;
	uint8_t which = call->data[0];

	if (which == 0) {
		return call->session;
	}
	if (which == 0xfe && call->n >= 2) {
		while (s != NULL && s->handle != call->data[1]) {
			s = s->next;
		}
		return s;
	}
	for (uint8_t i = 1; s != NULL && i < which; i++) {
		s = s->next;
	}
	return s;
}

/* Source: IPMI section 22.20. */
static uint8_t
session_info(struct bmc_call *call)
{
	const struct bmc_session *session;
	unsigned int n = 0;

	if (call->n < 1) {
		return BMC_BAD_LENGTH;
	}
	for (session = call->bmc->sessions; session != NULL;
	    session = session->next) {
		n += session->state == BMC_SESSION_ACTIVE;
	}
	session = asked_session(call);
	bmc_command_put8(call, session == NULL ? 0 : session->handle);
	bmc_command_put8(call, call->bmc->model->slots);
	bmc_command_put8(call, n);
	if (session == NULL || session->user == NULL) {
		return BMC_OK;
	}
	bmc_command_put8(call, 2 + (unsigned int)(session->user -
	    call->bmc->setup->users));
	bmc_command_put8(call, session->level);
	/* IPMI 2.0 on channel 1, a LAN. */
	bmc_command_put8(call, 0x11);
	return BMC_OK;
}

/* Source: IPMI section 22.24: channel 1, 802.3, IPMB, four sessions at once. */
static uint8_t
channel_info(struct bmc_call *call)
{
	static const uint8_t bytes[] = {
		1, 4, 1, 0x80, 0xf2, 0x1b, 0, 0, 0
	};

	bmc_command_put(call, bytes, sizeof(bytes));
	return BMC_OK;
}

/* Source: IPMI section 28.2. */
static uint8_t
chassis_status(struct bmc_call *call)
{
	struct bmc_values v;

	bmc_command_measure(call, &v);
	/* Restore policy "previous state"; the switch turns it on and off. */
	bmc_command_put8(call, v.on ? 0x21 : 0x20);
	bmc_command_put8(call, v.on ? 0x10 : 0x00);
	bmc_command_put8(call, 0x40);
	return BMC_OK;
}

/* Source: IPMI section 28.1: all functions are the BMC's own. */
static uint8_t
chassis_capabilities(struct bmc_call *call)
{
	static const uint8_t bytes[] = {0x00, 0x20, 0x20, 0x20, 0x20, 0x20};

	bmc_command_put(call, bytes, sizeof(bytes));
	return BMC_OK;
}

static const struct command {
	uint8_t netfn, number;
	uint8_t level;		/* 0 = outside of sessions too */
	bmc_command_fn *fn;
} commands[] = {
	{NETFN_CHASSIS, 0x00, BMC_USER, chassis_capabilities},
	{NETFN_CHASSIS, 0x01, BMC_USER, chassis_status},
	{NETFN_SENSOR, 0x23, BMC_USER, bmc_sdr_factors},
	{NETFN_SENSOR, 0x25, BMC_USER, bmc_sdr_hysteresis},
	{NETFN_SENSOR, 0x27, BMC_USER, bmc_sdr_thresholds},
	{NETFN_SENSOR, 0x29, BMC_USER, bmc_sdr_enables},
	{NETFN_SENSOR, 0x2d, BMC_USER, bmc_sdr_reading},
	{NETFN_APP, 0x01, BMC_USER, device_id},
	{NETFN_APP, 0x04, BMC_USER, self_test},
	{NETFN_APP, 0x08, BMC_USER, guid},
	{NETFN_APP, 0x37, 0, guid},
	{NETFN_APP, 0x38, 0, authentication},
	{NETFN_APP, 0x3b, BMC_CALLBACK, privilege},
	{NETFN_APP, 0x3c, BMC_CALLBACK, close_session},
	{NETFN_APP, 0x3d, BMC_USER, session_info},
	{NETFN_APP, 0x42, BMC_USER, channel_info},
	{NETFN_APP, 0x54, 0, suites},
	{NETFN_STORAGE, 0x10, BMC_USER, bmc_fru_info},
	{NETFN_STORAGE, 0x11, BMC_USER, bmc_fru_read},
	{NETFN_STORAGE, 0x20, BMC_USER, bmc_sdr_info},
	{NETFN_STORAGE, 0x22, BMC_USER, bmc_sdr_reserve},
	{NETFN_STORAGE, 0x23, BMC_USER, bmc_sdr_get},
	{NETFN_STORAGE, 0x40, BMC_USER, bmc_sel_info},
	{NETFN_STORAGE, 0x42, BMC_USER, bmc_sel_reserve},
	{NETFN_STORAGE, 0x43, BMC_USER, bmc_sel_get},
	{NETFN_STORAGE, 0x48, BMC_USER, bmc_sel_time},
	{NETFN_STORAGE, 0x5c, BMC_USER, bmc_sel_offset},
	{NETFN_GROUP, 0x01, BMC_USER, bmc_dcmi_capabilities},
	{NETFN_GROUP, 0x02, BMC_USER, bmc_dcmi_power},
	{NETFN_GROUP, 0x06, BMC_USER, bmc_dcmi_tag},
	{NETFN_GROUP, 0x09, BMC_USER, bmc_dcmi_controller},
};

/* Readings that "node busy" is ordered for. */
static bool
is_reading(const struct command *command)
{
	return command->fn == bmc_sdr_reading || command->fn == bmc_dcmi_power;
}

static uint8_t
run(struct bmc_call *call, uint8_t netfn, uint8_t number)
{
	const struct command *command = NULL;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].netfn == netfn &&
		    commands[i].number == number) {
			command = &commands[i];
		}
	}
	if (command == NULL) {
		return BMC_NO_COMMAND;
	}
	if (command->level > (call->session ? call->session->level : 0)) {
		return BMC_NO_PRIVILEGE_FOR_IT;
	}
	if (netfn == NETFN_GROUP && (!call->bmc->model->has_dcmi ||
	    bmc_orders(call->bmc)->no_dcmi || call->n < 1 ||
	    call->data[0] != GROUP_DCMI)) {
		return BMC_NO_COMMAND;
	}
	if (bmc_orders(call->bmc)->busy && is_reading(command)) {
		return BMC_BUSY;
	}
	return command->fn(call);
}

static uint8_t
checksum(const uint8_t *bytes, size_t n)
{
	uint8_t sum = 0;

	while (n > 0) {
		sum = (uint8_t)(sum + bytes[--n]);
	}
	return (uint8_t)-sum;
}

size_t
bmc_command_message(struct bmc_call *call, const uint8_t *in, size_t n,
    uint8_t *out)
{
	uint8_t netfn, code;

	if (n < MESSAGE_MIN || in[0] != BMC_ADDRESS ||
	    checksum(in, 2) != in[2] || checksum(in + 3, n - 4) != in[n - 1]) {
		return 0;
	}
	netfn = in[1] >> 2;
	/* Odd ones are answers, which a BMC does not answer. */
	if (netfn & 1) {
		return 0;
	}
	call->data = in + 6;
	call->n = n - MESSAGE_MIN;
	code = run(call, netfn, in[5]);
	out[0] = in[3];
	out[1] = (uint8_t)((netfn | 1) << 2 | (in[4] & 3));
	out[2] = checksum(out, 2);
	out[3] = BMC_ADDRESS;
	out[4] = (uint8_t)((in[4] & 0xfc) | (in[1] & 3));
	out[5] = in[5];
	out[6] = code;
	/* Only some codes come with data: 80h and 81h of the SEL do not. */
	n = code == BMC_OK ? call->n_out : netfn == NETFN_GROUP ? 1 : 0;
	if (code != BMC_OK) {
		call->out[0] = GROUP_DCMI;
	}
	memcpy(out + 7, call->out, n);
	out[7 + n] = checksum(out + 3, 4 + n);
	return 8 + n;
}
