/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line, parsed: one set of options for all commands.
 *
 * Route:  main -> options -> the commands.
 * Thread: MAIN.
 */
#ifndef RACKSIM_OPTIONS_H
#define RACKSIM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "province.h"

struct options {
	uint32_t n_racks;		/* --racks, 0 = not given */
	uint32_t hall_racks;		/* --hall, 0 = not given */
	uint64_t seed;			/* --seed */
	uint32_t step_s;		/* --step */
	uint32_t base;			/* --base, host order */
	uint16_t port;			/* --port */
	uint32_t size_max;		/* --max-size, bytes per response */
	uint32_t report_s;		/* --interval, 0 = never */
	int64_t today;			/* --today, unix s of its midnight UTC */
	const char *community;		/* --community */
	const char *users;		/* --users, NULL = the built-in one */
	bool is_v3;			/* --snmp v3 */
	enum province_bmc bmc;		/* --bmc */
	uint16_t bmc_port;		/* --bmc-port */
	uint32_t delay_ms;		/* --delay, of every answer */
	uint32_t loss_pct;		/* --loss, of the answers */
	bool allow_suite_0;		/* --suite-0 yes */
	const char *faults;		/* --faults, NULL = none */
	const char *plan;		/* --plan, NULL = the built-in sites */
	const char *pidfile;		/* --pidfile, NULL = none */
	const char *out;		/* --out */
	const char *snmprec;		/* --snmprec */
	uint32_t listen;		/* --listen, host order */
	uint16_t listen_port;
	char **words;			/* what is left, in argv */
	int n_words;
};

/*
 * Parses the words after the command.
 * Owns:   borrows argv.
 * Errors: -1 after printing a message that names the word.
 */
int options_parse(int argc, char **argv, struct options *ret_options);

#endif
