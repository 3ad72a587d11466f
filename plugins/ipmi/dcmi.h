/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DCMI answers: a node's power and what else a BMC can tell of it.
 *
 * Route: link -> here -> round.  Thread: any (pure).
 * Source: DCMI v1.5 rev 1.0 s.6.1.1 (capabilities), s.6.6.1 (power reading),
 * s.6.4.2 (asset tag); deviations: devices.md section 8, engine.md section 7.
 */
#ifndef IPMI_DCMI_H
#define IPMI_DCMI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DCMI_NETFN 0x2c
#define DCMI_GROUP 0xdc
#define DCMI_CAPABILITIES 0x01
#define DCMI_POWER_READING 0x02
#define DCMI_ASSET_TAG 0x06

struct dcmi_power {
	uint16_t watts;            /* now; 0 may mean "unknown" */
	bool has_statistics;       /* the four below were sent */
	uint16_t min_w, max_w, average_w;
	uint32_t period_ms;        /* that they are over */
	bool active;               /* what the state bit says, see below */
};

struct dcmi_capabilities {
	uint8_t major, minor;
	bool power;                /* power management is there */
};

/*
 * Reads a power reading's data (behind the completion code).  The state bit
 * is only reported: BMCs clear it beside valid watts.  Statistics that were
 * cut off are left out.
 * Errors: COL_EPROTO (no group id, or not even the watts).
 */
int dcmi_power(const uint8_t *data, size_t n, struct dcmi_power *ret_power);
/* Errors: COL_EPROTO. */
int dcmi_capabilities(const uint8_t *data, size_t n,
    struct dcmi_capabilities *ret_capabilities);
/*
 * One piece (up to 16 bytes) of the asset tag.  Shape: ret_total is the tag's
 * length, ret_bytes points into data.  Errors: COL_EPROTO.
 */
int dcmi_asset(const uint8_t *data, size_t n, uint8_t *ret_total,
    const uint8_t **ret_bytes, size_t *ret_n);

#endif
