/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The responder loop: waits for datagrams and signals, has each datagram
 * answered, and does to the answer what its fate says.
 *
 * Route:  udp -> loop -> handler (serve or replay) -> loop -> udp.
 * Thread: MAIN, the only one.
 */
#ifndef RACKSIM_LOOP_H
#define RACKSIM_LOOP_H

#include <stdint.h>

#include "faults.h"
#include "udp.h"

/*
 * Answers one datagram into `out` (loop.out_size bytes); returns the length,
 * 0 for silence. `t` is the wall clock in seconds. A second datagram that goes
 * ahead of the answer may lie right behind it, ret_fate->ahead bytes.
 */
typedef size_t loop_answer_fn(void *arg, const struct udp_packet *packet,
    int64_t t, uint8_t *out, struct faults_fate *ret_fate);
/* Reacts to SIGHUP. */
typedef void loop_reload_fn(void *arg);
/* Prints a line of statistics. */
typedef void loop_report_fn(void *arg);

struct loop {
	struct udp *udp;		/* borrowed */
	struct udp *second;		/* borrowed: served too, may be NULL */
	struct udp *other;		/* borrowed: another port, may be NULL */
	size_t out_size;		/* room per answer, bytes */
	uint32_t report_s;		/* seconds between reports, 0 = none */
	loop_answer_fn *answer;
	loop_reload_fn *reload;		/* may be NULL */
	loop_report_fn *report;		/* may be NULL */
	void *arg;			/* of the three above */
};

/*
 * Blocks the signals that the loop takes, so that none is lost before it runs.
 * Errors: -1 with errno set; else a descriptor for loop_run.
 */
int loop_signals(void);

/*
 * Runs until SIGINT or SIGTERM. Takes signal_fd and closes it.
 * Errors: -1 with errno set.
 */
int loop_run(const struct loop *loop, int signal_fd);

#endif
