/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The floor under all SNMP pollers: the same datagrams sent and received in
 * batches, and nothing done with them.
 *
 * Route: bench_snmp -> here -> snmp_agents.  Thread: one.
 */
#ifndef BENCH_SNMP_FLOOR_H
#define BENCH_SNMP_FLOOR_H

#include <stddef.h>
#include <stdint.h>

/* The loads that all are put to. */
#define SNMP_WINDOW 512        /* in flight, flat out */
#define SNMP_PACE 30           /* requests per tick: 3,000/s */
#define SNMP_PACED_TICKS 60    /* of each round */
#define SNMP_TICK_NS INT64_C(10000000)
#define SNMP_IDLE_NS 300000    /* nothing has come: let the agents work */

struct snmp_floor {
	const uint8_t *request;    /* borrowed */
	size_t len;
	uint32_t n_devices;
	uint16_t port;
};

/* Prints what a request and its answer cost, flat out and paced. */
void snmp_floor_measure(const struct snmp_floor *floor, unsigned n_requests);

#endif
