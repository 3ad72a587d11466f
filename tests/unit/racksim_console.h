/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The console's side of RMCP+, for tests of racksim's BMCs without a socket.
 *
 * Route:  test_racksim_bmc*.c -> racksim_console -> bmc_answer.
 * Thread: MAIN.
 * Source: IPMI v2.0 rev. 1.1 section 13.
 */
#ifndef RACKSIM_CONSOLE_H
#define RACKSIM_CONSOLE_H

#include "bmc.h"

struct console {
	struct bmc *bmc;
	struct bmc_crypt *crypt;
	int64_t now;
	uint32_t id;			/* of the next session */
	uint32_t managed, sequence, heard;
	int suite;
	const char *password;
	uint8_t role;			/* 2 = USER */
	uint8_t k1[32], k2[32];
	uint8_t data[400];		/* of the last answer */
	size_t n;
	uint8_t packet[BMC_SIZE_MAX];	/* the last request, to be sent again */
	size_t n_packet;
};

enum { CONSOLE_SILENCE = -1, CONSOLE_BAD_CODE = -2 };

/*
 * Opens a session with the fields of `c`. Returns 0, or the status code that
 * refused it, or one of the enum.
 */
int console_open(struct console *c, const char *user);

/* Only the first step: returns its status. */
int console_open_only(struct console *c);

/* Asks a command; returns its completion code or one of the enum. */
int console_ask(struct console *c, uint8_t netfn, uint8_t command,
    const void *data, size_t n);

/* The same outside of any session, in the older format. */
int console_ask_plain(struct console *c, uint8_t netfn, uint8_t command,
    const void *data, size_t n);

#endif
