/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Puts one SNMP engine to one load: many devices, one kind of request, flat
 * out and on the tick.
 *
 * Route: bench_snmp -> here -> engine -> snmp_agents.  Thread: one.
 */
#ifndef BENCH_SNMP_LOAD_H
#define BENCH_SNMP_LOAD_H

#include <stdbool.h>

#include "engine.h"

/* What is asked, and how it is protected. */
struct snmp_kind {
	const char *name;
	const struct credential *credential;
	struct engine_request request; /* without fn and arg */
	unsigned n_values;             /* of each answer */
};

struct snmp_case {
	const struct engine_ops *ops;
	const struct snmp_kind *kinds; /* one after the other, on one load */
	unsigned n_kinds;              /* >= 1, of one credential */
	const struct col_host *host;
	uint32_t n_devices;
	unsigned n_requests;       /* flat out */
	uint16_t port;             /* of the agents */
};

/* Prints CPU per request and memory per device, or why there is none. */
void snmp_load_measure(const struct snmp_case *of);

#endif
