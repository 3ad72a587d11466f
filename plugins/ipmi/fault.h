/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why a BMC cannot be read, in a few bytes, and in words with the remedy.
 *
 * Route: hello, link set it; device and link_fault() say it.  Thread: any.
 */
#ifndef PLUGIN_IPMI_FAULT_H
#define PLUGIN_IPMI_FAULT_H

#include <stddef.h>
#include <stdint.h>

/* Where in the course of a session. */
enum stage {
	STAGE_IDLE = 0,    /* no session */
	STAGE_PING,        /* presence ping; discovery only */
	STAGE_CAPS,        /* Get Channel Authentication Capabilities */
	STAGE_OPEN,        /* Open Session */
	STAGE_RAKP_1, STAGE_RAKP_3,
	STAGE_PRIVILEGE,   /* Set Session Privilege Level */
	STAGE_READY,       /* commands */
	STAGE_CLOSING,     /* Close Session */
	STAGE_N
};

enum fault_code {
	FAULT_NONE = 0,
	FAULT_SILENT,      /* nothing came */
	FAULT_LATE,        /* it came when the command had ended */
	FAULT_UNSENT,      /* the system could not send: error */
	FAULT_CROWDED,     /* it waited for its turn until the deadline */
	FAULT_STATUS,      /* the BMC refused with a status of RAKP */
	FAULT_COMPLETION,  /* ... with a completion code */
	FAULT_NO_RMCPP,    /* it says that it speaks IPMI 1.5 only */
	FAULT_SHAPE,       /* length or layout of the answer */
	FAULT_OTHER_SUITE, /* it chose what was not offered */
	FAULT_PASSWORD,    /* key exchange code of RAKP 2 is wrong */
	FAULT_CHECK_VALUE, /* ... integrity check value of RAKP 4 */
	FAULT_CHECKSUM, FAULT_UNSIGNED, FAULT_FORGED,
	FAULT_ID_ZERO,     /* answers carry session id 0 */
	FAULT_CRYPTO,      /* OpenSSL */
	FAULT_NO_ACCOUNT,  /* no usable credential */
	FAULT_NO_ADDRESS,
	FAULT_CODE_N
};

struct fault {
	uint8_t code;          /* enum fault_code */
	uint8_t stage;         /* enum stage */
	uint8_t status;        /* of RAKP, or completion code */
	uint8_t suites;        /* bits 1 << enum seal_suite that were tried */
	int16_t error;         /* errno */
};

/* Who it happened to. */
struct fault_about {
	const char *account;   /* credential's id */
	const char *user;
	uint8_t privilege;
	int64_t hold_s;        /* seconds that the BMC is left alone; 0: not */
};

/* The COL_E* that a fault ends a command with. */
int fault_result(const struct fault *fault);
/* The words.  Shape: NUL-terminated in text; "" for FAULT_NONE. */
void fault_text(const struct fault *fault, const struct fault_about *about,
    char *text, size_t size);

#endif
