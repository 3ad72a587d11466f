/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Agents for measuring pollers: a child process that answers requests of one
 * list of names on every address of 127/8, over v2c as cheaply as it can; over
 * SNMPv3 each address is an engine of its own.
 *
 * Route: bench_snmp -> loopback -> here.  Thread: a process of its own.
 */
#ifndef BENCH_SNMP_AGENTS_H
#define BENCH_SNMP_AGENTS_H

#include <stddef.h>
#include <stdint.h>

struct credential;

/* What the agents know: the bytes after the request-id of every answer. */
struct snmp_agents {
	const uint8_t *body;
	size_t len;
	const struct credential *credential; /* the user of SNMPv3 */
};

/* Starts the child; returns its pid, for agents_stop, and the port.  Exits on
 * failure. */
int snmp_agents_start(const struct snmp_agents *agents, uint16_t *ret_port);

#endif
