/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long to wait for one agent: learned from its round trips.
 *
 * Route: the engines of snmp and ipmi.  Thread: any.
 * Source: RFC 6298 (SRTT, RTTVAR); engine.md section 9 (bounds).
 */
#ifndef SNMP_RTO_H
#define SNMP_RTO_H

#include <stdint.h>

#define RTO_MIN_NS INT64_C(250000000)
#define RTO_MAX_NS INT64_C(5000000000)

/* Units: microseconds; smoothed_us 0: nothing was measured. */
struct rto {
	uint32_t smoothed_us, variation_us;
};

/* Takes in one round trip; those over a minute count as one minute. */
void rto_learn(struct rto *rto, int64_t trip_ns);
/* The wait for the first try; start_ns while nothing was measured. */
int64_t rto_first(const struct rto *rto, int64_t start_ns);
/* The wait for a further try. */
int64_t rto_next(int64_t timeout_ns);

#endif
