/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lanmsg.h"

#include <string.h>

#include <collectord/err.h>

/* Source: IPMI v2.0 s.5.5 (BMC's address), table 5-4 (remote console). */
#define BMC_ADDRESS 0x20
#define CONSOLE_ADDRESS 0x81
#define ANSWER_MIN 8
#define SEQ_MASK 0x3f
#define LUN_MASK 0x03

/* Two's complement: with it the bytes add up to 0. */
static uint8_t
sum_of(const uint8_t *bytes, size_t len)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < len; i++) {
		sum = (uint8_t)(sum + bytes[i]);
	}
	return (uint8_t)(0x100 - sum);
}

size_t
lanmsg_build(uint8_t *buffer, const struct lanmsg_request *request)
{
	buffer[0] = BMC_ADDRESS;
	buffer[1] = (uint8_t)(request->netfn << 2 | (request->lun & LUN_MASK));
	buffer[2] = sum_of(buffer, 2);
	buffer[3] = CONSOLE_ADDRESS;
	buffer[4] = (uint8_t)((request->seq & SEQ_MASK) << 2);
	buffer[5] = request->command;
	if (request->n > 0) {
		memcpy(buffer + 6, request->data, request->n);
	}
	buffer[6 + request->n] = sum_of(buffer + 3, 3 + request->n);
	return LANMSG_OVERHEAD + request->n;
}

int
lanmsg_parse(const uint8_t *bytes, size_t len, bool check_sums,
    struct lanmsg_answer *ret_answer)
{
	uint8_t netfn;

	if (len < ANSWER_MIN || bytes[0] != CONSOLE_ADDRESS) {
		return COL_EPROTO;
	}
	netfn = bytes[1] >> 2;
	if ((netfn & 1) == 0) {
		return COL_EPROTO;
	}
	if (check_sums && (sum_of(bytes, 2) != bytes[2] ||
	    sum_of(bytes + 3, len - 4) != bytes[len - 1])) {
		return COL_ERANGE;
	}
	*ret_answer = (struct lanmsg_answer){
		.netfn = (uint8_t)(netfn - 1), .lun = bytes[4] & LUN_MASK,
		.seq = bytes[4] >> 2, .command = bytes[5],
		.completion = bytes[6], .data = bytes + 7, .n = len - 8,
	};
	return 0;
}
