/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FRU 0: who made the chassis, the board and the product, and what they are
 * called.
 *
 * Source: IPMI Platform Management FRU Information Storage Definition v1.0
 *         sections 8 to 12; IPMI v2.0 rev. 1.1 section 34.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "bmc_command.h"
#include "bmc_model.h"

#define SIZE 256
#define HEADER 8
#define ENGLISH 25
/* Type 11b: eight-bit characters; the mark behind the last field. */
#define TEXT 0xc0
#define END 0xc1
#define RACK_MOUNT 0x17
/* 2025-01-01 in minutes since 1996-01-01. */
#define MADE_MINUTES 15253920U

struct area {
	uint8_t *bytes;
	size_t n;
};

static void
put(struct area *area, uint8_t byte)
{
	area->bytes[area->n++] = byte;
}

static void
put_text(struct area *area, const char *text)
{
	size_t len = strlen(text);

	put(area, (uint8_t)(TEXT | len));
	memcpy(area->bytes + area->n, text, len);
	area->n += len;
}

/* Ends an area: mark, zeros to a multiple of eight, checksum. */
static void
finish(struct area *area)
{
	uint8_t sum = 0;

	put(area, END);
	while (area->n % 8 != 7) {
		put(area, 0);
	}
	area->bytes[1] = (uint8_t)((area->n + 1) / 8);
	for (size_t i = 0; i < area->n; i++) {
		sum = (uint8_t)(sum + area->bytes[i]);
	}
	put(area, (uint8_t)-sum);
}

static void
build(const struct bmc *bmc, uint8_t *out)
{
	const struct bmc_model *model = bmc->model;
	uint32_t low = (uint32_t)bmc->hash, minutes = MADE_MINUTES -
	    (uint32_t)(bmc->hash >> 40) % 1000000;
	struct area area = {.bytes = out + HEADER};
	char serial[24], tag[24];
	size_t at = 1;

	(void)snprintf(serial, sizeof(serial), "DEMO%08X", (unsigned int)low);
	(void)snprintf(tag, sizeof(tag), "RS-%08X", bmc->id);
	memset(out, 0, SIZE);
	out[0] = 1;
	out[2] = (uint8_t)at;
	memcpy(area.bytes, "\x01\x00\x17", 3);
	area.n = 3;
	put_text(&area, model->part);
	put_text(&area, serial);
	finish(&area);
	at += area.n / 8;
	out[3] = (uint8_t)at;
	area = (struct area){.bytes = out + at * 8};
	put(&area, 1);
	put(&area, 0);
	put(&area, ENGLISH);
	for (int i = 0; i < 3; i++) {
		put(&area, (uint8_t)(minutes >> 8 * i));
	}
	put_text(&area, model->maker);
	put_text(&area, model->product_name);
	put_text(&area, serial);
	put_text(&area, model->part);
	put(&area, TEXT);
	finish(&area);
	at += area.n / 8;
	out[4] = (uint8_t)at;
	area = (struct area){.bytes = out + at * 8};
	put(&area, 1);
	put(&area, 0);
	put(&area, ENGLISH);
	put_text(&area, model->maker);
	put_text(&area, model->product_name);
	put_text(&area, model->part);
	put_text(&area, "01");
	put_text(&area, serial);
	put_text(&area, tag);
	put(&area, TEXT);
	finish(&area);
	for (int i = 0; i < HEADER - 1; i++) {
		out[HEADER - 1] = (uint8_t)(out[HEADER - 1] - out[i]);
	}
}

uint8_t
bmc_fru_info(struct bmc_call *call)
{
	if (call->n < 1) {
		return BMC_BAD_LENGTH;
	}
	if (call->data[0] != 0) {
		return BMC_NOT_PRESENT;
	}
	bmc_command_put16(call, SIZE);
	bmc_command_put8(call, 0);
	return BMC_OK;
}

uint8_t
bmc_fru_read(struct bmc_call *call)
{
	uint8_t bytes[SIZE + 64];
	size_t from, want;

	if (call->n < 4) {
		return BMC_BAD_LENGTH;
	}
	from = (size_t)call->data[1] | (size_t)call->data[2] << 8;
	want = call->data[3];
	if (call->data[0] != 0) {
		return BMC_NOT_PRESENT;
	}
	if (from >= SIZE) {
		return BMC_OUT_OF_RANGE;
	}
	if (call->bmc->model->read_max > 0 &&
	    want > call->bmc->model->read_max) {
		return BMC_TOO_MUCH;
	}
	build(call->bmc, bytes);
	want = want < SIZE - from ? want : SIZE - from;
	bmc_command_put8(call, (unsigned int)want);
	bmc_command_put(call, bytes + from, want);
	return BMC_OK;
}
