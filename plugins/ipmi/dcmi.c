/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dcmi.h"

#include <collectord/err.h>

#include "text.h"

#define STATE_ACTIVE 0x40

int
dcmi_power(const uint8_t *data, size_t n, struct dcmi_power *ret_power)
{
	struct dcmi_power power = {.watts = 0};

	if (n < 3 || data[0] != DCMI_GROUP) {
		return COL_EPROTO;
	}
	power.watts = text_u16(data + 1);
	/* Current, minimum, maximum, average, time (4), period (4), state. */
	if (n >= 9) {
		power.has_statistics = true;
		power.min_w = text_u16(data + 3);
		power.max_w = text_u16(data + 5);
		power.average_w = text_u16(data + 7);
	}
	if (n >= 17) {
		power.period_ms = text_u32(data + 13);
	}
	power.active = n < 18 || (data[17] & STATE_ACTIVE) != 0;
	*ret_power = power;
	return 0;
}

int
dcmi_capabilities(const uint8_t *data, size_t n,
    struct dcmi_capabilities *ret_capabilities)
{
	/* Group, version (2), revision, reserved, platform, access. */
	if (n < 6 || data[0] != DCMI_GROUP) {
		return COL_EPROTO;
	}
	*ret_capabilities = (struct dcmi_capabilities){.major = data[1],
	    .minor = data[2], .power = (data[5] & 1) != 0};
	return 0;
}

int
dcmi_asset(const uint8_t *data, size_t n, uint8_t *ret_total,
    const uint8_t **ret_bytes, size_t *ret_n)
{
	if (n < 2 || data[0] != DCMI_GROUP) {
		return COL_EPROTO;
	}
	*ret_total = data[1];
	*ret_bytes = data + 2;
	*ret_n = n - 2;
	return 0;
}
