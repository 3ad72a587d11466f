/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BMCs for measuring who polls them: a child process that is racksim's BMC on
 * every address from 127.1.0.1 on.
 *
 * Route: bench_ipmi -> loopback -> here.  Thread: a process of its own.
 */
#ifndef BENCH_BMC_AGENTS_H
#define BENCH_BMC_AGENTS_H

#include <stdint.h>

#define BMC_AGENTS_USER "bench"
#define BMC_AGENTS_PASSWORD "bench-password"

/* Starts the child with n BMCs; returns its pid, for agents_stop.  Exits on
 * failure. */
int bmc_agents_start(uint32_t n, uint16_t *ret_port);

#endif
