/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DCMI: every command's data starts with the group number, both ways.
 * Source: DCMI v1.5 sections 6.1.1, 6.4.2, 6.6.1, 6.6.2.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bmc_command.h"
#include "bmc_model.h"

#define GROUP 0xdc
/* Statistics run over the last minute, in samples of ten seconds. */
#define PERIOD_S 60
#define SAMPLE_S 10
#define POWER_ACTIVE 0x40

uint8_t
bmc_dcmi_capabilities(struct bmc_call *call)
{
	static const struct {
		uint8_t n, bytes[4];
	} parameters[] = {
		{3, {0x00, 0x01, 0x07}},	/* power; KCS, LAN, serial */
		{4, {0x40, 0x00, 0x00, 0x1e}},	/* log of 64 entries */
		{2, {0x20, 0x00}},		/* the BMC measures power */
		{3, {0x01, 0xff, 0xff}},	/* LAN channel, no serial */
		{2, {0x01, 0x41}},		/* one period, of a minute */
	};
	uint8_t which;

	if (call->n < 2) {
		return BMC_BAD_LENGTH;
	}
	which = call->data[1];
	if (which < 1 || which > sizeof(parameters) / sizeof(parameters[0])) {
		return BMC_BAD_FIELD;
	}
	bmc_command_put8(call, GROUP);
	bmc_command_put8(call, 1);
	bmc_command_put8(call, 5);
	bmc_command_put8(call, 2);
	bmc_command_put(call, parameters[which - 1].bytes,
	    parameters[which - 1].n);
	return BMC_OK;
}

uint8_t
bmc_dcmi_power(struct bmc_call *call)
{
	const struct bmc_order *order = bmc_orders(call->bmc);
	const struct bmc_setup *setup = call->bmc->setup;
	struct bmc_values v;
	double least, most, sum = 0, now_w;

	if (call->n < 4) {
		return BMC_BAD_LENGTH;
	}
	if (call->data[1] != 1 && call->data[1] != 2) {
		return BMC_BAD_FIELD;
	}
	bmc_command_measure(call, &v);
	now_w = least = most = order->dcmi_zero ? 0 : v.power_w;
	for (int ago = 0; ago < PERIOD_S; ago += SAMPLE_S) {
		setup->measure(setup->arg, call->bmc->id, call->now - ago, &v);
		least = fmin(least, v.power_w);
		most = fmax(most, v.power_w);
		sum += v.power_w;
	}
	bmc_command_put8(call, GROUP);
	bmc_command_put16(call, (unsigned int)lround(now_w));
	if (order->dcmi_short) {
		return BMC_OK;
	}
	bmc_command_put16(call, (unsigned int)lround(least));
	bmc_command_put16(call, (unsigned int)lround(most));
	bmc_command_put16(call, (unsigned int)lround(sum * SAMPLE_S / PERIOD_S));
	bmc_command_put32(call, (uint32_t)(call->now + order->jump_s));
	bmc_command_put32(call, PERIOD_S * 1000);
	bmc_command_put8(call, call->bmc->model->dcmi_idle ? 0 : POWER_ACTIVE);
	return BMC_OK;
}

/* Sixteen octets of a text from an offset on, its whole length first. */
static uint8_t
put_text(struct bmc_call *call, const char *text)
{
	size_t len = strlen(text), from, n;

	if (call->n < 3) {
		return BMC_BAD_LENGTH;
	}
	from = call->data[1];
	n = call->data[2];
	if (n > 16) {
		return BMC_BAD_FIELD;
	}
	if (from > len) {
		return BMC_OUT_OF_RANGE;
	}
	bmc_command_put8(call, GROUP);
	bmc_command_put8(call, (unsigned int)len);
	bmc_command_put(call, text + from, n < len - from ? n : len - from);
	return BMC_OK;
}

uint8_t
bmc_dcmi_tag(struct bmc_call *call)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "RS-%08X", call->bmc->id);
	return put_text(call, text);
}

uint8_t
bmc_dcmi_controller(struct bmc_call *call)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "bmc-%08x", call->bmc->id);
	return put_text(call, text);
}
