/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * IPMI messages and the table of commands behind them.
 *
 * Route:  bmc, bmc_session -> bmc_command -> bmc_sdr, bmc_sel, bmc_fru,
 *         bmc_dcmi.
 * Thread: the struct bmc's.
 * Source: IPMI v2.0 rev. 1.1 sections 13.8 (message), 5.2 (completion codes),
 *         appendix G (commands and privileges).
 */
#ifndef RACKSIM_BMC_COMMAND_H
#define RACKSIM_BMC_COMMAND_H

#include "bmc.h"

/* The most data that an answer holds. */
#define BMC_DATA_MAX 300

/* Source: IPMI section 5.2. */
enum bmc_code {
	BMC_OK = 0x00,
	BMC_BUSY = 0xc0,
	BMC_NO_COMMAND = 0xc1,
	BMC_CANCELLED = 0xc5,		/* reservation gone */
	BMC_BAD_LENGTH = 0xc7,
	BMC_OUT_OF_RANGE = 0xc9,
	BMC_TOO_MUCH = 0xca,		/* cannot return so many octets */
	BMC_NOT_PRESENT = 0xcb,
	BMC_BAD_FIELD = 0xcc,
	BMC_NO_PRIVILEGE_FOR_IT = 0xd4
};

/* One command in hand. */
struct bmc_call {
	struct bmc *bmc;
	struct bmc_session *session;	/* NULL outside of one */
	int64_t now;
	bool closing;			/* end the session after the answer */
	const uint8_t *data;		/* of the request */
	size_t n;
	uint8_t out[BMC_DATA_MAX];	/* behind the completion code */
	size_t n_out;
};

/* Answers one command; returns the completion code. */
typedef uint8_t bmc_command_fn(struct bmc_call *call);

/*
 * Answers one IPMI message with its checksums.
 * Shape:  returns the octets written to out, 0 = silence.
 */
size_t bmc_command_message(struct bmc_call *call, const uint8_t *in, size_t n,
    uint8_t *out);

/* Appends octets to an answer. */
void bmc_command_put(struct bmc_call *call, const void *bytes, size_t n);
void bmc_command_put8(struct bmc_call *call, unsigned int value);
void bmc_command_put16(struct bmc_call *call, unsigned int value);
void bmc_command_put32(struct bmc_call *call, uint32_t value);

/* Measures the host now. */
void bmc_command_measure(const struct bmc_call *call, struct bmc_values *ret);

/* The other files' commands. */
bmc_command_fn bmc_sdr_info, bmc_sdr_reserve, bmc_sdr_get, bmc_sdr_reading,
    bmc_sdr_thresholds, bmc_sdr_factors, bmc_sdr_hysteresis, bmc_sdr_enables;
bmc_command_fn bmc_sel_info, bmc_sel_reserve, bmc_sel_get, bmc_sel_time,
    bmc_sel_offset;
bmc_command_fn bmc_fru_info, bmc_fru_read;
bmc_command_fn bmc_dcmi_capabilities, bmc_dcmi_power, bmc_dcmi_tag,
    bmc_dcmi_controller;

#endif
