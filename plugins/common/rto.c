/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rto.h"

#define TRIP_MAX_NS INT64_C(60000000000)

void
rto_learn(struct rto *rto, int64_t trip_ns)
{
	uint32_t trip_us, off_us;

	if (trip_ns < 0) {
		trip_ns = 0;
	} else if (trip_ns > TRIP_MAX_NS) {
		trip_ns = TRIP_MAX_NS;
	}
	trip_us = (uint32_t)(trip_ns / 1000);
	if (rto->smoothed_us == 0) {
		rto->smoothed_us = trip_us > 0 ? trip_us : 1;
		rto->variation_us = trip_us / 2;
		return;
	}
	/* Source: RFC 6298 s.2.3, beta 1/4 and alpha 1/8. */
	off_us = trip_us > rto->smoothed_us ? trip_us - rto->smoothed_us :
	    rto->smoothed_us - trip_us;
	rto->variation_us = rto->variation_us - rto->variation_us / 4 +
	    off_us / 4;
	rto->smoothed_us = rto->smoothed_us - rto->smoothed_us / 8 +
	    trip_us / 8;
	if (rto->smoothed_us == 0) {
		rto->smoothed_us = 1;
	}
}

int64_t
rto_first(const struct rto *rto, int64_t start_ns)
{
	int64_t timeout_ns = ((int64_t)rto->smoothed_us +
	    4 * (int64_t)rto->variation_us) * 1000;

	if (rto->smoothed_us == 0) {
		timeout_ns = start_ns;
	} else if (timeout_ns < RTO_MIN_NS) {
		timeout_ns = RTO_MIN_NS;
	}
	return timeout_ns > RTO_MAX_NS ? RTO_MAX_NS : timeout_ns;
}

int64_t
rto_next(int64_t timeout_ns)
{
	return timeout_ns > RTO_MAX_NS / 2 ? RTO_MAX_NS :
	    timeout_ns * 2;
}
